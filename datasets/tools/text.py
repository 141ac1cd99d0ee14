"""The record's text: CSV files to rows, cells to values, and back; its declarations."""

import copy
import csv
import functools
import io
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from conflictdata.balances import Discrepancy
from conflictdata.errors import ConflictDataError, Fault, InvalidValueError
from conflictdata.fields import includable, release_label
from conflictdata.lines import columns, shapes
from conflictdata.models import NEXT, Break, Claim, Record, Release, Source, Statement
from conflictdata.schema import Shape
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
RELEASES = "releases.csv"
DIGESTS = "digests.csv"

SEALS = ("table", "id", "from_release", "to_release", "digest")
FOREVER = "~"  # comes after every label, and after `next`

# The columns that every row has beside those of its record: since when it is part of the dataset, until when, and why.
STAMPS = ("from_release", "to_release", "corrects", "why", "withdrawn")
_BOM = b"\xef\xbb\xbf"


@functools.lru_cache(maxsize=8)  # an edit reads the record before and after, and the vocabulary takes longest
def _declared(content: str) -> dict[str, Any]:
    return tomllib.loads(content)


def toml(content: str) -> dict[str, Any]:
    """Read the text of a TOML file.

    Args:
        content: The text.

    Returns:
        What it declares; the caller's own.

    Raises:
        TOMLDecodeError: If it is no TOML.
    """
    return copy.deepcopy(_declared(content))


@attrs.frozen
class Stamp:
    """Since when a row is part of its dataset, and until when.

    Attributes:
        from_release: The first release that has it; `next` if it is to be in the release to come.
        to_release: The first release that has it no more; `next` if it is to go with the release to come; empty if it stays.
        corrects: The id of the row in whose place it came; empty for most.
        why: Why it came; empty for most of those that correct nothing.
        withdrawn: Why it went, where none came in its place.
    """

    from_release: str
    to_release: str = ""
    corrects: str = ""
    why: str = ""
    withdrawn: str = ""

    def at(self, label: str) -> bool:
        """Whether a release has the row; `next` asks for the release to come. Labels stand in order as text."""
        return self.from_release <= label and (not self.to_release or label < self.to_release)

    def overlaps(self, other: "Stamp") -> bool:
        """Whether some release has both rows."""
        return self.from_release < (other.to_release or FOREVER) and other.from_release < (self.to_release or FOREVER)

    def made(self, label: str) -> "Stamp":
        """Give the stamp once the release to come has a label."""
        ends = {name: label for name in ("from_release", "to_release") if getattr(self, name) == NEXT}
        return attrs.evolve(self, **ends)

    @property
    def pending(self) -> bool:
        """Whether the release to come changes something about the row."""
        return NEXT in {self.from_release, self.to_release}


@attrs.frozen
class Row:
    """One row of a file, as text.

    Attributes:
        line: The line on which it begins, counted from 1.
        cells: The text of each column.
    """

    line: int
    cells: dict[str, str]


def header(model: type[Record]) -> tuple[str, ...]:
    """Give the columns of a model's file, in order."""
    return columns(model) if model is Release else (*columns(model), *STAMPS)


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
    expected = list(header(model))
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
    if len(text.splitlines()) > 1:
        problem = "has a line break; a cell is one line"
        raise ValueError(problem)
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


def _label(name: str, text: str, *, optional: bool) -> Iterator[tuple[str, str]]:
    if text != NEXT and not (optional and not text):
        try:
            release_label(None, attrs.fields(Release).label, text)
        except InvalidValueError as error:
            yield name, f"{error.problem}, nor {NEXT}"


_WHY = 200  # characters


def stamp(row: Row, file: str) -> tuple[Stamp, list[Fault]]:
    """Read since when and until when a row is part of its dataset.

    Args:
        row: The row.
        file: The name to give in faults.

    Returns:
        What its last columns say, and their faults.
    """
    told = Stamp(*(row.cells[name] for name in STAMPS))
    found = [
        *_label("from_release", told.from_release, optional=False),
        *_label("to_release", told.to_release, optional=True),
    ]
    if not found and told.to_release and told.to_release <= told.from_release:
        found.append(("to_release", f"{told.to_release} does not come after {told.from_release}"))
    if told.corrects and not told.why:
        found.append(("why", f"is empty: say why {told.corrects!r} is corrected"))
    if told.withdrawn and not told.to_release:
        found.append(("withdrawn", "is given for a row that stays"))
    for name in ("why", "withdrawn"):
        said = getattr(told, name)
        if set(said) & set(',"\n'):
            found.append((name, "holds a comma, a quotation mark or a line break, which would hide the columns before it"))
        if said != said.strip() or len(said) > _WHY:
            found.append((name, f"has white space at an end, or more than {_WHY} characters"))
    return told, [Fault(file, row.line, name, problem) for name, problem in found]


def dump(table: Iterable[dict[str, str]], model: type[Record]) -> str:
    """Write rows as CSV: RFC 4180 with LF line ends, quoted only where needed."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header(model), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def dataset_folders(root: Path) -> list[Path]:
    """Give the folders of datasets: every folder beside `tools` that is not hidden."""
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name != "tools" and path.name[0] not in "._")
