"""Tables: Arrow inside, typed records outside."""

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeAlias, TypeVar, overload

import attrs
import pyarrow as pa

from conflictdata.decode import records, take, values
from conflictdata.errors import AmbiguousError, InvalidValueError, PinError, UnknownNameError
from conflictdata.fields import includable
from conflictdata.frames import Frame
from conflictdata.models import NEXT, Figure, Record, Source
from conflictdata.provenance import Basis
from conflictdata.schema import shape
from conflictdata.values import Period
from conflictdata.vocabulary import Code, PeriodKind

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

    from conflictdata import names
    from conflictdata.charting import Drawn
    from conflictdata.charts import Background
    from conflictdata.citations import Citation
    from conflictdata.pins import Pin, Selection

R_co = TypeVar("R_co", bound=Record, covariant=True)
C = TypeVar("C")
Some: TypeAlias = "C | Iterable[C]"
Origin: TypeAlias = Callable[[], "Selection"]
Behind: TypeAlias = Callable[[], "Background"]
SomePeriods: TypeAlias = "str | Period | Iterable[str | Period]"

_AT_FIRST = 64  # records made when a table is walked, so that the first comes soon
_GROWTH = 16  # how many times as many are made next, since each time the dictionaries are read anew


def _listed(given: Any) -> list[Any]:
    return list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]


class Table(Frame, Sequence[R_co], Generic[R_co]):
    """A table of typed records: a sequence of them, and the columns they are made from.

    Records are made when they are asked for. A filter gives another table.
    """

    def __init__(
        self,
        arrow: pa.Table,
        model: type[R_co],
        title: str,
        sources: Callable[[], Mapping[str, Source]] = dict,
        origin: Origin | None = None,
        asked: "tuple[Mapping[str, list[Any]], ...]" = (),
        behind: Behind | None = None,
        basis: Basis | None = None,
    ) -> None:
        """Hold a table of a model's schema.

        Args:
            arrow: The columns.
            model: The class of the records.
            title: What the rows are, for the repr.
            sources: Gives the pages by id, for records that name them.
            origin: Gives where the rows come from, as a pin says it; None if no line can say it.
            asked: The conditions of each filter since then.
            behind: Gives what a chart shows beside the rows: releases, breaks, what other pages state.
            basis: What the rows rest on: releases and pages.
        """
        super().__init__(arrow, title, basis)
        self._model = model
        self._sources = sources
        self._origin = origin
        self._asked = asked
        self._behind = behind

    def _of(self, arrow: pa.Table, asked: "Mapping[str, list[Any]] | None" = None) -> Self:
        """Make a table of some of the rows; where they do not come by a filter, no line can say which they are."""
        origin = None if asked is None else self._origin
        told = (*self._asked, asked or {})
        return type(self)(arrow, self._model, self._title, self._sources, origin, told, self._behind, self._basis)

    @property
    def model(self) -> type[R_co]:
        """The class of the records."""
        return self._model

    def pin(self) -> str:
        """Give one line that says which rows these are: the dataset, its release, the filters, and a digest of the rows.

        Returns:
            The line, for a paper or a test. `conflictdata.verify` gives the table for it, or says what differs.

        Raises:
            PinError: If no line can say which rows these are: they were chosen by `where`, by their places, or are of no
                release, or of one to come.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> picss.figures.filter(period="2025-10", area="PK", measure="killed").pin()
            'conflictdata/picss@2026-11-22 figures?area=PK&measure=killed&period=2025-10 count=12 digest=5c86eabc3b63f04e'
        """
        return str(self.pinned())

    def _line(self) -> str | None:
        """Give the pin of these rows, where they can have one."""
        try:
            return self.pin()
        except PinError:
            return None

    def pinned(self) -> "Pin":
        """Give the pin of these rows, in its parts: see `pin`."""
        from conflictdata.lines import HEAD, digest, writer
        from conflictdata.pins import Pin, Selection

        selection = functools.reduce(Selection.filtered, self._asked, self._origin()) if self._origin else None
        if selection is None or selection.release == NEXT:
            nowhere = "is of no release, or was chosen by where() or by places"
            why = nowhere if selection is None else f"is of the release to come, {NEXT!r}"
            raise PinError(self._title, [f"{why}, which no line can say: filter a released table"])
        write = writer(selection.table, self._model, selection.schema)
        head = digest(map(write, self))[:HEAD]
        return Pin(selection=selection, digests=(("count", str(len(self))), ("digest", head)))

    def plot(self, *, ax: "Axes | None" = None, panels: bool | None = None) -> "Picture":
        """Draw the rows with matplotlib: gaps as gaps, bounds as bounds, disputes and breaks of definition shown.

        Series, figures, comparisons, revisions and coverages have charts. Of figures one axis may vary beside the
        period, such as the group. No display is needed, and no state of pyplot is touched.

        Args:
            ax: Axes of yours to draw into; by default a figure of its own.
            panels: Whether each line has a panel of its own. By default they have if there are more than three, or if
                their meanings change on different days, and never in `ax`.

        Returns:
            The matplotlib figure, that of your axes if you gave any. `.savefig("chart.svg")` writes it, and `.axes` has
            its parts.

        Raises:
            MissingExtraError: If matplotlib is not installed.
            UnknownNameError: If rows of this kind have no chart; the message lists the tables that have.
            AmbiguousError: If the rows are of more than one chart; the message names the choices.
            InvalidValueError: If there is nothing to draw, or more than can be read; if `ax` is no set of axes, or
                `panels` are asked for where there are none.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> killed = picss.figures.filter(measure="killed", area="PK", scope="all", period_kind="month", within="2025")
            >>> figure = killed.plot()
            >>> figure.get_suptitle()
            'People reported killed by group: Pakistan, all violence, by month'
            >>> len(figure.axes), len(killed.plot(panels=False).axes)
            (5, 1)
        """
        from conflictdata.pictures import draw

        return draw(charted(self), ax, panels=panels)

    def alt(self) -> str:
        """Say in words what `plot` draws, for the alternative text of a page. Needs no matplotlib.

        Returns:
            A few sentences on what is counted, from when to when, how many figures, bounds, disputes and gaps there are, the
            highest numbers, and where the meaning changes.

        Raises:
            UnknownNameError: If rows of this kind have no chart; the message lists the tables that have.
            AmbiguousError: If the rows are of more than one chart; the message names the choices.
            InvalidValueError: If there is nothing to draw, or more than can be read.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> killed = picss.series(measure="killed", group="total", area="PK", scope="all")
            >>> for part in killed.filter(within="2025").alt().split("; "):
            ...     print(part)
            People reported killed: Pakistan, all violence, by month, 2025-01 to 2025-12: 9 figures
            no figure: 3 of 12 spans. Highest exact number: 458 in 2025-10.
        """
        return charted(self).alt

    def _charted(self) -> "Drawn":
        from conflictdata.charting import chart_of
        from conflictdata.charts import Background

        spans = ((name, told[name]) for told in self._asked for name in ("period", "within") if name in told)
        asked = tuple((name, tuple(map(Period.of, some))) for name, some in spans)
        background = attrs.evolve(self._behind() if self._behind else Background(), asked=asked)
        return chart_of(self._model.drawn, list(self), background, self._title)

    def _records(self, arrow: pa.Table) -> list[R_co]:
        return records(arrow, self._model, self._sources())

    def __iter__(self) -> Iterator[R_co]:
        """Walk the records, the first few soon, then many at a time."""
        start, some = 0, _AT_FIRST
        while start < len(self):
            yield from self._records(self._arrow.slice(start, some))
            start, some = start + some, some * _GROWTH

    @overload
    def __getitem__(self, index: int) -> R_co: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> R_co | Self:
        """Give one record, or a table of some."""
        places = range(len(self))[index]
        if isinstance(places, range):
            return self._of(take(self._arrow, places))
        return self._records(self._arrow.slice(places, 1))[0]

    def filter(
        self,
        *,
        period: "SomePeriods | None" = None,
        within: "SomePeriods | None" = None,
        period_kind: "Some[names.PeriodKindCode] | None" = None,
        area: "Some[names.AreaCode] | None" = None,
        scope: "Some[names.ScopeCode] | None" = None,
        measure: "Some[names.MeasureCode] | None" = None,
        group: "Some[names.GroupCode] | None" = None,
        bound: "Some[names.BoundCode] | None" = None,
        status: "Some[names.StatusCode] | None" = None,
        marks: "Some[names.MarkCode] | None" = None,
        caveats: "Some[names.CaveatCode] | None" = None,
        includes: "Some[names.GroupCode | names.AreaCode | names.ScopeCode] | None" = None,
        report_period: "SomePeriods | None" = None,
        source: "str | Source | Iterable[str | Source] | None" = None,
        subset: bool | None = None,
        claim: "Some[names.ClaimKindCode] | None" = None,
        kind: "Some[names.SourceKindCode | names.ChangeKind] | None" = None,
        gap: bool | None = None,
        axis: "Some[names.AxisCode] | None" = None,
        verdict: "Some[names.VerdictCode | names.ClaimVerdictCode] | None" = None,
        reason: "Some[names.ReasonCode] | None" = None,
        mark: "Some[names.MarkCode] | None" = None,
        basis: "Some[names.BasisCode] | None" = None,
        undecided: "Some[names.UndecidedCode] | None" = None,
        slips: "Some[names.SlipCode] | None" = None,
        state: "Some[names.StateCode] | None" = None,
    ) -> Self:
        """Keep the rows that meet every condition given; each takes one value or several.

        Args:
            period: The row's period is one of these.
            within: All days of the row's period lie within one of these: `"2025"` keeps its months too.
            period_kind: The row's period is a month, quarter, half, year, run of months or run of days.
            area: Codes of areas.
            scope: Codes of scopes.
            measure: Codes of measures.
            group: Codes of groups.
            bound: How the number was stated.
            status: How well the figure is supported.
            marks: The figure has one of these marks.
            caveats: The statement, claim or figure has one of these caveats.
            includes: The number counts one of these groups, areas or scopes inside it.
            report_period: The statement or claim is from a report on one of these spans.
            source: Pages, or their ids: the row is theirs, or the figure rests on one of them.
            subset: Whether the statement counts only a part of its cell.
            claim: What is claimed.
            kind: What kind of page, or what became of a row.
            gap: Whether the span of a series has no figure.
            axis: Along what a balance holds a total against its parts.
            verdict: How the total stands to its parts, or the claim to the numbers.
            reason: Why the two differ, as far as it is known.
            mark: What a later value makes of the figure.
            basis: By which numbers a claim was tested.
            undecided: Why the numbers do not decide a claim.
            slips: By which other computation the per cent as printed comes out.
            state: How far what was reported settles the cell.

        Returns:
            A table of the same kind. It may be empty, since that a cell has no row is an answer.

        Raises:
            UnknownNameError: For a code that the vocabulary does not hold, a page that the dataset does not hold, or a
                condition on a column that this table does not have. The message lists the valid names.
            InvalidValueError: For a text that is no period.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> killed = picss.figures.filter(period="2025-10", area="PK", scope="all", measure="killed")
            >>> [(str(figure.group), figure.value) for figure in killed]
            [('total', 458), ('militants', 355), ('security_forces', 72), ('civilians', 30), ('peace_committee', 1)]
            >>> len(killed.filter(status="disputed")), len(picss.figures.filter(within="2025-Q4", area=["PK-BA", "PK-SD"]))
            (1, 15)
            >>> picss.figures.filter(status="disputable")
            Traceback (most recent call last):
                ...
            conflictdata.errors.UnknownNameError: unknown status 'disputable'; valid: repeated, single, disputed
        """
        given: dict[str, Any] = {
            "period": period,
            "within": within,
            "period_kind": period_kind,
            "area": area,
            "scope": scope,
            "measure": measure,
            "group": group,
            "bound": bound,
            "status": status,
            "marks": marks,
            "caveats": caveats,
            "includes": includes,
            "report_period": report_period,
            "source" if "source" in self.columns else "sources": source,
            "subset": subset,
            "claim": claim,
            "kind": kind,
            "gap": gap,
            "axis": axis,
            "verdict": verdict,
            "reason": reason,
            "mark": mark,
            "basis": basis,
            "undecided": undecided,
            "slips": slips,
            "state": state,
        }
        asked = {name: _listed(wanted) for name, wanted in given.items() if wanted is not None}
        keep = [True] * len(self)
        for name, wanted in asked.items():
            column = "period" if name == "within" else name
            if column not in self.columns:
                raise UnknownNameError(f"column of {self._title}", name, self.columns)
            keep = list(map(bool.__and__, keep, self._meets(name, column, wanted)))
        return self._of(take(self._arrow, itertools.compress(range(len(self)), keep)), asked)

    def select(self, *columns: "names.ColumnName") -> Frame:
        """Keep some columns, in the order given.

        Args:
            columns: Their names.

        Returns:
            A frame, for the exports. Its rows are no records any more; it is cited with the pages behind them.

        Raises:
            UnknownNameError: If the table has no such column; the message lists those it has.

        Examples:
            >>> import conflictdata as cd
            >>> october = cd.load("picss", release="2026-11-22").figures.filter(period="2025-10", area="PK", scope="all")
            >>> october.filter(group="total").select("measure", "value").to_arrow().to_pylist()[0]
            {'measure': 'killed', 'value': 458}
        """
        for column in columns:
            if column not in self.columns:
                raise UnknownNameError(f"column of {self._title}", column, self.columns)
        return Frame(self._arrow.select(columns), self._title, self._basis and self._basis.of(self))

    def where(self, keep: "Callable[[R_co], object]") -> Self:
        """Keep the rows whose record meets a condition of your own.

        Args:
            keep: Takes a record and says whether to keep it.

        Returns:
            A table of the same kind.

        Examples:
            >>> import conflictdata as cd
            >>> cd.load("picss").figures.where(lambda figure: figure.high is None)[0].bound.label
            'at least'
        """
        return self._of(take(self._arrow, itertools.compress(range(len(self)), map(keep, self))))

    def _meets(self, name: str, column: str, wanted: list[Any]) -> list[bool]:
        """For each row, whether it meets one condition."""
        if name == "within":
            spans = [Period.of(span) for span in wanted]
            return values(self._arrow[column], lambda code: any(Period.of(code) in span for span in spans))
        codes = self._codes(column, wanted)
        if pa.types.is_list(self._arrow[column].type):
            return [any(flags) for flags in values(self._arrow[column], codes.__contains__)]
        if pa.types.is_dictionary(self._arrow[column].type):
            return [bool(flag) for flag in values(self._arrow[column], codes.__contains__)]
        return [value in codes for value in values(self._arrow[column])]

    def _codes(self, column: str, wanted: list[Any]) -> set[Any]:
        """Give the values as the column holds them, each one known."""
        field = attrs.fields_dict(self._model).get(column)
        of = shape(field.type).of if field else PeriodKind
        if of is Source:
            ids = [page.id if isinstance(page, Source) else page for page in wanted]
            for page in ids:
                if page not in self._sources():
                    raise UnknownNameError("source", page, sorted(self._sources()))
            return set(ids)
        if of is Period:
            return {Period.of(span).code for span in wanted}
        if of is bool:
            for value in wanted:
                if type(value) is not bool:
                    raise InvalidValueError(column, f"{value!r} is neither True nor False")
        if of is Code:
            return {includable(value) for value in wanted}
        return {of(value) for value in wanted} if issubclass(of, Code) else set(wanted)


def charted(table: Table[Any]) -> "Drawn":
    """Give what `Table.plot` draws, as data: for the other parts of this package and its site.

    Args:
        table: The rows.

    Returns:
        The chart; its `alt` says in words what it shows.

    Raises:
        UnknownNameError: If rows of this kind have no chart.
        AmbiguousError: If the rows are of more than one chart.
        InvalidValueError: If there is nothing to draw, or more than can be read.
    """
    return table._charted()  # noqa: SLF001  of this module's own class, and no part of what it promises


def cited(rows: Frame, *, others: bool) -> "Citation":
    """Give what rows are cited with: for `cite`.

    Args:
        rows: The rows.
        others: Whether the pages that state otherwise come too.

    Returns:
        The citation.

    Raises:
        InvalidValueError: If the rows do not know what they rest on.
    """
    return rows._cited(others=others)  # noqa: SLF001  of this package's own class, and no part of what it promises


_WIDE = ("value", "low", "high", "bound", "status")


class FigureTable(Table[Figure]):
    """The figures of a dataset."""

    def wide(self, of: Literal["value", "low", "high", "bound", "status"] = "value") -> Frame:
        """Set the figures of one area and one scope side by side: a row a period, a column a measure and group.

        Args:
            of: What the columns hold. `value` alone does not show that a number is a bound, or disputed: ask for `low`
                and `high`, or `bound` and `status`, beside it.

        Returns:
            A frame with `period`, `start`, `end` and a column such as `killed_militants` for each measure and group.

        Raises:
            AmbiguousError: If more than one area or scope is left, or spans that share days: such rows would be
                summed by accident. The message names the choices.
            UnknownNameError: If `of` is none of these.

        Examples:
            >>> import conflictdata as cd
            >>> picss = cd.load("picss", release="2026-11-22")
            >>> attacks = picss.figures.filter(area="PK", scope="militant_attacks", measure="killed")
            >>> months = attacks.filter(within="2025-H2", period_kind="month")
            >>> [(row["period"], row["killed_total"]) for row in months.wide().to_arrow().to_pylist()][-2:]
            [('2025-09', 135), ('2025-10', 109)]
        """
        if of not in _WIDE:
            raise UnknownNameError("value of wide()", of, _WIDE)
        figures = sorted(self, key=lambda figure: figure.period)
        for axis in ("area", "scope"):
            left: set[Code] = {getattr(figure, axis) for figure in figures}
            if len(left) > 1:
                names = ", ".join(code.value for code in sorted(left, key=lambda code: code.rank))
                message = f"wide() needs one {axis}, and there are {len(left)}: filter({axis}=…) to one of {names}"
                raise AmbiguousError(message)
        periods = sorted({figure.period for figure in figures})
        for one, other in itertools.pairwise(periods):
            if one.overlaps(other):
                kinds = ", ".join(kind for kind in PeriodKind if any(period.kind is kind for period in periods))
                message = f"wide() needs spans that share no day, not {one} and {other}: filter(period_kind=…) by {kinds}"
                raise AmbiguousError(message)
        cells = {(figure.period, figure.measure, figure.group): getattr(figure, of) for figure in figures}
        heads = sorted({(figure.measure, figure.group) for figure in figures}, key=lambda m: (m[0].rank, m[1].rank))
        dtype = pa.string() if of in {"bound", "status"} else pa.int32()
        made = {
            "period": pa.array([period.code for period in periods], pa.string()),
            "start": pa.array([period.start for period in periods], pa.date32()),
            "end": pa.array([period.end for period in periods], pa.date32()),
        }
        for measure, group in heads:
            column = [cells.get((period, measure, group)) for period in periods]
            made[f"{measure}_{group}"] = pa.array(column, dtype)
        return Frame(pa.table(made), f"{self._title}, {of}", self._basis and self._basis.of(figures))
