"""Made-up events in published layouts, as frames of every kind, and what comes out of rolling them up."""

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import conflictdata as cd
from benchmarks.eventfiles import AREAS, COUNTRIES, Row
from conflictdata.names import LayoutName

CELL = ("period", "area", "scope", "measure", "group")
FIGURE = ("dataset", *CELL, "value", "low", "high")
KINDS: dict[str, tuple[type, Callable[[pa.Table], Any]]] = {
    "pyarrow": (pa.Table, lambda table: table),
    "pandas": (pd.DataFrame, lambda table: table.to_pandas()),
    "pandas of arrow": (pd.DataFrame, lambda table: table.to_pandas(types_mapper=pd.ArrowDtype)),
    "polars": (pl.DataFrame, pl.from_arrow),
    "polars lazy": (pl.LazyFrame, lambda table: pl.DataFrame(table).lazy()),
    "duckdb": (duckdb.DuckDBPyRelation, duckdb.from_arrow),
}
# DuckDB and the types of Arrow in pandas take longest; one roll-up of each is held by .ci/run, the rest by .ci/full.
EVERY = [
    pytest.param(kind, marks=[pytest.mark.slow] if kind in {"duckdb", "pandas of arrow", "polars"} else []) for kind in KINDS
]


def mapping_of(layout: LayoutName = "ucdp_ged", **changes: Any) -> cd.EventMapping:
    """Give the mapping of a layout for the made-up countries."""
    return cd.EventMapping.ready(layout, **{"countries": COUNTRIES, "areas": AREAS, **changes})


def arrow_of(frame: Any) -> pa.Table:
    """Give a frame of any kind as an Arrow table."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    return pa.table(frame)


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """Give the rows of a frame of any kind."""
    told: list[dict[str, Any]] = arrow_of(frame).to_pylist()
    return told


def cells_of(frame: Any) -> dict[Any, Any]:
    """Give the numbers of a roll-up by cell, each of which stands once."""
    rows = rows_of(frame)
    found = {tuple(row[column] for column in CELL): (row["value"], row["low"], row["high"]) for row in rows}
    assert len(found) == len(rows)
    return found


def event(**changes: Any) -> dict[str, Any]:
    """Give an event in the layout of UCDP GED with nothing wrong: two dead on each side, one of unknown status."""
    return {
        "id": 1,
        "type_of_violence": 1,
        "side_a": "Government of Arland",
        "side_b": "Hill Front",
        "country": "Arland",
        "adm_1": "North",
        "date_start": "2025-10-03",
        "date_end": "2025-10-03",
        "deaths_a": 2,
        "deaths_b": 2,
        "deaths_civilians": 0,
        "deaths_unknown": 1,
        "best": 5,
        "low": 5,
        "high": 5,
        **changes,
    }


def rolled(*rows: Row, **changes: Any) -> dict[Any, Any]:
    """Roll events up, and give the numbers of the country, all kinds of events."""
    found = cells_of(cd.rollup(pa.Table.from_pylist([*rows]), mapping_of(**changes)))
    return {(cell[0], *cell[3:]): numbers for cell, numbers in found.items() if cell[1:3] == ("AR", "all")}


def faults(*rows: Row, **changes: Any) -> list[tuple[Any, ...]]:
    """Give what is wrong with events."""
    told = rows_of(cd.rollup_faults(pa.Table.from_pylist([*rows]), mapping_of(**changes)))
    return sorted((row["event"], row["reason"], row["found"] or "") for row in told)
