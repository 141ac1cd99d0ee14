"""What follows for made-up cells: never narrower than the truth, as tight as the numbers allow, contradictions named."""

import itertools
import random
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conflictdata import Cell, Interval, Structure
from conflictdata.balancing import Cells, Member, evaluate
from conflictdata.checks import of_figures
from conflictdata.clashes import Answer
from conflictdata.implication import Reports
from conflictdata.programs import Said
from conflictdata.structure import Key
from conflictdata.testing import Broken, World, broken_worlds, worlds
from conflictdata.vocabulary import Verdict
from tests.shared.october import GROUPS, OCTOBER, SCOPES

COLUMNS = ("dataset", "period", "area", "scope", "measure", "group")


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
