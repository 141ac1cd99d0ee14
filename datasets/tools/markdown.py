"""Tables in Markdown, as the documentation and the site have them."""

from collections.abc import Iterable


def table(head: Iterable[str], rows: Iterable[Iterable[object]], right: int | None = None) -> str:
    """Write a table.

    Args:
        head: The names of its columns.
        rows: The cells of each row; a bar in them is escaped.
        right: The first of the columns that hold numbers, if there are any: these are set to the right.

    Returns:
        The table, without a line break at its end.
    """
    names = list(head)
    rule = ["--:" if right is not None and place >= right else "---" for place in range(len(names))]
    cells = ([str(cell).replace("|", "\\|") for cell in row] for row in rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in (names, rule, *cells))
