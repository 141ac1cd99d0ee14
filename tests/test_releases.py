"""Releases: each gives the same rows and figures for ever, and nothing changes one unseen."""

import csv
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import attrs
import pyarrow.parquet as pq
import pytest

import conflictdata as cd
from conflictdata import RecordError, Release, bundle, rules
from conflictdata.lines import RECORD, digest, writer
from conflictdata.models import NEXT, Figure, Statement
from conflictdata.names import DatasetName
from conflictdata.resolve import resolve
from datasets.tools import __main__ as tools
from datasets.tools import history
from datasets.tools.__main__ import main
from datasets.tools.build import build
from datasets.tools.curate import add, correct
from datasets.tools.format import format_record
from datasets.tools.history import DatasetRecord, Edition
from datasets.tools.read import read
from datasets.tools.release import next_label, release

HERE = Path(__file__).parent
DAY = date(2026, 11, 23)
RELEASES = [(info.name, one.label) for info in cd.list_datasets() for one in cd.load(info.name).releases]


def edit(path: Path, old: str, new: str) -> None:
    """Change one place of a file."""
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, (old, content.count(old))
    path.write_text(content.replace(old, new), encoding="utf-8", newline="")


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def faults(record: Path) -> list[str]:
    """Give the faults of a record, which stop the build, and leave nothing built."""
    target = record.parent / "data"
    with pytest.raises(RecordError) as caught:
        build(record, target)
    assert not target.exists()
    return [str(fault) for fault in caught.value.faults]


def one(record: Path, name: str = "picss") -> DatasetRecord:
    """Read one dataset of a record."""
    return next(dataset for dataset in read(record) if dataset.name == name)


def publish(record: Path, name: str = "picss", day: date = DAY, why: str = "What waited for it.") -> Release:
    """Make a release by the real tool."""
    return release(record, name, why, day, record.parent / "CHANGELOG.md")


class Later(date):
    """A clock that stands on a later day than those of the tests."""

    @classmethod
    def today(cls) -> Self:
        """Give that day."""
        return cls(2027, 12, 31)


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are run on a later day: a release of a day to come is refused."""
    monkeypatch.setattr(tools, "date", Later)


def test_a_release_of_a_day_to_come_is_refused(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else none could be made until that day is over."""
    listed(released, "s01,value,459,misread")
    before = bytes_of(released.parent)
    assert main(["release", "picss", "--why", "It was misread.", "--day", "2028-01-01"], released) == 1
    assert "releases.csv: label: 2028-01-01 has not come yet" in capsys.readouterr().err
    assert before == bytes_of(released.parent)


# Every release of the real record.


def digests_of(opened: cd.Dataset, schema: int) -> tuple[str, str]:
    """Take both digests of what stands in the tables of a dataset."""
    rows = [
        line for name in RECORD for line in map(writer(name, opened.recorded(name).model, schema), opened.recorded(name))
    ]
    return digest(rows), digest(map(writer("figures", Figure, schema), opened.figures))


def test_there_are_releases() -> None:
    """Each dataset has two or more, and the newest is what loads when none is named."""
    for info in cd.list_datasets():
        labels = [label for name, label in RELEASES if name == info.name]
        assert len(labels) >= 2
        assert labels == sorted(labels)
        assert cd.load(info.name).release == info.release == labels[-1]


@pytest.mark.parametrize(("name", "label"), RELEASES)
def test_a_release_has_the_rows_and_figures_that_its_digests_are_of(root: Path, name: DatasetName, label: str) -> None:
    """Both digests, taken anew of what loads, are those of releases.csv."""
    with (root / name / "releases.csv").open(encoding="utf-8", newline="") as file:
        (told,) = (row for row in csv.DictReader(file) if row["label"] == label)
    opened = cd.load(name, release=label)
    rows, figures = digests_of(opened, int(told["schema"]))

    assert (rows, figures) == (told["rows_digest"], told["figures_digest"])
    (known,) = (one for one in cd.load(name).releases if one.label == label)
    assert (known.rows_digest, known.figures_digest, known.why) == (rows, figures, told["why"])


@pytest.mark.skipif(not all(map(shutil.which, ("sh", "awk", "sha256sum"))), reason="needs sh, awk and sha256sum")
@pytest.mark.parametrize(("name", "label"), RELEASES)
def test_a_few_lines_of_shell_give_the_same_digest(root: Path, name: DatasetName, label: str) -> None:
    """The digest of the rows follows from the CSV files alone, without this library."""
    command = [shutil.which("sh") or "", str(HERE / "rows_digest.sh"), str(root / name), label]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (known,) = (one for one in cd.load(name).releases if one.label == label)

    assert done.stdout.strip() == known.rows_digest


@pytest.mark.parametrize(("name", "label"), RELEASES)
def test_a_release_loads_as_the_record_has_it(recorded: Mapping[str, DatasetRecord], name: DatasetName, label: str) -> None:
    """Every table equals the record's at that label, record by record, and the figures are those of its rule."""
    opened, edition = cd.load(name, release=label), recorded[name].at(label)
    (known,) = (one for one in recorded[name].releases if one.label == label)

    for table in RECORD:
        assert list(opened.recorded(table)) == list(getattr(edition, table)), table
    assert list(opened.figures) == rules.RULES[known.rule](edition.statements)


def test_a_release_counts_what_it_added_and_closed() -> None:
    """The rows of a release are those of the one before, less the closed ones, and the added ones."""
    for info in cd.list_datasets():
        size = 0
        for known in cd.load(info.name).releases:
            size += known.added - known.closed
            opened = cd.load(info.name, release=known.label)
            assert sum(len(opened.recorded(table)) for table in RECORD) == size


def test_an_unknown_release_lists_those_there_are() -> None:
    """A misspelt label is answered by the labels."""
    with pytest.raises(cd.UnknownNameError, match=r"unknown release of crss '2026-11-21'; valid: 2026-11-22, 2026-11-22\.1"):
        cd.load("crss", release="2026-11-21")
    with pytest.raises(cd.UnknownNameError, match="unknown release of crss 'next'"):
        cd.load("crss", release=NEXT)


# Edits of what was released, by hand.


@pytest.fixture
def real(tmp_path: Path, root: Path, vocabulary_of: Callable[..., str]) -> Path:
    """A copy of two datasets of the real record, with their two releases each."""
    record = tmp_path / "datasets"
    for name in ("cmc", "crss"):
        shutil.copytree(root / name, record / name)
    (record / "vocabulary.toml").write_text(vocabulary_of("cmc", "crss"), encoding="utf-8")
    return record


def line_of(path: Path, id: str) -> int:
    """Find the line of a row."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(f"{id},"))


OLD, NEW = "sa085b2a379", "s9ded5e7764"  # a row of the first release, and what corrects it in the second
STAYS = "sae8a6cf3b0"
TOLD = {
    "row": "statements.csv:{row}: {id!r} is not the row that release 2026-11-22 has; put it back",
    "gone": "statements.csv: lacks {id!r}, which release 2026-11-22 has; put it back",
    "new": "statements.csv:{row}: release 2026-11-22 has no row {id!r}; a new row says next",
    "first": "releases.csv:2: rows_digest: is not the digest of the rows that stand as those of 2026-11-22",
    "second": "releases.csv:3: rows_digest: is not the digest of the rows that stand as those of 2026-11-22.1",
}


@pytest.mark.parametrize(
    ("file", "id", "old", "new", "expected"),
    [
        ("statements.csv", STAYS, "8059-read-newszop-5e78f1,2025-Q3,2024-01/2024-09,PK,all,killed,total,1527", "8059-read-newszop-5e78f1,2025-Q3,2024-01/2024-09,PK,all,killed,total,1528", ["row", "first", "second"]),
        ("statements.csv", STAYS, "8059-read-newszop-5e78f1,2025-Q3,2024-01/2024-09,PK,all,killed,total,1527,exact,,,,,1,", "8059-read-newszop-5e78f1,2025-Q3,2024-01/2024-09,PK,all,killed,total,1527,exact,,,,so it says,1,", ["row", "first", "second"]),
        ("statements.csv", OLD, f"{OLD},zzawz-117380,2016-Q3,2016-Q2,PK,all,killed,civilians,172", None, ["row", "first"]),
        ("statements.csv", "sae8a6cf3b1", STAYS, "sae8a6cf3b1", ["new", "gone", "first", "second"]),
        ("statements.csv", STAYS, rf"(?m)^{STAYS}.*\n", "", ["gone", "first", "second"]),
        ("statements.csv", "sae8a6cf3b1", rf"(?m)^({STAYS})(.*),1527,(.*)\n", r"\1\2,1527,\3\nsae8a6cf3b1\2,1526,\3\n",
         ["new", "first", "second"]),
        ("statements.csv", NEW, f",2026-11-22.1,,{OLD},", f",2026-11-22,,{OLD},",
         ["statements.csv:{row}: corrects: no row 'sa085b2a379' is closed by 2026-11-22", "new"]),
        ("statements.csv", NEW, f",2026-11-22.1,,{OLD},", f",next,,{OLD},",
         ["statements.csv:{row}: corrects: no row 'sa085b2a379' is closed by next",
          "statements.csv: lacks 's9ded5e7764', which release 2026-11-22.1 has; put it back", "second",
          "releases.csv:3: added: is 1, and there are 0"]),
        ("statements.csv", OLD, ",1,2026-11-22,2026-11-22.1,,", ",1,2026-11-22,,,", ["statements.csv:{row}: {id!r} went with release 2026-11-22.1", "second", "releases.csv:3: closed: is 1, and there are 0"]),
        ("statements.csv", STAYS, "8059-read-newszop-5e78f1,2025-Q3,2024-01/2024-09,PK,all,killed,total,1527,exact,,,,,1,2026-11-22,,,,", "8059-read-newszop-5e78f1,2025-Q3,2024-01/2024-09,PK,all,killed,total,1527,exact,,,,,1,2026-11-22,2026-11-22.1,,,so",
         ["statements.csv:{row}: release 2026-11-22.1 did not close {id!r}; a row that is to go says next",
          "second", "releases.csv:3: closed: is 1, and there are 2"]),
        ("releases.csv", "2026-11-22", "2026-11-22,1,1,947,0,6", "2026-11-22,1,1,947,0,7", ["first"]),
        ("releases.csv", "2026-11-22.1", "2026-11-22.1,1,1,1,1,7", "2026-11-22.1,1,1,1,1,8", ["second"]),
        ("releases.csv", "2026-11-22.1", "2026-11-22.1,1,1,1,1,", "2026-11-22.1,1,1,2,0,",
         ["releases.csv:3: added: is 2, and there are 1", "releases.csv:3: closed: is 0, and there are 1"]),
        ("releases.csv", "2026-11-22", "2026-11-22,1,1,", "2026-11-22,2,1,", ["releases.csv:2: rule: there is no rule 2"]),
        ("releases.csv", "2026-11-22", "2026-11-22,1,1,", "2026-11-22,1,2,", ["releases.csv:2: schema: there is no schema 2"]),
        ("releases.csv", "2026-11-22.1", "2026-11-22.1,1,1", "2026-11-21,1,1",
         ["releases.csv:3: label: 2026-11-21 does not come after 2026-11-22"]),
        ("releases.csv", "2026-11-22.1", r"(?m)^2026-11-22\.1.*\n", "",
         ["releases.csv: lacks '2026-11-22.1', which release 2026-11-22.1 has; put it back"]),
        ("releases.csv", "2026-11-22", "The record as first released.", "The first release.",
         ["releases.csv: '2026-11-22' is not the row that release 2026-11-22 has"]),
        ("statements.csv", NEW, "page re-read: worded as a lower limit", "read again",
         ["statements.csv:{row}: 's9ded5e7764' is not the row that release 2026-11-22.1 has; put it back"]),
        ("digests.csv", "statements", f"statements,{STAYS},2026-11-22,,", f"statements,{STAYS},2026-11-22,,0", ["row"]),
        ("digests.csv", "statements", rf"(?m)^statements,{STAYS}.*\n", "", ["new"]),
        ("digests.csv", "statements", r"\Z", "statements,s0,2026-11-22,,0123456789abcdef\n",
         ["statements.csv: lacks 's0', which release 2026-11-22 has; put it back"]),
        ("digests.csv", "statements", r"\Z", "statements,s0\n", ["digests.csv:968: has 2 cells where the header has 5"]),
        ("digests.csv", "statements", "table,id,", "table,name,", ["digests.csv:1: the columns should be table, id, from_release, to_release, digest"]),
        ("sources.csv", "zzawz-117380", r"(?m)^(zzawz-117380,.*,)en,", r"\1ur,",
         ["sources.csv:{row}: 'zzawz-117380' is not the row that release 2026-11-22 has", "first", "second"]),
        ("sources.csv", "zzawz-117380", r"(?m)^(zzawz-117380,.*,en),[^,]*,", r"\1,Another title,",
         ["sources.csv:{row}: 'zzawz-117380' is not the row that release 2026-11-22 has", "first", "second"]),
        ("breaks.csv", "militancy-only", "2018-01-01,true", "2018-01-01,",
         ["breaks.csv:{row}: 'militancy-only' is not the row that release 2026-11-22 has", "first", "second"]),
    ],
)  # fmt: skip
def test_an_edit_of_what_was_released_is_named(
    real: Path, file: str, id: str, old: str, new: str | None, expected: list[str]
) -> None:
    """Whatever a hand changes of a release, the build fails and names the file, the release and the row."""
    path = real / "crss" / file
    content = path.read_text(encoding="utf-8")
    if new is None:  # the row that was corrected: its value
        old, new = re.escape(old + ",exact"), old.replace("172", "173") + ",exact"
    elif not old.startswith(("(?", "\\")):
        old = re.escape(old)
    changed, count = re.subn(old, new, content)
    assert count == 1
    path.write_text(changed, encoding="utf-8", newline="")

    found = faults(real)
    home = real / "crss" / ("statements.csv" if file == "digests.csv" else file)
    subject = STAYS if file == "digests.csv" else id
    try:
        row = line_of(home, subject)
    except StopIteration:
        row = 0
    for key in expected:
        gone = STAYS if key == "gone" else subject
        wanted = f"datasets/crss/{TOLD.get(key, key).format(row=row, id=gone)}"
        assert any(fault.startswith(wanted) for fault in found), (wanted, found)
    assert all(fault.startswith("datasets/crss/") for fault in found)


def test_what_stops_the_build_stops_the_check(real: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both tell the same faults: of the record as it is read, and of figures that a rule no longer gives."""
    for file, old, new in (
        ("crss/statements.csv", "page re-read: worded as a lower limit", "read again"),
        ("crss/releases.csv", "2026-11-22,1,1,947,0,6", "2026-11-22,1,1,947,0,7"),
        ("cmc/sources.csv", "id,kind,", "id,sort,"),
    ):
        edit(real / file, old, new)
        found = faults(real)
        assert found
        assert main(["check"], real) == 1
        assert capsys.readouterr().err.splitlines()[1:] == [f"  {fault}" for fault in found]
        edit(real / file, new, old)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (
            "statements.csv",
            "8059-read-newszop-5e78f1,2025-Q3,2024-01/2024-09,PK,all,killed,total,1527,exact,,,,,1,2026-11-22,,,",
            "8059-read-newszop-5e78f1,2025-Q3,2024-01/2024-09,PK,all,killed,total,1527,exact,,,,,3,2026-11-22,,,",
        ),
    ],
)
def test_readings_may_change(real: Path, file: str, old: str, new: str) -> None:
    """How often a row was read is of no digest."""
    edit(real / "crss" / file, old, new)

    assert main(["check"], real) == 0
    build(real, real.parent / "data")
    assert (real.parent / "data" / "manifest.json").is_file()


def test_the_order_of_codes_is_the_vocabulary_s(real: Path) -> None:
    """A released row may list its codes in any order: its digest stays, and the formatter puts them back."""
    path = real / "crss" / "statements.csv"
    before = path.read_bytes()
    after, count = re.subn(rb'(?m)^([^"\n]*,)(\w+) (\w+)(,[^,"\n]*,\d,2026-11-22,,,,)$', rb"\1\3 \2\4", before, count=1)
    path.write_bytes(after)

    assert count == 1
    assert main(["check"], real) == 0
    assert format_record(real, check=True) == ["datasets/crss/statements.csv"]
    format_record(real)
    assert path.read_bytes() == before


# What a row says of releases.


@pytest.fixture
def released(little: Path) -> Path:
    """The two small datasets with a first release each, and in one of them a second."""
    publish(little, "cmc", DAY, "The first.")
    publish(little, "picss", DAY, "The first.")
    listed(little, "s04,value,163,misread", "c01,value,30,misread")
    publish(little, "picss", DAY, "A second one.")
    return little


def listed(record: Path, *lines: str, name: str = "picss") -> None:
    """Correct rows by the real tool."""
    path = record.parent / "list.csv"
    path.write_text("\n".join(["id,column,value,why", *lines, ""]), encoding="utf-8")
    correct(record, name, path).write()


S05 = "s05,page-a,2025-09,2025-09,PK,all,killed,total,100,exact,,,,,1,"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f"{S05}2027-01-01,,,,", "6: from_release: there is no release 2027-01-01; a row that waits for the next says next"),
        (f"{S05}soon,,,,", "6: from_release: 'soon' is not a day like 2026-11-22, or 2026-11-22.1 to .9 for more than one on"),
        (f"{S05},,,,", "6: from_release: '' is not a day like 2026-11-22"),
        (f"{S05}next,soon,,,", "6: to_release: 'soon' is not a day like 2026-11-22"),
        (f"{S05}next,2026-11-23,,,gone", "6: to_release: 2026-11-23 does not come after next"),
        (f"{S05}next,next,,,gone", "6: to_release: next does not come after next"),
        (f"{S05}2026-11-23,,,,", "6: release 2026-11-23 has no row 's05'; a new row says next"),
        (f"{S05}next,,s01,so,", "6: corrects: no row 's01' is closed by next"),
        (f"{S05}next,,s99,so,", "6: corrects: no row 's99' is closed by next"),
        (f"{S05}next,,s04,so,", "6: corrects: no row 's04' is closed by next"),
        (f"{S05}next,,s01,,", "6: why: is empty: say why 's01' is corrected"),
        (f"{S05}next,,,one, two,", "6: has 21 cells where the header has 20"),
        (f'{S05}next,,,"one, two",', "6: why: holds a comma, a quotation mark or a line break"),
        (f'{S05}next,,,"a ""word""",', "6: why: holds a comma, a quotation mark or a line break"),
        (f'{S05}next,,,"one\ntwo",', "6: why: holds a comma, a quotation mark or a line break"),
        (f"{S05}next,,, so,", "6: why: has white space at an end, or more than 200 characters"),
        (f"{S05}next,,,{'a' * 201},", "6: why: has white space at an end, or more than 200 characters"),
        (S05.replace(",,,,,1,", ',,,,"one\ntwo",1,') + "next,,,,", "6: note: has a line break; a cell is one line"),
        (S05.replace("page-a", "page-z") + "next,,,,", "6: source: 'page-z' is no source of this dataset"),
        (S05.replace("s05", "s01") + "next,,,,", "6: id: 's01' stands on line 2 already"),
    ],
)  # fmt: skip
def test_a_fault_of_a_row_s_releases_is_located(released: Path, row: str, expected: str) -> None:
    """Labels, order, what is corrected, reasons, line breaks: each names its line and column."""
    path = released / "picss" / "statements.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:5], f"{row}\n", *lines[5:]]), encoding="utf-8", newline="")

    found = faults(released)
    assert any(fault.startswith(f"datasets/picss/statements.csv:{expected}") for fault in found), found


def test_one_row_corrects_another(released: Path) -> None:
    """Two rows in the place of one would both be counted."""
    path = released / "picss" / "statements.csv"
    listed(released, "s01,value,459,misread")
    content = path.read_text(encoding="utf-8")
    (row,) = (line for line in content.splitlines() if ",next,,s01," in line)
    other = row.replace(row.split(",")[0], "s0a").replace(",459,", ",460,")
    path.write_text(f"{content}{other}\n", encoding="utf-8", newline="")

    line = line_of(path, "s01")
    assert faults(released) == [f"datasets/picss/statements.csv:{line}: corrects: more than one row corrects 's01'"]


def test_a_withdrawal_has_a_reason(released: Path) -> None:
    """A row that goes, with nothing in its place, says why."""
    row = "s01,page-a,2025-10,2025-10,PK,all,killed,total,458,exact,,,,,1,2026-11-23"
    edit(released / "picss" / "statements.csv", f"{row},,,,", f"{row},next,,,")

    problem = "withdrawn: is empty: say why 's01' went, since none came in its place"
    assert faults(released) == [f"datasets/picss/statements.csv:2: {problem}"]


def test_a_row_that_is_replaced_is_not_withdrawn_too(released: Path) -> None:
    """Why it went stands with the row that came in its place, and a row that stays did not go."""
    path = released / "picss" / "statements.csv"
    listed(released, "s01,value,459,misread")
    edit(path, "458,exact,,,,,1,2026-11-23,next,,,", "458,exact,,,,,1,2026-11-23,next,,,gone")
    told = "withdrawn: is given, though another row came in the place of 's01'"
    assert faults(released) == [f"datasets/picss/statements.csv:{line_of(path, 's01')}: {told}"]
    edit(path, "458,exact,,,,,1,2026-11-23,next,,,gone", "458,exact,,,,,1,2026-11-23,,,,gone")
    assert any("withdrawn: is given for a row that stays" in fault for fault in faults(released))


def test_a_page_is_there_as_long_as_its_rows(released: Path) -> None:
    """A row may not rest on a page that comes later, or goes earlier."""
    path = released / "picss" / "sources.csv"
    edit(path, "en,October,1,2026-11-23,,,,", "en,October,1,2026-11-23,2026-11-23.1,,,gone")
    found = faults(released)
    assert "datasets/picss/statements.csv:2: source: 'page-a' is not there in every release that has this row" in found
    assert not any("'page-b'" in fault for fault in found)
    edit(path, "en,October,1,2026-11-23,2026-11-23.1,,,gone", "en,October,1,2026-11-23.1,,,,")
    found = faults(released)
    assert "datasets/picss/statements.csv:2: source: 'page-a' is not there in every release that has this row" in found


@pytest.mark.parametrize(
    ("corrects", "expected"),
    [
        ("", "3: corrects: is empty, though it comes in the place of an earlier 'headline'"),
        ("other", "3: corrects: no row 'other' is closed by next"),
    ],
)
def test_a_row_that_keeps_its_id_corrects_itself(released: Path, corrects: str, expected: str) -> None:
    """A later form of a break or a page says that it comes in the place of the earlier one."""
    listed(released, "headline,start,2024-09-01,read again")
    edit(released / "picss" / "breaks.csv", "next,,headline,read again", f"next,,{corrects},read again")

    assert f"datasets/picss/breaks.csv:{expected}" in faults(released)


def test_two_forms_of_a_page_are_not_there_at_once(released: Path) -> None:
    """The later form begins where the earlier one ends."""
    listed(released, "page-a,outlet,The Institute,its own name")
    edit(released / "picss" / "sources.csv", "en,October,1,2026-11-23,next,,", "en,October,1,2026-11-23,,,")

    assert "datasets/picss/sources.csv:3: id: 'page-a' stands on line 2 already" in faults(released)


# Rules.


def other(statements: Collection[Statement]) -> list[Figure]:
    """A rule that gives other figures."""
    return [attrs.evolve(figure, voices=figure.voices + 1) for figure in resolve(statements)]


def test_a_rule_that_was_released_does_not_change(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that gives other figures than it did stops build and check, and the release is named."""
    monkeypatch.setattr(rules, "RULES", {1: other})
    with pytest.raises(RecordError) as caught:
        build(released, released.parent / "data")
    expected = [
        "datasets/cmc/releases.csv:2: figures_digest: rule 1 gives other figures for 2026-11-23 than when that was made",
        "datasets/picss/releases.csv:2: figures_digest: rule 1 gives other figures for 2026-11-23 than when that was made",
        "datasets/picss/releases.csv:3: figures_digest: rule 1 gives other figures for 2026-11-23.1 than when that was made",
    ]

    assert [str(fault) for fault in caught.value.faults] == expected
    assert main(["check"], released) == 1
    listed(released, "s01,value,459,misread")
    with pytest.raises(RecordError, match="figures_digest"):
        publish(released)


def test_a_newer_rule_is_of_later_releases(
    released: Path, monkeypatch: pytest.MonkeyPatch, install: Callable[[Path], None]
) -> None:
    """Earlier releases keep their figures under their rule; the next has those of the newer one, all of them."""
    monkeypatch.setattr(rules, "RULES", {1: resolve, 2: other})
    monkeypatch.setattr(rules, "NEWEST", 2)
    listed(released, "s01,note,in words,read again")
    made = publish(released, day=DAY + timedelta(days=1))
    build(released, released.parent / "data")
    install(released.parent / "data")

    assert made.rule == 2
    edition = one(released).at(made.label)
    assert list(cd.load("picss").figures) == other(edition.statements) != resolve(edition.statements)
    for label in ("2026-11-23", "2026-11-23.1"):
        assert list(cd.load("picss", release=label).figures) == resolve(one(released).at(label).statements)


def test_figures_digest_in_releases_csv_is_held(released: Path) -> None:
    """A digest of figures that someone edits is named."""
    path = released / "cmc" / "releases.csv"
    (told,) = one(released, "cmc").releases
    edit(path, told.figures_digest, told.figures_digest[::-1])
    with pytest.raises(RecordError, match=r"datasets/cmc/releases\.csv: '2026-11-23' is not the row that release"):
        build(released, released.parent / "data")


# Histories made by the tools.


class Maker:
    """Edits a record at random by the real tools, and remembers what each release held."""

    def __init__(self, record: Path, seed: int) -> None:
        """Begin with nothing released."""
        self.record = record
        self.rng = random.Random(seed)  # noqa: S311  the same histories each time
        self.day = DAY
        self.number = 0
        self.editions: dict[str, dict[str, Edition]] = {"cmc": {}, "picss": {}}
        self.done = 0

    def add(self, name: str) -> None:
        """Add rows, of a new page or of a known one."""
        self.number += 1
        rng = self.rng
        months = rng.sample(range(1, 5), rng.randint(1, 3))
        cells = [f"2014-0{n},PK,all,{rng.choice(['killed', 'injured'])},total,{rng.choice([5, 7, 90])}" for n in months]
        form = [f'dataset = "{name}"', 'report_period = "2014-05"', 'why = "found later"']
        page = [
            "[source]",
            'kind = "secondary"',
            f'outlet = "{rng.choice(["Dawn", "Jang"])}"',
            f'url = "https://example.org/{self.number}"',
            f"published = 2014-06-{rng.randint(1, 28):02}",
            "accessed = 2026-11-22",
            'language = "en"',
        ]
        if rng.randint(0, 1):
            form, page = [*form, f'page = "{rng.choice(one(self.record, name).now.sources).id}"'], []
        rows = ['statements = """', "period,area,scope,measure,group,value", *cells, '"""']
        path = self.record.parent / "form.toml"
        path.write_text("\n".join([*form, *rows, *page, ""]), encoding="utf-8")
        add(self.record, path).write()

    def correct(self, name: str) -> None:
        """Correct or withdraw rows of any table, released or waiting."""
        rng = self.rng
        dataset = one(self.record, name)
        now = dataset.now
        again = [row.record.id for row in dataset.statements if row.stamp.corrects and not row.stamp.to_release]
        lines = []
        for _ in range(rng.randint(1, 2)):
            ids = again if again and rng.random() < 0.3 else [row.id for row in now.statements]
            choices = [
                f"{rng.choice(ids)},value,{rng.choice([5, 7, 90, 91])},misread {self.number}",
                f"{rng.choice(ids)},note,as told {rng.randint(1, 99)},read again",
                f"{rng.choice(ids)},bound,{rng.choice(['at_least', 'about'])},it is worded so",
                f"{rng.choice(ids)},withdraw,,not what the page says",
                f"{rng.choice(now.sources).id},outlet,{rng.choice(['Dawn', 'Jang', 'Nawa'])},its own name",
                f"{rng.choice(now.sources).id},title,Title {rng.randint(1, 99)},its own words",
            ]
            choices += [f"{row.id},value,{rng.randint(1, 50)},misread" for row in now.claims]
            choices += [f"{row.id},description,It changed {rng.randint(1, 99)}.,read again" for row in now.breaks]
            lines.append(rng.choice(choices))
        listed(self.record, *lines, name=name)

    def publish(self, name: str) -> None:
        """Make a release, on the same day or a later one."""
        self.day += timedelta(days=self.rng.randint(0, 1))
        before = one(self.record, name).now
        label = publish(self.record, name, self.day).label
        self.editions[name][label] = before

    def step(self) -> None:
        """Do one thing; what the tools refuse leaves every byte as it was."""
        name = self.rng.choice(["cmc", "picss"])
        what = self.rng.choices([self.add, self.correct, self.publish], [4, 5, 3])[0]
        before = bytes_of(self.record)
        try:
            what(name)
            self.done += 1
        except RecordError:
            assert before == bytes_of(self.record)
        for each in ("cmc", "picss"):
            dataset = one(self.record, each)
            assert [release_.label for release_ in dataset.releases] == list(self.editions[each])
            for label, edition in self.editions[each].items():
                assert dataset.at(label) == edition


def hold(record: Path, maker: Maker, install: Callable[[Path], None]) -> None:
    """Build what a history made, and hold every release of it to what was remembered."""
    if not one(record, "picss").pending:
        maker.add("picss")
    datasets = {dataset.name: dataset for dataset in read(record)}
    assert format_record(record, check=True) == []
    build(record, record.parent / "data")
    install(record.parent / "data")
    for given, editions in maker.editions.items():
        name, dataset = cd.dataset_name(given), datasets[given]
        assert cd.load(name).release == list(editions)[-1]
        for label in dataset.labels:
            edition = editions[label] if label != NEXT else dataset.now
            opened = cd.load(name, release=label)
            assert all(list(opened.recorded(table)) == list(getattr(edition, table)) for table in RECORD)
            assert list(opened.figures) == resolve(edition.statements)
            kept = map(writer("figures", Figure, 1), (row.record for row in dataset.figures if row.stamp.at(label)))
            assert list(kept) == list(map(writer("figures", Figure, 1), resolve(edition.statements)))
        for known in dataset.releases:
            assert digests_of(cd.load(name, release=known.label), known.schema) == (known.rows_digest, known.figures_digest)
        last = cd.load(name)
        for table in (*RECORD, "figures"):
            current = pq.read_table(record.parent / "data" / name / f"{table}.parquet")
            assert set(current["to_release"].to_pylist()) <= {None, NEXT}
            assert current.select(last.read(table).column_names).to_pylist() == last.read(table).to_pylist()
    pending = cd.load("picss", release=NEXT)
    waiting = {row.record.id for row in datasets["picss"].statements if row.stamp.from_release == NEXT}
    assert {statement.id for statement in pending.statements} >= waiting
    assert not waiting & {statement.id for statement in cd.load("picss").statements}
    with pytest.raises(cd.PinError):
        pending.pin()


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_edited_every_release_stays(little: Path, install: Callable[[Path], None], seed: int) -> None:
    """After any history of additions, corrections, withdrawals and releases each release loads as it stood."""
    maker = Maker(little, seed)
    for name in ("cmc", "picss"):
        maker.publish(name)
    for _ in range(12):
        maker.step()
    assert maker.done >= 6
    hold(little, maker, install)


def test_a_long_history_has_everything(little: Path, install: Callable[[Path], None]) -> None:
    """Among them are corrections of corrections, corrected pages, withdrawals, and figures that change."""
    maker = Maker(little, 4)
    for name in ("cmc", "picss"):
        maker.publish(name)
    for _ in range(30):
        maker.step()
    datasets = read(little)
    rows = [row for dataset in datasets for row in dataset.statements]
    by_id = {row.record.id: row for row in rows}

    assert any(row.stamp.corrects and by_id[row.stamp.corrects].stamp.corrects for row in rows)
    assert any(row.stamp.to_release and row.stamp.withdrawn for row in rows)
    assert any(row.stamp.corrects for dataset in datasets for row in dataset.sources)
    assert any(row.stamp.to_release for dataset in datasets for row in dataset.figures)
    assert all(len(dataset.releases) >= 3 for dataset in datasets)
    hold(little, maker, install)


def test_a_dataset_without_a_release_loads_what_waits(little: Path, install: Callable[[Path], None]) -> None:
    """Before its first release a dataset is what is to come, and the other keeps its own state."""
    made = publish(little, "cmc")
    build(little, little.parent / "data")
    install(little.parent / "data")

    assert (cd.load("picss").release, cd.load("cmc").release) == (NEXT, made.label)
    assert list(cd.load("picss").statements) == list(one(little).now.statements)
    assert len(cd.load("picss").releases) == 0


def test_a_release_of_one_dataset_leaves_the_other(released: Path) -> None:
    """What waits in another dataset goes on waiting."""
    listed(released, "s11,value,91,misread", name="cmc")
    listed(released, "s01,value,459,misread")
    before = bytes_of(released / "cmc")
    publish(released, day=DAY + timedelta(days=1))

    assert before == bytes_of(released / "cmc")
    assert one(released, "cmc").pending
    assert not one(released).pending


# What a release refuses, and what it leaves behind.


def refused(record: Path) -> str:
    """Ask for a release that is refused, and give why; every byte stays."""
    before = bytes_of(record.parent)
    with pytest.raises(RecordError) as caught:
        publish(record, day=DAY + timedelta(days=1))
    assert before == bytes_of(record.parent)
    return str(caught.value)


def test_a_release_needs_something_that_waits(released: Path) -> None:
    """Nothing waits: nothing is released."""
    assert "datasets/picss: holds nothing that waits for a release" in refused(released)


def test_a_release_needs_the_canonical_form(released: Path) -> None:
    """A file that the formatter would change has to be formatted first, and is named."""
    listed(released, "s01,value,459,misread")
    path = released / "cmc" / "statements.csv"
    head, first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{head}\n{second}\n{first}\n", encoding="utf-8")

    assert "datasets/cmc/statements.csv: is not in canonical form: python -m datasets.tools format" in refused(released)


def test_a_release_needs_every_sum_explained(released: Path) -> None:
    """A total that does not equal its parts is explained before it is released."""
    path = released / "picss" / "statements.csv"
    parts = zip(("militants", "security_forces", "civilians"), (355, 72, 30), strict=True)
    rows = "".join(
        f"s2{place},page-a,2025-10,2025-10,PK,all,killed,{group},{value},exact,,,,,1,next,,,,\n"
        for place, (group, value) in enumerate(parts)
    )
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    format_record(released)

    assert "discrepancies.csv: lacks picss 2025-10, Pakistan, all violence, killed, total, by groups" in refused(released)


def test_a_release_needs_a_record_without_faults(released: Path) -> None:
    """A fault of any dataset stops it."""
    listed(released, "s01,value,459,misread")
    edit(released / "cmc" / "statements.csv", ",90,exact", ",ninety,exact")

    assert "datasets/cmc/statements.csv:2: value: 'ninety' is not a whole number" in refused(released)


def test_releases_follow_each_other_in_time(released: Path) -> None:
    """One of an earlier day is refused; one of the same day gets a number."""
    listed(released, "s01,value,459,misread")
    before = bytes_of(released.parent)
    with pytest.raises(RecordError, match=r"releases\.csv: label: 2026-11-22 is before 2026-11-23\.1"):
        publish(released, day=DAY - timedelta(days=1))
    assert before == bytes_of(released.parent)
    assert next_label(one(released), DAY) == "2026-11-23.2"
    assert publish(released).label == "2026-11-23.2"


def test_a_day_has_ten_releases_at_most(released: Path) -> None:
    """The eleventh has no label that would come after the tenth."""
    for number in range(8):
        listed(released, f"{one(released).now.claims[0].id},note,read {number},read again")
        publish(released)
    assert one(released).releases[-1].label == "2026-11-23.9"
    listed(released, f"{one(released).now.claims[0].id},note,once more,read again")
    with pytest.raises(RecordError, match=r"label: 2026-11-23 has ten releases, and no label is left"):
        publish(released)


@pytest.mark.parametrize("why", ["", " ", "two\nlines", " led by a space", "a\ttab"])
def test_a_release_says_why_in_one_line(released: Path, why: str) -> None:
    """A reason that the record could not hold is refused before anything is written."""
    listed(released, "s01,value,459,misread")
    before = bytes_of(released.parent)
    assert main(["release", "picss", "--why", why, "--day", "2026-11-24"], released) == 1
    assert before == bytes_of(released.parent)


def test_the_command_makes_a_release(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints the release and its digests; afterwards the check passes, and so does the form."""
    listed(released, "s01,value,459,misread")
    capsys.readouterr()
    assert main(["check"], released) == 0
    assert "rows wait for the release to come" in capsys.readouterr().out
    assert main(["release", "picss", "--why", "It was misread.", "--day", "2026-11-24"], released) == 0
    known = one(released).releases[-1]
    assert capsys.readouterr().out.splitlines() == [
        "picss 2026-11-24: 1 row added, 1 closed. It was misread.",
        f"rows {known.rows_digest}",
        f"figures {known.figures_digest}",
    ]
    assert main(["check"], released) == 0
    assert "rows wait" not in capsys.readouterr().out
    assert main(["format", "--check"], released) == 0
    assert main(["release", "picss", "--why", "Again.", "--day", "2026-11-24"], released) == 1


@pytest.mark.parametrize("at", range(8))
def test_a_failure_while_writing_leaves_every_file(released: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Whichever file cannot be put in its place, all are as they were, and nothing lies beside them."""
    listed(released, "s01,value,459,misread")
    before = bytes_of(released.parent)
    replace, tried = Path.replace, 0

    def fail(self: Path, target: Path) -> Path:
        nonlocal tried
        tried += 1
        if tried == at + 1:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="No space left"):
            publish(released, day=DAY + timedelta(days=1))
    assert tried == at + 1
    assert before == bytes_of(released.parent)
    publish(released, day=DAY + timedelta(days=1))
    assert before != bytes_of(released.parent)


# The changelog.


def test_the_changelog_says_what_a_release_changed(released: Path) -> None:
    """The newest release stands first, the rows and figures that it changed under it, the rest of the log untouched."""
    text = (released.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line.startswith("### ")]

    assert heads == ["### picss 2026-11-23.1", "### cmc 2026-11-23", "### picss 2026-11-23"]
    assert text.startswith("# Changelog\n\nBefore.\n\n<!-- data releases: written from the record -->\n")
    assert text.endswith("<!-- end of data releases -->\n\nAfter.\n")
    assert "The first. It holds 2 sources, 4 statements, 1 claim, 1 break, 0 discrepancies, 2 figures." in text
    assert "A second one. 1 statement corrected, 1 claim corrected." in text
    new = one(released).now.statements[-1].id
    assert f"- statement corrected: `s04` by `{new}`, picss 2025-10" in text
    assert "value 161, then 163. misread" in text


def test_the_changelog_is_held_against_the_record(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edit of the section on data is found and undone; what stands around it is the maintainers' own."""
    path = released.parent / "CHANGELOG.md"
    whole = path.read_text(encoding="utf-8")
    assert main(["docs", "--check"], released) == 0
    edit(path, "then 163", "then 164")
    edit(path, "After.", "After that.")
    edited = path.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["docs", "--check"], released) == 1
    assert capsys.readouterr().out == "CHANGELOG.md\nto update: 1\n"
    assert path.read_text(encoding="utf-8") == edited
    assert main(["docs"], released) == 0
    assert path.read_text(encoding="utf-8") == whole.replace("After.", "After that.")
    assert main(["docs", "--check"], released) == 0


def test_the_files_on_how_to_cite_are_written_with_the_rest(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a project stands beside the record."""
    shutil.copyfile(HERE.parent / "pyproject.toml", released.parent / "pyproject.toml")
    assert main(["docs", "--check"], released) == 1
    assert main(["docs"], released) == 0
    files = "CITATION.cff\n.zenodo.json\n"
    assert capsys.readouterr().out == f"{files}to update: 2\n{files}updated: 2\n"
    assert main(["docs", "--check"], released) == 0


def test_a_changelog_without_its_marks_stops_a_release(released: Path) -> None:
    """Where the section should stand is not guessed, and nothing is written."""
    listed(released, "s01,value,459,misread")
    edit(released.parent / "CHANGELOG.md", "<!-- end of data releases -->", "")
    before = bytes_of(released.parent)
    with pytest.raises(RecordError, match=r"CHANGELOG\.md: needs"):
        publish(released, day=DAY + timedelta(days=1))
    assert before == bytes_of(released.parent)


def test_the_digests_of_rows_are_of_what_was_released(recorded: Mapping[str, DatasetRecord], root: Path) -> None:
    """One for each row that a release brought, and none for one that waits."""
    for name, dataset in recorded.items():
        with (root / name / "digests.csv").open(encoding="utf-8", newline="") as file:
            _, *told = csv.reader(file)
        assert {(table, id, label, end): head for table, id, label, end, head in told} == history.seals(dataset)
        assert len(told) == sum(one.added + one.closed + 1 for one in dataset.releases)
        assert bundle.manifest()["datasets"][name]["release"] == dataset.releases[-1].label
