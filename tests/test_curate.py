"""Adding, correcting and withdrawing by hand: all faults at once at the line of the form, nothing half-written."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from conflictdata import RecordError
from conflictdata.models import NEXT
from datasets.tools.__main__ import main
from datasets.tools.curate import add, correct, page_id
from datasets.tools.format import format_record
from datasets.tools.history import DatasetRecord
from datasets.tools.read import read
from datasets.tools.release import release

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


@pytest.fixture
def record(little: Path) -> Path:
    """The two small datasets, each with a release."""
    for name in ("cmc", "picss"):
        release(little, name, "The first.", DAY, little.parent / "CHANGELOG.md")
    return little


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def one(record: Path, name: str = "picss") -> DatasetRecord:
    """Read one dataset of a record."""
    return next(dataset for dataset in read(record) if dataset.name == name)


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


# Adding.


def test_a_form_adds_a_page_and_what_it_states(record: Path) -> None:
    """The page, its statements and its claims wait for the release to come, with what the form leaves out filled in."""
    add(record, form(record)).write()
    before, now = one(record).at("2026-11-23"), one(record).now
    (page,) = set(now.sources) - set(before.sources)
    statements = [s for s in now.statements if s.source == page]
    (claim,) = (c for c in now.claims if c.source == page)

    assert (page.id, page.outlet, page.readings) == (page_id(page.url), "The Nation", 1)
    assert page.published == page.published_from == page.published_to == date(2025, 12, 1)
    assert sorted((str(s.measure), str(s.group), s.value, str(s.bound)) for s in statements) == [
        ("injured", "total", 120, "exact"),
        ("killed", "militants", 200, "at_least"),
        ("killed", "total", 300, "exact"),
    ]
    assert {(str(s.period), str(s.report_period), s.readings) for s in statements} == {("2025-11", "2025-11", 1)}
    assert [tuple(map(str, s.caveats)) for s in statements if s.value == 200] == [("suspected",)]
    assert (str(claim.claim), str(claim.value), str(claim.reference_period)) == ("percent_change", "34", "2025-10")
    added = [row for table in ("statements.csv", "claims.csv") for rows in cells(record, table).values() for row in rows]
    waits = [row for row in added if row["from_release"] == NEXT]
    assert len(waits) == 4
    assert {(row["to_release"], row["corrects"], row["why"]) for row in waits} == {("", "", "a page found later")}
    assert format_record(record, check=True) == []
    assert set(before.statements) <= set(now.statements)


def test_the_same_form_gives_the_same_ids(record: Path) -> None:
    """An id follows from what a row says, so that two people who add one page make one row."""
    first, second = (add(record, form(record)).contents for _ in range(2))
    assert first == second


def test_a_page_without_a_day_appeared_before_it_was_read(record: Path) -> None:
    """Where the page shows no day, the last possible one is that of the reading."""
    undated = FORM.replace("published = 2025-12-01\n", "published_from = 2025-12-01\nmirror = true\n")
    now = add(record, form(record, undated)).after.now
    (page,) = (page for page in now.sources if page.outlet == "The Nation")

    assert (page.published, page.published_from, page.published_to) == (None, date(2025, 12, 1), date(2026, 11, 22))
    assert page.mirror


def test_rows_of_a_known_page_are_added(record: Path) -> None:
    """A form names the id of a page that the dataset has, and no page is added."""
    path = form(record, FORM[: FORM.index("[source]")].replace("report_period", 'page = "page-b"\nreport_period', 1))
    proposal = add(record, path)
    proposal.write()

    assert [page.id for page in one(record).now.sources] == ["page-a", "page-b"]
    assert len([s for s in one(record).now.statements if s.source.id == "page-b"]) == 5


def test_the_id_of_a_page_tells_its_site() -> None:
    """The site without www and its last part, and six digits that tell its pages apart."""
    assert page_id("https://www.dawn.com/news/1").startswith("dawn-")
    assert page_id("https://epaper.nation.com.pk/a").startswith("epaper-nation-com-")
    assert page_id("https://www.dawn.com/news/1") != page_id("https://www.dawn.com/news/2")


PAGE = FORM[FORM.index("[source]") :]
REST = FORM[: FORM.index("[source]")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('why = "', 'reason = "so"\nwhy = "', ["form.toml: reason: is not known here"]),
        ('dataset = "picss"', 'dataset = "piccs"', ["form.toml: dataset: is none of cmc, picss"]),
        ('dataset = "picss"', 'dataset = ""', ["form.toml: dataset: is none of cmc, picss"]),
        ('dataset = "picss"', 'dataset = "../datasets/picss"', ["form.toml: dataset: is none of cmc, picss"]),
        ('dataset = "picss"\n', "", ["form.toml: dataset: is none of cmc, picss"]),
        ("bound,caveats\n", "bound,caveat\n", ["form.toml:6: statements: 'caveat' is no column here; they are report_period,"]),
        ("measure,group,claim,", "measure,group,claims,", ["form.toml:13: claims: 'claims' is no column here; they are report_"]),
        ("area,scope,measure,group,value,", "id,area,scope,measure,group,value,", ["form.toml:6: statements: 'id' is no column here"]),
        ("PK,all,killed,total,300,,\n", "PK,all,killed,total,300,\n", ["form.toml:7: statements: has 6 cells where the header has 7"]),
        ("percent_change,34,down,2025-10\n", "percent_change,34,down\n", ["form.toml:14: claims: has 7 cells where the header has 8"]),
        ("PK,all,injured,total", "PK,all,hurt,total", ["form.toml:9: measure: unknown measure 'hurt'; valid: "]),
        ("PK,all,killed,militants", "PK-XX,every,killed,militants",
         ["form.toml:8: area: unknown area 'PK-XX'", "form.toml:8: scope: unknown scope 'every'"]),
        ("total,300,", "total,-300,", ["form.toml:7: value: -300 is not a whole number of 0 or more"]),
        ("total,300,", "total,3e2,", ["form.toml:7: value: '3e2' is not a whole number"]),
        ("total,300,", "total,,", ["form.toml:7: value: is empty"]),
        ("percent_change,34", "percent_change,", ["form.toml:14: value: a claim of percent_change needs one"]),
        ("PK,all,injured,total,120,exact,\n", "PK,all,killed,total,300,,\n", ["form.toml:9: statements: says the same as line 7"]),
        ("PK,all,injured,total,120,exact,\n", "PK,all,killed,total,300,exact,\n", ["form.toml:9: statements: says the same as line 7"]),
        (PAGE, "", ["form.toml: source: is missing: name the page that states the numbers, or give the id of one as page"]),
        (FORM, 'page = "page-b"\n' + FORM, ["form.toml: source: stands beside page: it is the one or the other"]),
        (FORM, 'page = "page-z"\n' + REST, ["form.toml: page: 'page-z' is no page of picss"]),
        (FORM, 'page = "page-m"\n' + REST, ["form.toml: page: 'page-m' is no page of picss"]),
        (REST, 'dataset = "picss"\n', ["form.toml: has no row of statements or claims"]),
        (REST, 'dataset = "picss"\nstatements = 3\n', ["form.toml: statements: is no text of rows", "form.toml: has no row"]),
        ("report_period =", "report_period", ["form.toml: cannot be read: "]),
        ('language = "en"', 'language = "english"', ["form.toml:17: language: 'english' is not"]),
        ("accessed = 2026-11-22", "accessed = 2025-11-22", ["form.toml:17: accessed: 2025-11-22 is before 2025-12-01"]),
        ('outlet = "The Nation"', 'outlets = "The Nation"', ["form.toml: source.outlets: is no column of a page"]),
        ('outlet = "The Nation"\n', "", ["form.toml:17: outlet: is empty"]),
        ('url = "https://www.nation-news.com.pk/2025/12/01/november"', 'url = "https://example.org/a"', ["form.toml:17: url: "]),
        ('language = "en"', 'language = "en"\nid = "page-a"', ["form.toml:17: id: 'page-a' stands on line "]),
        ('why = "a page found later"', 'why = "found later, by chance"', ["form.toml:7: why: holds a comma", "form.toml:14: why: holds a comma"]),
        ('report_period = "2025-11"\n', "", ["form.toml:7: report_period: is empty"]),
        ("https://www.nation-news.com.pk/2025/12/01/november", "nation", ["form.toml:17: url: 'nation' is not a web address"]),
    ],
)  # fmt: skip
def test_a_fault_of_a_form_is_located(record: Path, old: str, new: str, expected: list[str]) -> None:
    """Each fault names the form, and its line where it is of a row; nothing is written."""
    assert FORM.count(old) == 1
    path = form(record, FORM.replace(old, new))
    found = refused(record, lambda: add(record, path))

    for wanted in expected:
        assert any(fault.startswith(wanted) for fault in found), found
    assert all(fault.startswith("form.toml") for fault in found), found


def test_all_faults_of_a_form_are_told_at_once(record: Path) -> None:
    """Faults of the form's own make one report, and faults of its rows another."""
    content = FORM.replace("report_period =", "report =").replace("bound,caveats\n", "bounds,caveats\n")
    found = refused(record, lambda: add(record, form(record, content.replace("34,down,", "34,down,,"))))
    assert [fault.split(": ")[0] for fault in found] == ["form.toml", "form.toml:6", "form.toml:14"]

    content = FORM.replace("total,300", "all,300").replace("militants,200", "militants,-2").replace("34,down", "34,sideways")
    found = refused(record, lambda: add(record, form(record, content.replace('"en"', '"english"'))))
    assert [fault.split(": ")[:2] for fault in found] == [
        ["form.toml:17", "language"],
        ["form.toml:7", "group"],
        ["form.toml:8", "value"],
        ["form.toml:14", "direction"],
    ]


def test_blocks_of_a_form_stand_in_any_order(record: Path) -> None:
    """A line is found by the block it stands in, even where another block begins with the same columns."""
    head, _, claims = REST.partition("\nclaims")
    before, _, statements = head.partition("\nstatements")
    columns = "area,scope,measure,group,value"
    statements = (
        statements.replace(f"{columns},bound,caveats", columns).replace(",at_least,suspected", "").replace(",,\n", "\n")
    )
    statements = statements.replace(",exact,", "").replace("total,120", "total,-120")
    claims = claims.replace("area,scope,measure,group,claim,value,", f"{columns},claim,").replace(
        "percent_change,34", "34,percent_change"
    )
    path = form(record, f"{before}\nclaims{claims}\nstatements{statements}\n{PAGE}")
    row = path.read_text(encoding="utf-8").splitlines().index("PK,all,injured,total,-120") + 1

    assert refused(record, lambda: add(record, path)) == [f"form.toml:{row}: value: -120 is not a whole number of 0 or more"]


def test_what_the_record_has_is_not_added_again(record: Path) -> None:
    """A row that says what another says, of the same page, is named at the form's line."""
    content = FORM.replace('report_period = "2025-11"', 'page = "page-a"\nreport_period = "2025-10"')[
        : FORM.index("[source]") + 16
    ]
    content = content.replace("killed,total,300", "killed,total,458")
    found = refused(record, lambda: add(record, form(record, content)))
    (fault,) = found
    assert fault.startswith("form.toml:8: id: ")
    assert " says the same as " in fault
    assert "'s01'" in fault

    add(record, form(record)).write()
    found = refused(record, lambda: add(record, form(record)))
    assert any(fault.startswith("form.toml:7: id: ") and "stands on line" in fault for fault in found)
    assert any(fault.startswith("form.toml:17: id: ") and "stands on line" in fault for fault in found)


def test_the_command_says_what_a_form_changes(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows, figures and verdicts that it would change, and what is left to explain; a dry run writes nothing."""
    content = FORM.replace("militants,200,at_least", "militants,200,exact").replace(
        "PK,all,injured", "PK,all,killed,security_forces,60,,\nPK,all,killed,civilians,39,,\nPK,all,injured"
    )
    path, before = form(record, content), bytes_of(record)
    assert main(["add", str(path), "--dry-run"], record) == 0
    told = capsys.readouterr().out
    assert before == bytes_of(record)

    assert told.startswith("picss 2026-11-23 to next: ")
    assert "\nsources, added: nation-news-com-" in told
    assert "\nstatements, added: picss 2025-11, Pakistan, all violence, killed, total, on nation-news-com-" in told
    assert "\nclaims, added: " in told
    assert "\nfigures, added: picss 2025-11, Pakistan, all violence, killed, total: 300, single" in told
    assert "\nbalances, added: picss 2025-11, Pakistan, all violence, killed, total, by groups: short by 1" in told
    assert "\nsource balances, added: picss 2025-11, " in told
    assert "\nto explain in picss/discrepancies.csv:\n" in told
    rows = [line for line in told.splitlines() if ",groups,2025-11,PK,all,killed,total,,1,1,,,,next,,,," in line]
    assert len(rows) == 2
    assert told.endswith("\nnothing is written: that was a dry run\n")

    assert main(["add", str(path)], record) == 0
    assert capsys.readouterr().out == told.replace(
        "nothing is written: that was a dry run", "written, for the release to come"
    )
    assert before != bytes_of(record)
    assert main(["check"], record) == 1  # what is left to explain
    assert "lacks picss 2025-11, Pakistan, all violence, killed, total, by groups" in capsys.readouterr().err


def test_a_fault_sets_the_status(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The faults stand on the error stream, the status is 1, and nothing is written."""
    before = bytes_of(record)
    assert main(["add", str(form(record, FORM.replace("total,300", "all,300")))], record) == 1
    assert "form.toml:7: group: unknown group 'all'" in capsys.readouterr().err
    assert main(["add", str(record / "nowhere.toml")], record) == 1
    assert "nowhere.toml: cannot be read: " in capsys.readouterr().err
    assert main(["correct", "picss", str(record / "nowhere.csv")], record) == 1
    assert "nowhere.csv: cannot be read: " in capsys.readouterr().err
    assert main(["correct", "picss", str(lines(record, "s01,value,458,so"))], record) == 1
    assert "list.csv:2: value: is '458' already" in capsys.readouterr().err
    assert before == bytes_of(record)


def test_a_record_with_faults_is_not_added_to(record: Path) -> None:
    """What is wrong already is named first, whether a form or a list is to be applied."""
    path = record / "cmc" / "statements.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",90,", ",ninety,"), encoding="utf-8")
    wanted = ["datasets/cmc/statements.csv:2: value: 'ninety' is not a whole number"]

    assert refused(record, lambda: add(record, form(record))) == wanted
    assert refused(record, lambda: correct(record, "picss", lines(record, "s01,value,1,so"))) == wanted


@pytest.mark.parametrize("content", ["", "id,source\nx,y\n"])
def test_a_dataset_whose_files_cannot_be_read_is_not_edited(record: Path, content: str) -> None:
    """A header that is not the file's own is a fault, and no failure of the tool."""
    (record / "picss" / "sources.csv").write_text(content, encoding="utf-8", newline="")
    for what in (lambda: add(record, form(record)), lambda: correct(record, "picss", lines(record, "s01,value,1,so"))):
        assert any(fault.startswith("datasets/picss/sources.csv") for fault in refused(record, what))
    (record / "picss" / "sources.csv").unlink()
    for what in (lambda: add(record, form(record)), lambda: correct(record, "picss", lines(record, "s01,value,1,so"))):
        assert "datasets/picss/sources.csv: is missing" in refused(record, what)


@pytest.mark.parametrize("at", range(3))
def test_a_failure_while_writing_leaves_every_file(record: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Whichever file cannot be put in its place, none is changed, and nothing lies beside them."""
    proposal = add(record, form(record))
    before = bytes_of(record)
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
            proposal.write()
    assert tried == at + 1
    assert before == bytes_of(record)
    proposal.write()
    assert before != bytes_of(record)


def test_only_the_files_that_differ_are_written(record: Path) -> None:
    """A correction of one table leaves the others untouched."""
    times = {path: path.stat().st_mtime_ns for path in record.rglob("*.csv")}
    fix(record, "c01,value,30,misread")
    changed = [path.name for path, time in times.items() if path.stat().st_mtime_ns != time]

    assert changed == ["claims.csv"]


# Correcting.


def test_a_released_row_is_closed_and_another_comes(record: Path) -> None:
    """The old row stays in its file until the release to come; the new one has an id of its own, and the reason."""
    fix(record, "s03,value,459,misread", "s03,note,of all violence,misread", "s03,caveats,,not said to be so")
    rows = cells(record, "statements.csv")
    (old,) = rows["s03"]
    (new,) = (row for (row, *_) in rows.values() if row["corrects"] == "s03")

    assert (old["value"], old["from_release"], old["to_release"], old["why"]) == ("458", "2026-11-23", NEXT, "")
    assert (new["value"], new["note"], new["caveats"], new["readings"]) == ("459", "of all violence", "", "1")
    assert (new["from_release"], new["to_release"], new["why"]) == (NEXT, "", "misread; not said to be so")
    assert new["id"] != "s03"
    assert [s.value for s in one(record).at("2026-11-23").statements if s.id == "s03"] == [458]
    assert "s03" not in {s.id for s in one(record).now.statements}
    assert format_record(record, check=True) == []


def test_a_withdrawn_row_is_closed(record: Path) -> None:
    """Nothing comes in its place, and the reason stands beside it."""
    fix(record, "s04,withdraw,,not what the page says")
    (row,) = cells(record, "statements.csv")["s04"]

    assert (row["to_release"], row["why"], row["withdrawn"]) == (NEXT, "", "not what the page says")
    assert len(one(record).now.statements) == 3
    publish(record)
    assert cells(record, "statements.csv")["s04"][0]["to_release"] == "2026-11-23.1"


def test_a_row_that_waits_is_edited_where_it_stands(record: Path) -> None:
    """It keeps its id: no release ever had its earlier form; what was added says no reason to be corrected."""
    add(record, form(record)).write()
    (waits,) = (s for s in one(record).now.statements if s.value == 120)
    fix(record, f"{waits.id},value,121,a slip")
    (row,) = cells(record, "statements.csv")[waits.id]

    assert (row["value"], row["from_release"], row["to_release"], row["why"]) == ("121", NEXT, "", "a page found later")
    fix(record, f"{waits.id},withdraw,,not on the page")
    assert waits.id not in cells(record, "statements.csv")


def test_a_correction_that_waits_is_edited_where_it_stands(record: Path) -> None:
    """Its reasons add up, and the closed row stays closed once."""
    fix(record, "s01,value,459,misread")
    (new,) = (s for s in one(record).now.statements if s.value == 459)
    fix(record, f"{new.id},value,460,misread again")
    rows = cells(record, "statements.csv")

    assert [(row["value"], row["why"], row["corrects"]) for row in rows[new.id]] == [
        ("460", "misread; misread again", "s01")
    ]
    assert rows["s01"][0]["to_release"] == NEXT
    assert len(rows) == 5


@pytest.mark.parametrize(
    ("id", "column", "value", "file"),
    [
        ("s01", "value", "459", "statements.csv"),
        ("c01", "value", "30", "claims.csv"),
        ("page-a", "outlet", "The Institute", "sources.csv"),
        ("headline", "description", "It did not change.", "breaks.csv"),
    ],
)
def test_a_correction_that_is_withdrawn_leaves_the_record_as_it_was(
    record: Path, id: str, column: str, value: str, file: str
) -> None:
    """The row that it closed stays after all."""
    before = bytes_of(record)
    fix(record, f"{id},{column},{value},misread")
    rows = [row for rows in cells(record, file).values() for row in rows]
    (new,) = (row["id"] for row in rows if row["corrects"] == id)
    assert before != bytes_of(record)
    fix(record, f"{new},withdraw,,it was right")
    assert before == bytes_of(record)


def test_the_only_row_of_a_file_is_withdrawn(little: Path) -> None:
    """A row that waits and is alone in its file leaves the header."""
    fix(little, "c01,withdraw,,not a claim")
    assert cells(little, "claims.csv") == {}
    assert one(little).now.claims == ()


def test_a_correction_is_corrected(record: Path) -> None:
    """Once released, a correction is a row like any other: three rows, each closed by the next."""
    fix(record, "s01,value,459,misread")
    publish(record)
    (second,) = (s.id for s in one(record).now.statements if s.value == 459)
    fix(record, f"{second},value,460,misread again")
    rows = cells(record, "statements.csv")
    (third,) = (row for (row, *_) in rows.values() if row["corrects"] == second)

    assert [rows["s01"][0]["to_release"], rows[second][0]["to_release"]] == ["2026-11-23.1", NEXT]
    assert (rows[second][0]["corrects"], rows[second][0]["why"], third["why"]) == ("s01", "misread", "misread again")
    publish(record)
    assert sorted(s.value for s in one(record).at("2026-11-23.1").statements) == [161, 162, 458, 459]
    assert sorted(s.value for s in one(record).now.statements) == [161, 162, 458, 460]
    assert one(record).labels == ["2026-11-23", "2026-11-23.1", "2026-11-23.2"]


def test_a_corrected_page_keeps_its_id(record: Path) -> None:
    """Both forms stand in the file, the old one closed; what rests on the page rests on each in turn."""
    fix(record, "page-a,outlet,The Institute,its own name", "page-a,title,In October,its own words")
    old, new = cells(record, "sources.csv")["page-a"]

    assert (old["outlet"], old["to_release"], old["why"]) == ("PICSS", NEXT, "")
    assert (new["outlet"], new["from_release"], new["corrects"]) == ("The Institute", NEXT, "page-a")
    assert new["why"] == "its own name; its own words"
    dataset = one(record)
    for label, outlet in (("2026-11-23", "PICSS"), (NEXT, "The Institute")):
        edition = dataset.at(label)
        assert {s.source.outlet for s in edition.statements if s.source.id == "page-a"} == {outlet}
        assert {c.source.outlet for c in edition.claims} == {outlet}
    assert len(cells(record, "statements.csv")) == 4


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("s99,value,1,so", "list.csv:2: id: 's99' is no row of picss"),
        ("s11,value,1,so", "list.csv:2: id: 's11' is no row of picss"),
        ("s01,values,1,so", "list.csv:2: column: 'values' is no column to correct in statements.csv"),
        ("s01,id,s02,so", "list.csv:2: column: 'id' is no column to correct in statements.csv"),
        ("s01,readings,2,so", "list.csv:2: column: 'readings' is no column to correct in statements.csv"),
        ("s01,from_release,next,so", "list.csv:2: column: 'from_release' is no column to correct in statements.csv"),
        ("s01,value,458,so", "list.csv:2: value: is '458' already"),
        ("s01,value, 458,so", "list.csv:2: value: is '458' already"),
        ("s01,period,2025-10-01/2025-10-31,so", "list.csv:2: value: is '2025-10' already"),
        ("s01,value,459,", "list.csv:2: why: is empty: say why"),
        ("s01,value,459, ", "list.csv:2: why: is empty: say why"),
        ("s01,withdraw,,", "list.csv:2: why: is empty: say why"),
        ("s01,withdraw,458,so", "list.csv:2: column: a row is withdrawn by one line without a value"),
        ("s01,withdraw,,so\ns01,value,1,so", "list.csv:2: column: a row is withdrawn by one line without a value"),
        ("s01,value,459", "list.csv:2: has 3 cells where the header has 4"),
        ("s01,value,459,one, two", "list.csv:2: has 5 cells where the header has 4"),
        ('s01,value,459,"one, two"', "list.csv:2: why: holds a comma, a quotation mark or a line break"),
        ("s01,value,-1,so", "list.csv:2: value: -1 is not a whole number of 0 or more"),
        ("s01,group,all,so", "list.csv:2: group: unknown group 'all'"),
        ("s01,source,page-z,so", "list.csv:2: source: 'page-z' is no source of this dataset"),
        ("page-b,withdraw,,so", "datasets/picss/statements.csv:4: source: 'page-b' is not there in every release that has this row"),
        ("page-a,url,https://example.org/b,so", "list.csv:2: url: 'page-b' says the same as 'page-a' on line "),
    ],
)  # fmt: skip
def test_a_fault_of_a_list_is_located(record: Path, row: str, expected: str) -> None:
    """Each fault names the list and its line, or the row of the record that would be wrong; nothing is written."""
    path = lines(record, row)
    found = refused(record, lambda: correct(record, "picss", path))
    assert any(fault.startswith(expected) or expected in fault for fault in found), found


def test_all_faults_of_a_list_are_told_at_once(record: Path) -> None:
    """One report of every line."""
    path = lines(record, "s99,value,1,so", "s01,value,458,", "s02,values,1,so", "s04,value,163,misread")
    assert [fault.rsplit(": ", 1)[0] for fault in refused(record, lambda: correct(record, "picss", path))] == [
        "list.csv:2: id",
        "list.csv:3: value",
        "list.csv:3: why: is empty",
        "list.csv:4: column",
    ]
    path = lines(record, "s01,value,-1,so", "s02,group,all,so", "s04,value,163,misread")
    assert [fault.split(": ")[:2] for fault in refused(record, lambda: correct(record, "picss", path))] == [
        ["list.csv:2", "value"],
        ["list.csv:3", "group"],
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "list.csv:1: the columns should be id, column, value, why"),
        ("id,column,value\ns01,value,1\n", "list.csv:1: the columns should be id, column, value, why"),
        ("id,column,value,why\n", "list.csv: has no row"),
        ("id,column,value,why\ns01,value,\udcff,so\n", "list.csv: cannot be read: "),
    ],
)
def test_a_list_of_another_form_is_refused(record: Path, content: str, expected: str) -> None:
    """An empty list, other columns, and bytes that are no UTF-8."""
    path = record.parent / "list.csv"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    (fault,) = refused(record, lambda: correct(record, "picss", path))
    assert fault.startswith(expected)


def test_the_command_says_what_a_list_changes(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows with their reasons, and figures; a dry run writes nothing."""
    path, before = lines(record, "s01,value,460,misread", "s03,withdraw,,not on the page"), bytes_of(record)
    assert main(["correct", "picss", str(path), "--dry-run"], record) == 0
    told = capsys.readouterr().out
    assert before == bytes_of(record)

    assert told.splitlines()[:4] == [
        "picss 2026-11-23 to next: 3 differences",
        "statements, corrected: picss 2025-10, Pakistan, all violence, killed, total, on page-a: value 458, then 460. misread",
        "statements, withdrawn: picss 2025-10, Pakistan, all violence, killed, total, on page-b: 458. not on the page",
        "figures, changed: picss 2025-10, Pakistan, all violence, killed, total: 458, repeated, then 460, single",
    ]
    assert "to explain" not in told
    assert main(["correct", "picss", str(path)], record) == 0
    assert capsys.readouterr().out.endswith("\nwritten, for the release to come\n")
    assert main(["check"], record) == 0
    release(record, "picss", "What waited.", DAY + timedelta(days=1), record.parent / "CHANGELOG.md")
    log = (record.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "- statement withdrawn: `s03`, picss 2025-10" in log
    assert "- figure changed: picss 2025-10, Pakistan, all violence, killed, total: 458, repeated, then 460, single" in log


# What fresh eyes found.


def share(record: Path) -> None:
    """Let the other dataset rest on a page of the first, and release that."""
    path = record / "cmc" / "sources.csv"
    row = next(line for line in (record / "picss" / "sources.csv").read_text().splitlines() if line.startswith("page-a,"))
    path.write_text(f"{path.read_text()}{row.partition(',2026-11-23')[0]},next,,,,\n", encoding="utf-8", newline="")
    statements = record / "cmc" / "statements.csv"
    told = "s91,page-a,2025-10,2025-10,PK,drone_strikes,incidents,total,3,exact,,,,,1,next,,,,\n"
    statements.write_text(statements.read_text() + told, encoding="utf-8", newline="")
    format_record(record)
    release(record, "cmc", "A page that both rest on.", DAY, record.parent / "CHANGELOG.md")


def test_a_page_that_two_datasets_rest_on_is_corrected_in_both(record: Path) -> None:
    """It is one page: its new form waits for the release to come of each, and each is released by itself."""
    share(record)
    fix(record, "page-a,title,Another title,read again")

    for name in ("cmc", "picss"):
        (page,) = (page for page in one(record, name).now.sources if page.id == "page-a")
        assert page.title == "Another title"
        assert [row["to_release"] for row in cells(record, "sources.csv", name)["page-a"]] == [NEXT, ""]
    publish(record)
    assert main(["check"], record) == 0
    assert one(record, "cmc").pending
    assert {page.title for page in one(record).at("2026-11-23").sources if page.id == "page-a"} == {"October"}


def test_what_was_withdrawn_can_be_added_again(record: Path) -> None:
    """An id is used once: the row that comes back has another, and says the same."""
    add(record, form(record)).write()
    publish(record)
    (row,) = (s for s in one(record).now.statements if s.value == 120)
    fix(record, f"{row.id},withdraw,,not on the page")
    publish(record)
    again = f'''dataset = "picss"
page = "{row.source.id}"
report_period = "2025-11"
why = "it is on the page after all"
statements = """
area,scope,measure,group,value
PK,all,injured,total,120
"""
'''
    add(record, form(record, again)).write()
    publish(record)

    (back,) = (s for s in one(record).now.statements if s.value == 120)
    assert back.id != row.id
    assert (back.period, back.measure, back.source) == (row.period, row.measure, row.source)
    assert len(cells(record, "statements.csv")[row.id]) == 1


def test_a_correction_that_is_put_back_is_none(record: Path) -> None:
    """A row that says again what the released one says is taken away, and the released one stays open."""
    before = bytes_of(record)
    fix(record, "s01,value,459,misread", "s01,note,as told,read again")
    (new,) = (id for id, (row, *_) in cells(record, "statements.csv").items() if row["corrects"] == "s01")
    fix(record, f"{new},value,458,it was right", f"{new},note,,it was right")

    assert before == bytes_of(record)


def test_a_row_that_is_closed_is_not_corrected(record: Path) -> None:
    """The row in its place is; the fault says by which release it went."""
    fix(record, "s01,value,459,misread")
    told = "list.csv:2: id: 's01' is closed already by next, a row of picss"
    assert refused(record, lambda: fix(record, "s01,value,460,misread again")) == [told]


def test_rows_of_a_known_page_need_a_reason(record: Path) -> None:
    """What the first reading left out is told with why it comes later."""
    rows = 'statements = """\nperiod,area,scope,measure,group,value\n2025-09,PK,all,killed,total,3\n"""\n'
    path = form(record, f'dataset = "picss"\npage = "page-a"\nreport_period = "2025-10"\n{rows}')
    assert refused(record, lambda: add(record, path)) == [
        "form.toml: why: is missing: say why rows are added to a page that the record has"
    ]


def test_a_column_stands_once(record: Path) -> None:
    """Of two columns of one name, or two changes of one cell, none is taken in silence."""
    path = form(record, FORM.replace("value,bound,caveats", "value,bound,value").replace("suspected", "200"))
    assert "form.toml:6: statements: 'value' stands twice" in refused(record, lambda: add(record, path))
    twice = ("s01,value,459,misread", "s01,value,460,misread")
    told = ["list.csv:3: column: 'value' of 's01' is changed on line 2"]
    assert refused(record, lambda: fix(record, *twice)) == told


def test_a_byte_order_mark_is_no_fault_of_a_list(record: Path) -> None:
    """As a spreadsheet writes it."""
    path = lines(record, "s01,value,459,misread")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    correct(record, "picss", path).write()

    assert 459 in {s.value for s in one(record).now.statements}


def test_a_cell_too_large_for_csv_is_a_fault_of_the_form(record: Path) -> None:
    """And no failure of the tool."""
    path = form(record, FORM.replace("bound,caveats", "bound,note").replace("suspected", "x" * 200_000))
    (told,) = refused(record, lambda: add(record, path))
    assert told.startswith("form.toml:6: statements: is not CSV: field larger than field limit")


def test_other_line_breaks_are_refused(record: Path) -> None:
    """What some programs take for the end of a line stands in no cell."""
    found = refused(record, lambda: fix(record, "s01,note,one\u2028two,read again"))
    assert any("note: has a line break; a cell is one line" in fault for fault in found)


def test_a_withdrawal_changes_no_earlier_diff(record: Path) -> None:
    """Why a row came, and why it went, are two things: what a release said of itself stays."""
    fix(record, "s01,value,459,misread")
    publish(record)
    log = (record.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    (new,) = (id for id, (row, *_) in cells(record, "statements.csv").items() if row["corrects"] == "s01")
    fix(record, f"{new},withdraw,,not on the page after all")
    publish(record)

    after = (record.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    entry = log[log.index("### picss 2026-11-23.1") : log.index("### cmc 2026-11-23")]
    assert "misread" in entry
    assert entry in after
    assert after.count("not on the page after all") == 1
