"""Periods and intervals."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conflictdata import Bound, Interval, InvalidValueError, Period, PeriodKind, UnknownNameError, values
from conflictdata.testing import counts, days, intervals, periods


@pytest.fixture(autouse=True)
def forget() -> None:
    """Let every test read its periods anew, and not from the cache of another."""
    values._parse.cache_clear()  # noqa: SLF001


@pytest.mark.parametrize(
    ("code", "kind", "start", "end"),
    [
        ("2025-10", PeriodKind.MONTH, date(2025, 10, 1), date(2025, 10, 31)),
        ("2024-02", PeriodKind.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-Q3", PeriodKind.QUARTER, date(2025, 7, 1), date(2025, 9, 30)),
        ("2025-H2", PeriodKind.HALF, date(2025, 7, 1), date(2025, 12, 31)),
        ("2025", PeriodKind.YEAR, date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-01/2025-09", PeriodKind.MONTHS, date(2025, 1, 1), date(2025, 9, 30)),
        ("2013-01/2018-12", PeriodKind.MONTHS, date(2013, 1, 1), date(2018, 12, 31)),
        ("2023-01-01/2023-12-25", PeriodKind.DAYS, date(2023, 1, 1), date(2023, 12, 25)),
        ("2023-02-03/2023-02-03", PeriodKind.DAYS, date(2023, 2, 3), date(2023, 2, 3)),
    ],
)
def test_a_code_names_a_span_of_days(code: str, kind: PeriodKind, start: date, end: date) -> None:
    """Each form of code has its kind, its first and its last day, and is written back as it was."""
    period = Period.of(code)

    assert (kind, start, end) == (period.kind, period.start, period.end)
    assert code == period.code == str(period)


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("2025-07/2025-09", "2025-Q3"),
        ("2023-01/2023-06", "2023-H1"),
        ("2025-01/2025-12", "2025"),
        ("2025-Q1/2025-Q2", "2025-H1"),
        ("2025-01-01/2025-01-31", "2025-01"),
        ("2024/2025", "2024-01/2025-12"),
    ],
)
def test_one_span_has_one_name(long: str, short: str) -> None:
    """Two ways to write the same days give one period, written in its shortest form."""
    assert Period.of(short) == Period.of(long)
    assert short == Period.of(long).code


@pytest.mark.parametrize(
    "text",
    [
        *("", "25-10", "2025-Q5", "2025-H3", "2025-1", "2025-10-01", "2025-10/", "/2025-10", "2025-10/2025-Q4"),
        *("2025-10-01/2025-10", "2025/2025-10", "October 2025", "2025-10 ", "\N{FULLWIDTH DIGIT TWO}025"),
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    """The error shows the text and every form that a period has."""
    forms = "2025-10, 2025-Q3, 2025-H1, 2025, 2025-01/2025-09 or 2023-01-01/2023-12-25"
    with pytest.raises(InvalidValueError) as caught:
        Period.of(text)

    assert (caught.value.field, caught.value.problem) == ("period", f"{text!r} is not a period; write it like {forms}")


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "0000", "2025-02-30/2025-03-01", "2025-01/2025-13"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    """A thirteenth month and a thirtieth of February have the form of a period."""
    with pytest.raises(InvalidValueError) as caught:
        Period.of(text)

    problem = f"{text!r} names a day or month that does not exist"
    assert (caught.value.field, caught.value.problem) == ("period", problem)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("2025-10/2025-09", "2025-10-01", "2025-09-30"), ("2025-12-31/2025-01-01", "2025-12-31", "2025-01-01")],
)
def test_a_span_does_not_end_before_it_starts(text: str, start: str, end: str) -> None:
    """The error shows both days; a span of one day is one."""
    with pytest.raises(InvalidValueError) as caught:
        Period.of(text)

    problem = f"the span ends ({end}) before it starts ({start})"
    assert (caught.value.field, caught.value.problem) == ("period", problem)
    assert Period(date(2025, 1, 1), date(2025, 1, 1)).kind is PeriodKind.DAYS


def test_periods_are_ordered_by_start_then_end() -> None:
    """The month comes before the quarter and the year that begin with it."""
    codes = ["2025-Q1", "2024", "2025", "2025-01", "2025-02"]

    assert [p.code for p in sorted(map(Period.of, codes))] == ["2024", "2025-01", "2025-Q1", "2025", "2025-02"]


def test_containment_and_overlap() -> None:
    """A period holds those whose days are all its own; a period holds itself."""
    year, month = Period.of("2025"), Period.of("2025-10")

    assert month in year
    assert Period.of("2025-01/2025-12") in year
    assert year not in month
    assert Period.of("2025-12-20/2026-01-05") not in year
    assert Period.of("2025-12-20/2026-01-05").overlaps(year)
    assert not Period.of("2026-01").overlaps(year)
    assert Period.of("2025-01-05/2025-01-09").overlaps(Period.of("2025-01-01/2025-01-05"))
    assert Period.of("2025-01-01/2025-01-05").overlaps(Period.of("2025-01-05/2025-01-09"))


@given(periods())
def test_the_code_of_any_period_gives_it_back(period: Period) -> None:
    """Writing and reading a period loses nothing."""
    assert period == Period.of(period.code)
    assert eval(repr(period), {"Period": Period}) == period  # noqa: S307  its own repr


@given(periods())
@example(Period(date(2004, 10, 30), date(2005, 2, 28)))  # 122 days, and the 122 after them are four whole months
def test_the_next_period_follows_on(period: Period) -> None:
    """The next period begins the day after, and has as many months, or days where it is no run of months."""
    following = period.next()

    assert period.end + timedelta(days=1) == following.start
    if period.months:
        assert period.months == following.months
    else:
        assert period.end - period.start == following.end - following.start


@given(periods(), periods())
def test_containment_is_of_days(one: Period, other: Period) -> None:
    """One period lies in another if and only if its first and last day do."""
    assert (one in other) == (other.start <= one.start and one.end <= other.end)
    assert one.overlaps(other) == other.overlaps(one)


@given(st.sampled_from(["month", "quarter", "half", "year"]), days(), days())
def test_an_index_has_no_gap(kind: str, one: date, other: date) -> None:
    """The index walks every span that touches the days, each beginning where the last ended."""
    start, end = sorted((one, other))
    index = list(Period.index(PeriodKind(kind), start, end))

    assert index[0].start <= start <= index[0].end
    assert index[-1].start <= end <= index[-1].end
    assert all(a.next() == b for a, b in pairwise(index))
    assert {kind} == {str(period.kind) for period in index}


def test_runs_do_not_divide_the_calendar() -> None:
    """An index by runs of days is refused."""
    with pytest.raises(InvalidValueError) as caught:
        list(Period.index(PeriodKind.DAYS, date(2025, 1, 1), date(2025, 2, 1)))

    assert str(caught.value) == "kind: days does not divide the calendar; valid: month, quarter, half, year"


@pytest.mark.parametrize(
    ("bound", "low", "high", "text"),
    [
        (Bound.EXACT, 100, 100, "100"),
        (Bound.AT_LEAST, 100, None, "100 or more"),
        (Bound.MORE_THAN, 101, None, "101 or more"),
        (Bound.AT_MOST, 0, 100, "0 to 100"),
        (Bound.ABOUT, 0, None, "0 or more"),
    ],
)
def test_a_bound_leaves_an_interval_open(bound: Bound, low: int, high: int | None, text: str) -> None:
    """Each bound has its interval."""
    interval = Interval.of(100, bound)

    assert Interval(low, high) == interval
    assert text == str(interval)


@given(intervals(), intervals(), counts())
def test_disjoint_intervals_share_no_number(one: Interval, other: Interval, number: int) -> None:
    """A number that fits both shows that they are not disjoint; if they are not, the higher low end fits both."""
    assert one.disjoint(other) == other.disjoint(one)
    if number in one and number in other:
        assert not one.disjoint(other)
    if not one.disjoint(other):
        shared = max(one.low, other.low)
        assert shared in one
        assert shared in other


@given(intervals())
def test_an_interval_holds_its_ends(interval: Interval) -> None:
    """The ends fit, what lies below or above does not."""
    assert interval.low in interval
    assert interval.low - 1 not in interval
    if interval.high is None:
        assert interval.low + 1_000_000 in interval
    else:
        assert interval.high in interval
        assert interval.high + 1 not in interval


@pytest.mark.parametrize("low", [-5, True, 1.5, "3"])
def test_an_interval_is_of_whole_numbers(low: Any) -> None:
    """Counts are whole and not below 0; a bound is one of the five."""
    with pytest.raises(InvalidValueError, match=r"low: .* is not a whole number of 0 or more"):
        Interval(low, None)
    with pytest.raises(UnknownNameError, match="unknown bound 'foo'"):
        Interval.of(5, "foo")


def test_a_period_is_of_days() -> None:
    """Neither a number nor a moment of a day is taken; a code may stand for a period."""
    for value in (2025, None, date(2025, 1, 1)):
        with pytest.raises(InvalidValueError) as caught:
            Period.of(value)  # type: ignore[arg-type]
        assert caught.value.field == "period"
        assert caught.value.problem.startswith(f"{value!r} is not a period; write it like 2025-10, ")
    with pytest.raises(InvalidValueError, match=r"start: .* is not a day"):
        Period(datetime(2025, 1, 1, tzinfo=UTC), date(2025, 1, 31))
    assert "2025-10" in Period.of("2025")
    assert Period.of("2025").overlaps("2025-10/2026-02")


def test_an_interval_does_not_end_before_it_begins() -> None:
    """A high end below the low end is refused."""
    with pytest.raises(InvalidValueError) as caught:
        Interval(3, 2)

    assert str(caught.value) == "high: 2 lies below low, 3"
