"""Frames: columns with names, an Arrow table that other libraries take as it is."""

import html
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from conflictdata.decode import values
from conflictdata.errors import InvalidValueError, MissingExtraError
from conflictdata.provenance import Basis

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

    from conflictdata.citations import Citation
    from conflictdata.exports import Exported

_SHOWN = 10  # rows that a repr shows
_WIDTH = 18  # characters of a cell of a repr
_ACROSS = 160  # characters of a line of a repr


# What DuckDB would find no more under a name: the tables and views of a connection, but for those that were handed to it.
_OWN = """
    select 1 from duckdb_tables() where lower(table_name) = lower($name) and not internal
    union all
    select 1 from duckdb_views() where lower(view_name) = lower($name) and not internal and not temporary
"""


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def shorten(text: str) -> str:
    """Cut a text to the width of a cell of a repr."""
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


class Frame:
    """Columns with names: an Arrow table that other libraries take as it is."""

    def __init__(self, arrow: pa.Table, title: str, basis: Basis | None = None) -> None:
        """Hold an Arrow table.

        Args:
            arrow: The columns.
            title: What the rows are, for the repr.
            basis: What the rows rest on; None where that is not known, as of a table of a user's.
        """
        self._arrow = arrow
        self._title = title
        self._basis = basis

    def __len__(self) -> int:
        """How many rows there are."""
        return int(self._arrow.num_rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self._arrow.column_names)

    def to_arrow(self) -> pa.Table:
        """Give the Arrow table: codes as dictionaries, days as date32, counts as int32, lists as lists of codes.

        Returns:
            The table. Each field carries its description; the schema's metadata say what the rows are, and of which
            releases.

        Examples:
            >>> import conflictdata as cd
            >>> table = cd.load("picss", release="2026-11-22").figures.to_arrow()
            >>> str(table.schema.field("value").type), table.schema.metadata[b"releases"]
            ('int32', b'conflictdata/picss@2026-11-22')
        """
        if not self._basis:
            return self._arrow
        return self._arrow.replace_schema_metadata({**(self._arrow.schema.metadata or {}), **self._labels()})

    def _labels(self) -> dict[str, str]:
        """Say what the rows are, and of which releases, for those who take the columns away."""
        return {"title": self._title, "releases": " ".join(map(str, self._basis.releases()))} if self._basis else {}

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the columns to any library that takes the Arrow C stream; lists as lists of plain texts."""
        return self._plain().__arrow_c_stream__(requested_schema)

    def _plain(self) -> pa.Table:
        """Give the Arrow table with lists of plain texts: some libraries read no list over a dictionary."""
        arrow = self.to_arrow()
        for place, field in enumerate(arrow.schema):
            if pa.types.is_list(field.type):
                element = field.type.value_field.with_type(pa.string())
                plain = field.with_type(pa.list_(element))
                arrow = arrow.set_column(place, plain, arrow.column(place).cast(plain.type))
        return arrow

    def to_pandas(self) -> "pd.DataFrame":
        """Give a pandas frame.

        Returns:
            Codes as `category`, counts as nullable `Int32`, values of claims as `Float64`, flags as `boolean`, days as
            `datetime64[ms]`, free text as `string`, lists as lists of Arrow strings. No column of counts becomes a float
            for want of a value. Its `attrs` say what the rows are, and of which releases.

        Raises:
            MissingExtraError: If pandas is not installed.

        Examples:
            >>> import conflictdata as cd
            >>> str(cd.load("picss").figures.to_pandas()["value"].dtype)
            'Int32'
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtraError("Table.to_pandas", "pandas") from error
        dtypes = {
            pa.int32(): pd.Int32Dtype(),
            pa.int64(): pd.Int64Dtype(),
            pa.float64(): pd.Float64Dtype(),
            pa.bool_(): pd.BooleanDtype(),
            pa.string(): pd.StringDtype("pyarrow"),
        }

        def dtype(arrow: pa.DataType) -> object:
            if pa.types.is_list(arrow):
                return pd.ArrowDtype(pa.list_(pa.string()))
            return dtypes.get(arrow)

        plain = pa.table(
            {
                name: column.cast(pa.list_(pa.string())) if pa.types.is_list(column.type) else column
                for name, column in zip(self.columns, self._arrow.columns, strict=True)
            }
        )
        frame: pd.DataFrame = plain.to_pandas(types_mapper=dtype, date_as_object=False)
        frame.attrs.update(self._labels())
        return frame

    def to_polars(self) -> "pl.DataFrame":
        """Give a polars frame.

        Returns:
            Codes as `Categorical`, counts as `Int32`, days as `Date`, flags as `Boolean`, lists as `List`.

        Raises:
            MissingExtraError: If polars is not installed.

        Examples:
            >>> import conflictdata as cd
            >>> str(cd.load("picss").figures.to_polars().schema["value"])
            'Int32'
        """
        try:
            import polars as pl
        except ImportError as error:
            raise MissingExtraError("Table.to_polars", "polars") from error
        return pl.DataFrame(self._arrow)

    def to_duckdb(self, name: str, *, connection: "duckdb.DuckDBPyConnection | None" = None) -> "duckdb.DuckDBPyRelation":
        """Give the columns to DuckDB under a name, with one call.

        Args:
            name: The name by which queries find the rows. A table of that name that was given before is replaced.
            connection: Where; by default where `duckdb.sql` looks.

        Returns:
            The relation.

        Raises:
            MissingExtraError: If DuckDB is not installed.
            InvalidValueError: If the connection has a table or view of its own of that name.

        Examples:
            >>> import conflictdata as cd
            >>> import duckdb
            >>> figures = cd.load("picss", release="2026-11-22").figures.to_duckdb("figures")
            >>> duckdb.sql("select count(*) from figures where list_contains(marks, 'revised')").fetchall()
            [(20,)]
        """
        try:
            import duckdb
        except ImportError as error:
            raise MissingExtraError("Table.to_duckdb", "duckdb") from error
        default: Any = duckdb.default_connection  # a function from DuckDB 1.2 on
        found = connection or (default() if callable(default) else default)
        if found.execute(_OWN, {"name": name}).fetchall():
            raise InvalidValueError(
                "name", f"{name!r} is a table of the connection's own, which would be hidden: choose another"
            )
        found.register(name, self._plain())
        return found.view(name)

    def _cited(self, *, others: bool = False) -> "Citation":
        """Give what the rows are cited with: for `cite`."""
        from conflictdata.citations import citation_of

        if self._basis is None:
            raise InvalidValueError("cite", f"{self._title} does not know its pages: cite the tables that it was made from")
        return citation_of(self._basis.releases(), self._basis.pages(self, others))

    def _line(self) -> str | None:
        """Give the line by which the rows are known again; None where no line can."""
        return None

    def _exported(self) -> "Exported":
        from conflictdata.exports import exported

        return exported(self, self._title, self._arrow, self._basis, self._line())

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write a CSV file, and beside it what is to be known of it: citation, release, digest, columns, pages.

        The file is plain: any reader takes it. What belongs to it stands in a second file of the same name with
        `-metadata.json` behind it, where readers of CSV on the Web find it. Both are written whole or not at all.

        Args:
            path: The file; one that is there is replaced. It is UTF-8. Items of lists stand in one cell with `|` between.

        Raises:
            InvalidValueError: If an item of a list holds a `|`.
            OSError: If it cannot be written.

        Examples:
            >>> import conflictdata as cd
            >>> attacks = cd.load("picss", release="2026-11-22").figures.filter(period="2025-10", scope="militant_attacks")
            >>> attacks.to_csv("attacks.csv")
            >>> with open("attacks.csv") as file:
            ...     print(file.readline()[:40])
            dataset,period,start,end,period_kind,are
        """
        from conflictdata.exports import write_csv

        write_csv(self._exported(), Path(path))

    def to_excel(self, path: str | PathLike[str]) -> None:
        """Write an Excel file with three sheets: `data`, `about` with citation, release and digest, and `pages`.

        Args:
            path: The file, `.xlsx`; one that is there is replaced. Numbers, days and flags keep their types, what is not
                there is an empty cell, no text is a formula. Items of lists stand in one cell with `|` between.

        Raises:
            MissingExtraError: If openpyxl is not installed.
            InvalidValueError: If Excel could not keep what the table holds; the message says what and where.
            OSError: If it cannot be written.

        Examples:
            >>> import conflictdata as cd
            >>> cd.load("picss", release="2026-11-22").figures.filter(period="2025-10").to_excel("october.xlsx")
            >>> import openpyxl
            >>> openpyxl.load_workbook("october.xlsx").sheetnames
            ['data', 'about', 'pages']
        """
        from conflictdata.exports import write_excel

        write_excel(self._exported(), Path(path))

    def to_parquet(self, path: str | PathLike[str]) -> None:
        """Write a Parquet file, with citation, release, digest and pages among its metadata.

        Args:
            path: The file; one that is there is replaced. Types are those of `to_arrow`.

        Raises:
            OSError: If it cannot be written.

        Examples:
            >>> import conflictdata as cd
            >>> import pyarrow.parquet as pq
            >>> cd.load("picss", release="2026-11-22").figures.to_parquet("figures.parquet")
            >>> pq.read_schema("figures.parquet").metadata[b"releases"]
            b'conflictdata/picss@2026-11-22'
        """
        from conflictdata.exports import write_parquet

        write_parquet(self._exported(), Path(path))

    def _head(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        shown = self._arrow.slice(0, _SHOWN)
        cells = [[_cell_text(value) for value in values(shown[name])] for name in self.columns]
        return self.columns, list(zip(*cells, strict=True))

    def _heading(self) -> str:
        rows = len(self)
        return f"{self._title}: {rows:,} row{'' if rows == 1 else 's'}, {len(self.columns)} columns"

    def __repr__(self) -> str:
        """Show what this is and its first rows, cut to a line each."""
        names, rows = self._head()
        cut = [[shorten(text) for text in line] for line in (names, *rows)]
        widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
        whole = ["  ".join(t.ljust(w) for t, w in zip(line, widths, strict=True)).rstrip() for line in cut]
        lines = [line if len(line) <= _ACROSS else f"{line[: _ACROSS - 1]}…" for line in whole]
        more = ["…"] if len(self) > _SHOWN else []
        return "\n".join([f"<{self._heading()}>", *lines, *more])

    def _repr_html_(self) -> str:
        """Show the first rows as a table, for notebooks."""
        names, rows = self._head()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(text)}</td>' for text in line)}</tr>" for line in rows)
        more = f"<p>… {len(self) - _SHOWN:,} more rows</p>" if len(self) > _SHOWN else ""
        caption = f"<caption>{html.escape(self._heading())}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
