"""Claims held against the numbers twice: those on their own page, and the series as it was known on the day of the page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import attrs

from conflictdata.claims import SAID, CheckedClaim, ClaimTest
from conflictdata.lookups import Number, Resolve, Series, pages
from conflictdata.models import Break, Claim, Statement
from conflictdata.percentages import Percent
from conflictdata.resolve import Cell
from conflictdata.trials import Check, Outcome
from conflictdata.vocabulary import (
    Basis,
    ClaimVerdict,
    Undecided,
)

# What keeps a claim undecided, whatever its own page prints.
_FINAL = {
    Undecided.NOT_A_PLAIN_RECORD,
    Undecided.REFERENCE_UNNAMED,
    Undecided.DENOMINATOR_UNCLEAR,
    Undecided.SPANS_DIFFER,
    Undecided.WINDOW_UNCLEAR,
    Undecided.DEFINITION_BREAK,
}


def _test(claim: Claim, day: date | None, outcome: Outcome) -> ClaimTest:
    computed = outcome.computed or Percent(None, None)
    low, high = (None if end is None else float(end) for end in (computed.low, computed.high))
    plain = {name: getattr(outcome, name) for name in SAID if name not in {"computed_low", "computed_high", "as_of"}}
    return ClaimTest(
        dataset=claim.dataset,
        claim=claim.id,
        basis=Basis.SERIES if day else Basis.PAGE,
        verdict=outcome.verdict,
        evidence=outcome.evidence,
        computed_low=low,
        computed_high=high,
        as_of=day,
        **plain,
    )


def _marked(number: Number | None, dataset: str) -> Number | None:
    """Say which dataset a number is of, if it is not the claim's."""
    return number and attrs.evolve(number, doubt=", ".join(filter(None, [dataset, number.doubt])))


def _restated(number: Number | None, claim: Claim, cell: Cell, by_page: Mapping[tuple[str, Cell], Number]) -> Number | None:
    """Take in what the claim's own page says anew of a span before that of its report."""
    there = by_page.get((claim.source.id, cell))
    if number is None or there is None or cell.period.end >= claim.report_period.end or there.includes != number.includes:
        return number
    value = there.interval.low
    if (
        there.misprint
        or there.interval.high != value
        or value in number.interval
        or value in (*number.restated, *number.disputed)
    ):
        return number  # a likely misprint restates nothing
    return attrs.evolve(number, restated=(*number.restated, value))


def examine(
    claims: Iterable[Claim],
    statements: Sequence[Statement],
    breaks: Iterable[Break],
    resolve: Resolve,
    earlier: Sequence[Statement] = (),
    latest: date = date.max,
) -> list[ClaimTest]:
    """Test claims twice: by the series as it was known on the day of their page, and by the numbers on their page.

    Args:
        claims: Claims of one dataset.
        statements: Its statements.
        breaks: Its breaks of definition; they part the spans of the series, not the numbers of one page.
        resolve: The rule by which its figures follow.
        earlier: The statements of the dataset that it continues, if that is to fill spans of which it has no number.
        latest: The day after which nothing is known: that of a vintage.

    Returns:
        Two tests a claim, that by the series first.
    """
    known, past, by_page = Series(statements, resolve), Series(earlier, resolve), pages(statements)
    parts, found = tuple(breaks), []
    former = earlier[0].dataset if earlier else ""
    for claim in claims:
        day, page = claim.source.published_to, claim.source.id

        def in_series(cell: Cell, day: date = day, claim: Claim = claim) -> Number | None:
            return _restated(known.at(cell, day), claim, cell, by_page) or _marked(past.at(cell, day), former)

        def on_page(cell: Cell, page: str = page) -> Number | None:
            return by_page.get((page, cell))

        series = Check(claim, in_series, parts, unclear=True, nearby=known.cells)
        own = Check(claim, on_page, (), unclear=False, nearby=known.cells)
        found += [_test(claim, min(day, latest), series.run()), _test(claim, None, own.run())]
    return found


def judge(claim: Claim, series: ClaimTest, page: ClaimTest) -> CheckedClaim:
    """Give a claim its verdict.

    Args:
        claim: The claim.
        series: Its test by the series.
        page: Its test by the numbers on its page.

    Returns:
        The claim with the verdict of the series; of the page, if the series does not decide for want of numbers.
    """
    undecided = ClaimVerdict.UNDECIDED
    by_page = series.verdict is undecided and page.verdict is not undecided and series.undecided not in _FINAL
    test, other = (page, series) if by_page else (series, page)
    by_when = "" if claim.source.published else " (the page shows no day)"
    where = {Basis.PAGE: "On its page", Basis.SERIES: f"In the series as known on {series.as_of}{by_when}"}
    told = f"{where[test.basis]}: {test.evidence}"
    if test.verdict is not other.verdict or test.slips != other.slips:
        told += f" {where[other.basis]}, {other.verdict.label}: {other.evidence}"
    if claim.caveats:
        told += f" The claim's caveats: {', '.join(caveat.label for caveat in claim.caveats)}."
    given = {field.name: getattr(claim, field.name) for field in attrs.fields(Claim)}
    return CheckedClaim(
        **given,
        verdict=test.verdict,
        basis=test.basis,
        page_verdict=page.verdict,
        series_verdict=series.verdict,
        evidence=told,
        **{name: getattr(test, name) for name in SAID},
    )
