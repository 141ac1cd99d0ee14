"""What the check over frames is written with: expressions of narwhals that mean the same on every engine."""

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from conflictdata.values import MONTHS_IN

LENGTHS = {kind.value: months for kind, months in MONTHS_IN.items()}
_MONTHS = LENGTHS["year"]
_YEAR, _SIDE, _DAY = 4, 7, 10  # letters of a year, of the longest span that is written in one, of a day
_TWO_DIGITS = 10
_POINT = "[0-9]{4}|[0-9]{4}-Q[1-4]|[0-9]{4}-H[12]|[0-9]{4}-[0-9]{2}"
_RUN = "|".join(
    f"{point}/{point}"
    for point in ("[0-9]{4}", "[0-9]{4}-Q[1-4]", "[0-9]{4}-H[12]", "[0-9]{4}-[0-9]{2}", "[0-9]{4}-[0-9]{2}-[0-9]{2}")
)
_FORM = f"^(?:{_POINT}|{_RUN})$"
# How long the text of a span is, and where its second side begins.
_SIDES = {4: (4, 0), 7: (7, 0), 9: (4, 5), 15: (7, 8), 21: (10, 11)}


def cases(told: Sequence[tuple[nw.Expr, Any]], default: Any = None) -> nw.Expr:
    """Give the value of the first condition that holds.

    Args:
        told: Conditions and values.
        default: The value where none holds; null if left out.
    """
    made = default
    for condition, value in reversed(told):
        made = nw.when(condition).then(value).otherwise(made)
    return made if isinstance(made, nw.Expr) else nw.lit(made)


def no_text() -> nw.Expr:
    """Give a null among texts."""
    return nw.lit(None, dtype=nw.String)


def no_number() -> nw.Expr:
    """Give a null among whole numbers."""
    return nw.lit(None, dtype=nw.Int64)


def number(flag: nw.Expr) -> nw.Expr:
    """Give 1 where something holds, else 0."""
    return nw.when(flag).then(nw.lit(1, dtype=nw.Int64)).otherwise(nw.lit(0, dtype=nw.Int64))


def either(*flags: nw.Expr) -> nw.Expr:
    """Whether any of these holds."""
    return nw.any_horizontal(*flags, ignore_nulls=True) if flags else nw.lit(value=False)


def every(*flags: nw.Expr) -> nw.Expr:
    """Whether all of these hold."""
    return nw.all_horizontal(*flags, ignore_nulls=False) if flags else nw.lit(value=True)


def added(*numbers: nw.Expr) -> nw.Expr:
    """Add numbers up; none are 0."""
    made = nw.lit(0, dtype=nw.Int64)
    for place, one in enumerate(numbers):
        made = one if place == 0 else made + one
    return made


def _whole(text: nw.Expr) -> nw.Expr:
    return text.cast(nw.Int64)


def month_length(month: nw.Expr) -> nw.Expr:
    """Give the days of a month, counted in months from the year 0."""
    year, place = month // _MONTHS, month % _MONTHS
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    return cases(
        [(place == 1, cases([(leap, nw.lit(29))], nw.lit(28))), (place.is_in([3, 5, 8, 10]), nw.lit(30))], nw.lit(31)
    )


def _year(year: nw.Expr) -> nw.Expr:
    text = year.cast(nw.Int64).cast(nw.String)
    return cases([(year < 10**n, nw.concat_str(nw.lit("0" * (4 - n)), text)) for n in (1, 2, 3)], text)


def _two(month: nw.Expr) -> nw.Expr:
    text = month.cast(nw.Int64).cast(nw.String)
    return nw.when(month < _TWO_DIGITS).then(nw.concat_str(nw.lit("0"), text)).otherwise(text)


def span_code(start: nw.Expr, kind: str) -> nw.Expr:
    """Write a quarter, half or year that begins with a month, counted from the year 0."""
    year, place = _year(start // _MONTHS), start % _MONTHS
    if kind == "year":
        return year
    return nw.concat_str(year, nw.lit(f"-{kind[0].upper()}"), (place // LENGTHS[kind] + 1).cast(nw.Int64).cast(nw.String))


def with_spans(frame: "nw.LazyFrame[Any]", column: str, prefix: str) -> "nw.LazyFrame[Any]":
    """Read the spans of a column.

    Args:
        frame: The rows.
        column: The column, of text.
        prefix: What the names of the new columns begin with.

    Returns:
        The rows with `ok`, whether it is a span; `code`, its shortest name, or the text where it is none; `kind`;
        `start`, its first month, counted from the year 0; `months`, how many whole months it is, 0 if none; `from` and `to`,
        its first and its last day as a number, 20251031.
    """

    def at(name: str) -> nw.Expr:
        return nw.col(f"{prefix}{name}")

    def put(frame: "nw.LazyFrame[Any]", **made: nw.Expr) -> "nw.LazyFrame[Any]":
        return frame.with_columns(*(expr.alias(f"{prefix}{name}") for name, expr in made.items()))

    text = nw.col(column).fill_null("")
    frame = put(frame, text=nw.when(text.str.contains(_FORM)).then(text).otherwise(nw.lit("0000")), raw=text)
    length = at("text").str.len_chars()
    frame = put(
        frame,
        first=cases([(length == n, at("text").str.slice(0, size)) for n, (size, _) in _SIDES.items()], nw.lit("0000")),
        second=cases(
            [(length == n, at("text").str.slice(start, size)) for n, (size, start) in _SIDES.items()], nw.lit("0000")
        ),
    )
    made = {}
    for side in ("first", "second"):
        told = at(side)
        unit, size = told.str.slice(5, 1), told.str.len_chars()
        sub = (
            nw.when(unit.is_in(["Q", "H"]))
            .then(told.str.slice(6, 1))
            .otherwise(nw.when(size > _YEAR).then(told.str.slice(5, 2)).otherwise(nw.lit("1")))
        )
        made[f"{side}_year"] = _whole(told.str.slice(0, 4))
        made[f"{side}_sub"] = _whole(sub)
        made[f"{side}_day"] = _whole(nw.when(size == _DAY).then(told.str.slice(8, 2)).otherwise(nw.lit("0")))
        made[f"{side}_size"] = cases(
            [(unit == "Q", nw.lit(3)), (unit == "H", nw.lit(6)), (size == _YEAR, nw.lit(12))],
            nw.lit(1),
        )
    frame = put(frame, **made)
    first, second = (
        at(f"{side}_year") * _MONTHS + (at(f"{side}_sub") - 1) * at(f"{side}_size") for side in ("first", "second")
    )
    frame = put(frame, start=first, last=second + at("second_size") - 1)
    end_length = month_length(at("last"))
    frame = put(
        frame,
        head=cases([(at("first_day") > 0, at("first_day"))], nw.lit(1)),
        tail=cases([(at("second_day") > 0, at("second_day"))], end_length),
        length=end_length,
        real=every(
            at("text") != "0000",
            *(at(f"{side}_year") > 0 for side in ("first", "second")),
            *((at(f"{side}_sub") > 0) & (at(f"{side}_sub") <= _MONTHS) for side in ("first", "second")),
            # a month has a day 0 of no text that names days
            (at("first").str.len_chars() < _DAY) | ((at("first_day") > 0) & (at("first_day") <= month_length(at("start")))),
            (at("second").str.len_chars() < _DAY) | ((at("second_day") > 0) & (at("second_day") <= end_length)),
        ),
    )
    days = [(at("start") // _MONTHS) * 10000 + (at("start") % _MONTHS + 1) * 100 + at("head")]
    days.append((at("last") // _MONTHS) * 10000 + (at("last") % _MONTHS + 1) * 100 + at("tail"))
    frame = put(frame, **{"from": days[0].cast(nw.Int64), "to": days[1].cast(nw.Int64)})
    frame = put(frame, ok=every(at("real"), at("from") <= at("to")))
    entire = every(at("ok"), at("head") == 1, at("tail") == at("length"))
    frame = put(frame, months=cases([(entire, at("last") - at("start") + 1)], nw.lit(0)).cast(nw.Int64))
    fitting = [((at("months") == n) & (at("start") % n == 0), nw.lit(kind)) for kind, n in LENGTHS.items()]
    frame = put(frame, kind=cases([*fitting, (at("months") > 0, nw.lit("months"))], nw.lit("days")))
    year, place = at("first").str.slice(0, 4), at("start") % _MONTHS
    shortest = {
        "month": nw.concat_str(year, nw.lit("-"), _two(place + 1)),
        "quarter": nw.concat_str(year, nw.lit("-Q"), (place // 3 + 1).cast(nw.Int64).cast(nw.String)),
        "half": nw.concat_str(year, nw.lit("-H"), (place // 6 + 1).cast(nw.Int64).cast(nw.String)),
        "year": year,
        "months": nw.concat_str(
            *(year, nw.lit("-"), _two(place + 1), nw.lit("/"), at("second").str.slice(0, 4), nw.lit("-")),
            _two(at("last") % _MONTHS + 1),
        ),
    }
    run = length > _SIDE
    frame = put(frame, code=cases([(every(run, at("kind") == kind), code) for kind, code in shortest.items()], at("raw")))
    inner = ["text", "raw", "first", "second", "last", "head", "tail", "length", "real"]
    inner += [f"{side}_{name}" for side in ("first", "second") for name in ("year", "sub", "day", "size")]
    return frame.drop([f"{prefix}{name}" for name in inner])
