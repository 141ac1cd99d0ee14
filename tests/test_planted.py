"""Every fault that was planted is found, and none besides, on the frames of every engine that the tests have."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import conflictdata as cd
from benchmarks import byhand
from benchmarks.engines import ENGINES, faults, ordered
from benchmarks.planted import TRUTH, Planted, plant, truth_of
from benchmarks.plants import CELL, PLANTS, STRUCTURE, Numbers
from benchmarks.variants import VARIANTS

ROWS = 10_000
FORKLESS = {"polars", "polars, lazy", "duckdb"}
KINDS = [
    pytest.param(name, marks=[pytest.mark.forkless] if name in FORKLESS else [])
    for name in ("pyarrow", "pandas", "polars", "polars, lazy", "duckdb")
]
TABLES = [(Numbers.EXACT, True), (Numbers.BOUND, False), (Numbers.RANGE, False)]
_NAMES = [name for name in TRUTH.names if name not in {"reason", "part"}]


@pytest.fixture(scope="module", params=TABLES, ids=lambda table: f"{table[0]}{', whole' * table[1]}")
def figures(request: pytest.FixtureRequest) -> Planted:
    """Figures with faults, however their numbers stand, in any order."""
    numbers, whole = request.param
    return plant(ROWS, numbers=numbers, whole=whole, shuffled=True)


@pytest.fixture
def file(figures: Planted, tmp_path: Path) -> Path:
    """The same as a file."""
    figures.write(tmp_path / "figures.parquet")
    return tmp_path / "figures.parquet"


def _counted(table: pa.Table, names: list[str]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row[name] for name in names) for row in table.to_pylist())


class TestGenerator:
    """The figures themselves."""

    def test_what_is_told_of_them_is_what_the_check_of_rows_in_hand_says(self, figures: Planted) -> None:
        """The rows that must come of the figures are those of the reference, but for the wording of a reason."""
        found = cd.balance(figures.table().to_pylist(), STRUCTURE, cell=CELL).to_arrow().to_pylist()
        rows = set()
        for row in found:
            counts = (
                {"parts": None if row["verdict"] == "invalid" else len(row["parts"]), "absent": len(row["absent"])}
                if row["axis"]
                else {}
            )
            rows.add(tuple({**row, "parts": None, "absent": None, **counts}[name] for name in _NAMES))
        assert {row for row in rows if row[-1] != "balanced"} == set(_counted(figures.truth, _NAMES))
        assert sum(row["verdict"] == "balanced" for row in found) == figures.balanced

    @pytest.mark.parametrize("name", sorted(VARIANTS))
    def test_what_is_told_of_a_variant_is_what_the_check_of_rows_in_hand_says(self, name: str) -> None:
        """The same for the cases that are written out."""
        variant = VARIANTS[name]
        rows = []
        for row in cd.balance(variant.table(2).to_pylist(), variant.structure, cell=variant.cell).to_arrow().to_pylist():
            counts = (
                {"parts": None if row["verdict"] == "invalid" else len(row["parts"]), "absent": len(row["absent"])}
                if row["axis"]
                else {}
            )
            part = row["parts"][0] if row["axis"] == "within" else None
            rows.append({**row, "parts": None, "absent": None, **counts, "part": part})
        names = [name for name in variant.truth(0).column_names if name != "reason"]
        assert Counter(tuple(row[name] for name in names) for row in rows) == _counted(variant.truth(2), names)

    def test_each_plant_that_fits_the_numbers_stands_as_often_as_is_told(self, figures: Planted) -> None:
        """No kind of fault is left out, and each stands at least twice."""
        names = {one.name for one in PLANTS if figures.numbers in one.numbers and (one.whole or not figures.whole)}
        assert set(figures.counts) == names
        assert min(figures.counts.values()) == max(figures.counts.values()) == 2

    def test_a_seed_decides_all(self) -> None:
        """The same seed gives the same rows, another one others; the order of the rows changes nothing that is told."""
        first, again, other = plant(ROWS), plant(ROWS), plant(ROWS, seed=8)
        assert first.table().equals(again.table())
        assert first.truth.equals(again.truth)
        assert not first.table().equals(other.table())
        mixed = plant(ROWS, shuffled=True)
        assert _counted(mixed.truth, TRUTH.names) == _counted(first.truth, TRUTH.names)
        assert _counted(mixed.table(), first.table().column_names) == _counted(first.table(), first.table().column_names)
        assert not mixed.table().equals(first.table())

    def test_there_are_about_as_many_rows_as_asked_for(self, figures: Planted) -> None:
        """Within one in a hundred."""
        assert abs(figures.table().num_rows - ROWS) < ROWS / 100

    def test_the_command_writes_the_figures_and_what_must_come_of_them(self, root: Path, tmp_path: Path) -> None:
        """What it says is what the files hold."""
        out = tmp_path / "made.parquet"
        command = [sys.executable, "-m", "benchmarks.planted", str(out), "--rows", "1e4", "--seed", "7"]
        told = subprocess.run(command, cwd=root.parent, check=True, capture_output=True, text=True).stdout.splitlines()
        made, (truth, balanced) = plant(ROWS), truth_of(out)
        assert pq.read_table(out).equals(made.table())
        assert truth.equals(made.truth)
        assert balanced == made.balanced
        first = f"{made.table().num_rows:,} rows, {balanced:,} totals that balance, {truth.num_rows:,} rows of faults"
        assert told[0] == first
        assert [line.split(maxsplit=1)[1] for line in told[1:]] == list(made.counts)


@pytest.mark.parametrize("kind", KINDS)
class TestFrames:
    """The check on frames."""

    def test_every_fault_is_found_and_none_besides(self, kind: str, figures: Planted, file: Path) -> None:
        """What is not balanced is what was told before; as many balance, and they are those of an Arrow table too."""
        engine = ENGINES[kind]
        frame = engine.open(file)
        result = cd.balance(frame, STRUCTURE, cell=CELL)
        assert isinstance(result, type(frame))
        rows = engine.read(result)
        found, balanced = faults(rows, TRUTH)
        assert found == Counter(tuple(row.values()) for row in figures.truth.to_pylist())
        assert balanced == figures.balanced
        expected = cd.balance(pq.read_table(file), STRUCTURE, cell=CELL)
        assert ordered(rows, TRUTH).equals(ordered(expected, TRUTH))

    @pytest.mark.gate
    @pytest.mark.parametrize("name", sorted(VARIANTS))
    def test_the_cases_that_are_written_out(self, kind: str, name: str, tmp_path: Path) -> None:
        """Parts that replace a part, spans, counts inside counts and of a part of a cell come out as they must."""
        variant, engine = VARIANTS[name], ENGINES[kind]
        pq.write_table(variant.table(3), tmp_path / "rows.parquet")
        result = cd.balance(engine.open(tmp_path / "rows.parquet"), variant.structure, cell=variant.cell)
        truth = variant.truth(3)
        assert ordered(engine.read(result), truth.schema).equals(ordered(truth, truth.schema))


@pytest.mark.forkless
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("library", ["duckdb", "polars"])
def test_the_queries_by_hand_give_what_the_check_gives(library: str, whole: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """What the check is measured against finds every fault too, and none besides."""
    file = tmp_path / "figures.parquet"
    plant(ROWS, whole=whole, shuffled=True).write(file)
    if library == "duckdb":
        found = byhand.duckdb(file, whole=whole).to_arrow_table()
    else:
        found = byhand.polars(file, whole=whole).collect().to_arrow()
    assert ordered(found, TRUTH).equals(ordered(cd.balance(pq.read_table(file), STRUCTURE, cell=CELL), TRUTH))


class TestLazy:
    """What is lazy stays so: nothing runs before the result is asked for."""

    def _refused(self) -> pl.DataFrame:
        raise RuntimeError("it ran")

    @pytest.mark.forkless
    def test_polars(self) -> None:
        """The source of a lazy frame is not touched."""
        frame = pl.from_arrow(plant(ROWS).table())
        assert isinstance(frame, pl.DataFrame)
        result = cd.balance(frame.lazy().map_batches(lambda _: self._refused()), STRUCTURE, cell=CELL)
        assert isinstance(result, pl.LazyFrame)
        with pytest.raises(Exception, match="it ran"):
            result.collect()

    @pytest.mark.forkless
    def test_duckdb(self) -> None:
        """No row of a relation is computed."""
        table = plant(ROWS).table()
        raising = "case when value >= -100 then cast(error('it ran') as double) else value end as value"
        source = duckdb.from_arrow(table).project(f"country, area, month, actor, bound, {raising}")
        result = cd.balance(source, STRUCTURE, cell=CELL)
        assert isinstance(result, duckdb.DuckDBPyRelation)
        with pytest.raises(duckdb.Error, match="it ran"):
            result.fetchall()


def test_the_structure_of_the_figures_is_plain_data() -> None:
    """It can be written to a file as it stands."""
    assert cd.Structure.of(json.loads(json.dumps(STRUCTURE))) == cd.Structure.of(STRUCTURE)
