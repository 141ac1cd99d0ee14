"""Made-up rows of all that the check reads, and what the check of rows at hand says of them in the columns for a frame."""

import random
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

import pyarrow as pa

import conflictdata as cd
from conflictdata.structure import Structure

NUMBERS = ("low", "high", "parts", "absent", "residual_low", "residual_high")
_WORDED = {  # the wording of the check of rows at hand, and the fixed text of the check on frames
    r"unknown (\w+) .*": r"unknown \1",
    r"(value|low|high) .* is negative": r"\1 is negative",
    r"(value|low|high) .* is not a whole number": r"\1 is not a whole number",
    r"(value|low|high) .* is larger than .*": r"\1 is too large",
    r"value .* is not what low and high leave, .*": "value is not what low and high leave",
    r"high .* lies below low .*": "high lies below low",
    r"(\w+): .*": r"\1 is not a period",
    r"includes what is not known: .*": "includes what is not known",
    r"subset .* is neither true nor false": "subset is neither true nor false",
    r"rests on a row that cannot be used: .*": "rests on a row that cannot be used",
}

Rows = Counter[tuple[Any, ...]]


class Shape(NamedTuple):
    """What rows are about.

    Attributes:
        structure: What adds up to what.
        codes: What may stand in each column of the cell.
        includes: The codes that a count may include; empty if there is no such column.
        subsets: Whether rows may count a part of a cell.
    """

    structure: Structure
    codes: dict[str, tuple[str | None, ...]]
    includes: tuple[str, ...] = ()
    subsets: bool = False


def _sum(axis: str, column: str, whole: str, *required: str, **more: Any) -> dict[str, Any]:
    return {"axis": axis, "column": column, "whole": whole, "required": list(required), **more}


def _spans(column: str, *, runs: bool) -> list[dict[str, Any]]:
    kinds = ("year", "half", "quarter", "month")
    rules = [_sum("time", column, whole, part, calendar=True) for whole, part in pairwise(kinds)]
    return [*rules, _sum("time", column, "months", *kinds, calendar=True)] if runs else rules


_SIDES = _sum("actors", "actor", "all", "state", "rebels", optional=["others"])
_NESTED: list[dict[str, Any]] = [
    _SIDES,
    _sum("actors", "actor", "state", "army", "police"),
    _sum("actors", "actor", "others", "east", "west", only={"country": ["X", "Y"]}),
]
_YEAR = ("2020", "2020-H1", "2020-H2", *(f"2020-Q{n}" for n in (1, 2, 3, 4)), *(f"2020-{n:02}" for n in range(1, 13)))
_WRITTEN = (
    "2020-01/2020-03",
    "2020-Q3/2020-Q4",
    "2020-01-01/2020-12-31",
    "2020-02-02/2020-03-04",
    "2020-13",
    "2020-03/2020-01",
)
SHAPES = {
    "sums": Shape(
        Structure.of({"sum": [_SIDES], "aside": {"actor": ["unknown"], "country": ["Q"]}, "subsets": False}),
        {
            "country": ("X", "Y", "Z", "Q", None, ""),
            "actor": ("all", "state", "rebels", "others", "unknown", None, "", "rebel"),
        },
    ),
    "sums of sums": Shape(
        Structure.of(
            {
                "sum": _NESTED,
                "within": [
                    {"column": "actor", "whole": "all", "parts": ["state", "rebels", "army"]},
                    {"column": "actor", "whole": "state", "parts": ["army"], "only": {"country": ["X"]}},
                ],
            }
        ),
        {
            "country": ("X", "Y", "Z"),
            "actor": ("all", "state", "rebels", "others", "army", "police", "east", "west", "rebel"),
        },
        subsets=True,
    ),
    "inclusions": Shape(
        Structure.of(
            {
                "sum": [*_NESTED, _sum("places", "place", "whole", "north", "south")],
                "within": [{"column": "actor", "whole": "all", "parts": ["state", "rebels", "army"]}],
                "codes": {"actor": ["crowd"]},
            }
        ),
        {
            "country": ("X",),
            "place": ("whole", "north", "south"),
            "actor": ("all", "state", "rebels", "others", "army", "police", "crowd"),
        },
        includes=("all", "state", "rebels", "others", "army", "police", "crowd", "north"),
        subsets=True,
    ),
    "spans": Shape(
        Structure.of(
            {
                "sum": [
                    *_spans("span", runs=False),
                    _sum("actors", "actor", "all", "state", "rebels", until=date(2020, 6, 30), dated="span"),
                    _sum("actors", "actor", "all", "state", since=date(2020, 7, 1), dated="span"),
                ],
                "subsets": False,
            }
        ),
        {"actor": ("all", "state", "rebels"), "span": (*_YEAR, *_WRITTEN)},
    ),
    "runs of months": Shape(
        Structure.of({"sum": _spans("span", runs=True)}),
        {
            "actor": ("all", "state"),
            "span": (*_YEAR[:13], *("2019-11", "2019-12", "2019", "2020-01/2020-09", "2019-11/2020-07", "2020-02/2020-06")),
        },
    ),
}
SHAPES["runs of months, inclusions"] = SHAPES["runs of months"]._replace(
    structure=Structure.of({"sum": _spans("span", runs=True), "codes": {"actor": ["all", "state"]}}),
    includes=("all", "state"),
)
FORMS = ("whole", "float", "decimal", "text", "bound", "range", "all", "all, text", "all, float")
_FLAWS: dict[str, tuple[Any, ...]] = {
    "whole": (None, -1, 10**15 + 1),
    "float": (None, float("nan"), -1.0, -0.5, 2.5, float("inf"), 1e16),
    "decimal": (None, Decimal(-1), Decimal("2.5"), Decimal(10**15 + 1)),
    "text": (None, "", " ", "-1", "2.5", "six", "1e3", "1000000000000001", "9" * 30, "-0.0", " 3.0 ", "007"),
}
_TYPES = {"whole": pa.int64(), "float": pa.float64(), "decimal": pa.decimal128(20, 2), "text": pa.string()}
_BOUNDS = ("exact", "at_least", "at_most", "more_than", "about", None, "", "roughly")


def mixed(shape: Shape, form: str, size: int, seed: int) -> pa.Table:
    """Make rows.

    Args:
        shape: What they are about.
        form: How the numbers stand: one of `FORMS`.
        size: How many.
        seed: The same rows for the same number.

    Returns:
        The rows; most cells stand once, some twice, and some have something wrong with them.
    """
    chance = random.Random(seed)  # noqa: S311  no secret
    cells: list[tuple[str | None, ...]] = []
    rows = []
    for _ in range(size):
        cell = tuple(chance.choice(codes) for codes in shape.codes.values())
        if cell in cells and chance.random() < 0.8:  # noqa: PLR2004  so that few stand twice
            continue
        cells.append(cell)
        row: dict[str, Any] = {**dict(zip(shape.codes, cell, strict=True)), **_number(form, chance)}
        if shape.includes:
            told = " ".join(chance.sample(shape.includes, chance.choice((0, 0, 1, 2))))
            row["includes"] = chance.choice((told, told, told, None)) if chance.random() > 0.03 else f"{told} x"  # noqa: PLR2004
        if shape.subsets:
            row["subset"] = chance.choice((None, False, False, False, False, True))
            row["id"] = chance.choice((None, "one", "two"))
        rows.append(row)
    ends = _TYPES.get(form.removeprefix("all, "), pa.int64())
    types = {"subset": pa.bool_(), "low": ends, "high": ends, "value": _TYPES.get(form, ends)}
    names = [*shape.codes, *_number(form, chance)]
    names += [*(["includes"] if shape.includes else []), *(["subset", "id"] if shape.subsets else [])]
    return pa.table({name: pa.array([row[name] for row in rows], types.get(name, pa.string())) for name in names})


def _number(form: str, chance: random.Random) -> dict[str, Any]:
    kind = form if form in _TYPES else "whole"
    flawed = chance.random() < 0.06  # noqa: PLR2004  so that few are wrong
    number: Any = chance.choice(_FLAWS[kind]) if flawed else chance.randint(0, 4)
    if not flawed and kind != "whole":
        number = {"float": float, "decimal": Decimal, "text": str}[kind](number)
    if form in _TYPES:
        return {"value": number}
    if form == "bound":
        return {"value": number, "bound": chance.choice(_BOUNDS if chance.random() < 0.2 else _BOUNDS[:3])}  # noqa: PLR2004
    low = number
    high = chance.choice((None, low, low, chance.randint(2, 6)))
    if form == "range":
        return {"low": low, "high": high}
    told = chance.choice((None, low, high, chance.randint(-1, 5)))
    missing, typed = {"all, text": ((None, ""), str), "all, float": ((None, float("nan")), float)}.get(form, ((None,), int))
    made = {"low": low, "high": high, "value": told}
    ends = {name: chance.choice(missing) if number is None else typed(number) for name, number in made.items()}
    return {**ends, "bound": chance.choice((None, None, "", "exact", "at_least", "q"))}


def reasons(told: str) -> set[str]:
    """Give the fixed texts of what is wrong with a cell.

    Args:
        told: What the check of rows at hand says.

    Returns:
        The texts, each once.
    """
    found = set()
    for one in re.split("; (?!write it like)", told):  # which says how a span is written
        forms = [re.sub(form, fixed, one) for form, fixed in _WORDED.items() if re.fullmatch(form, one)]
        found.add(forms[0] if forms else one)
    return found


def lean(rows: Iterable[Any], structure: Structure, **more: Any) -> Rows:
    """Check rows at hand, and give what the check on a frame of them must give.

    Args:
        rows: The rows.
        structure: What adds up to what.
        **more: What else `balance` takes.

    Returns:
        How often each row of the result stands.
    """
    found = cd.balance(rows, structure, **more).to_arrow()
    columns = found.column_names[1 : found.column_names.index("stated")]
    made: Rows = Counter()
    bad = set()  # one for each cell and text, however many rows have it
    for row in found.to_pylist():
        cell = tuple(row[column] for column in columns)
        if row["axis"] is None:
            bad |= {(None, *cell, None, *([None] * len(NUMBERS)), "invalid", why) for why in reasons(row["reason"])}
            continue
        part = row["parts"][0] if row["axis"] == "within" else None
        parts = None if row["reason"] else len(row["parts"])  # of those that can be used there may be others
        counts = {**row, "parts": parts, "absent": len(row["absent"])}
        # what a total rests on is told in full to those who have the rows at hand
        why = None if row["reason"] is None else "rests on a row that cannot be used"
        made[row["axis"], *cell, part, *(counts[name] for name in NUMBERS), row["verdict"], why] += 1
    return made + Counter(bad)


def columns_of(cell: Iterable[str]) -> list[str]:
    """Give the columns of the result for a frame, in order.

    Args:
        cell: Those of the cell.

    Returns:
        Their names.
    """
    return ["axis", *cell, "part", *NUMBERS, "verdict", "reason"]


def rows_of(result: pa.Table, cell: Iterable[str]) -> Rows:
    """Give the rows of the result for a frame.

    Args:
        result: The rows.
        cell: The columns of the cell.

    Returns:
        How often each stands.

    Raises:
        ValueError: If the columns are others than they must be.
    """
    names = columns_of(cell)
    if result.column_names != names:
        raise ValueError(f"columns: {', '.join(result.column_names)}")
    return Counter(tuple(row[name] for name in names) for row in result.to_pylist())
