"""What cannot all be true of what was reported, and on which cells that bears.

No side is taken: all numbers of a contradiction are set aside together, and what is left can all be true. The near ones are
looked for first, those of one total and its parts: a wrong number contradicts many others at some remove, and these are not
set aside for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from conflictdata.programs import Program, Said, condensed
from conflictdata.solving import SLACK, Solution, System
from conflictdata.structure import Key

_KEPT = 500  # points that may answer for other cells
_TRIES = 6  # how often it is tried to put parts back together; more would find little more

Clash = tuple[int, ...]


class Part(NamedTuple):
    """What can be true of a contradiction, together with all that contradicts nothing.

    Attributes:
        clash: Which contradiction.
        places: The places of the numbers; no other one of the contradiction can be true with these.
    """

    clash: int
    places: frozenset[int]


class Clashes(NamedTuple):
    """The contradictions of what was reported.

    Attributes:
        sets: The places of each; not all of them can be true, and all can if any one is left out.
        rest: The places of what is in none of them.
        parts: What can be true of each.
        together: Sets of parts that can all be true together, with the rest; each part is in one of them.
    """

    sets: tuple[Clash, ...]
    rest: tuple[int, ...]
    parts: tuple[Part, ...]
    together: tuple[frozenset[int], ...]

    def back(self, parts: Iterable[int]) -> list[int]:
        """Give the places of the rest and of some parts."""
        return sorted({*self.rest, *(place for part in parts for place in self.parts[part].places)})


class Answer(NamedTuple):
    """What can be known about a cell.

    Attributes:
        low: The smallest number that it can be, as far as what contradicts nothing tells.
        high: The largest; None where there is no limit.
        low_by: The places of the numbers that tell the smallest.
        high_by: The places of those that tell the largest.
        clashes: The contradictions that bear on it.
    """

    low: int
    high: int | None
    low_by: tuple[int, ...]
    high_by: tuple[int, ...]
    clashes: tuple[Clash, ...]


def find(system: System, near: Iterable[Clash]) -> Clashes:
    """Find the contradictions of what was reported.

    Args:
        system: The program with what was reported.
        near: Totals with their parts that may contradict each other: they are looked at first, each for itself, so that
            two that share a number are both found.

    Returns:
        The contradictions, the near ones first. What is in none of them can all be true.
    """
    sets: dict[Clash, None] = {}
    known = set(system.places)
    for one in sorted(set(near), key=lambda one: (len(one), one)):
        if known.issuperset(one) and not system.feasible(one):
            sets[system.irreducible(one)] = None

    def rest() -> tuple[int, ...]:
        found = {place for one in sets for place in one}
        return tuple(place for place in system.places if place not in found)

    while clashing := system.clashing(rest()):
        sets |= dict.fromkeys(map(system.irreducible, clashing))
    alone = Clashes(tuple(sets), rest(), (), ())
    found = alone._replace(parts=tuple(_parts(system, alone)))
    return found._replace(together=tuple(_packed(system, found)))


def _parts(system: System, clashes: Clashes) -> Iterator[Part]:
    """Give what can be true of each contradiction together with the rest: all but one number, or fewer."""
    for number, clash in enumerate(clashes.sets):
        made: dict[frozenset[int], None] = {}
        for one in clash:
            part = [place for place in clash if place != one]
            if not system.feasible([*clashes.rest, *part]):
                part = _grown(system, clashes.rest, part)
            made[frozenset(part)] = None
        yield from (Part(number, part) for part in made if not any(part < other for other in made))


def _grown(system: System, rest: Sequence[int], places: Iterable[int]) -> list[int]:
    """Take in one number after the other, as long as all can be true."""
    kept: list[int] = []
    for one in places:
        if system.feasible([*rest, *kept, one]):
            kept.append(one)
    return kept


def _packed(system: System, clashes: Clashes) -> list[frozenset[int]]:
    """Put as many parts together as goes, one of a contradiction: what a cell is asked for then is asked for all at once."""
    packed: list[frozenset[int]] = []
    for part, told in enumerate(clashes.parts):
        fitting = [n for n, other in enumerate(packed) if told.clash not in {clashes.parts[one].clash for one in other}]
        for n in fitting[:_TRIES]:
            if system.feasible(clashes.back({*packed[n], part})):
                packed[n] |= {part}
                break
        else:
            packed.append(frozenset([part]))
    return packed


class _End(NamedTuple):
    """One end of a cell: the number, None where there is no limit, what tells it, and which contradictions would narrow it."""

    number: int | None
    by: tuple[int, ...]
    narrowed: frozenset[int]


_NOTHING, _NO_LIMIT = _End(0, (), frozenset()), _End(None, (), frozenset())


class Reader:
    """What a program tells of its cells, beside its contradictions.

    Attributes:
        system: The program with what was reported, made small.
        clashes: Its contradictions.
    """

    def __init__(self, program: Program, said: Sequence[Said], clashes: Clashes | None = None, near: Iterable[Clash] = ()) -> None:
        """Make the program small, and find its contradictions if they are not known.

        Args:
            program: The cells.
            said: What was reported.
            clashes: The contradictions, where they are known.
            near: Where they are not: what to look at first.
        """
        self._vectors = program.vectors
        self._small = condensed(program, said)
        self.system = System(self._small.program, said)
        self.clashes = find(self.system, near) if clashes is None else clashes
        self._points: list[Any] = []  # counts of all atoms at which all of the rest is true
        self._true: list[set[int]] = []  # for each of them, the parts that are true there too
        self._ends: dict[tuple[Key, bool], _End] = {}
        self._exact = {said[place].key: place for place in self.clashes.rest if said[place].point is not None}

    def answer(self, key: Key) -> Answer:
        """Say what can be known about a cell.

        Args:
            key: A cell of the program.

        Returns:
            Its interval, what that rests on, and the contradictions that bear on it: those that are about the cell itself,
            and those that would narrow the interval if all of their numbers but one were true.
        """
        said, sets = self.system.said, self.clashes.sets
        about = {n for n, clash in enumerate(sets) if any(said[one].key == key for one in clash)}
        if key in self._exact:  # all that is put back is consistent with it, and narrows nothing
            place, number = (self._exact[key],), said[self._exact[key]].point
            return Answer(number or 0, number, place if number else (), place, tuple(sets[n] for n in sorted(about)))
        vector = self._vectors[key]
        lowest, highest = self._small.lowest(vector), self._small.highest(vector)
        low = self._end(lowest, highest=False) if lowest else _NOTHING
        high = _NO_LIMIT if highest is None else self._end(highest, highest=True)
        if low.number != high.number:
            about |= low.narrowed | high.narrowed
        return Answer(low.number or 0, high.number, low.by, high.by, tuple(sets[n] for n in sorted(about)))

    def _end(self, key: Key, *, highest: bool) -> _End:
        """Give an end of a cell of the small program; of each such cell it is found once."""
        if (key, highest) not in self._ends:
            self._ends[key, highest] = self._found(key, highest=highest)
        return self._ends[key, highest]

    def _found(self, key: Key, *, highest: bool) -> _End:
        cost = self.system.cost(key)
        if not highest and any(point @ cost <= SLACK for point in self._points):
            return _NOTHING
        end = self.system.end(key, self.clashes.rest, highest=highest)
        if end is None:
            raise ArithmeticError(f"what contradicts nothing cannot be true of {key}")
        self._keep(end.point)
        other = self._ends.get((key, not highest))
        if end.end is None or not (highest or end.end):
            by: tuple[int, ...] = ()
        else:
            by = self.system.needed(key, end, highest=highest)
        settled = other is not None and other.number == end.end  # nothing that can be true narrows a point
        return _End(end.end, by, frozenset() if settled else frozenset(self._narrowed(key, end, highest=highest)))

    def _keep(self, point: Any) -> None:
        """Keep a point, with the parts that are true at it: it may answer for other cells too."""
        if point is None:
            return
        system = self.system
        sums = system.rows @ point
        wrong = set(system.owners[(sums < system.low - SLACK) | (sums > system.high + SLACK)].tolist())
        true = {number for number, part in enumerate(self.clashes.parts) if part.places.isdisjoint(wrong)}
        self._points = [*self._points[-_KEPT:], point]
        self._true = [*self._true[-_KEPT:], true]

    def _narrowed(self, key: Key, end: Solution, *, highest: bool) -> set[int]:
        """Give the contradictions of which a part would narrow an end."""
        about: set[int] = set()
        if not self.clashes.parts or (end.end is None and self.system.unlimited(key)):
            return about
        todo = set(range(len(self.clashes.parts))) - self._reached(key, end, highest=highest)
        while todo:
            most = max(self.clashes.together, key=lambda together: len(todo & together))
            wanted = sorted(todo & most)
            todo -= most
            self._tried(key, end, wanted, about, highest=highest)
            todo -= self._reached(key, end, highest=highest)
            todo = {number for number in todo if self.clashes.parts[number].clash not in about}
        return about

    def _reached(self, key: Key, end: Solution, *, highest: bool) -> set[int]:
        """Give the parts that are known not to narrow an end, since a point at that end is consistent with them."""
        if end.end is None:
            return set()
        cost = self.system.cost(key)
        values = [point @ cost for point in self._points]
        there = [value >= end.end - SLACK if highest else value <= end.end + SLACK for value in values]
        return {part for parts, at in zip(self._true, there, strict=True) if at for part in parts}

    def _tried(self, key: Key, end: Solution, parts: Sequence[int], about: set[int], *, highest: bool) -> None:
        """Put parts back that can be true together, and note those that narrow the end."""
        found = self.system.end(key, self.clashes.back(parts), highest=highest)
        if found is not None and found.end == end.end:
            self._keep(found.point)
        elif len(parts) == 1:
            about.add(self.clashes.parts[parts[0]].clash)
        else:
            half = len(parts) // 2
            self._tried(key, end, parts[:half], about, highest=highest)
            self._tried(key, end, parts[half:], about, highest=highest)
