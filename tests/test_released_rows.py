"""Rows that were released: no edit of them goes unseen, and what a row says of releases is held."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conflictdata import RecordError
from datasets.tools.__main__ import main
from datasets.tools.build import build
from datasets.tools.format import format_record
from tests.shared.editing import edit
from tests.shared.releasing import listed


def faults(record: Path) -> list[str]:
    """Give the faults of a record, which stop the build, and leave nothing built."""
    target = record.parent / "data"
    with pytest.raises(RecordError) as caught:
        build(record, target)
    assert not target.exists()
    return [str(fault) for fault in caught.value.faults]


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
