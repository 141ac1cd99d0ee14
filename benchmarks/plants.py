"""What is planted into the figures of a country that is made up, and what the check must say of each: data for `planted`.

A plant is a cell of its own: the rows that stand in it, and the rows of the result that they must give.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

import attrs
import numpy as np

WHOLE = "all"
REQUIRED = ("state", "rebels", "civilians")
OPTIONAL = ("others",)
STRANGER = "police"  # an actor that the structure does not name
CELL = ("country", "area", "month")
STRUCTURE: dict[str, Any] = {
    "sum": [
        {"axis": "actors", "column": "actor", "whole": WHOLE, "required": list(REQUIRED), "optional": list(OPTIONAL)},
    ],
    "subsets": False,
}
TOO_LARGE = 10**15 + 1


class Numbers(StrEnum):
    """How the numbers of a table stand in it."""

    EXACT = "exact"
    BOUND = "bound"
    RANGE = "range"


class Base(NamedTuple):
    """The counts of some cells, by actor, and a number from 1 to 9 by which a plant may be off; no count is smaller.

    Attributes:
        state: Of the state.
        rebels: Of rebels.
        civilians: Of civilians.
        others: Of others.
        by: By how much to be off.
    """

    state: np.ndarray
    rebels: np.ndarray
    civilians: np.ndarray
    others: np.ndarray
    by: np.ndarray

    @property
    def three(self) -> np.ndarray:
        """The sum of the required parts."""
        made: np.ndarray = self.state + self.rebels + self.civilians
        return made


Count = Callable[[Base], "np.ndarray | float | None"]


@attrs.frozen
class Row:
    """A row of a plant.

    Attributes:
        actor: Its actor.
        number: Its number; None gives none.
        bound: How that is stated.
        low: Where the numbers stand as low and high, the low end, if it is not what number and bound leave.
        high: The same for the high end.
        lost: The column whose code is missing.
    """

    actor: str
    number: Count
    bound: str | None = "exact"
    low: Count | None = None
    high: Count | None = None
    lost: str | None = None


@attrs.frozen
class Plant:
    """A cell, and what the check must say of it.

    Attributes:
        name: What is planted.
        rows: The rows of the cell.
        verdict: The verdict on its total; None if it has none.
        parts: How many parts are added.
        absent: How many required parts are not there.
        residual: The ends of the difference; None where there is no limit.
        faults: The actor, the column that is lost, and the reason of each row that cannot be used.
        numbers: How the numbers may stand; all ways by default.
        whole: Whether whole numbers can hold it.
    """

    name: str
    rows: tuple[Row, ...]
    verdict: str | None = None
    parts: int = 3
    absent: int = 0
    residual: tuple[Count | None, Count | None] = (None, None)
    faults: tuple[tuple[str, str | None, str], ...] = ()
    numbers: tuple[Numbers, ...] = tuple(Numbers)
    whole: bool = True


BOUNDS = (Numbers.BOUND, Numbers.RANGE)
RESTS = "rests on a row that cannot be used"
TWICE = "stands more than once"
_COUNTS: dict[str, Count] = {
    WHOLE: lambda n: n.three,
    "state": lambda n: n.state,
    "rebels": lambda n: n.rebels,
    "civilians": lambda n: n.civilians,
    "others": lambda n: n.others,
}


def _none(_: Base) -> float:
    return 0


def row(actor: str, number: Count | None = None, bound: str | None = "exact", **more: Any) -> Row:
    """Make a row of a plant: with the count of its actor, unless another one is given."""
    return Row(actor, number or _COUNTS[actor], bound, **more)


def sound(*changed: Row, left_out: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """Make the rows of a cell that balances, but for some that are changed, added or left out."""
    new = {r.actor for r in changed}
    kept = [row(actor) for actor in (WHOLE, *REQUIRED) if actor not in new and actor not in left_out]
    return (*changed, *kept)


def _sums() -> list[Plant]:
    """Give totals that do or do not equal their parts, with exact numbers."""
    both = row("others")
    return [
        Plant("short", sound(row(WHOLE, lambda n: n.three + n.by)), "short", residual=(_by, _by)),
        Plant("over", sound(row(WHOLE, lambda n: n.three - n.by)), "over", residual=(_less, _less)),
        Plant(
            "short with an optional part",
            sound(row(WHOLE, lambda n: n.three + n.others + n.by), both),
            "short",
            parts=4,
            residual=(_by, _by),
        ),
        Plant("over by an optional part", sound(both), "over", parts=4, residual=((lambda n: -n.others),) * 2),
        Plant(
            "one part absent",
            sound(left_out=("civilians",)),
            "partial",
            parts=2,
            absent=1,
            residual=(_COUNTS["civilians"],) * 2,
        ),
        Plant(
            "two parts absent",
            sound(left_out=("state", "civilians")),
            "partial",
            parts=1,
            absent=2,
            residual=((lambda n: n.state + n.civilians),) * 2,
        ),
        Plant(
            "one part absent, nothing left for it",
            sound(row(WHOLE, lambda n: n.rebels + n.civilians), left_out=("state",)),
            "partial",
            parts=2,
            absent=1,
            residual=(_none, _none),
        ),
        Plant(
            "an optional part alone",
            sound(row(WHOLE, lambda n: n.three + n.others), both, left_out=REQUIRED),
            "partial",
            parts=1,
            absent=3,
            residual=(lambda n: n.three,) * 2,
        ),
        Plant(
            "over though a part is absent",
            sound(row(WHOLE, lambda n: n.state + n.rebels - n.by), left_out=("civilians",)),
            "over",
            parts=2,
            absent=1,
            residual=(_less, _less),
        ),
        Plant("a total without parts", sound(left_out=REQUIRED)),
        Plant("parts without a total", sound(left_out=(WHOLE,))),
        Plant("an optional part of nothing", sound(row("others", _none)), "balanced", parts=4, residual=(_none, _none)),
        Plant(
            "all parts of nothing",
            tuple(row(actor, _none) for actor in (WHOLE, *REQUIRED)),
            "balanced",
            residual=(_none, _none),
        ),
    ]


def _by(n: Base) -> np.ndarray:
    return n.by


def _less(n: Base) -> np.ndarray:
    made: np.ndarray = -n.by
    return made


def _bounds() -> list[Plant]:
    """Give totals and parts whose numbers are bounds."""
    two = sound(row(WHOLE, lambda n: n.state + n.rebels), row("civilians", _none, "at_most"))
    made = [
        Plant("a bound that leaves nothing", two, "balanced", residual=(_none, _none)),
        Plant(
            "an optional part of at most nothing",
            sound(row("others", _none, "at_most")),
            "balanced",
            parts=4,
            residual=(_none, _none),
        ),
        Plant("a part of at least", sound(row("state", bound="at_least")), "open", residual=(None, _none)),
        Plant(
            "a part of at least, and room",
            sound(row(WHOLE, lambda n: n.three + n.by), row("state", bound="at_least")),
            "open",
            residual=(None, _by),
        ),
        Plant(
            "a part of at least that is too much",
            sound(row(WHOLE, lambda n: n.three - n.by), row("state", bound="at_least")),
            "over",
            residual=(None, _less),
        ),
        Plant("a part of about", sound(row("rebels", bound="about")), "open", residual=(None, _COUNTS["rebels"])),
        Plant("a part of at most", sound(row("civilians", bound="at_most")), "open", residual=(_none, _COUNTS["civilians"])),
        Plant(
            "a part of at most that is too little",
            sound(row(WHOLE, lambda n: n.three + n.by), row("civilians", bound="at_most")),
            "short",
            residual=(_by, lambda n: n.by + n.civilians),
        ),
        Plant("a total of about", sound(row(WHOLE, bound="about")), "open", residual=(lambda n: -n.three, None)),
        Plant("a total of at least", sound(row(WHOLE, bound="at_least")), "open", residual=(_none, None)),
        Plant("a total of more than", sound(row(WHOLE, bound="more_than")), "short", residual=(lambda _: 1, None)),
        Plant(
            "a total of at most",
            sound(row(WHOLE, lambda n: n.three + n.by, "at_most")),
            "open",
            residual=(lambda n: -n.three, _by),
        ),
        Plant(
            "a total of at most that is too little",
            sound(row(WHOLE, lambda n: n.three - n.by, "at_most")),
            "over",
            residual=(lambda n: -n.three, _less),
        ),
        Plant(
            "a total of at least, a part absent",
            sound(row(WHOLE, lambda n: n.state + n.rebels, "at_least"), left_out=("civilians",)),
            "partial",
            parts=2,
            absent=1,
            residual=(_none, None),
        ),
        Plant(
            "a total of at most, a part absent",
            sound(row(WHOLE, bound="at_most"), left_out=("civilians",)),
            "open",
            parts=2,
            absent=1,
            residual=(lambda n: -n.state - n.rebels, _COUNTS["civilians"]),
        ),
    ]
    return [attrs.evolve(plant, numbers=BOUNDS) for plant in made]


def _ranges() -> list[Plant]:
    """Give totals and parts that stand as low and high alone."""
    made = [
        Plant(
            "a total from the sum up",
            sound(row(WHOLE, high=lambda n: n.three + n.by)),
            "open",
            residual=(_none, _by),
        ),
        Plant(
            "a total from above the sum up",
            sound(row(WHOLE, low=lambda n: n.three + 1, high=lambda n: n.three + n.by)),
            "short",
            residual=(lambda _: 1, _by),
        ),
        Plant(
            "a part that is a range",
            sound(row("state", high=lambda n: n.state + n.by)),
            "open",
            residual=(_less, _none),
        ),
    ]
    return [attrs.evolve(plant, numbers=(Numbers.RANGE,)) for plant in made]


def _unusable() -> list[Plant]:
    """Give rows that cannot be used, as totals and as parts."""
    made = []
    for actor in (WHOLE, "rebels", "others"):
        for name, bad, whole, numbers in _numbers(actor):
            made.append(_broken(f"{name}: {actor}", bad, name, whole=whole, numbers=numbers))
        same = (row(actor), row(actor))
        made += [
            _broken(f"{TWICE}: {actor}", same, TWICE),
            _broken(f"{TWICE}, another number: {actor}", (*same, row(actor, lambda n: n.by)), TWICE),
        ]
        for other, word in ((row(actor), "sound"), (row(actor, _less, low=_less), "so too")):
            both = attrs.evolve(made[-1], name=f"negative, and a second row that is {word}: {actor}")
            for numbers, end in (((Numbers.EXACT, Numbers.BOUND), "value"), ((Numbers.RANGE,), "low")):
                faults = tuple((actor, None, reason) for reason in (f"{end} is negative", TWICE))
                rows = sound(row(actor, _less, low=_less), other)
                made.append(attrs.evolve(both, rows=rows, faults=faults, numbers=numbers))
    made.append(
        Plant(
            "unknown actor",
            (*sound(), row(STRANGER, _by)),
            "balanced",
            residual=(_none, _none),
            faults=((STRANGER, None, "unknown actor"),),
        )
    )
    for column in (*CELL, "actor"):
        reason = f"{column} is missing"
        made += [
            Plant(f"{reason}: {WHOLE}", sound(row(WHOLE, lost=column)), faults=((WHOLE, column, reason),)),
            Plant(
                f"{reason}: rebels",
                sound(row("rebels", lost=column)),
                "partial",
                parts=2,
                absent=1,
                residual=(_COUNTS["rebels"],) * 2,
                faults=(("rebels", column, reason),),
            ),
        ]
    return made


def _numbers(actor: str) -> list[tuple[str, tuple[Row, ...], bool, tuple[Numbers, ...]]]:
    """Give rows of an actor whose number cannot be used: what is wrong, the rows, if they are whole, where they stand."""
    made: list[tuple[str, tuple[Row, ...], bool, tuple[Numbers, ...]]] = []
    wrong: dict[str, tuple[Count, bool]] = {
        "is missing": (lambda _: None, True),
        "is negative": (_less, True),
        "is too large": (lambda _: TOO_LARGE, True),
        "is not a whole number": (lambda n: n.by + 0.5, False),
    }
    for problem, (number, whole) in wrong.items():
        made.append((f"value {problem}", (row(actor, number),), whole, (Numbers.EXACT, Numbers.BOUND)))
        ends = (row(actor, low=number, high=lambda _: TOO_LARGE - 1),)
        if problem == "is too large":
            ends = (row(actor, low=number, high=lambda _: None),)
        made.append((f"low {problem}", ends, whole, (Numbers.RANGE,)))
        if problem != "is missing":  # then it has no limit
            made.append((f"high {problem}", (row(actor, low=_none, high=number),), whole, (Numbers.RANGE,)))
    below = (row(actor, low=_by, high=lambda n: n.by - 1),)
    made += [
        ("high lies below low", below, True, (Numbers.RANGE,)),
        ("unknown bound", (row(actor, bound="circa"),), True, (Numbers.BOUND,)),
    ]
    return made


def _broken(name: str, bad: tuple[Row, ...], reason: str, **more: Any) -> Plant:
    """Make a cell with rows that cannot be used: a total on which they lie has no finding, one beside them rests on them."""
    actor = bad[0].actor
    fault = ((actor, None, reason),)
    if actor == WHOLE:
        return Plant(name, sound(*bad), faults=fault, **more)
    return Plant(name, sound(*bad), "invalid", parts=3 - (actor in REQUIRED), faults=fault, **more)


PLANTS = (*_sums(), *_bounds(), *_ranges(), *_unusable())
