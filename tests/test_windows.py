"""Windows of record claims: by hand, and by counting months without the code under test."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conflictdata import Bound, Break, Claim, ClaimKind, Period, Source
from conflictdata.testing import claims as made_claims
from conflictdata.testing import periods
from conflictdata.vocabulary import PeriodKind
from conflictdata.windows import before, breaks_between, same_shape, window_of

DAY = date(2025, 11, 1)
PAGE = Source(
    dataset="picss",
    id="own",
    kind="secondary",
    outlet="Dawn",
    url="https://example.org/own",
    published_from=DAY,
    published_to=DAY,
    accessed=date(2030, 1, 1),
    language="en",
)
SINCE = (ClaimKind.HIGHEST_SINCE, ClaimKind.LOWEST_SINCE)
RECORDS = (*SINCE, ClaimKind.HIGHEST_OF, ClaimKind.LOWEST_OF, ClaimKind.HIGHEST_IN_YEARS, ClaimKind.LOWEST_IN_YEARS)


def record(kind: str, period: str | Period, **changes: Any) -> Claim:
    """Make a claim of a highest or lowest number of people killed in attacks."""
    cell = {"area": "PK", "scope": "militant_attacks", "measure": "killed", "group": "total"}
    fixed = {"dataset": "picss", "id": "c01", "source": PAGE, "report_period": period, "period": period, "claim": kind}
    return Claim(**{**cell, **fixed, **changes})


def codes(claim: Claim) -> list[str] | None:
    """Give the codes of a window."""
    found = window_of(claim)
    return None if found is None else [span.code for span in found]


def months(first: str, last: str) -> list[str]:
    """Count months from one to another."""
    (year, month), (end_year, end_month) = (map(int, text.split("-")) for text in (first, last))
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(year * 12 + month - 1, end_year * 12 + end_month)]


@pytest.mark.parametrize(
    ("period", "reference", "window"),
    [
        ("2025-10", "2025-06", ["2025-07", "2025-08", "2025-09"]),
        ("2025-10", "2024", months("2025-01", "2025-09")),
        ("2025-02", "2023-11", ["2023-12", "2024-01", "2024-02", *months("2024-03", "2025-01")]),
        ("2025-10", "2024-Q4", months("2025-01", "2025-09")),
        ("2025-10", "2014-11", months("2014-12", "2025-09")),
        ("2025-10", "2025-09", []),
        ("2025-10", "2026", []),
        ("2025-10", "2025", []),
        ("2025-Q3", "2024-Q4", ["2025-Q1", "2025-Q2"]),
        ("2025-Q1", "2023", ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]),
        ("2025-Q3", "2025-01", ["2025-Q2"]),
        ("2025-H2", "2023", ["2024-H1", "2024-H2", "2025-H1"]),
        ("2024", "2020", ["2021", "2022", "2023"]),
        ("2024", "2020-06", ["2021", "2022", "2023"]),
        ("2025-01/2025-09", "2021", ["2022-01/2022-09", "2023-01/2023-09", "2024-01/2024-09"]),
        ("2023-11/2024-02", "2021", ["2022-11/2023-02"]),
        ("2023-01/2024-12", "2019", ["2020-01/2021-12", "2021-01/2022-12"]),
        ("2023-01-01/2023-12-25", "2020", ["2021-01-01/2021-12-25", "2022-01-01/2022-12-25"]),
        ("2022-12-20/2023-01-10", "2020", ["2021-12-20/2022-01-10"]),
        ("2014-06-15/2015-06-14", "2012", ["2013-06-15/2014-06-14"]),
        ("2024-02-29/2024-02-29", "2015", ["2016-02-29/2016-02-29", "2020-02-29/2020-02-29"]),
        ("2024-02-10/2024-02-29", "2018", ["2020-02-10/2020-02-29"]),
        ("2024-02-29/2024-03-05", "2019", ["2020-02-29/2020-03-05"]),
    ],
)
@pytest.mark.parametrize("kind", SINCE)
def test_since_a_span(kind: str, period: str, reference: str, window: list[str]) -> None:
    """All spans of the same shape after the reference and before the claim's own; of a run, the same days of each year."""
    assert codes(record(kind, period, reference_period=reference)) == window


@pytest.mark.parametrize(
    ("period", "report", "reference", "window"),
    [
        ("2025-10", "2025-10", "2025", months("2025-01", "2025-09")),
        ("2025-03", "2025", "2025", ["2025-01", "2025-02", *months("2025-04", "2025-12")]),
        ("2025-03", "2025-06", "2025", ["2025-01", "2025-02", "2025-04", "2025-05", "2025-06"]),
        ("2025-01", "2025-01", "2025", []),
        ("2025-08", "2025-Q3", "2025-Q3", ["2025-07", "2025-09"]),
        ("2025-Q2", "2025", "2025", ["2025-Q1", "2025-Q3", "2025-Q4"]),
        ("2025-H1", "2025", "2025", ["2025-H2"]),
        ("2020", "2025", "2018/2022", ["2018", "2019", "2021", "2022"]),
        ("2025-10", "2025-10", "2024-11/2025-10", months("2024-11", "2025-09")),
        ("2025-01/2025-09", "2025-01/2025-09", "2023/2025", ["2023-01/2023-09", "2024-01/2024-09"]),
    ],
)
@pytest.mark.parametrize("kind", ["highest_of", "lowest_of"])
def test_of_a_span(kind: str, period: str, report: str, reference: str, window: list[str]) -> None:
    """All other spans of the same shape within the reference, as far as the report reaches: later ones too."""
    assert codes(record(kind, period, report_period=report, reference_period=reference)) == window


@pytest.mark.parametrize(
    ("period", "value", "bound", "window"),
    [
        ("2025-10", "10", "exact", months("2015-11", "2025-09")),
        ("2025-10", "10", "at_least", months("2015-11", "2025-09")),
        ("2025-10", "10", "more_than", months("2015-10", "2025-09")),
        ("2025-10", "10", "about", None),
        ("2025-10", "10", "at_most", None),
        ("2025-10", "1.5", "exact", None),
        ("2025-10", "1", "exact", months("2024-11", "2025-09")),
        ("2025-12", "1", "exact", months("2025-01", "2025-11")),
        ("2025-01", "1", "more_than", months("2024-01", "2024-12")),
        ("2024-02", "4", "exact", months("2020-03", "2024-01")),
        ("2024", "5", "exact", ["2020", "2021", "2022", "2023"]),
        ("2024", "5", "more_than", ["2019", "2020", "2021", "2022", "2023"]),
        ("2024", "1", "exact", []),
        ("2024", "1", "more_than", ["2023"]),
        ("2025-Q3", "1", "exact", ["2024-Q4", "2025-Q1", "2025-Q2"]),
        ("2025-Q3", "1", "more_than", ["2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2"]),
        ("2025-H1", "2", "exact", ["2023-H2", "2024-H1", "2024-H2"]),
        ("2023-01/2023-09", "3", "exact", ["2021-01/2021-09", "2022-01/2022-09"]),
        ("2023-01/2023-09", "3", "more_than", ["2020-01/2020-09", "2021-01/2021-09", "2022-01/2022-09"]),
        ("2023-01/2023-09", "1", "more_than", ["2022-01/2022-09"]),
        ("2024-01-01/2024-12-30", "2", "exact", ["2023-01-01/2023-12-30"]),
        ("2024-02-10/2024-02-29", "8", "exact", ["2020-02-10/2020-02-29"]),
        ("2024-02-10/2024-02-29", "8", "more_than", ["2016-02-10/2016-02-29", "2020-02-10/2020-02-29"]),
        ("2024-02-10/2024-02-29", "2", "more_than", []),
        ("2024-02-28/2024-02-28", "1", "exact", []),
        ("2024-02-28/2024-02-28", "2", "exact", ["2023-02-28/2023-02-28"]),
        ("2024-02-27/2024-02-27", "1", "exact", []),
    ],
)
@pytest.mark.parametrize("kind", ["highest_in_years", "lowest_in_years"])
def test_in_years(kind: str, period: str, value: str, bound: str, window: list[str] | None) -> None:
    """Those of the years that end with the claim's span; one more of more than so many; none is known of about so many."""
    assert codes(record(kind, period, value=value, bound=bound)) == window


def test_ten_years_of_months_are_119_others() -> None:
    """The claim's own month is left out."""
    found = codes(record("highest_in_years", "2025-10", value=10))

    assert found is not None
    assert (len(found), found[0], found[-1]) == (119, "2015-11", "2025-09")


def same_days(one: Period, other: Period) -> bool:
    """Whether two spans begin and end on the same days of the year, as many years apart."""
    ends = [(span.start.strftime("%m-%d"), span.end.strftime("%m-%d")) for span in (one, other)]
    return ends[0] == ends[1] and one.end.year - other.end.year == one.start.year - other.start.year


@given(made_claims())
def test_no_span_of_a_window_overlaps_the_claims_or_has_another_shape(claim: Claim) -> None:
    """In order, each once, of the same kind and length, and on the right side of what they are counted from."""
    assume(claim.claim in RECORDS)
    window = window_of(claim)
    if window is None:
        assert claim.bound in {Bound.ABOUT, Bound.AT_MOST}
        return
    assert list(window) == sorted(set(window))
    for span in window:
        assert not (span.start <= claim.period.end and claim.period.start <= span.end)
        assert same_shape(span, claim.period)
        assert same_days(span, claim.period) or (span.kind, span.months) == (claim.period.kind, claim.period.months)
        assert claim.period.months or same_days(span, claim.period)
        if claim.claim in SINCE:
            assert claim.reference_period is not None
            assert claim.reference_period.end < span.start <= span.end < claim.period.start
        if claim.claim in {ClaimKind.HIGHEST_OF, ClaimKind.LOWEST_OF}:
            assert claim.reference_period is not None
            assert claim.reference_period.start <= span.start <= span.end <= claim.reference_period.end
            assert span.end <= claim.report_period.end


@given(st.integers(2000 * 12, 2029 * 12), st.integers(1990 * 12, 2030 * 12), st.sampled_from([1, 3, 6, 12]))
def test_since_gives_all_spans_between(last: int, first: int, length: int) -> None:
    """By counting months from year nought: all aligned spans after the month of the reference and before the claim's."""
    last -= last % length
    period, reference = span_of(last, length), span_of(first, 1)
    expected = [span_of(n, length) for n in range(1990 * 12, last) if n % length == 0 and n > first]

    assert window_of(record("highest_since", period, reference_period=reference)) == tuple(expected)


def span_of(month: int, length: int) -> Period:
    """Make a span of so many months from a month counted from year nought."""
    end = month + length
    return Period(date(month // 12, month % 12 + 1, 1), date(end // 12, end % 12 + 1, 1) - timedelta(days=1))


@given(st.integers(2000 * 12, 2029 * 12), st.integers(1, 30), st.sampled_from([1, 3, 6, 12]), st.booleans())
def test_so_many_years_are_so_many_spans(last: int, years: int, length: int, more: bool) -> None:  # noqa: FBT001
    """All but the claim's own; those just before it."""
    last -= last % length
    number = years * 12 // length - 1 + more
    claim = record("lowest_in_years", span_of(last, length), value=years, bound="more_than" if more else "exact")

    assert window_of(claim) == tuple(span_of(last - n * length, length) for n in range(number, 0, -1))


@given(periods())
def test_the_span_before(period: Period) -> None:
    """As long, and over the day before; the span after it is this one again."""
    earlier = before(period)

    assert earlier.end + timedelta(days=1) == period.start
    assert earlier.months == period.months
    assert earlier.months or earlier.end - earlier.start == period.end - period.start
    if period.months or not earlier.months:
        assert earlier.next() == period


def test_the_span_before_by_hand() -> None:
    """Across the year, and of runs."""
    told = {
        "2025-01": "2024-12",
        "2024-03": "2024-02",
        "2025-Q1": "2024-Q4",
        "2025-H1": "2024-H2",
        "2025": "2024",
        "2025-01/2025-09": "2024-04/2024-12",
        "2025-03-11/2025-03-20": "2025-03-01/2025-03-10",
    }
    assert {code: before(Period.of(code)).code for code in told} == told


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2025-02", "2025-01", True),
        ("2025-Q1", "2024-Q3", True),
        ("2025", "2024", True),
        ("2025-01", "2024", False),
        ("2025-Q1", "2024-12/2025-02", False),
        ("2025-H1", "2025-Q1", False),
        ("2025-01/2025-09", "2024-01/2024-09", True),
        ("2025-01/2025-09", "2024-04/2024-12", True),
        ("2025-01/2025-09", "2024-01/2024-08", False),
        ("2025-01/2025-11", "2024", False),
        ("2025-01-01/2025-12-28", "2024", False),
        ("2025-03-01/2025-03-10", "2025-03-11/2025-03-20", True),
        ("2025-03-01/2025-03-10", "2025-03-11/2025-03-21", False),
        ("2025-01-01/2025-12-25", "2023-01-01/2023-12-25", True),
        ("2025-01-01/2025-12-25", "2024-01-01/2024-12-25", True),
        ("2024-02-01/2024-02-28", "2023-02", True),
        ("2024-01-01/2024-02-28", "2023-01/2023-02", True),
        ("2024-01-01/2024-02-28", "2023-01", False),
        ("2024-12-20/2025-01-10", "2022-12-20/2023-01-10", True),
        ("2024-12-20/2025-01-10", "2022-12-20/2024-01-10", False),
    ],
)
def test_spans_of_the_same_shape(one: str, other: str, *, same: bool) -> None:
    """Months are as long as months; the same days of two years are as long, a 29 February among them or not."""
    assert same_shape(Period.of(one), Period.of(other)) is same
    assert same_shape(Period.of(other), Period.of(one)) is same


@given(periods(), periods())
def test_spans_of_another_kind_never_have_the_same_shape(one: Period, other: Period) -> None:
    """Unless they are the same days, up to 28 February of a leap year; every span has its own shape."""
    assert same_shape(one, one)
    if one.kind is not other.kind or one.months != other.months:
        assert same_shape(one, other) is same_days(one, other)
    elif one.kind is not PeriodKind.DAYS:
        assert same_shape(one, other)


BREAK = Break(dataset="picss", id="headline", start=date(2024, 8, 1), description="It changed.")


@pytest.mark.parametrize(
    ("period", "earlier", "parted"),
    [
        ("2024-07", "2024-06", False),
        ("2024-08", "2024-07", True),
        ("2024-09", "2024-08", False),
        ("2025-10", "2023-10", True),
        ("2024-07", "2024-08", True),
        ("2024-08", "2024-09", False),
        ("2024", "2023", True),
        ("2025", "2024", True),
        ("2023", "2022", False),
        ("2024-Q3", "2024-Q4", True),
        ("2024-08-01/2024-08-10", "2024-08-20/2024-08-30", False),
        ("2024-08-01/2024-08-10", "2024-07-22/2024-07-31", True),
        ("2024-08-01/2024-08-01", "2024-07-31/2024-07-31", True),
    ],
)
def test_breaks_between_spans(period: str, earlier: str, *, parted: bool) -> None:
    """On one side there is none; across it, or where one of the spans holds it, it parts them."""
    claim = record("highest_since", period, reference_period="2010")

    assert breaks_between(claim, Period.of(earlier), (BREAK,)) == ((BREAK,) if parted else ())


@pytest.mark.parametrize(
    ("touched", "parted"),
    [
        ({"areas": "PK"}, True),
        ({"areas": "PK-BA PK-KP"}, False),
        ({"scopes": "all militant_attacks"}, True),
        ({"scopes": "all"}, False),
        ({"measures": "killed injured"}, True),
        ({"measures": "incidents"}, False),
        ({"areas": "PK", "scopes": "all"}, False),
    ],
)
def test_a_break_parts_what_it_touches(touched: dict[str, str], *, parted: bool) -> None:
    """One of another area, scope or measure does not."""
    lists: Any = {name: tuple(told.split()) for name, told in touched.items()}
    one = Break(dataset="picss", id="some", start=date(2024, 8, 1), description="It changed.", **lists)
    claim = record("highest_since", "2024-10", reference_period="2010")

    assert breaks_between(claim, Period.of("2024-01"), (one,)) == ((one,) if parted else ())
    assert breaks_between(claim, Period.of("2024-01"), (one, BREAK)) == ((one, BREAK) if parted else (BREAK,))
