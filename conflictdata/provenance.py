"""What rows rest on: the releases that they are of, and the pages that state them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from conflictdata.models import Figure, Record, Source, Statement
from conflictdata.schema import shape
from conflictdata.values import Period

if TYPE_CHECKING:
    from conflictdata.pins import Selection

Pages = Callable[[Any, bool], Iterable[Source]]
_COLUMNS = ("period", "area", "scope", "measure", "group")
_OTHERWISE = "others"  # the field of a figure that names the pages that state otherwise


def _fields_of(model: type[Record], *, others: bool) -> tuple[str, ...]:
    """Name the fields of a model that hold pages."""
    named = [field.name for field in attrs.fields(model) if shape(field.type).of is Source]
    return tuple(name for name in named if others or name != _OTHERWISE)


def stated_by(rows: Iterable[Record], others: bool) -> Iterator[Source]:  # noqa: FBT001  as every `Pages` takes it
    """Give the pages that records name.

    Args:
        rows: The records; a page is its own.
        others: Whether the pages that state otherwise come too.

    Yields:
        The pages, as often as they are named.
    """
    fields: dict[type[Record], tuple[str, ...]] = {}
    for row in rows:
        if isinstance(row, Source):
            yield row
            continue
        if type(row) not in fields:
            fields[type(row)] = _fields_of(type(row), others=others)
        for name in fields[type(row)]:
            value = getattr(row, name)
            yield from value if isinstance(value, tuple) else () if value is None else (value,)


@attrs.frozen(kw_only=True)
class Basis:
    """What the rows of a table rest on.

    Attributes:
        releases: Gives the releases that the rows are of, each as a pin begins.
        pages: Gives the pages behind rows of the table, with those that state otherwise if it is told so.
    """

    releases: Callable[[], tuple[Selection, ...]]
    pages: Pages = stated_by

    def of(self, rows: Iterable[Any]) -> Basis:
        """Give the same for a frame that is made from rows: its pages are theirs, whatever columns it has.

        Args:
            rows: The rows.

        Returns:
            What the frame rests on.
        """
        return attrs.evolve(self, pages=functools.partial(_of_others, self.pages, rows))


def _of_others(pages: Pages, rows: Iterable[Any], _: object, others: bool) -> Iterable[Source]:  # noqa: FBT001  as every `Pages`
    return pages(rows, others)


def of_spans(known: Mapping[Period, Figure], rows: Iterable[Any], others: bool) -> Iterator[Source]:  # noqa: FBT001  the same
    """Give the pages of the figures that one cell has for the spans of rows."""
    return stated_by([known[row.period] for row in rows if row.period in known], others)


@attrs.frozen
class Reported:
    """The figures and statements of a dataset, to find the pages behind rows that name cells and no pages.

    Attributes:
        figures: The figures.
        statements: The statements.
    """

    figures: Iterable[Figure]
    statements: Iterable[Statement]

    def _named(self) -> tuple[dict[tuple[str, ...], Figure], dict[str, Statement]]:
        cells = {tuple(str(getattr(one, name)) for name in _COLUMNS): one for one in self.figures}
        return cells, {statement.id: statement for statement in self.statements}

    def of_cells(self, rows: Iterable[Any], others: bool) -> Iterator[Source]:  # noqa: FBT001  as every `Pages` takes it
        """Give the pages of rows that are about cells: of their figures, and those that the rows name themselves."""
        cells, _ = self._named()
        for row in rows:
            yield from stated_by([row], others)
            yield from stated_by([cells[tuple(str(getattr(row, name)) for name in _COLUMNS)]], others)

    def of_balances(self, rows: Iterable[Any], others: bool) -> Iterator[Source]:  # noqa: FBT001  the same
        """Give the pages of balances: of the page's own numbers that page, of the figures those of the total and parts."""
        cells, statements = self._named()
        for row in rows:
            yield from stated_by([row], others)
            if row.source:
                continue
            key = tuple(str(getattr(row, name)) for name in _COLUMNS)
            swapped = [(*key[:place], part, *key[place + 1 :]) for part in row.parts for place in range(len(key))]
            yield from stated_by([cells[one] for one in (key, *swapped) if one in cells], others)
            yield from stated_by([statements[part] for part in row.parts if part in statements], others)

    def of_implied(
        self,
        said: Mapping[str, tuple[tuple[str, ...], str]],
        rows: Iterable[Any],
        others: bool,  # noqa: FBT001  the same
    ) -> Iterator[Source]:
        """Give the pages of the reported numbers that rows name, each by its cell or, of a part of one, its statement.

        Args:
            said: The cell and the name of the part, empty for the whole, of each number as the rows name it.
            rows: The rows.
            others: Whether the pages that state otherwise come too.

        Yields:
            The pages, as often as they are named.
        """
        cells, statements = self._named()
        for row in rows:
            clashing = (one for clash in row.contradictions for one in clash.split("; "))
            for one in (*row.low_by, *row.high_by, *clashing):
                cell, part = said[one]
                yield from stated_by([statements[part] if part else cells[cell]], others)
