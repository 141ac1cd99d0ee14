"""The command `conflictdata`. Exit status: 0 all well, 1 no such data or sums without explanation, 2 a misspelt command."""

import csv
import functools
import io
import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Literal, TextIO, TypeVar, cast

import attrs
import click
from rich.table import Table as Grid

from conflictdata.balances import FAILING, LEVELS, Balance, Tally
from conflictdata.catalog import list_datasets, load
from conflictdata.catalog import series as series_of
from conflictdata.dataset import Dataset
from conflictdata.errors import ConflictDataError, PinError
from conflictdata.models import Record, Release
from conflictdata.pins import pins_in
from conflictdata.report import balances_screen, diff_screen, releases_screen, revisions_screen
from conflictdata.revisions import MARKS, Revision, RevisionSummary
from conflictdata.schema import to_arrow
from conflictdata.show import Span, console, series_grid
from conflictdata.tables import Frame
from conflictdata.verification import diff as diff_of
from conflictdata.verification import verify as verify_pin
from conflictdata.vocabulary import VOCABULARIES, Area, Axis, Code, Group, Measure, PeriodKind, Scope, Verdict

_WIDE = 100  # columns of a terminal that has room to say which pages state the numbers of a line
F = TypeVar("F", bound=Callable[..., Any])
Opener = Callable[[str], Dataset]

_FORMATS = click.Choice(["table", "csv", "json"])


def _codes(vocabulary: type[Code]) -> click.Choice[str]:
    return click.Choice([code.value for code in vocabulary])


def _format(command: F) -> F:
    return click.option("--format", "form", type=_FORMATS, default="table", help="How to print it.")(command)


def _at(command: F) -> F:
    """Give a command the options that say which release of a dataset it is about, and hand it what opens that."""

    @click.option("--release", metavar="LABEL", help="A release of the dataset.  [default: the newest]")
    @click.option("--as-of", metavar="DAY", help="What was known on a day, such as 2025-11-05.")
    @click.option(
        "--undated",
        type=click.Choice(["exclude", "assume"]),
        default="exclude",
        show_default=True,
        help="With --as-of: leave pages out that may have appeared by then or not, or take them in.",
    )
    @functools.wraps(command)
    def with_release(
        *args: Any, release: str | None, as_of: str | None, undated: Literal["exclude", "assume"], **options: Any
    ) -> Any:
        return command(*args, at=functools.partial(load, release=release, as_of=as_of, undated=undated), **options)

    return cast("F", with_release)


def _release_of(opened: Dataset) -> dict[str, object]:
    """Say for data which release they are of."""
    known = {name: getattr(opened.vintage, name) for name in ("as_of", "undated")} if opened.vintage else {}
    return {"release": opened.release, **known}


def _known(opened: Iterable[Dataset], more: str = "") -> str:
    """Say which releases a screen is about, and what was left out of them."""
    return "\n".join(f"{one.name} {one.release}{f', {one.vintage}{more}' if one.vintage else ''}" for one in opened)


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value)


def _as_data() -> None:
    """Print data as UTF-8, whatever the terminal's encoding: a title must not lose its letters."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")


def _print_json(value: object) -> None:
    _as_data()
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=_json))


def _print_csv(frame: Frame) -> None:
    _as_data()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in frame.to_arrow().to_pylist():
        writer.writerow(" ".join(cell) if isinstance(cell, list) else cell for cell in row.values())


def _rows(frame: Frame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frame.to_arrow().to_pylist()
    return rows


def _frame(model: type[Record], records: Iterable[Record]) -> Frame:
    return Frame(to_arrow(model, records), "records")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
      conflictdata diff picss 2026-11-22
      conflictdata verify paper.tex
      conflictdata codes mark
    """  # noqa: D301  \b keeps click from joining the lines


@command.command("list")
@_format
def list_command(form: str) -> None:
    """List the datasets."""
    entries = list_datasets()
    if form != "table":
        rows = [{**attrs.asdict(entry, filter=lambda field, _: field.name != "rows"), **entry.rows} for entry in entries]
        if form == "json":
            _print_json(rows)
        else:
            _as_data()
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


@command.command()
@click.argument("dataset")
@click.argument("period")
@click.option("--area", "areas", multiple=True, metavar="CODE", help="Only this area; may be repeated.")
@click.option("--scope", "scopes", multiple=True, metavar="CODE", help="Only this scope; may be repeated.")
@click.option("--statements", is_flag=True, help="What each page states itself.")
@_at
@_format
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
    """Show one span of a dataset: the numbers by area and group, and their pages.

    PERIOD is a month 2025-10, a quarter 2025-Q3, a half 2025-H1, a year 2025, a run of months 2025-01/2025-09 or of
    days 2025-01-01/2025-12-28. `conflictdata codes area` lists the areas, `conflictdata codes scope` the scopes. As CSV
    come the figures alone, or the statements alone.
    """
    span = Span.of(at(dataset), period, areas, scopes)
    if form == "table":
        screen = console()
        screen.print(span.render(statements=statements, narrow=screen.width < _WIDE), crop=False)
    elif form == "csv":
        _print_csv(span.statements if statements else span.figures)
    else:
        pages = {page.id for page in span.pages}
        sources = [row for row in _rows(span.dataset.sources) if row["id"] in pages]
        told = {"statements": _rows(span.statements)} if statements else {}
        parts = {s.id for s in span.parts_only}
        known_in_part = [row for row in _rows(span.statements) if row["id"] in parts]
        _print_json(
            {
                "dataset": dataset,
                **_release_of(span.dataset),
                "period": str(span.period),
                "figures": _rows(span.figures),
                **told,
            }
            | {"parts_only": known_in_part, "unbalanced": _rows(_frame(Balance, span.unbalanced))}
            | {"sources": sources}
        )


@command.command()
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@click.option("--axis", "axes", multiple=True, type=_codes(Axis), help="Only this axis; may be repeated.")
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    type=click.Choice([code.value for code in Verdict if code is not Verdict.INVALID]),
    help="Print the balances with this verdict; may be repeated.  [default: short, over]",
)
@click.option("--level", type=click.Choice(LEVELS), help="Only the figures, or only each page by itself.")
@_at
@_format
@click.pass_context
def check(
    context: click.Context,
    datasets: tuple[str, ...],
    axes: tuple[str, ...],
    verdicts: tuple[str, ...],
    level: str | None,
    form: str,
    at: Opener,
) -> None:
    """Hold every total against the sum of its parts: a summary, then the balances that do not hold.

    Both over the figures (does the series add up) and on each page (does the page add up by itself). The exit status is 0
    if all that is short or over, on the datasets and axes asked for, is explained, and 1 if any of it is not. As CSV come
    the balances alone. `conflictdata show DATASET PERIOD` has those of one span.
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
        wrap = screen.is_terminal or "COLUMNS" in os.environ
        screen.print(balances_screen(summary, rows, wrap=wrap), crop=False, soft_wrap=not wrap)
        screen.print(_known(datasets_, "; so are explanations that a later page shows"), style="dim")
    elif form == "csv":
        _print_csv(_frame(Balance, rows))
    else:
        _print_json({"tally": _rows(_frame(Tally, summary)), "balances": _rows(_frame(Balance, rows))})
    context.exit(int(any(row.unexplained for row in summary)))


@command.command()
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@click.option(
    "--mark",
    "marks",
    multiple=True,
    type=click.Choice([mark.value for mark in MARKS]),
    help="Print the later values with this mark; may be repeated.  [default: both]",
)
@_at
@_format
def revisions(datasets: tuple[str, ...], marks: tuple[str, ...], form: str, at: Opener) -> None:
    """Show what later reports made of the figures: a summary, then every other exact value that they give.

    The summary counts the figures that rest on the report on their own period, how many of those a later report looks at
    again, and how many it revises; a later value from one voice only, restated once, is no revision. As CSV come the later
    values alone.
    """
    opened = [at(name) for name in datasets or tuple(entry.name for entry in list_datasets())]
    summary = [row for dataset in opened for row in dataset.revision_summary()]
    rows = [row for dataset in opened for row in dataset.revisions if not marks or row.mark in marks]
    if form == "table":
        screen = console()
        screen.print(revisions_screen(summary, rows))
        screen.print(_known(opened), style="dim")
    elif form == "csv":
        _print_csv(_frame(Revision, rows))
    else:
        _print_json({"summary": _rows(_frame(RevisionSummary, summary)), "revisions": _rows(_frame(Revision, rows))})


@command.command()
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


@command.command()
@click.argument("dataset")
@click.option("--measure", required=True, type=_codes(Measure), help="What is counted.")
@click.option("--scope", required=True, type=_codes(Scope), help="Of what kind of violence.")
@click.option("--group", default=str(Group.TOTAL), type=_codes(Group), help="Who.", show_default=True)
@click.option("--area", default=str(Area.PK), type=_codes(Area), help="Where.", show_default=True)
@click.option(
    "--every",
    default=str(PeriodKind.MONTH),
    type=click.Choice(["month", "quarter", "half", "year"]),
    help="The spans.",
    show_default=True,
)
@_at
@_format
def series(dataset: str, measure: str, scope: str, group: str, area: str, every: str, form: str, at: Opener) -> None:
    """Show one cell over time: a row for every span, gaps and breaks of definition included."""
    opened = at(dataset)
    points = series_of(opened, measure=measure, group=group, area=area, scope=scope, every=every)
    if form == "csv":
        _print_csv(points)
    elif form == "json":
        cell = {
            "dataset": dataset,
            **_release_of(opened),
            "measure": measure,
            "group": group,
            "area": area,
            "scope": scope,
            "every": every,
        }
        _print_json({**cell, "points": _rows(points), "breaks": _rows(opened.breaks)})
    else:
        screen = console()
        screen.print(series_grid(points, [(b.id, b.description) for b in opened.breaks]))
        screen.print(_known([opened]), style="dim")


@command.command()
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@_format
def releases(datasets: tuple[str, ...], form: str) -> None:
    """List the releases of the data in this install, each with its pin.

    A pin is one line for a paper: `conflictdata verify` proves that an install gives exactly that. As CSV and JSON come the
    digests whole.
    """
    opened = [load(name) for name in datasets or tuple(entry.name for entry in list_datasets())]
    rows = [release for dataset in opened for release in dataset.releases]
    if form == "table":
        console().print(releases_screen(rows), crop=False, soft_wrap=True)
    elif form == "csv":
        _print_csv(_frame(Release, rows))
    else:
        _print_json(_rows(_frame(Release, rows)))


@command.command()
@click.argument("dataset")
@click.argument("old")
@click.argument("new", required=False)
@_format
def diff(dataset: str, old: str, new: str | None, form: str) -> None:
    """Say what differs between two releases of a dataset, by default between OLD and the newest.

    First the rows that were added, corrected and withdrawn, with the reason; then the figures and the verdicts that changed
    by it. As CSV and JSON comes one row for each value that differs.
    """
    found = diff_of(dataset, old, new)
    if form == "table":
        screen = console()
        wrap = screen.is_terminal or "COLUMNS" in os.environ
        screen.print(diff_screen(found), crop=False, soft_wrap=not wrap)
    elif form == "csv":
        _print_csv(found.table)
    else:
        _print_json({"dataset": dataset, "old": found.old, "new": found.new, "differences": _rows(found.table)})


@command.command()
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
@click.pass_context
def verify(context: click.Context, file: TextIO) -> None:
    """Prove that this install gives exactly what the pins in FILE say, or say what differs.

    FILE is any text that holds pins: a paper, a notebook, a log; - is the standard input. The exit status is 0 if all that
    were found hold, and 1 if one does not, or there is none.
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


def run(arguments: list[str] | None = None) -> int:
    """Run the command, and turn the library's errors into one line without a traceback.

    Args:
        arguments: The words after the command; by default the process's own.

    Returns:
        The exit status.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a title in a script that the terminal cannot show
    try:
        command(arguments, prog_name="conflictdata", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except (ConflictDataError, OSError) as error:
        click.echo(f"conflictdata: {error}", err=True)
        return 1
    return 0
