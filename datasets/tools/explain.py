"""What does not add up, and is not explained yet."""

import csv
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from conflictdata import checks
from conflictdata.balances import Balance, Discrepancy, Unlisted
from conflictdata.errors import Fault, RecordError
from conflictdata.models import NEXT
from conflictdata.structure import Structure
from conflictdata.vocabulary import Axis
from datasets.tools import text
from datasets.tools.history import DatasetRecord


def structure_of(root: Path) -> Structure:
    """Give the structure that stands beside the record, built or not.

    Args:
        root: The folder that holds `vocabulary.toml`.

    Returns:
        What adds up to what.
    """
    return Structure.of(text.toml((root / "vocabulary.toml").read_text(encoding="utf-8"))["structure"])


def balances_of(dataset: DatasetRecord, structure: Structure) -> list[Balance]:
    """Hold a dataset's totals against their parts.

    Args:
        dataset: The dataset.
        structure: What adds up to what.

    Returns:
        The balances of its figures, then those of its pages.
    """
    now = dataset.now
    pages = {page.id: page for page in now.sources}
    figures = [row.record for row in dataset.figures if row.stamp.at(NEXT)]
    levels = (checks.of_figures(figures, now.statements, structure), checks.of_sources(now.statements, structure))
    return [balance for counts in levels for balance in checks.records(counts, now.discrepancies, pages)]


def hold(datasets: Iterable[DatasetRecord], root: Path) -> None:
    """Hold what is short or over against what is explained.

    Args:
        datasets: The datasets.
        root: The folder that holds them.

    Raises:
        RecordError: If something is not explained, or an explanation is of something else than it was.
    """
    found = []
    structure = structure_of(root)
    for dataset in datasets:
        file = f"{root.name}/{dataset.name}/discrepancies.csv"
        held = Unlisted.of(balances_of(dataset, structure), dataset.now.discrepancies)
        found += [Fault(file, 0, "", f"lacks {balance}") for balance in held.unlisted]
        found += [Fault(file, 0, told.id, f"is of another residual: {balance}") for balance, told in held.changed]
        found += [Fault(file, 0, told.id, "is of nothing that is short or over") for told in held.stale]
    if found:
        raise RecordError(found)


def rows(dataset: DatasetRecord, root: Path) -> tuple[str, list[str]]:
    """Write the rows that a file of discrepancies lacks, but for what only a person can fill in.

    Args:
        dataset: The dataset.
        root: The folder that holds it.

    Returns:
        The rows, as its file has them, with `reason`, `explanation` and `shown_by` empty; and in words what they are about,
        and what else is to be done.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, text.header(Discrepancy), restval="", lineterminator="\n")
    held = Unlisted.of(balances_of(dataset, structure_of(root)), dataset.now.discrepancies)
    words = []
    for b in held.unlisted:
        key = "|".join([dataset.name, *map(str, b.key)])
        row = {
            "from_release": NEXT,
            "id": f"d{hashlib.sha256(key.encode()).hexdigest()[:10]}",
            "source": b.source.id if b.source else "",
            **{axis: getattr(b, axis) for axis in ("axis", "period", "area", "scope", "measure", "group")},
            "part": b.parts[0] if b.axis is Axis.WITHIN else "",
            "residual_low": "" if b.residual_low is None else b.residual_low,
            "residual_high": "" if b.residual_high is None else b.residual_high,
        }
        writer.writerow(row)
        words.append(f"{row['id']}: {b}")
    words += [f"{told.id}: has to be looked at again, and its residual changed: {b}" for b, told in held.changed]
    words += [f"{told.id}: has to go, since it is of nothing that is short or over" for told in held.stale]
    return out.getvalue(), words
