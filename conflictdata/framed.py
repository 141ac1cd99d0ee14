"""The check on a user's frame, on the engine that it is of: pyarrow, pandas, polars, DuckDB, Dask, Spark."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import narwhals.stable.v2 as nw
import pyarrow as pa

from conflictdata.arrow_rows import lines_of
from conflictdata.arrow_sums import results, summed
from conflictdata.branches import branches_of
from conflictdata.cells import repeated, runs, subsets
from conflictdata.engines import Taken, branch_out, library_of, take
from conflictdata.entries import Entries, read
from conflictdata.errors import Fault, RecordError
from conflictdata.signed import row
from conflictdata.slots import gathered, slots_of
from conflictdata.structure import Structure
from conflictdata.vocabulary import Verdict


def check(
    taken: Taken, structure: Structure, checks: Structure, cell: Sequence[str], *, native: bool = True
) -> "nw.LazyFrame[Any]":
    """Hold every total of a frame against the sum of its parts.

    Args:
        taken: The frame; it has the columns of the cell and of the numbers.
        structure: What adds up to what, with all its codes.
        checks: The checks that are asked for.
        cell: The columns that make up a cell.
        native: Whether an Arrow table may be added up by what is faster for it; the result is the same.

    Returns:
        The result, lazily.
    """
    columns = slots_of(structure, checks)
    table = taken.frame.to_native() if native else None
    if isinstance(table, pa.Table) and (lines := lines_of(table, structure, columns, cell)):
        entries = read(nw.from_native(lines.doubtful).lazy(), cell, structure)
        made = (results(summed(lines, entries, slots)) for slots in columns)
        return nw.concat([_faults(entries), *chain.from_iterable(made)])
    entries = read(taken.frame, cell, structure)
    found = [_faults(entries)]
    for slots in columns:
        frame, branches = branches_of(gathered(entries, slots))
        found.append(branch_out(frame, branches, taken.library))
    found += runs(entries, checks)
    if checks.subsets and entries.subsets:
        found.append(subsets(entries))
    if not any(slots.counts_rows for slots in columns):
        found.append(repeated(entries))
    return nw.concat(found)


def balance_frame(frame: Any, structure: Structure, checks: Structure, cell: Sequence[str], *, strict: bool) -> Any:
    """Hold every total of a frame against the sum of its parts, on the engine that it is of.

    Args:
        frame: The frame; it has the columns of the cell and of the numbers.
        structure: What adds up to what, with all its codes.
        checks: The checks that are asked for.
        cell: The columns that make up a cell.
        strict: Whether to run it at once, and to raise if there are rows that cannot be used.

    Returns:
        The result, a frame of the same kind; lazy if it is.

    Raises:
        RecordError: If `strict` and cells cannot be used; all of them are listed, with each reason.
        MissingExtraError: If narwhals is not installed.
    """
    if library_of(frame) == "dask":
        made = _by_partition(frame, structure, checks, cell)
        found = made[made["axis"].isna()].compute().to_dict("records") if strict else []
    else:
        taken = take(frame, "balance")
        result = check(taken, structure, checks, cell)
        made = taken.back(result)
        found = result.filter(nw.col("axis").is_null()).collect("pyarrow").to_native().to_pylist() if strict else []
    if found:
        faults = sorted((" ".join(f"{name}={one[name]}" for name in cell), one["reason"]) for one in found)
        raise RecordError([Fault("rows", 0, codes, reason) for codes, reason in faults], "the rows")
    return made


def _by_partition(frame: Any, structure: Structure, checks: Structure, cell: Sequence[str]) -> Any:
    """Bring the cells that belong together into one partition of a Dask frame, and check each partition by itself."""
    along = {rule.column for rule in structure.sums} | {rule.column for rule in structure.within} | structure.calendars
    keys = [column for column in cell if column not in along]
    for key in keys:
        if frame[key].dtype.kind not in "iu" and frame[key].dtype.name != "category":
            frame = frame.assign(**{key: frame[key].fillna("")})  # both are missing codes
    frame = frame.shuffle(on=keys) if keys else frame.repartition(npartitions=1)
    told = structure, checks, tuple(cell)
    empty = _of_partition(frame._meta, *told)  # noqa: SLF001  a frame of no rows
    return frame.map_partitions(_of_partition, *told, meta=empty)


def _of_partition(frame: Any, structure: Structure, checks: Structure, cell: Sequence[str]) -> Any:
    taken = take(frame, "balance")
    return taken.back(check(taken, structure, checks, cell))


def _faults(entries: Entries) -> "nw.LazyFrame[Any]":
    """Give the rows that cannot be used."""
    told = row(entries.codes, verdict=nw.lit(Verdict.INVALID.value), reason=nw.col("__why"))
    return entries.faults().select(**told)
