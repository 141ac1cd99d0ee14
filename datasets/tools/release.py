"""Making a release: rows are stamped, digests taken, the changelog written; refused while anything is inconsistent."""

import csv
import io
from datetime import date
from pathlib import Path

import attrs

from conflictdata.errors import Fault, RecordError
from conflictdata.lines import write
from conflictdata.models import NEXT, Release
from conflictdata.schema import shape
from datasets.tools import changelog, explain, history, text
from datasets.tools.edit import Folder, write_all
from datasets.tools.format import format_record
from datasets.tools.history import DatasetRecord
from datasets.tools.read import read


def next_label(dataset: DatasetRecord, day: date) -> str:
    """Give the label of the release to come.

    Args:
        dataset: The dataset.
        day: The day.

    Returns:
        The day, with a number where it has a release already.
    """
    taken = {release.label for release in dataset.releases}
    return next((label for label in (str(day), *(f"{day}.{n}" for n in range(1, 10))) if label not in taken), f"{day}.10")


def _sealed(dataset: DatasetRecord) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(text.SEALS)
    for (table, id, label), head in sorted(history.seals(dataset).items(), key=lambda seal: (seal[0][2], *seal[0])):
        writer.writerow([table, id, label, head])
    return out.getvalue()


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
    faults = [
        Fault(file, 0, "", "is not in canonical form: python -m datasets.tools format")
        for file in format_record(root, check=True)
    ]
    faults += history.figure_faults(dataset, f"{root.name}/{name}")
    if not dataset.pending:
        faults.append(Fault(f"{root.name}/{name}", 0, "", "holds nothing that waits for a release"))
    label = next_label(dataset, day)
    if dataset.releases and label <= dataset.releases[-1].label:
        faults.append(
            Fault(f"{root.name}/{name}/{text.RELEASES}", 0, "label", f"{label} is before {dataset.releases[-1].label}")
        )
    if not why or why != " ".join(why.split()):
        faults.append(
            Fault(f"{root.name}/{name}/{text.RELEASES}", 0, "why", "is empty, or no line of words with a space between")
        )
    if faults:
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
    write_all(contents)
    return made
