"""What the made pages share: names of spans, links between pages, numbers as HTML."""

import re
from calendar import month_name
from collections.abc import Iterable, Mapping
from html import escape

from conflictdata.dataset import Dataset
from conflictdata.models import Figure, Source
from conflictdata.span import number, signs
from conflictdata.values import Period
from conflictdata.vocabulary import Code, PeriodKind, Status

# Around the numbers of pages in a line of text that is still to be escaped: no source writes these.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PAGES = re.compile(f"{_OPEN}(.*?){_CLOSE}")


def slug(period: Period) -> str:
    """Give the name of a span's page: its code without the slash."""
    return period.code.replace("/", "_")


def in_words(period: Period) -> str:
    """Name a span: `October 2025`, and its code where it is no month."""
    if period.kind is PeriodKind.MONTH:
        return f"{month_name[period.start.month]} {period.start.year}"
    return period.code.replace("/", " to ")


def code_link(code: Code, up: str = "../") -> str:
    """Link a code to its line of the codebook, by its label."""
    return f"[{code.label}]({up}codebook.md#{code.axis()}-{code.value})"


def on_links(pages: Iterable[int]) -> str:
    """Name pages by their numbers, each to become a link: see `linked`."""
    numbers = sorted(set(pages))
    marked = " ".join(f"{_OPEN}{number}{_CLOSE}" for number in numbers)
    return f"on page{'' if len(numbers) == 1 else 's'} {marked}"


def linked(line: str) -> str:
    """Escape a line of text for HTML; the numbers of pages become links to the list of pages."""
    return _PAGES.sub(r'<a href="#page-\1">\1</a>', escape(line, quote=False))


def figure_cell(figure: Figure | None, numbers: Mapping[str, int]) -> str:
    """Give a table's cell: the number, the letter of its status and the signs of its marks, the pages that state it.

    Args:
        figure: The figure; none leaves the cell empty.
        numbers: The numbers of the pages, by their ids.

    Returns:
        The cell.
    """
    if figure is None:
        return "<td></td>"
    said = ", ".join(code.label for code in (figure.status, *figure.marks))
    strong = figure.status is Status.DISPUTED
    text = escape(number(figure))
    shown = f"<strong>{text}</strong>" if strong else text
    letters = f'<span class="signs" aria-hidden="true" title="{escape(said)}">{escape(signs(figure))}</span>'
    pages = " ".join(f'<a href="#page-{n}">{n}</a>' for n in sorted(numbers[page.id] for page in figure.sources))
    heard = f'<span class="unseen">, {escape(said)}, on pages </span>'
    return f'<td class="number">{shown} {letters}{heard}<br><small>{pages}</small></td>'


def source_line(page: Source) -> str:
    """Give a page as HTML: a link by its title, its outlet, kind and day."""
    title = page.title or page.url.removeprefix("https://").removeprefix("http://")
    day = f"{page.published}" if page.published else f"shows no day; out by {page.published_to}"
    origin = f", after {escape(page.origin)}" if page.origin else ""
    language = "" if page.language == "en" else f' lang="{page.language}" hreflang="{page.language}"'
    href = escape(page.url)
    said = f"{escape(page.outlet)}{origin}, {escape(page.kind.label)}, {day}, read {page.accessed}"
    return f'<a href="{href}"{language}>{escape(title)}</a><br><small>{said}</small>'


def anchor(name: str) -> str:
    """Give a place in the page that links can name."""
    return f'<span id="{name}"></span>'


def reference(name: str) -> str:
    """Link a public name to its entry in the reference."""
    return f"[`{name}`][conflictdata.{name}]"


def opened(dataset: Dataset) -> str:
    """Write the Python that opens a dataset at the release that the site shows."""
    return f'cd.load("{dataset.name}", release="{dataset.release}")'


def python(line: str) -> str:
    """Write a line of Python, to be copied, as a block of Markdown."""
    return f"```python\nimport conflictdata as cd\n\n{line}\n```\n"


def listed(lines: Iterable[str]) -> str:
    """Write lines of HTML as a list."""
    return "<ul>\n" + "".join(f"<li>{line}</li>\n" for line in lines) + "</ul>\n"


def details(summary: str, body: str) -> str:
    """Write HTML that opens on a click."""
    return f"<details><summary>{escape(summary)}</summary>\n{body}</details>\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]], caption: str = "") -> str:
    """Write a table of cells that are HTML already: the first of a row heads it.

    Args:
        head: The heads of the columns.
        rows: The cells, each as its inner HTML, or as a whole `<td>`.
        caption: What the table shows, for those who do not see it.

    Returns:
        The table, in a box that scrolls.
    """
    lines = [f'<div class="scrolls" role="region" aria-label="{escape(caption or "table")}" tabindex="0"><table>']
    if caption:
        lines.append(f"<caption>{escape(caption)}</caption>")
    lines.append("<thead><tr>" + "".join(f'<th scope="col">{name}</th>' for name in head) + "</tr></thead>")
    lines.append("<tbody>")
    for first, *rest in rows:
        cells = "".join(cell if cell.startswith("<td") else f"<td>{cell}</td>" for cell in rest)
        lines.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody></table></div>", ""])
