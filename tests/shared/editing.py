"""A record that is edited: by hand, a place of a file; and what it then holds."""

from pathlib import Path

from datasets.tools.history import DatasetRecord
from datasets.tools.read import read


def edit(path: Path, old: str, new: str) -> None:
    """Change one place of a file."""
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, (old, content.count(old))
    path.write_text(content.replace(old, new), encoding="utf-8", newline="")


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def one(record: Path, name: str = "picss") -> DatasetRecord:
    """Read one dataset of a record."""
    return next(dataset for dataset in read(record) if dataset.name == name)
