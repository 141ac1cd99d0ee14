"""Compares what a wheel and a source distribution carry with what they should, and says what the registry is told.

python .ci/contents.py WHEEL SDIST            compares
python .ci/contents.py --write WHEEL SDIST    writes the list of the wheel's files, .ci/wheel.txt, anew
"""

import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIST = ROOT / ".ci" / "wheel.txt"
TABLES = ("sources", "statements", "figures", "claims", "breaks", "discrepancies", "releases")
LARGEST = 1_000_000  # bytes of a wheel
LARGEST_INSTALLED = 2_000_000  # bytes of its files, before the interpreter compiles any
CORE = ["attrs", "pyarrow"]  # what the package needs without an extra


def tracked(folder: str = ".") -> set[str]:
    """Give the files of the checkout."""
    done = subprocess.run(["git", "ls-files", folder], cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    return set(done.stdout.split())


def compare(name: str, found: set[str], expected: set[str]) -> bool:
    """Say what is missing and what is too many, and whether neither is."""
    for file in sorted(expected - found):
        print(f"  {name}: missing: {file}")
    for file in sorted(found - expected):
        print(f"  {name}: too many: {file}")
    return found == expected


def small(name: str, size: int, largest: int) -> bool:
    """Say the size, and whether it is small enough."""
    print(f"{name}: {size:,} bytes of {largest:,} at most")
    return size <= largest


def expected_of(opened: zipfile.ZipFile) -> set[str]:
    """Give what a wheel should hold, by the checkout and by the record."""
    names = [path.parent.name for path in (ROOT / "datasets").glob("*/dataset.toml")]
    data = {f"conflictdata/data/{name}/{table}.parquet" for name in names for table in TABLES}
    told = json.loads(opened.read("conflictdata/data/manifest.json"))["datasets"]
    closed = {(name, table) for name in told for table, entry in told[name]["tables"].items() if entry["closed"]}
    data |= {f"conflictdata/data/{name}/{table}.closed.parquet" for name, table in closed}
    data |= {f"conflictdata/data/{name}/datapackage.json" for name in names}
    made = {"conflictdata/data/manifest.json", "conflictdata/data/vocabulary.toml", "conflictdata/_manifest.py"}
    return {*tracked("conflictdata"), *data, *made}


def first_section(changelog: str) -> str:
    """Give the heading of the newest section of the changelog."""
    return next(line.removeprefix("## ") for line in changelog.splitlines() if line.startswith("## "))


def faults_of(told: Message) -> list[str]:
    """Give what is wrong with what the registry is told."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = told.get_payload(decode=True)
    text = page.decode("utf-8") if isinstance(page, bytes) else ""
    faults = []
    needed = [re.split(r"[^\w-]", need)[0] for need in told.get_all("Requires-Dist", []) if "extra ==" not in need]
    if needed != CORE:
        faults.append(f"without an extra, {needed} is needed, and not {CORE}")
    files = f"https://github.com/conflictdata/conflictdata/blob/{project['version']}/"
    for link in re.findall(r"\]\(([^)]*)\)", text):
        if not link.startswith(("https://", "#")):
            faults.append(f"a link that holds in the checkout alone: {link}")
        elif link.startswith(files) and not (ROOT / link.removeprefix(files).partition("#")[0]).is_file():
            faults.append(f"a link that leads nowhere: {link}")
    newest = first_section((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    if [line for line in text.splitlines() if re.fullmatch(r"### (Unreleased|20\d\d\..*)", line)] != [f"### {newest}"]:
        faults.append(f"the page does not hold the newest section of the changelog, {newest}, alone")
    if "<!--" in text:
        faults.append("a comment that is for the tests")
    for key, url in project["urls"].items():
        if f"{key}, {url}" not in told.get_all("Project-URL", []):
            faults.append(f"the address {key} is missing")
    if told["License-Expression"] != project["license"] or told.get_all("License-File") != project["license-files"]:
        faults.append("the licences are not those of the project")
    return faults


def main(wheel: Path, sdist: Path, *, write: bool = False) -> int:
    """Compare both; 0 if they are as they should be."""
    with zipfile.ZipFile(wheel) as opened:
        everything = {info.filename: info.file_size for info in opened.infolist()}
        (described,) = (name for name in everything if name.endswith(".dist-info/METADATA"))
        told = message_from_bytes(opened.read(described))
        expected = expected_of(opened)
    described = described.removesuffix("METADATA")
    in_wheel = {name for name in everything if not name.startswith(described)}
    with tarfile.open(sdist) as archive:
        in_sdist = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    listed = sorted(name.replace(described, "*.dist-info/") for name in everything)
    if write:
        LIST.write_text("".join(f"{name}\n" for name in listed), encoding="utf-8", newline="\n")
    good = compare("wheel, by the checkout and the record", in_wheel, expected)
    good &= compare("wheel, by .ci/wheel.txt", set(listed), set(LIST.read_text(encoding="utf-8").split()))
    good &= compare("source distribution", in_sdist, {*tracked(), "PKG-INFO"})
    good &= small(f"{wheel.name}, {len(everything)} files", wheel.stat().st_size, LARGEST)
    good &= small("installed", sum(everything.values()), LARGEST_INSTALLED)
    faults = faults_of(told)
    for fault in faults:
        print(f"  {fault}")
    return int(not good or bool(faults))


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--write"]
    sys.exit(main(*map(Path, arguments), write="--write" in sys.argv))
