"""What follows for cells: never narrower than the truth, as tight as the numbers allow, contradictions named."""

import csv
import io
import itertools
import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import Cell, Implied, Interval, PinError, RecordError, State, Structure, implied
from conflictdata.balancing import Cells, Member, evaluate
from conflictdata.checks import of_figures
from conflictdata.clashes import Answer
from conflictdata.cli import run
from conflictdata.implication import Reports
from conflictdata.programs import Said
from conflictdata.structure import Key
from conflictdata.testing import Broken, World, broken_worlds, worlds
from conflictdata.vocabulary import Verdict

COLUMNS = ("dataset", "period", "area", "scope", "measure", "group")
OCTOBER: dict[str, Any] = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "total"}
RELEASE = "2026-11-22"


def key(**axes: str) -> Key:
    """Name a cell of PICSS by what differs from all killed of October 2025."""
    cell = {"dataset": "picss", **OCTOBER, **axes}
    return tuple(cell[column] for column in COLUMNS)


def cells(*told: tuple[Mapping[str, str], Any], subsets: Iterable[tuple[Key, str, Member]] = ()) -> Cells:
    """Make counts: each of the axes that differ and a number, or two ends, or those and what is included."""
    members = {}
    for axes, number in told:
        low, high, *inside = number if isinstance(number, tuple) else (number, number)
        stated = str(low) if low == high else f"{low}..{'' if high is None else high}"
        members[key(**axes)] = Member(low, high, stated, frozenset(inside))
    return Cells(COLUMNS, members, tuple(subsets))


def group(**numbers: Any) -> list[tuple[Mapping[str, str], Any]]:
    """Give counts by group."""
    return [({"group": code}, number) for code, number in numbers.items()]


def ask(made: Cells, *keys: Key, structure: Structure | None = None, nothing: bool = False) -> list[Answer]:
    """Ask for cells."""
    return [answer for answer, _ in Reports(made, structure or Structure.declared(), nothing).ask(keys)]


def ends(made: Cells, structure: Structure | None = None, *, nothing: bool = False, **axes: str) -> tuple[Any, ...]:
    """Ask for one cell, and give its interval; no contradiction may bear on it."""
    (answer,) = ask(made, key(**axes), structure=structure, nothing=nothing)
    assert answer.clashes == ()
    return answer.low, answer.high


def texts(answer: Answer, said: tuple[Said, ...]) -> list[list[str]]:
    """Write the contradictions of an answer."""
    return [[said[place].text for place in clash] for clash in answer.clashes]


def only(made: Cells, said: Iterable[Said]) -> Cells:
    """Keep some of the numbers alone."""
    kept = list(said)
    members = {one.key: made.members[one.key] for one in kept if not one.name}
    return Cells(COLUMNS, members, [one for one in made.subsets if one[1] in {told.name for told in kept}])


def of(world: World) -> Cells:
    """Give the counts of a world."""
    return of_figures(world.figures, (), Structure.declared()).cells


def asked(data: st.DataObject, world: World, most: int = 5) -> list[Cell]:
    """Draw some cells of a world, reported or not."""
    return data.draw(st.lists(st.sampled_from(list(world.truth)), min_size=1, max_size=most, unique=True))


def named(cell: Cell) -> Key:
    """Write a cell of a world as its codes."""
    return ("picss", *map(str, cell.key))


def test_a_part_is_what_the_others_leave() -> None:
    """With all groups but one, that one is at most the rest: a fourth group may be there that nobody named."""
    made = cells(*group(total=458, militants=355, security_forces=72))

    assert ends(made, group="civilians") == (0, 31)
    assert ends(made, group="peace_committee") == (0, 31)
    assert ends(made, nothing=True, group="civilians") == (31, 31)
    assert ends(made, nothing=True, group="peace_committee") == (0, 0)


def test_a_fourth_group_that_nobody_named_is_no_contradiction() -> None:
    """458 is 355, 72, 30 and one more; taken for nothing, the four numbers contradict each other, all of them."""
    made = cells(*group(total=458, militants=355, security_forces=72, civilians=30))

    assert ends(made, group="peace_committee") == (1, 1)
    (answer,) = ask(made, key(), nothing=True)
    assert len(answer.clashes) == 1
    assert len(answer.clashes[0]) == 4


def test_an_optional_part_that_was_named_is_never_taken_for_nothing() -> None:
    """Whoever names it for a month, or in another region, says that there is one."""
    parts = group(total=458, militants=355, security_forces=72, civilians=30)
    for other in ({"period": "2025-Q4"}, {"area": "PK-BA"}):
        made = cells(*parts, ({**other, "group": "peace_committee"}, 1))
        assert ends(made, nothing=True, group="peace_committee") == (1, 1)
    zero = cells(*group(total=458, militants=355, security_forces=72), ({"area": "PK-BA", "group": "peace_committee"}, 0))
    assert ends(zero, nothing=True, group="civilians") == (31, 31)


def test_a_month_is_a_quarter_less_the_others() -> None:
    """Spans are linked up and down, runs of months too."""
    months = [({"period": "2025-10"}, 10), ({"period": "2025-11"}, 8)]
    assert ends(cells(*months, ({"period": "2025-Q4"}, 30)), period="2025-12") == (12, 12)
    assert ends(cells(*months, ({"period": "2025-Q4"}, (30, None))), period="2025-12") == (12, None)
    year = cells(*months, ({"period": "2025"}, 100), ({"period": "2025-01/2025-09"}, 70))
    assert ends(year, period="2025-12") == (12, 12)
    assert ends(year, period="2025-H1") == (0, 70)
    assert ends(cells(({"period": "2025-10-01/2025-12-15"}, 30)), period="2025-10") == (0, None)


def test_other_years_say_nothing_unless_a_run_reaches_into_them() -> None:
    """Of the years beyond, the pieces of a run enter as they were reported."""
    run = ({"period": "2024-01/2025-12"}, 100)
    assert ends(cells(run, ({"period": "2024"}, 60)), period="2025") == (40, 40)
    assert ends(cells(run, ({"period": "2024-Q1"}, 60)), period="2025") == (0, 100)
    assert ends(cells(({"period": "2024"}, 60)), period="2025") == (0, None)


def test_measures_are_never_linked() -> None:
    """The injured say nothing of the killed."""
    assert ends(cells(({"measure": "injured"}, 5)), group="militants") == (0, None)


def test_scopes_add_up_where_the_structure_says_so() -> None:
    """Operations are all less attacks for PICSS; a kind of violence that is no part of a sum fits into its whole."""
    told = [({}, 458), ({"scope": "militant_attacks"}, 109)]
    assert ends(cells(*told), scope="security_operations") == (349, 349)
    assert ends(cells(*told), scope="suicide_attacks") == (0, 109)
    assert ends(cells(*told), scope="drone_strikes") == (0, 458)
    assert ends(cells(({"scope": "suicide_attacks", "area": "PK-TA"}, 7)), area="PK-KP") == (7, None)
    pips = Cells(COLUMNS, {("pips", *cell[1:]): member for cell, member in cells(*told).members.items()})
    (answer,) = ask(pips, ("pips", *key(scope="security_operations")[1:]))
    assert (answer.low, answer.high) == (0, 458)


def test_a_sum_holds_only_on_its_days() -> None:
    """Before a sum holds, its parts say nothing of the whole, and the parts of a span are held each by itself."""
    rule = {"axis": "groups", "column": "group", "whole": "total", "required": ["militants", "civilians"]}
    time = [one for one in Structure.declared().sums if one.calendar]
    late = attrs.evolve(Structure.of({"sum": [{**rule, "since": date(2025, 11, 1)}]}))
    late = attrs.evolve(late, sums=(*late.sums, *time))
    parts = [
        ({"period": month, "group": code}, 3) for month in ("2025-10", "2025-11") for code in ("militants", "civilians")
    ]

    assert ends(cells(*parts), late, period="2025-10") == (0, None)
    assert ends(cells(*parts), late, period="2025-11") == (6, 6)
    assert ends(cells(*parts, ({"period": "2025-12"}, 1)), late, period="2025-Q4") == (7, None)


def test_what_a_count_includes_is_an_upper_limit_of_the_cell() -> None:
    """Punjab with the capital: Punjab alone is no more, and both together no less."""
    with_capital = ({"area": "PK-PB"}, (5, 5, "PK-IS"))
    assert ends(cells(with_capital), area="PK-PB") == (0, 5)
    assert ends(cells(with_capital, ({"area": "PK-IS"}, 2)), area="PK-PB") == (3, 5)
    assert ends(cells(with_capital, ({"area": "PK-PB", "group": "civilians"}, 5)), area="PK-IS") == (0, None)
    assert ends(cells(({"area": "PK-PB"}, (5, 5, "PK-KP-UNCLEAR"))), area="PK-PB") == (0, 5)


def test_a_count_of_a_part_of_a_cell_is_a_lower_limit() -> None:
    """The cell is no less, and may be more; one that may be of another cell says nothing."""
    inside = (key(area="PK-SD"), "s01", Member(7, 7, "7"))
    assert ends(cells(subsets=[inside]), area="PK-SD") == (7, None)
    assert ends(cells(subsets=[inside])) == (7, None)
    other = (key(area="PK-SD"), "s02", Member(9, 9, "9", frozenset({"PK-BA"})))
    assert ends(cells(subsets=[other]), area="PK-SD") == (0, None)
    (answer,) = ask(cells(({"area": "PK-SD"}, 5), subsets=[inside]), key(area="PK-SD"))
    assert (answer.low, answer.high, len(answer.clashes)) == (0, None, 1)


def test_ends_are_rounded_inwards_to_whole_numbers() -> None:
    """Three counts of which each two are 5 together are 2.5 each: there is no such world of whole numbers."""
    thirds = Structure.of(
        {
            "sum": [
                {"axis": f"x{n}", "column": "group", "whole": whole, "required": list(parts)}
                for n, (whole, parts) in enumerate({"ab": "ab", "bc": "bc", "ac": "ac"}.items())
            ]
        }
    )
    low = cells(*group(ab=(5, None), bc=(5, None), ac=(5, None), a=(0, 2)))
    assert ends(low, thirds, group="b") == (3, None)
    half = cells(*group(ab=(0, 5), bc=(0, 5), ac=(5, 5)))
    (answer,) = ask(half, key(group="b"), structure=thirds)
    assert answer.high == 2  # 2.5 by the program
    assert len(answer.high_by) == 3


def test_a_contradiction_elsewhere_does_not_bear() -> None:
    """What no part of a contradiction would narrow stands as it is, and what it would narrow says so."""
    wrong = [({"period": "2025-11", "group": code}, number) for code, number in (("total", 5), ("militants", 9))]
    made = cells(*group(total=458, militants=355), *wrong)

    assert ends(made, group="civilians") == (0, 103)
    assert ends(made, group="militants") == (355, 355)
    november, civilians, quarter = ask(
        made, key(period="2025-11"), key(period="2025-11", group="civilians"), key(period="2025-Q4", group="total")
    )
    assert (november.low, november.high) == (0, None)
    assert len(november.clashes) == len(civilians.clashes) == len(quarter.clashes) == 1
    assert (quarter.low, quarter.high) == (458, None)


def test_contradictions_that_share_a_number_are_both_named() -> None:
    """No side is taken: one wrong total against two ways to add it up sets both ways aside."""
    groups = group(total=10, militants=20)
    areas = [({"area": "PK-BA"}, 15)]
    (answer, said), *_ = Reports(cells(*groups, *areas), Structure.declared()).ask([key(group="civilians")])

    assert sorted(texts(answer, said)) == [
        ["2025-10 PK all killed militants 20", "2025-10 PK all killed total 10"],
        ["2025-10 PK all killed total 10", "2025-10 PK-BA all killed total 15"],
    ]


@settings(max_examples=settings().max_examples * 3 // 5)
@given(worlds(), st.booleans(), st.data())
def test_the_truth_is_never_outside(world: World, nothing: bool, data: st.DataObject) -> None:  # noqa: FBT001
    """Reports that are true contradict nothing, and each cell of the world lies in its interval."""
    some = asked(data, world)

    for cell, answer in zip(some, ask(of(world), *map(named, some), nothing=nothing), strict=True):
        assert answer.clashes == ()
        assert world.truth[cell] in Interval(answer.low, answer.high), cell


@settings(max_examples=settings().max_examples * 2 // 5)
@given(worlds(inclusions=False), st.data())
def test_a_cell_is_no_wider_than_its_own_figure(world: World, data: st.DataObject) -> None:
    """What others say narrows a figure or leaves it."""
    figures = {Cell.of(figure): figure for figure in world.figures}
    some = [cell for cell in asked(data, world) if cell in figures]
    assume(some)

    for cell, answer in zip(some, ask(of(world), *map(named, some)), strict=True):
        assert answer.low in figures[cell].interval
        high = figures[cell].high
        assert high is None or (answer.high is not None and answer.high <= high)


@settings(max_examples=settings().max_examples * 2 // 5)
@given(worlds(), st.data())
def test_the_numbers_that_bind_give_the_same_end_alone(world: World, data: st.DataObject) -> None:
    """A program of the named numbers alone gives the same end, and without any one of them another."""
    made = of(world)
    (cell,) = asked(data, world, 1)
    ((answer, said),) = Reports(made, Structure.declared()).ask([named(cell)])

    for side, places in (("low", answer.low_by), ("high", answer.high_by)):
        kept = [said[place] for place in places]
        (alone,) = ask(only(made, kept), named(cell))
        assert getattr(alone, side) == getattr(answer, side)
        for one in kept if len(kept) <= 6 else ():
            (less,) = ask(only(made, [other for other in kept if other is not one]), named(cell))
            assert getattr(less, side) != getattr(answer, side)


@settings(max_examples=settings().max_examples // 5)
@given(worlds() | broken_worlds(bounds=True, gaps=True, inclusions=True).map(lambda broken: broken.after), st.data())
def test_an_answer_does_not_depend_on_what_else_is_asked(world: World, data: st.DataObject) -> None:
    """A program that cuts every span and takes every cell in gives the ends that the small one gives."""
    made = of(world)
    some = list(map(named, asked(data, world, 3)))
    everything = [*some, *map(named, world.truth)][:25]

    for alone, among in zip(ask(made, *some), ask(made, *everything), strict=False):
        assert (alone.low, alone.high, alone.clashes) == (among.low, among.high, among.clashes)


@settings(max_examples=settings().max_examples // 4)
@given(broken_worlds() | broken_worlds(bounds=True, gaps=True, inclusions=True), st.data())
def test_a_moved_number_is_in_every_contradiction(broken: Broken, data: st.DataObject) -> None:
    """The others are true together. Each contradiction is one by itself, and none without any one of its numbers."""
    made = of(broken.after)
    some = {named(cell) for cell in asked(data, broken.before)}
    reports = Reports(made, Structure.declared())
    (answer, said), *others = reports.ask([named(broken.cell), *sorted(some)])

    for told, _ in [(answer, said), *others]:
        assert set(told.clashes) <= set(answer.clashes)
    for clash in answer.clashes:
        kept = [said[place] for place in clash]
        assert named(broken.cell) in {one.key for one in kept}
        assert len(ask(only(made, kept), named(broken.cell))[0].clashes) == 1
        for one in kept if len(kept) <= 6 else kept[:2]:
            rest = [other for other in kept if other is not one]
            assert ask(only(made, rest), rest[0].key if rest else one.key)[0].clashes == ()


@settings(max_examples=settings().max_examples // 4)
@given(broken_worlds())
def test_a_number_that_breaks_a_sum_is_named(broken: Broken) -> None:
    """Where the check finds a total of exact numbers exceeded, the moved number is in a contradiction."""
    made = of(broken.after)
    over = [one for one in evaluate(made, Structure.declared()) if one.verdict is Verdict.OVER]
    assume(over)
    (answer,) = ask(made, named(broken.cell))

    assert answer.clashes


@settings(max_examples=settings().max_examples * 3 // 20)
@given(broken_worlds(bounds=True, gaps=True), st.randoms(use_true_random=False), st.data())
def test_the_order_of_figures_does_not_matter(broken: Broken, shuffle: random.Random, data: st.DataObject) -> None:
    """The same reports in another order give the same answers."""
    figures = list(broken.after.figures)
    shuffle.shuffle(figures)
    other = attrs.evolve(broken.after, figures=tuple(figures))
    some = [named(cell) for cell in asked(data, broken.before, 3)]

    assert ask(of(broken.after), *some) == ask(of(other), *some)


SCOPES = ("militant_attacks", "security_operations")
GROUPS = ("militants", "security_forces", "civilians", "peace_committee")


def table(numbers: Iterable[int]) -> dict[Key, int]:
    """Add up a table of two scopes and four groups."""
    full: dict[Key, int] = {}
    for (scope, who), number in zip(itertools.product(SCOPES, GROUPS), numbers, strict=True):
        for one, other in itertools.product((scope, "all"), (who, "total")):
            full[key(scope=one, group=other)] = full.get(key(scope=one, group=other), 0) + number
    return full


TABLES = {
    total: [table(numbers) for numbers in itertools.product(range(total + 1), repeat=8) if sum(numbers) == total]
    for total in (1, 2)
} | {3: [table(map(row.count, range(8))) for row in itertools.combinations_with_replacement(range(8), 3)]}


@settings(max_examples=settings().max_examples * 2 // 5)
@given(st.sampled_from(sorted(TABLES)), st.data())
def test_intervals_are_as_tight_as_trying_all_worlds(total: int, data: st.DataObject) -> None:
    """Of all tables of whole numbers that fit what was reported, the smallest and the largest number of each cell."""
    true = data.draw(st.sampled_from(TABLES[total]))
    told = data.draw(st.sets(st.sampled_from(sorted(true)), max_size=5)) - {key()}
    off = {one: (data.draw(st.integers(0, 1)), data.draw(st.integers(0, 1))) for one in sorted(told)}
    limits = {key(): (total, total), **{one: (max(0, true[one] - a), true[one] + b) for one, (a, b) in off.items()}}
    fitting = [full for full in TABLES[total] if all(low <= full[one] <= high for one, (low, high) in limits.items())]
    made = Cells(COLUMNS, {one: Member(low, high, f"{low}..{high}") for one, (low, high) in limits.items()})

    for one, answer in zip(true, ask(made, *true), strict=True):
        numbers = [full[one] for full in fitting]
        assert (answer.low, answer.high) == (min(numbers), max(numbers)), one


MONTHS = ("2025-10", "2025-11", "2025-12")
REGIONS = ("PK-BA", "PK-KP-MAINLAND", "PK-TA", "PK-SD", "PK-PB", "PK-IS", "PK-GB", "PK-JK")


def spread(places: Iterable[tuple[str, str]]) -> dict[Key, int]:
    """Add up what happened in some months and regions, by region, province, month and quarter."""
    codes = itertools.product((*MONTHS, "2025-Q4"), (*REGIONS, "PK-KP", "PK"))
    full = {key(period=period, area=area): 0 for period, area in codes}
    for month, region in places:
        province = ["PK-KP"] if region in {"PK-KP-MAINLAND", "PK-TA"} else []
        for period, area in itertools.product((month, "2025-Q4"), (region, *province, "PK")):
            full[key(period=period, area=area)] += 1
    return full


SPREADS = [spread(two) for two in itertools.combinations_with_replacement(list(itertools.product(MONTHS, REGIONS)), 2)]


@settings(max_examples=settings().max_examples // 5)
@given(st.data())
def test_intervals_over_regions_and_months_are_as_tight_as_trying_all_worlds(data: st.DataObject) -> None:
    """Of two killed somewhere in a quarter, with cells hidden: the smallest and the largest number of each cell."""
    true = data.draw(st.sampled_from(SPREADS))
    whole = key(period="2025-Q4")
    told = data.draw(st.sets(st.sampled_from(sorted(true)), max_size=8)) | {whole}
    fitting = [full for full in SPREADS if all(full[one] == true[one] for one in told)]
    made = Cells(COLUMNS, {one: Member(true[one], true[one], str(true[one])) for one in told}, ())

    for one, answer in zip(true, ask(made, *true), strict=True):
        numbers = [full[one] for full in fitting]
        assert (answer.low, answer.high) == (min(numbers), max(numbers)), one


@settings(max_examples=settings().max_examples // 5)
@given(worlds() | broken_worlds(bounds=True, gaps=True).map(lambda broken: broken.after), st.data())
def test_what_was_asked_before_changes_no_answer(world: World, data: st.DataObject) -> None:
    """Cells asked one after the other, of the same and of other spans, get the intervals that they get alone."""
    made = of(world)
    some = list(map(named, asked(data, world, 3)))
    some.append((*some[0][:1], str(data.draw(st.sampled_from(["2015-05", "2015-H2", "2024-05"]))), *some[0][2:]))
    reports = Reports(made, Structure.declared())

    for one in some:
        ((kept, _),), (alone,) = reports.ask([one]), ask(made, one)
        assert (kept.low, kept.high, kept.clashes) == (alone.low, alone.high, alone.clashes)


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
