"""The record to the files that the wheel carries."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from conflictdata import bundle, resolve, schema
from conflictdata.balances import Discrepancy
from conflictdata.errors import Fault, RecordError
from conflictdata.models import Break, Claim, Figure, Record, Source, Statement
from datasets.tools.read import DatasetRecord, read

_CONSTANT = '"""The digest of the manifest that this version was built with."""\n\nDIGEST = "{}"\n'


def _names(dtype: pa.DataType, path: str) -> str | None:
    """Give the Parquet path of a column that holds codes."""
    if pa.types.is_list(dtype):
        return f"{path}.list.element"
    return path if pa.types.is_dictionary(dtype) else None


def write_table(path: Path, model: type[Record], records: Sequence[Record]) -> None:
    """Write records as Parquet that any reader takes: plain and dictionary encodings, zstd, one row group.

    Args:
        path: The file.
        model: The class of the records.
        records: The records, in the order to write them.
    """
    table = schema.to_arrow(model, records)
    coded = [name for field in table.schema if (name := _names(field.type, field.name))]
    pq.write_table(
        table,
        path,
        row_group_size=max(1, table.num_rows),
        version="2.6",
        data_page_version="1.0",
        use_dictionary=coded,
        compression="zstd",
        compression_level=19,
    )


def _write(folder: Path, dataset: DatasetRecord) -> dict[str, Any]:
    """Write the tables of one dataset, and give its part of the manifest."""
    tables: dict[str, tuple[type[Record], Sequence[Record]]] = {
        "sources": (Source, dataset.sources),
        "statements": (Statement, dataset.statements),
        "figures": (Figure, resolve.resolve(dataset.statements)),
        "claims": (Claim, dataset.claims),
        "breaks": (Break, dataset.breaks),
        "discrepancies": (Discrepancy, dataset.discrepancies),
    }
    folder.mkdir()
    files = {}
    for name, (model, records) in tables.items():
        path = folder / f"{name}.parquet"
        write_table(path, model, records)
        files[name] = {"rows": len(records)}
    periods = [statement.period for statement in dataset.statements]
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    return {**dataset.about, "first": str(first), "last": str(last), "tables": files}


def build(root: Path, target: Path) -> None:
    """Build the data files of the package.

    Args:
        root: The folder that holds the record.
        target: The folder to write. It is replaced as a whole, once all files are made, or left as it was. Beside it
            stands `_manifest.py` with the digest of its manifest.

    Raises:
        RecordError: If the record holds faults, or the target is something that no build made.
    """
    if target.exists() and not (target / "manifest.json").is_file():
        raise RecordError([Fault(str(target), 0, "", "is there already, and is no folder that a build made")])
    datasets = read(root)
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        about = {dataset.name: _write(made / dataset.name, dataset) for dataset in datasets}
        shutil.copyfile(root / "vocabulary.toml", made / "vocabulary.toml")
        digests = {path.relative_to(made).as_posix(): _digest(path) for path in sorted(made.rglob("*")) if path.is_file()}
        manifest = {"schema_version": schema.SCHEMA_VERSION, "rule": resolve.RULE, "datasets": about, "files": digests}
        told = made / bundle.MANIFEST
        told.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8", newline="")
        made.chmod(0o755)
        constant = _CONSTANT.format(_digest(told))
        _swap(made, target)
        (target.parent / "_manifest.py").write_text(constant, encoding="utf-8", newline="")
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _swap(made: Path, target: Path) -> None:
    """Put a folder in the place of another: the old one is set aside, and deleted only once the new one stands."""
    aside = made.with_name(f"{made.name}-old")
    if target.exists():
        target.rename(aside)
    try:
        made.rename(target)
    except BaseException:
        if aside.exists():
            aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)
