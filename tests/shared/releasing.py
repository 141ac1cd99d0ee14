"""Releases made by the real tools, and corrections between them."""

from datetime import date
from pathlib import Path

from conflictdata import Release
from datasets.tools.curate import correct
from datasets.tools.release import release

HERE = Path(__file__).parent.parent  # the folder of the tests
DAY = date(2026, 11, 23)


def publish(record: Path, name: str = "picss", day: date = DAY, why: str = "What waited for it.") -> Release:
    """Make a release by the real tool."""
    return release(record, name, why, day, record.parent / "CHANGELOG.md")


def listed(record: Path, *lines: str, name: str = "picss") -> None:
    """Correct rows by the real tool."""
    path = record.parent / "list.csv"
    path.write_text("\n".join(["id,column,value,why", *lines, ""]), encoding="utf-8")
    correct(record, name, path).write()
