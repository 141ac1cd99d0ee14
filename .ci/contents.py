"""Compares what a wheel and a source distribution carry with what they should."""

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLES = ("sources", "statements", "figures", "claims", "breaks", "discrepancies", "releases")
LARGEST = 1_000_000  # bytes of a wheel


def tracked(folder: str = ".") -> set[str]:
    """Give the files of the checkout."""
    done = subprocess.run(["git", "ls-files", folder], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def compare(name: Path, found: set[str], expected: set[str]) -> bool:
    """Say what is missing and what is too many, and whether neither is."""
    print(f"{name.name}: {name.stat().st_size:,} bytes, {len(found)} files")
    for file in sorted(expected - found):
        print(f"  missing: {file}")
    for file in sorted(found - expected):
        print(f"  too many: {file}")
    return found == expected


def main(wheel: Path, sdist: Path) -> int:
    """Compare both; 0 if they are as they should be."""
    names = [path.parent.name for path in (ROOT / "datasets").glob("*/dataset.toml")]
    data = {f"conflictdata/data/{name}/{table}.parquet" for name in names for table in TABLES}
    told = json.loads(zipfile.ZipFile(wheel).read("conflictdata/data/manifest.json"))["datasets"]
    closed = {(name, table) for name in told for table, entry in told[name]["tables"].items() if entry["closed"]}
    data |= {f"conflictdata/data/{name}/{table}.closed.parquet" for name, table in closed}
    data |= {f"conflictdata/data/{name}/datapackage.json" for name in names}
    expected = {*tracked("conflictdata"), *data, "conflictdata/data/manifest.json", "conflictdata/data/vocabulary.toml"}
    expected |= {"conflictdata/_manifest.py"}
    in_wheel = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    with tarfile.open(sdist) as archive:
        in_sdist = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    good = compare(wheel, in_wheel, expected)
    good &= compare(sdist, in_sdist, {*tracked(), "PKG-INFO"})
    if wheel.stat().st_size > LARGEST:
        print(f"  the wheel is larger than {LARGEST:,} bytes")
        good = False
    return int(not good)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
