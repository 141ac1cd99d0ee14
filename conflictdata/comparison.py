"""Publishers side by side: the figures of one cell of several datasets, and whether they count the same."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, Any, overload

import attrs
import pyarrow as pa

from conflictdata.alongside import EventComparison, beside
from conflictdata.catalog import load
from conflictdata.charts import Background
from conflictdata.dataset import Dataset
from conflictdata.definitions import UNSAID, Definitions
from conflictdata.errors import DefinitionsDifferError, InvalidValueError, UnknownNameError
from conflictdata.frames import Frame
from conflictdata.layouts import EventMapping
from conflictdata.models import Break, Figure, Source
from conflictdata.pairs import Compared, ComparisonSummary
from conflictdata.pins import Selection
from conflictdata.provenance import Basis, stated_by
from conflictdata.schema import to_arrow
from conflictdata.structure import Structure
from conflictdata.tables import Table
from conflictdata.timeline import CALENDAR, of_cell
from conflictdata.values import Period
from conflictdata.vocabulary import Area, Code, Group, Measure, PeriodKind, Scope

if TYPE_CHECKING:
    from conflictdata import names

MOST_YEARS = 3  # years of the largest disagreement that a summary names
_TWO = 2


_Figures = Mapping[Period, Figure]


@attrs.frozen(kw_only=True)
class Ground:
    """Why two datasets count the same for some of their common spans, or why not.

    Attributes:
        dataset: The first dataset.
        other: The second.
        same: Whether they count the same.
        spans: For how many of their common spans.
        left_out: Whether those are not compared.
        reason: Why.
    """

    dataset: str
    other: str
    same: bool
    spans: int
    left_out: bool
    reason: str

    def __str__(self) -> str:
        """Say it on one line."""
        how = "count the same" if self.same else "do not count the same"
        left = ", left out" if self.left_out else ""
        return f"{self.dataset} and {self.other} {how} ({self.spans:,} common{left}): {self.reason}"


@attrs.frozen(kw_only=True, repr=False, eq=False)
class Comparison:
    """The figures of one cell of several datasets, side by side.

    Attributes:
        datasets: The datasets, in the order given.
        scopes: Of what kind of violence, by the name of the dataset.
        measure: What is counted.
        group: Who.
        area: Where.
        every: What kind of span.
        figures: By the name of the dataset and by span, all figures of the cell: those that are compared, those that are
            left out, and those that stand alone.
        table: A row for each pair of datasets and each span that is compared; the first of a pair is the one given first.
        summary: A row for each pair.
        counts: What each publisher counts there, by the name of the dataset, in a sentence.
        grounds: Why the datasets of a pair count the same, or why not, with the number of common spans: for a pair that has
            none, what is declared of the cell for any span.
        breaks: The breaks of definition of the cell that lie between the first and the last common span.
    """

    datasets: tuple[Dataset, ...]
    scopes: Mapping[str, Scope]
    measure: Measure
    group: Group
    area: Area
    every: PeriodKind
    figures: Mapping[str, _Figures]
    table: Table[Compared]
    summary: Table[ComparisonSummary]
    counts: Mapping[str, str]
    grounds: tuple[Ground, ...]
    breaks: tuple[Break, ...]
    _same: Mapping[Period, bool]

    @property
    def title(self) -> str:
        """What is compared, in words."""
        return f"{self.measure.label}, {self.group.label}, {self.area.label}, by {self.every.label}"

    @property
    def definitions(self) -> tuple[str, ...]:
        """What each publisher counts there, then the reasons for or against, a line each."""
        told = [f"{name}, {self.scopes[name].label}: {said}" for name, said in self.counts.items()]
        return (*told, *map(str, self.grounds))

    def side_by_side(self) -> Frame:
        """Set all figures of the cell side by side: a row for each span that any of the datasets has.

        Returns:
            A frame with `period`, `start`, `end`; `same`, whether all datasets that have the span count the same there,
            null where fewer than two have it; and for each dataset its number in a column of its name, with `_low`, `_high`
            and `_status`. A dataset without the span has nulls; a number without an upper limit has a null for `_high`.
            Spans that `table` leaves out are there too, with `same` false.
        """
        periods = sorted({period for found in self.figures.values() for period in found})
        made = {
            "period": pa.array([period.code for period in periods], pa.string()),
            "start": pa.array([period.start for period in periods], pa.date32()),
            "end": pa.array([period.end for period in periods], pa.date32()),
            "same": pa.array([self._same.get(period) for period in periods], pa.bool_()),
        }
        for name, found in self.figures.items():
            told = [found.get(period) for period in periods]
            for column in ("value", "low", "high", "status"):
                cells = [getattr(figure, column) if figure else None for figure in told]
                head = name if column == "value" else f"{name}_{column}"
                made[head] = pa.array(cells, pa.string() if column == "status" else pa.int32())
        shown = [figure for found in self.figures.values() for figure in found.values()]
        basis = Basis(releases=partial(_releases, self.datasets)).of(shown)
        return Frame(pa.table(made), f"{self.title}, side by side", basis)

    def __str__(self) -> str:
        """Say what is compared, how the pairs stand to each other, by which definitions, and what changed meanwhile."""
        breaks = [f"{one.dataset}, from {one.day_label}: {one.description}" for one in self.breaks]
        return "\n".join([self.title, *map(str, self.summary), *self.definitions, *breaks])

    def __repr__(self) -> str:
        """Show the datasets, what is compared, and the size."""
        return f"<Comparison {', '.join(d.name for d in self.datasets)}: {self.title}: {len(self.table):,} rows>"


@attrs.frozen(kw_only=True)
class _Asked:
    """One cell of several datasets, as it was asked for."""

    scopes: Mapping[str, Scope]
    measure: Measure
    group: Group
    area: Area
    every: PeriodKind

    def member(self, dataset: Dataset) -> str:
        return f"{dataset.name}.{self.scopes[dataset.name]}"


@attrs.define
class _Pair:
    """Two datasets, and what is said of each of their common spans."""

    one: Dataset
    other: Dataset
    said: Mapping[Period, tuple[bool, str]]
    otherwise: Sequence[tuple[bool, str]]  # what the rules say of the cell, whatever the span
    refused: str = ""  # why no span can be compared

    @classmethod
    def of(cls, one: Dataset, other: Dataset, figures: Mapping[str, _Figures], asked: _Asked, by: Definitions) -> "_Pair":
        pair = asked.member(one), asked.member(other)
        cell = asked.measure, asked.group, asked.area
        common = sorted(figures[one.name].keys() & figures[other.name].keys())
        about = [(rule.same, rule.reason) for rule in by.rules if rule.about(pair, *cell)] or [(False, UNSAID)]
        made = cls(one, other, {period: by.says(pair, *cell, period) for period in common}, about)
        if not any(same for same, _ in made.said.values()) and (common or not by.comparable(pair, *cell)):
            made.refused = " ".join(dict.fromkeys(why for _, why in made.said.values() or about))
        return made

    def rows(self, figures: Mapping[str, _Figures], breaks: Sequence[Break], *, every: bool) -> list[Compared]:
        """Set the figures side by side of every common span, or of those for which both count the same."""
        names = self.one.name, self.other.name
        made = []
        for period, (same, why) in self.said.items():
            meanwhile = [f"{b.dataset}:{b.id}" for b in breaks if b.dataset in names and _within(b, period)]
            if same or every:
                one, other = (figures[name][period] for name in names)
                made.append(Compared.of(one, other, same=same, definitions=why, breaks=meanwhile))
        return made

    def summary(self, rows: Sequence[Compared], asked: _Asked) -> ComparisonSummary:
        """Count the spans, and say how the numbers stand to each other."""
        ratios = [row.ratio for row in rows if row.ratio is not None]
        return ComparisonSummary(
            dataset=self.one.name,
            other=self.other.name,
            area=asked.area,
            measure=asked.measure,
            group=asked.group,
            scope=asked.scopes[self.one.name],
            other_scope=asked.scopes[self.other.name],
            every=asked.every,
            common=len(self.said),
            same=sum(same for same, _ in self.said.values()),
            left_out=len(self.said) - len(rows),
            ratios=len(ratios),
            median_ratio=median(ratios) if ratios else None,
            largest=_largest(rows),
        )

    def grounds(self, *, every: bool) -> list[Ground]:
        """Give the reasons for and against, each with its number of spans; those for come first."""
        counted = Counter(self.said.values()) or dict.fromkeys(self.otherwise, 0)
        return [
            Ground(
                dataset=self.one.name,
                other=self.other.name,
                same=same,
                spans=n,
                left_out=n > 0 and not (same or every),
                reason=why,
            )
            for (same, why), n in sorted(counted.items(), key=lambda item: not item[0][0])
        ]


def _within(one: Break, period: Period) -> bool:
    return period.start <= one.start <= period.end


def _largest(rows: Iterable[Compared]) -> tuple[Period, ...]:
    """Give the years whose ratios are farthest from 1."""
    by_year: dict[Period, list[float]] = defaultdict(list)
    for row in rows:
        if row.ratio:
            by_year[Period.of(f"{row.period.start.year:04}")].append(abs(math.log(row.ratio)))
    far = {year: median(told) for year, told in by_year.items()}
    return tuple(sorted((year for year in far if far[year]), key=lambda year: (-far[year], year)))[:MOST_YEARS]


def _opened(datasets: "Sequence[names.DatasetName | Dataset]") -> tuple[Dataset, ...]:
    """Open the datasets, two different ones at least."""
    opened = tuple(load(one) if isinstance(one, str) else one for one in datasets)
    if len(opened) < _TWO:
        raise InvalidValueError("datasets", f"two or more are compared, and {len(opened)} is given")
    twice = [name for name, times in Counter(one.name for one in opened).items() if times > 1]
    if twice:
        problem = f"{twice[0]!r} is given twice; what two releases of a dataset differ in, diff() says"
        raise InvalidValueError("datasets", problem)
    return opened


def _scopes(scope: str | Mapping[str, str], told: Sequence[str]) -> dict[str, Scope]:
    """Give the scope of each dataset."""
    if isinstance(scope, str):
        return dict.fromkeys(told, Scope(scope))
    for name in scope:
        if name not in told:
            raise UnknownNameError("dataset of the comparison", name, told)
    missing = [name for name in told if name not in scope]
    if missing:
        raise InvalidValueError("scope", f"names none for {', '.join(missing)}")
    return {name: Scope(scope[name]) for name in told}


def _figures(datasets: Sequence[Dataset], asked: _Asked) -> dict[str, _Figures]:
    """Give the figures of each dataset; the error also says by which spans each has figures of the cell."""
    cell = asked.measure, asked.group, asked.area
    try:
        return {
            one.name: of_cell(
                one.figures, *cell, asked.scopes[one.name], asked.every, f"series of {one.name} by {asked.every}"
            )
            for one in datasets
        }
    except UnknownNameError as error:
        spans = "; ".join(f"{one.name} by {_spans(one, asked)}" for one in datasets)
        near = "".join(f"\n  {cell}" for cell in error.valid)
        listed = f"{near}\nfigures of what is asked for: {spans}"
        raise UnknownNameError(error.kind, error.name, error.valid, listed) from None


def _spans(dataset: Dataset, asked: _Asked) -> str:
    """List the spans by which a dataset has figures of the cell."""
    scope = asked.scopes[dataset.name]
    cell = dataset.figures.filter(measure=asked.measure, group=asked.group, area=asked.area, scope=scope)
    found = {figure.period.kind for figure in cell}
    return ", ".join(kind for kind in CALENDAR if kind in found) or "none"


def _never(asked: _Asked) -> None:
    """Refuse what is recorded and shown, and never compared."""
    aside = Structure.declared().aside
    codes: list[tuple[str, Code]] = [("area", asked.area), *(("scope", scope) for scope in asked.scopes.values())]
    for column, code in codes:
        if code in aside.get(column, ()):
            raise InvalidValueError(column, f"{code} is never compared: {code.definition}")


def _background(datasets: Sequence[Dataset], figures: Mapping[str, _Figures], breaks: Sequence[Break]) -> Background:
    """Say what a chart of the rows shows beside them."""
    releases = tuple(f"{one.name} {one.release}{f', {one.vintage}' if one.vintage else ''}" for one in datasets)
    told = [figure for found in figures.values() for figure in found.values()]
    return Background(releases=releases, breaks=tuple(breaks), figures=told)


def _releases(datasets: Sequence[Dataset]) -> tuple[Selection, ...]:
    return tuple(release for one in datasets for release in one.basis().releases())


def _behind_spans(figures: Mapping[str, _Figures], rows: Iterable[Compared], others: bool) -> Iterable[Source]:  # noqa: FBT001
    """Give the pages of the figures that rows set side by side."""
    return stated_by([figures[name][row.period] for row in rows for name in (row.dataset, row.other)], others)


def _behind_pairs(
    figures: Mapping[str, _Figures],
    compared: Mapping[tuple[str, str], Sequence[Compared]],
    rows: Iterable[ComparisonSummary],
    others: bool,  # noqa: FBT001
) -> Iterable[Source]:
    """Give the pages of the figures that were compared of the pairs of a summary."""
    return _behind_spans(figures, [one for row in rows for one in compared.get((row.dataset, row.other), ())], others)


@overload
def compare(
    *datasets: "names.DatasetName | Dataset",
    measure: "names.MeasureCode",
    group: "names.GroupCode",
    scope: "names.ScopeCode | Mapping[names.DatasetName, names.ScopeCode]",
    area: "names.AreaCode" = ...,
    every: "names.EveryCode" = ...,
    definitions_differ: bool = ...,
) -> Comparison: ...


@overload
def compare(
    *datasets: "names.DatasetName | Dataset",
    events: Any,
    mapping: EventMapping,
    measure: "names.MeasureCode",
    group: "names.GroupCode",
    scope: "names.ScopeCode | Mapping[str, str]",
    area: "names.AreaCode" = ...,
) -> EventComparison: ...


def compare(
    *datasets: "names.DatasetName | Dataset",
    measure: "names.MeasureCode",
    group: "names.GroupCode",
    scope: "names.ScopeCode | Mapping[Any, str]",
    area: "names.AreaCode" = Area.PK,
    every: "names.EveryCode" = PeriodKind.MONTH,
    definitions_differ: bool = False,
    events: Any = None,
    mapping: EventMapping | None = None,
) -> Comparison | EventComparison:
    """Set the figures of one cell of several publishers side by side.

    Only spans for which two publishers are declared to count the same are compared; what may be compared with what, and
    why, is declared in `vocabulary.toml`. A pair of which no rule says that it counts the same is refused.

    With `events`, one dataset is set beside what the events of a file roll up to, month by month. The two are never the same
    count: each row says in what they differ, as far as the mapping declares it, and whether some number fits both.

    Args:
        *datasets: Two datasets or more, or their names: releases and vintages too. Every two of them are a pair, in the
            order given. With `events`, one.
        measure: What is counted: `killed`, `injured`, `incidents`, `kidnapped`, `arrested`.
        group: Who: `total`, or one of its categories.
        scope: Of what kind of violence: one code for all, or one for each name of a dataset.
        area: Where.
        every: The spans: `month`, `quarter`, `half` or `year`.
        definitions_differ: Compare spans too for which the two do not count the same; each row says so.
        events: The figures that `rollup` gave; of a measure that it has, a group, scope and area of its mapping.
        mapping: The mapping that they were rolled up by.

    Returns:
        The comparison, with `table`, `summary`, `definitions`, `breaks` and `side_by_side()`; with `events` an
        `EventComparison`, with `table`, `alone` and `definitions`.

    Raises:
        UnknownNameError: For an unknown dataset, code or span, or if a dataset has no such figure; the message lists what
            there is, and by which spans each dataset has figures of the cell.
        InvalidValueError: For fewer than two datasets, one that is given twice, one without a scope; for the scope
            `unclear` and the area `PK-KP-UNCLEAR`, which are never compared.
        DefinitionsDifferError: If the publishers of a pair count the same for none of their common spans.
        MissingColumnsError: If `events` lacks columns of `rollup`'s.
        MissingExtraError: If narwhals is not installed, with `events`.

    Examples:
        >>> import conflictdata as cd
        >>> picss, pips = cd.load("picss", release="2026-11-22"), cd.load("pips", release="2026-11-22")
        >>> found = cd.compare(picss, pips, measure="killed", group="total", scope="militant_attacks", every="year")
        >>> row = found.table.filter(period="2024")[0]
        >>> row.value, row.other_value, row.difference_low, round(row.ratio, 2)
        (1177, 852, -325, 0.72)
    """
    if events is not None or mapping is not None:
        if len(datasets) != 1 or events is None or mapping is None:
            raise InvalidValueError("events", "give one dataset, the events that were rolled up, and their mapping")
        if every != PeriodKind.MONTH:
            raise InvalidValueError("every", "events are compared by month: longer spans leave more open than the file does")
        return beside(datasets[0], events, mapping, measure=measure, group=group, scope=scope, area=area)
    opened = _opened(datasets)
    if every not in CALENDAR:
        raise UnknownNameError("span of a comparison", every, CALENDAR)
    names = [one.name for one in opened]
    asked = _Asked(
        scopes=_scopes(scope, names),
        measure=Measure(measure),
        group=Group(group),
        area=Area(area),
        every=PeriodKind(every),
    )
    _never(asked)
    figures = _figures(opened, asked)
    by = Definitions.declared()
    pairs = [_Pair.of(one, other, figures, asked, by) for one, other in combinations(opened, 2)]
    refused = [(asked.member(pair.one), asked.member(pair.other), pair.refused) for pair in pairs if pair.refused]
    if refused and not definitions_differ:
        raise DefinitionsDifferError(refused)

    common = sorted({period for pair in pairs for period in pair.said})
    breaks = [
        one
        for dataset in opened
        for one in dataset.breaks
        if one.touches(area=asked.area, scope=asked.scopes[dataset.name], measure=asked.measure)
        and common
        and common[0].start <= one.start <= common[-1].end
    ]
    rows = [pair.rows(figures, breaks, every=definitions_differ) for pair in pairs]
    summary = [pair.summary(told, asked) for pair, told in zip(pairs, rows, strict=True)]
    title = f"{' and '.join(names)}: {measure} {group}, {area}, by {every}"
    releases = partial(_releases, opened)
    return Comparison(
        datasets=opened,
        scopes=asked.scopes,
        measure=asked.measure,
        group=asked.group,
        area=asked.area,
        every=asked.every,
        figures=figures,
        table=Table(
            to_arrow(Compared, [row for told in rows for row in told]),
            Compared,
            title,
            behind=partial(_background, opened, figures, breaks),
            basis=Basis(releases=releases, pages=partial(_behind_spans, figures)),
        ),
        summary=Table(
            to_arrow(ComparisonSummary, summary),
            ComparisonSummary,
            f"summary of {title}",
            basis=Basis(
                releases=releases,
                pages=partial(_behind_pairs, figures, {(row.dataset, row.other): told for told in rows for row in told[:1]}),
            ),
        ),
        counts={one.name: by.counts.get(one.name, {}).get(asked.scopes[one.name], UNSAID) for one in opened},
        grounds=tuple(ground for pair in pairs for ground in pair.grounds(every=definitions_differ)),
        breaks=tuple(breaks),
        same={period: all(pair.said[period][0] for pair in pairs if period in pair.said) for period in common},
    )
