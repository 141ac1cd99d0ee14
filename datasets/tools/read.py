"""The record as people edit it, read and checked: all faults at once, each located."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from conflictdata.errors import ConflictDataError, Fault, InvalidValueError, RecordError
from conflictdata.models import Break, Claim, Record, Source, Statement
from conflictdata.vocabulary import VOCABULARIES, Area
from datasets.tools import text

R = TypeVar("R", bound=Record)

_ABOUT = {"title", "publisher", "homepage", "counts", "licence"}
_ABOUT_OPTIONAL = {"continues"}


@attrs.frozen
class DatasetRecord:
    """One dataset as it stands in its folder.

    Attributes:
        name: The folder's name.
        about: What `dataset.toml` says.
        sources: Its pages.
        statements: What they stated.
        claims: What they claimed.
        breaks: The dated changes of definition.
    """

    name: str
    about: Mapping[str, str]
    sources: tuple[Source, ...]
    statements: tuple[Statement, ...]
    claims: tuple[Claim, ...]
    breaks: tuple[Break, ...]


@attrs.define
class _Reader:
    """Reads the folders and gathers the faults."""

    root: Path
    faults: list[Fault] = attrs.field(factory=list)
    lines: dict[tuple[str, str], int] = attrs.field(factory=dict)  # (file, id) to line
    ids: dict[str, dict[str, None]] = attrs.field(factory=dict)  # by file, all ids, those of rows with faults too

    def name(self, path: Path) -> str:
        return f"{self.root.name}/{path.relative_to(self.root).as_posix()}"

    def toml(self, path: Path) -> dict[str, Any]:
        file = self.name(path)
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.faults.append(Fault(file, 0, "", "is missing"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.faults.append(Fault(file, 0, "", f"is not TOML: {error}"))
        return {}

    def table(self, path: Path, model: type[R], sources: Mapping[str, Source | None]) -> tuple[R, ...]:
        """Read one file into records; rows with faults are left out and their faults kept.

        A source that is None is one whose own row has faults: what rests on it is left out without a word.
        """
        file = self.name(path)
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            self.faults.append(Fault(file, 0, "", "is missing"))
            return ()
        decoded, faults = text.decode(raw, file)
        self.faults += faults
        if not decoded:
            return ()
        found, faults = text.rows(decoded, file, model)
        self.faults += faults
        records = []
        for row in found:
            values, faults = text.cells(row, file, model)
            self.ids.setdefault(file, {})[row.cells["id"]] = None
            values["dataset"] = path.parent.name
            if "source" in values:
                values["source"] = self.page(values["source"], sources, faults, (file, row.line))
            faults += self.check(values, model, file, row.line)
            if not faults and values.get("source", True):
                records += self.made(values, model, faults, (file, row.line))
            self.faults += faults
        return tuple(records)

    def page(
        self, source: str, sources: Mapping[str, Source | None], faults: list[Fault], where: tuple[str, int]
    ) -> Source | None:
        if source not in sources:
            faults.append(Fault(*where, "source", f"{source!r} is no source of this dataset"))
        return sources.get(source)

    def check(self, values: Mapping[str, Any], model: type[Record], file: str, line: int) -> list[Fault]:
        """Run the check of each field on its own, so that one fault does not hide the next."""
        faults = []
        for field in attrs.fields(model):
            value = values.get(field.name)
            if field.validator is None or value is None:
                continue
            try:
                field.validator(None, field, value)
            except InvalidValueError as error:
                faults.append(Fault(file, line, error.field, error.problem))
            except (TypeError, ValueError) as error:
                faults.append(Fault(file, line, field.name, str(error.args[0])))
        return faults

    def made(self, values: Mapping[str, Any], model: type[R], faults: list[Fault], where: tuple[str, int]) -> list[R]:
        try:
            record = model(**values)
        except InvalidValueError as error:
            faults.append(Fault(*where, error.field, error.problem))
            return []
        except ConflictDataError as error:
            faults.append(Fault(*where, "", str(error)))
            return []
        if (known := self.lines.setdefault((where[0], values["id"]), where[1])) != where[1]:
            faults.append(Fault(*where, "id", f"{values['id']!r} stands on line {known} already"))
        return [record]

    def twice(self, file: str, column: str, records: Iterable[Any], key: Callable[[Any], object]) -> None:
        """Find records that say the same under two ids."""
        seen: dict[object, str] = {}
        for record in records:
            first = seen.setdefault(key(record), record.id)
            if first != record.id:
                line = self.lines[file, record.id]
                problem = f"{record.id!r} says the same as {first!r} on line {self.lines[file, first]}"
                self.faults.append(Fault(file, line, column, problem))

    def about(self, folder: Path, names: set[str]) -> dict[str, str]:
        path = folder / "dataset.toml"
        about = self.toml(path)
        file = self.name(path)
        for key in sorted(_ABOUT - about.keys() if about else ()):
            self.faults.append(Fault(file, 0, key, "is missing"))
        for key, value in about.items():
            if key not in _ABOUT | _ABOUT_OPTIONAL:
                self.faults.append(Fault(file, 0, key, "is not known here"))
            elif not isinstance(value, str) or not value.strip():
                self.faults.append(Fault(file, 0, key, "is not a text"))
        if (before := about.get("continues")) is not None and before not in names - {folder.name}:
            self.faults.append(Fault(file, 0, "continues", f"{before!r} is no other dataset"))
        return about

    def dataset(self, folder: Path, names: set[str]) -> DatasetRecord:
        about = self.about(folder, names)
        sources = self.table(folder / "sources.csv", Source, {})
        pages = {**self.ids.get(self.name(folder / "sources.csv"), {}), **{page.id: page for page in sources}}
        statements = self.table(folder / "statements.csv", Statement, pages)
        claims = self.table(folder / "claims.csv", Claim, pages)
        breaks = self.table(folder / "breaks.csv", Break, {})

        file = self.name(folder)
        self.twice(f"{file}/sources.csv", "url", sources, lambda s: s.url)
        self.twice(f"{file}/statements.csv", "id", statements, _said)
        self.twice(f"{file}/claims.csv", "id", claims, _claimed)
        cited = {record.source.id for table in (statements, claims) for record in table}
        for page in sources:
            if page.id not in cited and not self.faults:
                line = self.lines[f"{file}/sources.csv", page.id]
                problem = f"no statement or claim rests on {page.id!r}"
                self.faults.append(Fault(f"{file}/sources.csv", line, "id", problem))
        return DatasetRecord(folder.name, about, sources, statements, claims, breaks)

    def across(self, datasets: Iterable[DatasetRecord]) -> None:
        """Hold the datasets against each other: ids of rows are unique, one page has one id and one address."""
        seen: dict[str, str] = {}
        pages: dict[str, tuple[str, Source]] = {}
        for dataset in datasets:
            folder = f"{self.root.name}/{dataset.name}"
            for file, records in (("statements.csv", dataset.statements), ("claims.csv", dataset.claims)):
                for record in records:
                    other = seen.setdefault(record.id, dataset.name)
                    if other != dataset.name:
                        line = self.lines[f"{folder}/{file}", record.id]
                        problem = f"{record.id!r} is a row of {other!r} already"
                        self.faults.append(Fault(f"{folder}/{file}", line, "id", problem))
            for page in dataset.sources:
                other, known = pages.setdefault(page.id, (dataset.name, page))
                differ = [
                    name
                    for name in text.columns(Source)
                    if name != "readings" and getattr(known, name) != getattr(page, name)
                ]
                for name in differ:
                    line = self.lines[f"{folder}/sources.csv", page.id]
                    problem = f"{page.id!r} has another {name} in {other!r}"
                    self.faults.append(Fault(f"{folder}/sources.csv", line, name, problem))

    def vocabulary(self) -> None:
        """Hold the declared vocabulary against the codes."""
        path = self.root / "vocabulary.toml"
        declared = self.toml(path)
        file = self.name(path)
        if not declared:
            return
        known = {codes.axis(): codes for codes in VOCABULARIES}
        for axis in sorted(declared.keys() - known.keys()):
            self.faults.append(Fault(file, 0, axis, "is no vocabulary"))
        for axis, codes in known.items():
            section = declared.get(axis, {})
            for code in codes:
                for key in ("label", "definition"):
                    if not str(section.get(code, {}).get(key, "")).strip():
                        self.faults.append(Fault(file, 0, f"{axis}.{code}", f"has no {key}"))
            for code in section.keys() - set(codes):
                self.faults.append(Fault(file, 0, f"{axis}.{code}", f"is no {axis}"))
        self.faults += [Fault(file, 0, f"area.{area}", problem) for area, problem in _lost(declared.get("area", {}))]


def _lost(areas: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Find areas from which the way up does not lead to the country."""
    for area in areas:
        above, way = area, [area]
        while (above := areas.get(above, {}).get("parent", "")) and above not in way:
            way.append(above)
        if above or way[-1] != Area.PK:
            yield area, f"does not lie within {Area.PK}: {' in '.join([*way, above] if above else way)}"


def _said(s: Statement) -> object:
    cell = (s.source.id, s.report_period, s.period, s.area, s.scope, s.measure, s.group)
    # Two parts of a cell may count the same number; the note tells them apart.
    return (*cell, s.value, s.bound, s.subset, frozenset(s.includes), s.note if s.subset else "")


def _claimed(c: Claim) -> object:
    cell = (c.source.id, c.report_period, c.period, c.area, c.scope, c.measure, c.group)
    return (*cell, c.claim, c.value, c.direction, c.reference_period, c.reference_area, c.bound)


def read(root: Path) -> tuple[DatasetRecord, ...]:
    """Read the whole record.

    Args:
        root: The folder that holds `vocabulary.toml` and a folder for each dataset.

    Returns:
        The datasets, ordered by name.

    Raises:
        RecordError: If anything is wrong, with every fault found.
    """
    reader = _Reader(root)
    reader.vocabulary()
    folders = text.dataset_folders(root)
    names = {folder.name for folder in folders}
    datasets = tuple(reader.dataset(folder, names) for folder in folders)
    if not datasets:
        reader.faults.append(Fault(root.name, 0, "", "holds no dataset"))
    reader.across(datasets)
    if reader.faults:
        raise RecordError(reader.faults)
    return datasets
