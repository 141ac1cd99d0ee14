"""The record as people edit it, read and checked: all faults at once, each located."""

import csv
import functools
import io
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import attrs

from conflictdata import rules
from conflictdata.balances import Discrepancy
from conflictdata.definitions import Definitions
from conflictdata.errors import ConflictDataError, Fault, InvalidValueError, RecordError
from conflictdata.lines import COVERED, columns, shapes
from conflictdata.models import Break, Claim, Record, Release, Source, Statement
from conflictdata.structure import Structure
from conflictdata.vocabulary import VOCABULARIES, Area, Axis, Code, Group, Measure, PeriodKind, Scope
from datasets.tools import history, text
from datasets.tools.history import DatasetRecord, Kept, Key

R = TypeVar("R", bound=Record)
Pages = Mapping[str, Sequence[Kept[Source]]]

_ABOUT = {"title", "publisher", "homepage", "counts", "licence"}
_ABOUT_OPTIONAL = {"continues"}

# Nothing of the record is older or newer: such a day is a slip of the keys. The day of the build is not asked, so that the
# same record builds on any day.
EARLIEST, LATEST = date(1947, 8, 14), date(2099, 12, 31)


@functools.lru_cache(maxsize=256)  # asked for each row
def _name(root: Path, path: Path) -> str:
    return f"{root.name}/{path.relative_to(root).as_posix()}"


@attrs.define
class _Reader:
    """Reads the folders and gathers the faults."""

    root: Path
    faults: list[Fault] = attrs.field(factory=list)
    lines: dict[tuple[str, str], int] = attrs.field(factory=dict)  # (file, id) to line; of several forms the last
    forms: dict[tuple[str, str], list[tuple[int, text.Stamp]]] = attrs.field(factory=dict)  # the same, all forms
    places: dict[Path, dict[Key, int]] = attrs.field(factory=dict)  # by folder, each form of each row to its line
    cited: dict[Path, set[str]] = attrs.field(factory=dict)  # by folder, the sources that rows name
    ids: dict[str, dict[str, None]] = attrs.field(factory=dict)  # by file, all ids, those of rows with faults too
    counts: Mapping[str, Mapping[str, str]] | None = None  # by dataset and scope, what the publisher counts

    def name(self, path: Path) -> str:
        return _name(self.root, path)

    def toml(self, path: Path) -> dict[str, Any] | None:
        """Read a TOML file; None if it cannot be read, and then the fault is kept."""
        file = self.name(path)
        try:
            return text.toml(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.faults.append(Fault(file, 0, "", f"is not TOML: {error}"))
        except OSError as error:
            self.faults.append(_unreadable(file, error))
        return None

    def rows(self, path: Path, model: type[Record]) -> Iterator[text.Row]:
        """Read the rows of one file."""
        file = self.name(path)
        try:
            raw = path.read_bytes()
        except OSError as error:
            self.faults.append(_unreadable(file, error))
            return
        decoded, faults = text.decode(raw, file)
        self.faults += faults
        if decoded:
            found, faults = text.rows(decoded, file, model)
            self.faults += faults
            yield from found

    def table(self, path: Path, model: type[R], pages: Pages) -> tuple[Kept[R], ...]:
        """Read one file into records; rows with faults are left out and their faults kept.

        A page without any form is one whose own row has faults: what rests on it is left out without a word.
        """
        file = self.name(path)
        kept = []
        for row in self.rows(path, model):
            values, faults = text.cells(row, file, model)
            stamp, wrong = text.stamp(row, file)
            faults += wrong
            self.ids.setdefault(file, {})[row.cells["id"]] = None
            if not stamp.to_release:
                self.cited.setdefault(path.parent, set()).add(row.cells.get("source", ""))
            values["dataset"] = path.parent.name
            named = [name for name, of in shapes(model).items() if of.of is Source and values.get(name) is not None]
            for name in named:
                values[name] = self.page(values[name], pages, stamp, faults, (file, row.line, name))
            faults += self.check(values, model, file, row.line)
            if not faults and all(values[name] for name in named):
                made = self.made(values, model, stamp, faults, (path, row.line))
                kept += [Kept(record, stamp) for record in made]
            self.faults += faults
        return tuple(kept)

    def page(
        self, source: str, pages: Pages, stamp: text.Stamp, faults: list[Fault], where: tuple[str, int, str]
    ) -> Source | None:
        if source not in pages:
            faults.append(Fault(*where, f"{source!r} is no source of this dataset"))
        elif pages[source]:
            page = history.during(pages[source], stamp)
            if page is None:
                faults.append(Fault(*where, f"{source!r} is not there in every release that has this row"))
            return page
        return None

    def releases(self, folder: Path) -> tuple[Release, ...]:
        """Read the releases of a dataset."""
        file = self.name(folder / text.RELEASES)
        found: list[Release] = []
        for row in self.rows(folder / text.RELEASES, Release):
            values, faults = text.cells(row, file, Release)
            values["dataset"] = folder.name
            faults += self.check(values, Release, file, row.line)
            if not faults and found and values["label"] <= found[-1].label:
                faults.append(Fault(file, row.line, "label", f"{values['label']} does not come after {found[-1].label}"))
            for name, known in (("rule", rules.RULES), ("schema", COVERED)):
                if name in values and values[name] not in known:
                    faults.append(Fault(file, row.line, name, f"there is no {name} {values[name]}"))
            if not faults:
                found.append(Release(**values))
            self.faults += faults
        return tuple(found)

    def digests(self, folder: Path) -> dict[history.Seal, str]:
        """Read the digests of the released rows of a dataset."""
        path = folder / text.DIGESTS
        try:
            rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self.faults.append(Fault(self.name(path), 0, "", f"cannot be read: {error}"))
            return {}
        head, *told = rows or [[]]
        if head != list(text.SEALS):
            self.faults.append(Fault(self.name(path), 1, "", f"the columns should be {', '.join(text.SEALS)}"))
            return {}
        for line, row in enumerate(told, 2):
            if len(row) != len(head):
                self.faults.append(
                    Fault(self.name(path), line, "", f"has {len(row)} cells where the header has {len(head)}")
                )
        return {(row[0], row[1], row[2], row[3]): row[4] for row in told if len(row) == len(head)}

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

    def made(
        self, values: Mapping[str, Any], model: type[R], stamp: text.Stamp, faults: list[Fault], at: tuple[Path, int]
    ) -> list[R]:
        where = self.name(at[0]), at[1]
        try:
            record = model(**values)
        except InvalidValueError as error:
            faults.append(Fault(*where, error.field, error.problem))
            return []
        except ConflictDataError as error:
            faults.append(Fault(*where, "", str(error)))
            return []
        id, table = values["id"], at[0].stem
        forms = self.forms.setdefault((where[0], id), [])
        for line, other in forms:
            if table in history.NEW_ID or stamp.overlaps(other):
                faults.append(Fault(*where, "id", f"{id!r} stands on line {line} already"))
        forms.append((where[1], stamp))
        self.lines[where[0], id] = where[1]
        self.places.setdefault(at[0].parent, {})[table, id, stamp.from_release] = where[1]
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
        if about is None:
            return {}
        file = self.name(path)
        for key in sorted(_ABOUT - about.keys()):
            self.faults.append(Fault(file, 0, key, "is missing"))
        for key, value in about.items():
            if key not in _ABOUT | _ABOUT_OPTIONAL:
                self.faults.append(Fault(file, 0, key, "is not known here"))
            elif not isinstance(value, str) or not value.strip():
                self.faults.append(Fault(file, 0, key, "is not a text"))
        before = about.get("continues")
        if isinstance(before, str) and before not in names - {folder.name}:
            self.faults.append(Fault(file, 0, "continues", f"{before!r} is no other dataset"))
        return about

    def dataset(self, folder: Path, names: set[str]) -> DatasetRecord:
        about = self.about(folder, names)
        before = len(self.faults)
        releases = self.releases(folder)
        sources = self.table(folder / "sources.csv", Source, {})
        named = self.ids.get(self.name(folder / "sources.csv"), {})
        pages: dict[str, Sequence[Kept[Source]]] = {**dict.fromkeys(named, ()), **history.versions(sources)}
        statements = self.table(folder / "statements.csv", Statement, pages)
        claims = self.table(folder / "claims.csv", Claim, pages)
        breaks = self.table(folder / "breaks.csv", Break, {})
        discrepancies = self.table(folder / "discrepancies.csv", Discrepancy, pages)
        dataset = DatasetRecord(folder.name, about, releases, sources, statements, claims, breaks, discrepancies)
        sealed = self.digests(folder)
        if len(self.faults) == before:
            places = self.places.get(folder, {})
            self.faults += history.stamp_faults(dataset, self.name(folder), places)
            self.faults += history.row_faults(dataset, self.name(folder), places, sealed)
        self.within(dataset, folder)
        for path in sorted(folder.iterdir()):
            if path.name not in {"dataset.toml", text.RELEASES, text.DIGESTS, *text.FILES}:
                self.faults.append(Fault(self.name(path), 0, "", "is no file of a dataset"))
        if not statements and not self.faults:
            self.faults.append(Fault(f"{self.name(folder)}/statements.csv", 0, "", "holds no statement"))
        return dataset

    def within(self, dataset: DatasetRecord, folder: Path) -> None:
        """Hold the rows of a dataset, as it stands now, against each other."""
        file, now = self.name(folder), dataset.now
        self.twice(f"{file}/sources.csv", "url", now.sources, lambda s: s.url)
        self.twice(f"{file}/statements.csv", "id", now.statements, _said)
        self.twice(f"{file}/claims.csv", "id", now.claims, _claimed)
        self.twice(f"{file}/discrepancies.csv", "id", now.discrepancies, lambda d: d.key)
        for page in now.sources:
            line = self.lines[f"{file}/sources.csv", page.id]
            if page.id not in self.cited.get(folder, set()):
                problem = f"no statement or claim rests on {page.id!r}"
                self.faults.append(Fault(f"{file}/sources.csv", line, "id", problem))
            if page.accessed > LATEST:
                self.faults.append(Fault(f"{file}/sources.csv", line, "accessed", f"{page.accessed} is after {LATEST}"))
            if page.published_from < EARLIEST:
                problem = f"{page.published_from} is before {EARLIEST}"
                self.faults.append(Fault(f"{file}/sources.csv", line, "published_from", problem))
        records = (("statements.csv", now.statements), ("claims.csv", now.claims))
        early = ((name, r) for name, told in records for r in told if r.period.start < EARLIEST)
        for name, record in early:
            line = self.lines[f"{file}/{name}", record.id]
            self.faults.append(Fault(f"{file}/{name}", line, "period", f"{record.period} is before {EARLIEST}"))

    def across(self, datasets: Iterable[DatasetRecord]) -> None:
        """Hold the datasets against each other: ids of rows are unique, one page has one id and one address."""
        seen: dict[str, str] = {}
        pages: dict[str, tuple[str, Source]] = {}
        for dataset in datasets:
            folder = f"{self.root.name}/{dataset.name}"
            for file, records in (("statements.csv", dataset.statements), ("claims.csv", dataset.claims)):
                for record in (row.record for row in records):
                    other = seen.setdefault(record.id, dataset.name)
                    if other != dataset.name:
                        line = self.lines[f"{folder}/{file}", record.id]
                        problem = f"{record.id!r} is a row of {other!r} already"
                        self.faults.append(Fault(f"{folder}/{file}", line, "id", problem))
            for page in (row.record for row in dataset.sources if not row.stamp.to_release):
                other, known = pages.setdefault(page.id, (dataset.name, page))
                differ = [
                    name for name in columns(Source) if name != "readings" and getattr(known, name) != getattr(page, name)
                ]
                for name in differ:
                    line = self.lines[f"{folder}/sources.csv", page.id]
                    problem = f"{page.id!r} has another {name} in {other!r}"
                    self.faults.append(Fault(f"{folder}/sources.csv", line, name, problem))

    def structure(self, told: object, file: str) -> None:
        """Hold what adds up to what against the codes."""
        if not isinstance(told, dict):
            self.faults.append(Fault(file, 0, "structure", "is missing"))
            return
        try:
            structure = Structure.of(told)
        except RecordError as error:
            self.faults += [Fault(file, 0, f"structure {fault.column}".strip(), fault.problem) for fault in error.faults]
        else:
            names = {folder.name for folder in text.dataset_folders(self.root)} or set(structure.datasets)
            self.faults += [Fault(file, 0, "structure", problem) for problem in _strangers(structure, names)]

    def comparison(self, told: object, file: str) -> None:
        """Hold what may be compared with what against the codes."""
        if not isinstance(told, dict):
            self.faults.append(Fault(file, 0, "comparison", "is missing"))
            return
        try:
            definitions = Definitions.of(told)
        except RecordError as error:
            self.faults += [Fault(file, 0, f"comparison {fault.column}".strip(), fault.problem) for fault in error.faults]
        else:
            names = {folder.name for folder in text.dataset_folders(self.root)} or set(definitions.datasets)
            self.faults += [Fault(file, 0, f"comparison {at}", said) for at, said in _foreign(definitions, names)]
            self.counts = definitions.counts

    def counted(self, datasets: Iterable[DatasetRecord]) -> None:
        """Hold what each publisher is said to count against what there are statements of."""
        if self.counts is None:  # that is a fault already
            return
        for dataset in datasets:
            told = self.counts.get(dataset.name, {})
            scopes = {row.record.scope for row in dataset.statements} - {Scope.UNCLEAR}
            for scope in sorted(scopes - told.keys(), key=lambda scope: scope.rank):
                problem = f"has statements, and no sentence says what {dataset.name} counts under it"
                self.faults.append(Fault(self.name(self.root / "vocabulary.toml"), 0, f"comparison counts {scope}", problem))

    def vocabulary(self) -> None:
        """Hold the declared vocabulary against the codes."""
        path = self.root / "vocabulary.toml"
        declared = self.toml(path)
        if declared is None:
            return
        file = self.name(path)
        known = {codes.axis(): codes for codes in VOCABULARIES}
        self.structure(declared.get("structure"), file)
        self.comparison(declared.get("comparison"), file)
        for axis in sorted(declared.keys() - known.keys() - {"structure", "comparison"}):
            self.faults.append(Fault(file, 0, axis, "is no vocabulary"))
        for axis, codes in known.items():
            section = _table(declared.get(axis))
            for code in codes:
                entry = _table(section.get(code))
                for key in ("label", "definition", *(("unit",) if codes is Measure else ())):
                    if not isinstance(entry.get(key), str) or not entry[key].strip():
                        self.faults.append(Fault(file, 0, f"{axis}.{code}", f"has no {key}"))
            for name in sorted(section.keys() - set(codes)):
                self.faults.append(Fault(file, 0, f"{axis}.{name}", f"is no {axis}"))
        areas = {area: str(_table(entry).get("parent", "")) for area, entry in _table(declared.get("area")).items()}
        self.faults += [Fault(file, 0, f"area.{area}", problem) for area, problem in _lost(areas)]


_COLUMNS: dict[str, type[Code]] = {"area": Area, "scope": Scope, "measure": Measure, "group": Group, "period": PeriodKind}


def _strangers(structure: Structure, names: Collection[str]) -> Iterator[str]:
    """Find what a structure names and the record does not have."""
    named: list[tuple[str, Iterable[str]]] = [*structure.aside.items(), *structure.codes.items()]
    for sum_ in structure.sums:
        if sum_.axis not in set(Axis) - {Axis.WITHIN}:
            yield f"{sum_.axis!r} is no axis of sums"
        named += [(sum_.column, (sum_.whole, *sum_.required, *sum_.optional)), *sum_.only.items()]
    for rule in structure.within:
        named += [(rule.column, (rule.whole, *rule.parts)), *rule.only.items()]
    for column, codes in named:
        known = {"dataset": names, **{name: set(vocabulary) for name, vocabulary in _COLUMNS.items()}}.get(column)
        if known is None:
            yield f"{column!r} is no column of a cell"
        else:
            yield from (f"{code!r} is no {column}" for code in codes if code not in known)


def _member(dataset: str, scope: str, names: Collection[str]) -> Iterator[str]:
    """Find what is wrong with a dataset and one of its scopes."""
    if dataset not in names:
        yield f"{dataset!r} is no dataset"
    if scope not in set(Scope):
        yield f"{scope!r} is no scope"
    if scope == Scope.UNCLEAR:
        yield f"{scope!r} is never compared"


def _foreign(definitions: Definitions, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Find what definitions name and the record does not have, or never compares, and where."""
    for dataset, scopes in definitions.counts.items():
        for scope in scopes:
            yield from ((f"counts {dataset}.{scope}", said) for said in _member(dataset, scope, names))
    number: Counter[bool] = Counter()
    for rule in definitions.rules:
        number[rule.same] += 1
        at = f"{'same' if rule.same else 'differ'} {number[rule.same]}"
        members = (member.partition(".") for member in rule.members)
        wrong = [said for dataset, _, scope in members for said in _member(dataset, scope, names)]
        for column, codes in (("measure", rule.measures), ("group", rule.groups), ("area", rule.areas)):
            wrong += [f"{code!r} is no {column}" for code in codes if code not in set(_COLUMNS[column])]
        wrong += [f"{code!r} is never compared" for code in rule.areas if code == Area.KP_UNCLEAR]
        yield from ((at, said) for said in wrong)


def _table(value: object) -> dict[str, Any]:
    """Take a table of a TOML file; what is none holds nothing."""
    return value if isinstance(value, dict) else {}


def _unreadable(file: str, error: OSError) -> Fault:
    return Fault(file, 0, "", "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}")


def _lost(parents: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Find areas from which the way up does not lead to the country."""
    for area in parents:
        above, way = area, [area]
        while (above := parents.get(above, "")) and above not in way:
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
    folders = text.dataset_folders(root) if root.is_dir() else []
    names = {folder.name for folder in folders}
    datasets = tuple(reader.dataset(folder, names) for folder in folders)
    if not datasets:
        reader.faults.append(Fault(root.name, 0, "", "holds no dataset"))
    reader.across(datasets)
    reader.counted(datasets)
    if reader.faults:
        raise RecordError(reader.faults)
    return datasets
