"""The counts of a frame, a row for all cells that differ in one column alone: what the check over frames evaluates.

The codes of that column have a slot each. One pass over the rows adds up, for each slot, how many rows there are and what
they count; what is whole and what is a part is then a matter of one row. For spans the slots are those within a longer
span: the first half of a year, its second quarter.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import attrs
import narwhals as nw

from conflictdata.entries import BAD, Entries, code_problems, with_code
from conflictdata.expressions import either, every, span_code
from conflictdata.structure import Structure, Sum, Within
from conflictdata.vocabulary import PeriodKind

LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@attrs.frozen
class Part:
    """A part of a whole.

    Attributes:
        slot: Its slot.
        code: Its code; for a span its kind and place.
        required: Whether the sum is not complete without it.
        below: What it is replaced by, where it is not there.
    """

    slot: int
    code: str
    required: bool
    below: tuple["Node", ...]


@attrs.frozen
class Node:
    """A sum, by its slots.

    Attributes:
        rule: The sum.
        slot: The slot of the whole.
        parts: Its parts.
        offset: For spans, how many months after the first of the outermost span the whole begins.
    """

    rule: Sum
    slot: int
    parts: tuple[Part, ...]
    offset: int = 0


@attrs.frozen
class Slots:
    """What is held against each other along one column.

    Attributes:
        column: The column.
        codes: The codes of the slots; for spans, kind and place: `half 1`.
        span: For spans, the kind of the outermost.
        tops: The sums.
        withins: What lies within what.
        counts_rows: Whether every code of the column has a slot, so that cells that stand more than once are found here.
    """

    column: str
    codes: tuple[str, ...]
    span: str
    tops: tuple[Node, ...]
    withins: tuple[Within, ...] = ()
    counts_rows: bool = False

    @property
    def plain(self) -> bool:
        """Whether there is one sum, no part of which is replaced by others."""
        return len(self.tops) == 1 and not self.withins and not any(part.below for part in self.tops[0].parts)


def slots_of(structure: Structure, checks: Structure) -> list[Slots]:
    """Say what is held against each other, column by column.

    Args:
        structure: What adds up to what, with all its codes.
        checks: The checks that are asked for.

    Returns:
        One for each column that has a sum or a part within a whole, and for each kind of span that is a whole; runs of
        months are left out, since their parts are not those of a longer span.
    """
    made: list[Slots] = []
    plain = dict.fromkeys([*(s.column for s in checks.sums if not s.calendar), *(w.column for w in checks.within)])
    for column in plain:
        sums = [sum_ for sum_ in checks.sums if sum_.column == column and not sum_.calendar]
        withins = tuple(rule for rule in checks.within if rule.column == column)
        codes: dict[str, int] = {}
        tops = tuple(_node(checks, sum_, sum_.whole, codes) for sum_ in sums)
        for rule in withins:
            for code in (rule.whole, *rule.parts):
                codes.setdefault(code, len(codes))
        made.append(Slots(column, tuple(codes), "", tops, withins))
    for sum_ in checks.sums:
        if sum_.calendar and sum_.whole != PeriodKind.MONTHS:
            slots = {f"{sum_.whole} 0": 0}
            node = _span_node(checks, sum_, 0, slots)
            made.append(Slots(sum_.column, tuple(slots), sum_.whole, (node,)))
    return _with_rows(made, structure)


def _with_rows(made: list[Slots], structure: Structure) -> list[Slots]:
    """Let the column with the fewest codes, if all its codes are known, find the cells that stand more than once."""
    known = {one.column: codes for one in made if not one.span and (codes := structure.known(one.column)) is not None}
    fitting = {column: codes for column, codes in known.items() if column not in structure.calendars}
    if not fitting:
        return made
    column = min(fitting, key=lambda name: len(fitting[name]))

    def widened(one: Slots) -> Slots:
        more = sorted(fitting[column].difference(one.codes))
        return attrs.evolve(one, codes=(*one.codes, *more), counts_rows=True)

    return [widened(one) if one.column == column and not one.span else one for one in made]


def _node(checks: Structure, rule: Sum, whole: str, slots: dict[str, int]) -> Node:
    slot = slots.setdefault(whole, len(slots))
    told = [(code, True) for code in rule.required] + [(code, False) for code in rule.optional]
    parts = []
    for code, required in told:
        own = slots.setdefault(code, len(slots))
        parts.append((own, code, required))
    return Node(
        rule,
        slot,
        tuple(
            Part(own, code, required, tuple(_node(checks, below, code, slots) for below in checks.below(rule, code)))
            for own, code, required in parts
        ),
    )


def _span_node(checks: Structure, rule: Sum, offset: int, slots: dict[str, int]) -> Node:
    """Cut a span that begins so many months after the outermost one into its parts."""
    length = LENGTHS[rule.whole]
    kind = next((kind for kind in rule.required if LENGTHS[kind] < length), "")
    size = LENGTHS[kind]
    parts = []
    for start in range(offset, offset + length, size):
        code = f"{kind} {start // size}"
        slot = slots.setdefault(code, len(slots))
        below = [
            other
            for other in checks.sums
            if (other.axis, other.column, other.calendar, other.whole) == (rule.axis, rule.column, True, kind)
        ]
        parts.append(Part(slot, code, True, tuple(_span_node(checks, other, start, slots) for other in below)))  # noqa: FBT003
    whole = slots.setdefault(f"{rule.whole} {offset // length}", len(slots))
    return Node(rule, whole, tuple(parts), offset)


@attrs.frozen
class Group:
    """A frame with a row for all cells that differ in one column alone.

    Attributes:
        frame: The rows, with the columns that `gathered` says.
        entries: The rows that they were made of.
        slots: The codes of the column.
        single: Whether the counts of the slots are there one by one; else only those of the whole and of all parts.
    """

    frame: "nw.LazyFrame[Any]"
    entries: Entries
    slots: Slots
    single: bool

    def there(self, slot: int) -> nw.Expr:
        """Whether there is a count in a slot, one that can be used and takes part."""
        return nw.lit(value=False) if self._left_out(slot) else nw.col(f"__n{slot}") == 1

    def _left_out(self, slot: int) -> bool:
        return self.slots.codes[slot] in self.entries.structure.aside.get(self.slots.column, ())

    def bad(self, slot: int) -> nw.Expr:
        """Whether what is in a slot cannot be used."""
        return nw.col(f"__n{slot}") > 1

    def missing(self, slot: int) -> nw.Expr:
        """Whether there is nothing in a slot that takes part."""
        return ~self.bad(slot) if self._left_out(slot) else nw.col(f"__n{slot}") == 0

    def repeated(self, slot: int) -> nw.Expr:
        """Whether a slot has several rows."""
        return (nw.col(f"__n{slot}") > 1) & (nw.col(f"__n{slot}") != BAD)

    def low(self, name: object) -> nw.Expr:
        """The smallest number of a slot, or of what `name` says."""
        return nw.col(f"__l{name}")

    def high(self, name: object) -> nw.Expr:
        """The largest number of a slot, as if one without an upper limit were nothing."""
        return nw.col(f"__h{name}") if self.entries.bounded else self.low(name)

    def free(self, name: object) -> nw.Expr:
        """How many of them have no upper limit."""
        return nw.col(f"__f{name}") if self.entries.bounded else nw.lit(0)

    def inside(self, slot: int) -> nw.Expr:
        """What the count in a slot includes, as bits."""
        return nw.col(f"__m{slot}")

    def cell(self, code: nw.Expr) -> dict[str, nw.Expr]:
        """Give the columns of a cell, with this code in the column of the slots."""
        return {
            column: code if column == self.slots.column else nw.col(f"__code_{place}")
            for place, column in enumerate(self.entries.cell)
        }

    def code(self, slot: int) -> nw.Expr:
        """Give the code of a slot."""
        if not self.slots.span:
            return nw.lit(self.slots.codes[slot])
        kind, place = self.slots.codes[slot].split()
        return span_code(nw.col("__start") + int(place) * LENGTHS[kind], kind)

    def aside(self) -> nw.Expr:
        """Whether the cells take part in nothing."""
        told = [
            self.cell(nw.lit(""))[column].is_in(list(codes))
            for column, codes in self.entries.structure.aside.items()
            if column in self.entries.cell and column != self.slots.column
        ]
        return either(*told)

    def holds(self, rule: Sum | Within, offset: int = 0) -> nw.Expr:
        """Whether a rule is one for these cells."""
        if rule.whole not in rule.only.get(self.slots.column, (rule.whole,)):
            return nw.lit(value=False)
        cell = self.cell(nw.lit(""))
        told = [cell[column].is_in(list(codes)) for column, codes in rule.only.items() if column != self.slots.column]
        if isinstance(rule, Sum):
            told += list(self._dated(rule, offset))
        return every(*told)

    def _dated(self, rule: Sum, offset: int) -> Iterator[nw.Expr]:
        """Whether the span of the whole lies between the days of a rule."""
        if self.slots.span and rule.dated == self.slots.column:
            start = nw.col("__start") + offset
            if rule.since:
                yield start >= _first_month(rule.since)
            if rule.until:
                yield start + LENGTHS[rule.whole] <= _first_month(rule.until + timedelta(days=1), before=True)
            return
        place = self.entries.cell.index(rule.dated) if rule.since or rule.until else 0
        if rule.since:
            yield nw.col(f"__span_{place}_from") >= int(f"{rule.since:%Y%m%d}")
        if rule.until:
            yield nw.col(f"__span_{place}_to") <= int(f"{rule.until:%Y%m%d}")


def _first_month(day: date, *, before: bool = False) -> int:
    """Give the first month that begins on a day or later; or the last that begins on it or before."""
    month = day.year * 12 + day.month - 1
    return month if day.day == 1 or before else month + 1


def gathered(entries: Entries, slots: Slots) -> Group:
    """Add the rows up, for all cells that differ in one column alone.

    Args:
        entries: The rows.
        slots: The column and its codes.

    Returns:
        For each slot `__n`, 1 where there is one row, 0 where there is none, more where what is there cannot be used; the
        sums of `__low`, `__high`, `__free`, `__inside` as `__l`, `__h`, `__f`, `__m`: of each slot, or of the whole (`w`)
        and of all parts (`p`). The other columns of the cell as `with_code` gives them; for spans `__start`, the first
        month of the outermost one. Rows whose codes are not known are left out.
    """
    single = bool(entries.included) or not slots.plain
    place = entries.cell.index(slots.column)
    others = [column for column in entries.cell if column != slots.column]
    frame, matches, extra = _matched(entries, slots, place)
    frame = frame.with_columns(*(match.alias(f"__is{slot}") for slot, match in enumerate(matches)))
    is_slot = [nw.col(f"__is{slot}") for slot in range(len(slots.codes))]
    made = {f"__n{slot}": _masked(here, "__rows") for slot, here in enumerate(is_slot)}
    held = {"l": "__low"} | ({"h": "__high", "f": "__free"} if entries.bounded else {})
    if single:
        held |= {"m": "__inside"} if entries.included else {}
        needed = dict.fromkeys(_needed(slots))
        made |= {f"__{mark}{slot}": _masked(is_slot[slot], source) for mark, source in held.items() for slot in needed}
    else:
        (top,) = slots.tops
        parts = either(*(is_slot[part.slot] for part in top.parts))
        for name, here in (("w", is_slot[top.slot]), ("p", parts)):
            made |= {f"__{mark}{name}": _masked(here, source) for mark, source in held.items()}
    if entries.subsets:
        frame = frame.filter(nw.col("__rows") > 0)
    frame = frame.select(*others, *extra, *(expr.alias(name) for name, expr in made.items()), nw.lit(1).alias("__one"))
    sums = [nw.col(name).sum() for name in made]
    frame = frame.group_by(*(others or ["__one"]), *extra).agg(*sums)
    frame = _coded(frame, entries, others, extra, list(made))
    return Group(frame.with_columns(*(nw.col(name).cast(nw.Int64) for name in made)), entries, slots, single)


def _needed(slots: Slots) -> Iterator[int]:
    """Give the slots whose counts take part in anything."""

    def walk(node: Node) -> Iterator[int]:
        yield node.slot
        for part in node.parts:
            yield part.slot
            for below in part.below:
                yield from walk(below)

    for top in slots.tops:
        yield from walk(top)
    for rule in slots.withins:
        yield from (slots.codes.index(code) for code in (rule.whole, *rule.parts))


def _masked(here: nw.Expr, source: str) -> nw.Expr:
    return nw.when(here).then(nw.col(source)).otherwise(nw.lit(0, dtype=nw.Int64))


def _matched(entries: Entries, slots: Slots, place: int) -> tuple["nw.LazyFrame[Any]", list[nw.Expr], list[str]]:
    """Say which rows belong into which slot."""
    frame, column = entries.frame, slots.column
    if not slots.span and column not in entries.structure.calendars and frame.collect_schema()[column] == nw.String:
        return frame, [nw.col(column) == code for code in slots.codes], []
    frame = with_code(frame, column, place, entries.structure)
    if not slots.span:
        return frame, [nw.col(f"__code_{place}") == code for code in slots.codes], []
    prefix = f"__span_{place}_"
    start, kind, size = nw.col(f"{prefix}start"), nw.col(f"{prefix}kind"), LENGTHS[slots.span]
    told = [code.split() for code in slots.codes]
    frame = frame.filter(nw.col(f"{prefix}ok"), kind.is_in(sorted({kind_ for kind_, _ in told})))
    frame = frame.with_columns((start // size * size).cast(nw.Int64).alias("__start"))
    offset = start - nw.col("__start")
    return frame, [every(kind == kind_, offset == int(n) * LENGTHS[kind_]) for kind_, n in told], ["__start"]


def _coded(
    frame: "nw.LazyFrame[Any]", entries: Entries, others: Sequence[str], extra: Sequence[str], sums: Sequence[str]
) -> "nw.LazyFrame[Any]":
    """Give the groups their other codes, bring together what was written differently, leave out what is wrong."""
    places = {column: entries.cell.index(column) for column in others}
    for column, place in places.items():
        frame = with_code(frame, column, place, entries.structure)
    wrong = [
        condition for column, place in places.items() for condition, _ in code_problems(column, place, entries.structure)
    ]
    if wrong:
        frame = frame.filter(*(~condition.fill_null(value=True) for condition in wrong))
    spans = [f"__span_{places[column]}_" for column in others if column in entries.structure.calendars]
    if not spans:
        return frame
    keys = [*(f"__code_{place}" for place in places.values()), *extra]
    keys += [f"{prefix}{name}" for prefix in spans for name in ("from", "to", "kind", "start", "months")]
    return frame.group_by(*keys).agg(*(nw.col(name).sum() for name in sums))
