"""A page for every publisher: what it counts, for which spans there are numbers, what changed; and the list of them all."""

from collections import Counter
from collections.abc import Iterator
from html import escape
from itertools import groupby

import conflictdata as cd
from conflictdata.balances import COUNTS
from conflictdata.catalog import DatasetInfo
from conflictdata.dataset import Dataset
from conflictdata.definitions import Definitions
from conflictdata.models import cell_label, signed
from conflictdata.values import Period
from conflictdata.vocabulary import ClaimVerdict, PeriodKind, Scope, SourceKind, Status
from datasets.tools.markdown import table
from datasets.tools.metadata import DESCRIPTOR
from website import charts, jsonld, text
from website.spans import periods


def files() -> Iterator[tuple[str, str]]:
    """Give the page of each publisher, and the page that lists them."""
    infos = cd.list_datasets()
    yield "data/index.md", _index(infos)
    for info in infos:
        yield f"data/{info.name}/index.md", _publisher(info, cd.load(info.name))


def _index(infos: tuple[DatasetInfo, ...]) -> str:
    """The page that lists the publishers, and every month by year."""
    rows = []
    for info in infos:
        counts = [f"{info.rows[name]:,}" for name in ("sources", "statements", "figures", "claims")]
        rows.append((f"[{info.publisher}]({info.name}/index.md)", f"{info.first.year} to {info.last.year}", *counts))
    parts = [
        "# The record",
        (
            "What monitors of violence in Pakistan reported, as pages of the press and their own pages state it. Each "
            "number stands on the page of its span with every page that states it."
        ),
        table(("publisher", "years", "pages", "statements", "figures", "claims"), rows, right=2),
        (
            "A *statement* is what one page says of one cell; a *figure* is what [follows from all of them](../resolve.md); "
            "a *claim* is what a page says about the numbers. [Known anomalies](anomalies.md) lists what is odd in them, "
            "the [codebook](codebook.md) says what the words mean, and the [data statement](../statement.md) what the "
            "numbers can and cannot tell."
        ),
    ]
    for info in infos:
        calendar = _calendar(cd.load(info.name), f"{info.name}/")
        parts.append(f"## {info.publisher}\n\n{info.counts}\n\n{calendar}")
    return "\n\n".join([*parts, jsonld.script()]) + "\n"


def _publisher(info: DatasetInfo, dataset: Dataset) -> str:
    parts = [_facts(info, dataset)]
    sections = (_coverage, _definitions, _breaks, _revisions, _checks, _outlets, _releases, _downloads)
    parts += [section(dataset) for section in sections]
    return f"# {info.name.upper()}\n\n" + "\n".join(filter(None, parts))


def _facts(info: DatasetInfo, dataset: Dataset) -> str:
    statuses = Counter(figure.status for figure in dataset.figures)
    known = ", ".join(f"{statuses[status]:,} {text.code_link(status)}" for status in Status)
    continued = ""
    if info.continues:
        continued = f" It continues [{info.continues.upper()}](../{info.continues}/index.md); the two are not mixed."
    return (
        f"**{info.publisher}**, [{info.homepage.split('//')[1]}]({info.homepage}). {info.counts}{continued}\n\n"
        f"{info.rows['sources']:,} pages, {info.rows['statements']:,} statements, {info.rows['figures']:,} figures "
        f"({known}), {info.rows['claims']:,} claims, from {info.first} to {info.last}. "
        f"Release {dataset.release}, under {info.licence}.\n\n{text.python(text.opened(dataset))}\n"
    )


def _cell(period: Period, there: dict[Period, int], folder: str) -> str:
    return f"[{there[period]}]({folder}{text.slug(period)}.md)" if period in there else "-"


def _narrow(grid: str) -> str:
    return f'<div class="narrow" markdown>\n\n{grid}\n\n</div>'


def _calendar(dataset: Dataset, folder: str = "") -> str:
    """Every month of a dataset by year, then its other spans, as links that say how many figures there are."""
    there = dict.fromkeys(periods(dataset), 0)
    there.update(Counter(figure.period for figure in dataset.figures))
    by_kind = {kind: list(same) for kind, same in groupby(sorted(there, key=lambda p: (p.kind.rank, p)), lambda p: p.kind)}
    months = by_kind.pop(PeriodKind.MONTH, [])
    lines = []
    if months:
        heads = [f"{month:02}" for month in range(1, 13)]
        years = range(months[0].start.year, months[-1].start.year + 1)
        rows = [(f"**{year}**", *(_cell(Period.of(f"{year}-{month}"), there, folder) for month in heads)) for year in years]
        lines += [
            _narrow(table(("months", *heads), rows, right=1)),
            "",
            "How many figures there are of each month; 0 where pages give a part or a claim; - where none does.",
            "",
        ]
    for kind, spans in by_kind.items():
        links = ", ".join(f"[{text.in_words(span)}]({folder}{text.slug(span)}.md)" for span in spans)
        lines += [f"**{kind.label}**: {links}", ""]
    return "\n".join(lines)


def _coverage(dataset: Dataset) -> str:
    """Which spans have a page, and as pictures which cells have figures for them."""
    country, regions = (f"coverage-{dataset.name}{part}" for part in ("", "-areas"))
    cells = {
        (figure.area, figure.scope, figure.measure, figure.group)
        for figure in dataset.figures
        if figure.area is not cd.Area.PK
    }
    shown = charts.cells(regions)
    out = len(cells) - shown
    more = f" (in Python, `coverage()` has the other {out:,} too)" if out else ""
    parts = (
        ("Which cells have figures, of the whole country:", country),
        (
            f"And of its parts the totals of all violence and of militant attacks, {shown:,} of {len(cells):,} cells{more}:",
            regions,
        ),
    )
    pictures = []
    for said, name in parts:
        alt = charts.alts()[f"{charts.FOLDER}/{name}.svg"].replace("[", "(").replace("]", ")")
        pictures.append(f"{said}\n\n[![{alt}](../charts/{name}.svg)](../charts/{name}.svg)\n")
    return f"## Spans\n\n{_calendar(dataset)}\n" + "\n".join(pictures)


def _definitions(dataset: Dataset) -> str:
    counts = Definitions.declared().counts.get(dataset.name, {})
    rows = [(text.code_link(Scope(scope)), said) for scope, said in counts.items()]
    lead = (
        f"What {dataset.name.upper()} counts under each scope; [how far that compares](../../comparing.md) with the others."
    )
    return f"## Definitions\n\n{lead}\n\n{table(('scope', 'what is counted'), rows)}\n"


def _breaks(dataset: Dataset) -> str:
    lines = []
    for one in dataset.breaks:
        touched = [code.label for code in (*one.areas, *one.scopes, *one.measures)]
        lines.append(f"- `{one.id}`, from {one.day_label} ({', '.join(touched) or 'everything'}): {one.description}")
    said = "\n".join(lines) or "None is known to the record."
    return f"## Breaks\n\nDated changes in what the numbers mean: numbers from before and after do not compare.\n\n{said}\n"


def _revisions(dataset: Dataset) -> str:
    """How often later reports give another value, and each such value."""
    (told,) = dataset.revision_summary()
    lag = "" if told.median_lag_days is None else f", in the median {told.median_lag_days} days later"
    lead = (
        f"Of {told.figures:,} figures, later reports look at {told.looked_at_again:,} again; {told.revised:,} are "
        f"{text.code_link(cd.Mark.REVISED)}, {told.raised:,} up and {told.lowered:,} down{lag}."
    )
    rows = [
        (
            f'<a href="{text.slug(row.period)}/">{escape(cell_label(row).partition(" ")[2])}</a>',
            f'<td class="number">{escape(signed(row.value, row.bound))}</td>',
            f'<td class="number">{row.later_value:,}</td>',
            f'<td class="number">{row.change:+,}</td>',
            row.mark.label,
            " ".join(f'<a href="{escape(page.url)}">{escape(page.outlet)}</a>' for page in row.sources),
        )
        for row in dataset.revisions
    ]
    heads = ("cell", "value", "later", "change", "mark", "later pages")
    grid = text.details(f"{len(rows)} later values", text.table(heads, rows, "Later values")) if rows else ""
    return f"## Revisions\n\n{lead}\n\n{grid}"


def _checks(dataset: Dataset) -> str:
    """How the totals and the claims stand."""
    tally = [row for row in dataset.tally() if row.totals]
    rows = [(row.level, row.axis.label, *(f"{getattr(row, name):,}" for name in COUNTS)) for row in tally]
    grid = _narrow(table(("level", "axis", *COUNTS), rows, right=2))
    open_ = len(dataset.unprotected())
    share = f"{open_:,} of {len(dataset.statements):,} statements take part in no complete sum that would show a slip."
    verdicts = Counter(claim.verdict for claim in dataset.claims)
    claims = ", ".join(f"{verdicts[verdict]:,} {text.code_link(verdict)}" for verdict in ClaimVerdict)
    lead = "Totals against the sum of their parts ([what the words mean](../../balances.md)):"
    return (
        f"## Checks\n\n{lead}\n\n{grid}\n\n{share}\n\nClaims of the pages about the numbers "
        f"([how they are checked](../../claims.md)): {claims}.\n"
    )


def _outlets(dataset: Dataset) -> str:
    """Who printed the pages."""
    kinds = Counter(page.kind for page in dataset.sources)
    told = ", ".join(f"{kinds[kind]:,} {kind.label}" for kind in SourceKind if kinds[kind])
    outlets = Counter(page.outlet for page in dataset.sources)
    most = ", ".join(f"{outlet} {count}" for outlet, count in outlets.most_common())
    undated = sum(page.published is None for page in dataset.sources)
    return f"## Pages\n\n{told}; {undated:,} show no day.\n\n" + text.details(
        f"{len(outlets)} outlets", f"<p>{escape(most)}</p>\n"
    )


def _releases(dataset: Dataset) -> str:
    rows = [(r.label, r.size, r.why, f"`{r.rows_digest[:16]}`", f"`{r.figures_digest[:16]}`") for r in dataset.releases]
    grid = table(("release", "what it changed", "why", "rows", "figures"), rows)
    lead = "[What a release is](../../releases.md), and [what each changed](../../changelog.md#releases-of-the-data)."
    return f"## Releases\n\n{lead}\n\n{grid}\n"


def _downloads(dataset: Dataset) -> str:
    """The files of the bundle, and what search engines are told of them."""
    told = jsonld.described(dataset.name)
    rows = [(f"[{file.path}]({file.path})", file.description, f"{file.bytes:,}") for file in told.files]
    grid = table(("file", "what it holds", "bytes"), rows, right=2)
    lead = (
        "The files that the package carries, as they are: [columns](../dictionary.md), "
        f"[how to query them](../../howto/duckdb.md), [{DESCRIPTOR}]({DESCRIPTOR}) for machines. "
        "The package has them already."
    )
    return f"## Files\n\n{lead}\n\n{grid}\n\n{jsonld.script(dataset.name)}\n"
