"""Claims held against made-up numbers: each verdict, each reason for none, and what a test says of what it used."""

import math
from datetime import date
from typing import Any

import attrs
import pytest

from conflictdata import Basis, Claim, Slip, Undecided
from tests.shared.claiming import (
    BOTH,
    BREAK,
    CONTRADICTED,
    LAST_DAY,
    NOWHERE,
    OCTOBER,
    OPEN,
    SEPTEMBER,
    SUPPORTED,
    U,
    before,
    by_series,
    came,
    change,
    claims,
    ends,
    outcomes,
    page,
    says,
    share,
    since,
)

# A claim, the numbers, the breaks, and what comes out: of the series, of the page, of both.
CASES: dict[str, tuple[Any, ...]] = {
    "supported": (change(29), BOTH, (), SUPPORTED, SUPPORTED, SUPPORTED),
    "supported_elsewhere": (change(29), (before("2025-09", 69), OCTOBER), (), SUPPORTED, U.NOT_REPORTED, SUPPORTED),
    "contradicted": (change(22), BOTH, (), CONTRADICTED, CONTRADICTED, CONTRADICTED),
    "other_direction": (change(29, "down"), BOTH, (), CONTRADICTED, CONTRADICTED, CONTRADICTED),
    "not_plain": (change(29, caveats=["not_a_plain_record"]), BOTH, (), *[U.NOT_A_PLAIN_RECORD] * 3),
    "unnamed": (change(29, caveats=["reference_unnamed"]), BOTH, (), *[U.REFERENCE_UNNAMED] * 3),
    "none_named": (
        change(29, reference_period=None, caveats=["to_date", "reference_unnamed"]),
        BOTH,
        (),
        *[U.REFERENCE_UNNAMED] * 3,
    ),
    "of_what": (
        share(40, caveats=["denominator_unclear"]),
        (says("2025-10", 40, area="PK-BA"), says("2025-10", 100)),
        (),
        *[U.DENOMINATOR_UNCLEAR] * 3,
    ),
    "of_none": (share(40, reference_area=None), (says("2025-10", 40, area="PK-BA"),), (), *[U.DENOMINATOR_UNCLEAR] * 3),
    "spans": (change(29, reference_period="2024"), (before("2024", 69), OCTOBER), (), *[U.SPANS_DIFFER] * 3),
    "no_window": (since("2025-09"), BOTH, (), *[U.WINDOW_UNCLEAR] * 3),
    "about_years": (claims("highest_in_years", value=10, bound="about"), BOTH, (), *[U.WINDOW_UNCLEAR] * 3),
    "scope": (
        change(29, scope="unclear"),
        (says("2025-09", 69, scope="unclear"), says("2025-10", 89, scope="unclear")),
        (),
        U.CELL_UNCLEAR,
        SUPPORTED,
        SUPPORTED,
    ),
    "extent": (
        change(29, area="PK-KP-UNCLEAR"),
        (says("2025-09", 69, area="PK-KP-UNCLEAR"), says("2025-10", 89, area="PK-KP-UNCLEAR")),
        (),
        U.CELL_UNCLEAR,
        SUPPORTED,
        SUPPORTED,
    ),
    "record_of_unclear_scope": (
        since(scope="unclear"),
        tuple(says(f"2025-{month}", 60 + int(month), scope="unclear") for month in ("08", "09", "10")),
        (),
        U.CELL_UNCLEAR,
        SUPPORTED,
        SUPPORTED,
    ),
    "higher_of_unclear_scope": (
        since(scope="unclear"),
        (says("2025-08", 99, scope="unclear"), says("2025-10", 89, scope="unclear")),
        (),
        U.CELL_UNCLEAR,
        CONTRADICTED,
        CONTRADICTED,
    ),
    "break": (
        change(29),
        BOTH,
        (attrs.evolve(BREAK, start=date(2025, 10, 1)),),
        U.DEFINITION_BREAK,
        SUPPORTED,
        U.DEFINITION_BREAK,
    ),
    "break_before": (change(29), BOTH, (BREAK,), SUPPORTED, SUPPORTED, SUPPORTED),
    "no_number": (change(29), (OCTOBER,), (), *[U.NOT_REPORTED] * 3),
    "no_own_number": (since(), (SEPTEMBER, says("2025-08", 60)), (), *[U.NOT_REPORTED] * 3),
    "not_all": (since(), BOTH, (), *[U.NOT_ALL_SEEN] * 3),
    "all": (since(), (*BOTH, says("2025-08", 60)), (), SUPPORTED, SUPPORTED, SUPPORTED),
    "all_in_series": (since(), (*BOTH, before("2025-08", 60)), (), SUPPORTED, U.NOT_ALL_SEEN, SUPPORTED),
    "higher": (since(), (OCTOBER, before("2025-08", 90)), (), CONTRADICTED, U.NOT_ALL_SEEN, CONTRADICTED),
    "higher_by_bound": (
        since(),
        (OCTOBER, before("2025-08", 89, bound="more_than")),
        (),
        CONTRADICTED,
        *[U.NOT_ALL_SEEN, CONTRADICTED],
    ),
    "lowest": (since(kind="lowest_since"), (OCTOBER, says("2025-09", 90), says("2025-08", 91)), (), *[SUPPORTED] * 3),
    "lower": (since(kind="lowest_since"), (OCTOBER, says("2025-09", 88)), (), *[CONTRADICTED] * 3),
    "restated": (
        change(11),
        (before("2025-09", 69), before("2025-10", 89), says("2025-09", 80), OCTOBER),
        (),
        U.RESTATED,
        SUPPORTED,
        SUPPORTED,
    ),
    "restated_and_neither": (change(50), (before("2025-09", 69), says("2025-09", 80), OCTOBER), (), *[CONTRADICTED] * 3),
    "restated_and_both": (
        change(20, bound="at_least"),
        (before("2025-09", 69), says("2025-09", 70), OCTOBER),
        (),
        *[SUPPORTED] * 3,
    ),
    "base_zero": (change(29), (says("2025-09", 0), OCTOBER), (), *[U.BASE_IS_ZERO] * 3),
    "whole_zero": (share(0), (says("2025-10", 0, area="PK-BA"), says("2025-10", 0)), (), *[U.BASE_IS_ZERO] * 3),
    "bounds": (change(29), (says("2025-09", 69, bound="at_least"), OCTOBER), (), *[U.BOUNDS] * 3),
    "bounds_suffice": (
        change(20, bound="at_least"),
        (SEPTEMBER, says("2025-10", 89, bound="at_least")),
        (),
        *[SUPPORTED] * 3,
    ),
    "bounds_refute": (change(20), (SEPTEMBER, says("2025-10", 89, bound="at_least")), (), *[CONTRADICTED] * 3),
    "record_bounds": (since(), (*BOTH, says("2025-08", 60, bound="at_least")), (), *[U.BOUNDS] * 3),
    "tied": (since(), (*BOTH, says("2025-08", 89)), (), *[U.TIED] * 3),
    "share": (share(40), (says("2025-10", 40, area="PK-BA"), says("2025-10", 100)), (), *[SUPPORTED] * 3),
    "share_wrong": (share(60), (says("2025-10", 40, area="PK-BA"), says("2025-10", 100)), (), *[CONTRADICTED] * 3),
    "share_bounds": (
        share(40),
        (says("2025-10", 40, area="PK-BA"), says("2025-10", 100, bound="at_least")),
        (),
        *[U.BOUNDS] * 3,
    ),
    "misprint": (
        change(29),
        (says("2025-09", 6, caveats=("misprint_likely",)), says("2025-10", 89)),
        (),
        *[U.MISPRINT] * 3,
    ),
    "misprint_of_one_page": (
        change(29),
        (before("2025-09", 69), says("2025-09", 6, caveats=("misprint_likely",)), OCTOBER),
        (),
        SUPPORTED,
        U.MISPRINT,
        SUPPORTED,
    ),
    "disputed": (
        change(29),
        (before("2025-09", 69), before("2025-10", 89), says("2025-10", 95, page("other", date(2025, 10, 20)))),
        (),
        U.DISPUTED,
        U.NOT_REPORTED,
        U.DISPUTED,
    ),
    "misprint_decides_nothing": (
        change(29),
        (says("2025-09", 6, caveats=("misprint_likely",)), says("2025-10", 89, bound="about")),
        (),
        *[U.MISPRINT] * 3,
    ),
    "share_missing": (share(40), (says("2025-10", 40, area="PK-BA"),), (), *[U.NOT_REPORTED] * 3),
}


@pytest.mark.parametrize("case", CASES)
def test_what_comes_out(case: str) -> None:
    """By the series, by the page, and of the claim: the verdict or why there is none."""
    claim, told, breaks, series, by_page, judged = CASES[case]
    one, other, both = outcomes(claim, *told, NOWHERE, breaks=breaks)

    assert (came(one), came(other), came(both)) == (series, by_page, judged)
    assert (one.basis, other.basis, one.as_of, other.as_of) == ("series", "page", LAST_DAY, None)
    assert (both.series_verdict, both.page_verdict) == (one.verdict, other.verdict)
    assert both.basis is (Basis.PAGE if one.verdict is OPEN and both.verdict is not OPEN else Basis.SERIES)


def test_the_cases_reach_every_reason_and_verdict() -> None:
    """None of the codes is left out."""
    reached = {one for case in CASES.values() for one in case[3:]}

    assert reached == {*Undecided, SUPPORTED, CONTRADICTED}


# What a test says


def test_a_change_says_its_numbers_and_what_came_out() -> None:
    """The numbers, the change, the claim; the per cents; the verdict in its line."""
    series, _, judged = outcomes(change(29), *BOTH)

    assert series.evidence == "2025-09 69, 2025-10 89: up 29.0 %; claimed up 29 %."
    assert judged.evidence == f"In the series as known on 2025-11-01: {series.evidence}"
    assert (series.used, series.missing, series.accepted) == (("2025-09=69", "2025-10=89"), (), "[28.5,30)")
    assert series.computed_low == series.computed_high == pytest.approx(2000 / 69)
    assert (series.seen, series.window, series.against, series.context) == (None, None, (), ())
    assert str(series) == f"c01, series: supported. {series.evidence}"
    assert str(judged).endswith(f": supported. {judged.evidence}")


def test_the_other_test_is_told_where_it_differs() -> None:
    """And an undated page's day is named as that by when it was out."""
    undated = page("own", published=None, published_from=date(2025, 10, 31))
    claim = change(29, source=undated)
    _, by_page, judged = outcomes(claim, before("2025-09", 69), says("2025-10", 89, undated))

    assert by_page.evidence == "not reported: 2025-09; there is 2025-10=89."
    assert judged.evidence == (
        "In the series as known on 2025-11-01 (the page shows no day): 2025-09 69, 2025-10 89: up 29.0 %; claimed up 29 %."
        " On its page, undecided: not reported: 2025-09; there is 2025-10=89."
    )


@pytest.mark.parametrize(
    ("claim", "numbers", "slips", "told"),
    [
        (change(22), (69, 89), [Slip.LATER_BASE], "up 29.0 %; claimed up 22 %. base: later (22.5 % of the later number)."),
        (
            change(64, "down"),
            (89, 57),
            [Slip.REMAINDER],
            "down 36.0 %; claimed down 64 %. remainder (the later number is 64.0 % of the earlier).",
        ),
        (
            change(56, "down"),
            (89, 57),
            [Slip.LATER_BASE],
            "down 36.0 %; claimed down 56 %. base: later (56.1 % of the later number).",
        ),
        (
            change(400),
            (3, 12),
            [Slip.RATIO],
            "up 300.0 %; claimed up 400 %. ratio (the later number is 400.0 % of the earlier).",
        ),
        (change(36), (89, 57), [Slip.OPPOSITE], "down 36.0 %; claimed up 36 %. opposite direction."),
        (change(15), (36, 42), [], "up 16.7 %; claimed up 15 %."),
        (change(15, bound="about"), (20, 20), [], "no change; claimed up about 15 %."),
        (change("15.5", bound="more_than"), (100, 110), [], "up 10.00 %; claimed up more than 15.5 %."),
    ],
)
def test_a_slip_is_named(claim: Claim, numbers: tuple[int, int], slips: list[Slip], told: str) -> None:
    """A contradicted change names the computation that gives the printed number, with what it gives."""
    old, new = numbers
    series, by_page, judged = outcomes(claim, says("2025-09", old), says("2025-10", new))

    assert series.verdict is by_page.verdict is judged.verdict is CONTRADICTED
    assert list(series.slips) == list(by_page.slips) == list(judged.slips) == slips
    assert series.evidence == f"2025-09 {old}, 2025-10 {new}: {told}"


def test_both_percents_of_a_pair_of_bounds_are_told() -> None:
    """The ends of the change are kept as numbers; no end is null."""
    series = by_series(change(29), says("2025-09", 60, bound="at_most"), OCTOBER)
    assert series.evidence == "2025-09 <=60, 2025-10 89: up 48.3 % or more; claimed up 29 %."
    assert ends(series) == pytest.approx((2900 / 60, math.inf))
    assert series.verdict is CONTRADICTED
    assert series.used == ("2025-09=<=60", "2025-10=89")

    series = by_series(change(29), says("2025-09", 69, bound="at_least"), OCTOBER)
    assert series.evidence == "2025-09 >=69, 2025-10 89: at most up 29.0 %; claimed up 29 %. Bounds leave it open."
    assert ends(series) == pytest.approx((-100, 2000 / 69))


def test_missing_cells_are_named_exactly() -> None:
    """Of a change the spans, of a share the areas, of a record the spans of its window."""
    assert by_series(change(29), NOWHERE).missing == ("2025-09", "2025-10")
    assert by_series(change(29), NOWHERE).evidence == "not reported: 2025-09, 2025-10."
    assert by_series(change(29), OCTOBER).missing == ("2025-09",)
    assert by_series(change(29), SEPTEMBER).missing == ("2025-10",)
    assert by_series(share(40), says("2025-10", 9, area="PK-BA")).missing == ("PK",)
    assert by_series(share(40), OCTOBER).missing == ("PK-BA",)
    series = by_series(since("2025-05"), OCTOBER, before("2025-07", 60))
    assert (series.missing, series.seen, series.window) == (("2025-06", "2025-08", "2025-09"), 1, 4)
    assert series.evidence == "2025-10 89; 1 of 4 other spans seen, none higher."
    assert by_series(change(29), OCTOBER, says("2025-09", 69, group="civilians"), before("2025-Q3", 69)).missing == (
        "2025-09",
    )


def test_a_number_of_a_part_is_no_number() -> None:
    """Policemen alone are not the cell."""
    series, by_page, _ = outcomes(change(29), says("2025-09", 69, subset=True), OCTOBER)

    assert (came(series), came(by_page)) == (U.NOT_REPORTED, U.NOT_REPORTED)


def test_a_record_names_what_goes_beyond_it() -> None:
    """With its numbers, and three of them in the sentence; what is seen and what is missing are counted."""
    told = [before(f"2025-0{month}", 100 + month) for month in range(2, 8)]
    series = by_series(since("2025-01"), OCTOBER, *told)

    assert series.verdict is CONTRADICTED
    assert series.against == tuple(f"2025-0{month}={100 + month}" for month in range(2, 8))
    assert (series.used, series.missing, series.seen, series.window) == (("2025-10=89",), ("2025-08", "2025-09"), 6, 8)
    assert (
        series.evidence == "2025-10 89; 6 of 8 other spans seen, higher: 2025-02 102, 2025-03 103, 2025-04 104 and 3 more."
    )
    assert (series.computed_low, series.computed_high, series.accepted) == (None, None, None)


def test_ties_and_bounds_of_records_are_told() -> None:
    """A span with the same number is named, one whose bounds leave room is not."""
    series = by_series(since(), *BOTH, says("2025-08", 89))
    assert series.evidence == "2025-10 89; 2 of 2 other spans seen, none higher; the same: 2025-08."
    assert series.against == ()
    series = by_series(since(), *BOTH, says("2025-08", 89, bound="at_most"))
    assert series.evidence == "2025-10 89; 2 of 2 other spans seen, none higher; bounds leave it open."
    assert came(series) is U.BOUNDS
    assert came(by_series(since(), *BOTH, says("2025-08", 88, bound="at_most"))) is SUPPORTED
    assert came(by_series(since(), *BOTH, says("2025-08", 90, bound="at_least"))) is CONTRADICTED
    own = says("2025-10", 89, bound="at_least")
    assert came(by_series(since(), SEPTEMBER, own, says("2025-08", 88))) is SUPPORTED
    assert came(by_series(since(), SEPTEMBER, own, says("2025-08", 89))) is U.BOUNDS
    assert came(by_series(since(), SEPTEMBER, own, says("2025-08", 900))) is U.BOUNDS
