"""Arrow tables to typed records, fast.

`Table.to_pylist` makes one scalar object a cell. Here each column is read from its buffers at once, codes are looked up
once an entry of their dictionary, and the records are filled slot by slot. Their fields are not checked again: the
tables of the bundle were made from checked records. A property test holds the two ways equal.
"""

import array
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise, repeat
from typing import Any, TypeVar

import attrs
import pyarrow as pa

from conflictdata.fields import includable
from conflictdata.models import Record, Source
from conflictdata.schema import shape
from conflictdata.values import Period
from conflictdata.vocabulary import Code

R = TypeVar("R", bound=Record)

_EPOCH = date(1970, 1, 1).toordinal()
_BITS = [tuple(bool(byte >> bit & 1) for bit in range(8)) for byte in range(256)]


def _bits(buffer: pa.Buffer, offset: int, length: int) -> list[bool]:
    bits = [bit for byte in memoryview(buffer)[offset // 8 : (offset + length + 7) // 8] for bit in _BITS[byte]]
    return bits[offset % 8 : offset % 8 + length]


def _numbers(array: pa.Array, form: Any) -> list[Any]:
    data = memoryview(array.buffers()[1]).cast(form) if len(array) else memoryview(b"")
    return data[array.offset : array.offset + len(array)].tolist()


def _strings(array: pa.Array) -> list[str]:
    _, offsets, data = array.buffers()
    if not len(array) or data is None:
        return [""] * len(array)
    ends = memoryview(offsets).cast("i")[array.offset : array.offset + len(array) + 1].tolist()
    raw = data.to_pybytes()
    if raw.isascii():
        text = raw.decode("ascii")
        return [text[a:b] for a, b in pairwise(ends)]
    return [raw[a:b].decode() for a, b in pairwise(ends)]


def _with_nulls(array: pa.Array, values: list[Any]) -> list[Any]:
    if not array.null_count:
        return values
    present = _bits(array.buffers()[0], array.offset, len(array))
    return [value if there else None for value, there in zip(values, present, strict=True)]


def _coded(array: pa.DictionaryArray, convert: Callable[[str], Any] | None) -> list[Any]:
    values = array.dictionary.to_pylist()
    indices = array.indices
    places = _with_nulls(indices, _numbers(indices, "i"))
    if convert:  # only what is used: a dictionary may name pages that other rows of the table rested on
        used = set(places)
        values = [convert(name) if place in used else None for place, name in enumerate(values)]
    if indices.null_count:
        return [None if i is None else values[i] for i in places]
    return list(map(values.__getitem__, places))


def _lists(array: pa.ListArray, convert: Callable[[str], Any] | None) -> list[tuple[Any, ...]]:
    if not len(array):
        return []
    ends = memoryview(array.buffers()[1]).cast("i")[array.offset : array.offset + len(array) + 1].tolist()
    flat = values(array.values, convert)
    return [tuple(flat[a:b]) if a < b else () for a, b in pairwise(ends)]


_FORMS = {"int8": "b", "int16": "h", "int32": "i", "int64": "q", "double": "d", "date32[day]": "i"}


def values(  # noqa: PLR0911  one return a type
    column: pa.ChunkedArray | pa.Array, convert: Callable[[str], Any] | None = None
) -> list[Any]:
    """Read a column into Python values.

    Args:
        column: A column of strings, codes, lists of codes, numbers, days or flags.
        convert: What makes a value of a code; called once an entry of the dictionary.

    Returns:
        One value a row; None where the column is null.
    """
    if isinstance(column, pa.ChunkedArray):
        if column.num_chunks != 1:
            return [value for chunk in column.chunks for value in values(chunk, convert)]
        column = column.chunk(0)
    dtype = column.type
    if pa.types.is_dictionary(dtype):
        return _coded(column, convert)
    if pa.types.is_list(dtype):
        return _lists(column, convert)
    if pa.types.is_string(dtype):
        return _with_nulls(column, _strings(column))
    if pa.types.is_boolean(dtype):
        return _with_nulls(column, _bits(column.buffers()[1], column.offset, len(column)) if len(column) else [])
    numbers = _with_nulls(column, _numbers(column, _FORMS[str(dtype)]))
    if pa.types.is_date32(dtype):
        days = {n: None if n is None else date.fromordinal(_EPOCH + n) for n in set(numbers)}
        return [days[n] for n in numbers]
    return numbers


def _decimals(table: pa.Table, name: str) -> list[Decimal | None]:
    """Give back the digits as printed: 19.4 and 19.40 are two claims."""
    pairs = list(zip(values(table[name]), values(table["decimals"]), strict=True))
    made = {pair: None if pair[0] is None else Decimal(f"{pair[0]:.{pair[1]}f}") for pair in set(pairs)}
    return [made[pair] for pair in pairs]


Plan = tuple[tuple[str, Any, type, Callable[[str], Any] | None], ...]
_PLANS: dict[type[Record], Plan] = {}


def _plan(model: type[Record]) -> Plan:
    """For each field: its name, its slot, the type of a value, and what makes it of a code."""
    if model in _PLANS:
        return _PLANS[model]
    converters: dict[type, Callable[[str], Any]] = {Period: Period.of, Code: includable}
    plan = []
    for field in attrs.fields(model):
        of = shape(field.type).of
        coded = of if issubclass(of, Code) and of is not Code else converters.get(of)
        plan.append((field.name, getattr(model, field.name), of, coded))
    return _PLANS.setdefault(model, tuple(plan))


def records(table: pa.Table, model: type[R], sources: Mapping[str, Source]) -> list[R]:
    """Read a table of the model's schema into records.

    Args:
        table: The table.
        model: The class of its records.
        sources: The pages by id, for the columns that name them.

    Returns:
        One record a row, equal to those that the constructor would make.
    """
    made = list(map(object.__new__, repeat(model, table.num_rows)))
    for name, slot, of, convert in _plan(model):
        if of is Decimal:
            column: Iterable[Any] = _decimals(table, name)
        else:
            column = values(table[name], sources.__getitem__ if of is Source else convert)
        deque(map(slot.__set__, made, column), maxlen=0)
    return made


def take(table: pa.Table, places: Iterable[int]) -> pa.Table:
    """Take rows of a table.

    The places go in as a buffer: turning Python values into Arrow ones would import pandas if it is there.

    Args:
        table: The table.
        places: The places of the rows, counted from 0, in the order to give them.

    Returns:
        A table of those rows.
    """
    indices = array.array("i", places)
    return table.take(pa.Array.from_buffers(pa.int32(), len(indices), [None, pa.py_buffer(indices)]))
