"""The codes of every axis and field, and what each means.

The codes stand here, so that type checkers and editors know them. Labels, definitions and the area tree are data:
`vocabulary.toml`, edited beside the record and carried by the wheel. The build holds the two to the same codes.
"""

import functools
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

from conflictdata import bundle
from conflictdata.errors import UnknownNameError


@functools.cache
def declared() -> Mapping[str, Any]:
    """Read what is declared about the codes.

    Returns:
        One table an axis or field, keyed by code, and the `structure`.

    Raises:
        MissingDataError: If the package was never built, as in a bare checkout.
        DamagedDataError: If the file is not the one that this version was built with.
    """
    import tomllib  # here, since the first figure of a program needs no labels

    return tomllib.loads(bundle.read("vocabulary.toml").decode())


class Code(StrEnum):
    """Base of the vocabularies: a code is its own text, in a fixed order."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        raise UnknownNameError(cls.axis(), value, cls)

    @classmethod
    def axis(cls) -> str:
        """The name of this vocabulary, which is also its section in `vocabulary.toml`."""
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")

    @property
    def rank(self) -> int:
        """The place of this code in its vocabulary, counted from 0."""
        return type(self)._member_names_.index(self.name)

    @property
    def label(self) -> str:
        """The name to print, such as `security forces`."""
        return str(declared()[self.axis()][self.value]["label"])

    @property
    def definition(self) -> str:
        """What the code means, in a sentence."""
        return str(declared()[self.axis()][self.value]["definition"])


class Area(Code):
    """Where: the country and its parts, ISO 3166-2 where there is a code."""

    PK = "PK"
    BALOCHISTAN = "PK-BA"
    KP = "PK-KP"
    KP_MAINLAND = "PK-KP-MAINLAND"
    TRIBAL_DISTRICTS = "PK-TA"
    KP_UNCLEAR = "PK-KP-UNCLEAR"
    SINDH = "PK-SD"
    PUNJAB = "PK-PB"
    ISLAMABAD = "PK-IS"
    GILGIT_BALTISTAN = "PK-GB"
    JAMMU_KASHMIR = "PK-JK"


class Scope(Code):
    """Of what kind of violence."""

    ALL = "all"
    MILITANT_ATTACKS = "militant_attacks"
    SECURITY_OPERATIONS = "security_operations"
    SUICIDE_ATTACKS = "suicide_attacks"
    DRONE_STRIKES = "drone_strikes"
    SECTARIAN = "sectarian"
    BORDER = "border"
    TRIBAL = "tribal"
    POLITICAL = "political"
    CLASHES = "clashes"
    UNCLEAR = "unclear"


class Measure(Code):
    """What is counted."""

    INCIDENTS = "incidents"
    KILLED = "killed"
    INJURED = "injured"
    KIDNAPPED = "kidnapped"
    ARRESTED = "arrested"

    @property
    def unit(self) -> str:
        """What a number of it is a number of, such as `people reported killed`."""
        return str(declared()[self.axis()][self.value]["unit"])


class Group(Code):
    """Who: the total, or one of its categories."""

    TOTAL = "total"
    MILITANTS = "militants"
    SECURITY_FORCES = "security_forces"
    CIVILIANS = "civilians"
    PEACE_COMMITTEE = "peace_committee"


class Bound(Code):
    """How a number was stated."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    ABOUT = "about"
    AT_MOST = "at_most"


class SourceKind(Code):
    """Who speaks on a page, nearest to the publisher first."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    COMPILATION = "compilation"
    OPINION = "opinion"


class Caveat(Code):
    """What to know before a statement or claim is used."""

    PERIOD_INFERRED = "period_inferred"
    PUBLISHER_INFERRED = "publisher_inferred"
    AREA_INFERRED = "area_inferred"
    SCOPE_INFERRED = "scope_inferred"
    TO_DATE = "to_date"
    PROVISIONAL = "provisional"
    TRUNCATED = "truncated"
    CASUALTIES_WORDING = "casualties_wording"
    MISPRINT_LIKELY = "misprint_likely"
    SELF_CONTRADICTION = "self_contradiction"
    DIFFERS_ELSEWHERE = "differs_elsewhere"
    SUSPECTED = "suspected"
    DENOMINATOR_UNCLEAR = "denominator_unclear"
    REFERENCE_UNNAMED = "reference_unnamed"
    NOT_A_PLAIN_RECORD = "not_a_plain_record"


class ClaimKind(Code):
    """What a report says about its figures."""

    PERCENT_CHANGE = "percent_change"
    HIGHEST_SINCE = "highest_since"
    LOWEST_SINCE = "lowest_since"
    HIGHEST_OF = "highest_of"
    LOWEST_OF = "lowest_of"
    HIGHEST_IN_YEARS = "highest_in_years"
    LOWEST_IN_YEARS = "lowest_in_years"
    SHARE = "share"


class Direction(Code):
    """Which way a change went."""

    UP = "up"
    DOWN = "down"


class Status(Code):
    """How well a figure is supported."""

    REPEATED = "repeated"
    SINGLE = "single"
    DISPUTED = "disputed"


class Mark(Code):
    """What else to know of a figure."""

    REVISED = "revised"
    RESTATED_ONCE = "restated_once"
    BOUNDED = "bounded"
    INCLUDES_OTHER = "includes_other"
    TIE = "tie"
    TORN = "torn"


class PeriodKind(Code):
    """What a span of days is to the calendar."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    MONTHS = "months"
    DAYS = "days"


class Axis(Code):
    """Along what a total is held against its parts."""

    GROUPS = "groups"
    AREAS = "areas"
    SCOPES = "scopes"
    TIME = "time"
    WITHIN = "within"


class Verdict(Code):
    """How a total stands to the sum of its parts, or a part to its whole."""

    BALANCED = "balanced"
    PARTIAL = "partial"
    SHORT = "short"
    OVER = "over"
    OPEN = "open"
    INVALID = "invalid"


class Reason(Code):
    """Why a total and its parts differ, as far as it is known."""

    PART_NOT_REPORTED = "part_not_reported"
    COUNTED_INSIDE_ANOTHER_GROUP = "counted_inside_another_group"
    MISPRINT = "misprint"
    RESTATED_LATER = "restated_later"
    DEFINITION_DIFFERS = "definition_differs"
    OUTLET_ERROR = "outlet_error"
    CODING_DOUBT = "coding_doubt"
    UNEXPLAINED = "unexplained"


class ClaimVerdict(Code):
    """How a claim stands to the numbers."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"


class Basis(Code):
    """By which numbers a claim is tested."""

    SERIES = "series"
    PAGE = "page"


class Undecided(Code):
    """Why the numbers do not decide a claim."""

    NOT_A_PLAIN_RECORD = "not_a_plain_record"
    REFERENCE_UNNAMED = "reference_unnamed"
    DENOMINATOR_UNCLEAR = "denominator_unclear"
    SPANS_DIFFER = "spans_differ"
    WINDOW_UNCLEAR = "window_unclear"
    CELL_UNCLEAR = "cell_unclear"
    DEFINITION_BREAK = "definition_break"
    NOT_REPORTED = "not_reported"
    NOT_ALL_SEEN = "not_all_seen"
    RESTATED = "restated"
    DISPUTED = "disputed"
    MISPRINT = "misprint"
    BASE_IS_ZERO = "base_is_zero"
    BOUNDS = "bounds"
    TIED = "tied"


class Slip(Code):
    """Another computation of the same numbers, by which a change that they contradict was printed."""

    LATER_BASE = "later_base"
    REMAINDER = "remainder"
    RATIO = "ratio"
    OPPOSITE = "opposite"


class State(Code):
    """How far what was reported settles a cell."""

    POINT = "point"
    INTERVAL = "interval"
    LOWER_ONLY = "lower_only"
    OPEN = "open"
    CONTRADICTION = "contradiction"


VOCABULARIES: tuple[type[Code], ...] = (
    Area,
    Scope,
    Measure,
    Group,
    Bound,
    SourceKind,
    Caveat,
    ClaimKind,
    Direction,
    Status,
    Mark,
    PeriodKind,
    Axis,
    Verdict,
    Reason,
    ClaimVerdict,
    Basis,
    Undecided,
    Slip,
    State,
)


@attrs.frozen
class AreaNode:
    """One area in the tree of areas.

    Attributes:
        area: The area.
        parent: The area it is reported within; None for the country.
        children: The areas reported within it.
    """

    area: Area
    parent: Area | None
    children: tuple[Area, ...]

    @property
    def ancestors(self) -> tuple[Area, ...]:
        """The areas that hold this one, the nearest first."""
        return () if self.parent is None else (self.parent, *area_tree()[self.parent].ancestors)


@functools.cache
def area_tree() -> Mapping[Area, AreaNode]:
    """Give the tree of areas: each area with its parent and its parts.

    The tree says what lies within what. It does not say what adds up to what: `PK-KP-UNCLEAR` lies within the
    country and is never added.

    Returns:
        One node for each area, in the order of the vocabulary.

    Examples:
        >>> import conflictdata as cd
        >>> tree = cd.area_tree()
        >>> [str(area) for area in tree[cd.Area("PK-KP")].children], str(tree[cd.Area("PK-KP")].parent)
        (['PK-KP-MAINLAND', 'PK-TA'], 'PK')
    """
    table = declared()["area"]
    parents = {area: Area(table[area]["parent"]) if table[area].get("parent") else None for area in Area}
    return {
        area: AreaNode(area, parent, tuple(child for child, above in parents.items() if above is area))
        for area, parent in parents.items()
    }
