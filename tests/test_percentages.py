"""Changes and shares in per cent: the numbers that come out, the printed ones that agree, and the slips between them."""

import itertools
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictdata import Bound, Claim, Direction, Interval, Slip, Source
from conflictdata.percentages import Accepted, Percent, accepted_by, change, digits, places_of, share, slips_of

DAY = date(2025, 11, 1)
PAGE = Source(
    dataset="picss",
    id="own",
    kind="secondary",
    outlet="Dawn",
    url="https://example.org/own",
    published_from=DAY,
    published_to=DAY,
    accessed=date(2026, 11, 22),
    language="en",
)


def claims(value: str, direction: str = "up", bound: str = "exact") -> Claim:
    """Make a claim of a change in per cent, printed like this."""
    return Claim(
        dataset="picss",
        id="c01",
        source=PAGE,
        report_period="2025-10",
        period="2025-10",
        area="PK",
        scope="militant_attacks",
        measure="killed",
        group="total",
        claim="percent_change",
        value=value,
        direction=direction,
        reference_period="2025-09",
        bound=bound,
    )


def exactly(value: int) -> Interval:
    """Give the interval of one number."""
    return Interval(value, value)


@st.composite
def few(draw: st.DrawFn, least: int = 0) -> Interval:
    """Intervals of a few small numbers."""
    low = draw(st.integers(least, 7))
    return Interval(low, low + draw(st.integers(0, 5)))


def numbers(interval: Interval, without: int | None = None) -> Iterable[int]:
    """Walk the numbers of an interval that has an end."""
    assert interval.high is not None
    return (number for number in range(interval.low, interval.high + 1) if number != without)


def changes_of(new: Interval, old: Interval) -> list[Fraction]:
    """Compute each change that two intervals allow, pair by pair; a base of nothing has none."""
    return [Fraction(after - prior, prior) * 100 for prior in numbers(old, without=0) for after in numbers(new)]


def shares_of(part: Interval, whole: Interval) -> list[Fraction]:
    """Compute each share that two intervals allow, pair by pair."""
    return [Fraction(one, all_) * 100 for all_ in numbers(whole, without=0) for one in numbers(part)]


# What the numbers leave open


@given(few(), few(least=1))
def test_the_changes_are_those_of_all_pairs(new: Interval, old: Interval) -> None:
    """Both ends are reached by a pair, and none lies outside."""
    found = changes_of(new, old)

    assert change(new, old) == Percent(min(found), max(found))


@given(few(), few(least=1))
def test_the_shares_are_those_of_all_pairs(part: Interval, whole: Interval) -> None:
    """The same for a part of a whole."""
    found = shares_of(part, whole)

    assert share(part, whole) == Percent(min(found), max(found))


@given(few(), st.integers(1, 6))
def test_a_base_that_may_be_nothing_leaves_the_top_open(new: Interval, high: int) -> None:
    """Nearer to nothing there is no limit; the other end is that of the pairs."""
    old = Interval(0, high)

    assert change(new, old) == Percent(min(changes_of(new, old)), None)
    assert share(new, old) == Percent(min(shares_of(new, old)), None)


@given(st.integers(0, 7), few(least=1))
def test_a_number_without_an_end_leaves_the_top_open(low: int, old: Interval) -> None:
    """So many or more: the bottom is that of the pairs, however far one goes."""
    some = Interval(low, low + 50)

    assert change(Interval(low, None), old) == Percent(min(changes_of(some, old)), None)
    assert share(Interval(low, None), old) == Percent(min(shares_of(some, old)), None)


@given(few(), st.integers(1, 7))
def test_a_base_without_an_end_may_have_lost_all(new: Interval, low: int) -> None:
    """The top is that of the smallest base; below, one comes as near to -100, or to no share, as one likes."""
    some, far = Interval(low, low + 50), exactly(10**9)
    moved, part = change(new, Interval(low, None)), share(new, Interval(low, None))

    assert moved == Percent(Fraction(-100), max(changes_of(new, some)))
    assert part == Percent(Fraction(0), max(shares_of(new, some)))
    assert -100 <= min(changes_of(new, far)) < -100 + Fraction(1, 10**5)
    assert 0 <= min(shares_of(new, far)) < Fraction(1, 10**5)


def test_of_nothing_there_is_no_percentage() -> None:
    """Neither a change nor a share; of what may be nothing or anything, no limit."""
    assert change(exactly(3), exactly(0)) is None
    assert share(exactly(3), exactly(0)) is None
    anything = Interval(0, None)
    assert change(anything, anything) == Percent(Fraction(-100), None)
    assert share(anything, anything) == Percent(Fraction(0), None)


def test_percents_are_written_and_turned() -> None:
    """One number, a span, or one end; a fall turned is a positive number, and its ends change places."""
    half, third = Fraction(50), Fraction(100, 3)
    assert Percent(half, half).text() == "50.0 %"
    assert Percent(third, half).text() == "33.3 to 50.0 %"
    assert Percent(third, third).text(2) == "33.33 %"
    assert Percent(half, None).text() == "50.0 % or more"
    assert Percent(None, half).text() == "50.0 % or less"
    assert Percent(None, None).text() == "any change"
    halves = [(Fraction(1125, 100), 1), (Fraction(-1125, 100), 1), (Fraction(-4, 100), 1), (Fraction(15315, 1000), 3)]
    assert [digits(number, places) for number, places in halves] == ["11.3", "-11.3", "0.0", "15.315"]
    assert [places_of(claims(printed)) for printed in ("29", "0", "15.3", "15.31")] == [1, 1, 2, 3]
    assert Percent(-half, third).turned() == Percent(-third, half)
    assert Percent(-half, None).turned() == Percent(None, half)
    assert Percent(None, half).turned() == Percent(-half, None)


# Which printed numbers agree


def half_up(x: Fraction) -> int:
    """Round a positive number, halves up."""
    return (2 * x.numerator + x.denominator) // (2 * x.denominator)


def half_down(x: Fraction) -> int:
    """Round a positive number, halves down."""
    return -((x.denominator - 2 * x.numerator) // (2 * x.denominator))


def moved(new: int, old: int) -> Fraction:
    """Compute a change."""
    return Fraction(100 * new, old) - 100


def agrees(printed: str, x: Fraction, bound: str = "exact", *, signed: bool = True) -> bool | None:
    """Ask the code whether one true number agrees with a printed one."""
    return Accepted.of(Decimal(printed), Bound(bound), signed=signed).holds(Percent(x, x))


def test_a_whole_number_is_one_that_rounding_or_cutting_gives() -> None:
    """For all small pairs and all numbers near: rounded half up, half to even, or cut; a fall is never a rise."""
    seen = {True: 0, False: 0}
    for old, new in itertools.product(range(1, 41), range(90)):
        x = moved(new, old)
        size = abs(x)
        given = {half_up(size), round(size), int(size)}
        for printed in range(max(1, int(size) - 2), int(size) + 4):
            for way in (1, -1):
                expected = way * x > 0 and printed in given
                assert agrees(str(printed), way * x) is expected, (old, new, printed, way)
                seen[expected] += 1
    assert min(seen.values()) > 1000


@given(st.integers(1, 3), st.integers(1, 400), st.integers(0, 1200), st.integers(-2, 2))
def test_a_number_with_decimals_is_within_half_a_unit(places: int, old: int, new: int, off: int) -> None:
    """Of the last digit, both ends taken in: it is rounded, halves up or down; nothing is cut."""
    size = abs(moved(new, old)) * 10**places
    last = max(1, half_up(size) + off)
    printed = f"{last // 10**places}.{last % 10**places:0{places}}"
    expected = last in {half_up(size), half_down(size)} and new != old

    assert agrees(printed, abs(moved(new, old))) is expected


@pytest.mark.parametrize(
    ("printed", "bound", "yes", "no"),
    [
        ("29", "exact", ["28.5", "29", "29.999"], ["28.499", "30", "-29"]),
        ("1", "exact", ["0.5", "1.999"], ["0.499", "0", "2", "-1"]),
        ("15.3", "exact", ["15.25", "15.35"], ["15.249", "15.351"]),
        ("15.0", "exact", ["14.95", "15.05"], ["14.5", "15.9"]),
        ("33", "about", ["31", "35"], ["30.999", "35.001", "-33"]),
        ("40", "about", ["38", "42"], ["37.999", "42.001"]),
        ("49", "about", ["46.55", "51.45"], ["46.549", "51.451"]),
        ("200", "about", ["190", "210"], ["189.999", "210.001"]),
        ("1", "about", ["0.001", "3"], ["0", "-0.5", "3.001"]),
        ("2", "about", ["0.001", "4"], ["0", "-1"]),
        ("33", "at_least", ["33", "5000"], ["32.999", "-33", "-50"]),
        ("33", "more_than", ["33.001", "5000"], ["33", "-50"]),
        ("33", "at_most", ["33", "0.001"], ["33.001", "0", "-20"]),
        ("0", "exact", ["0", "0.999"], ["1", "-0.001"]),
        ("0", "more_than", ["0.001"], ["0", "-1"]),
    ],
)
def test_what_a_printed_change_allows(printed: str, bound: str, yes: list[str], no: list[str]) -> None:
    """By hand, at each end and just beyond it; a change in the other direction never agrees."""
    assert [agrees(printed, Fraction(x), bound) for x in yes] == [True] * len(yes)
    assert [agrees(printed, Fraction(x), bound) for x in no] == [False] * len(no)


def test_a_share_has_no_direction() -> None:
    """A share of nothing agrees with at most so much, and with about 1; a change of nothing does with neither."""
    nothing = Fraction(0)
    for bound, printed in (("at_most", "33"), ("about", "1")):
        assert agrees(printed, nothing, bound, signed=False) is True
        assert agrees(printed, nothing, bound) is False
    assert agrees("0", Fraction(1, 2), signed=False) is True


@given(st.integers(0, 400), st.sampled_from(Bound), st.booleans(), st.integers(-900, 900), st.integers(0, 120))
def test_a_span_is_held_if_all_of_it_is_and_refused_if_none_is(
    quarters: int, bound: Bound, signed: Any, low: int, wide: int
) -> None:
    """Of spans with ends on quarters: as brute force over eighths says, the ends reached; it is open if some are."""
    value = Decimal(quarters // 4) if quarters % 2 else Decimal(quarters) / 4
    accepted = Accepted.of(value, bound, signed=signed)
    span = Percent(Fraction(low, 4), Fraction(low + wide, 4))
    points = [Fraction(2 * low + step, 8) for step in range(2 * wide + 1)]
    answers = {accepted.holds(Percent(x, x)) for x in points}

    assert accepted.holds(span) is (answers.pop() if len(answers) == 1 else None)


@given(st.integers(0, 60), st.sampled_from(Bound), st.integers(-400, 400))
def test_a_span_without_an_end_goes_on(value: int, bound: Bound, end: int) -> None:
    """It is held or refused as a far longer one is."""
    accepted = Accepted.of(Decimal(value), bound, signed=True)
    x, far = Fraction(end, 4), Fraction(10**6)

    above = accepted.holds(Percent(x, None))
    assert above is (accepted.holds(Percent(x, far)) if bound not in {Bound.AT_LEAST, Bound.MORE_THAN} else above)
    assert accepted.holds(Percent(None, x)) is accepted.holds(Percent(-far, x))
    assert accepted.holds(Percent(None, None)) is None
    if bound in {Bound.AT_LEAST, Bound.MORE_THAN}:
        assert above is (True if agrees(str(value), x, bound.value) else None)


@given(few(), few(least=1), st.integers(1, 200), st.sampled_from(Bound), st.sampled_from(["up", "down"]))
def test_bounded_numbers_decide_if_all_pairs_agree(
    new: Interval, old: Interval, printed: int, bound: Bound, direction: str
) -> None:
    """A claim is held if and only if every pair of numbers agrees; it is refused only if none does."""
    accepted = accepted_by(claims(str(printed), direction, bound.value))
    way = 1 if direction == "up" else -1
    found = change(new, old)
    assert found is not None
    said = accepted.holds(found if way > 0 else found.turned())
    each = [bool(accepted.holds(Percent(way * x, way * x))) for x in changes_of(new, old)]

    assert (said is True) == all(each)
    assert said is not False or not any(each)
    if old.low == old.high and new.low == new.high:
        assert said is each[0]


def test_what_is_accepted_is_written_as_an_interval() -> None:
    """Round where an end is left out, square where it is taken in."""
    written = {
        ("29", "exact"): "[28.5,30)",
        ("15.31", "exact"): "[15.305,15.315]",
        ("33", "about"): "[31,35]",
        ("33", "at_least"): "[33,)",
        ("33", "more_than"): "(33,)",
        ("33", "at_most"): "(0,33]",
    }
    assert {key: str(accepted_by(claims(key[0], bound=key[1]))) for key in written} == written


# Slips


@pytest.mark.parametrize(
    ("old", "new", "printed", "direction", "slips"),
    [
        (50, 75, "33", "up", [Slip.LATER_BASE]),
        (49, 73, "33", "up", [Slip.LATER_BASE]),
        (26, 34, "24", "up", [Slip.LATER_BASE]),
        (75, 50, "50", "down", [Slip.LATER_BASE]),
        (40, 10, "300", "down", [Slip.LATER_BASE]),
        (36, 42, "15", "up", []),
        (24, 13, "54", "down", [Slip.REMAINDER]),
        (79, 30, "38", "down", [Slip.REMAINDER]),
        (3, 12, "400", "up", [Slip.RATIO]),
        (414, 198, "109", "down", [Slip.LATER_BASE]),
        (414, 198, "110", "down", []),
        (50, 75, "50", "down", [Slip.OPPOSITE]),
        (75, 50, "33", "up", [Slip.OPPOSITE]),
        (20, 20, "100", "up", [Slip.RATIO]),
        (15, 29, "83", "up", []),
        (10, 0, "50", "down", []),
    ],
)
def test_slips_by_hand(old: int, new: int, printed: str, direction: str, slips: list[Slip]) -> None:
    """The known cases and their mirror images."""
    assert list(slips_of(claims(printed, direction), exactly(new), exactly(old))) == slips


@given(st.integers(1, 300), st.integers(0, 300), st.integers(1, 400), st.sampled_from(Direction), st.data())
def test_a_slip_is_named_if_and_only_if_it_gives_the_printed_number(
    old: int, new: int, printed: int, direction: Direction, data: st.DataObject
) -> None:
    """Each other computation, rounded or cut; often the printed number is chosen to be one of them."""
    way = 1 if direction is Direction.UP else -1
    fits = {
        Slip.LATER_BASE: Fraction(way * 100 * (new - old), new) if new else None,
        Slip.REMAINDER if way < 0 else Slip.RATIO: Fraction(100 * new, old),
        Slip.OPPOSITE: -way * moved(new, old),
    }
    near = [int(x) for x in fits.values() if x is not None and x >= 1]
    printed = data.draw(st.sampled_from([printed, *near]))
    expected = {slip for slip, x in fits.items() if x is not None and x > 0 and printed in {half_up(x), round(x), int(x)}}

    found = list(slips_of(claims(str(printed), direction.value), exactly(new), exactly(old)))
    assert set(found) == expected
    assert len(found) == len(expected)


@given(st.integers(1, 300), st.integers(1, 300))
def test_the_change_on_the_later_base_is_always_found(old: int, new: int) -> None:
    """Whatever the numbers: rounded or cut, of a rise or a fall."""
    x = Fraction(100 * abs(new - old), new)
    direction = "up" if new > old else "down"
    for printed in {half_up(x), int(x)} - {0}:
        assert Slip.LATER_BASE in slips_of(claims(str(printed), direction), exactly(new), exactly(old))


@given(st.integers(1, 300), st.integers(1, 300))
def test_a_remainder_and_a_ratio_are_always_found(old: int, new: int) -> None:
    """The later number as a part of the earlier: printed as a fall it is a remainder, printed as a rise a ratio."""
    for printed in {half_up(Fraction(100 * new, old)), 100 * new // old} - {0}:
        assert Slip.REMAINDER in slips_of(claims(str(printed), "down"), exactly(new), exactly(old))
        assert Slip.RATIO in slips_of(claims(str(printed), "up"), exactly(new), exactly(old))


def test_a_slip_of_bounded_numbers_needs_all_of_them() -> None:
    """75 or 76 from 50 both give 33 on the later base; 75 to 90 do not. Of nothing there is no slip on the later base."""
    found: Any = [list(slips_of(claims("33"), Interval(75, high), exactly(50))) for high in (75, 76, 90, None)]

    assert found == [[Slip.LATER_BASE], [], [], []]
    assert list(slips_of(claims("34", bound="about"), Interval(75, 76), exactly(50))) == [Slip.LATER_BASE]
    assert list(slips_of(claims("50"), exactly(0), exactly(10))) == []


@pytest.mark.parametrize(
    ("old", "new", "printed", "direction", "bound", "slips"),
    [
        (100, 130, "40", "up", "more_than", []),
        (100, 104, "5", "up", "at_least", []),
        (3, 12, "390", "up", "more_than", [Slip.RATIO]),
        (3, 12, "390", "up", "at_least", [Slip.RATIO]),
        (100, 60, "45", "down", "more_than", []),
        (100, 60, "65", "down", "more_than", [Slip.LATER_BASE]),
        (1000, 405, "61", "down", "at_least", []),
        (100, 61, "62", "down", "at_least", [Slip.LATER_BASE]),
        (100, 61, "60", "down", "more_than", [Slip.REMAINDER]),
        (100, 20, "50", "down", "at_most", []),
        (100, 49, "50", "down", "at_most", [Slip.REMAINDER]),
        (50, 75, "35", "up", "at_most", [Slip.LATER_BASE]),
        (414, 198, "110", "down", "more_than", []),
        (100, 30, "50", "up", "more_than", []),
        (100, 49, "50", "up", "more_than", [Slip.OPPOSITE]),
    ],
)
def test_slips_of_printed_bounds(old: int, new: int, printed: str, direction: str, bound: str, slips: list[Slip]) -> None:
    """The later number is nearly always more than some per cent of the earlier: only near the printed one it is a slip."""
    assert list(slips_of(claims(printed, direction, bound), exactly(new), exactly(old))) == slips
