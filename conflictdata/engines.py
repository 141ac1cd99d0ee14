"""The frames that users bring, of whatever library: taken in through narwhals, and given back as the same kind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import attrs
import pyarrow as pa

from conflictdata.errors import InvalidValueError, MissingExtraError
from conflictdata.frames import Frame

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw


class Columned(Protocol):
    """A frame, as far as type checkers can tell it from rows."""

    @property
    def columns(self) -> Any:
        """The names of the columns."""


class Streamed(Protocol):
    """What gives an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Give the stream."""


FrameT = TypeVar("FrameT", bound=Columned)

# The classes that are frames, by the library that they come from.
_KINDS = {
    "pandas": ("DataFrame",),
    "polars": ("DataFrame", "LazyFrame"),
    "duckdb": ("DuckDBPyRelation",),
    "_duckdb": ("DuckDBPyRelation",),
    "dask": ("DataFrame",),
    "pyspark": ("DataFrame",),
}


@attrs.frozen
class Taken:
    """A frame of a user's.

    Attributes:
        frame: The frame, lazily.
        back: Gives a frame of the same kind for one made from it.
        library: The library that it is of: `pyarrow`, `pandas`, `polars`, `duckdb` or `pyspark`.
    """

    frame: "nw.LazyFrame[Any]"
    back: Callable[["nw.LazyFrame[Any]"], Any]
    library: str


def library_of(table: Any) -> str | None:
    """Say which library a frame is of; None for what is no frame: records, mappings, this library's own tables."""
    if isinstance(table, pa.Table):
        return "pyarrow"
    root = type(table).__module__.partition(".")[0]
    return root.lstrip("_") if type(table).__name__ in _KINDS.get(root, ()) else None


def names_of(table: Any) -> list[str]:
    """Give the names of a frame's columns, without running it.

    Raises:
        InvalidValueError: If columns stand twice.
    """
    if isinstance(table, pa.Table):
        names = list(table.column_names)
    else:
        names = list(map(str, table.collect_schema().names() if hasattr(table, "collect_schema") else table.columns))
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidValueError("rows", f"columns stand twice: {', '.join(twice)}")
    return names


def rows_at_hand(table: Any) -> Any:
    """Run a frame that is lazy, and give its rows as an Arrow table; all else is given back as it is."""
    library = library_of(table)
    if library == "dask":
        return table.compute()
    if type(table).__name__ == "LazyFrame":
        return table.collect()
    return take(table, "a lazy frame").frame.collect("pyarrow").to_native() if library == "pyspark" else table


def opened(table: Any, what: str) -> Any:
    """Open a frame of any engine that narwhals knows.

    Args:
        table: The frame.
        what: What it is opened for, for the message if narwhals is missing.

    Returns:
        The frame, lazy where the engine is.

    Raises:
        MissingExtraError: If narwhals is not installed.
        InvalidValueError: If it is no such frame.
    """
    try:
        import narwhals.stable.v2 as nw
    except ImportError as error:
        raise MissingExtraError(what, "frames") from error
    try:
        return nw.from_native(table)
    except TypeError as error:
        raise InvalidValueError("events", f"{type(table).__name__} is no frame of an engine that is known") from error


def take(table: Any, what: str) -> Taken:
    """Take a frame in.

    Args:
        table: An Arrow table, a pandas, polars or PySpark frame, or a DuckDB relation.
        what: What it is taken for, for the message if narwhals is missing.

    Returns:
        The frame.

    Raises:
        MissingExtraError: If narwhals is not installed.
        InvalidValueError: If it is no frame of these, or pandas' columns are of no type of Arrow's.
    """
    library = library_of(table)
    if library is None or library == "dask":
        raise InvalidValueError("frame", f"{type(table).__name__} is no frame that narwhals takes in here")
    native, back = _in_and_out(table, library)
    return Taken(opened(native, what).lazy(), back, library)


def _plain(table: pa.Table) -> pa.Table:
    """Give texts one type, whether they are long ones or stand in a dictionary, and to columns without any value."""

    def text(dtype: pa.DataType) -> bool:
        if pa.types.is_dictionary(dtype):
            dtype = dtype.value_type
        return bool(
            pa.types.is_null(dtype)
            or pa.types.is_large_string(dtype)
            or pa.types.is_string(dtype)
            or pa.types.is_string_view(dtype)
        )

    fields = [field.with_type(pa.string()) if text(field.type) else field for field in table.schema]
    table = table.cast(pa.schema(fields))
    # Beyond 64 bits with a sign every number is too large to be a count, however exact.
    wide = [n for n, field in enumerate(table.schema) if pa.types.is_uint64(field.type)]
    for place in wide:
        table = table.set_column(place, table.column_names[place], table.column(place).cast(pa.float64(), safe=False))
    return table


def _in_and_out(table: Any, library: str) -> tuple[Any, Callable[["nw.LazyFrame[Any]"], Any]]:
    """Give the frame that is worked on, and what makes one of the user's kind."""
    if library == "pandas":  # whose missing values Arrow tells from numbers
        try:
            arrow = pa.Table.from_pandas(table, preserve_index=False)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise InvalidValueError("rows", f"DataFrame is no table of Arrow's types: {error}") from error
        return _plain(arrow), lambda made: Frame(made.to_native(), "frame").to_pandas()
    if library == "pyarrow":
        return _plain(table), lambda made: made.to_native()
    if library == "polars":
        import polars as pl

        lazy = isinstance(table, pl.LazyFrame)
        told = table.with_columns(pl.selectors.by_dtype(pl.Null).cast(pl.String))  # columns without any value
        return told, lambda made: made.to_native() if lazy else made.collect().to_native()
    if library == "duckdb":
        empty = [name for name, dtype in zip(table.columns, table.types, strict=True) if str(dtype).strip('"') == "NULL"]
        quoted = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in empty]
        replaced = ", ".join(f"cast({name} as varchar) as {name}" for name in quoted)
        return (table.project(f"* replace ({replaced})") if empty else table), lambda made: made.to_native()
    return table, lambda made: made.to_native()


@attrs.frozen
class Branch:
    """Rows of a result that follow from the rows of one frame.

    Attributes:
        where: For which of its rows.
        columns: The columns of the result, by name.
        rare: Whether few rows have one.
    """

    where: "nw.Expr"
    columns: Mapping[str, "nw.Expr"]
    rare: bool = False


def branch_out(frame: "nw.LazyFrame[Any]", branches: Sequence[Branch], library: str) -> "nw.LazyFrame[Any]":
    """Give, for each row of a frame, a row of the result for each branch that holds for it.

    The frame is computed once: most engines find that the branches share it. DuckDB does not, and is told by rows that are
    repeated.

    Args:
        frame: The frame.
        branches: What to give; all have the same columns.
        library: The library of the frame.

    Returns:
        The rows of all branches.
    """
    import narwhals.stable.v2 as nw

    from conflictdata.expressions import cases, either

    if library != "duckdb" or len(branches) == 1:
        return nw.concat([frame.filter(branch.where).select(**branch.columns) for branch in branches])
    usual = [place for place, branch in enumerate(branches) if not branch.rare]
    seldom = [place for place, branch in enumerate(branches) if branch.rare]
    rare = either(*(branches[place].where for place in seldom))
    marked = frame.with_columns(__rare=rare).to_native()
    repeated = marked.project(f"*, unnest(case when __rare then {[*usual, *seldom]} else {usual} end) as __branch")
    whole: nw.LazyFrame[Any] = nw.from_native(repeated)

    def chosen(told: "Iterable[nw.Expr]") -> "nw.Expr":
        return cases([(nw.col("__branch") == place, one) for place, one in enumerate(told)])

    held = whole.filter(chosen(branch.where for branch in branches))
    names = list(branches[0].columns)
    return held.select(*(chosen(branch.columns[name] for branch in branches).alias(name) for name in names))
