"""The rows of a frame as counts of cells: their codes, their ends, and what is wrong with them, as expressions.

Each row gets columns of its own, whose names begin with two underscores:

- `__bad`: whether it cannot be used.
- `__low`, `__high`: the ends of its count; null where it cannot be used, `__high` also where there is no upper limit.
- `__inside`: what it includes, a bit for each code; only where the frame has the column `includes`.
- `__subset`: whether it counts a part of its cell; only where the frame has the column `subset`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import narwhals.stable.v2 as nw

from conflictdata.errors import InvalidValueError
from conflictdata.expressions import cases, either, every, no_number, no_text, with_spans
from conflictdata.given import FLAGS, LARGEST
from conflictdata.structure import Structure
from conflictdata.values import Interval
from conflictdata.vocabulary import Bound

MOST_CODES = 50  # bits of a whole number that every engine divides exactly
_LEFT = {bound: Interval.of(1, bound) for bound in Bound}
NOT_SURE = tuple(bound for bound, left in _LEFT.items() if left.low == 0)  # a number that is bounded so may be 0
UNLIMITED = tuple(bound for bound, left in _LEFT.items() if left.high is None)
_DIGITS = r"^\s*-?[0-9]+(?:\.0*)?\s*$"
_LONG = 18  # digits that 64 bits surely hold
_NEGATIVE = r"^\s*-"
_CODES = (nw.String, nw.Categorical, nw.Enum, nw.Date)
_READ = ("value", "bound", "low", "high", "includes", "subset", "id")

Told = list[tuple[nw.Expr, str]]  # conditions, and what is wrong where they hold


@attrs.frozen
class Entries:
    """The rows of a frame, read.

    Attributes:
        frame: The rows, with their cells, the columns that this module says, and `id`.
        raw: The rows as they came.
        cell: The columns that make up a cell.
        structure: What adds up to what, with all its codes.
        bounded: Whether a count can be without an upper limit, or be an interval.
        included: The codes that a count may include, in the order of their bits; empty if the frame has no such column.
        subsets: Whether rows can count a part of a cell.
        named: Whether such a count has a name, in the column `id`.
        wrong: What is wrong with a row as such.
        numbers: What is wrong with its number.
    """

    frame: "nw.LazyFrame[Any]"
    raw: "nw.LazyFrame[Any]"
    cell: tuple[str, ...]
    structure: Structure
    bounded: bool
    included: tuple[str, ...]
    subsets: bool
    named: bool
    wrong: Told
    numbers: Told

    @property
    def codes(self) -> dict[str, nw.Expr]:
        """The codes of a cell, as `with_code` gives them, by its columns."""
        return {column: nw.col(f"__code_{place}") for place, column in enumerate(self.cell)}

    def faults(self) -> "nw.LazyFrame[Any]":
        """Give the rows that cannot be used, a row for each cell and what is wrong: `__code_` and a number, `__why`."""

        def first(told: Told) -> nw.Expr:
            return cases([(condition, nw.lit(text)) for condition, text in told], no_text())

        frame = self.raw.select(*self.cell, first(self.wrong).alias("__row"), first(self.numbers).alias("__number"))
        problems: Told = []
        for place, column in enumerate(self.cell):
            frame = with_code(frame, column, place, self.structure)
            problems += code_problems(column, place, self.structure)
        row, number = nw.col("__row"), nw.col("__number")
        why = nw.when(~row.is_null()).then(row).otherwise(cases([(c, nw.lit(text)) for c, text in problems], number))
        codes = [f"__code_{place}" for place in range(len(self.cell))]
        found = frame.with_columns(why.alias("__why")).filter(~nw.col("__why").is_null())
        found = found.with_columns(*(nw.when(nw.col(code) != "").then(nw.col(code)).alias(code) for code in codes))
        return found.group_by(*codes, "__why").agg(nw.len().alias("__len"))


def as_text(column: str, dtype: Any) -> nw.Expr:
    """Give a column of codes as text."""
    return nw.col(column) if dtype == nw.String else nw.col(column).cast(nw.String)


def read(frame: "nw.LazyFrame[Any]", cell: Sequence[str], structure: Structure) -> Entries:
    """Read the rows of a frame.

    Args:
        frame: The rows.
        cell: The columns that make up a cell; all are there.
        structure: What adds up to what.

    Returns:
        The rows, with the columns that this module says.

    Raises:
        InvalidValueError: If a column is of a type that cannot hold what it should.
    """
    known = frame.collect_schema()
    raw = frame = frame.select(name for name in known.names() if name in {*cell, *_READ})
    schema = frame.collect_schema()
    for column in cell:
        if not (schema[column] in _CODES or schema[column].is_integer() or isinstance(schema[column], _CODES)):
            raise InvalidValueError(column, f"codes of the type {schema[column]}; give them as text or whole numbers")
    ranged = {"low", "high"} <= set(schema)
    numbers: Told = []
    included = _vocabulary(structure) if "includes" in schema else ()
    inside = no_number()
    if included:
        inside, problems = _included(schema["includes"], included)
        numbers += problems
    low, high, problems = _ends(schema, ranged=ranged)
    numbers += problems
    subsets = "subset" in schema
    flag, flawed = _flag(schema["subset"]) if subsets else (nw.lit(value=False), [])
    # What may or may not be a part of its cell spoils the cell.
    wrong = either(*(condition for condition, _ in [*flawed, *numbers]))
    frame = frame.with_columns(wrong.alias("__bad"), *([flag.alias("__subset")] if subsets else []))
    fine, bounded = ~nw.col("__bad"), ranged or "bound" in schema
    made: dict[str, nw.Expr] = {"__low": nw.when(fine).then(low)}
    if bounded:
        made["__high"] = nw.when(fine).then(high)
    if included:
        made["__inside"] = nw.when(fine).then(inside).otherwise(nw.lit(0, dtype=nw.Int64))
    frame = frame.with_columns(*(expr.alias(name) for name, expr in made.items()))
    named = subsets and "id" in schema
    # What stays is what is read from here on: not every engine joins rows with columns of lists.
    kept = [name for name in frame.collect_schema().names() if name in cell or name.startswith("__")]
    frame = frame.select(*kept, *(["id"] if named and "id" not in cell else []))
    return Entries(frame, raw, tuple(cell), structure, bounded, included, subsets, named, flawed, numbers)


def with_code(frame: "nw.LazyFrame[Any]", column: str, place: int, structure: Structure) -> "nw.LazyFrame[Any]":
    """Give the rows the code of a column as text, a span by its shortest name.

    Args:
        frame: The rows.
        column: A column of their cells.
        place: Its place among them.
        structure: Which columns hold spans.

    Returns:
        The rows with `__code_` and the place; for spans also what `with_spans` gives, after `__span_` and the place.
    """
    code = f"__code_{place}"
    frame = frame.with_columns(as_text(column, frame.collect_schema()[column]).alias(code))
    if column not in structure.calendars:
        return frame
    # Tables have many rows and few spans: each is read once.
    spans = frame.group_by(code).agg(nw.len().alias("__len")).filter(~nw.col(code).is_null()).select(code)
    prefix = f"__span_{place}_"
    read_ = with_spans(spans, code, prefix)
    if read_.implementation.is_spark_like():
        # Spark writes what a filter names out in full, again and again, down to the rows; an aggregation stops it.
        names = [name for name in read_.collect_schema().names() if name != code]
        read_ = read_.group_by(code).agg(*(nw.col(name).max() for name in names))
    frame = frame.join(read_, on=code, how="left")
    return frame.with_columns(nw.col(f"{prefix}code").alias(code), nw.col(f"{prefix}ok").fill_null(value=False))


def code_problems(column: str, place: int, structure: Structure) -> Told:
    """Say what can be wrong with the codes of a column, which `with_code` gave."""
    text = nw.col(f"__code_{place}")
    told: Told = [(text.is_null() | (text == ""), f"{column} is missing")]
    known = structure.known(column)
    if known is not None:
        told.append((~text.is_in(sorted(known)), f"unknown {column}"))
    if column in structure.calendars:
        told.append((~nw.col(f"__span_{place}_ok"), f"{column} is not a period"))
    return told


def _vocabulary(structure: Structure) -> tuple[str, ...]:
    """Give the codes that a count may include."""
    known = [told for column in structure.named if (told := structure.known(column)) is not None]
    codes = tuple(sorted(frozenset[str]().union(*known)))
    if not codes or len(codes) > MOST_CODES:
        problem = f"the structure names {len(codes)} codes; a frame can include 1 to {MOST_CODES}: give records or mappings"
        raise InvalidValueError("includes", problem)
    return codes


def _included(dtype: Any, codes: tuple[str, ...]) -> tuple[nw.Expr, Told]:
    """Give what a count includes, a bit for each code, and what is wrong with it."""
    column = nw.col("includes")
    if isinstance(dtype, nw.List):
        held = [column.list.contains(code) for code in codes]
        known = _sum([_one(flag) for flag in held])
        wrong = column.list.len() > known
    elif dtype in _CODES or isinstance(dtype, _CODES):
        text = nw.concat_str(nw.lit(" "), column.cast(nw.String).str.replace_all(r"\s+", " "), nw.lit(" "))
        held = [text.str.contains(f" {code} ", literal=True) for code in codes]
        named = "|".join(_escaped(code) for code in codes)
        wrong = ~column.cast(nw.String).str.contains(rf"^\s*(?:(?:{named})(?:\s+(?:{named}))*\s*)?$")
    elif dtype.is_float():  # as pandas has it where a file is empty
        held, wrong = [nw.lit(value=False) for _ in codes], ~(column.is_null() | column.is_nan())
    else:
        raise InvalidValueError("includes", f"codes of the type {dtype}; give them as text")
    bits = [
        nw.when(flag).then(nw.lit(2**place, dtype=nw.Int64)).otherwise(nw.lit(0, dtype=nw.Int64))
        for place, flag in enumerate(held)
    ]
    return _sum(bits), [(wrong, "includes what is not known")]


def _escaped(code: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "_-" else f"[{letter}]" for letter in code)


def _sum(told: Iterable[nw.Expr]) -> nw.Expr:
    first, *others = told
    for one in others:
        first = first + one
    return first


def _one(flag: nw.Expr) -> nw.Expr:
    return nw.when(flag).then(nw.lit(1)).otherwise(nw.lit(0))


def _flag(dtype: Any) -> tuple[nw.Expr, Told]:
    """Give whether a row counts a part of its cell, and what is wrong with it."""
    column = nw.col("subset")
    if dtype == nw.Boolean:
        return column.fill_null(value=False), []
    text = nw.col("subset").cast(nw.String).fill_null("").str.strip_chars().str.to_lowercase()
    yes = [told for told, flag in FLAGS.items() if flag]
    return text.is_in(yes), [(~text.is_in(list(FLAGS)), "subset is neither true nor false")]


def _number(name: str, dtype: Any) -> tuple[nw.Expr, Told]:
    """Give the whole numbers of a column, null where there is none, and what is wrong with them."""
    column = nw.col(name)
    told: Told
    if dtype.is_integer():
        missing = column.is_null()
        wide = column.cast(nw.Float64) if dtype == nw.UInt64 else column  # some engines compare in 64 bits with a sign
        negative, large = wide < 0, wide > LARGEST
        told = [(missing, "is missing"), (negative, "is negative"), (large, "is too large")]
        fit = nw.when(~large).then(column) if dtype == nw.UInt64 else column
    elif dtype.is_numeric():
        column = column.cast(nw.Float64)
        missing = column.is_null() | column.is_nan()
        broken = ~column.is_finite() | (column != column.floor())
        told = [(missing, "is missing"), (broken, "is not a whole number"), (column < 0, "is negative")]
        told.append((column > LARGEST, "is too large"))
        fit = nw.when(every(*(~condition.fill_null(value=True) for condition, _ in told))).then(column)
    elif dtype == nw.String:
        told = [
            (column.is_null() | (column == ""), "is missing"),
            (~column.str.contains(_DIGITS), "is not a whole number"),
        ]
        plain = column.str.strip_chars().str.replace_all(r"\.0*$", "")
        zero = plain.str.replace_all("^-0+$", "0")
        told.append((zero.str.contains(_NEGATIVE), "is negative"))
        told.append((zero.str.len_chars() > _LONG, "is too large"))
        fine = every(*(~condition.fill_null(value=True) for condition, _ in told))
        fit = nw.when(fine).then(zero).otherwise(nw.lit("0")).cast(nw.Int64)
        told.append((fit > LARGEST, "is too large"))
    else:
        raise InvalidValueError(name, f"counts of the type {dtype}; give whole numbers")
    return fit.cast(nw.Int64), [(condition, f"{name} {problem}") for condition, problem in told]


def _ends(schema: Any, *, ranged: bool) -> tuple[nw.Expr, nw.Expr, Told]:
    """Give the ends of the counts, and what is wrong with them."""
    if not ranged:
        value, told = _number("value", schema["value"])
        if "bound" not in schema:
            return value, value, told
        bound = as_text("bound", schema["bound"])
        return *_between(value, bound), [*told, *_bound_problems(bound)]
    low, told = _number("low", schema["low"])
    high, problems = _number("high", schema["high"])
    absent = problems[0][0]  # which is no fault of it, whatever else holds for no number
    told += [(every(~absent, condition), problem) for condition, problem in problems[1:]]
    high = nw.when(~absent).then(high)
    told.append((every(~absent, high < low), "high lies below low"))
    if "value" in schema:
        value, problems = _number("value", schema["value"])
        there = ~problems[0][0]
        told += [(every(there, condition), problem) for condition, problem in problems[1:]]
        outside = (value < low) | ((value > high) & ~absent)
        if "bound" in schema:
            bound = as_text("bound", schema["bound"])
            worded = ~(bound.is_null() | (bound == ""))
            told += [(every(there, condition), problem) for condition, problem in _bound_problems(bound)]
            least, most = _between(value, bound)
            same = (least == low) & (
                (most.is_null() & absent) | (~most.is_null() & ~absent & (most.fill_null(-1) == high.fill_null(-1)))
            )
            outside = cases([(worded, ~same)], outside)
        told.append((every(there, outside.fill_null(value=False)), "value is not what low and high leave"))
    return low, high, told


def _bound_problems(bound: nw.Expr) -> Told:
    return [(every(~bound.is_null(), ~bound.is_in(["", *(one.value for one in Bound)])), "unknown bound")]


def _between(value: nw.Expr, bound: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """Give the ends that a bound leaves, as `Interval.of` does."""
    low = cases(
        [(bound == Bound.MORE_THAN.value, value + 1), (bound.is_in([one.value for one in NOT_SURE]), nw.lit(0))],
        value,
    )
    unlimited = bound.is_in([one.value for one in UNLIMITED])
    return low, cases([(unlimited, no_number())], value)
