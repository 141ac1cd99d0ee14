"""The command that writes what a selection is cited with."""

import json
from pathlib import Path
from typing import Any

import click

from conflictdata.commands import command
from conflictdata.credit import cite as citation_of
from conflictdata.errors import UnknownNameError
from conflictdata.files import write_whole
from conflictdata.printing import Codes, Opener, as_data, examples, release_options
from conflictdata.span import Span
from conflictdata.vocabulary import Area, Group, Measure, Scope

_FORMS = ("text", "apa", "bibtex", "csl")


@command.command(
    epilog=examples(
        "cite picss 2025-10",
        "cite picss 2025-10 --area PK --measure killed --format bibtex -o references.bib",
    )
)
@click.argument("dataset")
@click.argument("period", required=False)
@click.option("--area", "areas", multiple=True, type=Codes(Area), help="Only this area; may be repeated.")
@click.option("--scope", "scopes", multiple=True, type=Codes(Scope), help="Only this scope; may be repeated.")
@click.option("--measure", "measures", multiple=True, type=Codes(Measure), help="Only this measure; may be repeated.")
@click.option("--group", "groups", multiple=True, type=Codes(Group), help="Only this group; may be repeated.")
@click.option("--others", is_flag=True, help="The pages that state otherwise too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default=_FORMS[0],
    show_default=True,
    help="How to write it; csl is CSL-JSON, for Zotero and pandoc.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write; one that is there is replaced.  [default: print it]",
)
@release_options
def cite(
    dataset: str,
    period: str | None,
    areas: tuple[Area, ...],
    scopes: tuple[Scope, ...],
    measures: tuple[Measure, ...],
    groups: tuple[Group, ...],
    *,
    others: bool,
    form: str,
    output: Path | None,
    at: Opener,
) -> None:
    """Write what a selection of figures is cited with: the pages that state them, the release, the package.

    PERIOD is a span as for `conflictdata show`; without one, and without options, all pages of the dataset come. A page
    comes once, with the day it was read.
    """
    opened = at(dataset)
    asked: dict[str, Any] = {"area": areas, "scope": scopes, "measure": measures, "group": groups}
    told = {name: codes for name, codes in {**asked, "period": period}.items() if codes}
    found = opened.figures.filter(**told)
    if told and not found:
        if period:  # the error says for which spans, areas and scopes there is anything
            Span.of(opened, period, areas, scopes)
        said = " ".join(f"{name}={','.join([code] if isinstance(code, str) else code)}" for name, code in told.items())
        cells = opened.figures.filter(period=period)
        near = sorted({f"area={f.area} scope={f.scope} measure={f.measure} group={f.group}" for f in cells})
        raise UnknownNameError(f"figure of {dataset}", said, near, "".join(f"\n  {cell}" for cell in near) or " none")
    citation = citation_of(found if told else opened, others=others)
    if form == "csl":
        written = json.dumps(citation.csl(), ensure_ascii=False, indent=1) + "\n"
    else:
        written = {"text": citation.text, "apa": citation.apa, "bibtex": citation.bibtex}[form]()
    if output:
        write_whole({output: written.encode()})
    else:
        as_data()
        click.echo(written, nl=False)
