"""How the bundle keeps every release of a table: the rows of the newest, and beside them all others.

Rows carry the first release that has them, `from_release`, and those that are gone the first that has them no more,
`to_release`; the others also their `place` among those of the newest. So a release costs the bundle what it changed, a
reader of the Parquet files sees no row twice, and any release is put together from two files. In a checkout, what waits for
a release to come is among the others.
"""

import itertools
import operator
from collections.abc import Iterator, Sequence

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from conflictdata import bundle
from conflictdata.decode import take, values
from conflictdata.models import Record
from conflictdata.schema import CODED, coded, schema, to_arrow

Stamps = Sequence[tuple[str, str, str, str, str]]  # from_release, to_release, corrects, why, withdrawn

_SAID = {
    "from_release": "The first release that has the row; next while it waits for one.",
    "to_release": "The first release that has the row no more; null while it stays.",
    "corrects": "The id of the row in whose place it came; null for most.",
    "why": "Why it came; null for most.",
    "withdrawn": "Why it went, where none came in its place; null for most.",
    "place": "How many rows of the newest release stand before it.",
}
_STAMPS = ("from_release", "to_release", "corrects", "why", "withdrawn")
_OF_FIGURES = _STAMPS[:2]


def _field(name: str, dtype: pa.DataType = CODED) -> pa.Field:
    return pa.field(name, dtype, name not in {"from_release", "place"}, {"description": _SAID[name]})


def fold(
    model: type[Record], records: Sequence[Record], stamps: Stamps, label: str, *, edited: bool
) -> tuple[pa.Table, pa.Table]:
    """Write all rows that a table ever had as two tables with the same dictionaries.

    Args:
        model: The class of the records.
        records: The records, in order.
        stamps: For each its first release, the first that has it no more, what it corrects, why it came, and why it went.
        label: The newest release.
        edited: Whether people edit the rows: only these correct each other.

    Returns:
        The rows of the newest release, and the others.
    """
    whole = to_arrow(model, records)
    columns = list(zip(*stamps, strict=True)) or [()] * len(_STAMPS)
    for name, column in zip(_STAMPS, columns, strict=True):
        if edited or name in _OF_FIGURES:
            whole = whole.append_column(_field(name), coded([cell or None for cell in column]))
    there = [start <= label and (not end or label < end) for start, end, *_ in stamps]
    places = list(itertools.accumulate(there, initial=0))[:-1]
    others = whole.append_column(_field("place", pa.int32()), pa.array(places, pa.int32()))
    return (
        take(whole, itertools.compress(range(len(there)), there)),
        take(others, (row for row, one in enumerate(there) if not one)),
    )


def read(name: str, columns: list[str] | None = None) -> pa.Table:
    """Read one Parquet file of the bundle.

    Args:
        name: Its path below the folder of the data, with `/`.
        columns: Only these columns, in this order; all if None.

    Returns:
        The table.

    Raises:
        DamagedDataError: If it is not the file that this version was built with.
    """
    # ParquetFile, since read_table imports the dataset machinery and, where it is installed, pandas. No threads: a table has
    # one row group, and a process that ends while Arrow still starts them is aborted.
    file = pq.ParquetFile(pa.BufferReader(bundle.read(name)), pre_buffer=False)
    return file.read(columns=columns, use_threads=False)


def table_at(name: str, table: str, model: type[Record], label: str) -> pa.Table:
    """Read a table as one release has it.

    Args:
        name: The dataset.
        table: The table.
        model: The class of its records.
        label: The label of the release.

    Returns:
        A table of the model's schema.
    """
    columns = _names(model)
    about = bundle.manifest()["datasets"][name]
    if label == about["release"]:
        return read(f"{name}/{table}.parquet", columns)
    current = read(f"{name}/{table}.parquet", [*columns, "from_release", "to_release"])
    keep = values(current["from_release"], label.__ge__)
    if about["pending"]:  # else all of them stay
        keep = list(map(operator.and_, keep, _stays(current, label)))
    if not about["tables"][table]["closed"]:
        return take(current.select(columns), itertools.compress(range(len(keep)), keep))
    closed = read(f"{name}/{table}.closed.parquet", [*columns, "from_release", "to_release", "place"])
    keep = [*map(operator.and_, values(closed["from_release"], label.__ge__), _stays(closed, label)), *keep]
    # The others first: the sort leaves them before the row of the newest release that follows at their place.
    order = [*values(closed["place"]), *range(len(current))]
    whole = pa.concat_tables([closed.select(columns), current.select(columns)])
    return take(whole, sorted(itertools.compress(range(len(keep)), keep), key=order.__getitem__))


def _stays(rows: pa.Table, label: str) -> list[bool]:
    """Say of each row whether a release has it still."""
    return [one is not False for one in values(rows["to_release"], label.__lt__)]


_NAMES: dict[type[Record], list[str]] = {}


def _names(model: type[Record]) -> list[str]:
    """Give the columns of a model's table, worked out once."""
    if model not in _NAMES:
        _NAMES[model] = schema(model).names
    return _NAMES[model]


@attrs.frozen
class Turn:
    """That a row came, and that it went.

    Attributes:
        id: The row.
        from_release: The first release that has it.
        to_release: The first release that has it no more; None if it stays.
        corrects: The id of the row in whose place it came.
        why: Why it came.
        withdrawn: Why it went, where none came in its place.
    """

    id: str
    from_release: str
    to_release: str | None = None
    corrects: str | None = None
    why: str | None = None
    withdrawn: str | None = None


def turns(name: str, table: str) -> Iterator[Turn]:
    """Say of every row that a table ever had since when, until when, and why.

    Args:
        name: The dataset.
        table: One of those that people edit.

    Yields:
        A turn for each row.
    """
    others = bundle.manifest()["datasets"][name]["tables"][table]["closed"]
    for file in ("", ".closed") if others else ("",):
        part = read(f"{name}/{table}{file}.parquet", ["id", *_STAMPS])
        yield from itertools.starmap(Turn, zip(*(values(part[column]) for column in ("id", *_STAMPS)), strict=True))
