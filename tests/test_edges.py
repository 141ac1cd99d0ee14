"""What is seldom reached: refusals, the ends of spans and of rules, libraries that are not there, solvers that give up."""

import copy
import pickle
import runpy
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from matplotlib.figure import Figure as Picture

import conflictdata as cd
from benchmarks.mixed import lean, rows_of
from conflictdata import bundle
from conflictdata.__main__ import main
from conflictdata.arrow_rows import lines_of
from conflictdata.balancing import Cells, Member
from conflictdata.clashes import _KEPT, Clashes, Reader, _Beside
from conflictdata.commands import INTERRUPTED
from conflictdata.engines import take
from conflictdata.layouts import EventMapping
from conflictdata.programs import Limit, Program, Said, condensed, said_of
from conflictdata.rows import code_of
from conflictdata.slots import slots_of
from conflictdata.solving import System
from conflictdata.strokes import finish, legend
from conflictdata.structure import Structure
from conflictdata.windows import _earlier, _years_before
from tests.shared.tiers import cases

COLUMNS = ("dataset", "period", "area", "scope", "measure", "group")
PACKAGE = Path(cd.__file__).parent
ACTORS = {"axis": "actors", "column": "actor", "whole": "all", "required": ["state", "rebels"]}
WITHIN = {"column": "actor", "whole": "a", "parts": ["b"]}
REGIONS = {"axis": "regions", "column": "region", "whole": "all", "required": ["n", "s"]}


def _program(*keys: tuple[str, ...]) -> Program:
    """Make a program of some cells."""
    made = Program(COLUMNS, Structure.declared(), lambda _: True, frozenset(), lambda _, __: False)
    made.add(keys)
    return made


# Libraries that are not there.


@pytest.mark.parametrize(
    ("library", "module", "extra"),
    [
        ("narwhals.stable.v2", "incidents", "frames"),
        ("hypothesis", "strategies", "test"),
        ("hypothesis", "worlds", "test"),
        ("hypothesis", "testing", "test"),
    ],
)
def test_a_module_of_an_extra_names_it(library: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its library cannot be imported."""
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(cd.MissingExtraError, match=rf"pip install 'conflictdata\[{extra}\]'"):
        runpy.run_path(str(PACKAGE / f"{module}.py"), run_name=f"conflictdata.{module}")


@pytest.mark.parametrize(
    ("library", "extra", "call"),
    [
        ("pandas", "pandas", cd.load("cmc").breaks.to_pandas),
        ("polars", "polars", cd.load("cmc").breaks.to_polars),
        ("matplotlib.axes", "plot", cd.load("picss").revisions.plot),
        ("narwhals.stable.v2", "frames", lambda: cd.rollup([], EventMapping.ready("ucdp_ged", countries={"A": "PK"}))),
        ("highspy", "implied", lambda: System(_program(), ())),
    ],
)
def test_a_call_that_needs_an_extra_names_it(library: str, extra: str, call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its library cannot be imported."""
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(cd.MissingExtraError, match=rf"pip install 'conflictdata\[{extra}\]'"):
        call()


def test_the_check_of_a_frame_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where narwhals cannot be imported, and the module that needs it was not."""
    monkeypatch.setitem(sys.modules, "conflictdata.framed", None)
    with pytest.raises(cd.MissingExtraError, match=r"pip install 'conflictdata\[frames\]'"):
        cd.balance(pa.table({"actor": ["all", "state"], "value": [1, 1]}), {"sum": [ACTORS]})


def test_code_without_its_data_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file that is missing, and what to do."""
    monkeypatch.setitem(sys.modules, "conflictdata._manifest", None)
    bundle.manifest.cache_clear()
    with pytest.raises(cd.MissingDataError, match=r"manifest\.json is missing: install the package"):
        cd.list_datasets()


# The command.


def test_the_command_as_a_module_ends_with_its_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 for what is there, 1 for what is not; without its libraries it names the extra, and no other lack is hidden."""
    monkeypatch.setattr(sys, "argv", ["conflictdata", "--version"])
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(str(PACKAGE / "__main__.py"), run_name="__main__")
    assert stop.value.code == 0
    assert cd.__version__ in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["conflictdata", "show", "picss", "1900"])
    assert main() == 1
    capsys.readouterr()
    monkeypatch.delitem(sys.modules, "conflictdata.cli")
    for name, status in (("click", 1), ("rich", 1), ("attrs", None)):
        monkeypatch.setattr(sys, "meta_path", [Missing(name), *sys.meta_path])
        if status is None:
            with pytest.raises(ModuleNotFoundError, match="attrs"):
                main()
        else:
            assert main() == status
            assert capsys.readouterr().err.endswith("pip install 'conflictdata[cli]'\n")
        monkeypatch.setattr(sys, "meta_path", sys.meta_path[1:])


def test_a_person_may_stop_it_while_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The status is the one of being stopped later."""

    def stopped() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("conflictdata.cli.run", stopped)
    assert main() == INTERRUPTED


class Missing:
    """A finder that says of the module of the command that another one is missing."""

    def __init__(self, name: str) -> None:
        """Take the name of the other one."""
        self.name = name

    def find_spec(self, module: str, *_: object) -> None:
        """Refuse the module of the command."""
        if module == "conflictdata.cli":
            raise ModuleNotFoundError(f"No module named {self.name!r}", name=self.name)


# Refusals.

TOTAL: dict[str, Any] = {"measure": "killed", "group": "total", "scope": "all"}


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: cd.check_claims("pips", continued=True), "continued: pips continues no other dataset"),
        (lambda: cd.load("cmc", as_of="2011-13-01"), "as_of: '2011-13-01' is not a day like 2025-11-05"),
        (lambda: cd.load("cmc", as_of="2011-W01-1"), "as_of: '2011-W01-1' is not a day like 2025-11-05"),
        (lambda: cd.load("cmc", as_of=date(2012, 1, 1), undated="no"), "undated: 'no' is neither exclude nor assume"),  # type: ignore[arg-type]
        (lambda: cd.compare("cmc", "pips", events=[], **TOTAL), "events: give one dataset, the events"),
        (
            lambda: cd.compare(
                "cmc", events=[], mapping=EventMapping.ready("acled", countries={"A": "PK"}), every="year", **TOTAL
            ),  # type: ignore[call-overload]
            "every: events are compared by month",
        ),
        (lambda: take([], "balance"), "frame: list is no frame that narwhals takes in here"),
    ],
)
def test_what_cannot_be_asked_is_refused(call: Any, problem: str) -> None:
    """With the argument at fault."""
    with pytest.raises(cd.InvalidValueError) as caught:
        call()
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"actors": ["x"]}, "actors: ['x'] is no table of names and their codes"),
        ({"areas": ["x"]}, "areas: ['x'] is no table of countries and their places"),
        ({"of_no_kind": ["x"]}, "of_no_kind: ['x'] is no table of columns and their values"),
        ({"margins": {"1": 99}}, "margins: {'1': 99} is no table of values and their days, from 0 to 27"),
        ({"deaths": [{"column": "x", "group": "total"}]}, "group: 'total' is the sum of all columns"),
        ({"kinds": [{"code": "x", "columns": [], "values": ["1"]}]}, "values: is empty: no event would be of this kind"),
        ({"kinds": [{"code": "x", "columns": ["a"], "values": ["1"]}] * 2}, "kinds: two have one code"),
        ({"areas": {"PK": {"North": "N"}}, "place": None}, "place: is not named, and areas are"),
    ],
)
def test_a_mapping_of_the_wrong_form_is_refused(changed: dict[str, Any], problem: str) -> None:
    """With the field at fault."""
    with pytest.raises(cd.RecordError) as caught:
        EventMapping.ready("ucdp_ged", countries={"Arland": "PK"}, **changed)
    assert problem.partition(": ")[2] in str(caught.value)


def test_names_of_a_type_that_is_no_text_are_refused() -> None:
    """A truth is no name."""
    mapping = EventMapping.ready("acled", countries={"Arland": "PK"})
    table = pa.table({name: [True] if name == mapping.country else ["1"] for name in mapping.columns})
    with pytest.raises(cd.InvalidValueError, match=f"{mapping.country}: holds Boolean, and neither text nor whole numbers"):
        cd.rollup(table, mapping)


def test_a_label_of_a_day_that_there_is_not_is_refused() -> None:
    """The form alone makes no day."""
    (release, *_) = cd.load("cmc").releases
    with pytest.raises(cd.InvalidValueError, match="label: '2026-02-30' is not a day like 2026-11-22"):
        attrs.evolve(release, label="2026-02-30")


def test_the_error_of_missing_columns_passes_between_processes() -> None:
    """With its parts."""
    error = cd.MissingColumnsError(["a"], ["b", "c"])
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301  its own bytes
        assert (other.missing, other.columns, str(other)) == (("a",), ("b", "c"), "columns missing: a; there: b, c")


# The ends of spans and rules.


def test_the_day_before_which_a_leap_day_lies() -> None:
    """29 February of an earlier year is the day after, or no span."""
    leap = cd.Period(date(2020, 2, 29), date(2020, 2, 29))
    assert _earlier(date(2020, 2, 29), 1) == date(2019, 3, 1)
    assert _years_before(leap, 1) is None
    assert _years_before(leap, 4) == cd.Period(date(2016, 2, 29), date(2016, 2, 29))


KINDS = ("year", "half", "quarter", "month")
TIME: dict[str, Any] = {"axis": "time", "column": "span", "calendar": True}
YEAR = [{**TIME, "whole": whole, "required": [part]} for whole, part in pairwise(KINDS)]
DATED = {
    "quarter": [*YEAR[:2], {**YEAR[2], "dated": "span"}],
    "months": [*YEAR, {**TIME, "whole": "months", "required": list(KINDS), "dated": "span"}],
    "all": [{**ACTORS, "dated": "span"}, *YEAR],
}
SPANS = ["2020-01", "2020-02", "2020-03", "2020-Q1", "2020-01/2020-02", "2020-Q2", "2020-04", "2020-05", "2020-04/2020-05"]


AFTER = {"since": date(2020, 1, 15)}


@pytest.mark.parametrize("days", cases([AFTER, {"until": date(2020, 5, 31)}, {"since": date(2020, 4, 1)}], fast=[AFTER]))
@pytest.mark.parametrize("whole", DATED)
def test_sums_hold_between_days_for_frames_as_for_rows(days: dict[str, date], whole: str) -> None:
    """A sum of quarters, of runs of months, of actors: each from a day on, or until one."""
    structure = Structure.of({"sum": [{**rule, **days} if "dated" in rule else rule for rule in DATED[whole]]})
    rows = {"span": SPANS * 3, "actor": ["all"] * 9 + ["state"] * 9 + ["rebels"] * 9}
    table = pa.table({**rows, "value": [3, 1, 2, 6, 4, 9, 4, 4, 1, *range(18)]})
    told = lean(table.to_pylist(), structure, cell=["span", "actor"])
    assert told
    for frame in (table, pl.DataFrame(table).lazy()):
        found = cd.balance(frame, structure, cell=["span", "actor"])
        made = found.collect().to_arrow() if isinstance(found, pl.LazyFrame) else found
        assert rows_of(made, ["span", "actor"]) == told


def test_a_part_that_is_left_aside_is_absent_for_frames_as_for_rows() -> None:
    """And a rule that leaves its own whole out never holds."""
    sums = [{**ACTORS, "optional": ["others"]}, {**ACTORS, "axis": "none", "only": {"actor": ["state"]}}]
    structure = Structure.of({"sum": sums, "aside": {"actor": ["others"]}, "subsets": False})
    table = pa.table({"country": ["X"] * 4, "actor": ["all", "state", "rebels", "others"], "value": [3, 1, 2, 5]})
    told = lean(table.to_pylist(), structure, cell=["country", "actor"])
    assert [row[0] for row in told] == ["actors"]
    frame = cd.balance(pl.DataFrame(table).lazy(), structure, cell=["country", "actor"]).collect()
    assert rows_of(frame.to_arrow(), ["country", "actor"]) == told


def test_more_codes_than_a_number_holds_are_left_to_the_expressions() -> None:
    """Eleven columns of 64 codes each."""
    structure = Structure.of({"sum": [ACTORS], "subsets": False})
    columns = [f"c{place}" for place in range(11)]
    table = pa.table(
        {**{column: [f"{code:02}" for code in range(64)] for column in columns}, "actor": ["all"] * 64, "value": [1] * 64}
    )
    assert lines_of(table.slice(0, 1), structure, slots_of(structure, structure), [*columns, "actor"]) is not None
    assert lines_of(table, structure, slots_of(structure, structure), [*columns, "actor"]) is None


def test_what_is_explained_under_no_span_matches_nothing() -> None:
    """It is said to be explained in vain."""
    rows = [{"span": "2020", "actor": actor, "value": value} for actor, value in (("all", 3), ("state", 1), ("rebels", 2))]
    known = [{"axis": "actors", "span": "?", "actor": "all", "residual_low": 1, "residual_high": 1}]
    with pytest.raises(AssertionError, match="explained, but neither short nor over"):
        cd.assert_adds_up(rows, {"sum": [ACTORS, *YEAR]}, explained=known)


def test_a_page_as_a_code_is_its_id() -> None:
    """As in a cell of a file."""
    page = cd.load("cmc").sources[0]
    assert code_of(page) == page.id


def test_a_chart_without_signs_or_notes_has_no_room_for_them() -> None:
    """Neither a legend nor a line below."""
    figure = Picture()
    axes = figure.subplots()
    legend(axes, [], above=None)
    assert axes.get_legend() is None
    assert finish(figure, "A title", ()) is figure
    assert figure.get_supxlabel() == ""


# Solvers that find nothing.


def test_what_cannot_be_true_has_no_end() -> None:
    """A part larger than its whole: nothing alone is possible, both are not, and no end is made up."""
    whole, part = (("picss", "2025-10", "PK", "all", "killed", group) for group in ("total", "militants"))
    numbers = {whole: Member(5, 5, "5", frozenset()), part: Member(9, 9, "9", frozenset())}
    said = said_of(Cells(COLUMNS, numbers, ()), Structure.declared())
    program = _program(whole, part)
    system = System(program, said)

    assert system.feasible([])
    assert not system.feasible([0, 1])
    assert system.end(part, [0, 1], highest=True) is None
    found = system.end(part, [0], highest=True)
    assert found is not None


def test_contradictions_that_are_overlooked_give_no_interval() -> None:
    """If what is said to contradict nothing cannot all be true, no end is made up."""
    whole, part = (("picss", "2025-10", "PK", "all", "killed", group) for group in ("total", "militants"))
    numbers = {whole: Member(0, 5, "5 or less", frozenset()), part: Member(9, None, "9 or more", frozenset())}
    said = said_of(Cells(COLUMNS, numbers, ()), Structure.declared())
    with pytest.raises(ArithmeticError, match="what contradicts nothing cannot be true of"):
        Reader(_program(whole, part), said, Clashes((), (0, 1), (), ())).answers([part])


def test_a_number_that_is_not_needed_for_an_end_is_not_said_to_bind_it() -> None:
    """Two of the three give the same end: which of two proofs the solver came upon is not told."""
    militants, forces, civilians, committee = (
        ("picss", "2025-10", "PK", "all", "killed", group)
        for group in ("militants", "security_forces", "civilians", "peace_committee")
    )
    limits = [
        Limit((committee, militants, forces), 0, 5),
        Limit((militants, civilians), 10, None),
        Limit((forces, civilians), 5, None),
    ]
    said = tuple(Said(limit.cells[0], f"s{place}", f"s{place}", (limit,)) for place, limit in enumerate(limits))
    (answer,) = Reader(_program(militants, forces, civilians, committee), said).answers([civilians])
    assert (answer.low, answer.low_by) == (5, (0, 1))


def test_numbers_that_do_not_give_an_end_alone_are_not_said_to_bind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver names too few in the second round, those of the first are told."""
    whole, part = (("picss", "2025-10", "PK", "all", "killed", group) for group in ("total", "militants"))
    numbers = {whole: Member(5, 9, "5 to 9", frozenset()), part: Member(2, None, "2 or more", frozenset())}
    said = said_of(Cells(COLUMNS, numbers, ()), Structure.declared())
    monkeypatch.setattr(System, "binding", lambda *_, **__: ())
    (answer,) = Reader(_program(whole, part), said).answers([part])
    assert (answer.low, answer.high) == (2, 9)
    assert {said[place].text for place in answer.high_by} == {"2025-10 PK all killed total 5 to 9"}


def test_points_are_kept_as_long_as_there_is_room() -> None:
    """What does not go in is found again when it is asked for."""
    cell = ("picss", "2025-10", "PK", "all", "killed", "militants")
    said = said_of(Cells(COLUMNS, {cell: Member(0, 5, "5 or less", frozenset())}, ()), Structure.declared())
    reader = Reader(_program(cell), said)
    for _ in range(_KEPT + 1):
        reader._keep(np.zeros(reader.system.size))  # noqa: SLF001
    assert len(reader._true) == _KEPT  # noqa: SLF001
    (answer,) = reader.answers([cell])
    assert (answer.low, answer.high) == (0, 5)


def test_a_count_that_stands_twice_in_a_part_is_not_said_to_have_no_limit() -> None:
    """Where the whole cannot grow with it, that is left to the solver."""
    program = Program(("actor",), Structure.of({"within": [WITHIN]}), lambda _: True, frozenset(), lambda _, __: False)
    program.add([("b",)])
    part, whole = program.atoms["b",], program.atoms["a",]
    assert program.less == [({part: 1}, {whole: 1})]
    assert _Beside(System(program, ())).unlimited(part, ())
    program.less = [({part: 2}, {whole: 1})]
    assert not _Beside(System(program, ())).unlimited(part, ())


@pytest.mark.parametrize(
    ("within", "sums", "asked", "told"),
    [
        (WITHIN, [REGIONS], "all", [("bn", "an"), ("bs", "as")]),
        (WITHIN | {"only": {"region": ["all"]}}, [REGIONS], "all", [("bn bs", "an as")]),
        (WITHIN, [REGIONS | {"only": {"actor": ["b"]}}], "all", [("bn", "an"), ("bn bs", "aall"), ("bs", "as")]),
        (WITHIN | {"only": {"region": ["n"]}}, [], "s", []),
    ],
    ids=["each part", "the whole alone", "another sum", "none"],
)
def test_a_part_is_held_to_its_whole_unless_their_parts_are(
    within: dict[str, Any], sums: list[dict[str, Any]], asked: str, told: list[tuple[str, str]]
) -> None:
    """Cell by cell where both are cut alike and the rule holds for the pieces; else as a whole; not where no rule holds."""
    structure = Structure.of({"sum": sums, "within": [within]})
    program = Program(("actor", "region"), structure, lambda _: True, frozenset(), lambda _, __: False)
    program.add([("b", asked)])
    names = {atom: "".join(key) for key, atom in program.atoms.items()}
    ways = [tuple(" ".join(sorted(names[atom] for atom in way)) for way in pair) for pair in program.less]
    assert sorted(ways) == told


def test_what_lies_within_what_lies_within_a_limit_has_that_limit() -> None:
    """Both are left out of the small program."""
    chain = [{"column": "actor", "whole": whole, "parts": [part]} for whole, part in ("ab", "bc")]
    program = Program(("actor",), Structure.of({"within": chain}), lambda _: True, frozenset(), lambda _, __: False)
    program.add([("c",)])
    small = condensed(program, [Said(("a",), "", "a 5", (Limit((("a",),), 0, 5),))])
    highest = small.highest(program.vectors["c",])
    assert highest is not None
    assert small.program.vectors[highest] == small.program.vectors["a",]
    assert len(small.program.atoms) == 1


def test_a_count_without_an_upper_end_that_includes_others_limits_them_together() -> None:
    """It says nothing of the cell alone."""
    cell = ("picss", "2025-10", "PK", "all", "killed", "civilians")
    numbers = {cell: Member(5, None, "5 or more", frozenset({"peace_committee"}))}
    (said,) = said_of(Cells(COLUMNS, numbers, ()), Structure.declared())
    assert said.limits == (Limit((cell, (*cell[:-1], "peace_committee")), 5, None),)


def test_a_circle_of_sums_below_another_one_is_found() -> None:
    """It is told, and not gone round for ever."""
    sums = [{"axis": "x", "column": "c", "whole": whole, "required": [part]} for whole, part in ("ab", "bc", "cb")]
    with pytest.raises(cd.RecordError, match="structure: sum: x: 'b' is a part of itself"):
        Structure.of({"sum": sums})


def test_a_solver_that_gives_up_is_an_error() -> None:
    """Begun anew once, and then told: no interval is made up."""
    cell = ("picss", "2025-10", "PK", "all", "killed", "total")
    said = said_of(Cells(COLUMNS, {cell: Member(5, 5, "5", frozenset())}, ()), Structure.declared())
    system = System(_program(cell), said)
    system._model("plain")._solver.setOptionValue("simplex_iteration_limit", 0)  # noqa: SLF001
    with pytest.raises(ArithmeticError, match="Iteration limit reached"):
        system.end(cell, [0], highest=True)
