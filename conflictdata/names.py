"""The names that are written as text, for editors and type checkers: datasets, codes, columns.

Made by `python -m datasets.tools docs`. A code is taken as its text or as its member. A text that is known only when a
program runs becomes a member by its vocabulary, `Area(text)`, and the name of a dataset by `dataset_name(text)`.
"""

from typing import Literal, TypeAlias, TypedDict

from conflictdata.vocabulary import (
    Area,
    Axis,
    Basis,
    Bound,
    Caveat,
    ClaimKind,
    ClaimVerdict,
    Direction,
    Group,
    Mark,
    Measure,
    PeriodKind,
    Reason,
    Scope,
    Slip,
    SourceKind,
    State,
    Status,
    Undecided,
    Verdict,
)

DatasetName: TypeAlias = Literal["cmc", "crss", "picss", "pips"]
"""A dataset."""

AreaCode: TypeAlias = (
    Area
    | Literal[
        "PK",
        "PK-BA",
        "PK-KP",
        "PK-KP-MAINLAND",
        "PK-TA",
        "PK-KP-UNCLEAR",
        "PK-SD",
        "PK-PB",
        "PK-IS",
        "PK-GB",
        "PK-JK",
    ]
)
"""Where: the country and its parts, ISO 3166-2 where there is a code."""

ScopeCode: TypeAlias = (
    Scope
    | Literal[
        "all",
        "militant_attacks",
        "security_operations",
        "suicide_attacks",
        "drone_strikes",
        "sectarian",
        "border",
        "tribal",
        "political",
        "clashes",
        "unclear",
    ]
)
"""Of what kind of violence."""

MeasureCode: TypeAlias = Measure | Literal["incidents", "killed", "injured", "kidnapped", "arrested"]
"""What is counted."""

GroupCode: TypeAlias = Group | Literal["total", "militants", "security_forces", "civilians", "peace_committee"]
"""Who: the total, or one of its categories."""

BoundCode: TypeAlias = Bound | Literal["exact", "at_least", "more_than", "about", "at_most"]
"""How a number was stated."""

SourceKindCode: TypeAlias = SourceKind | Literal["primary", "secondary", "compilation", "opinion"]
"""Who speaks on a page, nearest to the publisher first."""

CaveatCode: TypeAlias = (
    Caveat
    | Literal[
        "period_inferred",
        "publisher_inferred",
        "area_inferred",
        "scope_inferred",
        "to_date",
        "provisional",
        "truncated",
        "casualties_wording",
        "misprint_likely",
        "self_contradiction",
        "differs_elsewhere",
        "suspected",
        "denominator_unclear",
        "reference_unnamed",
        "not_a_plain_record",
    ]
)
"""What to know before a statement or claim is used."""

ClaimKindCode: TypeAlias = (
    ClaimKind
    | Literal[
        "percent_change",
        "highest_since",
        "lowest_since",
        "highest_of",
        "lowest_of",
        "highest_in_years",
        "lowest_in_years",
        "share",
    ]
)
"""What a report says about its figures."""

DirectionCode: TypeAlias = Direction | Literal["up", "down"]
"""Which way a change went."""

StatusCode: TypeAlias = Status | Literal["repeated", "single", "disputed"]
"""How well a figure is supported."""

MarkCode: TypeAlias = Mark | Literal["revised", "restated_once", "bounded", "includes_other", "tie", "torn"]
"""What else to know of a figure."""

PeriodKindCode: TypeAlias = PeriodKind | Literal["month", "quarter", "half", "year", "months", "days"]
"""What a span of days is to the calendar."""

AxisCode: TypeAlias = Axis | Literal["groups", "areas", "scopes", "time", "within"]
"""Along what a total is held against its parts."""

VerdictCode: TypeAlias = Verdict | Literal["balanced", "partial", "short", "over", "open", "invalid"]
"""How a total stands to the sum of its parts, or a part to its whole."""

ReasonCode: TypeAlias = (
    Reason
    | Literal[
        "part_not_reported",
        "counted_inside_another_group",
        "misprint",
        "restated_later",
        "definition_differs",
        "outlet_error",
        "coding_doubt",
        "unexplained",
    ]
)
"""Why a total and its parts differ, as far as it is known."""

ClaimVerdictCode: TypeAlias = ClaimVerdict | Literal["supported", "contradicted", "undecided"]
"""How a claim stands to the numbers."""

BasisCode: TypeAlias = Basis | Literal["series", "page"]
"""By which numbers a claim is tested."""

UndecidedCode: TypeAlias = (
    Undecided
    | Literal[
        "not_a_plain_record",
        "reference_unnamed",
        "denominator_unclear",
        "spans_differ",
        "window_unclear",
        "cell_unclear",
        "definition_break",
        "not_reported",
        "not_all_seen",
        "restated",
        "disputed",
        "misprint",
        "base_is_zero",
        "bounds",
        "tied",
    ]
)
"""Why the numbers do not decide a claim."""

SlipCode: TypeAlias = Slip | Literal["later_base", "remainder", "ratio", "opposite"]
"""Another computation of the same numbers, by which a change that they contradict was printed."""

StateCode: TypeAlias = State | Literal["point", "interval", "lower_only", "open", "contradiction"]
"""How far what was reported settles a cell."""

EveryCode: TypeAlias = PeriodKind | Literal["month", "quarter", "half", "year"]
"""The spans of a series: those of the calendar."""


class CellCodes(TypedDict, total=False):
    """The axes of a cell, as `**cell`."""

    area: AreaCode
    scope: ScopeCode
    measure: MeasureCode
    group: GroupCode


ColumnName: TypeAlias = Literal[
    "absent",
    "accepted",
    "accessed",
    "added",
    "against",
    "approximate",
    "area",
    "areas",
    "as_of",
    "axis",
    "balanced",
    "basis",
    "bound",
    "breaks",
    "caveats",
    "cell",
    "change",
    "claim",
    "claims",
    "closed",
    "column",
    "common",
    "complete",
    "computed_high",
    "computed_low",
    "context",
    "contradictions",
    "dataset",
    "dated",
    "decimals",
    "definitions",
    "derived",
    "description",
    "difference_high",
    "difference_low",
    "direction",
    "empty",
    "end",
    "every",
    "evidence",
    "explanation",
    "figures",
    "figures_digest",
    "first",
    "first_published",
    "gap",
    "group",
    "high",
    "high_by",
    "id",
    "includes",
    "iso",
    "kind",
    "label",
    "lag_high",
    "lag_low",
    "language",
    "largest",
    "last",
    "later_claims",
    "later_published",
    "later_sources",
    "later_statements",
    "later_value",
    "left_out",
    "level",
    "looked_at_again",
    "low",
    "low_by",
    "lowered",
    "mark",
    "marks",
    "measure",
    "measures",
    "median_lag_days",
    "median_ratio",
    "mirror",
    "missing",
    "new",
    "note",
    "old",
    "open",
    "origin",
    "other",
    "other_bound",
    "other_high",
    "other_low",
    "other_marks",
    "other_scope",
    "other_status",
    "other_value",
    "others",
    "others_state",
    "outlet",
    "over",
    "overlap",
    "page_verdict",
    "parent",
    "part",
    "partial",
    "parts",
    "parts_stated",
    "pcode",
    "pcode_from",
    "period",
    "period_kind",
    "published",
    "published_from",
    "published_to",
    "raised",
    "ratio",
    "ratios",
    "readings",
    "reason",
    "reference_area",
    "reference_period",
    "report_period",
    "report_periods",
    "reported",
    "residual_high",
    "residual_low",
    "revised",
    "rows_digest",
    "rule",
    "same",
    "schema",
    "scope",
    "scopes",
    "seen",
    "segment",
    "series_verdict",
    "several",
    "short",
    "shown_by",
    "slips",
    "source",
    "sources",
    "start",
    "state",
    "stated",
    "statements",
    "status",
    "subset",
    "subset_only",
    "table",
    "title",
    "totals",
    "undated",
    "undated_claims",
    "undated_sources",
    "undated_statements",
    "undecided",
    "unexplained",
    "url",
    "used",
    "valid_from",
    "valid_to",
    "value",
    "verdict",
    "voices",
    "was",
    "why",
    "window",
]
"""A column of a table."""

ChangeKind: TypeAlias = Literal["added", "corrected", "withdrawn", "changed"]
"""What became of a row between two releases."""

LayoutName: TypeAlias = Literal["ucdp_ged", "ucdp_candidate", "acled", "acled_numeric"]
"""A published layout of event data."""
