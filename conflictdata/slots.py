"""The counts of a frame, a row for all cells that differ in one column alone: what the check over frames evaluates.

The codes of that column have a slot each. One pass over the rows adds up, for each slot, how many rows there are and what
they count; what is whole and what is a part is then a matter of one row. For spans the slots are those within a longer
span: the first half of a year, its second quarter.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import attrs
import narwhals.stable.v2 as nw

from conflictdata.entries import Entries, code_problems, with_code
from conflictdata.expressions import LENGTHS, added, either, every, span_code
from conflictdata.structure import Structure, Sum, Within
from conflictdata.vocabulary import PeriodKind


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
        if self._left_out(slot):
            return nw.col(f"__n{slot}") < 0  # never; no constant, since rows are filtered by it
        once = nw.col(f"__n{slot}") == 1
        if self.single:
            return every(once, ~self.low(slot).is_null())
        return every(once, ~self.low("w").is_null()) if slot == self.slots.tops[0].slot else once

    def _left_out(self, slot: int) -> bool:
        return self.slots.codes[slot] in self.entries.structure.aside.get(self.slots.column, ())

    def bad(self, slot: int) -> nw.Expr:
        """Whether what is in a slot cannot be used; where the parts are counted together, whether it stands twice."""
        rows = nw.col(f"__n{slot}")
        return either(rows > 1, every(rows == 1, self.low(slot).is_null())) if self.single else rows > 1

    def spoilt(self, slots: Iterable[int]) -> nw.Expr:
        """Whether a part cannot be used, where the parts are counted together."""
        return nw.lit(value=False) if self.single else added(*(nw.col(f"__n{slot}") for slot in slots)) != nw.col("__gp")

    def missing(self, slot: int) -> nw.Expr:
        """Whether there is nothing in a slot that takes part."""
        return ~self.bad(slot) if self._left_out(slot) else nw.col(f"__n{slot}") == 0

    def repeated(self, slot: int) -> nw.Expr:
        """Whether a slot has several rows."""
        return nw.col(f"__n{slot}") > 1

    def low(self, name: object) -> nw.Expr:
        """The smallest number of a slot, of the whole (`w`), or of all parts (`p`)."""
        return nw.col(f"__l{name}")

    def high(self, name: object) -> nw.Expr:
        """The largest number, as if one without an upper limit were nothing."""
        return nw.col(f"__h{name}").fill_null(0) if self.entries.bounded else self.low(name)

    def free(self, name: object) -> nw.Expr:
        """Whether there is no upper limit to what is there."""
        if not self.entries.bounded:
            return nw.lit(value=False)
        return nw.col("__gp") > nw.col("__cp") if name == "p" else nw.col(f"__h{name}").is_null()

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
        For each slot `__n`, its rows, and `__l`, `__h`, `__m`, its `__low`, `__high`, `__inside`; if there is one sum
        alone, without parts of parts, `__lw` and `__hw` of the whole, `__lp` and `__hp`, the sums of all parts, `__gp`
        and `__cp`, how many of them have a low and a high. The other columns of the cell as `with_code` gives them; for
        spans `__start`, the first month of the outermost one. Rows whose codes are not known are left out.
    """
    aside = entries.structure.aside.get(slots.column, ())
    single = (
        bool(entries.included) or not slots.plain or any(slots.codes[part.slot] in aside for part in slots.tops[0].parts)
    )
    place = entries.cell.index(slots.column)
    others = [column for column in entries.cell if column != slots.column]
    frame, matches, extra = _matched(entries, slots, place)
    frame = frame.with_columns(*(match.alias(f"__is{slot}") for slot, match in enumerate(matches)))
    here = [nw.col(f"__is{slot}") for slot in range(len(slots.codes))]
    counts: dict[str, nw.Expr] = {f"__n{slot}": nw.when(one).then(nw.lit(1)) for slot, one in enumerate(here)}
    ends = {"l": "__low"} | ({"h": "__high"} if entries.bounded else {})
    most: dict[str, nw.Expr] = {}
    sums: dict[str, nw.Expr] = {}
    if single:
        ends |= {"m": "__inside"} if entries.included else {}
        needed = dict.fromkeys(_needed(slots))
        most = {f"__{mark}{slot}": nw.when(here[slot]).then(nw.col(end)) for mark, end in ends.items() for slot in needed}
    else:
        (top,) = slots.tops
        parts = either(*(here[part.slot] for part in top.parts))
        most = {f"__{mark}w": nw.when(here[top.slot]).then(nw.col(end)) for mark, end in ends.items()}
        sums = {f"__{mark}p": nw.when(parts).then(nw.col(end)) for mark, end in ends.items()}
        counts |= {{"l": "__gp", "h": "__cp"}[mark]: sums[f"__{mark}p"] for mark in ends}
    if entries.subsets:
        frame = frame.filter(~nw.col("__subset"))
    made = counts | most | sums
    frame = frame.select(*others, *extra, *(expr.alias(name) for name, expr in made.items()), nw.lit(1).alias("__one"))
    added_up = [*(nw.col(name).count() for name in counts), *(nw.col(name).max() for name in most)]
    added_up += [nw.col(name).sum() for name in sums]
    frame = frame.group_by(*(others or ["__one"]), *extra).agg(*added_up)
    frame = frame.with_columns(
        *((nw.col(name).fill_null(0) if name in sums else nw.col(name)).cast(nw.Int64) for name in made)
    )
    return Group(_coded(frame, entries, others, extra, (counts, most, sums)), entries, slots, single)


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
    frame: "nw.LazyFrame[Any]",
    entries: Entries,
    others: Sequence[str],
    extra: Sequence[str],
    made: tuple[Iterable[str], Iterable[str], Iterable[str]],
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
    counts, most, sums = made
    frame = frame.group_by(*keys).agg(
        *(nw.col(name).sum() for name in (*counts, *sums)), *(nw.col(name).max() for name in most)
    )
    return frame.with_columns(*(nw.col(name).cast(nw.Int64) for name in (*counts, *sums)))  # sums may be of a wider type
