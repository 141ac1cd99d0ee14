"""The conformance test of a table: what holds passes, what does not says why, whatever kind of rows they are."""

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given

import conflictdata as cd
from conflictdata import UnknownNameError, balance
from conflictdata.names import DatasetName
from conflictdata.testing import Broken, World, assert_adds_up, broken_worlds, worlds
from tests.shared.actors import ACTORS, COUNTRY

FRAMES: dict[str, Callable[[], Any]] = {
    "arrow": lambda: pa.table(COUNTRY),
    "arrow, other types": lambda: pa.table(
        {n: pa.array(c, pa.int8() if n == "value" else pa.large_string()) for n, c in COUNTRY.items()}
    ),
    "arrow, dictionary": lambda: pa.table({**COUNTRY, "actor": pa.array(COUNTRY["actor"]).dictionary_encode()}),
    "pandas": lambda: pd.DataFrame(COUNTRY),
    "pandas, other types": lambda: pd.DataFrame(COUNTRY).astype({"actor": "category", "value": "float64"}),
    "polars": lambda: pl.DataFrame(COUNTRY),
    "polars, other types": lambda: pl.DataFrame(COUNTRY, schema_overrides={"actor": pl.Categorical, "value": pl.UInt16}),
    "polars, lazy": lambda: pl.LazyFrame(COUNTRY),
    "duckdb": lambda: duckdb.from_arrow(pa.table(COUNTRY)),
}


FORKLESS = {"polars", "polars, other types", "polars, lazy", "duckdb"}


def known(**changes: Any) -> dict[str, Any]:
    """Explain the country whose parts exceed it by one."""
    over = {"axis": "actors", "country": "Y", "span": "2020-01", "actor": "all", "residual_low": -1, "residual_high": -1}
    return {**over, **changes}


def problems(*args: Any, **more: Any) -> list[str]:
    """Let the conformance test fail, and give what it says."""
    with pytest.raises(AssertionError) as caught:
        cd.assert_adds_up(*args, **more)
    first, *lines = str(caught.value).splitlines()
    assert first == f"{len(lines)} do not add up"
    return lines


def test_a_table_conforms_or_says_why_not() -> None:
    """What is explained passes; what is not, is explained for another number, or is fine by now, does not."""
    table, options = pa.table(COUNTRY), {"cell": ["country"]}
    cd.assert_adds_up(table, ACTORS, **options, explained=[known()])
    cd.assert_adds_up(table.slice(0, 3), ACTORS, **options)

    where = "country=Y actor=all span=2020-01"
    assert problems(table, ACTORS, **options) == [f"{where}, actors: over, 8 less 9 state is -1"]
    other = problems(table, ACTORS, **options, explained=[known(residual_low=-2)])
    assert other == [f"{where}, actors: over, 8 less 9 state is -1; explained for -2..-1"]
    assert problems(table.slice(0, 3), ACTORS, **options, explained=[known()]) == [
        "actors Y all 2020-01: explained, but neither short nor over"
    ]
    nothing = "months no total has all its required parts: nothing was checked"
    two = pa.table({**COUNTRY, "value": [9, 6, 4, 8, 7]})
    assert problems(two, ACTORS, **options) == [
        "country=X actor=all span=2020-01, actors: over, 9 less 6 state + 4 rebels is -1",
    ]
    assert problems(two, ACTORS, **options, axis=["months", "actors"])[1] == nothing
    bounded = [{**row, "bound": "at_least"} for row in two.to_pylist()]
    bounded[0]["value"], bounded[0]["bound"] = 9, "at_most"
    assert problems(bounded, ACTORS, **options) == [
        "country=X actor=all span=2020-01, actors: over, <=9 less >=6 state + >=4 rebels is ..-1"
    ]
    least = [{**row, "bound": "at_least" if row["actor"] == "all" else "exact"} for row in table.slice(0, 3).to_pylist()]
    least[0]["value"] = 12
    assert problems(least, ACTORS, **options) == [
        "country=X actor=all span=2020-01, actors: short, >=12 less 6 state + 4 rebels is 2.."
    ]
    assert problems(table.slice(0, 1), ACTORS, **options) == ["no total has all its required parts: nothing was checked"]
    assert problems(table.slice(0, 2), ACTORS, **options) == ["no total has all its required parts: nothing was checked"]


@pytest.mark.parametrize("kind", [pytest.param(k, marks=[pytest.mark.forkless] if k in FORKLESS else []) for k in FRAMES])
def test_frames_of_every_kind_conform_or_do_not(kind: str) -> None:
    """Arrow, pandas, polars, lazy too, DuckDB are read row by row; integers of any width, whole floats, dictionaries."""
    assert problems(FRAMES[kind](), ACTORS, cell="country") == [
        "country=Y actor=all span=2020-01, actors: over, 8 less 9 state is -1"
    ]


def test_only_the_checks_that_are_asked_for_have_to_hold() -> None:
    """By one name or several; what is explained of others is left alone, whatever frame it stands in."""
    months = [{"country": "X", "span": f"2020-0{n}", "actor": "all", "value": 1} for n in (1, 2, 3)]
    quarter = {"country": "X", "span": "2020-Q1", "actor": "all", "value": 4}
    parts = [{"country": "X", "span": "2020-Q1", "actor": actor, "value": 2} for actor in ("state", "rebels")]
    table, options = [*months, quarter, *parts], {"cell": ["country", "span"]}
    told = {"axis": "months", "country": "X", "span": "2020-Q1", "actor": "all", "residual_low": 1, "residual_high": 1}

    cd.assert_adds_up(table, ACTORS, **options, axis="actors")
    cd.assert_adds_up(table, ACTORS, **options, axis=["actors"], explained=[told])
    cd.assert_adds_up(table, ACTORS, **options, explained=pd.DataFrame([told]))
    cd.assert_adds_up(table, ACTORS, **options, explained=[{**told, "span": "2020-01/2020-03"}])
    assert problems(table, ACTORS, **options, axis="months") == [
        "country=X span=2020-Q1 actor=all, months: short, 4 less 1 2020-01 + 1 2020-02 + 1 2020-03 is 1"
    ]
    twice = problems(table[:4], ACTORS, **options, axis=["actors", "months"], explained=[told, told])
    assert twice == [
        "actors no total has all its required parts: nothing was checked",
        "months X 2020-Q1 all: explained twice",
    ]
    assert problems(table[:4], ACTORS, **options, axis=["actors"], explained=[told, told]) == twice[:1]


def test_what_is_explained_may_have_no_limit() -> None:
    """As null in Arrow, as not a number in pandas."""
    table = [
        {"country": "X", "span": "2020-01", "actor": actor, "value": value, "bound": bound}
        for actor, value, bound in (("all", 9, "at_least"), ("state", 5, "exact"), ("rebels", 3, "exact"))
    ]
    told = {"axis": "actors", "country": "X", "span": "2020-01", "actor": "all", "residual_low": 1, "residual_high": None}
    for explained in ([told], pa.Table.from_pylist([told]), pd.DataFrame([{**told, "residual_high": float("nan")}])):
        cd.assert_adds_up(table, ACTORS, cell="country", explained=explained)
    table = [{**row, "bound": "at_least"} for row in table]
    table[0].update(value=7, bound="exact")
    over = {**told, "residual_low": float("nan"), "residual_high": -1}
    cd.assert_adds_up(table, ACTORS, cell="country", explained=pd.DataFrame([over]))


def test_explained_axes_are_held_against_the_structure() -> None:
    """A misspelt one would explain nothing."""
    with pytest.raises(UnknownNameError, match="unknown axis 'actor'; valid: actors, months"):
        cd.assert_adds_up(pa.table(COUNTRY), ACTORS, cell="country", explained=[known(axis="actor")])


def test_codes_are_known_whatever_checks_are_asked_for() -> None:
    """A place that only one check names is no misspelling to another."""
    told = {
        "sum": [{"axis": "places", "column": "place", "whole": "X", "required": ["north", "south"]}],
        "within": [{"column": "place", "whole": "X", "parts": ["capital"]}],
    }
    counts = {"X": 9, "north": 5, "south": 4, "capital": 2}
    table = [{"place": place, "value": value} for place, value in counts.items()]
    for axis in ("places", "within"):
        assert balance(table, told, axis=axis).to_arrow()["verdict"].to_pylist() == ["balanced"]


def test_rows_that_cannot_be_used_do_not_conform() -> None:
    """All of them are listed."""
    table = [*pa.table(COUNTRY).slice(0, 3).to_pylist(), {"country": "X", "span": "2020-01", "actor": "rebel", "value": -1}]
    assert problems(table, ACTORS, cell=["country"]) == ["country=X actor=rebel span=2020-01: unknown actor 'rebel'"]


@pytest.mark.parametrize("name", ["picss", "cmc", "pips", "crss"])
def test_the_record_conforms(name: DatasetName) -> None:
    """The figures of each dataset, with what is known of them, by the same call that users make."""
    dataset = cd.load(name)
    explained = [d for d in dataset.discrepancies if d.source is None]
    cd.assert_adds_up(dataset.figures, explained=explained)
    assert len(problems(dataset.figures)) == len(explained)


@given(worlds())
def test_worlds_conform(world: World) -> None:
    """What is true adds up, or there is nothing to add."""
    try:
        assert_adds_up(world.figures)
    except AssertionError as error:
        assert "nothing was checked" in str(error)  # noqa: PT017  the one thing that may be wrong


@given(broken_worlds())
def test_broken_worlds_do_not_conform(broken: Broken) -> None:
    """A moved number is found."""
    assert problems(broken.after.figures)
