"""Charts of comparisons, revisions and coverages, and those of the site: each row once, nothing hidden."""

import functools
import itertools
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Picture

import conflictdata as cd
from conflictdata import Group, Measure, Period, Status
from conflictdata.charts import Bar, Grid
from conflictdata.models import signed
from conflictdata.names import DatasetName, ScopeCode
from conflictdata.pictures import STATUS, draw
from conflictdata.strokes import middle, number
from conflictdata.tables import charted
from tests.shared.plotted import PICSS, PIPS, bands, drawn, exact, places, words
from tests.shared.tiers import cases
from website import anomalies, publishers
from website import charts as site

ROOT = Path(__file__).parent.parent


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


@pytest.mark.parametrize("name", cases([entry.name for entry in cd.list_datasets()], fast={"cmc"}))
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


@pytest.mark.gate
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


@pytest.mark.gate
def test_the_page_of_anomalies_tells_the_days_of_breaks_as_they_are_known() -> None:
    """A day that is only about right has the word before it."""
    page = dict(anomalies.files())["data/anomalies.md"]
    for entry in cd.list_datasets():
        for one in cd.load(entry.name).breaks:
            assert f"- [{entry.name.upper()}]({entry.name}/index.md#breaks), {one.day_label}: {one.description}" in page


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
