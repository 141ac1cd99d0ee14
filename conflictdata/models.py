"""The records: what a page is, what it stated, what follows from that, and what it claimed.

Every class is frozen and slotted, checks each field when it is made, and takes codes as text or as members. The
descriptions under `Attributes:` are the ones that the data files carry.
"""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import attrs
from attrs import validators as v

from conflictdata import fields, values
from conflictdata.errors import InvalidValueError
from conflictdata.fields import Includable
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import (
    Area,
    Bound,
    Caveat,
    ClaimKind,
    Direction,
    Group,
    Mark,
    Measure,
    Scope,
    SourceKind,
    Status,
)

_COUNTED_ONCE = {Measure.INCIDENTS, Measure.KIDNAPPED, Measure.ARRESTED}
_COUNTED_UNDER = {Measure.KIDNAPPED: Scope.MILITANT_ATTACKS, Measure.ARRESTED: Scope.SECURITY_OPERATIONS}


@attrs.frozen
class Record:
    """Base of the records: what a row of a table is.

    Attributes:
        covered: Under which name the columns of a pin stand, where a table says more than the rows of the record.
        drawn: As which chart a table of the records is drawn; empty where none would say anything.
    """

    covered: ClassVar[str] = ""
    drawn: ClassVar[str] = ""


# How a bound is written before its number where there is no room for words.
SIGNS = {Bound.AT_LEAST: ">=", Bound.MORE_THAN: ">", Bound.ABOUT: "~", Bound.AT_MOST: "<="}


def signed(value: int, bound: Bound) -> str:
    """Write a number with the sign of its bound: `458`, `>=645`."""
    return f"{SIGNS.get(bound, '')}{value:,}"


def unsigned(text: str) -> tuple[int, Bound]:
    """Read a number as `signed` writes it."""
    for bound, sign in sorted(SIGNS.items(), key=lambda item: -len(item[1])):
        if text.startswith(sign):
            return int(text.removeprefix(sign).replace(",", "")), bound
    return int(text.replace(",", "")), Bound.EXACT


def _count_label(value: int | None, bound: Bound | None) -> str:
    words = {Bound.AT_LEAST: "at least ", Bound.MORE_THAN: "more than ", Bound.ABOUT: "about ", Bound.AT_MOST: "at most "}
    return "no point value" if value is None else f"{words.get(bound, '') if bound else ''}{value:,}"


@attrs.frozen(kw_only=True)
class Source(Record):
    """One page that stated numbers.

    Attributes:
        dataset: The dataset that the page serves.
        id: The page's name in the record; stable. A page that serves two datasets has one id.
        kind: Who speaks: the publisher itself, news and others, a compilation, an opinion piece.
        outlet: Who printed it.
        origin: The agency or page that it copies, where it says so.
        mirror: Whether it is a copy of another page of the record.
        url: Its address.
        published: The day it appeared; null where it does not show one.
        published_from: The first day on which it can have appeared.
        published_to: The last day on which it can have appeared: by then it was surely out.
        accessed: The day it was read for the record.
        language: Its language, ISO 639-1.
        title: Its title; null where it does not show one.
        readings: How often it was read and coded independently with this result.
    """

    dataset: str = attrs.field(validator=fields.name)
    id: str = attrs.field(validator=fields.name, metadata=fields.UNIQUE)
    kind: SourceKind = attrs.field(converter=SourceKind)
    outlet: str = attrs.field(validator=fields.text)
    origin: str | None = attrs.field(default=None, validator=fields.optional_text)
    mirror: bool = attrs.field(default=False, validator=fields.flag)
    url: str = attrs.field(validator=fields.matches(r"https?://\S+", "a web address"), metadata=fields.UNIQUE)
    published: date | None = attrs.field(default=None, validator=v.optional(values.day))
    published_from: date = attrs.field(validator=values.day)
    published_to: date = attrs.field(validator=values.day)
    accessed: date = attrs.field(validator=values.day)
    language: str = attrs.field(validator=fields.matches("[a-z]{2}", "a language of two letters"))
    title: str | None = attrs.field(default=None, validator=fields.optional_text, metadata=fields.UNIQUE)
    readings: int = attrs.field(default=1, validator=fields.not_negative)

    def __attrs_post_init__(self) -> None:
        """Hold the dates against each other."""
        if self.published_to < self.published_from:
            raise InvalidValueError("published_to", f"{self.published_to} is before {self.published_from}")
        if self.accessed < self.published_to:
            raise InvalidValueError("accessed", f"{self.accessed} is before {self.published_to}, when it appeared")
        if self.published and {self.published} != {self.published_from, self.published_to}:
            raise InvalidValueError("published", f"{self.published} is not the one day from which and to which it ran")

    @property
    def voice(self) -> str:
        """Who speaks: the origin that it copies, else its outlet."""
        return self.origin or self.outlet

    def __str__(self) -> str:
        """Give outlet, day and address on one line."""
        day = self.published or f"by {self.published_to}"
        return f"{self.outlet} ({self.kind.label}, {day}) {self.url}"


def check_cell(record: Any) -> None:
    """Hold the axes of a cell, or of a record about one, against each other.

    Args:
        record: What has the axes.

    Raises:
        InvalidValueError: If nothing is counted so: incidents by group, arrests by militants.
    """
    if record.measure in _COUNTED_ONCE and record.group is not Group.TOTAL:
        raise InvalidValueError("group", f"{record.measure} is counted as total, not by group")
    scope = _COUNTED_UNDER.get(record.measure)
    if scope and record.scope is not scope:
        raise InvalidValueError("scope", f"{record.measure} is coded {scope}, not {record.scope}")


def _check_page(record: "Statement | Claim") -> None:
    """Hold the record against its report and its page."""
    if record.report_period.end < record.period.end:
        problem = f"a report on {record.report_period} does not know of {record.period}"
        raise InvalidValueError("report_period", problem)
    if record.source.accessed < record.period.end:
        problem = f"{record.period} was not over when the page was read, on {record.source.accessed}"
        raise InvalidValueError("period", problem)
    if record.source.dataset != record.dataset:
        problem = f"{record.source.id!r} is a page of {record.source.dataset!r}, not of {record.dataset!r}"
        raise InvalidValueError("source", problem)


@attrs.frozen(kw_only=True)
class Statement(Record):
    """One page states one value for one cell.

    Attributes:
        dataset: The dataset.
        id: The statement's name; stable.
        source: The page that stated it; in tables, its id.
        report_period: The span that the report is about.
        period: The span that the number is about.
        area: Where.
        scope: Of what kind of violence.
        measure: What is counted.
        group: Who.
        value: The number as stated: persons, or incidents.
        bound: How it was stated.
        subset: Whether it counts only a part of the cell; such numbers are never added.
        includes: Other groups, areas or scopes that the page counts inside this number.
        caveats: What to know before it is used.
        note: How it was read, in the record's words.
        readings: How often it was read and coded independently with this result.
    """

    dataset: str = attrs.field(validator=fields.name)
    id: str = attrs.field(validator=fields.matches("s[0-9a-z]{2,}", "s and letters or digits"), metadata=fields.UNIQUE)
    source: Source = attrs.field(validator=fields.a(Source, "a Source"), repr=lambda s: repr(s.id))
    report_period: Period = attrs.field(converter=fields.period)
    period: Period = attrs.field(converter=fields.period)
    area: Area = attrs.field(converter=Area)
    scope: Scope = attrs.field(converter=Scope)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    value: int = attrs.field(validator=fields.not_negative)
    bound: Bound = attrs.field(default=Bound.EXACT, converter=Bound)
    subset: bool = attrs.field(default=False, validator=fields.flag)
    includes: tuple[Includable, ...] = attrs.field(default=(), converter=fields.included)
    caveats: tuple[Caveat, ...] = attrs.field(default=(), converter=fields.caveats)
    note: str = attrs.field(default="", validator=fields.note)
    readings: int = attrs.field(default=1, validator=fields.not_negative)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        _check_page(self)
        check_cell(self)
        if {self.area, self.scope, self.group} & set(self.includes):
            raise InvalidValueError("includes", "a count does not include its own cell as another")

    @property
    def interval(self) -> Interval:
        """The whole numbers that the value and its bound leave open."""
        return Interval.of(self.value, self.bound)

    def __str__(self) -> str:
        """Give the number, its cell and its page on one line."""
        part = "part of " if self.subset else ""
        return f"{part}{cell_label(self)}: {_count_label(self.value, self.bound)} ({self.source})"


@attrs.frozen(kw_only=True)
class Figure(Record):
    """The value of one cell that follows from its statements, by a published rule.

    Attributes:
        dataset: The dataset.
        period: The span that the number is about.
        area: Where.
        scope: Of what kind of violence.
        measure: What is counted.
        group: Who.
        value: The number, one that a page stated; null where the pages leave none.
        bound: How it was stated; null where there is no value.
        low: The smallest number that fits.
        high: The largest number that fits; null where there is no upper limit.
        includes: Other groups, areas or scopes that are counted inside the number, where no page counts the cell alone.
        status: How well it is supported.
        marks: What else to know of it.
        caveats: What every statement of it carries: no page states it without.
        sources: The pages of the pool that state it, nearest to the publisher first; in tables, their ids.
        others: The pages of the pool that state otherwise, beside it or instead; in tables, their ids.
        others_state: What each of those pages states, in the same order: `31`, `>=645`, `15 16`.
        voices: How many voices state it: a page speaks with its origin's voice, else with its outlet's.
        first_published: The day by which a page had surely stated it.
    """

    drawn: ClassVar[str] = "figures"

    dataset: str = attrs.field(validator=fields.name)
    period: Period = attrs.field(converter=fields.period)
    area: Area = attrs.field(converter=Area)
    scope: Scope = attrs.field(converter=Scope)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    value: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    bound: Bound | None = attrs.field(default=None, converter=attrs.converters.optional(Bound))
    low: int = attrs.field(validator=fields.not_negative)
    high: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    includes: tuple[Includable, ...] = attrs.field(default=(), converter=fields.included)
    status: Status = attrs.field(converter=Status)
    marks: tuple[Mark, ...] = attrs.field(default=(), converter=fields.marks)
    caveats: tuple[Caveat, ...] = attrs.field(default=(), converter=fields.caveats)
    sources: tuple[Source, ...] = attrs.field(
        validator=[fields.all_of(Source, "Source"), fields.some], repr=lambda s: f"<{len(s)} sources>"
    )
    others: tuple[Source, ...] = attrs.field(
        default=(), validator=fields.all_of(Source, "Source"), repr=lambda s: f"<{len(s)} sources>"
    )
    others_state: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    voices: int = attrs.field(default=1, validator=fields.not_negative)
    first_published: date = attrs.field(validator=values.day)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        check_cell(self)
        interval = self.interval
        if len(self.others) != len(self.others_state):
            raise InvalidValueError("others_state", f"{len(self.others_state)} values for {len(self.others)} pages")
        if (self.value is None) != (Mark.TORN in self.marks) or (self.value is None) != (self.bound is None):
            raise InvalidValueError("value", "a figure has a value and a bound, or is marked torn and has neither")
        if bool(self.includes) != (Mark.INCLUDES_OTHER in self.marks):
            raise InvalidValueError("includes", "a figure names what it includes if and only if it is marked includes_other")
        if self.bound and self.value is not None and Interval.of(self.value, self.bound) != interval:
            raise InvalidValueError("low", f"{interval} is not what {self.bound} {self.value} leaves open")

    @property
    def interval(self) -> Interval:
        """The whole numbers that fit."""
        return Interval(self.low, self.high)

    def __str__(self) -> str:
        """Give cell, value, bound, status and pages on labelled lines."""
        lines = [
            f"Figure    {cell_label(self)}",
            f"Value     {_count_label(self.value, self.bound)}",
            f"Interval  {self.interval}",
            *([f"Includes  {', '.join(code.label for code in self.includes)}"] if self.includes else []),
            f"Status    {self.status.label}" + "".join(f", {mark.label}" for mark in self.marks),
            *([f"Caveats   {', '.join(caveat.label for caveat in self.caveats)}"] if self.caveats else []),
            f"Voices    {self.voices}, first published on or before {self.first_published}",
        ]
        lines += [f"{'' if n else 'Stated by':9} {page}" for n, page in enumerate(self.sources)]
        otherwise = zip(self.others_state, self.others, strict=True)
        lines += [f"{'' if n else 'Otherwise':9} {said}: {page}" for n, (said, page) in enumerate(otherwise)]
        return "\n".join(lines)


_MOST = 100_000  # per cent or years

_NEEDS = {
    ClaimKind.PERCENT_CHANGE: {"value", "direction"},
    ClaimKind.HIGHEST_SINCE: {"reference_period"},
    ClaimKind.LOWEST_SINCE: {"reference_period"},
    ClaimKind.HIGHEST_OF: {"reference_period"},
    ClaimKind.LOWEST_OF: {"reference_period"},
    ClaimKind.HIGHEST_IN_YEARS: {"value"},
    ClaimKind.LOWEST_IN_YEARS: {"value"},
    ClaimKind.SHARE: {"value"},
}
_MAY_HAVE = {ClaimKind.PERCENT_CHANGE: {"reference_period"}, ClaimKind.SHARE: {"reference_area"}}


@attrs.frozen(kw_only=True)
class Claim(Record):
    """One thing that a page says about its figures.

    Attributes:
        dataset: The dataset.
        id: The claim's name; stable.
        source: The page that made it; in tables, its id.
        report_period: The span that the report is about.
        period: The span that the claim is about.
        area: Where.
        scope: Of what kind of violence.
        measure: What is counted.
        group: Who.
        claim: What is claimed.
        value: Per cent of a change or a share, or years of a record; as printed.
        direction: Which way a change went; null for other claims.
        reference_period: What it is compared with; null where the page names none.
        reference_area: The area that a share is a share of; null where it is of another kind.
        bound: How the value was stated.
        caveats: What to know before it is used.
        note: How it was read, in the record's words.
        readings: How often it was read and coded independently with this result.
    """

    dataset: str = attrs.field(validator=fields.name)
    id: str = attrs.field(validator=fields.matches("c[0-9a-z]{2,}", "c and letters or digits"), metadata=fields.UNIQUE)
    source: Source = attrs.field(validator=fields.a(Source, "a Source"), repr=lambda s: repr(s.id))
    report_period: Period = attrs.field(converter=fields.period)
    period: Period = attrs.field(converter=fields.period)
    area: Area = attrs.field(converter=Area)
    scope: Scope = attrs.field(converter=Scope)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    claim: ClaimKind = attrs.field(converter=ClaimKind)
    value: Decimal | None = attrs.field(default=None, converter=fields.decimal)
    direction: Direction | None = attrs.field(default=None, converter=attrs.converters.optional(Direction))
    reference_period: Period | None = attrs.field(default=None, converter=fields.optional_period)
    reference_area: Area | None = attrs.field(default=None, converter=attrs.converters.optional(Area))
    bound: Bound = attrs.field(default=Bound.EXACT, converter=Bound)
    caveats: tuple[Caveat, ...] = attrs.field(default=(), converter=fields.caveats)
    note: str = attrs.field(default="", validator=fields.note)
    readings: int = attrs.field(default=1, validator=fields.not_negative)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against what this kind of claim needs and may have."""
        _check_page(self)
        check_cell(self)
        needs = _NEEDS[self.claim]
        for name in ("value", "direction", "reference_period", "reference_area"):
            given = getattr(self, name) is not None
            if not given and name in needs:
                raise InvalidValueError(name, f"a claim of {self.claim} needs one")
            if given and name not in needs | _MAY_HAVE.get(self.claim, set()):
                raise InvalidValueError(name, f"a claim of {self.claim} has none")
        if self.value is not None and not (self.value.is_finite() and 0 <= self.value < _MOST):
            raise InvalidValueError("value", f"{self.value} is not a number from 0 to {_MOST:,}")
        unnamed = {Caveat.REFERENCE_UNNAMED, Caveat.NOT_A_PLAIN_RECORD} & set(self.caveats)
        if self.claim is ClaimKind.PERCENT_CHANGE and self.reference_period is None and not unnamed:
            raise InvalidValueError("reference_period", "a change without one is marked reference_unnamed")

    def __str__(self) -> str:
        """Give the claim, its cell and its page on one line."""
        parts = [self.direction, self.value and _plain(self.value), self.reference_period, self.reference_area]
        said = " ".join(str(part) for part in parts if part is not None)
        return f"{cell_label(self)}: {self.claim.label} {said} ({self.source})"


def _plain(value: Decimal) -> str:
    return f"{value:f}"


@attrs.frozen(kw_only=True)
class Break(Record):
    """A dated change in what a publisher's numbers mean.

    Attributes:
        dataset: The dataset.
        id: The break's name; stable.
        start: The first day of the new meaning.
        approximate: Whether the day is only about right.
        areas: The areas it touches; empty for all.
        scopes: The scopes it touches; empty for all.
        measures: The measures it touches; empty for all.
        description: What changed, in a sentence.
    """

    dataset: str = attrs.field(validator=fields.name)
    id: str = attrs.field(validator=fields.name, metadata=fields.UNIQUE)
    start: date = attrs.field(validator=values.day)
    approximate: bool = attrs.field(default=False, validator=fields.flag)
    areas: tuple[Area, ...] = attrs.field(default=(), converter=fields.areas)
    scopes: tuple[Scope, ...] = attrs.field(default=(), converter=fields.scopes)
    measures: tuple[Measure, ...] = attrs.field(default=(), converter=fields.measures)
    description: str = attrs.field(validator=fields.text, metadata=fields.UNIQUE)

    @property
    def day_label(self) -> str:
        """The first day of the new meaning in words: `2024-08-01`, or `about 2018-01-01` where it is only about right."""
        return f"{'about ' if self.approximate else ''}{self.start}"

    def touches(self, *, area: Area, scope: Scope, measure: Measure) -> bool:
        """Whether the numbers of this area, scope and measure changed their meaning."""
        pairs = ((self.areas, area), (self.scopes, scope), (self.measures, measure))
        return all(not touched or code in touched for touched, code in pairs)


# What the rows of a release to come say instead of a label. As text it comes after every label.
NEXT = "next"


@attrs.frozen(kw_only=True)
class Release(Record):
    """A dataset as it stood on a day, under a label by which it can be had again.

    Attributes:
        dataset: The dataset.
        label: The day it was made, with a number where it is not the first of the day: `2026-11-22`, `2026-11-22.1`.
        rule: The number of the rule by which its figures follow from its statements.
        schema: The number of the form whose columns its digests cover.
        added: How many rows it has that the release before it has not.
        closed: How many rows of the release before it it has no more: corrected, or withdrawn.
        rows_digest: The sha256 over its rows: sources, statements, claims, breaks and discrepancies.
        figures_digest: The sha256 over its figures.
        why: Why it was made, in a line.
    """

    dataset: str = attrs.field(validator=fields.name)
    label: str = attrs.field(validator=fields.release_label, metadata=fields.UNIQUE)
    rule: int = attrs.field(validator=fields.not_negative)
    schema: int = attrs.field(validator=fields.not_negative)
    added: int = attrs.field(validator=fields.not_negative)
    closed: int = attrs.field(validator=fields.not_negative)
    rows_digest: str = attrs.field(validator=fields.sha256, metadata=fields.UNIQUE)
    figures_digest: str = attrs.field(validator=fields.sha256, metadata=fields.UNIQUE)
    why: str = attrs.field(validator=fields.text, metadata=fields.UNIQUE)

    @property
    def day(self) -> date:
        """The day on which it was made."""
        return fields.label_day(self.label)

    @property
    def size(self) -> str:
        """How many rows it added and closed, in words."""
        return f"{self.added:,} row{'' if self.added == 1 else 's'} added, {self.closed:,} closed"

    def __str__(self) -> str:
        """Give label, size and reason on one line."""
        return f"{self.dataset} {self.label}: {self.size}. {self.why}"


def cell_label(cell: Any) -> str:
    """Write a cell in words: `picss 2025-10, Pakistan, all violence, killed, total`."""
    return f"{cell.dataset} {cell.period}, {cell.area.label}, {cell.scope.label}, {cell.measure.label}, {cell.group.label}"
