"""What cannot all be true of what was reported, and on which cells that bears.

No side is taken: all numbers of a contradiction are set aside together, and what is left can all be true. The near ones are
looked for first, those of one total and its parts: a wrong number contradicts many others at some remove, and these are not
set aside for it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
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
    todo = list(places)
    while todo:
        fits, over = 0, len(todo) + 1  # how many of the next go in, and how many do not
        while over - fits > 1:
            half = (fits + over) // 2
            fits, over = (half, over) if system.feasible([*rest, *kept, *todo[:half]]) else (fits, half)
        kept += todo[:fits]
        todo = todo[over:]
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
    """One end of a cell: the number, None for no limit, what tells it, and which contradictions would narrow it."""

    number: int | None
    by: tuple[int, ...]
    narrowed: frozenset[int]


_NOTHING, _NO_LIMIT = _End(0, (), frozenset()), _End(None, (), frozenset())


class _Beside:
    """Points at which only some of what was reported is true, and counts that have no limit if only some of it is.

    Either shows that what is left out is needed for an end, without a program being solved.
    """

    def __init__(self, system: System) -> None:
        import numpy as np

        self._np = np
        self._system = system
        self._points: Any = np.zeros((_KEPT, system.size))
        self._true: Any = np.zeros((_KEPT, len(system.said)), dtype=bool)  # what is true at each point
        self._count = 0
        self.add(np.zeros(system.size))  # nothing happened: upper limits alone are true
        program = system.program
        self._above: dict[int, list[tuple[Any, Any]]] = {}
        for part, whole in program.less:
            for atom in part:
                self._above.setdefault(atom, []).append((part, whole))
        self._tied = {atom for pair in program.equal for way in pair for atom in way} | program.nil
        self._limiting: dict[int, set[int]] = {}
        for place in system.places:
            for limit in system.said[place].limits:
                known = limit.high is not None and all(key in program.vectors for key in limit.cells)
                for atom in (atom for key in limit.cells for atom in program.vectors[key]) if known else ():
                    self._limiting.setdefault(atom, set()).add(place)
        self._rays: dict[int, set[int] | None] = {}

    def wrong(self, point: Any) -> set[int]:
        """Give the places of what is not true at a point."""
        system = self._system
        sums = system.sums(point)
        return set(system.owners[(sums < system.low - SLACK) | (sums > system.high + SLACK)].tolist())

    def add(self, point: Any) -> None:
        """Keep a point."""
        place = self._count % _KEPT
        self._points[place] = point
        self._true[place] = True
        self._true[place, list(self.wrong(point))] = False
        self._count += 1

    def passes(self, cost: Any, end: int, among: Sequence[int], *, highest: bool) -> bool:
        """Whether a point at which some numbers are true lies beyond an end, by one or more."""
        known = min(self._count, _KEPT)
        values = self._points[:known][self._true[:known, list(among)].all(axis=1)] @ cost
        return bool((values >= end + 1 - SLACK).any() if highest else (values <= end - 1 + SLACK).any())

    def unlimited(self, atom: int, among: Iterable[int]) -> bool:
        """Whether a count is known to have no limit if only some numbers, which can all be true, are."""
        if atom not in self._rays:
            self._rays[atom] = self._ray(atom)
        ray = self._rays[atom]
        return ray is not None and ray.isdisjoint(among)

    def _ray(self, atom: int) -> set[int] | None:
        """Give what limits a count when it grows, with others in which it lies; None if that is not known."""
        grown = {atom}
        todo = [atom]
        while todo:
            for part, whole in self._above.get(todo.pop(), []):
                while sum(part.get(one, 0) for one in grown) > sum(whole.get(one, 0) for one in grown):
                    new = next((one for one in whole if one not in grown), None)
                    if new is None:
                        return None
                    grown.add(new)
                    todo.append(new)
        if grown & self._tied:
            return None
        return set().union(*(self._limiting.get(one, set()) for one in grown))


class Reader:
    """What a program tells of its cells, beside its contradictions.

    Attributes:
        system: The program with what was reported, made small.
        clashes: Its contradictions.
    """

    def __init__(
        self, program: Program, said: Sequence[Said], clashes: Clashes | None = None, near: Iterable[Clash] = ()
    ) -> None:
        """Make the program small, and find its contradictions if they are not known.

        Args:
            program: The cells.
            said: What was reported.
            clashes: The contradictions, where they are known.
            near: Where they are not: what to look at first.
        """
        self._vectors = program.vectors
        self._small = condensed(program, said)
        self.system: System = System(self._small.program, said)
        import numpy as np  # the system says which extra is missing

        self._np = np
        self.clashes: Clashes = find(self.system, near) if clashes is None else clashes
        self._points: Any = np.zeros((_KEPT, self.system.size))  # counts of all atoms at which all of the rest is true
        self._true: list[set[int]] = []  # for each of them, the parts that are true there too
        self._beside = _Beside(self.system)
        self._solutions: dict[tuple[Key, bool], Solution] = {}
        self._ends: dict[tuple[Key, bool], _End] = {}
        self._exact = {said[place].key: place for place in self.clashes.rest if said[place].point is not None}

    def answers(self, keys: Sequence[Key]) -> list[Answer]:
        """Say what can be known about cells.

        Args:
            keys: Cells of the program.

        Returns:
            For each its interval, what that rests on, and the contradictions that bear on it: those that are about the cell
            itself, and those that would narrow the interval if all of their numbers but one were true.
        """
        small = [
            (self._small.lowest(self._vectors[key]), self._small.highest(self._vectors[key]))
            for key in keys
            if key not in self._exact
        ]
        lows, highs = (dict.fromkeys(key for key in side if key) for side in zip(*small, strict=True)) if small else ({}, {})
        wanted = [*((key, False) for key in lows), *((key, True) for key in highs)]
        for key, highest in wanted:  # all of these first: from one to the next the program changes least
            self._solution(key, highest=highest)
        for key, highest in wanted:
            self._end(key, highest=highest)
        return list(map(self._answer, keys))

    def _answer(self, key: Key) -> Answer:
        said, sets = self.system.said, self.clashes.sets
        about = {n for n, clash in enumerate(sets) if any(said[one].key == key for one in clash)}
        if key in self._exact:  # all that is put back is consistent with it, and narrows nothing
            place, number = (self._exact[key],), said[self._exact[key]].point
            return Answer(number or 0, number, place if number else (), place, tuple(sets[n] for n in sorted(about)))
        lowest, highest = self._small.lowest(self._vectors[key]), self._small.highest(self._vectors[key])
        low = self._end(lowest, highest=False) if lowest else _NOTHING
        high = self._end(highest, highest=True) if highest else _NO_LIMIT
        if low.number != high.number:
            about |= low.narrowed | high.narrowed
        return Answer(low.number or 0, high.number, low.by, high.by, tuple(sets[n] for n in sorted(about)))

    def _solution(self, key: Key, *, highest: bool) -> Solution:
        """Solve for an end of a cell of the small program, unless a point that is known reaches it."""
        if (key, highest) not in self._solutions:
            cost = self.system.cost(key)
            if not highest and bool((self._points[: len(self._true)] @ cost <= SLACK).any()):
                end: Solution | None = Solution(0, (), None)
            else:
                end = self.system.end(key, self.clashes.rest, highest=highest)
            if end is None:
                raise ArithmeticError(f"what contradicts nothing cannot be true of {key}")
            self._keep(end.point)
            self._solutions[key, highest] = end
        return self._solutions[key, highest]

    def _end(self, key: Key, *, highest: bool) -> _End:
        """Give an end of a cell of the small program; for each such cell it is found once."""
        if (key, highest) not in self._ends:
            end, other = self._solution(key, highest=highest), self._solutions.get((key, not highest))
            by = self._needed(key, end, highest=highest) if end.end is not None and (highest or end.end) else ()
            settled = other is not None and other.end == end.end  # nothing that can be true narrows a point
            narrowed = set() if settled else self._narrowed(key, end, highest=highest)
            self._ends[key, highest] = _End(end.end, by, frozenset(narrowed))
        return self._ends[key, highest]

    def _needed(self, key: Key, solution: Solution, *, highest: bool) -> tuple[int, ...]:
        """Leave out of what limits an end what is not needed for it: the rest gives the same end alone."""
        kept = self._limiting(key, solution, self.clashes.rest, highest=highest)
        for one in tuple(kept):
            trial = [other for other in kept if other != one]
            if one not in kept or self._passed(key, solution, trial, highest=highest):
                continue
            found = self.system.end(key, trial, highest=highest)
            if found is not None and found.end == solution.end:
                kept = self._limiting(key, found, trial, highest=highest)
            elif found is not None and found.point is not None:
                self._beside.add(found.point)
        return tuple(kept)

    def _limiting(self, key: Key, solution: Solution, among: Collection[int], *, highest: bool) -> list[int]:
        """Give what limits an end, the same whichever of several sets the solver came upon."""
        by = self.system.binding(key, among, highest=highest)
        if by != solution.by:
            alone = self.system.end(key, by, highest=highest)
            if alone is None or alone.end != solution.end:
                return list(solution.by)
        return list(by)

    def _passed(self, key: Key, solution: Solution, among: Sequence[int], *, highest: bool) -> bool:
        """Whether it is known without solving that some numbers leave more open: by a point, or a count without limit."""
        cost = self.system.cost(key)
        if highest and any(self._beside.unlimited(kind, among) for kind in self.system.program.vectors[key]):
            return True
        return self._beside.passes(cost, solution.end or 0, among, highest=highest)

    def _keep(self, point: Any) -> None:
        """Keep a point, with the parts that are true at it: it may answer for other cells too."""
        if point is None:
            return
        wrong = self._beside.wrong(point)
        true = {number for number, part in enumerate(self.clashes.parts) if part.places.isdisjoint(wrong)}
        if len(self._true) < _KEPT:
            self._points[len(self._true)] = point
            self._true.append(true)

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
        values = self._points[: len(self._true)] @ self.system.cost(key)
        there = values >= end.end - SLACK if highest else values <= end.end + SLACK
        return set().union(*(self._true[n] for n in self._np.nonzero(there)[0]))

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
