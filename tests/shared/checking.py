"""The check of a table, as plain rows."""

from typing import Any

from conflictdata import balance

Row = dict[str, Any]


def found(table: Any, axis: str | None = "groups", **more: Any) -> list[Row]:
    """Check, and give the rows of the result."""
    result: list[Row] = balance(table, axis=axis, **more).to_arrow().to_pylist()
    return result
