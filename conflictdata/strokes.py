"""What all charts are drawn with: ink, signs, a frame, a legend, a title, notes. Needs the extra `plot`."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from conflictdata.charting import Drawn
from conflictdata.values import Period

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.path import Path

# The colours of Okabe and Ito, which those who see few colours tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
INK, FAINT = "#333333", "#666666"
DASH = (0, (4, 3))
SMALL, WORDS = 8, 9  # points of text

_WIDTH = 9.0  # inches of a figure
_TINY = 7  # points of notes
_LETTERS = 19  # letters of notes in an inch
_ENTRY, _LETTER = 0.5, 0.068  # inches of an entry of a legend, and of a letter of its label


def dates() -> Any:
    """Give matplotlib's module of dates, which carries no types."""
    import matplotlib.dates

    return matplotlib.dates


def number(day: date) -> float:
    """Give a day as matplotlib counts them."""
    return float(dates().date2num(day))


def middle(period: Period) -> float:
    """Give the place of a span on the axis: halfway between its first day and the day after its last."""
    return (number(period.start) + number(period.end) + 1) / 2


def outline(*strokes: Sequence[tuple[float, float]]) -> "Path":
    """Make a sign of strokes. Its place on the axes is (0, 0)."""
    from matplotlib.path import Path

    points = [point for stroke in strokes for point in stroke]
    codes = [Path.LINETO if place else Path.MOVETO for stroke in strokes for place, _ in enumerate(stroke)]
    return Path(points, codes)


class Signs:
    """The entries of a legend: each sign once, if it occurs.

    Attributes:
        handles: The entries, in the order in which they were added.
    """

    def __init__(self) -> None:
        """Begin without an entry."""
        self.handles: list[Any] = []

    def add(self, label: str, handle: Any) -> None:
        """Add an entry, unless there is one of that label.

        Args:
            label: What the sign means.
            handle: How it looks.
        """
        if label not in [known.get_label() for known in self.handles]:
            handle.set_label(label)
            self.handles.append(handle)


def proxy(**how: Any) -> "Line2D":
    """Make an entry of a legend: a marker, or a line."""
    from matplotlib.lines import Line2D

    return Line2D([], [], **{"linestyle": "none", "color": INK, **how})


def frame(axes: "Axes", *, grid: str) -> None:
    """Draw the axes lightly, with faint lines along one of them."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    axes.tick_params(colors=INK, labelsize=WORDS, length=3)
    axes.grid(visible=True, axis=grid, color="#DDDDDD", linewidth=0.6)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


def _wrapped(notes: Iterable[str], inches: float) -> str:
    return "\n".join(line for note in notes for line in textwrap.wrap(note, max(int(inches * _LETTERS), 30)))


def _columns(labels: Sequence[str]) -> int:
    """Give the most columns of a legend that fit above the axes; matplotlib fills them from top to bottom."""
    for rows in range(1, len(labels)):
        columns = [labels[n : n + rows] for n in range(0, len(labels), rows)]
        if sum(_ENTRY + _LETTER * max(map(len, column)) for column in columns) <= _WIDTH - 1:
            return len(columns)
    return 1


def legend(axes: "Axes", handles: Sequence[Any], *, above: float | None) -> None:
    """Set the legend above the axes, by a part of their height, or where there is room in them."""
    if not handles:
        return
    how: dict[str, Any] = {"fontsize": SMALL, "frameon": above is None, "handlelength": 1.6, "columnspacing": 1.4}
    if above is not None:
        columns = _columns([handle.get_label() for handle in handles])
        how |= {"loc": "lower left", "bbox_to_anchor": (0, 1 + above), "ncols": columns, "borderaxespad": 0}
    axes.legend(handles=list(handles), **how)


def new(height: float, rows: int = 1, *, ratios: Sequence[float] | None = None, share: bool = True) -> "tuple[Figure, Any]":
    """Make a figure that no state of pyplot knows, and its axes, one below the other.

    Args:
        height: Its height in inches.
        rows: How many axes.
        ratios: How high they are to each other.
        share: Whether they share their scales.

    Returns:
        The figure and the axes.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, height), layout="constrained", facecolor="white")
    how: dict[str, Any] = {"height_ratios": ratios} if ratios else {}
    return figure, figure.subplots(rows, 1, sharex=share, sharey=share, squeeze=False, **how)[:, 0]


def root(axes: "Axes") -> "Figure":
    """Give the figure that holds axes, also where they are in a part of it."""
    held: Any = axes.figure
    figure: Figure = held.figure
    return figure


def finish(figure: "Figure", title: str, notes: Sequence[str]) -> "Figure":
    """Set the title above a figure, and the notes below it."""
    figure.suptitle("\n".join(textwrap.wrap(title, 100)), x=0.01, ha="left", fontsize=11, fontweight="bold", color=INK)
    if notes:
        words = _wrapped(notes, _WIDTH)
        figure.supxlabel(words, x=0.01, ha="left", fontsize=_TINY, color=FAINT)
    return figure


def told(axes: "Axes", chart: Drawn) -> "Figure":
    """Say in axes of a caller's what a figure says around its own."""
    axes.set_title(chart.title, loc="left", fontsize=10, color=INK)
    inches = axes.get_position().width * root(axes).get_figwidth()
    notes = _wrapped(chart.notes, inches)
    where: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "left", "va": "top"}
    axes.annotate(notes, (0, 0), (0, -34), **where, fontsize=_TINY, color=FAINT, annotation_clip=False)
    return root(axes)
