"""The changelog as a page of the site."""

from collections.abc import Iterator
from pathlib import Path

CHANGELOG = Path(__file__).parent.parent / "CHANGELOG.md"


def files() -> Iterator[tuple[str, str]]:
    """Give the page: the file as it is, its links seen from `docs/`."""
    yield "changelog.md", CHANGELOG.read_text(encoding="utf-8").replace("](docs/", "](")
