"""A dataset: one publisher's series, as tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from conflictdata.errors import PinError, UnknownNameError
from conflictdata.models import NEXT, Break, Claim, Figure, Record, Release, Source, Statement
from conflictdata.provenance import Basis, Pages, Reported, stated_by
from conflictdata.tables import FigureTable, Origin, Table
from conflictdata.timeline import Coverage, Point, coverage, series
from conflictdata.vocabulary import Area, Code, Group, Measure, PeriodKind, Scope

if TYPE_CHECKING:  # the check is loaded when it is asked for: the first figure of a program does not wait for it
    from conflictdata import names
    from conflictdata.balances import Balance, Discrepancy, Tally
    from conflictdata.charts import Background
    from conflictdata.checks import Counts
    from conflictdata.claims import CheckedClaim, ClaimTest
    from conflictdata.pins import Pin, Selection
    from conflictdata.revisions import Revision, RevisionSummary
    from conflictdata.vintages import Vintage

R = TypeVar("R", bound=Record)


class Dataset:
    """One publisher's series at one release, opened from the install.

    Attributes:
        name: The dataset's name.
        release: The label of the release.
        vintage: The day of which it is what was known, and what that leaves out; None for all that the release has.
        read: Gives a table by name, as Arrow.
        schema: The number of the schema whose columns the release's digests cover.
    """

    def __init__(
        self,
        name: "names.DatasetName",
        release: str,
        read: Callable[[str], pa.Table],
        schema: int,
        vintage: "Vintage | None" = None,
    ) -> None:
        """Hold what gives the tables; `load` calls this.

        Args:
            name: The dataset's name.
            release: The label of the release.
            read: Gives a table by name.
            schema: The number of the schema whose columns the release's digests cover.
            vintage: The day of which it is what was known, if it is not all that the release has.
        """
        self.name: names.DatasetName = name
        self.release = release
        self.vintage = vintage
        self.read = read
        self.schema = schema

    def _selected(self, table: str = "", asked: Mapping[str, object] | None = None) -> "Selection":
        """Say where a table of this dataset comes from, as a pin does."""
        from conflictdata.pins import Selection

        known = self.vintage
        return Selection(
            dataset=self.name,
            release=self.release,
            as_of=known.as_of if known else None,
            undated=known.undated if known else "exclude",
            schema=self.schema,
        ).of(table, asked)

    def _from(self, table: str, asked: Mapping[str, object] | None = None) -> Origin:
        return partial(self._selected, table, asked)

    def basis(self, pages: Pages = stated_by) -> Basis:
        """Say what rows of this dataset rest on: its release, and their pages.

        Args:
            pages: Gives the pages behind rows; by default those that the rows name.

        Returns:
            What they rest on.
        """
        return Basis(releases=self._released, pages=pages)

    def _released(self) -> "tuple[Selection, ...]":
        return (self._selected(),)

    def _whole(self, _: object, __: object) -> Iterable[Source]:
        """Give the pages behind rows that count the whole dataset: all of them."""
        return self.sources

    def _claimed(self, rows: "Iterable[ClaimTest]", _: object) -> Iterable[Source]:
        """Give the pages behind tests of claims: those that made the claims."""
        made = {claim.id: claim.source for claim in self.recorded("claims")}
        return [made[row.claim] for row in rows]

    @property
    def reported(self) -> Reported:
        """The figures and statements, to find the pages behind rows that name cells alone."""
        return Reported(self.figures, self.statements)

    def _background(self, cell: Mapping[str, Code] | None = None) -> "Background":
        """Say what a chart of one of its tables shows beside the rows."""
        from conflictdata.charts import Background

        known = f", {self.vintage}" if self.vintage else ""
        releases = (f"{self.name} {self.release}{known}",)
        return Background(releases=releases, cell=cell or {}, breaks=tuple(self.breaks), figures=list(self.figures))

    def _table(self, name: str, model: type[R], *, pages: bool = True) -> Table[R]:
        sources = self._pages if pages else dict
        return Table(self.read(name), model, self._title(name), sources, self._from(name), basis=self.basis())

    def _title(self, what: str) -> str:
        return f"{what} of {self.name}{f' as of {self.vintage.as_of}' if self.vintage else ''}"

    @cached_property
    def sources(self) -> Table[Source]:
        """The pages that stated the numbers."""
        return self._table("sources", Source, pages=False)

    @cached_property
    def statements(self) -> Table[Statement]:
        """What each page stated: one value for one cell a row, many pages a cell."""
        return self._table("statements", Statement)

    @cached_property
    def figures(self) -> FigureTable:
        """The value of each cell that follows from its statements."""
        origin, behind = self._from("figures"), self._background
        made, title = self.read("figures"), self._title("figures")
        return FigureTable(made, Figure, title, self._pages, origin, behind=behind, basis=self.basis())

    @cached_property
    def claims(self) -> "Table[CheckedClaim]":
        """What the pages say about their figures: changes, records, shares, each with a verdict and its evidence."""
        return self.judged(self.claim_tests, self._from("claims"))

    @cached_property
    def claim_tests(self) -> "Table[ClaimTest]":
        """The two tests of each claim: by the series as known on the day of its page, and by the numbers on its page."""
        from conflictdata.claims import ClaimTest
        from conflictdata.schema import to_arrow

        rows = to_arrow(ClaimTest, self.tests_of_claims())
        title, origin = self._title("claim tests"), self._from("claim_tests")
        return Table(rows, ClaimTest, title, self._pages, origin, basis=self.basis(self._claimed))

    def tests_of_claims(self, earlier: "Sequence[Statement]" = ()) -> "list[ClaimTest]":
        """Test the claims twice: see `claim_tests`.

        Args:
            earlier: The statements of the dataset that this one continues, to fill spans of which it has no number.

        Returns:
            Two tests a claim, that by the series first.
        """
        from conflictdata import evidence
        from conflictdata.rules import RULES

        told = list(self.statements)
        latest = self.vintage.as_of if self.vintage else date.max
        return evidence.examine(self.recorded("claims"), told, self.breaks, RULES[self.rule], earlier, latest)

    def judged(self, tests: "Iterable[ClaimTest]", origin: Origin | None = None) -> "Table[CheckedClaim]":
        """Give the claims their verdicts by tests of them.

        Args:
            tests: Two a claim, in the order of the claims.
            origin: Gives what a pin says of the table; None if no line can say it.

        Returns:
            The claims with verdicts.
        """
        from conflictdata import evidence
        from conflictdata.claims import CheckedClaim
        from conflictdata.schema import to_arrow

        two = iter(tests)
        rows = [evidence.judge(claim, next(two), next(two)) for claim in self.recorded("claims")]
        made, title = to_arrow(CheckedClaim, rows), self._title("claims")
        return Table(made, CheckedClaim, title, self._pages, origin, basis=self.basis())

    def recorded(self, name: str) -> Table[Any]:
        """Give a table of the record as its rows stand there, without what follows from them.

        Args:
            name: `sources`, `statements`, `claims`, `breaks` or `discrepancies`.

        Returns:
            The table; that of the claims is without verdicts.
        """
        table: Table[Any] = self._table(name, Claim) if name == "claims" else getattr(self, name)
        return table

    @cached_property
    def breaks(self) -> Table[Break]:
        """The dated changes of what the publisher's numbers mean."""
        return self._table("breaks", Break, pages=False)

    @cached_property
    def discrepancies(self) -> "Table[Discrepancy]":
        """What is known of the totals that do not equal the sum of their parts."""
        from conflictdata.balances import Discrepancy

        return self._table("discrepancies", Discrepancy)

    @cached_property
    def releases(self) -> Table[Release]:
        """The releases of the dataset that this install has, oldest first."""
        return Table(self.read("releases"), Release, f"releases of {self.name}", basis=self.basis())

    @cached_property
    def rule(self) -> int:
        """The number of the rule by which the figures follow from the statements."""
        from conflictdata.rules import NEWEST

        return next((release.rule for release in self.releases if release.label == self.release), NEWEST)

    @cached_property
    def balances(self) -> "Table[Balance]":
        """How each total of the figures stands to the sum of its parts: does the series add up."""
        return self._balances(self._figure_counts, "balances")

    @cached_property
    def source_balances(self) -> "Table[Balance]":
        """How each total on a page stands to the sum of its parts on that page: does the page add up by itself."""
        return self._balances(self._source_counts, "source_balances")

    def _balances(self, counts: "Counts", name: str) -> "Table[Balance]":
        from conflictdata import checks
        from conflictdata.balances import Balance
        from conflictdata.schema import to_arrow

        rows = to_arrow(Balance, checks.records(counts, self.discrepancies, self._pages()))
        title, basis = self._title(name.replace("_", " ")), self.basis(self.reported.of_balances)
        return Table(rows, Balance, title, self._pages, self._from(name), basis=basis)

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
            A row for each level and axis. A total of which no part is there is counted as `empty`, as it was not checked.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> row = next(row for row in picss.tally() if (row.level, row.axis) == ("figures", "groups"))
            >>> row.totals, row.complete, row.balanced
            (630, 120, 114)
        """
        from conflictdata import checks
        from conflictdata.balances import Tally
        from conflictdata.schema import to_arrow

        rows = checks.tally(self._figure_counts, self.balances) + checks.tally(self._source_counts, self.source_balances)
        made, basis = to_arrow(Tally, rows), self.basis(self._whole)
        return Table(made, Tally, self._title("tally"), origin=self._from("tally"), basis=basis)

    def unprotected(self) -> Table[Statement]:
        """Give the statements that no balance protects.

        A statement is protected if it takes part, on its page or alone behind a figure, in a sum whose required parts are
        all there and whose bounds decide it: a slip in the number would have changed a residual. One that repeats others
        is not protected by the sums of their figure; a slip in it shows as a dispute.

        Returns:
            The others.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> len(picss.statements), len(picss.unprotected())
            (5193, 3478)
        """
        from conflictdata import checks

        held = checks.protected(self._figure_counts, self._source_counts)
        loose = self.statements.where(lambda statement: statement.id not in held).to_arrow()
        title, origin = self._title("unprotected"), self._from("unprotected")
        return Table(loose, Statement, title, self._pages, origin, basis=self.basis())

    @cached_property
    def revisions(self) -> "Table[Revision]":
        """The exact values by which later reports restate the figures of a period's own report: a row a cell and value.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> cell = {"area": "PK", "scope": "all", "measure": "killed", "group": "militants"}
            >>> row = picss.revisions.filter(period="2025-01", **cell)[0]
            >>> row.value, row.later_value, str(row.mark)
            (185, 208, 'revised')
        """
        from conflictdata.revisions import Revision, revisions
        from conflictdata.schema import to_arrow

        rows = to_arrow(Revision, revisions(self.figures, self.statements))
        origin, behind, basis = self._from("revisions"), self._background, self.basis(self.reported.of_cells)
        return Table(rows, Revision, self._title("revisions"), self._pages, origin, behind=behind, basis=basis)

    def revision_summary(self) -> "Table[RevisionSummary]":
        """Count the figures that later reports looked at again, and those that they revised.

        Returns:
            One row. A later value from one voice only is not counted as a revision.
        """
        from conflictdata.revisions import RevisionSummary, summary
        from conflictdata.schema import to_arrow

        rows = [summary(self.name, self.figures, self.statements)]
        origin, basis = self._from("revision_summary"), self.basis(self._whole)
        made, title = to_arrow(RevisionSummary, rows), self._title("revision summary")
        return Table(made, RevisionSummary, title, origin=origin, basis=basis)

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

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> print(picss.source("worldnewsam-cc25c7"))
            WNAM (secondary, 2025-11-01) https://worldnewsam.com/story/78911
        """
        if id not in self._by_id:
            raise UnknownNameError("source", id, sorted(self._by_id))
        return self._by_id[id]

    def statements_of(self, figure: Figure) -> Table[Statement]:
        """Give all that the pages state about the cell of a figure.

        Args:
            figure: A figure of this dataset.

        Returns:
            The statements of its cell, those of the pool, and those that the rule sets aside.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> cell = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "civilians"}
            >>> (figure,) = picss.figures.filter(**cell)
            >>> sorted({statement.value for statement in picss.statements_of(figure)})
            [30, 31]
        """
        return self.statements.filter(
            period=figure.period, area=figure.area, scope=figure.scope, measure=figure.measure, group=figure.group
        )

    def series(
        self,
        *,
        measure: "names.MeasureCode",
        group: "names.GroupCode",
        area: "names.AreaCode",
        scope: "names.ScopeCode",
        every: "names.EveryCode" = PeriodKind.MONTH,
    ) -> Table[Point]:
        """Give one cell over time, a row a month, gaps and breaks shown: see `conflictdata.series`.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> years = picss.series(measure="killed", group="total", area="PK", scope="militant_attacks", every="year")
            >>> [(str(point.period), point.value) for point in years][-2:]
            [('2023', 976), ('2024', 1177)]
        """
        codes = Measure(measure), Group(group), Area(area), Scope(scope), PeriodKind(every)
        asked = {"measure": measure, "group": group, "area": area, "scope": scope, "every": every}
        behind = partial(self._background, dict(zip(asked, codes, strict=True)))
        origin = self._from("series", asked)
        return series(self.figures, self.breaks, *codes, origin=origin, behind=behind, basis=self.basis())

    def coverage(self) -> Table[Coverage]:
        """Say which cells exist for which spans.

        Returns:
            A row for each area, scope, measure, group and kind of span that a page states anything about.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> cell = {"area": "PK", "scope": "all", "measure": "killed", "group": "total"}
            >>> row = picss.coverage().filter(period_kind="month", **cell)[0]
            >>> row.figures, row.missing, str(row.first), str(row.last)
            (20, 114, '2015-01', '2026-02')
        """
        return coverage(self.statements, self.figures, self._from("coverage"), self._background, self.basis())

    def pin(self) -> str:
        """Give one line that says which dataset this is: its name, its release, and the digests of its rows and figures.

        Returns:
            The line, for a paper or a test. `conflictdata.verify` gives the dataset for it, or says what differs.

        Raises:
            PinError: If it is of a release to come.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> picss.pin()
            'conflictdata/picss@2026-11-22 rows=7bb7df0a19a9daa0 figures=32b5cbf59e07eeab'
        """
        return str(self.pinned())

    def pinned(self) -> "Pin":
        """Give the pin of the dataset, in its parts: see `pin`. The digests are taken of what stands here."""
        from conflictdata.lines import HEAD, RECORD, digest, writer
        from conflictdata.pins import Pin

        if self.release == NEXT:
            raise PinError(self, [f"is of the release to come, {NEXT!r}, which has no pin"])

        def lines(name: str) -> list[str]:
            table = self.figures if name == "figures" else self.recorded(name)
            return list(map(writer(name, table.model, self.schema), table))

        heads = (
            ("rows", digest(line for name in RECORD for line in lines(name))[:HEAD]),
            ("figures", digest(lines("figures"))[:HEAD]),
        )
        return Pin(selection=self._selected(), digests=heads)

    def __repr__(self) -> str:
        """Show the name and the size of each table."""
        sizes = (f"{self.read(name).num_rows:,} {name}" for name in ("sources", "statements", "figures", "claims"))
        known = f" as of {self.vintage.as_of}" if self.vintage else ""
        return f"<Dataset {self.name} {self.release}{known}: {', '.join(sizes)}>"
