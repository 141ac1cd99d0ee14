"""What the install holds: the datasets, and how to open one."""

import functools
from collections.abc import Mapping
from datetime import date

import attrs

from conflictdata import bundle
from conflictdata.dataset import Dataset
from conflictdata.errors import UnknownNameError
from conflictdata.tables import Table
from conflictdata.timeline import Point
from conflictdata.vocabulary import PeriodKind


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
        rows: The number of rows of each table.
    """

    name: str
    title: str
    publisher: str
    homepage: str
    counts: str
    continues: str | None = None
    licence: str
    first: date
    last: date
    rows: Mapping[str, int] = attrs.field(hash=False)


def list_datasets() -> tuple[DatasetInfo, ...]:
    """List the datasets of this install.

    Returns:
        One entry each, ordered by name.

    Raises:
        MissingDataError: If the package was never built, as in a bare checkout.
        DamagedDataError: If the manifest is not the one that this version was built with.
    """
    return tuple(
        DatasetInfo(
            name=name,
            rows={table: entry["rows"] for table, entry in about["tables"].items()},
            first=date.fromisoformat(about["first"]),
            last=date.fromisoformat(about["last"]),
            **{key: value for key, value in about.items() if key not in {"tables", "first", "last"}},
        )
        for name, about in bundle.manifest()["datasets"].items()
    )


@functools.cache
def _open(name: str) -> Dataset:
    if name not in bundle.manifest()["datasets"]:
        raise UnknownNameError("dataset", name, bundle.manifest()["datasets"])
    return Dataset(name)


def load(name: str) -> Dataset:
    """Open a dataset of this install. Nothing is fetched; its tables are read when they are asked for.

    Args:
        name: One of the names that `list_datasets` gives, such as `picss`.

    Returns:
        The dataset.

    Raises:
        UnknownNameError: If there is no such dataset; the message lists those there are.
        MissingDataError: If the package was never built, as in a bare checkout.
        DamagedDataError: If the manifest is not the one that this version was built with. A table says so when it is read.
    """
    return _open(name)


def series(
    dataset: str | Dataset, *, measure: str, group: str, area: str, scope: str, every: str = PeriodKind.MONTH
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
        A row for every span from the first to the last that has a figure, none left out: the value, the interval that its
        bound leaves open, status and marks; `gap` where no page gives a figure; the `breaks` of definition that take effect;
        and a `segment`, equal for rows that mean the same.

    Raises:
        UnknownNameError: For an unknown dataset, code or span, or if the dataset has no such figure; the message lists
            what there is.
    """
    opened = load(dataset) if isinstance(dataset, str) else dataset
    return opened.series(measure=measure, group=group, area=area, scope=scope, every=every)
