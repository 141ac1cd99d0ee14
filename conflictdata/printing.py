"""What the commands share: the options that all have; tables as CSV and JSON."""

import csv
import functools
import io
import json
import sys
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from conflictdata.catalog import dataset_name, load
from conflictdata.dataset import Dataset
from conflictdata.frames import Frame
from conflictdata.models import Record
from conflictdata.schema import to_arrow
from conflictdata.vocabulary import Area, Code, Group, Measure, Scope

F = TypeVar("F", bound=Callable[..., Any])
Opener = Callable[[str], Dataset]

_FORMATS = click.Choice(["table", "csv", "json"])


if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    _Choice = click.Choice  # of click 8.1 it has no parameter


class Codes(_Choice):
    """The codes of a vocabulary, all or some, as the type of an option: it gives members."""

    def __init__(self, codes: Iterable[Code]) -> None:
        """Keep the codes."""
        self.codes: dict[str, Code] = {code.value: code for code in codes}
        super().__init__(list(self.codes))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Code:
        """Give the member of a text."""
        return self.codes[super().convert(str(value), param, ctx)]


def examples(*lines: str) -> str:
    """Write the examples of a command for the end of its help."""
    return "\n".join(["\b", "Examples:", *(f"  conflictdata {line}" for line in lines)])


def format_option(command: F) -> F:
    """Give a command the option that says how to print."""
    return click.option("--format", "form", type=_FORMATS, default="table", help="How to print it.")(command)


def release_options(command: F) -> F:
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
        def opened(name: str) -> Dataset:
            return load(dataset_name(name), release=release, as_of=as_of, undated=undated)

        return command(*args, at=opened, **options)

    return cast("F", with_release)


def axis_options(command: F) -> F:
    """Give a command the options that keep some codes of an axis, and hand it what is asked for by the names of the axes."""

    @click.option("--area", multiple=True, type=Codes(Area), help="Only this area; may be repeated.")
    @click.option("--scope", multiple=True, type=Codes(Scope), help="Only this scope; may be repeated.")
    @click.option("--measure", multiple=True, type=Codes(Measure), help="Only this measure; may be repeated.")
    @click.option("--group", multiple=True, type=Codes(Group), help="Only this group; may be repeated.")
    @functools.wraps(command)
    def with_axes(
        *args: Any,
        area: tuple[Area, ...],
        scope: tuple[Scope, ...],
        measure: tuple[Measure, ...],
        group: tuple[Group, ...],
        **options: Any,
    ) -> Any:
        given = {"area": area, "scope": scope, "measure": measure, "group": group}
        return command(*args, asked={axis: codes for axis, codes in given.items() if codes}, **options)

    return cast("F", with_axes)


def release_of(opened: Dataset) -> dict[str, object]:
    """Say for data which release they are of."""
    known = {name: getattr(opened.vintage, name) for name in ("as_of", "undated")} if opened.vintage else {}
    return {"release": opened.release, **known}


def known(opened: Iterable[Dataset], more: str = "") -> str:
    """Say which releases a screen is about, and what was left out of them."""
    return "\n".join(f"{one.name} {one.release}{f', {one.vintage}{more}' if one.vintage else ''}" for one in opened)


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value)


def as_data() -> None:
    """Print data as UTF-8, whatever the terminal's encoding: a title must not lose its letters."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")


def print_json(value: object) -> None:
    """Print as JSON: days as text, codes as their text."""
    as_data()
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=_json))


def print_csv(frame: Frame, between: str = " ") -> None:
    """Print a table as CSV, a list in one cell with spaces between, or what its own texts do not have."""
    as_data()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in frame.to_arrow().to_pylist():
        writer.writerow(between.join(cell) if isinstance(cell, list) else cell for cell in row.values())


def rows_of(frame: Frame) -> list[dict[str, Any]]:
    """Give the rows of a table for JSON."""
    rows: list[dict[str, Any]] = frame.to_arrow().to_pylist()
    return rows


def frame_of(model: type[Record], records: Iterable[Record]) -> Frame:
    """Make a table of records to print."""
    return Frame(to_arrow(model, records), "records")
