"""The pages of the site that follow from the record say what the library says."""

import functools
import inspect
import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import attrs
import pytest

import conflictdata as cd
from conflictdata import commands
from conflictdata.names import DatasetName
from conflictdata.span import Span, number, signs
from tests.shared.tiers import cases
from website import anomalies, command, publishers, spans, text
from website.hook import valid
from website.make import files, write

ROOT = Path(__file__).parent.parent
REFERENCE = sorted((ROOT / "docs" / "reference").glob("*.md"))
NAMES = [info.name for info in cd.list_datasets()]


class Rows(HTMLParser):
    """Reads the cells of the table of numbers, row by row."""

    def __init__(self) -> None:
        """Begin without rows."""
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = self._cell = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin the table, a row, or a cell."""
        if tag == "table":
            self._inside = ("class", "numbers") in attributes
        elif self._inside and tag == "tr":
            self.rows.append([])
        elif self._inside and tag in {"th", "td"}:
            self._cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """End the table or a cell."""
        if tag == "table":
            self._inside = False
        elif tag in {"th", "td"}:
            self._cell = False

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self._inside and self._cell:
            self.rows[-1][-1] += data


@functools.cache
def made_of(name: DatasetName) -> dict[str, tuple[Span, str]]:
    """Give what there is on each span of a dataset, and its page, by the code of the span: gathered and written once."""
    return {page.span.period.code: (page.span, page.write()) for page in spans.pages(cd.load(name))}


def numbers(page: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Give area, scope, measure, group and what stands there of every number of a page."""
    reader = Rows()
    reader.feed(page)
    heads, *rows = reader.rows
    area = ""
    for row in rows:
        if len(row) == 1:
            area = row[0].rpartition(" ")[2]
            continue
        scope, measure, *cells = row
        yield from ((area, scope, measure, group, cell) for group, cell in zip(heads[2:], cells, strict=True) if cell)


def pages_of(name: DatasetName) -> dict[str, str]:
    """Give the pages of a dataset by the codes of their spans."""
    return {code: page for code, (_, page) in made_of(name).items()}


@functools.cache
def published() -> dict[str, str]:
    """Give the pages of the publishers, written once."""
    return dict(publishers.files())


@pytest.fixture(scope="module", params=cases(NAMES, fast={"cmc", "crss"}))
def dataset(request: pytest.FixtureRequest) -> cd.Dataset:
    """Each dataset."""
    return cd.load(request.param)


@pytest.fixture
def pages(dataset: cd.Dataset) -> dict[str, str]:
    """The pages of one dataset, by the codes of their spans."""
    return pages_of(dataset.name)


def test_every_span_has_a_page_with_every_number(dataset: cd.Dataset, pages: dict[str, str]) -> None:
    """Each figure stands on the page of its span, with status, marks and the pages that state it, and nothing else does."""
    shown = {(code, *cell) for code, page in pages.items() if "<table class" in page for cell in numbers(page)}
    expected = set()
    for f in dataset.figures:
        listed = {page.id: place for place, page in enumerate(made_of(dataset.name)[f.period.code][0].pages, 1)}
        said = ", ".join(code.label for code in (f.status, *f.marks))
        cited = " ".join(map(str, sorted(listed[page.id] for page in f.sources)))
        cell = f"{number(f)} {signs(f)}, {said}, on pages {cited}"
        expected.add((f.period.code, f.area.value, f.scope.label, f.measure.label, f.group.label, cell))

    assert shown == expected
    assert set(pages) == {s.period.code for s in dataset.statements} | {c.period.code for c in dataset.claims}


def test_the_python_of_a_page_gives_its_numbers(dataset: cd.Dataset, pages: dict[str, str]) -> None:
    """The line on the page is run, and gives as many figures as the page has numbers."""
    for code, page in pages.items():
        blocks = re.findall(r"```python\n(.*?)\n```", page, re.DOTALL)
        shown = len(list(numbers(page))) if "<table class" in page else 0
        assert len(blocks) == bool(shown)
        for block in blocks:
            given = eval(block.splitlines()[-1], {"cd": cd})  # noqa: S307  what the page says, and we wrote
            assert (len(given), given.pin().split()[0]) == (shown, f"conflictdata/{dataset.name}@{dataset.release}")
            assert {figure.period.code for figure in given} == {code}


def test_every_page_that_states_something_is_linked(dataset: cd.Dataset, pages: dict[str, str]) -> None:
    """All sources of a span are on its page, with address, outlet and day, each once and under its number."""
    for code, page in pages.items():
        stated = {s.source.id: s.source for s in dataset.statements.filter(period=code)}
        listed = re.findall(r'<li id="page-(\d+)"><a href="([^"]+)"', page)
        assert [int(number) for number, _ in listed] == list(range(1, len(stated) + 1))
        assert sorted(url for _, url in listed) == sorted(escape(one.url) for one in stated.values())
        for one in stated.values():
            assert f"{escape(one.outlet)}" in page
            assert str(one.published or one.published_to) in page


def test_claims_and_sums_of_a_span_are_on_its_page(dataset: cd.Dataset, pages: dict[str, str]) -> None:
    """Every claim stands there with its verdict and evidence; every total that fails, with what explains it."""
    for code, page in pages.items():
        claims = list(dataset.claims.filter(period=code))
        assert all(escape(claim.evidence) in page for claim in claims)
        told = {(claim.verdict, claim.evidence, claim.source.url) for claim in claims}
        shown = re.findall(r"<li><em>(\w+)</em>\. (.*?)<br><small>(.*?)</small></li>", page)
        links = {
            (verdict, evidence, url) for verdict, said, evidence in shown for url in re.findall(r'href="([^"]+)"', said)
        }
        assert links == {(verdict.label, escape(evidence), escape(url)) for verdict, evidence, url in told}
        for table in (dataset.balances, dataset.source_balances):
            failing = table.filter(period=code, verdict=["short", "over"])
            assert all(escape(balance.explanation or "", quote=False) in page for balance in failing)


def test_the_months_lead_from_one_to_the_next(pages: dict[str, str]) -> None:
    """From the first month one comes to each other by the links to the next."""
    months = sorted(code for code in pages if re.fullmatch(r"\d{4}-\d{2}", code))
    walked = [months[0]]
    while found := re.search(r"after: \[([^]]+)\]\(([^)]+)\.md\)", pages[walked[-1]]):
        assert found[1] == found[2]
        walked.append(found[1])

    assert walked == months


@pytest.mark.gate
def test_a_span_of_claims_alone_has_a_page() -> None:
    """What a page claims of a span is shown where no page gives a number of it, too."""
    page = pages_of("picss")["2016-09"]

    assert "No figure follows" in page
    assert "## Claims" in page
    assert "## Pages" not in page


def test_text_of_sources_is_escaped() -> None:
    """Titles and outlets are text, whatever signs they hold."""
    source = attrs.evolve(cd.load("picss").sources[0], title="<b>A & B</b>", outlet='"C" <D>')

    line = text.source_line(source)
    assert ">&lt;b&gt;A &amp; B&lt;/b&gt;</a>" in line
    assert "&quot;C&quot; &lt;D&gt;" in line


@pytest.mark.gate
def test_the_publishers_calendars_lead_to_all_pages(dataset: cd.Dataset, pages: dict[str, str]) -> None:
    """The page of a publisher links the page of every span."""
    made = published()
    linked = set(re.findall(r"\]\(([^)/]+)\.md\)", made[f"data/{dataset.name}/index.md"]))

    assert linked == {code.replace("/", "_") for code in pages}
    assert all(f"({dataset.name}/{code.replace('/', '_')}.md)" in made["data/index.md"] for code in pages)


def test_the_anomalies_list_every_case() -> None:
    """All totals that fail, all likely misprints, all torn figures and all slips are there."""
    datasets = [cd.load(name) for name in NAMES]
    page = anomalies.page(datasets)
    failing = [b for d in datasets for t in (d.balances, d.source_balances) for b in t.filter(verdict=["short", "over"])]
    misprints = [s for d in datasets for s in d.statements.filter(caveats="misprint_likely")]
    slips = [claim for d in datasets for claim in d.claims if claim.slips]

    assert failing
    assert f"{len(failing)} totals, by the reason" in page
    assert all(escape(balance.explanation or "") in page for balance in failing)
    assert f"{len(misprints)} statements: {cd.Caveat.MISPRINT_LIKELY.label}" in page
    assert all(escape(claim.evidence) in page for claim in slips)
    assert page.count("**When to worry.**") == page.count("\n## ") == 9


def test_the_reference_has_every_public_name_once() -> None:
    """No public name is missing from the reference, and none stands there twice."""
    told = [name for page in REFERENCE for name in re.findall(r"^::: conflictdata\.(\w+)$", page.read_text(), re.MULTILINE)]

    assert sorted(told) == sorted([*cd.__all__, "names", "testing"])


def test_every_part_of_the_command_has_its_help() -> None:
    """The page of the command has a section for each part, with its options."""
    ((_, page),) = command.files()

    assert {"list", "plot", "implied"} <= commands.command.commands.keys()
    for part in commands.command.commands:
        assert f"## conflictdata {part}\n" in page
    assert "--as-of" in page


def test_made_files_are_written_once_and_go_when_they_are_made_no_more(tmp_path: Path) -> None:
    """What did not change is not touched, what is stale is deleted, and what people wrote stays."""
    own = tmp_path / "index.md"
    own.write_text("by hand")
    first = {"data/a/1.md": b"one", "data/b.md": b"two"}

    assert write(first, tmp_path) == ["data/a/1.md", "data/b.md"]
    before = (tmp_path / "data/a/1.md").stat().st_mtime_ns
    assert write({"data/a/1.md": b"one", "data/c.md": b"three"}, tmp_path) == ["data/b.md", "data/c.md"]
    assert (tmp_path / "data/a/1.md").stat().st_mtime_ns == before
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")) == [
        "data/a/1.md",
        "data/c.md",
        "index.md",
    ]


def test_parts_make_no_file_twice_and_none_where_people_write() -> None:
    """Two parts cannot give one file, and none can write over a page."""
    with pytest.raises(ValueError, match=r"two makes data/a\.md"):
        files({"one": lambda: iter([("data/a.md", "")]), "two": lambda: iter([("data/a.md", "")])})
    with pytest.raises(ValueError, match=r"one makes index\.md"):
        files({"one": lambda: iter([("index.md", "")])})


def test_what_the_theme_writes_is_mended() -> None:
    """Attributes that are no valid HTML go; a label keeps its control where there is one."""
    assert valid('<label class="a" for="b" tabindex="">') == '<label class="a" for="b">'
    assert valid('<input type="checkbox" id="a" autocomplete="off">') == '<input type="checkbox" id="a">'
    assert valid('<input type="search" autocomplete="off">') == '<input type="search" autocomplete="off">'
    assert valid('<label for="__toc">') == "<label>"
    assert valid('<input id="__toc"><label for="__toc">') == '<input id="__toc"><label for="__toc">'


def test_what_is_returned_is_not_taken_for_a_type() -> None:
    """The reference takes what stands before a colon there for the type: public functions have none."""
    objects = [getattr(cd, name) for name in cd.__all__]
    members = [
        (one.__name__, name, getattr(member, "__func__", member))
        for one in objects
        if isinstance(one, type) and one.__module__.startswith("conflictdata")
        for name, member in vars(one).items()
        if not name.startswith("_")
    ]
    functions = [(one.__module__, one.__name__, one) for one in objects if callable(one) and not isinstance(one, type)]
    wrong = []
    for where, name, function in (*functions, *members):
        told = inspect.cleandoc(getattr(function, "__doc__", "") or "").partition("\nReturns:\n")[2]
        if ":" in told.partition("\n\n")[0]:
            wrong.append(f"{where}.{name}")

    assert len(functions) > 10
    assert wrong == []
