"""The conformance test: a table of a user's held to the rules of the record."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from conflictdata.engines import rows_at_hand
from conflictdata.errors import InvalidValueError
from conflictdata.given import table_of
from conflictdata.rows import check_rows, code_of, is_missing, named_axes, structure_of
from conflictdata.structure import Key, Structure
from conflictdata.values import Period
from conflictdata.vocabulary import Axis, Verdict

if TYPE_CHECKING:
    from conflictdata import names
    from conflictdata.tables import Some


@overload
def assert_adds_up(
    rows: Any,
    structure: None = ...,
    *,
    axis: "Some[names.AxisCode] | None" = ...,
    cell: str | Iterable[str] | None = ...,
    explained: Any = ...,
) -> None: ...


@overload
def assert_adds_up(
    rows: Any,
    structure: Structure | Mapping[str, Any] | str | Path,
    *,
    axis: str | Iterable[str] | None = ...,
    cell: str | Iterable[str] | None = ...,
    explained: Any = ...,
) -> None: ...


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
    declared = structure_of(structure)
    checks = declared if axis is None else declared.select(named_axes(declared, axis))
    found = check_rows(rows_at_hand(rows), declared, checks, cell, strict=False).to_arrow()
    columns = found.column_names[1 : found.column_names.index("stated")]
    results = found.to_pylist()
    asked = None if axis is None else {axis} if isinstance(axis, str) else set(axis)
    told, wrong = _told(explained, {column: column in declared.calendars for column in columns}, asked)
    named_axes(declared, {key[0] for key in told})
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
    for row in table_of(rows_at_hand(explained))[1]:
        part = row.get("part")
        codes = [_span_code(row.get(column)) if spans else code_of(row.get(column)) for column, spans in columns.items()]
        key = (row.get("axis"), *codes, "" if is_missing(part) else part)
        if key in told:
            wrong.append(f"{_named(key)}: explained twice")
        if asked is None or row.get("axis") in asked:
            told[key] = _ends(row)
    return told, wrong


def _span_code(value: Any) -> str | None:
    """Give the shortest name of a span; what is none stays, and matches nothing."""
    code = code_of(value)
    try:
        return None if code is None else Period.of(code).code
    except InvalidValueError:
        return code


def _ends(row: Mapping[str, Any]) -> tuple[int | None, int | None]:
    return _end(row.get("residual_low")), _end(row.get("residual_high"))


def _end(value: Any) -> int | None:
    return None if is_missing(value) or value == "" else int(value)


def _span(ends: tuple[int | None, int | None]) -> str:
    low, high = ends
    return str(low) if low == high else f"{'' if low is None else low}..{'' if high is None else high}"
