"""Times two or more ways of doing one thing, in turn, and compares their medians."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median


def process(code: str, python: str = sys.executable) -> Callable[[], object]:
    """Give what runs a piece of Python in a process of its own, away from the checkout."""
    return lambda: subprocess.run([python, "-P", "-c", code], check=True, stdout=subprocess.DEVNULL)


def compare(title: str, ways: Mapping[str, Callable[[], object]], rounds: int, target: float | None = None) -> float:
    """Time each way once a round, in turn, so that a noisy moment meets them all.

    Args:
        title: What is measured.
        ways: What to run, by name; the first is the one that the others are compared with.
        rounds: How often.
        target: The largest ratio of the last way to the first that is good.

    Returns:
        The ratio of the medians, the last way to the first.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for run in ways.values():  # once to warm the caches
        run()
    for _ in range(rounds):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) * 1000)
    first = next(iter(ways))
    print(f"{title} ({rounds} rounds)")
    for name, taken in times.items():
        ratio = median(taken) / median(times[first])
        print(f"  {name:44} {median(taken):8.2f} ms  ({min(taken):.2f} to {max(taken):.2f})  ratio {ratio:.2f}")
    result = median(times[name]) / median(times[first])
    if target is not None:
        print(f"  target: at most {target}; {'met' if result <= target else 'NOT MET'}")
    return result
