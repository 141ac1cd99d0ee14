"""Saves what the benchmarks measure as a baseline, and holds what they measure now against it.

    python -m benchmarks.compare save [NAME ...]
    python -m benchmarks.compare against [NAME ...]

NAME is a module of this folder, by default each of `NAMES`. Every measurement times ways of doing one thing in turn,
the first of them plain code that stands in for the machine: what is compared is how many times as long as that the
others take. It moves less from machine to machine and from day to day than milliseconds do, which are shown beside it,
and which mean little unless the machine is the same. `against` ends with status 1 if a way takes more than `SLOWER`
times as long, beside the plain one, as it did.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.pairs import TOLD

NAMES = ("start", "records", "balances", "claims", "implied")
BASELINE = Path(__file__).with_name("baseline.json")
SLOWER = 1.25
LIBRARIES = ("attrs", "highspy", "narwhals", "numpy", "pandas", "pyarrow")

Medians = dict[str, dict[str, float]]  # in milliseconds, by title and way


def machine() -> dict[str, str | int | None]:
    """Describe where it is measured: what a reader needs to judge milliseconds by."""
    cpu = platform.processor() or platform.machine()
    told = Path("/proc/cpuinfo")
    if told.is_file():
        names = [
            line.partition(":")[2].strip() for line in told.read_text("utf-8").splitlines() if line.startswith("model name")
        ]
        cpu = names[0] if names else cpu
    there: dict[str, str | int | None] = {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    for name in LIBRARIES:
        try:
            there[name] = version(name)
        except PackageNotFoundError:
            there[name] = None
    return there


def load() -> float | None:
    """Give how many programs want to run a core, where that is known: measured on a busy machine, numbers say little."""
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2) if hasattr(os, "getloadavg") else None


def run(names: Sequence[str]) -> dict[str, Medians]:
    """Run benchmarks, which print as they go, and give the medians by benchmark, title and way."""
    found: dict[str, Medians] = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "told"
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True, env={**os.environ, TOLD: str(file)})
            lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        found[name] = {line["title"]: line["medians"] for line in lines}
    return found


def compared(before: Mapping[str, Medians], now: Mapping[str, Medians]) -> tuple[list[str], bool]:
    """Give a line for each way of each title, and whether one takes too long.

    A title that one side alone has, as when the record has grown, is said and not compared.
    """
    lines, slower = [], False
    for name, titles in now.items():
        old = before.get(name, {})
        lines += [f"{name}: {title}: not measured now" for title in old if title not in titles]
        for title, medians in titles.items():
            was = old.get(title)
            if was is None or list(was) != list(medians):
                lines.append(f"{name}: {title}: not in the baseline")
                continue
            first = next(iter(medians))
            lines.append(f"{name}: {title}, beside {first} ({was[first]:.2f} ms, now {medians[first]:.2f} ms)")
            for way in list(medians)[1:]:
                ratios = was[way] / was[first], medians[way] / medians[first]
                change = ratios[1] / ratios[0]
                slow = change > SLOWER
                slower |= slow
                told = f"{ratios[0]:.2f} times, now {ratios[1]:.2f}: {change:.2f}"
                lines.append(
                    f"  {way:44} {was[way]:8.2f} ms, now {medians[way]:8.2f} ms; {told}{'  SLOWER' if slow else ''}"
                )
    return lines, slower


def main(arguments: Sequence[str]) -> int:
    """Save or compare; 1 if something became slower."""
    if not arguments or arguments[0] not in {"save", "against"}:
        print(__doc__)
        return 2
    there, busy = machine(), load()
    found = run(arguments[1:] or NAMES)
    saved: dict[str, Any] = json.loads(BASELINE.read_text("utf-8")) if BASELINE.is_file() else {}
    if arguments[0] == "save":
        kept = saved.get("measured", {}) if saved.get("machine") == there else {}
        whole = {"machine": there, "load_before": busy, "measured": {**kept, **found}}
        BASELINE.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8", newline="\n")
        print(f"saved in {BASELINE.name}, with {busy} programs a core before")
        return 0
    if not saved:
        print("there is no baseline: save one first")
        return 2
    print("\nAgainst the baseline")
    for key, value in there.items():
        if saved["machine"].get(key) != value:
            print(f"  another {key}: {saved['machine'].get(key)}, now {value}")
    print(f"  programs a core before: {saved['load_before']}, now {busy}")
    lines, slower = compared(saved["measured"], found)
    print(*lines, sep="\n")
    return int(slower)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
