"""Frames of every kind for the check on frames: made from Arrow tables, checked, and read again."""

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from benchmarks.mixed import rows_of
from conflictdata import Structure, balance

CONNECTION = duckdb.connect()  # of its own, since a user's relation need not be of the one that all share
KINDS: dict[str, tuple[type, Callable[[pa.Table], Any]]] = {
    "pyarrow": (pa.Table, lambda table: table),
    "pandas": (pd.DataFrame, lambda table: table.to_pandas()),
    "polars": (pl.DataFrame, pl.from_arrow),
    "polars lazy": (pl.LazyFrame, lambda table: pl.DataFrame(table).lazy()),
    "duckdb": (duckdb.DuckDBPyRelation, CONNECTION.from_arrow),
}
FORKLESS = {"polars", "polars lazy", "duckdb"}


def asked(kind: str, *more: Any, slow: bool = False, gate: bool = False) -> Any:
    """Give a kind, with more, as a case of a test."""
    carried = {"forkless": kind in FORKLESS, "slow": slow, "gate": gate}
    return pytest.param(kind, *more, marks=[getattr(pytest.mark, name) for name, has in carried.items() if has])


# DuckDB takes several times as long as the others to make a plan. That its values mean the same, and that its relations come
# back, is held by .ci/run; what else is held of every kind is held for it by .ci/full.
# polars makes a lazy frame of its own; DuckDB is slow to plan, whatever the size. What every kind gives is held by the tests
# of what frames give.
EVERY = [asked(kind, slow=kind in {"duckdb", "polars"}) for kind in KINDS]
ACTORS = Structure.of(
    {
        "sum": [
            {"axis": "actors", "column": "actor", "whole": "all", "required": ["state", "rebels"], "optional": ["others"]},
            {"axis": "months", "column": "span", "calendar": True, "whole": "quarter", "required": ["month"]},
        ],
        "aside": {"actor": ["unknown"]},
    }
)
CELL = ("country", "actor", "span")
X, Y = ("X", "all", "2020-01"), ("Y", "all", "2020-01")
EXPECTED = {
    ("actors", *X, None, 10, 10, 2, 0, 0, 0, "balanced", None): 1,
    ("actors", *Y, None, 8, 8, 1, 1, -1, -1, "over", None): 1,
}


def arrow_of(frame: Any) -> pa.Table:
    """Give a frame of any kind as an Arrow table."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    return pa.Table.from_pandas(frame, preserve_index=False) if isinstance(frame, pd.DataFrame) else pa.table(frame)


def checked(frame: Any, structure: Structure = ACTORS, cell: Any = CELL, **more: Any) -> Any:
    """Check a frame, and give how often each row of the result stands."""
    return rows_of(arrow_of(balance(frame, structure, cell=list(cell), **more)), cell)


def made(kind: str, table: pa.Table) -> Any:
    """Give an Arrow table as a frame of another kind."""
    return KINDS[kind][1](table)
