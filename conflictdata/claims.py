"""The records of the claims check: one test of a claim, and the claim with its verdict."""

from datetime import date
from typing import Any, ClassVar

import attrs
from attrs import validators as v

from conflictdata import fields, values
from conflictdata.errors import InvalidValueError
from conflictdata.models import Claim, Record, cell_label
from conflictdata.vocabulary import Basis, Bound, ClaimKind, ClaimVerdict, Slip, Undecided

_IN_YEARS = {ClaimKind.HIGHEST_IN_YEARS: "highest", ClaimKind.LOWEST_IN_YEARS: "lowest"}
_WORDS = {Bound.ABOUT: "about ", Bound.AT_LEAST: "at least ", Bound.MORE_THAN: "more than ", Bound.AT_MOST: "at most "}


def _slips(given: Any) -> tuple[Slip, ...]:
    return fields.codes(Slip, given)


def _check_verdict(record: "ClaimTest | CheckedClaim") -> None:
    if (record.verdict is ClaimVerdict.UNDECIDED) != (record.undecided is not None):
        raise InvalidValueError("undecided", "is said of an undecided claim, and of no other")
    if record.slips and record.verdict is not ClaimVerdict.CONTRADICTED:
        raise InvalidValueError("slips", "are named of a contradicted claim alone")
    if (record.seen is None) != (record.window is None) or (record.seen or 0) > (record.window or 0):
        raise InvalidValueError("seen", f"{record.seen} of {record.window} spans cannot have been seen")


@attrs.frozen(kw_only=True)
class ClaimTest(Record):
    """One test of a claim: by the numbers on its own page, or by the series as it was known on the day of the page.

    Attributes:
        dataset: The dataset.
        claim: The claim's name.
        basis: By which numbers it was tested.
        verdict: How the claim stands to them.
        undecided: Why they do not decide it; null where they do.
        slips: Other computations of the same two numbers that give the per cent as printed, where the change does not.
        computed_low: The smallest change or share that the numbers leave open, in per cent of the earlier number or of the
            whole, a fall as a negative number; null where there is none, and for records.
        computed_high: The largest; null where there is no limit too.
        accepted: The per cents with which the printed one agrees, as an interval: `[28.5,30)`; a fall without a sign.
        used: The numbers that were used, each with its span or area: `2025-09=69`, `2025-06=>=94`; what others
            state instead of one stands behind it: `2025-04=82/81`.
        missing: The spans or areas of which a number was looked for and not found.
        against: The spans of the window that go beyond the claim's, with their numbers; those across a break too.
        context: Numbers that may help to judge it and are no test, before and after: `PK-BA/militant_attacks=38>3`.
        seen: How many spans of the window have a number; null for claims that are no records.
        window: How many spans the window has, without the claim's own; null for claims that are no records.
        as_of: The day of which the series is what was known; null on the page itself.
        evidence: What came out, in a sentence.
    """

    dataset: str = attrs.field(validator=fields.name)
    claim: str = attrs.field(validator=fields.matches("c[0-9a-z]{2,}", "c and letters or digits"), metadata=fields.UNIQUE)
    basis: Basis = attrs.field(converter=Basis)
    verdict: ClaimVerdict = attrs.field(converter=ClaimVerdict)
    undecided: Undecided | None = attrs.field(default=None, converter=attrs.converters.optional(Undecided))
    slips: tuple[Slip, ...] = attrs.field(default=(), converter=_slips)
    computed_low: float | None = None
    computed_high: float | None = None
    accepted: str | None = attrs.field(default=None, validator=fields.optional_text)
    used: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    missing: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    against: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    context: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    seen: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    window: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    as_of: date | None = attrs.field(default=None, validator=v.optional(values.day))
    evidence: str = attrs.field(validator=fields.text, metadata=fields.UNIQUE)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        _check_verdict(self)

    def __str__(self) -> str:
        """Give the claim's name, the basis and what came out on one line."""
        return f"{self.claim}, {self.basis.label}: {self.verdict.label}. {self.evidence}"


@attrs.frozen(kw_only=True)
class CheckedClaim(Claim):
    """A claim, and how it stands to the numbers.

    The series decides where it can; where it lacks a number or its bounds leave room, the numbers on the claim's own page
    do; across a break of definition nothing does.

    Attributes:
        verdict: How the claim stands to the numbers.
        basis: Which of the two tests the verdict and the evidence are of: the one that decides, else the series.
        page_verdict: How it stands to the numbers on its own page.
        series_verdict: How it stands to the series as it was known on the day of the page.
        undecided: Why the numbers do not decide it; null where they do.
        slips: Other computations of the same two numbers that give the per cent as printed, where the change does not.
        computed_low: The smallest change or share that the numbers leave open, in per cent, a fall as a negative number;
            null where there is none, and for records.
        computed_high: The largest; null where there is no limit too.
        accepted: The per cents with which the printed one agrees, as an interval: `[28.5,30)`; a fall without a sign.
        used: The numbers that were used, each with its span or area: `2025-09=69`, `2025-06=>=94`; what others
            state instead of one stands behind it: `2025-04=82/81`.
        missing: The spans or areas of which a number was looked for and not found.
        against: The spans of the window that go beyond the claim's, with their numbers; those across a break too.
        context: Numbers that may help to judge it and are no test, before and after: `PK-BA/militant_attacks=38>3`.
        seen: How many spans of the window have a number; null for claims that are no records.
        window: How many spans the window has, without the claim's own; null for claims that are no records.
        as_of: The day of which the series is what was known; null where the page decides.
        evidence: What came out, in a sentence or two.
    """

    covered: ClassVar[str] = "checked_claims"

    verdict: ClaimVerdict = attrs.field(converter=ClaimVerdict)
    basis: Basis = attrs.field(converter=Basis)
    page_verdict: ClaimVerdict = attrs.field(converter=ClaimVerdict)
    series_verdict: ClaimVerdict = attrs.field(converter=ClaimVerdict)
    undecided: Undecided | None = attrs.field(default=None, converter=attrs.converters.optional(Undecided))
    slips: tuple[Slip, ...] = attrs.field(default=(), converter=_slips)
    computed_low: float | None = None
    computed_high: float | None = None
    accepted: str | None = attrs.field(default=None, validator=fields.optional_text)
    used: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    missing: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    against: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    context: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    seen: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    window: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    as_of: date | None = attrs.field(default=None, validator=v.optional(values.day))
    evidence: str = attrs.field(validator=fields.text, metadata=fields.UNIQUE)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other, those of the claim and those of the verdict."""
        super().__attrs_post_init__()
        _check_verdict(self)
        if self.verdict not in {self.page_verdict, self.series_verdict, ClaimVerdict.UNDECIDED}:
            raise InvalidValueError("verdict", f"{self.verdict} is the verdict of neither test")

    def __str__(self) -> str:
        """Give the cell, what is claimed, the page and what came out on one line."""
        return f"{cell_label(self)}: {words_of(self)} ({self.source}): {self.verdict.label}. {self.evidence}"


def words_of(claim: Claim, *, whole: bool = True) -> str:
    """Say what is claimed: `up 29 % on 2025-09`, `highest since 2014-11`, `highest in more than 6 years`, `73 % of PK`.

    Args:
        claim: The claim.
        whole: Whether to say what a change is on and what a share is of.

    Returns:
        A few words.
    """
    number = "" if claim.value is None else f"{_WORDS.get(claim.bound, '')}{claim.value:f}"
    if claim.claim is ClaimKind.PERCENT_CHANGE:
        since = f" on {claim.reference_period}" if claim.reference_period and whole else ""
        return f"{claim.direction} {number} %{since}"
    if claim.claim is ClaimKind.SHARE:
        return f"{number} %" + (f" of {claim.reference_area or 'an unnamed whole'}" if whole else "")
    if claim.claim in _IN_YEARS:
        return f"{_IN_YEARS[claim.claim]} in {number} years"
    return f"{claim.claim.label} {claim.reference_period}"


# What a test says, in order: the fields that both records have.
SAID = (
    "undecided",
    "slips",
    "computed_low",
    "computed_high",
    "accepted",
    "used",
    "missing",
    "against",
    "context",
    "seen",
    "window",
    "as_of",
)
