"""Correcting and withdrawing by hand: all faults at once at the line of the list, nothing half-written."""

from datetime import timedelta
from pathlib import Path

import pytest

from conflictdata.models import NEXT
from datasets.tools.__main__ import main
from datasets.tools.curate import add, correct
from datasets.tools.format import format_record
from datasets.tools.release import release
from tests.shared.editing import bytes_of, one
from tests.shared.forms import DAY, FORM, cells, fix, form, lines, publish, refused


@pytest.fixture
def record(begun: Path) -> Path:
    """The two small datasets, each with a release."""
    return begun


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
