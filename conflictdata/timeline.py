"""One cell over time: a complete index, with gaps and breaks of definition shown."""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import ClassVar

import attrs
from attrs import validators as v

from conflictdata import fields
from conflictdata.errors import UnknownNameError
from conflictdata.models import Break, Figure, Record, Source, Statement
from conflictdata.provenance import Basis, of_spans
from conflictdata.schema import to_arrow
from conflictdata.tables import Behind, FigureTable, Origin, Table
from conflictdata.values import Period
from conflictdata.vocabulary import Area, Bound, Caveat, Group, Mark, Measure, PeriodKind, Scope, Status


@attrs.frozen(kw_only=True)
class Point(Record):
    """One span of a series: a figure, or a gap.

    Attributes:
        period: The span.
        value: The number; null for a gap and where the pages leave none.
        bound: How it was stated; null without a value.
        low: The smallest number that fits; null for a gap.
        high: The largest number that fits; null for a gap and where there is no upper limit.
        status: How well the figure is supported; null for a gap.
        marks: What else to know of the figure.
        caveats: What every statement of the figure carries.
        gap: Whether no page of the record gives a figure for this span.
        breaks: The breaks of definition that take effect in this span, by id; a span with one may mix both meanings.
        segment: How many breaks have taken effect by the end of this span: rows of one segment mean the same.
    """

    drawn: ClassVar[str] = "series"

    period: Period = attrs.field(converter=fields.period)
    value: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    bound: Bound | None = attrs.field(default=None, converter=attrs.converters.optional(Bound))
    low: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    high: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    status: Status | None = attrs.field(default=None, converter=attrs.converters.optional(Status))
    marks: tuple[Mark, ...] = attrs.field(default=(), converter=fields.marks)
    caveats: tuple[Caveat, ...] = attrs.field(default=(), converter=fields.caveats)
    gap: bool = attrs.field(validator=fields.flag)
    breaks: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    segment: int = attrs.field(default=0, validator=fields.not_negative)


@attrs.frozen(kw_only=True)
class Coverage(Record):
    """Which spans of one kind a cell's figures cover.

    Attributes:
        dataset: The dataset.
        area: Where.
        scope: Of what kind of violence.
        measure: What is counted.
        group: Who.
        period_kind: What kind of span.
        figures: How many spans have a figure.
        missing: How many spans between the first and the last have none; null for runs, which need not follow on.
        subset_only: How many spans have statements on a part of the cell, and no figure.
        first: The first span with a statement.
        last: The last span with a statement.
    """

    drawn: ClassVar[str] = "coverage"

    dataset: str = attrs.field(validator=fields.name)
    area: Area = attrs.field(converter=Area)
    scope: Scope = attrs.field(converter=Scope)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    period_kind: PeriodKind = attrs.field(converter=PeriodKind)
    figures: int = attrs.field(validator=fields.not_negative)
    missing: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    subset_only: int = attrs.field(validator=fields.not_negative)
    first: Period = attrs.field(converter=fields.period)
    last: Period = attrs.field(converter=fields.period)


CALENDAR = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)


def _near(figures: FigureTable, asked: tuple[Measure, Group, Area, Scope]) -> list[str]:
    """Name the cells that differ from the asked one in one axis alone, or else all scopes and areas of its measure."""
    cells = {(figure.measure, figure.group, figure.area, figure.scope): None for figure in figures}
    near = [cell for cell in cells if sum(a != b for a, b in zip(cell, asked, strict=True)) == 1] or list(cells)
    ordered = sorted(near, key=lambda cell: [code.rank for code in cell])
    return [f"measure={m} group={g} area={a} scope={s}" for m, g, a, s in ordered]


def of_cell(
    figures: FigureTable, measure: Measure, group: Group, area: Area, scope: Scope, every: PeriodKind, what: str
) -> dict[Period, Figure]:
    """Give the figures of one cell by their spans.

    Args:
        figures: The figures of a dataset.
        measure: What is counted.
        group: Who.
        area: Where.
        scope: Of what kind of violence.
        every: What kind of span.
        what: What is asked for, for the error.

    Returns:
        At least one figure.

    Raises:
        UnknownNameError: If there is none; the message lists the nearest cells that there are.
    """
    found = figures.filter(measure=measure, group=group, area=area, scope=scope, period_kind=every)
    if not found:
        spans = figures.filter(period_kind=every)
        near = _near(spans.filter(measure=measure) or spans, (measure, group, area, scope))
        asked = f"measure={measure} group={group} area={area} scope={scope}"
        raise UnknownNameError(what, asked, near, "".join(f"\n  {cell}" for cell in near))
    return {figure.period: figure for figure in found}


def series(
    figures: FigureTable,
    breaks: Iterable[Break],
    measure: Measure,
    group: Group,
    area: Area,
    scope: Scope,
    every: PeriodKind = PeriodKind.MONTH,
    origin: Origin | None = None,
    behind: Behind | None = None,
    basis: Basis | None = None,
) -> Table[Point]:
    """Give one cell over time.

    Args:
        figures: The figures of a dataset.
        breaks: Its breaks of definition.
        measure: What is counted.
        group: Who.
        area: Where.
        scope: Of what kind of violence.
        every: One of month, quarter, half, year.
        origin: Gives what a pin says of the series.
        behind: Gives what a chart shows beside the rows.
        basis: What the figures rest on.

    Returns:
        A row for every span from the first to the last that has a figure, none left out.

    Raises:
        UnknownNameError: If `every` does not divide the calendar, or the dataset has no such figure; the message lists the
            spans, or the nearest cells that there are.
    """
    if every not in CALENDAR:
        raise UnknownNameError("span of a series", every, CALENDAR)
    found = of_cell(figures, measure, group, area, scope, every, f"series by {every}")
    touching = sorted(
        (b for b in breaks if b.touches(area=area, scope=scope, measure=measure)), key=lambda b: (b.start, b.id)
    )
    points = []
    for period in Period.index(every, min(found).start, max(found).end):
        figure = found.get(period)
        points.append(
            Point(
                period=period,
                value=figure.value if figure else None,
                bound=figure.bound if figure else None,
                low=figure.low if figure else None,
                high=figure.high if figure else None,
                status=figure.status if figure else None,
                marks=figure.marks if figure else (),
                caveats=figure.caveats if figure else (),
                gap=figure is None,
                breaks=tuple(b.id for b in touching if period.start <= b.start <= period.end),
                segment=sum(b.start <= period.end for b in touching),
            )
        )
    title = f"{measure} {group}, {area}, {scope}, by {every}"
    known = basis and attrs.evolve(basis, pages=partial(of_spans, found))
    return Table(to_arrow(Point, points), Point, title, origin=origin, behind=behind, basis=known)


def _covered(statements: Iterable[Statement], rows: Iterable[Coverage], _: object) -> Iterable[Source]:
    """Give the pages that state anything about the cells of rows, by spans of their kind."""
    cells = {(row.area, row.scope, row.measure, row.group, row.period_kind) for row in rows}
    return [s.source for s in statements if (s.area, s.scope, s.measure, s.group, s.period.kind) in cells]


def coverage(
    statements: Iterable[Statement],
    figures: Iterable[Figure],
    origin: Origin | None = None,
    behind: Behind | None = None,
    basis: Basis | None = None,
) -> Table[Coverage]:
    """Say which cells exist for which spans.

    Args:
        statements: The statements of a dataset.
        figures: Its figures.
        origin: Gives what a pin says of the coverage.
        behind: Gives what a chart shows beside the rows.
        basis: What the statements rest on.

    Returns:
        A row for each area, scope, measure, group and kind of span that a page states anything about.
    """
    cells: dict[tuple[Area, Scope, Measure, Group, PeriodKind], set[Period]] = defaultdict(set)
    dataset = ""
    for s in statements:
        cells[s.area, s.scope, s.measure, s.group, s.period.kind].add(s.period)
        dataset = s.dataset
    resolved = {(f.area, f.scope, f.measure, f.group, f.period) for f in figures}
    rows = []
    for cell, periods in sorted(cells.items(), key=lambda item: tuple(code.rank for code in item[0])):
        area, scope, measure, group, kind = cell
        first, last = min(periods), max(periods)
        full = {period for period in periods if (area, scope, measure, group, period) in resolved}
        index = Period.index(kind, first.start, last.end) if kind in CALENDAR else None
        rows.append(
            Coverage(
                dataset=dataset,
                area=area,
                scope=scope,
                measure=measure,
                group=group,
                period_kind=kind,
                figures=len(full),
                missing=sum(period not in full for period in index) if index else None,
                subset_only=len(periods) - len(full),
                first=first,
                last=last,
            )
        )
    known = basis and attrs.evolve(basis, pages=partial(_covered, statements))
    return Table(to_arrow(Coverage, rows), Coverage, "coverage", origin=origin, behind=behind, basis=known)
