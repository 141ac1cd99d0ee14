"""The roll-up on engines beyond one process: Dask, and Spark in local mode. Run by `.ci/full`."""

from typing import Any

import dask.dataframe as dd
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

import conflictdata as cd
from benchmarks.eventfiles import AREAS, COUNTRIES, acled, ged, plain
from conflictdata.names import LayoutName

CELL = ("period", "area", "scope", "measure", "group")
SIZE = 400
DASK: Any = dd  # without types
LAYOUTS = {"ucdp_ged": ged(SIZE, 7), "acled": acled(SIZE, 7)}
pytestmark = pytest.mark.filterwarnings(
    "ignore:Dask support is moving:FutureWarning", "ignore::DeprecationWarning:pyspark", "ignore::ResourceWarning"
)


def mapping_of(layout: LayoutName) -> cd.EventMapping:
    """Give the mapping of a layout for the made-up countries."""
    return cd.EventMapping.ready(layout, countries=COUNTRIES, areas=AREAS)


def of_spark(session: SparkSession, rows: list[dict[str, Any]]) -> DataFrame:
    """Give rows as a frame of Spark, with the types that Arrow finds."""
    schema = pa.Table.from_pylist(rows).schema
    types = ", ".join(f"{field.name} {'long' if pa.types.is_integer(field.type) else 'string'}" for field in schema)
    return session.createDataFrame([tuple(row[name] for name in schema.names) for row in rows], schema=types)


def cells_of(rows: list[dict[str, Any]]) -> dict[Any, Any]:
    """Give the numbers of a roll-up by cell, each of which stands once."""
    found = {tuple(row[column] for column in CELL): (row["value"], row["low"], row["high"]) for row in rows}
    assert len(found) == len(rows)
    return found


def faults_of(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Give what is wrong, in order."""
    return sorted((row["event"], row["reason"], row["found"] or "") for row in rows)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_dask_gives_what_a_plain_loop_gives(layout: LayoutName) -> None:
    """A lazy frame of Dask back, of several partitions, with the numbers and the faults of the other engines."""
    rows, mapping = LAYOUTS[layout], mapping_of(layout)
    frame = DASK.from_pandas(pa.Table.from_pylist(rows).to_pandas(), npartitions=3)
    found, faults = cd.rollup(frame, mapping), cd.rollup_faults(frame, mapping)

    assert isinstance(found, DASK.DataFrame)
    assert isinstance(faults, DASK.DataFrame)
    assert cells_of(pa.Table.from_pandas(found.compute(), preserve_index=False).to_pylist()) == plain(rows, mapping)
    told = pa.Table.from_pandas(faults.compute(), preserve_index=False).to_pylist()
    assert faults_of(told) == faults_of(cd.rollup_faults(pa.Table.from_pylist(rows), mapping).to_pylist())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_spark_gives_what_a_plain_loop_gives(spark: SparkSession, layout: LayoutName) -> None:
    """A lazy frame of Spark back, with the numbers and the faults of the other engines."""
    rows, mapping = LAYOUTS[layout], mapping_of(layout)
    frame = of_spark(spark, rows)
    found, faults = cd.rollup(frame, mapping), cd.rollup_faults(frame, mapping)

    assert isinstance(found, DataFrame)
    assert isinstance(faults, DataFrame)
    assert cells_of([row.asDict() for row in found.collect()]) == plain(rows, mapping)
    told = [row.asDict() for row in faults.collect()]
    assert faults_of(told) == faults_of(cd.rollup_faults(pa.Table.from_pylist(rows), mapping).to_pylist())
