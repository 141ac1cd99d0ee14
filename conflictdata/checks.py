"""The check over a dataset: every total against its parts, on each page and over the figures."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from conflictdata.balances import FAILING, Balance, Discrepancy, Tally, same_residual
from conflictdata.balancing import Cells, Finding, Member, evaluate, totals
from conflictdata.models import Figure, Source, Statement, signed
from conflictdata.structure import Key, Structure
from conflictdata.values import Period
from conflictdata.vocabulary import Axis, Bound, Reason, Verdict

_COLUMNS = ("dataset", "period", "area", "scope", "measure", "group")
_PAGE = "source"


@attrs.frozen(slots=False)  # for the cached property
class Counts:
    """The counts of one level, ready to be held against each other.

    Attributes:
        cells: The counts by cell.
        stated: The statements of each cell, by id, whose numbers the count follows.
        level: `figures` or `sources`.
        structure: What adds up to what.
    """

    cells: Cells
    stated: Mapping[Key, tuple[str, ...]]
    level: str
    structure: Structure

    @cached_property
    def findings(self) -> list[Finding]:
        """What comes out when they are held against each other."""
        return evaluate(self.cells, self.structure)


def _cell(record: Figure | Statement, codes: Mapping[Period, str]) -> Key:
    r = record
    return r.dataset, codes[r.period], r.area.value, r.scope.value, r.measure.value, r.group.value


def _names(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(str(code) for code in codes)


class _Spans(dict[Period, str]):
    """The code of each span, written once."""

    def __missing__(self, period: Period) -> str:
        return self.setdefault(period, period.code)


def _alone(statement: Statement) -> Member:
    interval = statement.interval
    return Member(interval.low, interval.high, signed(statement.value, statement.bound), _names(statement.includes))


def _said(statements: Sequence[Statement]) -> list[Statement]:
    """Choose what a page says of one cell alone: without what other counts include, and a count once in two wordings."""
    plain = [s for s in statements if not s.includes] or list(statements)
    exact = [s.value for s in plain if s.bound is Bound.EXACT]
    return [s for s in plain if s.bound is Bound.EXACT or not any(value in s.interval for value in exact)]


def _hull(statements: Sequence[Statement]) -> Member:
    """Span all that a page says of one cell."""
    intervals = [s.interval for s in statements]
    highs = [i.high for i in intervals if i.high is not None]
    states = dict.fromkeys(signed(s.value, s.bound) for s in sorted(statements, key=lambda s: (s.value, s.bound.rank)))
    return Member(
        low=min(i.low for i in intervals),
        high=max(highs) if len(highs) == len(intervals) else None,
        stated=" ".join(states),
        includes=frozenset().union(*(_names(s.includes) for s in statements)),
        several=len(states) > 1,
    )


def of_sources(statements: Iterable[Statement], structure: Structure) -> Counts:
    """Gather what each page states of each cell.

    Args:
        statements: The statements of a dataset.
        structure: What adds up to what.

    Returns:
        The counts by page and cell; a page that states several values of a cell has the span of them.
    """
    spans = _Spans()
    told: dict[Key, list[Statement]] = defaultdict(list)
    subsets = []
    for s in statements:
        key = (*_cell(s, spans), s.source.id)
        if s.subset:
            subsets.append((key, s.id, _alone(s)))
        else:
            told[key].append(s)
    said = {key: _said(all_) for key, all_ in told.items()}
    cells = Cells((*_COLUMNS, _PAGE), {key: _hull(chosen) for key, chosen in said.items()}, subsets)
    return Counts(cells, {key: tuple(s.id for s in chosen) for key, chosen in said.items()}, "sources", structure)


def _figure(figure: Figure) -> Member:
    if figure.value is None or figure.bound is None:
        high = "" if figure.high is None else str(figure.high)
        return Member(figure.low, figure.high, f"{figure.low}..{high}", _names(figure.includes), several=True)
    return Member(figure.low, figure.high, signed(figure.value, figure.bound), _names(figure.includes))


def of_figures(figures: Iterable[Figure], statements: Iterable[Statement], structure: Structure) -> Counts:
    """Gather the figures, and the counts of parts of their cells.

    Args:
        figures: The figures of a dataset.
        statements: Its statements.
        structure: What adds up to what.

    Returns:
        The counts by cell.
    """
    spans = _Spans()
    by_cell = {_cell(figure, spans): figure for figure in figures}
    subsets = []
    stated: dict[Key, list[str]] = defaultdict(list)
    for s in statements:
        key = _cell(s, spans)
        figure = by_cell.get(key)
        if s.subset:
            subsets.append((key, s.id, _alone(s)))
        elif figure and s.source in (*figure.sources, *figure.others):
            stated[key].append(s.id)
    cells = Cells(_COLUMNS, {key: _figure(figure) for key, figure in by_cell.items()}, subsets)
    # A slip in one of several pages is a dispute between them; it does not move their figure.
    alone = {key: tuple(ids) for key, ids in stated.items() if len(ids) == 1}
    return Counts(cells, alone, "figures", structure)


def _balance(finding: Finding, sources: Mapping[str, Source], known: Mapping[Key, Discrepancy]) -> Balance:
    dataset, period, area, scope, measure, group, *page = finding.key
    balance = Balance(
        dataset=dataset,
        source=sources[page[0]] if page else None,
        axis=Axis(finding.axis),
        period=period,
        area=area,
        scope=scope,
        measure=measure,
        group=group,
        stated=finding.total.stated,
        low=finding.total.low,
        high=finding.total.high,
        parts=finding.parts,
        parts_stated=finding.stated,
        absent=finding.absent,
        several=finding.several,
        residual_low=finding.residual_low,
        residual_high=finding.residual_high,
        verdict=finding.verdict,
    )
    why = known.get(balance.key) if balance.verdict in FAILING else None
    if why is None or not same_residual(balance, why):
        return balance
    return attrs.evolve(balance, reason=why.reason, explanation=why.explanation, shown_by=why.shown_by)


def _order(b: Balance) -> tuple[Any, ...]:
    codes = (b.area, b.scope, b.measure, b.group)
    return b.source.id if b.source else "", b.axis.rank, b.period, *(code.rank for code in codes), b.parts


def records(counts: Counts, discrepancies: Iterable[Discrepancy], sources: Mapping[str, Source]) -> list[Balance]:
    """Give the balances of one level.

    Args:
        counts: The counts.
        discrepancies: What is known of those that do not hold.
        sources: The pages by id.

    Returns:
        One for each total of which a part is there and for each part within a whole, ordered by page, axis and cell.
    """
    known = {discrepancy.key: discrepancy for discrepancy in discrepancies}
    return sorted((_balance(finding, sources, known) for finding in counts.findings), key=_order)


def tally(counts: Counts, rows: Iterable[Balance]) -> list[Tally]:
    """Count how the totals of one level stand, by axis.

    Args:
        counts: The counts of the level.
        rows: Its balances.

    Returns:
        A row for each axis of the structure; none where there is no count.
    """
    if not counts.cells.members:
        return []
    by_axis: dict[Axis, list[Balance]] = defaultdict(list)
    for row in rows:
        by_axis[row.axis].append(row)
    dataset = next(iter(counts.cells.members))[0]
    all_ = totals(counts.cells, counts.structure)
    made = []
    for axis in Axis:
        found = by_axis[axis]
        verdicts = Counter(row.verdict for row in found)
        number = all_.get(axis.value, len(found))
        failing = [row for row in found if row.verdict in FAILING]
        made.append(
            Tally(
                dataset=dataset,
                level=counts.level,
                axis=axis,
                totals=number,
                complete=sum(row.complete for row in found),
                balanced=verdicts[Verdict.BALANCED],
                short=verdicts[Verdict.SHORT],
                over=verdicts[Verdict.OVER],
                open=verdicts[Verdict.OPEN],
                partial=verdicts[Verdict.PARTIAL],
                empty=number - len(found),
                unexplained=sum(row.reason in {None, Reason.UNEXPLAINED} for row in failing),
            )
        )
    return made


def protected(*levels: Counts) -> set[str]:
    """Find the statements that a balance protects.

    Args:
        levels: The counts, of pages and of figures.

    Returns:
        The ids of the statements that take part, on their page or alone behind a figure, in a sum whose required parts
        are all there and whose bounds decide it: a slip in one of them would have changed a residual.
    """
    found: set[str] = set()
    for counts in levels:
        for finding in counts.findings:
            decided = finding.verdict in {Verdict.BALANCED, *FAILING} and not finding.absent
            if decided and finding.axis != Axis.WITHIN:
                found.update(id for key in (finding.key, *finding.used) for id in counts.stated.get(key, ()))
    return found
