"""Balances, revisions, claims, comparisons on a screen: a summary, and a block for each balance, cell, claim or pair."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from conflictdata.balances import COUNTS, Balance, Tally, along, sum_of, verdict_of, why
from conflictdata.changes import Change, Diff
from conflictdata.claims import CheckedClaim, words_of
from conflictdata.comparison import Comparison
from conflictdata.implication import Implied, in_words
from conflictdata.lines import HEAD, RECORD
from conflictdata.models import Record, Release, cell_label, signed
from conflictdata.pairs import Compared, ComparisonSummary
from conflictdata.pins import Pin, Selection
from conflictdata.revisions import Revision, RevisionSummary
from conflictdata.show import cell_text
from conflictdata.span import legend
from conflictdata.vocabulary import ClaimKind, ClaimVerdict, Mark, State, Verdict

# Long heads in two lines, so that the table fits into 80 columns.
_SPLIT = {
    "complete": "com-\nplete",
    "balanced": "bal-\nanced",
    "partial": "par-\ntial",
    "unexplained": "unex-\nplained",
}
_STYLES = {Verdict.SHORT: "bold yellow", Verdict.OVER: "bold red", Verdict.BALANCED: "green"}
_OF_CLAIMS = {ClaimVerdict.SUPPORTED: "green", ClaimVerdict.CONTRADICTED: "bold red", ClaimVerdict.UNDECIDED: ""}


def tally_grid(rows: Iterable[Tally]) -> RenderableType:
    """Lay the summary out for a terminal.

    Args:
        rows: How the totals of each axis stand; those without a total are left out.

    Returns:
        What a rich console prints.
    """
    grid = Grid(box=None, padding=(0, 1, 0, 0), show_edge=False, header_style="underline")
    for name in ("dataset", "level", "axis"):
        grid.add_column(name, no_wrap=True)
    for name in COUNTS:
        grid.add_column(_SPLIT.get(name, name), justify="right", no_wrap=True)
    for row in rows:
        if row.totals:
            counts = [f"{getattr(row, name):,}" for name in COUNTS]
            grid.add_row(row.dataset, row.level, row.axis.label, *counts)
    return grid


def block(balance: Balance, *, wrap: bool = True) -> RenderableType:
    """Lay one balance out: the verdict and the cell, what was added, what explains it; wrapped or not."""
    page = f", on {balance.source.id}" if balance.source else ""
    style = _STYLES.get(balance.verdict, "")
    head = Text.assemble((verdict_of(balance), style), f"  {cell_label(balance)}, {along(balance)}{page}")
    told = [sum_of(balance), *filter(None, [why(balance)])]
    if not wrap:
        return Text("\n    ").join([head, *map(Text, told)])
    return Lines(head, *(Padding(Text(line, style="dim"), (0, 0, 0, 4)) for line in told))


def balances_screen(summary: Sequence[Tally], rows: Sequence[Balance], *, wrap: bool) -> RenderableType:
    """Lay the summary and the balances out for a terminal.

    Args:
        summary: How the totals of each axis stand.
        rows: The balances to print.
        wrap: Whether to wrap lines, as for a terminal.

    Returns:
        What a rich console prints.
    """
    number = sum(row.unexplained for row in summary)
    last = f"{number:,} short or over without an explanation" if number else "all that is short or over is explained"
    return Lines(tally_grid(summary), "", *(block(row, wrap=wrap) for row in rows), *([""] if rows else []), Text(last))


def releases_screen(rows: Iterable[Release]) -> RenderableType:
    """Lay releases out for a terminal: what each changed, why, and the line that pins it.

    Args:
        rows: The releases.

    Returns:
        What a rich console prints.
    """
    blocks: list[RenderableType] = []
    for row in rows:
        head = f"{row.dataset} {row.label}", f"  {row.size}; rule {row.rule}"
        selection = Selection(dataset=row.dataset, release=row.label)
        heads = (("rows", row.rows_digest[:HEAD]), ("figures", row.figures_digest[:HEAD]))
        blocks.append(Text.assemble((head[0], "bold"), head[1]))
        blocks += [Text(f"    {row.why}", style="dim"), Text(f"    {Pin(selection=selection, digests=heads)}")]
    return Lines(*blocks)


_GROUPS = (
    *((table, kind) for table in RECORD for kind in ("corrected", "withdrawn", "added")),
    *(("figures", kind) for kind in ("changed", "withdrawn", "added")),
)


def _change(change: Change[Record], head: str = "") -> RenderableType:
    """Lay one change out: what it is about, what differs, and why."""
    lines = [Padding(Text(f"{head}{change.what}"), (0, 0, 0, 2)), Padding(Text(change.told, style="dim"), (0, 0, 0, 6))]
    return Lines(*lines, *([Padding(Text(change.why, style="dim"), (0, 0, 0, 6))] if change.why else []))


def diff_screen(diff: Diff) -> RenderableType:
    """Lay the differences between two releases out for a terminal.

    Args:
        diff: The differences.

    Returns:
        What a rich console prints.
    """
    blocks: list[RenderableType] = [Text(f"{diff.dataset} {diff.old} to {diff.new}", style="bold cyan")]
    if diff.rules[0] != diff.rules[1]:
        blocks.append(Text(f"rule {diff.rules[0]}, then {diff.rules[1]}"))
    for table, kind in _GROUPS:
        changes = diff.of(table, kind)
        if changes:
            blocks += ["", Text(f"{table} {kind}: {len(changes):,}", style="bold")]
            blocks += [_change(change) for change in changes]
    if diff.verdicts:
        blocks += ["", Text("verdicts", style="bold")]
        blocks += [_change(change, f"{change.kind}: ") for change in diff.telling]
    if diff.further:
        counts = ", ".join(f"{number:,} {verdict}" for verdict, number in diff.further.items())
        blocks.append(Padding(Text(f"further sums that came: {counts}"), (0, 0, 0, 2)))
    if not diff:
        blocks.append(Text("nothing differs"))
    return Lines(*blocks)


_SUMMARY = {
    "figures": "figures",
    "looked_at_again": "looked at\nagain",
    "revised": "revised",
    "raised": "raised",
    "lowered": "lowered",
    "dated": "dated",
    "median_lag_days": "median lag\nin days",
}
_LAG = "lag: days from the first page with the value to the first with the later one, as far as the pages show their days"


def summary_grid(rows: Iterable[RevisionSummary]) -> RenderableType:
    """Lay the summary of revisions out for a terminal.

    Args:
        rows: The counts of each dataset.

    Returns:
        What a rich console prints.
    """
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="underline")
    grid.add_column("dataset", no_wrap=True)
    for head in _SUMMARY.values():
        grid.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        counts = [getattr(row, name) for name in _SUMMARY]
        grid.add_row(row.dataset, *("" if count is None else f"{count:,}" for count in counts))
    return grid


def _line(value: str, later: str, change: str, lag: str, mark: Text, reports: str) -> Grid:
    """Lay one line out in the columns that all have."""
    grid = Grid(box=None, padding=(0, 1, 0, 0), show_edge=False, show_header=False)
    for width in (11, 8, 8, 11):
        grid.add_column(justify="right", width=width, no_wrap=True)
    grid.add_column(width=13, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(value, later, change, lag, mark, reports)
    return grid


def _lag(row: Revision) -> str:
    """Write a lag: one number, or as many days as the pages leave open."""
    return f"{row.lag_low}" if row.lag_low == row.lag_high else f"{row.lag_low}..{row.lag_high}"


def _of_cell(rows: Iterable[Revision]) -> list[RenderableType]:
    """Lay the later values of one cell out: the cell, then a line for each with its pages under it."""
    lines: list[RenderableType] = []
    for row in rows:
        if not lines:
            lines.append(Text(cell_label(row), style="bold"))
        mark = Text(row.mark.label, "bold yellow" if row.mark is Mark.REVISED else "")
        numbers = signed(row.value, row.bound), f"{row.later_value:,}", f"{row.change:+,}", _lag(row)
        lines.append(_line(*numbers, mark, " ".join(map(str, row.report_periods))))
        lines.append(Padding(Text(" ".join(page.id for page in row.sources), style="dim"), (0, 0, 0, 6), expand=False))
    return lines


def revisions_screen(summary: Iterable[RevisionSummary], rows: Sequence[Revision]) -> RenderableType:
    """Lay the summary and the revisions out for a terminal.

    Args:
        summary: The counts of each dataset.
        rows: The later values to print, those of one cell together.

    Returns:
        What a rich console prints.
    """
    blocks: list[RenderableType] = [summary_grid(summary), ""]
    if rows:
        head = _line("value", "later", "change", "lag", Text("mark"), "report")
        head.style = "dim"
        blocks.append(head)
    for _, same in groupby(rows, cell_label):
        blocks += _of_cell(same)
    if rows:
        blocks += ["", Text(_LAG, style="dim")]
    blocks.append(Text(f"{len(rows):,} later value{'' if len(rows) == 1 else 's'}"))
    return Lines(*blocks)


def _open(low: int | None, high: int | None) -> str:
    """Write a difference: one number with its sign, or as much as bounds leave open."""
    if low is not None and low == high:
        return f"{low:+,}"
    ends = ("" if end is None else f"{end:+,}" for end in (low, high))
    return "..".join(ends)


def pair_grid(comparison: Comparison, summary: ComparisonSummary, rows: Sequence[Compared]) -> RenderableType:
    """Lay the spans of one pair of datasets out for a terminal.

    Args:
        comparison: The comparison.
        summary: How the two datasets stand to each other.
        rows: The spans that are compared.

    Returns:
        What a rich console prints: a line a span, with the breaks of definition that take effect in it.
    """
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="underline")
    grid.add_column("period", no_wrap=True)
    for head in (summary.dataset, summary.other, "difference", "ratio"):
        grid.add_column(head, justify="right", no_wrap=True)
    grid.add_column("", overflow="fold")
    for row in rows:
        numbers = [cell_text(comparison.figures[name][row.period]) for name in (row.dataset, row.other)]
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        told = [*([] if row.same else ["not the same"]), *(f"break {name}" for name in row.breaks)]
        style = "" if row.same else "dim"
        grid.add_row(
            str(row.period), *numbers, _open(row.difference_low, row.difference_high), ratio, "; ".join(told), style=style
        )
    return grid


def comparison_screen(comparison: Comparison) -> RenderableType:
    """Lay a comparison out for a terminal.

    Args:
        comparison: The comparison.

    Returns:
        What a rich console prints: for each pair a grid of its spans and a line that sums up; what each publisher counts,
        and why they are compared or not; the breaks of definition.
    """
    blocks: list[RenderableType] = [Text(comparison.title, style="bold")]
    for summary in comparison.summary:
        pair = (summary.dataset, summary.other)
        rows = [row for row in comparison.table if (row.dataset, row.other) == pair]
        blocks += ["", *([pair_grid(comparison, summary, rows)] if rows else []), Text(str(summary))]
    shown = [comparison.figures[name][row.period] for row in comparison.table for name in (row.dataset, row.other)]
    note = "difference: the second less the first; ratio: the second by the first, where both are exact"
    if shown:
        blocks += ["", Text(legend(shown), style="dim"), Text(note, style="dim")]
    blocks += ["", Text("Definitions", style="bold"), *map(Text, comparison.definitions)]
    if comparison.breaks:
        blocks += ["", Text("Breaks between the first and the last common span", style="bold")]
        blocks += [Text(f"{one.dataset}:{one.id}, from {one.day_label}: {one.description}") for one in comparison.breaks]
    return Lines(*blocks)


def claims_grid(claims: Iterable[CheckedClaim]) -> RenderableType:
    """Lay out for a terminal how many claims of each kind stand how to the numbers.

    Args:
        claims: The claims.

    Returns:
        What a rich console prints.
    """
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="underline")
    for name in ("dataset", "claim"):
        grid.add_column(name, no_wrap=True)
    for name in ("claims", *(verdict.label for verdict in ClaimVerdict)):
        grid.add_column(name, justify="right", no_wrap=True)
    counts = Counter((claim.dataset, claim.claim, claim.verdict) for claim in claims)
    for dataset in dict.fromkeys(name for name, _, _ in counts):
        for kind in ClaimKind:
            told = [counts[dataset, kind, verdict] for verdict in ClaimVerdict]
            if any(told):
                grid.add_row(dataset, kind.label, *(f"{count:,}" for count in (sum(told), *told)))
    return grid


def claim_block(claim: CheckedClaim, *, wrap: bool = True) -> RenderableType:
    """Lay one claim out: the verdict, the cell and what is claimed of it, the page, the evidence; wrapped or not."""
    head = Text.assemble(
        (claim.verdict.label, _OF_CLAIMS[claim.verdict]), f"  {cell_label(claim)}: {words_of(claim)}, page {claim.source.id}"
    )
    if not wrap:
        return Text("\n    ").join([head, Text(claim.evidence)])
    return Lines(head, Padding(Text(claim.evidence, style="dim"), (0, 0, 0, 4)))


def claims_screen(summary: Iterable[CheckedClaim], rows: Sequence[CheckedClaim], *, wrap: bool) -> RenderableType:
    """Lay the summary and the claims out for a terminal.

    Args:
        summary: The claims to count.
        rows: The claims to print.
        wrap: Whether to wrap lines, as for a terminal.

    Returns:
        What a rich console prints.
    """
    last = f"{len(rows):,} claim{'' if len(rows) == 1 else 's'} shown"
    blocks = [claim_block(row, wrap=wrap) for row in rows]
    counted = list(summary)
    if not counted:
        return Text("no page claims anything of that")
    return Lines(claims_grid(counted), "", *blocks, *([""] if rows else []), Text(last))


_STATES = {
    State.POINT: "green",
    State.CONTRADICTION: "bold red",
    State.OPEN: "dim",
    State.LOWER_ONLY: "",
    State.INTERVAL: "",
}
_DERIVED = "derived from reported numbers by what adds up; no page states these"


def _because(row: Implied) -> list[tuple[str, tuple[str, ...]]]:
    """Give what an interval rests on, once where both of its ends do, and its contradictions."""
    ends = [("low", row.low_by), ("high", row.high_by)]
    if row.low_by == row.high_by:
        ends = [("by", row.low_by)]
    return [*(end for end in ends if end[1]), *(("clash", tuple(told.split("; "))) for told in row.contradictions)]


def _of_implied(row: Implied, *, wrap: bool) -> RenderableType:
    """Lay one cell out: what can be known of it, the numbers that it rests on, those that contradict each other."""
    own = "  (reported)" if row.reported else ""
    head = Text.assemble((in_words(row), f"bold {_STATES[row.state]}"), f"  {cell_label(row)}", (own, "dim"))
    if not wrap:
        return Text("\n    ").join([head, *(Text(f"{name}: {'; '.join(told)}") for name, told in _because(row))])
    grid = Grid(box=None, padding=(0, 1, 0, 0), show_edge=False, show_header=False)
    grid.add_column(width=9, justify="right", no_wrap=True)
    grid.add_column()
    for name, told in _because(row):
        grid.add_row(Text(name, "red" if name == "clash" else "dim"), Text("\n".join(told), style="dim"))
    return Lines(head, grid) if grid.row_count else head


def implied_screen(rows: Iterable[Implied], *, wrap: bool) -> RenderableType:
    """Lay what follows for cells out for a terminal.

    Args:
        rows: The cells.
        wrap: Whether to wrap lines, as for a terminal.

    Returns:
        What a rich console prints.
    """
    return Lines(*(_of_implied(row, wrap=wrap) for row in rows), "", Text(_DERIVED))
