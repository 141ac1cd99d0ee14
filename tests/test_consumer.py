"""A project of someone else's that depends on the package, pins a release, and stops when the data are not those."""

import os
import subprocess
import sys
from pathlib import Path

CONSUMER = Path(__file__).parent / "consumer"
MONTH = "2025-10"
PIN = "conflictdata/picss@2026-11-22 rows=7bb7df0a19a9daa0 figures=32b5cbf59e07eeab"


def report(*words: str) -> tuple[int, str, str]:
    """Run the project's command as its users do, in a process of its own."""
    there = os.pathsep.join(filter(None, [str(CONSUMER / "src"), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "monthly_report", *words],
        env={**os.environ, "PYTHONPATH": there},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout, done.stderr


def test_it_reports_from_the_data_that_it_pins() -> None:
    """The numbers of the release, with their support, and what does not add up."""
    status, out, err = report(MONTH)

    assert (status, err) == (0, "")
    first, total, *_, last = out.splitlines()
    assert first == f"picss 2026-11-22, {MONTH}"
    assert total == "total: 458 killed, repeated, 3 pages"
    assert "civilians: 30 killed, disputed, 3 pages" in out.splitlines()
    assert last.startswith("short by 1: The page leaves out the one peace committee member")


def test_it_stops_where_the_pin_is_wrong() -> None:
    """Status 1, nothing printed, and what differs: other rows, a release that there is not, another table, no pin."""
    wrong = PIN.replace("7bb7df0a19a9daa0", "0" * 16)
    status, out, err = report(MONTH, "--pin", wrong)
    assert (status, out) == (1, "")
    told = f"monthly-report: {wrong}\n  rows is 7bb7df0a19a9daa0 in this install, and {'0' * 16} in the pin\n"
    assert err == told

    status, out, err = report(MONTH, "--pin", PIN.replace("2026-11-22", "2031-01-01"))
    assert (status, out) == (1, "")
    assert "unknown release of picss '2031-01-01'; valid: 2026-11-22" in err

    status, out, err = report(MONTH, "--pin", "latest")
    assert (status, out) == (1, "")
    assert err.startswith("monthly-report: latest\n")
    assert "Traceback" not in err
