"""Charts to matplotlib figures: no display, no state of pyplot, the same bytes each time. Needs the extra `plot`."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from conflictdata.charting import Drawn
from conflictdata.charts import Chart, Grid, Shift, Shifts
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

# Where in its row a figure stands, and how high: months above, the longer spans as strips below them, years lowest.
_LANES = {PeriodKind.MONTH: (0.54, 0.4), PeriodKind.QUARTER: (0.34, 0.16), PeriodKind.YEAR: (0.06, 0.1)}
_STRIP = (0.2, 0.1)
_LANES_TOLD = "High bars are months; below them are quarters, then halves and other runs, then years."


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


def _rows(axes: "Axes", chart: Grid, looks: "dict[Status, dict[str, Any]]") -> list[Status]:
    """Draw the figures of each row, and give the statuses that they have."""
    lanes = dict.fromkeys((*_LANES.values(), _STRIP))
    seen: set[Status] = set()
    for row, bars in enumerate(chart.rows.values()):
        axes.axhline(row, color="#DDDDDD", linewidth=0.5, zorder=0)
        for status in Status:
            periods = [bar.period for bar in bars if bar.status is status]
            for low, high in lanes:
                some = [period for period in periods if _LANES.get(period.kind, _STRIP) == (low, high)]
                ends = [(number(period.start), number(period.end) + 1) for period in some]
                spans = [(start + 0.02 * (end - start), 0.95 * (end - start)) for start, end in ends]
                if spans:
                    axes.broken_barh(spans, (row + 1 - low - high, high), **looks[status], label=f"_{status}", zorder=2)
                    seen.add(status)
    return [status for status in Status if status in seen]


def _grid(chart: Grid, axes: "Axes | None") -> "Figure":
    from matplotlib.patches import Patch

    looks: dict[Status, dict[str, Any]] = {status: {"facecolor": STATUS[status]} for status in Status}
    looks[Status.DISPUTED] |= {"hatch": "//////", "edgecolor": "white", "linewidth": 0}
    figure: Figure | None = None
    if axes is None:
        figure, (axes,) = new(1.3 + 0.23 * len(chart.rows))
    seen = _rows(axes, chart, looks)
    frame(axes, grid="x")
    axes.xaxis_date()
    axes.xaxis.set_major_locator(dates().YearLocator())
    axes.set_yticks([row + 0.5 for row in range(len(chart.rows))], list(chart.rows), fontsize=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.set_ylim(len(chart.rows), 0)
    axes.spines["left"].set_visible(False)
    handles = [Patch(**looks[status], label=status.label) for status in seen]
    legend(axes, handles, above=None if figure is None else 0.01)
    return told(axes, chart) if figure is None else finish(figure, chart.title, [" ".join((*chart.notes, _LANES_TOLD))])


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
        InvalidValueError: If panels are asked for in axes, or of a chart that has none.
        AmbiguousError: If more is to be drawn into the axes than they hold.
    """
    try:
        import matplotlib as mpl  # noqa: F401  whether it is there
    except ImportError as error:
        raise MissingExtraError("Table.plot", "plot") from error
    if panels is not None and not isinstance(chart, Chart):
        raise InvalidValueError("panels", "only lines over time are drawn in panels, or in one")
    if panels and axes is not None:
        raise InvalidValueError("panels", "one set of axes has no panels")
    if isinstance(chart, Chart):
        return draw_lines(chart, axes, panels=panels)
    return _shifts(chart, axes) if isinstance(chart, Shifts) else _grid(chart, axes)


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
    described = f"</title>\n <desc>{escape(chart.alt)}</desc>".encode()
    return made.getvalue().replace(b"</title>", described, 1) if form == ".svg" else made.getvalue()
