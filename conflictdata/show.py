"""One span of a dataset, or one series, on one screen."""

import os
import re
import sys
from collections.abc import Sequence
from itertools import groupby
from typing import Any, TextIO, cast

from rich.console import Console, RenderableType
from rich.console import Group as Lines
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from conflictdata.models import Figure
from conflictdata.span import ITS_OWN, Span, legend, number, signs, spans
from conflictdata.tables import Table
from conflictdata.timeline import Point
from conflictdata.vocabulary import Group, Status

_UNFOLDED = 10_000  # columns of a pipe: more than any line has
_BLANKS = re.compile(r" +(?=\n)")
_STYLES = {Status.REPEATED: "bold", Status.SINGLE: "", Status.DISPUTED: "bold red"}


def span_screen(span: Span, *, statements: bool = False, narrow: bool = False) -> RenderableType:
    """Lay a span out for a terminal.

    Args:
        span: The span.
        statements: Whether to print under each page what it states itself. Pages that are no report, opinion pieces
            and compilations, have their own numbers printed in any case.
        narrow: Whether to leave out the column that says which pages state the numbers of a line.

    Returns:
        What a rich console prints.
    """
    blocks: list[RenderableType] = [
        Text(span.title, style="bold"),
        *([Text(str(span.dataset.vintage), style="dim")] if span.dataset.vintage else []),
        "",
        *_grids(span, narrow=narrow),
        "",
        *(Text(line, style="dim") for line in _legend(span, narrow=narrow)),
    ]
    for heading, lines in span.sections.items():
        blocks += ["", Text(heading, style="bold"), *map(Text, lines)]
    blocks += ["", Text("Pages", style="bold")]
    for place, page in enumerate(span.pages, 1):
        blocks.append(Text(f"{place:>3} {page}{span.tag(page)}", overflow="ignore", no_wrap=True))
        if statements or page.id not in span.cited or page.kind in ITS_OWN:
            blocks += [Padding(Text(line, style="dim"), (0, 0, 0, 6), expand=False) for line in span.own(page)]
    return Lines(*blocks)


def _grids(span: Span, *, narrow: bool) -> list[RenderableType]:
    """The numbers: a block an area, a line a scope and measure, a column a group."""
    rows = span.rows
    widths = [max([9, *(len(cell_text(row.get(group))) for row in rows.values())]) for group in Group]
    blocks: list[RenderableType] = [_header(widths, narrow=narrow)] if rows else []
    for area, in_area in groupby(rows, lambda row: row[0]):
        grid = _columns(widths, narrow=narrow)
        for scope, in_scope in groupby(in_area, lambda row: row[1]):
            for place, row in enumerate(in_scope):
                cells = [cell_text(rows[row].get(group)) for group in Group]
                told = [] if narrow else [Text(spans(span.cited_by(row)), style="dim")]
                grid.add_row(Text("" if place else scope.label), row[2].label, *cells, *told)
        blocks += [Text(f"{area.label} ({area})", style="bold cyan"), Padding(grid, (0, 0, 0, 1), expand=False)]
    return blocks


def _legend(span: Span, *, narrow: bool) -> list[str]:
    used = legend(list(span.figures))
    told = [f"{used}; empty: no page gives it whole"] if used else []
    if narrow and used:
        told.append("A terminal of 100 columns has room for the pages of each line.")
    return told


def _columns(widths: Sequence[int], *, narrow: bool) -> Grid:
    """A grid of the columns of a span, of one width in all areas."""
    grid = Grid(box=None, padding=(0, 1, 0, 0), show_edge=False, show_header=False)
    grid.add_column(width=19, no_wrap=True)
    grid.add_column(width=9, no_wrap=True)
    for width in widths:
        grid.add_column(justify="right", width=width, no_wrap=True)
    if not narrow:
        grid.add_column(overflow="fold")
    return grid


def _header(widths: Sequence[int], *, narrow: bool) -> Grid:
    grid = _columns(widths, narrow=narrow)
    names = [group.label.replace(" ", "\n") for group in Group]
    grid.add_row("", "", *names, *([] if narrow else ["pages"]), style="dim")
    return grid


def cell_text(figure: Figure | None) -> Text:
    """Write a figure's number with the letter of its status and the signs of its marks; nothing for none."""
    if figure is None:
        return Text("")
    return Text.assemble((number(figure), _STYLES[figure.status]), (f" {signs(figure):<2}", "dim"))


def series_grid(points: Table[Point], breaks: Sequence[tuple[str, str]]) -> RenderableType:
    """Lay a series out for a terminal.

    Args:
        points: The series.
        breaks: The id and the description of each break of the dataset.

    Returns:
        What a rich console prints.
    """
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="underline")
    for name in ("period", "value", "low", "high", "status", "marks and caveats", "break"):
        right = name in {"value", "low", "high"}
        words = name in {"marks and caveats", "break"}  # these wrap, so that a narrow terminal cuts nothing
        grid.add_column(name, justify="right" if right else "left", no_wrap=not words, overflow="fold")
    for p in points:
        high = "" if p.gap else "no limit" if p.high is None else f"{p.high:,}"
        value = "gap" if p.gap else number(p)
        low = "" if p.low is None else f"{p.low:,}"
        marks = ", ".join(code.label for code in (*p.marks, *p.caveats))
        style = "dim" if p.gap else _STYLES[p.status] if p.status else ""
        status = p.status.label if p.status else ""
        grid.add_row(str(p.period), Text(value, style), low, high, status, marks, " ".join(p.breaks))
    seen = {name for p in points for name in p.breaks}
    notes: list[RenderableType] = [Text(f"{name}: {said}") for name, said in breaks if name in seen]
    return Lines(grid, *([""] if notes else []), *notes)


def console() -> Console:
    """Give the console of the command: as wide as the terminal or as COLUMNS says, and wide enough for a pipe.

    Colours are for terminals; NO_COLOR and FORCE_COLOR overrule that.
    """
    if folds():
        return Console(markup=False, highlight=False)
    return Console(markup=False, highlight=False, width=_UNFOLDED, file=cast(TextIO, _Trimmed(sys.stdout)))


class _Trimmed:
    """An output without the blanks that fill the lines of a screen."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, text: str) -> int:
        """Write text, which a console gives in whole lines."""
        return self._file.write(_BLANKS.sub("", text))


def folds() -> bool:
    """Whether lines are folded: at the width of a terminal or as COLUMNS says, and never in a pipe, whatever its colours."""
    return sys.stdout.isatty() or "COLUMNS" in os.environ
