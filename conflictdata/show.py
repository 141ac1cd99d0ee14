"""One span of a dataset on one screen: the numbers by area and group, and the pages that stated them."""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

import attrs
from rich.console import Console, RenderableType
from rich.console import Group as Lines
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from conflictdata.balances import FAILING, Balance, sum_of, verdict_of, why
from conflictdata.dataset import Dataset
from conflictdata.errors import UnknownNameError
from conflictdata.models import SIGNS, Figure, Source, Statement, signed
from conflictdata.resolve import INFERRED, Cell
from conflictdata.tables import FigureTable, Table
from conflictdata.timeline import Point
from conflictdata.values import Period
from conflictdata.vocabulary import Area, Caveat, Group, Mark, Measure, PeriodKind, Scope, SourceKind, Status

_LETTERS = {Status.REPEATED: "r", Status.SINGLE: "s", Status.DISPUTED: "d"}
_MARKS = {Mark.REVISED: "*", Mark.RESTATED_ONCE: "'", Mark.INCLUDES_OTHER: "+", Mark.TIE: "=", Mark.TORN: "!"}
_STYLES = {Status.REPEATED: "bold", Status.SINGLE: "", Status.DISPUTED: "bold red"}
_MEASURES = (Measure.KILLED, Measure.INJURED, Measure.INCIDENTS, Measure.KIDNAPPED, Measure.ARRESTED)
_ITS_OWN = {SourceKind.OPINION, SourceKind.COMPILATION}  # pages that are no report: their own numbers are printed


def number(figure: Figure | Point) -> str:
    """Write a figure's number: `458`, `>=645`, or `45..988` where there is no point value."""
    if figure.value is None or figure.bound is None:
        return f"{figure.low}..{'' if figure.high is None else figure.high}"
    return signed(figure.value, figure.bound)


def _signs(figure: Figure) -> str:
    return _LETTERS[figure.status] + "".join(_MARKS.get(mark, "") for mark in figure.marks)


def legend(figures: Sequence[Figure]) -> str:
    """Say what the letters and signs beside some figures mean: those that stand beside them alone."""
    used = [f"{_LETTERS[status]} {status.label}" for status in Status if any(f.status is status for f in figures)]
    used += [f"{sign} {mark.label}" for mark, sign in _MARKS.items() if any(mark in f.marks for f in figures)]
    used += [f"{sign} {bound.label}" for bound, sign in SIGNS.items() if any(f.bound is bound for f in figures)]
    return ", ".join(used)


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
        in_areas = stated.filter(area=areas or None)
        if not in_areas:
            there = sorted({s.area for s in stated}, key=lambda area: area.rank)
            raise UnknownNameError(f"area of {dataset.name} {span}", " ".join(areas), there)
        statements = in_areas.filter(scope=scopes or None)
        if not statements:
            there_too = sorted({s.scope for s in in_areas}, key=lambda scope: scope.rank)
            raise UnknownNameError(f"scope of {' '.join([dataset.name, str(span), *areas])}", " ".join(scopes), there_too)
        figures = dataset.figures.filter(period=span, area=areas or None, scope=scopes or None)
        pages = {s.source.id: s.source for s in statements}
        ordered = sorted(pages.values(), key=lambda page: (page.kind.rank, page.published_to, page.outlet, page.id))
        return cls(dataset, span, figures, statements, ordered)

    @property
    def parts_only(self) -> list[Statement]:
        """The statements of cells that are known in part only, and so have no figure."""
        resolved = {Cell.of(figure) for figure in self.figures}
        return [statement for statement in self.statements if Cell.of(statement) not in resolved]

    @property
    def unbalanced(self) -> list[Balance]:
        """The totals of this span that do not equal the sum of their parts: of the figures, then on each page."""
        told = {Cell.of(statement) for statement in self.statements}
        tables = (self.dataset.balances, self.dataset.source_balances)
        failing = [b for table in tables for b in table.filter(period=self.period, verdict=FAILING)]
        return [b for b in failing if Cell.of(b) in told]

    def _numbers(self) -> dict[str, int]:
        return {page.id: place for place, page in enumerate(self.pages, 1)}

    def _grids(self, *, narrow: bool) -> list[RenderableType]:
        """The numbers: a block an area, a line a scope and measure, a column a group."""
        numbers = self._numbers()
        rows: dict[tuple[Area, Scope, Measure], dict[Group, Figure]] = defaultdict(dict)
        for figure in self.figures:
            rows[figure.area, figure.scope, figure.measure][figure.group] = figure
        ordered = sorted(rows, key=lambda row: (row[0].rank, row[1].rank, _MEASURES.index(row[2])))
        widths = [max([9, *(len(cell_text(row.get(group))) for row in rows.values())]) for group in Group]
        blocks: list[RenderableType] = [_header(widths, narrow=narrow)] if rows else []
        for area, in_area in groupby(ordered, lambda row: row[0]):
            grid = _columns(widths, narrow=narrow)
            for scope, in_scope in groupby(in_area, lambda row: row[1]):
                for place, row in enumerate(in_scope):
                    figures = rows[row]
                    cited = {numbers[page.id] for f in figures.values() for page in (*f.sources, *f.others)}
                    cells = [cell_text(figures.get(group)) for group in Group]
                    label = "" if place else scope.label
                    told = [] if narrow else [Text(spans(cited), style="dim")]
                    grid.add_row(Text(label), row[2].label, *cells, *told)
            blocks += [Text(f"{area.label} ({area})", style="bold cyan"), Padding(grid, (0, 0, 0, 1), expand=False)]
        return blocks

    def _legend(self, *, narrow: bool) -> list[str]:
        figures = list(self.figures)
        used = legend(figures)
        told = [f"{used}; empty: no page gives it"] if used else []
        if narrow and used:
            told.append("A terminal of 100 columns has room for the pages of each line.")
        return told

    def _disputes(self) -> list[str]:
        """Say for each disputed figure which pages state what."""
        numbers = self._numbers()
        lines = []
        for figure in self.figures.filter(status=Status.DISPUTED):
            said: dict[str, set[int]] = defaultdict(set)
            pool = {page.id for page in (*figure.sources, *figure.others)}
            for s in self.statements:
                if Cell.of(s) == Cell.of(figure) and not s.subset and s.source.id in pool:
                    said[signed(s.value, s.bound)].add(numbers[s.source.id])
            own = "" if figure.value is None or figure.bound is None else signed(figure.value, figure.bound)
            ordered = sorted(said.items(), key=lambda item: (item[0] != own, item[0]))
            lines.append(f"{_place(figure)}: {'; '.join(f'{value} {_on(who)}' for value, who in ordered)}")
        return lines

    def _restated(self) -> list[str]:
        """Say for each figure that later reports restate what they give."""
        numbers = self._numbers()
        lines = []
        for figure in self.figures.filter(marks=[Mark.REVISED, Mark.RESTATED_ONCE]):
            said: dict[str, set[int]] = defaultdict(set)
            for s in self.statements:
                later = s.report_period.end > s.period.end and s.interval.disjoint(figure.interval)
                if Cell.of(s) == Cell.of(figure) and later and not s.subset:
                    value = f"{signed(s.value, s.bound)} in the report on {s.report_period}"
                    said[value].add(numbers[s.source.id])
            told = "; ".join(f"{value} {_on(who)}" for value, who in sorted(said.items()))
            lines.append(f"{_place(figure)}: {number(figure)}, then {told}")
        return lines

    def _caveats(self) -> list[str]:
        """Say for each caveat which figures every page states with it."""
        return [
            f"{caveat.label}: {'; '.join(f'{_place(f)} {number(f)}' for f in self.figures.filter(caveats=caveat))}"
            for caveat in Caveat
            if self.figures.filter(caveats=caveat)
        ]

    def _unbalanced(self) -> list[str]:
        """Say which totals do not equal the sum of their parts, and what explains it."""
        numbers = self._numbers()
        lines = []
        for b in self.unbalanced:
            page = f" {_on([numbers[b.source.id]])}" if b.source else ""
            lines.append(f"{_place(b)}{page}: {verdict_of(b)}: {sum_of(b)}. {why(b, numbers)}".strip())
        return lines

    def _parts(self) -> list[str]:
        numbers = self._numbers()
        return [
            f"{_place(s)}: {signed(s.value, s.bound)} ({s.note or 'a part'}) {_on([numbers[s.source.id]])}"
            for s in self.parts_only
        ]

    def _tag(self, page: Source, *, cited: bool) -> str:
        """Say what sets a page apart: another report, or why the rule rests no figure on it."""
        own = list(self.statements.filter(source=page.id))
        others = sorted({s.report_period for s in own} - {self.period})
        tags = [f"report on {', '.join(map(str, others))}"] if others else []
        if not cited:
            reasons = {
                "counts another inside": any(s.includes for s in own),
                "inferred": any(INFERRED & set(s.caveats) for s in own),
                "mirror": page.mirror,
            }
            tags += [reason for reason, holds in reasons.items() if holds]
            tags[:1] = [f"set aside: {tags[0]}" if tags else "set aside"]
        return f" [{', '.join(tags)}]" if tags else ""

    def _own(self, page: Source) -> list[str]:
        """What one page states, a line a row of the table."""
        rows: dict[tuple[Area, Scope, Measure], list[str]] = defaultdict(list)
        own = list(self.statements.filter(source=page.id))
        mixed = len({s.report_period for s in own}) > 1
        for s in own:
            part = f" (part: {s.note or 'not all'})" if s.subset else ""
            inside = f" with {' and '.join(code.label for code in s.includes)}" if s.includes else ""
            later = f" in the report on {s.report_period}" if mixed and s.report_period != s.period else ""
            caveats = f" ({', '.join(caveat.label for caveat in s.caveats)})" if s.caveats else ""
            said = f"{s.group.label} {signed(s.value, s.bound)}{inside}{part}{later}{caveats}"
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
                f"{self.dataset.name} {self.period}: "
                + ", ".join(
                    f"{count} {name}{'' if count == 1 else 's'}"
                    for count, name in ((len(self.figures), "figure"), (len(self.statements), "statement"))
                )
                + f", {len(self.pages)} page{'' if len(self.pages) == 1 else 's'}; release {self.dataset.release}",
                style="bold",
            ),
            *([Text(str(self.dataset.vintage), style="dim")] if self.dataset.vintage else []),
            "",
            *self._grids(narrow=narrow),
        ]
        sections = (
            ("", self._legend(narrow=narrow)),
            ("Disputed", self._disputes()),
            ("Restated later", self._restated()),
            ("With a caveat, on every page that states it", self._caveats()),
            ("Known in part only, no figure", self._parts()),
            ("Does not add up", self._unbalanced()),
        )
        for heading, lines in sections:
            if lines:
                blocks += ["", Text(heading, style="bold")] if heading else [""]
                blocks += [Text(line, style="" if heading else "dim") for line in lines]
        blocks += ["", Text("Pages", style="bold")]
        cited = {page.id for figure in self.figures for page in (*figure.sources, *figure.others)}
        cited |= {s.source.id for s in self.parts_only}
        for place, page in enumerate(self.pages, 1):
            tag = self._tag(page, cited=page.id in cited)
            blocks.append(Text(f"{place:>3} {page}{tag}", overflow="ignore", no_wrap=True))
            if statements or page.id not in cited or page.kind in _ITS_OWN:
                blocks += [Padding(Text(line, style="dim"), (0, 0, 0, 6), expand=False) for line in self._own(page)]
        return Lines(*blocks)


def _place(cell: Figure | Statement | Balance) -> str:
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


def cell_text(figure: Figure | None) -> Text:
    """Write a figure's number with the letter of its status and the signs of its marks; nothing for none."""
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
    """Give the console of the command: as wide as the terminal or as COLUMNS says, and wide enough for a pipe."""
    made = Console(markup=False, highlight=False)
    known = made.is_terminal or "COLUMNS" in os.environ
    return made if known else Console(markup=False, highlight=False, width=200)
