"""Whether later reports leave figures as they were: the values that they give instead, by the very code of the rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from statistics import median_low
from typing import ClassVar, cast

import attrs
from attrs import validators as v

from conflictdata import fields, values
from conflictdata.errors import InvalidValueError
from conflictdata.models import Figure, Record, Source, Statement, cell_label, signed
from conflictdata.resolve import Cell, later, looked_again, mark_of, own_report, pages_of, pool_of, surely_by, voices_of
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Area, Bound, Group, Mark, Measure, Scope

MARKS = (Mark.REVISED, Mark.RESTATED_ONCE)


@attrs.frozen(kw_only=True)
class Revision(Record):
    """One value by which later reports restate the figure of a cell's own report.

    Attributes:
        dataset: The dataset.
        period: The span that the number is about.
        area: Where.
        scope: Of what kind of violence.
        measure: What is counted.
        group: Who.
        value: The figure's number, from the report on that very period.
        bound: How it was stated.
        low: The smallest number that fits the figure.
        high: The largest number that fits it; null where there is no upper limit.
        later_value: The exact number that later reports give instead.
        change: The later value less the figure's number; where that is a bound, less the number as it was stated.
        mark: What this later value makes of the figure: `revised` or `restated_once`.
        voices: How many voices give the later value.
        sources: The pages that give it, nearest to the publisher first; in tables, their ids.
        report_periods: The spans of the reports that give it.
        first_published: The day by which a page had surely stated the figure.
        later_published: The day by which a page had surely given the later value.
        lag_low: The fewest days that can lie between the first page with the figure and the first with the later value;
            below zero where the days of the pages leave open which was first.
        lag_high: The most days that can; the same number where both pages show their day.
    """

    drawn: ClassVar[str] = "revisions"

    dataset: str = attrs.field(validator=fields.name)
    period: Period = attrs.field(converter=fields.period)
    area: Area = attrs.field(converter=Area)
    scope: Scope = attrs.field(converter=Scope)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    value: int = attrs.field(validator=fields.not_negative)
    bound: Bound = attrs.field(converter=Bound)
    low: int = attrs.field(validator=fields.not_negative)
    high: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    later_value: int = attrs.field(validator=fields.not_negative)
    change: int = attrs.field(validator=fields.whole)
    mark: Mark = attrs.field(converter=Mark, validator=v.in_(MARKS))
    voices: int = attrs.field(validator=fields.not_negative)
    sources: tuple[Source, ...] = attrs.field(
        validator=[fields.all_of(Source, "Source"), fields.some], repr=lambda s: f"<{len(s)} sources>"
    )
    report_periods: tuple[Period, ...] = attrs.field(converter=fields.periods)
    first_published: date = attrs.field(validator=values.day)
    later_published: date = attrs.field(validator=values.day)
    lag_low: int = attrs.field(validator=fields.whole)
    lag_high: int = attrs.field(validator=fields.whole)

    def __attrs_post_init__(self) -> None:
        """Hold the numbers against each other."""
        if Interval.of(self.value, self.bound) != Interval(self.low, self.high):
            raise InvalidValueError("low", f"{Interval(self.low, self.high)} is not {self.bound} {self.value}")
        if self.later_value in Interval(self.low, self.high):
            raise InvalidValueError("later_value", f"{self.later_value} fits the figure, and restates nothing")
        if self.change != self.later_value - self.value:
            raise InvalidValueError("change", f"{self.change} is not {self.later_value} less {self.value}")
        if not self.lag_low <= (self.later_published - self.first_published).days <= self.lag_high:
            problem = (
                f"{self.lag_low} to {self.lag_high} days leave no room for {self.first_published} to {self.later_published}"
            )
            raise InvalidValueError("lag_low", problem)

    @property
    def raises(self) -> bool:
        """Whether the later value lies above all that fits the figure; else it lies below."""
        return self.later_value > self.low

    def __str__(self) -> str:
        """Give the cell, the figure's number, the later one and what it makes of the figure on one line."""
        said = f"{signed(self.value, self.bound)}, then {self.later_value:,}"
        return f"{cell_label(self)}: {said} ({self.mark.label})"


@attrs.frozen(kw_only=True)
class RevisionSummary(Record):
    """How often later reports looked at the figures of a dataset again, and what they made of them.

    A later value from one voice only, `restated_once`, is not counted as a revision: it may be that voice's slip.

    Attributes:
        dataset: The dataset.
        figures: How many figures rest on the report on their own period, and have a value.
        looked_at_again: For how many of those a later report gives an exact number, the same or another.
        revised: How many of those are revised.
        raised: How many of the revised have later values above the figure alone.
        lowered: How many have later values below it alone.
        dated: How many later values that revise have a lag of one number, since the pages show their days.
        median_lag_days: The median of those lags, the lower of the two in the middle; null where there are none.
    """

    dataset: str = attrs.field(validator=fields.name)
    figures: int = attrs.field(validator=fields.not_negative)
    looked_at_again: int = attrs.field(validator=fields.not_negative)
    revised: int = attrs.field(validator=fields.not_negative)
    raised: int = attrs.field(validator=fields.not_negative)
    lowered: int = attrs.field(validator=fields.not_negative)
    dated: int = attrs.field(validator=fields.not_negative)
    median_lag_days: int | None = attrs.field(default=None, validator=v.optional(fields.whole))


def _revisable(figures: Iterable[Figure], statements: Iterable[Statement]) -> Iterator[tuple[Figure, Cell, list[Statement]]]:
    """Give the figures that a later report can revise, each with its cell and all statements of that."""
    told: dict[Cell, list[Statement]] = defaultdict(list)
    for statement in statements:
        told[Cell.of(statement)].append(statement)
    for figure in figures:
        cell = Cell.of(figure)
        pool = pool_of(told[cell])
        if figure.value is not None and pool and own_report(pool, cell):
            yield figure, cell, told[cell]


def _restated(figure: Figure, cell: Cell, statements: list[Statement]) -> Iterator[Revision]:
    """Give a row for each later value of one figure that can be revised: it has a value."""
    before = cast("int", figure.value)
    for value, giving in later(statements, cell, figure.interval).items():
        published = surely_by(giving)
        soonest = min(statement.source.published_from for statement in giving)
        first = min(page.published_from for page in figure.sources)
        yield Revision(
            dataset=figure.dataset,
            period=cell.period,
            area=cell.area,
            scope=cell.scope,
            measure=cell.measure,
            group=cell.group,
            value=before,
            bound=cast("Bound", figure.bound),
            low=figure.low,
            high=figure.high,
            later_value=value,
            change=value - before,
            mark=mark_of(giving),
            voices=voices_of(giving),
            sources=pages_of(giving),
            report_periods=tuple(sorted({statement.report_period for statement in giving})),
            first_published=figure.first_published,
            later_published=published,
            lag_low=(soonest - figure.first_published).days,
            lag_high=(published - first).days,
        )


def revisions(figures: Iterable[Figure], statements: Iterable[Statement]) -> list[Revision]:
    """Give the values by which later reports restate figures.

    Args:
        figures: Figures of one dataset.
        statements: All its statements.

    Returns:
        A row for each cell and later value, ordered by cell, then by value. The cells are those of the figures marked
        `revised` or `restated_once`.
    """
    rows = [row for told in _revisable(figures, statements) for row in _restated(*told)]
    return sorted(rows, key=lambda row: (Cell.of(row), row.later_value))


def summary(dataset: str, figures: Iterable[Figure], statements: Iterable[Statement]) -> RevisionSummary:
    """Count the figures that later reports looked at again, and those that they revised.

    Args:
        dataset: The name of the dataset.
        figures: Its figures, or some of them.
        statements: All its statements.

    Returns:
        The counts.
    """
    own = list(_revisable(figures, statements))
    by_cell = [[row for row in _restated(*told) if row.mark is Mark.REVISED] for told in own]
    revised = [rows for rows in by_cell if rows]
    lags = [row.lag_low for rows in revised for row in rows if row.lag_low == row.lag_high]
    return RevisionSummary(
        dataset=dataset,
        figures=len(own),
        looked_at_again=sum(bool(looked_again(told, cell)) for _, cell, told in own),
        revised=len(revised),
        raised=sum(all(row.raises for row in rows) for rows in revised),
        lowered=sum(not any(row.raises for row in rows) for rows in revised),
        dated=len(lags),
        median_lag_days=median_low(lags) if lags else None,
    )
