"""The check itself: a total against the sum of its parts, a part against its whole, whatever the codes are.

One check for every axis, evaluated from a `Structure`. Counts are intervals, so that a bound stays one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import attrs

from conflictdata.structure import Key, Structure, Sum, Within
from conflictdata.values import Period
from conflictdata.vocabulary import Axis, Verdict

_NONE: frozenset[str] = frozenset()


class Member(NamedTuple):
    """The count of one cell, as it enters a balance.

    Attributes:
        low: The smallest number that fits.
        high: The largest number that fits; None where there is no upper limit.
        stated: The number as stated.
        includes: The codes of what is counted inside it beside its own cell.
        several: Whether the interval spans several numbers that were stated.
    """

    low: int
    high: int | None
    stated: str
    includes: frozenset[str] = _NONE
    several: bool = False


@attrs.frozen
class Cells:
    """Counts by cell.

    Attributes:
        columns: The columns that make up a cell.
        members: The count of each cell.
        subsets: Counts of parts of a cell: the cell, a name for the part, the count.
        bad: The cells that cannot be used, and why.
    """

    columns: tuple[str, ...]
    members: dict[Key, Member]
    subsets: Sequence[tuple[Key, str, Member]] = ()
    bad: dict[Key, str] = attrs.field(factory=dict)


class Finding(NamedTuple):
    """How one total stands to its parts.

    Attributes:
        axis: The name of the check.
        key: The cell of the total.
        total: Its count.
        parts: The codes of the parts that were added.
        stated: What each of them is, as stated.
        absent: The codes of required parts that are not there.
        several: Whether the total or a part enters as the interval of several numbers that were stated.
        residual_low: The smallest difference, total less parts, that fits; None where there is no limit.
        residual_high: The largest; None where there is no limit.
        verdict: How they stand.
        problem: What is wrong, where the verdict is `invalid`.
        used: The cells of the parts that were added.
    """

    axis: str
    key: Key
    total: Member
    parts: tuple[str, ...]
    stated: tuple[str, ...]
    absent: tuple[str, ...]
    several: bool
    residual_low: int | None
    residual_high: int | None
    verdict: Verdict
    problem: str = ""
    used: tuple[Key, ...] = ()


def residual(total: Member, parts: Iterable[Member]) -> tuple[int | None, int | None]:
    """Give the interval of the difference between a total and the sum of its parts.

    Args:
        total: The total.
        parts: The parts.

    Returns:
        The smallest and the largest difference that fit; None where there is no limit.
    """
    low, high = 0, 0
    unlimited = False
    for part in parts:
        low += part.low
        if part.high is None:
            unlimited = True
        else:
            high += part.high
    return (None if unlimited else total.low - high), (None if total.high is None else total.high - low)


def judge(low: int | None, high: int | None, *, complete: bool) -> Verdict:
    """Give the verdict on a residual.

    Args:
        low: The smallest difference that fits; None where there is no limit.
        high: The largest.
        complete: Whether all required parts are there.

    Returns:
        `over` if the parts surely exceed the total; else, with a part absent, `partial` if they surely do not; else
        `balanced` if they surely are equal and `short` if they surely are less; else `open`.
    """
    if high is not None and high < 0:
        return Verdict.OVER
    if low is None or low < 0:
        return Verdict.OPEN
    if not complete:
        return Verdict.PARTIAL
    if high == 0:
        return Verdict.BALANCED
    return Verdict.SHORT if low > 0 else Verdict.OPEN


def holds(rule: Sum | Within, key: Key, place: Mapping[str, int]) -> bool:
    """Whether a rule is one for a cell.

    Args:
        rule: The rule.
        key: The cell that is its whole.
        place: Where each column stands in the cell.

    Returns:
        Whether the other columns have codes for which it holds, and the span lies in its days.
    """
    if any(key[place[column]] not in codes for column, codes in rule.only.items()):
        return False
    if isinstance(rule, Within) or (rule.since is None and rule.until is None):
        return True
    period = Period.of(key[place[rule.dated]])
    return (rule.since is None or period.start >= rule.since) and (rule.until is None or period.end <= rule.until)


class _Leaf(NamedTuple):
    """A part: its code, the codes above it below the whole, its cell, its count, and whether it is nothing and optional."""

    code: str
    above: tuple[str, ...]
    key: Key
    member: Member
    nil: bool


@attrs.define
class _Gathered:
    """The parts of a total: those that are there, those that are not, those that cannot be used."""

    leaves: list[_Leaf] = attrs.field(factory=list)
    absent: list[tuple[str, tuple[str, ...]]] = attrs.field(factory=list)
    bad: list[str] = attrs.field(factory=list)


@attrs.frozen
class _Check:
    """A structure over cells."""

    structure: Structure
    cells: Cells
    place: dict[str, int]
    lower: dict[tuple[str, str, str], tuple[Sum, ...]] = attrs.field(factory=dict)  # by axis, column and part

    @classmethod
    def of(cls, structure: Structure, cells: Cells) -> "_Check":
        """Take the cells that may take part."""
        place = {column: n for n, column in enumerate(cells.columns)}
        aside = [(place[column], set(codes)) for column, codes in structure.aside.items() if column in place]

        def used(key: Key) -> bool:
            return not any(key[n] in codes for n, codes in aside)

        members = {key: member for key, member in cells.members.items() if used(key)}
        return cls(structure, attrs.evolve(cells, members=members), place)

    def holds(self, rule: Sum | Within, key: Key) -> bool:
        """Whether a rule is one for this cell."""
        return holds(rule, key, self.place)

    def swapped(self, rule: Sum | Within, key: Key, code: str) -> Key:
        """Give the cell that differs in the rule's column alone."""
        place = self.place[rule.column]
        return (*key[:place], code, *key[place + 1 :])

    def below(self, rule: Sum, part: str) -> tuple[Sum, ...]:
        """Give the sums whose whole is a part of this one."""
        key = (rule.axis, rule.column, part)
        if key not in self.lower:
            self.lower[key] = self.structure.below(rule, part)
        return self.lower[key]

    def gather(self, rule: Sum, key: Key, above: tuple[str, ...] = ()) -> _Gathered:
        """Collect the parts of a cell; one that is not there is replaced by its own."""
        found = _Gathered()
        required, optional = rule.parts_of(key[self.place[rule.column]])
        for part in (*required, *optional):
            cell = self.swapped(rule, key, part)
            if cell in self.cells.bad:
                found.bad.append(f"{rule.column} {part}: {self.cells.bad[cell]}")
            elif cell in self.cells.members:
                member = self.cells.members[cell]
                nil = member.high == 0 and part in optional  # as if it were absent: what it includes is nothing either
                found.leaves.append(_Leaf(part, above, cell, member._replace(includes=_NONE) if nil else member, nil))
            else:
                own = self.replacement(rule, cell, part, above)
                if own:  # even an optional part that is there in pieces alone is not whole
                    found.leaves += own.leaves
                    found.bad += own.bad
                    found.absent += own.absent
                elif part in required:
                    found.absent.append((part, above))
        return found

    def replacement(self, rule: Sum, cell: Key, part: str, above: tuple[str, ...]) -> _Gathered | None:
        """Collect the parts of a part that is not there itself; None if none of them is there either."""
        for below in self.below(rule, part):
            if self.holds(below, cell):
                own = self.gather(below, cell, (*above, part))
                return own if own.leaves or own.bad else None
        return None

    def tree(self, rule: Sum, key: Key, above: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
        """Give all codes below a whole, each with those above it."""
        codes = {}
        required, optional = rule.parts_of(key[self.place[rule.column]])
        for part in (*required, *optional):
            codes[part] = above
            cell = self.swapped(rule, key, part)
            for below in self.below(rule, part):
                if self.holds(below, cell):
                    codes |= self.tree(below, cell, (*above, part))
        return codes

    def sums(self, rule: Sum) -> Iterator[Finding]:
        """Hold every whole of a sum against its parts, where any of them is there."""
        place = self.place[rule.column]
        for key, total in self.cells.members.items():
            if rule.is_whole(key[place]) and self.holds(rule, key):
                found = self.gather(rule, key)
                if found.leaves or found.bad:
                    yield self.finding(rule, key, total, found)

    def finding(self, rule: Sum, key: Key, total: Member, found: _Gathered) -> Finding:
        """Hold one total against what was gathered."""
        leaves, absent = found.leaves, found.absent
        if total.includes or any(leaf.member.includes for leaf in leaves):
            tree = self.tree(rule, key)
            absent = [gap for gap in absent if not any(_inside(gap, leaf) for leaf in leaves)]
            kept = _uncovered(leaves)
            leaves = _apart(kept, [leaf for leaf in leaves if leaf not in kept], tree)
            total, *parts = _alike([total, *(leaf.member for leaf in leaves if not leaf.nil)], tree)
        else:
            parts = [leaf.member for leaf in leaves]
        low, high = residual(total, parts)
        return Finding(
            axis=rule.axis,
            key=key,
            total=self.cells.members[key],
            parts=tuple(leaf.code for leaf in leaves),
            stated=tuple(leaf.member.stated for leaf in leaves),
            absent=tuple(code for code, _ in absent),
            several=any(member.several for member in (total, *parts)),
            residual_low=None if found.bad else low,
            residual_high=None if found.bad else high,
            verdict=Verdict.INVALID if found.bad else judge(low, high, complete=not absent),
            problem=f"rests on a row that cannot be used: {'; '.join(found.bad)}" if found.bad else "",
            used=tuple(leaf.key for leaf in leaves),
        )

    def within(self, rule: Within) -> Iterator[Finding]:
        """Hold every part against its whole, one at a time."""
        place = self.place[rule.column]
        parts = set(rule.parts)
        for key, member in self.cells.members.items():
            whole = self.swapped(rule, key, rule.whole)
            if key[place] in parts and whole in self.cells.members and self.holds(rule, whole):
                yield self.fit(whole, key[place], member, parts)

    def subsets(self) -> Iterator[Finding]:
        """Hold every count of a part of a cell against the cell."""
        for key, name, member in self.cells.subsets:
            if key in self.cells.members:
                yield self.fit(key, name, member, frozenset())

    def fit(self, key: Key, name: str, part: Member, inside: Collection[str]) -> Finding:
        """Hold one part against its whole."""
        whole = self.cells.members[key]
        low, high = residual(*_pair(_alike([whole, part], inside)))
        verdict = judge(low, high, complete=False)
        return Finding(
            axis=Axis.WITHIN.value,
            key=key,
            total=whole,
            parts=(name,),
            stated=(part.stated,),
            absent=(),
            several=whole.several or part.several,
            residual_low=low,
            residual_high=high,
            verdict=Verdict.BALANCED if verdict is Verdict.PARTIAL else verdict,
        )


def _pair(members: list[Member]) -> tuple[Member, list[Member]]:
    return members[0], members[1:]


def _inside(part: tuple[str, tuple[str, ...]], other: _Leaf) -> bool:
    """Whether a count includes a part, or one above that part."""
    code, above = part
    return code != other.code and not other.member.includes.isdisjoint((code, *above))


def _uncovered(leaves: list[_Leaf]) -> list[_Leaf]:
    """Leave out the parts that are counted inside others, at one remove or more; of two in each other the first stays."""
    holders = {leaf.code: {o.code for o in leaves if _inside((leaf.code, leaf.above), o)} for leaf in leaves}
    order = list(holders)

    def reached(code: str) -> set[str]:
        found, todo = set[str](), [code]
        while todo:
            new = holders[todo.pop()] - found
            found |= new
            todo += new
        return found

    reach = {code: reached(code) for code in order}
    return [
        leaf
        for leaf in leaves
        if not any(
            leaf.code not in reach[other] or order.index(other) < order.index(leaf.code)
            for other in reach[leaf.code] - {leaf.code}
        )
    ]


def _apart(leaves: list[_Leaf], inside: list[_Leaf], tree: dict[str, tuple[str, ...]]) -> list[_Leaf]:
    """Leave open the count of a part that overlaps with another one: by how much is not known.

    A part overlaps with another one if it includes a piece of it, or something that the other includes too. A part that is
    smaller than what it is said to include may be anything.
    """

    def whole(codes: set[str]) -> set[str]:
        return codes | {code for code, above in tree.items() if not codes.isdisjoint(above)}

    included = {leaf.code: whole(set(leaf.member.includes & tree.keys())) for leaf in leaves}
    covered = {leaf.code: included[leaf.code] | whole({leaf.code}) for leaf in leaves}
    made = []
    for leaf in leaves:
        high = leaf.member.high
        held = [other for other in inside if _inside((other.code, other.above), leaf)]
        if high is not None and any(other.member.low > high for other in held):
            made.append(leaf._replace(member=leaf.member._replace(low=0, high=None)))
        elif any(included[leaf.code] & codes for code, codes in covered.items() if code != leaf.code):
            made.append(leaf._replace(member=_loose(leaf.member)))
        else:
            made.append(leaf)
    return made


def _alike(members: list[Member], inside: Collection[str]) -> list[Member]:
    """Leave open what a count includes beyond the whole and others do not; what all include alike makes no difference."""
    beyond = [member.includes.difference(inside) for member in members]
    if len(set(beyond)) == 1:
        return members
    return [_loose(member) if more else member for member, more in zip(members, beyond, strict=True)]


def _loose(member: Member) -> Member:
    """Give the count of a cell alone, of which a count with others inside is all that is known."""
    return member._replace(low=0)


def evaluate(cells: Cells, structure: Structure) -> list[Finding]:
    """Hold every total against its parts, and every part against its whole.

    Args:
        cells: The counts.
        structure: What adds up to what. Its columns are columns of the cells.

    Returns:
        A finding for each total of which a part is there, and for each part within a whole, in no particular order. A
        total of which no part is there has none: it was not checked.
    """
    check = _Check.of(structure, cells)
    found = [finding for rule in structure.sums for finding in check.sums(rule)]
    found += [finding for rule in structure.within for finding in check.within(rule)]
    return found + (list(check.subsets()) if structure.subsets else [])


def totals(cells: Cells, structure: Structure) -> dict[str, int]:
    """Count the totals of each sum, those of which no part is there too.

    Args:
        cells: The counts.
        structure: What adds up to what.

    Returns:
        How many cells are the whole of a sum, by axis.
    """
    check = _Check.of(structure, cells)
    counted = Counter[str]()
    for rule in structure.sums:
        place = check.place[rule.column]
        counted[rule.axis] += sum(rule.is_whole(key[place]) and check.holds(rule, key) for key in check.cells.members)
    return dict(counted)
