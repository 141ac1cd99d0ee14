"""Gathers the files of the site that follow from the record, and writes those that changed."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from website import anomalies, bundled, changelog, charts, codebook, command, dictionary, explore, publishers, spans

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
MADE = ("data", "changelog.md")  # what git ignores: below these, whatever is not made is stale

Part = Callable[[], Iterator[tuple[str, str | bytes]]]

# Each part gives files: a path below docs/, and what stands in it.
PARTS: Mapping[str, Part] = {
    "changelog": changelog.files,
    "command": command.files,
    "spans": spans.files,
    "publishers": publishers.files,
    "anomalies": anomalies.files,
    "codebook": codebook.files,
    "dictionary": dictionary.files,
    "bundled": bundled.files,
    "explore": explore.files,
    "charts": charts.files,
}


def files(parts: Mapping[str, Part] = PARTS) -> dict[str, bytes]:
    """Make all files.

    Args:
        parts: What makes them.

    Returns:
        The contents by path below `docs/`.

    Raises:
        ValueError: If two parts make one file, or one lies where people write.
    """
    made: dict[str, bytes] = {}
    for name, part in parts.items():
        for path, content in part():
            if path in made or path.partition("/")[0] not in MADE:
                raise ValueError(f"{name} makes {path}, which is made already or is no place for made files")
            made[path] = content.encode() if isinstance(content, str) else content
    return made


def write(made: Mapping[str, bytes], docs: Path = DOCS) -> list[str]:
    """Write what changed, and delete what is made no more.

    Args:
        made: The contents by path.
        docs: The folder of the documentation.

    Returns:
        The paths that were written or deleted.
    """
    there = {path for name in MADE for path in (docs / name, *(docs / name).rglob("*")) if path.is_file()}
    stale = there - {docs / path for path in made}
    for file in stale:
        file.unlink()
    changed = [path for path, content in made.items() if docs / path not in there or (docs / path).read_bytes() != content]
    for path in changed:
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_bytes(made[path])
    return sorted([*changed, *(file.relative_to(docs).as_posix() for file in stale)])
