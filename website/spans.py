"""A page for every span of every dataset: its numbers, what is to be known of them, and the pages that stated them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TypeVar

import attrs

import conflictdata as cd
from conflictdata.balances import FAILING, along, sum_of, verdict_of
from conflictdata.claims import words_of
from conflictdata.dataset import Dataset
from conflictdata.models import SIGNS, Source
from conflictdata.span import LETTERS, MARKS, Span, place
from conflictdata.values import Period
from conflictdata.vocabulary import ClaimVerdict, Group, PeriodKind, SourceKind, Verdict
from website import text


def periods(dataset: Dataset) -> list[Period]:
    """Give the spans that have a page: those of which a page of the record states or claims anything."""
    return sorted({row.period for row in dataset.statements} | {row.period for row in dataset.claims})


def files() -> Iterator[tuple[str, str]]:
    """Give the pages of all spans of all datasets."""
    for info in cd.list_datasets():
        dataset = cd.load(info.name)
        for page in pages(dataset):
            yield f"data/{dataset.name}/{text.slug(page.span.period)}.md", page.write()


def pages(dataset: Dataset) -> Iterator["Page"]:
    """Give the pages of one dataset, each with its neighbours of the same kind."""
    for _, same in groupby(sorted(periods(dataset), key=lambda period: (period.kind.rank, period)), lambda p: p.kind):
        row: list[Period | None] = [None, *same, None]
        for before, period, after in zip(row, row[1:], row[2:], strict=False):
            if period:
                yield Page(_span(dataset, period), before, after)


def _span(dataset: Dataset, period: Period) -> Span:
    """Gather what there is on a span, be it claims alone."""
    stated = dataset.statements.filter(period=period)
    if not stated:
        return Span(dataset, period, dataset.figures.filter(period=period), stated, ())
    return attrs.evolve(Span.of(dataset, period.code), on=text.on_links)


@attrs.frozen(slots=False)
class Page:
    """The page of one span.

    Attributes:
        span: What the record has of it.
        before: The span of the same kind before it that has a page.
        after: The span of the same kind after it that has a page.
    """

    span: Span
    before: Period | None
    after: Period | None

    def write(self) -> str:
        """Give the page as Markdown."""
        parts = [self._head(), self._breaks(), self._numbers(), self._sections(), self._sums(), self._claims()]
        parts += [self._sources(), _AFTER]
        return "\n".join(filter(None, parts))

    @property
    def _name(self) -> str:
        return self.span.dataset.name

    def _head(self) -> str:
        span, name = self.span, self._name.upper()
        words = text.in_words(span.period)
        title = f"{name}, {words}" if words.startswith(span.period.code[:4]) else f"{name}, {words} ({span.period})"
        links = [f"[The record](../index.md) / [{name}](index.md)", *self._neighbours()]
        counts = span.title.partition(": ")[2]
        said = f"What the pages of the record give for {span.period} as counted by {name}"
        code = text.python(f'{text.opened(span.dataset)}.figures.filter(period="{span.period}")') if span.figures else ""
        head = f"---\ntitle: {title}\ndescription: {said}\nhide: [navigation]\n---\n\n# {title}\n\n{' · '.join(links)}\n\n"
        own = not span.pages or any(page.kind is SourceKind.PRIMARY for page in span.pages)
        return f"{head}{said}: {counts}.{'' if own else _NOT_ITS_OWN}\n\n{code}"

    def _neighbours(self) -> list[str]:
        """Link the spans before and after; say where spans between have no page."""
        links = []
        for word, other in (("before", self.before), ("after", self.after)):
            if other:
                near = self.span.period.next() == other or other.next() == self.span.period
                between = "" if near or self.span.period.kind in _RUNS else ", none between"
                links.append(f"{word}: [{other.code}]({text.slug(other)}.md){between}")
        return links

    def _breaks(self) -> str:
        """What changed the meaning of the numbers, in this span or before it."""
        lines = [
            f"- {'Within' if self.span.period.start <= one.start else 'Before'} this span, from {one.day_label}: "
            f"{one.description} ([breaks](index.md#breaks))"
            for one in self.span.dataset.breaks
            if one.start <= self.span.period.end
        ]
        return "\n".join([_CHANGED, "", *lines, ""]) if lines else ""

    def _numbers(self) -> str:
        """The figures: rows by area, scope and measure, columns by group."""
        span = self.span
        if not span.figures:
            return "No figure follows from what the pages of the record state of this span.\n"
        heads = ['<th scope="col">scope</th><th scope="col">measure</th>']
        heads += [f'<th scope="col" class="number">{escape(group.label)}</th>' for group in Group]
        lines = [
            '<div class="scrolls" role="region" aria-label="Numbers" tabindex="0"><table class="numbers">',
            "<caption>Figures by area, scope, measure and group</caption>",
            f"<thead><tr>{''.join(heads)}</tr></thead>",
        ]
        for area, rows in groupby(span.rows, lambda row: row[0]):
            width = len(Group) + 2
            lines.append(
                f'<tbody><tr><th scope="rowgroup" colspan="{width}">{escape(area.label)} <code>{area}</code></th></tr>'
            )
            for row in rows:
                cells = "".join(text.figure_cell(span.rows[row].get(group), span.numbers) for group in Group)
                names = f'<th scope="row">{escape(row[1].label)}</th><th scope="row">{escape(row[2].label)}</th>'
                lines.append(f"<tr>{names}{cells}</tr>")
            lines.append("</tbody>")
        lines.append("</table></div>\n")
        return "## Numbers" + _APART + self._legend() + "\n".join(lines)

    def _legend(self) -> str:
        """Say what the letters and signs beside the numbers mean, and where more stands on them."""
        used = {figure.status for figure in self.span.figures}
        marks = {mark for figure in self.span.figures for mark in figure.marks}
        said = [f"`{letter}` {text.code_link(status)}" for status, letter in LETTERS.items() if status in used]
        said += [f"`{sign}` {text.code_link(mark)}" for mark, sign in MARKS.items() if mark in marks]
        bounds = [f.bound for f in self.span.figures if f.bound]
        said += [f"`{sign}` {text.code_link(bound)}" for bound, sign in SIGNS.items() if bound in bounds]
        return f"{', '.join(said)}. {_READ}\n\n"

    def _sections(self) -> str:
        sections = {head: lines for head, lines in self.span.sections.items() if head != _SUMS}
        return "".join(f"## {head}{_APART}{text.listed(map(text.linked, lines))}\n" for head, lines in sections.items())

    def _sums(self) -> str:
        """The balances: how many hold, those that do not with their explanations, and all sums of the figures."""
        span = self.span
        of_figures = span.dataset.balances.filter(period=span.period)
        on_pages = span.dataset.source_balances.filter(period=span.period)
        if not of_figures and not on_pages:
            return ""
        said = [
            f"{level}: {', '.join(f'{n} {v.label}' for v, n in _counted([b.verdict for b in rows]))}"
            for level, rows in (("over the figures", of_figures), ("on the pages", on_pages))
            if rows
        ]
        failing = span.sections.get(_SUMS, [])
        told = text.listed(map(text.linked, failing)) if failing else ""
        rest = [
            f"{escape(place(b))}, {along(b)}: <strong>{verdict_of(b)}</strong>: {escape(sum_of(b))}"
            for b in of_figures
            if b.verdict not in FAILING
        ]
        more = text.details(f"{len(rest)} other sums over the figures", text.listed(rest)) if rest else ""
        lead = f"Totals against the sum of their parts, {'; '.join(said)} ([what the words mean](../../balances.md))."
        return f"## Does it add up?{_APART}{lead}\n\n{told}\n{more}"

    def _claims(self) -> str:
        """What pages say about the numbers, each with its verdict and the evidence."""
        claims = list(self.span.dataset.claims.filter(period=self.span.period))
        if not claims:
            return ""
        claims.sort(key=lambda claim: (_ORDER.index(claim.verdict), claim.area.rank, claim.scope.rank, claim.measure.rank))
        same: dict[tuple[str, str, str], list[Source]] = defaultdict(list)  # what several pages claim alike
        for claim in claims:
            said = f"{escape(place(claim))}: <strong>{escape(words_of(claim))}</strong>"
            same[claim.verdict.label, said, claim.evidence].append(claim.source)
        rows = [
            f"<em>{verdict}</em>. {said}, {', '.join(map(_outlet, pages))}<br><small>{escape(evidence)}</small>"
            for (verdict, said, evidence), pages in same.items()
        ]
        counts = ", ".join(f"{n} {verdict.label}" for verdict, n in _counted([claim.verdict for claim in claims]))
        lead = f"What pages say about the numbers, held against them: {counts} ([how](../../claims.md))."
        return f"## Claims{_APART}{lead}\n\n{text.listed(rows)}"

    def _sources(self) -> str:
        span = self.span
        if not span.pages:
            return ""
        lines = []
        for number, page in enumerate(span.pages, 1):
            stated = text.listed(map(escape, span.own(page)))
            own = text.details("what it states of this span", stated)
            lines.append(f'<li id="page-{number}">{text.source_line(page)}{escape(span.tag(page))}\n{own}</li>')
        return f"## Pages{_APART}<ol>\n" + "\n".join(lines) + "\n</ol>\n"


_APART = " { data-search-exclude }\n\n"  # a search leads to the page of a span, not to each of its numbers
_SUMS = "Does not add up"
_CHANGED = "**What is counted changed.** Numbers from before and after do not compare:"
_READ = "Below each number stand the pages that state it. An empty place: no page of the record gives it whole."
_NOT_ITS_OWN = " None of the pages is the publisher's own."
_AFTER = "[How to cite these numbers](../../howto/cite.md) · [Report an error](../../statement.md#report-an-error)\n"
_RUNS = (PeriodKind.MONTHS, PeriodKind.DAYS)
_ORDER = (ClaimVerdict.CONTRADICTED, ClaimVerdict.SUPPORTED, ClaimVerdict.UNDECIDED)


V = TypeVar("V", Verdict, ClaimVerdict)


def _outlet(page: Source) -> str:
    return f'<a href="{escape(page.url)}">{escape(page.outlet)}</a>'


def _counted(verdicts: Sequence[V]) -> list[tuple[V, int]]:
    """Count verdicts, in their order, none of which there is none."""
    return sorted(Counter(verdicts).items(), key=lambda item: item[0].rank)
