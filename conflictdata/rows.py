"""The check on a user's own rows: other actors, other countries, other publishers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from numbers import Number
from typing import Any

import attrs
import pyarrow as pa

from conflictdata.balancing import Cells, Finding, Member, evaluate
from conflictdata.errors import Fault, InvalidValueError, MissingColumnsError, RecordError, UnknownNameError
from conflictdata.models import Record, Source, signed
from conflictdata.structure import Key, Structure
from conflictdata.tables import Frame
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Axis, Bound, Verdict

# The columns that make up a cell, as far as a table has them.
CELL = ("dataset", "source", "period", "area", "scope", "measure", "group")
_NO_COUNT = Member(0, None, "")  # of a row that cannot be used


class _Bad(Exception):  # noqa: N818  it never leaves this module
    """What is wrong with a row."""


@attrs.define
class _Reader:
    """Reads rows into cells, and keeps what is wrong with them."""

    columns: tuple[str, ...]
    structure: Structure
    ranged: bool  # whether the numbers stand as low and high
    members: dict[Key, Member] = attrs.field(factory=dict)
    subsets: list[tuple[Key, str, Member]] = attrs.field(factory=list)
    lines: Counter[Key] = attrs.field(factory=Counter)
    faults: list[tuple[int, Key, str]] = attrs.field(factory=list)
    bad: dict[Key, set[str]] = attrs.field(factory=lambda: defaultdict(set))
    known: list[Collection[str] | None] = attrs.field(init=False)
    spans: list[bool] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Look up once what each column may hold."""
        self.known = [self.structure.known(column) for column in self.columns]
        self.spans = [column in self.structure.calendars for column in self.columns]

    def read(self, row: Mapping[str, Any], number: int) -> None:
        """Take one row in."""
        key = tuple(_code(row.get(column)) for column in self.columns)
        subset = bool(row.get("subset"))
        self.lines[key] += not subset
        try:
            self.check(key)
            member = _member(row, ranged=self.ranged)
        except _Bad as problem:
            self.fault(number, key, str(problem), spoils=not subset)
            return
        if subset:
            self.subsets.append((key, str(row.get("id") or "subset"), member))
            return
        if self.lines[key] > 1:
            self.fault(number, key, "stands more than once", spoils=True)
        self.members[key] = member

    def fault(self, number: int, key: Key, problem: str, *, spoils: bool) -> None:
        self.faults.append((number, key, problem))
        if spoils:
            self.bad[key].add(problem)

    def check(self, key: Key) -> None:
        """Hold the codes of a cell against the structure."""
        for column, code, known, spans in zip(self.columns, key, self.known, self.spans, strict=True):
            if code is None:
                raise _Bad(f"{column} is missing")
            if known is not None and code not in known:
                raise _Bad(f"unknown {column} {code!r}")
            if spans:
                try:
                    Period.of(code)
                except InvalidValueError as error:
                    raise _Bad(error.problem) from error

    def cells(self) -> Cells:
        """Give what can be used."""
        bad = {key: "; ".join(sorted(problems)) for key, problems in self.bad.items()}
        members = {key: member for key, member in self.members.items() if key not in bad}
        return Cells(self.columns, members, self.subsets, bad)


def _code(value: Any) -> str | None:
    if isinstance(value, Source):
        return value.id
    return None if value is None else str(value)


def _count(value: Any, name: str) -> int:
    """Take a count: a whole number of 0 or more, however it is typed."""
    if value is None or value != value:  # noqa: PLR0124  what is not equal to itself is no number
        raise _Bad(f"{name} is missing")
    number = isinstance(value, Number) and not isinstance(value, bool)
    if not number or value != value // 1:
        raise _Bad(f"{name} {value!r} is not a whole number")
    if value < 0:
        raise _Bad(f"{name} {value} is negative")
    return int(value)


def _member(row: Mapping[str, Any], *, ranged: bool) -> Member:
    includes = row.get("includes") or ()
    codes = frozenset(includes.split() if isinstance(includes, str) else map(str, includes))
    value = row.get("value")
    low, high = 0, None
    if ranged:
        low = _count(row.get("low"), "low")
        top = row.get("high")
        high = None if top is None or top != top else _count(top, "high")  # noqa: PLR0124  as above
        if high is not None and high < low:
            raise _Bad(f"high {high} lies below low {low}")
        if value is None:
            return Member(
                low, high, str(low) if low == high else f"{low}..{'' if high is None else high}", codes, low != high
            )
    number = _count(value, "value")
    try:
        bound = Bound(row.get("bound") or Bound.EXACT)
    except UnknownNameError as error:
        raise _Bad(f"unknown bound {error.name!r}") from error
    if not ranged:
        interval = Interval.of(number, bound)
        low, high = interval.low, interval.high
    return Member(low, high, signed(number, bound), codes)


def _rows(table: Any) -> tuple[list[str], list[Mapping[str, Any]]]:
    """Give the columns and the rows of a table, of anything that gives an Arrow stream, or of records."""
    if not isinstance(table, pa.Table) and hasattr(table, "__arrow_c_stream__"):
        table = pa.table(table)
    if isinstance(table, pa.Table):
        names = list(table.column_names)
        columns = [_values(table[name]) for name in names]
        return names, [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    rows: list[Mapping[str, Any]] = [_fields(row) for row in table]
    return list(dict.fromkeys(name for row in rows for name in row)), rows


def _values(column: pa.ChunkedArray) -> list[Any]:
    if not pa.types.is_dictionary(column.type):
        values: list[Any] = column.to_pylist()
        return values
    values = []
    for chunk in column.chunks:  # the scalars of a dictionary are slow to make
        names = [*chunk.dictionary.to_pylist(), None]
        values += [names[-1 if place is None else place] for place in chunk.indices.to_pylist()]
    return values


def _fields(row: Any) -> Mapping[str, Any]:
    if isinstance(row, Record):
        return {field.name: getattr(row, field.name) for field in attrs.fields(type(row))}
    if isinstance(row, Mapping):
        return row
    raise InvalidValueError("rows", f"{type(row).__name__} is neither a record nor a mapping")


def balance(
    rows: Any,
    structure: Structure | None = None,
    *,
    axis: str | Iterable[str] | None = None,
    cell: Iterable[str] | None = None,
    strict: bool = False,
) -> Frame:
    """Hold every total of a table of yours against the sum of its parts.

    Args:
        rows: An Arrow table, anything that gives an Arrow stream (a polars or pandas frame, a DuckDB relation, a table of
            this library), or records or mappings. A row is the count of one cell: the codes of its columns, and its number
            as `value` with, if there is one, its `bound`, or as `low` and `high` (`high` null: no upper limit). It may
            have `includes`, the codes of what is counted inside it beside its own cell, and `subset`, true for a count of
            a part of the cell, which is never added.
        structure: What adds up to what; by default that of the record.
        axis: Only these checks of the structure.
        cell: The columns that say what is counted; by default those of `dataset`, `source`, `period`, `area`, `scope`,
            `measure`, `group` that the rows have, and those that the structure names. A cell is given once.
        strict: Whether rows that cannot be used raise, instead of being given back.

    Returns:
        A row for each total of which a part is there, for each part within a whole, and for each row that cannot be used,
        whatever the order of the rows: `axis` (null for a row that cannot be used), the columns of the cell, `state`,
        `low`, `high`, `parts`, `parts_state`, `absent`, `several`, `residual_low`, `residual_high`, `verdict`, and `reason`,
        which says what is wrong where the verdict is `invalid`. A total that rests on such a row is `invalid` too.

    Raises:
        MissingColumnsError: If the structure needs columns that the rows do not have, or there are no numbers.
        UnknownNameError: If the structure has no such axis.
        RecordError: If `strict` and rows cannot be used: a number that is negative, missing or not whole, a cell given
            twice, an unknown part; all of them are listed, by their number in the table.
        InvalidValueError: If the rows are neither records nor mappings.
    """
    whole = declared = structure or Structure.declared()
    if axis is not None:
        wanted = [axis] if isinstance(axis, str) else list(axis)
        for name in wanted:
            if name not in whole.axes:
                raise UnknownNameError("axis", name, whole.axes)
        whole = whole.select(wanted)
    names, table = _rows(rows)
    named = [column for column in CELL if column in names] if cell is None else list(cell)
    # What a cell is does not depend on which checks are asked for.
    other = [column for column in declared.columns if column in names]
    columns = tuple(dict.fromkeys([*named, *whole.columns, *other]))
    missing = [column for column in columns if column not in names]
    missing += [] if {"low", "high"} <= set(names) or "value" in names else ["value"]
    if missing and names:
        raise MissingColumnsError(missing, names)
    reader = _Reader(columns, whole, ranged={"low", "high"} <= set(names))
    for number, row in enumerate(table, 1):
        reader.read(row, number)
    if strict and reader.faults:
        raise RecordError([Fault("row", number, "", problem) for number, _, problem in reader.faults], "the rows")
    cells = reader.cells()
    spoilt = {*((key, problem) for key, problem in cells.bad.items())}
    spoilt |= {(key, problem) for _, key, problem in reader.faults if key not in cells.bad}
    return _frame(columns, whole, [_bad(*row) for row in spoilt] + evaluate(cells, whole))


def assert_adds_up(
    rows: Any,
    structure: Structure | None = None,
    *,
    axis: str | Iterable[str] | None = None,
    cell: Iterable[str] | None = None,
    explained: Iterable[Any] = (),
) -> None:
    """Hold a table of yours to the rules of the record, for use in your own tests.

    Every row can be used; every total with all its parts equals their sum, no parts exceed their total, and what is short
    or over is explained, with the residual it has today.

    Args:
        rows: As for `balance`.
        structure: As for `balance`.
        axis: As for `balance`.
        cell: As for `balance`.
        explained: What is known to be short or over: records or mappings with the `axis`, the columns of the cell,
            `residual_low` and `residual_high` (a column that is left out is null), and, on the axis `within`, the `part`.

    Raises:
        AssertionError: If not, with everything that is wrong; also if no total has any part, since nothing was checked.
        MissingColumnsError: If the structure needs columns that the rows do not have, or there are no numbers.
        UnknownNameError: If the structure has no such axis.
        InvalidValueError: If the rows are neither records nor mappings.
    """
    found = balance(rows, structure, axis=axis, cell=cell).to_arrow()
    columns = found.column_names[1 : found.column_names.index("state")]
    told = {
        (row.get("axis"), *(_code(row.get(column)) for column in columns), row.get("part") or ""): _ends(row)
        for row in map(_fields, explained)
    }
    wrong = [] if found.num_rows else ["no total has any of its parts: nothing was checked"]
    failing = set()
    for row in found.to_pylist():
        where = " ".join(f"{column}={row[column]}" for column in columns)
        part = row["parts"][0] if row["axis"] == Axis.WITHIN else ""
        key = (row["axis"], *(row[column] for column in columns), part)
        if row["verdict"] == Verdict.INVALID:
            wrong.append(f"{where}: {row['reason']}")
        elif row["verdict"] in {Verdict.SHORT, Verdict.OVER}:
            failing.add(key)
            if told.get(key) != _ends(row):
                added = " + ".join(f"{state} {name}" for name, state in zip(row["parts"], row["parts_state"], strict=True))
                known = f"; explained for {_span(told[key])}" if key in told else ""
                wrong.append(
                    f"{where}, {row['axis']}: {row['verdict']}, {row['state']} less {added} is {_span(_ends(row))}{known}"
                )
    wrong += [
        f"{' '.join(map(str, filter(None, key)))}: explained, but neither short nor over" for key in told.keys() - failing
    ]
    if wrong:
        raise AssertionError("\n".join([f"{len(wrong)} do not add up", *sorted(wrong)]))


def _ends(row: Mapping[str, Any]) -> tuple[int | None, int | None]:
    return row.get("residual_low"), row.get("residual_high")


def _span(ends: tuple[int | None, int | None]) -> str:
    low, high = ends
    return str(low) if low == high else f"{'' if low is None else low}..{'' if high is None else high}"


def _bad(key: Key, problem: str) -> Finding:
    nothing: tuple[str, ...] = ()
    return Finding("", key, _NO_COUNT, nothing, nothing, nothing, False, None, None, Verdict.INVALID, problem)  # noqa: FBT003


def _frame(columns: tuple[str, ...], structure: Structure, found: list[Finding]) -> Frame:
    """Lay the findings out as columns, in an order of their own."""
    places = {name: place for place, name in enumerate(("", *structure.axes))}
    found.sort(key=lambda f: (places[f.axis], [code or "" for code in f.key], f.parts, f.states, f.problem))
    texts = pa.list_(pa.string())
    made: dict[str, pa.Array] = {"axis": pa.array([f.axis or None for f in found], pa.string())}
    for place, column in enumerate(columns):
        made[column] = pa.array([f.key[place] for f in found], pa.string())
    made |= {
        "state": pa.array([f.total.state or None for f in found], pa.string()),
        "low": pa.array([f.total.low if f.total.state else None for f in found], pa.int64()),
        "high": pa.array([f.total.high for f in found], pa.int64()),
        "parts": pa.array([f.parts for f in found], texts),
        "parts_state": pa.array([f.states for f in found], texts),
        "absent": pa.array([f.absent for f in found], texts),
        "several": pa.array([f.several for f in found], pa.bool_()),
        "residual_low": pa.array([f.residual_low for f in found], pa.int64()),
        "residual_high": pa.array([f.residual_high for f in found], pa.int64()),
        "verdict": pa.array([f.verdict.value for f in found], pa.string()),
        "reason": pa.array([f.problem or None for f in found], pa.string()),
    }
    return Frame(pa.table(made), "balances")
