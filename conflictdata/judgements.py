"""The commands that hold numbers against each other: sums, revisions, claims, publishers, what follows."""

from collections.abc import Sequence
from typing import Any, Literal

import attrs
import click

from conflictdata.balances import FAILING, LEVELS, Balance, Tally
from conflictdata.catalog import check_claims, list_datasets
from conflictdata.claims import CheckedClaim
from conflictdata.commands import command
from conflictdata.comparison import compare as compare_of
from conflictdata.implication import Implied
from conflictdata.implication import implied as implied_by
from conflictdata.names import DatasetName
from conflictdata.printing import (
    Codes,
    Opener,
    axis_options,
    examples,
    format_option,
    frame_of,
    known,
    print_csv,
    print_json,
    release_of,
    release_options,
    rows_of,
)
from conflictdata.report import balances_screen, claims_screen, comparison_screen, implied_screen, revisions_screen
from conflictdata.revisions import MARKS, Revision, RevisionSummary
from conflictdata.show import console, folds
from conflictdata.timeline import CALENDAR
from conflictdata.vocabulary import Area, Axis, ClaimKind, ClaimVerdict, Group, Mark, Measure, PeriodKind, Scope, Verdict


@command.command(
    epilog=examples("check cmc", "check pips crss --axis groups --level figures", "check picss --verdict open --format csv")
)
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@click.option("--axis", "axes", multiple=True, type=Codes(Axis), help="Only this axis; may be repeated.")
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    type=Codes(code for code in Verdict if code is not Verdict.INVALID),
    help="Print the balances with this verdict; may be repeated.  [default: short, over]",
)
@click.option("--level", type=click.Choice(LEVELS), help="Only the figures, or only each page by itself.")
@release_options
@format_option
@click.pass_context
def check(
    context: click.Context,
    datasets: tuple[str, ...],
    axes: tuple[Axis, ...],
    verdicts: tuple[Verdict, ...],
    level: str | None,
    form: str,
    at: Opener,
) -> None:
    """Hold every total against the sum of its parts.

    A summary comes first, then the balances that do not hold: both over the figures (does the series add up) and on each
    page (does the page add up by itself). The exit status is 0 if all that is short or over, on the datasets and axes asked
    for, is explained, and 1 if any of it is not. As CSV come the balances alone. `conflictdata show DATASET PERIOD` has
    those of one span.
    """
    names = datasets or tuple(entry.name for entry in list_datasets())
    summary: list[Tally] = []
    rows: list[Balance] = []
    datasets_ = [at(name) for name in names]
    for opened in datasets_:
        summary += opened.tally().filter(axis=axes or None).where(lambda row: level in {None, row.level})
        for name, table in zip(LEVELS, (opened.balances, opened.source_balances), strict=True):
            if level in {None, name}:
                rows += table.filter(axis=axes or None, verdict=verdicts or FAILING)
    if form == "table":
        screen = console()
        wrap = folds()
        screen.print(balances_screen(summary, rows, wrap=wrap), crop=False, soft_wrap=not wrap)
        screen.print(known(datasets_, "; so are explanations that a later page shows"), style="dim")
    elif form == "csv":
        print_csv(frame_of(Balance, rows))
    else:
        print_json({"tally": rows_of(frame_of(Tally, summary)), "balances": rows_of(frame_of(Balance, rows))})
    context.exit(int(any(row.unexplained for row in summary)))


@command.command(epilog=examples("revisions", "revisions picss --mark revised"))
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@click.option(
    "--mark",
    "marks",
    multiple=True,
    type=Codes(MARKS),
    help="Print the later values with this mark; may be repeated.  [default: both]",
)
@release_options
@format_option
def revisions(datasets: tuple[str, ...], marks: tuple[Mark, ...], form: str, at: Opener) -> None:
    """Show what later reports made of the figures.

    A summary comes first, then every other exact value that they give. The summary counts the figures that rest on the
    report on their own period, how many of those a later report looks at again, and how many it revises; a later value from
    one voice only, restated once, is no revision. As CSV come the later values alone.
    """
    opened = [at(name) for name in datasets or tuple(entry.name for entry in list_datasets())]
    summary = [row for dataset in opened for row in dataset.revision_summary()]
    rows = [row for dataset in opened for row in dataset.revisions if not marks or row.mark in marks]
    if form == "table":
        screen = console()
        screen.print(revisions_screen(summary, rows))
        screen.print(known(opened), style="dim")
    elif form == "csv":
        print_csv(frame_of(Revision, rows))
    else:
        print_json({"summary": rows_of(frame_of(RevisionSummary, summary)), "revisions": rows_of(frame_of(Revision, rows))})


def scopes_given(_: click.Context, __: click.Parameter, given: Sequence[str]) -> Scope | dict[str, Scope]:
    """Take one code for all, or a code for each dataset.

    Args:
        given: What the option was given, each time.

    Returns:
        The code, or the codes by the names of the datasets.

    Raises:
        BadParameter: For codes with and without a name, and for a name twice.
    """
    if len(given) == 1 and "=" not in given[0]:
        return Scope(given[0])
    pairs = [told.partition("=") for told in given]
    if not all(equals for _, equals, _ in pairs):
        raise click.BadParameter("give one code for all datasets, or NAME=CODE for each")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise click.BadParameter("names a dataset twice")
    return {name: Scope(code) for name, _, code in pairs}


@command.command(
    epilog=examples(
        "compare picss pips --measure killed --scope militant_attacks --every year",
        "compare picss crss --measure killed --scope all --every year --definitions-differ",
    )
)
@click.argument("datasets", nargs=-1, required=True, metavar="DATASET DATASET...")
@click.option("--measure", required=True, type=Codes(Measure), help="What is counted.")
@click.option(
    "--scope",
    multiple=True,
    required=True,
    callback=scopes_given,
    metavar="[NAME=]CODE",
    help="Of what kind of violence: one code for all, or NAME=CODE for each dataset.",
)
@click.option("--group", default=str(Group.TOTAL), type=Codes(Group), help="Who.", show_default=True)
@click.option("--area", default=str(Area.PK), type=Codes(Area), help="Where.", show_default=True)
@click.option(
    "--every",
    default=str(PeriodKind.MONTH),
    type=Codes(CALENDAR),
    help="The spans.",
    show_default=True,
)
@click.option("--definitions-differ", is_flag=True, help="Compare spans too for which they do not count the same.")
@release_options
@format_option
def compare(
    datasets: tuple[str, ...],
    measure: Measure,
    scope: Scope | dict[DatasetName, Scope],
    group: Group,
    area: Area,
    every: PeriodKind,
    *,
    definitions_differ: bool,
    form: str,
    at: Opener,
) -> None:
    """Set publishers side by side for one cell.

    A row has the numbers, their difference and ratio, and what each publisher counts. Only spans are compared for which two
    publishers are declared to count the same; with --definitions-differ the others are too, and say so. As CSV come the
    rows alone.
    """
    opened = [at(name) for name in datasets]
    found = compare_of(
        *opened,
        measure=measure,
        group=group,
        scope=scope,
        area=area,
        every=every,
        definitions_differ=definitions_differ,
    )
    if form == "table":
        screen = console()
        screen.print(comparison_screen(found))
        screen.print(known(opened), style="dim")
    elif form == "csv":
        print_csv(found.table)
    else:
        cell = {"measure": measure, "group": group, "area": area, "every": every}
        told = [{"dataset": one.name, **release_of(one), "scope": found.scopes[one.name]} for one in opened]
        print_json(
            {
                "datasets": [{**one, "counts": found.counts[str(one["dataset"])]} for one in told],
                **cell,
                "summary": rows_of(found.summary),
                "rows": rows_of(found.table),
                "grounds": [attrs.asdict(ground) for ground in found.grounds],
                "breaks": [attrs.asdict(one) for one in found.breaks],
            }
        )


@command.command(epilog=examples("claims picss --period 2025-10", "claims --verdict contradicted --format json"))
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    type=Codes(ClaimVerdict),
    help="Print the claims with this verdict; may be repeated.  [default: contradicted; with --period or --kind, all]",
)
@click.option("--period", "periods", multiple=True, metavar="PERIOD", help="Only claims about this span; may be repeated.")
@click.option("--kind", "kinds", multiple=True, type=Codes(ClaimKind), help="Only claims of this kind; may be repeated.")
@click.option("--continued", is_flag=True, help="Fill spans without a number by the dataset that this one continues.")
@release_options
@format_option
def claims(
    datasets: tuple[str, ...],
    verdicts: tuple[ClaimVerdict, ...],
    periods: tuple[str, ...],
    kinds: tuple[ClaimKind, ...],
    *,
    continued: bool,
    form: str,
    at: Opener,
) -> None:
    """Hold what the pages say about their numbers against these.

    A summary comes first, then the claims with their evidence. Changes in per cent, records such as the highest in ten
    years, and shares: each against the series as it was known on the day of the page, and against the numbers on the page
    itself. As CSV and JSON come the claims alone, with all of the evidence.
    """
    opened = [at(name) for name in datasets or tuple(entry.name for entry in list_datasets())]
    tables = [check_claims(one, continued=continued).filter(period=periods or None, claim=kinds or None) for one in opened]
    shown = verdicts or (None if periods or kinds else (ClaimVerdict.CONTRADICTED,))
    rows = [claim for table in tables for claim in table.filter(verdict=shown)]
    if form == "table":
        screen = console()
        wrap = folds()
        summary = [claim for table in tables for claim in table]
        screen.print(claims_screen(summary, rows, wrap=wrap), crop=False, soft_wrap=not wrap)
        screen.print(known(opened), style="dim")
    elif form == "csv":
        print_csv(frame_of(CheckedClaim, rows))
    else:
        print_json(rows_of(frame_of(CheckedClaim, rows)))


@command.command(epilog=examples("implied picss 2025-10 --area PK-BA --scope all --measure killed --group total"))
@click.argument("dataset")
@click.argument("periods", metavar="PERIOD...", nargs=-1, required=True)
@axis_options
@click.option(
    "--optional-absent",
    type=click.Choice(["unknown", "nothing"]),
    default="unknown",
    show_default=True,
    help="What an optional part is that nobody named.",
)
@release_options
@format_option
def implied(
    dataset: str,
    periods: tuple[str, ...],
    *,
    asked: dict[str, Any],
    optional_absent: Literal["unknown", "nothing"],
    form: str,
    at: Opener,
) -> None:
    """Say in which interval cells must lie, reported or not.

    Without options come all cells of a span; an option keeps some codes of its axis.

    It follows from the totals, parts, regions, scopes, spans and bounds that were reported, each named; where reports that
    bear on the cell contradict each other, the contradiction is named. These numbers are derived: no page states them. As
    CSV, what a cell rests on is one column with | between. Needs the extra: pip install 'conflictdata[implied]'.
    """
    opened = at(dataset)
    rows = implied_by(opened, period=periods, **asked, optional_absent=optional_absent)
    if form == "table":
        screen = console()
        wrap = folds()
        screen.print(implied_screen(rows, wrap=wrap), crop=False, soft_wrap=not wrap)
        screen.print(known([opened]), style="dim")
    elif form == "csv":
        print_csv(rows, " | ")
    else:
        told = {"dataset": dataset, **release_of(opened), "optional_absent": optional_absent}
        print_json({**told, "implied": rows_of(frame_of(Implied, rows))})
