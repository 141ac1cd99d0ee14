"""The native way for Arrow tables is held to the expressions for all engines, and to the check on rows at hand."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import conflictdata as cd
from benchmarks.mixed import lean
from conflictdata.arrow_rows import KINDS, WORD, lines_of
from conflictdata.engines import take
from conflictdata.framed import check
from conflictdata.slots import slots_of

CELL = ["country", "area", "actor"]
STRUCTURE = cd.Structure.of(
    {
        "sum": [
            {"axis": "actors", "column": "actor", "whole": "all", "required": ["state", "rebels"], "optional": ["others"]},
            {"axis": "areas", "column": "area", "whole": "PK", "required": ["N", "S"], "only": {"country": ["X", "Y"]}},
        ],
        "aside": {"actor": ["unknown"], "country": ["Q"], "area": ["abroad"]},
        "subsets": False,
    }
)
COLUMNS = slots_of(STRUCTURE, STRUCTURE)
TYPES = {
    **dict.fromkeys([*CELL, "bound"], pa.string()),
    **dict.fromkeys(["value", "low", "high"], pa.int64()),
}
FORMS = (["value"], ["value", "bound"], ["low", "high"], ["low", "high", "value", "bound"])
BOUNDS = ["exact", "at_least", "more_than", "at_most", "about", None, ""]


def numbers() -> st.SearchStrategy[int | None]:
    """Counts, few of which cannot be used."""
    return st.one_of(st.integers(0, 4), st.integers(0, 4), st.sampled_from([None, -1, 10**15, 10**15 + 1, 2**40, 0]))


def codes(*known: str) -> st.SearchStrategy[str | None]:
    """Codes, few of which are not known."""
    return st.one_of(st.sampled_from(known), st.sampled_from(known), st.sampled_from([*known, None, "", "bogus"]))


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """Tables in every form of numbers; a row may stand often, in order or not."""
    form = draw(st.sampled_from(FORMS))
    told = {
        "country": codes("X", "Y", "Z", "Q"),
        "area": codes("PK", "N", "S", "abroad"),
        "actor": codes("all", "state", "rebels", "others", "unknown"),
        **dict.fromkeys(["value", "low", "high"], numbers()),
        "bound": st.sampled_from([*BOUNDS, *BOUNDS, "circa"]),
    }
    rows = draw(
        st.lists(st.tuples(st.fixed_dictionaries({name: told[name] for name in [*CELL, *form]}), st.integers(1, 40)))
    )
    often = draw(st.booleans())
    made = [row for row, times in rows for _ in range(times if often else 1)]
    if draw(st.booleans()):
        made.sort(key=lambda row: [str(row[name]) for name in CELL])
    return draw(laid(pa.Table.from_pylist(made, pa.schema([(name, TYPES[name]) for name in [*CELL, *form]]))))


@st.composite
def laid(draw: st.DrawFn, table: pa.Table) -> pa.Table:
    """Give columns one of the types that tables come in, and chunks of their own."""
    for place, name in enumerate(table.column_names):
        column = table[name]
        if pa.types.is_string(column.type):
            how = draw(st.sampled_from(["plain", "long", "dictionary"]))
            column = column.cast(pa.large_string()) if how == "long" else column
            column = column.dictionary_encode() if how == "dictionary" else column
        else:
            how = draw(st.sampled_from(["plain", "float", "huge", "unsigned"]))
            if how in {"float", "huge"}:
                column = column.cast(pa.float64())
            if how == "huge":  # beyond what 64 bits hold
                column = pc.if_else(pc.equal(column, 2.0**40), 1e300, column)
            if how == "unsigned" and not pc.any(pc.less(column, 0)).as_py():
                column = pc.if_else(pc.equal(column, 2**40), pa.scalar(2**63 + 5, pa.uint64()), column.cast(pa.uint64()))
        cut = draw(st.integers(0, len(column)))
        column = pa.chunked_array([*column.slice(0, cut).chunks, *column.slice(cut).chunks], column.type)
        table = table.set_column(place, name, column)
    return table


def told(table: pa.Table, *, native: bool) -> tuple[Counter[tuple[Any, ...]], pa.Schema]:
    """Give the rows that the check gives, in one of the two ways, and their schema."""
    taken = take(table, "balance")
    made = taken.back(check(taken, STRUCTURE, STRUCTURE, CELL, native=native))
    return Counter(tuple(row.values()) for row in made.to_pylist()), made.schema


def figures(columns: Mapping[str, list[Any]], often: int = 1) -> pa.Table:
    """Give a table, in which every row stands so often, one after the other."""
    table = pa.table({name: pa.array(told, TYPES[name]) for name, told in columns.items()})
    return table.take([place for place in range(len(table)) for _ in range(often)])


SOUND = {"country": ["X"] * 3, "area": ["N"] * 3, "actor": ["all", "state", "rebels"]}


# Cells that are alike but for what is left aside, or for where a sum holds.
ACTORS = {"country": ["X"] * 3 + ["Q"] * 3, "area": ["N"] * 6, "actor": SOUND["actor"] * 2}
AREAS = {"country": ["X"] * 3 + ["Z"] * 3, "area": ["PK", "N", "S"] * 2, "actor": ["all"] * 6}


@settings(max_examples=settings().max_examples * 4 // 5)
@given(tables())
@example(figures({**SOUND, "value": [3, 2, 1]}))
@example(figures({**SOUND, "value": [3, 2, 1]}, 5000))  # 13 bits for each count: these share several words
@example(figures({**SOUND, "value": [10**15] * 3, "bound": ["exact", "more_than", "about"]}))
@example(figures({**ACTORS, "value": [3, 2, 1] * 2}))
@example(figures({**AREAS, "value": [3, 2, 1] * 2}))
@example(figures({**SOUND, "low": [3, 2, 1], "high": [None, 1, 1]}))
def test_the_native_way_gives_what_the_expressions_give(table: pa.Table) -> None:
    """Whatever an Arrow table holds, both ways give the same rows, of the same types."""
    assert told(table, native=True) == told(table, native=False)


@settings(max_examples=settings().max_examples * 2 // 5)
@given(tables())
def test_the_native_way_gives_what_rows_at_hand_give(table: pa.Table) -> None:
    """Whatever an Arrow table holds, it gives the rows that the same rows at hand give."""
    rows, _ = told(table, native=True)
    assert rows == lean(table.to_pylist(), STRUCTURE, cell=CELL)


@pytest.mark.parametrize("form", FORMS[:3], ids=" ".join)
def test_it_is_taken(form: list[str]) -> None:
    """Numbers with or without a bound and ranges go the native way, whole numbers or floats."""
    columns = {name: ["exact"] * 3 if name == "bound" else [3, 2, 1] for name in form}
    table = figures({**SOUND, **columns})
    for dtype in (pa.int32(), pa.uint64(), pa.float64()):
        fields = [field if pa.types.is_string(field.type) else field.with_type(dtype) for field in table.schema]
        lines = lines_of(table.cast(pa.schema(fields)), STRUCTURE, COLUMNS, CELL)
        assert lines is not None
        assert len(lines.doubtful) == 0


@pytest.mark.parametrize(
    "more",
    [
        {"value": ["3", "2", "1"]},
        {"low": [3, 2, 1], "high": [3, 2, 1], "value": [3, 2, 1]},
        {"value": [3, 2, 1], "includes": ["", "", ""]},
        {"value": [3, 2, 1], "subset": [False] * 3},
        {"value": [3, 2, 1], "bound": [1, 2, 3]},
    ],
    ids=" ".join,
)
def test_what_it_does_not_read_is_left_to_the_expressions(more: dict[str, Any]) -> None:
    """Numbers as text or in two ways, what counts include, parts of cells, bounds that are no text: none is taken."""
    assert lines_of(pa.table({**SOUND, **more}), STRUCTURE, COLUMNS, CELL) is None
    assert lines_of(figures({**SOUND, "value": [3, 2, 1]}).slice(0, 0), STRUCTURE, COLUMNS, CELL) is None


def test_only_what_can_be_doubted_is_read_twice() -> None:
    """The rows that the expressions read are those that cannot be used, and no others."""
    columns = {"country": ["X", "", "X", "X"], "area": ["N"] * 4, "actor": ["all", "state", "bogus", "rebels"]}
    lines = lines_of(figures({**columns, "value": [3, 2, 1, None]}), STRUCTURE, COLUMNS, CELL)
    assert lines is not None
    assert lines.doubtful.to_pydict() == {
        "country": ["", "X", "X"],
        "area": ["N"] * 3,
        "actor": ["state", "bogus", "rebels"],
        "value": [2, 1, None],
    }


def test_a_word_holds_every_count() -> None:
    """Counts that share a number cannot run into each other: it has no sign, and every kind of bound has a place."""
    assert pa.scalar(2**WORD - 1, pa.int64()).as_py() == 2**WORD - 1
    assert set(KINDS) == {*cd.Bound, None}


@pytest.mark.parametrize("shuffled", [False, True])
def test_many_rows(shuffled: bool) -> None:  # noqa: FBT001  a parameter of the test
    """More cells than are counted at once, and more codes than Arrow sorts by counting, in order or not, come out right."""
    areas = [f"A{n:05}" for n in range(40_000)]
    actors = ["all", "state", "rebels"]
    columns = {"area": [area for area in areas for _ in actors], "actor": actors * len(areas)}
    counts = [n for place in range(len(areas)) for n in (place + 1, place, 1 + (place % 100 == 0))]
    table = pa.table({**columns, "value": counts})
    if shuffled:
        table = table.take([place * 7 % len(table) for place in range(len(table))])  # 7 divides it not
    structure = {"sum": [{"axis": "actors", "column": "actor", "whole": "all", "required": ["state", "rebels"]}]}
    result = cd.balance(table, structure | {"subsets": False}, cell=["area"])
    assert len(result) == len(areas)
    found = Counter(zip(result["verdict"].to_pylist(), result["residual_low"].to_pylist(), strict=True))
    assert found == {("balanced", 0): 39_600, ("over", -1): 400}
    assert sorted(result["area"].to_pylist()) == areas


def test_a_sum_holds_only_where_it_is_said_to() -> None:
    """Cells that are alike in all their counts, and of which a sum is one for some alone, are told apart by their codes."""
    sums = [{"axis": "areas", "column": "area", "whole": "PK", "required": ["N", "S"], "only": {"country": ["X"]}}]
    table = figures({**AREAS, "value": [3, 2, 1] * 2})
    result = cd.balance(table, {"sum": sums, "subsets": False}, cell=["country", "area", "actor"])
    assert result.select(["country", "verdict"]).to_pylist() == [{"country": "X", "verdict": "balanced"}]
