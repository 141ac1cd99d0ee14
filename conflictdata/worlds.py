"""Worlds in which every number is known, as reports would give them: for tests of sums.

Needs the `test` extra; `conflictdata.testing` gives the strategies.
"""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import attrs

from conflictdata.errors import MissingExtraError
from conflictdata.models import Figure, Source
from conflictdata.resolve import Cell
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Area, Bound, Caveat, Group, Mark, Measure, PeriodKind, Scope, Status

try:
    from hypothesis import strategies as st
except ImportError as _error:
    raise MissingExtraError("conflictdata.testing", "test") from _error

C = TypeVar("C")

_PAGE = Source(
    dataset="picss",
    id="page",
    kind="primary",
    outlet="PICSS",
    url="https://example.org/page",
    published=date(2026, 1, 2),
    published_from=date(2026, 1, 2),
    published_to=date(2026, 1, 2),
    accessed=date(2026, 11, 22),
    language="en",
)

# What lies below what, on each axis: a code, then those above it.
_GROUPS = {group: (group, Group.TOTAL) for group in Group if group is not Group.TOTAL}
_SCOPES = {scope: (scope, Scope.ALL) for scope in (Scope.MILITANT_ATTACKS, Scope.SECURITY_OPERATIONS)}
_AREAS: dict[Area, tuple[Area, ...]] = {
    area: (area, Area.PK)
    for area in (Area.BALOCHISTAN, Area.SINDH, Area.PUNJAB, Area.ISLAMABAD, Area.GILGIT_BALTISTAN, Area.JAMMU_KASHMIR)
} | {area: (area, Area.KP, Area.PK) for area in (Area.KP_MAINLAND, Area.TRIBAL_DISTRICTS)}
_OPTIONAL = {Group.PEACE_COMMITTEE, Area.ISLAMABAD, Area.GILGIT_BALTISTAN, Area.JAMMU_KASHMIR}


@attrs.frozen(repr=False)
class World:
    """What happened, and what was reported of it.

    Attributes:
        figures: What was reported.
        truth: How many it was in each cell, those that nobody reported too.
    """

    figures: tuple[Figure, ...]
    truth: Mapping[Cell, int]

    def __repr__(self) -> str:
        """Show what was reported otherwise than it was, what was not reported, and the rest as a number."""
        told = {Cell.of(figure): figure for figure in self.figures}
        plain = [c for c, f in told.items() if f.bound is Bound.EXACT and not f.includes and f.value == self.truth.get(c)]
        lines = [f"{len(plain)} exact"]
        for cell, figure in told.items():
            if cell not in plain:
                number = f"{figure.low}..{figure.high}" if figure.value is None else f"{figure.bound} {figure.value}"
                inside = f" with {' '.join(figure.includes)}" if figure.includes else ""
                lines.append(f"{_named(cell)} {number}{inside} ({self.truth.get(cell)})")
        lines += [f"{_named(cell)} not reported ({number})" for cell, number in self.truth.items() if cell not in told]
        return f"World({'; '.join(lines)})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001  the protocol of pretty printers
        """Let Hypothesis print it as short as it prints itself."""
        printer.text("World(...)" if cycle else repr(self))

    def moved(self, place: int, by: int) -> "World":
        """Give the same world with one reported number moved.

        Args:
            place: Which figure.
            by: By how much; the number stays 0 or more.

        Returns:
            The other world. Its truth is the same.
        """
        one = self.figures[place]
        high = None if one.high is None else one.high + by
        value = None if one.value is None else one.value + by
        low = one.low + by if one.bound in {None, Bound.EXACT, Bound.AT_LEAST, Bound.MORE_THAN} else one.low
        other = attrs.evolve(one, value=value, low=low, high=high)
        return attrs.evolve(self, figures=(*self.figures[:place], other, *self.figures[place + 1 :]))


def _named(cell: Cell) -> str:
    return " ".join(map(str, cell.key))


def _months(quarter: Period) -> dict[Period, tuple[Period, ...]]:
    return {month: (month, quarter) for month in Period.index(PeriodKind.MONTH, quarter.start, quarter.end)}


def _codes(lines: Mapping[Any, tuple[C, ...]]) -> list[C]:
    """Give every code of an axis, the wholes first."""
    return list(dict.fromkeys(code for line in lines.values() for code in reversed(line)))


def _figure(cell: Cell, value: int, bound: Bound, includes: Sequence[Group | Area] = (), spread: int = 0) -> Figure:
    """Report a number; with a spread, as a page that gives two."""
    interval = Interval(max(0, value - spread), value + spread) if spread else Interval.of(value, bound)
    marks = [Mark.TORN] if spread else [Mark.BOUNDED] if bound is not Bound.EXACT else []
    return Figure(
        dataset="picss",
        period=cell.period,
        area=cell.area,
        scope=cell.scope,
        measure=cell.measure,
        group=cell.group,
        value=None if spread else value,
        bound=None if spread else bound,
        low=interval.low,
        high=interval.high,
        includes=tuple(includes),
        status=Status.DISPUTED if spread else Status.SINGLE,
        marks=(*marks, *([Mark.INCLUDES_OTHER] if includes else [])),
        caveats=(Caveat.TO_DATE,) if cell.period.kind is PeriodKind.DAYS else (),
        sources=(_PAGE,),
        first_published=_PAGE.published_to,
    )


@st.composite
def _truths(draw: st.DrawFn) -> dict[Cell, int]:
    """Draw what happened, along one to three axes, and add it up."""
    axes = draw(st.sets(st.sampled_from(["groups", "areas", "scopes", "time"]), min_size=1, max_size=3))
    quarter = draw(st.sampled_from([Period.of(f"{year}-Q{number}") for year in (2015, 2024) for number in (1, 3)]))
    month = next(iter(_months(quarter)))
    spans = _months(quarter) if "time" in axes else {month: (month,)}
    areas = _AREAS if "areas" in axes else {Area.PK: (Area.PK,)}
    scopes = _SCOPES if "scopes" in axes else {Scope.MILITANT_ATTACKS: (Scope.MILITANT_ATTACKS,)}
    groups = _GROUPS if "groups" in axes else {Group.TOTAL: (Group.TOTAL,)}
    measure = draw(st.sampled_from([Measure.KILLED, Measure.INJURED]))
    cells = itertools.product(_codes(spans), _codes(areas), _codes(scopes), _codes(groups))
    truth = {Cell(period, area, scope, measure, group): 0 for period, area, scope, group in cells}
    event = st.tuples(*(st.sampled_from(list(axis)) for axis in (spans, areas, scopes, groups)), st.integers(1, 60))
    for period, area, scope, group, number in draw(st.lists(event, max_size=12)):
        for p, a, s, g in itertools.product(spans[period], areas[area], scopes[scope], groups[group]):
            truth[Cell(p, a, s, measure, g)] += number
    return truth


@st.composite
def _told(draw: st.DrawFn, cell: Cell, number: int) -> Figure:
    """Report a number as pages do that do not count exactly, or twice."""
    how = draw(st.sampled_from([*Bound, "torn"]))
    off = draw(st.integers(0, 10))
    match how:
        case Bound.AT_LEAST:
            return _figure(cell, max(0, number - off), how)
        case Bound.MORE_THAN if number:
            return _figure(cell, max(0, number - 1 - off), how)
        case Bound.AT_MOST | Bound.ABOUT:
            return _figure(cell, number + off, how)
        case "torn":
            return _figure(cell, number, Bound.EXACT, spread=off)
    return _figure(cell, number, Bound.EXACT)


# What pages count inside what: a group in a group, an area in an area.
_HOLDERS: tuple[tuple[Group | Area, Group | Area], ...] = (
    (Group.CIVILIANS, Group.PEACE_COMMITTEE),
    (Group.SECURITY_FORCES, Group.PEACE_COMMITTEE),
    (Area.PUNJAB, Area.ISLAMABAD),
    (Area.BALOCHISTAN, Area.TRIBAL_DISTRICTS),
)


def _held(truth: Mapping[Cell, int]) -> dict[Cell, list[tuple[Group | Area, int]]]:
    """Give for each cell what a page may count inside it, and how many that are."""
    found: dict[Cell, list[tuple[Group | Area, int]]] = {}
    for cell in truth:
        for holder, inside in _HOLDERS:
            other = attrs.evolve(cell, group=inside) if isinstance(inside, Group) else attrs.evolve(cell, area=inside)
            if holder in {cell.group, cell.area} and other in truth:
                found.setdefault(cell, []).append((inside, truth[other]))
    return found


@st.composite
def worlds(draw: st.DrawFn, *, bounds: bool = True, gaps: bool = True, inclusions: bool = True) -> World:
    """Worlds whose reports are true: every number that was reported fits what happened.

    The figures are of PICSS's structure: killed or injured by group, area, scope, months and quarter, along one to three of
    these. A count of an optional part is left out only where it is 0.

    Args:
        draw: Hypothesis's.
        bounds: Whether some numbers are bounds, or two numbers of one page.
        gaps: Whether some cells are not reported, and some spans are odd.
        inclusions: Whether some pages count one group or area inside another, and say so.
    """
    truth = draw(_truths())
    cells = list(truth)
    places = st.integers(0, len(cells) - 1)
    hidden = draw(st.sets(places, max_size=20)) if gaps else set()
    loose = draw(st.sets(places, max_size=6)) if bounds else set()
    held = _held(truth) if inclusions else {}
    holding = set(draw(st.just(list(held)) | st.lists(st.sampled_from(list(held)), max_size=3))) if held else set()
    figures: list[Figure] = []
    for place, cell in enumerate(cells):
        number = truth[cell]
        # One that is rarely named is left out only if nobody would be missed, those counted inside it neither.
        nothing = number + sum(other for _, other in held.get(cell, [])) == 0
        if place in hidden and figures and (nothing or not {cell.group, cell.area} & _OPTIONAL):
            continue
        if cell in holding:
            inside, other = draw(st.sampled_from(held[cell]))
            figures.append(_figure(cell, number + other, Bound.EXACT, [inside]))
        else:
            figures.append(draw(_told(cell, number)) if place in loose else _figure(cell, number, Bound.EXACT))
    if gaps and draw(st.booleans()):
        span = Period(cells[0].period.start, date(cells[0].period.start.year, 12, draw(st.integers(1, 30))))
        figures.append(_figure(attrs.evolve(cells[0], period=span), truth[cells[0]], Bound.EXACT))
    return World(tuple(figures), truth)


@attrs.frozen
class Broken:
    """A world with one number that does not fit.

    Attributes:
        before: The world as it was.
        after: The world with the number moved.
        place: Which figure was moved.
        by: By how much.
    """

    before: World
    after: World
    place: int
    by: int

    @property
    def cell(self) -> Cell:
        """The cell of the number."""
        return Cell.of(self.before.figures[self.place])


@st.composite
def broken_worlds(draw: st.DrawFn, *, bounds: bool = False, gaps: bool = False, inclusions: bool = False) -> Broken:
    """Worlds with one number moved up or down: as a misprint would.

    Args:
        draw: Hypothesis's.
        bounds: As for `worlds`.
        gaps: As for `worlds`.
        inclusions: As for `worlds`.
    """
    before = draw(worlds(bounds=bounds, gaps=gaps, inclusions=inclusions))
    place = draw(st.integers(0, len(before.figures) - 1))
    one = before.figures[place]
    least = one.low if one.value is None else one.value - (one.bound is Bound.MORE_THAN and one.value == 0)
    down = st.integers(-least, -1) if least > 0 else st.nothing()
    by = draw(st.integers(1, 50) | down)
    return Broken(before, before.moved(place, by), place, by)
