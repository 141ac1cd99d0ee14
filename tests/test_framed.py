"""The check on frames: what the check of rows at hand says, on every engine that the tests have, and the same kind back."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conflictdata as cd
from benchmarks.mixed import FORMS, NUMBERS, SHAPES, columns_of, lean, mixed, rows_of
from conflictdata import InvalidValueError, Structure, balance
from conflictdata.names import DatasetName
from tests.shared.actors import COUNTRY
from tests.shared.frames import ACTORS, CELL, CONNECTION, EVERY, EXPECTED, KINDS, X, arrow_of, asked, checked, made
from tests.shared.tiers import cases

# What it says.

# Of a hundred examples, since each plan takes time to make.
SHARES = {"sums": 12, "sums of sums": 6, "inclusions": 2, "spans": 2, "runs of months": 2, "runs of months, inclusions": 1}


@pytest.mark.forkless
@pytest.mark.parametrize("name", cases(SHAPES, fast={"sums", "sums of sums"}))
def test_a_frame_gives_what_its_rows_give(name: str) -> None:
    """An Arrow table and a lazy frame of polars, whatever is wrong with the rows and however their numbers stand."""
    shape, cell = SHAPES[name], list(SHAPES[name].codes)

    @settings(max_examples=max(1, settings().max_examples * SHARES[name] // 100))
    @given(st.sampled_from(FORMS), st.sampled_from([40, 10, 3, 1, 0]), st.integers(0, 2**32))
    def held(form: str, size: int, seed: int) -> None:
        table = mixed(shape, form, size, seed)
        expected = lean(table.to_pylist(), shape.structure, cell=cell)
        assert checked(table, shape.structure, cell) == expected
        assert checked(pl.DataFrame(table).lazy(), shape.structure, cell) == expected

    held()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", [asked("pandas"), asked("polars", gate=True), asked("duckdb", gate=True)])
def test_every_kind_gives_what_rows_give(kind: str, form: str) -> None:
    """Some of the same tables, since each engine has its own missing values, numbers and texts; .ci/full holds them all."""
    for seed, shape in enumerate([SHAPES["sums"]] if kind == "duckdb" else [SHAPES["sums"], SHAPES["sums of sums"]]):
        table, cell = mixed(shape, form, 40, seed), list(shape.codes)
        expected = lean(table.to_pylist(), shape.structure, cell=cell)
        assert checked(made(kind, table), shape.structure, cell) == expected


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("name", ["cmc", "crss"])
def test_figures_of_the_record_give_what_the_record_says(kind: str, name: DatasetName, tmp_path: Path) -> None:
    """As frames, with what they include as lists; groups alone, since each further axis takes time to plan."""
    figures = cd.load(name).figures
    frame = made(kind, figures.to_arrow())
    if kind == "duckdb":  # which cannot read lists from Arrow that are all empty
        pq.write_table(figures.to_arrow(), tmp_path / "figures.parquet")
        frame = CONNECTION.read_parquet(str(tmp_path / "figures.parquet"))
    told = lean(figures, Structure.declared(), axis="groups")
    cell = ["dataset", "period", "area", "scope", "measure", "group"]
    found = rows_of(arrow_of(balance(frame, axis="groups")), cell)
    assert found
    assert found == told


# What comes back.

TYPES: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "pyarrow": (lambda made: dict(zip(made.column_names, made.schema.types, strict=True)), pa.string(), pa.int64()),
    "pandas": (lambda made: {name: str(dtype) for name, dtype in made.dtypes.items()}, "string", "Int64"),
    "polars": (lambda made: dict(made.schema), pl.String(), pl.Int64()),
    "polars lazy": (lambda made: dict(made.collect_schema()), pl.String(), pl.Int64()),
    "duckdb": (lambda made: dict(zip(made.columns, map(str, made.types), strict=True)), "VARCHAR", "BIGINT"),
}


@pytest.mark.parametrize("rows", [5, 0])
@pytest.mark.parametrize("kind", [asked(kind) for kind in KINDS])
def test_the_same_kind_comes_back(kind: str, rows: int) -> None:
    """With the same columns, in order and of the same types, however many rows there are."""
    result = balance(made(kind, pa.table(COUNTRY).slice(0, rows)), ACTORS, cell="country")
    read, text, number = TYPES[kind]
    assert type(result) is KINDS[kind][0]
    assert read(result) == {name: number if name in NUMBERS else text for name in columns_of(CELL)}
    assert list(read(result)) == columns_of(CELL)
    assert rows_of(arrow_of(result), CELL) == (EXPECTED if rows else {})


# The others have the same plans, and are slow to make them, whatever the size.
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        asked(kind, name, slow=kind == "duckdb", gate=not name.startswith("sums"))
        for kind in KINDS
        for name in SHAPES
        if kind == "polars lazy" or name in {"sums", "runs of months"}
    ],
)
def test_no_rows_give_no_rows(kind: str, name: str) -> None:
    """Whatever is checked."""
    shape = SHAPES[name]
    result = checked(made(kind, mixed(shape, "bound", 0, 0)), shape.structure, list(shape.codes))
    assert not result


OTHERS: dict[str, Callable[[], Any]] = {
    "pyarrow, narrow and long": lambda: pa.table(
        {n: pa.array(c, pa.int8() if n == "value" else pa.large_string()) for n, c in COUNTRY.items()}
    ),
    "pyarrow, views": lambda: pa.table(
        {n: pa.array(c, pa.uint16() if n == "value" else pa.string_view()) for n, c in COUNTRY.items()}
    ),
    "pyarrow, dictionary": lambda: pa.table(
        {n: pa.array(c) if n == "value" else pa.array(c).dictionary_encode() for n, c in COUNTRY.items()}
    ),
    "pandas, categories and floats": lambda: pd.DataFrame(COUNTRY).astype(
        {"actor": "category", "span": "category", "value": "float64"}
    ),
    "pandas, of Arrow": lambda: pa.table(COUNTRY).to_pandas(types_mapper=pd.ArrowDtype),
    "pandas, objects": lambda: pd.DataFrame(COUNTRY).astype(dict.fromkeys(COUNTRY, object)),
    "polars, categories": lambda: pl.DataFrame(
        COUNTRY, schema_overrides={"actor": pl.Categorical, "span": pl.Categorical, "value": pl.UInt16}
    ),
    "polars, enum": lambda: pl.LazyFrame(
        COUNTRY, schema_overrides={"actor": pl.Enum(["all", "state", "rebels"]), "value": pl.Decimal(10, 2)}
    ),
    "duckdb, enum": lambda: CONNECTION.sql(
        "select country, span, actor::enum('all', 'state', 'rebels') as actor, value::decimal(9, 3) as value "
        "from (values ('X', '2020-01', 'all', 10), ('X', '2020-01', 'state', 6), ('X', '2020-01', 'rebels', 4), "
        "('Y', '2020-01', 'all', 8), ('Y', '2020-01', 'state', 9)) as t(country, span, actor, value)"
    ),
}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n.startswith("pya") else [pytest.mark.forkless]) for n in OTHERS]
)
def test_codes_and_numbers_may_be_of_other_types(name: str) -> None:
    """Texts of any width, categories, integers of any width, whole floats and decimals."""
    assert checked(OTHERS[name]()) == EXPECTED


@pytest.mark.parametrize("kind", EVERY)
def test_columns_without_any_value_are_of_no_type(kind: str) -> None:
    """As those are that a file leaves empty: what may be left out is, and what may not is missing."""
    empty = {name: pa.nulls(5) for name in ("bound", "includes", "subset")}
    if kind == "duckdb" and duckdb.__version__.startswith("1."):  # which takes such columns for whole numbers
        with pytest.raises(InvalidValueError, match="includes: codes of the type Int32; give them as text"):
            checked(made(kind, pa.table(COUNTRY | empty)))
        del empty["includes"]
    assert checked(made(kind, pa.table(COUNTRY | empty))) == EXPECTED
    for column in ("value", "country"):
        found = checked(made(kind, pa.table({**COUNTRY, column: pa.nulls(5)})))
        assert {row[-1] for row in found} == {f"{column} is missing"}
    if kind == "pandas":
        floats = pd.DataFrame(COUNTRY).assign(bound=float("nan"), includes=float("nan"), subset=float("nan"))
        assert checked(floats) == EXPECTED


@pytest.mark.parametrize("kind", EVERY)
def test_flags_may_be_numbers(kind: str) -> None:
    """A gap makes floats of them."""
    table = pa.table({**COUNTRY, "subset": [0.0, None, 0.0, 0.0, 1.0]})
    assert checked(made(kind, table)) == {("actors", *X, None, 10, 10, 2, 0, 0, 0, "balanced", None): 1}
    assert {row[-1] for row in checked(made(kind, pa.table({**COUNTRY, "subset": [2.5] * 5})))} == {
        "subset is neither true nor false"
    }


@pytest.mark.parametrize("kind", EVERY)
def test_days_and_numbers_are_codes(kind: str) -> None:
    """By their texts."""
    days = [date(2020, 1, 3), date(2020, 1, 4), None]
    table = pa.table({"day": days * 2, "code": [1] * 3 + [2] * 3, "actor": ["all"] * 3 + ["state"] * 3, "value": range(6)})
    structure = ACTORS.select(["actors"])
    found = checked(made(kind, table.drop(["code"])), structure, ["day", "actor"])
    none = [None] * len(NUMBERS)
    assert found == {
        ("actors", "2020-01-03", "all", None, 0, 0, 1, 1, -3, -3, "over", None): 1,
        ("actors", "2020-01-04", "all", None, 1, 1, 1, 1, -3, -3, "over", None): 1,
        (None, None, "all", None, *none, "invalid", "day is missing"): 1,
        (None, None, "state", None, *none, "invalid", "day is missing"): 1,
    }
    numbered = table.slice(0, 1).drop(["day"])
    numbered = pa.concat_tables([numbered, numbered.set_column(1, "actor", pa.array(["state"]))])
    (row,) = checked(made(kind, numbered), structure, ["code", "actor"])
    assert row[:3] == ("actors", "1", "all")


# When it runs.


@pytest.mark.forkless
def test_a_lazy_frame_of_polars_stays_lazy(tmp_path: Path) -> None:
    """What is not there any more is missed by who collects."""
    path = tmp_path / "rows.parquet"
    pl.DataFrame(COUNTRY).write_parquet(path)
    result = balance(pl.scan_parquet(path), ACTORS, cell="country")
    assert rows_of(result.collect().to_arrow(), CELL) == EXPECTED
    path.unlink()
    with pytest.raises(FileNotFoundError):
        result.collect()
