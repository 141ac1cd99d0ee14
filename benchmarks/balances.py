"""The check of the record, and of a table of one's own, beside a plain loop that adds up the groups and nothing else.

    python -m benchmarks.balances

The plain loop takes clean rows, all parts there and no bounds, and compares each total with the sum of its parts. The check
reads every row for faults, takes bounds and inclusions, finds parts that are absent, and says what it found.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial

import pyarrow as pa

import conflictdata as cd
from benchmarks.pairs import compare
from conflictdata import checks
from conflictdata.structure import Structure

ROUNDS = 7
PARTS = {"militants": 7, "security_forces": 2, "civilians": 3}


def _table(rows: int) -> pa.Table:
    """Make clean rows: a total and its three groups a place."""
    places = [f"place-{n:06}" for n in range(rows // 4)]
    groups = ["total", *PARTS]
    return pa.table(
        {
            "place": [place for place in places for _ in groups],
            "measure": ["killed"] * (4 * len(places)),
            "group": groups * len(places),
            "value": [sum(PARTS.values()), *PARTS.values()] * len(places),
        }
    )


def _plain(table: pa.Table) -> int:
    """Add up the groups of each place, and count the places where they do not make the total."""
    left: dict[str, int] = defaultdict(int)
    columns = (table[name].to_pylist() for name in ("place", "group", "value"))
    for place, group, value in zip(*columns, strict=True):
        left[place] += value if group == "total" else -value
    return sum(residual != 0 for residual in left.values())


def main() -> None:
    """Measure the largest dataset of the record, then clean tables of two sizes."""
    picss = cd.load("picss")
    figures, statements = list(picss.figures), list(picss.statements)
    pages, known = {page.id: page for page in picss.sources}, list(picss.discrepancies)
    structure = Structure.declared()
    ways: dict[str, Callable[[], object]] = {
        "statements read into records": lambda: list(picss.statements),
        "figures against each other": lambda: checks.records(
            checks.of_figures(figures, statements, structure), known, pages
        ),
        "each page against itself": lambda: checks.records(checks.of_sources(statements, structure), known, pages),
    }
    compare(f"picss: {len(figures):,} figures, {len(statements):,} statements", ways, ROUNDS)
    for rows in (10_000, 100_000):
        table = _table(rows)
        compare(
            f"a table of {rows:,} clean rows, by groups",
            {
                "a plain loop": partial(_plain, table),
                "balance()": partial(cd.balance, table, axis="groups", cell="place"),
            },
            ROUNDS,
        )


if __name__ == "__main__":
    main()
