"""The numbers that a claim is held against: of the series as it was known on a day, and of one page."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import attrs

from conflictdata.checks import of_sources
from conflictdata.models import Figure, Statement, signed
from conflictdata.resolve import Cell, later, mark_of, pool_of
from conflictdata.structure import Structure
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import (
    Area,
    Bound,
    Caveat,
    Group,
    Mark,
    Measure,
    Scope,
    Status,
)

Resolve = Callable[[list[Statement]], list[Figure]]


@attrs.frozen
class Number:
    """The number of one cell, as a test takes it.

    Attributes:
        interval: What it leaves open.
        stated: How it was stated: `69`, `>=94`, `45..988`.
        includes: The codes of what else is counted inside it.
        doubt: What else to know of it, in a word; empty for most.
        restated: Other exact numbers that later reports give.
        disputed: Other exact numbers that pages on the same report give, and that cannot be true together with it.
        misprint: Whether it is a likely misprint of the pages that state it.
    """

    interval: Interval
    stated: str
    includes: frozenset[str] = frozenset()
    doubt: str = ""
    restated: tuple[int, ...] = ()
    disputed: tuple[int, ...] = ()
    misprint: bool = False

    @property
    def all_stated(self) -> str:
        """Give it as stated, and as others state it, for a column: `82`, `82/81`."""
        return "/".join([self.stated.replace(",", ""), *map(str, (*self.restated, *self.disputed))])

    @property
    def options(self) -> "tuple[Number, ...]":
        """The number by itself, and each that others give instead."""
        if not (self.restated or self.disputed):
            return (self,)
        plain = attrs.evolve(self, restated=(), disputed=())
        others = dict.fromkeys((*self.restated, *self.disputed))
        return (plain, *(attrs.evolve(plain, interval=Interval(value, value), stated=str(value)) for value in others))

    def __str__(self) -> str:
        """Give it as stated, with what else to know."""
        others = (("restated", self.restated), ("disputed by", self.disputed))
        said = [f"{word} {', '.join(f'{value:,}' for value in values)}" for word, values in others if values]
        misprint = Caveat.MISPRINT_LIKELY.label if self.misprint else ""
        told = ", ".join(filter(None, [self.doubt, misprint, *said]))
        return f"{self.stated} ({told})" if told else self.stated


def _of_figure(figure: Figure, told: Iterable[Statement]) -> Number:
    """Take a figure, the numbers by which later reports revise it, and those by which pages on its report dispute it."""
    includes = frozenset(map(str, figure.includes))
    cell = Cell.of(figure)
    own = [s for s in told if Cell.of(s) == cell]
    if figure.value is None or figure.bound is None:
        stated = f"{figure.low}..{'' if figure.high is None else figure.high}"
        return Number(figure.interval, stated, includes, "several values")
    again = later(own, cell, figure.interval) if Mark.REVISED in figure.marks else {}
    revised = {value for value, some in again.items() if mark_of(some) is Mark.REVISED}
    pool = pool_of(own) if figure.status is Status.DISPUTED else []
    rivals = {s.value for s in pool if s.bound is Bound.EXACT and s.value not in figure.interval}
    return Number(
        figure.interval,
        signed(figure.value, figure.bound),
        includes,
        restated=tuple(sorted(revised)),
        disputed=tuple(sorted(rivals - revised)),
        misprint=Caveat.MISPRINT_LIKELY in figure.caveats,
    )


Look = Callable[[Cell], Number | None]


class Series:
    """The figures of a dataset as they followed on any day, resolved cell by cell when they are asked for."""

    def __init__(self, statements: Iterable[Statement], resolve: Resolve) -> None:
        """Order the statements by the day on which their pages were surely out.

        Args:
            statements: All statements of a dataset.
            resolve: The rule.
        """
        told: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
        for statement in statements:
            told[Cell.of(statement).key[:-1]].append(statement)
        self._told = {key: sorted(some, key=lambda s: s.source.published_to) for key, some in told.items()}
        self._resolve = resolve
        self._known: dict[tuple[tuple[object, ...], int], dict[Group, Number]] = {}

    def cells(self, period: Period, measure: Measure) -> set[tuple[Area, Scope]]:
        """Give the areas and scopes for which a page states a number of a span."""
        return {(key[1], key[2]) for key in self._told if key[0] == period and key[3] == measure}  # type: ignore[misc]

    def at(self, cell: Cell, day: date) -> Number | None:
        """Give the figure of a cell as it followed from the pages that were surely out on a day.

        Args:
            cell: The cell.
            day: The day.

        Returns:
            Its number; None where no page had stated one.
        """
        block = cell.key[:-1]
        told = self._told.get(block, [])
        known = bisect_right(told, day, key=lambda s: s.source.published_to)
        if (block, known) not in self._known:  # a page's other groups count in the rule: they are resolved together
            figures = self._resolve(told[:known])
            self._known[block, known] = {figure.group: _of_figure(figure, told[:known]) for figure in figures}
        return self._known[block, known].get(cell.group)


def pages(statements: Iterable[Statement]) -> Mapping[tuple[str, Cell], Number]:
    """Give what each page states of each cell.

    Args:
        statements: All statements of a dataset.

    Returns:
        The numbers by page and cell; of a page that states several, the span of them.
    """
    told = list(statements)
    misprints = {(s.source.id, Cell.of(s)) for s in told if Caveat.MISPRINT_LIKELY in s.caveats}
    found = {}
    for key, member in of_sources(told, Structure()).cells.members.items():
        _, period, area, scope, measure, group, page = key
        cell = Cell(Period.of(period), Area(area), Scope(scope), Measure(measure), Group(group))
        doubt = "several values" if member.several else ""
        found[page, cell] = Number(
            Interval(member.low, member.high),
            member.stated.replace(" ", ".."),
            member.includes,
            doubt,
            misprint=(page, cell) in misprints,
        )
    return found
