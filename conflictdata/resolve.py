"""Statements to figures, by rule 1.

A figure is one of the values that pages stated, or none: never a mean, a sum or a guess. `docs/resolve.md` says the rule
in words. A rule that was part of a release never changes.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Protocol

import attrs

from conflictdata.models import Figure, Source, Statement, signed
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Area, Bound, Caveat, Group, Mark, Measure, Scope, SourceKind, Status

RULE = 1

INFERRED = {
    Caveat.PERIOD_INFERRED,
    Caveat.PUBLISHER_INFERRED,
    Caveat.AREA_INFERRED,
    Caveat.SCOPE_INFERRED,
}
MIRRORS = "mirrors"  # the one voice of copies of other pages


class _OnAxes(Protocol):
    """A record that has the five axes of a cell."""

    @property
    def period(self) -> Period: ...
    @property
    def area(self) -> Area: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def measure(self) -> Measure: ...
    @property
    def group(self) -> Group: ...


@attrs.frozen(order=True)
class Cell:
    """What is counted.

    Attributes:
        period: The span that the number is about.
        area: Where.
        scope: Of what kind of violence.
        measure: What is counted.
        group: Who.
    """

    period: Period
    area: Area = attrs.field(order=lambda code: code.rank)
    scope: Scope = attrs.field(order=lambda code: code.rank)
    measure: Measure = attrs.field(order=lambda code: code.rank)
    group: Group = attrs.field(order=lambda code: code.rank)

    @classmethod
    def of(cls, record: "_OnAxes") -> "Cell":
        """Give the cell of a statement, a figure, or another record that has these axes."""
        return cls(record.period, record.area, record.scope, record.measure, record.group)

    @property
    def key(self) -> tuple[Period, Area, Scope, Measure, Group]:
        """The five axes as a tuple."""
        return self.period, self.area, self.scope, self.measure, self.group


Stated = tuple[int, Bound]
Page = tuple[Period, Area, Scope, Measure, str]


def _stated(statement: Statement) -> Stated:
    return statement.value, statement.bound


def _voice(statement: Statement) -> str:
    return MIRRORS if statement.source.mirror else statement.source.voice


def voices_of(statements: Iterable[Statement]) -> int:
    """Count the voices that make some statements; mirrors are one together."""
    return len({_voice(statement) for statement in statements})


def _narrow(pool: list[Statement], keep: Callable[[Statement], bool]) -> list[Statement]:
    """Take one step of the pool's narrowing, skipped if it would leave nothing."""
    return [statement for statement in pool if keep(statement)] or pool


def pool_of(statements: Iterable[Statement]) -> list[Statement]:
    """Choose the statements of one cell that its figure rests on.

    Args:
        statements: All statements of the cell.

    Returns:
        Those left after the five steps of the rule; empty if all are of a part of the cell.
    """
    pool = [statement for statement in statements if not statement.subset]
    pool = _narrow(pool, lambda s: not s.source.mirror)
    pool = _narrow(pool, lambda s: s.report_period == s.period)
    pool = _narrow(pool, lambda s: not s.includes)
    return _narrow(pool, lambda s: not INFERRED & set(s.caveats))


def _page(statement: Statement) -> Page:
    s = statement
    return s.period, s.area, s.scope, s.measure, s.source.id


def _best(pool: list[Statement], score: Callable[[Statement], int]) -> list[Statement]:
    best = max(map(score, pool))
    return [statement for statement in pool if score(statement) == best]


def _lead(pool: list[Statement], voices: Counter[Stated], groups: dict[Page, set[Group]]) -> list[Statement]:
    """Choose the leading statements of a pool: more than one value is left only where the rule does not decide."""
    lead = _best(pool, lambda s: -s.source.kind.rank)
    lead = _best(lead, lambda s: voices[_stated(s)])
    lead = _best(lead, lambda s: len(groups[_page(s)]))
    if len({s.source.id for s in lead}) > 1:
        return lead
    # A page that says "at least 100" and "120" gives one count in two wordings, and does not contradict itself.
    exact = [s.value for s in lead if s.bound is Bound.EXACT]
    return [s for s in lead if s.bound is Bound.EXACT or not any(value in s.interval for value in exact)]


def _first(lead: list[Statement]) -> Statement:
    """Make the result certain: of one value its exact statement; then the earliest, then the smallest ids."""
    one = len({statement.value for statement in lead}) == 1
    return min(lead, key=lambda s: (one and s.bound is not Bound.EXACT, s.source.published_to, s.source.id, s.id))


def pages_of(statements: Iterable[Statement]) -> tuple[Source, ...]:
    """Give the pages of some statements, nearest to the publisher first, then by the day on which they were surely out."""
    pages = {statement.source.id: statement.source for statement in statements}
    return tuple(sorted(pages.values(), key=lambda page: (page.kind.rank, page.published_to, page.id)))


def own_report(pool: Iterable[Statement], cell: Cell) -> bool:
    """Whether a pool is from the report on the very period of its cell: only such a figure can be revised."""
    return all(statement.report_period == cell.period for statement in pool)


def looked_again(statements: Iterable[Statement], cell: Cell) -> list[Statement]:
    """Choose the statements in which a later report gives an exact number for a cell.

    Args:
        statements: All statements of the cell.
        cell: The cell.

    Returns:
        Those from reports that end after the cell's period: exact, of the whole cell, on no mirror.
    """
    return [
        s
        for s in statements
        if s.report_period.end > cell.period.end and s.bound is Bound.EXACT and not (s.subset or s.source.mirror)
    ]


def later(statements: Iterable[Statement], cell: Cell, interval: Interval) -> dict[int, list[Statement]]:
    """Give the values by which later reports restate a figure.

    Args:
        statements: All statements of the figure's cell.
        cell: The cell.
        interval: What the figure leaves open.

    Returns:
        Each exact later value outside the interval, with the statements that give it.
    """
    values: dict[int, list[Statement]] = defaultdict(list)
    for statement in looked_again(statements, cell):
        if statement.value not in interval:
            values[statement.value].append(statement)
    return dict(values)


def mark_of(statements: Iterable[Statement]) -> Mark:
    """Say what one later value makes of a figure.

    Args:
        statements: Those that give the value.

    Returns:
        `revised` if one of them is on the publisher's own page, or two or more voices give it; else `restated_once`.
    """
    told = list(statements)
    primary = any(statement.source.kind is SourceKind.PRIMARY for statement in told)
    return Mark.REVISED if primary or voices_of(told) > 1 else Mark.RESTATED_ONCE


def _revision(statements: Iterable[Statement], cell: Cell, interval: Interval) -> list[Mark]:
    """Say whether later reports give an exact value outside the figure's interval."""
    marks = [mark_of(told) for told in later(statements, cell, interval).values()]
    return [Mark.REVISED] if Mark.REVISED in marks else marks[:1]


def _figure(cell: Cell, statements: list[Statement], groups: dict[Page, set[Group]]) -> Figure | None:
    pool = pool_of(statements)
    if not pool:
        return None
    said: dict[Stated, set[str]] = defaultdict(set)
    for statement in pool:
        said[_stated(statement)].add(_voice(statement))
    voices = Counter({stated: len(who) for stated, who in said.items()})

    lead = _lead(pool, voices, groups)
    chosen = _first(lead)
    within = [s for s in pool if s.bound is Bound.EXACT and s.value in chosen.interval]
    if not _torn(lead) and chosen.bound is not Bound.EXACT and within:
        lead = _lead(within, voices, groups)
        chosen = _first(lead)

    torn = _torn(lead)
    interval = chosen.interval
    if torn:
        values = [statement.value for statement in pool]
        interval = Interval(min(values), max(values))
        stating = [statement for statement in pool if statement.source.id == chosen.source.id]
    else:
        stating = [statement for statement in pool if _stated(statement) == _stated(chosen)]
    otherwise = [statement for statement in pool if statement not in stating]
    heard = voices_of(stating)

    marks = _revision(statements, cell, interval) if own_report(pool, cell) and not torn else []
    if chosen.bound is not Bound.EXACT and not torn:
        marks.append(Mark.BOUNDED)
    if chosen.includes:
        marks.append(Mark.INCLUDES_OTHER)
    if torn:
        marks.append(Mark.TORN)
    elif len({statement.value for statement in lead}) > 1:
        marks.append(Mark.TIE)

    others = pages_of(otherwise)
    shared = set.intersection(*(set(statement.caveats) for statement in stating))
    disputed = torn or any(statement.interval.disjoint(interval) for statement in pool)
    return Figure(
        dataset=chosen.dataset,
        period=cell.period,
        area=cell.area,
        scope=cell.scope,
        measure=cell.measure,
        group=cell.group,
        value=None if torn else chosen.value,
        bound=None if torn else chosen.bound,
        low=interval.low,
        high=interval.high,
        includes=chosen.includes,
        status=Status.DISPUTED if disputed else Status.REPEATED if heard > 1 else Status.SINGLE,
        marks=tuple(marks),
        caveats=tuple(caveat for caveat in Caveat if caveat in shared),
        sources=pages_of(stating),
        others=others,
        others_state=tuple(_states(page, otherwise) for page in others),
        voices=heard,
        first_published=surely_by(stating),
    )


def _states(page: Source, statements: Iterable[Statement]) -> str:
    """Say what one page states."""
    said = sorted({(s.value, s.bound.rank, s.bound) for s in statements if s.source.id == page.id})
    return " ".join(signed(value, bound) for value, _, bound in said)


def _torn(lead: list[Statement]) -> bool:
    """Whether one page gives several values and nothing decides between them."""
    return len({statement.value for statement in lead}) > 1 and len({s.source.id for s in lead}) == 1


def surely_by(statements: Iterable[Statement]) -> date:
    """Give the day by which one of the pages was surely out."""
    return min(statement.source.published_to for statement in statements)


def resolve(statements: Collection[Statement]) -> list[Figure]:
    """Derive the figures of one dataset from its statements.

    The order of the statements does not matter. A cell whose statements are all of a part of it has no figure.

    Args:
        statements: All statements of the dataset.

    Returns:
        The figures, ordered by period, area, scope, measure and group.
    """
    cells: dict[Cell, list[Statement]] = defaultdict(list)
    groups: dict[Page, set[Group]] = defaultdict(set)
    for statement in statements:
        cells[Cell.of(statement)].append(statement)
        if not statement.subset:
            groups[_page(statement)].add(statement.group)
    made = (_figure(cell, cells[cell], groups) for cell in sorted(cells))
    return [figure for figure in made if figure is not None]
