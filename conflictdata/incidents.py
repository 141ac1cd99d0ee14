"""One event of a file: its months, its place, its kinds, its dead and what is wrong with it, as expressions of narwhals."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add
from typing import Any

import attrs

from conflictdata.errors import InvalidValueError, MissingColumnsError, MissingExtraError
from conflictdata.given import LARGEST
from conflictdata.layouts import Deaths, EventMapping
from conflictdata.vocabulary import Bound

try:
    import narwhals.stable.v2 as nw
except ImportError as _error:
    raise MissingExtraError("rollup", "frames") from _error

NOWHERE = -1  # the month of an event whose days cannot be used
UNKNOWN = "?"  # the area of an event whose country is not known; no code is written so
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T].*)?$"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WORDS = rf"^[0-9]{{1,2}} (?:{'|'.join(_MONTHS)}) [0-9]{{4}}$"
_SHORT = (4, 6, 9, 11)  # the months of 30 days
# In the order of the numbers by which a column of counts says what is wrong with it.
_PROBLEMS = ("is missing", "is not a whole number", "is negative", "is too large")
_TEXTS = (nw.String, nw.Categorical, nw.Enum, nw.Unknown)  # a column of nulls alone is of no known type


def any_of(conditions: Iterable[nw.Expr]) -> nw.Expr:
    """Say whether any holds; none of them is ever null."""
    return reduce(lambda one, other: one | other, conditions, nw.lit(value=False))


def as_int(condition: nw.Expr) -> nw.Expr:
    """Give 1 where a condition holds, else 0."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)


def choose(condition: nw.Expr, then: nw.Expr, otherwise: nw.Expr) -> nw.Expr:
    """Give one of two values."""
    return nw.when(condition).then(then).otherwise(otherwise)


def rest(value: nw.Expr, by: int) -> nw.Expr:
    """Give what a division leaves; not all engines have an operator for it."""
    return value - (value // by) * by


def number_of(value: int) -> nw.Expr:
    """Give a number for every row."""
    return nw.lit(value).cast(nw.Int64)


@attrs.frozen
class Problem:
    """What may be wrong with an event.

    Attributes:
        reason: What, in one of few fixed texts.
        holds: Whether it is.
        found: The column of what stands there, as text; empty where that is no code.
    """

    reason: str
    holds: nw.Expr
    found: str = ""


@attrs.frozen
class Number:
    """A column of counts.

    Attributes:
        value: The count; 0 where it cannot be used.
        bad: Whether it cannot be used.
        problems: What may be wrong with it.
    """

    value: nw.Expr
    bad: nw.Expr
    problems: tuple[Problem, ...]


@attrs.frozen
class Count:
    """What an event counts for.

    Attributes:
        value: The best number.
        unknown: 1 where there is none, else 0.
        low: The smallest number that fits.
        high: The largest number that fits.
        open: 1 where there is none, else 0.
    """

    value: nw.Expr
    unknown: nw.Expr
    low: nw.Expr
    high: nw.Expr
    open: nw.Expr


@attrs.frozen
class Day:
    """A column of days.

    Attributes:
        month: The month, counted from year 0.
        day: The day of the month.
        length: The days of that month.
        problems: What may be wrong with it.
    """

    month: nw.Expr
    day: nw.Expr
    length: nw.Expr
    problems: tuple[Problem, ...]


class Reader:
    """Makes counts, months and codes of the columns of a file, whatever their types.

    What is used more than once becomes a column of the frame, in few steps: on engines that write queries, an expression
    within expressions would be written out again wherever it is used.

    Attributes:
        frame: The frame, with the columns that were made so far.
        mapping: Which column says what.
    """

    def __init__(self, frame: Any, mapping: EventMapping) -> None:
        """Take the columns that the mapping names.

        Args:
            frame: The events.
            mapping: Which column says what.

        Raises:
            MissingColumnsError: If columns are missing that the mapping names.
            InvalidValueError: If a column has a type that cannot be what the mapping says.
        """
        self.mapping = mapping
        self._schema = frame.collect_schema()
        if missing := [column for column in mapping.columns if column not in self._schema]:
            raise MissingColumnsError(missing, self._schema)
        optional = (mapping.place, mapping.precision)
        kinds = [column for kind in mapping.kinds for column in kind.columns]
        actors = [one.actor for one in mapping.deaths if one.actor]
        texts = [mapping.id, mapping.country, *(column for column in optional if column), *kinds, *actors]
        counts = [mapping.killed, *(column for column in (mapping.low, mapping.high) if column)]
        counts += [one.column for one in mapping.deaths]
        self._texts = {column: f"t{place}" for place, column in enumerate(dict.fromkeys(texts))}
        self._counts = {column: f"n{place}" for place, column in enumerate(dict.fromkeys(counts))}
        days = [mapping.start, *([mapping.end] if mapping.end else [])]
        self._days = {column: f"d{place}" for place, column in enumerate(dict.fromkeys(days))}
        made = {name: self._text(column) for column, name in self._texts.items()}
        for column, name in self._counts.items():
            made[name], made[f"{name}w"] = self._number(column)
        for column, name in self._days.items():
            year, month, day, wrong = self._day(column)
            made |= {f"{name}y": year, f"{name}m": month, f"{name}d": day, f"{name}w": wrong}
        self.frame: Any = frame.select(**made)
        more = {f"{name}w": _size(nw.col(name), nw.col(f"{name}w")) for name in self._counts.values()}
        more |= {f"{name}l": _length(nw.col(f"{name}y"), nw.col(f"{name}m")) for name in self._days.values()}
        self.keep(**more)

    def keep(self, **made: nw.Expr) -> None:
        """Make columns of expressions."""
        self.frame = self.frame.with_columns(**made)

    def text(self, column: str) -> nw.Expr:
        """Give a column as text; what is missing is empty, and whole numbers have no point."""
        return nw.col(self._texts[column])

    def _text(self, column: str) -> nw.Expr:
        dtype, told = self._schema[column], nw.col(column)
        if dtype.is_numeric():
            value, wrong = self._number(column)
            return choose(wrong != 0, nw.lit(""), value.cast(nw.String))
        if dtype not in _TEXTS:
            raise InvalidValueError(column, f"holds {dtype}, and neither text nor whole numbers")
        return (told if dtype == nw.String else told.cast(nw.String)).fill_null("")

    def _number(self, column: str) -> tuple[nw.Expr, nw.Expr]:
        """Take a column of counts, as numbers or as the text of a file: the count, and 1 if it is missing, 2 if broken."""
        dtype, told = self._schema[column], nw.col(column)
        if dtype.is_integer():
            missing, whole, safe = told.is_null(), nw.lit(value=True), told.fill_null(0)
        elif dtype.is_numeric():
            told = told.cast(nw.Float64)
            missing = told.is_null() | told.is_nan().fill_null(value=False)
            known = choose(missing, nw.lit(0.0), told)
            wide = choose(known > LARGEST, nw.lit(LARGEST + 1.0), choose(known < 0, nw.lit(-1.0), known))
            whole = (known < 0) | (known > LARGEST) | (wide == wide.cast(nw.Int64).cast(nw.Float64))
            safe = choose(whole, wide, nw.lit(0.0))
        elif dtype in _TEXTS:
            told = self._text(column).str.strip_chars()
            missing = told == ""
            whole = told.str.contains(r"^-?[0-9]+(?:\.0*)?$")
            bare = choose(whole, told, nw.lit("0")).str.replace_all(r"\.0*$", "").str.replace_all(r"^-.*$", "-1")
            # Digits that an integer has no room for are too many, whatever they are.
            safe = choose(bare.str.len_chars() > len(str(LARGEST)), nw.lit(str(LARGEST + 1)), bare)
        else:
            raise InvalidValueError(column, f"holds {dtype}, and neither numbers nor text")
        return safe.cast(nw.Int64), choose(missing, number_of(1), choose(whole, number_of(0), number_of(2)))

    def number(self, column: str) -> Number:
        """Give a column of counts."""
        name = self._counts[column]
        wrong = nw.col(f"{name}w")
        problems = tuple(Problem(f"{column} {problem}", wrong == at) for at, problem in enumerate(_PROBLEMS, 1))
        return Number(nw.col(name), wrong != 0, problems)

    def _day(self, column: str) -> tuple[nw.Expr, nw.Expr, nw.Expr, nw.Expr]:
        """Take a column of days: year, month and day, and 1 if it is missing, 2 if it has not the form of one."""
        dtype, told = self._schema[column], nw.col(column)
        if dtype in {nw.Date, nw.Datetime}:
            year, month, day = (
                part.fill_null(1).cast(nw.Int64) for part in (told.dt.year(), told.dt.month(), told.dt.day())
            )
            return year, month, day, as_int(told.is_null())
        if dtype not in _TEXTS:
            raise InvalidValueError(column, f"holds {dtype}, and neither days nor text")
        told = self._text(column)
        iso = self.mapping.dates == "iso"
        shaped = told.str.contains(_ISO if iso else _WORDS)
        safe = choose(shaped, told, nw.lit("0001-01-01" if iso else "1 January 0001"))
        wrong = choose(told == "", number_of(1), choose(shaped, number_of(0), number_of(2)))
        return (*(_iso(safe) if iso else _words(safe)), wrong)

    def day(self, column: str) -> Day:
        """Give a column of days."""
        name = self._days[column]
        year, month, day, length, wrong = (nw.col(f"{name}{part}") for part in "ymdlw")
        real = (wrong == 0) & (year > 0) & (month > 0) & (month <= len(_MONTHS)) & (day > 0) & (day <= length)
        problems = (Problem(f"{column} is missing", wrong == 1), Problem(f"{column} is not a day", (wrong != 1) & ~real))
        return Day(year * len(_MONTHS) + month - 1, day, length, problems)

    def days(self) -> tuple[Problem, ...]:
        """Make the columns `first`, `last` and `home`: the months in which an event may be, and that of its value."""
        mapping = self.mapping
        start = self.day(mapping.start)
        end = self.day(mapping.end) if mapping.end else start
        problems = list(start.problems)
        if mapping.end:
            usable = ~any_of(problem.holds for problem in (*start.problems, *end.problems))
            backwards = (end.month < start.month) | ((end.month == start.month) & (end.day < start.day))
            many = end.month - start.month >= mapping.longest
            problems += [
                *end.problems,
                Problem(f"{mapping.end} lies before {mapping.start}", usable & backwards),
                Problem(f"{mapping.start} and {mapping.end} are more than {mapping.longest} months", usable & many),
            ]
        first, last = start.month, end.month
        if mapping.precision:
            code = self.text(mapping.precision)
            off = number_of(0)
            for value, margin in mapping.margins.items():
                off = choose(code == value, number_of(margin), off)
            first, last = first - as_int(start.day <= off), last + as_int(end.day + off > end.length)
            problems.append(Problem(f"{mapping.precision} is missing", code == ""))
            unknown = (code != "") & ~code.is_in([*mapping.margins])
            problems.append(Problem(f"unknown {mapping.precision}", unknown, mapping.precision))
        home = start.month if mapping.month == "start" else end.month
        if mapping.crossing == "whole":
            first = last = home
        self.keep(undated=any_of(problem.holds for problem in problems))
        made = {"first": first, "last": last, "home": home}
        self.keep(**{name: choose(nw.col("undated"), number_of(NOWHERE), month) for name, month in made.items()})
        return tuple(problems)

    def areas(self) -> tuple[Problem, ...]:
        """Make the columns `country` and `area`; the area is empty where the country is rolled up as a whole alone."""
        mapping = self.mapping
        told = self.text(mapping.country)
        country = nw.lit(UNKNOWN)
        for code in dict.fromkeys(mapping.countries.values()):
            country = choose(told.is_in(_names(mapping.countries, code)), nw.lit(code), country)
        problems = [Problem(f"{mapping.country} is missing", told == "")]
        unknown = (told != "") & ~told.is_in([*mapping.countries])
        problems.append(Problem(f"unknown {mapping.country}", unknown, mapping.country))
        area = nw.lit("")
        if mapping.place:
            place = self.text(mapping.place)
            for owner, places in mapping.areas.items():
                inside = told.is_in(_names(mapping.countries, owner))
                here = nw.lit(mapping.unmapped)
                for code in dict.fromkeys(places.values()):
                    here = choose(place.is_in(_names(places, code)), nw.lit(code), here)
                area = choose(inside, here, area)
                problems.append(Problem(f"{mapping.place} is missing", inside & (place == "")))
                unknown = inside & (place != "") & ~place.is_in([*places])
                problems.append(Problem(f"unknown {mapping.place}", unknown, mapping.place))
        self.keep(country=country, area=area)
        return tuple(problems)

    def kinds(self) -> tuple[Problem, ...]:
        """Make the columns `k0`, `k1` …: 1 where an event is of that kind."""
        mapping = self.mapping
        problems = []
        for column in dict.fromkeys(column for kind in mapping.kinds for column in kind.columns):
            told, known = self.text(column), sorted(mapping.known(column))
            problems.append(Problem(f"{column} is missing", (told == "") & ~told.is_in(known)))
            problems.append(Problem(f"unknown {column}", (told != "") & ~told.is_in(known), column))
        flags = {
            f"k{place}": as_int(any_of(self.text(column).is_in([*kind.values]) for column in kind.columns))
            for place, kind in enumerate(mapping.kinds)
        }
        if flags:
            self.keep(**flags)
        return tuple(problems)

    def killed(self) -> tuple[dict[str, Count], tuple[Problem, ...]]:
        """Give the dead of an event, those in all under an empty name and those of groups, and what may be wrong."""
        mapping = self.mapping
        best = low = high = self.number(mapping.killed)
        problems = list(best.problems)
        if mapping.low and mapping.high:
            low, high = self.number(mapping.low), self.number(mapping.high)
            ranged = ~low.bad & ~high.bad
            below = ranged & (high.value < low.value)
            outside = ranged & ~below & ~best.bad & ((best.value < low.value) | (best.value > high.value))
            problems += [
                *low.problems,
                *high.problems,
                Problem(f"{mapping.high} lies below {mapping.low}", below),
                Problem(f"{mapping.killed} lies outside {mapping.low} and {mapping.high}", outside),
            ]
        unusable = any_of(problem.holds for problem in problems)
        owners = {f"g{place}": self._group(one) for place, one in enumerate(mapping.deaths)}
        self.keep(unusable=unusable, **owners)
        bad, zero = nw.col("unusable"), number_of(0)
        no_end = nw.lit(value=True) if mapping.bound != Bound.EXACT and not mapping.high else bad
        total = [choose(bad, zero, number.value) for number in (best, low, high)]
        counts = {"": Count(total[0], as_int(bad), total[1], total[2], as_int(no_end))}
        for one in mapping.deaths:
            number = self.number(one.column)
            above = ~bad & ~number.bad & (number.value > high.value)
            larger = Problem(f"{one.column} is larger than {mapping.high or mapping.killed}", above)
            problems += [*number.problems, *self._of_actor(one), larger]
        point = ~no_end & (low.value == high.value) if mapping.sides == "open" else nw.lit(value=True)
        parts = [(self.number(one.column), nw.col(f"g{place}")) for place, one in enumerate(mapping.deaths)]
        for place, group in enumerate(mapping.groups):
            value = reduce(add, (choose(owner == group, part.value, zero) for part, owner in parts))
            broken = any_of((owner == group) & part.bad for part, owner in parts)
            self.keep(**{f"v{place}": value, f"b{place}": broken, f"p{place}": any_of(o == group for _, o in parts)})
            value, broken, there = (nw.col(f"{name}{place}") for name in "vbp")
            wrong = broken | (~bad & (value > high.value))
            stated = point & ~wrong & ~bad if mapping.sides == "open" else ~wrong
            counts[group] = Count(
                choose(wrong, zero, value),
                as_int(wrong),
                choose(stated, value, zero),
                choose(there & ~wrong, choose(stated, value, high.value), zero),
                as_int(there & ~stated & (wrong | no_end)),
            )
        return counts, tuple(problems)

    def _group(self, one: Deaths) -> nw.Expr:
        """Give the group whose deaths a column has; empty for none."""
        group = nw.lit(one.group or self.mapping.unattributed or "")
        if one.actor:
            actor = self.text(one.actor)
            for pattern, code in reversed([*self.mapping.actors.items()]):
                group = choose(_fits(actor, pattern), nw.lit(code), group)
        return group

    def _of_actor(self, one: Deaths) -> list[Problem]:
        if not one.actor:
            return []
        actor = self.text(one.actor)
        known = any_of(_fits(actor, pattern) for pattern in self.mapping.actors)
        return [
            Problem(f"{one.actor} is missing", actor == ""),
            Problem(f"unknown {one.actor}", (actor != "") & ~known, one.actor),
        ]


def _names(codes: Mapping[str, str], code: str) -> list[str]:
    return [name for name, other in codes.items() if other == code]


def _fits(actor: nw.Expr, pattern: str) -> nw.Expr:
    """Whether a name is the one that stands there, or begins as it does before a star."""
    return (actor != "") & (actor.str.starts_with(pattern[:-1]) if pattern.endswith("*") else actor == pattern)


def _size(value: nw.Expr, wrong: nw.Expr) -> nw.Expr:
    """Add to what is wrong with a count that it is negative, 3, or too large, 4."""
    beyond = choose(value < 0, number_of(3), choose(value > LARGEST, number_of(4), wrong))
    return choose(wrong == 0, beyond, wrong)


def _iso(told: nw.Expr) -> tuple[nw.Expr, nw.Expr, nw.Expr]:
    year, month, day = (told.str.slice(start, length).cast(nw.Int64) for start, length in ((0, 4), (5, 2), (8, 2)))
    return year, month, day


def _words(told: nw.Expr) -> tuple[nw.Expr, nw.Expr, nw.Expr]:
    month = number_of(0)
    for number, word in enumerate(_MONTHS, 1):
        month = choose(told.str.contains(f" {word} ", literal=True), number_of(number), month)
    day, year = told.str.slice(0, 2).str.strip_chars().cast(nw.Int64), told.str.replace_all(r"^.* ", "").cast(nw.Int64)
    return year, month, day


def _length(year: nw.Expr, month: nw.Expr) -> nw.Expr:
    """Give the number of days of a month."""
    leap = (rest(year, 4) == 0) & ((rest(year, 100) != 0) | (rest(year, 400) == 0))
    short = choose(month.is_in(_SHORT), number_of(30), number_of(31))
    return choose(month == 2, choose(leap, number_of(29), number_of(28)), short)  # noqa: PLR2004  February
