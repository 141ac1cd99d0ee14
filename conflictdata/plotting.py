"""The command that draws charts into files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from conflictdata.catalog import series as series_of
from conflictdata.commands import command
from conflictdata.comparison import compare as compare_of
from conflictdata.dataset import Dataset
from conflictdata.files import write_whole
from conflictdata.judgements import scopes_given
from conflictdata.names import DatasetName
from conflictdata.pictures import FORMATS, image
from conflictdata.printing import Codes, Opener, examples, release_options
from conflictdata.tables import Table, charted
from conflictdata.timeline import CALENDAR, of_cell
from conflictdata.vocabulary import Area, Group, Measure, PeriodKind, Scope

T = TypeVar("T", bound=str)

_KINDS = ("numbers", "revisions", "coverage")
_TWO = 2
_UNUSED = {  # the options that a kind of chart has no use for
    "numbers": (),
    "revisions": ("--by", "--definitions-differ"),
    "coverage": ("--by", "--within", "--definitions-differ"),
}


def _once(_: click.Context, __: click.Parameter, given: Sequence[T]) -> T | None:
    """Take one value; a second would else replace the first in silence."""
    if len(set(given)) > 1:
        raise click.BadParameter(f"takes one value, and was given {', '.join(given)}")
    return given[0] if given else None


def _picture(_: click.Context, __: click.Parameter, given: Path) -> Path:
    """Take the name of a file that says its form."""
    if given.suffix.lower() not in FORMATS:
        raise click.BadParameter(f"{given.name!r} ends in neither {' nor '.join(FORMATS)}")
    if not given.parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(given.parent)!r}")
    return given


def _lines(
    opened: Dataset,
    measure: Measure,
    scope: Scope | dict[DatasetName, Scope],
    groups: Sequence[Group],
    areas: Sequence[Area],
    by: str | None,
    every: PeriodKind,
) -> Table[Any]:
    """Give the numbers of one dataset: one cell, or those that differ in one axis."""
    if isinstance(scope, dict):
        raise click.UsageError("one dataset has one --scope, without a name")
    if by is None and len(groups) < _TWO and len(areas) < _TWO:
        group, area = groups[0] if groups else Group.TOTAL, areas[0] if areas else Area.PK
        return series_of(opened, measure=measure, group=group, area=area, scope=scope, every=every)
    who = groups or (None if by == "group" else (Group.TOTAL,))
    where = areas or (None if by == "area" else (Area.PK,))
    found = opened.figures.filter(measure=measure, scope=scope, period_kind=every, group=who, area=where)
    if not found:  # the error names the nearest cells that there are
        asked = measure, Group.TOTAL, Area.PK, scope, every
        of_cell(opened.figures, *asked, f"series by {every}")
    return found


@command.command(
    epilog=examples(
        "plot picss --measure killed --scope all --by group --within 2025 -o deaths.svg",
        "plot picss --of coverage --area PK --every year -o coverage.png",
    )
)
@click.argument("datasets", nargs=-1, required=True, metavar="DATASET...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_picture,
    metavar="FILE",
    help=f"The file to write, {' or '.join(FORMATS)}; one that is there is replaced.",
)
@click.option("--of", "kind", type=click.Choice(_KINDS), default=_KINDS[0], show_default=True, help="What is drawn.")
@click.option("--measure", multiple=True, callback=_once, type=Codes(Measure), help="What is counted; numbers need one.")
@click.option(
    "--scope",
    multiple=True,
    callback=scopes_given,
    metavar="[NAME=]CODE",
    help="Of what kind of violence; numbers need one: a code for all, or NAME=CODE for each dataset.",
)
@click.option("--group", "groups", multiple=True, type=Codes(Group), help="Who; may be repeated.  [numbers: total]")
@click.option("--area", "areas", multiple=True, type=Codes(Area), help="Where; may be repeated.  [numbers: PK]")
@click.option(
    "--by",
    multiple=True,
    callback=_once,
    type=click.Choice(["group", "area"]),
    help="A line for each group, or for each area, that there is; of one dataset's numbers.",
)
@click.option(
    "--every",
    multiple=True,
    callback=_once,
    type=Codes(CALENDAR),
    help="By which spans.  [numbers: month; else all]",
)
@click.option(
    "--within",
    "spans",
    multiple=True,
    metavar="PERIOD",
    help="Only what lies in this span; may be repeated; not of coverage.",
)
@click.option(
    "--definitions-differ",
    is_flag=True,
    help="Compare spans too for which publishers do not count the same; of several datasets' numbers.",
)
@release_options
def plot(
    datasets: tuple[str, ...],
    output: Path,
    kind: str,
    measure: Measure | None,
    scope: Scope | dict[DatasetName, Scope],
    groups: tuple[Group, ...],
    areas: tuple[Area, ...],
    by: str | None,
    every: PeriodKind | None,
    spans: tuple[str, ...],
    *,
    definitions_differ: bool,
    at: Opener,
) -> None:
    """Draw a chart into an SVG or PNG file, and say what it shows.

    Of one dataset it draws a cell over time, or one line for each group or area; of several, the publishers side by side,
    which needs the same options as `conflictdata compare`. --of revisions draws what later reports made of the figures,
    --of coverage which cells have figures for which spans; there the other options keep some of the rows. What the signs
    mean stands in the chart. Needs the extra: pip install 'conflictdata[plot]'.
    """
    given = {"--by": by, "--within": spans, "--definitions-differ": definitions_differ}
    unused = [name for name in _UNUSED[kind] if given[name]]
    if unused:
        raise click.UsageError(f"--of {kind} has no use for {' and '.join(unused)}")
    opened = [at(name) for name in datasets]
    if kind != _KINDS[0]:
        if len(opened) > 1 or (scope and isinstance(scope, dict)):
            raise click.UsageError(f"--of {kind} draws one dataset")
        table: Table[Any] = opened[0].revisions if kind == "revisions" else opened[0].coverage()
        codes: dict[str, Any] = {"group": groups or None, "area": areas or None, "period_kind": every}
        table = table.filter(measure=measure, scope=None if isinstance(scope, dict) else scope, **codes)
    elif measure is None or not scope:
        raise click.UsageError("numbers need --measure and --scope")
    elif len(opened) > 1:
        if by or len(groups) > 1 or len(areas) > 1:
            raise click.UsageError("publishers are compared for one group and one area")
        group, area = groups[0] if groups else Group.TOTAL, areas[0] if areas else Area.PK
        how: dict[str, Any] = {"scope": scope, "every": every or PeriodKind.MONTH, "definitions_differ": definitions_differ}
        table = compare_of(*opened, measure=measure, group=group, area=area, **how).table
    elif definitions_differ:
        raise click.UsageError("--definitions-differ is about several datasets")
    else:
        table = _lines(opened[0], measure, scope, groups, areas, by, every or PeriodKind.MONTH)
    table = table.filter(within=spans) if spans else table
    chart = charted(table)
    write_whole({output: image(chart, output.suffix.lower())})
    click.echo(chart.alt)
