"""Holds what machines are told against validators that others wrote, and shows that each of them refuses a broken copy.

Run by .ci/metadata, with the wheel and the dependency group `metadata` installed.
"""

import copy
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from frictionless import FrictionlessException, Package, Resource, Schema
from jsonschema import Draft7Validator

import conflictdata as cd

ROOT = Path(__file__).parent.parent
DATA = Path(cd.__file__).parent / "data"
PROFILES = {
    name: Draft7Validator(json.loads((files("dplib") / "profiles" / "2.0" / f"{name}.json").read_text()))
    for name in ("datapackage", "dataresource", "tableschema")
}
Descriptor = dict[str, Any]


def profile_faults(package: Descriptor) -> Iterator[str]:
    """Hold a descriptor, its resources and their schemas against the JSON schemas of Data Package, version 2."""
    parts = [("datapackage", package)]
    for resource in package.get("resources", ()):
        parts += [("dataresource", resource), ("tableschema", resource["schema"])]
    for name, part in parts:
        for error in PROFILES[name].iter_errors(part):
            yield f"profile {name}: {error.json_path}: {error.message[:200]}"


def with_enums(schema: Descriptor) -> Descriptor:
    """Write the categories of a schema as enums too: frictionless takes categories, and holds no row against them."""
    told = copy.deepcopy(schema)
    for one in told["fields"]:
        if "categories" in one:
            codes = [code if isinstance(code, str) else code["value"] for code in one["categories"]]
            one.setdefault("constraints", {})["enum"] = codes
    return told


def frictionless_faults(package: Descriptor, folder: Path) -> Iterator[str]:
    """Hold a descriptor, the bytes of its files and their rows against what frictionless makes of it.

    The files are given to frictionless as files, for their size and hash, and their rows as pyarrow reads them: its own
    reader of Parquet goes through pandas, where a list is no list and the size of a file is not known.
    """
    wrong = [f"descriptor: {error.message}" for error in Package.metadata_validate(package)]
    yield from wrong
    if wrong:  # of which it makes no package
        return
    tables = []
    for told in package["resources"]:
        kept = {key: told[key] for key in ("name", "path", "bytes", "hash")}
        report = Resource.from_descriptor({**kept, "type": "file"}, basepath=str(folder)).validate()
        yield from (f"{told['name']}: {kind}: {note}" for kind, note in report.flatten(["type", "note"]))
        table = pq.read_table(folder / told["path"])
        names = [field["name"] for field in told["schema"]["fields"]]
        if table.column_names != names:
            yield f"{told['name']}: columns: {table.column_names} are not {names}"
        rows = [table.column_names, *map(list, zip(*table.to_pydict().values(), strict=True))]
        tables.append(Resource(name=told["name"], data=rows, schema=Schema.from_descriptor(with_enums(told["schema"]))))
    for task in Package(resources=tables).validate().tasks:
        yield from (f"{task.name}: {error.type}: {error.message[:200]}" for error in task.errors[:3])
        rows, seen = pq.read_metadata(folder / f"{task.name.replace('-', '.')}.parquet").num_rows, task.stats.get("rows", 0)
        if not task.errors and seen != rows:
            yield f"{task.name}: {seen} of {rows} rows were read"


def faults(package: Descriptor, folder: Path) -> Iterator[str]:
    """Hold a descriptor against all there is."""
    yield from profile_faults(package)
    try:
        yield from frictionless_faults(package, folder)
    except FrictionlessException as error:
        yield f"frictionless: {error}"


def resource(package: Descriptor, name: str) -> Descriptor:
    """Give the resource of a name."""
    found: Descriptor = next(one for one in package["resources"] if one["name"] == name)
    return found


def field(package: Descriptor, name: str, column: str) -> Descriptor:
    """Give a field of a resource."""
    found: Descriptor = next(one for one in resource(package, name)["schema"]["fields"] if one["name"] == column)
    return found


def setting(find: Callable[[Descriptor], Descriptor], key: str, value: Any) -> Callable[[Descriptor], object]:
    """Make a change of one value."""
    return lambda package: find(package).update({key: value})


# What is broken in a copy, and a word of the fault that has to be found.
BREAKS: dict[str, Callable[[Descriptor], object]] = {
    "profile datapackage": lambda package: package.pop("resources"),
    "'resources' is a required": lambda package: package.pop("resources"),
    "$.keywords": setting(lambda package: package, "keywords", "conflict"),
    "profile dataresource: $.path": setting(lambda p: resource(p, "figures"), "path", "../figures.parquet"),
    "profile tableschema: $.fields": setting(lambda p: field(p, "figures", "value"), "type", "whole"),
    "byte-count": setting(lambda p: resource(p, "figures"), "bytes", 1),
    "hash-count": setting(lambda p: resource(p, "figures"), "hash", f"sha256:{'0' * 64}"),
    "figures: columns": lambda p: resource(p, "figures")["schema"]["fields"].remove(field(p, "figures", "voices")),
    "figures: type-error": setting(lambda p: field(p, "figures", "status"), "type", "integer"),
    "figures: constraint-error": lambda p: field(p, "figures", "high").setdefault("constraints", {}).update(required=True),
    "figures: primary-key": setting(lambda p: resource(p, "figures")["schema"], "primaryKey", ["period"]),
    "statements: foreign-key": lambda p: resource(p, "statements")["schema"]["foreignKeys"][0]["reference"].update(
        resource="releases", fields=["label"]
    ),
    'field "measure"': lambda p: field(p, "figures", "measure").update(categories=["killed"]),
    'field "marks"': lambda p: field(p, "figures", "marks")["arrayItem"]["constraints"].update(enum=["tie"]),
}


def packages() -> Iterator[str]:
    """Hold every descriptor of the bundle, and broken copies of one."""
    for info in cd.list_datasets():
        package = json.loads((DATA / info.name / "datapackage.json").read_text(encoding="utf-8"))
        found = list(faults(package, DATA / info.name))
        yield from (f"{info.name}: {fault}" for fault in found)
        print(f"{info.name}/datapackage.json: {len(package['resources'])} resources, {len(found)} faults")
    for word, broken in BREAKS.items():
        package = copy.deepcopy(json.loads((DATA / "crss" / "datapackage.json").read_text(encoding="utf-8")))
        broken(package)
        found = list(faults(package, DATA / "crss"))
        if not any(word in fault for fault in found):
            yield f"a broken copy passes: {word} is not among {found}"
    print(f"{len(BREAKS)} broken copies refused")


def refused(schema: list[str], path: Path) -> bool:
    """Whether check-jsonschema refuses a file."""
    done = subprocess.run(["check-jsonschema", *schema, str(path)], capture_output=True, text=True, check=False)
    print(f"{path.name}: {done.stdout.strip().splitlines()[0]}")
    return done.returncode != 0


def whole_files(work: Path) -> Iterator[str]:
    """Hold CITATION.cff and .zenodo.json against their schemas, and broken copies."""
    cff = ["--builtin-schema", "vendor.citation-file-format"]
    zenodo = ["--schemafile", str(ROOT / ".ci" / "zenodo.schema.json")]
    told = (
        ("CITATION.cff", cff, '  type: "data"', '  type: "dataset"'),
        ("CITATION.cff", cff, "authors:", "writers:"),
        (".zenodo.json", zenodo, '"isDocumentedBy"', '"isDocumentedIn"'),
        (".zenodo.json", zenodo, '"creators"', '"authors"'),
    )
    for name, schema, old, new in told:
        text = (ROOT / name).read_text(encoding="utf-8")
        broken = work / f"broken-{name.removeprefix('.')}"
        broken.write_text(text.replace(old, new, 1), encoding="utf-8")
        if old not in text or not refused(schema, broken):
            yield f"a broken {name} passes: {new} for {old}"
        if refused(schema, ROOT / name):
            yield f"{name} is refused"


def typescript(target: Path) -> None:
    """Write what search engines are told as TypeScript, for the types of schema.org, whole and broken."""
    from website import jsonld

    told = {info.name: jsonld.dataset(info.name) for info in cd.list_datasets()}
    lines = ["import type { DataCatalog, Dataset, WithContext } from 'schema-dts'", ""]
    lines += [f"export const {name}: WithContext<Dataset> = {json.dumps(one, indent=1)}" for name, one in told.items()]
    lines.append(f"export const catalogue: WithContext<DataCatalog> = {json.dumps(jsonld.catalogue(), indent=1)}")
    (target / "whole.ts").write_text("\n".join(lines) + "\n", encoding="utf-8")
    breaks: dict[str, Descriptor] = {
        "property": {"licence": told["cmc"]["license"]},
        "kind": {"creator": {"@type": "Organisation", "name": "n"}},
        "value": {"distribution": [{"@type": "DataDownload", "sha256": 1}]},
    }
    for name, change in breaks.items():
        text = json.dumps({**told["cmc"], **change}, indent=1)
        (target / f"broken-{name}.ts").write_text(f"{lines[0]}\nexport const cmc: WithContext<Dataset> = {text}\n")


def main(target: Path) -> int:
    """Hold everything; 0 if nothing is wrong. The TypeScript is left for .ci/metadata to check."""
    sys.path.append(str(ROOT))  # at the end: the package is the wheel
    with tempfile.TemporaryDirectory() as work:
        found = [*packages(), *whole_files(Path(work))]
    typescript(target)
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
