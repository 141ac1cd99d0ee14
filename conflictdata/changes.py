"""What differs between two releases: rows added, corrected, withdrawn; figures and verdicts that changed by it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

import attrs
from attrs import validators as v

from conflictdata import fields
from conflictdata.balances import FAILING, Balance, along, verdict_of
from conflictdata.dataset import Dataset
from conflictdata.lines import RECORD, shapes, write, writer
from conflictdata.models import Break, Claim, Figure, Record, Source, Statement, cell_label, signed
from conflictdata.resolve import Cell
from conflictdata.schema import SCHEMA_VERSION, to_arrow
from conflictdata.stored import Turn
from conflictdata.tables import Table
from conflictdata.vocabulary import Axis

R_co = TypeVar("R_co", bound=Record, covariant=True)

KINDS = ("added", "corrected", "withdrawn", "changed")
_FIGURE = ("value", "bound", "low", "high", "includes", "status", "marks", "caveats")


@attrs.frozen(kw_only=True)
class Difference(Record):
    """One value that differs between two releases, for tables of differences.

    Attributes:
        dataset: The dataset.
        table: The table: one that people edit, or `figures`, `balances`, `source_balances`.
        kind: `added`, `corrected` or `withdrawn` for rows; `added`, `changed` or `withdrawn` for what follows from them.
        id: The row's id in the newer release, in the older for one that is withdrawn; null for figures and balances.
        was: The id of the row that it corrects; null where the row kept its id, and for all others.
        cell: Which cell the row is about, in codes; null for pages and breaks.
        column: The column that differs; null for what is added or withdrawn as a whole.
        old: What the older release has, in the form of the record's files; null for what is added.
        new: What the newer release has; null for what is withdrawn.
        why: Why, as the record says; null for figures and balances.
    """

    dataset: str = attrs.field(validator=fields.name)
    table: str = attrs.field(validator=fields.text)
    kind: str = attrs.field(validator=v.in_(KINDS))
    id: str | None = attrs.field(default=None, validator=fields.optional_text, metadata=fields.UNIQUE)
    was: str | None = attrs.field(default=None, validator=fields.optional_text, metadata=fields.UNIQUE)
    cell: str | None = attrs.field(default=None, validator=fields.optional_text)
    column: str | None = attrs.field(default=None, validator=fields.optional_text)
    old: str | None = attrs.field(default=None, validator=v.optional(fields.note), metadata=fields.UNIQUE)
    new: str | None = attrs.field(default=None, validator=v.optional(fields.note), metadata=fields.UNIQUE)
    why: str | None = attrs.field(default=None, validator=fields.optional_text)


@attrs.frozen(kw_only=True)
class Change(Generic[R_co]):
    """One row, figure or balance that differs between two releases.

    Attributes:
        table: Its table: one that people edit, or `figures`, `balances`, `source_balances`.
        old: What the older release has; None for what is added.
        new: What the newer release has; None for what is withdrawn.
        why: Why, as the record says; empty for figures and balances, which follow from the rows.
    """

    table: str
    old: R_co | None
    new: R_co | None
    why: str = ""

    @property
    def record(self) -> R_co:
        """The newer record, or the older of what is withdrawn."""
        one = self.new if self.new is not None else self.old
        assert one is not None  # noqa: S101  one of the two is there
        return one

    @property
    def kind(self) -> str:
        """`added`, `corrected`, `withdrawn`, or for figures and balances `changed`."""
        if self.old is None:
            return "added"
        return "withdrawn" if self.new is None else "corrected" if self.table in RECORD else "changed"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that differ; none for what is added or withdrawn. An id is none, nor how often a page was read."""
        if self.old is None or self.new is None:
            return ()
        kinds = shapes(type(self.new))
        names = (name for name in kinds if name not in {"id", "readings"})
        return tuple(name for name in names if self._cell(self.old, name) != self._cell(self.new, name))

    def _cell(self, record: Record, name: str) -> str:
        return write(getattr(record, name), shapes(type(record))[name])

    @property
    def what(self) -> str:
        """Which row, figure or balance it is, in words."""
        one: Any = self.record
        if isinstance(one, Source):
            return f"{one.id}, {one.outlet}"
        if isinstance(one, Break):
            return one.id
        if isinstance(one, Balance):
            part = f"{one.parts[0]} against its whole" if one.axis is Axis.WITHIN else along(one)
            return f"{cell_label(one)}, {part}{f', on {one.source.id}' if one.source else ''}"
        place = f", on {one.source.id}" if isinstance(one, Statement | Claim) else ""
        return f"{cell_label(one)}{place}"

    @property
    def told(self) -> str:
        """What differs, in words; of what is added or withdrawn what it states."""
        if self.old is None or self.new is None:
            return said(self.record)
        if isinstance(self.old, Figure | Balance) and said(self.old) != said(self.new):
            return f"{said(self.old)}, then {said(self.new)}"
        pairs = ((name, self._cell(self.old, name), self._cell(self.new, name)) for name in self.columns)
        return "; ".join(f"{name} {old or 'empty'}, then {new or 'empty'}" for name, old, new in pairs)

    def __str__(self) -> str:
        """Say what differs, and why, on one line."""
        return f"{self.what}: {self.told}{f'. {self.why}' if self.why else ''}"

    def differences(self, dataset: str) -> Iterator[Difference]:
        """Give the values that differ, one by one.

        Args:
            dataset: The name of the dataset.

        Yields:
            One for each column that differs, or one for what is added or withdrawn as a whole.
        """
        id, before = getattr(self.record, "id", None), getattr(self.old, "id", None)
        cell = " ".join(map(str, Cell.of(self.record).key)) if hasattr(self.record, "measure") else None  # type: ignore[arg-type]
        head: dict[str, Any] = {
            "dataset": dataset,
            "table": self.table,
            "kind": self.kind,
            "id": id,
            "was": before if before != id else None,
            "cell": cell,
            "why": self.why or None,
        }
        if self.old is None or self.new is None:
            old, new = (None if one is None else said(one) for one in (self.old, self.new))
            yield Difference(**head, old=old, new=new)
            return
        for name in self.columns:
            yield Difference(**head, column=name, old=self._cell(self.old, name), new=self._cell(self.new, name))


def said(record: Any) -> str:
    """Say shortly what a record states: `458`, `>=645`, `short by 1`, the address of a page.

    Args:
        record: A record of any table.

    Returns:
        A few words.
    """
    if isinstance(record, Statement):
        part = " (a part)" if record.subset else ""
        return f"{signed(record.value, record.bound)}{part}"
    if isinstance(record, Figure):
        one = f"{record.interval}" if record.value is None or record.bound is None else signed(record.value, record.bound)
        return ", ".join([one, record.status.label, *(mark.label for mark in record.marks)])
    if isinstance(record, Balance):
        return f"{verdict_of(record)}{f' ({record.reason.label})' if record.reason else ''}"
    if isinstance(record, Claim):
        return record.claim.label
    if isinstance(record, Source):
        return record.url
    return str(record.description if isinstance(record, Break) else record.reason.label)


@attrs.frozen(kw_only=True, slots=False)
class Diff:
    """What differs between two releases of a dataset.

    Attributes:
        dataset: The dataset.
        old: The label of the older release.
        new: The label of the newer release.
        rules: The numbers of their rules: where they differ, figures may differ without a row.
        rows: The rows that were added, corrected or withdrawn, by table.
        figures: The figures that changed by it.
        verdicts: The balances whose verdict or reason changed by it, or where they do not hold their residual.
    """

    dataset: str
    old: str
    new: str
    rules: tuple[int, int]
    rows: tuple[Change[Record], ...]
    figures: tuple[Change[Figure], ...]
    verdicts: tuple[Change[Balance], ...]

    def of(self, table: str, kind: str) -> tuple[Change[Record], ...]:
        """Give the changes of one table and one kind.

        Args:
            table: A table, such as `statements`, `figures` or `balances`.
            kind: `added`, `corrected`, `withdrawn` or `changed`.

        Returns:
            The changes.
        """
        every: tuple[Change[Any], ...] = (*self.rows, *self.figures, *self.verdicts)
        return tuple(change for change in every if change.table == table and change.kind == kind)

    @cached_property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many changes there are, by table and kind."""
        every: tuple[Change[Any], ...] = (*self.rows, *self.figures, *self.verdicts)
        return Counter((change.table, change.kind) for change in every)

    @cached_property
    def table(self) -> Table[Difference]:
        """The differences as a table, a row a value."""
        every: tuple[Change[Any], ...] = (*self.rows, *self.figures, *self.verdicts)
        rows = [difference for change in every for difference in change.differences(self.dataset)]
        return Table(to_arrow(Difference, rows), Difference, f"{self.dataset} {self.old} to {self.new}")

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.rows or self.figures or self.verdicts or self.rules[0] != self.rules[1])

    @cached_property
    def telling(self) -> tuple[Change[Balance], ...]:
        """The verdicts to look at: those that changed, and new ones that do not hold."""
        return tuple(v for v in self.verdicts if v.kind != "added" or v.record.verdict in FAILING)

    @cached_property
    def further(self) -> Mapping[str, int]:
        """How many sums came beside those, by verdict."""
        told = set(map(id, self.telling))
        return Counter(verdict.record.verdict.label for verdict in self.verdicts if id(verdict) not in told)

    def __str__(self) -> str:
        """Give the differences, one a line; sums that came and hold are counted."""
        every: tuple[Change[Any], ...] = (*self.rows, *self.figures, *self.telling)
        lines = [f"{change.table.replace('_', ' ')}, {change.kind}: {change}" for change in every]
        if self.further:
            lines.append(f"further sums: {', '.join(f'{count:,} {label}' for label, count in self.further.items())}")
        if self.rules[0] != self.rules[1]:
            lines.insert(0, f"rule {self.rules[0]}, then {self.rules[1]}")
        total = len(self.rows) + len(self.figures) + len(self.verdicts)
        return "\n".join([f"{self.dataset} {self.old} to {self.new}: {total:,} differences", *lines])


def between(old: Dataset, new: Dataset, turns: Callable[[str], Iterable[Turn]], since: str, until: str) -> Diff:
    """Compare two states of a dataset.

    Args:
        old: The older.
        new: The newer.
        turns: Gives, for each table that people edit, since when and why its rows are there.
        since: The label of the older. What came after it, up to the newer, says what corrects what.
        until: The label of the newer.

    Returns:
        What differs.
    """
    rows: list[Change[Record]] = []
    for name in RECORD:
        every = list(turns(name))
        came = [turn for turn in every if since < turn.from_release <= until]
        ends = sorted((turn.to_release, turn.id, turn.withdrawn or "") for turn in every if turn.to_release)
        gone = {id: why for label, id, why in ends if label <= until}
        rows += _rows(name, old.recorded(name), new.recorded(name), came, gone)
    figures = _derived("figures", old.figures, new.figures, Cell.of, _figure_says)
    verdicts: list[Change[Balance]] = []
    for name in ("balances", "source_balances"):
        verdicts += _derived(name, getattr(old, name), getattr(new, name), lambda balance: balance.key, _verdict_says)
    return Diff(
        dataset=old.name,
        old=since,
        new=until,
        rules=(old.rule, new.rule),
        rows=tuple(rows),
        figures=tuple(figures),
        verdicts=tuple(verdicts),
    )


def _rows(
    name: str, old: Table[Any], new: Table[Any], came: list[Turn], gone: Mapping[str, str]
) -> Iterator[Change[Record]]:
    """Pair the rows of one table: by id, or by what corrects what, through releases between the two."""
    line = writer(name, new.model, SCHEMA_VERSION)
    before, after = {row.id: row for row in old}, {row.id: row for row in new}
    heir = {turn.corrects: turn for turn in came if turn.corrects}
    whys: dict[str, list[str]] = {}
    for turn in sorted(came, key=lambda turn: turn.from_release):
        if turn.why:
            whys.setdefault(turn.id, []).append(turn.why)
    reached = set()
    for id, row in before.items():
        if id in after:
            if line(row) != line(after[id]):
                yield Change(table=name, old=row, new=after[id], why="; ".join(whys.get(id, [])))
            continue
        way, last = [], id
        while last in heir:
            last = heir.pop(last).id
            way += whys.get(last, [])
        reached.add(last)
        if last in after:
            yield Change(table=name, old=row, new=after[last], why="; ".join(way))
        else:
            yield Change(table=name, old=row, new=None, why=gone.get(last, ""))
    for id, row in after.items():
        if id not in before and id not in reached:
            yield Change(table=name, old=None, new=row, why="; ".join(whys.get(id, [])))


def _figure_says(figure: Figure) -> tuple[object, ...]:
    """What a figure says of its cell; which pages it rests on, and how many, may change without that."""
    return tuple(getattr(figure, name) for name in _FIGURE)


def _verdict_says(balance: Balance) -> tuple[object, ...]:
    """What a balance says: its verdict, and where it does not hold by how much, and why."""
    residual = (balance.residual_low, balance.residual_high) if balance.verdict in FAILING else None
    return balance.verdict, balance.reason, residual


def _derived(
    name: str, old: Iterable[R_co], new: Iterable[R_co], key: Callable[[Any], Any], says: Callable[[Any], Any]
) -> Iterator[Change[R_co]]:
    """Pair what follows from the rows, by its cell."""
    before, after = {key(one): one for one in old}, {key(one): one for one in new}
    for cell, one in before.items():
        other = after.get(cell)
        if other is None or says(one) != says(other):
            yield Change(table=name, old=one, new=other)
    for cell, one in after.items():
        if cell not in before:
            yield Change(table=name, old=None, new=one)
