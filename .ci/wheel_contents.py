"""Compares what a wheel carries with what it should: the modules of the checkout and the data of every dataset."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLES = ("sources", "statements", "figures", "claims", "breaks")
LARGEST = 1_000_000


def main(wheel: Path) -> int:
    """Say what is missing and what is too many; 0 if neither."""
    tracked = subprocess.run(
        ["git", "ls-files", "conflictdata"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    names = [path.parent.name for path in (ROOT / "datasets").glob("*/dataset.toml")]
    data = {f"conflictdata/data/{name}/{table}.parquet" for name in names for table in TABLES}
    expected = {*tracked, *data, "conflictdata/data/manifest.json", "conflictdata/data/vocabulary.toml"}
    found = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    print(f"{wheel.name}: {wheel.stat().st_size:,} bytes, {len(found)} files")
    for name in sorted(expected - found):
        print(f"  missing: {name}")
    for name in sorted(found - expected):
        print(f"  too many: {name}")
    if wheel.stat().st_size > LARGEST:
        print(f"  larger than {LARGEST:,} bytes")
    return int(found != expected or wheel.stat().st_size > LARGEST)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
