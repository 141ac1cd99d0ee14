"""The maintainers' tools: bad input is located, all of it at once, and nothing is half-written."""

import errno
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictdata import RecordError
from conflictdata.lines import RECORD, shapes, write
from conflictdata.models import Statement
from conflictdata.schema import shape
from conflictdata.testing import statements
from datasets.tools import text
from datasets.tools.__main__ import main
from datasets.tools.build import build
from datasets.tools.changelog import BEGIN, END
from datasets.tools.format import canonical, format_record
from datasets.tools.pages import BLOCKS
from datasets.tools.read import read
from tests.shared.editing import edit
from tests.shared.smallrecord import ABOUT, SOURCES, STATEMENTS, faults


def test_a_whole_record_reads(record: Path) -> None:
    """The small record is valid and canonical."""
    (dataset,) = read(record)

    assert (len(dataset.sources), len(dataset.statements), len(dataset.claims), len(dataset.breaks)) == (2, 3, 1, 1)
    assert format_record(record, check=True) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("statements.csv", "PK,all,killed,total", "PK,every,killed,total", "statements.csv:2: scope: unknown scope 'every'; valid: all,"),
        ("statements.csv", "458,exact", "-458,exact", "statements.csv:2: value: -458 is not a whole number of 0 or more"),
        ("statements.csv", "458,exact", "4.58,exact", "statements.csv:2: value: '4.58' is not a whole number"),
        ("statements.csv", "458,exact", "0458,exact", "statements.csv:2: value: '0458' is not a whole number"),
        ("statements.csv", "458,exact", ",exact", "statements.csv:2: value: is empty"),
        ("statements.csv", "458,exact", "458,", "statements.csv:2: bound: is empty"),
        ("statements.csv", "s01,page-a", "s01,page-c", "statements.csv:2: source: 'page-c' is no source of this dataset"),
        ("statements.csv", "s02,", "s01,", "statements.csv:3: id: 's01' stands on line 2 already"),
        ("statements.csv", "militants,355", "total,458", "statements.csv:3: id: 's02' says the same as 's01' on line 2"),
        ("statements.csv", ",,,,,1,next,,,,\ns02", ",,,,1,next,,,,\ns02", "statements.csv:2: has 19 cells where the header has 20"),
        ("statements.csv", "2025-10,2025-10,PK,all,killed,total", "2025-10,2025-10-09/2025-10-01,PK,all,killed,total",
         "statements.csv:2: period: the span ends (2025-10-01) before it starts (2025-10-09)"),
        ("statements.csv", "page-a,2025-10,2025-10,PK,all,killed,total", "page-a,2025-10,2025-13,PK,all,killed,total",
         "statements.csv:2: period: '2025-13' names a day or month that does not exist"),
        ("statements.csv", "458,exact,,", "458,exact,yes,", "statements.csv:2: subset: 'yes' is neither empty nor true"),
        ("statements.csv", "peace_committee,,", "peace_committee  PK-IS,,", "statements.csv:4: includes: '' is no group, area"),
        ("statements.csv", "includes one,1", "includes one ,1", "statements.csv:4: note: 'includes one ' has white space"),
        ("statements.csv", "killed,total,458", "arrested,total,458", "statements.csv:2: scope: arrested is coded security_op"),
        ("statements.csv", "id,source", "id,page", "statements.csv:1: the columns are id, page, report_period"),
        ("statements.csv", "includes one,1,next,,,,\n", 'includes "one,1,next,,,,\n', None),
        ("statements.csv", "includes one,1,next,,,,\n", '"includes one,1,next,,,,\n', "statements.csv:4: is not CSV: unexpected end of data"),
        ("statements.csv", "includes one,1,next,,,,\n", "includes one,1,next,,,,", "statements.csv:4: the last line has no end; it may be truncated"),
        ("statements.csv", "includes one,1,next,,,,\n", "includes on", "statements.csv:4: has 14 cells where the header has 20"),
        ("statements.csv", "includes one", "includes\0one", "statements.csv:4: holds a NUL character"),
        ("sources.csv", "2025-11-01,2026-11-22,2026-11-22,en,,2", "2025-11-01,2026-11-23,2026-11-22,en,,2",
         "sources.csv:3: accessed: 2026-11-22 is before 2026-11-23, when it appeared"),
        ("sources.csv", "example.org/b", "example.org/a", "sources.csv:3: url: 'page-b' says the same as 'page-a' on line 2"),
        ("sources.csv", "https://example.org/b", "example.org/b", "sources.csv:3: url: 'example.org/b' is not a web address"),
        ("sources.csv", "2025-11-01,2026-11-22,en,October", "2025-11-31,2026-11-22,en,October", "sources.csv:2: published_to: day is out"),
        ("sources.csv", "2025-11-01,2026-11-22,en,October", "20251101,2026-11-22,en,October", "sources.csv:2: published_to: '20251101' is not a day"),
        ("claims.csv", "percent_change,29", "percent_change,", "claims.csv:2: value: a claim of percent_change needs one"),
        ("claims.csv", "percent_change,29", "percent_change,2.9e1", "claims.csv:2: value: '2.9e1' is not a number of 0 or more"),
        ("claims.csv", "percent_change,29", "highest_since,", "claims.csv:2: direction: a claim of highest_since has none"),
        ("statements.csv", "458,exact", "2147483647,exact", "statements.csv:2: value: 2147483647 is larger than 2147483646"),
        ("statements.csv", "page-a,2025-10,2025-10,PK,all,killed,total", "page-a,2025-10,1925-10,PK,all,killed,total",
         "statements.csv:2: period: 1925-10 is before 1947-08-14"),
        ("statements.csv", "page-a,2025-10,2025-10,PK,all,killed,total", "page-a,9999-12,9999-12,PK,all,killed,total",
         "statements.csv:2: period: 9999-12 was not over when the page was read, on 2026-11-22"),
        ("sources.csv", "2025-11-01,2025-11-01,2025-11-01,2026-11-22,en", "2025-11-01,2025-11-01,2025-11-01,9999-11-22,en",
         "sources.csv:2: accessed: 9999-11-22 is after 2099-12-31"),
        ("sources.csv", ",,2025-11-01,2026-11-22,2026-11-22,en,,2", ",,1925-11-01,2026-11-22,2026-11-22,en,,2",
         "sources.csv:3: published_from: 1925-11-01 is before 1947-08-14"),
        ("sources.csv", "en,October,1", "en,October,one", "sources.csv:2: readings: 'one' is not a whole number"),
        ("claims.csv", "percent_change,29", f"percent_change,{'9' * 400}", "claims.csv:2: value: 999"),
        ("dataset.toml", 'counts = "Something."', 'counts = "Something."\ncontinues = ["cmc"]', "dataset.toml: continues: is not a text"),
        ("dataset.toml", ABOUT, "", "dataset.toml: counts: is missing"),
        ("../vocabulary.toml", "[direction.up]\n", "direction.up = 3\n[x]\n", "vocabulary.toml: x: is no vocabulary"),
        ("../vocabulary.toml", 'parent = "PK-KP"\niso = "PK-KP"', 'parent = ["PK-KP"]\niso = "PK-KP"', "vocabulary.toml: area.PK-KP-MAINLAND: does not lie within PK"),
        ("breaks.csv", "killed injured", "killed died", "breaks.csv:2: measures: unknown measure 'died'"),
        ("dataset.toml", "licence", "license", "dataset.toml: licence: is missing"),
        ("dataset.toml", 'counts = "Something."', "counts = 3", "dataset.toml: counts: is not a text"),
        ("dataset.toml", 'counts = "Something."', 'counts = "Something."\ncontinues = "picss"', "dataset.toml: continues: 'picss' is no other"),
        ("dataset.toml", 'counts = "Something."', "counts =", "dataset.toml: is not TOML: "),
        ("../vocabulary.toml", '[area.PK-JK]\nlabel = "Azad Jammu and Kashmir"', "[area.PK-JK]", "vocabulary.toml: area.PK-JK: has no label"),
        ("../vocabulary.toml", 'unit = "people reported killed"\n', "", "vocabulary.toml: measure.killed: has no unit"),
        ("../vocabulary.toml", "[area.PK-JK]", "[area.PK-AJK]", "vocabulary.toml: area.PK-AJK: is no area"),
        ("../vocabulary.toml", "[direction.down]", "[way.down]", "vocabulary.toml: way: is no vocabulary"),
        ("../vocabulary.toml", 'Tribal Areas until May 2018, and the districts merged into Khyber Pakhtunkhwa after it where a page counts them apart."\nparent = "PK-KP"',
         'Areas."\nparent = "PK-TA"', "vocabulary.toml: area.PK-TA: does not lie within PK: PK-TA in PK-TA"),
    ],
)  # fmt: skip
def test_a_fault_is_located(record: Path, file: str, old: str, new: str, expected: str | None) -> None:
    """Each fault names file, line and column, and leaves nothing built."""
    edit(record / "picss" / file, old, new)
    if expected is None:  # a quotation mark inside a cell is text like any other
        assert read(record)
        return

    found = faults(record)
    assert any(fault.startswith(f"datasets/picss/{expected}".replace("picss/vocab", "vocab")) for fault in found), found
    target = record.parent / "data"
    with pytest.raises(RecordError):
        build(record, target)
    assert [path.name for path in record.parent.iterdir()] == ["datasets"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda raw: b"\xef\xbb\xbf" + raw, "datasets/picss/statements.csv:1: begins with a byte-order mark"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), "datasets/picss/statements.csv:1: ends its lines with CR LF"),
        (lambda _: b"", "datasets/picss/statements.csv: is empty: not even the header is there"),
        (lambda _: b"\n\n", "datasets/picss/statements.csv: is empty"),
        (lambda raw: raw.replace(b"includes one", b"includes \xff"), "datasets/picss/statements.csv:4: is not UTF-8"),
        (lambda raw: raw[: raw.index(b"\n")], "datasets/picss/statements.csv:1: the last line has no end"),
    ],
)
def test_a_file_of_another_form_is_refused(record: Path, change: Callable[[bytes], bytes], expected: str) -> None:
    """Byte-order mark, CR LF, an empty file and bytes that are no UTF-8 are located."""
    path = record / "picss" / "statements.csv"
    path.write_bytes(change(path.read_bytes()))

    assert faults(record)[0].startswith(expected)


def test_all_faults_are_reported_at_once(record: Path) -> None:
    """Faults of several files, rows and columns stand in one report, and none twice."""
    folder = record / "picss"
    edit(folder / "statements.csv", "s01,page-a,2025-10,2025-10,PK,all", "1,page-x,2025-10,2025,PK-X,none")
    edit(folder / "statements.csv", "31,exact", "-31,around")
    edit(folder / "claims.csv", "29,up", "29,sideways")
    edit(folder / "sources.csv", "en,October", "english,October")
    (folder / "breaks.csv").unlink()

    places = [fault.rsplit(": ", 1)[0].split(": unknown")[0] for fault in faults(record)]
    assert places == [
        "datasets/picss/sources.csv:2: language",
        "datasets/picss/statements.csv:2: area",
        "datasets/picss/statements.csv:2: scope",
        "datasets/picss/statements.csv:2: source",
        "datasets/picss/statements.csv:2: id",
        "datasets/picss/statements.csv:4: bound",
        "datasets/picss/statements.csv:4: value",
        "datasets/picss/claims.csv:2: direction",
        "datasets/picss/breaks.csv",
    ]


def test_a_page_on_which_nothing_rests_is_a_fault(record: Path) -> None:
    """Each page stated or claimed something."""
    path = record / "picss" / "statements.csv"
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8", newline="")

    assert faults(record) == ["datasets/picss/sources.csv:3: id: no statement or claim rests on 'page-b'"]


def test_datasets_are_held_against_each_other(record: Path, vocabulary_of: Callable[..., str]) -> None:
    """Ids of rows are unique over all datasets, and a page is the same page in each."""
    (record / "vocabulary.toml").write_text(vocabulary_of("picss", "cmc"), encoding="utf-8")
    shutil.copytree(record / "picss", record / "cmc")
    edit(record / "picss" / "sources.csv", "en,October", "en,November")

    assert faults(record) == [
        "datasets/picss/statements.csv:2: id: 's01' is a row of 'cmc' already",
        "datasets/picss/statements.csv:3: id: 's02' is a row of 'cmc' already",
        "datasets/picss/statements.csv:4: id: 's03' is a row of 'cmc' already",
        "datasets/picss/claims.csv:2: id: 'c01' is a row of 'cmc' already",
        "datasets/picss/sources.csv:2: title: 'page-a' has another title in 'cmc'",
    ]


def test_an_empty_vocabulary_is_a_fault(record: Path) -> None:
    """Every label that is missing is named."""
    (record / "vocabulary.toml").write_text("")

    assert "datasets/vocabulary.toml: area.PK: has no label" in faults(record)


def test_stray_files_and_folders_in_the_place_of_files_are_faults(record: Path) -> None:
    """Nothing lies in a dataset's folder unread, and a folder is no file."""
    (record / "picss" / "notes.txt").write_text("remember")
    (record / "picss" / "breaks.csv").unlink()
    (record / "picss" / "breaks.csv").mkdir()
    (record / "vocabulary.toml").unlink()

    assert faults(record) == [
        "datasets/vocabulary.toml: is missing",
        f"datasets/picss/breaks.csv: cannot be read: {os.strerror(errno.EACCES if os.name == 'nt' else errno.EISDIR)}",
        "datasets/picss/notes.txt: is no file of a dataset",
    ]


def test_a_dataset_without_statements_is_a_fault(record: Path) -> None:
    """Claims alone are no dataset."""
    path = record / "picss" / "statements.csv"
    path.write_text(STATEMENTS.splitlines(keepends=True)[0], encoding="utf-8", newline="")
    edit(record / "picss" / "claims.csv", "c01,page-a", "c01,page-b")

    assert faults(record) == ["datasets/picss/sources.csv:2: id: no statement or claim rests on 'page-a'"]
    edit(record / "picss" / "sources.csv", SOURCES.splitlines(keepends=True)[1], "")
    assert faults(record) == ["datasets/picss/statements.csv: holds no statement"]


def test_a_missing_record_is_a_fault(tmp_path: Path) -> None:
    """A folder that is not there holds nothing."""
    assert faults(tmp_path / "nowhere") == ["nowhere/vocabulary.toml: is missing", "nowhere: holds no dataset"]


def test_a_build_refuses_a_folder_that_it_did_not_make(record: Path) -> None:
    """What stands there is left alone."""
    target = record.parent / "precious"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")

    with pytest.raises(RecordError, match="is there already, and is no folder that a build made"):
        build(record, target)
    assert main(["build", str(target)], record) == 1
    assert [path.name for path in target.iterdir()] == ["thesis.txt"]


def test_a_swap_that_fails_puts_the_old_data_back(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when another program holds a file open on a system that minds."""
    target = record.parent / "data"
    build(record, target)
    rename = Path.rename

    def refuse(self: Path, to: Path) -> Path:
        if to == target and not self.name.endswith("-old"):
            raise PermissionError(13, "in use")
        return rename(self, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refuse)
        with pytest.raises(PermissionError):
            build(record, target)
    assert (target / "picss" / "figures.parquet").is_file()
    assert sorted(path.name for path in record.parent.iterdir()) == ["_manifest.py", "data", "datasets"]


def test_a_folder_without_datasets_is_a_fault(record: Path) -> None:
    """Nothing is not a record."""
    shutil.rmtree(record / "picss")

    assert faults(record) == ["datasets: holds no dataset"]


def test_a_build_replaces_the_data_as_a_whole(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure half-way leaves what was there, and nothing besides."""
    target = record.parent / "data"
    build(record, target)
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert {path.name for path in before} == {
        *("manifest.json", "vocabulary.toml", "sources.parquet", "statements.parquet", "figures.parquet"),
        *("claims.parquet", "breaks.parquet", "discrepancies.parquet", "releases.parquet", "datapackage.json"),
    }

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    edit(record / "picss" / "statements.csv", "458,exact", "459,exact")
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfile", fail)
        with pytest.raises(OSError, match="No space left"):
            build(record, target)
    assert before == {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert sorted(path.name for path in record.parent.iterdir()) == ["_manifest.py", "data", "datasets"]

    build(record, target)
    changed = [path.name for path, raw in before.items() if path.read_bytes() != raw]
    assert sorted(changed) == ["datapackage.json", "figures.parquet", "manifest.json", "statements.parquet"]


def test_two_builds_are_identical(record: Path) -> None:
    """The same record gives the same bytes."""
    build(record, record.parent / "one")
    build(record, record.parent / "two")
    for path in (record.parent / "one").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (record.parent / "two" / path.relative_to(record.parent / "one")).read_bytes()


def test_the_formatter_mends_the_form_and_keeps_the_content(record: Path) -> None:
    """Order, line ends, the byte-order mark and spellings are mended; the rows say the same."""
    path = record / "picss" / "statements.csv"
    wanted = path.read_bytes()
    (before,) = read(record)
    assert before.now.statements
    head, *body = wanted.decode().splitlines()
    messy = "\r\n".join([head, *reversed(body)]).replace("2025-10,2025-10,PK", "2025-10,2025-10-01/2025-10-31,PK")
    path.write_bytes(b"\xef\xbb\xbf" + messy.replace("includes one", "  includes one ").encode())
    path.chmod(0o640)

    assert format_record(record, check=True) == ["datasets/picss/statements.csv"]
    assert main(["format", "--check"], record) == 1
    assert main(["format"], record) == 0
    assert wanted == path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o640
    (after,) = read(record)
    assert (after.labels, after.now) == (before.labels, before.now)
    assert all(after.kept(table) == before.kept(table) for table in RECORD)
    assert main(["format", "--check"], record) == 0


def test_the_formatter_writes_no_file_if_one_has_faults(record: Path) -> None:
    """What cannot be read is located, and every file stays as it was."""
    edit(record / "picss" / "claims.csv", "29,up", "29,sideways")
    edit(
        record / "picss" / "statements.csv",
        "2025-10,2025-10,PK,all,killed,total",
        "2025-10,2025-10/2025-10,PK,all,killed,total",
    )
    (record / "picss" / "breaks.csv").write_bytes(b"")
    before = {path: path.read_bytes() for path in record.rglob("*.csv")}

    with pytest.raises(RecordError) as caught:
        format_record(record)
    assert [(fault.file, fault.row) for fault in caught.value.faults] == [
        ("datasets/picss/claims.csv", 2),
        ("datasets/picss/breaks.csv", 0),
    ]
    assert before == {path: path.read_bytes() for path in record.rglob("*.csv")}


def test_the_command_reports_and_sets_its_status(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Check and build print what they did, or the faults on the error stream."""
    assert main(["check"], record) == 0
    assert capsys.readouterr().out == "picss: 2 sources, 3 statements, 1 claims; no release yet\n"
    assert main(["build", str(record.parent / "data")], record) == 0
    assert (record.parent / "data" / "manifest.json").is_file()

    edit(record / "picss" / "statements.csv", "458,exact", "many,exact")
    assert main(["check"], record) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "1 fault in the record",
        "  datasets/picss/statements.csv:2: value: 'many' is not a whole number",
    ]


@given(st.lists(statements(), max_size=5, unique_by=lambda s: s.id))
def test_canonical_form_is_a_fixed_point_that_loses_nothing(made: list[Statement]) -> None:
    """Any statements, written and formatted once, read back equal, and formatting again changes nothing."""
    kinds = shapes(Statement)
    table = []
    for s in made:
        cells = {name: write(getattr(s, name), of) for name, of in kinds.items() if name != "source"}
        table.append({**cells, "source": s.source.id})
    once = canonical(text.dump(table, Statement).encode(), "statements.csv", Statement)

    assert once == canonical(once.encode(), "statements.csv", Statement)
    rows, wrong = text.rows(once, "statements.csv", Statement)
    assert not wrong
    by_id = {s.id: s for s in made}
    for row in rows:
        values, wrong = text.cells(row, "statements.csv", Statement)
        assert not wrong
        s = by_id[values["id"]]
        for name in kinds:
            expected = s.source.id if name == "source" else getattr(s, name)
            if name in {"includes", "caveats"}:
                assert set(values[name]) == set(expected)
            else:
                assert values[name] == expected
    assert len(rows) == len(made)


def test_shapes_tell_what_a_field_holds() -> None:
    """A model's annotation says whether a cell may be empty and whether it is a list."""
    found = {name: (of.of.__name__, of.many, of.optional) for name, of in shapes(Statement).items()}

    assert found["period"] == ("Period", False, False)
    assert found["includes"] == ("Code", True, False)
    assert found["caveats"] == ("Caveat", True, False)
    assert shape(int | None).optional


@pytest.mark.gate
def test_counted_parts_of_the_documentation_are_brought_up_to_date(
    record: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text around them stays."""
    docs = record.parent / "docs"
    docs.mkdir()
    (record.parent / "CHANGELOG.md").write_text(f"# Log\n\n{BEGIN}\n\n{END}\n", encoding="utf-8")
    for page in BLOCKS.keys() - {"balances.md"}:
        shutil.copyfile(root.parent / "docs" / page, docs / page)
    whole = (root.parent / "docs" / "balances.md").read_text(encoding="utf-8")
    other = re.sub(r"(?m)^(\| `picss` \| groups \| )", r"\g<1>1", whole, count=1)  # another number in the tally
    assert other != whole
    (docs / "balances.md").write_text(other.replace("# Does it", "# Does all of it"), encoding="utf-8")
    assert main(["docs", "--check"], record) == 1
    assert capsys.readouterr().out == "docs/balances.md\nto update: 1\n"
    assert main(["docs"], record) == 0
    assert (docs / "balances.md").read_text(encoding="utf-8") == whole.replace("# Does it", "# Does all of it")
    assert main(["docs", "--check"], record) == 0
