"""What follows for cells of the record: known answers, questions that are refused, and the command."""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

import conflictdata as cd
from conflictdata import Cell, Implied, PinError, RecordError, State, implied
from conflictdata.cli import run
from tests.shared.october import GROUPS, OCTOBER, SCOPES

RELEASE = "2026-11-22"


def test_an_axis_that_is_left_out_has_all_codes() -> None:
    """Ten areas and ten scopes that are not set aside, five groups; less where counted once or under one scope."""
    rows = implied("picss", period="2025-10", area="PK-GB")
    counted = Counter(row.measure.value for row in rows)

    assert counted == {"killed": 50, "injured": 50, "kidnapped": 1, "incidents": 10, "arrested": 1}
    assert not {"unclear"} & {row.scope.value for row in rows}
    assert len(implied("picss", period="2025-10", scope="all", measure="killed", group="total")) == 10


@pytest.fixture(scope="module")
def october() -> dict[tuple[str, str, str], Implied]:
    """The cells of October 2025 that the tests count by hand."""
    asked_for = {**OCTOBER, "area": ["PK", "PK-BA"], "scope": ["all", *SCOPES], "group": ["total", *GROUPS]}
    rows = implied(cd.load("picss", release=RELEASE), **asked_for)
    assert len(rows) == 30
    return {(row.area.value, row.scope.value, row.group.value): row for row in rows}


def test_operations_are_what_attacks_leave(october: Mapping[tuple[str, str, str], Implied]) -> None:
    """458 less 109, and 355 less 24: nobody printed either number."""
    total, militants = (october["PK", "security_operations", group] for group in ("total", "militants"))

    assert (total.low, total.high, total.state, total.reported, total.derived) == (349, 349, State.POINT, False, True)
    assert (militants.low, militants.high) == (331, 331)
    assert militants.low_by == ("2025-10 PK all killed militants 355", "2025-10 PK militant_attacks killed militants 24")
    assert str(total) == "picss 2025-10, Pakistan, security operations, killed, total: 349 (derived)"


def test_a_region_lies_between_what_is_known_of_it(october: Mapping[tuple[str, str, str], Implied]) -> None:
    """8 and 67 militants; at most as many others in operations as the country has: 458 less 355 less 29 less 1 less 55."""
    assert (october["PK-BA", "all", "militants"].low, october["PK-BA", "all", "militants"].high) == (75, 75)
    total = october["PK-BA", "security_operations", "total"]
    assert (total.low, total.high, total.state) == (67, 67 + 18, State.INTERVAL)
    assert total.low_by == ("2025-10 PK-BA security_operations killed militants 67",)


def test_a_reported_cell_has_its_figure(october: Mapping[tuple[str, str, str], Implied]) -> None:
    """458 by itself."""
    row = october["PK", "all", "total"]

    assert (row.low, row.high, row.reported) == (458, 458, True)
    assert row.low_by == row.high_by == ("2025-10 PK all killed total 458",)


def test_reports_that_contradict_each_other_are_named() -> None:
    """98 militants killed in October 2024 are not 27 and 72; neither number is preferred."""
    (row,) = implied(cd.load("picss", release=RELEASE), Cell(*key_of("2024-10", "security_operations", "militants")))

    assert row.state is State.CONTRADICTION
    assert row.reported
    assert row.contradictions[0] == (
        "2024-10 PK all killed militants 98; 2024-10 PK militant_attacks killed militants 27; "
        "2024-10 PK security_operations killed militants 72"
    )
    assert all("72" in told for told in row.contradictions)


def key_of(period: str, scope: str, who: str) -> tuple[Any, ...]:
    """Give the five axes of a cell of the country."""
    return cd.Period.of(period), cd.Area.PK, cd.Scope(scope), cd.Measure.KILLED, cd.Group(who)


def test_the_table_is_apart_and_derived() -> None:
    """It says so, no line pins it, it is filtered like others, and its rows stand in the order in which they were given."""
    cmc = cd.load("cmc")
    rows = implied(cmc, **{**OCTOBER, "period": ["2013-02", "2013-01"], "group": ["total", "militants", "total"]})

    assert "derived" in repr(rows)
    with pytest.raises(PinError):
        rows.pin()
    assert [(str(row.period), row.group.value) for row in rows] == [
        *(("2013-02", group) for group in ("total", "militants")),
        *(("2013-01", group) for group in ("total", "militants")),
    ]
    assert all(rows.to_arrow()["derived"].to_pylist())
    assert len(rows.filter(state=list(State))) == 4
    assert implied("cmc", **{**OCTOBER, "period": "2013-01"})[0] == rows[2]
    assert "derived" not in cmc.figures.columns


def test_what_was_known_on_a_day_is_asked_for_too() -> None:
    """A vintage has its own answers."""
    (row,) = implied(cd.load("cmc", as_of="2013-06-01"), **{**OCTOBER, "period": "2013-12", "scope": "tribal"})

    assert (row.low, row.high, row.state) == (0, None, State.OPEN)
    assert str(row).endswith("any number (derived)")


def test_all_that_is_wrong_with_a_question_is_told_at_once() -> None:
    """Axes that are not given, codes that do not exist, codes that never take part, cells that nobody counts."""
    with pytest.raises(RecordError) as caught:
        implied("picss", period="2025-13", area=[], scope=["all", "unclear"], measure="killed", group="rebels")  # type: ignore[arg-type]
    assert [fault.column for fault in caught.value.faults] == ["period", "area", "group"]
    for wrong in ({"cell": "x"}, {"period": 2025}, {"period": [2025]}, {"period": "2025", "area": 5}, {}, {"area": "PK"}):
        with pytest.raises(RecordError):
            implied("picss", **wrong)
    with pytest.raises(RecordError, match="period: is not given"):
        implied("picss", area="PK")

    with pytest.raises(RecordError, match="never compared or added") as caught:
        implied("picss", **{**OCTOBER, "area": ["PK", "PK-KP-UNCLEAR"], "scope": ["all", "unclear"]})
    assert [fault.column for fault in caught.value.faults] == ["unclear", "PK-KP-UNCLEAR"]

    with pytest.raises(RecordError, match="counted as total, not by group"):
        implied("picss", **{**OCTOBER, "measure": "incidents", "group": "militants"})
    with pytest.raises(RecordError, match="counted as total, not by group"):
        implied("picss", period="2025-10", measure="incidents", group=["militants", "civilians"])
    with pytest.raises(RecordError, match="period: is given beside a cell"):
        implied("picss", Cell(*key_of("2025-10", "all", "total")), period="2025-10")
    with pytest.raises(cd.InvalidValueError, match="neither unknown nor nothing"):
        implied("picss", **OCTOBER, optional_absent="zero")  # type: ignore[arg-type]
    with pytest.raises(cd.UnknownNameError):
        implied("nobody", **OCTOBER)  # type: ignore[arg-type]


def test_a_record_cannot_contradict_itself() -> None:
    """The state follows from the interval and the contradictions, and what is implied is derived."""
    made: dict[str, Any] = {"dataset": "picss", **OCTOBER, "low": 3, "high": 3, "state": "point", "reported": False}

    assert Implied(**made).state is State.POINT
    for wrong in ({"high": 4}, {"high": None}, {"contradictions": ["a; b"]}, {"derived": False}, {"high": 2}):
        with pytest.raises(cd.InvalidValueError):
            Implied(**{**made, **wrong})


WORDS = ("--area", "PK", "--scope", "all", "--measure", "killed", "--group", "militants", "--release", RELEASE)


def test_the_command_in_three_forms(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that do not wrap, CSV with what a cell rests on in one column, JSON with lists."""
    monkeypatch.delenv("COLUMNS", raising=False)
    words = ["implied", "picss", "2025-10", *WORDS, "--scope", "security_operations"]
    reported = ["2025-10 PK all killed militants 355"]
    both = [*reported, "2025-10 PK militant_attacks killed militants 24"]
    assert run(words) == 0
    assert capsys.readouterr().out.splitlines() == [
        "355  picss 2025-10, Pakistan, all violence, killed, militants  (reported)",
        f"    by: {reported[0]}",
        "331  picss 2025-10, Pakistan, security operations, killed, militants",
        f"    by: {both[0]}; {both[1]}",
        "",
        "derived from reported numbers by what adds up; no page states these",
        "picss 2026-11-22",
    ]

    assert run([*words, "--format", "csv"]) == 0
    told = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(line["low"], line["reported"], line["derived"]) for line in told] == [
        ("355", "True", "True"),
        ("331", "False", "True"),
    ]
    assert told[1]["high_by"].split(" | ") == both

    assert run([*words, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["release"], data["optional_absent"], data["implied"][1]["low"]) == (RELEASE, "unknown", 331)
    assert data["implied"][1]["low_by"] == both


def test_the_command_needs_a_dataset_and_a_span_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """An axis without an option has all codes."""
    assert run(["implied", "picss", "2025-10", "--measure", "incidents", "--area", "PK", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["implied"]) == 10
    assert run(["implied", "picss"]) == 2


def test_the_command_takes_what_nobody_named_for_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Where it is told to: nobody counted members of peace committees apart in January 2011."""
    for told, high in (("unknown", None), ("nothing", 0)):
        words = [*WORDS[:6], "--group", "peace_committee", "--optional-absent", told, "--format", "json"]
        assert run(["implied", "cmc", "2011-01", *words]) == 0
        data = json.loads(capsys.readouterr().out)
        assert (data["optional_absent"], data["implied"][0]["high"]) == (told, high)


def test_the_command_names_contradictions(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal each number on a line of its own, none wider than the screen."""
    monkeypatch.setenv("COLUMNS", "80")
    words = ["implied", "picss", "2024-10", *WORDS]
    assert run(words) == 0
    out = capsys.readouterr().out

    assert out.startswith("contradiction; without it ")
    assert "    clash 2024-10 PK all killed militants 98 " in out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert run([*words, "--area", "PK-KP-UNCLEAR"]) == 1
    assert "never compared" in capsys.readouterr().err
