"""What is wrong with frames: each row is named in a fixed text, strict lists all of them, what is no frame is refused."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from benchmarks.mixed import NUMBERS, columns_of, lean
from conflictdata import (
    AmbiguousError,
    Fault,
    InvalidValueError,
    MissingColumnsError,
    RecordError,
    Structure,
    UnknownNameError,
    balance,
)
from tests.shared.actors import COUNTRY
from tests.shared.frames import ACTORS, CELL, EVERY, EXPECTED, X, Y, arrow_of, checked, made

BASE = {"span": "2020-01", "actor": "state"}
REST = "rests on a row that cannot be used"
# Rows by the types of their columns; each has its own country, and one thing wrong with it.
FAULTS: dict[str, tuple[dict[str, pa.DataType], list[tuple[dict[str, Any], str]]]] = {
    "whole numbers": (
        {"value": pa.int64(), "bound": pa.string(), "includes": pa.string(), "subset": pa.string()},
        [
            ({"value": -1}, "value is negative"),
            ({"value": None}, "value is missing"),
            ({"value": 10**15 + 1}, "value is too large"),
            ({"actor": None}, "actor is missing"),
            ({"actor": ""}, "actor is missing"),
            ({"actor": "rebel"}, "unknown actor"),
            ({"span": None}, "span is missing"),
            ({"span": "2020-13"}, "span is not a period"),
            ({"span": "2020-02-30/2020-03-01"}, "span is not a period"),
            ({"span": "2020-03/2020-01"}, "span is not a period"),
            ({"span": "2020-Q5"}, "span is not a period"),
            ({"span": "0000"}, "span is not a period"),
            ({"span": "2020-01 "}, "span is not a period"),
            ({"span": "\uff12020"}, "span is not a period"),
            ({"bound": "roughly"}, "unknown bound"),
            ({"includes": "othrs"}, "includes what is not known"),
            ({"includes": "others x"}, "includes what is not known"),
            ({"subset": "maybe"}, "subset is neither true nor false"),
            ({"subset": "maybe", "actor": "rebel", "value": -1}, "subset is neither true nor false"),
            ({"actor": "rebel", "span": "", "value": -1}, "unknown actor"),
            ({"span": "", "value": -1}, "span is missing"),
            ({"includes": "x", "value": -1}, "includes what is not known"),
            ({"value": -1, "bound": "roughly"}, "value is negative"),
        ],
    ),
    "floats": (
        {"value": pa.float64()},
        [
            ({"value": -1.0}, "value is negative"),
            ({"value": float("nan")}, "value is missing"),
            ({"value": None}, "value is missing"),
            ({"value": 2.5}, "value is not a whole number"),
            ({"value": -0.5}, "value is not a whole number"),
            ({"value": float("inf")}, "value is not a whole number"),
            ({"value": 1e300}, "value is too large"),
        ],
    ),
    "decimals": (
        {"value": pa.decimal128(20, 2)},
        [
            ({"value": Decimal(-1)}, "value is negative"),
            ({"value": None}, "value is missing"),
            ({"value": Decimal("2.5")}, "value is not a whole number"),
            ({"value": Decimal(10**16)}, "value is too large"),
        ],
    ),
    "texts": (
        {"value": pa.string()},
        [
            ({"value": "-1"}, "value is negative"),
            ({"value": ""}, "value is missing"),
            ({"value": None}, "value is missing"),
            ({"value": " "}, "value is not a whole number"),
            ({"value": "2.5"}, "value is not a whole number"),
            ({"value": "six"}, "value is not a whole number"),
            ({"value": "1e3"}, "value is not a whole number"),
            ({"value": "٣"}, "value is not a whole number"),
            ({"value": "9" * 30}, "value is too large"),
            ({"value": "1000000000000001"}, "value is too large"),
        ],
    ),
    "ends": (
        {"low": pa.int64(), "high": pa.int64(), "value": pa.int64(), "bound": pa.string()},
        [
            ({"low": None}, "low is missing"),
            ({"low": -1}, "low is negative"),
            ({"low": 10**16}, "low is too large"),
            ({"high": -1}, "high is negative"),
            ({"high": 10**16}, "high is too large"),
            ({"high": 2}, "high lies below low"),
            ({"value": -1}, "value is negative"),
            ({"value": 2}, "value is not what low and high leave"),
            ({"value": 10}, "value is not what low and high leave"),
            ({"value": 5, "bound": "exact"}, "value is not what low and high leave"),
            ({"value": 3, "bound": "at_least"}, "value is not what low and high leave"),
            ({"value": 5, "bound": "roughly"}, "unknown bound"),
        ],
    ),
    "ends as floats": (
        {"low": pa.float64(), "high": pa.float64()},
        [
            ({"low": float("nan")}, "low is missing"),
            ({"low": 2.5}, "low is not a whole number"),
            ({"high": 2.5}, "high is not a whole number"),
            ({"high": float("inf")}, "high is not a whole number"),
        ],
    ),
}


@pytest.mark.parametrize("types", FAULTS)
@pytest.mark.parametrize("kind", EVERY)
def test_what_is_wrong_with_a_row_is_said_in_a_fixed_text(kind: str, types: str) -> None:
    """A row of the result for it; a total that would rest on it is invalid too, and no other."""
    schema, told = FAULTS[types]
    usual = {"value": 3, "low": 3, "high": 9, "subset": "false"}
    usual = {name: None if "ends" in types and name == "value" else usual[name] for name in schema if name in usual}
    rows: list[dict[str, Any]] = []
    for number, (changes, _) in enumerate(told):
        rows += [
            {"country": f"C{number:02}", **BASE, **usual, **more}
            for more in (changes, {"actor": "rebels"}, {"actor": "all"})
        ]
    table = pa.Table.from_pylist(
        [{name: _typed(value, schema.get(name)) for name, value in row.items()} for row in rows],
        pa.schema({**dict.fromkeys(CELL, pa.string()), **schema}),
    )
    found = checked(made(kind, table))

    bad = {row[1]: (row[2], row[3], row[-1]) for row in found if row[0] is None}
    assert bad == {
        f"C{n:02}": (changes.get("actor", "state") or None, changes.get("span", "2020-01") or None, reason)
        for n, (changes, reason) in enumerate(told)
    }
    totals = {row[1]: (row[2], row[-2], row[-1]) for row in found if row[0] is not None}
    moved = {f"C{n:02}" for n, (changes, _) in enumerate(told) if {"actor", "span"} & changes.keys()}
    assert totals.keys() == bad.keys()
    assert {totals[country] for country in totals.keys() - moved} <= {("all", "invalid", REST)}
    assert {totals[country] for country in moved} <= {("all", "partial", None)}
    assert sum(found.values()) == 2 * len(told)
    assert found == lean(table.to_pylist(), ACTORS, cell=list(CELL))


def _typed(value: Any, dtype: pa.DataType | None) -> Any:
    return str(value) if dtype == pa.string() and value is not None else value


@pytest.mark.parametrize("kind", EVERY)
def test_a_cell_that_stands_twice_is_said_once(kind: str) -> None:
    """Whatever the spans are written as; what else is wrong with its rows is said beside it, and a part of it is none."""
    rows = pa.table(COUNTRY).to_pylist()
    rows += [{**rows[1], "value": 5}, {**rows[1], "value": -5}, {**rows[1], "span": "2020-01/2020-01"}, rows[0], rows[0]]
    rows = [{**row, "subset": False} for row in rows] + [{**rows[4], "value": 1, "subset": True}]
    found = checked(made(kind, pa.Table.from_pylist(rows)))

    none = [None] * (len(NUMBERS) + 1)
    assert found == {
        (None, *X, *none, "invalid", "stands more than once"): 1,
        (None, "X", "state", "2020-01", *none, "invalid", "stands more than once"): 1,
        (None, "X", "state", "2020-01", *none, "invalid", "value is negative"): 1,
        ("actors", *Y, None, 8, 8, 1, 1, -1, -1, "over", None): 1,
        ("within", "Y", "state", "2020-01", "subset", 9, 9, 1, 0, 8, 8, "balanced", None): 1,
    }


@pytest.mark.parametrize("kind", EVERY)
def test_strict_lists_every_fault(kind: str) -> None:
    """By its cell, of a lazy frame too; without any, the result is as ever."""
    rows = [
        *pa.table(COUNTRY).to_pylist(),
        {"country": "Z", "span": "2020-01", "actor": "rebel", "value": -1},
        {"country": None, "span": "2020-01", "actor": "all", "value": 1},
        {"country": "X", "span": "2020-01", "actor": "all", "value": -1},
    ]
    with pytest.raises(RecordError) as caught:
        balance(made(kind, pa.Table.from_pylist(rows)), ACTORS, cell="country", strict=True)
    assert sorted(caught.value.faults, key=str) == [
        Fault("rows", 0, "country=None actor=all span=2020-01", "country is missing"),
        Fault("rows", 0, "country=X actor=all span=2020-01", "stands more than once"),
        Fault("rows", 0, "country=X actor=all span=2020-01", "value is negative"),
        Fault("rows", 0, "country=Z actor=rebel span=2020-01", "unknown actor"),
    ]
    assert checked(made(kind, pa.table(COUNTRY)), strict=True) == EXPECTED


# What is refused.


def _without(*names: str) -> pa.Table:
    return pa.table(COUNTRY).drop(list(names))


TANGLED: dict[str, list[tuple[str, list[str], dict[str, Any]]]] = {
    "a kind is left out": [("months", ["year", "month"], {}), ("year", ["half"], {}), ("half", ["month"], {})],
    "a kind is cut no further": [("months", ["quarter", "month"], {})],
    "a kind is cut for some": [("months", ["quarter", "month"], {}), ("quarter", ["month"], {"only": {"actor": ["all"]}})],
}


@pytest.mark.parametrize("kind", EVERY)
class TestRefused:
    """What is no frame that can be checked, before anything runs."""

    def test_columns_that_are_missing(self, kind: str) -> None:
        """Those of the structure and of the numbers are named at once."""
        table = _without("actor", "value").append_column("low", pa.array([1] * 5))
        with pytest.raises(MissingColumnsError) as caught:
            balance(made(kind, table), ACTORS, cell=["country", "place"])
        assert caught.value.missing == ("place", "actor", "value")
        assert caught.value.columns == ("country", "span", "low")

    def test_an_axis_that_is_not_there(self, kind: str) -> None:
        """The message lists those of the structure."""
        with pytest.raises(UnknownNameError, match="unknown axis 'actor'; valid: actors, months, within"):
            balance(made(kind, pa.table(COUNTRY)), ACTORS, cell="country", axis="actor")

    def test_columns_that_may_say_what_is_counted(self, kind: str) -> None:
        """Even if they do not differ: that is not known before a frame is run."""
        table = _without("country").append_column("country", pa.array(["X"] * 5))
        with pytest.raises(AmbiguousError) as caught:
            balance(made(kind, table), ACTORS)
        assert str(caught.value) == (
            "country: does this say what is counted? Name the columns of a cell: cell=[…], beside actor, span"
        )
        beside = _without("country").append_column("note", pa.array(["a"] * 5)).append_column("__row", pa.array(range(5)))
        assert columns_of(["actor", "span"]) == arrow_of(balance(made(kind, beside), ACTORS)).column_names

    def test_columns_called_like_those_of_the_result(self, kind: str) -> None:
        """One of the two would be lost; so would one that the check makes."""
        table = pa.table({**COUNTRY, "part": ["x"] * 5, "verdict": ["x"] * 5, "__n0": ["x"] * 5})
        with pytest.raises(InvalidValueError) as caught:
            balance(made(kind, table), ACTORS, cell=["part", "country", "verdict", "__n0"])
        assert str(caught.value) == "cell: columns of the result are called so too: part, verdict, __n0; rename them"

    @pytest.mark.parametrize(
        ("column", "values", "problem"),
        [
            ("value", [True, False, True, True, False], "value: counts of the type Boolean; give whole numbers"),
            ("value", [date(2020, 1, 1)] * 5, "value: counts of the type Date; give whole numbers"),
            ("country", [1.0, 1.0, 1.0, 2.0, 2.0], "country: codes of the type Float64; give them as text or whole numbers"),
            ("country", [datetime(2020, 1, 1)] * 5, "country: codes of the type Datetime"),  # noqa: DTZ001  none of a zone
            ("country", [True] * 5, "country: codes of the type Boolean; give them as text or whole numbers"),
            ("includes", [1] * 5, "includes: codes of the type Int64; give them as text"),
        ],
    )
    def test_columns_of_types_that_cannot_hold_what_they_should(
        self, kind: str, column: str, values: list[Any], problem: str
    ) -> None:
        """A truth is no count, a number with a fraction or a moment no code."""
        table = pa.table({**COUNTRY, column: values})
        with pytest.raises(InvalidValueError) as caught:
            balance(made(kind, table), ACTORS, cell="country")
        assert str(caught.value).startswith(problem)

    def test_more_codes_than_a_count_can_include(self, kind: str) -> None:
        """A frame takes fifty; rows at hand any number."""
        told = {"within": [{"column": "actor", "whole": "all", "parts": ["state"]}], "subsets": False}
        others = [f"c{number:02}" for number in range(48)]
        table = pa.table({"actor": ["all", "state"], "value": [2, 3], "includes": ["c46", "c46 c47"]})
        found = checked(made(kind, table), Structure.of({**told, "codes": {"actor": others}}), ["actor"])
        assert found == {("within", "all", "state", 2, 2, 1, 0, -3, 2, "open", None): 1}
        more = Structure.of({**told, "codes": {"actor": [*others, "c48"]}})
        with pytest.raises(InvalidValueError) as caught:
            balance(made(kind, table), more)
        problem = "the structure names 51 codes; a frame can include 1 to 50: give records or mappings"
        assert str(caught.value) == f"includes: {problem}"
        assert balance(table.to_pylist(), more).to_arrow()["verdict"].to_pylist() == ["open"]
        with pytest.raises(InvalidValueError, match="the structure names 0 codes"):
            balance(made(kind, pa.table({**COUNTRY, "includes": ["x"] * 5})), Structure(sums=ACTORS.sums[1:]), cell=CELL)


@pytest.mark.parametrize("name", TANGLED)
@pytest.mark.parametrize("kind", ["pyarrow", pytest.param("polars lazy", marks=pytest.mark.forkless)])
def test_runs_of_months_that_do_not_nest(kind: str, name: str) -> None:
    """Their parts could overlap, or be cut further for some cells alone; rows at hand are checked."""
    rules = [
        {"axis": "time", "column": "span", "calendar": True, "whole": whole, "required": required, **more}
        for whole, required, more in TANGLED[name]
    ]
    table = pa.table({"span": ["2020-01/2020-05", "2020-05"], "actor": ["all"] * 2, "value": [1, 2]})
    with pytest.raises(InvalidValueError) as caught:
        balance(made(kind, table), {"sum": rules}, cell="actor")
    problem = "the spans that make up a run of months do not nest; give records or mappings to check them"
    assert str(caught.value) == f"structure: {problem}"
    assert balance(table.to_pylist(), {"sum": rules}, cell="actor").to_arrow()["verdict"].to_pylist() == ["over"]


def test_columns_that_stand_twice_are_refused() -> None:
    """As Arrow and pandas can have them."""
    table = pa.table([[1], [2], [3], [4]], names=["b", "a", "a", "b"])
    for frame in (table, table.to_pandas()):
        with pytest.raises(InvalidValueError, match=r"^rows: columns stand twice: a, b$"):
            balance(frame)


def test_a_frame_of_pandas_that_arrow_cannot_hold_is_refused() -> None:
    """With a sentence."""
    with pytest.raises(InvalidValueError, match=r"^rows: DataFrame is no table of Arrow's types: "):
        balance(pd.DataFrame({"actor": ["all", "state"], "span": ["2020"] * 2, "value": [1, "x"]}), ACTORS)
