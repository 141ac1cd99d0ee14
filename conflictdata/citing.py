"""The command that writes what a selection is cited with."""

import json
from pathlib import Path
from typing import Any

import click

from conflictdata.commands import command
from conflictdata.credit import cite as citation_of
from conflictdata.errors import UnknownNameError
from conflictdata.files import write_whole
from conflictdata.printing import Opener, as_data, axis_options, examples, release_options
from conflictdata.span import Span

_FORMS = ("text", "apa", "bibtex", "csl")


@command.command(
    epilog=examples(
        "cite picss 2025-10",
        "cite picss 2025-10 --area PK --measure killed --format bibtex -o references.bib",
    )
)
@click.argument("dataset")
@click.argument("period", required=False)
@axis_options
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
    *,
    asked: dict[str, Any],
    others: bool,
    form: str,
    output: Path | None,
    at: Opener,
) -> None:
    """Write what a selection of figures is cited with.

    That is the pages that state them, the release and the package. PERIOD is a span as for `conflictdata show`; without
    one, and without options, all pages of the dataset come. A page comes once, with the day it was read.
    """
    opened = at(dataset)
    told = {**asked, "period": period} if period else asked
    found = opened.figures.filter(**told)
    if told and not found:
        if period:  # the error says for which spans, areas and scopes there is anything
            Span.of(opened, period, asked.get("area", ()), asked.get("scope", ()))
        said = " ".join(f"{name}={','.join([code] if isinstance(code, str) else code)}" for name, code in told.items())
        cells = [
            (sum(getattr(f, axis) not in asked[axis] for axis in asked), f) for f in opened.figures.filter(period=period)
        ]
        fewest = min((unmet for unmet, _ in cells), default=0)  # of what is asked for
        nearest = [f for unmet, f in cells if unmet == fewest]
        near = sorted({f"area={f.area} scope={f.scope} measure={f.measure} group={f.group}" for f in nearest})
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
