"""What conflict monitors reported about violence in Pakistan: typed, versioned, each number with its page.

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

TYPE_CHECKING = False  # type checkers take this name as true; importing typing would cost more than the package
if TYPE_CHECKING:
    from conflictdata.catalog import DatasetInfo, list_datasets, load, series
    from conflictdata.dataset import Dataset
    from conflictdata.errors import (
        AmbiguousError,
        ConflictDataError,
        Fault,
        InvalidValueError,
        MissingDataError,
        MissingExtraError,
        RecordError,
        UnknownNameError,
    )
    from conflictdata.models import Break, Claim, Coverage, Figure, Point, Source, Statement
    from conflictdata.resolve import Cell
    from conflictdata.schema import SCHEMA_VERSION
    from conflictdata.tables import FigureTable, Frame, Table
    from conflictdata.values import Interval, Period
    from conflictdata.vocabulary import (
        Area,
        AreaNode,
        Bound,
        Caveat,
        ClaimKind,
        Direction,
        Group,
        Mark,
        Measure,
        PeriodKind,
        Scope,
        SourceKind,
        Status,
        area_tree,
    )

_HOMES = {
    "catalog": ("DatasetInfo", "list_datasets", "load", "series"),
    "dataset": ("Dataset",),
    "errors": (
        "AmbiguousError",
        "ConflictDataError",
        "Fault",
        "InvalidValueError",
        "MissingDataError",
        "MissingExtraError",
        "RecordError",
        "UnknownNameError",
    ),
    "models": ("Break", "Claim", "Coverage", "Figure", "Point", "Source", "Statement"),
    "resolve": ("Cell",),
    "schema": ("SCHEMA_VERSION",),
    "tables": ("FigureTable", "Frame", "Table"),
    "values": ("Interval", "Period"),
    "vocabulary": (
        "Area",
        "AreaNode",
        "Bound",
        "Caveat",
        "ClaimKind",
        "Direction",
        "Group",
        "Mark",
        "Measure",
        "PeriodKind",
        "Scope",
        "SourceKind",
        "Status",
        "area_tree",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME, "__version__"])  # noqa: PLE0605  one list of names, above


def __getattr__(name: str) -> object:
    """Import a public name from its module, on first use."""
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("conflictdata")
    elif name in _HOME:
        from importlib import import_module

        value = getattr(import_module(f"conflictdata.{_HOME[name]}"), name)
    else:
        message = f"module 'conflictdata' has no attribute {name!r}"
        raise AttributeError(message)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, for editors."""
    return sorted({*globals(), *__all__})
