"""The check on worlds whose truth is known: what holds whatever the numbers, and the same by plain recursion."""

import random
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import pyarrow as pa
from hypothesis import assume, given
from hypothesis import strategies as st

from conflictdata import Area, Axis, Bound, Cell, Figure, Group, Interval, Measure, Period, Scope, Verdict, balance
from conflictdata.balancing import Member, judge, residual
from conflictdata.schema import to_arrow
from conflictdata.testing import Broken, World, broken_worlds, intervals, worlds
from tests.shared.checking import Row, found

ORDER = ("dataset", "period", "area", "scope", "measure", "group")


@given(st.lists(st.tuples(intervals(), st.integers(0, 500)), min_size=1, max_size=6))
def test_interval_sums_contain_every_concrete_sum(told: list[tuple[Interval, int]]) -> None:
    """Whatever numbers the bounds allow, their difference lies in the residual, which is no wider than that."""
    concrete = [min(i.low + more, i.high if i.high is not None else i.low + more) for i, more in told]
    total, *parts = [Member(i.low, i.high, "") for i, _ in told]
    low, high = residual(total, parts)

    difference = concrete[0] - sum(concrete[1:])
    assert low is None or low <= difference
    assert high is None or difference <= high
    least = total.low - sum(p.high for p in parts if p.high is not None)
    assert low == (None if any(p.high is None for p in parts) else least)
    assert high == (None if total.high is None else total.high - sum(p.low for p in parts))


@given(st.none() | st.integers(-9, 9), st.none() | st.integers(0, 9), st.booleans())
def test_the_verdict_follows_from_the_residual(low: int | None, width: int | None, complete: bool) -> None:  # noqa: FBT001
    """Each verdict holds for every difference that the residual allows, and `open` only where two would be possible."""
    high = None if width is None else (low or 0) + width
    some = range(-30 if low is None else low, 31 if high is None else high + 1)
    allowed = {"over" if d < 0 else "partial" if not complete else "balanced" if d == 0 else "short" for d in some}

    assert judge(low, high, complete=complete) == (allowed.pop() if len(allowed) == 1 else "open")


def results(world: World | Iterable[Figure]) -> dict[tuple[Any, ...], Row]:
    """Check figures, and give the rows by what tells them apart."""
    told = world.figures if isinstance(world, World) else tuple(world)
    table = found(told, None)
    made = {
        (row["axis"], *(row[name] for name in ORDER), *(row["parts"] if row["axis"] == "within" else ())): row
        for row in table
    }
    assert len(made) == len(table)
    return made


@given(worlds(bounds=False, gaps=False, inclusions=False))
def test_a_whole_world_balances(world: World) -> None:
    """Where everything is reported exactly, every total is the sum of its parts."""
    checked = results(world)

    assert {row["verdict"] for row in checked.values()} <= {"balanced"}
    assert all(not row["absent"] for row in checked.values())


def cell_of(row: Row) -> Cell:
    """Give the cell of a total."""
    return figure_cell({name: row[name] for name in ORDER[1:]})


def figure_cell(axes: Mapping[str, Any]) -> Cell:
    """Make a cell of codes."""
    return Cell(
        Period.of(axes["period"]), Area(axes["area"]), Scope(axes["scope"]), Measure(axes["measure"]), Group(axes["group"])
    )


def part_cell(row: Row, part: str) -> Cell:
    """Give the cell of a part of a total."""
    columns = {"groups": "group", "areas": "area", "scopes": "scope", "time": "period"}
    column = columns.get(row["axis"])
    if column is None:
        column = "group" if part in set(Group) else "area" if part in set(Area) else "scope"
    return figure_cell({**{name: row[name] for name in ORDER[1:]}, column: part})


@given(worlds())
def test_true_reports_are_never_over_or_short(world: World) -> None:
    """With bounds, gaps, numbers stated twice and inclusions: what is true is never called wrong, and never hidden."""
    for row in results(world).values():
        assert row["verdict"] in {"balanced", "partial", "open"}


# The sums of the record once more, in the plainest form, to hold the check against.
PLAIN: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("groups", "group", "total", ("militants", "security_forces", "civilians"), ("peace_committee",)),
    ("areas", "area", "PK", ("PK-BA", "PK-KP", "PK-SD", "PK-PB"), ("PK-IS", "PK-GB", "PK-JK")),
    ("areas", "area", "PK-KP", ("PK-KP-MAINLAND", "PK-TA"), ()),
    ("scopes", "scope", "all", ("militant_attacks", "security_operations"), ()),
    *(
        ("time", "period", f"{year}-Q{q}", tuple(f"{year}-{m:02}" for m in range(3 * q - 2, 3 * q + 1)), ())
        for year in (2015, 2024)
        for q in (1, 2, 3, 4)
    ),
)
AREAS = ("PK-BA", "PK-KP", "PK-KP-MAINLAND", "PK-TA", "PK-SD", "PK-PB", "PK-IS", "PK-GB", "PK-JK")
PAIRS = {
    *(("group", "total", part) for part in ("militants", "security_forces", "civilians", "peace_committee")),
    *(("area", "PK", part) for part in AREAS),
    *(("area", "PK-KP", part) for part in ("PK-KP-MAINLAND", "PK-TA")),
    *(("scope", "all", part) for part in ("militant_attacks", "security_operations")),
}


Told = dict[tuple[str, ...], tuple[int, int | None]]


def swap(key: tuple[str, ...], column: str, code: str) -> tuple[str, ...]:
    """Give the cell that differs in one column."""
    return tuple(code if name == column else other for name, other in zip(ORDER, key, strict=True))


def plain_parts(told: Told, axis: str, column: str, key: tuple[str, ...]) -> tuple[list[Any], set[str]]:
    """Give the parts of a cell that are there, at any depth, and the codes of those that are not."""
    found_: list[Any] = []
    absent: set[str] = set()
    for rule in PLAIN:
        if rule[:3] == (axis, column, key[ORDER.index(column)]):
            for part in (*rule[3], *rule[4]):
                cell = swap(key, column, part)
                own = ([told[cell]], set[str]()) if cell in told else plain_parts(told, axis, column, cell)
                if own[0]:
                    found_ += own[0]
                    absent |= own[1]
                elif part in rule[3]:
                    absent.add(part)
    return found_, absent


def plain_check(figures: Iterable[Figure]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Compute every residual by plain recursion: what is there, how much it is, what is absent."""
    told: Told = {
        (f.dataset, f.period.code, f.area.value, f.scope.value, f.measure.value, f.group.value): (f.low, f.high)
        for f in figures
    }
    made: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for key, (low, high) in told.items():
        for axis, column in {rule[:2] for rule in PLAIN}:
            parts, absent = plain_parts(told, axis, column, key)
            if parts:
                least = None if any(h is None for _, h in parts) else low - sum(h for _, h in parts)
                most = None if high is None else high - sum(part for part, _ in parts)
                made[axis, *key] = (least, most, absent)
        for column, whole, part in PAIRS:
            cell = swap(key, column, part)
            if key[ORDER.index(column)] == whole and cell in told:
                one, more = told[cell]
                ends = None if more is None else low - more, None if high is None else high - one
                made["within", *key, part] = (*ends, set())
    return made


def compared(figures: Iterable[Figure]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Give the same of the check itself."""
    found_ = results(figures)
    return {key: (row["residual_low"], row["residual_high"], set(row["absent"])) for key, row in found_.items()}


@given(worlds(inclusions=False))
def test_the_check_equals_plain_recursion(world: World) -> None:
    """Every balance there is and no other, with its residual and what is absent: with bounds, gaps and torn numbers."""
    assert compared(world.figures) == plain_check(world.figures)


@given(broken_worlds(bounds=True, gaps=True))
def test_the_check_of_a_broken_world_equals_plain_recursion(broken: Broken) -> None:
    """Where a number is wrong too."""
    assert compared(broken.after.figures) == plain_check(broken.after.figures)


def holds(row: Row, number: int) -> bool:
    """Whether a residual may be this number."""
    low, high = row["residual_low"], row["residual_high"]
    return (low is None or low <= number) and (high is None or number <= high)


@given(worlds())
def test_the_residual_holds_what_happened(world: World) -> None:
    """Where all parts are there, nobody is missing; where some are absent, those who were counted there are."""
    told = {Cell.of(figure): figure for figure in world.figures if Cell.of(figure) in world.truth}
    including = any(figure.includes for figure in world.figures)

    for row in results(world).values():
        if (total := cell_of(row)) not in world.truth:
            continue
        if row["axis"] == "within":
            part = part_cell(row, row["parts"][0])
            if not (told[total].includes or told[part].includes):
                assert holds(row, world.truth[total] - world.truth[part])
        elif not row["absent"]:
            assert holds(row, 0)
        elif not including:
            assert holds(row, sum(world.truth[part_cell(row, part)] for part in row["absent"]))


@given(broken_worlds())
def test_a_broken_number_is_found_and_nothing_else(broken: Broken) -> None:
    """In a world where everything is reported, exactly the balances of the moved number fail, by that much."""
    failing = {key: row for key, row in results(broken.after).items() if row["verdict"] != "balanced"}
    expected = {}
    for key, row in results(broken.before).items():
        if row["axis"] != "within":
            if cell_of(row) == broken.cell:
                expected[key] = broken.by
            elif broken.cell in {part_cell(row, part) for part in row["parts"]}:
                expected[key] = -broken.by

    sums = {key: row for key, row in failing.items() if row["axis"] != "within"}
    assert {key: row["residual_low"] for key, row in sums.items()} == expected
    assert all(row["residual_low"] == row["residual_high"] for row in sums.values())
    assert {key: row["verdict"] for key, row in sums.items()} == {
        k: "short" if by > 0 else "over" for k, by in expected.items()
    }
    for row in failing.values():  # a part larger than its whole: one of the two was moved
        if row["axis"] == "within":
            assert broken.cell in {cell_of(row), part_cell(row, row["parts"][0])}


@given(broken_worlds(bounds=True, gaps=True))
def test_a_nudge_moves_exactly_its_residuals(broken: Broken) -> None:
    """Whatever is absent or bounded: the residuals that the number takes part in move by that much, and no other does."""
    before, after = results(broken.before), results(broken.after)
    one = broken.before.figures[broken.place]
    two = broken.after.figures[broken.place]
    up = two.low - one.low
    down = None if one.high is None or two.high is None else two.high - one.high
    assert {up, down} <= {broken.by, 0, None}

    assert before.keys() == after.keys()
    for key, row in before.items():
        is_total = cell_of(row) == broken.cell
        is_part = broken.cell in {part_cell(row, part) for part in row["parts"]}
        low = (up if is_total else 0) - ((down or 0) if is_part else 0)
        high = ((down or 0) if is_total else 0) - (up if is_part else 0)
        moved = after[key]
        assert moved["residual_low"] == (None if row["residual_low"] is None else row["residual_low"] + low)
        assert moved["residual_high"] == (None if row["residual_high"] is None else row["residual_high"] + high)


@given(worlds(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_order_and_chunks_do_not_matter(world: World, rng: random.Random, chunks: int) -> None:
    """The same rows in another order, or in pieces, give the same result."""
    table = to_arrow(Figure, world.figures)
    places = list(range(len(world.figures)))
    rng.shuffle(places)
    shuffled = table.take(places)
    size = max(1, -(-len(places) // chunks))
    pieces = pa.concat_tables([shuffled.slice(start, size) for start in range(0, len(places), size)] or [shuffled])

    plain = balance(table.to_reader()).to_arrow()
    assert balance(pieces.to_reader()).to_arrow().equals(plain)
    assert balance(world.figures).to_arrow().equals(plain)


def plain_zero(figure: Figure) -> bool:
    """Whether a figure says none, exactly, and of the cell alone."""
    return figure.low == figure.high == 0 and not figure.includes


@given(worlds(), st.data())
def test_an_optional_part_of_zero_never_changes_a_verdict(world: World, data: st.DataObject) -> None:
    """It is as if it had not been named."""
    told = {Cell.of(figure): figure for figure in world.figures}
    optional = {
        cell
        for one in world.truth
        for cell in (one, attrs.evolve(one, group=Group.PEACE_COMMITTEE))
        if cell.group is Group.PEACE_COMMITTEE or cell.area in {Area.ISLAMABAD, Area.GILGIT_BALTISTAN}
    }
    zeros = [cell for cell in sorted(optional) if not world.truth.get(cell) and (cell not in told or plain_zero(told[cell]))]
    assume(zeros)
    cell = data.draw(st.sampled_from(zeros))
    others = [figure for figure in world.figures if Cell.of(figure) != cell]
    zero = attrs.evolve(
        world.figures[0],
        **{name: getattr(cell, name) for name in ORDER[1:]},
        value=0,
        bound=Bound.EXACT,
        low=0,
        high=0,
        includes=(),
        marks=(),
        caveats=(),
    )
    before, after = results(others), results([*others, zero])

    axis = Axis.GROUPS if cell.group is Group.PEACE_COMMITTEE else Axis.AREAS
    for key, row in before.items():
        if row["axis"] == axis:
            assert [after[key][name] for name in ("verdict", "residual_low", "residual_high", "absent")] == [
                row[name] for name in ("verdict", "residual_low", "residual_high", "absent")
            ]
    for key in after.keys() - before.keys():
        assert after[key]["verdict"] in {Verdict.PARTIAL, Verdict.OPEN, Verdict.BALANCED}
