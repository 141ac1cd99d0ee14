"""What the install holds: the datasets, and how to open one."""

import functools
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

import attrs
import pyarrow as pa

from conflictdata import bundle, stored
from conflictdata.dataset import Dataset
from conflictdata.errors import InvalidValueError, UnknownNameError
from conflictdata.models import NEXT, Break, Claim, Figure, Record, Source, Statement
from conflictdata.tables import Table
from conflictdata.timeline import Point
from conflictdata.vocabulary import PeriodKind

if TYPE_CHECKING:
    from conflictdata import names
    from conflictdata.claims import CheckedClaim


@attrs.frozen(kw_only=True)
class DatasetInfo:
    """What there is to know of a dataset before it is opened.

    Attributes:
        name: The name to load it by.
        title: What it is.
        publisher: Who compiled the numbers that it records.
        homepage: The publisher's own site.
        counts: What the publisher counts.
        continues: The dataset whose history this one continues; None for most.
        licence: The licence of the compilation, an SPDX identifier. The facts are their reporters'.
        first: The first day that a statement is about.
        last: The last day that a statement is about.
        release: The label of the newest release that this install has.
        rows: The number of rows of each table.
    """

    name: "names.DatasetName"
    title: str
    publisher: str
    homepage: str
    counts: str
    continues: "names.DatasetName | None" = None
    licence: str
    first: date
    last: date
    release: str
    rows: Mapping[str, int] = attrs.field(hash=False)


def list_datasets() -> tuple[DatasetInfo, ...]:
    """List the datasets of this install.

    Returns:
        One entry each, ordered by name.

    Raises:
        MissingDataError: If the package was never built, as in a bare checkout.
        DamagedDataError: If the manifest is not the one that this version was built with.

    Examples:
        >>> import conflictdata as cd
        >>> [info.name for info in cd.list_datasets()]
        ['cmc', 'crss', 'picss', 'pips']
    """
    return tuple(
        DatasetInfo(
            name=name,
            rows={table: entry["rows"] for table, entry in about["tables"].items()},
            first=date.fromisoformat(about["first"]),
            last=date.fromisoformat(about["last"]),
            **{key: value for key, value in about.items() if key not in {"tables", "first", "last", "pending", "schemas"}},
        )
        for name, about in bundle.manifest()["datasets"].items()
    )


def dataset_name(text: str) -> "names.DatasetName":
    """Take a text from outside, such as a file of settings, as the name of a dataset.

    Names that stand in a program are checked by type checkers as they are; this is for those that do not.

    Args:
        text: The text.

    Returns:
        The same text, as the type that `load` takes.

    Raises:
        UnknownNameError: If there is no such dataset; the message lists those there are.

    Examples:
        >>> import conflictdata as cd
        >>> cd.dataset_name("picss")
        'picss'
    """
    if text not in (known := bundle.manifest()["datasets"]):
        raise UnknownNameError("dataset", text, known)
    return cast("names.DatasetName", text)


_TABLES: Mapping[str, type[Record]] = {
    "sources": Source,
    "statements": Statement,
    "figures": Figure,
    "claims": Claim,
    "breaks": Break,
}


def _model(table: str) -> type[Record]:
    if table in _TABLES:
        return _TABLES[table]
    from conflictdata.balances import Discrepancy  # the check is loaded when it is asked for

    return Discrepancy


def _read(name: str, label: str, table: str) -> pa.Table:
    if table == "releases":
        return stored.read(f"{name}/releases.parquet")
    return stored.table_at(name, table, _model(table), label)


@functools.cache
def _release(name: str, label: str | None) -> Dataset:
    """Open one release, the newest if none is named."""
    known = dataset_name(name)
    about = bundle.manifest()["datasets"][known]
    if label is None:
        return _release(name, about["release"])
    schemas: dict[str, int] = about["schemas"]
    if label not in schemas and not (label == NEXT and about["pending"]):
        raise UnknownNameError(f"release of {name}", label, schemas)
    schema = schemas.get(label, bundle.manifest()["schema_version"])
    return Dataset(known, label, functools.partial(_read, name, label), schema)


@functools.lru_cache(maxsize=16)
def _as_of(name: str, label: str | None, day: date, undated: str) -> Dataset:
    """Open a release as it was known on a day."""
    from conflictdata import vintages  # the rule is loaded when it is asked for

    whole = _release(name, label)
    known = {one.label: one for one in whole.releases}
    release = known.get(whole.release)
    last = release.day if release else max(page.accessed for page in whole.sources)
    tables, vintage = vintages.known(whole.read, f"{name} {whole.release}", whole.rule, last, day, undated)
    return Dataset(whole.name, whole.release, tables.__getitem__, whole.schema, vintage)


def load(
    name: "names.DatasetName",
    *,
    release: str | None = None,
    as_of: date | str | None = None,
    undated: Literal["exclude", "assume"] = "exclude",
) -> Dataset:
    """Open a dataset of this install. Nothing is fetched; its tables are read when they are asked for.

    Args:
        name: One of the names that `list_datasets` gives, such as `picss`.
        release: The label of a release, such as `2026-11-22`: the same rows and the same figures from any install that has
            it. By default the newest that this install has. `Dataset.releases` lists them.
        as_of: A day, or its text: only what had appeared by then, and the figures that followed from it.
        undated: What `as_of` does with pages of which it is not known whether they had appeared by the day: `exclude` leaves
            them out, `assume` takes them in. `Dataset.vintage` counts them.

    Returns:
        The dataset.

    Raises:
        UnknownNameError: If there is no such dataset or release; the message lists those there are.
        OutOfSpanError: If the day is before the first page or after the release; the message says the span.
        InvalidValueError: If the day is none, or `undated` is neither of the two.
        MissingDataError: If the package was never built, as in a bare checkout.
        DamagedDataError: If the manifest is not the one that this version was built with. A table says so when it is read.

    Examples:
        >>> import conflictdata as cd
        >>> cd.load("picss", release="2026-11-22")
        <Dataset picss 2026-11-22: 327 sources, 5,193 statements, 2,084 figures, 1,073 claims>
        >>> cd.load("picss", release="2026-11-22", as_of="2025-11-05").vintage.as_of
        datetime.date(2025, 11, 5)
        >>> cd.load("piccs")
        Traceback (most recent call last):
            ...
        conflictdata.errors.UnknownNameError: unknown dataset 'piccs'; valid: cmc, crss, picss, pips
    """
    if undated not in {"exclude", "assume"}:
        raise InvalidValueError("undated", f"{undated!r} is neither exclude nor assume")
    if as_of is None:
        return _release(name, release)
    from conflictdata import vintages

    return _as_of(name, release, vintages.day_of(as_of), undated)


def series(
    dataset: "names.DatasetName | Dataset",
    *,
    measure: "names.MeasureCode",
    group: "names.GroupCode",
    area: "names.AreaCode",
    scope: "names.ScopeCode",
    every: "names.EveryCode" = PeriodKind.MONTH,
) -> Table[Point]:
    """Give one cell over time, for analysis.

    Every axis has to be named, so that totals are not mixed with their parts, nor one scope with another, nor a month
    with the year that holds it.

    Args:
        dataset: A dataset, or its name.
        measure: What is counted: `killed`, `injured`, `incidents`, `kidnapped`, `arrested`.
        group: Who: `total`, or one of its categories.
        area: Where: `PK`, or one of its parts.
        scope: Of what kind of violence.
        every: The spans: `month`, `quarter`, `half` or `year`.

    Returns:
        A row for every span from the first to the last that has a figure, none left out, with the value, the interval that
        its bound leaves open, status and marks; `gap` where no page gives a figure; the `breaks` of definition that take
        effect; and a `segment`, equal for rows that mean the same.

    Raises:
        UnknownNameError: For an unknown dataset, code or span, or if the dataset has no such figure; the message lists
            what there is.

    Examples:
        >>> import conflictdata as cd
        >>> picss = cd.load("picss", release="2026-11-22")
        >>> attacks = cd.series(picss, measure="killed", group="total", area="PK", scope="militant_attacks")
        >>> [(str(point.period), point.value, point.low, point.high) for point in attacks.filter(within="2025-Q2")]
        [('2025-04', None, None, None), ('2025-05', 113, 113, 113), ('2025-06', 100, 100, None)]
    """
    opened = load(dataset) if isinstance(dataset, str) else dataset
    return opened.series(measure=measure, group=group, area=area, scope=scope, every=every)


def check_claims(dataset: "names.DatasetName | Dataset", *, continued: bool = False) -> "Table[CheckedClaim]":
    """Hold what the pages say about their numbers against the numbers.

    Args:
        dataset: A dataset, or its name.
        continued: Whether spans of which the dataset has no number are looked up in the one that it continues, as PICSS
            continues CMC, at the release of that time. Their numbers are named by it in the evidence. By default they are
            not: `Dataset.claims`.

    Returns:
        The claims, each with a verdict and its evidence. One that was continued has no pin.

    Raises:
        UnknownNameError: For an unknown dataset.
        InvalidValueError: If it is to be continued, and continues none.

    Examples:
        >>> import conflictdata as cd
        >>> picss = cd.load("picss", release="2026-11-22")
        >>> claim = cd.check_claims(picss).filter(source="4thpillarpost-4c4a28", period="2025-10", measure="incidents")[0]
        >>> str(claim.verdict), claim.evidence
        ('supported', 'In the series as known on 2025-11-01: 2025-09 69, 2025-10 89: up 29.0 %; claimed up 29 %.')
    """
    opened = load(dataset) if isinstance(dataset, str) else dataset
    if not continued:
        return opened.claims
    former = bundle.manifest()["datasets"].get(opened.name, {}).get("continues")
    if former is None:
        raise InvalidValueError("continued", f"{opened.name} continues no other dataset")
    known = opened.vintage
    labels = [label for label in bundle.manifest()["datasets"][former]["schemas"] if label <= opened.release]
    label = max(labels, default=None)  # what there was of it when the release was made; else the newest
    before = _as_of(former, label, known.as_of, known.undated) if known else _release(former, label)
    return opened.judged(opened.tests_of_claims(list(before.statements)))
