"""The library prints nothing of its own: what a program writes is read by others."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.gate
@pytest.mark.parametrize(
    "work",
    [
        "cd.implied(picss, period='2025-10', area='PK', measure='killed')",  # asks a solver that likes to say its name
        "list(picss.balances), picss.claims[0], picss.revisions, picss.pin()",
        "cd.compare('picss', 'pips', measure='killed', group='total', scope='militant_attacks')",
        "picss.figures.to_pandas(), picss.figures.to_polars()",
        "cd.load('picss', as_of='2025-11-05').figures[0]",
    ],
)
def test_nothing_is_printed(work: str, tmp_path: Path) -> None:
    """Neither by the package nor by a library under it, which may write past Python's own streams."""
    code = f"import conflictdata as cd; picss = cd.load('picss'); {work}"
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, capture_output=True)

    assert (done.stdout, done.stderr) == (b"", b"")
