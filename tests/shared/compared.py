"""Datasets to compare: those of the record at their first release, and made-up ones whose numbers are known."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import pyarrow as pa

import conflictdata as cd
from conflictdata import Bound, Dataset, Figure, Interval, Period, Source
from conflictdata.models import Break
from conflictdata.names import DatasetName
from conflictdata.schema import SCHEMA_VERSION, to_arrow

RELEASE = "2026-11-22"
CRIME = (
    "CRSS counts all violence, crime included, until about 2018; of 2018 there are quarters by that count, and a year"
    " without crime."
)
FORCES: dict[str, Any] = {"measure": "killed", "group": "security_forces", "scope": "all"}


def first(*names: DatasetName) -> list[Dataset]:
    """Open datasets at their first release."""
    return [cd.load(name, release=RELEASE) for name in names]


def page(dataset: str) -> Source:
    """Make a page."""
    day, read = date(2025, 11, 1), date(2026, 11, 22)
    fixed = {"id": "page", "kind": "primary", "outlet": "A", "url": "https://example.org/a", "language": "en"}
    return Source(dataset=dataset, **fixed, published_from=day, published_to=day, accessed=read)  # type: ignore[arg-type]


def dataset(name: str, told: Mapping[Period, tuple[int, Bound]], *, breaks: tuple[Break, ...] = ()) -> Dataset:
    """Make a dataset of deaths of security forces in all violence in the country."""
    source = page(name)
    made = [
        Figure(
            dataset=name,
            period=period,
            area="PK",
            scope="all",
            measure="killed",
            group="security_forces",
            value=value,
            bound=bound,
            low=Interval.of(value, bound).low,
            high=Interval.of(value, bound).high,
            status="single",
            sources=(source,),
            first_published=source.published_to,
        )
        for period, (value, bound) in told.items()
    ]
    tables: dict[str, pa.Table] = {
        "sources": to_arrow(Source, [source]),
        "figures": to_arrow(Figure, made),
        "breaks": to_arrow(Break, breaks),
    }
    return Dataset(cast(DatasetName, name), RELEASE, tables.__getitem__, SCHEMA_VERSION)
