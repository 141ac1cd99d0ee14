"""What a chart shows, as data: lines of spots with their gaps, bounds, disputes and breaks. How it looks is in `drawing`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

import attrs

from conflictdata.models import Break, Figure, signed
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Bound, Code, Mark, Measure, PeriodKind, Status

_TOP = 3  # lines whose highest number an alternative text names


@attrs.frozen(kw_only=True)
class Background:
    """What is known of a table beside its rows.

    Attributes:
        releases: The datasets and their releases, such as `picss 2026-11-23`.
        cell: The codes that all rows share and do not say, by axis.
        breaks: The breaks of definition of the datasets.
        figures: All figures of the datasets: what other pages state, and whether a span that no row is about has a figure.
        asked: The spans to which filters kept the rows: each condition's name, `period` or `within`, and its spans.
    """

    releases: tuple[str, ...] = ()
    cell: Mapping[str, Code] = attrs.field(factory=dict)
    breaks: tuple[Break, ...] = ()
    figures: Sequence[Figure] = ()
    asked: tuple[tuple[str, tuple[Period, ...]], ...] = ()

    def asks(self, period: Period) -> bool:
        """Whether a span meets all conditions on spans by which the rows were filtered."""
        return all(
            any(period in span for span in spans) if name == "within" else period in spans for name, spans in self.asked
        )


@attrs.frozen(kw_only=True)
class Reading:
    """A number as it was stated.

    Attributes:
        value: The number.
        bound: How it was stated.
    """

    value: int
    bound: Bound

    @property
    def exact(self) -> bool:
        """Whether it is one number and no other."""
        return self.bound is Bound.EXACT

    def __str__(self) -> str:
        """Write it with the sign of its bound."""
        return signed(self.value, self.bound)


@attrs.frozen(kw_only=True)
class Spot:
    """The figure of one span of a line.

    Attributes:
        period: The span.
        reading: The number; None where the pages leave none.
        interval: The whole numbers that fit.
        status: How well the figure is supported.
        rivals: What cannot be true together with it, as other pages state it; only of a disputed figure.
        meaning: Equal for spots that mean the same.
        mixed: Whether a break of definition takes effect after the first day of the span.
        same: Whether the publishers that are set side by side count the same there.
    """

    period: Period
    reading: Reading | None
    interval: Interval
    status: Status
    rivals: tuple[Reading, ...] = ()
    meaning: tuple[object, ...] = ()
    mixed: bool = False
    same: bool = True

    @property
    def exact(self) -> int | None:
        """The number, where it is one and no other."""
        return self.reading.value if self.reading and self.reading.exact else None

    def leads_to(self, other: "Spot") -> bool:
        """Whether a line may join the two: both exact, the one span right after the other, and of one meaning."""
        both = self.exact is not None and other.exact is not None
        return both and not self.mixed and self.meaning == other.meaning and self.period.next() == other.period


@attrs.frozen(kw_only=True)
class Line:
    """One cell over time, or one publisher's.

    Attributes:
        label: What tells it from the other lines.
        spots: Its figures, in the order of their spans.
        gaps: The spans of the chart for which no page gives a figure, also before its first and after its last.
        breaks: The breaks of definition that touch it and lie within the chart.
    """

    label: str
    spots: tuple[Spot, ...]
    gaps: tuple[Period, ...] = ()
    breaks: tuple[Break, ...] = ()

    @property
    def runs(self) -> tuple[tuple[Spot, ...], ...]:
        """The exact spots in runs that a line may join; one that stands alone is a run."""
        runs: list[list[Spot]] = []
        for spot in (spot for spot in self.spots if spot.exact is not None):
            if runs and runs[-1][-1].leads_to(spot):
                runs[-1].append(spot)
            else:
                runs.append([spot])
        return tuple(map(tuple, runs))


@attrs.frozen(kw_only=True)
class Chart:
    """Lines over time.

    Attributes:
        title: What is counted, where, of what kind of violence, by which spans.
        unit: What a number is a number of.
        lines: One at least.
        notes: Where the numbers come from, and what to know of them, a sentence each.
        empty: What a span is that is a gap of every line.
    """

    title: str
    unit: str
    lines: tuple[Line, ...]
    empty: str = "no figure"
    notes: tuple[str, ...] = ()

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day of all spans, with a figure or without: what the axis covers, and the words say."""
        spans = [period for line in self.lines for period in (*(spot.period for spot in line.spots), *line.gaps)]
        return min(span.start for span in spans), max(span.end for span in spans)

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The breaks of all lines, each once, in the order of their days."""
        found = dict.fromkeys(one for line in self.lines for one in line.breaks)
        return tuple(sorted(found, key=lambda one: (one.start, one.dataset, one.id)))

    @property
    def alt(self) -> str:
        """What the chart shows, in two or three sentences, for those who do not see it."""
        first, last = self.span
        spots = [spot for line in self.lines for spot in line.spots]
        peaks = []
        for line in self.lines:
            exact = [spot for spot in line.spots if spot.exact is not None]
            if exact:
                top = max(exact, key=lambda spot: spot.exact or 0)
                label = f"{line.label}, " if len(self.lines) > 1 else ""
                peaks.append((top.exact or 0, f"{label}{top.exact:,} in {top.period}"))
        highest = "; ".join(said for _, said in sorted(peaks, key=lambda peak: -peak[0])[:_TOP])
        every = len({period for line in self.lines for period in line.gaps} | {spot.period for spot in spots})
        empty = every - len({spot.period for spot in spots})
        counts = [
            (len(spots), "figure", "figures"),
            (sum(spot.exact is None for spot in spots), "bound or interval", "bounds or intervals"),
            (sum(spot.status is Status.DISPUTED for spot in spots), "disputed", "disputed"),
        ]
        told = ", ".join(f"{n:,} {one if n == 1 else many}" for n, one, many in counts if n)
        none = f"; {self.empty}: {empty:,} of {every:,} spans" if empty else ""
        broken = "".join(
            f" From {one.day_label} the numbers of {one.dataset} mean something else: {one.id}." for one in self.breaks
        )
        peak = f" Highest exact number: {highest}." if highest else ""
        return f"{self.title}, {first:%Y-%m} to {last:%Y-%m}: {told}{none}.{peak}{broken}"


@attrs.frozen(kw_only=True)
class Shift:
    """A number, and the one that later reports give instead.

    Attributes:
        label: The cell.
        reading: The number as it was reported first.
        later: The later number.
        mark: What the later number makes of the first.
    """

    label: str
    reading: Reading
    later: int
    mark: Mark

    @property
    def change(self) -> int:
        """The later number less the first one as stated."""
        return self.later - self.reading.value


@attrs.frozen(kw_only=True)
class Shifts:
    """Numbers against what later reports made of them.

    Attributes:
        title: What is set against what.
        shifts: By measure; one at least.
        notes: Where the numbers come from, a sentence each.
    """

    title: str
    shifts: Mapping[Measure, tuple[Shift, ...]]
    notes: tuple[str, ...] = ()

    @property
    def alt(self) -> str:
        """What the chart shows, in a few sentences, for those who do not see it."""
        told = [shift for shifts in self.shifts.values() for shift in shifts]
        marks = Counter(shift.mark for shift in told)
        counts = ", ".join(f"{n:,} {mark.label}" for mark, n in sorted(marks.items(), key=lambda item: item[0].rank))
        far = max(told, key=lambda shift: abs(shift.change))
        up = sum(shift.change > 0 for shift in told)
        rows = f"{len(told):,} later value{'' if len(told) == 1 else 's'}"
        most = f"The largest change: {far.label}, {far.reading}, then {far.later:,}."
        return f"{self.title}: {rows} ({counts}), {up:,} above the first number and {len(told) - up:,} below it. {most}"


@attrs.frozen(kw_only=True)
class Bar:
    """One figure of a picture of what there is.

    Attributes:
        period: Its span.
        status: How well it is supported.
    """

    period: Period
    status: Status


@attrs.frozen(kw_only=True)
class Grid:
    """Which cells have figures for which spans.

    Attributes:
        title: Whose figures.
        rows: By the name of the cell, its figures; one row at least.
        cells: How many cells have figures, those of the rows among them.
        notes: Where the figures come from, a sentence each.
    """

    title: str
    rows: Mapping[str, tuple[Bar, ...]]
    cells: int
    notes: tuple[str, ...] = ()

    @property
    def left_out(self) -> str:
        """How many cells are shown, and how many that have figures are not; empty if all are shown."""
        out = self.cells - len(self.rows)
        return f"Shown are {len(self.rows):,} of {self.cells:,} cells with figures; {out:,} are left out." if out else ""

    @property
    def alt(self) -> str:
        """What the picture shows, in a few sentences, for those who do not see it."""
        bars = [bar for row in self.rows.values() for bar in row]
        kinds = Counter(bar.period.kind for bar in bars)
        spans = ", ".join(f"{n:,} by {kind.label}" for kind, n in sorted(kinds.items(), key=lambda item: item[0].rank))
        most = max(self.rows, key=lambda name: len(self.rows[name]))
        first, last = min(bar.period.start for bar in bars), max(bar.period.end for bar in bars)
        have = f"{len(bars):,} figures of {len(self.rows):,} cells ({spans})"
        told = f"{self.title}, {first:%Y-%m} to {last:%Y-%m}: {have}. Most have {most}: {len(self.rows[most]):,}."
        return f"{told} {self.left_out}".rstrip()


def share_days(periods: Iterable[Period]) -> tuple[Period, Period] | None:
    """Find two different spans that share a day; None if there are none."""
    found = ((one, other) for one, other in pairwise(sorted(set(periods))) if one.overlaps(other))
    return next(found, None)


def kinds_of(periods: Iterable[Period]) -> tuple[PeriodKind, ...]:
    """List the kinds of the spans, in the order of the vocabulary."""
    return tuple(sorted({period.kind for period in periods}, key=lambda kind: kind.rank))
