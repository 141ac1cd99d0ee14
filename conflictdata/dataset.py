"""A dataset: one publisher's series, as tables."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from conflictdata import bundle
from conflictdata.errors import UnknownNameError
from conflictdata.models import Break, Claim, Figure, Source, Statement
from conflictdata.tables import FigureTable, Table
from conflictdata.timeline import Coverage, Point, coverage, series
from conflictdata.vocabulary import Area, Group, Measure, PeriodKind, Scope

if TYPE_CHECKING:  # the check is loaded when it is asked for: the first figure of a program does not wait for it
    from conflictdata.balances import Balance, Discrepancy, Tally
    from conflictdata.checks import Counts
    from conflictdata.revisions import Revision, RevisionSummary


class Dataset:
    """One publisher's series, opened from the install.

    Attributes:
        name: The dataset's name.
    """

    def __init__(self, name: str) -> None:
        """Hold the name; `load` calls this."""
        self.name = name

    def _read(self, table: str) -> pa.Table:
        content = bundle.read(f"{self.name}/{table}.parquet")
        # ParquetFile, since read_table imports the dataset machinery and, where it is installed, pandas. No threads: a table
        # has one row group, and a process that ends while Arrow still starts them is aborted.
        return pq.ParquetFile(pa.BufferReader(content), pre_buffer=False).read(use_threads=False)

    @cached_property
    def sources(self) -> Table[Source]:
        """The pages that stated the numbers."""
        return Table(self._read("sources"), Source, f"sources of {self.name}")

    @cached_property
    def statements(self) -> Table[Statement]:
        """What each page stated: one value for one cell a row, many pages a cell."""
        return Table(self._read("statements"), Statement, f"statements of {self.name}", self._pages)

    @cached_property
    def figures(self) -> FigureTable:
        """The value of each cell that follows from its statements."""
        return FigureTable(self._read("figures"), Figure, f"figures of {self.name}", self._pages)

    @cached_property
    def claims(self) -> Table[Claim]:
        """What the pages say about their figures: changes, records, shares."""
        return Table(self._read("claims"), Claim, f"claims of {self.name}", self._pages)

    @cached_property
    def breaks(self) -> Table[Break]:
        """The dated changes of what the publisher's numbers mean."""
        return Table(self._read("breaks"), Break, f"breaks of {self.name}")

    @cached_property
    def discrepancies(self) -> "Table[Discrepancy]":
        """What is known of the totals that do not equal the sum of their parts."""
        from conflictdata.balances import Discrepancy

        return Table(self._read("discrepancies"), Discrepancy, f"discrepancies of {self.name}", self._pages)

    @cached_property
    def balances(self) -> "Table[Balance]":
        """How each total of the figures stands to the sum of its parts: does the series add up."""
        return self._balances(self._figure_counts, f"balances of {self.name}")

    @cached_property
    def source_balances(self) -> "Table[Balance]":
        """How each total on a page stands to the sum of its parts on that page: does the page add up by itself."""
        return self._balances(self._source_counts, f"balances of the sources of {self.name}")

    def _balances(self, counts: "Counts", title: str) -> "Table[Balance]":
        from conflictdata import checks

        return checks.balances(counts, self.discrepancies, self._pages, title)

    @cached_property
    def _figure_counts(self) -> "Counts":
        from conflictdata import checks
        from conflictdata.structure import Structure

        return checks.of_figures(self.figures, self.statements, Structure.declared())

    @cached_property
    def _source_counts(self) -> "Counts":
        from conflictdata import checks
        from conflictdata.structure import Structure

        return checks.of_sources(self.statements, Structure.declared())

    def tally(self) -> "Table[Tally]":
        """Count how the totals stand, by axis: over the figures, and of each page by itself.

        Returns:
            A row for each level and axis. A total of which no part is there is counted as `empty`: it was not checked.
        """
        from conflictdata import checks
        from conflictdata.balances import Tally
        from conflictdata.schema import to_arrow

        rows = checks.tally(self._figure_counts, self.balances) + checks.tally(self._source_counts, self.source_balances)
        return Table(to_arrow(Tally, rows), Tally, f"tally of {self.name}")

    def unprotected(self) -> Table[Statement]:
        """Give the statements that no balance protects.

        A statement is protected if it takes part, on its page or alone behind a figure, in a sum whose required parts are
        all there and whose bounds decide it: a slip in the number would have changed a residual. One that repeats others
        is not protected by the sums of their figure; a slip in it shows as a dispute.

        Returns:
            The others.
        """
        from conflictdata import checks

        held = checks.protected(self._figure_counts, self._source_counts)
        return self.statements.where(lambda statement: statement.id not in held)

    @cached_property
    def revisions(self) -> "Table[Revision]":
        """The exact values by which later reports restate the figures of a period's own report: a row a cell and value."""
        from conflictdata.revisions import Revision, revisions
        from conflictdata.schema import to_arrow

        rows = revisions(self.figures, self.statements)
        return Table(to_arrow(Revision, rows), Revision, f"revisions of {self.name}", self._pages)

    def revision_summary(self) -> "Table[RevisionSummary]":
        """Count the figures that later reports looked at again, and those that they revised.

        Returns:
            One row. A later value from one voice only is not counted as a revision.
        """
        from conflictdata.revisions import RevisionSummary, summary
        from conflictdata.schema import to_arrow

        rows = [summary(self.name, self.figures, self.statements)]
        return Table(to_arrow(RevisionSummary, rows), RevisionSummary, f"revisions of {self.name}, counted")

    @cached_property
    def _by_id(self) -> Mapping[str, Source]:
        return {page.id: page for page in self.sources}

    def _pages(self) -> Mapping[str, Source]:
        return self._by_id

    def source(self, id: str) -> Source:
        """Give one page.

        Args:
            id: Its name in the record.

        Returns:
            The page.

        Raises:
            UnknownNameError: If the dataset has no such page.
        """
        if id not in self._by_id:
            raise UnknownNameError("source", id, sorted(self._by_id))
        return self._by_id[id]

    def statements_of(self, figure: Figure) -> Table[Statement]:
        """Give all that the pages state about the cell of a figure.

        Args:
            figure: A figure of this dataset.

        Returns:
            The statements of its cell: those of the pool, and those that the rule sets aside.
        """
        return self.statements.filter(
            period=figure.period, area=figure.area, scope=figure.scope, measure=figure.measure, group=figure.group
        )

    def series(self, *, measure: str, group: str, area: str, scope: str, every: str = PeriodKind.MONTH) -> Table[Point]:
        """Give one cell over time, a row a month, gaps and breaks shown: see `conflictdata.series`."""
        codes = Measure(measure), Group(group), Area(area), Scope(scope), PeriodKind(every)
        return series(self.figures, self.breaks, *codes)

    def coverage(self) -> Table[Coverage]:
        """Say which cells exist for which spans.

        Returns:
            A row for each area, scope, measure, group and kind of span that a page states anything about.
        """
        return coverage(self.statements, self.figures)

    def __repr__(self) -> str:
        """Show the name and the size of each table."""
        sizes = (f"{len(getattr(self, name)):,} {name}" for name in ("sources", "statements", "figures", "claims"))
        return f"<Dataset {self.name}: {', '.join(sizes)}>"
