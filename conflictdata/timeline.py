"""One cell over time: a complete index, with gaps and breaks of definition shown."""

from collections import defaultdict
from collections.abc import Iterable

from conflictdata.errors import UnknownNameError
from conflictdata.models import Break, Coverage, Figure, Point, Statement
from conflictdata.schema import to_arrow
from conflictdata.tables import FigureTable, Table
from conflictdata.values import Period
from conflictdata.vocabulary import Area, Group, Measure, PeriodKind, Scope

_CALENDAR = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)


def _near(figures: FigureTable, asked: tuple[Measure, Group, Area, Scope]) -> list[str]:
    """Name the cells that differ from the asked one in one axis alone, or else all scopes and areas of its measure."""
    cells = {(figure.measure, figure.group, figure.area, figure.scope): None for figure in figures}
    near = [cell for cell in cells if sum(a != b for a, b in zip(cell, asked, strict=True)) == 1] or list(cells)
    ordered = sorted(near, key=lambda cell: [code.rank for code in cell])
    return [f"measure={m} group={g} area={a} scope={s}" for m, g, a, s in ordered]


def series(
    figures: FigureTable,
    breaks: Iterable[Break],
    measure: Measure,
    group: Group,
    area: Area,
    scope: Scope,
    every: PeriodKind = PeriodKind.MONTH,
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

    Returns:
        A row for every span from the first to the last that has a figure, none left out.

    Raises:
        InvalidValueError: If `every` does not divide the calendar.
        UnknownNameError: If the dataset has no such figure; the message lists the nearest cells that there are.
    """
    found = {
        figure.period: figure
        for figure in figures.filter(measure=measure, group=group, area=area, scope=scope, period_kind=every)
    }
    if not found:
        near = _near(figures.filter(measure=measure, period_kind=every), (measure, group, area, scope))
        asked = f"measure={measure} group={group} area={area} scope={scope}"
        listed = "".join(f"\n  {cell}" for cell in near)
        raise UnknownNameError(f"series by {every}", asked, near, listed)
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
                gap=figure is None,
                breaks=tuple(b.id for b in touching if period.start <= b.start <= period.end),
                segment=sum(b.start <= period.end for b in touching),
            )
        )
    title = f"{measure} {group}, {area}, {scope}, by {every}"
    return Table(to_arrow(Point, points), Point, title)


def coverage(statements: Iterable[Statement], figures: Iterable[Figure]) -> Table[Coverage]:
    """Say which cells exist for which spans.

    Args:
        statements: The statements of a dataset.
        figures: Its figures.

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
        index = Period.index(kind, first.start, last.end) if kind in _CALENDAR else None
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
    return Table(to_arrow(Coverage, rows), Coverage, "coverage")
