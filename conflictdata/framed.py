"""The check on a user's frame, on the engine that it is of: pyarrow, pandas, polars, DuckDB, Dask, Spark."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import narwhals as nw
import pyarrow as pa

from conflictdata.arrow_rows import lines_of
from conflictdata.arrow_sums import results, summed
from conflictdata.branches import branches_of
from conflictdata.cells import repeated, runs, subsets
from conflictdata.engines import Taken, branch_out
from conflictdata.entries import Entries, read
from conflictdata.errors import Fault
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


def faults_of(taken: Taken, structure: Structure, cell: Sequence[str]) -> list[Fault]:
    """Find the rows that cannot be used; this runs the engine.

    Args:
        taken: The frame.
        structure: What adds up to what, with all its codes.
        cell: The columns that make up a cell.

    Returns:
        A fault for each cell and what is wrong with it, ordered by the cell.
    """
    entries = read(taken.frame, cell, structure)
    found = nw.concat([_faults(entries), repeated(entries)]).collect("pyarrow").to_native().to_pylist()
    told = sorted(([f"{column}={row[column]}" for column in cell], row["reason"]) for row in found)
    return [Fault("rows", 0, " ".join(codes), reason) for codes, reason in told]


def _faults(entries: Entries) -> "nw.LazyFrame[Any]":
    """Give the rows that cannot be used."""
    cell = {column: nw.col(f"__code_{place}") for place, column in enumerate(entries.cell)}
    told = row(cell, verdict=nw.lit(Verdict.INVALID.value), reason=nw.col("__why"))
    return entries.faults().select(**told)
