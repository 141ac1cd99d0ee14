"""Frames: columns with names, an Arrow table that other libraries take as it is."""

import html
from typing import TYPE_CHECKING

import pyarrow as pa

from conflictdata.decode import values
from conflictdata.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_SHOWN = 10  # rows that a repr shows
_WIDTH = 18  # characters of a cell of a repr
_ACROSS = 160  # characters of a line of a repr


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def shorten(text: str) -> str:
    """Cut a text to the width of a cell of a repr."""
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


class Frame:
    """Columns with names: an Arrow table that other libraries take as it is."""

    def __init__(self, arrow: pa.Table, title: str) -> None:
        """Hold an Arrow table.

        Args:
            arrow: The columns.
            title: What the rows are, for the repr.
        """
        self._arrow = arrow
        self._title = title

    def __len__(self) -> int:
        """How many rows there are."""
        return int(self._arrow.num_rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self._arrow.column_names)

    def to_arrow(self) -> pa.Table:
        """Give the Arrow table: codes as dictionaries, days as date32, counts as int32, lists as lists of codes.

        Examples:
            >>> import conflictdata as cd
            >>> str(cd.load("picss").figures.to_arrow().schema.field("value").type)
            'int32'
        """
        return self._arrow

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the columns to any library that takes the Arrow C stream, without a copy."""
        return self._arrow.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> "pd.DataFrame":
        """Give a pandas frame.

        Returns:
            Codes as `category`, counts as nullable `Int32`, values of claims as `Float64`, flags as `boolean`, days as
            `datetime64[ms]`, free text as `string`, lists as lists of Arrow strings. No column of counts becomes a float
            for want of a value.

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
        frame = pl.from_arrow(self._arrow)
        if not isinstance(frame, pl.DataFrame):  # from_arrow gives a series for an array only
            raise TypeError(type(frame))
        return frame

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
