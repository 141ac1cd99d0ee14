"""Adding by hand: all faults at once at the line of the form, nothing half-written."""

from datetime import date
from pathlib import Path

import pytest

from conflictdata.models import NEXT
from datasets.tools.__main__ import main
from datasets.tools.curate import add, correct, page_id
from datasets.tools.format import format_record
from tests.shared.editing import bytes_of, one
from tests.shared.forms import FORM, cells, fix, form, lines, refused


@pytest.fixture
def record(begun: Path) -> Path:
    """The two small datasets, each with a release."""
    return begun


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


def test_rows_of_a_known_page_need_a_reason(record: Path) -> None:
    """What the first reading left out is told with why it comes later."""
    rows = 'statements = """\nperiod,area,scope,measure,group,value\n2025-09,PK,all,killed,total,3\n"""\n'
    path = form(record, f'dataset = "picss"\npage = "page-a"\nreport_period = "2025-10"\n{rows}')
    assert refused(record, lambda: add(record, path)) == [
        "form.toml: why: is missing: say why rows are added to a page that the record has"
    ]


def test_a_cell_too_large_for_csv_is_a_fault_of_the_form(record: Path) -> None:
    """And no failure of the tool."""
    path = form(record, FORM.replace("bound,caveats", "bound,note").replace("suspected", "x" * 200_000))
    (told,) = refused(record, lambda: add(record, path))
    assert told.startswith("form.toml:6: statements: is not CSV: field larger than field limit")
