"""Publishers side by side whose histories are known: what is counted, left out, torn, and told of breaks."""

import math
from datetime import date
from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import Bound, Compared, Figure, Interval, Period
from conflictdata.errors import DefinitionsDifferError, InvalidValueError
from conflictdata.models import Break
from conflictdata.pairs import ComparisonSummary
from conflictdata.testing import comparison_summaries, figures
from tests.shared.compared import CRIME, FORCES, dataset

HALVES = tuple(Period.index(cd.PeriodKind.HALF, date(2017, 7, 1), date(2020, 12, 31)))  # of both meanings of CRSS
numbers = st.tuples(st.integers(0, 9), st.just(Bound.EXACT) | st.sampled_from(Bound))
histories = st.dictionaries(st.sampled_from(HALVES), numbers, min_size=1)


# PICSS and CRSS count security forces the same from 2019 on.


@given(histories, histories)
def test_a_comparison_of_known_histories(one: dict[Period, Any], other: dict[Period, Any]) -> None:
    """Rows, counts and ratios are those of the two sets of spans; all integer pairs lie within the differences."""
    asked: dict[str, Any] = {**FORCES, "every": "half"}
    picss, crss = dataset("picss", one), dataset("crss", other)
    common = sorted(one.keys() & other.keys())
    same = [period for period in common if period.start >= date(2019, 1, 1)]
    whole = cd.compare(picss, crss, **asked, definitions_differ=True)
    assert [row.period for row in whole.table] == common
    assert [row.period for row in whole.table if row.same] == same
    if common and not same:
        with pytest.raises(DefinitionsDifferError):
            cd.compare(picss, crss, **asked)
    else:
        (pair,) = cd.compare(picss, crss, **asked).summary
        assert (pair.common, pair.same, pair.left_out) == (len(common), len(same), len(common) - len(same))
        assert [row.period for row in cd.compare(picss, crss, **asked).table] == same

    for row in whole.table:
        (value, bound), (other_value, other_bound) = one[row.period], other[row.period]
        hold(row, Interval.of(value, bound), Interval.of(other_value, other_bound))
        if bound == other_bound == "exact" and value:
            assert row.ratio == other_value / value
        else:
            assert row.ratio is None


def hold(row: Compared, one: Interval, other: Interval) -> None:
    """Hold a difference against those of all pairs of whole numbers, up to two limits where there is none."""
    ends = []
    for limit in (30, 60):
        pairs = product(filter(one.__contains__, range(limit)), filter(other.__contains__, range(limit)))
        differences = {second - first for first, second in pairs}
        ends.append((min(differences), max(differences)))
    (low, high), (lower, higher) = ends
    assert row.difference_low == (low if low == lower else None)
    assert row.difference_high == (high if high == higher else None)


@given(histories, histories)
def test_a_comparison_turns_with_its_datasets(one: dict[Period, Any], other: dict[Period, Any]) -> None:
    """The other way round, differences have the other sign, ratios are reciprocal, and all else is the same."""
    asked: dict[str, Any] = {**FORCES, "every": "half", "definitions_differ": True}
    picss, crss = dataset("picss", one), dataset("crss", other)
    way, back = cd.compare(picss, crss, **asked), cd.compare(crss, picss, **asked)

    for row, turned in zip(way.table, back.table, strict=True):
        assert (row.period, row.same, row.definitions) == (turned.period, turned.same, turned.definitions)
        assert (row.value, row.other_value) == (turned.other_value, turned.value)
        ends = (turned.difference_high, turned.difference_low)
        assert (row.difference_low, row.difference_high) == tuple(None if end is None else -end for end in ends)
        if row.ratio and turned.ratio:
            assert math.isclose(row.ratio, 1 / turned.ratio)
    (pair,), (turned_pair,) = way.summary, back.summary
    assert (pair.common, pair.same, pair.left_out) == (turned_pair.common, turned_pair.same, turned_pair.left_out)
    assert {*pair.largest} == {*turned_pair.largest}


def test_what_is_left_out_is_counted_and_said() -> None:
    """A half before 2019 counts crime on one side; it is left out of the table and stays side by side."""
    told = {Period.of(code): (1, Bound.EXACT) for code in ("2018-H2", "2019-H1", "2019-H2")}
    found = cd.compare(dataset("picss", told), dataset("crss", told), **FORCES, every="half")

    assert [row.period.code for row in found.table] == ["2019-H1", "2019-H2"]
    assert [(ground.same, ground.spans, ground.left_out) for ground in found.grounds] == [(True, 2, False), (False, 1, True)]
    assert "3 common; 2 that count the same; 1 left out" in str(found)
    assert f"picss and crss do not count the same (1 common, left out): {CRIME}" in str(found).splitlines()
    assert found.side_by_side().to_arrow()["same"].to_pylist() == [False, True, True]


def test_the_years_of_largest_disagreement() -> None:
    """Half as many is as far as twice as many; equal years and noughts do not rank; of equals the earlier is first."""
    told = {
        "2019-H1": (10, 20),
        "2020-H1": (10, 5),
        "2021-H1": (10, 30),
        "2021-H2": (10, 10),  # with the half before it: the median of 3 and 1, by factors
        "2022-H1": (10, 10),
        "2023-H1": (10, 0),
        "2024-H1": (0, 10),
        "2025-H1": (10, 11),
    }
    exact = Bound.EXACT
    one, other = ({Period.of(code): (pair[side], exact) for code, pair in told.items()} for side in (0, 1))
    (pair,) = cd.compare(dataset("picss", one), dataset("crss", other), **FORCES, every="half").summary

    assert [str(year) for year in pair.largest] == ["2019", "2020", "2021"]
    assert (pair.common, pair.ratios) == (8, 7)
    assert pair.median_ratio == 1.0  # 0 0.5 1 [1] 1.1 2 3


def test_breaks_of_the_cell_are_named() -> None:
    """Those that touch it, between the first and the last common span; a row has those that take effect within it."""

    def changed(name: str, start: date, **touched: Any) -> Break:
        return Break(dataset="picss", id=name, start=start, description="It changed.", **touched)

    breaks = (
        changed("before", date(2018, 12, 31)),
        changed("first", date(2019, 1, 1)),
        changed("elsewhere", date(2019, 2, 1), areas=("PK-BA",)),
        changed("last", date(2019, 12, 31), scopes=("all",)),
        changed("after", date(2020, 1, 1)),
    )
    told = {Period.of(code): (1, Bound.EXACT) for code in ("2019-H1", "2019-H2")}
    more = {**told, Period.of("2020-H1"): (1, Bound.EXACT)}
    found = cd.compare(dataset("picss", told, breaks=breaks), dataset("crss", more), **FORCES, every="half")

    assert [one.id for one in found.breaks] == ["first", "last"]
    assert [row.breaks for row in found.table] == [("picss:first",), ("picss:last",)]
    (pair,) = found.summary
    assert (pair.median_ratio, pair.largest) == (1.0, ())


# The records.


@given(figures(), figures(), st.booleans())
def test_a_row_is_held_to_its_numbers(one: Figure, second: Figure, same: bool) -> None:  # noqa: FBT001  drawn
    """Any two figures of one cell make a row; a number that does not follow is refused."""
    cell = {name: getattr(one, name) for name in ("period", "area", "scope", "measure", "group")}
    other = attrs.evolve(second, dataset="other", **cell)
    row = Compared.of(one, other, same=same, definitions="So it is declared.")

    wrong = {
        "other": {"other": row.dataset},
        "difference_low": {"difference_low": 1 if row.difference_low is None else row.difference_low + 1},
        "ratio": {"ratio": 0.123},
        "definitions": {"definitions": " "},
    }
    if row.value is not None:
        wrong["low"] = {"low": row.low + 1, "high": None if row.high is None else row.high + 1}
    for field, changes in wrong.items():
        with pytest.raises(InvalidValueError, match=f"^{field}: "):
            attrs.evolve(row, **changes)  # type: ignore[arg-type]


@given(comparison_summaries())
def test_a_summary_is_held_to_its_counts(row: ComparisonSummary) -> None:
    """No part is larger than the whole, and a median is of something."""
    assert row.compared >= max(row.same, row.ratios)
    assert str(row).startswith(f"{row.dataset} and {row.other}: {row.common:,} common")
    with pytest.raises(InvalidValueError, match=r"^left_out: "):
        attrs.evolve(row, left_out=row.common - row.same + 1)
    with pytest.raises(InvalidValueError, match=r"^ratios: "):
        attrs.evolve(row, ratios=row.common - row.left_out + 1, median_ratio=1.0)
    with pytest.raises(InvalidValueError, match=r"^median_ratio: "):
        attrs.evolve(row, median_ratio=None if row.ratios else 1.0)
    with pytest.raises(InvalidValueError, match=r"^median_ratio: "):
        attrs.evolve(row, median_ratio=math.inf)
    with pytest.raises(ValueError, match="every"):
        attrs.evolve(row, every="days")
