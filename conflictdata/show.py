"""One span of a dataset on one screen: the numbers by area and group, and the pages that stated them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

import attrs
from rich.console import Console, RenderableType
from rich.console import Group as Lines
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from conflictdata.dataset import Dataset
from conflictdata.errors import UnknownNameError
from conflictdata.models import Figure, Source, Statement
from conflictdata.resolve import Cell
from conflictdata.tables import FigureTable, Table
from conflictdata.timeline import Point
from conflictdata.values import Period
from conflictdata.vocabulary import Area, Bound, Group, Mark, Measure, PeriodKind, Scope, SourceKind, Status

_SIGNS = {Bound.AT_LEAST: ">=", Bound.MORE_THAN: ">", Bound.ABOUT: "~", Bound.AT_MOST: "<="}
_LETTERS = {Status.REPEATED: "r", Status.SINGLE: "s", Status.DISPUTED: "d"}
_MARKS = {Mark.REVISED: "*", Mark.RESTATED_ONCE: "'", Mark.INCLUDES_OTHER: "+", Mark.TIE: "=", Mark.TORN: "!"}
_STYLES = {Status.REPEATED: "bold", Status.SINGLE: "", Status.DISPUTED: "bold red"}
_MEASURES = (Measure.KILLED, Measure.INJURED, Measure.INCIDENTS, Measure.KIDNAPPED, Measure.ARRESTED)
_ITS_OWN = {SourceKind.OPINION, SourceKind.COMPILATION}  # pages that are no report: their own numbers are printed


def signed(value: int, bound: Bound) -> str:
    """Write a number with the sign of its bound."""
    return f"{_SIGNS.get(bound, '')}{value:,}"


def number(figure: Figure | Point) -> str:
    """Write a figure's number: `458`, `>=645`, or `45..988` where there is no point value."""
    if figure.value is None or figure.bound is None:
        return f"{figure.low}..{'' if figure.high is None else figure.high}"
    return signed(figure.value, figure.bound)


def _signs(figure: Figure) -> str:
    return _LETTERS[figure.status] + "".join(_MARKS.get(mark, "") for mark in figure.marks)


def spans(numbers: Iterable[int]) -> str:
    """Write numbers shortly: `1-3 7`."""
    runs = []
    for _, run in groupby(enumerate(sorted(set(numbers))), lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        runs.append(str(members[0]) if len(members) == 1 else f"{members[0]}-{members[-1]}")
    return " ".join(runs)


def _runs(periods: Sequence[Period]) -> str:
    """List periods by kind, a line each, those that follow each other in one."""
    by_kind: dict[PeriodKind, list[list[Period]]] = defaultdict(list)
    for period in periods:
        runs = by_kind[period.kind]
        if runs and runs[-1][-1].next() == period and period.months:
            runs[-1].append(period)
        else:
            runs.append([period])
    lines = []
    for kind, runs in sorted(by_kind.items(), key=lambda item: item[0].rank):
        said = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
        lines.append(f"\n  {kind.label}: {', '.join(said)}")
    return "".join(lines)


def _on(pages: Iterable[int]) -> str:
    numbers = sorted(set(pages))
    return f"on page{'' if len(numbers) == 1 else 's'} {spans(numbers)}"


@attrs.frozen
class Span:
    """What the pages of a dataset state about one span.

    Attributes:
        dataset: The dataset.
        period: The span.
        figures: The figures.
        statements: The statements behind them, and those of parts of a cell.
        pages: The pages, in the order of their numbers.
    """

    dataset: Dataset
    period: Period
    figures: FigureTable
    statements: Table[Statement]
    pages: Sequence[Source]

    @classmethod
    def of(cls, dataset: Dataset, period: str, areas: Sequence[str] = (), scopes: Sequence[str] = ()) -> "Span":
        """Gather what there is on one span.

        Args:
            dataset: The dataset.
            period: The span's code.
            areas: Only these areas; all if empty.
            scopes: Only these scopes; all if empty.

        Returns:
            The figures, statements and pages.

        Raises:
            UnknownNameError: If there is nothing; the message says for which spans, areas and scopes there is.
            InvalidValueError: If the text is no period.
        """
        span = Period.of(period)
        stated = dataset.statements.filter(period=span)
        if not stated:
            periods = sorted({statement.period for statement in dataset.statements})
            raise UnknownNameError(f"period of {dataset.name}", span, periods, _runs(periods))
        statements = stated.filter(area=areas or None, scope=scopes or None)
        if not statements:
            cells = sorted({(s.area, s.scope) for s in stated}, key=lambda cell: (cell[0].rank, cell[1].rank))
            asked = " ".join([*areas, *scopes])
            raise UnknownNameError(f"area and scope of {dataset.name} {span}", asked, [f"{a} {s}" for a, s in cells])
        figures = dataset.figures.filter(period=span, area=areas or None, scope=scopes or None)
        pages = {s.source.id: s.source for s in statements}
        ordered = sorted(pages.values(), key=lambda page: (page.kind.rank, page.published_to, page.outlet, page.id))
        return cls(dataset, span, figures, statements, ordered)

    @property
    def parts_only(self) -> list[Statement]:
        """The statements of cells that are known in part only, and so have no figure."""
        resolved = {Cell.of(figure) for figure in self.figures}
        return [statement for statement in self.statements if Cell.of(statement) not in resolved]

    def _numbers(self) -> dict[str, int]:
        return {page.id: place for place, page in enumerate(self.pages, 1)}

    def _grids(self, *, narrow: bool) -> list[RenderableType]:
        """The numbers: a block an area, a line a scope and measure, a column a group."""
        numbers = self._numbers()
        rows: dict[tuple[Area, Scope, Measure], dict[Group, Figure]] = defaultdict(dict)
        for figure in self.figures:
            rows[figure.area, figure.scope, figure.measure][figure.group] = figure
        ordered = sorted(rows, key=lambda row: (row[0].rank, row[1].rank, _MEASURES.index(row[2])))
        widths = [max([9, *(len(_cell(row.get(group))) for row in rows.values())]) for group in Group]
        blocks: list[RenderableType] = [_header(widths, narrow=narrow)] if rows else []
        for area, in_area in groupby(ordered, lambda row: row[0]):
            grid = _columns(widths, narrow=narrow)
            for scope, in_scope in groupby(in_area, lambda row: row[1]):
                for place, row in enumerate(in_scope):
                    figures = rows[row]
                    cited = {numbers[page.id] for f in figures.values() for page in (*f.sources, *f.others)}
                    cells = [_cell(figures.get(group)) for group in Group]
                    label = "" if place else scope.label
                    told = [] if narrow else [Text(spans(cited), style="dim")]
                    grid.add_row(Text(label), row[2].label, *cells, *told)
            blocks += [Text(f"{area.label} ({area})", style="bold cyan"), Padding(grid, (0, 0, 0, 1), expand=False)]
        return blocks

    def _legend(self) -> list[str]:
        figures = list(self.figures)
        used = [f"{_LETTERS[status]} {status.label}" for status in Status if any(f.status is status for f in figures)]
        used += [f"{sign} {mark.label}" for mark, sign in _MARKS.items() if any(mark in f.marks for f in figures)]
        used += [f"{sign} {bound.label}" for bound, sign in _SIGNS.items() if any(f.bound is bound for f in figures)]
        return [f"{', '.join(used)}; empty: no page gives it"] if used else []

    def _disputes(self) -> list[str]:
        numbers = self._numbers()
        lines = []
        for figure in self.figures:
            if figure.status is not Status.DISPUTED:
                continue
            stating, pages = {page.id for page in figure.sources}, {page.id for page in figure.others}
            here = [s for s in self.statements if Cell.of(s) == Cell.of(figure) and not s.subset]
            others = defaultdict(set)
            for s in here:
                if s.source.id in pages or (figure.value is None and s.source.id in stating):
                    others[signed(s.value, s.bound)].add(numbers[s.source.id])
            said = "; ".join(f"{value} {_on(who)}" for value, who in sorted(others.items()))
            stated = "" if figure.value is None else f"{number(figure)} {_on(numbers[page] for page in stating)}; "
            lines.append(f"{_place(figure)}: {stated}{said}")
        return lines

    def _parts(self) -> list[str]:
        numbers = self._numbers()
        return [
            f"{_place(s)}: {signed(s.value, s.bound)} ({s.note or 'a part'}) {_on([numbers[s.source.id]])}"
            for s in self.parts_only
        ]

    def _own(self, page: Source) -> list[str]:
        """What one page states, a line a row of the table."""
        rows: dict[tuple[Area, Scope, Measure], list[str]] = defaultdict(list)
        for s in self.statements.filter(source=page.id):
            part = f" (part: {s.note or 'not all'})" if s.subset else ""
            inside = f" with {' and '.join(code.label for code in s.includes)}" if s.includes else ""
            later = f" in the report on {s.report_period}" if s.report_period != s.period else ""
            said = f"{signed(s.value, s.bound)} {s.group.label}{inside}{part}{later}"
            rows[s.area, s.scope, s.measure].append(said)
        return [f"{a.label}, {scope.label}, {m.label}: {', '.join(said)}" for (a, scope, m), said in rows.items()]

    def render(self, *, statements: bool = False, narrow: bool = False) -> RenderableType:
        """Lay the span out for a terminal.

        Args:
            statements: Whether to print under each page what it states itself. Pages that are no report, opinion pieces
                and compilations, have their own numbers printed in any case.
            narrow: Whether to leave out the column that says which pages state the numbers of a line.

        Returns:
            What a rich console prints.
        """
        blocks: list[RenderableType] = [
            Text(
                f"{self.dataset.name} {self.period}: {len(self.figures)} figures, {len(self.statements)} statements, "
                f"{len(self.pages)} pages",
                style="bold",
            ),
            "",
            *self._grids(narrow=narrow),
        ]
        sections = (
            ("", self._legend()),
            ("Disputed", self._disputes()),
            ("Known in part only, no figure", self._parts()),
        )
        for heading, lines in sections:
            if lines:
                blocks += ["", Text(heading, style="bold")] if heading else [""]
                blocks += [Text(line, style="" if heading else "dim") for line in lines]
        blocks += ["", Text("Pages", style="bold")]
        for place, page in enumerate(self.pages, 1):
            blocks.append(Text(f"{place:>3} {page}", overflow="ignore", no_wrap=True))
            if statements or page.kind in _ITS_OWN:
                blocks += [Padding(Text(line, style="dim"), (0, 0, 0, 6), expand=False) for line in self._own(page)]
        return Lines(*blocks)


def _place(cell: Figure | Statement) -> str:
    return f"{cell.area.label}, {cell.scope.label}, {cell.measure.label} {cell.group.label}"


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


def _cell(figure: Figure | None) -> Text:
    if figure is None:
        return Text("")
    return Text.assemble((number(figure), _STYLES[figure.status]), (f" {_signs(figure):<2}", "dim"))


def series_grid(points: Table[Point], breaks: Sequence[tuple[str, str]]) -> RenderableType:
    """Lay a series out for a terminal.

    Args:
        points: The series.
        breaks: The id and the description of each break of the dataset.

    Returns:
        What a rich console prints.
    """
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="underline")
    for name in ("period", "value", "low", "high", "status", "marks", "break"):
        grid.add_column(name, justify="right" if name in {"value", "low", "high"} else "left", no_wrap=True)
    for p in points:
        high = "" if p.gap else "no limit" if p.high is None else f"{p.high:,}"
        value = "gap" if p.gap else number(p)
        low = "" if p.low is None else f"{p.low:,}"
        marks = ", ".join(mark.label for mark in p.marks)
        style = "dim" if p.gap else _STYLES[p.status] if p.status else ""
        status = p.status.label if p.status else ""
        grid.add_row(str(p.period), Text(value, style), low, high, status, marks, " ".join(p.breaks))
    seen = {name for p in points for name in p.breaks}
    notes: list[RenderableType] = [Text(f"{name}: {said}") for name, said in breaks if name in seen]
    return Lines(grid, *([""] if notes else []), *notes)


def console() -> Console:
    """Give the console of the command: as wide as the terminal, and wide enough for a pipe."""
    made = Console(markup=False, highlight=False)
    return made if made.is_terminal else Console(markup=False, highlight=False, width=200)
