"""The blocks of code of a page, as its Markdown has them."""

import re
from collections.abc import Iterator

import attrs

_FENCE = re.compile(r"( *)(`{3,}|~{3,})(.*)")
_MARK = re.compile(r"<!-- (.*) -->")
_FILE = re.compile(r"(?:#|%|--) ([\w-]+\.\w+)\n")


@attrs.frozen
class Block:
    """A fenced block of a page.

    Attributes:
        language: What stands behind the fence.
        text: The lines between the fences, without the fence's own indent.
        line: The number of its first line in the page.
        mark: What the comment before it says; empty for most.
    """

    language: str
    text: str
    line: int
    mark: str

    @property
    def file(self) -> str:
        """The name of the file that the block is: by its mark, or by a first line that is a comment. Empty for most."""
        found = _FILE.match(self.text)
        return found[1] if found else self.mark.partition("file ")[2]


def blocks(text: str) -> Iterator[Block]:
    """Give the fenced blocks of a page, in order; one that is never closed ends with the page.

    Args:
        text: The Markdown.

    Yields:
        Each block.
    """
    lines = text.splitlines(keepends=True)
    place = 0
    while place < len(lines):
        fence = _FENCE.match(lines[place])
        place += 1
        if fence:
            start = place
            while place < len(lines) and lines[place].strip() != fence[2]:
                place += 1
            mark = _MARK.fullmatch(lines[start - 2].strip()) if start > 1 else None
            body = "".join(line.removeprefix(fence[1]) for line in lines[start:place])
            yield Block(fence[3].strip(), body, start + 1, mark[1] if mark else "")
            place += 1
