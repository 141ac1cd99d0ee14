"""The engines whose frames the check takes: how each opens a Parquet file, and how its result becomes an Arrow table."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SPARK = "pyspark"


@attrs.frozen
class Engine:
    """An engine.

    Attributes:
        open: Gives a frame of a Parquet file.
        read: Gives the rows of a frame as an Arrow table; what is lazy runs here.
    """

    open: Callable[[Path], Any]
    read: Callable[[Any], pa.Table]


def _pandas(path: Path) -> Any:
    import pandas as pd

    return pd.read_parquet(path)


def _of_pandas(frame: Any) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


def _polars(path: Path) -> Any:
    import polars as pl

    return pl.read_parquet(path)


def _polars_lazy(path: Path) -> Any:
    import polars as pl

    return pl.scan_parquet(path)


def _duckdb(path: Path) -> Any:
    import duckdb

    return duckdb.read_parquet(str(path))


def _dask(path: Path) -> Any:
    import dask.dataframe as dd

    return dd.read_parquet(path, split_row_groups=True)


def session() -> Any:
    """Give the session of Spark, on this machine alone; it is made once a process.

    Returns:
        The session.
    """
    from pyspark.sql import SparkSession

    made = SparkSession.builder.master("local[2]").appName("conflictdata")
    for name, value in {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "3g",
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }.items():
        made = made.config(name, value)
    return made.getOrCreate()


def _spark(path: Path) -> Any:
    return session().read.parquet(str(path))


ENGINES = {
    "pyarrow": Engine(pq.read_table, lambda table: table),
    "pandas": Engine(_pandas, _of_pandas),
    "polars": Engine(_polars, lambda frame: frame.to_arrow()),
    "polars, lazy": Engine(_polars_lazy, lambda frame: frame.collect().to_arrow()),
    "duckdb": Engine(_duckdb, lambda relation: relation.to_arrow_table()),
    "dask": Engine(_dask, lambda frame: _of_pandas(frame.compute())),
    SPARK: Engine(_spark, lambda frame: frame.toArrow()),
}


def faults(result: pa.Table, schema: pa.Schema) -> tuple[Counter[tuple[Any, ...]], int]:
    """Give what a check found, apart from what balances.

    Args:
        result: The rows of the result.
        schema: The columns that they must have, in order; other types of texts and numbers are taken as these.

    Returns:
        How often each row stands that is not `balanced`, and how many rows are.

    Raises:
        ValueError: If the columns are others.
    """
    if result.column_names != schema.names:
        raise ValueError(f"columns: {', '.join(result.column_names)}")
    table = result.cast(schema)
    balanced = pc.equal(table["verdict"], "balanced")
    rows = table.filter(pc.invert(balanced)).to_pylist()
    return Counter(tuple(row.values()) for row in rows), pc.sum(balanced).as_py() or 0


def ordered(result: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give a result in an order of its own, so that two of them can be compared.

    Args:
        result: The rows of the result.
        schema: The columns that they must have.

    Returns:
        The rows.
    """
    return result.cast(schema).sort_by([(name, "ascending") for name in schema.names]).combine_chunks()
