"""Charts of series and figures: what they show is what the rows say, no more and no less."""

from datetime import date
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

import conflictdata as cd
from conflictdata import Bound, Figure, Group, Interval, InvalidValueError, Period, Point, Status
from conflictdata.charts import Chart, Reading, Spot
from conflictdata.drawing import MARKERS, sign_of
from conflictdata.models import signed, unsigned
from conflictdata.schema import to_arrow
from conflictdata.strokes import COLOURS, middle, number
from conflictdata.tables import charted
from conflictdata.testing import counts, figures, points
from tests.shared.plotted import PICSS, PIPS, bands, drawn, exact, places, point, series, words


def test_a_line_joins_neighbours_and_stops_before_a_gap() -> None:
    """Two runs, each of the months that follow each other; the month between them is shaded and has nothing on it."""
    rows = [point("2025-01", 5), point("2025-02", 7), point("2025-03"), point("2025-04", 9), point("2025-05", 4)]
    picture = series(*rows).plot()

    runs = [places([line]) for line in drawn(picture, "_run")]
    assert runs == [
        [(middle(row.period), row.value) for row in rows[:2]],
        [(middle(row.period), row.value) for row in rows[3:]],
    ]
    assert sorted(exact(picture)) == [(middle(row.period), row.value) for row in rows if not row.gap]
    assert bands(picture, "_gap") == [(number(date(2025, 3, 1)), number(date(2025, 4, 1)))]
    assert words(picture) == ["single", "no figure"]


@pytest.mark.parametrize(
    ("value", "bound", "foot"),
    [(74, Bound.AT_LEAST, 74), (200, Bound.MORE_THAN, 201), (150, Bound.ABOUT, 150)],
)
def test_an_open_end_is_an_arrow_from_the_number(value: int, bound: Bound, foot: int) -> None:
    """The arrow stands on the lowest number that fits, has no marker of an exact number, and no line leads to it."""
    picture = series(point("2025-01", 60), point("2025-02", value, bound), point("2025-03", 70)).plot()

    (arrow,) = drawn(picture, "_open")
    assert places([arrow]) == [(middle(Period.of("2025-02")), foot)]
    assert drawn(picture, "_run") == []
    assert [y for _, y in exact(picture)] == [60, 70]
    assert [label for label in words(picture) if label != "single"] == ["about" if bound is Bound.ABOUT else "at least"]
    shape = np.asarray(sign_of(bound).vertices)
    assert (shape[:, 1].max(), shape[:, 1].min()) == (1, -1 if bound is Bound.ABOUT else 0)
    low, high = picture.axes[0].get_ylim()
    assert low < 0 < foot < high


def test_a_closed_interval_is_a_bar() -> None:
    """At most 5 is a bar from 0 to 5; a figure without a value is one between its ends, ringed in its middle."""
    torn: dict[str, Any] = {"status": Status.DISPUTED, "marks": (cd.Mark.TORN,)}
    rows = [point("2025-01", 5, Bound.AT_MOST), Point(period="2025-02", low=45, high=988, gap=False, **torn)]
    picture = series(*rows).plot()

    assert [places([bar]) for bar in drawn(picture, "_interval")] == [
        [(middle(rows[0].period), 0), (middle(rows[0].period), 5)],
        [(middle(rows[1].period), 45), (middle(rows[1].period), 988)],
    ]
    assert exact(picture) == []
    assert places(drawn(picture, "_disputed ring")) == [(middle(rows[1].period), (45 + 988) / 2)]
    assert words(picture) == ["from, to", "disputed"]


def test_an_interval_without_an_end_and_without_a_value_is_an_arrow() -> None:
    """Pages that leave no value and no upper limit give an arrow from the lower one."""
    picture = series(Point(period="2025-02", low=45, gap=False, status=Status.DISPUTED, marks=(cd.Mark.TORN,))).plot()

    assert places(drawn(picture, "_open")) == [(middle(Period.of("2025-02")), 45)]


def test_no_line_crosses_a_break() -> None:
    """Rows of two segments are not joined, nor is a span in which a break takes effect joined to the one after it."""
    rows = [
        point("2022", 1),
        point("2023", 2),
        point("2024", 3, breaks=("b",), segment=1),
        point("2025", 4, segment=1),
        point("2026", 5, segment=1),
    ]
    picture = series(*rows).plot()

    assert [[y for _, y in places([line])] for line in drawn(picture, "_run")] == [[1, 2], [4, 5]]


def test_a_break_is_a_labelled_line_at_its_day(picss: cd.Dataset) -> None:
    """The record's own break: no run has months on both sides, and the words say what changed."""
    picture = picss.series(measure="killed", group="total", area="PK", scope="militant_attacks").plot()
    day = number(date(2024, 8, 1))

    (line,) = drawn(picture, "_break")
    assert {x for x, _ in places([line])} == {day}
    assert all((xs[0] < day) == (xs[-1] < day) for xs in ([x for x, _ in places([run])] for run in drawn(picture, "_run")))
    assert [text.get_text() for text in picture.axes[0].texts] == [" picss, 2024-08-01: headline-all-deaths "]
    (one,) = picss.breaks
    assert " ".join(one.description.split()) in " ".join(picture.get_supxlabel().split())
    assert f"picss {PICSS}" in picture.get_supxlabel()
    assert "meaning changes" in words(picture)


def test_the_chart_of_a_series_has_all_its_figures(picss: cd.Dataset) -> None:
    """Each figure of a real series is drawn once, at its month and number; grey is what the series calls a gap."""
    table = picss.series(measure="killed", group="total", area="PK", scope="militant_attacks")
    picture = table.plot()

    sure = [row for row in table if row.bound is Bound.EXACT]
    assert sorted(exact(picture)) == sorted((middle(row.period), row.value) for row in sure)
    assert len(drawn(picture, "_open")) == sum(row.bound is Bound.AT_LEAST or row.bound is Bound.MORE_THAN for row in table)
    grey = bands(picture, "_gap")
    for row in table:
        assert row.gap == any(start < middle(row.period) < end for start, end in grey), row.period
    assert picture.get_suptitle() == "People reported killed: Pakistan, militant attacks, by month"
    assert picture.axes[0].get_ylabel() == "people reported killed"


def test_what_other_pages_state_of_a_disputed_figure_is_shown(picss: cd.Dataset) -> None:
    """October 2025: 30 civilians, ringed, and a cross at 31; a page that states a bound has an arrow."""
    cell: dict[str, Any] = {"measure": "killed", "area": "PK"}
    picture = picss.figures.filter(period="2025-10", group="civilians", scope="all", **cell).plot()
    place = middle(Period.of("2025-10"))

    assert places(drawn(picture, "_disputed")) == places(drawn(picture, "_disputed ring")) == [(place, 30)]
    assert places(drawn(picture, "_rival")) == [(place, 31)]
    assert places(drawn(picture, "_range")) == [(place, 30), (place, 31)]

    august = picss.figures.filter(period="2023-08", group="total", scope="militant_attacks", **cell).plot()
    (arrow,) = drawn(august, "_rival")
    assert (arrow.get_marker(), places([arrow])) != ("x", [])
    assert places([arrow]) == [(middle(Period.of("2023-08")), 112)]

    agreed = picss.figures.filter(period="2025-03", group="total", scope="militant_attacks", measure="incidents", area="PK")
    assert agreed[0].others_state == (">=105",)  # fits the figure, and contradicts nothing
    assert drawn(agreed.plot(), "_rival") == []
    chart = charted(agreed)
    assert isinstance(chart, Chart)
    assert chart.lines[0].spots[0].rivals == ()


def test_status_is_told_without_colour() -> None:
    """A repeated number is filled, a single one hollow, a disputed one ringed."""
    rows = [point(f"2025-0{n}", n, status=status) for n, status in enumerate(Status, 1)]
    picture = series(*rows).plot()

    filled, hollow, disputed = (drawn(picture, f"_{status}")[0] for status in Status)
    assert to_hex(filled.get_markerfacecolor()) == COLOURS[0].lower()
    assert to_hex(hollow.get_markerfacecolor()) == "#ffffff"
    assert places(drawn(picture, "_disputed ring")) == places([disputed])
    assert words(picture) == ["repeated", "single", "disputed"]


def test_lines_have_a_colour_and_a_marker_of_their_own(picss: cd.Dataset) -> None:
    """In one picture no two lines share a colour, nor a marker; the legend names each."""
    table = picss.figures.filter(measure="killed", area="PK", scope="all", period_kind="month")
    picture = table.plot(panels=False)
    (axes,) = picture.axes

    legend = axes.get_legend()
    assert legend is not None
    groups = list(dict.fromkeys(figure.group.label for figure in sorted(table, key=lambda figure: figure.group.rank)))
    entries = [handle for handle in legend.legend_handles if isinstance(handle, Line2D) and handle.get_label() in groups]
    assert [entry.get_label() for entry in entries] == groups
    assert len({to_hex(entry.get_color()) for entry in entries}) == len(groups) == 5
    assert len({entry.get_marker() for entry in entries}) == len(groups)
    assert len({(COLOURS[n % len(COLOURS)], MARKERS[n % len(MARKERS)]) for n in range(len(COLOURS) * len(MARKERS))}) == 56


def test_many_lines_have_panels_of_one_scale(picss: cd.Dataset) -> None:
    """More than three lines have a panel each, in the order of the vocabulary, with one scale; fewer share one picture."""
    table = picss.figures.filter(measure="killed", area="PK", scope="all", period_kind="month")
    picture = table.plot()

    assert [axes.texts[0].get_text() for axes in picture.axes if axes is not picture.axes[0]] == [
        group.label for group in (Group.MILITANTS, Group.SECURITY_FORCES, Group.CIVILIANS, Group.PEACE_COMMITTEE)
    ]
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in picture.axes}) == 1
    assert len(table.filter(group=["total", "militants"]).plot().axes) == 1
    assert len(table.filter(group=["total", "militants"]).plot(panels=True).axes) == 2
    for axes, (group, rows) in zip(picture.axes, _by_group(table).items(), strict=True):
        sure = [(middle(row.period), row.value) for row in rows if row.bound is Bound.EXACT]
        assert sorted(exact(axes)) == sorted(sure), group


def _by_group(table: cd.FigureTable) -> dict[Group, list[Figure]]:
    return {group: rows for group in Group if (rows := [figure for figure in table if figure.group is group])}


def test_lines_whose_meaning_changes_apart_have_panels() -> None:
    """The tribal districts change in June 2018, Balochistan does not: no dashed line stands where nothing changed."""
    pips = cd.load("pips", release=PIPS)
    table = pips.figures.filter(measure="killed", group="total", scope="militant_attacks", period_kind="month")
    picture = table.filter(area=["PK-BA", "PK-KP"], within=["2018", "2019"]).plot()

    assert [len(drawn(axes, "_break")) for axes in picture.axes] == [0, 1]
    together = table.filter(area=["PK-BA", "PK-KP"], within=["2018", "2019"]).plot(panels=False)
    assert "(Khyber Pakhtunkhwa with the tribal districts)" in together.axes[0].texts[0].get_text()


def test_a_filter_makes_no_gaps(picss: cd.Dataset) -> None:
    """A month whose figure was filtered away is no gap: it is not shaded, and no line is drawn over it."""
    cell: dict[str, Any] = {
        "measure": "incidents",
        "group": "total",
        "area": "PK",
        "scope": "militant_attacks",
        "period_kind": "month",
    }
    table = picss.figures.filter(within="2025", status="single", **cell)
    picture = table.plot()

    assert [str(figure.period) for figure in table] == ["2025-04"]
    wide = picss.figures.filter(within="2024", status="single", **cell).plot()
    assert bands(picture, "_gap") == []
    assert not picss.figures.filter(period="2024-12", **cell)
    assert bands(wide, "_gap") == [(number(date(2024, 12, 1)), number(date(2025, 1, 1)))]
    assert all(run[1][0] - run[0][0] < 32 for run in (places([line]) for line in drawn(wide, "_run")))


def test_a_series_and_its_figures_give_one_chart(picss: cd.Dataset) -> None:
    """Nine months of 2018 have no figure, eight of them before the first: both ways say so, and draw the whole year."""
    cell: dict[str, Any] = {"measure": "killed", "group": "total", "area": "PK", "scope": "militant_attacks"}
    table, figures = picss.series(**cell), picss.figures.filter(**cell, period_kind="month")
    year = figures.filter(within="2018")
    assert [str(figure.period) for figure in year] == ["2018-09", "2018-10", "2018-11"]
    assert "2018-01 to 2018-12: 3 figures; no figure: 9 of 12 spans." in year.alt()
    left, right = year.plot().axes[0].get_xlim()
    assert left < number(date(2018, 1, 1)) < number(date(2019, 1, 1)) < right
    assert right - left < 400

    months = ["2018-08", "2018-09", "2025-12"]
    asked: list[dict[str, Any]] = [{}, {"within": "2018"}, {"within": ["2018", "2020"]}, {"within": "2025-H2"}]
    for how in [*asked, {"within": ["2024", "2030"]}, {"period": months}, {"period": months, "within": "2018"}]:
        one, other = charted(table.filter(**how)), charted(figures.filter(**how))
        assert isinstance(one, Chart)
        assert isinstance(other, Chart)
        assert (one.alt, one.span, one.lines[0].gaps) == (other.alt, other.span, other.lines[0].gaps), how
        assert one.breaks == other.breaks
        pictures = table.filter(**how).plot(), figures.filter(**how).plot()
        assert len({picture.axes[0].get_xlim() for picture in pictures}) == 1
        assert bands(pictures[0], "_gap") == bands(pictures[1], "_gap")
        first, last = one.span
        assert pictures[0].axes[0].get_xlim()[0] < number(first) < number(last) < pictures[0].axes[0].get_xlim()[1]


def test_lines_share_the_spans_that_were_asked_for(picss: cd.Dataset) -> None:
    """Of several cells the spans go as far as any of them has figures, asked for; a break right after gaps is shown."""
    cell: dict[str, Any] = {"measure": "killed", "area": "PK", "scope": "militant_attacks", "period_kind": "month"}
    chart = charted(picss.figures.filter(**cell, within="2018", group=["total", "civilians"]))
    assert isinstance(chart, Chart)
    assert chart.span == (date(2018, 1, 1), date(2018, 12, 31))
    assert len({tuple(sorted((*(spot.period for spot in line.spots), *line.gaps))) for line in chart.lines}) == 1

    turn = charted(picss.figures.filter(**{**cell, "scope": "all"}, group="total", within="2024"))
    assert isinstance(turn, Chart)
    assert str(turn.lines[0].spots[0].period) == "2024-08"
    assert [one.id for one in turn.breaks] == ["headline-all-deaths"]


def test_a_break_whose_day_is_about_right_is_told_as_such(picss: cd.Dataset) -> None:
    """The alternative text, the label and the note all have the break's own words for its day."""
    crss = cd.load("crss", release=PICSS)
    (one,), (sure,) = crss.breaks, picss.breaks
    assert (one.approximate, one.day_label) == (True, "about 2018-01-01")
    assert (sure.approximate, sure.day_label) == (False, "2024-08-01")
    table = crss.series(measure="killed", group="total", area="PK", scope="all", every="year")
    picture = table.plot()

    assert "From about 2018-01-01 the numbers of crss mean something else: militancy-only." in table.alt()
    assert [text.get_text() for text in picture.axes[0].texts] == [" crss, about 2018-01-01: militancy-only "]
    assert "crss, from about 2018-01-01, militancy-only: " in picture.get_supxlabel()
    compared = cd.compare(picss, crss, measure="killed", group="total", scope="all", every="year", definitions_differ=True)
    assert "crss, from about 2018-01-01: " in str(compared)


def test_the_words_of_one_line_do_not_name_it(picss: cd.Dataset) -> None:
    """Whose highest number it is is said where there are several lines."""
    cell: dict[str, Any] = {"measure": "killed", "area": "PK", "scope": "militant_attacks", "period_kind": "month"}
    assert "Highest exact number: 228 in 2025-03." in picss.figures.filter(**cell, group="total").alt()
    assert "Highest exact number: total, 228 in 2025-03; " in picss.figures.filter(**cell).alt()


@st.composite
def monthly(draw: st.DrawFn) -> list[Point]:
    """Series of months as the library makes them: gaps, bounds, disputes, changes of meaning in any order."""
    index = Period.index(cd.PeriodKind.MONTH, date(2020, 1, 1), date(2021, 12, 31))
    rows, segment = [], 0
    for period in index:
        segment += draw(st.integers(0, 1)) if draw(st.booleans()) else 0
        rows.append(attrs.evolve(draw(points()), period=period, breaks=(), segment=segment))
    return rows


@pytest.mark.gate
@given(monthly())
def test_every_figure_is_drawn_once_and_no_gap_is(rows: list[Point]) -> None:
    """Whatever the rows: each that is no gap has one sign, at its month and number; lines join exact neighbours alone."""
    told = {middle(row.period): row for row in rows if not row.gap}
    if not told:
        with pytest.raises(InvalidValueError):
            series(*rows).plot()
        return
    picture = series(*rows).plot()

    bars = drawn(picture, "_interval")
    arrows = places(drawn(picture, "_open"))
    ends = {places([bar])[0][0]: tuple(y for _, y in places([bar])) for bar in bars}
    assert sorted([*(x for x, _ in exact(picture)), *(x for x, _ in arrows), *ends]) == sorted(told)
    assert len(ends) == len(bars)
    for x, y in exact(picture):
        assert (told[x].value, told[x].bound) == (y, Bound.EXACT)
    for x, y in arrows:
        assert told[x].high is None
        assert y == (told[x].value if told[x].bound is Bound.ABOUT else told[x].low)
    for x, (low, high) in ends.items():
        assert (low, high) == (told[x].low, told[x].high)
    assert {x for x, _ in places(drawn(picture, "_disputed ring"))} == {
        x for x, row in told.items() if row.status is Status.DISPUTED
    }
    by_place = [middle(row.period) for row in rows]
    joined = {(a[0], b[0]) for run in drawn(picture, "_run") for line in [places([run])] for a, b in zip(line, line[1:])}  # noqa: B905, RUF007
    expected = {
        (by_place[n], by_place[n + 1])
        for n, (a, b) in enumerate(pairwise(rows))
        if a.bound is b.bound is Bound.EXACT and a.value is not None and b.value is not None and a.segment == b.segment
    }
    assert joined == expected
    grey = bands(picture, "_gap")
    for row in rows:
        assert row.gap == any(start < middle(row.period) < end for start, end in grey)


@given(figures())
def test_every_figure_has_a_chart(figure: Figure) -> None:
    """One figure of any kind is drawn, with its dispute, without an error, and said in words."""
    pages = {page.id: page for page in (*figure.sources, *figure.others)}
    table = cd.FigureTable(to_arrow(Figure, [figure]), Figure, "figures", lambda: pages)
    picture = table.plot()

    signs = [*exact(picture), *places(drawn(picture, "_open")), *drawn(picture, "_interval")]
    assert len(signs) == 1
    rivals = set(figure.others_state) if figure.status is Status.DISPUTED else set()
    assert {y for _, y in places(drawn(picture, "_rival"))} == set(map(float, rivals))
    alt = table.alt()
    assert alt.startswith(figure.measure.unit[0].upper() + figure.measure.unit[1:])
    assert str(figure.period.start.year) in alt


@given(counts(), st.sampled_from(Bound))
def test_numbers_are_read_as_they_are_written(value: int, bound: Bound) -> None:
    """What a page states otherwise is text in a figure; read again it is the number and its bound."""
    assert unsigned(signed(value, bound)) == (value, bound)
    assert str(Reading(value=value, bound=bound)) == signed(value, bound)


def test_a_span_in_which_a_break_falls_stands_alone() -> None:
    """Of a year that a break divides no one knows what it counts: no line leads from it, though the segment goes on."""
    one: dict[str, Any] = {
        "interval": Interval(1, 1),
        "reading": Reading(value=1, bound=Bound.EXACT),
        "status": Status.SINGLE,
    }
    mixed = Spot(period=Period.of("2024"), mixed=True, **one)
    after = Spot(period=Period.of("2025"), **one)

    assert not mixed.leads_to(after)
    assert attrs.evolve(mixed, mixed=False).leads_to(after)
    assert not after.leads_to(mixed)


def test_a_break_of_a_year_is_found_among_figures(picss: cd.Dataset) -> None:
    """Figures by year: 2024 holds the break, and is joined neither to 2023 nor to 2025."""
    table = picss.figures.filter(measure="killed", group="total", area="PK", scope="militant_attacks", period_kind="year")
    chart = charted(table)

    assert isinstance(chart, Chart)
    (line,) = chart.lines
    assert [[str(spot.period) for spot in run] for run in line.runs if str(run[-1].period) >= "2022"] == [
        ["2017", "2018", "2019", "2020", "2021", "2022", "2023"],
        ["2024"],
    ]
    mixed = [str(spot.period) for spot in line.spots if spot.mixed]
    assert mixed == ["2024"]
