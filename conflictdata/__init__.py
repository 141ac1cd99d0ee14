"""What conflict monitors reported about violence in Pakistan: typed, versioned, each number with its page.

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

TYPE_CHECKING = False  # type checkers take this name as true; importing typing would cost more than the package
if TYPE_CHECKING:
    __version__: str

    from conflictdata.alongside import EventCompared as EventCompared
    from conflictdata.alongside import EventComparison as EventComparison
    from conflictdata.balances import Balance as Balance
    from conflictdata.balances import Discrepancy as Discrepancy
    from conflictdata.balances import Tally as Tally
    from conflictdata.catalog import DatasetInfo as DatasetInfo
    from conflictdata.catalog import check_claims as check_claims
    from conflictdata.catalog import dataset_name as dataset_name
    from conflictdata.catalog import list_datasets as list_datasets
    from conflictdata.catalog import load as load
    from conflictdata.catalog import series as series
    from conflictdata.changes import Change as Change
    from conflictdata.changes import Diff as Diff
    from conflictdata.changes import Difference as Difference
    from conflictdata.citations import Citation as Citation
    from conflictdata.claims import CheckedClaim as CheckedClaim
    from conflictdata.claims import ClaimTest as ClaimTest
    from conflictdata.comparison import Comparison as Comparison
    from conflictdata.comparison import compare as compare
    from conflictdata.conformance import assert_adds_up as assert_adds_up
    from conflictdata.credit import cite as cite
    from conflictdata.crosswalk import AreaCodes as AreaCodes
    from conflictdata.crosswalk import areas as areas
    from conflictdata.dataset import Dataset as Dataset
    from conflictdata.errors import AmbiguousError as AmbiguousError
    from conflictdata.errors import ConflictDataError as ConflictDataError
    from conflictdata.errors import DamagedDataError as DamagedDataError
    from conflictdata.errors import DefinitionsDifferError as DefinitionsDifferError
    from conflictdata.errors import Fault as Fault
    from conflictdata.errors import InvalidValueError as InvalidValueError
    from conflictdata.errors import MissingColumnsError as MissingColumnsError
    from conflictdata.errors import MissingDataError as MissingDataError
    from conflictdata.errors import MissingExtraError as MissingExtraError
    from conflictdata.errors import OutOfSpanError as OutOfSpanError
    from conflictdata.errors import PinError as PinError
    from conflictdata.errors import RecordError as RecordError
    from conflictdata.errors import UnknownNameError as UnknownNameError
    from conflictdata.frames import Frame as Frame
    from conflictdata.implication import Implied as Implied
    from conflictdata.implication import implied as implied
    from conflictdata.layouts import CountingDifference as CountingDifference
    from conflictdata.layouts import Deaths as Deaths
    from conflictdata.layouts import EventKind as EventKind
    from conflictdata.layouts import EventMapping as EventMapping
    from conflictdata.models import Break as Break
    from conflictdata.models import Claim as Claim
    from conflictdata.models import Figure as Figure
    from conflictdata.models import Record as Record
    from conflictdata.models import Release as Release
    from conflictdata.models import Source as Source
    from conflictdata.models import Statement as Statement
    from conflictdata.pairs import Compared as Compared
    from conflictdata.pairs import ComparisonSummary as ComparisonSummary
    from conflictdata.pins import Pin as Pin
    from conflictdata.pins import Selection as Selection
    from conflictdata.references import Reference as Reference
    from conflictdata.resolve import Cell as Cell
    from conflictdata.revisions import Revision as Revision
    from conflictdata.revisions import RevisionSummary as RevisionSummary
    from conflictdata.rolling import rollup as rollup
    from conflictdata.rolling import rollup_faults as rollup_faults
    from conflictdata.rows import balance as balance
    from conflictdata.schema import SCHEMA_VERSION as SCHEMA_VERSION
    from conflictdata.structure import Structure as Structure
    from conflictdata.structure import Sum as Sum
    from conflictdata.structure import Within as Within
    from conflictdata.tables import FigureTable as FigureTable
    from conflictdata.tables import Table as Table
    from conflictdata.timeline import Coverage as Coverage
    from conflictdata.timeline import Point as Point
    from conflictdata.values import Interval as Interval
    from conflictdata.values import Period as Period
    from conflictdata.verification import diff as diff
    from conflictdata.verification import verify as verify
    from conflictdata.vintages import Vintage as Vintage
    from conflictdata.vocabulary import Area as Area
    from conflictdata.vocabulary import AreaNode as AreaNode
    from conflictdata.vocabulary import Axis as Axis
    from conflictdata.vocabulary import Basis as Basis
    from conflictdata.vocabulary import Bound as Bound
    from conflictdata.vocabulary import Caveat as Caveat
    from conflictdata.vocabulary import ClaimKind as ClaimKind
    from conflictdata.vocabulary import ClaimVerdict as ClaimVerdict
    from conflictdata.vocabulary import Direction as Direction
    from conflictdata.vocabulary import Group as Group
    from conflictdata.vocabulary import Mark as Mark
    from conflictdata.vocabulary import Measure as Measure
    from conflictdata.vocabulary import PeriodKind as PeriodKind
    from conflictdata.vocabulary import Reason as Reason
    from conflictdata.vocabulary import Scope as Scope
    from conflictdata.vocabulary import Slip as Slip
    from conflictdata.vocabulary import SourceKind as SourceKind
    from conflictdata.vocabulary import State as State
    from conflictdata.vocabulary import Status as Status
    from conflictdata.vocabulary import Undecided as Undecided
    from conflictdata.vocabulary import Verdict as Verdict
    from conflictdata.vocabulary import area_tree as area_tree

_HOMES = {
    "alongside": ("EventCompared", "EventComparison"),
    "balances": ("Balance", "Discrepancy", "Tally"),
    "catalog": ("DatasetInfo", "check_claims", "dataset_name", "list_datasets", "load", "series"),
    "changes": ("Change", "Diff", "Difference"),
    "citations": ("Citation",),
    "claims": ("CheckedClaim", "ClaimTest"),
    "comparison": ("Comparison", "compare"),
    "credit": ("cite",),
    "crosswalk": ("AreaCodes", "areas"),
    "dataset": ("Dataset",),
    "errors": (
        "AmbiguousError",
        "ConflictDataError",
        "DamagedDataError",
        "DefinitionsDifferError",
        "Fault",
        "InvalidValueError",
        "MissingColumnsError",
        "MissingDataError",
        "MissingExtraError",
        "OutOfSpanError",
        "PinError",
        "RecordError",
        "UnknownNameError",
    ),
    "frames": ("Frame",),
    "implication": ("Implied", "implied"),
    "layouts": ("CountingDifference", "Deaths", "EventKind", "EventMapping"),
    "models": ("Break", "Claim", "Figure", "Record", "Release", "Source", "Statement"),
    "pairs": ("Compared", "ComparisonSummary"),
    "pins": ("Pin", "Selection"),
    "references": ("Reference",),
    "resolve": ("Cell",),
    "revisions": ("Revision", "RevisionSummary"),
    "rolling": ("rollup", "rollup_faults"),
    "conformance": ("assert_adds_up",),
    "rows": ("balance",),
    "schema": ("SCHEMA_VERSION",),
    "structure": ("Structure", "Sum", "Within"),
    "tables": ("FigureTable", "Table"),
    "timeline": ("Coverage", "Point"),
    "values": ("Interval", "Period"),
    "verification": ("diff", "verify"),
    "vintages": ("Vintage",),
    "vocabulary": (
        "Area",
        "AreaNode",
        "Axis",
        "Basis",
        "Bound",
        "Caveat",
        "ClaimKind",
        "ClaimVerdict",
        "Direction",
        "Group",
        "Mark",
        "Measure",
        "PeriodKind",
        "Reason",
        "Scope",
        "Slip",
        "SourceKind",
        "State",
        "Status",
        "Undecided",
        "Verdict",
        "area_tree",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "SCHEMA_VERSION",
    "AmbiguousError",
    "Area",
    "AreaCodes",
    "AreaNode",
    "Axis",
    "Balance",
    "Basis",
    "Bound",
    "Break",
    "Caveat",
    "Cell",
    "Change",
    "CheckedClaim",
    "Citation",
    "Claim",
    "ClaimKind",
    "ClaimTest",
    "ClaimVerdict",
    "Compared",
    "Comparison",
    "ComparisonSummary",
    "ConflictDataError",
    "CountingDifference",
    "Coverage",
    "DamagedDataError",
    "Dataset",
    "DatasetInfo",
    "Deaths",
    "DefinitionsDifferError",
    "Diff",
    "Difference",
    "Direction",
    "Discrepancy",
    "EventCompared",
    "EventComparison",
    "EventKind",
    "EventMapping",
    "Fault",
    "Figure",
    "FigureTable",
    "Frame",
    "Group",
    "Implied",
    "Interval",
    "InvalidValueError",
    "Mark",
    "Measure",
    "MissingColumnsError",
    "MissingDataError",
    "MissingExtraError",
    "OutOfSpanError",
    "Period",
    "PeriodKind",
    "Pin",
    "PinError",
    "Point",
    "Reason",
    "Record",
    "RecordError",
    "Reference",
    "Release",
    "Revision",
    "RevisionSummary",
    "Scope",
    "Selection",
    "Slip",
    "Source",
    "SourceKind",
    "State",
    "Statement",
    "Status",
    "Structure",
    "Sum",
    "Table",
    "Tally",
    "Undecided",
    "UnknownNameError",
    "Verdict",
    "Vintage",
    "Within",
    "__version__",
    "area_tree",
    "areas",
    "assert_adds_up",
    "balance",
    "check_claims",
    "cite",
    "compare",
    "dataset_name",
    "diff",
    "implied",
    "list_datasets",
    "load",
    "rollup",
    "rollup_faults",
    "series",
    "verify",
]

if not TYPE_CHECKING:  # to a type checker, a name that is not imported above does not exist

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
