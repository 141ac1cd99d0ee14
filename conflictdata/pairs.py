"""Two datasets side by side: a row for each span that both have, and how the two stand to each other over all of them."""

from collections.abc import Iterable
from typing import ClassVar

import attrs
from attrs import validators as v

from conflictdata import fields
from conflictdata.errors import InvalidValueError
from conflictdata.models import Figure, Record
from conflictdata.timeline import CALENDAR
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Area, Bound, Group, Mark, Measure, PeriodKind, Scope, Status

_Ends = tuple[int | None, int | None]


def difference(one: Interval, other: Interval) -> _Ends:
    """Give the ends of all differences that two intervals leave open.

    Args:
        one: The one.
        other: The other.

    Returns:
        The smallest and the largest difference, the other less the one; None where there is no limit.
    """
    low = None if one.high is None else other.low - one.high
    return low, None if other.high is None else other.high - one.low


def _ratio(value: int | None, bound: Bound | None, other: int | None, other_bound: Bound | None) -> float | None:
    """Divide the other number by the one, where both are exact and that can be done."""
    exact = bound is Bound.EXACT and other_bound is Bound.EXACT
    return other / value if exact and value and other is not None else None


@attrs.frozen(kw_only=True)
class Compared(Record):
    """The figures that two datasets have for one cell of one span, side by side.

    Differences and ratios go one way: what the second dataset, `other`, has against the first.

    Attributes:
        dataset: The first dataset.
        other: The second.
        period: The span that the numbers are about.
        area: Where.
        measure: What is counted.
        group: Who.
        scope: Of what kind of violence, in the first dataset.
        other_scope: Of what kind of violence, in the second.
        value: The number of the first; null where its pages leave none.
        bound: How it was stated; null where there is no value.
        low: The smallest number that fits it.
        high: The largest number that fits it; null where there is no upper limit.
        status: How well the figure of the first is supported.
        marks: What else to know of it.
        other_value: The number of the second; null where its pages leave none.
        other_bound: How it was stated; null where there is no value.
        other_low: The smallest number that fits it.
        other_high: The largest number that fits it; null where there is no upper limit.
        other_status: How well the figure of the second is supported.
        other_marks: What else to know of it.
        difference_low: The smallest difference that fits, the second less the first; null where there is no lower limit.
        difference_high: The largest difference that fits; null where there is no upper limit.
        ratio: The number of the second divided by that of the first, where both are exact and the first is not 0; else
            null.
        same: Whether the two are declared to count the same there.
        definitions: Why they do, or why not.
        breaks: The breaks of definition of either that take effect within the span, such as
            `picss:headline-all-deaths`.
    """

    drawn: ClassVar[str] = "comparison"

    dataset: str = attrs.field(validator=fields.name)
    other: str = attrs.field(validator=fields.name)
    period: Period = attrs.field(converter=fields.period)
    area: Area = attrs.field(converter=Area)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    scope: Scope = attrs.field(converter=Scope)
    other_scope: Scope = attrs.field(converter=Scope)
    value: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    bound: Bound | None = attrs.field(default=None, converter=attrs.converters.optional(Bound))
    low: int = attrs.field(validator=fields.not_negative)
    high: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    status: Status = attrs.field(converter=Status)
    marks: tuple[Mark, ...] = attrs.field(default=(), converter=fields.marks)
    other_value: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    other_bound: Bound | None = attrs.field(default=None, converter=attrs.converters.optional(Bound))
    other_low: int = attrs.field(validator=fields.not_negative)
    other_high: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    other_status: Status = attrs.field(converter=Status)
    other_marks: tuple[Mark, ...] = attrs.field(default=(), converter=fields.marks)
    difference_low: int | None = attrs.field(default=None, validator=v.optional(fields.whole))
    difference_high: int | None = attrs.field(default=None, validator=v.optional(fields.whole))
    ratio: float | None = attrs.field(default=None, validator=v.optional(fields.ratio))
    same: bool = attrs.field(validator=fields.flag)
    definitions: str = attrs.field(validator=fields.text)
    breaks: tuple[str, ...] = attrs.field(default=(), converter=fields.names)

    def __attrs_post_init__(self) -> None:
        """Hold the numbers against each other."""
        if self.dataset == self.other:
            raise InvalidValueError("other", f"{self.other!r} is not another dataset")
        one, other = Interval(self.low, self.high), Interval(self.other_low, self.other_high)
        told = (("low", self.value, self.bound, one), ("other_low", self.other_value, self.other_bound, other))
        for field, value, bound, interval in told:
            if value is not None and bound and Interval.of(value, bound) != interval:
                raise InvalidValueError(field, f"{interval} is not what {bound} {value} leaves open")
        if (self.difference_low, self.difference_high) != difference(one, other):
            raise InvalidValueError("difference_low", f"is not {other} less {one}")
        if self.ratio != _ratio(self.value, self.bound, self.other_value, self.other_bound):
            raise InvalidValueError("ratio", f"{self.ratio} is not {self.other_value} divided by {self.value}")

    @classmethod
    def of(cls, one: Figure, other: Figure, *, same: bool, definitions: str, breaks: Iterable[str] = ()) -> "Compared":
        """Set two figures side by side.

        Args:
            one: The figure of the first dataset.
            other: That of the second, of the same cell but for the scope.
            same: Whether the two count the same.
            definitions: Why, or why not.
            breaks: The breaks of definition that take effect within the span.

        Returns:
            The row.
        """
        low, high = difference(one.interval, other.interval)
        return cls(
            dataset=one.dataset,
            other=other.dataset,
            period=one.period,
            area=one.area,
            measure=one.measure,
            group=one.group,
            scope=one.scope,
            other_scope=other.scope,
            value=one.value,
            bound=one.bound,
            low=one.low,
            high=one.high,
            status=one.status,
            marks=one.marks,
            other_value=other.value,
            other_bound=other.bound,
            other_low=other.low,
            other_high=other.high,
            other_status=other.status,
            other_marks=other.marks,
            difference_low=low,
            difference_high=high,
            ratio=_ratio(one.value, one.bound, other.value, other.bound),
            same=same,
            definitions=definitions,
            breaks=tuple(breaks),
        )


@attrs.frozen(kw_only=True)
class ComparisonSummary(Record):
    """How the figures of two datasets stand to each other, over all spans that both have.

    Attributes:
        dataset: The first dataset.
        other: The second.
        area: Where.
        measure: What is counted.
        group: Who.
        scope: Of what kind of violence, in the first dataset.
        other_scope: Of what kind of violence, in the second.
        every: What kind of span.
        common: For how many spans both have a figure.
        same: For how many of those they are declared to count the same.
        left_out: How many of those are not compared, since they do not count the same.
        ratios: How many of those that are compared have a ratio.
        median_ratio: The median of the ratios, the number of the second divided by that of the first; null without any.
        largest: Up to three years in which the two disagree most, most first: by the median of how far the ratios of the
            year's spans are from 1, up or down by a factor. Ratios of 0 are left out of it; a year without a difference
            is not named.
    """

    dataset: str = attrs.field(validator=fields.name)
    other: str = attrs.field(validator=fields.name)
    area: Area = attrs.field(converter=Area)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    scope: Scope = attrs.field(converter=Scope)
    other_scope: Scope = attrs.field(converter=Scope)
    every: PeriodKind = attrs.field(converter=PeriodKind, validator=v.in_(CALENDAR))
    common: int = attrs.field(validator=fields.not_negative)
    same: int = attrs.field(validator=fields.not_negative)
    left_out: int = attrs.field(validator=fields.not_negative)
    ratios: int = attrs.field(validator=fields.not_negative)
    median_ratio: float | None = attrs.field(default=None, validator=v.optional(fields.ratio))
    largest: tuple[Period, ...] = attrs.field(default=(), converter=fields.periods)

    def __attrs_post_init__(self) -> None:
        """Hold the counts against each other."""
        if self.same + self.left_out > self.common:
            raise InvalidValueError("left_out", f"{self.same} and {self.left_out} are more than {self.common}")
        if self.ratios + self.left_out > self.common:
            raise InvalidValueError("ratios", f"{self.ratios} and {self.left_out} are more than {self.common}")
        if bool(self.ratios) != (self.median_ratio is not None):
            raise InvalidValueError("median_ratio", "there is one if and only if there is a ratio")

    @property
    def compared(self) -> int:
        """How many of the common spans are compared: the rows of the pair."""
        return self.common - self.left_out

    def __str__(self) -> str:
        """Say on one line how the two stand to each other."""
        said = [f"{self.common:,} common", f"{self.same:,} that count the same", f"{self.left_out:,} left out"]
        if self.median_ratio is not None:
            said.append(f"median ratio {self.other}/{self.dataset} {self.median_ratio:.2f} of {self.ratios:,}")
        if self.largest:
            said.append(f"largest disagreement in {', '.join(map(str, self.largest))}")
        return f"{self.dataset} and {self.other}: {'; '.join(said)}"
