"""Lists the mutants that no test caught, each with the reason why none does: `survivors.py MUTMUT RESULTS`.

A reason is given in `.ci/survivors.toml` for what a mutant makes of a line, or for all mutants of a function.
"""

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

REASONS = Path(__file__).with_suffix(".toml")


def changed(mutmut: str, name: str) -> tuple[str, str]:
    """Give the line before and after the mutation."""
    done = subprocess.run([mutmut, "show", name], check=True, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line[:1] in {"-", "+"} and line[:3] not in {"---", "+++"}]
    before, after = ([line[1:].strip() for line in lines if line[0] == sign] for sign in "-+")
    return " ".join(before), " ".join(after)


def reason_of(function: str, after: str, told: Mapping[str, Mapping[str, str]]) -> str:
    """Find the reason of one mutant; empty if there is none."""
    for own in (told.get(function, {}), told.get("*", {})):
        for part, reason in own.items():
            if part == "*" or part in after:
                return reason
    return ""


def main(mutmut: str, results: Path) -> int:
    """Print the survivors and their reasons; the status is 0, since their number is judged elsewhere."""
    told = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    without = 0
    for line in results.read_text(encoding="utf-8").splitlines():
        name, _, status = line.strip().partition(": ")
        if not name or status == "killed":
            continue
        function = name.partition("__mutmut")[0].replace("x_", "", 1).replace("xǁ", "", 1).replace("ǁ", ".")
        before, after = changed(mutmut, name)
        reason = reason_of(function, after, told)
        without += not reason
        print(f"{name}: {status}\n  - {before}\n  + {after}\n  = {reason or 'no reason is known'}")
    print(f"{without} survivors without a reason")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
