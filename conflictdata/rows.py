"""The check on a user's own rows: other actors, other countries, other publishers."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import attrs
import pyarrow as pa

from conflictdata.balancing import Cells, Finding, Member, evaluate
from conflictdata.engines import FrameT, Streamed, library_of, names_of
from conflictdata.errors import (
    AmbiguousError,
    Fault,
    InvalidValueError,
    MissingColumnsError,
    MissingExtraError,
    RecordError,
    UnknownNameError,
)
from conflictdata.frames import Frame
from conflictdata.given import FLAGS, LARGEST, REPEATED, table_of
from conflictdata.models import Figure, Record, Source, Statement, signed
from conflictdata.schema import columns as columns_of
from conflictdata.structure import Key, Structure
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Bound, Verdict

if TYPE_CHECKING:
    from conflictdata import names
    from conflictdata.tables import Some

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
_DIGITS = re.compile(r"-?\d+(\.0*)?", re.ASCII)
_NO_COUNT = Member(0, None, "")  # of a row that cannot be used


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
                self.fault(number, key, REPEATED, spoils=True)
        if isinstance(member, str):
            self.fault(number, key, member, spoils=not subset)
        elif subset:
            name = row.get("id")
            self.subsets.append((key, "subset" if is_missing(name) else str(name), member))
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
        code, known = code_of(value), self.structure.known(column)
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
        if is_missing(value):
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
        high = None if _blank(top) else _count(top, "high")
        if high is not None and high < low:
            raise _Bad(f"high {high} lies below low {low}")
        if not _blank(told):
            number = _count(told, "value")
            fits = Interval(low, high)
            stated = fits if _blank(worded) else Interval.of(number, _bound(worded))
            if stated != fits or (_blank(worded) and number not in fits):
                raise _Bad(f"value {'' if _blank(worded) else f'{worded} '}{number} is not what low and high leave, {fits}")
            if not _blank(worded):
                return Member(low, high, signed(number, _bound(worded)), includes)
        stated_as = str(low) if low == high else f"{low}..{'' if high is None else high}"
        return Member(low, high, stated_as, includes, low != high)


def code_of(value: Any) -> str | None:
    """Give the code that a value is; None where there is none."""
    if isinstance(value, Source):
        return value.id
    return None if _blank(value) else str(value)


def is_missing(value: Any) -> bool:
    """Whether there is no value: None, not a number, or what pandas calls missing."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124  what is not equal to itself is no value
    except (TypeError, ValueError):  # pandas' NA is neither; a list of an array's is no truth
        return type(value).__name__ == "NAType"


def _blank(value: Any) -> bool:
    """Whether there is no value, or the empty text that files have in its place."""
    return is_missing(value) or (isinstance(value, str) and not value)


def _flag(value: Any) -> bool | None:
    """Take a flag as Python, files and databases write it; None if it is neither true nor false."""
    return False if is_missing(value) else FLAGS.get(str(value).strip().lower())


def _bound(value: Any) -> Bound:
    try:
        return Bound.EXACT if _blank(value) else Bound(value)
    except UnknownNameError as error:
        raise _Bad(f"unknown bound {error.name!r}") from error


def _count(value: Any, name: str) -> int:
    """Take a count: a whole number of 0 or more, however it is typed, as the text of a file too."""
    if _blank(value):
        raise _Bad(f"{name} is missing")
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = Decimal(value.strip())
    number = isinstance(value, Real | Decimal) and not isinstance(value, bool)
    # a decimal of many digits cannot be divided, but rounded
    if not number or value != (value.to_integral_value() if isinstance(value, Decimal) else value // 1):
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


@overload
def balance(
    rows: Frame | Iterable[Record] | Iterable[Mapping[Any, Any]],
    structure: None = ...,
    *,
    axis: "Some[names.AxisCode] | None" = ...,
    cell: str | Iterable[str] | None = ...,
    strict: bool = ...,
) -> Frame: ...


@overload
def balance(
    rows: Frame | Iterable[Record] | Iterable[Mapping[Any, Any]],
    structure: Structure | Mapping[str, Any] | str | Path,
    *,
    axis: str | Iterable[str] | None = ...,
    cell: str | Iterable[str] | None = ...,
    strict: bool = ...,
) -> Frame: ...


@overload
def balance(
    rows: FrameT,
    structure: None = ...,
    *,
    axis: "Some[names.AxisCode] | None" = ...,
    cell: str | Iterable[str] | None = ...,
    strict: bool = ...,
) -> FrameT: ...


@overload
def balance(
    rows: FrameT,
    structure: Structure | Mapping[str, Any] | str | Path,
    *,
    axis: str | Iterable[str] | None = ...,
    cell: str | Iterable[str] | None = ...,
    strict: bool = ...,
) -> FrameT: ...


@overload
def balance(
    rows: Streamed,
    structure: None = ...,
    *,
    axis: "Some[names.AxisCode] | None" = ...,
    cell: str | Iterable[str] | None = ...,
    strict: bool = ...,
) -> Frame: ...


@overload
def balance(
    rows: Streamed,
    structure: Structure | Mapping[str, Any] | str | Path,
    *,
    axis: str | Iterable[str] | None = ...,
    cell: str | Iterable[str] | None = ...,
    strict: bool = ...,
) -> Frame: ...


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
        rows: A frame: of pyarrow, pandas, polars (eager or lazy), DuckDB, Dask or PySpark. Or rows at hand: records,
            mappings, a table of this library, anything else that gives an Arrow stream. A row is the count of one cell: the
            codes of its columns, and its number as `value` with, if there is one, its `bound`, or as `low` and `high`
            (`high` null: no upper limit). It may have `includes`, the codes of what is counted inside it beside its own
            cell, and `subset`, true for a count of a part of the cell, which is never added; `id` is then its name.
        structure: What adds up to what, the tables that `Structure.of` takes, or the TOML file that `Structure.read` reads;
            by default that of the record, for Pakistan.
        axis: Only these checks of the structure.
        cell: The columns that say what is counted, beside those that the structure names; by default those of `dataset`,
            `source`, `period`, `area`, `scope`, `measure`, `group` that the rows have. A cell is given once.
        strict: Whether rows that cannot be used raise, instead of being given back. A lazy frame is run for it.

    Returns:
        A row for each total of which a part is there, for each part within a whole, and for each cell that cannot be used,
        with `axis` (null for a cell that cannot be used), the columns of the cell, and `verdict`. A total that rests on a
        row that cannot be used is `invalid` too; `reason` says why.

        For a frame, a frame of the same kind, lazy if it is, in no particular order: after the columns of the cell `part`
        (on the axis `within`), `low`, `high`, `parts` and `absent` (how many were added, and how many required ones are not
        there), `residual_low`, `residual_high`, `verdict`, `reason`.

        For rows at hand, a `Frame` in an order of its own, with `stated`, `low`, `high`, `parts`, `parts_stated`, `absent`
        (which were added, as what, and which are not there), `several`, `residual_low`, `residual_high`, `verdict`,
        `reason`.

    Raises:
        MissingColumnsError: If the structure needs columns that the rows do not have, or there are no numbers.
        UnknownNameError: If the structure has no such axis.
        RecordError: If `strict` and rows cannot be used: a number that is negative, missing or not whole, a cell given
            twice, an unknown part; all of them are listed, by their number in the table, those of a frame by their cells.
        AmbiguousError: If `cell` is not given, and the rows differ in other columns than these, or a frame has others: they
            may say what is counted, and totals would be held against the parts of others.
        InvalidValueError: If the rows are no table, a column of the cell is called like one of the result, or a column of a
            frame is of a type that cannot hold what it should.
        MissingExtraError: For a frame, if narwhals is not installed.

    Examples:
        >>> import conflictdata as cd
        >>> cell = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed"}
        >>> groups = {"total": 458, "militants": 355, "security_forces": 72, "civilians": 30}
        >>> rows = [{**cell, "group": group, "value": value} for group, value in groups.items()]
        >>> (row,) = cd.balance(rows, axis="groups").to_arrow().to_pylist()
        >>> row["verdict"], row["residual_low"], row["parts_stated"]
        ('short', 1, ['355', '72', '30'])
    """
    declared = structure_of(structure)
    checks = declared if axis is None else declared.select(named_axes(declared, axis))
    if library_of(rows) is not None:
        return _of_frame(rows, declared, checks, cell, strict=strict)
    return check_rows(rows, declared, checks, cell, strict=strict)


def _of_frame(frame: Any, declared: Structure, checks: Structure, cell: str | Iterable[str] | None, *, strict: bool) -> Any:
    """Check a frame, on the engine that it is of."""
    names = names_of(frame)
    columns = _cell(declared, checks, names, cell, _OF_FRAMES)
    _there(columns, names)
    other = [name for name in names if name not in {*columns, *_BESIDE} and not name.startswith("__")]
    if cell is None and other:
        raise AmbiguousError(_doubt(other, columns))
    try:
        from conflictdata.framed import balance_frame
    except ImportError as error:
        raise MissingExtraError("balance", "frames") from error
    return balance_frame(frame, declared, checks, columns, strict=strict)


def check_rows(
    rows: Any, declared: Structure, checks: Structure, cell: str | Iterable[str] | None, *, strict: bool
) -> Frame:
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


def structure_of(structure: Structure | Mapping[str, Any] | str | Path | None) -> Structure:
    """Give the structure that a user names: itself, its tables, its file, or none for that of the record."""
    if structure is None:
        return Structure.declared()
    if isinstance(structure, str | Path):
        return Structure.read(structure)
    return structure if isinstance(structure, Structure) else Structure.of(structure)


def named_axes(structure: Structure, axis: str | Iterable[str]) -> list[str]:
    """Give the axes that a user names; one that the structure does not have is refused."""
    wanted = [axis] if isinstance(axis, str) else list(axis)
    for name in wanted:
        if name not in structure.axes:
            raise UnknownNameError("axis", name, structure.axes)
    return wanted


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
