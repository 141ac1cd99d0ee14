"""Says whether a tag may be published: it is the version, and so is the newest section of the changelog.

`release_ready.py TAG` prints what stands against it.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def faults_of(tag: str, version: str, changelog: str) -> list[str]:
    """Give what stands against it."""
    faults = []
    if tag != version:
        faults.append(f"the tag is {tag}, and the version {version}")
    newest = next((line for line in changelog.splitlines() if line.startswith("## ")), "nothing")
    if not re.fullmatch(rf"## {re.escape(version)} - \d{{4}}-\d\d-\d\d", newest):
        faults.append(f"the newest section of the changelog is not of {version} and its day, but: {newest}")
    return faults


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = faults_of(sys.argv[1], project["version"], (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    print(*found, sep="\n")
    sys.exit(bool(found))
