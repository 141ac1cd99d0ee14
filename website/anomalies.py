"""The page of known anomalies: what is odd in the numbers, how it looks, why it is there, and when to worry."""

from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Any

import attrs

import conflictdata as cd
from conflictdata.balances import FAILING, Balance, along, sum_of, verdict_of
from conflictdata.claims import words_of
from conflictdata.dataset import Dataset
from conflictdata.models import cell_label, signed
from conflictdata.span import number
from conflictdata.values import Period
from conflictdata.vocabulary import Area, Caveat, Mark, PeriodKind, Reason, Scope
from website import text

Cases = Callable[[list[Dataset]], str]


@attrs.frozen(kw_only=True)
class Kind:
    """One kind of anomaly.

    Attributes:
        title: What it is.
        looks: How it looks in the data.
        expected: Why it is to be expected.
        worry: When to worry.
        cases: Gives the cases of the record.
    """

    title: str
    looks: str
    expected: str
    worry: str
    cases: Cases

    def write(self, datasets: list[Dataset]) -> str:
        """Give its section of the page."""
        said = (
            ("How it looks", self.looks),
            ("Why it is to be expected", self.expected),
            ("When to worry", self.worry),
        )
        return "\n\n".join([f"## {self.title}", *(f"**{head}.** {words}" for head, words in said), self.cases(datasets)])


def files() -> Iterator[tuple[str, str]]:
    """Give the page."""
    yield "data/anomalies.md", page([cd.load(info.name) for info in cd.list_datasets()])


def page(datasets: list[Dataset]) -> str:
    """Write the page.

    Args:
        datasets: The datasets.

    Returns:
        Markdown.
    """
    parts = [
        "# Known anomalies",
        (
            "What a reader of the numbers stumbles over, and what the record knows of it. Nothing was changed: each number "
            "stands as its page gives it. Each kind says how it looks in the data, why it is expected, and when to worry."
        ),
    ]
    parts += [kind.write(datasets) for kind in _KINDS]
    return "\n\n".join(parts) + "\n"


def _link(row: Any) -> str:
    """Link a cell to the page of its span."""
    return f'<a href="../{row.dataset}/{text.slug(row.period)}/">{escape(cell_label(row))}</a>'


def _details(count: int, what: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    summary = f"{count:,} {what}"
    return text.details(summary, text.table(heads, rows, what)) if count else f"{summary}."


def _source(page: cd.Source | None) -> str:
    return f'<a href="{escape(page.url)}">{escape(page.outlet)}</a>' if page else ""


def _sums(datasets: list[Dataset]) -> str:
    """All totals that are short or over, by what explains them."""
    failing: list[Balance] = [
        balance
        for dataset in datasets
        for table in (dataset.balances, dataset.source_balances)
        for balance in table.filter(verdict=FAILING)
    ]
    parts = [f"{len(failing):,} totals, by the reason that is known of them:\n"]
    for reason in (*Reason, None):
        found = [balance for balance in failing if balance.reason is reason]
        if not found:
            continue
        rows = [
            (
                f"{_link(b)}, {along(b)}",
                _source(b.source) or "the figures",
                f"{verdict_of(b)}: {escape(sum_of(b))}",
                escape(b.explanation or ""),
                _source(b.shown_by),
            )
            for b in found
        ]
        what = f"{reason.label}: {reason.definition}" if reason else "not looked into yet"
        parts.append(_details(len(found), what, ("total", "on", "verdict", "what is known", "shown by"), rows))
    return "\n".join(parts)


def _with_caveat(caveat: Caveat) -> Cases:
    def cases(datasets: list[Dataset]) -> str:
        found = [s for dataset in datasets for s in dataset.statements.filter(caveats=caveat)]
        rows = [(_link(s), escape(signed(s.value, s.bound)), _source(s.source), escape(s.note or "")) for s in found]
        return _details(len(found), f"statements: {caveat.label}", ("cell", "number", "page", "note"), rows)

    return cases


def _open(datasets: list[Dataset]) -> str:
    found = [figure for dataset in datasets for figure in dataset.figures.filter(marks=[Mark.TORN, Mark.TIE])]
    rows = [
        (
            _link(f),
            escape(number(f)),
            ", ".join(mark.label for mark in f.marks),
            " ".join(_source(page) for page in (*f.sources, *f.others)),
        )
        for f in found
    ]
    return _details(
        len(found), "figures of which the pages leave several values", ("cell", "number", "marks", "pages"), rows
    )


def _breaks(datasets: list[Dataset]) -> str:
    lines = [
        f"- [{d.name.upper()}]({d.name}/index.md#breaks), {b.day_label}: {b.description}" for d in datasets for b in d.breaks
    ]
    return "\n".join(lines)


def _revised(datasets: list[Dataset]) -> str:
    told = [row for dataset in datasets for row in dataset.revision_summary()]
    lines = [
        f"- [{row.dataset.upper()}]({row.dataset}/index.md#revisions): of {row.looked_at_again:,} figures that reports "
        f"look at again later, {row.revised:,} are revised"
        for row in told
    ]
    return "\n".join(lines)


def _unclear(datasets: list[Dataset]) -> str:
    lines = []
    for dataset in datasets:
        scope = len(dataset.statements.filter(scope=Scope.UNCLEAR))
        area = len(dataset.statements.filter(area=Area.KP_UNCLEAR))
        lines.append(
            f"- [{dataset.name.upper()}]({dataset.name}/index.md): {scope:,} statements of {Scope.UNCLEAR.label}, "
            f"{area:,} of {Area.KP_UNCLEAR.label}, of {len(dataset.statements):,}"
        )
    return "\n".join(lines)


def _slips(datasets: list[Dataset]) -> str:
    found = [claim for dataset in datasets for claim in dataset.claims if claim.slips]
    rows = [
        (
            _link(c),
            escape(words_of(c)),
            ", ".join(slip.label for slip in c.slips),
            _source(c.source),
            escape(c.evidence),
        )
        for c in found
    ]
    return _details(
        len(found), "claims that come out by another computation", ("cell", "claim", "slip", "page", "evidence"), rows
    )


def _gaps(datasets: list[Dataset]) -> str:
    """The months between the first and the last with a figure that have none."""
    lines = []
    for dataset in datasets:
        months = sorted({figure.period for figure in dataset.figures.filter(period_kind=PeriodKind.MONTH)})
        index = list(Period.index(PeriodKind.MONTH, months[0].start, months[-1].end))
        missing = [month for month in index if month not in set(months)]
        lines.append(
            f"- [{dataset.name.upper()}]({dataset.name}/index.md#spans): {len(missing)} of {len(index)} months from "
            f"{months[0]} to {months[-1]}"
        )
    return "\n".join(lines)


_KINDS = (
    Kind(
        title="Totals that do not equal the sum of their parts",
        looks="A balance with the verdict `short` or `over`: all required parts are there, and sum to less or exceed it.",
        expected="Pages leave a small category out, count one group inside another, misprint a digit, or add to an earlier "
        "number that was restated since. [Does it add up?](../balances.md) has a case of each.",
        worry="Where nothing explains it, and where a sum of your own selection fails that is not listed here.",
        cases=_sums,
    ),
    Kind(
        title="Numbers that are likely misprints",
        looks="A statement with the caveat `misprint_likely`. It is recorded as printed.",
        expected="A digit is dropped, a line is read into the next, killed and injured change places.",
        worry="Where such a number is the only one of its cell: no other page shows what was meant.",
        cases=_with_caveat(Caveat.MISPRINT_LIKELY),
    ),
    Kind(
        title="Pages that contradict themselves",
        looks="A statement with the caveat `self_contradiction`: its own page gives another number for its cell.",
        expected="A headline rounds what the text gives, or a paragraph is taken from an earlier report.",
        worry="Where the two differ by more than rounding.",
        cases=_with_caveat(Caveat.SELF_CONTRADICTION),
    ),
    Kind(
        title="Figures without one value",
        looks="A figure with the mark `torn` or `tie`; the first has no value, but `low` and `high`.",
        expected="Pages on one report disagree, and none stands nearer to the publisher than the others.",
        worry="Where a series of yours takes `value` alone: such a month is then missing. Take `low` and `high`.",
        cases=_open,
    ),
    Kind(
        title="Later reports that give another number",
        looks="A figure with the mark `revised` or `restated_once`, and rows in `dataset.revisions`.",
        expected="A monitor may go on counting after a month has ended, or correct what it gave.",
        worry="Where two months are compared of which one was restated and the other not.",
        cases=_revised,
    ),
    Kind(
        title="Numbers that changed their meaning",
        looks="A row in `dataset.breaks`; in a series the column `segment` counts on.",
        expected="What a publisher counts can widen or narrow, and its pages need not say so.",
        worry="Wherever spans of two segments are compared.",
        cases=_breaks,
    ),
    Kind(
        title="Places and kinds of violence that a page leaves open",
        looks="The scope `unclear` and the area `PK-KP-UNCLEAR`: shown, and never added to anything or compared.",
        expected="A short report says how many were killed, and not whether operations are counted; or it names a province "
        "and not whether the tribal districts are counted with it.",
        worry="Where such a number is the only one of a month: it is no gap, and not usable in a series either.",
        cases=_unclear,
    ),
    Kind(
        title="Per cents that the printed numbers do not give",
        looks="A contradicted claim with `slips`: the per cent comes out by another computation of the same two numbers.",
        expected="The change was divided by [the later number](../claims.md#the-later-number-as-the-base), or what remains "
        "was printed as the fall.",
        worry="Wherever a per cent is quoted without its two numbers.",
        cases=_slips,
    ),
    Kind(
        title="Months without a figure",
        looks="A point with `gap` in a series; in the calendars a month without a number.",
        expected="No page was found that can still be read and gives a whole count. That tells nothing of what happened.",
        worry="Where a mean or a sum is taken over a series with gaps.",
        cases=_gaps,
    ),
)
