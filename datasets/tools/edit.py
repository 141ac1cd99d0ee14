"""Edits of the record: tried on a copy, checked as a whole, and written only if nothing is wrong."""

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs

from conflictdata.changes import Diff, between
from conflictdata.errors import Fault, RecordError
from conflictdata.models import NEXT, Record, Release
from datasets.tools import explain, text
from datasets.tools.format import canonical
from datasets.tools.history import DatasetRecord
from datasets.tools.read import read

_FILES: Mapping[str, type[Record]] = {**text.FILES, text.RELEASES: Release}


@attrs.define
class Folder:
    """The files of one dataset as rows of text, to be edited.

    Attributes:
        path: The folder.
        rows: For each file its rows: cell by column.
    """

    path: Path
    rows: dict[str, list[dict[str, str]]]

    @classmethod
    def of(cls, path: Path) -> "Folder":
        """Read a folder whose files are without faults."""
        rows = {}
        for file in _FILES:
            with (path / file).open(encoding="utf-8", newline="") as opened:
                rows[file] = list(csv.DictReader(opened))
        return cls(path, rows)

    def contents(self) -> dict[str, str]:
        """Give the content of each file, in canonical form as far as it can be read."""
        found = {}
        for file, model in _FILES.items():
            written = text.dump(self.rows[file], model)
            try:
                found[file] = canonical(written.encode(), file, model)
            except RecordError:  # the check of the copy says what is wrong, with what else there is
                found[file] = written
        return found


@contextmanager
def copied(root: Path) -> Iterator[Path]:
    """Give a copy of the record, under the name that it has, so that faults are named alike."""
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made) / root.name
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("tools", "__pycache__"))
        yield copy


def write_all(contents: Mapping[Path, str]) -> None:
    """Write several files, all of them or none."""
    staged: dict[Path, Path] = {}
    before = {path: path.read_bytes() for path in contents}
    try:
        for path, content in contents.items():
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
            staged[path] = Path(name)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(content)
            staged[path].chmod(path.stat().st_mode)
        for path, made in staged.items():
            made.replace(path)
    except BaseException:
        for path, old in before.items():
            if path.read_bytes() != old:
                path.write_bytes(old)
        raise
    finally:
        for made in staged.values():
            made.unlink(missing_ok=True)


@attrs.frozen
class Proposal:
    """An edit that was tried and holds no fault.

    Attributes:
        before: The dataset as it stands.
        after: The dataset as it would be.
        contents: What each file would hold.
        unlisted: What would be short or over without an explanation, in words; and the rows to paste.
    """

    before: DatasetRecord
    after: DatasetRecord
    contents: Mapping[Path, str]
    unlisted: tuple[str, list[str]]

    @property
    def diff(self) -> Diff:
        """What the edit changes: rows, figures, verdicts."""
        since = self.before.releases[-1].label if self.before.releases else ""
        return between(self.before.opened(NEXT), self.after.opened(NEXT), self.after.turns, since, NEXT)

    def write(self) -> None:
        """Write the files that differ, all of them or none."""
        write_all({path: content for path, content in self.contents.items() if path.read_text(encoding="utf-8") != content})

    def __str__(self) -> str:
        """Say what the edit changes, and what is left to do."""
        rows, words = self.unlisted
        left = ["", f"to explain in {self.after.name}/discrepancies.csv:", *words, rows.rstrip()] if words else []
        return "\n".join([str(self.diff), *left])


def propose(
    root: Path,
    before: DatasetRecord,
    folder: Folder,
    lines: Mapping[tuple[str, str], tuple[str, int]] | None = None,
    also: Iterable[Folder] = (),
) -> Proposal:
    """Try an edit of one dataset.

    Args:
        root: The folder of the record.
        before: The dataset as it stands.
        folder: The edited rows.
        lines: For rows that come from elsewhere, by file and id, the file and line to name in faults.
        also: Other datasets that the edit touches, since they share a page.

    Returns:
        The edit, checked together with the rest of the record.

    Raises:
        RecordError: If it would leave any fault, with all of them; then nothing is written.
    """
    name = folder.path.name
    contents = {one.path / file: content for one in (folder, *also) for file, content in one.contents().items()}
    with copied(root) as copy:
        for path, content in contents.items():
            (copy / path.relative_to(root)).write_text(content, encoding="utf-8", newline="")
        try:
            after = next(dataset for dataset in read(copy) if dataset.name == name)
        except RecordError as error:
            raise RecordError([_placed(fault, copy, lines or {}) for fault in error.faults]) from error
        unlisted = explain.rows(after, copy)
    return Proposal(before, after, contents, unlisted)


def _placed(fault: Fault, copy: Path, lines: Mapping[tuple[str, str], tuple[str, int]]) -> Fault:
    """Name the line of the form for a fault of a row that comes from it."""
    path = copy.parent / fault.file
    if fault.row and path.suffix == ".csv" and path.is_file():
        reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        begins = 1
        for cells in reader:
            if begins == fault.row and (path.name, cells[0]) in lines:
                file, line = lines[path.name, cells[0]]
                return Fault(file, line, fault.column, fault.problem)
            begins = reader.line_num + 1
        for (name, id), (file, line) in lines.items():
            if name == path.name and repr(id) in fault.problem:  # two rows say the same, and the other one stands later
                return Fault(file, line, fault.column, fault.problem)
    return fault
