"""Statements to figures: each step of the rule, and what holds whatever the statements."""

import random
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conflictdata import Bound, Cell, Figure, Group, Mark, Source, Statement, Status
from conflictdata.resolve import MIRRORS, RULE, pool_of, resolve
from conflictdata.testing import rivals, sources, statements

EARLY, LATE = date(2025, 11, 1), date(2025, 11, 9)


def page(name: str, kind: str = "secondary", outlet: str | None = None, **changes: Any) -> Source:
    """Make a page; its outlet is its own voice unless told."""
    fixed = {"url": f"https://example.org/{name}", "accessed": date(2026, 11, 22), "language": "en"}
    dates = {"published_from": EARLY, "published_to": EARLY}
    return Source(**{"dataset": "picss", "id": name, "kind": kind, "outlet": outlet or name, **fixed, **dates, **changes})


def says(source: Source, value: int, bound: str = "exact", **changes: Any) -> Statement:
    """Let a page state a number of people killed in October 2025."""
    cell = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "total"}
    given_id = f"s{source.id}{value}{bound.replace('_', '')}{changes.get('group', '').replace('_', '')}".replace("-", "")
    fixed = {"dataset": "picss", "id": given_id, "source": source, "report_period": "2025-10"}
    return Statement(**{**fixed, **cell, "value": value, "bound": bound, **changes})


def figure_of(*statements: Statement) -> Figure:
    """Resolve statements, and give the figure of the total."""
    (figure,) = [figure for figure in resolve(statements) if figure.group == "total"]
    return figure


A, B, C = page("a"), page("b"), page("c")


def test_the_rule_has_a_number() -> None:
    """The rule is the first."""
    assert RULE == 1


def test_one_voice_is_single_two_are_repeated() -> None:
    """Voices are counted, not pages."""
    assert (figure_of(says(A, 458)).status, figure_of(says(A, 458)).voices) == (Status.SINGLE, 1)
    two = figure_of(says(A, 458), says(B, 458))
    assert (two.status, two.voices) == (Status.REPEATED, 2)
    copied = figure_of(says(A, 458), says(page("d", origin="a"), 458))
    assert (copied.status, copied.voices) == (Status.SINGLE, 1)


def test_the_pool_has_no_parts_of_the_cell() -> None:
    """A part never stands for the whole; without anything else there is no figure."""
    part = says(B, 20, subset=True)

    assert figure_of(says(A, 458), part).value == 458
    assert figure_of(says(A, 458), part).others != (B,)
    assert resolve([part]) == []


def test_the_pool_prefers_the_report_of_the_period() -> None:
    """A later restatement does not change the figure, it is marked."""
    later = says(page("own", "primary"), 460, report_period="2025-11")

    figure = figure_of(says(A, 458), later)
    assert (figure.value, figure.marks) == (458, (Mark.REVISED,))
    assert figure.others == ()
    assert figure_of(later).value == 460
    assert figure_of(later).marks == ()


def test_one_voice_restates_two_revise() -> None:
    """A single outlet's later value may be its slip; two with the same value are a revision, two with two are not."""
    first, second = (says(source, 460, report_period="2025-11") for source in (B, C))

    assert figure_of(says(A, 458), first).marks == (Mark.RESTATED_ONCE,)
    assert figure_of(says(A, 458), first, second).marks == (Mark.REVISED,)
    assert figure_of(says(A, 458), first, says(C, 461, report_period="2025-11")).marks == (Mark.RESTATED_ONCE,)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 458},
        {"value": 460, "bound": "at_least"},
        {"value": 460, "subset": True},
        {"value": 460, "source": page("copy", mirror=True)},
    ],
)
def test_what_is_no_revision(changes: dict[str, Any]) -> None:
    """The same value, a bound, a part and a mirror revise nothing."""
    later = attrs.evolve(says(B, 460, report_period="2025-11"), **changes)

    assert figure_of(says(A, 458), later).marks == ()


def test_the_pool_prefers_the_count_of_the_cell_alone() -> None:
    """Thirty-one civilians with a peace committee member are another count than thirty."""
    with_member = says(B, 31, includes=["peace_committee"])

    apart = figure_of(says(A, 30), with_member)
    assert (apart.value, apart.status) == (30, Status.SINGLE)
    alone = figure_of(with_member)
    assert (alone.value, alone.marks, alone.includes) == (31, (Mark.INCLUDES_OTHER,), (Group.PEACE_COMMITTEE,))
    assert apart.includes == ()


@pytest.mark.parametrize("caveat", ["period_inferred", "publisher_inferred", "area_inferred", "scope_inferred"])
def test_the_pool_prefers_what_no_reader_inferred(caveat: str) -> None:
    """Any inference is set aside where a page says the thing itself; other caveats are not."""
    assert figure_of(says(A, 458), says(B, 400, caveats=[caveat]), says(C, 400, caveats=[caveat])).value == 458
    assert figure_of(says(A, 400, caveats=[caveat])).value == 400
    assert figure_of(says(A, 458), says(B, 400, caveats=["misprint_likely"])).status is Status.DISPUTED


def test_mirrors_speak_with_one_voice_if_nothing_else_does() -> None:
    """Copies count for nothing beside other pages, and as one among themselves."""
    copies = [page(f"m{n}", mirror=True) for n in range(3)]

    figure = figure_of(says(A, 458), *(says(copy, 400) for copy in copies))
    assert (figure.value, figure.status, figure.others) == (458, Status.SINGLE, ())
    alone = figure_of(*(says(copy, 400) for copy in copies))
    assert (alone.value, alone.status, alone.voices) == (400, Status.SINGLE, 1)
    assert MIRRORS not in {source.outlet for source in copies}


@pytest.mark.parametrize(
    ("near", "far"), [("primary", "secondary"), ("secondary", "compilation"), ("compilation", "opinion")]
)
def test_the_lead_is_nearest_to_the_publisher(near: str, far: str) -> None:
    """One page nearer to the publisher leads before two that are farther."""
    figure = figure_of(says(page("n", near), 458), says(page("f", far), 400), says(page("g", far), 400))

    assert (figure.value, figure.status) == (458, Status.DISPUTED)
    assert tuple(source.id for source in figure.others) == ("f", "g")


def test_the_lead_has_most_voices() -> None:
    """Among pages of one kind, the value that most voices state leads."""
    figure = figure_of(says(A, 457), says(B, 458), says(C, 458))

    assert (figure.value, figure.status, figure.voices, figure.marks) == (458, Status.DISPUTED, 2, ())


def test_the_lead_is_on_the_page_with_most_groups() -> None:
    """A page that gives the parts too leads; a part of a cell is no group given."""
    whole = [says(B, 458), says(B, 355, group="militants"), says(B, 30, group="civilians")]
    assert figure_of(says(A, 457), *whole).value == 458
    assert figure_of(says(A, 457), *whole).marks == ()

    in_part = [attrs.evolve(statement, subset=True) for statement in whole[1:]]
    assert figure_of(says(A, 457), whole[0], *in_part).marks == (Mark.TIE,)


def test_voices_lead_and_not_pages() -> None:
    """Two pages with one agency's text are one voice; two outlets of their own are two."""
    copies = [page(name, origin="agency") for name in ("p", "q", "r")]

    figure = figure_of(*(says(copy, 400) for copy in copies), says(A, 458), says(B, 458))
    assert (figure.value, figure.voices, figure.status) == (458, 2, Status.DISPUTED)
    assert figure_of(says(copies[0], 400), says(copies[1], 400), says(A, 458)).marks == (Mark.TIE,)


def test_a_tie_between_a_bound_and_a_number_goes_to_the_earlier_page() -> None:
    """An exact statement comes first only where one value is left."""
    late = page("zz", published_from=EARLY, published_to=LATE)

    figure = figure_of(says(A, 1534, "at_least"), says(late, 1527))
    assert (figure.value, figure.bound, figure.status) == (1534, Bound.AT_LEAST, Status.DISPUTED)
    assert figure.marks == (Mark.BOUNDED, Mark.TIE)
    same = figure_of(says(A, 1534, "at_least"), says(late, 1534))
    assert (same.value, same.bound, same.marks) == (1534, Bound.EXACT, ())
    passed = figure_of(says(A, 1534, "more_than"), says(late, 1534))  # which the interval of the bound does not hold
    assert (passed.value, passed.bound, passed.status) == (1534, Bound.EXACT, Status.DISPUTED)


def test_a_page_that_states_the_figure_and_another_value_is_named_twice() -> None:
    """Its second value is shown, and can dispute the figure."""
    own = says(B, 2530)
    figure = figure_of(says(A, 1917), own, attrs.evolve(own, id="sb2", value=1917))

    assert (figure.value, figure.status) == (1917, Status.DISPUTED)
    assert [p.id for p in figure.sources] == ["a", "b"]
    assert ([p.id for p in figure.others], figure.others_state) == (["b"], ("2,530",))


def test_a_torn_figure_is_not_revised() -> None:
    """Without a value there is nothing to revise."""
    later = says(page("own", "primary"), 460, report_period="2025-11")

    assert figure_of(says(A, 45), says(A, 988), later).marks == (Mark.TORN,)


def test_a_tie_goes_to_the_earlier_page_and_says_so() -> None:
    """The order of publication only makes the result certain."""
    late = page("aa", published_from=EARLY, published_to=LATE)

    figure = figure_of(says(late, 457), says(B, 458))
    assert (figure.value, figure.marks, figure.status) == (458, (Mark.TIE,), Status.DISPUTED)
    assert figure_of(says(C, 457), says(B, 458)).value == 458


def test_a_page_that_contradicts_itself_leaves_no_value() -> None:
    """Nothing decides between two numbers of one page: the figure is torn over all that the pool states."""
    figure = figure_of(says(A, 45), says(A, 988))

    assert (figure.value, figure.bound, figure.low, figure.high) == (None, None, 45, 988)
    assert (figure.status, figure.marks) == (Status.DISPUTED, (Mark.TORN,))
    assert figure.sources == (A,)

    wider = figure_of(says(page("own", "primary"), 45), says(page("own", "primary"), 988), says(B, 1000))
    assert (wider.low, wider.high, wider.others) == (45, 1000, (B,))


def test_a_page_with_one_number_in_two_wordings_is_not_torn() -> None:
    """At least 185 and 185 are one value; at least 100 and 120 are no contradiction either."""
    figure = figure_of(says(A, 185, "at_least"), says(A, 185))
    assert (figure.value, figure.bound, figure.status) == (185, Bound.EXACT, Status.SINGLE)

    figure = figure_of(says(A, 100, "at_least"), says(A, 120))
    assert (figure.value, figure.bound, figure.status, figure.marks) == (120, Bound.EXACT, Status.SINGLE, ())


def test_an_exact_number_inside_the_bound_refines_it() -> None:
    """At least 100 from the best page, 120 from another: the figure is 120."""
    lead = says(page("own", "primary"), 100, "at_least")

    figure = figure_of(lead, says(A, 120))
    assert (figure.value, figure.bound, figure.status, figure.marks) == (120, Bound.EXACT, Status.SINGLE, ())
    assert tuple(source.id for source in figure.others) == ("own",)
    assert figure_of(lead, says(A, 120), says(B, 130), says(C, 130)).value == 130


def test_an_exact_number_outside_the_bound_disputes_it() -> None:
    """At least 100 from three voices, 94 from one: at least 100, disputed."""
    pages = [says(source, 100, "at_least") for source in (A, B, C)]

    figure = figure_of(*pages, says(page("d"), 94))
    assert (
        figure.value,
        figure.bound,
        figure.status,
        figure.marks,
    ) == (100, Bound.AT_LEAST, Status.DISPUTED, (Mark.BOUNDED,))


@pytest.mark.parametrize(
    ("bound", "low", "high"),
    [("at_least", 100, None), ("more_than", 101, None), ("at_most", 0, 100), ("about", 0, None)],
)
def test_a_bound_alone_stays_a_bound(bound: str, low: int, high: int | None) -> None:
    """The interval is the bound's, the figure is marked."""
    figure = figure_of(says(A, 100, bound))

    assert (100, low, high, (Mark.BOUNDED,)) == (figure.value, figure.low, figure.high, figure.marks)


def test_bounds_that_agree_are_no_dispute() -> None:
    """More than 90 and at least 100 can both be true."""
    figure = figure_of(says(A, 90, "more_than"), says(B, 100, "at_least"))

    assert figure.status is Status.SINGLE


def test_the_first_day_is_the_earliest_sure_one() -> None:
    """When a page had surely stated the value, over those that state it."""
    early = page("z", published_from=date(2025, 10, 1), published_to=date(2025, 10, 30))
    late = page("y", published_from=EARLY, published_to=LATE)

    assert figure_of(says(A, 458), says(late, 458)).first_published == EARLY
    assert figure_of(says(A, 458), says(late, 458), says(early, 1)).first_published == EARLY


def test_a_figure_carries_the_caveats_that_every_page_has() -> None:
    """One page without the caveat clears the figure of it."""
    doubted, cut = says(A, 8, caveats=["truncated", "misprint_likely"]), says(B, 8, caveats=["misprint_likely"])

    assert figure_of(doubted).caveats == ("truncated", "misprint_likely")
    assert figure_of(doubted, cut).caveats == ("misprint_likely",)
    assert figure_of(doubted, cut, says(C, 8)).caveats == ()
    whole = says(C, 355, group="militants")  # the page with more groups leads
    assert figure_of(says(C, 8), whole, says(A, 9, caveats=["truncated"])).caveats == ()


def test_a_figure_says_what_the_other_pages_state() -> None:
    """In the order of the pages, with the sign of a bound, several values of one page together."""
    own = page("own", "primary")
    figure = figure_of(says(own, 458), says(A, 400, "at_least"), says(B, 16), says(B, 15), says(C, 460, "about"))

    assert [(p.id, said) for p, said in zip(figure.others, figure.others_state, strict=True)] == [
        ("a", ">=400"),
        ("b", "15 16"),
        ("c", "~460"),
    ]


@given(rivals(), st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(told: list[Statement], rng: random.Random) -> None:
    """Any order gives the same figures."""
    shuffled = list(told)
    rng.shuffle(shuffled)

    assert resolve(told) == resolve(shuffled)


@given(rivals())
def test_a_value_is_one_that_a_page_of_the_pool_stated_or_none(told: list[Statement]) -> None:
    """No mean, no sum, no guess: the value, its bound and its pages stand in the pool together."""
    pool = pool_of(told)
    figures = resolve(told)

    assert bool(pool) == bool(figures)
    for figure in figures:
        if figure.value is None:
            assert figure.low == min(s.value for s in pool)
            assert figure.high == max(s.value for s in pool)
            assert len({(s.value, s.bound) for s in pool if s.source in figure.sources}) > 1
        else:
            stating = {s.source for s in pool if (s.value, s.bound) == (figure.value, figure.bound)}
            assert stating == set(figure.sources)
        assert {s.source for s in pool} == set(figure.sources) | set(figure.others)
        disputed = any(s.interval.disjoint(figure.interval) for s in pool)
        assert (figure.status is Status.DISPUTED) == (disputed or figure.value is None)


@given(rivals())
def test_narrowing_never_leaves_nothing(told: list[Statement]) -> None:
    """The pool is empty only where every statement is of a part of the cell, and holds told of the cell alone."""
    pool = pool_of(told)

    assert bool(pool) == any(not s.subset for s in told)
    assert all(s in told and not s.subset for s in pool)


@given(rivals(), sources(), st.integers(0, 3))
def test_a_statement_that_agrees_never_changes_a_value(told: list[Statement], newcomer: Source, template: int) -> None:
    """Another page that states the figure's very value and bound leaves both as they are."""
    figures = resolve(told)
    assume(figures and figures[0].value is not None)
    (figure,) = figures
    assert figure.value is not None
    assert figure.bound is not None
    model = told[template % len(told)]
    source = attrs.evolve(newcomer, dataset=figure.dataset, id="newcomer")
    agreeing = attrs.evolve(model, id="s9999", source=source, value=figure.value, bound=figure.bound)

    (after,) = resolve([*told, agreeing])
    assert (figure.value, figure.bound) == (after.value, after.bound)


def led(told: list[Statement], **first: Any) -> list[Statement]:
    """Let the first statement be of the whole cell and its page no mirror, with other fields as they are given."""
    page = attrs.evolve(told[0].source, mirror=False)
    lead = attrs.evolve(told[0], subset=False, **first)
    return [attrs.evolve(one, source=page) if one.source == told[0].source else one for one in (lead, *told[1:])]


@given(rivals().map(led), sources(), st.data())
def test_a_mirror_never_changes_a_figure_that_other_pages_state(
    told: list[Statement], newcomer: Source, data: st.DataObject
) -> None:
    """Beside any page that is no mirror, whatever a mirror states, in whatever report, is as if it were not there."""
    page = attrs.evolve(newcomer, dataset=told[0].dataset, id="copy", mirror=True)
    copied = data.draw(statements(page, Cell.of(told[0]).key))

    assert resolve(told) == resolve([*told, attrs.evolve(copied, id="s9999")])


@given(rivals().map(lambda told: led(told, report_period=told[0].period)), st.integers(0, 500))
def test_a_later_report_never_changes_a_value(told: list[Statement], value: int) -> None:
    """A later report of the publisher marks a figure of its own period's report, and leaves all else."""
    pool = pool_of(told)
    assert all(s.report_period == s.period and not s.source.mirror for s in pool)
    own = attrs.evolve(pool[0].source, id="own", kind="primary", mirror=False)
    later = attrs.evolve(
        pool[0], id="s9999", source=own, report_period=pool[0].period.next(), value=value, bound="exact", caveats=()
    )

    (before,), (after,) = resolve(told), resolve([*told, later])
    unmarked = {Mark.REVISED, Mark.RESTATED_ONCE}
    for field in attrs.fields(Figure):
        assert field.name == "marks" or getattr(before, field.name) == getattr(after, field.name)
    assert set(before.marks) - unmarked == set(after.marks) - unmarked
    if before.value is not None and value not in before.interval and not pool[0].includes:
        assert Mark.REVISED in after.marks


@given(st.lists(rivals(most=4), max_size=4))
def test_cells_do_not_touch_each_other(worlds: list[list[Statement]]) -> None:
    """Figures come in order, one a cell at most, and each rests on the statements of its own cell."""
    statements = [
        attrs.evolve(statement, id=f"s{world}{statement.id[1:]}", dataset="picss", source=_at(statement, world))
        for world, told in enumerate(worlds)
        for statement in told
    ]
    figures = resolve(statements)
    cells = [Cell.of(figure) for figure in figures]

    assert sorted(set(cells)) == cells
    assert {Cell.of(s) for s in statements if not s.subset} == set(cells)


def _at(statement: Statement, world: int) -> Source:
    return attrs.evolve(statement.source, dataset="picss", id=f"{statement.source.id}-{world}")
