"""The check on frames beside queries that are written by hand for the same figures, from the same Parquet files.

    python -m benchmarks.frames --rows 1e7 --most 5e7

Besides the package with the extras `frames`, `duckdb`, `polars` and `pandas` this needs pandera and pointblank, which do the
plain sum alone: no bounds, no parts that are absent, no rows that cannot be used. Before anything is timed, the check and
the query by hand must give the rows that were planted, and the same rows.
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import conflictdata as cd
from benchmarks import byhand, sums
from benchmarks.engines import ENGINES, faults, ordered
from benchmarks.pairs import compare
from benchmarks.planted import TRUTH, truth_of
from benchmarks.plants import CELL, STRUCTURE

SMALL = 1_000_000
ROUNDS = 5
MEMORY_ROUNDS = 3
RATIO, GROWTH, MEMORY = 1.5, 12.0, 1.3
PEERS = {
    "polars": ("pandera, polars", "pointblank, polars"),
    "pyarrow": ("pandera, pandas",),
    "pandas": ("pandera, pandas",),
}
BY_HAND: dict[str, Callable[..., Any]] = {"duckdb": byhand.duckdb, "polars, lazy": byhand.polars}


def checked(name: str, path: Path) -> Any:
    """Hold a file against the structure on an engine.

    Args:
        name: The engine.
        path: The file.

    Returns:
        The result, a frame of the engine's; a lazy one has not run.
    """
    return cd.balance(ENGINES[name].open(path), STRUCTURE, cell=CELL)


def _run(name: str, made: Callable[[], Any], *, bad: bool = False) -> pa.Table:
    """Give the rows of a result; with `bad`, those that are not balanced alone."""
    result = made()
    if bad and name == "duckdb":
        result = result.filter("verdict <> 'balanced'")
    elif bad:
        import polars as pl

        result = result.filter(pl.col("verdict") != "balanced")
    return ENGINES[name].read(result)


def _same(path: Path, *, whole: bool) -> None:
    """Hold the check and the queries by hand against what was planted, and, if asked for, all their rows to each other."""
    truth, balanced = truth_of(path)
    planted = Counter(tuple(row.values()) for row in truth.to_pylist())
    for name, query in BY_HAND.items():
        tables = [_run(name, partial(checked, name, path)), _run(name, partial(query, path))]
        for table in tables:
            if faults(table, TRUTH) != (planted, balanced):
                raise AssertionError(f"{name}: the rows are not those that were planted")
        if whole and not ordered(tables[0], TRUTH).equals(ordered(tables[1], TRUTH)):
            raise AssertionError(f"{name}: the check and the query by hand differ")


def _times(path: Path, title: str, *, target: bool) -> None:
    """Time one file: against the queries by hand, then what validation costs, then against plain sums."""
    ratio = RATIO if target else None
    for name, query in BY_HAND.items():
        ways = {
            "by hand": partial(_run, name, partial(query, path)),
            "balance": partial(_run, name, partial(checked, name, path)),
        }
        compare(f"{title}, {name}", ways, ROUNDS, ratio=ratio)
        alone = {way: partial(run, bad=True) for way, run in ways.items()}
        compare(f"{title}, {name}: what is not balanced alone", alone, ROUNDS)
        open_ = partial(_run, name, partial(query, path, checked=False))
        compare(f"{title}, {name}: what validation costs by hand", {"none": open_, "by hand": ways["by hand"]}, ROUNDS)
    arrow = {
        "signed sum by hand": lambda: byhand.arrow(pq.read_table(path)),
        "balance": lambda: checked("pyarrow", path),
    }
    compare(f"{title}, an Arrow table", arrow, ROUNDS, ratio=ratio)
    for name, others in PEERS.items():
        for other in others:
            ways = {other: partial(sums.SUMS[other], path), "balance": partial(checked, name, path)}
            compare(f"{title}, {name}: the plain sum of others", ways, ROUNDS, ratio=1.0 if target else None)


def _grow(small: Path, large: Path, rows: int) -> None:
    """Compare ten times the rows."""
    for name in BY_HAND:
        ways = {
            f"{size:,} rows": partial(_run, name, partial(checked, name, path))
            for size, path in ((SMALL, small), (rows, large))
        }
        compare(f"{name}: balance, by rows", ways, ROUNDS, ratio=GROWTH)
    ways = {f"{size:,} rows": partial(checked, "pyarrow", path) for size, path in ((SMALL, small), (rows, large))}
    compare("an Arrow table: balance, by rows", ways, ROUNDS, ratio=GROWTH)


def write(name: str, way: str, path: Path, out: Path) -> None:
    """Write a result to a file, as one does with what is large, and print the most memory that this process had.

    Args:
        name: The engine.
        way: `balance` or `by hand`.
        path: The file of the figures.
        out: The file to write.
    """
    result = checked(name, path) if way == "balance" else BY_HAND[name](path)
    if name == "duckdb":
        result.write_parquet(str(out))
    else:
        result.sink_parquet(out)
    # Not of getrusage, which counts what the process that started this one held.
    (peak,) = (
        line for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")
    )
    print(int(peak.split()[1]) * 1024)


def _memory(path: Path, rows: int, folder: Path) -> None:
    """Compare the most memory of a process that does nothing else."""
    for name in BY_HAND:
        peaks: dict[str, list[int]] = {"by hand": [], "balance": []}
        for _ in range(MEMORY_ROUNDS):
            for way, taken in peaks.items():
                out = folder / "result.parquet"
                command = [sys.executable, "-m", "benchmarks.frames", "--one", name, way, str(path), str(out)]
                told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                taken.append(int(told.split()[-1]))  # DuckDB may draw its progress before
                out.unlink()
        print(f"most memory, {rows:,} rows, {name} ({MEMORY_ROUNDS} rounds, processes of their own)")
        for way, taken in peaks.items():
            spread = f"({min(taken) >> 20:,} to {max(taken) >> 20:,})"
            share = median(taken) / median(peaks["by hand"])
            print(f"  {way:44} {median(taken) / 2**20:8,.0f} MiB {spread:22}  ratio {share:.2f}")
        met = median(peaks["balance"]) <= MEMORY * median(peaks["by hand"])
        print(f"  target: at most {MEMORY} times; {'met' if met else 'NOT MET'}")


def _made(folder: Path, rows: int, *, shuffled: bool) -> Path:
    """Write figures in a process of its own."""
    path = folder / f"{rows}{'-shuffled' * shuffled}.parquet"
    command = [sys.executable, "-m", "benchmarks.planted", str(path), "--rows", str(rows), "--whole"]
    subprocess.run([*command, *["--shuffled"] * shuffled], check=True, stdout=subprocess.DEVNULL)
    return path


def main() -> None:
    """Measure, or do one thing for another process that measures its memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=float, default=1e7, help="about how many rows are timed")
    parser.add_argument("--most", type=float, default=5e7, help="of how many the memory is measured; 0 for none")
    parser.add_argument("--one", nargs=4, metavar=("ENGINE", "WAY", "FIGURES", "OUT"), help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.one:
        name, way, path, out = told.one
        write(name, way, Path(path), Path(out))
        return
    rows, most = int(told.rows), int(told.most)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for shuffled in (False, True):
            word = "shuffled" if shuffled else "in order"
            small, large = (_made(folder, size, shuffled=shuffled) for size in (SMALL, rows))
            _same(small, whole=True)
            _times(small, f"{SMALL:,} rows {word}", target=False)
            _same(large, whole=False)
            _times(large, f"{rows:,} rows {word}", target=True)
            _grow(small, large, rows)
            for path in folder.iterdir():
                path.unlink()
        if most:
            _memory(_made(folder, most, shuffled=True), most, folder)


if __name__ == "__main__":
    main()
