"""Every planted fault is found, and none besides, on every engine: run by .ci/full, and at a larger size by .ci/slow.

The variable PLANTED_ROWS says how many rows there are.
"""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import conflictdata as cd
from benchmarks.engines import ENGINES, SPARK, faults, ordered, session
from benchmarks.planted import TRUTH, plant, truth_of
from benchmarks.plants import CELL, STRUCTURE, Numbers
from benchmarks.variants import VARIANTS

# Dask says what pandas will not take some day.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")
ROWS = int(float(os.environ.get("PLANTED_ROWS", "1e4")))


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine."""
    name: str = request.param
    if name == SPARK:
        request.getfixturevalue("spark")
    return name


@pytest.fixture(scope="module", params=[(n, s) for n in Numbers for s in (False, True)], ids=lambda p: f"{p[0]}{'~' * p[1]}")
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Figures with faults, in order or shuffled, whose numbers stand in one of the ways; ~ for those shuffled."""
    numbers, shuffled = request.param
    path = tmp_path_factory.mktemp("planted") / "figures.parquet"
    plant(ROWS, numbers=numbers, whole=numbers is Numbers.EXACT, shuffled=shuffled).write(path)
    return path


@pytest.fixture(scope="module")
def expected(file: Path) -> pa.Table:
    """All rows that an Arrow table gives, in an order of their own."""
    return ordered(cd.balance(pq.read_table(file), STRUCTURE, cell=CELL), TRUTH)


def test_every_fault_is_found_and_none_besides(engine: str, file: Path, expected: pa.Table) -> None:
    """What is not balanced is what was told before; the rows are those of every other engine, and the frame of its kind."""
    frame = ENGINES[engine].open(file)
    result = cd.balance(frame, STRUCTURE, cell=CELL)
    assert isinstance(result, type(frame))
    rows = ENGINES[engine].read(result)
    found, balanced = faults(rows, TRUTH)
    truth, told = truth_of(file)
    assert found == Counter(tuple(row.values()) for row in truth.to_pylist())
    assert balanced == told
    assert ordered(rows, TRUTH).equals(expected)


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_the_cases_that_are_written_out(engine: str, name: str, tmp_path: Path) -> None:
    """Parts that replace a part, spans, counts inside counts and of a part of a cell come out as they must."""
    variant = VARIANTS[name]
    pq.write_table(variant.table(3), tmp_path / "rows.parquet")
    result = cd.balance(ENGINES[engine].open(tmp_path / "rows.parquet"), variant.structure, cell=variant.cell)
    truth = variant.truth(3)
    assert ordered(ENGINES[engine].read(result), truth.schema).equals(ordered(truth, truth.schema))


def _dask(path: Path) -> Any:
    """Give a frame of Dask that raises when it is run."""
    import dask.dataframe as dd

    def refused(_: Any) -> Any:
        raise RuntimeError("it ran")

    frame = dd.read_parquet(path)
    return frame.map_partitions(refused, meta=frame._meta)  # noqa: SLF001  with it, nothing is tried out


def _spark(path: Path) -> Any:
    """Give a frame of Spark that raises when it is run."""
    from pyspark.sql import functions as f

    frame = session().read.parquet(str(path))
    return frame.withColumn(
        "value", f.when(f.col("value") >= -100, f.raise_error(f.lit("it ran"))).otherwise(f.col("value"))
    )


@pytest.mark.parametrize(("name", "refusing"), [("dask", _dask), (SPARK, _spark)])
def test_what_is_lazy_stays_so(
    name: str, refusing: Callable[[Path], Any], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Nothing runs before the result is asked for."""
    if name == SPARK:
        request.getfixturevalue("spark")
    path = tmp_path / "figures.parquet"
    plant(1000).write(path)
    frame = refusing(path)
    result = cd.balance(frame, STRUCTURE, cell=CELL)
    assert isinstance(result, type(frame))
    with pytest.raises(Exception, match="it ran"):
        ENGINES[name].read(result)
