"""The data dictionary and the codebook leave nothing out, and say what the library says."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pyarrow as pa
import pytest

import conflictdata as cd
from conflictdata import bundle, vocabulary
from conflictdata.schema import columns
from conflictdata.vocabulary import Code
from website import codebook, dictionary

PUBLIC = [getattr(cd, name) for name in cd.__all__ if name != "__version__"]
MODELS = [one for one in PUBLIC if isinstance(one, type) and issubclass(one, cd.Record) and one is not cd.Record]
ENUMS = [one for one in PUBLIC if isinstance(one, type) and issubclass(one, Code)]


@pytest.fixture(scope="module")
def the_dictionary() -> str:
    """Give the page of the data dictionary."""
    ((_, page),) = dictionary.files()
    return page


@pytest.fixture(scope="module")
def the_codebook() -> str:
    """Give the page of the codebook."""
    ((_, page),) = codebook.files()
    return page


class Places(HTMLParser):
    """Collects the anchors of a page."""

    def __init__(self, page: str) -> None:
        """Read the page: ids of elements, and those of headings."""
        super().__init__()
        heads = re.findall(r"^## (.+?)(?: \{ #(\w+) \})?$", page, re.MULTILINE)
        self.found = [id or name.lower().replace(" ", "-") for name, id in heads]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the interface's
        """Note an id."""
        self.found += [value for key, value in attrs if key == "id" and value]


def section(page: str, head: str) -> str:
    """Give one section of a page."""
    found = re.search(rf"^## {head}(?: \{{[^\n]*\}})?\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, head
    return found[1]


def test_every_model_and_vocabulary_is_public_and_there() -> None:
    """A new one is missed here first."""
    assert set(dictionary.TABLES) == set(MODELS)
    assert set(ENUMS) == set(vocabulary.VOCABULARIES)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
def test_a_table_has_a_section_with_every_column(model: type[cd.Record], the_dictionary: str) -> None:
    """Each with the meaning that the model's docstring gives, in order, under an anchor that others can link."""
    told = section(the_dictionary, model.__name__)
    assert f"[`{model.__name__}`][conflictdata.{model.__name__}]" in told
    rows = [line.removeprefix("| ").split(" | ") for line in told.splitlines() if line.startswith("| <span")]
    meant = [column.field.metadata[b"description"].decode() for column in columns(model)]
    names = [column.field.name for column in columns(model)]
    assert [row[0] for row in rows] == [f'<span id="{model.__name__.lower()}-{name}"></span>`{name}`' for name in names]
    assert [row[3].replace("\\|", "|") for row in rows] == meant
    assert all(meant)
    assert [row[2] == "yes" for row in rows] == [column.field.nullable for column in columns(model)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
def test_the_way_to_a_table_gives_that_table(model: type[cd.Record], the_dictionary: str) -> None:
    """Each expression of its section is run, and gives rows of that model with those columns."""
    event = {"id": 1, "day": "2025-10-03", "country": "Arland", "dead": 4}
    told = {"dataset": "mine", "id": "id", "start": "day", "month": "start", "country": "country", "killed": "dead"}
    mapping = cd.EventMapping.of({**told, "countries": {"Arland": "PK"}})
    rolled = cd.rollup(pa.Table.from_pylist([event]), mapping)
    names: dict[str, Any] = {"cd": cd, "picss": cd.load("picss"), "rolled": rolled, "mapping": mapping}
    ways = [dictionary.TABLES[model], *dictionary.OTHERS.get(model, ())]
    assert "\n".join(ways) in section(the_dictionary, model.__name__)
    for expression in ways:
        found = eval(expression, names)  # noqa: S307  the documentation's own
        if model is cd.Vintage:
            assert type(found) is cd.Vintage
        else:
            assert found.model is model
            assert list(found.columns) == [column.field.name for column in columns(model)]
            assert len(found) > 0


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: str(kind.__name__))
def test_a_vocabulary_has_a_section_with_every_code(kind: type[Code], the_codebook: str) -> None:
    """With label and definition of the library, under an anchor of the vocabulary and the code."""
    told = section(the_codebook, kind.__name__)
    assert f"[`{kind.__name__}`][conflictdata.{kind.__name__}]" in told
    rows = [line for line in told.splitlines() if line.startswith("| <span")]
    assert len(rows) == len(kind)
    for code, row in zip(kind, rows, strict=True):
        label, meant = code.label.replace("|", "\\|"), code.definition.replace("|", "\\|")
        assert row.startswith(f'| <span id="{kind.axis()}-{code.value}"></span>`{code.value}` | {label} | {meant}'), row


COUNTS: list[tuple[str, Callable[[cd.Dataset], int]]] = [
    ("disputed", lambda opened: len(opened.figures.filter(status="disputed"))),
    ("contradicted", lambda opened: len(opened.claims.filter(verdict="contradicted"))),
    ("PK-KP-UNCLEAR", lambda opened: len(opened.statements.filter(area="PK-KP-UNCLEAR"))),
    ("short", lambda d: len(d.balances.filter(verdict="short")) + len(d.source_balances.filter(verdict="short"))),
    (
        "misprint_likely",
        lambda d: sum("misprint_likely" in row.caveats for rows in (d.statements, d.claims) for row in rows),
    ),
]


@pytest.mark.parametrize(("code", "count"), COUNTS, ids=[code for code, _ in COUNTS])
def test_codes_are_counted_as_the_library_counts_them(
    code: str, count: Callable[[cd.Dataset], int], the_codebook: str
) -> None:
    """Dataset by dataset, at the newest release."""
    numbers = [f"{count(cd.load(info.name)):,}" for info in cd.list_datasets()]
    assert f"| `{code}` | {' | '.join(numbers)} |\n" in the_codebook


def test_what_no_table_counts_says_where_it_is_given(the_codebook: str) -> None:
    """The states of cells are worked out on request."""
    assert "given on request: [Implied](dictionary.md#implied)." in section(the_codebook, "State")
    assert set(codebook.COUNTED) == set(ENUMS) - {cd.State}


def test_anchors_are_unique_and_links_between_the_pages_lead_to_them(the_dictionary: str, the_codebook: str) -> None:
    """Of both pages: a link to a vocabulary, a code or a table."""
    places = {"dictionary.md": Places(the_dictionary).found, "codebook.md": Places(the_codebook).found}
    for found in places.values():
        assert len(set(found)) == len(found)
    links = 0
    for own, page in (("dictionary.md", the_dictionary), ("codebook.md", the_codebook)):
        for target, anchor in re.findall(r"\]\(([\w.]*)#([\w-]+)\)", page):
            assert anchor in places[target or own]
            links += 1
    assert links > 100
    assert "status-disputed" in places["codebook.md"]


def test_the_columns_that_only_files_have_are_told(the_dictionary: str) -> None:
    """Since when a row is part of its dataset, and why."""
    told = section(the_dictionary, "Columns of the files alone")
    names = re.findall(r'<span id="kept-\w+"></span>`(\w+)`', told)
    assert sorted(names) == ["corrects", "from_release", "place", "to_release", "why", "withdrawn"]


def test_every_file_is_listed_with_its_size(the_dictionary: str) -> None:
    """The descriptors too, each as a link beside the page."""
    told = section(the_dictionary, "Files")
    listed = re.findall(r"\]\((\w+/[\w.]+)\) \|[^|]*\| ([\d,]+) \|", told)
    there = {name for name in bundle.manifest()["files"] if "/" in name}
    assert dict(listed) == {name: f"{(bundle.FOLDER / name).stat().st_size:,}" for name in there}
