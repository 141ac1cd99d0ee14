"""What is seldom shown: the screens of the command for what is rare, and what records and tables say in a line."""

import io
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pytest
from hypothesis.vendor.pretty import pretty
from rich.console import Console

import conflictdata as cd
from conflictdata import changes
from conflictdata.cli import run
from conflictdata.layouts import EventMapping
from conflictdata.percentages import Percent
from conflictdata.report import diff_screen
from conflictdata.trials import _moved
from conflictdata.worlds import World

# The command.


def test_the_command_writes_into_any_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has no encoding to set, too."""
    for words, start in (("list",), "name"), (("list", "--format", "json"), "["):
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stdout", stream)
        assert run(list(words)) == 0
        assert stream.getvalue().lstrip().startswith(start)


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_releases_and_their_differences_are_shown(
    form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the label of the newer release, or what it corrected; between a release and itself nothing differs."""
    monkeypatch.delenv("COLUMNS", raising=False)
    for words, told in (
        (("releases", "crss"), "2026-11-22.1"),
        (("diff", "crss", "2026-11-22", "2026-11-22.1"), "s9ded5e7764" if form == "csv" else "2026-11-22"),
        (("claims", "cmc"), "cmc"),
    ):
        assert run([*words, "--format", form]) == 0
        assert told in capsys.readouterr().out
    assert run(["diff", "crss", "2026-11-22", "2026-11-22", "--format", form]) == 0
    assert ("nothing differs" in capsys.readouterr().out) == (form == "table")


@pytest.mark.parametrize("words", [("check", "crss"), ("claims", "cmc"), ("diff", "picss", "2026-11-22")])
def test_lines_are_wrapped_to_a_width(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """That the environment gives."""
    monkeypatch.setenv("COLUMNS", "60")
    run(list(words))
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 60


def test_the_screen_of_differences_tells_that_rules_differ() -> None:
    """Before the rows."""
    found = attrs.evolve(cd.diff("crss", "2026-11-22", "2026-11-22.1"), rules=(1, 2))
    console = Console(file=io.StringIO(), width=100)
    console.print(diff_screen(found))
    assert console.file.getvalue().splitlines()[1] == "rule 1, then 2"  # type: ignore[attr-defined]


def test_claims_of_a_span_without_any_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    """With a sentence instead of a table."""
    assert run(["claims", "cmc", "--period", "1999"]) == 0
    assert capsys.readouterr().out.startswith("no page claims anything of that")


def test_a_file_is_verified_pin_by_pin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All hold: 0. One differs, or there is none: 1."""
    pin = cd.load("cmc").pin()
    for text, status, told in (
        (pin, 0, f"holds    {pin}\n"),
        (pin.replace("rows=", "rows=f"), 1, "differs  "),
        ("nothing", 1, ""),
    ):
        (tmp_path / "paper.txt").write_text(text, encoding="utf-8")
        assert run(["verify", str(tmp_path / "paper.txt")]) == status
        assert capsys.readouterr().out.startswith(told)


# What is said in a line.


def test_a_difference_of_rules_is_told() -> None:
    """Figures may differ by it without a row."""
    found = cd.diff("crss", "2026-11-22", "2026-11-22.1")
    assert "rule 1, then 2" in str(attrs.evolve(found, rules=(1, 2))).splitlines()
    assert changes.Diff is type(found)


def test_a_comparison_beside_events_is_shown_in_a_line() -> None:
    """Its size, with both names."""
    mapping = EventMapping.ready("ucdp_ged", countries={"Arland": "PK"})
    rows = {
        "id": [1, 2],
        "type_of_violence": [1, 1],
        "side_a": ["Government of Arland"] * 2,
        "side_b": ["Front"] * 2,
        "country": ["Arland"] * 2,
        "adm_1": [""] * 2,
        "date_start": ["2025-10-03", "?"],
        "date_end": ["2025-10-03", "?"],
        **{name: [1, 1] for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")},
        **{name: [4, 4] for name in ("best", "low", "high")},
    }
    events = cd.rollup(pa.table(rows), mapping)
    found = cd.compare("picss", events=events, mapping=mapping, measure="killed", group="total", scope="all")
    assert repr(found) == "<EventComparison picss beside ucdp_ged: 1 rows>"
    (row,) = found.table
    wrong: list[tuple[str, Any, str]] = [
        ("other_value", 9, "other_value: 9 is not within 4"),
        ("difference_low", 1, "difference_low: is not 4 less 458"),
        ("overlap", True, "overlap: is not what 458 and 4 have in common"),
    ]
    for field, value, problem in wrong:
        with pytest.raises(cd.InvalidValueError) as caught:
            attrs.evolve(row, **{field: value})
        assert str(caught.value) == problem


def test_a_world_says_what_was_reported_otherwise() -> None:
    """What is exact is counted, what was not reported is named."""
    (figure,) = cd.load("picss", release="2026-11-22").figures.filter(
        period="2025-10", area="PK", scope="all", measure="killed", group="total"
    )
    cell, other = cd.Cell.of(figure), attrs.evolve(cd.Cell.of(figure), group=cd.Group.CIVILIANS)
    name = "2025-10 PK all killed"
    exact = World(figures=(figure,), truth={cell: 458})
    assert repr(exact) == pretty(exact) == "World(1 exact)"
    told = World(
        figures=(attrs.evolve(figure, value=None, bound=None, low=1, high=2, marks=["torn"]),), truth={cell: 458, other: 3}
    )
    assert repr(told) == f"World(0 exact; {name} total 1..2 (458); {name} civilians not reported (3))"
    inside = World(
        figures=(attrs.evolve(figure, includes=(cd.Scope.SECTARIAN,), marks=["includes_other"]),), truth={cell: 458}
    )
    assert repr(inside) == f"World(0 exact; {name} total exact 458 with sectarian (458))"


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0, 0, "no change"),
        (-10, 5, "between down 10 % and up 5 %"),
        (None, 5, "at most up 5 %"),
        (-10, None, "at most down 10 %"),
        (None, None, "any change"),
    ],
)
def test_a_change_whose_direction_is_open_is_told(low: int | None, high: int | None, told: str) -> None:
    """By the ends that it has."""
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    assert _moved(Percent(*ends), 0) == told
