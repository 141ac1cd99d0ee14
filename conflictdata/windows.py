"""The spans that a record claim is about: those that "the highest since" is held against."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from conflictdata.models import Break, Claim
from conflictdata.values import Period
from conflictdata.vocabulary import Bound, ClaimKind, PeriodKind

_CALENDAR = {PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR}
_SINCE = {ClaimKind.HIGHEST_SINCE, ClaimKind.LOWEST_SINCE}
_OF = {ClaimKind.HIGHEST_OF, ClaimKind.LOWEST_OF}
HIGHEST = {ClaimKind.HIGHEST_SINCE, ClaimKind.HIGHEST_OF, ClaimKind.HIGHEST_IN_YEARS}
_MONTHS = 12


def same_shape(one: Period, other: Period) -> bool:
    """Whether two spans can be compared: as many months of the same kind, or as many days, or the same days of two years."""
    days = one.end - one.start, other.end - other.start
    as_long = one.months == other.months and (one.kind is not PeriodKind.DAYS or days[0] == days[1])
    return (one.kind is other.kind and as_long) or _of_year(one) == _of_year(other)


def _of_year(period: Period) -> tuple[int, ...]:
    """Give the days of a year on which a span begins and ends, whichever year: a 29 February between them or not."""
    first, last = period.start, period.end
    return first.month, first.day, last.year - first.year, last.month, last.day


def before(period: Period) -> Period:
    """Give the span of the same length that ends the day before this one begins."""
    end = period.start - timedelta(days=1)
    if not period.months:
        return Period(end - (period.end - period.start), end)
    months = end.year * _MONTHS + end.month - period.months
    return Period(date(months // _MONTHS, months % _MONTHS + 1, 1), end)


def _earlier(day: date, years: int) -> date:
    """Give the same day of an earlier year; the day after for a 29 February that there was not."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def _years_before(period: Period, years: int) -> Period | None:
    """Give the same days of an earlier year; None where that year has no such day."""
    try:
        start = period.start.replace(year=period.start.year - years)
        if not period.months:
            return Period(start, period.end.replace(year=period.end.year - years))
    except ValueError:  # 29 February
        return None
    after = period.end + timedelta(days=1)
    return Period(start, after.replace(year=after.year - years) - timedelta(days=1))


@lru_cache(maxsize=1024)
def _like(period: Period, start: date, end: date) -> tuple[Period, ...]:
    """Give the spans of the same kind and length within some days; of a run, the same days of each year."""
    if period.kind in _CALENDAR:
        found: Iterable[Period | None] = Period.index(period.kind, start, end)
    else:
        found = (_years_before(period, years) for years in range(period.end.year - start.year + 1, 0, -1))
    return tuple(span for span in found if span and start <= span.start and span.end <= end)


def window_of(claim: Claim) -> tuple[Period, ...] | None:
    """Give the spans that a record claim is held against.

    Args:
        claim: A claim of a highest or lowest.

    Returns:
        Spans of the claim's own kind and length, without its own: after the reference period and before the claim's; or
        within the reference period, as far as the report reaches; or of the years that end with the claim's span, for
        `more_than` one span more. Of a run of months or days, the same ones of each year. None where the length of the
        window is not known, as with "about ten years".
    """
    period = claim.period
    if claim.claim in _OF and claim.reference_period:
        within = claim.reference_period
        spans = _like(period, within.start, min(within.end, claim.report_period.end))
        return tuple(span for span in spans if not span.overlaps(period))
    last = period.start - timedelta(days=1)
    if claim.claim in _SINCE and claim.reference_period:
        return _like(period, claim.reference_period.end + timedelta(days=1), last)
    years = claim.value
    if years is None or years != int(years) or claim.bound in {Bound.ABOUT, Bound.AT_MOST}:
        return None
    found = _like(period, _earlier(period.end + timedelta(days=1), int(years)), last)
    if claim.bound is Bound.MORE_THAN:
        more = before(found[0] if found else period) if period.kind in _CALENDAR else _years_before(period, int(years))
        return (more, *found) if more and not more.overlaps(period) else found
    return found


def breaks_between(claim: Claim, earlier: Period, breaks: tuple[Break, ...]) -> tuple[Break, ...]:
    """Give the breaks of definition for which two spans do not lie on one side.

    Args:
        claim: Says the area, the scope, the measure, and one of the spans.
        earlier: The other span.
        breaks: The breaks of the dataset.

    Returns:
        Those that touch the cell.
    """
    first, last = min(earlier.start, claim.period.start), max(earlier.end, claim.period.end)
    return tuple(
        b for b in breaks if first < b.start <= last and b.touches(area=claim.area, scope=claim.scope, measure=claim.measure)
    )
