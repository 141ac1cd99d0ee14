"""What cannot all be true of what was reported, and on which cells that bears.

No side is taken: all numbers of a contradiction are set aside together, and what is left can all be true.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from conflictdata.solving import SLACK, Solution, System
from conflictdata.structure import Key

Clash = tuple[int, ...]
_KEPT = 500  # points that may answer for other cells
_TRIES = 6  # how often it is tried to put contradictions back together; more would find little more

Return = tuple[int, int]  # a contradiction, and the one number of it that is not put back


class Whole(NamedTuple):
    """Contradictions put back together, each but for one number, and all that can be true with them.

    Attributes:
        returns: Which contradictions, and which number of each is not put back.
        places: The places of all that can be true together.
    """

    returns: frozenset[Return]
    places: tuple[int, ...]


class Clashes(NamedTuple):
    """The contradictions of what was reported.

    Attributes:
        sets: The places of each; none can all be true, and all can if any one is left out.
        whole: Ways to put them back, which have each contradiction but for each of its numbers.
    """

    sets: tuple[Clash, ...]
    whole: tuple[Whole, ...]


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


class _Finder:
    """The search for contradictions: near ones first, then all others, then those that share numbers with one found."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.found: dict[Clash, None] = {}
        self.rest = list(system.places)
        self.pending: deque[Return] = deque()
        self.whole: list[Whole] = []

    def record(self, clash: Iterable[int]) -> None:
        """Reduce a set that cannot all be true, note it, and set its numbers aside."""
        found = self.system.irreducible(clash)
        if found not in self.found:
            self.pending.extend((len(self.found), one) for one in found)
            self.found[found] = None
            self.rest = [place for place in self.rest if place not in found]

    def near(self, sets: Iterable[Clash]) -> None:
        """Look at totals with their parts: what contradicts itself within one sum is named as that."""
        known = set(self.system.places)
        for one in sorted(set(sets), key=lambda one: (len(one), one)):
            if known.issuperset(one) and not self.system.feasible(one):
                self.record(one)

    def others(self) -> None:
        """Look at all that is left until it can be true together."""
        while sets := self.system.clashing(self.rest):
            for one in sets:
                self.record(one)

    def sharing(self) -> None:
        """Look for contradictions of numbers that were set aside with numbers that were not.

        Each contradiction but any one of its numbers is put back; many at once, and where that does not go, each by itself.
        """
        while self.pending:
            batch: dict[int, Return] = {}
            for _ in range(len(self.pending)):
                clash, one = self.pending.popleft()
                if clash in batch:
                    self.pending.append((clash, one))
                else:
                    batch[clash] = (clash, one)
            self.put_back(list(batch.values()))

    def put_back(self, returns: Sequence[Return]) -> None:
        """Put contradictions back, each but for one number, and note what that contradicts."""
        together = back(self.rest, list(self.found), returns)
        if self.system.feasible(together):
            self.whole.append(Whole(frozenset(returns), tuple(together)))
        elif len(returns) > 1:
            half = len(returns) // 2
            self.put_back(returns[:half])
            self.put_back(returns[half:])
        else:
            for one in self.system.clashing(together):
                self.record(one)
            self.put_back(returns)

    def packed(self) -> tuple[Whole, ...]:
        """Put as much back together as goes: each way that is left is one that need not be tried for every cell."""
        packed: list[Whole] = []
        for whole in sorted(self.whole, key=lambda whole: (-len(whole.returns), sorted(whole.returns))):
            about = {clash for clash, _ in whole.returns}
            apart = [n for n, other in enumerate(packed) if about.isdisjoint(clash for clash, _ in other.returns)]
            for n in apart[:_TRIES]:
                returns = packed[n].returns | whole.returns
                together = back(self.rest, list(self.found), returns)
                if self.system.feasible(together):
                    packed[n] = Whole(returns, tuple(together))
                    break
            else:
                packed.append(whole)
        return tuple(packed)


def back(rest: Iterable[int], clashes: Sequence[Clash], returns: Iterable[Return]) -> list[int]:
    """Put contradictions back, each but for one number.

    Args:
        rest: The places of what contradicts nothing.
        clashes: The contradictions.
        returns: Which of them, and which number not.

    Returns:
        The places, in order.
    """
    put = {place for clash, one in returns for place in clashes[clash] if place != one}
    return sorted({*rest, *put})


def find(system: System, near: Iterable[Clash]) -> Clashes:
    """Find the contradictions of what was reported.

    Args:
        system: The program with what was reported.
        near: Totals with their parts that may contradict each other; they are looked at first.

    Returns:
        The contradictions, in the order in which they were found. What is in none of them can all be true, with any one of
        them put back but for any one number too.
    """
    finder = _Finder(system)
    finder.near(near)
    finder.others()
    finder.sharing()
    return Clashes(tuple(finder.found), finder.packed())


class Reader:
    """What a system tells of its cells, beside its contradictions.

    Attributes:
        system: The program with what was reported.
        clashes: Its contradictions.
        rest: The places of what is in none of them.
    """

    def __init__(self, system: System, clashes: Clashes) -> None:
        """Hold both.

        Args:
            system: The program with what was reported.
            clashes: Its contradictions, as `find` gives them.
        """
        import numpy as np

        self._np = np
        self.system = system
        self.clashes = clashes.sets
        self._whole = clashes.whole
        set_aside = {place for clash in self.clashes for place in clash}
        self.rest = [place for place in system.places if place not in set_aside]
        self._points: Any = np.zeros((0, system.size))  # counts of all atoms at which all of the rest is true
        self._holds: list[set[Return]] = []  # for each of them, the contradictions that hold there but for one number
        self._exact = {system.said[place].key: place for place in self.rest if system.said[place].point is not None}

    def answer(self, key: Key) -> Answer:
        """Say what can be known about a cell.

        Args:
            key: A cell of the program.

        Returns:
            Its interval, what that rests on, and the contradictions that bear on it: those that are about the cell itself,
            and those that would narrow the interval if all of their numbers but one were true.
        """
        about = {n for n, clash in enumerate(self.clashes) if any(self.system.said[one].key == key for one in clash)}
        if key in self._exact:  # it is consistent with all that is put back: nothing narrows it
            place, number = (self._exact[key],), self.system.said[self._exact[key]].point
            return Answer(number or 0, number, place, place, tuple(self.clashes[n] for n in sorted(about)))
        ends = []
        for highest in (False, True):
            end = self.system.end(key, self.rest, highest=highest)
            if end is None:
                raise ArithmeticError(f"what contradicts nothing cannot be true of {key}")
            self._keep(end.point)
            ends.append(end)
        low, high = ends
        if low.end != high.end:
            self._narrowed(key, low, about, highest=False)
            self._narrowed(key, high, about, highest=True)
        return Answer(
            low=low.end or 0,
            high=high.end,
            low_by=self.system.needed(key, low, highest=False) if low.end else (),
            high_by=() if high.end is None else self.system.needed(key, high, highest=True),
            clashes=tuple(self.clashes[n] for n in sorted(about)),
        )

    def _keep(self, point: Any) -> None:
        """Keep a point, with what is true at it: it may answer for other cells too."""
        if point is None or not self.clashes:
            return
        system = self.system
        sums = system.rows @ point
        wrong = set(system.owners[(sums < system.low - SLACK) | (sums > system.high + SLACK)].tolist())
        missed = [[one for one in clash if one in wrong] for clash in self.clashes]
        self._points = self._np.vstack([self._points[-_KEPT:], point])
        self._holds = [*self._holds[-_KEPT:], {(n, ones[0]) for n, ones in enumerate(missed) if len(ones) == 1}]

    def _narrowed(self, key: Key, end: Solution, about: set[int], *, highest: bool) -> None:
        """Note the contradictions of which some numbers would narrow an end."""
        if end.end is None and self.system.unlimited(key):
            return
        todo = {(n, one) for n, clash in enumerate(self.clashes) if n not in about for one in clash}
        todo -= self._reached(key, end, highest=highest)
        while todo:
            whole = max(self._whole, key=lambda whole: len(todo & whole.returns))
            wanted = sorted(todo & whole.returns)
            todo -= whole.returns
            found = self.system.end(key, whole.places, highest=highest)
            if found is not None and found.end == end.end:
                self._keep(found.point)
            else:
                self._tried(key, end, wanted, about, highest=highest)
            todo -= self._reached(key, end, highest=highest)
            todo = {one for one in todo if one[0] not in about}

    def _reached(self, key: Key, end: Solution, *, highest: bool) -> set[Return]:
        """Give what is known not to narrow an end, since a point at that end is consistent with it."""
        if end.end is None:
            return set()
        values = self._points @ self.system.cost(key)
        there = values >= end.end - SLACK if highest else values <= end.end + SLACK
        return set().union(*(self._holds[n] for n in self._np.nonzero(there)[0]))

    def _tried(self, key: Key, end: Solution, returns: Sequence[Return], about: set[int], *, highest: bool) -> None:
        """Put contradictions back, each but for one number, as is known to go, and note which of them narrow the end."""
        found = self.system.end(key, back(self.rest, self.clashes, returns), highest=highest)
        if found is not None and found.end == end.end:
            self._keep(found.point)
        elif len(returns) == 1:
            about.add(returns[0][0])
        else:
            half = len(returns) // 2
            self._tried(key, end, returns[:half], about, highest=highest)
            self._tried(key, end, returns[half:], about, highest=highest)
