"""The records of the check: how a total stands to its parts, what is known of it, how many there are."""

from collections.abc import Iterable, Mapping

import attrs
from attrs import validators as v

from conflictdata import fields
from conflictdata.errors import InvalidValueError
from conflictdata.models import Record, Source, cell_label
from conflictdata.structure import Key
from conflictdata.values import Period
from conflictdata.vocabulary import Area, Axis, Group, Measure, Reason, Scope, Verdict

LEVELS = ("figures", "sources")
COUNTS = ("totals", "complete", "balanced", "short", "over", "open", "partial", "empty", "unexplained")
FAILING = (Verdict.SHORT, Verdict.OVER)


@attrs.frozen(kw_only=True)
class Discrepancy(Record):
    """What is known of a total that does not equal the sum of its parts.

    Attributes:
        dataset: The dataset.
        id: Its name; stable.
        source: The page whose own numbers do not add up; null where the figures do not.
        axis: Along what they were added.
        period: The span of the total.
        area: The area of the total.
        scope: The scope of the total.
        measure: What is counted.
        group: The group of the total.
        part: The part that is larger than its whole; null on every axis but `within`.
        residual_low: The smallest difference, total less parts, that fits; null where there is no limit.
        residual_high: The largest; null where there is no limit.
        reason: Why they differ.
        explanation: What is known of it, in a sentence.
        shown_by: The page that shows it.
    """

    dataset: str = attrs.field(validator=fields.name)
    id: str = attrs.field(validator=fields.matches("d[0-9a-z]{2,}", "d and letters or digits"), metadata=fields.UNIQUE)
    source: Source | None = attrs.field(default=None, validator=v.optional(fields.a(Source, "a Source")))
    axis: Axis = attrs.field(converter=Axis)
    period: Period = attrs.field(converter=fields.period)
    area: Area = attrs.field(converter=Area)
    scope: Scope = attrs.field(converter=Scope)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    part: str | None = attrs.field(default=None, validator=fields.optional_text)
    residual_low: int | None = attrs.field(default=None, validator=v.optional(fields.whole), metadata=fields.WIDE)
    residual_high: int | None = attrs.field(default=None, validator=v.optional(fields.whole), metadata=fields.WIDE)
    reason: Reason = attrs.field(converter=Reason)
    explanation: str = attrs.field(validator=fields.text, metadata=fields.UNIQUE)
    shown_by: Source | None = attrs.field(default=None, validator=v.optional(fields.a(Source, "a Source")))

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        if (self.part is None) == (self.axis is Axis.WITHIN):
            raise InvalidValueError("part", "a part is named on the axis within, and there alone")
        for page in (self.source, self.shown_by):
            if page and page.dataset != self.dataset:
                raise InvalidValueError("source", f"{page.id!r} is a page of {page.dataset!r}, not of {self.dataset!r}")

    @property
    def key(self) -> Key:
        """What balance it is about."""
        part = self.part or ""
        page = self.source.id if self.source else ""
        return page, self.axis, self.period, self.area, self.scope, self.measure, self.group, part


@attrs.frozen(kw_only=True)
class Balance(Record):
    """How a total stands to the sum of its parts, or a part to its whole.

    Attributes:
        dataset: The dataset.
        source: The page whose own numbers these are; null where they are the figures.
        axis: Along what they were added.
        period: The span of the total.
        area: The area of the total.
        scope: The scope of the total.
        measure: What is counted.
        group: The group of the total.
        stated: What the total is, as stated.
        low: The smallest number that the total can be.
        high: The largest; null where there is no upper limit.
        parts: The codes of the parts that are there; on the axis within the one part, for a count of a part of the very
            cell the statement that gives it.
        parts_stated: What each of them is, in the same order: `355`, `>=72`, `45..988`.
        absent: The codes of required parts that are not there.
        several: Whether one of them is stated with several values, and stands for the span from the lowest to the highest.
        residual_low: The smallest difference, total less parts, that fits; null where there is no limit.
        residual_high: The largest; null where there is no limit.
        verdict: How they stand.
        reason: Why they differ; null where they do not, and where nobody looked yet.
        explanation: What is known of it, in a sentence.
        shown_by: The page that shows it.
    """

    dataset: str = attrs.field(validator=fields.name)
    source: Source | None = attrs.field(default=None, validator=v.optional(fields.a(Source, "a Source")))
    axis: Axis = attrs.field(converter=Axis)
    period: Period = attrs.field(converter=fields.period)
    area: Area = attrs.field(converter=Area)
    scope: Scope = attrs.field(converter=Scope)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    stated: str = attrs.field(validator=fields.text)
    low: int = attrs.field(validator=fields.not_negative)
    high: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    parts: tuple[str, ...] = attrs.field(converter=fields.names)
    parts_stated: tuple[str, ...] = attrs.field(converter=fields.names)
    absent: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    several: bool = attrs.field(default=False, validator=fields.flag)
    residual_low: int | None = attrs.field(default=None, validator=v.optional(fields.whole), metadata=fields.WIDE)
    residual_high: int | None = attrs.field(default=None, validator=v.optional(fields.whole), metadata=fields.WIDE)
    verdict: Verdict = attrs.field(converter=Verdict)
    reason: Reason | None = attrs.field(default=None, converter=attrs.converters.optional(Reason))
    explanation: str | None = attrs.field(default=None, validator=fields.optional_text, metadata=fields.UNIQUE)
    shown_by: Source | None = attrs.field(default=None, validator=v.optional(fields.a(Source, "a Source")))

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        if len(self.parts) != len(self.parts_stated):
            raise InvalidValueError("parts_stated", f"{len(self.parts_stated)} values for {len(self.parts)} parts")
        if self.residual_low is not None and self.residual_high is not None and self.residual_high < self.residual_low:
            raise InvalidValueError("residual_high", f"{self.residual_high} lies below residual_low, {self.residual_low}")

    @property
    def complete(self) -> bool:
        """Whether all required parts are there."""
        return not self.absent

    @property
    def key(self) -> Key:
        """What tells it from the other balances of its dataset."""
        part = self.parts[0] if self.axis is Axis.WITHIN else ""
        page = self.source.id if self.source else ""
        return page, self.axis, self.period, self.area, self.scope, self.measure, self.group, part

    def __str__(self) -> str:
        """Give the cell, what was added, the verdict and what explains it on one line."""
        page = f", on {self.source.id}" if self.source else ""
        told = f". {why(self)}" if self.reason else ""
        return f"{cell_label(self)}, {along(self)}{page}: {verdict_of(self)}, {sum_of(self)}{told}"


def along(balance: "Balance") -> str:
    """Say along what was added: `by groups`, `a part against its whole`."""
    return "a part against its whole" if balance.axis is Axis.WITHIN else f"by {balance.axis.label}"


def _minus(number: int | None) -> int | None:
    return None if number is None else -number


def difference(balance: Balance) -> str:
    """Write a residual without its sign: `22`, `1 to 5`, `3 or more`.

    Args:
        balance: The balance.

    Returns:
        How many are unattributed, or too many; empty where that may be either.
    """
    least, most = balance.residual_low, balance.residual_high
    if balance.verdict is Verdict.OVER:
        least, most = _minus(balance.residual_high), _minus(balance.residual_low)
    if least is None or least < 0:
        return ""
    if most is None:
        return f"{least:,} or more"
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def verdict_of(balance: Balance) -> str:
    """Give the verdict with its residual: `short by 22`, `over by 1 to 3`, `balanced`."""
    by = difference(balance) if balance.verdict in {Verdict.SHORT, Verdict.OVER, Verdict.PARTIAL} else ""
    return f"{balance.verdict.label} by {by}" if by and by != "0" else balance.verdict.label


def sum_of(balance: Balance) -> str:
    """Write what was added, and what was not there: `287 against 203 militants + 32 security_forces`."""
    added = " + ".join(f"{state} {part}" for part, state in zip(balance.parts, balance.parts_stated, strict=True))
    absent = f", without {' '.join(balance.absent)}" if balance.absent else ""
    several = " (several values stated)" if balance.several else ""
    return f"{balance.stated} against {added}{absent}{several}"


def why(balance: Balance, pages: Mapping[str, str] | None = None) -> str:
    """Write what explains it and which page shows that; empty where nothing does.

    Args:
        balance: The balance.
        pages: How to name pages, by their ids; others are named by their id.

    Returns:
        The reason, the explanation, and the page in brackets.
    """
    if balance.reason is None:
        return ""
    shown = balance.shown_by.id if balance.shown_by else ""
    page = f" ({(pages or {}).get(shown, shown)})" if shown else ""
    return f"{balance.reason.label}: {balance.explanation}{page}"


@attrs.frozen(kw_only=True)
class Tally(Record):
    """How the totals of one axis stand.

    Attributes:
        dataset: The dataset.
        level: `figures`, or `sources` for each page against itself.
        axis: Along what the totals were held against their parts.
        totals: How many totals there are; on the axis within, how many parts of a whole that is there.
        complete: Those of them with all required parts.
        balanced: Those that equal the sum of their parts, or that fit into their whole.
        short: Those with all required parts that sum to less.
        over: Those whose parts exceed them.
        open: Those that bounds leave undecided.
        partial: Those that lack a required part and are not exceeded by what is there.
        empty: Those of which no part is there: they were not checked.
        unexplained: Those short or over for which no explanation was found.
    """

    dataset: str = attrs.field(validator=fields.name)
    level: str = attrs.field(validator=v.in_(LEVELS))
    axis: Axis = attrs.field(converter=Axis)
    totals: int = attrs.field(validator=fields.not_negative)
    complete: int = attrs.field(validator=fields.not_negative)
    balanced: int = attrs.field(validator=fields.not_negative)
    short: int = attrs.field(validator=fields.not_negative)
    over: int = attrs.field(validator=fields.not_negative)
    open: int = attrs.field(validator=fields.not_negative)
    partial: int = attrs.field(validator=fields.not_negative)
    empty: int = attrs.field(validator=fields.not_negative)
    unexplained: int = attrs.field(validator=fields.not_negative)


def same_residual(balance: Balance, discrepancy: Discrepancy) -> bool:
    """Whether an explanation is of this very difference."""
    told = discrepancy.residual_low, discrepancy.residual_high
    return (balance.residual_low, balance.residual_high) == told


@attrs.frozen
class Unlisted:
    """Where balances and what is known of them differ.

    Attributes:
        unlisted: Balances short or over that nothing explains.
        changed: Those whose residual is another one than explained, with what was explained.
        stale: Explanations of balances that hold, or that there are not.
    """

    unlisted: tuple[Balance, ...]
    changed: tuple[tuple[Balance, Discrepancy], ...]
    stale: tuple[Discrepancy, ...]

    @classmethod
    def of(cls, rows: Iterable[Balance], discrepancies: Iterable[Discrepancy]) -> "Unlisted":
        """Hold balances against what is known of them."""
        known = {discrepancy.key: discrepancy for discrepancy in discrepancies}
        failing = {row.key: row for row in rows if row.verdict in FAILING}
        return cls(
            unlisted=tuple(row for key, row in failing.items() if key not in known),
            changed=tuple(
                (row, known[key]) for key, row in failing.items() if key in known and not same_residual(row, known[key])
            ),
            stale=tuple(discrepancy for key, discrepancy in known.items() if key not in failing),
        )
