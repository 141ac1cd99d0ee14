"""The record to the files that the wheel carries."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from conflictdata import bundle, rules, schema, stored
from conflictdata.errors import Fault, RecordError
from conflictdata.models import NEXT, Figure, Record, Release
from datasets.tools import history, metadata, text
from datasets.tools.history import DatasetRecord, Kept
from datasets.tools.read import read

_CONSTANT = '"""The digest of the manifest that this version was built with."""\n\nDIGEST = "{}"\n'


def _names(dtype: pa.DataType, path: str) -> str | None:
    """Give the Parquet path of a column that holds codes."""
    if pa.types.is_list(dtype):
        return f"{path}.list.element"
    return path if pa.types.is_dictionary(dtype) else None


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet that any reader takes: plain and dictionary encodings, zstd, one row group.

    Args:
        path: The file.
        table: The table.
    """
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


def _write_kept(folder: Path, name: str, model: type[Record], rows: Sequence[Kept[Record]], label: str) -> int:
    """Write a table in two files: the rows of the newest release, and all others, if there are any.

    Returns:
        How many rows the second has.
    """
    stamps = [attrs.astuple(row.stamp) for row in rows]
    current, closed = stored.fold(model, [row.record for row in rows], stamps, label, edited=model is not Figure)
    write_table(folder / f"{name}.parquet", current)
    if closed.num_rows:
        write_table(folder / f"{name}.closed.parquet", closed)
    return int(closed.num_rows)


def _write(folder: Path, dataset: DatasetRecord, declared: Mapping[str, Any]) -> dict[str, Any]:
    """Write the tables of one dataset and their descriptor, and give its part of the manifest."""
    folder.mkdir()
    models = {**{file.removesuffix(".csv"): model for file, model in text.FILES.items()}, "figures": Figure}
    newest = dataset.releases[-1].label if dataset.releases else NEXT
    tables = {}
    for name, model in models.items():
        rows = dataset.kept(name)
        closed = _write_kept(folder, name, model, rows, newest)
        tables[name] = {"rows": sum(row.stamp.at(newest) for row in rows), "closed": closed}
    write_table(folder / "releases.parquet", schema.to_arrow(Release, dataset.releases))
    periods = [row.record.period for row in dataset.statements if row.stamp.at(newest)]
    span = {"first": str(min(p.start for p in periods)), "last": str(max(p.end for p in periods))}
    schemas = {release.label: release.schema for release in dataset.releases} or {NEXT: schema.SCHEMA_VERSION}
    labels = {"release": newest, "pending": dataset.pending and bool(dataset.releases), "schemas": schemas}
    about = {**dataset.about, **span, **labels, "tables": tables}
    described = metadata.Described.of(dataset.name, about, folder, declared)
    descriptor = described.datapackage(metadata.Project.read())
    (folder / metadata.DESCRIPTOR).write_text(metadata.written(descriptor), encoding="utf-8", newline="")
    return about


def build(root: Path, target: Path) -> None:
    """Build the data files of the package.

    Args:
        root: The folder that holds the record.
        target: The folder to write. It is replaced as a whole, once all files are made, or left as it was. Beside it
            stands `_manifest.py` with the digest of its manifest.

    Raises:
        RecordError: If the record holds faults, or the target is something that no build made.
    """
    datasets = read(root)
    if faults := [fault for dataset in datasets for fault in history.figure_faults(dataset, f"{root.name}/{dataset.name}")]:
        raise RecordError(faults)
    write(datasets, root / "vocabulary.toml", target)


def write(datasets: Iterable[DatasetRecord], vocabulary: Path, target: Path) -> None:
    """Write the data files of datasets that hold no fault.

    Args:
        datasets: The datasets.
        vocabulary: The file that says what the codes mean.
        target: The folder to write, as for `build`.

    Raises:
        RecordError: If the target is something that no build made.
    """
    if target.exists() and not (target / "manifest.json").is_file():
        raise RecordError([Fault(str(target), 0, "", "is there already, and is no folder that a build made")])
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        declared = text.toml(vocabulary.read_text(encoding="utf-8"))
        about = {dataset.name: _write(made / dataset.name, dataset, declared) for dataset in datasets}
        shutil.copyfile(vocabulary, made / "vocabulary.toml")
        digests = {path.relative_to(made).as_posix(): _digest(path) for path in sorted(made.rglob("*")) if path.is_file()}
        manifest = {
            "schema_version": schema.SCHEMA_VERSION,
            "rule": rules.NEWEST,
            "project": metadata.Project.read().cited(),
            "datasets": about,
            "files": digests,
        }
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
