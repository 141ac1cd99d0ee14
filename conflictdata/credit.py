"""`cite`: what a table, a dataset or a comparison is cited with."""

from conflictdata.alongside import EventComparison
from conflictdata.catalog import dataset_name, load
from conflictdata.citations import Citation, citation_of
from conflictdata.comparison import Comparison
from conflictdata.dataset import Dataset
from conflictdata.errors import InvalidValueError
from conflictdata.frames import Frame
from conflictdata.pins import Pin
from conflictdata.tables import cited
from conflictdata.verification import verify


def cite(what: Frame | Dataset | Comparison | EventComparison | Pin | str, *, others: bool = False) -> Citation:
    """Give exactly what a result is cited with: the pages behind its rows, the releases that it is of, and the package.

    The pages are those that state the numbers of these rows and of no others: of figures their `sources`; of statements,
    claims and a page's own balances the page; of a series, a comparison and a balance of figures the sources of the
    figures in them; of revisions also the pages that gave the later value; of `implied` those of the numbers that bind.
    A page is given once, whichever of the datasets it serves.

    Args:
        what: A table of this library, filtered as you used it; a wide frame of one; a dataset or its name, for all
            of its pages; a comparison; or a pin, or its line.
        others: Whether the pages that state otherwise come too, where a figure is disputed.

    Returns:
        The citation; `bibtex()`, `csl()`, `apa()` and `text()` write it.

    Raises:
        InvalidValueError: If it does not know its pages: a record by itself, a table of yours, a frame of another library.
        PinError: If a pin is not what this install gives.
        UnknownNameError: If this install has no such dataset; the message lists those there are.

    Examples:
        >>> import conflictdata as cd
        >>> picss = cd.load("picss", release="2026-11-22")
        >>> cell = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "civilians"}
        >>> cd.cite(picss.figures.filter(**cell))
        <Citation: 3 pages, conflictdata-picss-2026-11-22, conflictdata-2026.11.0>
        >>> print(cd.cite(picss.figures.filter(**cell)).pages[0])
        Arab News: Pakistan's counterterrorism push in October caused decade-high militant losses, think tank says. 2025-11-01. https://www.arabnews.pk/node/2621106/pakistan (read 2026-11-22)
    """  # noqa: E501  a citation is one line
    if isinstance(what, str) and "@" not in what:  # a pin has one
        return cite(load(dataset_name(what)), others=others)
    if isinstance(what, str | Pin):
        return cite(verify(what), others=others)
    if isinstance(what, Dataset):
        known = what.basis()
        return citation_of(known.releases(), known.pages(what.sources, others))
    if isinstance(what, Comparison | EventComparison):
        return cited(what.table, others=others)
    if isinstance(what, Frame):
        return cited(what, others=others)
    problem = f"a {type(what).__name__} does not know its release and its pages: give a table, such as figures.filter(…)"
    raise InvalidValueError("cite", problem)
