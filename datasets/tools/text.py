"""The record's text: CSV files to rows, cells to values, and back."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from conflictdata.balances import Discrepancy
from conflictdata.errors import ConflictDataError, Fault
from conflictdata.fields import includable
from conflictdata.models import Break, Claim, Record, Source, Statement
from conflictdata.schema import Shape, shape
from conflictdata.values import Period
from conflictdata.vocabulary import Code

# The files of a dataset's folder; the folder's name is the column `dataset`.
FILES: dict[str, type[Record]] = {
    "sources.csv": Source,
    "statements.csv": Statement,
    "claims.csv": Claim,
    "breaks.csv": Break,
    "discrepancies.csv": Discrepancy,
}
_BOM = b"\xef\xbb\xbf"


@attrs.frozen
class Row:
    """One row of a file, as text.

    Attributes:
        line: The line on which it begins, counted from 1.
        cells: The text of each column.
    """

    line: int
    cells: dict[str, str]


def columns(model: type[Record]) -> tuple[str, ...]:
    """Give the columns of a model's file, in order."""
    return tuple(field.name for field in attrs.fields(model) if field.name != "dataset")


def decode(raw: bytes, file: str) -> tuple[str, list[Fault]]:
    """Decode a file, and say what of its form is not the record's.

    Args:
        raw: The bytes.
        file: The name to give in faults.

    Returns:
        The text with LF line ends and no byte-order mark, and the faults; the text is empty where it cannot be read.
    """
    if not raw.strip():
        return "", [Fault(file, 0, "", "is empty: not even the header is there")]
    faults = []
    if raw.startswith(_BOM):
        faults.append(Fault(file, 1, "", "begins with a byte-order mark; save it as UTF-8 without one"))
        raw = raw.removeprefix(_BOM)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return "", [*faults, Fault(file, line, "", "is not UTF-8")]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        faults.append(Fault(file, line, "", "ends its lines with CR LF; the record uses LF"))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return "", [*faults, Fault(file, line, "", "holds a NUL character")]
    if not text.endswith("\n"):
        faults.append(Fault(file, text.count("\n") + 1, "", "the last line has no end; it may be truncated"))
    return text, faults


def rows(text: str, file: str, model: type[Record]) -> tuple[list[Row], list[Fault]]:
    """Split a file into rows.

    Args:
        text: The file's text.
        file: The name to give in faults.
        model: The class that the rows are records of.

    Returns:
        The rows that have the right number of cells, and the faults of the others.
    """
    expected = list(columns(model))
    found: list[Row] = []
    faults: list[Fault] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if line == 1:
                if cells != expected:
                    problem = f"the columns are {', '.join(cells)}; they should be {', '.join(expected)}"
                    return [], [Fault(file, line, "", problem)]
            elif len(cells) != len(expected):
                problem = f"has {len(cells)} cells where the header has {len(expected)}"
                faults.append(Fault(file, line, "", problem))
            else:
                found.append(Row(line, dict(zip(expected, cells, strict=True))))
    except csv.Error as error:
        faults.append(Fault(file, begins, "", f"is not CSV: {error}"))
    return found, faults


def _number(text: str) -> int:
    if not re.fullmatch(r"0|-?[1-9]\d*", text, re.ASCII):  # the field's own check refuses a negative count
        problem = f"{text!r} is not a whole number"
        raise ValueError(problem)
    return int(text)


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"(0|[1-9]\d*)(\.\d+)?", text, re.ASCII):
        problem = f"{text!r} is not a number of 0 or more"
        raise ValueError(problem)
    return Decimal(text)


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        problem = f"{text!r} is not a day; write it like 2025-11-01"
        raise ValueError(problem)
    return date.fromisoformat(text)


def _flag(text: str) -> bool:
    if text not in {"", "true"}:
        problem = f"{text!r} is neither empty nor true"
        raise ValueError(problem)
    return text == "true"


_PARSERS: dict[type, Any] = {
    int: _number,
    Decimal: _decimal,
    date: _day,
    bool: _flag,
    Period: Period.of,
    Code: includable,
    str: str,
    Source: str,
}


def parse(text: str, of: Shape) -> Any:
    """Read a cell.

    Args:
        text: What stands in it.
        of: What the field holds.

    Returns:
        The value; for a field of pages, the page's id.

    Raises:
        ValueError: If the text is no such value; the message says why.
    """
    if text != text.strip():
        problem = f"{text!r} has white space at an end"
        raise ValueError(problem)
    one = _PARSERS.get(of.of, of.of)
    if of.many:
        return tuple(one(part) for part in text.split(" ")) if text else ()
    if not text and of.of not in {str, bool}:
        if of.optional:
            return None
        problem = "is empty"
        raise ValueError(problem)
    return (text or None) if of.optional and of.of is str else one(text)


def write(value: Any, of: Shape) -> str:
    """Write a value into a cell, in canonical form.

    Args:
        value: The value.
        of: What the field holds.

    Returns:
        Its text: the shortest name of a period, the codes of a list in the order of their vocabulary.
    """
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if of.many:
        return " ".join(str(code) for code in sorted(set(value), key=lambda code: (code.axis(), code.rank)))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def shapes(model: type[Record]) -> dict[str, Shape]:
    """Give what each column of a model's file holds."""
    return {field.name: shape(field.type) for field in attrs.fields(model) if field.name != "dataset"}


def cells(row: Row, file: str, model: type[Record]) -> tuple[dict[str, Any], list[Fault]]:
    """Read the cells of a row.

    Args:
        row: The row.
        file: The name to give in faults.
        model: The class that the row is a record of.

    Returns:
        The values of the cells that could be read, and the faults of the others.
    """
    found: dict[str, Any] = {}
    faults = []
    for name, of in shapes(model).items():
        try:
            found[name] = parse(row.cells[name], of)
        except (ConflictDataError, ValueError) as error:
            faults.append(Fault(file, row.line, name, getattr(error, "problem", str(error))))
    return found, faults


def dump(table: Iterable[dict[str, str]], model: type[Record]) -> str:
    """Write rows as CSV: RFC 4180 with LF line ends, quoted only where needed."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(model), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def dataset_folders(root: Path) -> list[Path]:
    """Give the folders of datasets: every folder beside `tools` that is not hidden."""
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name != "tools" and path.name[0] not in "._")
