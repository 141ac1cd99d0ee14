"""Forms and lists of corrections beside a small record, and what the tools make of them."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from conflictdata import RecordError
from datasets.tools.curate import correct
from datasets.tools.release import release
from tests.shared.editing import bytes_of

DAY = date(2026, 11, 23)
FORM = '''dataset = "picss"
report_period = "2025-11"
why = "a page found later"

statements = """
area,scope,measure,group,value,bound,caveats
PK,all,killed,total,300,,
PK,all,killed,militants,200,at_least,suspected
PK,all,injured,total,120,exact,
"""

claims = """
area,scope,measure,group,claim,value,direction,reference_period
PK,all,killed,total,percent_change,34,down,2025-10
"""

[source]
kind = "secondary"
outlet = "The Nation"
url = "https://www.nation-news.com.pk/2025/12/01/november"
published = 2025-12-01
accessed = 2026-11-22
language = "en"
title = "November, in numbers"
'''


def cells(record: Path, file: str, name: str = "picss") -> dict[str, list[dict[str, str]]]:
    """Give the rows of a file by id, as text."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO((record / name / file).read_text(encoding="utf-8"))):
        found.setdefault(row["id"], []).append(row)
    return found


def form(record: Path, content: str = FORM) -> Path:
    """Write a form beside the record."""
    path = record.parent / "form.toml"
    path.write_text(content, encoding="utf-8")
    return path


def lines(record: Path, *rows: str) -> Path:
    """Write a list of corrections beside the record."""
    path = record.parent / "list.csv"
    path.write_text("\n".join(["id,column,value,why", *rows, ""]), encoding="utf-8")
    return path


def fix(record: Path, *rows: str) -> None:
    """Correct rows."""
    correct(record, "picss", lines(record, *rows)).write()


def publish(record: Path) -> None:
    """Make a release of what waits."""
    release(record, "picss", "What waited.", DAY, record.parent / "CHANGELOG.md")


def refused(record: Path, what: Callable[[], object]) -> list[str]:
    """Try what is refused, and give the faults; every byte stays."""
    before = bytes_of(record)
    with pytest.raises(RecordError) as caught:
        what()
    assert before == bytes_of(record)
    return [str(fault) for fault in caught.value.faults]
