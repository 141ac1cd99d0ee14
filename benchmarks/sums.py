"""The plain sum of the figures of `planted` by libraries that validate frames: the total of a cell less its parts.

No bounds, no parts that are absent, no rows that cannot be used: what they report is that, not the verdicts of the check.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.plants import CELL, WHOLE


def pandera_polars(path: Path) -> int:
    """Count the rows of cells that do not add up, by pandera with polars.

    Args:
        path: The Parquet file.

    Returns:
        How many rows fail.
    """
    import pandera.polars as pa
    import polars as pl
    from pandera.errors import SchemaErrors

    def adds_up(data: pa.PolarsData) -> pl.LazyFrame:
        signed = pl.when(pl.col("actor") == WHOLE).then("value").otherwise(-pl.col("value"))
        made: pl.LazyFrame = data.lazyframe.select(signed.sum().over(CELL) == 0)
        return made

    try:
        pa.DataFrameSchema(checks=[pa.Check(adds_up)]).validate(pl.read_parquet(path), lazy=True)
    except SchemaErrors as errors:
        return len(errors.failure_cases)
    return 0


def pandera_pandas(path: Path) -> int:
    """Count the cells that do not add up, by pandera with pandas.

    Args:
        path: The Parquet file.

    Returns:
        How many cells fail.
    """
    import pandas as pd
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    frame = pd.read_parquet(path, columns=[*CELL, "actor", "value"])
    signed = frame["value"].where(frame["actor"] == WHOLE, -frame["value"])
    left = signed.groupby([frame[name] for name in CELL]).sum().rename("left").reset_index()
    try:
        pa.DataFrameSchema({"left": pa.Column(float, pa.Check.equal_to(0))}).validate(left, lazy=True)
    except SchemaErrors as errors:
        return len(errors.failure_cases)
    return 0


def pointblank_polars(path: Path) -> int:
    """Count the cells that do not add up, by pointblank with polars.

    Args:
        path: The Parquet file.

    Returns:
        How many cells fail.
    """
    import pointblank as pb
    import polars as pl

    def summed(frame: pl.DataFrame) -> pl.DataFrame:
        signed = pl.when(pl.col("actor") == WHOLE).then("value").otherwise(-pl.col("value"))
        return frame.group_by(CELL).agg(signed.sum().alias("left"))

    validation = pb.Validate(pl.read_parquet(path)).col_vals_eq("left", 0, pre=summed).interrogate()
    failed: Any = validation.n_failed(i=1, scalar=True)
    return int(failed)


SUMS: dict[str, Callable[[Path], int]] = {
    "pandera, polars": pandera_polars,
    "pandera, pandas": pandera_pandas,
    "pointblank, polars": pointblank_polars,
}
