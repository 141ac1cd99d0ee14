"""What was drawn into a picture, found again, and rows of series to draw."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from conflictdata import Bound, Interval, Point, Status, Table
from conflictdata.schema import to_arrow

PICSS, PIPS = "2026-11-23", "2026-11-22.1"


def drawn(picture: Picture | Axes, label: str) -> list[Line2D]:
    """Give what was drawn of one kind, in all axes."""
    axes = [picture] if isinstance(picture, Axes) else picture.axes
    return [line for one in axes for line in one.get_lines() if line.get_label() == label]


def places(lines: list[Line2D]) -> list[tuple[float, float]]:
    """Give all points of lines."""
    found: list[Any] = [place for line in lines for place in np.asarray(line.get_xydata())]
    return [(float(x), float(y)) for x, y in found]


def exact(picture: Picture | Axes) -> list[tuple[float, float]]:
    """Give the markers of all exact numbers."""
    return [place for status in Status for place in places(drawn(picture, f"_{status}"))]


def bands(picture: Picture, label: str) -> list[tuple[float, float]]:
    """Give the first and the last day of each shaded run of spans, as matplotlib counts days."""
    found = [patch for axes in picture.axes for patch in axes.patches if patch.get_label() == label]
    return [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in found if isinstance(patch, Rectangle)]


def words(picture: Picture) -> list[str]:
    """Give the labels of the legend."""
    legends = [legend for axes in picture.axes if (legend := axes.get_legend())]
    return [text.get_text() for legend in legends for text in legend.get_texts()]


def point(period: str, value: int | None = None, bound: Bound = Bound.EXACT, **more: Any) -> Point:
    """Make a row of a series: a gap without a value."""
    if value is None:
        return Point(period=period, gap=True, **more)
    interval = Interval.of(value, bound)
    told = {"status": Status.SINGLE, **more}
    return Point(period=period, value=value, bound=bound, low=interval.low, high=interval.high, gap=False, **told)


def series(*rows: Point) -> Table[Point]:
    """Make a series of rows."""
    return Table(to_arrow(Point, rows), Point, "a series")
