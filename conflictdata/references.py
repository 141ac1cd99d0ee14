"""One entry of a bibliography, and how BibTeX, CSL-JSON, APA and plain text write it."""

from datetime import date
from typing import Any, Literal

import attrs

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ENTRIES = {"webpage": "online", "dataset": "dataset", "software": "software"}
_NO_DATE = "n.d."

# What LaTeX takes for a command. Braces are written in words, since BibTeX counts them even behind a backslash.
_LATEX = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
    }
)
# What a web address does not hold as it is, and BibTeX counts or ends a field with.
_ADDRESS = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D", '"': "%22"})


def _day(day: date) -> str:
    """Write a day as APA does after a name of a month: `November 22, 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _parts(day: date) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _ended(text: str) -> str:
    """End a sentence, where it does not end yet."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _line(text: str) -> str:
    """Write a title on one line."""
    return " ".join(text.split())


@attrs.frozen(kw_only=True)
class Reference:
    """One entry of a bibliography: a page, a release of a dataset, or the package.

    Attributes:
        key: Its name in BibTeX and in CSL; of a page its id in the record.
        kind: `webpage`, `dataset` or `software`.
        author: The organisation that speaks: the outlet of a page, the maintainers of a release or of the package.
        title: Its title; `[Untitled page]` for a page that shows none.
        issued: The day it appeared; None where it does not show one.
        by: The day by which it had surely appeared, where that says more than the day it was read.
        accessed: The day it was read; None for what was not read but used.
        url: Its address.
        language: Its language, ISO 639-1.
        version: The version of the package.
        publisher: Who publishes it, where that is not the author.
        note: What else names it: the pin of a release.
    """

    key: str
    kind: Literal["webpage", "dataset", "software"] = "webpage"
    author: str
    title: str = attrs.field(converter=_line)
    issued: date | None = None
    by: date | None = None
    accessed: date | None = None
    url: str
    language: str | None = None
    version: str | None = None
    publisher: str | None = None
    note: str | None = None

    @property
    def remark(self) -> str | None:
        """What is to be said beside the fields: its note, or the day by which it had appeared."""
        return self.note or (f"appeared by {self.by}" if self.by else None)

    def bibtex(self) -> str:
        """Write it for biblatex; BibTeX's own styles read the same entry, as `misc`.

        Returns:
            The entry. Names and titles stand in double braces, so that no style splits or lower-cases them.
        """
        fields = {
            "author": f"{{{self.author.translate(_LATEX)}}}",
            "title": f"{{{self.title.translate(_LATEX)}}}",
            "year": str(self.issued.year) if self.issued else _NO_DATE,
            "date": self.issued,
            "version": self.version,
            "publisher": self.publisher and self.publisher.translate(_LATEX),
            "note": self.remark and self.remark.translate(_LATEX),
            "url": self.url.translate(_ADDRESS),
            "urldate": self.accessed,
            "language": self.language,
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@{_ENTRIES[self.kind]}{{{self.key},", *lines, "}"])

    def csl(self) -> dict[str, Any]:
        """Write it as an item of CSL-JSON, for Zotero, pandoc and other processors of citations."""
        fields = {
            "id": self.key,
            "type": self.kind,
            "author": [{"literal": self.author}],
            "title": self.title,
            "issued": _parts(self.issued) if self.issued else None,
            "accessed": _parts(self.accessed) if self.accessed else None,
            "version": self.version,
            "publisher": self.publisher,
            "note": self.remark,
            "URL": self.url,
            "language": self.language,
        }
        return {name: value for name, value in fields.items() if value}

    def apa(self) -> str:
        """Write it in the style of the American Psychological Association, 7th edition, without italics.

        The style gives the day of reading only for what shows no day of its own; the other forms always give it.
        """
        when = f"{self.issued.year}, {_day(self.issued).rpartition(',')[0]}" if self.issued else _NO_DATE
        when = str(self.issued.year) if self.issued and self.kind != "webpage" else when
        what = {"webpage": "", "dataset": " [Dataset]", "software": " [Computer software]"}[self.kind]
        title = f"{self.title}{f' (Version {self.version})' if self.version else ''}{what}"
        read = f"Retrieved {_day(self.accessed)}, from " if self.accessed and not self.issued else ""
        publisher = f"{self.publisher}. " if self.publisher else ""
        return f"{_ended(self.author)} ({when}). {_ended(title)} {publisher}{read}{self.url}"

    def text(self) -> str:
        """Write it as one plain line: author, title, day, what names it, address, and the day it was read."""
        version = f", version {self.version}" if self.version else ""
        when = ", ".join([str(self.issued or _NO_DATE), *([self.remark] if self.remark else [])])
        read = f" (read {self.accessed})" if self.accessed else ""
        return f"{self.author}: {_ended(self.title + version)} {_ended(when)} {self.url}{read}"

    def __str__(self) -> str:
        """Write it as plain text."""
        return self.text()
