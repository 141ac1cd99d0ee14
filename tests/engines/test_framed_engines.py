"""The check on frames of every engine, held to the check of rows at hand on rows of every kind. Run by `.ci/full`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.engines import ENGINES, SPARK
from benchmarks.mixed import FORMS, SHAPES, lean, mixed, rows_of
from conflictdata import Fault, RecordError, Structure, assert_adds_up, balance

CONNECTION = duckdb.connect()
SLOW = {SPARK, "duckdb"}  # to plan, whatever the size
FEW = {"bound", "all, text"}
SIDES = {
    "sum": [{"axis": "actors", "column": "actor", "whole": "all", "required": ["state", "rebels"]}],
    "codes": {"actor": ["others"]},
}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark", "ignore::ResourceWarning")


def _dask(table: pa.Table, _: Path) -> Any:
    import dask.dataframe as dd

    made: Any = dd  # without types
    return made.from_pandas(table.to_pandas(types_mapper=pd.ArrowDtype), npartitions=3)


def _spark(table: pa.Table, path: Path) -> Any:
    pq.write_table(table, path)
    return ENGINES[SPARK].open(path)


MADE: dict[str, Callable[[pa.Table, Path], Any]] = {
    "pyarrow": lambda table, _: table,
    "pandas": lambda table, _: table.to_pandas(),
    "polars": lambda table, _: pl.from_arrow(table),
    "polars, lazy": lambda table, _: pl.DataFrame(table).lazy(),
    "duckdb": lambda table, _: CONNECTION.from_arrow(table),
    "dask": _dask,
    SPARK: _spark,
}


@pytest.fixture(params=sorted(MADE))
def engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine."""
    name: str = request.param
    if name == SPARK:
        request.getfixturevalue("spark")
    return name


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("form", FORMS)
def test_every_engine_gives_what_rows_give(engine: str, form: str, name: str, tmp_path: Path) -> None:
    """The same kind back, with the same rows, whatever is wrong with them and however their numbers stand."""
    if engine in SLOW and form not in FEW:
        pytest.skip("the same plan, but for the numbers")
    shape, cell = SHAPES[name], list(SHAPES[name].codes)
    table = mixed(shape, form, 40, FORMS.index(form))
    frame = MADE[engine](table, tmp_path / "rows.parquet")
    result = balance(frame, shape.structure, cell=cell)
    assert isinstance(result, type(frame))
    expected = lean(table.to_pylist(), shape.structure, cell=cell)
    assert rows_of(ENGINES[engine].read(result), cell) == expected


def test_a_cell_may_be_one_column(engine: str, tmp_path: Path) -> None:
    """No cell that is not there is named for it, and one that stands twice is."""
    table = pa.table({"actor": ["all", "state", "state", "rebels"], "value": [5, 3, 2, 1]})
    result = balance(MADE[engine](table, tmp_path / "rows.parquet"), SIDES)
    none = [None] * 6
    assert rows_of(ENGINES[engine].read(result), ["actor"]) == {
        ("actors", "all", None, 5, 5, None, 0, None, None, "invalid", "rests on a row that cannot be used"): 1,
        (None, "state", None, *none, "invalid", "stands more than once"): 1,
    }


def test_no_rows_give_no_rows(engine: str, tmp_path: Path) -> None:
    """With all columns."""
    table = mixed(SHAPES["sums"], "bound", 0, 0)
    result = balance(MADE[engine](table, tmp_path / "rows.parquet"), SHAPES["sums"].structure, cell="country")
    assert not rows_of(ENGINES[engine].read(result), ["country", "actor"])


def test_strict_lists_every_fault(engine: str, tmp_path: Path) -> None:
    """A frame that is lazy is run for it."""
    table = pa.table({"actor": ["all", "state", "state", "rebel"], "value": [5, 3, -2, 1]})
    with pytest.raises(RecordError) as caught:
        balance(MADE[engine](table, tmp_path / "rows.parquet"), SIDES, strict=True)
    assert caught.value.faults == (
        Fault("rows", 0, "actor=rebel", "unknown actor"),
        Fault("rows", 0, "actor=state", "stands more than once"),
        Fault("rows", 0, "actor=state", "value is negative"),
    )


def test_tables_of_every_engine_can_be_asserted(engine: str, tmp_path: Path) -> None:
    """That they add up, or which do not; known ones from such a table too."""
    rows = {"actor": ["all", "state", "rebels"], "value": [6, 3, 2]}
    known = {"axis": ["actors"], "actor": ["all"], "residual_low": [1], "residual_high": [1]}
    frame = MADE[engine](pa.table(rows), tmp_path / "rows.parquet")
    with pytest.raises(AssertionError, match="actor=all, actors: short, 6 less 3 state"):
        assert_adds_up(frame, SIDES, cell="actor")
    assert_adds_up(frame, SIDES, cell="actor", explained=MADE[engine](pa.table(known), tmp_path / "known.parquet"))


def test_partitions_hold_what_belongs_together_whatever_the_codes_are() -> None:
    """Numbers, categories and texts say which; a code that is missing is one too."""
    countries = pa.array(["A", None, "B"] * 8).dictionary_encode()
    codes = {"country": countries, "year": [2000 + row // 6 for row in range(24)], "region": ["n", None] * 12}
    table = pa.table({**codes, "actor": ["all", "state", "rebels"] * 8, "value": list(range(24))})
    plain, cell = table.to_pandas(), ["country", "year", "region", "actor"]
    assert plain["country"].dtype.name == "category"
    import dask.dataframe as dd

    made: Any = dd  # without types
    result = balance(made.from_pandas(plain, npartitions=4), SIDES, cell=cell)
    read = ENGINES["dask"].read
    assert rows_of(read(result), cell) == lean(table.to_pylist(), Structure.of(SIDES), cell=cell)
