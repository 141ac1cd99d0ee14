"""Reported figures beside those that events roll up to: never the same count, and in what they differ."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
from attrs import validators as v

from conflictdata import fields
from conflictdata.catalog import load
from conflictdata.dataset import Dataset
from conflictdata.definitions import Definitions
from conflictdata.engines import opened
from conflictdata.errors import InvalidValueError, MissingColumnsError, UnknownNameError
from conflictdata.layouts import EventMapping
from conflictdata.models import Figure, Record
from conflictdata.pairs import difference
from conflictdata.provenance import of_spans
from conflictdata.schema import to_arrow
from conflictdata.tables import Table
from conflictdata.timeline import of_cell
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Area, Bound, Group, Mark, Measure, PeriodKind, Scope, Status

if TYPE_CHECKING:
    from conflictdata import names

UNDECLARED = "Nothing declares in what the two counts differ, and nothing that they are the same."
_CELL = ("dataset", "area", "scope", "measure", "group")
_NEEDED = (*_CELL, "period", "value", "low", "high")


@attrs.frozen(kw_only=True)
class EventCompared(Record):
    """A reported figure, and what the events of a file roll up to for the same month, area and group.

    Attributes:
        dataset: The dataset of the figure.
        other: The dataset of the events.
        period: The month.
        area: Where.
        measure: What is counted.
        group: Who.
        scope: Of what kind of violence, in the dataset.
        other_scope: Of what kind, in the file.
        value: The number reported; null where its pages leave none.
        bound: How it was stated; null where there is no value.
        low: The smallest number that fits it.
        high: The largest number that fits it; null where there is no upper limit.
        status: How well the figure is supported.
        marks: What else to know of it.
        other_value: The sum of the best numbers of the events; null where one has none.
        other_low: The smallest number that the events leave.
        other_high: The largest; null where there is no upper limit.
        difference_low: The smallest difference that fits, the events less the figure; null where there is no lower limit.
        difference_high: The largest difference that fits; null where there is no upper limit.
        overlap: Whether some number fits both. It does not say that they count the same.
        definitions: In what the two counts differ.
    """

    dataset: str = attrs.field(validator=fields.name)
    other: str = attrs.field(validator=fields.name)
    period: Period = attrs.field(converter=fields.period)
    area: Area = attrs.field(converter=Area)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    scope: Scope = attrs.field(converter=Scope)
    other_scope: str = attrs.field(validator=fields.text)
    value: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    bound: Bound | None = attrs.field(default=None, converter=attrs.converters.optional(Bound))
    low: int = attrs.field(validator=fields.not_negative)
    high: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    status: Status = attrs.field(converter=Status)
    marks: tuple[Mark, ...] = attrs.field(default=(), converter=fields.marks)
    other_value: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    other_low: int = attrs.field(validator=fields.not_negative)
    other_high: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    difference_low: int | None = attrs.field(default=None, validator=v.optional(fields.whole))
    difference_high: int | None = attrs.field(default=None, validator=v.optional(fields.whole))
    overlap: bool = attrs.field(validator=fields.flag)
    definitions: str = attrs.field(validator=fields.text)

    def __attrs_post_init__(self) -> None:
        """Hold the numbers against each other."""
        one, other = Interval(self.low, self.high), Interval(self.other_low, self.other_high)
        if self.other_value is not None and self.other_value not in other:
            raise InvalidValueError("other_value", f"{self.other_value} is not within {other}")
        if (self.difference_low, self.difference_high) != difference(one, other):
            raise InvalidValueError("difference_low", f"is not {other} less {one}")
        if self.overlap == one.disjoint(other):
            raise InvalidValueError("overlap", f"is not what {one} and {other} have in common")

    def __str__(self) -> str:
        """Set the two side by side on one line."""
        one, other = Interval(self.low, self.high), Interval(self.other_low, self.other_high)
        told = "no best number" if self.other_value is None else f"{self.other_value:,}"
        how = "overlap" if self.overlap else "disjoint"
        return f"{self.period}: {self.dataset} {one}; {self.other} {told}, {other}; {how}"


@attrs.frozen(kw_only=True, repr=False, eq=False)
class EventComparison:
    """The figures of one cell of a dataset, and beside them those that events roll up to.

    Attributes:
        dataset: The dataset.
        mapping: The mapping of the events.
        scope: Of what kind of violence, in the dataset.
        other_scope: Of what kind, in the file.
        measure: What is counted.
        group: Who.
        area: Where.
        table: A row for each month that both have.
        alone: How many months the dataset alone has, and how many the events alone.
        definitions: What each counts there, then in what the two differ, a line each.
    """

    dataset: Dataset
    mapping: EventMapping
    scope: Scope
    other_scope: str
    measure: Measure
    group: Group
    area: Area
    table: Table[EventCompared]
    alone: tuple[int, int]
    definitions: tuple[str, ...]

    def __str__(self) -> str:
        """Say what is set side by side, how often the two overlap, and in what they differ."""
        names = self.dataset.name, self.mapping.dataset
        overlapping = sum(row.overlap for row in self.table)
        counts = (
            f"{len(self.table):,} common months: {overlapping:,} overlap, {len(self.table) - overlapping:,} are disjoint; "
            f"{names[0]} alone {self.alone[0]:,}, {names[1]} alone {self.alone[1]:,}"
        )
        cell = f"{self.measure.label}, {self.group.label}, {self.area.label}: {names[0]} beside {names[1]}"
        return "\n".join([cell, counts, *self.definitions])

    def __repr__(self) -> str:
        """Show what is set side by side, and the size."""
        return f"<EventComparison {self.dataset.name} beside {self.mapping.dataset}: {len(self.table):,} rows>"


def _told(events: Any, cell: Mapping[str, str]) -> dict[Period, tuple[int | None, Interval]]:
    """Take the rows of a cell of rolled-up events by their months; what is lazy is run for these alone."""
    frame = opened(events, "compare")
    import narwhals.stable.v2 as nw

    names = frame.collect_schema().names()
    if missing := [column for column in _NEEDED if column not in names]:
        raise MissingColumnsError(missing, names)
    kept = frame.filter(*(nw.col(column) == code for column, code in cell.items())).select("period", "value", "low", "high")
    table = (kept.collect("pyarrow") if isinstance(kept, nw.LazyFrame) else kept).to_arrow()
    found: dict[Period, tuple[int | None, Interval]] = {}
    for row in table.to_pylist():
        if row["period"] is None:  # events whose days cannot be used are in no month
            continue
        period = Period.of(row["period"])
        if period in found:
            raise InvalidValueError("events", f"{period} stands more than once for {' '.join(cell.values())}")
        found[period] = row["value"], Interval(row["low"], row["high"])
    return found


def beside(
    dataset: "names.DatasetName | Dataset",
    events: Any,
    mapping: EventMapping,
    *,
    measure: str,
    group: str,
    scope: str | Mapping[str, str],
    area: str = Area.PK,
) -> EventComparison:
    """Set the reported figures of a cell beside what the events of a file roll up to.

    Args:
        dataset: A dataset, or its name.
        events: The figures that `rollup` gave.
        mapping: The mapping that they were rolled up by.
        measure: What is counted.
        group: Who.
        scope: Of what kind of violence: one code for both, or one for the name of each.
        area: Where.

    Returns:
        The comparison.

    Raises:
        MissingExtraError: If narwhals is not installed.
        UnknownNameError: If the dataset has no such figures by month, or the mapping has no such group, scope or area.
        InvalidValueError: If the scope is not given for both, or the events are no figures of `rollup`.
        MissingColumnsError: If they lack its columns.
    """
    opened = load(dataset) if isinstance(dataset, str) else dataset
    names = opened.name, mapping.dataset
    scopes = dict.fromkeys(names, scope) if isinstance(scope, str) else dict(scope)
    if missing := [name for name in names if name not in scopes]:
        raise InvalidValueError("scope", f"names none for {', '.join(missing)}")
    own, other = Scope(scopes[names[0]]), scopes[names[1]]
    measures = (Measure.KILLED, Measure.INCIDENTS)
    groups = (Group.TOTAL, *mapping.groups) if measure == Measure.KILLED else (Group.TOTAL,)
    known = (("measure", measure, measures), ("group", group, groups), ("scope", other, mapping.scopes))
    for kind, code, valid in (*known, ("area", area, mapping.codes)):
        if code not in valid:
            raise UnknownNameError(f"{kind} of {names[1]}", code, valid)
    cell = Measure(measure), Group(group), Area(area)
    figures = of_cell(opened.figures, *cell, own, PeriodKind.MONTH, f"series of {names[0]} by month")
    told = _told(events, dict(zip(_CELL, (names[1], area, other, measure, group), strict=True)))
    reasons = mapping.differences(measure, group, other) or (UNDECLARED,)
    common = sorted(figures.keys() & told.keys())
    rows = [_row(figures[period], names[1], other, told[period], " ".join(reasons)) for period in common]
    counts = (
        (f"{names[0]}, {own.label}", Definitions.declared().counts.get(names[0], {}).get(own)),
        (f"{names[1]}, {other}", mapping.counts.get(other)),
    )
    return EventComparison(
        dataset=opened,
        mapping=mapping,
        scope=own,
        other_scope=other,
        measure=cell[0],
        group=cell[1],
        area=cell[2],
        table=Table(
            to_arrow(EventCompared, rows),
            EventCompared,
            f"{names[0]} beside {names[1]}: {measure} {group}, {area}",
            basis=opened.basis(partial(of_spans, figures)),
        ),
        alone=(len(figures) - len(common), len(told) - len(common)),
        definitions=(*(f"{head}: {said}" for head, said in counts if said), *reasons),
    )


def _row(figure: Figure, other: str, scope: str, told: tuple[int | None, Interval], definitions: str) -> EventCompared:
    """Set one figure beside one sum of events."""
    value, interval = told
    low, high = difference(figure.interval, interval)
    return EventCompared(
        dataset=figure.dataset,
        other=other,
        period=figure.period,
        area=figure.area,
        measure=figure.measure,
        group=figure.group,
        scope=figure.scope,
        other_scope=scope,
        value=figure.value,
        bound=figure.bound,
        low=figure.low,
        high=figure.high,
        status=figure.status,
        marks=figure.marks,
        other_value=value,
        other_low=interval.low,
        other_high=interval.high,
        difference_low=low,
        difference_high=high,
        overlap=not figure.interval.disjoint(interval),
        definitions=definitions,
    )
