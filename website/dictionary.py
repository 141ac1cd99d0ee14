"""The data dictionary: every table that a user can hold, column by column, from the models themselves."""

import inspect
import typing
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

import conflictdata as cd
from conflictdata import bundle
from conflictdata.fields import Includable
from conflictdata.models import Record
from conflictdata.schema import columns, shape
from conflictdata.vocabulary import Code, PeriodKind
from datasets.tools.markdown import table
from datasets.tools.metadata import DESCRIPTOR, MODELS
from website.text import anchor, reference

_AXES = 'area="PK", measure="killed", group="total"'

# How each table is had: an expression, after `import conflictdata as cd` and `picss = cd.load("picss")`.
TABLES: Mapping[type[Record], str] = {
    cd.Source: "picss.sources",
    cd.Statement: "picss.statements",
    cd.Figure: "picss.figures",
    cd.CheckedClaim: "picss.claims",
    cd.ClaimTest: "picss.claim_tests",
    cd.Claim: 'picss.recorded("claims")',
    cd.Break: "picss.breaks",
    cd.Discrepancy: "picss.discrepancies",
    cd.Release: "picss.releases",
    cd.Balance: "picss.balances",
    cd.Tally: "picss.tally()",
    cd.Revision: "picss.revisions",
    cd.RevisionSummary: "picss.revision_summary()",
    cd.Point: f'picss.series(scope="militant_attacks", {_AXES})',
    cd.Coverage: "picss.coverage()",
    cd.AreaCodes: "cd.areas()",
    cd.Compared: f'cd.compare("picss", "pips", scope="militant_attacks", every="year", {_AXES}).table',
    cd.ComparisonSummary: f'cd.compare("picss", "pips", scope="militant_attacks", every="year", {_AXES}).summary',
    cd.EventCompared: f'cd.compare(picss, events=rolled, mapping=mapping, scope="all", {_AXES}).table',
    cd.Implied: f'cd.implied(picss, period="2025-10", scope="all", {_AXES})',
    cd.Difference: 'cd.diff("picss", "2026-11-22").table',
    cd.Vintage: 'cd.load("picss", as_of="2025-11-05").vintage',
}

# What else has rows of the same class.
OTHERS: Mapping[type[Record], tuple[str, ...]] = {
    cd.Statement: ("picss.statements_of(picss.figures[0])", "picss.unprotected()"),
    cd.CheckedClaim: ('cd.check_claims("picss", continued=True)',),
    cd.Balance: ("picss.source_balances",),
    cd.Point: (f'cd.series("picss", scope="militant_attacks", {_AXES})',),
}

_INTRO = """# Data dictionary

Every table that the library gives, column by column. Names, types and meanings are those of the models, which the Parquet
files carry too; what a code means stands in the [codebook](codebook.md), how the types look in pandas and polars in
[the tables](../tables.md). Under each name stands how the table is had, after

```python
import conflictdata as cd

picss = cd.load("picss")
```

`rolled` and `mapping` are figures of events that a user brought, as in [events rolled up](../rollup.md).

"""
_FILES = """## Files

The files of the newest releases, as they lie in the install and here. A reader of Parquet takes them as they are; the
descriptor says what each column holds in a form for machines, with size and sha256 of each file. A file named `closed` holds
the rows that the newest release does not have; how an earlier release is put together from the two stands in
[releases](../releases.md).

"""
_KEPT = """## Columns of the files alone

Beside the columns of its model, a file of rows says since when and until when each is part of the dataset, and why.

"""


def kind(dtype: pa.DataType) -> str:
    """Name an Arrow type in words."""
    if pa.types.is_list(dtype):
        return f"list of {kind(dtype.value_type)}"
    if pa.types.is_dictionary(dtype):
        return "dictionary of strings"
    return str(dtype).removesuffix("[day]")


def vocabularies(of: type) -> tuple[type[Code], ...]:
    """Give the vocabularies that a field of this class draws from."""
    if of is Code:
        return typing.get_args(Includable)
    return (of,) if issubclass(of, Code) else ()


def _of(model: type[Record], column: str) -> tuple[type[Code], ...]:
    if column == "period_kind":
        return (PeriodKind,)
    told = attrs.fields_dict(model).get(column)
    return vocabularies(shape(told.type).of) if told else ()


def holds(model: type[Record], kind: type[Code]) -> bool:
    """Whether a table of this model has a column of these codes."""
    return any(kind in _of(model, column.field.name) for column in columns(model))


def _codes(model: type[Record], column: str) -> str:
    return ", ".join(f"[{one.axis()}](codebook.md#{one.axis()})" for one in _of(model, column))


def _section(model: type[Record]) -> Iterator[str]:
    name = model.__name__
    said = (inspect.getdoc(model) or "").partition("Attributes:")[0].strip()
    had = [TABLES[model], *OTHERS.get(model, ())]
    yield f"## {name}\n\n{said} The class: {reference(name)}.\n\n"
    yield "```python\n{}\n```\n\n".format("\n".join(had))
    rows = []
    for column in columns(model):
        field = column.field
        mark = anchor(f"{name.lower()}-{field.name}")
        null = "yes" if field.nullable else ""
        meaning = (field.metadata or {})[b"description"].decode()
        rows.append((f"{mark}`{field.name}`", kind(field.type), null, meaning, _codes(model, field.name)))
    yield table(("column", "Arrow type", "null", "meaning", "codes"), rows) + "\n\n"


def _files() -> Iterator[str]:
    yield _FILES
    rows = []
    for path in sorted(bundle.manifest()["files"]):
        dataset, _, name = path.partition("/")
        if name.endswith(".parquet"):
            told = pq.read_metadata(bundle.FOLDER / path)
            size = f"{(bundle.FOLDER / path).stat().st_size:,}"
            rows.append((f"`{dataset}`", f"[{name}]({path})", f"{told.num_rows:,}", size))
        elif name == DESCRIPTOR:
            rows.append((f"`{dataset}`", f"[{name}]({path})", "", f"{(bundle.FOLDER / path).stat().st_size:,}"))
    yield table(("dataset", "file", "rows", "bytes"), rows, right=2) + "\n\n"


def _kept() -> Iterator[str]:
    yield _KEPT
    found: dict[str, tuple[pa.Field, list[str]]] = {}
    for path in sorted(bundle.manifest()["files"]):
        name = PurePosixPath(path)
        if name.suffix != ".parquet":
            continue
        stem, _, closed = name.stem.partition(".")
        known = {column.field.name for column in columns(MODELS[stem])}
        for field in pq.read_schema(bundle.FOLDER / path):
            if field.name not in known:
                files = found.setdefault(field.name, (field, []))[1]
                files.append(f"{stem}{' (closed)' if closed else ''}")
    rows = []
    for column, (field, files) in found.items():
        meaning = field.metadata[b"description"].decode()
        null, where = "yes" if field.nullable else "", ", ".join(sorted(set(files)))
        rows.append((f"{anchor(f'kept-{column}')}`{column}`", kind(field.type), null, meaning, where))
    yield table(("column", "Arrow type", "null", "meaning", "in the files"), rows) + "\n\n"


def files() -> Iterator[tuple[str, str]]:
    """Give the page."""
    sections = "".join(part for model in TABLES for part in _section(model))
    yield "data/dictionary.md", "".join([_INTRO, sections, *_kept(), *_files()]).rstrip() + "\n"
