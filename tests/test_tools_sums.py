"""What the tools hold sums to: what does not add up is explained, what adds up and may be compared is declared whole."""

import csv
import io
from pathlib import Path

import pytest

from datasets.tools.__main__ import main
from tests.shared.editing import edit
from tests.shared.smallrecord import DISCREPANCIES, faults

# What does not add up.

UNBALANCED = "s04,page-a,2025-10,2025-10,PK,all,killed,security_forces,72,exact,,,,,1,next,,,,\ns05,page-a,2025-10,2025-10,PK,all,killed,civilians,30,exact,,,,,1,next,,,,\n"
EXPLAINED = "d01,page-a,groups,2025-10,PK,all,killed,total,,1,1,part_not_reported,One is not there.,page-b,next,,,,\n"
EXPLAINED_TOO = "d02,,groups,2025-10,PK,all,killed,total,,1,1,part_not_reported,One is not there.,page-b,next,,,,\n"


def unbalance(record: Path, *explanations: str) -> None:
    """Let a page state a total and groups that do not add up, and explain it."""
    with (record / "picss" / "statements.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(UNBALANCED)
    with (record / "picss" / "discrepancies.csv").open("a", encoding="utf-8", newline="") as file:
        file.writelines(explanations)


def checked(record: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Run the check, and give its faults."""
    status = main(["check"], record)
    told = capsys.readouterr().err.splitlines()[1:]
    assert status == int(bool(told))
    return [line.strip() for line in told]


def test_what_does_not_add_up_has_to_be_explained(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On its page and in the figures; the check says what is missing, changed and stale."""
    unbalance(record)
    cell, file = "picss 2025-10, Pakistan, all violence, killed, total, by groups", "datasets/picss/discrepancies.csv"
    added = "458 against 355 militants + 72 security_forces + 30 civilians"
    assert checked(record, capsys) == [
        f"{file}: lacks {cell}: short by 1, {added}",
        f"{file}: lacks {cell}, on page-a: short by 1, {added}",
    ]
    (record / "picss" / "discrepancies.csv").write_text(
        DISCREPANCIES + EXPLAINED.replace(",1,1,", ",2,2,") + EXPLAINED_TOO.replace("total", "militants"),
        encoding="utf-8",
        newline="",
    )
    assert checked(record, capsys) == [
        f"{file}: lacks {cell}: short by 1, {added}",
        f"{file}: d01: is of another residual: {cell}, on page-a: short by 1, {added}",
        f"{file}: d02: is of nothing that is short or over",
    ]
    (record / "picss" / "discrepancies.csv").write_text(
        DISCREPANCIES + EXPLAINED + EXPLAINED_TOO, encoding="utf-8", newline=""
    )
    assert checked(record, capsys) == []


def test_the_rows_that_are_missing_are_written(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With ids of their own, and without what only a person can say."""
    unbalance(record, EXPLAINED)
    (record / "picss" / "discrepancies.csv").write_text(DISCREPANCIES + EXPLAINED, encoding="utf-8", newline="")
    assert main(["explain", "picss"], record) == 0
    told = capsys.readouterr()
    (row,) = list(csv.reader(io.StringIO(told.out)))
    columns = dict(zip(DISCREPANCIES.strip().split(","), row, strict=True))

    assert (columns["source"], columns["axis"], columns["residual_low"], columns["residual_high"]) == (
        "",
        "groups",
        "1",
        "1",
    )
    assert (columns["reason"], columns["explanation"], columns["shown_by"], columns["part"]) == ("", "", "", "")
    assert told.err.startswith(f"{row[0]}: picss 2025-10, Pakistan, all violence, killed, total, by groups: short by 1, 458")
    assert len(row[0]) == 11
    with (record / "picss" / "discrepancies.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(told.out.replace(",1,1,,,,", ",1,1,misprint,A slip.,page-b,"))
    assert main(["check"], record) == 0


def test_what_is_to_be_looked_at_again_is_told(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An explanation of another residual, and one of nothing."""
    unbalance(
        record, EXPLAINED.replace(",1,1,", ",2,2,"), EXPLAINED_TOO, EXPLAINED.replace("d01", "d03").replace("PK,", "PK-BA,")
    )
    assert main(["explain", "picss"], record) == 0
    told = capsys.readouterr()
    assert told.out == ""
    first, second = told.err.splitlines()
    assert first.startswith("d01: has to be looked at again, and its residual changed: picss 2025-10, Pakistan")
    assert second == "d03: has to go, since it is of nothing that is short or over"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("d01,", "x01,", "id: 'x01' is not d and letters or digits"),
        ("page-a", "page-x", "source: 'page-x' is no source of this dataset"),
        ("page-b", "page-x", "shown_by: 'page-x' is no source of this dataset"),
        ("groups", "group", "axis: unknown axis 'group'; valid: groups, areas, scopes, time, within"),
        ("part_not", "not", "reason: unknown reason 'not_reported'; valid: part_not_reported, "),
        (",1,1,", ",1,one,", "residual_high: 'one' is not a whole number"),
        (",,1,1,", ",PK-KP,1,1,", "part: a part is named on the axis within, and there alone"),
        ("One is not there.", "", "explanation: is empty"),
    ],
)
def test_a_fault_of_an_explanation_is_located(record: Path, old: str, new: str, expected: str) -> None:
    """Codes, pages, numbers and words."""
    unbalance(record, EXPLAINED)
    edit(record / "picss" / "discrepancies.csv", old, new)
    (fault,) = faults(record)
    assert fault.startswith(f"datasets/picss/discrepancies.csv:2: {expected}")


def test_one_balance_is_explained_once(record: Path) -> None:
    """Two rows of one balance would contradict each other."""
    unbalance(record, EXPLAINED, EXPLAINED.replace("d01", "d02"))
    assert faults(record) == ["datasets/picss/discrepancies.csv:3: id: 'd02' says the same as 'd01' on line 2"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('axis = "areas"', 'axis = "regions"', "structure: 'regions' is no axis of sums"),
        ('"PK-SD", "PK-PB"]', '"PK-SD", "PK-XX"]', "structure: 'PK-XX' is no area"),
        ('only.dataset = ["picss"]', 'only.dataset = ["piccs"]', "structure: 'piccs' is no dataset"),
        ('only.measure = ["killed", "injured"]', 'only.what = ["killed"]', "structure: 'what' is no column of a cell"),
        ('scope = ["unclear"]', 'scope = ["unknown"]', "structure: 'unknown' is no scope"),
        ('parts = ["suicide_attacks"]', 'parts = ["suicides"]', "structure: 'suicides' is no scope"),
        ('parts = ["suicide_attacks"]', "parts = []", "structure within 5 parts: is empty: nothing would be checked"),
        ('whole = "quarter"', 'whole = "quarters"', "structure sum 7: unknown period_kind 'quarters'"),
    ],
)
def test_a_fault_of_the_structure_is_located(record: Path, old: str, new: str, expected: str) -> None:
    """A misspelt code would switch a check off."""
    path = record / "vocabulary.toml"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    assert any(fault.startswith(f"datasets/vocabulary.toml: {expected}") for fault in faults(record)), faults(record)


def test_a_vocabulary_without_a_structure_is_a_fault(record: Path) -> None:
    """Nothing would be checked."""
    path = record / "vocabulary.toml"
    content = path.read_text(encoding="utf-8")
    path.write_text(content[: content.index("[structure.aside]")], encoding="utf-8")
    assert faults(record) == [
        "datasets/vocabulary.toml: structure: is missing",
        "datasets/vocabulary.toml: comparison: is missing",
    ]


RULE = """
[[comparison.same]]
members = ["picss.all", "pips.all"]
reason = "They count the same."

[[comparison.differ]]
members = ["picss.all", "crss.all"]
until = 2018-12-31
reason = "One counts crime."
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"picss.all", "pips.all"', '"picss.all", "acled.all"', ["same 1: 'acled' is no dataset"]),
        ('"picss.all", "pips.all"', '"picss.alls", "pips.unclear"', ["same 1: 'alls' is no scope", "same 1: 'unclear' is never compared"]),
        ('"picss.all", "pips.all"', '"picss.all"', ["same 1 members: are not scopes of two datasets or more, one of each"]),
        ('"picss.all", "pips.all"', '"picss.all", "picss.unclear"', ["same 1 members: are not scopes of two datasets or more, one of each"]),
        ('"picss.all", "pips.all"', '"picss.all", "pips"', ["same 1 members: 'pips' is not a dataset and a scope with a point between"]),
        ('["picss.all", "pips.all"]', '"picss.all"', ["same 1 codes: 'picss.all' is one text where a list of codes belongs"]),
        ('members = ["picss.all", "pips.all"]\n', "", ["same 1 members: is missing"]),
        ("until = 2018-12-31", 'measures = ["dead"]\nareas = ["PK-XX", "PK-KP-UNCLEAR"]\ngroups = ["all"]',
         ["differ 1: 'dead' is no measure", "differ 1: 'all' is no group", "differ 1: 'PK-XX' is no area", "differ 1: 'PK-KP-UNCLEAR' is never compared"]),
        ("until = 2018-12-31", "since = 2019-01-01\nuntil = 2018-12-31", ["differ 1 until: 2018-12-31 is before 2019-01-01"]),
        ("until = 2018-12-31", 'until = "2018"\nupto = 1', ["differ 1 upto: is not known here"]),
        ("until = 2018-12-31", 'until = "2018"', ["differ 1 until: '2018' is not a day"]),
        ('"One counts crime."', '" "', ["differ 1 reason: ' ' is not a text"]),
        ('"picss.all", "crss.all"', '"pips.all", "picss.all"', ["differ: picss.all and pips.all are declared the same, and not, for the same numbers"]),
        ("[[comparison.differ]]", "[[comparison.unlike]]", ["unlike: is not known here"]),
        (RULE, "[comparison]\nsame = {}\ndiffer = [1]\n", ["same: is not a list of tables", "differ 1: is not a table"]),
        (RULE, '[comparison.counts.picss]\nall = ""\n', ["counts: picss.all is not a sentence"]),
        (RULE, '[comparison.counts]\npicss = "all"\n', ["counts: is not a table of datasets, each with a sentence for each scope"]),
        (RULE, '[comparison.counts.acled]\nevery = "All."\n', ["counts acled.every: 'acled' is no dataset", "counts acled.every: 'every' is no scope"]),
    ],
)  # fmt: skip
def test_a_fault_of_what_may_be_compared_is_located(record: Path, old: str, new: str, expected: list[str]) -> None:
    """A misspelt code would let numbers be compared that do not count the same; all faults are told at once."""
    for name in ("pips", "crss"):
        (record / name).mkdir()
    path = record / "vocabulary.toml"
    whole = path.read_text(encoding="utf-8")
    sentences = "[comparison.counts" not in new and "[comparison]" not in new
    path.write_text(whole + RULE, encoding="utf-8")
    assert not any("comparison" in fault for fault in faults(record))
    head = whole if sentences else whole[: whole.index("[comparison.counts")]
    path.write_text(head + RULE.replace(old, new), encoding="utf-8")

    told = [fault for fault in faults(record) if " comparison" in fault and "no sentence" not in fault]
    assert told == [f"datasets/vocabulary.toml: comparison {line}" for line in expected]


def test_what_a_publisher_counts_is_said_for_every_scope(record: Path) -> None:
    """A scope that statements are about, and of which nothing says what it is, is a fault; one left unclear is none."""
    edit(record / "picss" / "statements.csv", "PK,all,killed,militants", "PK,clashes,killed,militants")
    edit(record / "picss" / "statements.csv", "PK,all,killed,civilians", "PK,unclear,killed,civilians")

    assert faults(record) == [
        "datasets/vocabulary.toml: comparison counts clashes: has statements, and no sentence says what picss counts under it"
    ]
