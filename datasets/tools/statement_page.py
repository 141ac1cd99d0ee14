"""The parts of the start page and of the data statement that are counted from the record."""

from collections import Counter
from collections.abc import Callable

import conflictdata as cd
from conflictdata.vocabulary import SourceKind
from datasets.tools.markdown import table


def _opened() -> list[cd.Dataset]:
    return [cd.load(info.name) for info in cd.list_datasets()]


def datasets() -> str:
    """Say who reports, and what they count."""
    rows = []
    for info in cd.list_datasets():
        publisher = f"[{info.publisher}]({info.homepage})"
        months = {figure.period for figure in cd.load(info.name).figures.filter(period_kind="month")}
        spans = (f"{info.first} to {info.last}", f"{len(months):,}")
        rows.append((f"[`{info.name}`](data/{info.name}/index.md)", publisher, info.counts, *spans))
    return table(("dataset", "publisher", "what is counted", "first to last day", "months with a figure"), rows, 4)


def composition() -> str:
    """Count the rows of each dataset's newest release."""
    names = ("sources", "statements", "figures", "claims")
    rows = [
        (f"`{info.name}`", info.release, f"{info.first} to {info.last}", *(f"{info.rows[name]:,}" for name in names))
        for info in cd.list_datasets()
    ]
    return table(("dataset", "newest release", "days", "pages", *names[1:]), rows, 3)


def pages() -> str:
    """Count the pages by what they are, by language, and by whether they show their day."""
    rows = []
    for dataset in _opened():
        kinds = Counter(page.kind for page in dataset.sources)
        english = sum(page.language == "en" for page in dataset.sources)
        undated = sum(page.published is None for page in dataset.sources)
        rows.append((f"`{dataset.name}`", *(kinds[kind] for kind in SourceKind), english, undated))
    return table(("pages of", *(kind.label for kind in SourceKind), "in English", "without a day"), rows, 1)


def unprotected() -> str:
    """Count the statements that no balance protects."""
    rows = []
    for dataset in _opened():
        told, loose = len(dataset.statements), len(dataset.unprotected())
        rows.append((f"`{dataset.name}`", f"{told:,}", f"{loose:,}", f"{100 * loose / told:.0f} %"))
    return table(("dataset", "statements", "no balance protects", "share"), rows, 1)


START: dict[str, Callable[[], str]] = {"datasets": datasets}
STATEMENT: dict[str, Callable[[], str]] = {"composition": composition, "pages": pages, "unprotected": unprotected}
