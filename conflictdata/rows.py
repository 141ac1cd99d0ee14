"""The check on a user's own rows: other actors, other countries, other publishers."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa

from conflictdata.balancing import Cells, Finding, Member, evaluate
from conflictdata.errors import (
    AmbiguousError,
    Fault,
    InvalidValueError,
    MissingColumnsError,
    RecordError,
    UnknownNameError,
)
from conflictdata.engines import library_of, take
from conflictdata.frames import Frame
from conflictdata.given import table_of
from conflictdata.models import Figure, Source, Statement, signed
from conflictdata.schema import columns as columns_of
from conflictdata.structure import Key, Structure
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Axis, Bound, Verdict

# The columns that make up a cell, as far as a table has them.
CELL = ("dataset", "source", "period", "area", "scope", "measure", "group")
# The columns of numbers, and what this library's own tables have beside them.
_BESIDE = {"value", "bound", "low", "high", "includes", "subset", "id"}
_BESIDE |= {column.field.name for model in (Figure, Statement) for column in columns_of(model)}
_NUMBERS = ("value", "bound", "low", "high", "includes")
_RESULT = (
    *("axis", "stated", "low", "high", "parts", "parts_stated", "absent", "several"),
    *("residual_low", "residual_high", "verdict", "reason"),
)
_OF_FRAMES = ("axis", "part", "low", "high", "parts", "absent", "residual_low", "residual_high", "verdict", "reason")
LARGEST = 10**15  # so that thousands of them can be added in 64 bits
_DIGITS = re.compile(r"-?\d+(\.0*)?", re.ASCII)
_NO_COUNT = Member(0, None, "")  # of a row that cannot be used
_FLAGS: dict[object, bool] = {"true": True, "1": True, "false": False, "0": False, "": False}


class _Bad(Exception):  # noqa: N818  it never leaves this module
    """What is wrong with a row."""


@attrs.define
class _Reader:
    """Reads rows into cells, and keeps what is wrong with them."""

    columns: tuple[str, ...]
    structure: Structure
    ranged: bool  # whether the numbers stand as low and high
    codes: Collection[str]  # what a count may include; empty for anything
    members: dict[Key, Member] = attrs.field(factory=dict)
    subsets: list[tuple[Key, str, Member]] = attrs.field(factory=list)
    lines: Counter[Key] = attrs.field(factory=Counter)
    faults: list[tuple[int, Key, str]] = attrs.field(factory=list)
    bad: dict[Key, set[str]] = attrs.field(factory=lambda: defaultdict(set))
    # What a code or a number comes to is worked out once: tables have many rows and few of either.
    seen: list[dict[Any, tuple[str | None, str]]] = attrs.field(init=False)
    numbers: dict[Any, Member | str] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Begin with nothing seen."""
        self.seen = [{} for _ in self.columns]

    def read(self, row: Mapping[str, Any], number: int) -> None:
        """Take one row in."""
        told = [self.code(place, row.get(column)) for place, column in enumerate(self.columns)]
        key = tuple(code for code, _ in told)
        subset = _flag(row.get("subset"))
        problems = [f"subset {row['subset']!r} is neither true nor false"] if subset is None else []
        unknown = [problem for _, problem in told if problem]
        member = [*problems, *unknown][0] if problems or unknown else self.number(row)
        if not subset and not unknown:
            self.lines[key] += 1
            if self.lines[key] > 1:
                self.fault(number, key, "stands more than once", spoils=True)
        if isinstance(member, str):
            self.fault(number, key, member, spoils=not subset)
        elif subset:
            name = row.get("id")
            self.subsets.append((key, "subset" if _missing(name) else str(name), member))
        else:
            self.members[key] = member

    def fault(self, number: int, key: Key, problem: str, *, spoils: bool) -> None:
        self.faults.append((number, key, problem))
        if spoils:
            self.bad[key].add(problem)

    def code(self, place: int, value: Any) -> tuple[str | None, str]:
        """Give the code of a value in a column, and what is wrong with it."""
        raw = (type(value), value)  # since 1 is not true, though the two are equal
        try:
            if raw not in self.seen[place]:
                self.seen[place][raw] = self.held(place, value)
            return self.seen[place][raw]
        except TypeError:  # a list is no key, and no code
            return self.held(place, value)

    def held(self, place: int, value: Any) -> tuple[str | None, str]:
        """Hold a value against the structure: its code, or the shortest name of a span, `2025-Q1` for `2025-01/2025-03`."""
        column = self.columns[place]
        code, known = _code(value), self.structure.known(column)
        if code is None:
            return None, f"{column} is missing"
        if known is not None and code not in known:
            return code, f"unknown {column} {code!r}"
        if column in self.structure.calendars:
            try:
                return Period.of(code).code, ""
            except InvalidValueError as error:
                return code, f"{column}: {error.problem}"
        return code, ""

    def number(self, row: Mapping[str, Any]) -> Member | str:
        """Give the count of a row, or what is wrong with it."""
        raw = tuple((type(value), value) for value in map(row.get, _NUMBERS))
        try:
            if raw not in self.numbers:
                self.numbers[raw] = self.counted(row)
            return self.numbers[raw]
        except TypeError:  # codes in a list
            return self.counted(row)

    def counted(self, row: Mapping[str, Any]) -> Member | str:
        """Work out the count of a row, or what is wrong with it."""
        try:
            return self.member(row)
        except _Bad as problem:
            return str(problem)

    def included(self, value: Any) -> frozenset[str]:
        """Take what a count includes: codes, or their text with spaces between."""
        if _missing(value):
            return frozenset()
        codes = frozenset(value.split() if isinstance(value, str) else map(str, value))
        if unknown := sorted(codes.difference(self.codes)) if self.codes else []:
            raise _Bad(f"includes what is not known: {' '.join(unknown)}")
        return codes

    def cells(self) -> Cells:
        """Give what can be used."""
        bad = {key: "; ".join(sorted(problems)) for key, problems in self.bad.items()}
        members = {key: member for key, member in self.members.items() if key not in bad}
        return Cells(self.columns, members, self.subsets, bad)

    def member(self, row: Mapping[str, Any]) -> Member:
        """Take the number of a row."""
        includes = self.included(row.get("includes"))
        told, worded = row.get("value"), row.get("bound")
        if not self.ranged:
            number, bound = _count(told, "value"), _bound(worded)
            interval = Interval.of(number, bound)
            return Member(interval.low, interval.high, signed(number, bound), includes)
        low, top = _count(row.get("low"), "low"), row.get("high")
        high = None if _missing(top) else _count(top, "high")
        if high is not None and high < low:
            raise _Bad(f"high {high} lies below low {low}")
        if not _missing(told):
            number = _count(told, "value")
            fits = Interval(low, high)
            stated = fits if _missing(worded) else Interval.of(number, _bound(worded))
            if stated != fits or (_missing(worded) and number not in fits):
                raise _Bad(
                    f"value {'' if _missing(worded) else f'{worded} '}{number} is not what low and high leave, {fits}"
                )
            if not _missing(worded):
                return Member(low, high, signed(number, _bound(worded)), includes)
        stated_as = str(low) if low == high else f"{low}..{'' if high is None else high}"
        return Member(low, high, stated_as, includes, low != high)


def _code(value: Any) -> str | None:
    """Give the code that a value is; None where there is none."""
    if isinstance(value, Source):
        return value.id
    return None if _missing(value) or value == "" else str(value)


def _missing(value: Any) -> bool:
    """Whether there is no value: None, not a number, or what pandas calls missing."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124  what is not equal to itself is no value
    except (TypeError, ValueError):  # pandas' NA is neither; a list of an array's is no truth
        return type(value).__name__ == "NAType"


def _flag(value: Any) -> bool | None:
    """Take a flag as Python, files and databases write it; None if it is neither true nor false."""
    return False if _missing(value) else _FLAGS.get(str(value).strip().lower())


def _bound(value: Any) -> Bound:
    try:
        return Bound.EXACT if _missing(value) or value == "" else Bound(value)
    except UnknownNameError as error:
        raise _Bad(f"unknown bound {error.name!r}") from error


def _count(value: Any, name: str) -> int:
    """Take a count: a whole number of 0 or more, however it is typed, as the text of a file too."""
    if _missing(value) or value == "":
        raise _Bad(f"{name} is missing")
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = Decimal(value.strip())
    number = isinstance(value, Real | Decimal) and not isinstance(value, bool)
    if not number or value != value // 1:
        raise _Bad(f"{name} {value!r} is not a whole number")
    if value < 0:
        raise _Bad(f"{name} {value} is negative")
    if value > LARGEST:
        raise _Bad(f"{name} {value} is larger than {LARGEST:,}")
    return int(value)


def _cell(
    structure: Structure,
    checks: Structure,
    names: Sequence[str],
    cell: str | Iterable[str] | None,
    result: Collection[str],
) -> tuple[str, ...]:
    """Say which columns make up a cell: those that were named, and those whose codes the structure names."""
    named = (
        [column for column in CELL if column in names] if cell is None else [cell] if isinstance(cell, str) else list(cell)
    )
    # What a cell is does not depend on which checks are asked for.
    columns = tuple(dict.fromkeys([*named, *checks.columns, *(c for c in structure.named if c in names)]))
    if clash := [column for column in columns if column in result or column.startswith("__")]:
        raise InvalidValueError("cell", f"columns of the result are called so too: {', '.join(clash)}; rename them")
    return columns


def _there(columns: Iterable[str], names: Sequence[str]) -> None:
    """Refuse a table without the columns that the check needs."""
    missing = [column for column in columns if column not in names]
    missing += [] if {"low", "high"} <= set(names) or "value" in names else ["value"]
    if missing:
        raise MissingColumnsError(missing, names)


def _doubt(other: Iterable[str], cell: Iterable[str]) -> str:
    listed = ", ".join(cell)
    return f"{', '.join(other)}: does this say what is counted? Name the columns of a cell: cell=[…], beside {listed}"


def _told_apart(names: Iterable[str], cell: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse columns of which it is not known whether they say what is counted."""
    other = [name for name in names if name not in {*cell, *_BESIDE} and not name.startswith("__")]
    differ = [name for name in other if any(str(row.get(name)) != str(rows[0].get(name)) for row in rows)]
    if differ:
        raise AmbiguousError(_doubt(differ, cell))


def balance(
    rows: Any,
    structure: Structure | Mapping[str, Any] | str | Path | None = None,
    *,
    axis: str | Iterable[str] | None = None,
    cell: str | Iterable[str] | None = None,
    strict: bool = False,
) -> Any:
    """Hold every total of a table of yours against the sum of its parts.

    Args:
        rows: An Arrow table, anything that gives an Arrow stream (a polars or pandas frame, a DuckDB relation, a table of
            this library), or records or mappings. A row is the count of one cell: the codes of its columns, and its number
            as `value` with, if there is one, its `bound`, or as `low` and `high` (`high` null: no upper limit). It may
            have `includes`, the codes of what is counted inside it beside its own cell, and `subset`, true for a count of
            a part of the cell, which is never added.
        structure: What adds up to what, the tables that `Structure.of` takes, or the TOML file that `Structure.read` reads;
            by default that of the record, for Pakistan.
        axis: Only these checks of the structure.
        cell: The columns that say what is counted, beside those that the structure names; by default those of `dataset`,
            `source`, `period`, `area`, `scope`, `measure`, `group` that the rows have. A cell is given once.
        strict: Whether rows that cannot be used raise, instead of being given back.

    Returns:
        A row for each total of which a part is there, for each part within a whole, and for each row that cannot be used,
        whatever the order of the rows, with `axis` (null for a row that cannot be used), the columns of the cell, `stated`,
        `low`, `high`, `parts`, `parts_stated`, `absent`, `several`, `residual_low`, `residual_high`, `verdict`, and
        `reason`, which says what is wrong where the verdict is `invalid`. A total that rests on such a row is so too.

    Raises:
        MissingColumnsError: If the structure needs columns that the rows do not have, or there are no numbers.
        UnknownNameError: If the structure has no such axis.
        RecordError: If `strict` and rows cannot be used: a number that is negative, missing or not whole, a cell given
            twice, an unknown part; all of them are listed, by their number in the table.
        AmbiguousError: If `cell` is not given, and the rows differ in other columns than these: they may say what is
            counted, and totals would be held against the parts of others.
        InvalidValueError: If the rows are no table, or a column of the cell is called like one of the result.

    Examples:
        >>> import conflictdata as cd
        >>> cell = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed"}
        >>> groups = {"total": 458, "militants": 355, "security_forces": 72, "civilians": 30}
        >>> rows = [{**cell, "group": group, "value": value} for group, value in groups.items()]
        >>> (row,) = cd.balance(rows, axis="groups").to_arrow().to_pylist()
        >>> row["verdict"], row["residual_low"], row["parts_stated"]
        ('short', 1, ['355', '72', '30'])
    """
    declared = _structure(structure)
    checks = declared if axis is None else declared.select(_axes(declared, axis))
    if library_of(rows) is not None:
        return _of_frame(rows, declared, checks, cell, strict=strict)
    return _of_rows(rows, declared, checks, cell, strict=strict)


def _of_frame(
    frame: Any, declared: Structure, checks: Structure, cell: str | Iterable[str] | None, *, strict: bool
) -> Any:
    """Check a frame, on the engine that it is of."""
    taken = take(frame, "balance")
    names = taken.frame.collect_schema().names()
    columns = _cell(declared, checks, names, cell, _OF_FRAMES)
    _there(columns, names)
    other = [name for name in names if name not in {*columns, *_BESIDE} and not name.startswith("__")]
    if cell is None and other:
        raise AmbiguousError(_doubt(other, columns))
    from conflictdata.framed import check, faults_of

    if strict and (faults := faults_of(taken, declared, columns)):
        raise RecordError(faults, "the rows")
    return taken.back(check(taken, declared, checks, columns))


def _of_rows(rows: Any, declared: Structure, checks: Structure, cell: str | Iterable[str] | None, *, strict: bool) -> Frame:
    """Check rows that are at hand, one by one."""
    names, table = table_of(rows)
    columns = _cell(declared, checks, names, cell, _RESULT)
    if names:
        _there(columns, names)
    ranged = {"low", "high"} <= set(names)
    if cell is None:
        _told_apart(names, columns, table)
    vocabulary = [known for column in declared.named if (known := declared.known(column)) is not None]
    reader = _Reader(columns, declared, ranged, frozenset().union(*vocabulary))
    for number, row in enumerate(table, 1):
        reader.read(row, number)
    if strict and reader.faults:
        raise RecordError([Fault("row", number, "", problem) for number, _, problem in reader.faults], "the rows")
    cells = reader.cells()
    # A count of a part of a cell spoils nothing but itself: it comes back beside whatever is wrong with its cell.
    spoilt = {*cells.bad.items()}
    spoilt |= {(key, problem) for _, key, problem in reader.faults if problem not in reader.bad.get(key, ())}
    return _frame(columns, checks, [_bad(*row) for row in spoilt] + evaluate(cells, checks))


def _structure(structure: Structure | Mapping[str, Any] | str | Path | None) -> Structure:
    if structure is None:
        return Structure.declared()
    if isinstance(structure, str | Path):
        return Structure.read(structure)
    return structure if isinstance(structure, Structure) else Structure.of(structure)


def _axes(structure: Structure, axis: str | Iterable[str]) -> list[str]:
    wanted = [axis] if isinstance(axis, str) else list(axis)
    for name in wanted:
        if name not in structure.axes:
            raise UnknownNameError("axis", name, structure.axes)
    return wanted


def assert_adds_up(
    rows: Any,
    structure: Structure | Mapping[str, Any] | str | Path | None = None,
    *,
    axis: str | Iterable[str] | None = None,
    cell: str | Iterable[str] | None = None,
    explained: Any = (),
) -> None:
    """Hold a table of yours to the rules of the record, for use in your own tests.

    Every row can be used; every total with all its parts equals their sum, no parts exceed their total, and what is short
    or over is explained, with the residual it has today.

    Args:
        rows: As for `balance`.
        structure: As for `balance`.
        axis: As for `balance`.
        cell: As for `balance`.
        explained: What is known to be short or over: a table or records with the `axis`, the columns of the cell,
            `residual_low` and `residual_high` (a column that is left out is null), and, on the axis `within`, the `part`.
            Entries of axes that are not asked for are left alone.

    Raises:
        AssertionError: If not, with everything that is wrong; also if no total has all its required parts, on each axis
            that was asked for or, by default, on any: then nothing was checked.
        MissingColumnsError: If the structure needs columns that the rows do not have, or there are no numbers.
        UnknownNameError: If the structure has no such axis, or not one that is explained.
        AmbiguousError: As for `balance`.
        InvalidValueError: As for `balance`.

    Examples:
        >>> import conflictdata as cd
        >>> cell = {"measure": "killed"}
        >>> groups = {"total": 458, "militants": 355, "security_forces": 72, "civilians": 30}
        >>> rows = [{**cell, "group": group, "value": value} for group, value in groups.items()]
        >>> cd.assert_adds_up(rows, axis="groups")
        Traceback (most recent call last):
            ...
        AssertionError: 1 do not add up
        measure=killed group=total, groups: short, 458 less 355 militants + 72 security_forces + 30 civilians is 1
        >>> known = [{**cell, "axis": "groups", "group": "total", "residual_low": 1, "residual_high": 1}]
        >>> cd.assert_adds_up(rows, axis="groups", explained=known)
    """
    declared = _structure(structure)
    checks = declared if axis is None else declared.select(_axes(declared, axis))
    found = _of_rows(rows, declared, checks, cell, strict=False).to_arrow()
    columns = found.column_names[1 : found.column_names.index("stated")]
    results = found.to_pylist()
    asked = None if axis is None else {axis} if isinstance(axis, str) else set(axis)
    told, wrong = _told(explained, {column: column in declared.calendars for column in columns}, asked)
    _axes(declared, {key[0] for key in told})
    complete = {row["axis"] for row in results if row["verdict"] != Verdict.INVALID and not row["absent"]}
    empty = sorted(asked - complete) if asked else [] if complete else [""]
    wrong += [f"{name} no total has all its required parts: nothing was checked".strip() for name in empty]
    failing = set()
    for row in results:
        where = " ".join(f"{column}={row[column]}" for column in columns)
        part = row["parts"][0] if row["axis"] == Axis.WITHIN else ""
        key = (row["axis"], *(row[column] for column in columns), part)
        if row["verdict"] == Verdict.INVALID:
            wrong.append(f"{where}: {row['reason']}")
        elif row["verdict"] in {Verdict.SHORT, Verdict.OVER}:
            failing.add(key)
            if told.get(key) != _ends(row):
                added = " + ".join(map(" ".join, zip(row["parts_stated"], row["parts"], strict=True)))
                known = f"; explained for {_span(told[key])}" if key in told else ""
                residual = f"{row['stated']} less {added} is {_span(_ends(row))}"
                wrong.append(f"{where}, {row['axis']}: {row['verdict']}, {residual}{known}")
    wrong += [f"{_named(key)}: explained, but neither short nor over" for key in told.keys() - failing]
    if wrong:
        raise AssertionError("\n".join([f"{len(wrong)} do not add up", *sorted(wrong)]))


def _named(key: Key) -> str:
    return " ".join(str(code) for code in key if code)


def _told(explained: Any, columns: Mapping[str, bool], asked: set[str] | None) -> tuple[dict[Key, Any], list[str]]:
    """Take what is explained, by what it is about; what is explained twice is wrong."""
    told: dict[Key, Any] = {}
    wrong = []
    for row in table_of(explained)[1]:
        part = row.get("part")
        codes = [_span_code(row.get(column)) if spans else _code(row.get(column)) for column, spans in columns.items()]
        key = (row.get("axis"), *codes, "" if _missing(part) else part)
        if key in told:
            wrong.append(f"{_named(key)}: explained twice")
        if asked is None or row.get("axis") in asked:
            told[key] = _ends(row)
    return told, wrong


def _span_code(value: Any) -> str | None:
    """Give the shortest name of a span; what is none stays, and matches nothing."""
    code = _code(value)
    try:
        return None if code is None else Period.of(code).code
    except InvalidValueError:
        return code


def _ends(row: Mapping[str, Any]) -> tuple[int | None, int | None]:
    return _end(row.get("residual_low")), _end(row.get("residual_high"))


def _end(value: Any) -> int | None:
    return None if _missing(value) or value == "" else int(value)


def _span(ends: tuple[int | None, int | None]) -> str:
    low, high = ends
    return str(low) if low == high else f"{'' if low is None else low}..{'' if high is None else high}"


def _bad(key: Key, problem: str) -> Finding:
    nothing: tuple[str, ...] = ()
    return Finding("", key, _NO_COUNT, nothing, nothing, nothing, False, None, None, Verdict.INVALID, problem)  # noqa: FBT003


def _frame(columns: tuple[str, ...], structure: Structure, found: list[Finding]) -> Frame:
    """Lay the findings out as columns, in an order of their own."""
    places = {name: place for place, name in enumerate(("", *structure.axes))}
    found.sort(key=lambda f: (places[f.axis], [code or "" for code in f.key], f.parts, f.stated, f.problem))
    texts = pa.list_(pa.string())
    made: dict[str, pa.Array] = {"axis": pa.array([f.axis or None for f in found], pa.string())}
    for place, column in enumerate(columns):
        made[column] = pa.array([f.key[place] for f in found], pa.string())
    made |= {
        "stated": pa.array([f.total.stated or None for f in found], pa.string()),
        "low": pa.array([f.total.low if f.total.stated else None for f in found], pa.int64()),
        "high": pa.array([f.total.high for f in found], pa.int64()),
        "parts": pa.array([f.parts for f in found], texts),
        "parts_stated": pa.array([f.stated for f in found], texts),
        "absent": pa.array([f.absent for f in found], texts),
        "several": pa.array([f.several for f in found], pa.bool_()),
        "residual_low": pa.array([f.residual_low for f in found], pa.int64()),
        "residual_high": pa.array([f.residual_high for f in found], pa.int64()),
        "verdict": pa.array([f.verdict.value for f in found], pa.string()),
        "reason": pa.array([f.problem or None for f in found], pa.string()),
    }
    return Frame(pa.table(made), "balances")
