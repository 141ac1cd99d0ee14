"""The check on a user's own rows: what they may look like, and what is wrong with them."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import conflictdata as cd
from conflictdata import (
    AmbiguousError,
    InvalidValueError,
    MissingColumnsError,
    RecordError,
    Structure,
    UnknownNameError,
    balance,
)
from conflictdata.frames import Frame
from tests.shared.actors import ACTORS, COUNTRY


def checked(table: Any, **more: Any) -> list[tuple[Any, ...]]:
    """Check a table of a country's actors, and give the essence of each row of the result."""
    result = balance(table, ACTORS, cell=["country", "span", "actor"], **more).to_arrow().to_pylist()
    return [(r["axis"], r["country"], r["actor"], r["verdict"], r["residual_low"], r["reason"]) for r in result]


EXPECTED = [("actors", "X", "all", "balanced", 0, None), ("actors", "Y", "all", "over", -1, None)]


def _rows(**changes: Any) -> list[dict[str, Any]]:
    return [{**row, **{k: change(row["value"]) for k, change in changes.items()}} for row in pa.table(COUNTRY).to_pylist()]


KINDS: dict[str, Callable[[], Any]] = {
    "a stream of Arrow's": lambda: pa.table(COUNTRY).to_reader(),
    "a table of this library": lambda: Frame(pa.table(COUNTRY), "frame"),
    "mappings": _rows,
    "mappings, once": lambda: iter(_rows()),
    "decimals": lambda: _rows(value=Decimal),
    "numpy": lambda: _rows(value=np.int64),
    "low and high": lambda: _rows(value=lambda _: None, low=int, high=int),
}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_every_kind(kind: str) -> None:
    """Streams, tables of this library, mappings, read once too; integers of Python and numpy, decimals; low and high."""
    assert checked(KINDS[kind]()) == EXPECTED


def test_records_are_rows() -> None:
    """The figures of a dataset, as a table of this library and as records, give what the dataset says."""
    cmc = cd.load("cmc")
    plain = balance(cmc.figures).to_arrow()

    assert plain.equals(balance(list(cmc.figures)).to_arrow())
    own = [b for b in cmc.balances if b.axis != "within"]
    sums = [row for row in plain.to_pylist() if row["axis"] != "within"]
    assert sorted((b.axis, b.period.code, b.area, b.verdict, b.residual_low or 0) for b in own) == sorted(
        (r["axis"], r["period"], r["area"], r["verdict"], r["residual_low"] or 0) for r in sums
    )


def test_the_largest_count_is_one() -> None:
    """So that thousands of them can be added."""
    row = {"country": "X", "span": "2020-01", "actor": "all", "value": 10**15}
    result = checked([row, {**row, "actor": "state"}, {**row, "actor": "rebels"}])
    assert result == [("actors", "X", "all", "over", -(10**15), None)]


def test_no_rows_give_no_rows() -> None:
    """An empty table is no fault, with its columns or without any."""
    assert len(balance([])) == 0
    assert repr(balance([])).startswith("<balances: 0 rows, ")
    codes, numbers, lists = pa.string(), pa.int64(), pa.list_(pa.string())
    # but for the columns of the cell, which rows that are not there do not name
    assert balance([]).to_arrow().schema == pa.schema(
        {
            **dict.fromkeys(("axis", *Structure.declared().named, "stated"), codes),
            "low": numbers,
            "high": numbers,
            "parts": lists,
            "parts_stated": lists,
            "absent": lists,
            "several": pa.bool_(),
            "residual_low": numbers,
            "residual_high": numbers,
            "verdict": codes,
            "reason": codes,
        }
    )


def test_the_result_stands_in_an_order_of_its_own() -> None:
    """Rows that cannot be used, then the checks as the structure names them, each by its cells."""
    told = {
        "sum": [
            {"axis": "z", "column": "actor", "whole": "all", "required": ["state"]},
            {"axis": "a", "column": "place", "whole": "X", "required": ["Y"]},
        ],
        "within": [{"column": "actor", "whole": "all", "parts": ["state"]}],
    }
    cells = [("Y", "state"), ("Y", "all"), ("X", "state"), ("X", "all"), ("X", None), (None, "all"), ("X", "nobody")]
    table = [{"place": place, "actor": actor, "value": 1} for place, actor in cells]
    for rows in (table, table[::-1]):
        result = balance(rows, told).to_arrow().to_pylist()
        assert [(r["axis"], r["place"], r["actor"]) for r in result] == [
            (None, "X", None),
            (None, None, "all"),
            (None, "X", "nobody"),
            ("z", "X", "all"),
            ("z", "Y", "all"),
            ("a", "X", "all"),
            ("a", "X", "state"),
            ("within", "X", "all"),
            ("within", "Y", "all"),
        ]


def test_what_is_equal_is_not_the_same() -> None:
    """1 and true are equal to Python; the one is a count and a code, the other another code and no count."""
    table = [{"place": place, "actor": "all", "value": value} for place, value in ((1, 1), (True, 1), (2, True))]
    result = balance(table, ACTORS.select(["actors"]), cell=["place"]).to_arrow().to_pylist()
    assert [(r["place"], r["reason"]) for r in result] == [("2", "value True is not a whole number")]


def test_where_no_codes_are_known_a_count_may_include_anything() -> None:
    """A structure of spans alone names no code."""
    spans = Structure(sums=ACTORS.sums[1:])
    table = [{"span": f"2020-0{n}", "value": 1, "includes": "what you like"} for n in (1, 2, 3)]
    table += [{"span": "2020-Q1", "value": 3, "includes": "what you like"}]
    assert balance(table, spans).to_arrow()["verdict"].to_pylist() == ["balanced"]


def test_columns_that_are_missing_are_named_at_once() -> None:
    """Those of the structure, and those of the numbers."""
    with pytest.raises(MissingColumnsError) as caught:
        balance([{"country": "X", "low": 1}], ACTORS, cell=["country", "place"])

    assert caught.value.missing == ("place", "actor", "span", "value")
    assert str(caught.value) == "columns missing: place, actor, span, value; there: country, low"
    with pytest.raises(MissingColumnsError, match="columns missing: dataset, period"):
        balance([{"area": "PK", "scope": "all", "group": "total", "measure": "killed", "value": 1}])
    assert len(balance([{"group": "total", "measure": "killed", "value": 1}], axis="groups")) == 0


def test_an_axis_that_is_not_there_is_refused() -> None:
    """The message lists those of the structure."""
    with pytest.raises(UnknownNameError, match=r"unknown axis 'group'; valid: groups, areas, scopes, time, within"):
        balance([], axis="group")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="valid: actors, months"):
        balance([], ACTORS, axis=["actors", "within"])


def test_what_is_no_row_is_refused() -> None:
    """Neither a record nor a mapping."""
    with pytest.raises(InvalidValueError) as caught:
        balance([("X", 3)])  # type: ignore[arg-type]
    assert str(caught.value) == "rows: tuple is neither a record nor a mapping"


BAD = [
    ({"value": -1}, "value -1 is negative"),
    ({"value": -1.0}, "value -1.0 is negative"),
    ({"value": None}, "value is missing"),
    ({"value": float("nan")}, "value is missing"),
    ({"value": ""}, "value is missing"),
    ({"actor": ["state"]}, "unknown actor \"['state']\""),
    ({"value": 2.5}, "value 2.5 is not a whole number"),
    ({"value": float("inf")}, "value inf is not a whole number"),
    ({"value": "six"}, "value 'six' is not a whole number"),
    ({"value": True}, "value True is not a whole number"),
    ({"actor": None}, "actor is missing"),
    ({"actor": "rebel"}, "unknown actor 'rebel'"),
    ({"span": "2020-13"}, "span: '2020-13' names a day or month that does not exist"),
    ({"span": None}, "span is missing"),
    ({"bound": "roughly"}, "unknown bound 'roughly'"),
    ({"value": pd.NA}, "value is missing"),
    ({"value": 10**16}, f"value {10**16} is larger than 1,000,000,000,000,000"),
    ({"value": "9" * 30}, f"value {'9' * 30} is larger than 1,000,000,000,000,000"),
    ({"value": 1e300}, "value 1e+300 is larger than 1,000,000,000,000,000"),
    ({"value": 1 + 2j}, "value (1+2j) is not a whole number"),
    ({"actor": ""}, "actor is missing"),
    ({"actor": float("nan")}, "actor is missing"),
    ({"includes": "othrs"}, "includes what is not known: othrs"),
    ({"includes": ["others", "x", "y"]}, "includes what is not known: x y"),
    ({"subset": "maybe"}, "subset 'maybe' is neither true nor false"),
]


@pytest.mark.parametrize(("changes", "problem"), BAD, ids=[problem for _, problem in BAD])
def test_a_row_that_cannot_be_used_comes_back(changes: dict[str, Any], problem: str) -> None:
    """With what is wrong; a total that would rest on it is invalid too, and the others stand."""
    table = pa.table(COUNTRY).to_pylist()
    table[1] = {**table[1], **changes}
    result = checked(table)

    (whole,) = (row for row in balance(table, ACTORS, cell=["country"]).to_arrow().to_pylist() if row["axis"] is None)
    empty = {"parts": [], "parts_stated": [], "absent": [], "several": False, "residual_low": None, "residual_high": None}
    assert whole.items() >= {"stated": None, "low": None, "high": None}.items()
    assert {name: whole[name] for name in empty} == empty
    (bad,) = (row for row in result if row[0] is None)
    assert (bad[3], bad[5]) == ("invalid", problem)
    assert EXPECTED[1] in result
    (total,) = (row for row in result if row[:2] == ("actors", "X"))
    if {"actor", "span"} & changes.keys():  # no row of that part is left
        assert total[3:] == ("partial", 6, None)
    else:
        assert total[3:] == ("invalid", None, f"rests on a row that cannot be used: actor state: {problem}")
    with pytest.raises(RecordError) as caught:
        checked(table, strict=True)
    assert [(fault.row, fault.problem) for fault in caught.value.faults] == [(2, problem)]
    assert str(caught.value) == f"1 fault in the rows\n  row:2: {problem}"


def test_low_and_high_are_held_against_each_other() -> None:
    """High may be absent, and is not below low."""
    row = {"country": "X", "span": "2020-01", "actor": "all"}
    for low, high, problem in (
        (5, 4, "high 4 lies below low 5"),
        (None, 4, "low is missing"),
        (-1, 4, "low -1 is negative"),
        (1, -4, "high -4 is negative"),
    ):
        (bad,) = checked([{**row, "low": low, "high": high}])
        assert bad[3:] == ("invalid", None, problem)
    table: list[dict[str, Any]] = [{**row, "low": 5, "high": None}, {**row, "actor": "state", "low": 1, "high": 2}]
    (total,) = balance(table, ACTORS, cell=["country"]).to_arrow().to_pylist()
    assert (total["stated"], total["parts_stated"], total["residual_low"]) == ("5..", ["1..2"], 3)
    assert (total["residual_high"], total["several"]) == (None, True)


def test_a_cell_that_stands_twice_is_used_in_neither_form() -> None:
    """Whatever the order of the rows, and whatever else is wrong with them."""
    table = pa.table(COUNTRY).to_pylist()
    table += [{**table[1], "value": 5}, {**table[1], "value": -5}, {**table[0]}]
    for rows in (table, table[::-1]):
        result = checked(rows)
        assert [row for row in result if row[0] is None] == [
            (None, "X", "all", "invalid", None, "stands more than once"),
            (None, "X", "state", "invalid", None, "stands more than once; value -5 is negative"),
        ]
        assert [row for row in result if row[0]] == [EXPECTED[1]]
    with pytest.raises(RecordError) as caught:
        checked(table, strict=True)
    assert [(fault.row, fault.problem) for fault in caught.value.faults] == [
        (6, "stands more than once"),
        (7, "stands more than once"),
        (7, "value -5 is negative"),
        (8, "stands more than once"),
    ]
    (bad, _) = checked([{**table[0], "value": -5}, table[0], *table[3:5]])
    assert bad[5] == "stands more than once; value -5 is negative"


def test_a_bad_count_of_a_part_of_a_cell_spoils_nothing_else() -> None:
    """It comes back alone; two parts of one cell are no repetition."""
    structure = Structure(sums=ACTORS.sums)
    table = [{**row, "subset": False} for row in pa.table(COUNTRY).to_pylist()]
    part = {**table[1], "subset": True}
    result = balance([*table, part, part, {**part, "value": -1}], structure, cell=["country"]).to_arrow().to_pylist()

    assert [row["parts"] for row in result[-2:]] == [["subset"], ["subset"]]
    spoilt = [{**table[1], "value": None}, {**part, "value": -1}]
    both = balance(spoilt, structure, cell=["country"]).to_arrow().to_pylist()
    assert [row["reason"] for row in both] == ["value -1 is negative", "value is missing"]
    assert [(r["axis"], r["verdict"], r["reason"]) for r in result] == [
        (None, "invalid", "value -1 is negative"),
        ("actors", "balanced", None),
        ("actors", "over", None),
        ("within", "balanced", None),
        ("within", "balanced", None),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"includes": None, "bound": None, "subset": None},
        {"includes": float("nan"), "bound": float("nan"), "subset": float("nan")},
        {"includes": pd.NA, "bound": pd.NA, "subset": pd.NA},
        {"includes": "", "bound": "", "subset": ""},
        {"includes": [], "bound": "exact", "subset": "false"},
        {"includes": (), "bound": "exact", "subset": 0},
        {"subset": False},
        {"subset": "False"},
    ],
    ids=str,
)
def test_what_is_missing_is_missing_in_every_form(changes: dict[str, Any]) -> None:
    """None, not a number, pandas' NA, an empty text: as frames and CSV files give them."""
    assert checked([{**row, **changes} for row in pa.table(COUNTRY).to_pylist()]) == EXPECTED


@pytest.mark.parametrize("flag", [True, 1, 1.0, "true", "True", "1"])
def test_a_part_of_a_cell_is_marked_in_every_form(flag: object) -> None:
    """As Python, CSV files and databases write it."""
    table = [{**row, "subset": False} for row in pa.table(COUNTRY).to_pylist()]
    table[4]["subset"] = flag
    assert checked(table) == EXPECTED[:1]


def test_spans_are_one_however_they_are_written() -> None:
    """A quarter as three months, a year as its months, a period as an object."""
    months = [{"span": f"2020-0{n}", "actor": "state", "value": 1} for n in (1, 2, 3)]
    for name in ("2020-01/2020-03", "2020-Q1", cd.Period.of("2020-Q1")):
        rows: list[dict[str, Any]] = [{"span": name, "actor": "state", "value": 4}, *months]
        (row,) = balance(rows, ACTORS).to_arrow().to_pylist()
        assert (row["span"], row["verdict"], row["residual_low"]) == ("2020-Q1", "short", 1)
    twice = [{"span": name, "actor": "state", "value": 4} for name in ("2020", "2020-01/2020-12")]
    (row,) = balance(twice, ACTORS).to_arrow().to_pylist()
    assert (row["verdict"], row["reason"]) == ("invalid", "stands more than once")


def test_columns_that_may_say_what_is_counted_are_not_overlooked() -> None:
    """Totals of one country are not held against the parts of another."""
    with pytest.raises(AmbiguousError) as caught:
        balance(pa.table({**COUNTRY, "place": list("abcde"), "__index_level_0__": range(5)}).to_pylist(), ACTORS)
    assert str(caught.value) == (
        "country, place: does this say what is counted? Name the columns of a cell: cell=[…], beside actor, span"
    )
    with pytest.raises(AmbiguousError):  # the last row alone differs
        balance(pa.table(COUNTRY).to_pylist()[1:4], ACTORS)
    same = [{**row, "country": "X", "note": "the same"} for row in pa.table(COUNTRY).slice(0, 3).to_pylist()]
    assert balance(same, ACTORS).to_arrow()["verdict"].to_pylist() == ["balanced"]
    assert len(balance(same[:1], ACTORS)) == 0
    assert len(balance(pa.table(COUNTRY).to_pylist(), ACTORS, cell="country")) == 2
    assert len(balance(cd.load("cmc").figures.to_pandas().to_dict("records"), axis="groups")) == 25


def test_columns_called_like_those_of_the_result_are_refused() -> None:
    """One of the two would be lost."""
    with pytest.raises(
        InvalidValueError, match=r"^cell: columns of the result are called so too: low, verdict; rename them$"
    ):
        balance([{**row, "verdict": "x", "low": 1} for row in _rows()], ACTORS, cell=["low", "country", "verdict"])
    with pytest.raises(InvalidValueError, match=r"are called so too: __place; rename them$"):
        balance([{**row, "__place": "x"} for row in _rows()], ACTORS, cell=["country", "__place"])
    assert len(balance([{**row, "state": row["country"]} for row in _rows()], ACTORS, cell=["country", "state"])) == 2


def test_what_is_no_table_is_refused() -> None:
    """With a sentence."""
    for table, problem in (
        (None, "NoneType is no table: give an Arrow table, a frame, or records"),
        ("rows", "str is no table"),
        ({"a": 1}, "dict is no table"),
        (pa.table([[1], [2], [3], [4]], names=["b", "a", "a", "b"]).to_reader(), "columns stand twice: a, b"),
    ):
        with pytest.raises(InvalidValueError, match=f"^rows: {problem}"):
            balance(cast(Any, table))
    with pytest.raises(InvalidValueError, match=r"^rows: DataFrame is no table of Arrow's types: "):
        cd.assert_adds_up(pd.DataFrame({"value": [1, "x"]}))


def test_value_low_and_high_are_held_against_each_other() -> None:
    """A best estimate lies between the ends; a bound leaves exactly what they leave."""
    row = {"country": "X", "span": "2020-01", "actor": "all", "value": 5, "low": 3, "high": 9}
    part = {**row, "actor": "state", "value": 1, "low": 1, "high": 1}
    (found,) = balance([row, part], ACTORS, cell="country").to_arrow().to_pylist()
    assert (found["stated"], found["parts_stated"], found["residual_low"]) == ("3..9", ["1"], 2)
    bounded = {**row, "bound": "at_least", "low": 5, "high": None}
    (found,) = balance([bounded, part], ACTORS, cell="country").to_arrow().to_pylist()
    assert (found["stated"], found["residual_low"], found["residual_high"]) == (">=5", 4, None)
    for wrong, problem in (
        ({"value": 10}, "value 10 is not what low and high leave, 3 to 9"),
        ({"value": -10}, "value -10 is negative"),
        ({"bound": "exact"}, "value exact 5 is not what low and high leave, 3 to 9"),
        ({"bound": "at_least"}, "value at_least 5 is not what low and high leave, 3 to 9"),
    ):
        (bad,) = checked([{**row, **wrong}])
        assert bad[5] == problem


def test_empty_texts_leave_out_what_may_be_left_out() -> None:
    """As in a CSV file: no upper limit, no best estimate, no bound."""
    row = {"country": "X", "span": "2020-01", "actor": "all", "low": "3", "high": "", "value": "", "bound": ""}
    part = {**row, "actor": "state", "low": "1", "high": "4", "value": "2"}
    (found,) = balance([row, part], ACTORS, cell="country").to_arrow().to_pylist()
    assert (found["stated"], found["parts_stated"], found["residual_low"]) == ("3..", ["1..4"], -1)
    (bad,) = checked([{**row, "low": ""}])
    assert bad[5] == "low is missing"


def test_a_structure_may_be_given_as_tables() -> None:
    """As a TOML or JSON file holds it."""
    told = {"sum": [{"axis": "actors", "column": "actor", "whole": "all", "required": ["state", "rebels"]}]}
    assert len(balance(_rows(), told, cell=["country", "span"])) == 2
    with pytest.raises(RecordError, match="in the structure"):
        balance(_rows(), {"sums": []})


def test_codes_set_aside_are_known_and_not_added() -> None:
    """An unknown actor is neither a misspelling nor a part."""
    table = [*pa.table(COUNTRY).to_pylist(), {"country": "X", "span": "2020-01", "actor": "unknown", "value": 99}]
    assert checked(table) == EXPECTED


@pytest.mark.forkless
def test_the_result_goes_where_tables_go() -> None:
    """To pandas and polars, and it can be looked at."""
    result = balance(_rows(), ACTORS, cell=["country"])

    assert str(result).startswith("<balances: 2 rows, 15 columns>")
    assert str(result.to_pandas().dtypes["residual_low"]) == "Int64"
    assert result.to_polars().schema["parts"] == pl.List(pl.String)
    assert "balanced" in result._repr_html_()


def test_rows_of_a_csv_file_are_rows(tmp_path: Path) -> None:
    """All of it is text; so is what is explained."""
    path = tmp_path / "table.csv"
    path.write_text(
        "country,span,actor,value,bound,subset\n"
        "X,2020-01,all,10,,\nX,2020-01,state, 6 ,exact,false\nX,2020-01,rebels,3.0,,\n",
        encoding="utf-8",
    )
    known_ = "axis,country,span,actor,residual_low,residual_high\nactors,X,2020-01,all,1,1\n"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert checked(rows) == [("actors", "X", "all", "short", 1, None)]
    assert checked(pd.read_csv(path, dtype=str).to_dict("records")) == checked(rows)
    cd.assert_adds_up(rows, ACTORS, cell="country", explained=csv.DictReader(known_.splitlines()))
    wide = [{**rows[0], "bound": "at_least"}, *rows[1:]]
    cd.assert_adds_up(wide, ACTORS, cell="country", explained=csv.DictReader(known_.replace(",1,1", ",1,").splitlines()))


def test_a_structure_may_be_given_as_a_file(tmp_path: Path) -> None:
    """By its path, as text or as a path."""
    path = tmp_path / "structure.toml"
    path.write_text(
        '[[sum]]\naxis = "actors"\ncolumn = "actor"\nwhole = "all"\nrequired = ["state", "rebels"]\n', encoding="utf-8"
    )
    for given_path in (path, str(path)):
        assert len(balance(_rows(), given_path, cell=["country", "span"])) == 2


def test_nulls_of_dictionaries_are_missing() -> None:
    """And no code of the dictionary."""
    actor = pa.array(["all", "state", None, "all", "state"]).dictionary_encode()
    result = checked(pa.table({**COUNTRY, "actor": actor}).to_reader())
    assert [row for row in result if row[0] is None] == [(None, "X", None, "invalid", None, "actor is missing")]
