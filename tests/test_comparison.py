"""Publishers side by side: which spans are compared, what follows from two numbers, and how it is shown."""

import csv
import io
import json
import pickle
from datetime import date
from itertools import product
from typing import Any

import pytest

import conflictdata as cd
from conflictdata import Bound, Period
from conflictdata.cli import run
from conflictdata.definitions import PARTLY, UNSAID, Definitions
from conflictdata.errors import DefinitionsDifferError, InvalidValueError, UnknownNameError
from conflictdata.names import DatasetName
from tests.shared.compared import CRIME, FORCES, RELEASE, dataset, first

KILLED: dict[str, Any] = {"measure": "killed", "group": "total"}
ATTACKS: dict[str, Any] = {**KILLED, "scope": "militant_attacks"}
ALL: dict[str, Any] = {**KILLED, "scope": "all"}
MORE_KINDS = "The overall violence of PIPS has more kinds: cross-border, sectarian, inter-tribal and political violence."
OUTLAWS = "The total of CRSS holds what it calls outlaws, criminals among them, who are coded as militants."


# The record.


def test_picss_and_pips_by_year() -> None:
    """Both have seven years of deaths in militant attacks: PIPS counts 19 per cent fewer in 2015, and 3 more in 2018."""
    found = cd.compare(*first("picss", "pips"), **ATTACKS, every="year")

    told = [(str(row.period), row.value, row.other_value, row.difference_low, row.difference_high) for row in found.table]
    assert told == [
        ("2015", 1325, 1079, -246, -246),
        ("2018", 577, 595, 18, 18),
        ("2019", 305, 357, 52, 52),
        ("2020", 266, 220, -46, -46),
        ("2021", 388, 335, -53, -53),
        ("2022", 533, 419, -114, -114),
        ("2024", 1177, 852, -325, -325),
    ]
    assert [row.ratio for row in found.table] == [other / value for _, value, other, _, _ in told if value and other]
    assert all(row.same and row.dataset == "picss" and row.other == "pips" for row in found.table)
    assert [row.breaks for row in found.table] == [()] * 6 + [("picss:headline-all-deaths",)]
    (pair,) = found.summary
    assert (pair.common, pair.same, pair.left_out, pair.compared, pair.ratios) == (7, 7, 0, 7, 7)
    assert pair.median_ratio == 220 / 266  # 0.72 0.79 0.81 [0.83] 0.86 1.03 1.17
    assert [str(year) for year in pair.largest] == ["2024", "2022", "2015"]
    assert [(one.dataset, one.id) for one in found.breaks] == [("picss", "headline-all-deaths")]
    assert repr(found) == "<Comparison picss, pips: killed, total, Pakistan, by year: 7 rows>"


def test_picss_and_crss_are_compared_without_outlaws() -> None:
    """Security forces and civilians, from 2019 on; the year within which PICSS changed its headline names the break."""
    found = cd.compare(*first("picss", "crss"), **FORCES, every="year")

    assert [(str(row.period), row.breaks) for row in found.table] == [
        ("2020", ()),
        ("2024", ("picss:headline-all-deaths",)),
    ]
    (pair,) = found.summary
    assert (pair.common, pair.same, pair.left_out) == (2, 2, 0)
    (ground,) = found.grounds
    assert (ground.same, ground.spans, ground.left_out) == (True, 2, False)
    assert ground.reason.startswith("As far as the record's breaks tell, ")
    assert [one.id for one in found.breaks] == ["headline-all-deaths"]
    assert "picss, from 2024-08-01: " in str(found)
    found = cd.compare(*first("picss", "crss"), **{**FORCES, "group": "civilians"}, every="year")
    assert [(str(row.period), row.same) for row in found.table] == [("2020", True)]


def test_reasons_are_of_what_is_asked() -> None:
    """Outlaws bear on killed and injured militants and totals, in every scope that holds them, and on nothing else."""
    by = Definitions.declared()
    years = [Period.of(str(year)) for year in range(2014, 2026)]
    for scope, area, measure, group, year in product(("all", "security_operations"), cd.Area, cd.Measure, cd.Group, years):
        pair = f"picss.{scope}", f"crss.{scope}"
        same, why = by.says(pair, measure, group, area, year)
        toll, late = measure in {"killed", "injured"}, year.start.year >= 2019
        held = toll and group in {"total", "militants"} and (late or group == "militants" or scope != "all")
        assert ("outlaws" in why) == held
        assert (CRIME in why) == (scope == "all" and not late)
        assert same == (
            scope == "all"
            and late
            and toll
            and group in {"security_forces", "civilians"}
            and area not in {"PK-KP-MAINLAND", "PK-TA", "PK-KP-UNCLEAR"}
        )


def test_definitions_that_differ_may_be_asked_for() -> None:
    """Then every common span is a row that says whether the two count the same; a bound gives no ratio."""
    found = cd.compare(*first("picss", "crss"), **ALL, every="year", definitions_differ=True)

    assert [(str(row.period), row.definitions) for row in found.table] == [
        *(("2014", CRIME), ("2015", CRIME), ("2017", CRIME)),
        *(("2020", OUTLAWS), ("2023", OUTLAWS), ("2024", OUTLAWS), ("2025", OUTLAWS)),
    ]
    assert not any(row.same for row in found.table)
    row = found.table[0]
    assert (row.bound, row.value, row.high, row.other_value) == ("at_least", 5388, None, 7655)
    assert (row.difference_low, row.difference_high, row.ratio) == (None, 7655 - 5388, None)
    (pair,) = found.summary
    assert (pair.common, pair.same, pair.left_out, pair.ratios) == (7, 0, 0, 6)
    assert [(ground.spans, ground.left_out) for ground in found.grounds] == [(3, False), (4, False)]
    assert {one.id for one in found.breaks} == {"headline-all-deaths", "militancy-only"}
    assert found.table[5].breaks == ("picss:headline-all-deaths",)


def test_reasons_without_a_common_span() -> None:
    """What is declared of the cell, or that nothing is, with no span; nothing is left out of none."""
    exact = Bound.EXACT
    one, other = ({Period.of(code): (1, exact)} for code in ("2019-H1", "2020-H1"))
    asked: dict[str, Any] = {**FORCES, "every": "half"}
    found = cd.compare(dataset("picss", one), dataset("crss", other), **asked)
    assert [(ground.same, ground.spans, ground.left_out) for ground in found.grounds] == [
        (True, 0, False),
        (False, 0, False),
    ]
    assert [ground.reason for ground in found.grounds][1] == CRIME

    found = cd.compare("crss", "pips", **ALL, definitions_differ=True)
    assert len(found.table) == 0
    assert found.definitions[2].startswith("crss and pips do not count the same (0 common): The overall violence of PIPS")
    found = cd.compare(dataset("picss", one), dataset("new", other), **asked, definitions_differ=True)
    assert found.definitions[2:] == (f"picss and new do not count the same (0 common): {UNSAID}",)


def test_three_datasets_are_three_pairs() -> None:
    """In the order given; pairs that count otherwise are refused together."""
    with pytest.raises(DefinitionsDifferError) as caught:
        cd.compare("picss", "crss", "pips", **ALL, every="year")
    assert [pair[:2] for pair in caught.value.pairs] == [
        ("picss.all", "crss.all"),
        ("picss.all", "pips.all"),
        ("crss.all", "pips.all"),
    ]
    assert caught.value.pairs[1][2] == MORE_KINDS
    assert str(caught.value).splitlines()[2] == f"  picss.all and pips.all: {MORE_KINDS}"
    assert "definitions_differ=True" in str(caught.value)

    found = cd.compare("picss", "crss", "pips", **ALL, every="year", definitions_differ=True)
    pairs = [(pair.dataset, pair.other) for pair in found.summary]
    assert pairs == [("picss", "crss"), ("picss", "pips"), ("crss", "pips")]
    assert [pair.compared for pair in found.summary] == [
        sum((row.dataset, row.other) == pair for row in found.table) for pair in pairs
    ]
    assert [pair.same for pair in found.summary][1:] == [0, 0]


@pytest.mark.parametrize(
    ("pair", "cell", "reason"),
    [
        (("picss", "pips"), {**KILLED, "scope": "security_operations"}, "PIPS counts clashes between security forces and"),
        (
            ("picss", "crss"),
            {"measure": "killed", "group": "militants", "scope": "all", "every": "year"},
            "What CRSS calls outlaws, criminals among them,",
        ),
        (("picss", "crss"), {**ALL, "every": "month"}, OUTLAWS),
        (
            ("picss", "crss"),
            {"measure": "arrested", "group": "total", "scope": "security_operations", "every": "year"},
            UNSAID,
        ),
        (("picss", "crss"), {"measure": "incidents", "group": "total", "scope": "all", "every": "year"}, UNSAID),
        (("crss", "pips"), {**ATTACKS, "every": "year"}, UNSAID),
        (("picss", "pips"), {**KILLED, "scope": {"picss": "all", "pips": "militant_attacks"}}, UNSAID),
        (("crss", "picss"), {**ATTACKS, "every": "year"}, UNSAID),
        (("cmc", "pips"), {**ALL}, MORE_KINDS),
        (("cmc", "crss"), {**ALL}, "CRSS counts all violence, crime included, until about 2018."),
        (("pips", "cmc"), {"measure": "incidents", "group": "total", "scope": "drone_strikes", "every": "year"}, UNSAID),
    ],
)
def test_what_is_not_declared_the_same_is_refused(
    pair: tuple[DatasetName, DatasetName], cell: dict[str, Any], reason: str
) -> None:
    """Whether a rule says that they differ, or no rule says anything."""
    with pytest.raises(DefinitionsDifferError) as caught:
        cd.compare(*pair, **cell)

    ((_, _, why),) = caught.value.pairs
    assert why.startswith(reason)
    found = cd.compare(*pair, **cell, definitions_differ=True)
    assert not any(row.same for row in found.table)
    assert [row.common for row in found.summary] == [len(found.table)]


def test_khyber_pakhtunkhwa_changes_in_june_2018() -> None:
    """The year in which the tribal districts came to it is no span of either meaning."""
    by = Definitions.declared()
    pair, kp = ("pips.militant_attacks", "picss.militant_attacks"), ("killed", "total", "PK-KP")

    assert by.says(pair, *kp, Period.of("2018-05"))[0]
    assert by.says(pair, *kp, Period.of("2018-06"))[0]
    assert by.says(pair, *kp, Period.of("2018")) == (False, PARTLY)
    assert by.says(pair, "killed", "total", "PK-TA", Period.of("2018-05"))[0]
    same, why = by.says(pair, "killed", "total", "PK-TA", Period.of("2018"))
    assert (same, why) == (
        False,
        "From June 2018 on PIPS counts the tribal districts within Khyber Pakhtunkhwa, and not apart.",
    )


def test_all_figures_side_by_side() -> None:
    """A row a span that either has, with gaps; what is left out of the table is there and says so."""
    picss, crss = first("picss", "crss")
    frame = cd.compare(picss, crss, **FORCES, every="year").side_by_side()
    rows = frame.to_arrow().to_pylist()

    cell: dict[str, Any] = {**FORCES, "area": "PK", "period_kind": "year"}
    years = {one.name: {f.period.code: f for f in one.figures.filter(**cell)} for one in (picss, crss)}
    assert [row["period"] for row in rows] == sorted({*years["picss"], *years["crss"]})
    for row in rows:
        for name, told in years.items():
            figure = told.get(row["period"])
            expected = (figure.value, figure.low, figure.high, figure.status) if figure else (None, None, None, None)
            assert (row[name], row[f"{name}_low"], row[f"{name}_high"], row[f"{name}_status"]) == expected
        both = all(row["period"] in told for told in years.values())
        assert row["same"] == (row["period"] >= "2019" if both else None)
    assert frame.to_polars()["picss"].null_count() == len(rows) - len(years["picss"])


def test_a_vintage_may_be_compared() -> None:
    """Of what was known in 2019 there is no later year."""
    then = cd.load("picss", as_of="2019-06-30")
    found = cd.compare(then, "pips", **ATTACKS, every="year")

    assert found.datasets[0] is then
    assert len(found.table) < 7
    assert all(row.period.end < date(2019, 6, 30) for row in found.table)


def test_one_history_of_which_no_month_is_common() -> None:
    """CMC ended where PICSS began: that is an answer, and no error."""
    found = cd.compare("picss", "cmc", **ALL)

    assert (len(found.table), [pair.common for pair in found.summary], found.breaks) == (0, [0], ())
    assert [str(ground) for ground in found.grounds] == [
        "picss and cmc count the same (0 common): CMC became PICSS: one history, and the same counts."
    ]
    assert repr(found.table).startswith("<picss and cmc: killed total, PK, by month: 0 rows")
    assert len(found.side_by_side()) > 20


# What is asked for wrongly.


@pytest.mark.parametrize(
    ("names", "changes", "problem"),
    [
        ((), {}, "datasets: two or more are compared, and 0 is given"),
        (("picss",), {}, "datasets: two or more are compared, and 1 is given"),
        (("picss", "pips", "picss"), {}, "datasets: 'picss' is given twice; what two releases of a dataset differ in, diff"),
        (("picss", "acled"), {}, "unknown dataset 'acled'; valid: cmc, crss, picss, pips"),
        (("picss", "pips"), {"measure": "dead"}, "unknown measure 'dead'"),
        (("picss", "pips"), {"group": "rebels"}, "unknown group 'rebels'"),
        (("picss", "pips"), {"scope": "war"}, "unknown scope 'war'"),
        (("picss", "pips"), {"area": "PK-XX"}, "unknown area 'PK-XX'"),
        (("picss", "pips"), {"every": "days"}, "unknown span of a comparison 'days'; valid: month, quarter, half, year"),
        (("picss", "pips"), {"scope": {"picss": "all"}}, "scope: names none for pips"),
        (
            ("picss", "pips"),
            {"scope": {"picss": "all", "crss": "all"}},
            "unknown dataset of the comparison 'crss'; valid: pi",
        ),
        (("picss", "pips"), {"scope": "unclear"}, "scope: unclear is never compared: The page does not tell of what kind"),
        (("picss", "pips"), {"scope": {"picss": "all", "pips": "unclear"}}, "scope: unclear is never compared"),
        (
            ("picss", "pips"),
            {"area": "PK-KP-UNCLEAR"},
            "area: PK-KP-UNCLEAR is never compared: The page does not tell whether",
        ),
        (("picss", "crss"), {"every": "half"}, "unknown series of crss by half 'measure=killed group=total area=PK scope="),
    ],
)
def test_what_is_asked_for_wrongly(names: tuple[DatasetName, ...], changes: dict[str, Any], problem: str) -> None:
    """Each says what is wrong, with or without regard to definitions."""
    for differ in (False, True):
        with pytest.raises((UnknownNameError, InvalidValueError)) as caught:
            cd.compare(*names, **{**ATTACKS, **changes}, definitions_differ=differ)
        assert str(caught.value).startswith(problem)


def test_what_is_missing_is_said_with_the_spans_that_there_are() -> None:
    """For each dataset, and none where there is no figure of the cell at all."""
    for every in ("half", "quarter", "month", "year"):
        with pytest.raises(UnknownNameError) as caught:
            cd.compare(*first("picss", "crss"), measure="killed", group="civilians", scope="sectarian", every=every)
        last = str(caught.value).splitlines()[-1]
        assert last.startswith("figures of what is asked for: picss by none; crss by ")
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301  made here
    exact = {Period.of(code): (1, Bound.EXACT) for code in ("2019", "2019-H1", "2019-01")}
    with pytest.raises(UnknownNameError) as caught:
        cd.compare(dataset("picss", exact), dataset("crss", {Period.of("2019"): (1, Bound.EXACT)}), **FORCES, every="half")
    assert str(caught.value).startswith("unknown series of crss by half ")
    assert str(caught.value).endswith("\nfigures of what is asked for: picss by month, half, year; crss by year")


def test_two_releases_of_a_dataset_are_no_publishers() -> None:
    """Their differences are those of diff."""
    with pytest.raises(InvalidValueError, match=r"diff\(\) says"):
        cd.compare(*first("picss"), "picss", **ATTACKS)


def test_the_error_passes_between_processes() -> None:
    """It arrives whole."""
    error = DefinitionsDifferError([("picss.all", "pips.all", "They differ.")])
    back = pickle.loads(pickle.dumps(error))  # noqa: S301  made here

    assert (str(back), back.pairs) == (str(error), error.pairs)
    assert isinstance(error, cd.ConflictDataError)


# The command.


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command here, and give its status and what it printed."""
    status = run(["compare", *words])
    told = capsys.readouterr()
    return status, told.out, told.err


YEARS = ("picss", "crss", "--measure", "killed", "--scope", "all", "--every", "year", "--release", RELEASE)
FORCES_BY_YEAR = (*YEARS, "--group", "security_forces")


@pytest.mark.parametrize("width", [80, 120])
def test_the_command_shows_a_grid(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """Signed numbers with their status, difference and ratio; what sums up, the definitions, the breaks."""
    monkeypatch.setenv("COLUMNS", str(width))
    status, out, err = call(capsys, *YEARS, "--definitions-differ")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    folded = " ".join(lines)

    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= width
    assert lines[:3] == ["killed, total, Pakistan, by year", "", "period picss crss difference ratio"]
    assert lines[3] == "2014 >=5,388 s 7,655 r' ..+2,267 not the same"
    assert "2023 1,529 s 1,524 s* -5 1.00 not the same" in lines
    assert "picss and crss: 7 common; 0 that count the same; 0 left out; median ratio crss/picss 1.33 of 6;" in folded
    assert "r repeated, s single, d disputed, * revised, ' restated once, >= at least" in lines
    assert f"picss and crss do not count the same (3 common): {CRIME}" in folded
    assert "crss:militancy-only, from about 2018-01-01: Until about 2018 the count was of all violence" in folded
    assert lines[-2:] == [f"picss {RELEASE}", f"crss {RELEASE}"]


def test_the_command_refuses_and_leaves_out(capsys: pytest.CaptureFixture[str]) -> None:
    """What is not the same is left out, and an error if nothing is left."""
    status, out, _ = call(capsys, *FORCES_BY_YEAR)
    assert status == 0
    assert "2 common; 2 that count the same; 0 left out" in " ".join(out.split())
    assert "picss:headline-all-deaths, from 2024-08-01: " in out
    status, out, err = call(capsys, *YEARS)
    assert (status, out) == (1, "")
    assert f"picss.all and crss.all: {CRIME} {OUTLAWS}" in err
    status, out, err = call(capsys, "picss", "pips", "--measure", "killed", "--scope", "all")
    assert (status, out) == (1, "")
    assert f"picss.all and pips.all: {MORE_KINDS}" in err
    status, out, _ = call(capsys, "picss", "cmc", "--measure", "killed", "--scope", "all")
    assert status == 0
    assert "picss and cmc: 0 common" in out
    assert "period" not in out


def test_a_comparison_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    """CSV has the rows, JSON what they mean too."""
    status, out, _ = call(capsys, *YEARS, "--definitions-differ", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert [(row["period"], row["value"], row["other_value"], row["difference_low"]) for row in rows[3:]] == [
        ("2020", "429", "600", "171"),
        ("2023", "1529", "1524", "-5"),
        ("2024", "1969", "2546", "577"),
        ("2025", "3413", "3417", "4"),
    ]
    assert rows[5]["breaks"] == "picss:headline-all-deaths"

    _, out, _ = call(capsys, *YEARS, "--definitions-differ", "--format", "json")
    told = json.loads(out)
    assert [(one["dataset"], one["release"], one["scope"]) for one in told["datasets"]] == [
        ("picss", RELEASE, "all"),
        ("crss", RELEASE, "all"),
    ]
    assert told["datasets"][1]["counts"].startswith("Until about 2018 all violence")
    assert [row["period"] for row in told["rows"]] == ["2014", "2015", "2017", "2020", "2023", "2024", "2025"]
    assert told["summary"][0]["left_out"] == 0
    assert [ground["spans"] for ground in told["grounds"]] == [3, 4]
    assert {one["id"] for one in told["breaks"]} == {"headline-all-deaths", "militancy-only"}


def test_a_scope_for_each_dataset(capsys: pytest.CaptureFixture[str]) -> None:
    """NAME=CODE for each, or one code for all; anything else is a misspelt command."""
    words = ("picss", "pips", "--measure", "killed", "--every", "year", "--definitions-differ", "--format", "json")
    status, out, _ = call(capsys, *words, "--scope", "picss=all", "--scope", "pips=militant_attacks")
    assert status == 0
    assert [one["scope"] for one in json.loads(out)["datasets"]] == ["all", "militant_attacks"]
    for wrong in (("picss=all", "all"), ("picss=all", "picss=all"), ("all", "all")):
        status, _, err = call(capsys, *words, *(word for code in wrong for word in ("--scope", code)))
        assert (status, "--scope" in err) == (2, True)
    status, _, err = call(capsys, *words, "--scope", "picss=all")
    assert (status, err) == (1, "conflictdata: scope: names none for pips\n")
    assert call(capsys, "--measure", "killed", "--scope", "all")[0] == 2
