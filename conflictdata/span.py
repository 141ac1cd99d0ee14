"""One span of a dataset in words: its numbers, what is to be known of them, and the pages that stated them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby

import attrs

from conflictdata.balances import FAILING, Balance, sum_of, verdict_of, why
from conflictdata.dataset import Dataset
from conflictdata.errors import UnknownNameError
from conflictdata.models import SIGNS, Claim, Figure, Source, Statement, signed
from conflictdata.resolve import INFERRED, Cell
from conflictdata.tables import FigureTable, Table
from conflictdata.timeline import Point
from conflictdata.values import Period
from conflictdata.vocabulary import Area, Caveat, Group, Mark, Measure, PeriodKind, Scope, SourceKind, Status

LETTERS: Mapping[Status, str] = {Status.REPEATED: "r", Status.SINGLE: "s", Status.DISPUTED: "d"}
MARKS: Mapping[Mark, str] = {
    Mark.REVISED: "*",
    Mark.RESTATED_ONCE: "'",
    Mark.INCLUDES_OTHER: "+",
    Mark.TIE: "=",
    Mark.TORN: "!",
}
_MEASURES = (Measure.KILLED, Measure.INJURED, Measure.INCIDENTS, Measure.KIDNAPPED, Measure.ARRESTED)
ITS_OWN = {SourceKind.OPINION, SourceKind.COMPILATION}  # pages that are no report: their own numbers are printed

Line = tuple[Area, Scope, Measure]  # what the numbers of one line are of


def number(figure: Figure | Point) -> str:
    """Write a figure's number: `458`, `>=645`, or `45..988` where there is no point value."""
    if figure.value is None or figure.bound is None:
        return f"{figure.low}..{'' if figure.high is None else figure.high}"
    return signed(figure.value, figure.bound)


def signs(figure: Figure) -> str:
    """Give the letter of a figure's status and the signs of its marks."""
    return LETTERS[figure.status] + "".join(MARKS.get(mark, "") for mark in figure.marks)


def legend(figures: Sequence[Figure]) -> str:
    """Say what the letters and signs beside some figures mean: those that stand beside them alone."""
    used = [f"{LETTERS[status]} {status.label}" for status in Status if any(f.status is status for f in figures)]
    used += [f"{sign} {mark.label}" for mark, sign in MARKS.items() if any(mark in f.marks for f in figures)]
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


def on_pages(pages: Iterable[int]) -> str:
    """Name pages by their numbers: `on page 3`, `on pages 1-3 7`."""
    numbers = sorted(set(pages))
    return f"on page{'' if len(numbers) == 1 else 's'} {spans(numbers)}"


def place(cell: Figure | Statement | Balance | Claim) -> str:
    """Name a cell without its span: `Pakistan, all violence, killed total`."""
    return f"{cell.area.label}, {cell.scope.label}, {cell.measure.label} {cell.group.label}"


@attrs.frozen(slots=False)  # what follows from the fields is kept
class Span:
    """What the pages of a dataset state about one span.

    Attributes:
        dataset: The dataset.
        period: The span.
        figures: The figures.
        statements: The statements behind them, and those of parts of a cell.
        pages: The pages, in the order of their numbers.
        on: Names pages by their numbers.
    """

    dataset: Dataset
    period: Period
    figures: FigureTable
    statements: Table[Statement]
    pages: Sequence[Source]
    on: Callable[[Iterable[int]], str] = on_pages

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
        in_these, of_these = tuple(map(Area, areas)) or None, tuple(map(Scope, scopes)) or None
        stated = dataset.statements.filter(period=span)
        if not stated:
            periods = sorted({statement.period for statement in dataset.statements})
            raise UnknownNameError(f"period of {dataset.name}", span, periods, _runs(periods))
        in_areas = stated.filter(area=in_these)
        if not in_areas:
            there = sorted({s.area for s in stated}, key=lambda area: area.rank)
            raise UnknownNameError(f"area of {dataset.name} {span}", " ".join(areas), there)
        statements = in_areas.filter(scope=of_these)
        if not statements:
            there_too = sorted({s.scope for s in in_areas}, key=lambda scope: scope.rank)
            raise UnknownNameError(f"scope of {' '.join([dataset.name, str(span), *areas])}", " ".join(scopes), there_too)
        figures = dataset.figures.filter(period=span, area=in_these, scope=of_these)
        pages = {s.source.id: s.source for s in statements}
        ordered = sorted(pages.values(), key=lambda page: (page.kind.rank, page.published_to, page.outlet, page.id))
        return cls(dataset, span, figures, statements, ordered)

    @cached_property
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

    @property
    def title(self) -> str:
        """The dataset, the span, how much there is, and the release."""
        counts = ((len(self.figures), "figure"), (len(self.statements), "statement"), (len(self.pages), "page"))
        told = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts)
        return f"{self.dataset.name} {self.period}: {told}; release {self.dataset.release}"

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each page, by its id."""
        return {page.id: number for number, page in enumerate(self.pages, 1)}

    @cached_property
    def rows(self) -> dict[Line, dict[Group, Figure]]:
        """The figures: a row an area, scope and measure, in it a figure a group."""
        rows: dict[Line, dict[Group, Figure]] = defaultdict(dict)
        for figure in self.figures:
            rows[figure.area, figure.scope, figure.measure][figure.group] = figure
        order = sorted(rows, key=lambda row: (row[0].rank, row[1].rank, _MEASURES.index(row[2])))
        return {row: rows[row] for row in order}

    @cached_property
    def cited(self) -> set[str]:
        """The ids of the pages that a figure rests on or that state another value of it, and of those on parts of a cell."""
        cited = {page.id for figure in self.figures for page in (*figure.sources, *figure.others)}
        return cited | {s.source.id for s in self.parts_only}

    def cited_by(self, row: Line) -> set[int]:
        """Give the numbers of the pages that state the figures of one row, or another value of them."""
        numbers = self.numbers
        return {numbers[page.id] for figure in self.rows[row].values() for page in (*figure.sources, *figure.others)}

    @property
    def sections(self) -> dict[str, list[str]]:
        """What is to be known of the figures, line by line, under headings; none without a line."""
        sections = {
            "Disputed": self._disputes(),
            "Restated later": self._restated(),
            "With a caveat, on every page that states it": self._caveats(),
            "Known in part only, no figure": self._parts(),
            "Does not add up": self._unbalanced(),
        }
        return {heading: lines for heading, lines in sections.items() if lines}

    def _disputes(self) -> list[str]:
        """Say for each disputed figure which pages state what."""
        numbers = self.numbers
        lines = []
        for figure in self.figures.filter(status=Status.DISPUTED):
            said: dict[str, set[int]] = defaultdict(set)
            pool = {page.id for page in (*figure.sources, *figure.others)}
            for s in self.statements:
                if Cell.of(s) == Cell.of(figure) and not s.subset and s.source.id in pool:
                    said[signed(s.value, s.bound)].add(numbers[s.source.id])
            own = "" if figure.value is None or figure.bound is None else signed(figure.value, figure.bound)
            ordered = sorted(said.items(), key=lambda item: (item[0] != own, item[0]))
            told = [f"{value} {self.on(who)}" for value, who in (*ordered, *sorted(self._with_others(figure).items()))]
            lines.append(f"{place(figure)}: {'; '.join(told)}")
        return lines

    def _with_others(self, figure: Figure) -> dict[str, set[int]]:
        """Give what pages state of a figure's cell that count another group, area or scope inside it."""
        said: dict[str, set[int]] = defaultdict(set)
        for s in self.statements:
            if Cell.of(s) == Cell.of(figure) and s.includes and not s.subset:
                inside = " and ".join(code.label for code in s.includes)
                said[f"{signed(s.value, s.bound)} with {inside} inside"].add(self.numbers[s.source.id])
        return said

    def _restated(self) -> list[str]:
        """Say for each figure that later reports restate what they give."""
        numbers = self.numbers
        lines = []
        for figure in self.figures.filter(marks=[Mark.REVISED, Mark.RESTATED_ONCE]):
            said: dict[str, set[int]] = defaultdict(set)
            for s in self.statements:
                later = s.report_period.end > s.period.end and s.interval.disjoint(figure.interval)
                if Cell.of(s) == Cell.of(figure) and later and not s.subset:
                    value = f"{signed(s.value, s.bound)} in the report on {s.report_period}"
                    said[value].add(numbers[s.source.id])
            told = "; ".join(f"{value} {self.on(who)}" for value, who in sorted(said.items()))
            lines.append(f"{place(figure)}: {number(figure)}, then {told}")
        return lines

    def _caveats(self) -> list[str]:
        """Say for each caveat which figures every page states with it."""
        return [
            f"{caveat.label}: {'; '.join(f'{place(f)} {number(f)}' for f in self.figures.filter(caveats=caveat))}"
            for caveat in Caveat
            if self.figures.filter(caveats=caveat)
        ]

    def _unbalanced(self) -> list[str]:
        """Say which totals do not equal the sum of their parts, and what explains it."""
        numbers = self.numbers
        names = {page: self.on([number]).removeprefix("on ") for page, number in numbers.items()}
        lines = []
        for b in self.unbalanced:
            page = f" {self.on([numbers[b.source.id]])}" if b.source else ""
            lines.append(f"{place(b)}{page}: {verdict_of(b)}: {sum_of(b)}. {why(b, names)}".strip())
        return lines

    def _parts(self) -> list[str]:
        numbers = self.numbers
        return [
            f"{place(s)}: {signed(s.value, s.bound)} ({s.note or 'a part'}) {self.on([numbers[s.source.id]])}"
            for s in self.parts_only
        ]

    def tag(self, page: Source) -> str:
        """Say what sets a page apart: another report, or why the rule rests no figure on it."""
        own = list(self.statements.filter(source=page.id))
        others = sorted({s.report_period for s in own} - {self.period})
        tags = [f"report on {', '.join(map(str, others))}"] if others else []
        if page.id not in self.cited:
            reasons = {
                "counts another inside": any(s.includes for s in own),
                "inferred": any(INFERRED & set(s.caveats) for s in own),
                "mirror": page.mirror,
            }
            tags += [reason for reason, holds in reasons.items() if holds]
            tags[:1] = [f"set aside: {tags[0]}" if tags else "set aside"]
        return f" [{', '.join(tags)}]" if tags else ""

    def own(self, page: Source) -> list[str]:
        """What one page states, a line a row of the table."""
        rows: dict[Line, list[str]] = defaultdict(list)
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
