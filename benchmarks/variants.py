"""Small tables of what `planted` leaves out: parts that replace a part, spans, what a count includes, counts of pieces.

Each case is a handful of rows and the rows that the check must give for them, written out; a table holds copies of all the
cases of a variant, each in a land of its own.
"""

from typing import Any, NamedTuple

import pyarrow as pa

from benchmarks.plants import RESTS, TWICE

_NUMBERS = ("low", "high", "parts", "absent", "residual_low", "residual_high")


class Case(NamedTuple):
    """Some rows of one land, and what must come of them.

    Attributes:
        rows: The rows, by column.
        found: The rows of the result, by column; a number that is not named is null, as is a text.
    """

    rows: tuple[dict[str, Any], ...]
    found: tuple[dict[str, Any], ...]


class Variant(NamedTuple):
    """A structure, and cases that show what it does.

    Attributes:
        structure: As `Structure.of` takes it.
        schema: The columns of the rows, beside `land`.
        codes: Those among them that make up a cell.
        cases: The cases.
    """

    structure: dict[str, Any]
    schema: dict[str, pa.DataType]
    codes: tuple[str, ...]
    cases: tuple[Case, ...]

    @property
    def cell(self) -> tuple[str, ...]:
        """The columns that make up a cell, all of them."""
        return ("land", *self.codes)

    def table(self, copies: int) -> pa.Table:
        """Give the rows.

        Args:
            copies: How many lands each case has.

        Returns:
            The table.
        """
        schema = pa.schema({"land": pa.string(), **self.schema})
        rows = [{"land": land, **row} for land, case in self._lands(copies) for row in case.rows]
        return pa.Table.from_pylist(rows, schema)

    def truth(self, copies: int) -> pa.Table:
        """Give the rows of the result.

        Args:
            copies: How many lands each case has.

        Returns:
            The table.
        """
        texts = dict.fromkeys(("axis", *self.cell, "part"), pa.string())
        schema = pa.schema(texts | dict.fromkeys(_NUMBERS, pa.int64()) | {"verdict": pa.string(), "reason": pa.string()})
        rows = [{"land": land, **row} for land, case in self._lands(copies) for row in case.found]
        return pa.Table.from_pylist(rows, schema)

    def _lands(self, copies: int) -> list[tuple[str, Case]]:
        return [(f"L{n:02}-{copy:05}", case) for n, case in enumerate(self.cases) for copy in range(copies)]


def _total(verdict: str, total: int, parts: int, absent: int, left: int | None, **more: Any) -> dict[str, Any]:
    """Give a row of the result for a total that is one number."""
    ends = {"low": total, "high": total, "residual_low": left, "residual_high": left}
    return {**ends, "parts": None if verdict == "invalid" else parts, "absent": absent, "verdict": verdict, **more}


def _areas(**counts: int | None) -> tuple[dict[str, Any], ...]:
    return tuple({"area": area.replace("_", "-"), "period": "2020-01", "value": count} for area, count in counts.items())


def _spans(**counts: int) -> tuple[dict[str, Any], ...]:
    """Give rows of the whole land, by span; a name such as `y2020_Q1` stands for 2020-Q1."""
    return tuple({"area": "land", "period": span[1:].replace("_", "-"), "value": count} for span, count in counts.items())


_LAND = {"axis": "areas", "area": "land", "period": "2020-01"}
_NORTH = {"axis": "areas", "area": "north", "period": "2020-01"}
_MONTHS = {"axis": "time", "area": "land"}

NESTED = Variant(
    structure={
        "sum": [
            {"axis": "areas", "column": "area", "whole": "land", "required": ["north", "south"], "optional": ["sea"]},
            {"axis": "areas", "column": "area", "whole": "north", "required": ["north-east", "north-west"]},
            {"axis": "time", "column": "period", "calendar": True, "whole": "half", "required": ["quarter"]},
            {"axis": "time", "column": "period", "calendar": True, "whole": "quarter", "required": ["month"]},
        ],
        "subsets": False,
    },
    schema={"area": pa.string(), "period": pa.string(), "value": pa.int64()},
    codes=("area", "period"),
    cases=(
        Case(  # the parts of a part stand for it
            _areas(land=10, north_east=3, north_west=3, south=4),
            (_total("balanced", 10, 3, 0, 0, **_LAND),),
        ),
        Case(  # a part that is there is held against its own
            _areas(land=10, north=6, north_east=3, north_west=2, south=4),
            (_total("balanced", 10, 2, 0, 0, **_LAND), _total("short", 6, 2, 0, 1, **_NORTH)),
        ),
        Case(  # a part is there in pieces
            _areas(land=10, north_east=3, south=4),
            (_total("partial", 10, 2, 1, 3, **_LAND),),
        ),
        Case(
            _areas(land=10, north_east=3, north_west=3, south=4, sea=1),
            (_total("over", 10, 4, 0, -1, **_LAND),),
        ),
        Case(  # a piece that cannot be used
            _areas(land=10, north_east=-1, north_west=3, south=4),
            (
                {"area": "north-east", "period": "2020-01", "verdict": "invalid", "reason": "value is negative"},
                _total("invalid", 10, 2, 0, None, **_LAND, reason=RESTS),
            ),
        ),
        Case(  # a part that cannot be used is not replaced by its own, and has no finding
            _areas(land=10, north=None, north_east=3, north_west=3, south=4),
            (
                {"area": "north", "period": "2020-01", "verdict": "invalid", "reason": "value is missing"},
                _total("invalid", 10, 1, 0, None, **_LAND, reason=RESTS),
            ),
        ),
        Case(
            _spans(y2020_Q1=10, y2020_01=3, y2020_02=3, y2020_03=4),
            (_total("balanced", 10, 3, 0, 0, **_MONTHS, period="2020-Q1"),),
        ),
        Case(  # a span by a longer name
            (*_spans(y2020_01=3, y2020_02=3, y2020_03=4), {"area": "land", "period": "2020-01/2020-03", "value": 11}),
            (_total("short", 11, 3, 0, 1, **_MONTHS, period="2020-Q1"),),
        ),
        Case(
            _spans(y2020_Q2=9, y2020_04=3, y2020_05=3),
            (_total("partial", 9, 2, 1, 3, **_MONTHS, period="2020-Q2"),),
        ),
        Case(
            _spans(y2020_Q2=5, y2020_04=3, y2020_05=3),
            (_total("over", 5, 2, 1, -1, **_MONTHS, period="2020-Q2"),),
        ),
        Case(  # two names of one span
            (
                *_spans(y2020_Q3=9, y2020_07=3, y2020_08=3, y2020_09=3),
                {"area": "land", "period": "2020-07/2020-09", "value": 9},
            ),
            ({"area": "land", "period": "2020-Q3", "verdict": "invalid", "reason": TWICE},),
        ),
        Case(  # months stand for a quarter
            _spans(y2021_H1=12, y2021_Q1=5, y2021_04=2, y2021_05=2, y2021_06=3),
            (_total("balanced", 12, 4, 0, 0, **_MONTHS, period="2021-H1"),),
        ),
        Case(
            (*_spans(y2020_Q1=6, y2020_01=3, y2020_02=3), {"area": "land", "period": "March", "value": 0}),
            (
                {"area": "land", "period": "March", "verdict": "invalid", "reason": "period is not a period"},
                _total("partial", 6, 2, 1, 0, **_MONTHS, period="2020-Q1"),
            ),
        ),
        Case(
            (*_areas(land=7, north=3, south=4), {"area": "west", "period": "2020-01", "value": 1}),
            (
                {"area": "west", "period": "2020-01", "verdict": "invalid", "reason": "unknown area"},
                _total("balanced", 7, 2, 0, 0, **_LAND),
            ),
        ),
    ),
)


def _row(actor: str, value: int, includes: str | None = None, **more: Any) -> dict[str, Any]:
    return {"actor": actor, "value": value, "includes": includes, **more}


_ALL = {"axis": "actors", "actor": "all"}
_SOUND = (_row("all", 10), _row("state", 6), _row("rebels", 3), _row("civilians", 1))
_BALANCED = _total("balanced", 10, 3, 0, 0, **_ALL)


def _within(actor: str, part: str, total: int, left: int, verdict: str, low: int | None = 0) -> dict[str, Any]:
    ends = {"low": total, "high": total, "residual_low": left if low is not None else None, "residual_high": left}
    return {"axis": "within", "actor": actor, "part": part, **ends, "parts": 1, "absent": 0, "verdict": verdict}


INSIDE = Variant(
    structure={
        "sum": [
            {
                "axis": "actors",
                "column": "actor",
                "whole": "all",
                "required": ["state", "rebels", "civilians"],
                "optional": ["others"],
            }
        ],
        "within": [{"column": "actor", "whole": "all", "parts": ["women"]}],
        "codes": {"actor": ["bystanders"]},
    },
    schema={
        "actor": pa.string(),
        "value": pa.int64(),
        "bound": pa.string(),
        "includes": pa.string(),
        "subset": pa.string(),
        "id": pa.string(),
    },
    codes=("actor",),
    cases=(
        Case(  # a part that is absent is counted inside another one
            (_row("all", 10), _row("state", 7, "civilians"), _row("rebels", 3)),
            (_total("balanced", 10, 2, 0, 0, **_ALL),),
        ),
        Case(  # or is there, and counted inside another one
            (_row("all", 10), _row("state", 7, "civilians"), _row("rebels", 3), _row("civilians", 2)),
            (_total("balanced", 10, 2, 0, 0, **_ALL),),
        ),
        Case(  # the total counts others too
            (_row("all", 10, "bystanders"), *_SOUND[1:]),
            (_total("open", 10, 3, 0, 0, **_ALL) | {"residual_low": -10},),
        ),
        Case(  # all count others alike
            tuple({**row, "includes": "bystanders"} for row in _SOUND),
            (_BALANCED,),
        ),
        Case(  # an optional part of nothing includes nothing
            (*_SOUND, _row("others", 0, "bystanders")),
            (_total("balanced", 10, 4, 0, 0, **_ALL),),
        ),
        Case(
            (_SOUND[0], _row("state", 6, "giants"), *_SOUND[2:]),
            (
                {"actor": "state", "verdict": "invalid", "reason": "includes what is not known"},
                _total("invalid", 10, 2, 0, None, **_ALL, reason=RESTS),
            ),
        ),
        Case((*_SOUND, _row("women", 4)), (_BALANCED, _within("all", "women", 10, 6, "balanced"))),
        Case((*_SOUND, _row("women", 11)), (_BALANCED, _within("all", "women", 10, -1, "over"))),
        Case(
            (*_SOUND, _row("women", 4, bound="at_least")),
            (_BALANCED, _within("all", "women", 10, 6, "open", None)),
        ),
        Case(
            (*_SOUND, _row("state", 4, subset="true", id="officers")),
            (_BALANCED, _within("state", "officers", 6, 2, "balanced")),
        ),
        Case(
            (*_SOUND, _row("state", 8, subset="1", id="officers"), _row("rebels", 3, subset="true")),
            (_BALANCED, _within("state", "officers", 6, -2, "over"), _within("rebels", "subset", 3, 0, "balanced")),
        ),
        Case(  # a count of a part of a cell spoils nothing but itself
            (*_SOUND, _row("state", -8, subset="true", id="officers")),
            (_BALANCED, {"actor": "state", "verdict": "invalid", "reason": "value is negative"}),
        ),
        Case(
            (*_SOUND[:3], _row("civilians", 1, subset="perhaps")),
            (
                {"actor": "civilians", "verdict": "invalid", "reason": "subset is neither true nor false"},
                _total("invalid", 10, 2, 0, None, **_ALL, reason=RESTS),
            ),
        ),
    ),
)


def _ends(actor: str, low: int | None, high: int | None, value: int | None = None) -> dict[str, Any]:
    return {"actor": actor, "low": low, "high": high, "value": value}


BESIDE = Variant(
    structure={
        "sum": [{"axis": "actors", "column": "actor", "whole": "all", "required": ["state", "rebels"]}],
        "subsets": False,
    },
    schema={"actor": pa.string(), "low": pa.int64(), "high": pa.int64(), "value": pa.int64()},
    codes=("actor",),
    cases=(
        Case(
            (_ends("all", 9, 9, 9), _ends("state", 4, 4, 4), _ends("rebels", 5, 5)),
            (_total("balanced", 9, 2, 0, 0, **_ALL),),
        ),
        Case(  # a best number within its ends leaves them
            (_ends("all", 8, 12, 9), _ends("state", 4, 4), _ends("rebels", 5, 5, 5)),
            (_total("open", 8, 2, 0, -1, **_ALL) | {"high": 12, "residual_high": 3},),
        ),
        Case(
            (_ends("all", 9, 9), _ends("state", 4, 6, 7), _ends("rebels", 5, 5)),
            (
                {"actor": "state", "verdict": "invalid", "reason": "value is not what low and high leave"},
                _total("invalid", 9, 1, 0, None, **_ALL, reason=RESTS),
            ),
        ),
        Case(
            (_ends("all", 9, None, 8), _ends("state", 4, 4), _ends("rebels", 5, 5)),
            ({"actor": "all", "verdict": "invalid", "reason": "value is not what low and high leave"},),
        ),
    ),
)

VARIANTS = {"nested": NESTED, "inside": INSIDE, "beside": BESIDE}
