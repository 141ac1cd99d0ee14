"""What machines are told of a dataset: one model of it and its files, and the Data Package descriptor made of that.

The facts come from where they stand: `pyproject.toml`, `dataset.toml`, the releases, the models, the Parquet files as
they were written. What the site and archives are told is made of this model too.
"""

import hashlib
import inspect
import json
import tomllib
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from conflictdata import fields
from conflictdata.balances import Discrepancy
from conflictdata.errors import UnknownNameError
from conflictdata.fields import Includable
from conflictdata.models import NEXT, Break, Claim, Figure, Record, Release, Source, Statement
from conflictdata.resolve import Cell
from conflictdata.schema import shape
from conflictdata.vocabulary import Code, PeriodKind

PYPROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"
DESCRIPTOR = "datapackage.json"
MEDIA_TYPE = "application/vnd.apache.parquet"
PROFILES = "https://datapackage.org/profiles/2.0"

# The stored tables, as the bundle names them.
MODELS: Mapping[str, type[Record]] = {
    "sources": Source,
    "statements": Statement,
    "figures": Figure,
    "claims": Claim,
    "breaks": Break,
    "discrepancies": Discrepancy,
    "releases": Release,
}
_CELL = tuple(field.name for field in attrs.fields(Cell))
_KEYS = {"figures": _CELL, "releases": ("label",)}  # the others have an id
_LINKS = {
    "source": ("sources", "id"),
    "shown_by": ("sources", "id"),
    "from_release": ("releases", "label"),
    "to_release": ("releases", "label"),
}


@attrs.frozen
class Licence:
    """A licence, as it is named to machines.

    Attributes:
        id: The SPDX identifier.
        title: Its name.
        url: Where its text stands.
    """

    id: str
    title: str
    url: str


_LICENCES = {
    licence.id: licence
    for licence in (
        Licence(
            "CC-BY-4.0", "Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/"
        ),
        Licence("MIT", "MIT License", "https://opensource.org/license/mit"),
    )
}


def licence(id: str) -> Licence:
    """Give a licence by its SPDX identifier.

    Args:
        id: The identifier.

    Returns:
        The licence.

    Raises:
        UnknownNameError: If it is none of those that the project uses.
    """
    if id not in _LICENCES:
        raise UnknownNameError("licence", id, _LICENCES)
    return _LICENCES[id]


@attrs.frozen(kw_only=True)
class Project:
    """What `pyproject.toml` says of the project.

    Attributes:
        name: Its name.
        version: Its version.
        summary: What it is, in a line.
        maintainers: Who maintains the compilation.
        keywords: What it is about.
        licences: The SPDX identifiers of what is in it.
        urls: Its addresses by what stands there.
    """

    name: str
    version: str
    summary: str
    maintainers: str
    keywords: tuple[str, ...]
    licences: tuple[str, ...]
    urls: Mapping[str, str]

    @classmethod
    def read(cls, path: Path = PYPROJECT) -> "Project":
        """Read it.

        Args:
            path: The file.

        Returns:
            The project.
        """
        told = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        (author,) = told["authors"]
        return cls(
            name=told["name"],
            version=told["version"],
            summary=told["description"],
            maintainers=author["name"],
            keywords=tuple(told["keywords"]),
            licences=tuple(told["license"].split(" AND ")),
            urls=told["urls"],
        )

    def cited(self) -> dict[str, str]:
        """Give what the package says of itself where it is cited: what `CITATION.cff` says too."""
        return {
            "name": self.name,
            "version": self.version,
            "summary": self.summary,
            "maintainers": self.maintainers,
            "url": self.urls["Documentation"],
        }

    def page(self, path: str, version: str = "") -> str:
        """Give the address of a file of the site, in the folder of a version of it: this one's if none is named."""
        return f"{self.urls['Homepage']}{version or self.version}/{path}"


@attrs.frozen(kw_only=True)
class Column:
    """One column of a file.

    Attributes:
        name: Its name.
        type: Its type, as Table Schema names types.
        description: What it means.
        required: Whether every row has a value.
        unique: Whether no two rows have the same.
        codes: The codes that it draws from, each with its label; empty for all that is no code.
        minimum: The smallest value that it can have, if there is one.
        uri: Whether it holds addresses.
    """

    name: str
    type: str
    description: str
    required: bool
    unique: bool = False
    codes: tuple[tuple[str, str], ...] = ()
    minimum: int | None = None
    uri: bool = False

    def field(self) -> dict[str, Any]:
        """Write it as a field of a Table Schema."""
        made: dict[str, Any] = {"name": self.name, "type": self.type, "description": self.description}
        limits: dict[str, Any] = {}
        if self.required:
            limits["required"] = True
        if self.unique:
            limits["unique"] = True
        if self.minimum is not None:
            limits["minimum"] = self.minimum
        if self.type == "array":
            # What the items are: the profile's own way, a JSON schema among the constraints, is refused by frictionless.
            items: dict[str, Any] = {"type": "string"}
            if self.codes:
                items["constraints"] = {"enum": [code for code, _ in self.codes]}
            made["arrayItem"] = items
        elif self.codes:
            made["categories"] = [{"value": code, "label": label} for code, label in self.codes]
        if self.uri:
            made["format"] = "uri"
        return {**made, "constraints": limits} if limits else made


@attrs.frozen(kw_only=True)
class Link:
    """That a column names the rows of another file.

    Attributes:
        column: The column.
        resource: The other file's name.
        key: The column there.
    """

    column: str
    resource: str
    key: str


@attrs.frozen(kw_only=True)
class File:
    """One Parquet file of a dataset.

    Attributes:
        path: Its name, beside the descriptor.
        table: The table whose rows it has.
        description: What a row is, and which rows there are.
        bytes: Its size.
        sha256: Its digest.
        rows: How many rows it has.
        columns: Its columns, in order.
        key: The columns by which its rows are told apart.
        links: The columns that name rows of other files, every one of which is there.
    """

    path: str
    table: str
    description: str
    bytes: int
    sha256: str
    rows: int
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def name(self) -> str:
        """Its name in descriptors."""
        return self.path.removesuffix(".parquet").replace(".", "-")

    def resource(self, dataset: "Described") -> dict[str, Any]:
        """Write it as a resource of a Data Package.

        Args:
            dataset: Its dataset.

        Returns:
            The descriptor, with its Table Schema.
        """
        keys = [
            {"fields": [link.column], "reference": {"resource": link.resource, "fields": [link.key]}} for link in self.links
        ]
        schema = {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [column.field() for column in self.columns],
            "missingValues": [],  # what is not there is null; an empty note is a note
            "primaryKey": list(self.key),
            **({"foreignKeys": keys} if keys else {}),
        }
        return {
            "$schema": f"{PROFILES}/dataresource.json",
            "name": self.name,
            "type": "table",
            "path": self.path,
            "title": f"{dataset.name}: {self.name.replace('-', ', ')}",
            "description": self.description,
            "format": "parquet",
            "mediatype": MEDIA_TYPE,
            "bytes": self.bytes,
            "hash": f"sha256:{self.sha256}",
            "schema": schema,
        }


@attrs.frozen(kw_only=True)
class Described:
    """A dataset at its newest release, as it is told to machines.

    Attributes:
        name: Its name.
        title: What it is.
        publisher: Who compiled the numbers that it records.
        homepage: The publisher's own site.
        counts: What the publisher counts.
        licence: The SPDX identifier of the licence of the compilation.
        release: The label of the release; `next` where there is none yet.
        first: The first day that a statement is about.
        last: The last day that a statement is about.
        files: Its Parquet files, by name.
    """

    name: str
    title: str
    publisher: str
    homepage: str
    counts: str
    licence: Licence
    release: str
    first: str
    last: str
    files: tuple[File, ...]

    @classmethod
    def of(cls, name: str, about: Mapping[str, Any], folder: Path, vocabulary: Mapping[str, Any]) -> "Described":
        """Describe a dataset whose Parquet files are written.

        Args:
            name: The dataset.
            about: Its part of the manifest.
            folder: The folder of its files.
            vocabulary: What is declared about the codes. A build cannot ask the package for it, whose data it makes.

        Returns:
            The description.
        """
        told = {field: about[field] for field in ("title", "publisher", "homepage", "counts", "release", "first", "last")}
        tables = {path.name: pq.ParquetFile(path).read() for path in sorted(folder.glob("*.parquet"))}
        files = tuple(_file(path, folder, tables, about["release"], vocabulary) for path in tables)
        return cls(name=name, licence=licence(about["licence"]), files=files, **told)

    @property
    def day(self) -> str | None:
        """The day of the release; None where there is none yet."""
        return None if self.release == NEXT else str(fields.label_day(self.release))

    @property
    def description(self) -> str:
        """What it is, and what it is not, in a few sentences."""
        return (
            f"What pages reported of the numbers of the {self.publisher}, each with the page that stated it. The publisher "
            f"counts: {self.counts} The numbers are what was reported; nobody confirmed them for this compilation. It does "
            f"not correct a source, average, or fill a gap: where pages differ, each is kept."
        )

    @property
    def source_note(self) -> str:
        """Whose the facts are."""
        return f"{self.publisher}, as reported; the pages are the rows of sources.parquet"

    def datapackage(self, project: Project) -> dict[str, Any]:
        """Write the descriptor of the dataset: a Data Package, version 2.

        Args:
            project: The project.

        Returns:
            The descriptor.
        """
        return {
            "$schema": f"{PROFILES}/datapackage.json",
            "name": f"{project.name}-{self.name}",
            "title": self.title,
            "description": self.description,
            "homepage": project.page(f"data/{self.name}/"),
            "version": self.release,
            **({"created": f"{self.day}T00:00:00Z"} if self.day else {}),
            "keywords": [*project.keywords, self.publisher],
            "licenses": [{"name": self.licence.id, "title": self.licence.title, "path": self.licence.url}],
            "sources": [{"title": self.source_note, "path": self.homepage}],
            "contributors": [
                {"title": project.maintainers, "path": project.urls["Source"], "roles": ["creator", "DataCurator"]},
            ],
            "resources": [file.resource(self) for file in self.files],
        }


_TYPES = (
    (pa.types.is_list, "array"),  # of which Parquet has its own form; the profile has no `list`
    (pa.types.is_dictionary, "string"),
    (pa.types.is_string, "string"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "number"),
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_date32, "date"),
)


def _codes(of: type, vocabulary: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Give the codes that a field of this class draws from, each with its label."""
    kinds = typing.get_args(Includable) if of is Code else (of,) if issubclass(of, Code) else ()
    return tuple((code.value, vocabulary[kind.axis()][code.value]["label"]) for kind in kinds for code in kind)


def _counts(validator: Any) -> bool:
    return fields.not_negative in {validator, getattr(validator, "validator", None)}


def _columns(table: pa.Table, model: type[Record], key: Iterable[str], vocabulary: Mapping[str, Any]) -> Iterator[Column]:
    known = {field.name: field for field in attrs.fields(model)}
    alone = list(key)
    for field in table.schema:
        told = known.get(field.name)
        of = shape(told.type).of if told else PeriodKind if field.name == "period_kind" else str
        yield Column(
            name=field.name,
            type=next(name for holds, name in _TYPES if holds(field.type)),
            description=(field.metadata or {}).get(b"description", b"").decode(),
            required=not field.nullable,
            unique=alone == [field.name],
            codes=_codes(of, vocabulary),
            minimum=0 if told and _counts(told.validator) else None,
            uri=field.name == "url",
        )


def _linked(table: pa.Table, column: str, other: pa.Table, key: str) -> bool:
    """Whether all that a column names is there."""
    return set(table[column].to_pylist()) - {None} <= set(other[key].to_pylist())


def _file(path: str, folder: Path, tables: Mapping[str, pa.Table], release: str, vocabulary: Mapping[str, Any]) -> File:
    table, content = tables[path], (folder / path).read_bytes()
    name, _, closed = path.removesuffix(".parquet").partition(".")
    model = MODELS[name]
    key = (*_KEYS.get(name, ("id",)), *(("from_release",) if closed else ()))
    links = (
        Link(column=column, resource=other, key=known)
        for column, (other, known) in _LINKS.items()
        if column in table.column_names and _linked(table, column, tables[f"{other}.parquet"], known)
    )
    row = (inspect.getdoc(model) or "").partition("\n")[0]
    which = f"The rows of release {release}."
    if closed:
        which = f"The rows that release {release} does not have: earlier forms, what was withdrawn, and what waits to come."
    elif model is Release:
        which = "All releases so far."
    return File(
        path=path,
        table=name,
        description=f"{row} {which}",
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        rows=table.num_rows,
        columns=tuple(_columns(table, model, key, vocabulary)),
        key=key,
        links=tuple(links),
    )


def written(descriptor: Mapping[str, Any]) -> str:
    """Write a descriptor as JSON: the same text for the same descriptor, without the blanks that only people need.

    Args:
        descriptor: The descriptor.

    Returns:
        The text.
    """
    return json.dumps(descriptor, ensure_ascii=False, separators=(",", ":")) + "\n"
