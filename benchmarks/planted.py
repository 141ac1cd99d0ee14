"""Figures of countries that are made up, with a known number of faults of each kind, and the rows that a check must give.

    python -m benchmarks.planted figures.parquet --rows 1e7 --seed 7 --shuffled

Each fault stands in a cell of its own (country, area and month), so that what must come of it is known without a check. The
rows of the result for all that is not `balanced` go to `figures.truth.parquet`.
"""

import argparse
from collections.abc import Iterable, Iterator
from itertools import starmap
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.plants import CELL, OPTIONAL, PLANTS, REQUIRED, RESTS, STRANGER, WHOLE, Base, Count, Numbers, Plant, Row

COUNTRIES = 20
MONTHS = 300
CHUNK = 500_000
_OFTEN = 0.25  # how many of the cells have the optional part too
_ROWS_A_CELL = 1 + len(REQUIRED) + _OFTEN
_ACTORS = (WHOLE, *REQUIRED, *OPTIONAL, STRANGER, "")  # a code that is missing is null, or empty
_BOUNDS = ("exact", "at_least", "more_than", "about", "at_most", "circa", "")
_NULL = -1
_TEXT = {name: pa.string() for name in ("axis", *CELL, "actor", "part")}
_COUNTS = {name: pa.int64() for name in ("low", "high", "parts", "absent", "residual_low", "residual_high")}
TRUTH = pa.schema({**_TEXT, **_COUNTS, "verdict": pa.string(), "reason": pa.string()})


@attrs.frozen
class _Lines:
    """Rows, as numbers: the cell, the place of the actor, the column that is lost, the ends or the value with its bound."""

    cell: np.ndarray
    actor: np.ndarray
    lost: np.ndarray  # 0, or the place of the column from 1; below 0 where its code is empty instead of null
    first: np.ndarray  # the value, or low; not a number where there is none
    second: np.ndarray  # the place of the bound, or high

    def take(self, order: np.ndarray | slice) -> "_Lines":
        return _Lines(*(getattr(self, field.name)[order] for field in attrs.fields(_Lines)))


@attrs.frozen
class Planted:
    """Figures with faults, and what must come of them.

    Attributes:
        numbers: How the numbers stand.
        whole: Whether they are whole numbers by their type, rather than floats.
        areas: How many areas a country has.
        lines: The rows.
        truth: The rows of the result that are not `balanced`.
        balanced: How many rows of the result are.
        counts: How many cells of each plant there are.
    """

    numbers: Numbers
    whole: bool
    areas: int
    lines: _Lines = attrs.field(repr=False)
    truth: pa.Table = attrs.field(repr=False)
    balanced: int
    counts: dict[str, int]

    def chunks(self, size: int = CHUNK) -> Iterator[pa.Table]:
        """Give the rows as tables of no more than a size.

        Args:
            size: How many rows a table has.

        Yields:
            The tables, in order.
        """
        for start in range(0, len(self.lines.cell), size):
            lines = self.lines.take(slice(start, start + size))
            columns = {name: _text(codes, texts) for name, (codes, texts) in _cells(lines.cell, self.areas).items()}
            columns = {name: _lost(column, lines.lost, place) for place, (name, column) in enumerate(columns.items(), 1)}
            columns["actor"] = _text(lines.actor, _ACTORS)
            kind = pa.int64() if self.whole else pa.float64()
            first = pa.array(lines.first, from_pandas=True).cast(kind)  # not a number becomes null
            if self.numbers is Numbers.RANGE:
                columns |= {"low": first, "high": pa.array(lines.second, from_pandas=True).cast(kind)}
            else:
                columns["value"] = first
            if self.numbers is Numbers.BOUND:
                columns["bound"] = _text(lines.second, _BOUNDS)
            yield pa.table(columns)

    def table(self) -> pa.Table:
        """Give all rows as one table.

        Returns:
            The table.
        """
        return pa.concat_tables(self.chunks())

    def write(self, path: Path) -> None:
        """Write the rows, and beside them the rows that must come of them.

        Args:
            path: The Parquet file; the other one ends in `.truth.parquet`.
        """
        chunks = self.chunks()
        first = next(chunks)
        with pq.ParquetWriter(path, first.schema, store_schema=False) as writer:  # text, for every reader
            for chunk in (first, *chunks):
                writer.write_table(chunk, row_group_size=CHUNK)
        told = {b"balanced": str(self.balanced).encode()}
        pq.write_table(self.truth.replace_schema_metadata(told), path.with_suffix(".truth.parquet"))


def truth_of(path: Path) -> tuple[pa.Table, int]:
    """Read what must come of a file that `Planted.write` wrote.

    Args:
        path: The file of the figures.

    Returns:
        The rows of the result that are not `balanced`, and how many rows are.
    """
    table = pq.read_table(path.with_suffix(".truth.parquet"))
    return table, int(table.schema.metadata[b"balanced"])


def plant(
    rows: int, *, seed: int = 7, numbers: Numbers = Numbers.BOUND, whole: bool = False, shuffled: bool = False
) -> Planted:
    """Make figures with faults.

    Args:
        rows: About how many.
        seed: Decides all that is drawn; the same seed gives the same rows.
        numbers: How the numbers stand.
        whole: Whether they are whole numbers by their type, which leaves out the plants that are not whole.
        shuffled: Whether the rows stand in any order, rather than by cell.

    Returns:
        The figures, and what must come of them.
    """
    rng = np.random.default_rng(seed)
    cells = round(rows / _ROWS_A_CELL)
    areas = -(-cells // (COUNTRIES * MONTHS))
    plants = [one for one in PLANTS if numbers in one.numbers and (one.whole or not whole)]
    each = max(2, rows // 20_000)
    drawn = np.sort(rng.choice(cells, each * len(plants), replace=False).astype(np.int32))
    where = dict(zip((one.name for one in plants), rng.permutation(drawn).reshape(len(plants), each), strict=True))
    sound = np.setdiff1d(np.arange(cells, dtype=np.int32), drawn, assume_unique=True)
    lines = [_sound(sound, numbers, rng)]
    truth: list[pa.Table] = []
    for one in plants:
        base = _base(each, rng)
        lines += [_line(row, np.sort(where[one.name]), base, numbers) for row in one.rows]
        truth += _truth(one, np.sort(where[one.name]), base, numbers, areas)
    merged = _Lines(*(np.concatenate(columns) for columns in zip(*map(_columns, lines), strict=True)))
    order = rng.permutation(len(merged.cell)) if shuffled else np.argsort(merged.cell, kind="stable")
    found = pa.concat_tables([TRUTH.empty_table(), *truth])
    found = found.group_by(found.column_names, use_threads=False).aggregate(
        []
    )  # rows whose code is missing may stand for one cell
    balanced = len(sound) + each * sum(one.verdict == "balanced" for one in plants)
    return Planted(
        numbers=numbers,
        whole=whole,
        areas=areas,
        lines=merged.take(order),
        truth=found,
        balanced=balanced,
        counts=dict.fromkeys(where, each),
    )


def _columns(lines: _Lines) -> tuple[np.ndarray, ...]:
    return attrs.astuple(lines, recurse=False)


def _base(size: int, rng: np.random.Generator) -> Base:
    state, rebels, civilians, others = rng.integers(10, 50, (4, size))
    return Base(state, rebels, civilians, others, rng.integers(1, 10, size))


def _sound(cells: np.ndarray, numbers: Numbers, rng: np.random.Generator) -> _Lines:
    """Make cells that balance, a quarter of them with the optional part; half of the rows name no bound."""
    size = (len(cells), 1 + len(REQUIRED) + len(OPTIONAL))
    counts = rng.integers(0, 50, size, dtype=np.int16)
    there = rng.random(len(cells)) < _OFTEN
    counts[:, -1] *= there
    counts[:, 0] = counts[:, 1:].sum(axis=1)
    kept = np.ones(size, bool)
    kept[:, -1] = there
    flat = counts[kept].astype(np.float64)
    actors = np.broadcast_to(np.arange(size[1], dtype=np.int8), size)[kept]
    # The other end, which is the same, or the bound: exact, or none.
    second = flat if numbers is Numbers.RANGE else rng.integers(_NULL, 1, len(flat)).astype(np.float64)
    return _Lines(np.repeat(cells, kept.sum(axis=1)), actors, np.zeros(len(flat), np.int8), flat, second)


def _line(row: Row, cells: np.ndarray, base: Base, numbers: Numbers) -> _Lines:
    """Make one row of a plant for each of its cells."""
    actor = np.full(len(cells), _ACTORS.index(row.actor), np.int8)
    lost = np.zeros(len(cells), np.int8)
    half = np.arange(len(cells)) % 2 == 0
    if row.lost == "actor":
        actor = np.where(half, _NULL, _ACTORS.index("")).astype(np.int8)
    elif row.lost:
        place = CELL.index(row.lost) + 1
        lost = np.where(half, place, -place).astype(np.int8)
    if numbers is Numbers.RANGE:
        ends = _ends(row)
        first, second = (_told(end, base, len(cells)) for end in ends)
    else:
        first = _told(row.number, base, len(cells))
        second = np.full(len(cells), _BOUNDS.index(row.bound or ""), np.float64)
    return _Lines(cells, actor, lost, first, second)


def _told(count: Count | None, base: Base, size: int) -> np.ndarray:
    """Give numbers; not a number where there is none."""
    told = None if count is None else count(base)
    return np.broadcast_to(np.asarray(np.nan if told is None else told, np.float64), size)


def _ends(row: Row) -> tuple[Count | None, Count | None]:
    """Give the ends of a row: those that it names, or those that its bound leaves."""
    number = row.number
    nothing: Count = lambda _: 0  # noqa: E731
    above: Count = lambda n: np.asarray(number(n)) + 1  # noqa: E731
    left: dict[str | None, tuple[Count, Count | None]] = {
        "at_least": (number, None),
        "more_than": (above, None),
        "at_most": (nothing, number),
        "about": (nothing, None),
    }
    low, high = left.get(row.bound, (number, number))
    return row.low or low, row.high or high


def _truth(one: Plant, cells: np.ndarray, base: Base, numbers: Numbers, areas: int) -> Iterable[pa.Table]:
    """Give the rows of the result for a plant: its rows that cannot be used, and its total."""
    size = len(cells)
    codes = {name: _text(*told) for name, told in _cells(cells, areas).items()}
    none = pa.nulls(size, pa.string())

    def made(**columns: pa.Array) -> pa.Table:
        return pa.table({name: columns.get(name, pa.nulls(size, TRUTH.field(name).type)) for name in TRUTH.names}, TRUTH)

    def text(value: str) -> pa.Array:
        return pa.array([value] * size, pa.string())

    def whole(count: Count | None) -> pa.Array:
        return pa.array(_told(count, base, size), from_pandas=True).cast(pa.int64())

    for actor, lost, reason in one.faults:
        named = {**codes, "actor": text(actor), **({lost: none} if lost else {})}
        yield made(**named, verdict=text("invalid"), reason=text(reason))
    if one.verdict in {None, "balanced"}:
        return
    low, high = _ends(next(row for row in one.rows if row.actor == WHOLE))
    if numbers is Numbers.EXACT:
        high = low
    yield made(
        axis=text("actors"),
        **codes,
        actor=text(WHOLE),
        low=whole(low),
        high=whole(high),
        parts=whole(lambda _: None if one.verdict == "invalid" else one.parts),
        absent=whole(lambda _: one.absent),
        residual_low=whole(one.residual[0]),
        residual_high=whole(one.residual[1]),
        verdict=text(str(one.verdict)),
        reason=text(RESTS) if one.verdict == "invalid" else none,
    )


def _cells(cells: np.ndarray, areas: int) -> dict[str, tuple[np.ndarray, list[str]]]:
    """Give the codes of cells by column: places, and the texts that stand there. The cells are in the order of these."""
    place = cells // MONTHS
    names = [f"C{country:02}" for country in range(COUNTRIES)]
    within = [f"{country}-{area:05}" for country in names for area in range(areas)]
    months = [f"{2000 + month // 12}-{month % 12 + 1:02}" for month in range(MONTHS)]
    return {"country": (place // areas, names), "area": (place, within), "month": (cells % MONTHS, months)}


def _text(codes: np.ndarray, texts: Iterable[str]) -> pa.Array:
    """Give texts by their places; null where the place is below 0."""
    places = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(places, pa.array(list(texts), pa.string())).cast(pa.string())


def _lost(column: pa.Array, lost: np.ndarray, place: int) -> pa.Array:
    """Leave a column's code out where it is lost: null, or empty."""
    if not (np.abs(lost) == place).any():
        return column
    column = pa.compute.if_else(pa.array(lost == -place), "", column)
    return pa.compute.if_else(pa.array(lost == place), pa.scalar(None, pa.string()), column)


def main() -> None:
    """Write figures to a file, and say what is in them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the Parquet file to write")
    parser.add_argument("--rows", type=float, default=1e5, help="about how many rows")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--numbers", type=Numbers, choices=list(Numbers), default=Numbers.BOUND, help="how the numbers stand"
    )
    parser.add_argument("--whole", action="store_true", help="whole numbers by their type, not floats")
    parser.add_argument("--shuffled", action="store_true", help="the rows in any order")
    told = parser.parse_args()
    made = plant(int(told.rows), seed=told.seed, numbers=told.numbers, whole=told.whole, shuffled=told.shuffled)
    made.write(told.out)
    print(f"{len(made.lines.cell):,} rows, {made.balanced:,} totals that balance, {made.truth.num_rows:,} rows of faults")
    print("\n".join(starmap("{:>9,} {}".format, ((count, name) for name, count in made.counts.items()))))


if __name__ == "__main__":
    main()
