"""An old release beside the newest, and what releases cost the bundle, over histories that are made up.

    python -m benchmarks.releases

The history deals the rows of the largest dataset over its releases, as months come in, or begins with all of them; each
further release corrects some statements, drawn by a seed, by a value that nobody reported. Nothing of it is kept. The target
is for a release as a whole; a table alone is shown beside it, since two small files cost more than one.
"""

import random
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import attrs

import conflictdata
from benchmarks.pairs import compare
from conflictdata import bundle, catalog
from conflictdata.lines import RECORD
from conflictdata.models import Release, Statement
from datasets.tools.build import write
from datasets.tools.history import DatasetRecord, Kept
from datasets.tools.read import read
from datasets.tools.text import Stamp

ROUNDS = 15
NAME = "picss"
RELEASES = 200
CHANGES = 5  # statements that each release corrects: one in five of the record by the end
MANY = 20  # the same in a history that is as heavy as can be thought of
TABLES = (*RECORD, "figures")


def _label(number: int) -> str:
    return str(date(2027, 1, 1) + timedelta(days=30 * number))


def history(real: DatasetRecord, releases: int, changes: int, *, dealt: bool = False) -> DatasetRecord:
    """Make a history.

    Args:
        real: The dataset to begin with.
        releases: How many releases to make.
        changes: How many statements each of them corrects, but for the first.
        dealt: Whether the statements and claims come in over the releases; else all are there from the first.

    Returns:
        A dataset of the same name.
    """
    rng = random.Random(releases * changes)  # noqa: S311  the same history each time
    first = Stamp(_label(0))
    tables = {table: [Kept(row.record, first) for row in real.kept(table) if not row.stamp.to_release] for table in RECORD}
    if dealt:
        for table in ("statements", "claims"):
            deal = [_label(rng.randrange(releases)) for _ in tables[table]]
            tables[table] = [Kept(row.record, Stamp(label)) for row, label in zip(tables[table], deal, strict=True)]
    rows = tables["statements"]
    standing = list(range(len(rows)))
    for number in range(1, releases):
        label = _label(number)
        there = [place for place, row in enumerate(standing) if rows[row].stamp.from_release < label]
        for place in rng.sample(there, changes):
            row = rows[standing[place]]
            assert isinstance(row.record, Statement)  # noqa: S101  for the type checker
            rows[standing[place]] = Kept(row.record, attrs.evolve(row.stamp, to_release=label))
            made = attrs.evolve(row.record, id=f"s{number:04}x{place:05}", value=row.record.value + 1)
            standing[place] = len(rows)
            rows.append(Kept(made, Stamp(label, "", row.record.id, "made up", "")))
    rows.sort(key=lambda row: (row.record.source.id, row.record.period, row.record.id))  # type: ignore[attr-defined]
    about = {"rule": 1, "schema": 1, "rows_digest": "0" * 64, "figures_digest": "0" * 64, "why": "made up"}
    told = [
        Release(dataset=NAME, label=_label(n), added=changes, closed=changes, **about)  # type: ignore[arg-type]
        for n in range(releases)
    ]
    return DatasetRecord(NAME, real.about, tuple(told), **{table: tuple(tables[table]) for table in RECORD})  # type: ignore[arg-type]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / NAME).iterdir())


def _load(label: str | None, tables: tuple[str, ...]) -> None:
    opened = conflictdata.load(conflictdata.dataset_name(NAME), release=label)
    for table in tables:
        opened.read(table)


def main() -> None:
    """Measure sizes over a number of histories, then the loading of old releases of two that are long."""
    root = Path(conflictdata.__file__).parent.parent / "datasets"
    root = root if root.is_dir() else Path.cwd() / "datasets"
    real = next(dataset for dataset in read(root) if dataset.name == NAME)
    bundle._held = lambda name, _: bundle._bytes(name)  # type: ignore[assignment]  # noqa: SLF001  the bundles made here
    with tempfile.TemporaryDirectory() as made:
        sizes = {}
        print("the bundle's files of one dataset")
        heavy = (RELEASES - 1) * MANY
        for releases, changes in ((1, 0), (11, heavy // 10), (RELEASES, MANY), (RELEASES, 0)):
            target = _written(made, history(real, releases, changes), root)
            sizes[releases, changes] = _size(target)
            total = (releases - 1) * changes
            print(f"  {releases:4} releases, {total:5,} corrections in all: {sizes[releases, changes]:9,} bytes")
        few, many = sizes[11, heavy // 10], sizes[RELEASES, MANY]
        print(f"  {(many - sizes[1, 0]) / heavy:.0f} bytes a correction, its figures included")
        print(f"  {(sizes[RELEASES, 0] - sizes[1, 0]) / (RELEASES - 1):.0f} bytes a release that changes nothing")
        close = "met" if many <= 1.25 * few else "NOT MET"
        print(
            f"  target: the same corrections in 200 releases at most 1.25 times those in 11, are {many / few:.2f}; {close}"
        )

        for title, dataset, ratio in (
            (
                f"rows dealt over {RELEASES} releases, {CHANGES} corrections each",
                history(real, RELEASES, CHANGES, dealt=True),
                3,
            ),
            (
                f"all rows in the first of {RELEASES} releases, {CHANGES} corrections each",
                history(real, RELEASES, CHANGES),
                3,
            ),
            (f"all rows in the first of {RELEASES} releases, {MANY} corrections each", history(real, RELEASES, MANY), None),
        ):
            bundle.FOLDER = _written(made, dataset, root)
            bundle.manifest.cache_clear()
            for what, tables in (
                ("all tables", TABLES),
                ("figures alone", ("figures",)),
                ("statements alone", ("statements",)),
            ):
                ways: dict[str, Callable[[], object]] = {
                    "the newest release": partial(_load_anew, None, tables),
                    "the first release": partial(_load_anew, _label(0), tables),
                    "the 100th release": partial(_load_anew, _label(99), tables),
                }
                compare(f"{title}: {what}", ways, ROUNDS, ratio=ratio if tables is TABLES else None)


def _written(folder: str, dataset: DatasetRecord, root: Path) -> Path:
    """Write a bundle of one dataset, and give its folder."""
    target = Path(tempfile.mkdtemp(dir=folder)) / "data"
    write([dataset], root / "vocabulary.toml", target)
    return target


def _load_anew(label: str | None, tables: tuple[str, ...]) -> None:
    """Load a release as a program does that loads it once."""
    catalog._release.cache_clear()  # noqa: SLF001
    _load(label, tables)


if __name__ == "__main__":
    main()
