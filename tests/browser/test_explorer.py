"""The explorer in a browser: what it shows and gives away is what the library says."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

import conflictdata as cd
from conflictdata.charts import Line
from conflictdata.models import signed
from conflictdata.names import DatasetName
from conflictdata.tables import charted
from conflictdata.timeline import CALENDAR, Point
from conflictdata.values import Period
from conflictdata.vocabulary import Bound, Mark, PeriodKind

AXES = ("measure", "group", "area", "scope", "every")
FIRST = {
    "dataset": "picss",
    "measure": "killed",
    "group": "total",
    "area": "PK",
    "scope": "militant_attacks",
    "every": "month",
}
PLAIN = "data/explorer/licences.txt"  # a page that asks for nothing
SAMPLES = 9  # of each dataset, and each is compared whole

Visit = Callable[..., Page]  # opens a page of the site: see conftest.py
Row = tuple[str, ...]


def cells(dataset: DatasetName) -> list[dict[str, Any]]:
    """Give all cells of a dataset that have a series, in order."""
    figures = [f for f in cd.load(dataset).figures if f.period.kind in CALENDAR]
    found = sorted({(f.measure, f.group, f.area, f.scope, f.period.kind) for f in figures})
    return [{"dataset": dataset, **dict(zip(AXES, map(str, cell), strict=True))} for cell in found]


def sample() -> list[dict[str, Any]]:
    """Give cells from all over each dataset, the same at each run."""
    all_of = [cells(info.name) for info in cd.list_datasets()]
    return [cell for there in all_of for cell in there[:: len(there) // SAMPLES]]


def points_of(state: dict[str, Any]) -> list[Point]:
    """Give the series that the library has for what was picked."""
    return list(cd.series(state["dataset"], **{axis: state[axis] for axis in AXES}))


def line_of(state: dict[str, Any]) -> Line:
    """Give the line that the library's own chart has for what was picked."""
    drawn: Any = charted(cd.series(state["dataset"], **{axis: state[axis] for axis in AXES}))
    (line,) = drawn.lines
    assert isinstance(line, Line)
    return line


def broken(state: dict[str, Any]) -> list[str]:
    """Give the days of the breaks that take effect in a series, as the page says them."""
    known = {one.id: one for one in cd.load(state["dataset"]).breaks}
    found = [known[name] for point in points_of(state) for name in point.breaks]
    return [f"{'about' if one.approximate else 'on'} {one.start}" for one in found]


def figures_of(state: dict[str, Any]) -> dict[Period, cd.Figure]:
    """Give the figures behind a series."""
    all_of = cd.load(state["dataset"]).figures
    found = all_of.filter(
        measure=state["measure"],
        group=state["group"],
        area=state["area"],
        scope=state["scope"],
        period_kind=state["every"],
    )
    return {figure.period: figure for figure in found}


def expected(state: dict[str, Any]) -> list[Row]:
    """Give the rows of the table that belongs to a series, as the library has it."""
    figures = figures_of(state)
    rows: list[Row] = []
    for point in points_of(state):
        figure = figures.get(point.period)
        if figure is None:
            rows.append((str(point.period), "no figure"))
            continue
        number = "no one value" if figure.value is None or figure.bound is None else signed(figure.value, figure.bound)
        high = "no limit" if point.high is None else f"{point.high:,}"
        inside = ", ".join(code.label for code in figure.includes)
        marks = [f"{mark.label}: {inside}" if mark is Mark.INCLUDES_OTHER else mark.label for mark in figure.marks]
        words = ", ".join([*marks, *(caveat.label for caveat in figure.caveats)])
        pages = [str(page) for page in figure.sources]
        pages += [f"{said} {page}" for said, page in zip(figure.others_state, figure.others, strict=True)]
        rows.append((str(point.period), number, f"{figure.low:,}", high, figure.status.label, words, *pages))
    return rows


def shown(page: Page, every: str) -> list[Row]:
    """Read the table of the page: a row a span, each page as the library prints it."""
    read: list[list[str]] = page.locator(".explorer-table tbody tr:not(.break)").evaluate_all(
        """rows => rows.map(row => {
            const cells = [...row.children].slice(0, 6).map(cell => cell.textContent)
            const address = item => item.querySelector('a').getAttribute('href')
            return [...cells, ...[...row.querySelectorAll('.pages li')].map(item => `${item.textContent} ${address(item)}`)]
        })"""
    )
    rows: list[Row] = []
    for row in read:
        first, _, last = row[0].partition(" to ")
        if row[1].startswith("no figure"):
            spans = Period.index(PeriodKind(every), Period.of(first).start, Period.of(last or first).end)
            rows += [(str(span), "no figure") for span in spans]
        else:
            rows.append(tuple(row))
    return rows


def state_of(page: Page) -> dict[str, str]:
    """Give what is picked on the page."""
    return {name: page.locator(f"#explorer-{name}").input_value() for name in FIRST}


def download(page: Page) -> tuple[str, str]:
    """Give the name and the text of the file that the page gives away."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as CSV").click()
    return waiting.value.suggested_filename, waiting.value.path().read_text(encoding="utf-8")


def ready(page: Page) -> Page:
    """Wait until a series stands on the page."""
    expect(page.locator(".explorer-table")).to_be_visible()
    expect(page.locator(".explorer-picture svg")).to_be_visible()
    return page


def explorer(visit: Visit, state: dict[str, Any] | None = None, **options: str) -> Page:
    """Open the explorer, at a series or without one."""
    return ready(visit(f"explore/{f'?{urlencode(state)}' if state else ''}", **options))


def agrees(page: Page, state: dict[str, Any]) -> None:
    """Hold the page to the library: choices, table and picture."""
    assert state_of(page) == state
    assert shown(page, state["every"]) == [tuple(squeeze(cell) for cell in row) for row in expected(state)]
    series = points_of(state)
    valued = [point for point in series if point.value is not None]
    picture = page.locator(".explorer-picture svg")
    assert picture.get_attribute("role") == "img"
    figures = sum(not point.gap for point in series)
    words = picture.get_attribute("aria-label") or ""
    assert f"{figures} of {len(series)} spans" in words
    line = line_of(state)
    # One path for each run of the library's, over as many points.
    paths = picture.locator('[data-mark="line"] path').evaluate_all("all => all.map(one => one.getAttribute('d'))")
    assert [len(re.findall(r"[\d.]+,[\d.]+", path)) for path in paths] == [len(run) for run in line.runs]
    rivals = [rival for spot in line.spots for rival in spot.rivals]
    assert picture.locator(".rival path").count() == sum(rival.exact for rival in rivals)
    assert picture.locator(".rival-bound path").count() == arrows([rival.bound for rival in rivals])
    bounds = [spot.reading.bound for spot in line.spots if spot.reading]
    assert picture.locator(".bound path").count() == arrows(bounds)
    breaks = broken(state)
    assert re.findall(r"Change of definition (\w+ [\d-]+)\.", words) == breaks
    assert [f"definition changes {day}" for day in breaks] == [
        text for text in picture.locator("text").all_text_contents() if text.startswith("definition changes")
    ]
    legend = page.locator(".explorer-legend").inner_text()
    assert [f"change of definition {', '.join(breaks)}"] == re.findall("change of definition.*", legend) or not breaks
    assert ("stated by other pages" in legend) == bool(rivals)
    symbols = '[data-mark="dot"]:not([stroke="var(--explorer-disputed)"]) > *'
    assert picture.locator(symbols).count() == sum(point.status != "disputed" for point in valued)
    gaps = [point.gap and (at == 0 or not series[at - 1].gap or bool(point.breaks)) for at, point in enumerate(series)]
    assert picture.locator('[data-mark="rect"] rect').count() == sum(gaps)
    assert page.locator(".explorer-table .break").count() == sum(len(point.breaks) for point in series)


def arrows(bounds: list[Bound]) -> int:
    """Count the arrows that bounds are drawn with: one up or down, or both for a number that is only about right."""
    return sum({Bound.EXACT: 0, Bound.ABOUT: 2}.get(bound, 1) for bound in bounds)


def squeeze(text: str) -> str:
    """Write a text with single spaces, as a browser shows it."""
    return re.sub(r"\s+", " ", text)


def test_the_page_opens_with_the_series_that_it_names(visit: Visit) -> None:
    """Without a choice, it is the deaths in militant attacks as PICSS reported them, and the address stays as it was."""
    page = explorer(visit)

    agrees(page, FIRST)
    assert urlsplit(page.url).query == ""


@pytest.mark.parametrize("state", sample(), ids=lambda state: "-".join(state.values()))
def test_a_series_is_that_of_the_library(visit: Visit, state: dict[str, Any]) -> None:
    """Table, picture, file and line of Python of a series give the numbers and pages of the library."""
    page = explorer(visit, state)

    agrees(page, state)
    name, text = download(page)
    release = cd.load(state["dataset"]).release
    assert name == f"conflictdata-{state['dataset']}-{release}-{'-'.join(state[axis] for axis in AXES)}.csv"
    rows = list(csv.DictReader(io.StringIO(text)))
    table = cd.series(state["dataset"], **{axis: state[axis] for axis in AXES}).to_arrow()
    figures = figures_of(state)
    assert list(rows[0]) == [*table.column_names, "dataset", "release", "sources"]
    for row, told in zip(rows, table.to_pylist(), strict=True):
        behind = figures.get(Period.of(told["period"]))
        assert row.pop("sources").split() == [source.url for source in (behind.sources if behind else ())]
        assert (row.pop("dataset"), row.pop("release")) == (state["dataset"], release)
        texts = {key: " ".join(cell) if isinstance(cell, list) else cell for key, cell in told.items()}
        assert row == {key: "" if cell is None else str(cell) for key, cell in texts.items()}
    code = page.locator(".explorer-code").inner_text()
    start, line = code.strip().split("\n")
    assert start == "import conflictdata as cd"
    given: cd.Table[Point] = eval(line, {"cd": cd})  # noqa: S307  the line of the page is what is tested
    assert given.to_arrow().equals(table)


@pytest.mark.parametrize(
    "other",
    [
        {"measure": "incidents", "every": "year"},  # three years are bounds
        {"every": "year"},  # a break in mid-year, and pages that say the same as a bound
        {"measure": "arrested", "scope": "security_operations", "every": "year"},  # bounds of other pages against a figure
        {"dataset": "crss", "scope": "all", "every": "year"},  # a break whose day is known only about
        {"dataset": "crss", "scope": "all", "every": "quarter"},
    ],
    ids=["bounds", "break", "rivals", "about", "about-quarter"],
)
def test_a_picture_joins_and_contradicts_as_the_library_does(
    visit: Visit, picture: Callable[[Page, str], None], other: dict[str, str]
) -> None:
    """Where the record has bounds, breaks and other values, the picture has the lines, crosses and days of the library."""
    state = {**FIRST, **other}
    page = explorer(visit, state)

    agrees(page, state)
    picture(page, f"explorer-{'-'.join(other.values())}")


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("other", [{}, {"dataset": "crss", "scope": "all", "every": "year"}], ids=["on", "about"])
def test_the_day_of_a_break_is_read_whole(visit: Visit, size: str, other: dict[str, str]) -> None:
    """The words at the line of a break lie within the picture, on a phone as on a desk."""
    page = explorer(visit, {**FIRST, **other}, size=size)
    label = page.locator(".explorer-picture svg text", has_text="definition changes").bounding_box()
    whole = page.locator(".explorer-picture svg").bounding_box()

    assert label is not None
    assert whole is not None
    assert whole["x"] <= label["x"]
    assert label["x"] + label["width"] <= whole["x"] + whole["width"]


@pytest.mark.parametrize("choice", FIRST)
def test_each_control_filters(visit: Visit, choice: str) -> None:
    """A choice on any control shows a series with that choice, and the address names it."""
    page = explorer(visit)
    control = page.locator(f"#explorer-{choice}")
    codes = control.locator("option").evaluate_all("all => all.map(one => one.value)")
    assert set(codes) == {cell[choice] for cell in cells("picss")} | (
        {d.name for d in cd.list_datasets()} if choice == "dataset" else set()
    )

    picked = next(code for code in codes if code != FIRST[choice])
    control.select_option(picked)
    page.wait_for_url("**/?**")

    state = state_of(page)
    assert state[choice] == picked
    assert dict(parse_qsl(urlsplit(page.url).query)) == state
    agrees(page, state)


def test_a_choice_that_goes_with_no_other_keeps_the_nearest_and_says_so(visit: Visit) -> None:
    """Arrests are counted under security operations alone: the scope follows, the rest stays, and the page says it."""
    page = explorer(visit)
    far = page.locator("#explorer-measure optgroup[label='Changes other choices'] option").evaluate_all(
        "all => all.map(one => one.value)"
    )
    assert "arrested" in far

    page.locator("#explorer-measure").select_option("arrested")

    expect(page.get_by_role("status")).to_contain_text(
        "There are no figures for PICSS, arrested, total, Pakistan, militant attacks, month. "
        "Nearest: scope is now security operations."
    )
    agrees(page, {**FIRST, "measure": "arrested", "scope": "security_operations"})


def test_back_and_forward_lead_through_what_was_picked(visit: Visit) -> None:
    """Each choice is a step of the history; the page of an address is the same however it was come to."""
    page = explorer(visit)
    page.locator("#explorer-area").select_option("PK-BA")
    expect(page.locator("#series")).to_contain_text("Balochistan")
    page.locator("#explorer-dataset").select_option("pips")
    expect(page.locator("#series")).to_contain_text("PIPS")
    last = state_of(page)

    page.go_back()
    expect(page.locator("#series")).to_contain_text("PICSS")
    agrees(page, {**FIRST, "area": "PK-BA"})
    page.go_back()
    expect(page.locator("#series")).to_contain_text("Pakistan")
    agrees(page, FIRST)
    page.go_forward()
    page.go_forward()
    expect(page.locator("#series")).to_contain_text("PIPS")
    agrees(page, last)
    page.reload()
    agrees(ready(page), last)


def test_an_address_that_names_nothing_known_leads_to_the_nearest(visit: Visit) -> None:
    """Codes that there are not are said, and the series of the others is shown."""
    page = explorer(visit, {"dataset": "nobody", "area": "PK-XX", "measure": "injured"})

    expect(page.get_by_role("status")).to_contain_text("There are no figures for NOBODY, injured, total, PK-XX")
    agrees(page, {**FIRST, "measure": "injured"})


@pytest.mark.complains
@pytest.mark.parametrize(("table", "answer", "said"), [
    ("figures", 404, "The file picss/figures.parquet is not there (the server answered 404)."),
    ("sources", 200, "The file picss/sources.parquet is damaged: it is not the one that this site was built with."),
    ("breaks", None, "The file picss/breaks.parquet could not be fetched."),
])  # fmt: skip
def test_a_file_that_is_lost_or_damaged_is_said(
    visit: Visit, server: str, table: str, answer: int | None, said: str
) -> None:
    """The reader gets a sentence that names the file, no series, and never a wrong number; another load tries again."""
    page = visit(PLAIN)

    def spoil(route: Route) -> None:
        if answer is None:
            route.abort()
        else:
            route.fulfill(status=answer, body=b"PAR1 nothing of the kind PAR1")

    page.route(f"**/picss/{table}.parquet?*", spoil)
    page.goto(f"{server}explore/")

    expect(page.get_by_role("status")).to_contain_text(said)
    assert page.locator(".explorer-table").count() == 0
    page.unroute(f"**/picss/{table}.parquet?*")
    page.reload()
    agrees(ready(page), FIRST)


@pytest.mark.complains
def test_a_choice_that_fails_leaves_what_was_shown(visit: Visit) -> None:
    """Where the files of a picked publisher are not there, the series before stays, and the next try reads them anew."""
    page = explorer(visit)
    page.route("**/cmc/sources.parquet?*", lambda route: route.fulfill(status=404))
    page.locator("#explorer-dataset").select_option("cmc")
    expect(page.get_by_role("status")).to_have_text("The file cmc/sources.parquet is not there (the server answered 404).")
    assert state_of(page) == FIRST
    assert urlsplit(page.url).query == ""

    page.unroute("**/cmc/sources.parquet?*")
    page.locator("#explorer-dataset").select_option("cmc")
    expect(page.locator("#series")).to_contain_text("CMC")
    agrees(page, state_of(page))


@pytest.mark.complains
def test_a_page_without_its_program_says_so(visit: Visit, server: str) -> None:
    """Where the program cannot be had, a sentence says that, and not that the record is being read."""
    page = visit(PLAIN)
    page.route("**/explorer.js", lambda route: route.abort())
    page.goto(f"{server}explore/")

    expect(page.get_by_role("status")).to_have_text("The program of this page could not be fetched.")


@pytest.mark.complains
def test_a_page_without_its_words_says_so(visit: Visit, server: str) -> None:
    """Without the file of labels, the page is one sentence that says which file is missing."""
    page = visit(PLAIN)
    page.route("**/facts.json", lambda route: route.fulfill(status=500, body=""))
    page.goto(f"{server}explore/")

    expect(page.get_by_role("alert")).to_have_text("The file explorer/facts.json is not there (the server answered 500).")


def test_a_choice_reads_no_more_files_than_it_needs(visit: Visit) -> None:
    """The files of a dataset are read when it is picked, once, and those of no other."""
    page = visit(PLAIN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path.partition("/data/")[2]))
    page.goto(page.url.replace(PLAIN, "explore/"))
    ready(page)
    page.locator("#explorer-dataset").select_option("cmc")
    expect(page.locator("#series")).to_contain_text("CMC")
    page.locator("#explorer-dataset").select_option("picss")
    expect(page.locator("#series")).to_contain_text("PICSS")

    files = [name for name in asked if name.endswith(".parquet")]
    assert sorted(files) == sorted(
        f"{name}/{t}.parquet" for name in ("picss", "cmc") for t in ("figures", "sources", "breaks")
    )


def test_the_page_can_be_worked_by_keyboard_alone(visit: Visit) -> None:
    """Every control is reached by the tab key in the order of the page, and does its work from there."""
    page = visit("explore/", permissions=["clipboard-read", "clipboard-write"])
    ready(page)
    page.locator("h1 .headerlink").focus()
    for choice in FIRST:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == f"explorer-{choice}"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        if choice == "measure":
            page.keyboard.press("ArrowDown")
            expect(page.locator("#series")).to_contain_text("injured")
            assert page.evaluate("document.activeElement.id") == "explorer-measure"
    agrees(page, {**FIRST, "measure": "injured"})

    page.keyboard.press("Tab")  # the code, which may be scrolled
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The Python is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".explorer-code").inner_text().strip()
    page.keyboard.press("Tab")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.endswith("-injured-total-PK-militant_attacks-month.csv")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "The series as a table"
    more = page.locator(".explorer-table summary").first
    more.focus()
    page.keyboard.press("Enter")
    expect(more.locator("xpath=..").locator("li").first).to_be_visible()


def test_links_lead_to_the_sources_and_to_the_spans_of_the_site(visit: Visit, server: str) -> None:
    """Each span is a link to its page of the site; each page of the record to where it was published."""
    page = explorer(visit)
    figures = figures_of(FIRST)
    spans = page.locator(".explorer-table th[scope=row] a").evaluate_all("all => all.map(one => one.href)")
    assert spans == [f"{server}data/picss/{period}/" for period in sorted(figures)]
    links = set(page.locator(".explorer-table .pages a").evaluate_all("all => all.map(one => one.getAttribute('href'))"))
    assert links == {source.url for f in figures.values() for source in (*f.sources, *f.others)}


@pytest.mark.complains  # the browser counts the program that it does not run as a request that failed
def test_without_javascript_the_page_says_where_the_record_can_be_read(visit: Visit) -> None:
    """A sentence with a link to each publisher's pages stands in the place of the explorer."""
    page = visit("explore/", java_script_enabled=False)

    links = page.locator("#explorer noscript a, #explorer p a").evaluate_all(
        "all => all.map(one => one.getAttribute('href'))"
    )
    assert sorted(links) == sorted(f"../data/{info.name}/" for info in cd.list_datasets())
    expect(page.get_by_text("Picking a series needs JavaScript.")).to_be_visible()
