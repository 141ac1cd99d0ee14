"""Tables as files: CSV, Excel and Parquet, each with its citation, release and digest."""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from csv import writer as csv_writer
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa

from conflictdata import bundle
from conflictdata.citations import Citation, citation_of
from conflictdata.decode import values
from conflictdata.errors import InvalidValueError, MissingExtraError
from conflictdata.files import write_whole
from conflictdata.provenance import Basis
from conflictdata.schema import SCHEMA_VERSION

# What stands between the items of a list in one cell of CSV and Excel; no code, id or number of the record holds it.
SEPARATOR = "|"

# How CSV on the Web names a file's metadata, so that its readers find them beside it.
SIDECAR = "-metadata.json"

_LICENCES = "https://spdx.org/licenses/"
_LONGEST = 32_767  # characters of a cell of Excel: what is longer, Excel would cut
_MOST = 1_048_575  # rows of a sheet of Excel below the names of the columns
_LOOKED_AT = 1000  # rows by which the width of a column is chosen
_WIDEST = 60  # characters to which a column of a sheet opens


@attrs.frozen(kw_only=True, slots=False)  # what follows from the fields is kept
class Exported:
    """A table that is to be written, and what is to be said of it.

    Attributes:
        title: What the rows are.
        arrow: The columns.
        releases: The releases that they are of, each as a pin begins.
        pin: The line by which the rows are known again; None where no line can say which they are.
        citation: What they are cited with.
        ours: Whether the rows are of this compilation; of rows that somebody brought no licence is known.
    """

    title: str
    arrow: pa.Table
    releases: tuple[str, ...]
    pin: str | None
    citation: Citation
    ours: bool

    @property
    def licence(self) -> str:
        """The licence of the compilation, an SPDX identifier; empty for rows that somebody brought."""
        if not self.ours:
            return ""
        return " AND ".join(sorted({about["licence"] for about in bundle.manifest()["datasets"].values()}))

    def about(self) -> dict[str, str]:
        """Say what has to be known of the rows, by name."""
        known = [entry.text() for entry in (*self.citation.releases, self.citation.package)]
        told = {
            "title": self.title,
            "releases": " ".join(self.releases),
            "pin": self.pin or "",
            "digest": f"sha256:{hashlib.sha256(self.csv).hexdigest()}",
            "citation": "\n".join(known),
            "licence": self.licence,
            "schema_version": str(SCHEMA_VERSION),
        }
        return {name: said for name, said in told.items() if said}

    def cells(self, column: str) -> list[Any]:
        """Give the values of a column, a list of texts as one text.

        Raises:
            InvalidValueError: If an item holds what would stand between the items.
        """
        read = values(self.arrow[column])
        if not pa.types.is_list(self.arrow.schema.field(column).type):
            return read
        for row, items in enumerate(read, 1):
            if any(SEPARATOR in item for item in items or ()):
                raise InvalidValueError(column, f"row {row} has an item with {SEPARATOR!r} in it, which separates the items")
        return [None if items is None else SEPARATOR.join(items) for items in read]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Give the rows, a list of texts in one cell."""
        return zip(*map(self.cells, self.arrow.column_names), strict=True)

    @cached_property
    def csv(self) -> bytes:
        """Write CSV: UTF-8, a comma between, `true` and `false`, days as `2025-10-31`, nothing for what is not there."""
        out = io.StringIO(newline="")
        writer = csv_writer(out, lineterminator="\n")
        writer.writerow(self.arrow.column_names)
        writer.writerows([str(cell).lower() if isinstance(cell, bool) else cell for cell in row] for row in self.rows())
        return out.getvalue().encode()

    def sidecar(self, name: str) -> dict[str, Any]:
        """Describe the CSV file: metadata by the standard CSV on the Web.

        Args:
            name: The file's name.

        Returns:
            The description: its columns with their types, what the table is, and what it is cited with.
        """
        told = self.about()
        return {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": name,
            "dc:title": told["title"],
            "dc:identifier": told.get("pin") or told["digest"],
            "dc:isVersionOf": list(self.releases),
            "dc:bibliographicCitation": told["citation"].split("\n"),
            **({"dc:license": f"{_LICENCES}{self.licence}"} if self.ours else {}),
            "dc:source": [page.text() for page in self.citation.pages],
            "schema:sha256": told["digest"].removeprefix("sha256:"),
            "schema:version": told["schema_version"],
            "tableSchema": {"columns": [_described(field) for field in self.arrow.schema]},
        }


_TYPES = (
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "double"),
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_date32, "date"),
)


def _described(field: pa.Field) -> dict[str, Any]:
    """Describe a column for CSV on the Web."""
    said = (field.metadata or {}).get(b"description", b"").decode()
    return {
        "name": field.name,
        "titles": field.name,
        "datatype": next((name for holds, name in _TYPES if holds(field.type)), "string"),
        **({"dc:description": said} if said else {}),
        **({"separator": SEPARATOR} if pa.types.is_list(field.type) else {}),
    }


def write_csv(table: Exported, path: Path) -> None:
    """Write a CSV file, and beside it what is to be known of it.

    Args:
        table: The table.
        path: The file.
    """
    told = json.dumps(table.sidecar(path.name), indent=1, ensure_ascii=False) + "\n"
    write_whole({path: table.csv, path.with_name(path.name + SIDECAR): told.encode()})


def write_parquet(table: Exported, path: Path) -> None:
    """Write a Parquet file, with what is to be known of it among its metadata.

    Args:
        table: The table.
        path: The file.
    """
    import pyarrow.parquet as pq

    pages = json.dumps(table.citation.csl(), ensure_ascii=False)
    made = table.arrow.replace_schema_metadata({**(table.arrow.schema.metadata or {}), **table.about(), "csl": pages})
    out = io.BytesIO()
    pq.write_table(made, out, compression="zstd")
    write_whole({path: out.getvalue()})


def write_excel(table: Exported, path: Path) -> None:
    """Write an Excel file: the sheets `data`, `about` and `pages`.

    Args:
        table: The table.
        path: The file.

    Raises:
        MissingExtraError: If openpyxl is not installed.
        InvalidValueError: If the name does not end in `.xlsx`, there are more rows than a sheet has, or a cell holds more
            than Excel keeps, or a character that it refuses.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise MissingExtraError("Table.to_excel", "excel") from error
    if path.suffix.lower() != ".xlsx":
        raise InvalidValueError("path", f"{path.name!r} does not end in .xlsx, and Excel would not open it")
    if table.arrow.num_rows > _MOST:
        raise InvalidValueError("rows", f"{table.arrow.num_rows:,} are more than the {_MOST:,} of a sheet: use to_parquet")
    pages = [
        (one.key, one.author, one.title, one.issued, one.accessed, one.language, one.url) for one in table.citation.pages
    ]
    sheets = {
        "data": (table.arrow.column_names, list(table.rows())),
        "about": (("name", "value"), list(table.about().items())),
        "pages": (("id", "outlet", "title", "published", "read", "language", "url"), pages),
    }
    for names, rows in sheets.values():
        _kept(names, rows)
    book = Workbook(write_only=True)
    for title, (names, rows) in sheets.items():
        _sheet(book.create_sheet(title), names, rows)
    out = io.BytesIO()
    book.save(out)
    write_whole({path: out.getvalue()})


def _kept(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Refuse texts that Excel would cut, or not take."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    for number, row in enumerate(rows, 1):
        for name, value in zip(names, row, strict=True):
            if not isinstance(value, str):
                continue
            if len(value) > _LONGEST:
                raise InvalidValueError(name, f"row {number} holds {len(value):,} characters, a cell of Excel {_LONGEST:,}")
            if ILLEGAL_CHARACTERS_RE.search(value):
                raise InvalidValueError(name, f"row {number} holds a character that Excel refuses: {value!r}")


def _sheet(sheet: Any, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write a sheet: the names of the columns stay in sight, numbers and days keep their types, texts are never formulas."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for place, name in enumerate(names):
        widest = max([len(name), *(len(str(row[place])) for row in rows[:_LOOKED_AT] if row[place] is not None)])
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(widest, _WIDEST) + 2

    def cell(value: Any) -> Any:
        if value is None or value == "":  # 0 and False are values
            return None
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # what begins with = is a text here
        elif isinstance(value, date):
            made.number_format = "yyyy-mm-dd"
        return made

    head = [cell(name) for name in names]
    for one in head:
        one.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append(list(map(cell, row)))


def exported(frame: Any, title: str, arrow: pa.Table, basis: Basis | None, pin: str | None) -> Exported:
    """Gather what is written of a table.

    Args:
        frame: The table.
        title: What the rows are.
        arrow: The columns.
        basis: What the rows rest on; None for rows that somebody brought.
        pin: The line by which the rows are known again, if there is one.

    Returns:
        The table and what is said of it.
    """
    releases, pages = (basis.releases(), basis.pages(frame, False)) if basis else ((), ())  # noqa: FBT003
    return Exported(
        title=title,
        arrow=arrow,
        releases=tuple(map(str, releases)),
        pin=pin,
        citation=citation_of(releases, pages),
        ours=basis is not None,
    )
