"""Times two or more ways of doing one thing, in turn, and compares their medians."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

TOLD = "CONFLICTDATA_MEASURED"  # names the file that takes what is measured, a line a title: see benchmarks.compare


def tell(title: str, medians: Mapping[str, float]) -> None:
    """Write down what was measured, in milliseconds, if a file is named."""
    if name := os.environ.get(TOLD):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"title": title, "medians": medians}) + "\n")


def process(code: str, python: str = sys.executable) -> Callable[[], object]:
    """Give what runs a piece of Python in a process of its own, away from the checkout."""
    return lambda: subprocess.run([python, "-P", "-c", code], check=True, stdout=subprocess.DEVNULL)


def compare(
    title: str,
    ways: Mapping[str, Callable[[], object]],
    rounds: int,
    *,
    ratio: float | None = None,
    over: float | None = None,
) -> None:
    """Time each way once a round, in turn, so that a noisy moment meets them all.

    Args:
        title: What is measured.
        ways: What to run, by name; the first is the one that the others are compared with.
        rounds: How often.
        ratio: The target: the largest ratio of the last way's median to the first's.
        over: The target: the most milliseconds by which the last way's median may pass the first's.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for run in ways.values():  # once to warm the caches
        run()
    for _ in range(rounds):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) * 1000)
    medians = {name: median(taken) for name, taken in times.items()}
    first, *_, last = medians.values()
    tell(title, medians)
    print(f"{title} ({rounds} rounds)")
    for name, taken in times.items():
        spread = f"({min(taken):.2f} to {max(taken):.2f})"
        print(f"  {name:44} {medians[name]:8.2f} ms  {spread:22}  ratio {medians[name] / first:.2f}")
    if ratio is not None:
        print(f"  target: at most {ratio} times; {'met' if last <= ratio * first else 'NOT MET'}")
    if over is not None:
        print(f"  target: at most {over} ms over, is {last - first:.2f}; {'met' if last <= first + over else 'NOT MET'}")
