"""The built site: what a newcomer finds, what the reference holds, and that nothing is fetched from elsewhere.

They run by `.ci/site`, or as `pytest tests/site` beside a `site/` that `mkdocs build` made; CONFLICTDATA_SITE names another.
"""

import inspect
import json
import os
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import attrs
import pytest

import conflictdata as cd

SITE = Path(os.environ.get("CONFLICTDATA_SITE", Path(__file__).parent.parent.parent / "site"))
HOME = "https://site/"
FETCHED = {("script", "src"), ("link", "href"), ("img", "src"), ("source", "src"), ("iframe", "src"), ("object", "data")}
# What a newcomer looks for, and the most clicks that it may take from the first page.
SOUGHT = {
    "October 2025": "data/picss/2025-10/",
    "how to cite": "howto/cite/",
    "what disputed means": "data/codebook/#status-disputed",
    "the reference of load": "reference/datasets/#conflictdata.load",
}
CLICKS = 3


class Page(HTMLParser):
    """What a page names and leads to.

    Attributes:
        ids: The names of its places.
        links: Where its links lead.
        fetched: What a browser fetches to show it.
        text: What it says.
    """

    def __init__(self, html: str) -> None:
        """Read a page."""
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take what an element names."""
        for name, value in attributes:
            if name == "id" and value:
                self.ids.add(value)
            if (tag, name) == ("a", "href") and value:
                self.links.append(value)
            if (tag, name) in FETCHED and value and dict(attributes).get("rel") not in {"canonical", "next", "prev"}:
                self.fetched.append(value)

    def handle_data(self, data: str) -> None:
        """Take the text."""
        self.text += data


@cache
def page(path: str) -> Page | None:
    """Read the page at a path of the site; none if there is none."""
    file = SITE / path / "index.html" if path.endswith("/") or not path else SITE / path
    return Page(file.read_text(encoding="utf-8")) if file.suffix == ".html" and file.is_file() else None


@cache
def links(path: str) -> frozenset[str]:
    """Give the places of the site that a page links to, as paths with their anchors."""
    read = page(path)
    whole = {urljoin(HOME + path, link) for link in (read.links if read else ())}
    return frozenset(unquote(link.removeprefix(HOME)) for link in whole if link.startswith(HOME))


@pytest.fixture(scope="module")
def clicks() -> dict[str, int]:
    """For each place of the site, by how many clicks it is reached from the first page."""
    found, near = {"": 0}, {""}
    for count in range(1, CLICKS + 1):
        pages = {urldefrag(place).url for place in near}
        near = {place for path in pages for place in links(path)} - found.keys()
        found.update(dict.fromkeys(near, count))
    return found


def test_the_site_is_built() -> None:
    """There is a site to look at."""
    assert page("") is not None


@pytest.mark.parametrize("sought", SOUGHT)
def test_a_newcomer_finds(clicks: dict[str, int], sought: str) -> None:
    """From the first page it takes three clicks at most, and the place is there."""
    path, anchor = urldefrag(SOUGHT[sought])
    there = page(path)

    assert there is not None
    assert not anchor or anchor in there.ids
    assert clicks.get(SOUGHT[sought], CLICKS + 1) <= CLICKS


@pytest.fixture(scope="module")
def reference() -> dict[str, Page]:
    """The pages of the reference, by their names."""
    read = {folder.name: page(f"reference/{folder.name}/") for folder in SITE.glob("reference/*") if folder.is_dir()}
    return {name: one for name, one in read.items() if one}


def test_every_public_name_has_its_place_in_the_reference(reference: dict[str, Page]) -> None:
    """Each name of the package stands on one page of the reference, and no page has it a second time."""
    places = [place.split(".") for one in reference.values() for place in one.ids]
    names = [words[1] for words in places if words[0] == "conflictdata" and len(words) == 2]

    assert sorted(names) == sorted([*cd.__all__, "names"])  # and the module of what type checkers know


@pytest.mark.parametrize("name", [name for name in cd.__all__ if attrs.has(getattr(cd, name))])
def test_the_reference_describes_every_field(reference: dict[str, Page], name: str) -> None:
    """What a class says of its fields stands in the reference, that of inherited fields too."""
    model = getattr(cd, name)
    (shown,) = (one for one in reference.values() if f"conflictdata.{name}" in one.ids)
    said = [inspect.cleandoc(one.__doc__ or "").partition("Attributes:")[2] for one in reversed(model.__mro__)]
    described = dict(re.findall(r"^ {4}(\w+): (\S+(?: \S+){0,2})", "\n".join(said), re.MULTILINE))

    fields = {field.name for field in attrs.fields(model) if not field.name.startswith("_")}
    assert fields <= described.keys()
    assert [field for field in fields if described[field].replace("`", "") not in shown.text] == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    """What a browser needs to show any page lies in the site."""
    foreign = {
        (name, address)
        for name in (file.relative_to(SITE).as_posix() for file in SITE.rglob("*.html"))
        for read in [page(name)]
        for address in (read.fetched if read else ())
        if urlsplit(address).netloc or not ((SITE / name).parent / urlsplit(address).path).exists()
    }

    assert {name for name, _ in foreign} <= {"404.html"}  # it is served from any path, and names its own site
    assert all(address.startswith("/conflictdata/") for _, address in foreign)


def test_a_search_finds_the_month() -> None:
    """The index has the page of every span by its name, and stays small enough to be fetched."""
    file = SITE / "search" / "search_index.json"
    titles = {entry["title"] for entry in json.loads(file.read_text(encoding="utf-8"))["docs"]}

    assert {"PICSS, October 2025 (2025-10)", "PIPS, 2024", "CRSS, 2025-Q3"} <= titles
    assert file.stat().st_size < 1_000_000
