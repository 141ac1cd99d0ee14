"""A table to a list of typed records, beside the fastest plain route that we know.

    python -m benchmarks.records

The plain route reads the same columns through their buffers, looks codes up in their dictionaries, leaves them text, and
calls a plain attrs class with neither checks nor conversions. The library gives codes, periods and pages as objects.
"""

import functools
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import attrs
import pyarrow as pa

import conflictdata as cd
from benchmarks.pairs import compare
from conflictdata.tables import Table

ROUNDS = 41
LARGE = 50_000
_EPOCH = date(1970, 1, 1).toordinal()


def _nulls(array: pa.Array, found: list[Any]) -> list[Any]:
    if not array.null_count:
        return found
    bits = int.from_bytes(array.buffers()[0].to_pybytes(), "little")
    return [value if bits >> place & 1 else None for place, value in enumerate(found)]


def _plain(array: pa.Array) -> list[Any]:
    """Read one column of one chunk that begins at its first row."""
    dtype, n = array.type, len(array)
    if pa.types.is_dictionary(dtype):
        names = array.dictionary.to_pylist()
        found = memoryview(array.indices.buffers()[1]).cast("i")[:n].tolist()
        return _nulls(array.indices, list(map(names.__getitem__, found)))
    if pa.types.is_list(dtype):
        flat = _plain(array.values)
        return [tuple(flat[a:b]) for a, b in pairwise(memoryview(array.buffers()[1]).cast("i")[: n + 1].tolist())]
    if pa.types.is_string(dtype):
        text = array.buffers()[2].to_pybytes().decode()
        return [text[a:b] for a, b in pairwise(memoryview(array.buffers()[1]).cast("i")[: n + 1].tolist())]
    if pa.types.is_boolean(dtype):
        return [bool(byte >> bit & 1) for byte in array.buffers()[1].to_pybytes() for bit in range(8)][:n]
    found = memoryview(array.buffers()[1]).cast("d" if pa.types.is_floating(dtype) else "i")[:n].tolist()
    if pa.types.is_date32(dtype):
        day = functools.cache(lambda number: date.fromordinal(_EPOCH + number))
        return list(map(day, found))
    return _nulls(array, found)


def _plain_route(table: pa.Table, names: list[str], made: Callable[..., Any]) -> list[Any]:
    return list(map(made, *(_plain(table[name].chunk(0)) for name in names)))


def main() -> None:
    """Measure figures, statements and claims, as bundled and fifty thousand of them."""
    opened = cd.load("picss")
    pages = {page.id: page for page in opened.sources}
    for title, table in (
        ("figures", opened.figures),
        ("statements", opened.statements),
        ("claims", opened.recorded("claims")),
    ):
        model = type(table[0])
        names = [field.name for field in attrs.fields(model)]
        made = attrs.make_class("Plain", names, frozen=True, slots=True)
        once = table.to_arrow().combine_chunks()
        many = pa.concat_tables([once] * (LARGE // len(table) + 1)).slice(0, LARGE).combine_chunks()
        for arrow, rounds in ((once, ROUNDS), (many, ROUNDS // 4)):
            ways = {
                "plain class": functools.partial(_plain_route, arrow, names, made),
                "list(table)": functools.partial(list, Table(arrow, model, title, lambda: pages)),
            }
            compare(f"{arrow.num_rows} {title}", ways, rounds, ratio=1.3)


if __name__ == "__main__":
    main()
