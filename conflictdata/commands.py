"""The commands that show what is in the install: datasets, spans, series, codes, releases, pins."""

import csv
import sys
from collections.abc import Mapping
from typing import TextIO

import attrs
import click
from rich.table import Table as Grid

from conflictdata.balances import Balance
from conflictdata.catalog import dataset_name, list_datasets, load
from conflictdata.catalog import series as series_of
from conflictdata.errors import PinError
from conflictdata.models import Release
from conflictdata.pins import pins_in
from conflictdata.printing import (
    Codes,
    Opener,
    as_data,
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
from conflictdata.report import diff_screen, releases_screen
from conflictdata.show import console, folds, series_grid, span_screen
from conflictdata.span import Span
from conflictdata.timeline import CALENDAR
from conflictdata.verification import diff as diff_of
from conflictdata.verification import verify as verify_pin
from conflictdata.vocabulary import VOCABULARIES, Area, Group, Measure, PeriodKind, Scope

_WIDE = 100  # columns of a terminal that has room to say which pages state the numbers of a line


UNANSWERED, MISSPELT, INTERRUPTED, UNREAD = 1, 2, 130, 141

STATUSES: Mapping[int, str] = {
    0: "all went well",
    UNANSWERED: "no: no such data, sums without explanation, a pin that does not hold; or the system refuses",
    MISSPELT: "the command is misspelt, or names a file that cannot be read",
    INTERRUPTED: "interrupted, as by Ctrl-C",
    UNREAD: "the reader of the output went away, as head does",
}


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\n".join(["\b", "Exit status:", *(f"  {status:<3}  {told}" for status, told in STATUSES.items())]),
)
@click.version_option(package_name="conflictdata")
def command() -> None:
    """What conflict monitors reported about violence in Pakistan, each number with the page that stated it.

    \b
    Examples:
      conflictdata list
      conflictdata show picss 2025-10
      conflictdata show picss 2025-10 --area PK-BA --statements
      conflictdata series picss --measure killed --scope militant_attacks
      conflictdata show picss 2025-10 --as-of 2025-11-05
      conflictdata check picss --axis groups
      conflictdata revisions picss --mark revised
      conflictdata claims picss --period 2025-10
      conflictdata compare picss pips --measure killed --scope militant_attacks --every year
      conflictdata implied picss 2025-10 --area PK-BA --scope all --measure killed --group total
      conflictdata plot picss --measure killed --scope all --by group --within 2025 -o deaths.svg
      conflictdata cite picss 2025-10 --format bibtex -o references.bib
      conflictdata diff picss 2026-11-22
      conflictdata verify paper.tex
      conflictdata codes mark
    """  # noqa: D301  \b keeps click from joining the lines


@command.command("list", epilog=examples("list", "list --format csv"))
@format_option
def list_command(form: str) -> None:
    """List the datasets."""
    entries = list_datasets()
    if form != "table":
        rows = [{**attrs.asdict(entry, filter=lambda field, _: field.name != "rows"), **entry.rows} for entry in entries]
        if form == "json":
            print_json(rows)
        else:
            as_data()
            writer = csv.DictWriter(sys.stdout, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="underline")
    for name in ("name", "publisher", "first", "last", "release"):
        grid.add_column(name, no_wrap=name != "publisher")
    for name in ("sources", "statements", "figures", "claims"):
        grid.add_column(name, justify="right")
    for e in entries:
        counts = [f"{e.rows[name]:,}" for name in ("sources", "statements", "figures", "claims")]
        grid.add_row(e.name, e.publisher, f"{e.first:%Y-%m}", f"{e.last:%Y-%m}", e.release, *counts)
    console().print(grid)


@command.command(
    epilog=examples("show picss 2025-10", "show picss 2025-10 --area PK-BA --statements", "show crss 2021 --format csv")
)
@click.argument("dataset")
@click.argument("period")
@click.option("--area", "areas", multiple=True, metavar="CODE", help="Only this area; may be repeated.")
@click.option("--scope", "scopes", multiple=True, metavar="CODE", help="Only this scope; may be repeated.")
@click.option("--statements", is_flag=True, help="What each page states itself.")
@release_options
@format_option
def show(
    dataset: str,
    period: str,
    areas: tuple[str, ...],
    scopes: tuple[str, ...],
    *,
    statements: bool,
    form: str,
    at: Opener,
) -> None:
    """Show the numbers of one span, and the pages that state them.

    PERIOD is a month 2025-10, a quarter 2025-Q3, a half 2025-H1, a year 2025, a run of months 2025-01/2025-09 or of
    days 2025-01-01/2025-12-28. `conflictdata codes area` lists the areas, `conflictdata codes scope` the scopes. As CSV
    come the figures alone, or the statements alone.
    """
    span = Span.of(at(dataset), period, areas, scopes)
    if form == "table":
        screen = console()
        screen.print(span_screen(span, statements=statements, narrow=screen.width < _WIDE), crop=False)
    elif form == "csv":
        print_csv(span.statements if statements else span.figures)
    else:
        pages = {page.id for page in span.pages}
        sources = [row for row in rows_of(span.dataset.sources) if row["id"] in pages]
        told = {"statements": rows_of(span.statements)} if statements else {}
        parts = {s.id for s in span.parts_only}
        known_in_part = [row for row in rows_of(span.statements) if row["id"] in parts]
        print_json(
            {
                "dataset": dataset,
                **release_of(span.dataset),
                "period": str(span.period),
                "figures": rows_of(span.figures),
                **told,
            }
            | {"parts_only": known_in_part, "unbalanced": rows_of(frame_of(Balance, span.unbalanced))}
            | {"sources": sources}
        )


@command.command(epilog=examples("codes mark", "codes area"))
@click.argument("axis", type=click.Choice([codes.axis() for codes in VOCABULARIES]))
def codes(axis: str) -> None:
    """List the codes of an axis or field, and what each means."""
    (vocabulary,) = (codes for codes in VOCABULARIES if codes.axis() == axis)
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="underline")
    for name in ("code", "label", "definition"):
        grid.add_column(name, no_wrap=name == "code")
    for code in vocabulary:
        grid.add_row(code.value, code.label, code.definition)
    console().print(grid)


@command.command(
    epilog=examples(
        "series picss --measure killed --scope militant_attacks",
        "series crss --measure killed --scope all --every year --format csv",
    )
)
@click.argument("dataset")
@click.option("--measure", required=True, type=Codes(Measure), help="What is counted.")
@click.option("--scope", required=True, type=Codes(Scope), help="Of what kind of violence.")
@click.option("--group", default=str(Group.TOTAL), type=Codes(Group), help="Who.", show_default=True)
@click.option("--area", default=str(Area.PK), type=Codes(Area), help="Where.", show_default=True)
@click.option(
    "--every",
    default=str(PeriodKind.MONTH),
    type=Codes(CALENDAR),
    help="The spans.",
    show_default=True,
)
@release_options
@format_option
def series(
    dataset: str, measure: Measure, scope: Scope, group: Group, area: Area, every: PeriodKind, form: str, at: Opener
) -> None:
    """Show one cell over time.

    A row comes for every span, gaps and breaks of definition included.
    """
    opened = at(dataset)
    points = series_of(opened, measure=measure, group=group, area=area, scope=scope, every=every)
    if form == "csv":
        print_csv(points)
    elif form == "json":
        cell = {
            "dataset": dataset,
            **release_of(opened),
            "measure": measure,
            "group": group,
            "area": area,
            "scope": scope,
            "every": every,
        }
        print_json({**cell, "points": rows_of(points), "breaks": rows_of(opened.breaks)})
    else:
        screen = console()
        screen.print(series_grid(points, [(b.id, b.description) for b in opened.breaks]))
        screen.print(known([opened]), style="dim")


@command.command(epilog=examples("releases", "releases picss --format json"))
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@format_option
def releases(datasets: tuple[str, ...], form: str) -> None:
    """List the releases of the data, each with its pin.

    A pin is one line for a paper: `conflictdata verify` proves that an install gives exactly that. As CSV and JSON come the
    digests whole.
    """
    opened = [load(dataset_name(name)) for name in datasets or tuple(entry.name for entry in list_datasets())]
    rows = [release for dataset in opened for release in dataset.releases]
    if form == "table":
        console().print(releases_screen(rows), crop=False, soft_wrap=True)
    elif form == "csv":
        print_csv(frame_of(Release, rows))
    else:
        print_json(rows_of(frame_of(Release, rows)))


@command.command(epilog=examples("diff crss 2026-11-22", "diff crss 2026-11-22 2026-11-22.1 --format csv"))
@click.argument("dataset")
@click.argument("old")
@click.argument("new", required=False)
@format_option
def diff(dataset: str, old: str, new: str | None, form: str) -> None:
    """Say what differs between two releases of a dataset.

    By default it is between OLD and the newest. First the rows that were added, corrected and withdrawn, with the reason;
    then the figures and the verdicts that changed by it. As CSV and JSON comes one row for each value that differs.
    """
    found = diff_of(dataset_name(dataset), old, new)
    if form == "table":
        screen = console()
        wrap = folds()
        screen.print(diff_screen(found), crop=False, soft_wrap=not wrap)
    elif form == "csv":
        print_csv(found.table)
    else:
        print_json({"dataset": dataset, "old": found.old, "new": found.new, "differences": rows_of(found.table)})


@command.command(epilog=examples("verify paper.tex", "verify - < paper.tex"))
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
@click.pass_context
def verify(context: click.Context, file: TextIO) -> None:
    """Prove that the pins in FILE hold, or say what differs.

    A pin holds if this install gives exactly what it says. FILE is any text that holds pins: a paper, a notebook, a log; -
    is the standard input. The exit status is 0 if all that were found hold, and 1 if one does not, or there is none.
    """
    found = list(dict.fromkeys(pins_in(file.read())))
    broken = 0
    for pin in found:
        try:
            verify_pin(pin)
        except PinError as error:
            broken += 1
            click.echo(f"differs  {error}")
        else:
            click.echo(f"holds    {pin}")
    if not found:
        click.echo(f"conflictdata: {file.name} holds no pin", err=True)
    context.exit(int(bool(broken or not found)))
