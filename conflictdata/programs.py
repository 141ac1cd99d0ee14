"""Figures and a structure as the rows of a linear program: what was said, and what holds between cells whatever was said.

The unknowns are counts of 0 or more. A cell that a sum cuts into parts is no unknown of its own: it is the sum of its
smallest parts, its atoms, so that the sums hold by themselves and the program stays small. It knows no dataset.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import attrs

from conflictdata.balancing import Cells, Member, holds
from conflictdata.structure import Key, Structure, Sum, Within
from conflictdata.values import Period
from conflictdata.vocabulary import PeriodKind

Vector = Mapping[int, int]  # how often each atom is counted


class Limit(NamedTuple):
    """What a number says: the counts of some cells together lie between two ends.

    Attributes:
        cells: The cells.
        low: The smallest number that fits.
        high: The largest; None where there is no upper limit.
    """

    cells: tuple[Key, ...]
    low: int
    high: int | None


class Said(NamedTuple):
    """One number that was reported: it is left out of a program, or taken into it, as a whole.

    Attributes:
        key: The cell that it is about.
        name: The name of a count of a part of the cell; empty for a count of the cell.
        text: The cell and the number, as stated.
        limits: What it says; empty where that is nothing certain.
    """

    key: Key
    name: str
    text: str
    limits: tuple[Limit, ...]

    @property
    def point(self) -> int | None:
        """The one number that the cell can be by this; None where it leaves more open."""
        for limit in self.limits:
            if limit.cells == (self.key,) and limit.low == limit.high:
                return limit.low
        return None


def aside(structure: Structure, columns: tuple[str, ...], key: Key) -> list[str]:
    """Give the codes of a cell that never take part in anything.

    Args:
        structure: What adds up to what.
        columns: The columns that make up a cell.
        key: The cell.

    Returns:
        The codes; none for most cells.
    """
    return [code for column, code in zip(columns, key, strict=True) if code in structure.aside.get(column, ())]


def _limits(key: Key, member: Member, others: list[Key] | None) -> Iterator[Limit]:
    """Say what a number means of its cell.

    One that counts others inside it is an upper limit of the cell alone. How much of the others is inside is not known, so
    that only the cell and all of the others together are at least the number.
    """
    if not member.includes:
        yield Limit((key,), member.low, member.high)
        return
    if member.high is not None:
        yield Limit((key,), 0, member.high)
    if others is not None:
        yield Limit((key, *others), member.low, None)


def said_of(cells: Cells, structure: Structure) -> tuple[Said, ...]:
    """Give what was reported, in an order that does not depend on the order of the cells.

    Args:
        cells: The counts.
        structure: What adds up to what; cells that it sets aside are left out.

    Returns:
        One for each count, and for each count of a part of a cell.
    """
    columns = cells.columns
    known = [structure.known(column) or () for column in columns]

    def included(key: Key, codes: Iterable[str]) -> list[Key] | None:
        """Give the cells that a count includes; None if one of them never takes part."""
        found = []
        for code in sorted(codes):
            place = next((place for place, all_ in enumerate(known) if code in all_), None)
            if place is None or code in structure.aside.get(columns[place], ()):
                return None
            found.append((*key[:place], code, *key[place + 1 :]))
        return found

    def text(key: Key, number: str) -> str:
        codes = (str(code) for column, code in zip(columns, key, strict=True) if column != "dataset")
        return f"{' '.join(codes)} {number}"

    def certain(limits: Iterable[Limit]) -> tuple[Limit, ...]:
        return tuple(limit for limit in limits if limit.low > 0 or limit.high is not None)

    made = []
    for key, member in cells.members.items():
        inside = f" with {' '.join(sorted(member.includes))}" if member.includes else ""
        limits = _limits(key, member, included(key, member.includes))
        made.append(Said(key, "", text(key, member.stated + inside), certain(limits)))
    for key, name, part in cells.subsets if structure.subsets else ():
        # One that includes others too may be of these more than of the cell.
        told = () if part.includes else (Limit((key,), part.low, None),)
        made.append(Said(key, name, text(key, f"{part.stated} (a part, {name})"), certain(told)))
    kept = (one for one in made if not aside(structure, columns, one.key))
    return tuple(sorted(kept, key=lambda one: (one.key, one.name)))


def spans_of(columns: tuple[str, ...], structure: Structure, keys: Iterable[Key]) -> frozenset[Period]:
    """Give the spans of whole months of some cells: those that a calendar cuts or joins.

    Args:
        columns: The columns that make up a cell.
        structure: What adds up to what.
        keys: The cells.

    Returns:
        The spans.
    """
    places = {columns.index(sum_.column) for sum_ in structure.sums if sum_.calendar and sum_.column in columns}
    codes = {key[place] for key in keys for place in places}
    return frozenset(span for span in map(Period.of, codes) if span.kind is not PeriodKind.DAYS)


def nobody_named(columns: tuple[str, ...], structure: Structure, said: Iterable[Said]) -> Callable[[str, Key], bool]:
    """Say which optional parts can count as nothing: those that nobody named, of any cell whose span shares a day.

    Args:
        columns: The columns that make up a cell.
        structure: What adds up to what.
        said: What was reported.

    Returns:
        Takes a column and a cell, and says whether nobody gave another number than 0 for its code in that column.
    """
    spans = [columns.index(column) for column in structure.calendars if column in columns]
    named: dict[tuple[int, str], set[tuple[Period, ...]]] = defaultdict(set)
    for one in said:
        for key in {one.key, *(key for limit in one.limits for key in limit.cells)} if one.point != 0 else ():
            for place, code in enumerate(key):
                named[place, code].add(tuple(Period.of(key[span]) for span in spans))

    def nothing(column: str, key: Key) -> bool:
        place = columns.index(column)
        mine = [Period.of(key[span]) for span in spans]
        return not any(all(map(Period.overlaps, mine, other)) for other in named.get((place, key[place]), ()))

    return nothing


@attrs.define(slots=False)  # for the cached properties
class Program:
    """Cells, and what holds between them whatever was reported.

    Attributes:
        columns: The columns that make up a cell.
        structure: What adds up to what.
        inside: Whether a span is one whose parts are looked at; of another one its own number alone is.
        spans: The spans that are asked about or reported, anywhere: what none of them cuts is not cut.
        nothing: Whether an optional part, a column and a cell, counts as nothing.
        atoms: The place of each atom.
        vectors: The atoms of each cell.
        equal: Pairs of vectors that are equal: the ways to cut a cell that do not end in the same atoms.
        less: Pairs of vectors of which the first is no more than the second.
        nil: The atoms that count as nothing.
    """

    columns: tuple[str, ...]
    structure: Structure
    inside: Callable[[Period], bool]
    spans: frozenset[Period]
    nothing: Callable[[str, Key], bool]
    atoms: dict[Key, int] = attrs.field(factory=dict)
    vectors: dict[Key, Vector] = attrs.field(factory=dict)
    equal: list[tuple[Vector, Vector]] = attrs.field(factory=list)
    less: list[tuple[Vector, Vector]] = attrs.field(factory=list)
    nil: set[int] = attrs.field(factory=set)
    _new: list[Key] = attrs.field(factory=list)
    _cuts: dict[str, bool] = attrs.field(factory=dict)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {column: place for place, column in enumerate(self.columns)}

    @cached_property
    def _dated(self) -> list[int]:
        return [self._place[column] for column in sorted(self.structure.calendars) if column in self._place]

    def add(self, keys: Iterable[Key]) -> None:
        """Take cells in, with all that they consist of, and the wholes within which that lies.

        What lies above a cell, and was not reported itself, says nothing of it. So does what lies within a cell and holds
        nothing that was reported.

        Args:
            keys: The cells; the program is a function of their order.
        """
        for key in keys:
            self._cells(key)
        pairs = []
        while self._new:
            part = self._new.pop()
            for rule, whole in self._wholes(part):
                self._cells(whole)
                pairs.append((rule, part, whole))
        for rule, part, whole in pairs:
            if not self._follows(rule, part, whole):
                self.less.append((self.vectors[part], self.vectors[whole]))

    def _cells(self, key: Key) -> Vector:
        """Give the atoms of a cell, and take it in with its parts."""
        if key in self.vectors:
            return self.vectors[key]
        ways = []
        for rule, required, optional in self._sums(key):
            counted = Counter[int]()
            for part in (*required, *optional):
                counted.update(self._cells(part))
            for part in optional:
                if self.nothing(rule.column, part):
                    self.nil.update(self.vectors[part])
            ways.append(dict(counted))
        vector, *others = ways or [{self.atoms.setdefault(key, len(self.atoms)): 1}]
        self.vectors[key] = vector
        self._new.append(key)
        self.equal += [(vector, other) for other in others if other != vector]
        return vector

    def _swapped(self, column: str, key: Key, code: str) -> Key:
        place = self._place[column]
        return (*key[:place], code, *key[place + 1 :])

    def _looked_into(self, key: Key) -> bool:
        return all(self.inside(Period.of(key[place])) for place in self._dated)

    def _sums(self, key: Key) -> Iterator[tuple[Sum, list[Key], list[Key]]]:
        """Give the sums of which a cell is the whole, with its required and its optional parts."""
        for rule in self.structure.sums if self._looked_into(key) else ():
            code = key[self._place[rule.column]]
            if rule.is_whole(code) and holds(rule, key, self._place) and (not rule.calendar or self._is_cut(code)):
                required, optional = rule.parts_of(code)
                yield (
                    rule,
                    [self._swapped(rule.column, key, part) for part in required],
                    [self._swapped(rule.column, key, part) for part in optional],
                )

    def _is_cut(self, code: str) -> bool:
        """Whether a span has to be cut: another one is a part of it or reaches over its edge; a run of months, any other.

        Where none is and none does, its parts can be anything that sums to it, and say nothing. A year is cut into halves
        and not into the run that lies in it.
        """
        if code not in self._cuts:
            span = Period.of(code)
            whole = span.kind is not PeriodKind.MONTHS
            others = (one for one in self.spans if one != span and one.overlaps(span))
            self._cuts[code] = any(not (whole and span in one) for one in others)
        return self._cuts[code]

    def _wholes(self, key: Key) -> Iterator[tuple[Within, Key]]:
        """Give the cells within which a cell lies."""
        for rule in self.structure.within if self._looked_into(key) else ():
            if key[self._place[rule.column]] in rule.parts:
                whole = self._swapped(rule.column, key, rule.whole)
                if holds(rule, whole, self._place):
                    yield rule, whole

    def _follows(self, rule: Within, part: Key, whole: Key) -> bool:
        """Whether a part is within its whole by their atoms, or since the parts of both are, one by one."""
        one, other = self.vectors[part], self.vectors[whole]
        if all(other.get(atom, 0) >= number for atom, number in one.items()):
            return True
        wholes = [sum_ for sum_, _, _ in self._sums(whole)]
        for sum_, required, optional in self._sums(part):
            if sum_.column != rule.column and sum_ in wholes:
                above = (self._swapped(rule.column, key, rule.whole) for key in (*required, *optional))
                if all(holds(rule, key, self._place) for key in above):
                    return True
        return False


@attrs.define
class Condensed:
    """A program made small: atoms that nothing tells apart are counted as one, and what only others limit is left out.

    An atom that nothing is said of but that it lies within something is 0 at least and all of that at most. Atoms that stand
    in the same cells of all rows can take each other's place, so that of several of them the largest end is that of one,
    and the smallest is 0 if one is missing.

    Attributes:
        program: The small program, of the cells that something is said of.
        above: For each atom that is left out, the atoms within which it lies.
        kinds: For each other atom, the atom of the small program that it is counted as.
        sizes: How many atoms each atom of the small program stands for.
        loose: The atoms of the small program that nothing is said of.
    """

    program: Program
    above: dict[int, Vector]
    kinds: dict[int, int]
    sizes: Counter[int]
    loose: frozenset[int]

    def lowest(self, vector: Vector) -> Key:
        """Give a cell of the small program that has the smallest end of a cell.

        Args:
            vector: The atoms of the cell, in the large program.

        Returns:
            The cell; it is taken into the small program.
        """
        numbers: dict[int, list[int]] = defaultdict(list)
        for atom, number in vector.items():
            if atom in self.kinds:
                numbers[self.kinds[atom]].append(number)
        whole = {
            kind: min(told) for kind, told in numbers.items() if len(told) == self.sizes[kind] and kind not in self.loose
        }
        return self._taken(whole)

    def highest(self, vector: Vector) -> Key | None:
        """Give a cell of the small program that has the largest end of a cell.

        Args:
            vector: The atoms of the cell, in the large program.

        Returns:
            The cell; it is taken into the small program. None if nothing limits the cell.
        """
        counted = Counter(dict(vector))
        todo = [atom for atom in counted if atom in self.above]
        while todo:
            atom = todo.pop()
            number = counted.pop(atom, 0)
            for other, times in self.above[atom].items() if number else ():
                counted[other] += number * times
                if other in self.above:
                    todo.append(other)
        most: dict[int, int] = {}
        for atom, number in counted.items():
            kind = self.kinds[atom]
            most[kind] = max(number, most.get(kind, 0))
        return None if self.loose & most.keys() else self._taken(most)

    def _taken(self, vector: dict[int, int]) -> Key:
        key = tuple(sorted(vector.items()))
        self.program.vectors[key] = vector
        return key


def condensed(program: Program, said: Iterable[Said]) -> Condensed:
    """Make a program small.

    Args:
        program: The program.
        said: What was reported.

    Returns:
        The small program.
    """
    known = program.vectors
    limits = [limit for one in said for limit in one.limits if all(key in known for key in limit.cells)]
    stated = dict.fromkeys(key for limit in limits for key in limit.cells)
    less, above = _loosened(program, {atom for key in stated for atom in known[key]})
    ways = [known[key] for key in stated] + [way for pair in (*program.equal, *less) for way in pair]
    columns: dict[int, list[tuple[int, int]]] = {atom: [] for atom in program.atoms.values() if atom not in above}
    for row, way in enumerate(ways):
        for atom, number in way.items():
            columns[atom].append((row, number))
    found: dict[tuple[Any, ...], int] = {}
    kinds = {atom: found.setdefault((*told, atom in program.nil), len(found)) for atom, told in columns.items()}
    loose = frozenset(kinds[atom] for atom, told in columns.items() if not told and atom not in program.nil)

    def small(way: Vector) -> Vector:
        return {kinds[atom]: number for atom, number in way.items()}

    made = attrs.evolve(
        program,
        atoms={("", kind): kind for kind in found.values()},
        vectors={key: small(known[key]) for key in stated},
        equal=[(small(one), small(other)) for one, other in program.equal],
        less=list({_frozen(one, other): (one, other) for one, other in ((small(a), small(b)) for a, b in less)}.values()),
        nil={kinds[atom] for atom in program.nil if atom in kinds},
    )
    return Condensed(made, above, kinds, Counter(kinds.values()), loose)


def _frozen(one: Vector, other: Vector) -> tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
    return frozenset(one.items()), frozenset(other.items())


def _loosened(program: Program, stated: set[int]) -> tuple[list[tuple[Vector, Vector]], dict[int, Vector]]:
    """Leave out the atoms of which nothing is said but within what they lie, once; give what that is."""
    fixed = {*stated, *program.nil, *(atom for pair in program.equal for way in pair for atom in way)}
    rows = dict(enumerate(program.less))
    about: dict[int, set[int]] = defaultdict(set)
    for row, pair in rows.items():
        for way in pair:
            for atom in way:
                about[atom].add(row)
    above: dict[int, Vector] = {}
    todo = list(about)
    while todo:
        atom = todo.pop()
        if atom in above or atom in fixed or len(about[atom]) != 1:
            continue
        (row,) = about[atom]
        part, whole = rows[row]
        if part != {atom: 1} or atom in whole:
            continue
        del rows[row]
        above[atom] = whole
        for other in whole:
            about[other].discard(row)
            todo.append(other)
    return list(rows.values()), above
