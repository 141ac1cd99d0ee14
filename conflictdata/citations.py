"""What a result is cited with: the pages behind it, the releases that it is of, and the package."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from conflictdata import bundle, stored
from conflictdata.decode import records
from conflictdata.errors import UnknownNameError
from conflictdata.fields import label_day
from conflictdata.models import NEXT, Release, Source
from conflictdata.references import Reference

if TYPE_CHECKING:
    from conflictdata.pins import Selection

UNTITLED = "[Untitled page]"


@attrs.frozen(kw_only=True)
class Citation:
    """Exactly what a result rests on, to be cited.

    Attributes:
        pages: The pages that state its numbers, each once, whichever of the datasets it serves.
        releases: The releases of the datasets.
        package: The package, in the version that gave the result.
    """

    pages: tuple[Reference, ...]
    releases: tuple[Reference, ...]
    package: Reference

    @property
    def entries(self) -> tuple[Reference, ...]:
        """All of it: pages by outlet and day, then releases, then the package."""
        return (*self.pages, *self.releases, self.package)

    def bibtex(self) -> str:
        """Write a bibliography for LaTeX: the entries that biblatex has, which BibTeX's own styles read too.

        Returns:
            The text of a `.bib` file, in UTF-8. What LaTeX would take for a command is escaped.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> page = picss.sources.where(lambda page: page.id == "worldnewsam-cc25c7")
            >>> print(cd.cite(page).pages[0].bibtex())
            @online{worldnewsam-cc25c7,
              author = {{WNAM}},
              title = {{Militants suffered heaviest losses in ten years during October 2025}},
              year = {2025},
              date = {2025-11-01},
              url = {https://worldnewsam.com/story/78911},
              urldate = {2026-11-22},
              language = {en},
            }
        """
        return "\n\n".join(entry.bibtex() for entry in self.entries) + "\n"

    def csl(self) -> list[dict[str, Any]]:
        """Write the items of CSL-JSON, which Zotero, pandoc and citeproc turn into any style.

        Returns:
            One item an entry; `json.dumps` makes a file of them.
        """
        return [entry.csl() for entry in self.entries]

    def apa(self) -> str:
        """Write a list of references in APA style, 7th edition: an entry a line, by author and day."""
        told = sorted(self.entries, key=_order)
        return "\n".join(entry.apa() for entry in told) + "\n"

    def text(self) -> str:
        """Write plain text: an entry a line, each with the day of a page and the day it was read."""
        return "\n".join(entry.text() for entry in self.entries) + "\n"

    def __str__(self) -> str:
        """Write plain text."""
        return self.text().rstrip("\n")

    def __repr__(self) -> str:
        """Say how much there is to cite."""
        pages, releases = len(self.pages), ", ".join(entry.key for entry in self.releases)
        return f"<Citation: {pages:,} page{'' if pages == 1 else 's'}, {releases or 'no release'}, {self.package.key}>"


def _order(entry: Reference) -> tuple[str, date, str, str]:
    return entry.author.casefold(), entry.issued or date.min, entry.title.casefold(), entry.key


def page_entry(page: Source) -> Reference:
    """Make an entry of a page.

    Args:
        page: The page.

    Returns:
        The entry.
    """
    return Reference(
        key=page.id,
        author=page.outlet,
        title=page.title or UNTITLED,
        issued=page.published,
        by=None if page.published or page.published_to >= page.accessed else page.published_to,
        accessed=page.accessed,
        url=page.url,
        language=page.language,
    )


def package_entry() -> Reference:
    """Make the entry of the package: what `CITATION.cff` prefers, in the version that is installed."""
    project = bundle.manifest()["project"]
    labels = [label for about in bundle.manifest()["datasets"].values() for label in about["schemas"] if label != NEXT]
    return Reference(
        key=f"{project['name']}-{project['version']}",
        kind="software",
        author=project["maintainers"],
        title=f"{project['name']}: {project['summary']}",
        issued=max(map(label_day, labels), default=None),
        version=project["version"],
        url=project["url"],
    )


def pin_of(release: "Selection") -> str:
    """Give the pin of a whole release by the digests that were published with it; else what a pin of it begins with."""
    from conflictdata.lines import HEAD
    from conflictdata.pins import Pin

    told = records(stored.read(f"{release.dataset}/releases.parquet"), Release, {})
    known = next((one for one in told if one.label == release.release), None)
    if known is None or release.as_of:
        return str(release)
    digests = (("rows", known.rows_digest[:HEAD]), ("figures", known.figures_digest[:HEAD]))
    return str(Pin(selection=release, digests=digests))


def release_entry(release: "Selection") -> Reference:
    """Make an entry of a release of a dataset.

    Args:
        release: The dataset and its release, with the day of which it is what was known, if it is not all.

    Returns:
        The entry; its note is the pin.

    Raises:
        UnknownNameError: If this install has no such dataset.
    """
    project, datasets = bundle.manifest()["project"], bundle.manifest()["datasets"]
    if release.dataset not in datasets:
        raise UnknownNameError("dataset", release.dataset, datasets)
    known = f", as known on {release.as_of}" if release.as_of else ""
    coming = release.release == NEXT
    which = "not yet released" if coming else f"release {release.release}"
    return Reference(
        key=f"{project['name']}-{release.dataset}-{release.release}{f'-as-of-{release.as_of}' if release.as_of else ''}",
        kind="dataset",
        author=project["maintainers"],
        title=f"{datasets[release.dataset]['title']}, {which}{known}",
        issued=None if coming else label_day(release.release),
        url=project["url"],
        publisher=project["name"],
        note=pin_of(release),
    )


def citation_of(releases: Iterable["Selection"], pages: Iterable[Source]) -> Citation:
    """Put together what a result is cited with.

    Args:
        releases: The releases that it is of; one that comes twice is cited once.
        pages: The pages behind it; an address that comes twice is cited once, with the last day on which it was read.

    Returns:
        The citation.
    """
    read: dict[str, Source] = {}
    for page in pages:
        if page.url not in read or read[page.url].accessed < page.accessed:
            read[page.url] = page
    entries = sorted(map(page_entry, read.values()), key=_order)
    told = {entry.key: entry for entry in map(release_entry, releases)}
    return Citation(pages=tuple(entries), releases=tuple(told[key] for key in sorted(told)), package=package_entry())
