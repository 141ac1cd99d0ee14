"""Tables to charts: what the rows of each model show, with what their dataset knows beside them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from conflictdata.charts import Background, Bar, Chart, Grid, Line, Reading, Shift, Shifts, Spot, kinds_of, share_days
from conflictdata.errors import AmbiguousError, InvalidValueError, UnknownNameError
from conflictdata.models import Break, Figure, unsigned
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Area, Bound, Code, Group, Measure, PeriodKind, Scope, Status

Drawn: TypeAlias = "Chart | Shifts | Grid"
_Cell: TypeAlias = tuple[Code, ...]

_AXES = ("measure", "group", "area", "scope")
CALENDAR = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)
_TWO = 2
_ROWS = 70  # rows of one picture that can be read


def _rivals(status: Status | None, stated: Iterable[str]) -> tuple[Reading, ...]:
    """Read what other pages state, where that cannot be true together with the figure."""
    if status is not Status.DISPUTED:
        return ()
    told = dict.fromkeys(text for page in stated for text in page.split())
    return tuple(Reading(value=value, bound=bound) for value, bound in map(unsigned, told))


def _reading(value: int | None, bound: Bound | None) -> Reading | None:
    return None if value is None or bound is None else Reading(value=value, bound=bound)


def _cell(row: Any) -> _Cell:
    return tuple(getattr(row, axis) for axis in _AXES)


def _spans(periods: Sequence[Period]) -> None:
    """Refuse spans that a line cannot hold."""
    kinds = kinds_of(periods)
    both = share_days(periods)
    if len(kinds) < _TWO and not both:
        return
    why = f"not {both[0]} and {both[1]}" if both else f"and there are {len(kinds)} kinds"
    several = f"filter(period_kind=…) to one of {', '.join(kinds)}"
    what = several if len(kinds) > 1 else "filter(period=…) to those of one row"
    raise AmbiguousError(f"plot() needs spans of one kind that share no day, {why}: {what}")


def _one(rows: Sequence[Any], axis: str) -> Code:
    """Give the one code of an axis that all rows have."""
    codes: list[Code] = sorted({getattr(row, axis) for row in rows}, key=lambda code: code.rank)
    if len(codes) > 1:
        names = ", ".join(codes)
        raise AmbiguousError(f"plot() needs one {axis}, and there are {len(codes)}: filter({axis}=…) to one of {names}")
    return codes[0]


def _within(breaks: Iterable[Break], cell: Mapping[str, Code], periods: Collection[Period]) -> tuple[Break, ...]:
    """Give the breaks that touch a cell and lie within the spans, in the order of their days."""
    measure, area, scope = Measure(cell["measure"]), Area(cell["area"]), Scope(cell["scope"])
    touching = [one for one in breaks if one.touches(area=area, scope=scope, measure=measure)]
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    return tuple(sorted((b for b in touching if first < b.start <= last), key=lambda b: (b.start, b.id)))


def _broken(breaks: Iterable[Break], period: Period) -> tuple[int, bool]:
    """Count the breaks that have taken effect by the end of a span; whether one did after its first day."""
    starts = [one.start for one in breaks]
    return sum(start <= period.end for start in starts), any(period.start < start <= period.end for start in starts)


def _notes(background: Background, lines: Sequence[Line]) -> tuple[str, ...]:
    """Say where the numbers come from, how lines run, and what the breaks are."""
    breaks = dict.fromkeys(one for line in lines for one in line.breaks)
    told = (f"{one.dataset}, from {one.day_label}, {one.id}: {one.description}" for one in breaks)
    source = f"Data: conflictdata, {'; '.join(background.releases)}. " if background.releases else ""
    return (f"{source}Numbers are what was reported. A line joins neighbouring spans with exact numbers alone.", *told)


def _title(unit: str, varied: str, cell: Mapping[str, Code], kind: PeriodKind) -> str:
    """Say what is counted; `total` goes without saying."""
    fixed = [cell[axis].label for axis in ("area", "scope", "group") if axis in cell and cell[axis] is not Group.TOTAL]
    by = f" by {varied}" if varied else ""
    return f"{unit[0].upper()}{unit[1:]}{by}: {', '.join([*fixed, f'by {kind.label}'])}"


def _gaps(background: Background, cells: Iterable[_Cell], periods: Sequence[Period]) -> dict[_Cell, tuple[Period, ...]]:
    """Give the spans for which the dataset has no figure of a cell, by cell, as a series of it would have them.

    They are looked for in all spans that the filters ask for, from the first to the last that has a figure of one of the
    cells; if no filter is about spans, between the first and the last of the rows.
    """
    (kind,) = kinds_of(periods)
    there: dict[_Cell, set[Period]] = {cell: set() for cell in cells}
    if kind not in CALENDAR or not background.figures:
        return dict.fromkeys(there, ())
    for figure in background.figures:
        if figure.period.kind is kind and _cell(figure) in there:
            there[_cell(figure)].add(figure.period)
    known = {*periods, *(period for some in there.values() for period in some)} if background.asked else set(periods)
    index = [period for period in Period.index(kind, min(known).start, max(known).end) if background.asks(period)]
    return {cell: tuple(period for period in index if period not in some) for cell, some in there.items()}


def of_figures(figures: Sequence[Figure], background: Background, _: str) -> Chart:
    """Draw figures of one measure: a line for each code of the axis that varies."""
    measure = Measure(_one(figures, "measure"))
    varied = [axis for axis in _AXES if len({getattr(figure, axis) for figure in figures}) > 1]
    if len(varied) > 1:
        found = {axis: sorted({getattr(f, axis) for f in figures}, key=lambda code: code.rank) for axis in varied}
        choices = "; ".join(f"filter({axis}=…) to one of {', '.join(codes)}" for axis, codes in found.items())
        message = f"plot() draws one axis beside the period, and {' and '.join(varied)} vary: {choices}"
        raise AmbiguousError(message)
    periods = [figure.period for figure in figures]
    _spans(periods)
    axis = varied[0] if varied else "group"
    by_code: dict[Code, list[Figure]] = defaultdict(list)
    for figure in sorted(figures, key=lambda figure: (getattr(figure, axis).rank, figure.period)):
        by_code[getattr(figure, axis)].append(figure)
    gaps = _gaps(background, [_cell(told[0]) for told in by_code.values()], periods)
    spans = {*periods, *(period for some in gaps.values() for period in some)}
    lines = []
    for code, told in by_code.items():
        cell = dict(zip(_AXES, _cell(told[0]), strict=True))
        breaks = _within(background.breaks, cell, spans)
        spots = []
        for figure in told:
            segment, mixed = _broken(breaks, figure.period)
            spots.append(
                Spot(
                    period=figure.period,
                    reading=_reading(figure.value, figure.bound),
                    interval=figure.interval,
                    status=figure.status,
                    rivals=_rivals(figure.status, figure.others_state),
                    meaning=(segment,),
                    mixed=mixed,
                )
            )
        lines.append(Line(label=code.label, spots=tuple(spots), gaps=gaps[_cell(told[0])], breaks=breaks))
    shared = {one: code for one, code in zip(_AXES, _cell(figures[0]), strict=True) if one not in varied}
    title = _title(measure.unit, "".join(varied), shared, periods[0].kind)
    return Chart(title=title, unit=measure.unit, lines=tuple(lines), notes=_notes(background, lines))


def of_series(points: Sequence[Any], background: Background, title: str) -> Chart:
    """Draw one cell over time."""
    figures = [point for point in points if not point.gap]
    if not figures:
        raise InvalidValueError("table", f"{title} has no figure to plot")
    _spans([point.period for point in points])
    cell = background.cell
    periods = [point.period for point in points]
    breaks = _within(background.breaks, cell, periods) if cell else ()
    asked = tuple(cell[axis] for axis in _AXES) if cell else ()
    stated = {figure.period: figure.others_state for figure in background.figures if _cell(figure) == asked}
    starts = {one.id: one.start for one in background.breaks}
    spots = [
        Spot(
            period=point.period,
            reading=_reading(point.value, point.bound),
            interval=Interval(point.low, point.high),
            status=point.status,
            rivals=_rivals(point.status, stated.get(point.period, ())),
            meaning=(point.segment,),
            mixed=any(starts.get(name, point.period.end) > point.period.start for name in point.breaks),
        )
        for point in figures
    ]
    unit = Measure(cell["measure"]).unit if cell else "reported"
    gaps = tuple(point.period for point in points if point.gap)
    label = cell["group"].label if cell else title
    line = Line(label=label, spots=tuple(sorted(spots, key=lambda spot: spot.period)), gaps=gaps, breaks=breaks)
    named = _title(unit, "", cell, periods[0].kind) if cell else title
    return Chart(title=named, unit=unit, lines=(line,), notes=_notes(background, [line]))


def of_comparison(rows: Sequence[Any], background: Background, _: str) -> Chart:
    """Draw publishers side by side, a line each; only spans that are compared."""
    measure = Measure(_one(rows, "measure"))
    group, area = _one(rows, "group"), _one(rows, "area")
    periods = [row.period for row in rows]
    _spans(periods)
    stated = {(f.dataset, f.period): f.others_state for f in background.figures}
    found: dict[tuple[str, Scope], dict[Period, Any]] = defaultdict(dict)
    apart: dict[tuple[str, Period], list[tuple[bool, str]]] = defaultdict(list)
    for row in rows:
        for name, scope, side in ((row.dataset, row.scope, ""), (row.other, row.other_scope, "other_")):
            found[name, scope][row.period] = {
                field: getattr(row, f"{side}{field}") for field in ("value", "bound", "low", "high", "status")
            }
            apart[name, row.period].append((row.same, row.definitions))
    lines = []
    (kind,) = kinds_of(periods)
    index = Period.index(kind, min(periods).start, max(periods).end) if kind in CALENDAR else ()
    gaps = tuple(period for period in index if period not in set(periods))
    breaks: tuple[Break, ...] = ()  # those of all publishers: what is compared changes with each of them
    for name, scope in found:
        cell = {"measure": measure, "area": area, "scope": scope}
        breaks += _within((b for b in background.breaks if b.dataset == name), cell, periods)
    scopes = {scope for _, scope in found}
    for (name, scope), told in found.items():
        spots = []
        for period in sorted(told):
            one, why = told[period], tuple(apart[name, period])
            segment, mixed = _broken(breaks, period)
            spots.append(
                Spot(
                    period=period,
                    reading=_reading(one["value"], one["bound"]),
                    interval=Interval(one["low"], one["high"]),
                    status=one["status"],
                    rivals=_rivals(one["status"], stated.get((name, period), ())),
                    meaning=(segment, *why),
                    mixed=mixed,
                    same=all(same for same, _ in why),
                )
            )
        lines.append(
            Line(label=name if len(scopes) == 1 else f"{name}, {scope.label}", spots=tuple(spots), gaps=gaps, breaks=breaks)
        )
    one_scope = {"scope": next(iter(scopes))} if len(scopes) == 1 else {}
    title = _title(measure.unit, "publisher", {"area": area, "group": group, **one_scope}, periods[0].kind)
    notes = (*_notes(background, lines), "Shown are spans for which both publishers of a pair have a figure.")
    return Chart(title=title, unit=measure.unit, lines=tuple(lines), notes=notes, empty="not compared")


def of_revisions(rows: Sequence[Any], background: Background, title: str) -> Shifts:
    """Draw figures against what later reports made of them, by measure."""
    _few(rows, title)
    told: dict[Measure, list[Shift]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.measure.rank, row.period)):
        total = "" if row.group is Group.TOTAL else f", {row.group.label}"
        shift = Shift(
            label=f"{row.period}, {row.area.label}, {row.scope.label}{total}",
            reading=Reading(value=row.value, bound=row.bound),
            later=row.later_value,
            mark=row.mark,
        )
        told[row.measure].append(shift)
    shifts = {measure: tuple(some) for measure, some in told.items()}
    source = (f"Data: conflictdata, {'; '.join(background.releases)}.",) if background.releases else ()
    name = ", ".join(sorted({row.dataset for row in rows}))
    return Shifts(title=f"Reported, and restated by later reports: {name}", shifts=shifts, notes=source)


def _few(rows: Sequence[object], title: str) -> None:
    if len(rows) > _ROWS:
        raise InvalidValueError("table", f"{title} has {len(rows)} rows, and a chart holds {_ROWS}: filter it")


def of_coverage(rows: Sequence[Any], background: Background, title: str) -> Grid:
    """Draw which cells have figures for which spans: a row for each cell of the table."""
    figures: dict[_Cell, list[Bar]] = defaultdict(list)
    for figure in background.figures:
        figures[_cell(figure)].append(Bar(period=figure.period, status=figure.status))
    asked = {(*_cell(row), row.period_kind) for row in rows}
    cells = dict.fromkeys(_cell(row) for row in rows)
    kept = {
        cell: tuple(bar for bar in sorted(figures[cell], key=lambda bar: bar.period) if (*cell, bar.period.kind) in asked)
        for cell in cells
    }
    kept = {cell: bars for cell, bars in kept.items() if bars}
    if not kept:
        raise InvalidValueError("table", f"{title} has no figure to plot")
    _few(tuple(kept), title)
    varied = [place for place, _ in enumerate(_AXES) if len({cell[place] for cell in kept}) > 1]
    shown = [place for place in (2, 3, 0, 1) if place in varied] or [0]
    named = {cell: ", ".join(cell[place].label for place in shown) for cell in kept}
    first = next(iter(kept))
    fixed = [first[place].label for place in (2, 3, 0, 1) if place not in shown and first[place] is not Group.TOTAL]
    source = (f"Data: conflictdata, {'; '.join(background.releases)}.",) if background.releases else ()
    names = ", ".join(sorted({row.dataset for row in rows}))
    return Grid(
        title=f"What {names} has figures for: {', '.join(fixed)}" if fixed else f"What {names} has figures for",
        rows={named[cell]: bars for cell, bars in kept.items()},
        cells=sum(map(bool, figures.values())),
        notes=source,
    )


@attrs.frozen
class Kind:
    """One kind of chart.

    Attributes:
        table: Which table it draws, as one writes it.
        make: Makes it of the rows, of what is known beside them, and of the table's title.
    """

    table: str
    make: Callable[[Sequence[Any], Background, str], Drawn]


KINDS: Mapping[str, Kind] = {
    "figures": Kind("figures", of_figures),
    "series": Kind("series(…)", of_series),
    "comparison": Kind("compare(…).table", of_comparison),
    "revisions": Kind("revisions", of_revisions),
    "coverage": Kind("coverage()", of_coverage),
}


def chart_of(drawn: str, rows: Sequence[Any], background: Background, title: str) -> Drawn:
    """Make the chart of a table.

    Args:
        drawn: The kind of chart, as the model of its records says it.
        rows: Its records.
        background: What is known beside them.
        title: What the rows are.

    Returns:
        The chart, as data.

    Raises:
        UnknownNameError: If such a table has no chart; the message lists those that have.
        InvalidValueError: If there is nothing to draw, or more than can be read.
        AmbiguousError: If the rows are of more than one chart.
    """
    if drawn not in KINDS:
        raise UnknownNameError("table to plot", title, [kind.table for kind in KINDS.values()])
    if not rows:
        raise InvalidValueError("table", f"{title} has no rows to plot")
    return KINDS[drawn].make(rows, background, title)
