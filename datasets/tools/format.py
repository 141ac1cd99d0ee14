"""The canonical form of the record's files: one order of rows, one spelling of each cell."""

import os
import tempfile
from pathlib import Path
from typing import Any

import attrs

from conflictdata.balances import Discrepancy
from conflictdata.errors import Fault, RecordError
from conflictdata.lines import shapes, write
from conflictdata.models import Break, Claim, Record, Release, Source, Statement
from datasets.tools import text


def _rank(value: Any) -> Any:
    rank = getattr(value, "rank", value)
    return (rank is None, "" if rank is None else rank)


_ORDER: dict[type[Record], tuple[str, ...]] = {
    Source: ("id",),
    Statement: ("source", "report_period", "period", "area", "scope", "measure", "group", "value", "id"),
    Claim: ("source", "report_period", "period", "area", "scope", "measure", "group", "claim", "id"),
    Break: ("start", "id"),
    Discrepancy: ("source", "axis", "period", "area", "scope", "measure", "group", "part", "id"),
    Release: ("label",),
}


def canonical(raw: bytes, file: str, model: type[Record]) -> str:
    """Put a file into canonical form.

    A byte-order mark, CR LF line ends, a missing last line end and white space at the ends of cells are mended; nothing
    that a page stated is changed.

    Args:
        raw: The file's bytes.
        file: The name to give in faults.
        model: The class that its rows are records of.

    Returns:
        The canonical text.

    Raises:
        RecordError: If the file cannot be read, with every fault found.
    """
    decoded, faults = text.decode(raw, file)
    if not decoded:
        raise RecordError(faults)
    found, faults = text.rows(decoded, file, model)
    kinds = shapes(model)
    table = []
    for row in found:
        stripped = attrs.evolve(row, cells={name: " ".join(cell.split(" ")).strip() for name, cell in row.cells.items()})
        values, wrong = text.cells(stripped, file, model)
        faults += wrong
        stamps = {name: cell for name, cell in stripped.cells.items() if name not in kinds}
        table.append((values, stamps))
    if faults:
        raise RecordError(faults)
    table.sort(key=lambda row: [*(_rank(row[0][name]) for name in _ORDER[model]), row[1].get("from_release", "")])
    return text.dump(
        ({**{name: write(row[name], of) for name, of in kinds.items()}, **stamps} for row, stamps in table), model
    )


def replace(path: Path, content: str) -> None:
    """Write a file whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(content)
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def format_record(root: Path, *, check: bool = False) -> list[str]:
    """Put every file of the record into canonical form.

    Args:
        root: The folder that holds the datasets.
        check: Whether only to look.

    Returns:
        The files that were not in canonical form.

    Raises:
        RecordError: If any file cannot be read; then no file is written.
    """
    faults: list[Fault] = []
    changed: dict[Path, str] = {}
    for folder in text.dataset_folders(root):
        for file, model in {**text.FILES, text.RELEASES: Release}.items():
            path = folder / file
            name = f"{root.name}/{folder.name}/{file}"
            try:
                raw = path.read_bytes()
                content = canonical(raw, name, model)
            except OSError as error:
                faults.append(Fault(name, 0, "", error.strerror or str(error)))
            except RecordError as error:
                faults += error.faults
            else:
                if content.encode() != raw:
                    changed[path] = content
    if faults:
        raise RecordError(faults)
    if not check:
        for path, content in changed.items():
            replace(path, content)
    return [f"{root.name}/{path.relative_to(root).as_posix()}" for path in changed]
