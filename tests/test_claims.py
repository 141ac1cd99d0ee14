"""Claims held against made-up numbers: each verdict, each reason for none, and what a test says of what it used."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictdata import Basis, Break, CheckedClaim, Claim, ClaimTest, ClaimVerdict, Slip, Source, Statement, Undecided
from conflictdata.errors import InvalidValueError
from conflictdata.evidence import examine, judge
from conflictdata.resolve import resolve
from conflictdata.testing import claims as made_claims
from conflictdata.testing import statements as made_statements

READ = date(2026, 11, 22)
SUPPORTED, CONTRADICTED, OPEN = ClaimVerdict.SUPPORTED, ClaimVerdict.CONTRADICTED, ClaimVerdict.UNDECIDED


def page(name: str, day: date = date(2025, 11, 1), kind: str = "secondary", **changes: Any) -> Source:
    """Make a page; its outlet is its own voice."""
    fixed = {"url": f"https://example.org/{name}", "accessed": READ, "language": "en", "published": day}
    given = {"dataset": "picss", "id": name, "kind": kind, "outlet": name, "published_from": day, "published_to": day}
    return Source(**{**fixed, **given, **changes})


OWN = page("own")
EARLIER = page("earlier", date(2025, 10, 2))
LATER = page("later", date(2025, 12, 3), "primary")
LAST_DAY = date(2025, 11, 1)


def says(period: str, value: int, source: Source = OWN, **changes: Any) -> Statement:
    """Let a page state a number of people killed in attacks; an earlier page in the report on that very period."""
    name = "".join(filter(str.isalnum, f"{source.id}{period}{value}{''.join(map(str, changes.values()))}")).lower()
    cell = {"period": period, "area": "PK", "scope": "militant_attacks", "measure": "killed", "group": "total"}
    report = {"own": "2025-10", "later": "2025-11"}.get(source.id, period)
    told = {"dataset": source.dataset, "id": f"s{name}", "source": source, "report_period": report, "value": value}
    return Statement(**{**cell, **told, **changes})


def before(period: str, value: int, **changes: Any) -> Statement:
    """Let a page that was out before state a number, in the report on that period."""
    return says(period, value, EARLIER, **changes)


def claims(kind: str, **changes: Any) -> Claim:
    """Let the own page claim something of October 2025."""
    cell = {"period": "2025-10", "area": "PK", "scope": "militant_attacks", "measure": "killed", "group": "total"}
    fixed = {"dataset": "picss", "id": "c01", "source": OWN, "report_period": "2025-10", "claim": kind}
    return Claim(**{**cell, **fixed, **changes})


def change(value: object, direction: str = "up", **changes: Any) -> Claim:
    """Claim a change on September."""
    return claims("percent_change", **{"value": value, "direction": direction, "reference_period": "2025-09", **changes})


def since(reference: str = "2025-07", kind: str = "highest_since", **changes: Any) -> Claim:
    """Claim the highest number since July: of August and September."""
    return claims(kind, reference_period=reference, **changes)


def share(value: object, **changes: Any) -> Claim:
    """Claim a share of Balochistan in the country."""
    return claims("share", **{"value": value, "area": "PK-BA", "reference_area": "PK", **changes})


def outcomes(claim: Claim, *told: Statement, breaks: Sequence[Break] = ()) -> tuple[ClaimTest, ClaimTest, CheckedClaim]:
    """Test a claim by the series and by its page, and judge it."""
    series, by_page = examine([claim], told, breaks, resolve)
    return series, by_page, judge(claim, series, by_page)


def by_series(claim: Claim, *told: Statement, breaks: Sequence[Break] = ()) -> ClaimTest:
    """Test a claim by the series."""
    return outcomes(claim, *told, breaks=breaks)[0]


def came(test: ClaimTest | CheckedClaim) -> ClaimVerdict | Undecided:
    """Give the verdict, or why there is none."""
    return test.undecided or test.verdict


def ends(test: ClaimTest) -> tuple[float, float]:
    """Give the per cents that the numbers leave open; infinite where there is no limit."""
    low, high = test.computed_low, test.computed_high
    return -math.inf if low is None else low, math.inf if high is None else high


def out_on(statement: Statement, day: date) -> Statement:
    """Let its page have appeared on another day."""
    moved = attrs.evolve(statement.source, published=day, published_from=day, published_to=day)
    return attrs.evolve(statement, source=moved)


BREAK = Break(dataset="picss", id="headline", start=date(2025, 9, 1), description="It changed.")
SEPTEMBER, OCTOBER = says("2025-09", 69), says("2025-10", 89)
BOTH = (SEPTEMBER, OCTOBER)
NOWHERE = says("2025-10", 5, area="PK-PB")  # keeps the page in the dataset
U = Undecided

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


# Breaks, inclusions, several values, restatements


def test_a_record_is_contradicted_on_this_side_of_a_break_alone() -> None:
    """A higher span across it is named, and decides nothing; one on this side does. A lower one never supports across it."""
    lower, higher = before("2025-08", 60), before("2025-08", 99)
    across = by_series(since(), *BOTH, higher, breaks=[BREAK])
    assert (came(across), across.against) == (U.DEFINITION_BREAK, ("2025-08=99",))
    assert across.evidence == (
        "2025-10 89; 2 of 2 other spans seen, higher: 2025-08 99; a break of definition lies in the window, headline from"
        " 2025-09-01."
    )
    assert came(by_series(since(), *BOTH, lower, breaks=[BREAK])) is U.DEFINITION_BREAK
    here = by_series(since(), says("2025-09", 90), OCTOBER, higher, breaks=[BREAK])
    assert (came(here), here.against) == (CONTRADICTED, ("2025-08=99", "2025-09=90"))
    other = attrs.evolve(BREAK, scopes=("all",))
    assert came(by_series(since(), *BOTH, higher, breaks=[other])) is CONTRADICTED


def test_a_page_that_decides_across_a_break_is_not_heard() -> None:
    """Its own numbers agree with each other, and the claim stays undecided; both are told."""
    _, by_page, judged = outcomes(change(29), *BOTH, breaks=[attrs.evolve(BREAK, start=date(2025, 10, 1))])

    assert (by_page.verdict, judged.verdict, judged.basis, judged.as_of) == (SUPPORTED, OPEN, "series", LAST_DAY)
    assert "a break of definition lies between, headline from 2025-10-01." in judged.evidence
    assert judged.evidence.endswith("On its page, supported: 2025-09 69, 2025-10 89: up 29.0 %; claimed up 29 %.")


def test_what_both_numbers_include_makes_no_difference() -> None:
    """What one includes and the other does not leaves it open, from nothing to all of the number."""
    more: dict[str, Any] = {"includes": ["peace_committee"]}
    with_both = (says("2025-09", 69, **more), says("2025-10", 89, **more))
    assert came(by_series(change(29), *with_both)) is SUPPORTED
    assert came(by_series(change(29), SEPTEMBER, with_both[1])) is U.BOUNDS
    assert came(by_series(change(29), with_both[0], OCTOBER)) is U.BOUNDS
    loose = by_series(change(29), with_both[0], OCTOBER)
    assert ends(loose) == pytest.approx((2000 / 69, math.inf))
    assert came(by_series(change(50, "down"), SEPTEMBER, with_both[1])) is U.BOUNDS
    assert came(by_series(change(30, bound="more_than"), SEPTEMBER, with_both[1])) is CONTRADICTED

    august = says("2025-08", 60)
    assert came(by_series(since(), with_both[0], OCTOBER, august)) is SUPPORTED
    assert came(by_series(since(), SEPTEMBER, with_both[1], august)) is U.BOUNDS
    assert came(by_series(since(), says("2025-09", 99, **more), OCTOBER, august)) is U.BOUNDS
    assert came(by_series(since(), says("2025-09", 99, **more), with_both[1], says("2025-08", 6, **more))) is CONTRADICTED


def test_several_values_on_a_page_are_an_interval() -> None:
    """From the smallest to the largest, in the series where nothing decides between them, and on the page."""
    several = (SEPTEMBER, says("2025-10", 79), says("2025-10", 89))
    series, by_page, _ = outcomes(change(29), *several)
    assert (came(series), came(by_page)) == (U.BOUNDS, U.BOUNDS)
    assert series.used == by_page.used == ("2025-09=69", "2025-10=79..89")
    assert series.evidence.startswith("2025-09 69, 2025-10 79..89 (several values): up 14.5 to 29.0 %; claimed up 29 %.")
    assert came(by_series(change(14, bound="at_least"), *several)) is SUPPORTED
    assert came(by_series(change(50), *several)) is CONTRADICTED

    elsewhere = (before("2025-10", 89), *several)  # another page decides the series, not the page
    series, by_page, _ = outcomes(change(29), *elsewhere)
    assert (came(series), came(by_page)) == (U.DISPUTED, U.BOUNDS)
    assert series.used == ("2025-09=69", "2025-10=89/79")
    assert came(by_series(change(50), *elsewhere)) is CONTRADICTED


def test_a_restated_base_is_tried_both_ways() -> None:
    """A claim that holds for one of the two alone is left to its page; the numbers stand beside each other."""
    told = (before("2025-09", 69), says("2025-09", 80), OCTOBER)
    series, by_page, judged = outcomes(change(11), *told)
    assert series.evidence == (
        "2025-09 69 (restated 80), 2025-10 89: up 29.0 % or up 11.3 %; claimed up 11 %. It holds for one of the numbers and"
        " not for the other."
    )
    assert series.used == ("2025-09=69/80", "2025-10=89")
    assert ends(series) == pytest.approx((11.25, 2000 / 69))
    assert by_page.used == ("2025-09=80", "2025-10=89")
    assert (judged.basis, judged.verdict, judged.as_of, judged.used) == ("page", SUPPORTED, None, by_page.used)
    assert judged.evidence.startswith("On its page: 2025-09 80, 2025-10 89: up 11.3 %; claimed up 11 %. In the series")


@pytest.mark.parametrize(("september", "again"), [(69, 90), (90, 69), (69, 89), (89, 69)])
def test_a_restated_span_of_a_window_is_tried_both_ways(september: int, again: int) -> None:
    """A record that holds for one of the two alone is left to its page; one beyond it both ways contradicts it."""
    august = says("2025-08", 60)
    series, by_page, judged = outcomes(since(), before("2025-09", september), says("2025-09", again), OCTOBER, august)

    assert (came(series), series.against) == (U.RESTATED, ())
    assert series.evidence == (
        "2025-10 89; 2 of 2 other spans seen, none higher; it holds for one of the numbers and not for the other: 2025-09."
    )
    assert came(by_page) is {69: SUPPORTED, 89: U.TIED, 90: CONTRADICTED}[again]
    assert judged.verdict is by_page.verdict
    for numbers, expected in (((69, 70), SUPPORTED), ((90, 91), CONTRADICTED)):
        told = (before("2025-09", numbers[0]), says("2025-09", numbers[1]), OCTOBER, august)
        assert came(by_series(since(), *told)) is expected


def test_a_revision_by_others_counts_and_one_voice_alone_does_not() -> None:
    """Two voices restate the base; of one, only the claim's own page is heard."""
    two = [says("2025-09", 80, page(name, date(2025, 10, 20)), report_period="2025-10") for name in ("one", "two")]
    own = (before("2025-09", 69), OCTOBER)

    assert came(by_series(change(11), *own, *two)) is U.RESTATED
    assert came(by_series(change(11), *own, two[0])) is CONTRADICTED
    assert by_series(change(11), *own, two[0]).used == ("2025-09=69", "2025-10=89")
    assert by_series(change(29), *own, *two).used == ("2025-09=69/80", "2025-10=89")


def test_either_number_may_be_restated() -> None:
    """Of a change the later one too, of a share the part and the whole; the span of the report itself is not looked at."""
    august, told = before("2025-08", 50), [before("2025-09", 69), says("2025-09", 80)]
    of_september = change(60, period="2025-09", reference_period="2025-08")
    assert by_series(of_september, august, *told).used == ("2025-08=50", "2025-09=69/80")
    assert [came(test) for test in outcomes(of_september, august, *told)[:2]] == [U.RESTATED, U.NOT_REPORTED]
    assert came(by_series(attrs.evolve(of_september, report_period="2025-09"), august, *told)) is CONTRADICTED

    part = [before("2025-09", 20, area="PK-BA"), says("2025-09", 25, area="PK-BA")]
    of_country = share(25, period="2025-09")
    assert by_series(of_country, part[0], says("2025-09", 80)).verdict is SUPPORTED
    assert came(by_series(of_country, *part, says("2025-09", 80))) is U.RESTATED
    assert came(by_series(attrs.evolve(of_country, value=29), part[0], *told)) is U.RESTATED
    assert came(by_series(of_country, part[0], *told)) is U.RESTATED
    assert came(by_series(attrs.evolve(of_country, value=50), *part, *told)) is CONTRADICTED


def test_what_does_not_restate() -> None:
    """A value of one voice beside a revision, a number that includes others; beside a later report it disputes."""
    two = [says("2025-09", 80, page(name, date(2025, 10, 20)), report_period="2025-10") for name in ("one", "two")]
    slip = says("2025-09", 500, page("slip", date(2025, 10, 20)), report_period="2025-10")
    assert by_series(change(29), before("2025-09", 69), OCTOBER, *two, slip).used == ("2025-09=69/80", "2025-10=89")

    more = says("2025-09", 80, includes=["peace_committee"])
    assert by_series(change(29), before("2025-09", 69), OCTOBER, more).used == ("2025-09=69", "2025-10=89")

    bound = says("2025-09", 90, page("publisher", date(2025, 10, 20), "primary"), report_period="2025-10", bound="at_least")
    assert by_series(change(29), OCTOBER, bound, *two).used == ("2025-09=>=90/80", "2025-10=89")


def test_what_restates_later_is_not_known_beside_what_restated_before() -> None:
    """A base that was revised by the day of the page has the value of that day alone."""
    known = [before("2025-09", 69), OCTOBER]
    two = [says("2025-09", 80, page(name, date(2025, 10, 20)), report_period="2025-10") for name in ("one", "two")]

    assert by_series(change(29), *known, *two, says("2025-09", 90, LATER)).used == ("2025-09=69/80", "2025-10=89")


def test_a_page_with_another_slip_is_told() -> None:
    """Both contradict it; by the series it was computed on the later number, and by the page it was not."""
    series, by_page, judged = outcomes(
        change(33), before("2025-09", 50), before("2025-10", 75), says("2025-09", 60), says("2025-10", 75)
    )

    assert (series.verdict, by_page.verdict) == (CONTRADICTED, CONTRADICTED)
    assert (series.slips, by_page.slips) == ((Slip.LATER_BASE,), ())
    assert (
        judged.evidence
        == f"In the series as known on 2025-11-01: {series.evidence} On its page, contradicted: {by_page.evidence}"
    )


@pytest.mark.parametrize("kind", ["change", "record", "share"])
def test_a_claim_does_not_look_into_the_future(kind: str) -> None:
    """What later pages state, restate or add first is not known on the day of the claim's page; on that very day it is."""
    told = {
        "change": (change(29), (before("2025-09", 69), OCTOBER)),
        "record": (since(), (before("2025-09", 69), before("2025-08", 60), OCTOBER)),
        "share": (share(25), (says("2025-10", 5, area="PK-BA"), says("2025-10", 20))),
    }
    claim, known = told[kind]
    later = [
        *(says(period, value, LATER) for period, value in (("2025-08", 500), ("2025-09", 500), ("2025-10", 1))),
        says("2025-10", 20, LATER, area="PK-BA"),
        says("2025-09", 400, attrs.evolve(LATER, id="late", kind="secondary", outlet="late"), report_period="2025-09"),
    ]
    alone = outcomes(claim, *known)
    assert alone[0].verdict is SUPPORTED
    assert outcomes(claim, *known, *later) == alone

    on_the_day = [out_on(s, LAST_DAY) for s in later]
    assert outcomes(claim, *known, *on_the_day)[0] != alone[0]
    undated = attrs.evolve(LATER, id="undated", published=None, published_from=LAST_DAY)
    assert outcomes(claim, *known, *(attrs.evolve(s, source=undated) for s in later)) == alone


def test_a_page_is_tested_by_its_own_numbers_alone() -> None:
    """Another page's numbers decide nothing on it, and its own decide nothing for another claim's page."""
    elsewhere = attrs.evolve(change(29), source=EARLIER, id="c02")
    first, second = change(29), change(22)
    tests = examine([first, elsewhere, attrs.evolve(second, id="c03")], [*BOTH, before("2025-08", 1)], [], resolve)

    assert [(test.claim, test.basis.value) for test in tests] == [
        (name, basis) for name in ("c01", "c02", "c03") for basis in ("series", "page")
    ]
    assert [came(test) for test in tests] == [
        *(SUPPORTED, SUPPORTED),
        *(U.NOT_REPORTED, U.NOT_REPORTED),
        *(CONTRADICTED, CONTRADICTED),
    ]


def test_what_went_that_way_nearby_is_context() -> None:
    """Of an unnamed reference, the parts of the area that fell since the span before: named, and no test."""
    claim = change(90, "down", bound="more_than", caveats=["reference_unnamed"])
    told = [
        *(says("2025-09", 38, area="PK-BA"), says("2025-10", 3, area="PK-BA")),
        *(says("2025-09", 3, area="PK-KP"), says("2025-10", 38, area="PK-KP")),
        *(says("2025-09", 5, area="PK-SD"), says("2025-10", 5, area="PK-SD"), says("2025-10", 5, area="PK-PB")),
        *(says("2025-09", 8, area="PK-TA", scope="all"), says("2025-10", 1, area="PK-TA", scope="all")),
        *BOTH,
    ]
    series = by_series(claim, *told)

    assert came(series) is U.REFERENCE_UNNAMED
    assert series.context == ("PK-BA/militant_attacks=38>3", "PK-TA/all=8>1")
    assert (series.used, series.missing) == ((), ())
    assert series.evidence.endswith(
        "; as context and not as a test, of the spans before and after: PK-BA/militant_attacks=38>3, PK-TA/all=8>1."
    )
    rise = by_series(change(90, caveats=["reference_unnamed"]), *told)
    assert rise.context == ("PK-KP/militant_attacks=3>38",)
    province = change(90, "down", bound="more_than", caveats=["reference_unnamed"], area="PK-BA")
    assert by_series(province, *told).context == ("PK-BA/militant_attacks=38>3",)


def test_cmc_fills_what_picss_lacks() -> None:
    """The numbers of the dataset before it are named by it, and its own are not replaced."""
    old_page = page("old", date(2025, 10, 1), dataset="cmc")
    old = [says("2025-09", 69, old_page, report_period="2025-09"), says("2025-10", 1, old_page)]
    series, by_page = examine([change(29)], [OCTOBER], [], resolve, old)

    assert came(examine([change(29)], [OCTOBER], [], resolve)[0]) is U.NOT_REPORTED
    assert series.evidence == "2025-09 69 (cmc), 2025-10 89: up 29.0 %; claimed up 29 %."
    assert (came(series), came(by_page)) == (SUPPORTED, U.NOT_REPORTED)
    too_late = [out_on(s, date(2025, 11, 2)) for s in old]
    assert came(examine([change(29)], [OCTOBER], [], resolve, too_late)[0]) is U.NOT_REPORTED


# What holds of any claim and numbers


@given(st.lists(made_claims(), max_size=3), st.lists(made_statements(), max_size=6))
def test_any_claims_have_two_tests(claimed: list[Claim], told: list[Statement]) -> None:
    """In order, that by the series first; the judged claim keeps what was claimed."""
    claimed = [attrs.evolve(c, dataset="picss", source=attrs.evolve(c.source, dataset="picss")) for c in claimed]
    tests = examine(claimed, told, [], resolve)

    assert [(t.claim, t.basis) for t in tests] == [(c.id, basis) for c in claimed for basis in (Basis.SERIES, Basis.PAGE)]
    for claim, series, by_page in zip(claimed, tests[::2], tests[1::2], strict=True):
        judged = judge(claim, series, by_page)
        assert all(getattr(judged, field.name) == getattr(claim, field.name) for field in attrs.fields(Claim))


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 150), st.sampled_from(["up", "down"]))
def test_a_change_of_two_exact_numbers_is_always_decided(new: int, old: int, printed: int, direction: str) -> None:
    """Supported if and only if the percentage in that direction is rounded, or cut, to the printed one."""
    x = (100 if direction == "up" else -100) * (new - old) / old
    series, by_page, judged = outcomes(change(printed, direction), says("2025-09", old), says("2025-10", new))
    holds = printed - 0.5 <= x < printed + 1 and (x > 0 or (x == 0 and printed == 0))

    assert series.verdict is by_page.verdict is judged.verdict is (SUPPORTED if holds else CONTRADICTED)


@given(st.integers(0, 20), st.lists(st.none() | st.integers(0, 20), min_size=8, max_size=8), st.booleans())
def test_a_record_of_exact_numbers(own: int, others: list[int | None], high: bool) -> None:  # noqa: FBT001
    """One beyond contradicts it; it is supported only if all are seen and short of it."""
    told = [before(f"2025-0{month + 2}", value) for month, value in enumerate(others) if value is not None]
    kind = "highest_since" if high else "lowest_since"
    series = by_series(since("2025-01", kind), says("2025-10", own), *told)
    seen = [value if high else -value for value in others if value is not None]
    mine = own if high else -own

    expected: Any = SUPPORTED
    if any(value > mine for value in seen):
        expected = CONTRADICTED
    elif None in others:
        expected = U.NOT_ALL_SEEN
    elif mine in seen:
        expected = U.TIED
    assert came(series) is expected
    assert (series.seen, series.window, len(series.missing)) == (len(seen), 8, 8 - len(seen))
    assert len(series.against) == sum(value > mine for value in seen)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"undecided": "bounds"}, "undecided"),
        ({"verdict": "undecided"}, "undecided"),
        ({"slips": ["later_base"]}, "slips"),
        ({"seen": 3}, "seen"),
        ({"seen": 3, "window": 2}, "seen"),
    ],
)
def test_a_test_that_contradicts_itself_is_refused(changes: dict[str, Any], field: str) -> None:
    """Reasons, slips and counts are held against the verdict and each other, of a test and of a claim with its verdict."""
    series, _, judged = outcomes(change(29), *BOTH)

    for record in (series, judged):
        with pytest.raises(InvalidValueError, match=f"^{field}: "):
            attrs.evolve(record, **changes)
    with pytest.raises(InvalidValueError, match=r"^verdict: "):
        attrs.evolve(judged, page_verdict="contradicted", series_verdict="contradicted")
