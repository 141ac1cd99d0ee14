"""The part of the changelog on the data: what each release changed, written from the record and compared with it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from conflictdata.changes import Diff, between
from conflictdata.dataset import Dataset
from conflictdata.errors import Fault, RecordError
from conflictdata.lines import RECORD
from conflictdata.models import Release
from datasets.tools.history import DatasetRecord

BEGIN = "<!-- data releases: written from the record -->"
END = "<!-- end of data releases -->"


def _first(release: Release, opened: Dataset) -> Iterator[str]:
    sizes = ", ".join(_many(len(getattr(opened, table)), table) for table in (*RECORD, "figures"))
    yield f"{release.why} It holds {sizes}."


_ONE = {"sources": "source", "statements": "statement", "claims": "claim", "breaks": "break", "discrepancies": "discrepancy"}


def _many(number: int, table: str) -> str:
    return f"{number:,} {_ONE.get(table, table) if number == 1 else table}"


def _later(release: Release, diff: Diff) -> Iterator[str]:
    counts = [f"{_many(number, table)} {kind}" for (table, kind), number in diff.counts.items() if table in RECORD]
    yield f"{release.why} {', '.join(counts) or 'No row differs'}."
    if diff.rules[0] != diff.rules[1]:
        yield f"Figures follow by rule {diff.rules[1]} from this release on, and not by rule {diff.rules[0]}."
    yield ""
    listed = [change for change in diff.rows if change.kind != "added"]
    for change in listed:
        id = getattr(change.new or change.old, "id", "")
        was = getattr(change.old, "id", "")
        yield f"- {_ONE[change.table]} {change.kind}: `{was}`{f' by `{id}`' if id != was else ''}, {change}"
    added: Counter[tuple[str, str]] = Counter()
    for change in diff.rows:
        page = getattr(change.record, "source", None)
        if change.kind == "added":
            added[change.table, f"of `{page.id}`" if page else f"`{getattr(change.record, 'id', '')}`"] += 1
    for (table, what), number in added.items():
        yield f"- added: {_many(number, table) if what.startswith('of') else _ONE[table]} {what}"
    for figure in diff.figures:
        yield f"- figure {figure.kind}: {figure}"
    for verdict in diff.telling:
        yield f"- {'on a page' if verdict.table == 'source_balances' else 'figures'}, verdict {verdict.kind}: {verdict}"
    if diff.further:
        yield f"- further sums: {', '.join(f'{number:,} {verdict}' for verdict, number in diff.further.items())}"


def _section(dataset: DatasetRecord) -> Iterator[tuple[str, str, list[str]]]:
    """Give the label, the name and the lines of each release of a dataset."""
    before = None
    for release in dataset.releases:
        opened = dataset.opened(release.label)
        if before is None:
            lines = _first(release, opened)
        else:
            diff = between(before, opened, dataset.turns, before.release, release.label)
            lines = _later(release, diff)
        yield release.label, dataset.name, list(lines)
        before = opened


def section(datasets: Iterable[DatasetRecord]) -> str:
    """Write what each release changed, the newest first.

    Args:
        datasets: The datasets.

    Returns:
        The lines between the marks.
    """
    entries = [entry for dataset in datasets for entry in _section(dataset)]
    entries.sort(key=lambda entry: entry[0], reverse=True)
    blocks = [f"### {name} {label}\n\n" + "\n".join(lines) + "\n" for label, name, lines in entries]
    return "\n".join([BEGIN, "", *blocks, END])


def written(log: str, datasets: Iterable[DatasetRecord]) -> str:
    """Put the section on data into a changelog.

    Args:
        log: The text of the changelog, with the two marks.
        datasets: The datasets.

    Returns:
        The text with the section as the record gives it.

    Raises:
        RecordError: If the marks are not there, each once.
    """
    if log.count(BEGIN) != 1 or log.count(END) != 1:
        raise RecordError([Fault("CHANGELOG.md", 0, "", f"needs {BEGIN!r} and {END!r}, each once")])
    head, _, rest = log.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + section(datasets) + tail


def update(path: Path, datasets: Iterable[DatasetRecord], *, check: bool) -> list[str]:
    """Bring the section on data of a changelog up to date.

    Args:
        path: The changelog.
        datasets: The datasets.
        check: Whether only to look.

    Returns:
        The changelog's name if it was not up to date.
    """
    log = path.read_text(encoding="utf-8")
    made = written(log, datasets)
    if made == log:
        return []
    if not check:
        path.write_text(made, encoding="utf-8", newline="")
    return [path.name]
