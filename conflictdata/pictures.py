"""Charts to matplotlib figures: no display, no state of pyplot, the same bytes each time. Needs the extra `plot`."""

import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import attrs

from conflictdata.charting import CALENDAR, Drawn
from conflictdata.charts import Bar, Chart, Grid, Shift, Shifts
from conflictdata.drawing import draw_lines
from conflictdata.errors import AmbiguousError, InvalidValueError, MissingExtraError, UnknownNameError
from conflictdata.strokes import (
    COLOURS,
    DASH,
    INK,
    SMALL,
    WORDS,
    Signs,
    dates,
    finish,
    frame,
    legend,
    new,
    number,
    proxy,
    told,
)
from conflictdata.vocabulary import Mark, PeriodKind, Status

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = (".svg", ".png")

# Dark, light, and hatched: told apart without colours too.
STATUS = {Status.REPEATED: "#0072B2", Status.SINGLE: "#8CC5E8", Status.DISPUTED: "#D55E00"}

# The lanes of a row, from above, and how many units each is high. Runs follow no calendar, and may share days: they are
# lowest, each kind in as many lanes as it needs, so that no figure hides another.
_LANES = {
    PeriodKind.MONTH: 3.0,
    PeriodKind.QUARTER: 1.0,
    PeriodKind.HALF: 1.0,
    PeriodKind.YEAR: 1.0,
    PeriodKind.MONTHS: 1.0,
    PeriodKind.DAYS: 1.0,
}
_LANES_TOLD = (
    "High bars are months. Below them, each in a lane of its own: quarters, halves, years, other runs of months, runs of "
    "days. Runs that share days stand one below the other."
)
_AIR, _THIN = 1.5, 0.8  # units between two rows, and the part of its lane that a strip fills
_LEAST = 4.0  # units of a row, so that its name has room
_UNIT = 0.042  # inches
_SEEN = 20.0  # days: as long a bar is at least, so that a run of some days is seen among years


def _measure(axes: "Axes", shifts: Sequence[Shift], unit: str, signs: Signs) -> None:
    """Draw the rows of one measure: the first number at zero, the later one where it lies from there."""
    axes.axvline(0, color=INK, linewidth=1, label="_zero", zorder=1)
    signs.add("reported first", proxy(marker="|", markersize=11, markeredgewidth=1.2))
    reach = max(abs(shift.change) for shift in shifts) or 1
    for row, shift in enumerate(shifts):
        sure = shift.mark is Mark.REVISED
        colour, stroke = COLOURS[0], "-" if sure else DASH
        axes.plot([0, shift.change], [row, row], color=colour, linewidth=1.4, linestyle=stroke, label="_shift")
        how: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 6, "markeredgecolor": colour}
        how["markerfacecolor"] = colour if sure else "white"
        axes.plot([shift.change], [row], **how, label="_later", zorder=4)
        signs.add(shift.mark.label, proxy(**how))
        right = shift.change > 0
        words, away = f"{shift.reading}, then {shift.later:,}", (7 if right else -7, 0)
        where: dict[str, Any] = {"textcoords": "offset points", "ha": "left" if right else "right", "va": "center"}
        axes.annotate(words, (shift.change, row), away, **where, fontsize=SMALL, color=INK)
    frame(axes, grid="x")
    axes.set_yticks(range(len(shifts)), [shift.label for shift in shifts], fontsize=SMALL)
    axes.set_ylim(len(shifts) - 0.4, -0.6)
    axes.set_xlim(-1.5 * reach, 1.5 * reach)
    axes.set_xlabel(f"{unit}: the later number less the first", fontsize=WORDS, color=INK)
    axes.xaxis.set_major_formatter(lambda change, _: f"{change:+,.0f}" if change else "0")
    axes.locator_params(axis="x", integer=True)


def _shifts(chart: Shifts, axes: "Axes | None") -> "Figure":
    signs = Signs()
    if axes is not None:
        if len(chart.shifts) > 1:
            measures = ", ".join(chart.shifts)
            problem = f"one set of axes holds one measure, and there are {len(chart.shifts)}: filter(measure=…) to one of"
            raise AmbiguousError(f"{problem} {measures}")
        ((measure, shifts),) = chart.shifts.items()
        _measure(axes, shifts, measure.unit, signs)
        legend(axes, signs.handles, above=None)
        return told(axes, chart)
    rows = [len(shifts) for shifts in chart.shifts.values()]
    height = 1.2 + 0.62 * len(rows) + 0.235 * sum(rows)
    figure, all_axes = new(height, len(rows), ratios=[n + 0.6 for n in rows], share=False)
    for one, (measure, shifts) in zip(all_axes, chart.shifts.items(), strict=True):
        _measure(one, shifts, measure.unit, signs)
    legend(all_axes[0], signs.handles, above=0.02)
    return finish(figure, chart.title, chart.notes)


def _apart(bars: Iterable[Bar]) -> list[list[Bar]]:
    """Spread figures over as few lanes as there have to be, so that no two in a lane share a day."""
    lanes: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: (bar.period.start, -bar.period.end.toordinal())):
        free = next((lane for lane in lanes if lane[-1].period.end < bar.period.start), None)
        if free is None:
            lanes.append([bar])
        else:
            free.append(bar)
    return lanes


def _lanes(chart: Grid) -> list[list[tuple[float, list[Bar]]]]:
    """Give the lanes of each row from above: how high each is, and its figures.

    A kind of the calendar that one row has keeps its lane in all, so that it stands at the same height in each.
    """
    kinds = {bar.period.kind for bars in chart.rows.values() for bar in bars}
    rows = []
    for bars in chart.rows.values():
        lanes = []
        for kind, high in _LANES.items():
            told = _apart(bar for bar in bars if bar.period.kind is kind)
            kept = [list[Bar]()] if kind in kinds and kind in CALENDAR else []
            lanes += [(high, some) for some in told or kept]
        rows.append(lanes)
    return rows


def _height(lanes: Iterable[tuple[float, list[Bar]]]) -> float:
    return max(sum(high for high, _ in lanes), _LEAST) + _AIR


def _rows(axes: "Axes", rows: Sequence[list[tuple[float, list[Bar]]]], looks: "dict[Status, dict[str, Any]]") -> list[float]:
    """Draw the figures of each row from above, and give the middles of the rows and, last, the end of all."""
    middles, top = [], 0.0
    for lanes in rows:
        axes.axhline(top, color="#DDDDDD", linewidth=0.5, zorder=0)
        place = top + _AIR / 2
        for high, bars in lanes:
            for status in Status:
                ends = [(number(b.period.start), number(b.period.end) + 1) for b in bars if b.status is status]
                spans = [(start + 0.02 * (end - start), max(0.95 * (end - start), _SEEN)) for start, end in ends]
                if spans:
                    axes.broken_barh(spans, (place, _THIN * high), **looks[status], label=f"_{status}", zorder=2)
            place += high
        middles.append(top + _height(lanes) / 2)
        top += _height(lanes)
    return [*middles, top]


def _grid(chart: Grid, axes: "Axes | None") -> "Figure":
    from matplotlib.patches import Patch

    looks: dict[Status, dict[str, Any]] = {status: {"facecolor": STATUS[status]} for status in Status}
    looks[Status.DISPUTED] |= {"hatch": "//////", "edgecolor": "white", "linewidth": 0}
    figure: Figure | None = None
    rows = _lanes(chart)
    if axes is None:
        figure, (axes,) = new(1.3 + _UNIT * sum(map(_height, rows)))
    *middles, end = _rows(axes, rows, looks)
    frame(axes, grid="x")
    axes.xaxis_date()
    axes.xaxis.set_major_locator(dates().YearLocator())
    axes.set_yticks(middles, list(chart.rows), fontsize=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.set_ylim(end, 0)
    axes.spines["left"].set_visible(False)
    seen = {bar.status for bars in chart.rows.values() for bar in bars}
    handles = [Patch(**looks[status], label=status.label) for status in Status if status in seen]
    legend(axes, handles, above=None if figure is None else 0.01)
    notes = (" ".join(filter(None, (*chart.notes, chart.left_out, _LANES_TOLD))),)
    return told(axes, attrs.evolve(chart, notes=notes)) if figure is None else finish(figure, chart.title, notes)


def draw(chart: Drawn, axes: "Axes | None" = None, *, panels: bool | None = None) -> "Figure":
    """Draw a chart.

    Args:
        chart: What it shows.
        axes: Where to draw it; by default a figure of its own.
        panels: Whether each line has a panel of its own; by default as the lines need it.

    Returns:
        The figure.

    Raises:
        MissingExtraError: If matplotlib is not installed.
        InvalidValueError: If panels are asked for in axes, or of a chart that has none; for an argument of another kind.
        AmbiguousError: If more is to be drawn into the axes than they hold.
    """
    try:
        from matplotlib.axes import Axes
    except ImportError as error:
        raise MissingExtraError("Table.plot", "plot") from error
    if axes is not None and not isinstance(axes, Axes):
        raise InvalidValueError("ax", f"{axes!r} is no set of axes of matplotlib")
    if panels is not None and type(panels) is not bool:
        raise InvalidValueError("panels", f"{panels!r} is neither True nor False, nor None")
    if panels is not None and not isinstance(chart, Chart):
        raise InvalidValueError("panels", "only lines over time are drawn in panels, or in one")
    if panels and axes is not None:
        raise InvalidValueError("panels", "one set of axes has no panels")
    if isinstance(chart, Chart):
        return draw_lines(chart, axes, panels=panels)
    return _shifts(chart, axes) if isinstance(chart, Shifts) else _grid(chart, axes)


_CLIPPED = re.compile(rb'(?<=<clipPath id=")p[0-9a-f]{10}(?=")')
_CLIP = re.compile(rb"\bp[0-9a-f]{10}\b")


def image(chart: Drawn, form: str) -> bytes:
    """Draw a chart into the bytes of a file: the same bytes each time, text as text, what it shows in its description.

    Args:
        chart: What it shows.
        form: What the name of the file ends in: `.svg` or `.png`.

    Returns:
        The bytes.

    Raises:
        UnknownNameError: For another form.
        MissingExtraError: If matplotlib is not installed.
    """
    if form not in FORMATS:
        raise UnknownNameError("form of a picture", form, FORMATS)
    figure = draw(chart)
    import matplotlib as mpl

    made = io.BytesIO()
    said: dict[str, Any] = {"Title": chart.title, "Description": chart.alt}
    said |= {"Date": None, "Creator": None} if form == ".svg" else {"Software": None}
    with mpl.rc_context({"svg.hashsalt": "conflictdata", "svg.fonttype": "none"}):
        figure.savefig(made, format=form.removeprefix("."), metadata=said, dpi=160)
    if form == ".png":
        return made.getvalue()
    drawn = made.getvalue().replace(b"</title>", f"</title>\n <desc>{escape(chart.alt)}</desc>".encode(), 1)
    # Before 3.11, matplotlib names what it clips by its place in memory: the names become those of the order.
    names = {name: f"clip-{number}".encode() for number, name in enumerate(_CLIPPED.findall(drawn))}
    return _CLIP.sub(lambda found: names.get(found[0], found[0]), drawn)
