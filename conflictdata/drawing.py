"""Lines over time, drawn: gaps stay gaps, bounds are arrows and bars, no line crosses a break. Needs the extra `plot`."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from conflictdata.charts import Chart, Line, Spot
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
    middle,
    new,
    number,
    outline,
    proxy,
    told,
)
from conflictdata.values import Period
from conflictdata.vocabulary import Bound, Status

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")  # one more than the colours: no two of many lines have both in common

_EMPTY: dict[str, Any] = {"facecolor": "#EDEDED"}
_APART: dict[str, Any] = {"facecolor": "#FBEEC2", "edgecolor": "#E3C565", "hatch": "...."}
_MANY = 3  # lines above which each has a panel of its own
_SPOT, _CLOSE = 4.2, 24  # points of a marker where spots stand close, and how many spots do
_GLYPH = 17  # points of the sign of a bound
_OTHERS = "what other pages state"


def sign_of(bound: Bound | None) -> "Path":
    """Give the sign of a number without an upper limit: a foot on it, and an arrow away from it.

    Args:
        bound: How the number was stated; None for the lower end of an interval without a number.

    Returns:
        An arrow up from the foot; up and down for `about`, which leaves both open.
    """
    foot = [(-0.3, 0.0), (0.3, 0.0)]
    up = [[(0.0, 0.0), (0.0, 1.0)], [(-0.22, 0.72), (0.0, 1.0), (0.22, 0.72)]]
    down = [[(x, -y) for x, y in stroke] for stroke in up] if bound is Bound.ABOUT else []
    return outline(foot, *up, *down)


def _glyph(bound: Bound | None, colour: str, **more: Any) -> dict[str, Any]:
    size = _GLYPH * (1.5 if bound is Bound.ABOUT else 1)
    how = {"markersize": size, "markerfacecolor": "none", "markeredgecolor": colour, "markeredgewidth": 1.4}
    return {"linestyle": "none", "marker": sign_of(bound), **how, **more}


def _foot(spot: Spot) -> int:
    """Give the number on which the sign of a bound stands: the lowest that fits, or the one that is only about right."""
    about = spot.reading is not None and spot.reading.bound is Bound.ABOUT
    return spot.reading.value if spot.reading and about else spot.interval.low


def _exact(axes: "Axes", line: Line, look: tuple[str, str], size: float, signs: Signs) -> None:
    """Draw the exact numbers: a marker each, and lines along their runs."""
    colour, marker = look
    depth = 4 - size / 100  # a larger marker lies behind a smaller one, so that both are seen where numbers are equal
    for run in line.runs:
        if len(run) > 1:
            xs, ys = [middle(spot.period) for spot in run], [spot.exact or 0 for spot in run]
            axes.plot(xs, ys, color=colour, linewidth=1.3, label="_run", zorder=3)
    for status in Status:
        some = [(middle(spot.period), spot.exact) for spot in line.spots if spot.status is status]
        exact = [(place, value) for place, value in some if value is not None]
        if exact:
            how: dict[str, Any] = {"linestyle": "none", "marker": marker, "markersize": size, "markeredgecolor": colour}
            how["markerfacecolor"] = "white" if status is Status.SINGLE else colour
            xs, ys = [place for place, _ in exact], [value for _, value in exact]
            axes.plot(xs, ys, **how, label=f"_{status}", zorder=depth)
            if status is not Status.DISPUTED:
                fill = "white" if status is Status.SINGLE else INK
                signs.add(status.label, proxy(marker="o", markersize=5, markerfacecolor=fill))


def _open(axes: "Axes", line: Line, colour: str, signs: Signs) -> None:
    """Draw what is no number: the ends of an interval, an arrow where one is open."""
    for spot in line.spots:
        if spot.exact is not None:
            continue
        place, low, high = middle(spot.period), spot.interval.low, spot.interval.high
        bound = spot.reading.bound if spot.reading else None
        if high is None:
            axes.plot([place], [_foot(spot)], **_glyph(bound, colour), label="_open", zorder=4)
            words = (Bound.ABOUT if bound is Bound.ABOUT else Bound.AT_LEAST).label
            signs.add(words, proxy(**_glyph(bound, INK)))
        else:
            how: dict[str, Any] = {"color": colour, "linewidth": 1.6, "marker": "_", "markersize": 8}
            axes.plot([place, place], [low, high], **how, markeredgewidth=1.6, label="_interval", zorder=4)
            ends = outline([(-0.5, 1), (0.5, 1)], [(0, 1), (0, -1)], [(-0.5, -1), (0.5, -1)])
            signs.add("from, to", proxy(marker=ends, markersize=11, markerfacecolor="none"))


def _disputed(axes: "Axes", line: Line, size: float, signs: Signs) -> None:
    for spot in (spot for spot in line.spots if spot.status is Status.DISPUTED):
        place = middle(spot.period)
        ring: dict[str, Any] = {"linestyle": "none", "marker": "o", "markerfacecolor": "none", "markeredgecolor": INK}
        ring |= {"markeredgewidth": 1, "markersize": size + 5}
        low, high = _foot(spot), spot.interval.high
        centre = low if spot.reading or high is None else (low + high) / 2
        axes.plot([place], [centre], **ring, label="_disputed ring", zorder=5)
        signs.add(Status.DISPUTED.label, proxy(**{**ring, "markersize": 9}))
        if spot.rivals:
            ends = [_foot(spot), *(rival.value for rival in spot.rivals)]
            axes.plot([place, place], [min(ends), max(ends)], color=INK, linewidth=0.8, label="_range", zorder=2)
        for rival in spot.rivals:
            if rival.exact:
                cross: dict[str, Any] = {"linestyle": "none", "marker": "x", "color": INK, "markersize": 5}
                axes.plot([place], [rival.value], **cross, label="_rival", zorder=5)
                signs.add(_OTHERS, proxy(**cross))
            else:
                how = _glyph(rival.bound, INK, markeredgewidth=0.9)
                axes.plot([place], [rival.value], **how, label="_rival", zorder=5)
                signs.add(_OTHERS, proxy(**how))


def _bands(axes: "Axes", periods: Iterable[Period], label: str, **how: Any) -> bool:
    """Shade spans; those that follow each other as one."""
    joined: list[tuple[date, date]] = []
    for period in sorted(periods):
        if joined and (period.start - joined[-1][1]).days == 1:
            joined[-1] = joined[-1][0], period.end
        else:
            joined.append((period.start, period.end))
    for start, end in joined:
        axes.axvspan(number(start), number(end) + 1, label=label, zorder=0, **{"linewidth": 0, **how})
    return bool(joined)


def _behind(axes: "Axes", lines: Sequence[Line], chart: Chart, signs: Signs, named: set[Any]) -> None:
    """Draw what holds for whole spans: no line has a figure, the publishers do not count the same, a meaning changes."""
    from matplotlib.patches import Patch

    empty = set(lines[0].gaps).intersection(*(line.gaps for line in lines))
    if _bands(axes, empty, "_gap", **_EMPTY):
        signs.add(chart.empty, Patch(**_EMPTY))
    apart = {spot.period for line in lines for spot in line.spots if not spot.same}
    if _bands(axes, apart, "_apart", **_APART):
        signs.add("not the same count", Patch(**_APART))
    middle_day = sum(map(number, chart.span)) / 2
    for turn, one in enumerate(dict.fromkeys(one for line in lines for one in line.breaks)):
        place = number(one.start)
        axes.axvline(place, color=INK, linewidth=1, linestyle=DASH, label="_break", zorder=1)
        signs.add("meaning changes", proxy(linestyle=DASH, linewidth=1))
        if one in named:
            continue
        named.add(one)
        touched = [line.label for line in lines if one in line.breaks]
        whose = f" ({', '.join(touched)})" if len(touched) < len(lines) else ""
        right = place > middle_day
        words = f" {one.dataset}, {one.day_label}: {one.id}{whose} "
        where: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "ha": "right" if right else "left", "va": "top"}
        text = axes.annotate(words, (place, 0.985 - 0.07 * turn), **where, fontsize=SMALL, color=INK, zorder=6)
        text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5})


def _top(lines: Iterable[Line]) -> float:
    """Give the highest number that is drawn."""
    numbers = [0]
    for line in lines:
        for spot in line.spots:
            numbers += [_foot(spot), spot.interval.high or 0, *(rival.value for rival in spot.rivals)]
    return float(max(numbers)) or 1.0


def _on(
    axes: "Axes", lines: Sequence[Line], chart: Chart, looks: Sequence[tuple[str, str]], signs: Signs, named: set[Any]
) -> None:
    """Draw lines into axes."""
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    first, last = chart.span
    size = _SPOT if max(len(line.spots) for line in chart.lines) > _CLOSE else _SPOT + 1.3
    for place, (line, look) in enumerate(zip(lines, looks, strict=True)):
        _exact(axes, line, look, size + 1.5 * place, signs)
        _open(axes, line, look[0], signs)
        _disputed(axes, line, size, signs)
    _behind(axes, lines, chart, signs, named)
    frame(axes, grid="y")
    axes.xaxis_date()
    locator = dates().AutoDateLocator(minticks=3, maxticks=12)
    axes.xaxis.set_major_locator(locator)
    forms = ["%Y", "%b\n%Y", "%d %b\n%Y", "%H:%M", "%H:%M", "%S"]
    zeros = [forms[0], forms[1], *forms[1:5]]
    axes.xaxis.set_major_formatter(
        dates().ConciseDateFormatter(locator, formats=forms, zero_formats=zeros, show_offset=False)
    )
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True, min_n_ticks=2))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    margin = max((number(last) - number(first)) * 0.015, 5)
    axes.set_xlim(number(first) - margin, number(last) + 1 + margin)
    top = _top(chart.lines)
    axes.set_ylim(-0.04 * top, 1.2 * top)


def _looks(count: int) -> list[tuple[str, str]]:
    """Give each line a colour and a marker of its own; no two lines have both in common."""
    return [(COLOURS[n % len(COLOURS)], MARKERS[n % len(MARKERS)]) for n in range(count)]


def _in_panels(chart: Chart, signs: Signs) -> "Figure":
    """Give each line axes of its own, all of one scale."""
    look, named = _looks(1), set[Any]()
    figure, all_axes = new(1.6 + 1.25 * len(chart.lines), len(chart.lines))
    for axes, line in zip(all_axes, chart.lines, strict=True):
        _on(axes, [line], chart, look, signs, named)
        where: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "fontsize": WORDS}
        axes.annotate(line.label, (0, 1), (0, 3), **where, fontweight="bold", color=INK)
    figure.supylabel(chart.unit, fontsize=WORDS, color=INK)
    legend(all_axes[0], signs.handles, above=0.24)
    return finish(figure, chart.title, chart.notes)


def _together(chart: Chart, axes: "Axes", signs: Signs) -> None:
    """Draw all lines into the same axes."""
    looks = _looks(len(chart.lines))
    for line, (colour, marker) in zip(chart.lines, looks, strict=True):
        if len(chart.lines) > 1:
            signs.add(line.label, proxy(linestyle="-", color=colour, marker=marker, markersize=5))
    _on(axes, chart.lines, chart, looks, signs, set())
    axes.set_ylabel(chart.unit, fontsize=WORDS, color=INK)


def draw_lines(chart: Chart, axes: "Axes | None", *, panels: bool | None) -> "Figure":
    """Draw lines over time.

    Args:
        chart: What is drawn.
        axes: Where; None for a figure of its own.
        panels: Whether each line has a panel; None for as the lines need it: many, or lines whose meanings change on
            different days, are hard to tell apart in one picture.

    Returns:
        The figure.
    """
    signs = Signs()
    if axes is not None:
        _together(chart, axes, signs)
        legend(axes, signs.handles, above=None)
        return told(axes, chart)
    if panels is None:
        panels = len(chart.lines) > _MANY or len({line.breaks for line in chart.lines}) > 1
    if panels and len(chart.lines) > 1:
        return _in_panels(chart, signs)
    figure, (own,) = new(4.6)
    _together(chart, own, signs)
    legend(own, signs.handles, above=0.02)
    return finish(figure, chart.title, chart.notes)
