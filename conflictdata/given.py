"""The tables that users give, whatever library they come from, as rows."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import pyarrow as pa

from conflictdata.errors import InvalidValueError
from conflictdata.models import Record

# What the checks of rows and of frames know alike.
LARGEST = 10**15  # so that thousands of them can be added in 64 bits
FLAGS = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False, "": False}
REPEATED = "stands more than once"


def table_of(table: Any) -> tuple[list[str], list[Mapping[str, Any]]]:
    """Take a table of a user's as columns and rows.

    Args:
        table: An Arrow table, anything that gives an Arrow stream, or records or mappings.

    Returns:
        The names of its columns, and its rows by them.

    Raises:
        InvalidValueError: If it is none of these, or columns stand twice.
    """
    if not isinstance(table, pa.Table) and hasattr(table, "__arrow_c_stream__"):
        try:
            table = pa.table(table)
        except pa.ArrowInvalid as error:
            raise InvalidValueError("rows", f"{type(table).__name__} is no table of Arrow's types: {error}") from error
    if isinstance(table, pa.Table):
        names = list(table.column_names)
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidValueError("rows", f"columns stand twice: {', '.join(twice)}")
        columns = [_values(table[name]) for name in names]
        return names, [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    if isinstance(table, str | Mapping) or not isinstance(table, Iterable):
        raise InvalidValueError("rows", f"{type(table).__name__} is no table: give an Arrow table, a frame, or records")
    rows: list[Mapping[str, Any]] = [_fields(row) for row in table]
    return list(dict.fromkeys(name for row in rows for name in row)), rows


def _values(column: pa.ChunkedArray) -> list[Any]:
    if not pa.types.is_dictionary(column.type):
        values: list[Any] = column.to_pylist()
        return values
    values = []
    for chunk in column.chunks:  # the scalars of a dictionary are slow to make
        names = [*chunk.dictionary.to_pylist(), None]
        values += [names[-1 if place is None else place] for place in chunk.indices.to_pylist()]
    return values


def _fields(row: Any) -> Mapping[str, Any]:
    if isinstance(row, Record):
        return {field.name: getattr(row, field.name) for field in attrs.fields(type(row))}
    if isinstance(row, Mapping):
        return row
    raise InvalidValueError("rows", f"{type(row).__name__} is neither a record nor a mapping")
