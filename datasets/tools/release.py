"""Making a release: rows are stamped, digests taken, the changelog written; refused while anything is inconsistent."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import attrs

from conflictdata.errors import Fault, RecordError
from conflictdata.lines import write
from conflictdata.models import NEXT, Release
from conflictdata.schema import shape
from datasets.tools import changelog, explain, history, text
from datasets.tools.edit import Folder, copied, write_all
from datasets.tools.format import format_record
from datasets.tools.history import DatasetRecord
from datasets.tools.read import read


def next_label(dataset: DatasetRecord, day: date) -> str:
    """Give the label of the release to come.

    Args:
        dataset: The dataset.
        day: The day.

    Returns:
        The day, with a number where it has a release already; nothing if it has ten.
    """
    taken = {release.label for release in dataset.releases}
    labels = (str(day), *(f"{day}.{number}" for number in range(1, 10)))
    return next((label for label in labels if label not in taken), "")


def _sealed(dataset: DatasetRecord) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(text.SEALS)
    for seal, head in sorted(history.seals(dataset).items(), key=lambda item: (item[0][3] or item[0][2], *item[0])):
        writer.writerow([*seal, head])
    return out.getvalue()


def _refusals(root: Path, dataset: DatasetRecord, label: str, why: str, day: date) -> Iterator[Fault]:
    """Say why no release can be made, but for sums without an explanation."""
    folder = f"{root.name}/{dataset.name}"
    for file in format_record(root, check=True):
        yield Fault(file, 0, "", "is not in canonical form: python -m datasets.tools format")
    yield from history.figure_faults(dataset, folder)
    if not dataset.pending:
        yield Fault(folder, 0, "", "holds nothing that waits for a release")
    if not label:
        yield Fault(f"{folder}/{text.RELEASES}", 0, "label", f"{day} has ten releases, and no label is left")
    elif dataset.releases and label <= dataset.releases[-1].label:
        yield Fault(f"{folder}/{text.RELEASES}", 0, "label", f"{label} is before {dataset.releases[-1].label}")
    for page in dataset.now.sources:
        if page.accessed > day:
            yield Fault(f"{folder}/sources.csv", 0, "accessed", f"{page.id!r} was read on {page.accessed}, after {day}")
    if not why or why != " ".join(why.split()) or "<!--" in why:
        yield Fault(f"{folder}/{text.RELEASES}", 0, "why", "is empty, or no line of words with a space between")


def release(root: Path, name: str, why: str, day: date, log: Path) -> Release:
    """Make a release of a dataset of what waits for it.

    Args:
        root: The folder of the record.
        name: The dataset.
        why: Why it is made, in a line.
        day: The day that gives its label.
        log: The changelog, whose section on data is written anew.

    Returns:
        The release.

    Raises:
        RecordError: If the record holds a fault, is not in canonical form, has sums without an explanation, or if nothing
            waits for a release. Then nothing is written.
    """
    datasets = read(root)
    dataset = next(one for one in datasets if one.name == name)
    label = next_label(dataset, day)
    if faults := list(_refusals(root, dataset, label, why, day)):
        raise RecordError(faults)
    explain.hold([dataset], root)
    made = dataset.next_release(label, why)

    folder = Folder.of(root / name)
    for file in text.FILES:
        for row in folder.rows[file]:
            for column in ("from_release", "to_release"):
                row[column] = label if row[column] == NEXT else row[column]
    kinds = {field.name: shape(field.type) for field in attrs.fields(Release) if field.name != "dataset"}
    folder.rows[text.RELEASES].append({column: write(getattr(made, column), of) for column, of in kinds.items()})
    stamped = dataset.released(made)
    contents = {folder.path / file: content for file, content in folder.contents().items()}
    contents[folder.path / text.DIGESTS] = _sealed(stamped)
    others = [stamped if one is dataset else one for one in datasets]
    contents[log] = changelog.written(log.read_text(encoding="utf-8"), others)
    with copied(root) as copy:  # what was stamped is read once more before it is written: a release is for ever
        for path, content in contents.items():
            if path != log:
                (copy / path.relative_to(root)).write_text(content, encoding="utf-8", newline="")
        (again,) = (one for one in read(copy) if one.name == name)
        if found := [*history.figure_faults(again, f"{root.name}/{name}")]:
            raise RecordError(found)
    write_all(contents)
    return made
