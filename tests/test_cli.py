"""The command, as a person runs it."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conflictdata.catalog import dataset_name, load
from conflictdata.cli import run
from conflictdata.commands import command as whole
from conflictdata.span import Span, spans


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command here, and give its status and what it printed."""
    status = run(list(words))
    told = capsys.readouterr()
    return status, told.out, told.err


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no terminal of the test runner's decide the width."""
    monkeypatch.delenv("COLUMNS", raising=False)


def squeeze(text: str) -> str:
    """Fold white space, so that a test reads numbers and not columns."""
    return " ".join(text.split())


def test_show_october_2025(capsys: pytest.CaptureFixture[str]) -> None:
    """The month on one screen, disputes, parts and pages under it."""
    status, out, err = call(capsys, "show", "picss", "2025-10")

    assert (status, err) == (0, "")
    lines = [squeeze(line) for line in out.splitlines()]
    assert lines[0] == "picss 2025-10: 47 figures, 201 statements, 16 pages; release 2026-11-23"
    assert "all violence killed 458 r 355 r 72 r 30 d 1 r 1-6 9 11 13-16" in lines
    assert any(line.startswith("injured 162 r 22 r 92 r 48 r") for line in lines)
    assert any(line.startswith("incidents 89 r") for line in lines)
    balochistan = lines.index("Balochistan (PK-BA)")
    assert any(line.startswith("security operations killed 67 r") for line in lines[balochistan : balochistan + 7])
    assert "security operations killed >200 s 16" in lines
    assert "r repeated, s single, d disputed, > more than; empty: no page gives it whole" in lines
    inside = "31 with peace committee inside on pages 1 3-4 9 11 14-15"  # on no side: it counts another group too
    assert f"Pakistan, all violence, killed civilians: 30 on pages 2 5 16; 31 on pages 6 13; {inside}" in lines
    assert "Sindh, militant attacks, injured total: 7 (passengers of one train attack) on page 9" in lines
    page = lines.index("16 Daily Times PK (opinion, by 2026-11-22) https://dailytimespk.com/?p=2932")
    assert lines[page + 1 :] == [
        "Pakistan, all violence, killed: total 458, militants 355 (scope inferred), security forces 72, civilians 30",
        "Pakistan, all violence, injured: total 162",
        "Balochistan, scope unclear, killed: militants 67",
        "Khyber Pakhtunkhwa with the tribal districts, security operations, killed: militants >200",
    ]


def test_show_torn_and_bounded_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """A figure without a point value shows its interval; a bound shows its sign."""
    _, year, _ = call(capsys, "show", "picss", "2015", "--area", "PK")
    assert "injured 1,464 s 45..988 d! 417 s 14 s 1" in squeeze(year)
    assert "injured militants: 45 on page 1; 988 on page 1" in squeeze(year)

    _, june, _ = call(capsys, "show", "picss", "2025-06", "--scope", "militant_attacks", "--area", "PK")
    assert "killed >=100 d" in squeeze(june)


def test_show_what_each_page_states(capsys: pytest.CaptureFixture[str]) -> None:
    """With --statements every page has its own numbers under it, with inclusions and parts."""
    _, out, _ = call(capsys, "show", "picss", "2025-10", "--statements")

    assert "civilians 31 with peace committee" in squeeze(out)
    assert "total 7 (part: passengers of one train attack)" in squeeze(out)


def test_show_what_is_set_aside_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    """A page that no figure rests on says why, and what it states; a later value is named with its report."""
    _, out, _ = call(capsys, "show", "crss", "2021")
    assert "* revised" in out
    assert "Pakistan, all violence, killed total: 853, then 850 in the report on 2022 on page 1" in squeeze(out)

    _, out, _ = call(capsys, "show", "picss", "2015")
    lines = [squeeze(line) for line in out.splitlines()]
    nation = next(n for n, line in enumerate(lines) if line.startswith("3 The Nation"))
    assert lines[nation].endswith("[set aside: report on 2016-01-01/2016-12-30]")
    assert lines[nation + 1] == "Pakistan, security operations, killed: militants 1,987"
    assert "misprint likely: Pakistan, militant attacks, kidnapped total 8" in lines


def test_show_in_a_narrow_terminal_says_what_it_leaves_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under 100 columns the numbers stay whole, and a line says where their pages would be."""
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = call(capsys, "show", "picss", "2025-10")

    assert "all violence killed 458 r 355 r 72 r 30 d 1 r" in [squeeze(line) for line in out.splitlines()]
    assert "A terminal of 100 columns has room for the pages of each line." in out
    assert "https://dailytimespk.com/?p=2932" in out


def test_show_filters_by_area_and_scope(capsys: pytest.CaptureFixture[str]) -> None:
    """Only the asked rows and their pages are shown."""
    _, out, _ = call(capsys, "show", "picss", "2025-10", "--area", "PK-SD", "--area", "PK-BA", "--scope", "militant_attacks")
    status, _, err = call(capsys, "show", "picss", "2025-10", "--area", "PK-SD", "--scope", "drone_strikes")
    assert (status, err) == (
        1,
        "conflictdata: unknown scope of picss 2025-10 PK-SD 'drone_strikes'; valid: militant_attacks\n",
    )

    assert "Sindh (PK-SD)" in out
    assert "Balochistan (PK-BA)" in out
    assert "Pakistan (PK)" not in out
    assert "security operations" not in out
    assert "dailytimespk" not in out


def test_show_as_csv_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The same figures for other programs."""
    _, out, _ = call(capsys, "show", "picss", "2025-10", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    _, out, _ = call(capsys, "show", "picss", "2025-10", "--format", "json")
    told = json.loads(out)

    assert len(rows) == len(told["figures"]) == 47
    total = next(r for r in rows if (r["area"], r["scope"], r["measure"], r["group"]) == ("PK", "all", "killed", "total"))
    assert (total["value"], total["start"], total["sources"].split()[-1]) == ("458", "2025-10-01", "dailytimespk-bab5c8")
    assert {page for figure in told["figures"] for page in figure["sources"]} <= {s["id"] for s in told["sources"]}
    assert [part["note"] for part in told["parts_only"]] == ["passengers of one train attack"]
    assert "statements" not in told

    _, out, _ = call(capsys, "show", "picss", "2025-10", "--format", "json", "--statements")
    assert len(json.loads(out)["statements"]) == 201
    _, out, _ = call(capsys, "show", "picss", "2025-10", "--format", "csv", "--statements")
    assert len(list(csv.DictReader(io.StringIO(out)))) == 201


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    """The datasets with their spans and sizes, in every format."""
    _, out, _ = call(capsys, "list")
    picss = load("picss")
    sizes = " ".join(f"{len(getattr(picss, name)):,}" for name in ("sources", "statements", "figures", "claims"))
    assert f"picss Pakistan Institute for Conflict and Security Studies 2011-01 2026-02 {picss.release} {sizes}" in squeeze(
        out
    )
    _, out, _ = call(capsys, "list", "--format", "json")
    assert [entry["name"] for entry in json.loads(out)] == ["cmc", "crss", "picss", "pips"]
    _, out, _ = call(capsys, "list", "--format", "csv")
    entries = {dataset_name(entry["name"]): entry for entry in csv.DictReader(io.StringIO(out))}
    assert all(int(entries[name]["statements"]) == len(load(name).statements) for name in entries)
    assert all(entries[name]["release"] == load(name).release for name in entries)


def test_series(capsys: pytest.CaptureFixture[str]) -> None:
    """A row a month, gaps shown, the break named and told."""
    status, out, _ = call(capsys, "series", "picss", "--measure", "killed", "--scope", "all")
    lines = [squeeze(line) for line in out.splitlines()]
    assert status == 0
    assert "2025-10 458 458 458 repeated" in lines
    assert "2025-09 gap" in lines
    assert "2024-08 254 254 254 repeated headline-all-deaths" in lines
    assert lines[-2].startswith("headline-all-deaths: The headline toll")
    assert lines[-1] == f"picss {load('picss').release}"

    _, out, _ = call(capsys, "series", "picss", "--measure", "kidnapped", "--scope", "militant_attacks", "--every", "year")
    assert "2015 8 8 8 single misprint likely" in [squeeze(line) for line in out.splitlines()]

    attacks = ("series", "picss", "--measure", "killed", "--scope", "militant_attacks")
    _, out, _ = call(capsys, *attacks)
    assert "2025-06 >=100 100 no limit disputed bounded" in [squeeze(line) for line in out.splitlines()]
    _, out, _ = call(capsys, *attacks, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    _, out, _ = call(capsys, *attacks, "--format", "json")
    told = json.loads(out)
    assert len(told["points"]) == len(rows)
    assert (told["every"], told["breaks"][0]["id"]) == ("month", "headline-all-deaths")
    _, out, _ = call(capsys, "series", "picss", "--measure", "incidents", "--scope", "militant_attacks", "--every", "year")
    assert "2023 >=645 645 no limit single bounded" in [squeeze(line) for line in out.splitlines()]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "picss", "2031-01"), "unknown period of picss '2031-01'; valid:\n  month: 2014-12 to 2016-03, 2016-07,"),
        (("show", "pics", "2025-10"), "unknown dataset 'pics'; valid: cmc, crss, picss, pips\n"),
        (("show", "picss", "2025-13"), "period: '2025-13' names a day or month that does not exist\n"),
        (("show", "picss", "2025-10", "--area", "PK-XX"), "unknown area 'PK-XX'; valid: PK, PK-BA,"),
        (("show", "picss", "2025-10", "--area", "PK-JK"), "unknown area of picss 2025-10 'PK-JK'; valid: PK, PK-BA,"),
        (
            ("series", "picss", "--measure", "killed", "--scope", "border"),
            "unknown series by month 'measure=killed",
        ),
    ],
)
def test_a_question_without_an_answer_says_what_there_is(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """One message on the error stream, status 1, no traceback."""
    status, out, err = call(capsys, *words)

    assert (status, out) == (1, "")
    assert err.startswith(f"conflictdata: {said}")


@pytest.mark.parametrize(
    "words", [("shwo",), ("show", "picss"), ("series", "picss"), ("show", "picss", "2025-10", "--format", "xml")]
)
def test_a_misspelt_command_has_status_2(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    """Usage faults are told apart from missing data."""
    status, out, err = call(capsys, *words)

    assert (status, out) == (2, "")
    assert err.startswith("Usage: conflictdata")


def test_codes_are_listed_with_their_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    """Every vocabulary can be looked up."""
    status, out, _ = call(capsys, "codes", "mark")

    assert status == 0
    assert "torn torn One page gives several values and nothing decides" in squeeze(out)
    _, out, _ = call(capsys, "codes", "area")
    assert "PK-KP-UNCLEAR" in out


def test_a_full_disk_is_no_traceback(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system refuses is said in one line."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("conflictdata.commands.span_screen", refuse)
    assert call(capsys, "show", "picss", "2025-10") == (1, "", "conflictdata: [Errno 28] No space left on device\n")


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The help has examples; the version is the package's."""
    status, out, _ = call(capsys, "--help")
    assert status == 0
    assert "conflictdata show picss 2025-10\n" in out
    listed = re.findall(r"(?m)^  (\w+) {2,}(\S.*)$", out.partition("Commands:")[2].partition("Exit status:")[0])
    assert [name for name, _ in listed] == sorted(whole.commands)
    assert all(said.endswith(".") and not said.endswith("..") for _, said in listed)  # none is cut at 80 columns
    status, out, _ = call(capsys, "--version")
    assert status == 0
    assert out.startswith("conflictdata, version 20")


@pytest.mark.gate
def test_as_a_module_into_a_pipe(tmp_path: Path) -> None:
    """`python -m conflictdata` prints no colour into a pipe, and minds no poor encoding."""
    command = [sys.executable, "-P", "-m", "conflictdata"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*command, "show", "picss", "2025-10"], cwd=tmp_path, check=True, capture_output=True, env=env)
    assert done.stdout.startswith(b"picss 2025-10: ")
    assert b"\x1b" not in done.stdout

    words = [*command, "show", "picss", "2025-10", "--format", "json", "--statements"]
    done = subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, env=env)
    titles = {source["title"] for source in json.loads(done.stdout.decode("utf-8"))["sources"]}
    assert titles == {page.title for page in Span.of(load("picss"), "2025-10").pages}
    assert any(title and not title.isascii() for title in titles)


def test_a_title_that_the_terminal_cannot_show_is_printed_as_far_as_it_goes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table replaces what an encoding lacks; it does not stop."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    monkeypatch.setattr(sys, "stdout", stream)
    assert run(["list"]) == 0
    assert stream.errors == "replace"
    stream.write("\u0688\u0627\u0646")
    stream.flush()
    assert stream.buffer.getvalue().endswith(b"???")
    assert capsys.readouterr().err == ""


def test_numbers_are_written_shortly() -> None:
    """Runs of page numbers are joined."""
    assert spans([3, 1, 2, 7, 9, 8, 8]) == "1-3 7-9"
    assert spans([]) == ""


def test_check_says_what_does_not_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    """A summary by level and axis, then each case with what explains it; the status says if all is explained."""
    status, out, err = call(capsys, "check", "picss", "--axis", "groups", "--level", "sources", "--release", "2026-11-22")

    assert (status, err) == (1, "")
    lines = out.splitlines()
    assert squeeze(lines[0]) == "com- bal- par- unex-"
    assert squeeze(lines[1]) == "dataset level axis totals plete anced short over open tial empty plained"
    assert squeeze(lines[2]) == "picss sources groups 1,510 298 272 9 3 15 291 920 1"
    case = lines.index("short by 1  picss 2025-10, Pakistan, all violence, killed, total, by groups, on dailytimespk-bab5c8")
    assert lines[case + 1] == "    458 against 355 militants + 72 security_forces + 30 civilians"
    assert lines[case + 2].startswith("    part not reported: The page leaves out the one peace committee member")
    assert lines[case + 2].endswith("(worldnewsam-cc25c7)")
    assert lines[-2:] == ["1 short or over without an explanation", "picss 2026-11-22"]


def test_check_passes_if_all_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever verdicts are printed, the status is of what is short or over."""
    status, out, _ = call(capsys, "check", "cmc", "pips", "--axis", "groups", "--axis", "within", "--verdict", "open")
    assert status == 0
    assert "all that is short or over is explained" in out.splitlines()
    assert "open  cmc 2013-02, Pakistan, suicide attacks, killed, total, by groups" in out
    assert "    90 against >=45 civilians, without militants security_forces" in out
    assert "short by" not in out
    assert call(capsys, "check", "picss", "--axis", "areas", "--verdict", "balanced")[0] == 1
    assert call(capsys, "check", "--axis", "time", "--level", "sources")[0] == 0


def test_check_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    """CSV holds the balances, JSON the summary too."""
    status, out, _ = call(capsys, "check", "pips", "--axis", "within", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert [(row["source"], row["parts"], row["residual_low"], row["reason"]) for row in rows] == [
        ("", "PK-KP", "-5", "misprint"),
        ("fragdenstaat-fd2f46", "PK-KP", "-5", "misprint"),
    ]
    _, out, _ = call(capsys, "check", "pips", "--axis", "within", "--format", "json", "--level", "figures")
    told = json.loads(out)
    assert [(row["axis"], row["over"], row["unexplained"]) for row in told["tally"]] == [("within", 1, 0)]
    assert told["balances"][0]["parts_stated"] == ["21"]


def test_check_of_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown dataset is an answer, an unknown axis a misspelling."""
    status, out, err = call(capsys, "check", "acled")
    assert (status, out) == (1, "")
    assert "unknown dataset 'acled'" in err
    assert call(capsys, "check", "--axis", "group")[0] == 2
    assert call(capsys, "check", "--verdict", "invalid")[0] == 2


def test_show_says_what_does_not_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    """On a page and in the figures of the span; only of the cells that were asked for."""
    _, out, _ = call(capsys, "show", "picss", "2025-10")
    line = next(line for line in out.splitlines() if "short by 1" in line)
    assert line.startswith("Pakistan, all violence, killed total on page 16: short by 1: 458 against 355 militants + ")
    assert "beside 355, 72 and 30. (page 5)" in squeeze(out)
    assert "Does not add up" not in call(capsys, "show", "picss", "2025-10", "--area", "PK-BA")[1]
    _, out, _ = call(capsys, "show", "picss", "2025-04", "--area", "PK", "--scope", "all")
    assert "Pakistan, all violence, killed total: short by 22: 287 against 203 militants" in out
    _, out, _ = call(capsys, "show", "picss", "2025-04", "--format", "json")
    assert [(b["source"], b["residual_low"]) for b in json.loads(out)["unbalanced"]] == [
        (None, 22),
        ("dailythebusiness-c1db43", 22),
    ]


@pytest.mark.gate
def test_plot_writes_a_chart_and_says_what_it_shows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One dataset by group, one cell, two publishers, revisions, coverage: a file each, and the words of its chart."""
    cell = ("--measure", "killed", "--scope", "militant_attacks")
    asked: list[tuple[tuple[str, ...], str]] = [
        (("picss", *cell), "People reported killed: Pakistan, militant attacks, by month, 2015-02 to 2025-10: "),
        (
            ("picss", *cell, "--by", "group", "--within", "2025"),
            "People reported killed by group: Pakistan, militant attacks",
        ),
        (("picss", *cell, "--by", "area"), "People reported killed by area: militant attacks, by month"),
        (("picss", *cell, "--area", "PK-BA", "--area", "PK-SD", "--every", "year"), "People reported killed by area: "),
        (("picss", "pips", *cell, "--every", "year"), "People reported killed by publisher: Pakistan, militant attacks"),
        (("picss", "--of", "revisions", "--measure", "arrested"), "Reported, and restated by later reports: picss: 2 later"),
        (("picss", "--of", "coverage", "--area", "PK-BA", "--scope", "all"), "What picss has figures for: Balochistan, all"),
        (("picss", *cell, "--as-of", "2025-11-05"), "People reported killed: Pakistan, militant attacks, by month"),
        (
            ("picss", "--of", "coverage", "--area", "PK", "--every", "year"),
            "What picss has figures for: Pakistan, 2011-01 to 2025-12: 176 figures of 42 cells (176 by year).",
        ),
        (("picss", "--of", "revisions", "--every", "year"), "Reported, and restated by later reports: picss: 14 later"),
        (("picss", *cell, "--within", "2018"), "People reported killed: Pakistan, militant attacks, by month, 2018-01 to "),
    ]
    for number, (words, said) in enumerate(asked):
        file = tmp_path / f"{number}.svg"
        release = () if "pips" in words else ("--release", "2026-11-22")
        status, out, err = call(capsys, "plot", *words, "-o", str(file), *release)
        assert (status, err) == (0, "")
        assert out.startswith(said)
        assert out.count("\n") == 1
        assert file.read_bytes().startswith(b"<?xml")
    assert len(list(tmp_path.iterdir())) == len(asked)
    assert b"as of 2025-11-05" in (tmp_path / "7.svg").read_bytes()
    assert call(capsys, "plot", "picss", *cell, "-o", str(tmp_path / "a.png"))[0] == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    same = ("--as-of", "2025-11-05", "--release", "2026-11-22")
    assert call(capsys, "plot", "picss", *cell, "-o", str(tmp_path / "a.SVG"), *same)[0] == 0
    assert (tmp_path / "a.SVG").read_bytes() == (tmp_path / "7.svg").read_bytes()


def test_plot_replaces_a_file_whole_or_leaves_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two runs write the same bytes; where the system refuses, the old file stays, and nothing lies beside it."""
    file = tmp_path / "chart.svg"
    file.write_text("old")
    words = ("plot", "picss", "--measure", "killed", "--scope", "all", "-o", str(file))
    assert call(capsys, *words)[0] == 0
    first = file.read_bytes()
    assert call(capsys, *words)[0] == 0
    assert file.read_bytes() == first

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    assert call(capsys, *words) == (1, "", f"conflictdata: [Errno 28] No space left on device: {str(file)!r}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["chart.svg"]
    assert file.read_bytes() == first


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which nobody can write")
def test_a_file_that_cannot_be_written_is_named_as_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    """Not by the name of the part that is written first."""
    words = ("plot", "picss", "--measure", "killed", "--scope", "all", "-o", "/proc/a.svg")
    status, out, err = call(capsys, *words)

    assert (status, out) == (1, "")
    assert err.endswith(": '/proc/a.svg'\n")
    assert err.count("\n") == 1


KILLED = ("--measure", "killed", "-o", "a.svg", "--scope")


@pytest.mark.parametrize(
    ("status", "words", "said"),
    [
        (2, ("picss", "-o", "a.svg"), "Error: numbers need --measure and --scope"),
        (2, ("picss", "--of", "coverage"), "Error: Missing option '-o' / '--output'."),
        (2, ("picss", "--of", "coverage", "-o", "a.jpg"), "'a.jpg' ends in neither .svg nor .png"),
        (2, ("picss", "--of", "coverage", "-o", "none/a.svg"), "there is no folder 'none'"),
        (2, ("picss", "pips", "--of", "coverage", "-o", "a.svg"), "--of coverage draws one dataset"),
        (2, ("picss", *KILLED, "picss=all"), "one dataset has one --scope"),
        (2, ("picss", *KILLED, "all", "--definitions-differ"), "Error: --definitions-differ is about several datasets\n"),
        (
            2,
            ("picss", *KILLED, "all", "--by", "group", "--by", "area"),
            "'--by': takes one value, and was given group, area",
        ),
        (
            2,
            ("picss", *KILLED, "all", "--measure", "injured"),
            "'--measure': takes one value, and was given killed, injured",
        ),
        (
            2,
            ("picss", *KILLED, "all", "--every", "year", "--every", "month"),
            "'--every': takes one value, and was given year",
        ),
        (
            2,
            ("picss", "--of", "revisions", "--by", "group", "--definitions-differ", "-o", "a.svg"),
            "Error: --of revisions has no use for --by and --definitions-differ\n",
        ),
        (
            2,
            ("picss", "--of", "coverage", "--within", "2025", "-o", "a.svg"),
            "Error: --of coverage has no use for --within\n",
        ),
        (2, ("picss", "pips", *KILLED, "all", "--by", "group"), "publishers are compared for one group and one area"),
        (1, ("picss", *KILLED, "wars"), "unknown scope 'wars'; valid: all, "),
        (1, ("picss", *KILLED, "border"), "unknown series by month 'measure=killed"),
        (1, ("picss", *KILLED, "border", "--by", "group"), "unknown series by month 'measure=killed"),
        (
            1,
            ("picss", *KILLED, "all", "--by", "group", "--area", "PK", "--area", "PK-BA"),
            "conflictdata: plot() draws one axis beside the period, and group and area vary: filter(group=…) to one of",
        ),
        (1, ("picss", "pips", *KILLED, "all"), "conflictdata: not compared, since they do not count the same"),
    ],
)
def test_a_chart_that_cannot_be_drawn_says_why_and_writes_nothing(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    status: int,
    words: tuple[str, ...],
    said: str,
) -> None:
    """One message, no traceback, no file."""
    monkeypatch.chdir(tmp_path)
    found, out, err = call(capsys, "plot", *words)

    assert (found, out) == (status, "")
    assert said in err
    assert list(tmp_path.iterdir()) == []
