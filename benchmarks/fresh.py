"""Runs a piece of work in fresh processes, and compares its CPU time with a target, beside the time that loading takes."""

import subprocess
import sys
from statistics import median

from benchmarks.pairs import tell

_TIMED = """
import time
start = time.process_time()
{load}
loaded = time.process_time()
{work}
print(loaded - start, time.process_time() - loaded)
"""


def measure(title: str, load: str, work: str, rounds: int, *, target: float) -> None:
    """Take the CPU time of loading and of the work after it, in a process of their own each round.

    Args:
        title: What is measured.
        load: What comes first, as Python.
        work: What is measured, as Python.
        rounds: How often.
        target: The most seconds that the work may take.
    """
    taken = []
    for _ in range(rounds):
        told = subprocess.run(
            [sys.executable, "-c", _TIMED.format(load=load, work=work)], check=True, capture_output=True, text=True
        )
        taken.append(tuple(map(float, told.stdout.split())))
    both = dict(zip(("load", "work"), zip(*taken, strict=True), strict=True))
    tell(title, {name: median(times) * 1000 for name, times in both.items()})
    print(f"{title} ({rounds} rounds, CPU time)")
    for name, times in both.items():
        print(f"  {name:44} {median(times):8.3f} s   ({min(times):.3f} to {max(times):.3f})")
    print(f"  target: at most {target} s; {'met' if median(work for _, work in taken) <= target else 'NOT MET'}")
