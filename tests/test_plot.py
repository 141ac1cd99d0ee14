"""Charts: what they show is what the rows say, no more and no less."""

import functools
import io
import itertools
import os
import pickle
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import conflictdata as cd
from conflictdata import (
    AmbiguousError,
    Bound,
    Break,
    Figure,
    Group,
    Interval,
    InvalidValueError,
    Measure,
    Period,
    Point,
    Scope,
    Status,
    Table,
    UnknownNameError,
)
from conflictdata.charting import KINDS, chart_of
from conflictdata.charts import Background, Bar, Chart, Grid, Reading, Shifts, Spot
from conflictdata.drawing import MARKERS, sign_of
from conflictdata.models import signed, unsigned
from conflictdata.names import DatasetName, ScopeCode
from conflictdata.pictures import STATUS, draw, image
from conflictdata.schema import to_arrow
from conflictdata.strokes import COLOURS, middle, number
from conflictdata.tables import charted
from conflictdata.testing import counts, figures, points
from website import anomalies, publishers
from website import charts as site

PICSS, PIPS = "2026-11-23", "2026-11-22.1"
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def picss() -> cd.Dataset:
    """The largest dataset, at a release that stays."""
    return cd.load("picss", release=PICSS)


def drawn(picture: Picture | Axes, label: str) -> list[Line2D]:
    """Give what was drawn of one kind, in all axes."""
    axes = [picture] if isinstance(picture, Axes) else picture.axes
    return [line for one in axes for line in one.get_lines() if line.get_label() == label]


def places(lines: list[Line2D]) -> list[tuple[float, float]]:
    """Give all points of lines."""
    found: list[Any] = [place for line in lines for place in np.asarray(line.get_xydata())]
    return [(float(x), float(y)) for x, y in found]


def exact(picture: Picture | Axes) -> list[tuple[float, float]]:
    """Give the markers of all exact numbers."""
    return [place for status in Status for place in places(drawn(picture, f"_{status}"))]


def bands(picture: Picture, label: str) -> list[tuple[float, float]]:
    """Give the first and the last day of each shaded run of spans, as matplotlib counts days."""
    found = [patch for axes in picture.axes for patch in axes.patches if patch.get_label() == label]
    return [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in found if isinstance(patch, Rectangle)]


def words(picture: Picture) -> list[str]:
    """Give the labels of the legend."""
    legends = [legend for axes in picture.axes if (legend := axes.get_legend())]
    return [text.get_text() for legend in legends for text in legend.get_texts()]


def point(period: str, value: int | None = None, bound: Bound = Bound.EXACT, **more: Any) -> Point:
    """Make a row of a series: a gap without a value."""
    if value is None:
        return Point(period=period, gap=True, **more)
    interval = Interval.of(value, bound)
    told = {"status": Status.SINGLE, **more}
    return Point(period=period, value=value, bound=bound, low=interval.low, high=interval.high, gap=False, **told)


def series(*rows: Point) -> Table[Point]:
    """Make a series of rows."""
    return Table(to_arrow(Point, rows), Point, "a series")


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


def test_figures_of_more_than_one_chart_are_refused(picss: cd.Dataset) -> None:
    """The error names the filters that are missing, and their choices."""
    killed = picss.figures.filter(measure="killed", scope="all", period_kind="month")
    with pytest.raises(
        AmbiguousError, match=r"beside the period, and group and area vary: filter\(group=…\) to one of total,"
    ):
        killed.plot()
    with pytest.raises(AmbiguousError, match=r"one measure, and there are 5: filter\(measure=…\) to one of incidents,"):
        picss.figures.plot()
    total = picss.figures.filter(measure="killed", group="total", area="PK")
    mixed = total.filter(scope="all")
    with pytest.raises(
        AmbiguousError, match=r"not 2015-01 and 2015-Q1: filter\(period_kind=…\) to one of month, quarter, year"
    ):
        mixed.plot()
    with pytest.raises(AmbiguousError, match=r"there are 2 kinds: filter\(period_kind=…\) to one of month, year"):
        mixed.filter(period=["2025-01", "2024"]).plot()
    with pytest.raises(AmbiguousError, match=r"share no day, not .*: filter\(period=…\) to those of one row"):
        total.filter(scope="militant_attacks", period_kind="months").plot()


@pytest.mark.parametrize("name", ["sources", "statements", "claims", "claim_tests", "breaks", "releases", "balances"])
def test_tables_without_a_chart_say_which_have_one(picss: cd.Dataset, name: str) -> None:
    """The error lists the tables that can be drawn."""
    with pytest.raises(UnknownNameError) as caught:
        getattr(picss, name).plot()

    assert caught.value.valid == ("figures", "series(…)", "compare(…).table", "revisions", "coverage()")
    assert str(caught.value).startswith(f"unknown table to plot '{getattr(picss, name)._title}'; valid: figures, ")  # noqa: SLF001


def test_nothing_to_draw_is_an_error(picss: cd.Dataset) -> None:
    """No empty axes: neither for an empty table, nor for gaps alone, nor for a coverage without figures."""
    with pytest.raises(InvalidValueError, match="figures of picss has no rows to plot"):
        picss.figures.filter(measure="killed", scope="border").plot()
    with pytest.raises(InvalidValueError, match="a series has no figure to plot"):
        series(point("2025-01")).plot()
    with pytest.raises(InvalidValueError, match="coverage has no figure to plot"):
        Table(picss.coverage().to_arrow(), cd.Coverage, "coverage").plot()
    with pytest.raises(InvalidValueError, match=r"coverage has 189 rows, and a chart holds 70: filter it"):
        picss.coverage().plot()


def test_panels_are_asked_for_where_there_can_be_some(picss: cd.Dataset) -> None:
    """One set of axes has no panels, and rows of revisions are no lines."""
    table = picss.figures.filter(measure="killed", area="PK", scope="all", period_kind="month")
    with pytest.raises(InvalidValueError, match="one set of axes has no panels"):
        table.plot(ax=Picture().subplots(), panels=True)
    with pytest.raises(InvalidValueError, match="only lines over time"):
        picss.revisions.plot(panels=False)
    wrong: Any
    for wrong in ("yes", 1, 0):
        with pytest.raises(InvalidValueError, match=f"panels: {wrong!r} is neither True nor False"):
            table.plot(panels=wrong)
    for wrong in (3, Picture(), [Picture().subplots()]):
        with pytest.raises(InvalidValueError, match=r"ax: .* is no set of axes of matplotlib"):
            table.plot(ax=wrong)


def test_a_chart_can_be_drawn_into_axes_of_the_caller(picss: cd.Dataset) -> None:
    """It returns their figure, and draws nowhere else; also in a part of a figure."""
    picture = Picture(figsize=(10, 8))
    upper, lower = picture.subfigures(2, squeeze=False)[:, 0]
    one, other = upper.subplots(), lower.subplots()
    table = picss.figures.filter(measure="killed", area="PK", scope="all", period_kind="month")

    assert table.plot(ax=one) is picture
    assert one.get_title(loc="left") == "People reported killed by group: Pakistan, all violence, by month"
    assert len(exact(one)) + len(drawn(one, "_open")) == len(table)
    assert exact(other) == []
    assert picss.revisions.filter(measure="killed").plot(ax=other) is picture
    with pytest.raises(AmbiguousError, match=r"filter\(measure=…\) to one of incidents, killed, injured, arrested"):
        picss.revisions.plot(ax=other)
    alone = Picture().subplots()
    picss.coverage().filter(area="PK", scope="all").plot(ax=alone)
    assert len(alone.get_yticks()) == 11
    picture.savefig(io.BytesIO(), format="png")


def test_publishers_stand_side_by_side() -> None:
    """A line each, of the rows of the comparison; what is not compared is grey, and a break of either ends both."""
    one, other = cd.load("picss", release=PICSS), cd.load("pips", release=PIPS)
    table = cd.compare(one, other, measure="killed", group="total", scope="militant_attacks").table
    picture = table.plot()

    assert sorted(exact(picture)) == sorted(
        (middle(row.period), value) for row in table for value in (row.value, row.other_value)
    )
    assert {"picss", "pips", "not compared"} <= set(words(picture))
    grey = bands(picture, "_gap")
    compared = {row.period for row in table}
    for period in Period.index(cd.PeriodKind.MONTH, min(compared).start, max(compared).end):
        assert (period not in compared) == any(start < middle(period) < end for start, end in grey)
    day = number(date(2024, 8, 1))
    assert all((places([run])[0][0] < day) == (places([run])[-1][0] < day) for run in drawn(picture, "_run"))


def test_publishers_who_do_not_count_the_same_stand_on_another_ground() -> None:
    """Where they do not, the span is dotted, and no line leads out of it."""
    one, other = cd.load("picss", release=PICSS), cd.load("crss", release=PICSS)
    cell: dict[str, Any] = {"measure": "killed", "group": "total", "scope": "all", "every": "year"}
    table = cd.compare(one, other, **cell, definitions_differ=True).table
    picture = table.plot()

    ground = bands(picture, "_apart")
    for row in table:
        assert row.same != any(start < middle(row.period) < end for start, end in ground), row.period
    assert "not the same count" in words(picture)
    assert " picss, 2024-08-01: headline-all-deaths " in [text.get_text() for text in picture.axes[0].texts]
    assert " crss, about 2018-01-01: militancy-only " in [text.get_text() for text in picture.axes[0].texts]
    scopes: dict[DatasetName, ScopeCode] = {"picss": "all", "pips": "militant_attacks"}
    wide = cd.compare("picss", "pips", measure="killed", group="total", scope=scopes, every="year", definitions_differ=True)
    assert {"picss, all violence", "pips, militant attacks"} <= set(words(wide.table.plot()))


def test_revisions_lie_where_the_later_number_is(picss: cd.Dataset) -> None:
    """A row each, by measure; the marker at the change, filled if it is revised; both numbers are written."""
    table = picss.revisions.filter(measure=["incidents", "killed"])
    picture = table.plot()

    for axes, measure in zip(picture.axes, (Measure.INCIDENTS, Measure.KILLED), strict=True):
        rows = [row for row in table if row.measure is measure]
        assert sorted(x for x, _ in places(drawn(axes, "_later"))) == sorted(row.change for row in rows)
        written = [text.get_text() for text in axes.texts]
        assert sorted(written) == sorted(f"{signed(row.value, row.bound)}, then {row.later_value:,}" for row in rows)
        hollow = [line for line in drawn(axes, "_later") if to_hex(line.get_markerfacecolor()) == "#ffffff"]
        assert len(hollow) == sum(row.mark is cd.Mark.RESTATED_ONCE for row in rows)
        assert measure.unit in axes.get_xlabel()
    assert words(picture) == ["reported first", "revised", "restated once"]
    assert f"picss {PICSS}" in picture.get_supxlabel()


def test_a_coverage_shows_every_figure_once(picss: cd.Dataset) -> None:
    """As many bars as figures, of the status of each; a kind of span that was filtered away is not drawn."""
    table = picss.coverage().filter(area="PK")
    picture = table.plot()
    (axes,) = picture.axes

    bars = Counter(
        {status: sum(len(c.get_paths()) for c in axes.collections if c.get_label() == f"_{status}") for status in Status}
    )
    assert bars == Counter(figure.status for figure in picss.figures.filter(area="PK"))
    assert len(axes.get_yticks()) == len({(row.scope, row.measure, row.group) for row in table if row.figures})
    years = table.filter(period_kind="year").plot().axes[0]
    assert sum(len(c.get_paths()) for c in years.collections) == len(picss.figures.filter(area="PK", period_kind="year"))
    assert len(set(STATUS.values())) == 3
    assert words(picture) == ["repeated", "single", "disputed"]


@pytest.mark.parametrize("name", [entry.name for entry in cd.list_datasets()])
def test_no_figure_of_a_coverage_hides_another(name: str) -> None:
    """Bars of a row do not touch each other, whatever kinds of spans share its days, and lie within their row."""
    for path in (f"data/charts/coverage-{name}.svg", f"data/charts/coverage-{name}-areas.svg"):
        chart = site.charts()[path]
        assert isinstance(chart, Grid)
        (axes,) = draw(chart).axes
        boxes = sorted(
            (low, high, left, right)
            for collection in axes.collections
            if str(collection.get_label()).startswith("_")
            for (left, low), (right, high) in (path.get_extents().get_points() for path in collection.get_paths())
        )
        assert len(boxes) == sum(map(len, chart.rows.values()))
        for (low, high, left, right), (low_2, high_2, left_2, right_2) in itertools.combinations(boxes, 2):
            apart = high <= low_2 or high_2 <= low or right <= left_2 or right_2 <= left
            assert apart, (path, left, right, left_2, right_2)
        lines = [float(line.get_ydata()[0]) for line in axes.get_lines() if len(set(line.get_ydata())) == 1]  # type: ignore[index, arg-type]
        edges = sorted({*lines, *axes.get_ylim()})
        told = Counter(next(n for n, edge in enumerate(edges[1:]) if high < edge) for _, high, _, _ in boxes)
        assert [told[n] for n in range(len(chart.rows))] == [len(bars) for bars in chart.rows.values()]


def test_runs_of_one_kind_that_share_days_stand_apart() -> None:
    """Three runs of months, each within the next, and a half and a run of days beside them: five heights."""
    spans = ["2024-01/2024-09", "2024-01/2024-10", "2024-02/2024-09", "2024-H1", "2024-01-03/2024-11-04", "2024-11/2024-12"]
    bars = tuple(Bar(period=Period.of(span), status=Status.SINGLE) for span in spans)
    (axes,) = draw(Grid(title="A picture", rows={"one": bars}, cells=1)).axes

    lows = Counter(path.get_extents().y0 for collection in axes.collections for path in collection.get_paths())
    assert sorted(lows.values()) == [1, 1, 1, 1, 2]


def test_a_coverage_counts_what_it_leaves_out(picss: cd.Dataset) -> None:
    """The words and the picture say how many cells are shown of how many that have figures; all shown need no word."""
    cells = {(figure.area, figure.scope, figure.measure, figure.group) for figure in picss.figures}
    table = picss.coverage().filter(area="PK")
    shown = sum(cell[0] is cd.Area.PK for cell in cells)
    said = f"Shown are {shown} of {len(cells)} cells with figures; {len(cells) - shown} are left out."

    assert table.alt().endswith(f" {said}")
    assert said in " ".join(table.plot().get_supxlabel().split())
    axes = Picture().subplots()
    table.plot(ax=axes)
    assert said in " ".join(" ".join(text.get_text() for text in axes.texts).split())
    cell: dict[str, Any] = {"status": Status.SINGLE, "period": Period.of("2024")}
    assert Grid(title="A picture", rows={"one": (Bar(**cell),)}, cells=1).alt.endswith("Most have one: 1.")


@functools.cache
def written() -> dict[str, str]:
    """Give the pages of the publishers, written once."""
    return dict(publishers.files())


@pytest.mark.parametrize("name", [entry.name for entry in cd.list_datasets()])
def test_the_pages_of_the_publishers_count_the_cells_of_the_parts(name: DatasetName) -> None:
    """How many cells of the parts of the country are in the picture, and how many are not."""
    dataset = cd.load(name)
    cells = {(f.area, f.scope, f.measure, f.group) for f in dataset.figures if f.area is not cd.Area.PK}
    shown = [cell for cell in cells if cell[1] in {"all", "militant_attacks"} and cell[3] is Group.TOTAL]
    page = written()[f"data/{name}/index.md"]

    out = len(cells) - len(shown)
    assert f"{len(shown)} of {len(cells)} cells (in Python, `coverage()` has the other {out} too):" in page
    for one in dataset.breaks:
        assert f"- `{one.id}`, from {one.day_label} (" in page


def test_the_page_of_anomalies_tells_the_days_of_breaks_as_they_are_known() -> None:
    """A day that is only about right has the word before it."""
    page = dict(anomalies.files())["data/anomalies.md"]
    for entry in cd.list_datasets():
        for one in cd.load(entry.name).breaks:
            assert f"- [{entry.name.upper()}]({entry.name}/index.md#breaks), {one.day_label}: {one.description}" in page


@st.composite
def monthly(draw: st.DrawFn) -> list[Point]:
    """Series of months as the library makes them: gaps, bounds, disputes, changes of meaning in any order."""
    index = Period.index(cd.PeriodKind.MONTH, date(2020, 1, 1), date(2021, 12, 31))
    rows, segment = [], 0
    for period in index:
        segment += draw(st.integers(0, 1)) if draw(st.booleans()) else 0
        rows.append(attrs.evolve(draw(points()), period=period, breaks=(), segment=segment))
    return rows


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


def test_what_is_made_by_hand_is_drawn_too(picss: cd.Dataset) -> None:
    """A series without a dataset has no release and no break to tell, and says nothing of either."""
    chart = charted(series(point("2025-01", 3, breaks=("unknown",), segment=1), point("2025-02", 4, segment=1)))

    assert isinstance(chart, Chart)
    assert (chart.title, chart.breaks, len(chart.lines[0].runs)) == ("a series", (), 2)
    assert "Data:" not in chart.notes[0]
    one = Break(dataset="picss", id="b", start=date(2025, 2, 1), description="A change.")
    cell = {"measure": Measure.KILLED, "group": Group.TOTAL, "area": cd.Area.PK, "scope": Scope.ALL}
    background = Background(breaks=(one,), cell=cell)
    told = chart_of("series", [point("2025-01", 3), point("2025-02", 4, breaks=("b",), segment=1)], background, "")
    assert isinstance(told, Chart)
    assert (told.breaks, told.lines[0].spots[1].mixed) == ((one,), False)
    assert set(KINDS) == {model.drawn for model in (Figure, Point, cd.Compared, cd.Revision, cd.Coverage)}
    assert not cd.Source.drawn
    assert picss.figures.model.drawn == "figures"


def test_a_vintage_says_so(picss: cd.Dataset) -> None:
    """A chart of what was known on a day names the day."""
    then = cd.load("picss", release=PICSS, as_of="2025-11-05")
    chart = charted(then.series(measure="killed", group="total", area="PK", scope="militant_attacks"))

    assert f"picss {PICSS}, {then.vintage}" in chart.notes[0]
    assert picss.vintage is None


def test_tables_pass_between_processes_with_their_charts(picss: cd.Dataset) -> None:
    """What a chart knows beside the rows is not lost."""
    both = cd.compare(picss, "pips", measure="killed", group="total", scope="militant_attacks")
    for table in (picss.figures.filter(period="2025-10", measure="killed", area="PK", scope="all"), both.table):
        assert charted(pickle.loads(pickle.dumps(table))) == charted(table)  # noqa: S301


@pytest.mark.parametrize("form", [".svg", ".png"])
def test_a_file_has_the_same_bytes_each_time(picss: cd.Dataset, form: str) -> None:
    """No day, no chance: two runs give one file."""
    months = picss.figures.filter(measure="killed", area="PK", scope="all", period_kind="month")
    table = {".svg": picss.revisions, ".png": months}[form]
    assert image(charted(table), form) == image(charted(table), form)


def test_an_svg_holds_text_and_says_what_it_shows(picss: cd.Dataset) -> None:
    """Its words can be searched; title and description are elements; no day and no maker stand in it."""
    chart = charted(picss.revisions)
    content = image(chart, ".svg")
    tree = ET.fromstring(content)  # noqa: S314  our own
    space = "{http://www.w3.org/2000/svg}"

    assert tree.findtext(f"{space}title") == chart.title
    assert tree.findtext(f"{space}desc") == chart.alt
    said = [text.text or "" for text in tree.iter(f"{space}text")]
    assert "2,312, then 2,322" in said
    assert not re.search(rb"<dc:date>|<dc:creator>", content)
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    with pytest.raises(UnknownNameError, match=r"unknown form of a picture '.jpg'; valid: .svg, .png"):
        image(chart, ".jpg")


def test_no_state_of_pyplot_is_touched(tmp_path: Path) -> None:
    """A chart is drawn and saved without a display, and pyplot is never loaded."""
    code = (
        "import sys, conflictdata as cd\n"
        "from conflictdata.pictures import image\nfrom conflictdata.tables import charted\n"
        "picss = cd.load('picss')\n"
        "picss.revisions.plot().savefig('a.svg'); picss.coverage().filter(area='PK').plot().savefig('a.png')\n"
        "image(charted(picss.series(measure='killed', group='total', area='PK', scope='all')), '.png')\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, env={**os.environ, "DISPLAY": ""})
    assert (tmp_path / "a.svg").stat().st_size > 1000


def test_the_words_of_a_chart_need_no_matplotlib(tmp_path: Path) -> None:
    """Without it `plot` names the extra, and `alt` still says what the chart would show."""
    code = (
        "import sys; sys.modules['matplotlib'] = None\nimport conflictdata as cd\n"
        "table = cd.load('picss').revisions; print(table.alt())\n"
        "try: table.plot()\nexcept cd.MissingExtraError as error: print(error)\nelse: raise SystemExit(3)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
    alt, error = done.stdout.splitlines()
    assert alt.startswith("Reported, and restated by later reports: picss: 29 later values")
    assert error == "Table.plot needs an optional library: pip install 'conflictdata[plot]'"


def test_the_words_of_a_chart_are_its_numbers(picss: cd.Dataset) -> None:
    """What the alternative text counts is what the rows have."""
    table = picss.figures.filter(measure="killed", area="PK", scope="all", period_kind="month", within=["2025", "2026"])
    disputed = sum(figure.status is Status.DISPUTED for figure in table)
    top = max(table, key=lambda figure: figure.value or 0)

    alt = table.alt()
    assert f"{len(table)} figures, {disputed} disputed; no figure: 2 of 14 spans." in alt
    assert f"Highest exact number: total, {top.value} in {top.period};" in alt
    restated = charted(picss.revisions)
    assert isinstance(restated, Shifts)
    up = sum(row.change > 0 for row in picss.revisions)
    assert f"{up} above the first number and {len(picss.revisions) - up} below it." in restated.alt
    grid = charted(picss.coverage().filter(area="PK"))
    assert isinstance(grid, Grid)
    assert f"{len(picss.figures.filter(area='PK')):,} figures of {len(grid.rows)} cells" in grid.alt


def test_the_guide_shows_the_charts_that_its_code_draws() -> None:
    """The pictures of the page are those of its examples, and the alternative texts are made from the data."""
    text = (ROOT / "docs" / "charts.md").read_text(encoding="utf-8")
    shown = {path: alt for alt, path in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", text)}
    assert {path: site.alts()[path] for path in shown} == shown
    names: dict[str, Any] = {}
    lines = re.findall(r"^(?:>>>|\.\.\.) (.*)$", text, re.MULTILINE)
    exec("\n".join(line for line in lines if not line.startswith("print")), names)  # noqa: S102  our own page
    drawn_by = {"deaths": "deaths-by-group", "killed": "series", "attacks": "attacks-by-region", "restated": "restated"}
    for name, path in drawn_by.items():
        assert charted(names[name]) == site.charts()[f"data/charts/{path}.svg"], name
    assert charted(names["both"].table) == site.charts()["data/charts/publishers.svg"]
    assert len(shown) == len(drawn_by) + 1


def test_the_site_has_a_picture_of_what_each_dataset_has() -> None:
    """Two for each: the country, and its parts; each with words of its own."""
    expected = {f"data/charts/coverage-{entry.name}{part}.svg" for entry in cd.list_datasets() for part in ("", "-areas")}

    assert expected <= set(site.alts())
    assert len(set(site.alts().values())) == len(site.alts())
    path, content = next(site.files())  # each is drawn where the site is made
    assert path == next(iter(site.alts()))
    assert content.startswith(b"<?xml")
