"""Changes and shares in per cent, of numbers that may be bounds, and which of them a printed per cent allows."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

import attrs

from conflictdata.models import Claim
from conflictdata.values import Interval
from conflictdata.vocabulary import Bound, ClaimKind, Direction, Slip

_HUNDRED = 100
_ABOUT_POINTS = Fraction(2)  # what "about" allows: so many points, or the part of the number printed, whichever is more
_ABOUT_PART = Fraction(1, 20)
_HALF = Fraction(1, 2)
_MOST_PLACES = 9


@attrs.frozen
class Percent:
    """The per cents that some numbers leave open.

    Attributes:
        low: The smallest; None where there is no limit.
        high: The largest; None where there is no limit.
    """

    low: Fraction | None
    high: Fraction | None

    def turned(self) -> "Percent":
        """Give a fall as a positive number, or a rise as a negative one."""
        return Percent(None if self.high is None else -self.high, None if self.low is None else -self.low)

    def text(self, places: int = 1) -> str:
        """Write them: `29.0 %`, `12.5 to 33.3 %` or `50.0 % or more`.

        Args:
            places: How many digits after the point; halves are rounded up.

        Returns:
            The text.
        """
        low, high = (None if end is None else digits(end, places) for end in (self.low, self.high))
        if low and high:
            return f"{low} %" if low == high else f"{low} to {high} %"
        return f"{low} % or more" if low else f"{high} % or less" if high else "any change"


def digits(number: Fraction, places: int) -> str:
    """Write a number with so many digits after the point, halves rounded away from zero."""
    scaled = int(abs(number) * 10**places + _HALF)
    sign = "-" if number < 0 and scaled else ""
    return f"{sign}{Decimal(scaled).scaleb(-places):f}"


def places_of(claim: Claim) -> int:
    """How many digits after the point show whether a printed per cent agrees: one more than it has, one at least."""
    printed = claim.value or Decimal(0)
    return 1 - min(0, int(printed.as_tuple().exponent))


def change(new: Interval, old: Interval) -> Percent | None:
    """Give the change from an old number to a new one, as a percentage of the old.

    Args:
        new: The number after.
        old: The number before.

    Returns:
        The changes that are possible; None if the old number is 0, of which there is no percentage.
    """
    if old.high == 0:
        return None
    low = None if old.high is None else Fraction(new.low - old.high, old.high)
    high = None if new.high is None or old.low == 0 else Fraction(new.high - old.low, old.low)
    return Percent(Fraction(-_HUNDRED) if low is None else low * _HUNDRED, None if high is None else high * _HUNDRED)


def share(part: Interval, whole: Interval) -> Percent | None:
    """Give a part as a percentage of a whole.

    Args:
        part: The part.
        whole: The whole.

    Returns:
        The shares that are possible; None if the whole is 0.
    """
    if whole.high == 0:
        return None
    low = Fraction(0) if whole.high is None else Fraction(part.low, whole.high)
    high = None if part.high is None or whole.low == 0 else Fraction(part.high, whole.low)
    return Percent(low * _HUNDRED, None if high is None else high * _HUNDRED)


@attrs.frozen
class Accepted:
    """The true per cents with which a printed one agrees.

    Attributes:
        low: The smallest.
        high: The largest; None where there is no limit.
        low_open: Whether the smallest itself is left out.
        high_open: Whether the largest itself is left out.
    """

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def of(cls, value: Decimal, bound: Bound, *, signed: bool) -> "Accepted":
        """Say what a printed per cent allows.

        Args:
            value: The number as printed.
            bound: How it was stated.
            signed: Whether it has a direction: a change in the other one, or none, is then never accepted.

        Returns:
            For whole numbers, what rounds or is cut to it; with decimals, what lies within half a unit of the last; for
            `about` two points or 5 per cent of it to each side, whichever is more; for bounds, what lies there.
        """
        printed = Fraction(value)
        match bound:
            case Bound.EXACT:
                unit = Fraction(1, 10 ** max(0, -int(value.as_tuple().exponent)))
                whole = unit == 1
                made = cls(printed - unit * _HALF, printed + (unit if whole else unit * _HALF), high_open=whole)
            case Bound.ABOUT:
                room = max(_ABOUT_POINTS, printed * _ABOUT_PART)
                made = cls(printed - room, printed + room)
            case Bound.AT_LEAST | Bound.MORE_THAN:
                made = cls(printed, None, low_open=bound is Bound.MORE_THAN)
            case Bound.AT_MOST:
                made = cls(Fraction(0), printed)
            case _ as never:
                assert_never(never)
        if made.low > 0 or (made.low == 0 and made.low_open):
            return made
        return attrs.evolve(made, low=Fraction(0), low_open=signed and printed > 0)

    def holds(self, found: Percent) -> bool | None:
        """Say whether per cents are accepted.

        Args:
            found: The per cents that are possible.

        Returns:
            Whether all are, or none is; None where some are.
        """
        if found.high is not None and (found.high < self.low or (found.high == self.low and self.low_open)):
            return False
        if (
            self.high is not None
            and found.low is not None
            and (found.low > self.high or (found.low == self.high and self.high_open))
        ):
            return False
        from_low = found.low is not None and (found.low > self.low or (found.low == self.low and not self.low_open))
        to_high = self.high is None or (
            found.high is not None and (found.high < self.high or (found.high == self.high and not self.high_open))
        )
        return True if from_low and to_high else None

    def places(self, percents: Iterable[Percent], least: int) -> int:
        """Say how many digits after the point show on which side of what is accepted some per cents lie.

        Args:
            percents: The per cents.
            least: How many there are to be in any case.

        Returns:
            So many that none is written as an end of what is accepted that it is not.
        """
        ends = [end for percent in percents for end in (percent.low, percent.high) if end is not None]
        limits = [limit for limit in (self.low, self.high) if limit is not None]
        near = [(end, limit) for end in ends for limit in limits if end != limit]
        places = least
        while places < _MOST_PLACES and any(digits(end, places) == digits(limit, places) for end, limit in near):
            places += 1
        return places

    def __str__(self) -> str:
        """Write it as an interval: `[28.5,30)`, `(33,)`."""
        ends = "" if self.high is None else f"{float(self.high):g}"
        close = ")" if self.high is None or self.high_open else "]"
        return f"{'(' if self.low_open else '['}{float(self.low):g},{ends}{close}"


def accepted_by(claim: Claim) -> Accepted:
    """Say which true per cents agree with a claim of a change or a share.

    Args:
        claim: The claim.

    Returns:
        The per cents, a fall as a positive number.
    """
    return Accepted.of(claim.value or Decimal(0), claim.bound, signed=claim.claim is ClaimKind.PERCENT_CHANGE)


def slips_of(claim: Claim, new: Interval, old: Interval) -> Iterable[Slip]:
    """Find other computations of the same two numbers that give the per cent that a change does not have.

    Args:
        claim: The claim of a change.
        new: The number after.
        old: The number before.

    Yields:
        `later_base` if the change is the printed part of the later number; `remainder` if the later number is the printed
        part of the earlier one, and was printed as the fall; `ratio` the same printed as a rise; `opposite` if the change
        went the other way.
    """
    accepted = accepted_by(claim)
    fall = claim.direction is Direction.DOWN
    of_later, left, plain = change(old, new), share(new, old), change(new, old)
    # Of "more than 5 per cent up", nearly every later number is more than 5 per cent of the earlier: it has to be near too.
    near = Accepted.of(claim.value or Decimal(0), Bound.ABOUT, signed=True)
    ways = (
        (Slip.LATER_BASE, of_later and (of_later if fall else of_later.turned())),
        (Slip.REMAINDER if fall else Slip.RATIO, left),
        (Slip.OPPOSITE, plain and (plain if fall else plain.turned())),
    )
    for slip, percent in ways:
        if percent and accepted.holds(percent) and near.holds(percent):
            yield slip
