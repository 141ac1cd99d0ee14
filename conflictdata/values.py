"""The two value types of the record: a span of days, and an interval of counts."""

import calendar
import functools
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Self, assert_never

import attrs

from conflictdata.errors import InvalidValueError
from conflictdata.vocabulary import Bound, PeriodKind

MONTHS_IN = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
_POINT = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d\d)(?:-(\d\d))?))?", re.ASCII)
_FORMS = "2025-10, 2025-Q3, 2025-H1, 2025, 2025-01/2025-09 or 2023-01-01/2023-12-25"


@functools.lru_cache(maxsize=4096)
def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _point(text: str) -> tuple[date, date, str] | None:
    """Read one side of a period: first day, last day, and the form it is written in."""
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    year, quarter, half, month, day = (int(part) if part else 0 for part in match.groups())
    if day:
        return date(year, month, day), date(year, month, day), "day"
    if match[4]:
        return date(year, month, 1), _month_end(year, month), "month"
    if quarter:
        return date(year, quarter * 3 - 2, 1), _month_end(year, quarter * 3), "quarter"
    if half:
        return date(year, half * 6 - 5, 1), _month_end(year, half * 6), "half"
    return date(year, 1, 1), date(year, 12, 31), "year"


def day(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Hold the field to a day."""
    if type(value) is not date:  # a datetime is no day
        raise InvalidValueError(attribute.name, f"{value!r} is not a day")


def count(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Hold the field to a whole number of 0 or more."""
    if type(value) is not int or value < 0:  # a bool is no count
        raise InvalidValueError(attribute.name, f"{value!r} is not a whole number of 0 or more")


def _check_end(period: "Period", _: object, end: date) -> None:
    if end < period.start:
        problem = f"the span ends ({end}) before it starts ({period.start})"
        raise InvalidValueError("period", problem)


@attrs.frozen(order=True, repr=False)
class Period:
    """A span of whole days: a month, quarter, half or year, or a run of months or days.

    Two periods are equal if they hold the same days, however they were written: `2025-07/2025-09` is `2025-Q3`.
    They are ordered by their first day, then by their last.

    Attributes:
        start: The first day.
        end: The last day, included.
    """

    start: date = attrs.field(validator=day)
    end: date = attrs.field(validator=[day, _check_end])

    @classmethod
    def of(cls, value: "str | Period") -> "Period":
        """Read a period from its code, or pass one through.

        Args:
            value: A month `2025-10`, quarter `2025-Q3`, half `2025-H1`, year `2025`, a run of months
                `2025-01/2025-09` or of days `2023-01-01/2023-12-25`.

        Returns:
            The period.

        Raises:
            InvalidValueError: If the text is no such code, or the span ends before it starts.

        Examples:
            >>> import conflictdata as cd
            >>> quarter = cd.Period.of("2025-07/2025-09")
            >>> quarter, str(quarter.start), quarter.kind.label
            (Period.of('2025-Q3'), '2025-07-01', 'quarter')
            >>> "2025-08" in quarter
            True
        """
        if isinstance(value, Period):
            return value
        if not isinstance(value, str):
            raise InvalidValueError("period", f"{value!r} is not a period; write it like {_FORMS}")
        return _parse(value)

    @property
    def months(self) -> int:
        """How many whole months this is; 0 for a run of days."""
        if self.start.day != 1 or self.end != _month_end(self.end.year, self.end.month):
            return 0
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    @property
    def kind(self) -> PeriodKind:
        """Whether this is a month, quarter, half, year, run of months or run of days."""
        months = self.months
        for kind, length in MONTHS_IN.items():
            if months == length and (self.start.month - 1) % length == 0:
                return kind
        return PeriodKind.MONTHS if months else PeriodKind.DAYS

    @property
    def code(self) -> str:
        """The shortest name of this span, as the record writes it."""
        year, month = self.start.year, self.start.month
        match self.kind:
            case PeriodKind.MONTH:
                return f"{year:04}-{month:02}"
            case PeriodKind.QUARTER:
                return f"{year:04}-Q{month // 3 + 1}"
            case PeriodKind.HALF:
                return f"{year:04}-H{month // 6 + 1}"
            case PeriodKind.YEAR:
                return f"{year:04}"
            case PeriodKind.MONTHS:
                return f"{year:04}-{month:02}/{self.end.year:04}-{self.end.month:02}"
            case _:
                return f"{self.start}/{self.end}"

    def __contains__(self, other: "str | Period") -> bool:
        """Whether all days of the other period, or of the one of that code, are days of this one."""
        other = Period.of(other)
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "str | Period") -> bool:
        """Whether the two share a day.

        Examples:
            >>> import conflictdata as cd
            >>> cd.Period.of("2025-Q4").overlaps("2025"), cd.Period.of("2025-Q4").overlaps("2025-09")
            (True, False)
        """
        other = Period.of(other)
        return self.start <= other.end and other.start <= self.end

    def next(self) -> "Period":
        """Give the span of the same length that begins the day after this one ends.

        Months count as months, so that the span after `2025-01` is `2025-02`.

        Examples:
            >>> import conflictdata as cd
            >>> cd.Period.of("2025-12").next(), cd.Period.of("2025-H2").next()
            (Period.of('2026-01'), Period.of('2026-H1'))
        """
        start = self.end + timedelta(days=1)
        months = self.months
        if not months:
            return Period(start, start + (self.end - self.start))
        last = start.month - 1 + months - 1
        return Period(start, _month_end(start.year + last // 12, last % 12 + 1))

    @classmethod
    def index(cls, kind: PeriodKind, start: date, end: date) -> "Iterator[Period]":
        """Walk all months, quarters, halves or years that touch the days from start to end.

        Args:
            kind: One of the four calendar kinds.
            start: The first day.
            end: The last day, included.

        Yields:
            Each period, without a gap, in order.

        Raises:
            InvalidValueError: For a kind that does not divide the calendar.
        """
        if kind not in MONTHS_IN:
            raise InvalidValueError("kind", f"{kind} does not divide the calendar; valid: {', '.join(MONTHS_IN)}")
        first = (start.month - 1) // MONTHS_IN[kind] * MONTHS_IN[kind] + 1
        period = cls(date(start.year, first, 1), _month_end(start.year, first + MONTHS_IN[kind] - 1))
        while period.start <= end:
            yield period
            period = period.next()

    def __str__(self) -> str:
        """Give the code."""
        return self.code

    def __repr__(self) -> str:
        """Give the call that makes this period."""
        return f"Period.of({self.code!r})"


@functools.lru_cache(maxsize=4096)
def _parse(text: str) -> Period:
    first, slash, second = text.partition("/")
    try:
        start, end = _point(first), _point(second) if slash else None
    except ValueError as error:  # a month 13 or a day 31 of a short month
        raise InvalidValueError("period", f"{text!r} names a day or month that does not exist") from error
    written_well = start is not None and (end is not None and start[2] == end[2] if slash else start[2] != "day")
    if not written_well or start is None:
        raise InvalidValueError("period", f"{text!r} is not a period; write it like {_FORMS}")
    return Period(start[0], end[1] if end else start[1])


def _check_high(interval: "Interval", _: object, high: int | None) -> None:
    if high is not None and high < interval.low:
        raise InvalidValueError("high", f"{high} lies below low, {interval.low}")


@attrs.frozen
class Interval:
    """The whole numbers that a bounded count leaves open.

    Attributes:
        low: The smallest number that fits.
        high: The largest number that fits; None where there is no upper limit.

    Examples:
        >>> import conflictdata as cd
        >>> 120 in cd.Interval(100, None), str(cd.Interval(100, None)), str(cd.Interval(10, 12))
        (True, '100 or more', '10 to 12')
    """

    low: int = attrs.field(validator=count)
    high: int | None = attrs.field(validator=[attrs.validators.optional(count), _check_high])

    @classmethod
    def of(cls, value: int, bound: str) -> Self:
        """Give the interval of a value under a bound.

        Args:
            value: The number as stated, 0 or more.
            bound: How it was stated.

        Returns:
            `exact` gives [v, v], `at_least` [v, no limit), `more_than` [v + 1, no limit), `at_most` [0, v],
            and `about`, which says nothing certain, [0, no limit).

        Examples:
            >>> import conflictdata as cd
            >>> str(cd.Interval.of(100, "at_least")), str(cd.Interval.of(100, "at_most")), cd.Interval.of(100, "about")
            ('100 or more', '0 to 100', Interval(low=0, high=None))
        """
        match Bound(bound):
            case Bound.EXACT:
                return cls(value, value)
            case Bound.AT_LEAST:
                return cls(value, None)
            case Bound.MORE_THAN:
                return cls(value + 1, None)
            case Bound.AT_MOST:
                return cls(0, value)
            case Bound.ABOUT:
                return cls(0, None)
            case _ as never:
                assert_never(never)

    def __contains__(self, value: int) -> bool:
        """Whether the number fits."""
        return self.low <= value and (self.high is None or value <= self.high)

    def disjoint(self, other: "Interval") -> bool:
        """Whether no number fits both.

        Examples:
            >>> import conflictdata as cd
            >>> cd.Interval(100, None).disjoint(cd.Interval(90, 99))
            True
        """
        below = self.high is not None and self.high < other.low
        above = other.high is not None and other.high < self.low
        return below or above

    def __str__(self) -> str:
        """Give `458` for a single number, else `100 to 200` or `645 or more`."""
        if self.high is None:
            return f"{self.low:,} or more"
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"
