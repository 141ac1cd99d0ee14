"""The balances on a screen: a summary, then a block of lines for each that does not hold."""

from collections.abc import Iterable, Sequence

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from conflictdata.balances import COUNTS, Balance, Tally, along, sum_of, verdict_of, why
from conflictdata.models import cell_label
from conflictdata.vocabulary import Verdict

# Long heads in two lines, so that the table fits into 80 columns.
_SPLIT = {
    "complete": "com-\nplete",
    "balanced": "bal-\nanced",
    "partial": "par-\ntial",
    "unexplained": "unex-\nplained",
}
_STYLES = {Verdict.SHORT: "bold yellow", Verdict.OVER: "bold red", Verdict.BALANCED: "green"}


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
