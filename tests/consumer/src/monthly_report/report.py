"""What the report says, from the release that it is written against."""

from collections.abc import Iterator

import conflictdata as cd
from conflictdata.names import GroupCode

# The data that the report is written against. With another release, or other rows, it stops.
PIN = "conflictdata/picss@2026-11-22 rows=7bb7df0a19a9daa0 figures=32b5cbf59e07eeab"

GROUPS: tuple[GroupCode, ...] = ("total", "militants", "security_forces", "civilians")


def pinned(pin: str = PIN) -> cd.Dataset:
    """Open the dataset of a pin, after its rows were held to it.

    Raises:
        PinError: If this install gives other rows, or the pin is none of a dataset; the message says what differs.
    """
    held = cd.verify(pin)
    if not isinstance(held, cd.Dataset):
        raise cd.PinError(pin, ["is of a table, and the report needs the pin of a dataset"])
    return held


def lines(dataset: cd.Dataset, month: str) -> Iterator[str]:
    """Write the report: the numbers with their support, and what the pages leave open."""
    yield f"{dataset.name} {dataset.release}, {month}"
    for figure in dataset.figures.filter(period=month, area="PK", scope="all", measure="killed", group=GROUPS):
        value = "no point value" if figure.value is None else f"{figure.value:,}"
        yield f"{figure.group.label}: {value} killed, {figure.status.label}, {len(figure.sources)} pages"
    for balance in dataset.source_balances.filter(period=month, area="PK", measure="killed", verdict="short"):
        yield f"short by {balance.residual_low}: {balance.explanation}"
