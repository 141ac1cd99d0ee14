"""What adds up to what: read, held to its own rules, and the record's."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from conflictdata import Axis, Group, InvalidValueError, RecordError, Structure, Sum, Within
from conflictdata.vocabulary import Area, Measure, Scope


def total(**changes: Any) -> Sum:
    """Make a sum of two parties."""
    return Sum(**{"axis": "actors", "column": "actor", "whole": "all", "required": ("a", "b"), **changes})


def faults(told: dict[str, Any]) -> list[str]:
    """Read a structure that has faults."""
    with pytest.raises(RecordError) as caught:
        Structure.of(told)
    number = len(caught.value.faults)
    lines = [f"  structure: {f'{fault.column}: ' if fault.column else ''}{fault.problem}" for fault in caught.value.faults]
    assert str(caught.value).splitlines() == [f"{number} fault{'' if number == 1 else 's'} in the structure", *lines]
    return [f"{fault.column}: {fault.problem}" for fault in caught.value.faults]


def test_the_records_structure() -> None:
    """The four kinds of sums, and what lies within what, with a reason each."""
    structure = Structure.declared()

    assert structure.axes == tuple(Axis)
    assert all(
        reason.endswith(".") for reason in [*(s.reason for s in structure.sums), *(w.reason for w in structure.within)]
    )
    (groups,) = (rule for rule in structure.sums if rule.axis == "groups")
    assert groups.required == (Group.MILITANTS, Group.SECURITY_FORCES, Group.CIVILIANS)
    assert groups.optional == (Group.PEACE_COMMITTEE,)
    assert structure.columns == ("group", "measure", "area", "scope", "dataset", "period")
    assert structure.calendars == {"period"}
    assert structure.datasets == {"picss", "cmc"}


@pytest.mark.parametrize(("column", "vocabulary"), [("area", Area), ("scope", Scope), ("group", Group)])
def test_every_code_of_a_cell_is_known(column: str, vocabulary: type[Area | Scope | Group]) -> None:
    """A code that no rule names would be refused as a misspelling."""
    assert Structure.declared().known(column) == frozenset(code.value for code in vocabulary)
    assert Structure.declared().known("measure") == frozenset(code.value for code in Measure)
    assert Structure.declared().known("period") is None


def test_a_part_may_be_the_whole_of_another_sum() -> None:
    """Khyber Pakhtunkhwa is a part of the country, and has parts."""
    structure = Structure.declared()
    (country,) = (rule for rule in structure.sums if rule.whole == "PK")

    assert [rule.required for rule in structure.below(country, "PK-KP")] == [("PK-KP-MAINLAND", "PK-TA")]
    assert structure.below(country, "PK-BA") == ()


def test_a_calendar_is_cut_into_its_spans() -> None:
    """Spans are cut into the longest kinds that fit."""
    year, half, quarter, run = (rule for rule in Structure.declared().sums if rule.axis == "time")

    assert year.is_whole("2025")
    assert not year.is_whole("2025-H1")
    assert year.parts_of("2025") == (("2025-H1", "2025-H2"), ())
    assert half.parts_of("2025-H2") == (("2025-Q3", "2025-Q4"), ())
    assert quarter.parts_of("2025-Q1") == (("2025-01", "2025-02", "2025-03"), ())
    assert run.is_whole("2025-01/2025-09")
    assert run.parts_of("2025-01/2025-09") == (("2025-H1", "2025-Q3"), ())
    assert run.parts_of("2013-02/2015-07") == (
        ("2013-02", "2013-03", "2013-Q2", "2013-H2", "2014", "2015-H1", "2015-07"),
        (),
    )


def test_some_checks_alone() -> None:
    """A structure can be narrowed to some of its axes."""
    structure = Structure.declared()

    assert structure.select(["groups"]).axes == ("groups",)
    assert structure.select(["groups"]).columns == ("group", "measure")
    within = structure.select(["within"])
    assert (within.sums, within.within, within.subsets) == ((), structure.within, True)
    assert Structure(subsets=False).axes == ()
    assert Structure().axes == ("within",)


def test_a_structure_of_other_actors_is_read(tmp_path: Path) -> None:
    """The same tables as in the record's file, for other columns and codes."""
    path = tmp_path / "structure.toml"
    path.write_text(
        'subsets = false\naside.actor = ["unknown"]\n'
        '[[sum]]\naxis = "actors"\ncolumn = "actor"\nwhole = "all"\nrequired = ["state", "rebels"]\n'
        'since = 2001-01-01\nuntil = 2010-12-31\nonly.country = ["X", "Y"]\n'
        '[[within]]\ncolumn = "actor"\nwhole = "all"\nparts = ["state", "rebels"]\n',
        encoding="utf-8",
    )
    structure = Structure.read(path)

    (rule,) = structure.sums
    assert (rule.since, rule.until) == (dt.date(2001, 1, 1), dt.date(2010, 12, 31))
    assert rule.only == {"country": ("X", "Y")}
    assert structure.known("actor") == frozenset({"all", "state", "rebels", "unknown"})
    assert structure.columns == ("actor", "country", "period")
    assert structure.axes == ("actors", "within")
    assert not structure.subsets


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    """The fault names the file."""
    path = tmp_path / "structure.toml"
    path.write_text("sum = [", encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        Structure.read(path)
    assert str(caught.value).startswith(f"1 fault in the structure\n  {path}: is not TOML: ")


def test_the_file_of_the_record_is_read_too(root: Path, tmp_path: Path) -> None:
    """There the tables stand under `structure`; faults name the file."""
    assert Structure.read(root / "vocabulary.toml") == Structure.declared()

    path = tmp_path / "structure.toml"
    path.write_text("[structure]\nsums = []\nsubset = 1\n", encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        Structure.read(str(path))
    assert str(caught.value).splitlines() == [
        "2 faults in the structure",
        f"  {path}: subset: is not known here",
        f"  {path}: sums: is not known here",
    ]


def test_all_faults_of_a_structure_are_listed() -> None:
    """Unknown and missing keys, wrong values, tables that are none."""
    told = {
        "sums": [],
        "sum": [
            {"axis": "actors", "column": "actor", "whole": "all", "parts": ["a"]},
            "no table",
            {"axis": "actors", "column": "actor", "whole": "all", "required": []},
            {"axis": "actors", "column": "actor", "whole": "all", "required": "ab"},
            {"axis": "actors", "column": "actor", "whole": "all", "required": 5},
        ],
        "within": {"column": "actor"},
    }
    assert faults(told) == [
        "sums: is not known here",
        "sum 1 parts: is not known here",
        "sum 1 required: is missing",
        "sum 2: is not a table",
        "sum 3 required: is empty: such a sum is always complete",
        "sum 4 codes: 'ab' is one text where a list of codes belongs",
        "sum 5: 'int' object is not iterable",
        "within: is not a list of tables",
    ]
    assert faults({"subsets": "no"}) == ["subsets: 'no' is not true or false"]
    assert faults({"aside": "unclear"}) == ["codes: 'unclear' is no table of columns and their codes"]
    assert faults({"sum": [{"axis": "within", "column": "actor", "whole": "all", "required": ["a"]}]}) == [
        "sum 1 axis: 'within' is the name of another check"
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"required": ("a", "a")}, "'a' stands twice"),
        ({"required": ("a", "all")}, "'all' stands twice"),
        ({"optional": ("b",)}, "'b' stands twice"),
        ({"axis": ""}, "is empty"),
        ({"since": "2001"}, "is not a day"),
        ({"calendar": True, "whole": "year", "required": ("month",), "optional": ("half",)}, "is cut into shorter kinds"),
        ({"calendar": True, "whole": "month", "required": ("year",)}, "is cut into shorter kinds"),
        ({"calendar": True, "whole": "days", "required": ("month",)}, "is cut into shorter kinds"),
        ({"calendar": True, "whole": "months", "required": ("year", "quarter")}, "a run of months into months at last"),
        ({"calendar": True, "whole": "years", "required": ("month",)}, "unknown period_kind"),
    ],
)
def test_a_sum_is_held_to_its_rules(changes: dict[str, Any], problem: str) -> None:
    """No code twice, no empty name, spans cut into shorter ones."""
    with pytest.raises(ValueError, match=problem) as caught:
        total(**changes)
    fields = {"stands twice": "actor", "is cut into": "required", "a run of months": "required"}
    expected = next((field for words, field in fields.items() if words in problem), None)
    assert expected is None or str(caught.value).startswith((f"{expected}: a span is cut", f"{expected}: '"))


def test_within_is_held_to_its_rules() -> None:
    """A whole does not lie within itself, and something is checked."""
    with pytest.raises(InvalidValueError, match=r"^parts: is empty: nothing would be checked$"):
        Within(column="actor", whole="all", parts=())
    with pytest.raises(InvalidValueError, match="stands twice"):
        Within(column="actor", whole="all", parts=("a", "all"))


def test_a_whole_has_one_sum_on_an_axis() -> None:
    """Two sums of one whole must hold for different rows, or at different times."""
    with pytest.raises(InvalidValueError, match=r"^sum: actors: 'all' has two sums that hold for the same rows$"):
        Structure(sums=(total(), total(required=("c", "d"))))
    with pytest.raises(InvalidValueError, match="two sums"):
        Structure(sums=(total(), total(only={"country": ("X",)})))
    day = dt.date(2001, 1, 1)
    with pytest.raises(InvalidValueError, match="two sums"):
        Structure(sums=(total(until=day), total(since=day)))
    Structure(sums=(total(only={"country": ("Y",)}), total(only={"country": ("X",)}, required=("c",))))
    Structure(sums=(total(until=day), total(since=day + dt.timedelta(days=1))))
    Structure(sums=(total(), total(axis="other")))


def test_nothing_is_a_part_of_itself() -> None:
    """Not at one remove either."""
    with pytest.raises(InvalidValueError, match=r"^sum: actors: 'all' is a part of itself$"):
        Structure(sums=(total(), total(whole="a", required=("c",)), total(whole="c", required=("all",))))
