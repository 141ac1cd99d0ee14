"""The rows of an Arrow table as numbers, for the check on them: of what cell each is, what it counts, if it can be used.

All is done for some rows at a time, so that what is in between stays in the processor's cache.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import prod
from typing import Self, TypeVar

import attrs
import pyarrow as pa
import pyarrow.compute as pc

from conflictdata.given import LARGEST
from conflictdata.slots import Slots
from conflictdata.structure import Structure
from conflictdata.vocabulary import Bound

KINDS = (*Bound, None)  # how a number is bounded; None: it cannot be used
WORD = 63  # bits of a number that has no sign
_HALF = 31
_AT_ONCE = 1 << 17
_LOOKED_AT = 8  # blocks that show how a table is sorted
_PLACES = {kind: pa.scalar(place, pa.uint16()) for place, kind in enumerate(KINDS)}
_T = TypeVar("_T")
_R = TypeVar("_R")


def spread(task: Callable[[_T], _R], told: Iterable[_T]) -> list[_R]:
    """Do independent things side by side; Arrow lets other threads work."""
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        return list(pool.map(task, told))


@attrs.frozen
class Codes:
    """A column of codes: the place of each row's among those that differ, and whether these are no codes."""

    places: pa.ChunkedArray
    texts: pa.Array
    wrong: pa.Array

    @classmethod
    def of(cls, column: pa.ChunkedArray, known: frozenset[str] | None) -> Self:
        """Number the codes of a column; null is one of them."""
        made = column.dictionary_encode(null_encoding="encode")
        texts = made.chunk(0).dictionary.cast(pa.string())
        wrong = pc.fill_null(pc.equal(texts, ""), fill_value=True)
        if known is not None:
            wrong = pc.or_(wrong, pc.invert(pc.is_in(texts, value_set=pa.array(sorted(known), pa.string()))))
        return cls(pa.chunked_array([chunk.indices for chunk in made.chunks]), texts, wrong)


@attrs.frozen
class Block:
    """Some rows of a table.

    Attributes:
        places: The places of their codes, by column.
        low: The smallest numbers, 0 where there is none.
        high: The largest, if they stand in a column of their own.
        kinds: How each number is bounded, as a place in `KINDS`; None if all are exact.
        present: The kinds that there may be.
        lost: The rows whose cell is not known; None if there are none.
        doubtful: The rows that cannot be used, for that or for their number; None if there are none.
    """

    places: Mapping[str, pa.Array]
    low: pa.Array
    high: pa.Array | None
    kinds: pa.Array | None
    present: frozenset[Bound | None]
    lost: pa.Array | None
    doubtful: pa.Array | None


@attrs.frozen
class Lines:
    """The rows of an Arrow table, as numbers.

    Attributes:
        doubtful: Those that cannot be used, as they stand in the table.
        texts: The codes of each column of the cell.
        blocks: The rows.
    """

    doubtful: pa.Table
    texts: Mapping[str, pa.Array]
    blocks: Sequence[Block]

    @property
    def present(self) -> frozenset[Bound | None]:
        """How numbers are bounded."""
        return frozenset().union(*(block.present for block in self.blocks))

    def size(self, columns: Iterable[str]) -> int:
        """Say how many cells the codes of these columns could make up."""
        return prod(len(self.texts[column]) for column in columns)

    def ends(self) -> tuple[pa.Array, pa.Array | None]:
        """Give the smallest and the largest numbers; no largest if there is no column of them."""
        low, high = ([getattr(block, name) for block in self.blocks] for name in ("low", "high"))
        return pa.concat_arrays(low), None if None in high else pa.concat_arrays(high)

    def nested(self, columns: Sequence[str]) -> list[str]:
        """Order columns by how rarely their code changes from row to row: in a sorted table, as it was sorted."""

        def changes(column: str) -> int:
            return sum(len(pc.run_end_encode(block.places[column]).values) for block in self.blocks[:_LOOKED_AT])

        return sorted(columns, key=changes)

    def keys(self, columns: Sequence[str], slots: Slots) -> tuple[pa.Array, pa.Array]:
        """Say of each row where it belongs.

        Args:
            columns: The columns that tell groups apart, the outermost first.
            slots: The codes of the other column.

        Returns:
            One number for its codes, in the order of their texts, or that of the row before if they are not known; and its
            mode, one for its slot and how its number is bounded: those of one slot follow on those of another, and after all
            of them stands what belongs nowhere.
        """
        dtype = pa.int32() if self.size(columns) <= 1 << _HALF else pa.int64()
        sizes = {column: pa.scalar(len(self.texts[column]), dtype) for column in columns}
        ranks = {column: pc.subtract(pc.rank(self.texts[column], tiebreaker="first"), 1).cast(dtype) for column in columns}
        unknown = pa.scalar(None, dtype)
        slot = pc.index_in(self.texts[slots.column], value_set=pa.array(slots.codes, pa.string()))
        first = pc.multiply(pc.fill_null(slot, len(slots.codes)), len(KINDS)).cast(pa.uint16())
        nowhere = pa.scalar(len(slots.codes) * len(KINDS), pa.uint16())

        def told(block: Block) -> tuple[pa.Array, pa.Array]:
            key = pa.repeat(pa.scalar(0, dtype), len(block.low))
            for column, size in sizes.items():
                key = pc.add(pc.multiply(key, size), ranks[column].take(block.places[column]))
            mode = first.take(block.places[slots.column])
            if block.kinds is not None:
                mode = pc.add(mode, block.kinds)
            if block.lost is None:
                return key, mode
            return pc.if_else(block.lost, unknown, key), pc.if_else(block.lost, nowhere, mode)

        keys, modes = zip(*spread(told, self.blocks), strict=True)
        key = pa.concat_arrays(keys)
        if key.null_count:
            key = pc.fill_null(pc.fill_null_forward(key), 0)
        return key, pa.concat_arrays(modes)


def lines_of(table: pa.Table, structure: Structure, columns: Sequence[Slots], cell: Sequence[str]) -> Lines | None:
    """Read a table, if it and what is asked of it are plain enough.

    Args:
        table: The table.
        structure: What adds up to what, with all its codes.
        columns: What is held against each other.
        cell: The columns that make up a cell.

    Returns:
        Its rows; None where the expressions do it: no rows, spans, parts that are replaced by others, counts of parts of
        cells or that include others, numbers that stand as text or in two ways, and columns none of which has known codes.
    """
    types = {field.name: field.type for field in table.schema}
    ranged = {"low", "high"} <= set(types)
    numbers = ["low", "high"] if ranged else ["value"]
    bounds = ["bound"] if "bound" in types and not ranged else []
    plain = all(slots.plain and not slots.span for slots in columns) and any(slots.counts_rows for slots in columns)
    strange = {"includes", "subset", *["value"] * ranged, *structure.calendars.intersection(cell)}
    typed = all(_is_code(types[name]) for name in cell) and all(_is_number(types[name]) for name in numbers)
    if not (len(table) and plain and typed) or strange.intersection(types) or any(types[b] != pa.string() for b in bounds):
        return None
    known = {column: structure.known(column) for column in cell}
    coded = dict(spread(lambda name: (name, Codes.of(table[name], known.get(name))), [*cell, *bounds]))
    texts = {column: coded[column].texts for column in cell}
    if prod(map(len, texts.values())) >= 1 << WORD:
        return None
    words = coded["bound"].texts.to_pylist() if bounds else []
    rows = pa.table({**{name: codes.places for name, codes in coded.items()}, **{f"__{n}": table[n] for n in numbers}})
    flags = {column: coded[column].wrong for column in cell if pc.any(coded[column].wrong).as_py()}

    def block(batch: pa.RecordBatch) -> Block:
        made = _ranged(batch["__low"], batch["__high"]) if ranged else _stated(batch["__value"], words, batch)
        low, high, kinds, bad = made
        lost = either(flag.take(batch[column]) for column, flag in flags.items())
        present = {Bound.EXACT} if kinds is None else {KINDS[place] for place in kinds.unique().to_pylist()}
        if bad is not None:
            kinds, present = (
                pc.if_else(bad, _PLACES[None], _PLACES[Bound.EXACT] if kinds is None else kinds),
                {*present, None},
            )
        return Block({c: batch[c] for c in cell}, low, high, kinds, frozenset(present), lost, either([lost, bad]))

    blocks = spread(block, rows.to_batches(_AT_ONCE))
    return Lines(_doubtful(table, blocks), texts, blocks)


def _doubtful(table: pa.Table, blocks: Sequence[Block]) -> pa.Table:
    """Give the rows of a table that cannot be used."""
    none = [
        pa.repeat(pa.scalar(value=False), len(block.low)) if block.doubtful is None else block.doubtful for block in blocks
    ]
    return table.filter(pa.chunked_array(none))


def _is_code(dtype: pa.DataType) -> bool:
    return bool(pa.types.is_string(dtype) or pa.types.is_integer(dtype) or pa.types.is_date32(dtype))


def _is_number(dtype: pa.DataType) -> bool:
    return bool(pa.types.is_integer(dtype) or pa.types.is_float32(dtype) or pa.types.is_float64(dtype))


def either(flags: Iterable[pa.Array | None]) -> pa.Array | None:
    """Say where any of these flags stands; None if there is none."""
    made = None
    for flag in flags:
        if flag is not None:
            made = flag if made is None else pc.or_(made, flag)
    return made


def _whole(stated: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Give numbers, 0 where one cannot be used; and where that is, None if nowhere."""
    floating = pa.types.is_floating(stated.type)
    made = stated.cast(pa.float64() if floating else pa.int64(), safe=False)
    good = pc.and_(pc.greater_equal(made, 0), pc.less_equal(made, LARGEST))
    if floating:
        good = pc.and_(good, pc.equal(made, pc.floor(made)))
    good = pc.fill_null(good, fill_value=False)
    if pc.all(good).as_py():
        return made.cast(pa.int64()), None
    return pc.if_else(good, made, pa.scalar(0, made.type)).cast(pa.int64()), pc.invert(good)


_Numbers = tuple[pa.Array, pa.Array | None, pa.Array | None, pa.Array | None]


def _stated(value: pa.Array, words: Sequence[str | None], batch: pa.RecordBatch) -> _Numbers:
    """Read numbers that stand as one, with a bound beside them or without."""
    low, bad = _whole(value)
    if not words:
        return low, None, None, bad
    bounds = {"": Bound.EXACT, None: Bound.EXACT} | {bound.value: bound for bound in Bound}
    kinds = pa.array([_PLACES[bounds.get(word)] for word in words], pa.uint16()).take(batch["bound"])
    if not all(word in bounds for word in words):
        bad = either([bad, pc.equal(kinds, _PLACES[None])])
    return low, None, kinds, bad


def _ranged(least: pa.Array, most: pa.Array) -> _Numbers:
    """Read numbers that stand as a range."""
    (low, bad), (high, wrong) = _whole(least), _whole(most)
    free = pc.is_null(most, nan_is_null=True)
    below = pc.and_not(pc.less(high, low), free)
    wrong = below if wrong is None else pc.or_(below, pc.and_not(wrong, free))
    return low, high, pc.if_else(free, _PLACES[Bound.AT_LEAST], _PLACES[Bound.EXACT]), either([bad, wrong])
