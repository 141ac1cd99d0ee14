"""The Arrow schema of every table, derived from the models: one place for names, types and descriptions."""

import functools
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pyarrow as pa

from conflictdata.models import Record, Source
from conflictdata.values import Period
from conflictdata.vocabulary import Code

# The number of the form that the tables have; it rises when a column is added, renamed, retyped or removed.
SCHEMA_VERSION = 1

CODED = pa.dictionary(pa.int32(), pa.string())

_DERIVED = {
    "start": "The first day of the period.",
    "end": "The last day of the period, included.",
    "period_kind": "Whether the period is a month, quarter, half, year, run of months or run of days.",
    "decimals": "How many digits after the point the value was printed with.",
}


@attrs.frozen
class Shape:
    """What a field holds: one or many of a type, possibly none.

    Attributes:
        of: The type of one value.
        many: Whether the field is a tuple of them.
        optional: Whether the field may be None.
    """

    of: type
    many: bool
    optional: bool


@functools.cache  # for each cell that is read, what its field holds is asked
def _apart(annotation: Any) -> Shape:
    arguments = typing.get_args(annotation)
    if isinstance(annotation, types.UnionType):
        members = [member for member in arguments if member is not types.NoneType]
        base = members[0] if len(members) == 1 else Code
        return Shape(base, many=False, optional=len(members) < len(arguments))
    if arguments:
        return Shape(shape(arguments[0]).of, many=True, optional=False)
    return Shape(annotation, many=False, optional=False)


def shape(annotation: Any) -> Shape:
    """Take an annotation of a model apart.

    Args:
        annotation: A class, `X | None`, `tuple[X, ...]`, or such a tuple over several vocabularies.

    Returns:
        What it says.
    """
    return _apart(annotation)


@attrs.frozen
class Column:
    """One column of a table.

    Attributes:
        field: The Arrow field: name, type, nullability, description.
        get: What gives the column's value from a record.
        order: What sorts the values of a dictionary.
    """

    field: pa.Field
    get: Callable[[Any], Any]
    order: Callable[[Any], Any]


_PLAIN: dict[type, pa.DataType] = {bool: pa.bool_(), int: pa.int32(), float: pa.float64(), date: pa.date32()}


def descriptions(model: type[Record]) -> dict[str, str]:
    """Read what the docstring of a model says of its fields.

    Args:
        model: The class; what it inherits is described where it stands.

    Returns:
        The descriptions by field; none where Python was told to drop docstrings (`-OO`).
    """
    bases = [base for base in reversed(model.__mro__) if issubclass(base, Record) and base is not Record]  # it has no fields
    texts = [inspect.cleandoc(base.__doc__ or "") for base in bases]
    attributes = [text.partition("Attributes:\n")[2] for text in texts]
    entries = [e for text in attributes for e in re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", text, re.MULTILINE)]
    return {name: re.sub(r"\s+", " ", said) for name, said in entries}


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.id if isinstance(value, Source) else str(value)


def _order(base: type) -> Callable[[Any], Any]:
    if issubclass(base, Code) and base is not Code:
        return lambda text: base(text).rank
    return Period.of if base is Period else str


def _columns_of(field: "attrs.Attribute[Any]", said: str) -> "list[Column]":
    name, kind = field.name, shape(field.type)

    def made(column: str, dtype: pa.DataType, get: Callable[[Any], Any], order: Callable[[Any], Any] = str) -> Column:
        text = said if column == name else _DERIVED[column]
        return Column(pa.field(column, dtype, kind.optional, {"description": text}), get, order)

    def value(record: Any) -> Any:
        return getattr(record, name)

    if kind.many:
        many = pa.list_(pa.field("element", CODED, nullable=False))
        return [made(name, many, lambda r: [_text(one) for one in value(r)], _order(kind.of))]
    if kind.of is Decimal:
        return [
            made(name, pa.float64(), lambda r: None if value(r) is None else float(value(r))),
            made("decimals", pa.int32(), lambda r: None if value(r) is None else max(0, -value(r).as_tuple().exponent)),
        ]
    if field.metadata.get("wide"):
        return [made(name, pa.int64(), value)]
    if kind.of in _PLAIN:
        return [made(name, _PLAIN[kind.of], value)]
    if field.metadata.get("unique"):
        return [made(name, pa.string(), value)]
    coded = [made(name, CODED, lambda r: _text(value(r)), _order(kind.of))]
    if name == "period":
        coded += [
            made("start", pa.date32(), lambda r: r.period.start),
            made("end", pa.date32(), lambda r: r.period.end),
            made("period_kind", CODED, lambda r: r.period.kind.value),
        ]
    return coded


def columns(model: type[Record]) -> tuple[Column, ...]:
    """Give the columns of a model's table.

    Args:
        model: The class of its records.

    Returns:
        The columns in order: those of the fields, each followed by what is derived from it.
    """
    said = descriptions(model)
    return tuple(column for field in attrs.fields(model) for column in _columns_of(field, said.get(field.name, "")))


def schema(model: type[Record]) -> pa.Schema:
    """Give the Arrow schema of a model's table.

    Args:
        model: The class of its records.

    Returns:
        The schema; each field carries its `description`, the whole carries `schema_version`.
    """
    return pa.schema([column.field for column in columns(model)], {"schema_version": str(SCHEMA_VERSION)})


def coded(values: Sequence[str | None], order: Callable[[Any], Any] = str) -> pa.DictionaryArray:
    """Write texts as codes: a dictionary in order, and a place in it for each row."""
    names = sorted({value for value in values if value is not None}, key=lambda name: (order(name), name))
    places = {name: place for place, name in enumerate(names)}
    indices = [None if value is None else places[value] for value in values]
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(names, pa.string()))


def _array(column: Column, records: Sequence[Record]) -> pa.Array:
    values = [column.get(record) for record in records]
    dtype = column.field.type
    if pa.types.is_dictionary(dtype):
        return coded(values, column.order)
    if pa.types.is_list(dtype):
        ends = [0]
        for value in values:
            ends.append(ends[-1] + len(value))
        flat = coded([one for value in values for one in value], column.order)
        return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat, type=dtype)
    return pa.array(values, dtype)


def to_arrow(model: type[Record], records: Iterable[Record]) -> pa.Table:
    """Write records into an Arrow table.

    The same records in the same order give the same table, with each dictionary in the order of its vocabulary.

    Args:
        model: The class of the records.
        records: The records.

    Returns:
        A table of that model's schema.
    """
    rows = list(records)
    return pa.Table.from_arrays([_array(column, rows) for column in columns(model)], schema=schema(model))
