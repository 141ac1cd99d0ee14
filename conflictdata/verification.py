"""That this install gives exactly what a pin says; what differs between two releases of it."""

from typing import TYPE_CHECKING, Any, cast

from conflictdata import stored
from conflictdata.catalog import dataset_name, load
from conflictdata.changes import Diff, between
from conflictdata.dataset import Dataset
from conflictdata.errors import ConflictDataError, PinError, UnknownNameError
from conflictdata.pins import Pin, Selection
from conflictdata.tables import Table
from conflictdata.vintages import Undated

if TYPE_CHECKING:
    from conflictdata import names

_TABLES = (
    "sources",
    "statements",
    "figures",
    "claims",
    "claim_tests",
    "breaks",
    "discrepancies",
    "balances",
    "source_balances",
    "revisions",
)
_MADE = ("series", "coverage", "tally", "unprotected", "revision_summary")
_FLAGS = ("subset", "gap")  # the conditions that take True or False
_SAID = {"true": True, "false": False}


def _table(dataset: Dataset, selection: Selection) -> Table[Any]:
    """Give the table that a selection names."""
    if selection.table not in {*_TABLES, *_MADE}:
        raise UnknownNameError("table", selection.table, (*_TABLES, *_MADE))
    made = getattr(dataset, selection.table)
    if selection.asked and selection.table not in _MADE:
        raise UnknownNameError(f"argument of {selection.table}", selection.asked[0][0], ())
    table: Table[Any] = made(**dict(selection.asked)) if selection.table in _MADE else made
    for told in selection.filters:
        conditions: dict[str, Any] = {
            name: [_SAID.get(value, value) if name in _FLAGS else value for value in values] for name, values in told
        }
        table = table.filter(**conditions)
    return table


def verify(pin: str | Pin) -> Dataset | Table[Any]:
    """Prove that this install gives exactly what a pin says.

    The digests are taken anew from the rows that this install gives, not from what it says of itself.

    Args:
        pin: A pin, or its line: of a dataset, from `Dataset.pin`, or of a table, from `Table.pin`.

    Returns:
        The dataset or the table that is pinned.

    Raises:
        PinError: If the line is no pin, this install does not have what it names, or gives it otherwise; all that differs is
            said.

    Examples:
        >>> import conflictdata as cd
        >>> cd.verify("conflictdata/picss@2026-11-22 rows=7bb7df0a19a9daa0 figures=32b5cbf59e07eeab")
        <Dataset picss 2026-11-22: 327 sources, 5,193 statements, 2,084 figures, 1,073 claims>
    """
    told = Pin.of(pin) if isinstance(pin, str) else pin
    selection = told.selection
    try:
        dataset = load(
            dataset_name(selection.dataset),
            release=selection.release,
            as_of=selection.as_of,
            undated=cast(Undated, selection.undated),
        )
        found: Dataset | Table[Any] = _table(dataset, selection) if selection.table else dataset
        digests = found.pinned().digests
    except (ConflictDataError, TypeError) as error:
        problem = str(error)
        if isinstance(error, UnknownNameError) and error.kind.startswith("release"):
            problem += ". A later version of the package may have it"
        raise PinError(told, [problem]) from error
    there = dict(told.digests)
    differ = [
        f"{name} is {here} in this install, and {there.get(name)} in the pin"
        for name, here in digests
        if here != there.get(name)
    ]
    if differ:
        raise PinError(told, differ)
    return found


def diff(name: "names.DatasetName", old: str, new: str | None = None) -> Diff:
    """Say what differs between two releases of a dataset.

    Args:
        name: The dataset.
        old: The label of the older release.
        new: The label of the newer; by default the newest of this install.

    Returns:
        The rows that were added, corrected and withdrawn, and the figures and verdicts that changed by it.

    Raises:
        UnknownNameError: If there is no such dataset or release, or the first is the newer; the message lists them.

    Examples:
        >>> import conflictdata as cd
        >>> for change in cd.diff("crss", "2026-11-22", "2026-11-22.1").table:
        ...     print(change.table, change.kind, change.column, repr(change.old), repr(change.new))
        statements corrected bound 'exact' 'at_least'
        figures changed bound 'exact' 'at_least'
        figures changed high '172' ''
        figures changed marks '' 'bounded'
    """
    older, newer = load(name, release=old), load(name, release=new)
    if older.release > newer.release:
        raise UnknownNameError(
            f"release of {name} up to {newer.release}", old, [r.label for r in newer.releases if r.label <= newer.release]
        )
    return between(older, newer, lambda table: stored.turns(name, table), older.release, newer.release)
