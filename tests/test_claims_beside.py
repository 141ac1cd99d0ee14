"""Claims beside breaks, inclusions, several values and restatements; and what holds of any claim and numbers."""

import math
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictdata import Basis, Claim, Slip, Statement
from conflictdata.errors import InvalidValueError
from conflictdata.evidence import examine, judge
from conflictdata.resolve import resolve
from conflictdata.testing import claims as made_claims
from conflictdata.testing import statements as made_statements
from tests.shared.claiming import (
    BOTH,
    BREAK,
    CONTRADICTED,
    EARLIER,
    LAST_DAY,
    LATER,
    OCTOBER,
    OPEN,
    SEPTEMBER,
    SUPPORTED,
    U,
    before,
    by_series,
    came,
    change,
    ends,
    out_on,
    outcomes,
    page,
    says,
    share,
    since,
)

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
