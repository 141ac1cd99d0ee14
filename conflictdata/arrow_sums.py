"""The check over frames for what is the bulk of it: Arrow tables, and sums no part of which is replaced by others.

Equal cells are brought together by sorting numbers that stand for their codes; then a sum is a difference of running sums.
Small counts share one number. What follows from the sums is not said here: cells that are alike in all but their codes and
numbers are judged once, by the expressions for all engines, and so are the few rows that cannot be used.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import narwhals.stable.v2 as nw
import pyarrow as pa
import pyarrow.compute as pc

from conflictdata.arrow_rows import KINDS, WORD, Lines, spread
from conflictdata.branches import branches_of
from conflictdata.engines import branch_out
from conflictdata.entries import NOT_SURE, UNLIMITED, Entries
from conflictdata.slots import Group, Slots
from conflictdata.vocabulary import Bound

_COUNTED = 12  # bits: Arrow sorts whole numbers below 4,096 by counting them
_AT_ONCE = 1 << 15  # groups whose rows are added up while they are in the processor's cache
_MARKS = ("w", "p")  # the whole, and all parts
_NUMBERS = ("low", "high", "residual_low", "residual_high")


def _ends(rows: pa.Array) -> pa.Array:
    """Give the places behind each run of equal numbers."""
    differ = pc.indices_nonzero(pc.not_equal(rows.slice(1), rows.slice(0, len(rows) - 1))).cast(pa.int64())
    return pa.concat_arrays([pc.add(differ, 1), pa.array([len(rows)], pa.int64())])


def _steps(totals: pa.Array) -> pa.Array:
    """Give what running totals rise by; they may have overflowed, what they rise by has not."""
    return pc.subtract(totals, pa.concat_arrays([pa.array([0], pa.int64()), totals.slice(0, len(totals) - 1)]))


def _taken(columns: Sequence[pa.Array | None], at: pa.Array) -> list[pa.Array | None]:
    """Give these rows of columns; there may be no such column."""
    return spread(lambda column: None if column is None else column.take(at), columns)


def _sorted(key: pa.Array, size: int) -> tuple[pa.Array, pa.Array | None]:
    """Sort numbers below a size, digit by digit; give them, and where each stood, None if they are in order."""
    if not pc.any(pc.less(key.slice(1), key.slice(0, len(key) - 1))).as_py():
        return key, None
    bits = (size - 1).bit_length()
    passes = -(-bits // _COUNTED)
    width = -(-bits // passes)
    order = None
    for shift in range(0, bits, width):
        digit = pc.bit_wise_and(pc.shift_right(key, pa.scalar(shift, key.type)), pa.scalar((1 << width) - 1, key.type))
        turn = pc.sort_indices(digit.cast(pa.uint16()))
        key, order = _taken([key, order], turn) if shift else (key.take(turn), turn)
    return key, order


@attrs.frozen
class _Runs:
    """The rows of each group: in one run, or in several that are brought together after each was added up.

    Attributes:
        ends: The places behind the runs.
        order: In what order runs of one group stand together; None if they do already.
        groups: The places behind the groups, among the runs so ordered; None if each run is a group.
    """

    ends: pa.Array
    order: pa.Array | None = None
    groups: pa.Array | None = None

    def together(self, numbers: pa.Array) -> pa.Array:
        """Add up what was found for runs."""
        if self.groups is None:
            return numbers
        ordered = numbers if self.order is None else numbers.take(self.order)
        return _steps(pc.cumulative_sum(ordered).take(pc.subtract(self.groups, 1)))

    def sizes(self) -> pa.Array:
        """Give the rows of each group."""
        return self.together(_steps(self.ends))

    def added(self, modes: pa.Array, wanted: Sequence[tuple[pa.Array, pa.Array | None]]) -> list[pa.Array]:
        """Add up what the rows of each group add to each sum: a weight by their mode, or that many times their number."""

        def block(first: int) -> list[pa.Array]:
            here = self.ends.slice(first, _AT_ONCE)
            start = self.ends[first - 1].as_py() if first else 0
            rows, last = slice(start, here[-1].as_py()), pc.subtract(here, start + 1)
            mode = modes[rows]
            each = (weights.take(mode) if n is None else pc.multiply(weights.take(mode), n[rows]) for weights, n in wanted)
            return [_steps(pc.cumulative_sum(one).take(last)) for one in each]

        blocks = spread(block, range(0, len(self.ends), _AT_ONCE))
        return spread(lambda parts: self.together(pa.concat_arrays(parts)), zip(*blocks, strict=True))


@attrs.frozen
class Sums:
    """The sums of all cells that differ in one column alone, as arrays with a place for each.

    Attributes:
        slots: The codes of that column.
        entries: What the rows that cannot be used were read into.
        texts: The codes of each other column of the cell.
        key: Which of them a group has, as one number.
        places: Where a count stands: in which word, and how many bits from its end.
        mask: The largest count.
        words: Numbers that several counts share.
        ends: The sums of low and high numbers, of the whole and of all parts.
    """

    slots: Slots
    entries: Entries
    texts: Mapping[str, pa.Array]
    key: pa.Array
    places: Mapping[str, tuple[int, int]]
    mask: int
    words: tuple[pa.Array, ...]
    ends: Mapping[str, pa.Array]

    def codes(self, key: pa.Array) -> dict[str, pa.Array]:
        """Give the places of the codes that a key stands for."""
        made = {}
        for column, texts in reversed(list(self.texts.items())):
            size = pa.scalar(len(texts), key.type)
            rest = pc.divide(key, size)
            made[column] = pc.subtract(key, pc.multiply(rest, size))
            key = rest
        return made

    def rows(self, at: pa.Array) -> Group:
        """Give some groups with the columns that `slots.gathered` says."""
        words = [word.take(at) for word in self.words]
        made = {f"__{name}": end.take(at) for name, end in self.ends.items()}
        none = pa.repeat(pa.scalar(0, pa.int64()), len(at))

        def count(name: str) -> pa.Array:
            word, shift = self.places.get(name, (None, 0))
            return none if word is None else pc.bit_wise_and(pc.shift_right(words[word], shift), self.mask)

        for slot in range(len(self.slots.codes)):
            made[f"__n{slot}"] = pc.add(count(f"n{slot}"), count(f"b{slot}"))
        (top,) = self.slots.tops
        nothing = pa.scalar(None, pa.int64())
        usable = pc.greater(count(f"n{top.slot}"), 0)
        made["__lw"] = pc.if_else(usable, made["__lw"], nothing)
        made["__hw"] = pc.if_else(pc.and_(usable, pc.equal(count("fw"), 0)), made["__hw"], nothing)
        made["__gp"] = none
        for part in top.parts:
            made["__gp"] = pc.add(made["__gp"], count(f"n{part.slot}"))
        made["__cp"] = pc.subtract(made["__gp"], count("fp"))
        codes = self.codes(self.key.take(at))
        for column, places in codes.items():
            made[f"__code_{self.entries.cell.index(column)}"] = self.texts[column].take(places)
        return Group(nw.from_native(pa.table(made)).lazy(), self.entries, self.slots, single=False)


def summed(lines: Lines, entries: Entries, slots: Slots) -> Sums:
    """Add the rows up, for all cells that differ in one column alone.

    Args:
        lines: The rows.
        entries: What those that cannot be used were read into.
        slots: The column and its codes.

    Returns:
        The sums.
    """
    columns = lines.nested([column for column in lines.texts if column != slots.column])
    key, modes = lines.keys(columns, slots)
    low, high = lines.ends()
    runs = _ends(key)
    together = 2 * len(runs) <= len(key)  # then runs are added up first, and sorted after that: they are fewer
    key, order = _sorted(key.take(pc.subtract(runs, 1)) if together else key, lines.size(columns))
    ends = _ends(key)
    if not together and order is not None:
        modes, low, high = _taken([modes, low, high], order)
    runs = _Runs(runs, order, ends) if together else _Runs(ends)
    width = pc.max(runs.sizes()).as_py().bit_length()
    tables = _tables(lines.present, slots)
    counts = {name: weights for name, weights in tables.items() if name[0] not in "lh" and any(weights)}
    places = {name: divmod(place, WORD // width) for place, name in enumerate(counts)}
    places = {name: (word, place * width) for name, (word, place) in places.items()}
    added = [[0] * len(tables["n0"]) for _ in {word for word, _ in places.values()}]
    for name, (word, shift) in places.items():
        added[word] = [one + (weight << shift) for one, weight in zip(added[word], counts[name], strict=True)]
    alike = high is None and all(tables[f"l{mark}"] == tables[f"h{mark}"] for mark in _MARKS)
    wanted = [(pa.array(word, pa.int64()), None) for word in added]
    wanted += [
        (pa.array(tables[f"{end}{mark}"], pa.int64()), low if end == "l" or high is None else high)
        for end in ("l" if alike else "lh")
        for mark in _MARKS
    ]
    made = runs.added(modes, wanted)
    words, found = made[: len(added)], dict(zip((f"{e}{m}" for e in "lh" for m in _MARKS), made[len(added) :], strict=False))
    if alike:
        found |= {f"h{mark}": found[f"l{mark}"] for mark in _MARKS}
    for mark in _MARKS:
        if f"m{mark}" in places:  # more than a number is one more at least
            word, shift = places[f"m{mark}"]
            more = pc.bit_wise_and(pc.shift_right(words[word], shift), (1 << width) - 1)
            found[f"l{mark}"] = pc.add(found[f"l{mark}"], more)
    texts = {column: lines.texts[column].take(pc.sort_indices(lines.texts[column])) for column in columns}
    return Sums(slots, entries, texts, key.take(pc.subtract(ends, 1)), places, (1 << width) - 1, tuple(words), found)


def _tables(present: frozenset[Bound | None], slots: Slots) -> dict[str, list[int]]:
    """Say what a row adds to which sum, by its mode: to the counts of its slot, to those of the whole or of all parts."""
    (top,) = slots.tops
    marks = {"w": {top.slot}, "p": {part.slot for part in top.parts}}
    modes = [(slot, kind if kind in present else ...) for slot in range(len(slots.codes) + 1) for kind in KINDS]

    def told(chosen: Any, kinds: Any) -> list[int]:
        return [int(slot in chosen and kind in kinds) for slot, kind in modes]

    some, limits = list(Bound), [kind for kind in Bound if kind not in UNLIMITED]
    made: dict[str, list[int]] = {}
    for slot in range(len(slots.codes)):
        made |= {f"n{slot}": told({slot}, some), f"b{slot}": told({slot}, [None])}
    for mark, chosen in marks.items():
        made |= {
            f"f{mark}": told(chosen, UNLIMITED),
            f"m{mark}": told(chosen, [Bound.MORE_THAN]),
            f"l{mark}": told(chosen, [kind for kind in Bound if kind not in NOT_SURE]),
            f"h{mark}": told(chosen, limits),
        }
    return made


def results(sums: Sums) -> "Iterator[nw.LazyFrame[Any]]":
    """Give the rows of the result.

    Args:
        sums: The sums.

    Yields:
        The totals held against their parts; then the cells that stand more than once.
    """
    least = pc.subtract(sums.ends["lw"], sums.ends["hp"])
    most = pc.subtract(sums.ends["hw"], sums.ends["lp"])
    signs = pc.add(pc.multiply(pc.add(pc.sign(least), 1), 3), pc.add(pc.sign(most), 1))
    kinds, firsts = _kinds([*sums.words, signs, *_conditions(sums)])
    group = sums.rows(firsts)
    frame, (branch, *others) = branches_of(group)
    told = frame.select(branch.where.alias("__where"), *(expr.alias(name) for name, expr in branch.columns.items()))
    judged = told.to_native()
    where = pc.fill_null(judged["__where"].combine_chunks(), fill_value=False)
    judged = judged.drop_columns("__where")
    at = None if pc.all(where).as_py() else pc.indices_nonzero(where.take(kinds))
    numbers = (sums.ends["lw"], sums.ends["hw"], least, most)
    yield _laid_out(sums, judged, kinds, at, dict(zip(_NUMBERS, numbers, strict=True)))
    if others:
        flags = frame.select(
            nw.any_horizontal(*(one.where for one in others), ignore_nulls=True).alias("__where")
        ).to_native()
        again = pc.indices_nonzero(flags["__where"].combine_chunks().take(kinds))
        frame, (_, *others) = branches_of(sums.rows(again))
        yield branch_out(frame, others, "pyarrow")


def _conditions(sums: Sums) -> list[pa.Array]:
    """Give the places of the codes on which it depends whether a sum holds for a cell."""
    structure, (top,) = sums.entries.structure, sums.slots.tops
    asked = {*structure.aside, *top.rule.only} & {*sums.texts}
    codes = sums.codes(sums.key) if asked else {}
    return [codes[column] for column in sorted(asked)]


def _kinds(columns: Sequence[pa.Array]) -> tuple[pa.Array, pa.Array]:
    """Tell apart the groups that differ in any of these columns; give the kind of each, and the first group of each kind."""
    kinds, size = None, 1
    for column in columns:
        made = column.dictionary_encode()
        size = len(made.dictionary)
        kinds = made.indices.cast(pa.int64()) if kinds is None else pc.add(pc.multiply(kinds, size), made.indices)
        kinds = kinds.dictionary_encode().indices.cast(pa.int64())
    highest = pc.cumulative_max(kinds)
    ends = _ends(highest)
    return kinds, pa.concat_arrays([pa.array([0], pa.int64()), ends.slice(0, len(ends) - 1)])


def _laid_out(
    sums: Sums, judged: pa.Table, kinds: pa.Array, at: pa.Array | None, numbers: Mapping[str, pa.Array]
) -> "nw.LazyFrame[Any]":
    """Give a row for each group, from what was found for its kind, its own codes and its own numbers."""

    def own(column: pa.Array) -> pa.Array:
        return column if at is None else column.take(at)

    kinds = own(kinds)
    codes = sums.codes(own(sums.key))
    made: dict[str, pa.Array] = {}
    for name in judged.column_names:
        found = judged[name].combine_chunks()
        if name in codes:
            made[name] = sums.texts[name].take(codes[name])
        elif name in numbers:
            made[name] = own(numbers[name])
            if found.null_count:
                made[name] = pc.if_else(found.is_valid().take(kinds), made[name], pa.scalar(None, pa.int64()))
        else:
            same = len(found) and len(found.unique()) == 1
            made[name] = pa.repeat(found[0], len(kinds)) if same else found.take(kinds)
    result: nw.LazyFrame[Any] = nw.from_native(pa.table(made, judged.schema)).lazy()
    return result
