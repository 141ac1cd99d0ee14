"""What machines are told of the datasets is what the files hold, and the same everywhere; the validators: .ci/metadata."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import conflictdata as cd
from conflictdata import bundle, vocabulary
from conflictdata.errors import UnknownNameError
from datasets.tools import citation, metadata
from datasets.tools.build import build
from datasets.tools.history import DatasetRecord
from datasets.tools.metadata import Described, Project
from datasets.tools.read import read
from website import bundled, jsonld
from website.make import PARTS

ROOT = Path(__file__).parent.parent
NAMES = [info.name for info in cd.list_datasets()]
Descriptor = dict[str, Any]


def package(name: str) -> Descriptor:
    """Read the descriptor of a dataset, as the install has it."""
    told: Descriptor = json.loads(bundle.read(f"{name}/datapackage.json"))
    return told


def resources() -> Iterator[tuple[str, Descriptor]]:
    """Give every resource with its dataset."""
    for name in NAMES:
        yield from ((name, resource) for resource in package(name)["resources"])


RESOURCES = [pytest.param(name, told, id=f"{name}-{told['name']}") for name, told in resources()]


@pytest.mark.parametrize("name", NAMES)
def test_a_descriptor_names_every_parquet_file_and_no_other(name: str) -> None:
    """In the order of their names, each once, and each name of a resource once."""
    told = package(name)["resources"]
    assert [resource["path"] for resource in told] == sorted(path.name for path in (bundle.FOLDER / name).glob("*.parquet"))
    assert len({resource["name"] for resource in told}) == len(told)


@pytest.mark.parametrize(("name", "resource"), RESOURCES)
def test_size_and_digest_are_those_of_the_file(name: str, resource: Descriptor) -> None:
    """So that a file that was fetched alone can be held against the descriptor."""
    content = (bundle.FOLDER / name / resource["path"]).read_bytes()
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize(("name", "resource"), RESOURCES)
def test_fields_are_the_columns(name: str, resource: Descriptor) -> None:
    """Names, order, descriptions and nulls are those of the Parquet file, and each type is the one that its values have."""
    schema = pq.read_schema(bundle.FOLDER / name / resource["path"])
    told = resource["schema"]["fields"]
    assert [field["name"] for field in told] == schema.names
    assert [field["description"] for field in told] == [field.metadata[b"description"].decode() for field in schema]
    assert all(field["description"] for field in told)
    assert [bool(field.get("constraints", {}).get("required")) for field in told] == [not field.nullable for field in schema]
    types = {
        "bool": "boolean",
        "date32[day]": "date",
        "double": "number",
        "int32": "integer",
        "int64": "integer",
        "string": "string",
        "dictionary<values=string, indices=int32, ordered=0>": "string",
    }
    expected = [types.get(str(field.type), "array") for field in schema]
    assert [field["type"] for field in told] == expected
    assert resource["schema"]["missingValues"] == []


@pytest.mark.parametrize(("name", "resource"), RESOURCES)
def test_categories_are_the_vocabulary_and_hold_the_rows(name: str, resource: Descriptor) -> None:
    """Every column of codes lists all codes of its vocabulary with their labels; no row has another."""
    kinds = {kind.axis(): kind for kind in vocabulary.VOCABULARIES}
    kinds |= {"kind": cd.SourceKind, "claim": cd.ClaimKind, "reference_area": cd.Area}
    table = pq.read_table(bundle.FOLDER / name / resource["path"])
    for field in resource["schema"]["fields"]:
        column = field["name"]
        found = {code for cell in table[column].to_pylist() for code in (cell if isinstance(cell, list) else [cell])} - {
            None
        }
        if field["type"] == "array":
            kind = kinds.get(column.removesuffix("s"))
            codes = (
                [code.value for code in kind] if kind else [*cd.Group, *cd.Area, *cd.Scope] if column == "includes" else []
            )
            assert field["arrayItem"].get("constraints", {}).get("enum", []) == codes
            assert found <= set(codes) or not codes
        elif column in kinds:
            told = {category["value"]: category["label"] for category in field["categories"]}
            assert told == {code.value: code.label for code in kinds[column]}
            assert found <= set(told)
        else:
            assert "categories" not in field


@pytest.mark.parametrize(("name", "resource"), RESOURCES)
def test_keys_tell_rows_apart_and_lead_somewhere(name: str, resource: Descriptor) -> None:
    """A primary key is unique, and what a foreign key names is there. A page is named by every table that has one."""
    table = pq.read_table(bundle.FOLDER / name / resource["path"])
    key = resource["schema"]["primaryKey"]
    rows = list(zip(*(table[column].to_pylist() for column in key), strict=True))
    assert len(set(rows)) == len(rows)
    alone = [field["name"] for field in resource["schema"]["fields"] if field.get("constraints", {}).get("unique")]
    assert alone == (key if len(key) == 1 else [])
    linked = set()
    paths = {one["name"]: one["path"] for one in package(name)["resources"]}
    for link in resource["schema"].get("foreignKeys", ()):
        (column,), (known,) = link["fields"], link["reference"]["fields"]
        other = pq.read_table(bundle.FOLDER / name / paths[link["reference"]["resource"]])
        assert set(table[column].to_pylist()) - {None} <= set(other[known].to_pylist())
        linked.add(column)
    assert {"source", "shown_by"} & set(table.column_names) <= linked


@pytest.mark.parametrize("info", cd.list_datasets(), ids=NAMES)
def test_the_facts_are_those_of_the_dataset(info: cd.DatasetInfo) -> None:
    """Title, release, day and licence stand in one place each; who made what is kept apart."""
    told, project = package(info.name), Project.read()
    assert told["title"] == info.title
    assert (told["version"], told["created"]) == (info.release, f"{info.release[:10]}T00:00:00Z")
    assert [licence["name"] for licence in told["licenses"]] == [info.licence]
    people = [(one["title"], one["roles"]) for one in told["contributors"]]
    assert people == [(project.maintainers, ["creator", "DataCurator"])]  # the publisher is a source, and took no part
    assert [source["path"] for source in told["sources"]] == [info.homepage]
    assert info.counts in told["description"]
    assert told["homepage"] == f"https://conflictdata.github.io/conflictdata/{cd.__version__}/data/{info.name}/"


@pytest.mark.parametrize("name", NAMES)
def test_the_model_gives_the_same_bytes_from_the_install(name: str) -> None:
    """What the build wrote follows from the files that it wrote: nothing else went into it."""
    made = jsonld.described(name).datapackage(Project.read())
    assert metadata.written(made).encode() == bundle.read(f"{name}/datapackage.json")


def test_a_dataset_without_a_release_has_no_day(little: Path, tmp_path: Path) -> None:
    """It is told under the label `next`, and not as made on any day."""
    build(little, tmp_path / "data")
    told = json.loads((tmp_path / "data" / "picss" / "datapackage.json").read_text(encoding="utf-8"))
    assert told["version"] == "next"
    assert "created" not in told
    statements = next(resource for resource in told["resources"] if resource["name"] == "statements")
    # The rows wait for a release that is not there yet: their column names none.
    assert [link["fields"] for link in statements["schema"]["foreignKeys"]] == [["source"], ["to_release"]]
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    assert citation.update(tmp_path, read(little), check=True) == []  # nor is there anything to cite


def test_an_unknown_licence_is_refused() -> None:
    """No address is made up for one."""
    with pytest.raises(UnknownNameError, match=r"unknown licence 'CC-0'; valid: CC-BY-4\.0, MIT"):
        metadata.licence("CC-0")


# How to cite.


def test_the_files_of_the_checkout_are_those_that_the_record_gives(recorded: Mapping[str, DatasetRecord]) -> None:
    """CITATION.cff and .zenodo.json are committed, and follow from the record and the project's own file."""
    assert citation.update(ROOT, recorded.values(), check=True) == []
    assert (ROOT / "CITATION.cff").is_file()
    assert (ROOT / ".zenodo.json").is_file()


def test_a_citation_names_the_newest_release_and_each_publisher(recorded: Mapping[str, DatasetRecord]) -> None:
    """The code has the code's licence, the compilation its own; the facts are the publishers'."""
    datasets = list(recorded.values())
    told = citation.citation(Project.read(), datasets)
    day = max(info.release for info in cd.list_datasets())[:10]
    assert told["preferred-citation"]["date-released"] == day
    assert (told["license"], told["preferred-citation"]["license"]) == ("MIT", "CC-BY-4.0")
    assert [one["title"] for one in told["references"]] == [info.publisher for info in cd.list_datasets()]
    archived = citation.archive(Project.read(), datasets)
    assert "publication_date" not in archived  # nor of its archive
    assert archived["version"] == told["version"] == told["preferred-citation"]["version"]
    assert "date-released" not in told  # of the code no day is known


def test_the_yaml_is_read_as_it_was_meant() -> None:
    """Tables in lists, lists in tables, and texts that YAML would take for something else."""
    told = {"a": "no", "b": ["1.0", "x: y"], "c": [{"name": "n", "d": {"e": 'q"'}}, {"name": "m"}], "f": {"g": "2026-11-23"}}
    lines = ['a: "no"', "b:", '  - "1.0"', '  - "x: y"', "c:", '  - name: "n"', "    d:", r'      e: "q\""', '  - name: "m"']
    assert list(citation._yaml(told)) == [*lines, "f:", '  g: "2026-11-23"']  # noqa: SLF001


def test_what_is_out_of_date_is_found_and_written(tmp_path: Path, recorded: Mapping[str, DatasetRecord]) -> None:
    """Only where a project stands beside the record, whose version it takes."""
    checkout, datasets = tmp_path, recorded.values()
    assert citation.update(checkout, datasets, check=True) == []
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = Project.read().version
    (checkout / "pyproject.toml").write_text(
        text.replace(f'version = "{version}"', 'version = "2031.1.0"'), encoding="utf-8"
    )
    shutil.copyfile(ROOT / "CITATION.cff", checkout / "CITATION.cff")

    assert citation.update(checkout, datasets, check=True) == ["CITATION.cff", ".zenodo.json"]
    assert not (checkout / ".zenodo.json").exists()
    assert citation.update(checkout, datasets, check=False) == ["CITATION.cff", ".zenodo.json"]
    assert citation.update(checkout, datasets, check=True) == []
    assert (checkout / "CITATION.cff").read_text(encoding="utf-8").count('version: "2031.1.0"') == 2
    assert json.loads((checkout / ".zenodo.json").read_text(encoding="utf-8"))["version"] == "2031.1.0"


# What the site tells.


def test_the_site_has_the_files_of_the_bundle() -> None:
    """Byte for byte, each Parquet file and the descriptor that names it, at the place that the descriptor says."""
    made = dict(bundled.files())
    expected = {f"data/{name}/{resource['path']}" for name, resource in resources()}
    assert set(made) == expected | {f"data/{name}/datapackage.json" for name in NAMES}
    assert all(content == (bundle.FOLDER / path.removeprefix("data/")).read_bytes() for path, content in made.items())
    assert bundled.files in PARTS.values()


@pytest.mark.parametrize("info", cd.list_datasets(), ids=NAMES)
def test_search_engines_are_told_who_made_what(info: cd.DatasetInfo) -> None:
    """The compilation is its maintainers'; it rests on the publisher's own pages, and is the same as none of them."""
    told, project = jsonld.dataset(info.name), Project.read()
    assert told["creator"]["name"] == project.maintainers
    assert told["citation"]["creator"]["name"] == info.publisher
    assert told["isBasedOn"] == [page.url for page in cd.load(info.name).sources]
    assert "sameAs" not in told
    assert told["license"] == package(info.name)["licenses"][0]["path"]
    assert told["temporalCoverage"] == f"{info.first}/{info.last}"
    assert (told["version"], told["datePublished"]) == (info.release, info.release[:10])
    measured = {figure.measure for figure in cd.load(info.name).figures}
    assert {one["propertyID"]: one["name"] for one in told["variableMeasured"]} == {m.value: m.label for m in measured}


@pytest.mark.parametrize("name", NAMES)
def test_downloads_are_what_the_site_has(name: str) -> None:
    """Each address is one of a file that is made for the site, and the digest is that file's."""
    made = {Project.read().page(path): content for path, content in bundled.files()}
    told = jsonld.dataset(name)["distribution"]
    assert {one["contentUrl"] for one in told} == {url for url in made if f"/data/{name}/" in url}
    for one in told:
        assert one["sha256"] == hashlib.sha256(made[one["contentUrl"]]).hexdigest()


def test_the_catalogue_names_every_dataset() -> None:
    """By the address of the page that describes it."""
    told = jsonld.catalogue()
    assert [one["@id"] for one in told["dataset"]] == [jsonld.dataset(name)["@id"] for name in NAMES]
    assert all(jsonld.dataset(name)["includedInDataCatalog"]["@id"] == told["@id"] for name in NAMES)


@pytest.mark.parametrize("name", [*NAMES, None])
def test_the_block_of_a_page_is_one_line_that_nothing_ends_early(name: str | None) -> None:
    """It reads back as what it tells, and holds no mark of HTML."""
    block = jsonld.script(name)
    head, tail = '<script type="application/ld+json">', "</script>\n"
    assert block.startswith(head)
    assert block.endswith(tail)
    inner = block[len(head) : -len(tail)]
    assert not {"<", "\n"} & set(inner)
    assert json.loads(inner) == (jsonld.dataset(name) if name else jsonld.catalogue())


def test_a_text_cannot_end_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the record has the words that would."""
    told = Described.of(
        "cmc", {**bundle.manifest()["datasets"]["cmc"], "title": "a</script>b"}, bundle.FOLDER / "cmc", vocabulary.declared()
    )
    monkeypatch.setattr(jsonld, "described", lambda _: told)
    assert jsonld.script("cmc").count("</script>") == 1
    assert (
        json.loads(jsonld.script("cmc")[len('<script type="application/ld+json">') : -len("</script>\n")])["name"]
        == told.title
    )
