"""The explorer: its program, bundled from `website/explorer`, and the words it shows."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conflictdata import bundle, list_datasets
from conflictdata.models import SIGNS
from conflictdata.timeline import CALENDAR
from conflictdata.vocabulary import Area, Bound, Caveat, Code, Group, Mark, Measure, PeriodKind, Scope, SourceKind, Status

PROGRAM = Path(__file__).parent / "explorer"
TABLES = ("figures", "sources", "breaks")  # what a series with its pages follows from
WORDS: tuple[type[Code], ...] = (Area, Scope, Measure, Group, Bound, SourceKind, Caveat, Status, Mark, PeriodKind)


class NoProgramError(Exception):
    """The explorer cannot be bundled; the text says what is missing or what failed."""


def facts() -> dict[str, Any]:
    """Give what the explorer shows beside the numbers, so that its program repeats nothing.

    Returns:
        The datasets with their release and the digests of their files; the codes with labels and definitions, in the
        order of the vocabulary; the signs of bounds; the kinds of span that a series may have.
    """
    return {
        "datasets": [
            {
                "name": one.name,
                "title": one.title,
                "publisher": one.publisher,
                "counts": one.counts,
                "release": one.release,
                "files": {table: bundle.manifest()["files"][f"{one.name}/{table}.parquet"] for table in TABLES},
            }
            for one in list_datasets()
        ],
        "codes": {
            words.axis(): [{"code": code.value, "label": code.label, "definition": code.definition} for code in words]
            for words in WORDS
        },
        "signs": {bound.value: sign for bound, sign in SIGNS.items()},
        "spans": [kind.value for kind in CALENDAR],
    }


def files() -> Iterator[tuple[str, str | bytes]]:
    """Give the files of the explorer.

    Yields:
        The program, its style, the licences of what was bundled into it, and the words. The tables are those of `bundled`.

    Raises:
        NoProgramError: If npm is not there, or the program cannot be bundled.
    """
    yield from bundled()
    yield "data/explorer/facts.json", json.dumps(facts(), ensure_ascii=False, separators=(",", ":")) + "\n"


def bundled() -> Iterator[tuple[str, str | bytes]]:
    """Give the program as a browser reads it.

    Yields:
        The program, its style, and the licences of the libraries in it.

    Raises:
        NoProgramError: If npm is not there, or fails.
    """
    if stale():
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        npm("run", "bundle", "--", f"--outdir={made}", f"--metafile={made / 'meta.json'}")
        for name in ("explorer.js", "explorer.css"):
            yield f"data/explorer/{name}", (made / name).read_bytes()
        inputs = json.loads((made / "meta.json").read_text(encoding="utf-8"))["inputs"]
    yield "data/explorer/licences.txt", licences(inputs)


def stale() -> bool:
    """Whether the libraries are not installed as the lockfile has them."""
    installed = PROGRAM / "node_modules" / ".package-lock.json"
    return not installed.is_file() or installed.stat().st_mtime < (PROGRAM / "package-lock.json").stat().st_mtime


def npm(*arguments: str) -> None:
    """Run npm in the folder of the program.

    Args:
        *arguments: What it is told.

    Raises:
        NoProgramError: If it is not there, or fails.
    """
    command = shutil.which("npm")
    if command is None:
        raise NoProgramError("npm is not installed, and the site's explorer is bundled with it: install Node.js 20 or newer")
    done = subprocess.run(  # noqa: S603  npm
        [command, "--loglevel=error", *arguments], cwd=PROGRAM, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NoProgramError(f"npm {' '.join(arguments)} failed in {PROGRAM.name}:\n{done.stdout}{done.stderr}")


def licences(inputs: dict[str, Any]) -> str:
    """Gather the licences of the libraries that the program holds: they ask to stand beside it.

    Args:
        inputs: The files that were bundled, by path.

    Returns:
        Each library with its version and the text of its licence, in order of the names.

    Raises:
        NoProgramError: If a library has no licence.
    """
    texts = []
    for folder in sorted({_package(path) for path in inputs if "node_modules/" in path}):
        about = json.loads((PROGRAM / folder / "package.json").read_text(encoding="utf-8"))
        found = sorted(path for path in (PROGRAM / folder).iterdir() if path.name.lower().startswith(("licence", "license")))
        if not found:
            raise NoProgramError(f"{about['name']} has no licence to stand beside the program")
        texts.append(f"{about['name']} {about['version']}\n\n{found[0].read_text(encoding='utf-8').strip()}\n")
    return "\n\n".join(texts)


def _package(path: str) -> str:
    """Give the folder of the library that a file belongs to."""
    before, _, inside = path.rpartition("node_modules/")
    names = inside.split("/")
    return f"{before}node_modules/{'/'.join(names[: 2 if inside.startswith('@') else 1])}"
