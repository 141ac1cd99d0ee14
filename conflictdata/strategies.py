"""Hypothesis strategies for pages, statements, figures, claims and breaks, and for what they are made of."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs

from conflictdata.claims import CheckedClaim, ClaimTest
from conflictdata.errors import MissingExtraError
from conflictdata.fields import Includable
from conflictdata.models import Break, Claim, Figure, Source, Statement
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import (
    Area,
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
    Scope,
    Slip,
    SourceKind,
    Status,
    Undecided,
)

try:
    from hypothesis import strategies as st
except ImportError as _error:
    raise MissingExtraError("conflictdata.testing", "test") from _error

DATASETS = ("picss", "cmc", "pips", "crss")
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
READ = date(2030, 1, 1)  # after every span that the strategies make
LARGEST = 10_000

_CODES = "abcdef0123456789"


def days() -> st.SearchStrategy[date]:
    """Days of the span that the record covers."""
    return st.dates(FIRST, LAST)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Periods of every kind: months, quarters, halves, years, runs of months, runs of days."""
    start = draw(days())
    kind = draw(st.sampled_from(PeriodKind))
    if kind is PeriodKind.DAYS:
        return Period(start, start + timedelta(days=draw(st.integers(0, 400))))
    if kind is PeriodKind.MONTHS:
        month = next(Period.index(PeriodKind.MONTH, start, start))
        return Period(month.start, next(Period.index(PeriodKind.MONTH, end := start + timedelta(days=500), end)).end)
    return next(Period.index(kind, start, start))


def counts() -> st.SearchStrategy[int]:
    """Counts as reports give them: small ones often, zero too."""
    return st.integers(0, 60) | st.integers(0, LARGEST)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """Intervals that a value and its bound leave open."""
    return Interval.of(draw(counts()), draw(st.sampled_from(Bound)))


def names(prefix: str = "") -> st.SearchStrategy[str]:
    """Names of six letters and digits, behind a prefix."""
    return st.text(_CODES, min_size=6, max_size=6).map(lambda text: prefix + text)


def texts() -> st.SearchStrategy[str]:
    """Short texts of any script, possibly empty, without white space at their ends."""
    letters = st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="\x00")
    return st.text(letters, max_size=20).map(lambda text: " ".join(text.split()))


def reports(period: Period) -> st.SearchStrategy[Period]:
    """Spans of reports that can know of a period: its own, the next, one that holds it."""
    longer = st.integers(1, 400).map(lambda more: Period(period.start, period.end + timedelta(days=more)))
    return st.just(period) | st.just(period.next()) | longer


@st.composite
def sources(draw: st.DrawFn, dataset: str | None = None) -> Source:
    """Pages: with a day, or with the days between which they appeared; copies and mirrors among them.

    Args:
        draw: Hypothesis's.
        dataset: The dataset; any if None.
    """
    exact = draw(st.booleans())
    first = draw(days())
    last = first if exact else first + timedelta(days=draw(st.integers(0, 90)))
    name = draw(names("outlet-"))
    return Source(
        dataset=dataset or draw(st.sampled_from(DATASETS)),
        id=name,
        kind=draw(st.sampled_from(SourceKind)),
        outlet=draw(st.sampled_from(["Dawn", "Jang", "ڈان", "The Nation", "PICSS"])),
        origin=draw(st.none() | st.sampled_from(["ANI", "Dawn", "PTI"])),
        mirror=draw(st.booleans()),
        url=f"https://example.org/{name}",
        published=first if exact else None,
        published_from=first,
        published_to=last,
        accessed=READ + timedelta(days=draw(st.integers(0, 400))),
        language=draw(st.sampled_from(["en", "ur", "hi"])),
        title=draw(st.none() | texts().map(lambda text: text or "Untitled")),
        readings=draw(st.integers(1, 5)),
    )


@st.composite
def cells(draw: st.DrawFn) -> tuple[Period, Area, Scope, Measure, Group]:
    """Cells that can be counted: arrests under operations, kidnappings under attacks, incidents in total."""
    measure = draw(st.sampled_from(Measure))
    grouped = measure in {Measure.KILLED, Measure.INJURED}
    scope = {Measure.KIDNAPPED: Scope.MILITANT_ATTACKS, Measure.ARRESTED: Scope.SECURITY_OPERATIONS}.get(measure)
    return (
        draw(periods()),
        draw(st.sampled_from(Area)),
        scope or draw(st.sampled_from(Scope)),
        measure,
        draw(st.sampled_from(Group)) if grouped else Group.TOTAL,
    )


@st.composite
def statements(
    draw: st.DrawFn,
    source: Source | None = None,
    cell: tuple[Period, Area, Scope, Measure, Group] | None = None,
) -> Statement:
    """Statements: bounded ones, parts of a cell, inclusions, caveats, restatements among them.

    Args:
        draw: Hypothesis's.
        source: The page; any if None.
        cell: Period, area, scope, measure and group; any if None.
    """
    page = source or draw(sources())
    period, area, scope, measure, group = cell or draw(cells())
    others: tuple[Includable, ...] = (Group.PEACE_COMMITTEE, Area.ISLAMABAD, Area.PUNJAB, Scope.CLASHES)
    other = [code for code in others if code not in {group, area, scope}]
    return Statement(
        dataset=page.dataset,
        id=draw(names("s")),
        source=page,
        report_period=draw(reports(period)),
        period=period,
        area=area,
        scope=scope,
        measure=measure,
        group=group,
        value=draw(counts()),
        bound=draw(st.just(Bound.EXACT) | st.sampled_from(Bound)),
        subset=draw(st.sampled_from([False, False, False, True])),
        includes=draw(st.just(()) | st.lists(st.sampled_from(other), unique=True, max_size=2).map(tuple)),
        caveats=draw(st.just(()) | st.lists(st.sampled_from(Caveat), unique=True, max_size=2).map(tuple)),
        note=draw(texts()),
        readings=draw(st.integers(1, 5)),
    )


@st.composite
def rivals(draw: st.DrawFn, *, most: int = 8) -> list[Statement]:
    """Statements on one cell from a few pages: repetitions, disputes, mirrors, revisions, self-contradictions.

    Args:
        draw: Hypothesis's.
        most: The largest number of them.
    """
    cell = draw(cells())
    dataset = draw(st.sampled_from(DATASETS))
    pages = draw(st.lists(sources(dataset), min_size=1, max_size=4, unique_by=lambda page: page.id))
    values = draw(st.lists(counts(), min_size=1, max_size=3))
    made = []
    for number in range(draw(st.integers(1, most))):
        one = draw(statements(draw(st.sampled_from(pages)), cell))
        made.append(attrs.evolve(one, value=draw(st.sampled_from(values)), id=f"s{number:04}"))
    return made


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    """Figures of every status: with a bound, with marks, torn ones without a value."""
    dataset = draw(st.sampled_from(DATASETS))
    period, area, scope, measure, group = draw(cells())
    pages = draw(st.lists(sources(dataset), min_size=1, max_size=4, unique_by=lambda page: page.id))
    stating = draw(st.integers(1, len(pages)))
    marks = draw(st.lists(st.sampled_from(Mark), unique=True, max_size=2).map(tuple))
    value, bound = draw(counts()), draw(st.sampled_from(Bound))
    torn = Mark.TORN in marks
    interval = Interval(value, value + draw(counts())) if torn else Interval.of(value, bound)
    return Figure(
        dataset=dataset,
        period=period,
        area=area,
        scope=scope,
        measure=measure,
        group=group,
        value=None if torn else value,
        bound=None if torn else bound,
        low=interval.low,
        high=interval.high,
        includes=(Scope.SECTARIAN,) if Mark.INCLUDES_OTHER in marks else (),
        status=draw(st.sampled_from(Status)),
        marks=marks,
        caveats=draw(st.just(()) | st.lists(st.sampled_from(Caveat), unique=True, max_size=2).map(tuple)),
        sources=tuple(pages[:stating]),
        others=tuple(pages[stating:]),
        others_state=tuple(str(draw(counts())) for _ in pages[stating:]),
        voices=stating,
        first_published=min(page.published_to for page in pages),
    )


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Claims of every kind, each with what its kind needs and may have."""
    page = draw(sources())
    period, area, scope, measure, group = draw(cells())
    kind = draw(st.sampled_from(ClaimKind))
    change, share = kind is ClaimKind.PERCENT_CHANGE, kind is ClaimKind.SHARE
    years = kind in {ClaimKind.HIGHEST_IN_YEARS, ClaimKind.LOWEST_IN_YEARS}
    percent = st.decimals(0, 500, places=draw(st.integers(0, 2)), allow_nan=False, allow_infinity=False)
    value: Decimal | None = draw(percent) if change or share else Decimal(draw(st.integers(1, 20))) if years else None
    compared = not (share or years)
    return Claim(
        dataset=page.dataset,
        id=draw(names("c")),
        source=page,
        report_period=draw(reports(period)),
        period=period,
        area=area,
        scope=scope,
        measure=measure,
        group=group,
        claim=kind,
        value=value,
        direction=draw(st.sampled_from(Direction)) if change else None,
        reference_period=draw(periods()) if compared else None,
        reference_area=draw(st.none() | st.sampled_from(Area)) if share else None,
        bound=draw(st.sampled_from(Bound)),
        caveats=draw(st.lists(st.sampled_from(Caveat), unique=True, max_size=2).map(tuple)),
        note=draw(texts()),
        readings=draw(st.integers(1, 5)),
    )


def _outcome(draw: st.DrawFn, verdict: ClaimVerdict) -> dict[str, Any]:
    """Give what a test may say beside a verdict."""
    percents = st.floats(-100, 1000, allow_nan=False)
    low, high = sorted([draw(percents), draw(percents)])
    said = st.lists(texts().filter(bool), max_size=2).map(tuple)
    window = draw(st.none() | st.integers(1, 200))
    contradicted = verdict is ClaimVerdict.CONTRADICTED
    return {
        "undecided": draw(st.sampled_from(Undecided)) if verdict is ClaimVerdict.UNDECIDED else None,
        "slips": draw(st.lists(st.sampled_from(Slip), unique=True, max_size=2).map(tuple)) if contradicted else (),
        "computed_low": draw(st.none() | st.just(low)),
        "computed_high": draw(st.none() | st.just(high)),
        "accepted": draw(st.none() | st.just("[28.5,30)")),
        **{name: draw(said) for name in ("used", "missing", "against", "context")},
        "seen": None if window is None else draw(st.integers(0, window)),
        "window": window,
        "as_of": draw(st.none() | days()),
        "evidence": draw(texts().map(lambda text: text or "It holds.")),
    }


@st.composite
def claim_tests(draw: st.DrawFn) -> ClaimTest:
    """Tests of claims, with any outcome."""
    verdict = draw(st.sampled_from(ClaimVerdict))
    return ClaimTest(
        dataset=draw(st.sampled_from(DATASETS)),
        claim=draw(names("c")),
        basis=draw(st.sampled_from(Basis)),
        verdict=verdict,
        **_outcome(draw, verdict),
    )


@st.composite
def checked_claims(draw: st.DrawFn) -> CheckedClaim:
    """Claims with verdicts; what is claimed and what came out have nothing to do with each other."""
    claim, verdict, other = draw(claims()), draw(st.sampled_from(ClaimVerdict)), draw(st.sampled_from(ClaimVerdict))
    by_page = draw(st.booleans())
    return CheckedClaim(
        **{field.name: getattr(claim, field.name) for field in attrs.fields(Claim)},
        verdict=verdict,
        basis=Basis.PAGE if by_page else Basis.SERIES,
        page_verdict=verdict if by_page else other,
        series_verdict=other if by_page else verdict,
        **_outcome(draw, verdict),
    )


@st.composite
def breaks(draw: st.DrawFn) -> Break:
    """Breaks of definition, of everything or of some areas, scopes and measures."""
    return Break(
        dataset=draw(st.sampled_from(DATASETS)),
        id=draw(names("break-")),
        start=draw(days()),
        approximate=draw(st.booleans()),
        areas=draw(st.lists(st.sampled_from(Area), unique=True, max_size=2).map(tuple)),
        scopes=draw(st.lists(st.sampled_from(Scope), unique=True, max_size=2).map(tuple)),
        measures=draw(st.lists(st.sampled_from(Measure), unique=True, max_size=2).map(tuple)),
        description=draw(texts().map(lambda text: text or "It changed.")),
    )
