"""Pieces of Markdown that several parts write."""

from collections.abc import Iterable


def table(head: Iterable[str], rows: Iterable[Iterable[object]], right: int | None = None) -> str:
    """Write a table.

    Args:
        head: The names of its columns.
        rows: The cells of each row; a bar in them is escaped.
        right: The first of the columns that hold numbers, if there are any: these are set to the right.

    Returns:
        The table, with an empty line after it.
    """
    names = list(head)
    rule = ["--:" if right is not None and place >= right else "---" for place in range(len(names))]
    cells = ([str(cell).replace("|", "\\|") for cell in row] for row in rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in (names, rule, *cells)) + "\n"


def anchor(name: str) -> str:
    """Give a place in the page that links can name."""
    return f'<span id="{name}"></span>'


def reference(name: str) -> str:
    """Link a public name to its entry in the reference."""
    return f"[`{name}`][conflictdata.{name}]"
