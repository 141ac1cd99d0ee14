"""What has a chart and what has none; the files of charts, their words, and what is told without a picture."""

import io
import os
import pickle
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure as Picture

import conflictdata as cd
from conflictdata import (
    AmbiguousError,
    Break,
    Figure,
    Group,
    InvalidValueError,
    Measure,
    Point,
    Scope,
    Status,
    Table,
    UnknownNameError,
)
from conflictdata.charting import KINDS, chart_of
from conflictdata.charts import Background, Chart, Grid, Shifts
from conflictdata.pictures import image
from conflictdata.tables import charted
from tests.shared.plotted import PICSS, drawn, exact, point, series


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


@pytest.mark.gate
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


@pytest.mark.gate
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
