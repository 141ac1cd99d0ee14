"""Hypothesis strategies for every model, and for worlds whose sums are known: for your own tests.

Needs the `test` extra. Every strategy gives records that the validating constructors accept. `worlds` gives figures as
reports give them, with bounds, gaps and numbers that contradict each other; `broken_worlds` moves one number of them.
`assert_adds_up` holds a table of yours to the rules of the record.
"""

from statistics import median

import attrs

from conflictdata.balances import COUNTS, LEVELS, Balance, Discrepancy, Tally
from conflictdata.changes import KINDS, Difference
from conflictdata.claims import CheckedClaim, ClaimTest
from conflictdata.conformance import assert_adds_up
from conflictdata.errors import MissingExtraError
from conflictdata.implication import Implied, state_of
from conflictdata.lines import RECORD
from conflictdata.models import Break, Claim, Figure, Record, Release, Source, Statement, signed
from conflictdata.pairs import Compared, ComparisonSummary
from conflictdata.revisions import MARKS, Revision, RevisionSummary
from conflictdata.strategies import (
    DATASETS,
    LARGEST,
    breaks,
    cells,
    checked_claims,
    claim_tests,
    claims,
    counts,
    days,
    figures,
    intervals,
    names,
    periods,
    rivals,
    sources,
    statements,
    texts,
)
from conflictdata.timeline import CALENDAR, Coverage, Point
from conflictdata.values import Interval
from conflictdata.vintages import Vintage
from conflictdata.vocabulary import (
    Axis,
    Bound,
    Group,
    PeriodKind,
    Reason,
    Verdict,
)
from conflictdata.worlds import Broken, World, broken_worlds, worlds

try:
    from hypothesis import strategies as st
except ImportError as _error:
    raise MissingExtraError("conflictdata.testing", "test") from _error

__all__ = [
    "MODELS",
    "Broken",
    "World",
    "assert_adds_up",
    "balances",
    "breaks",
    "broken_worlds",
    "cells",
    "checked_claims",
    "claim_tests",
    "claims",
    "compared",
    "comparison_summaries",
    "counts",
    "coverages",
    "days",
    "differences",
    "discrepancies",
    "figures",
    "implieds",
    "intervals",
    "periods",
    "points",
    "releases",
    "revision_summaries",
    "revisions",
    "rivals",
    "sources",
    "statements",
    "tallies",
    "vintages",
    "worlds",
]


@st.composite
def points(draw: st.DrawFn) -> Point:
    """Spans of a series: figures and gaps."""
    if draw(st.booleans()):
        return Point(period=draw(periods()), gap=True, segment=draw(st.integers(0, 3)))
    figure = draw(figures())
    return Point(
        period=figure.period,
        value=figure.value,
        bound=figure.bound,
        low=figure.low,
        high=figure.high,
        status=figure.status,
        marks=figure.marks,
        caveats=figure.caveats,
        gap=False,
        breaks=draw(st.lists(names("break-"), unique=True, max_size=2).map(tuple)),
        segment=draw(st.integers(0, 3)),
    )


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    """Rows of a coverage."""
    _, area, scope, measure, group = draw(cells())
    first, last = sorted([draw(periods()), draw(periods())])
    return Coverage(
        dataset=draw(st.sampled_from(DATASETS)),
        area=area,
        scope=scope,
        measure=measure,
        group=group,
        period_kind=draw(st.sampled_from(PeriodKind)),
        figures=draw(counts()),
        missing=draw(st.none() | counts()),
        subset_only=draw(counts()),
        first=first,
        last=last,
    )


@st.composite
def _ends(draw: st.DrawFn) -> tuple[int | None, int | None]:
    """Ends of a residual: both, one or none of them limited."""
    low = draw(st.integers(-LARGEST, LARGEST))
    high = low + draw(counts())
    return draw(st.sampled_from([low, None])), draw(st.sampled_from([high, None]))


@st.composite
def discrepancies(draw: st.DrawFn) -> Discrepancy:
    """Explanations of every reason, of pages and of figures, on every axis."""
    period, area, scope, measure, group = draw(cells())
    axis = draw(st.sampled_from(Axis))
    page = draw(sources())
    low, high = draw(_ends())
    return Discrepancy(
        dataset=page.dataset,
        id=draw(names("d")),
        source=draw(st.none() | st.just(page)),
        axis=axis,
        period=period,
        area=area,
        scope=scope,
        measure=measure,
        group=group,
        part=draw(names()) if axis is Axis.WITHIN else None,
        residual_low=low,
        residual_high=high,
        reason=draw(st.sampled_from(Reason)),
        explanation=draw(texts().map(lambda text: text or "A misprint.")),
        shown_by=draw(st.none() | st.just(page)),
    )


@st.composite
def balances(draw: st.DrawFn) -> Balance:
    """Balances of every verdict, explained and not. Their verdicts are drawn, and do not follow from their numbers."""
    period, area, scope, measure, group = draw(cells())
    page = draw(sources())
    parts = draw(st.lists(st.sampled_from(Group), unique=True, min_size=1).map(tuple))
    low, high = draw(_ends())
    total, bound = draw(counts()), draw(st.sampled_from(Bound))
    interval = Interval.of(total, bound)
    reason = draw(st.none() | st.sampled_from(Reason))
    return Balance(
        dataset=page.dataset,
        source=draw(st.none() | st.just(page)),
        axis=draw(st.sampled_from(Axis)),
        period=period,
        area=area,
        scope=scope,
        measure=measure,
        group=group,
        stated=signed(total, bound),
        low=interval.low,
        high=interval.high,
        parts=parts,
        parts_stated=tuple(str(draw(counts())) for _ in parts),
        absent=draw(st.lists(st.sampled_from(Group), unique=True, max_size=2).map(tuple)),
        several=draw(st.booleans()),
        residual_low=low,
        residual_high=high,
        verdict=draw(st.sampled_from(Verdict)),
        reason=reason,
        explanation="It was explained." if reason else None,
        shown_by=page if reason else None,
    )


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Rows of a tally."""
    return Tally(
        dataset=draw(st.sampled_from(DATASETS)),
        level=draw(st.sampled_from(LEVELS)),
        axis=draw(st.sampled_from(Axis)),
        **{name: draw(counts()) for name in COUNTS},
    )


@st.composite
def revisions(draw: st.DrawFn) -> Revision:
    """Later values of both marks, above and below figures with and without a bound. Their marks are drawn."""
    dataset = draw(st.sampled_from(DATASETS))
    period, area, scope, measure, group = draw(cells())
    value, later = draw(st.lists(counts(), min_size=2, max_size=2, unique=True))
    bound = draw(st.sampled_from([bound for bound in Bound if later not in Interval.of(value, bound)]))
    first, last = draw(days()), draw(days())
    return Revision(
        dataset=dataset,
        period=period,
        area=area,
        scope=scope,
        measure=measure,
        group=group,
        value=value,
        bound=bound,
        low=Interval.of(value, bound).low,
        high=Interval.of(value, bound).high,
        later_value=later,
        change=later - value,
        mark=draw(st.sampled_from(MARKS)),
        voices=draw(st.integers(1, 5)),
        sources=tuple(draw(st.lists(sources(dataset), min_size=1, max_size=3, unique_by=lambda page: page.id))),
        report_periods=draw(st.lists(periods(), unique=True, min_size=1, max_size=2).map(tuple)),
        first_published=first,
        later_published=last,
        lag_low=(last - first).days - draw(st.integers(0, 400)),
        lag_high=(last - first).days + draw(st.integers(0, 400)),
    )


@st.composite
def revision_summaries(draw: st.DrawFn) -> RevisionSummary:
    """Counts of revisions, each no larger than the one that holds it."""
    raised, lowered, mixed, same, more = (draw(counts()) for _ in range(5))
    revised = raised + lowered + mixed
    dated = draw(st.integers(0, revised))
    return RevisionSummary(
        dataset=draw(st.sampled_from(DATASETS)),
        figures=revised + same + more,
        looked_at_again=revised + same,
        revised=revised,
        raised=raised,
        lowered=lowered,
        dated=dated,
        median_lag_days=draw(st.integers(-LARGEST, LARGEST)) if dated else None,
    )


@st.composite
def compared(draw: st.DrawFn) -> Compared:
    """Figures of two datasets side by side: exact ones, bounded ones, torn ones. Whether they count the same is drawn."""
    one, second = draw(figures()), draw(figures())
    name = draw(st.sampled_from([name for name in DATASETS if name != one.dataset]))
    cell = {field: getattr(one, field) for field in ("period", "area", "scope", "measure", "group")}
    return Compared.of(
        one,
        attrs.evolve(second, dataset=name, **cell),
        same=draw(st.booleans()),
        definitions=draw(texts().filter(bool)),
        breaks=draw(st.lists(names("break-"), unique=True, max_size=2)),
    )


@st.composite
def comparison_summaries(draw: st.DrawFn) -> ComparisonSummary:
    """Counts of common spans, each no larger than the one that holds it."""
    one, other = draw(st.lists(st.sampled_from(DATASETS), min_size=2, max_size=2, unique=True))
    _, area, scope, measure, group = draw(cells())
    ratios = draw(st.lists(st.floats(0, LARGEST), max_size=3))
    same, differ, left = (draw(counts()) for _ in range(3))
    return ComparisonSummary(
        dataset=one,
        other=other,
        area=area,
        measure=measure,
        group=group,
        scope=scope,
        other_scope=scope,
        every=draw(st.sampled_from(CALENDAR)),
        common=same + differ + left + len(ratios),
        same=same,
        left_out=left,
        ratios=len(ratios),
        median_ratio=median(ratios) if ratios else None,
        largest=draw(st.lists(periods(), unique=True, max_size=3)),
    )


@st.composite
def implieds(draw: st.DrawFn) -> Implied:
    """What follows for cells, in every state. What it rests on is drawn, and does not give its interval."""
    period, area, scope, measure, group = draw(cells())
    told = st.lists(cells().map(lambda cell: f"{' '.join(map(str, cell))} 1"), unique=True, max_size=2).map(tuple)
    low = draw(st.just(0) | counts())
    interval = Interval(low, draw(st.none() | st.just(low) | st.integers(low, LARGEST)))
    contradictions = draw(told)
    return Implied(
        dataset=draw(st.sampled_from(DATASETS)),
        period=period,
        area=area,
        scope=scope,
        measure=measure,
        group=group,
        low=interval.low,
        high=interval.high,
        state=state_of(interval, contradictions),
        reported=draw(st.booleans()),
        low_by=draw(told),
        high_by=draw(told),
        contradictions=contradictions,
    )


@st.composite
def releases(draw: st.DrawFn) -> Release:
    """Releases of some days, first and later ones."""
    number = draw(st.sampled_from(["", *(f".{n}" for n in range(1, 10))]))
    digests = st.text("0123456789abcdef", min_size=64, max_size=64)
    return Release(
        dataset=draw(st.sampled_from(DATASETS)),
        label=f"{draw(days())}{number}",
        rule=draw(st.integers(1, 3)),
        schema=draw(st.integers(1, 3)),
        added=draw(counts()),
        closed=draw(counts()),
        rows_digest=draw(digests),
        figures_digest=draw(digests),
        why=draw(texts().filter(bool)),
    )


@st.composite
def vintages(draw: st.DrawFn) -> Vintage:
    """What was known on some day, with any counts."""
    tables = ("sources", "statements", "claims")
    named = (f"{state}{table}" for state in ("", "later_", "undated_") for table in tables)
    return Vintage(
        as_of=draw(days()),
        undated=draw(st.sampled_from(["exclude", "assume"])),
        **{name: draw(counts()) for name in named},
    )


@st.composite
def differences(draw: st.DrawFn) -> Difference:
    """Values that differ, of each kind."""
    maybe = st.none() | texts().filter(bool)
    return Difference(
        dataset=draw(st.sampled_from(DATASETS)),
        table=draw(st.sampled_from([*RECORD, "figures", "balances", "source_balances"])),
        kind=draw(st.sampled_from(KINDS)),
        **{name: draw(maybe) for name in ("id", "was", "cell", "column", "old", "new", "why")},
    )


MODELS: dict[type[Record], st.SearchStrategy[Record]] = {
    Source: sources(),
    Statement: statements(),
    Figure: figures(),
    Claim: claims(),
    CheckedClaim: checked_claims(),
    ClaimTest: claim_tests(),
    Break: breaks(),
    Point: points(),
    Coverage: coverages(),
    Discrepancy: discrepancies(),
    Balance: balances(),
    Tally: tallies(),
    Revision: revisions(),
    RevisionSummary: revision_summaries(),
    Compared: compared(),
    ComparisonSummary: comparison_summaries(),
    Release: releases(),
    Vintage: vintages(),
    Difference: differences(),
    Implied: implieds(),
}
