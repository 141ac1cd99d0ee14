"""The check: verdicts, absent parts, bounds, what a count includes, a part within its whole."""

import itertools
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from conflictdata import Structure
from tests.shared.checking import Row, found


def rows(**counts: Any) -> list[Row]:
    """Make counts of groups: `total=458`, or with a bound `total=(100, "at_least")`, or with what they include."""
    made = []
    for group, told in counts.items():
        value, bound, includes = (*told, "exact", "")[:3] if isinstance(told, tuple) else (told, "exact", "")
        if isinstance(told, tuple) and len(told) == 2:
            includes = ""
        made.append({"group": group, "measure": "killed", "value": value, "bound": bound, "includes": includes})
    return made


def by(column: str, **counts: Any) -> list[Row]:
    """Make counts along another column; `_` stands for the hyphens of areas."""
    fixed = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "total", "dataset": "picss"}
    made = []
    for code, told in counts.items():
        value, includes = told if isinstance(told, tuple) else (told, "")
        name = code.replace("_", "-") if column in {"area", "period"} else code
        made.append({**fixed, column: name.strip("-"), "value": value, "includes": includes})
    return made


def verdict(table: Any, axis: str = "groups", **more: Any) -> tuple[Any, ...]:
    """Check one total, and give its verdict and residual."""
    (row,) = found(table, axis, **more)
    return row["verdict"], row["residual_low"], row["residual_high"]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"total": 457, "militants": 355, "security_forces": 72, "civilians": 30}, ("balanced", 0, 0)),
        ({"total": 458, "militants": 355, "security_forces": 72, "civilians": 30}, ("short", 1, 1)),
        ({"total": 458, "militants": 355, "security_forces": 72, "civilians": 30, "peace_committee": 1}, ("balanced", 0, 0)),
        ({"total": 456, "militants": 355, "security_forces": 72, "civilians": 30}, ("over", -1, -1)),
        ({"total": 458, "militants": 355, "security_forces": 72}, ("partial", 31, 31)),
        ({"total": 427, "militants": 355, "security_forces": 72}, ("partial", 0, 0)),
        ({"total": 426, "militants": 355, "security_forces": 72}, ("over", -1, -1)),
        ({"total": 0, "peace_committee": 0}, ("partial", 0, 0)),
        ({"total": (100, "at_least"), "militants": 60, "security_forces": 30, "civilians": 9}, ("short", 1, None)),
        ({"total": (100, "at_least"), "militants": 60, "security_forces": 30, "civilians": 10}, ("open", 0, None)),
        ({"total": (100, "more_than"), "militants": 60, "security_forces": 30, "civilians": 10}, ("short", 1, None)),
        ({"total": (100, "at_most"), "militants": 60, "security_forces": 30, "civilians": 11}, ("over", -101, -1)),
        ({"total": (100, "at_most"), "militants": 60, "security_forces": 30, "civilians": 10}, ("open", -100, 0)),
        ({"total": 100, "militants": (60, "at_least"), "security_forces": 30, "civilians": 10}, ("open", None, 0)),
        ({"total": 100, "militants": (60, "more_than"), "security_forces": 30, "civilians": 10}, ("over", None, -1)),
        ({"total": 100, "militants": (60, "at_most"), "security_forces": 30, "civilians": 9}, ("short", 1, 61)),
        ({"total": 100, "militants": (60, "about"), "security_forces": 30, "civilians": 10}, ("open", None, 60)),
        ({"total": (90, "about"), "militants": 60, "security_forces": 30, "civilians": 10}, ("open", -100, None)),
        ({"total": 100, "militants": (60, "at_least")}, ("open", None, 40)),
        ({"total": (100, "at_least"), "militants": 60}, ("partial", 40, None)),
        ({"total": (50, "at_least"), "militants": 60}, ("open", -10, None)),
    ],
)
def test_verdicts(counts: Mapping[str, Any], expected: tuple[Any, ...]) -> None:
    """Exact and bounded numbers, with and without all parts."""
    assert verdict(rows(**counts)) == expected


def test_a_row_says_what_was_added_and_what_was_not() -> None:
    """The total, the parts in the order of the structure, and the parts that are absent."""
    (row,) = found(rows(civilians=30, total=(100, "at_least"), militants=(40, "more_than")))

    assert row == {
        "axis": "groups",
        "measure": "killed",
        "group": "total",
        "stated": ">=100",
        "low": 100,
        "high": None,
        "parts": ["militants", "civilians"],
        "parts_stated": [">40", "30"],
        "absent": ["security_forces"],
        "several": False,
        "residual_low": None,
        "residual_high": None,
        "verdict": "open",
        "reason": None,
    }


def test_a_total_without_parts_is_not_checked() -> None:
    """It has no row, so that it does not pass."""
    assert found(rows(total=458)) == []
    assert found(rows(militants=458)) == []


def test_a_sum_holds_only_where_it_says_so() -> None:
    """Groups make up the killed and the injured, scopes make up PICSS's violence and not PIPS's."""
    arrested = [{**row, "measure": "arrested"} for row in rows(total=3, militants=1)]
    assert found(arrested) == []
    scopes = by("scope", all=5, militant_attacks=3, security_operations=3)
    assert verdict(scopes, "scopes") == ("over", -1, -1)
    assert found([{**row, "dataset": "pips"} for row in scopes], "scopes") == []


def test_a_sum_holds_from_a_day_and_to_a_day() -> None:
    """Spans outside are not checked."""
    counts = (("x", 3), ("a", 1))
    told = [{"period": f"{year}-01", "actor": actor, "value": n} for year in (2001, 2002, 2003) for actor, n in counts]
    rule = {"axis": "actors", "column": "actor", "whole": "x", "required": ["a"]}
    limits = {"since": date(2002, 1, 1), "until": date(2002, 1, 31)}
    (row,) = found(
        [{"when": "2002-01", "actor": "x", "value": 1}, {"when": "Jan 2002", "actor": "a", "value": 1}],
        "actors",
        structure={"sum": [{**rule, "since": limits["since"], "dated": "when"}]},
    )
    assert (row["verdict"], row["reason"][:20]) == ("invalid", "when: 'Jan 2002' is ")
    for key, years in (("since", ["2002-01", "2003-01"]), ("until", ["2001-01", "2002-01"])):
        structure = Structure.of({"sum": [{**rule, key: limits[key]}]})
        assert [row["period"] for row in found(told, "actors", structure=structure)] == years


def test_an_absent_part_is_replaced_by_its_own_parts() -> None:
    """Mainland and tribal districts stand in for the province, at any depth and for what is there of it."""
    country = {"PK": 100, "PK_BA": 40, "PK_SD": 10, "PK_PB": 10}
    whole = found(by("area", **country, PK_KP=40), "areas")
    assert [(row["verdict"], row["parts"]) for row in whole] == [("balanced", ["PK-BA", "PK-KP", "PK-SD", "PK-PB"])]
    (both,) = found(by("area", **country, PK_KP_MAINLAND=15, PK_TA=25), "areas")
    assert (both["verdict"], both["parts"]) == ("balanced", ["PK-BA", "PK-KP-MAINLAND", "PK-TA", "PK-SD", "PK-PB"])
    (one,) = found(by("area", **country, PK_TA=25), "areas")
    assert (one["verdict"], one["residual_low"], one["absent"]) == ("partial", 15, ["PK-KP-MAINLAND"])
    (none,) = found(by("area", **country), "areas")
    assert (none["verdict"], none["absent"]) == ("partial", ["PK-KP"])
    (over,) = found(by("area", **country, PK_TA=41), "areas")
    assert (over["verdict"], over["residual_high"]) == ("over", -1)


def test_a_part_is_replaced_only_where_its_own_sum_holds() -> None:
    """The parts of a part may make it up for some rows alone."""
    told = {
        "sum": [
            {"axis": "x", "column": "group", "whole": "total", "required": ["a", "b"]},
            {"axis": "x", "column": "group", "whole": "b", "required": ["b1"], "only": {"measure": ["killed"]}},
        ]
    }
    for measure, absent in (("killed", []), ("injured", ["b"])):
        table = [
            {"group": g, "measure": measure, "value": v, "includes": ""} for g, v in (("total", 5), ("a", 3), ("b1", 2))
        ]
        (row,) = found(table, "x", structure=told)
        assert row["absent"] == absent
        # A piece of b inside a, where b is made up so; something of its own elsewhere, which all of them include.
        table = [{**row, "group": g, "includes": "b1"} for row, g in zip(table, ("total", "a", "b"), strict=True)]
        (row,) = found(table, "x", structure=told)
        assert row["verdict"] == ("open" if measure == "killed" else "balanced")


def test_rows_that_cannot_be_used_are_all_named() -> None:
    """Those of parts, and those of parts of parts; then there is no residual."""
    table = by("area", PK=10, PK_BA=-1, PK_TA=-2, PK_SD=3, PK_PB=-4)
    (*_, row) = found(table, "areas")
    assert (row["area"], row["verdict"], row["residual_low"], row["residual_high"]) == ("PK", "invalid", None, None)
    assert row["reason"] == (
        "rests on a row that cannot be used: area PK-BA: value -1 is negative; area PK-TA: value -2 is negative; "
        "area PK-PB: value -4 is negative"
    )


def test_nothing_that_is_optional_is_as_if_it_were_absent() -> None:
    """It neither tells the others apart, nor takes anything out."""
    civilians = [{**row, "group": "civilians"} for row in by("area", PK=(9, "peace_committee"), PK_IS=0)]
    inside = {"PK_BA": 4, "PK_KP": 2, "PK_SD": 2, "PK_PB": 1}
    parts = by("area", **{code: (number, "peace_committee") for code, number in inside.items()})
    (row,) = found([*civilians, *({**part, "group": "civilians"} for part in parts)], "areas")
    assert (row["verdict"], row["parts"][-1]) == ("balanced", "PK-IS")
    (row,) = found(by("area", PK=9, **inside, PK_IS=(0, "PK-PB")), "areas")
    assert (row["verdict"], len(row["parts"])) == ("balanced", 5)


def test_a_part_that_is_there_is_not_replaced() -> None:
    """The province counts, not its parts; those are held against the province."""
    country, province = found(by("area", PK=100, PK_KP=40, PK_TA=25, PK_KP_MAINLAND=14), "areas")

    assert country["parts"] == ["PK-KP"]
    assert (province["area"], province["verdict"], province["residual_low"]) == ("PK-KP", "short", 1)


def test_spans_are_replaced_by_shorter_ones() -> None:
    """A year from a half, a quarter and three months."""
    months = {"2025_10": 10, "2025_11": 20, "2025_12": 30}
    (year,) = found(by("period", **{"2025": 200, "2025_H1": 100, "2025_Q3": 40, **months}), "time")
    assert (year["verdict"], year["parts"]) == ("balanced", ["2025-H1", "2025-Q3", "2025-10", "2025-11", "2025-12"])
    del months["2025_11"]
    (year,) = found(by("period", **{"2025": 200, "2025_H1": 100, "2025_Q3": 40, **months}), "time")
    assert (year["verdict"], year["absent"], year["residual_low"]) == ("partial", ["2025-11"], 20)
    (run,) = found(by("period", **{"2025_01/2025_09": 140, "2025_H1": 100, "2025_Q3": 40}), "time")
    assert (run["period"], run["verdict"]) == ("2025-01/2025-09", "balanced")


def test_what_is_unclear_never_takes_part() -> None:
    """Neither as a total nor as a part, on any axis."""
    table = [*by("scope", unclear=10), {**by("scope", unclear=20)[0], "group": "militants"}]
    assert found(table, None) == []
    table = [*by("area", PK_KP_UNCLEAR=10, PK=5), {**by("area", PK_KP_UNCLEAR=20)[0], "group": "militants"}]
    assert found(table, None) == []


# What a count includes.


def test_what_a_part_includes_is_not_added_again() -> None:
    """31 civilians, one of them of a peace committee."""
    counts = {"total": 458, "militants": 355, "security_forces": 72, "civilians": (31, "exact", "peace_committee")}
    assert verdict(rows(**counts, peace_committee=1)) == ("balanced", 0, 0)
    assert verdict(rows(**counts)) == ("balanced", 0, 0)


def test_a_required_part_inside_another_is_not_absent() -> None:
    """Punjab with Islamabad; Sindh inside Balochistan's number."""
    (row,) = found(by("area", PK=10, PK_BA=(4, "PK-SD"), PK_KP=3, PK_PB=(3, "PK-IS"), PK_IS=1), "areas")
    assert (row["verdict"], row["parts"], row["absent"]) == ("balanced", ["PK-BA", "PK-KP", "PK-PB"], [])


def test_inclusions_reach_further_parts() -> None:
    """A with B, B with C: C is counted in A. Of two that include each other the first stays, in any order of rows."""
    chain = by("area", PK=9, PK_BA=(5, "PK-SD"), PK_SD=(3, "PK-IS"), PK_IS=1, PK_KP=2, PK_PB=2)
    circle = by("area", PK=9, PK_BA=(5, "PK-SD"), PK_SD=(5, "PK-BA"), PK_KP=2, PK_PB=2)
    for table in itertools.chain(itertools.permutations(chain), itertools.permutations(circle)):
        (row,) = found(list(table), "areas")
        assert (row["verdict"], row["parts"]) == ("balanced", ["PK-BA", "PK-KP", "PK-PB"])


def test_a_part_inside_one_that_has_no_number_of_its_own() -> None:
    """Balochistan with all of Khyber Pakhtunkhwa: neither the province nor its parts are added."""
    (row,) = found(by("area", PK=9, PK_BA=(5, "PK-KP"), PK_TA=3, PK_SD=2, PK_PB=2), "areas")
    assert (row["verdict"], row["parts"], row["absent"]) == ("balanced", ["PK-BA", "PK-SD", "PK-PB"], [])


def test_a_piece_of_another_part_leaves_the_overlap_open() -> None:
    """Balochistan with the tribal districts beside a number for the whole province."""
    (row,) = found(by("area", PK=10, PK_BA=(5, "PK-TA"), PK_KP=4, PK_SD=2, PK_PB=2), "areas")
    assert (row["verdict"], row["residual_low"], row["residual_high"]) == ("open", -3, 2)
    (row,) = found(by("area", PK=10, PK_BA=4, PK_KP=(4, "PK-TA"), PK_SD=1, PK_PB=1), "areas")
    assert row["verdict"] == "balanced"  # its own piece


def test_what_two_parts_include_is_not_added_twice() -> None:
    """Both may count the same person, or each another one: how much is left of them is open."""
    counts = {"total": 458, "militants": 355, "peace_committee": 1}
    both = {"security_forces": (73, "exact", "peace_committee"), "civilians": (31, "exact", "peace_committee")}
    assert verdict(rows(**counts, **both)) == ("open", -1, 103)
    (row,) = found(by("area", PK=20, PK_BA=(5, "PK-TA"), PK_SD=(10, "PK-KP"), PK_PB=5), "areas")
    assert (row["verdict"], row["residual_low"], row["residual_high"]) == ("open", 0, 15)


def test_a_part_smaller_than_what_it_includes_may_be_anything() -> None:
    """0 with five others inside says nothing."""
    (row,) = found(by("area", PK=10, PK_BA=(0, "PK-SD"), PK_SD=5, PK_KP=3, PK_PB=2), "areas")
    assert (row["verdict"], row["residual_low"], row["residual_high"]) == ("open", None, 5)
    (row,) = found(by("area", PK=10, PK_BA=(4, "PK-SD"), PK_SD=5, PK_KP=3, PK_PB=2), "areas")
    assert (row["verdict"], row["residual_low"], row["residual_high"]) == ("open", None, 5)
    (row,) = found(by("area", PK=10, PK_BA=(5, "PK-SD"), PK_SD=5, PK_KP=3, PK_PB=2), "areas")
    assert row["verdict"] == "balanced"


def test_an_optional_part_of_which_a_piece_is_absent_is_not_whole() -> None:
    """It is replaced by its parts like any other."""
    told = {
        "sum": [
            {"axis": "x", "column": "group", "whole": "total", "required": ["a"], "optional": ["o"]},
            {"axis": "x", "column": "group", "whole": "o", "required": ["o1", "o2"]},
        ]
    }
    table = [{"group": group, "value": value} for group, value in (("total", 10), ("a", 6), ("o1", 3))]
    (row,) = found(table, "x", structure=told)
    assert (row["verdict"], row["absent"], row["residual_low"]) == ("partial", ["o2"], 1)
    (row,) = found(table[:2], "x", structure=told)
    assert (row["verdict"], row["absent"], row["residual_low"]) == ("short", [], 4)


def test_what_all_include_alike_makes_no_difference() -> None:
    """Attacks with clashes, in the total and in its parts."""
    table = rows(total=(10, "exact", "clashes"), militants=(5, "exact", "clashes"), security_forces=(3, "exact", "clashes"))
    assert verdict([*table, *rows(civilians=(2, "exact", "clashes"))]) == ("balanced", 0, 0)
    assert verdict([*table, *rows(civilians=2)]) == ("open", -10, 8)


def test_what_the_total_alone_includes_is_left_open() -> None:
    """A total with clashes says only what the total without them is at most."""
    parts = rows(militants=5, security_forces=3, civilians=2)
    assert verdict([*rows(total=(12, "exact", "clashes")), *parts]) == ("open", -10, 2)
    assert verdict([*rows(total=(9, "exact", "clashes")), *parts]) == ("over", -10, -1)


def test_a_total_that_names_its_own_parts_is_the_plain_total() -> None:
    """Everyone, peace committees included."""
    table = rows(total=(11, "exact", "peace_committee"), militants=5, security_forces=3, civilians=2, peace_committee=1)
    assert verdict(table) == ("balanced", 0, 0)


# A part within its whole.

PAIR = {"within": [{"column": "group", "whole": "total", "parts": ["militants"]}], "codes": {"measure": ["killed"]}}


def within(table: list[Row]) -> list[tuple[Any, ...]]:
    """Check the axis within, and give part, verdict and residual."""
    return [(*row["parts"], row["verdict"], row["residual_low"], row["residual_high"]) for row in found(table, "within")]


def test_a_part_fits_into_its_whole_or_not() -> None:
    """One at a time, whatever else is there."""
    assert within(by("area", PK=16, PK_KP=21, PK_BA=11)) == [("PK-BA", "balanced", 5, 5), ("PK-KP", "over", -5, -5)]
    assert within(by("scope", militant_attacks=5, suicide_attacks=6)) == [("suicide_attacks", "over", -1, -1)]
    assert within(by("group", militants=5, civilians=3)) == []


def test_a_part_lies_within_a_whole_only_where_that_is_said() -> None:
    """For some measures alone."""
    told = {"within": [{"column": "group", "whole": "total", "parts": ["a"], "only": {"measure": ["killed"]}}]}
    for measure, number in (("killed", 1), ("injured", 0)):
        table = [{"group": group, "measure": measure, "value": 1} for group in ("total", "a")]
        assert len(found(table, "within", structure=told)) == number


def test_several_values_of_either_are_told() -> None:
    """Of the part or of the whole."""
    plain, wide = {"low": 5, "high": 5}, {"low": 5, "high": 9}
    for whole, part, several in ((plain, plain, False), (plain, wide, True), (wide, plain, True)):
        table = [{"group": "total", "measure": "killed", **whole}, {"group": "militants", "measure": "killed", **part}]
        (row,) = found(table, "within", cell=["group"], structure=PAIR)
        assert row["several"] is several


def test_bounds_leave_a_part_open() -> None:
    """At least 60 of 100 may be more than 100."""
    table = [*by("group", total=100), {**by("group", militants=60)[0], "bound": "at_least"}]
    assert within(table) == [("militants", "open", None, 40)]


def test_a_part_that_includes_what_lies_in_the_whole_is_held_as_it_is() -> None:
    """Civilians with peace committees lie within the total; with another area they may not."""
    assert within(by("group", total=30, civilians=(31, "peace_committee"))) == [("civilians", "over", -1, -1)]
    assert within(by("group", total=30, civilians=(31, "PK-IS"))) == [("civilians", "open", -1, 30)]


def test_a_count_of_a_part_of_the_cell_is_held_against_the_cell_alone() -> None:
    """Policemen against security forces; never in a sum."""
    police = {**rows(security_forces=73)[0], "subset": True, "id": "s1"}
    table = [*rows(total=100, security_forces=72), police]
    sums = [row for row in found(table) if row["axis"] == "groups"]
    assert [(row["parts"], row["residual_low"]) for row in sums] == [(["security_forces"], 28)]
    structure = Structure()
    assert within_of(found(table, None, structure=structure)) == [("s1", "over", -1)]
    assert within_of(found([police], None, structure=structure)) == []
    assert found(table, None, structure=Structure(subsets=False)) == []


def within_of(told: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Give part, verdict and residual."""
    return [(*row["parts"], row["verdict"], row["residual_low"]) for row in told]
