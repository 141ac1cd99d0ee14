"""A dataset's rows over its releases: what each release held, its digests, and the figures that followed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Generic, TypeVar, cast

import attrs
import pyarrow as pa

from conflictdata import rules
from conflictdata.balances import Discrepancy
from conflictdata.dataset import Dataset
from conflictdata.errors import Fault
from conflictdata.lines import HEAD, RECORD, columns, digest, writer
from conflictdata.models import NEXT, Break, Claim, Figure, Record, Release, Source, Statement
from conflictdata.names import DatasetName
from conflictdata.resolve import Cell
from conflictdata.schema import SCHEMA_VERSION, to_arrow
from conflictdata.stored import Turn
from datasets.tools.text import FILES, FOREVER, RELEASES, Stamp

R_co = TypeVar("R_co", bound=Record, covariant=True)
Block = tuple[object, ...]
Key = tuple[str, str, str]  # table, id, first release
Seal = tuple[str, str, str, str]  # and the first release that has it no more
Line = tuple[str, str, Stamp, str]

NEW_ID = ("statements", "claims")  # a correction of a row of these has an id of its own; of others it keeps the row's
_MODELS: Mapping[str, type[Record]] = {file.removesuffix(".csv"): model for file, model in FILES.items()}


@attrs.frozen
class Kept(Generic[R_co]):
    """A record, and since when and until when its dataset has it.

    Attributes:
        record: The record.
        stamp: Its first release, and the first that has it no more.
    """

    record: R_co
    stamp: Stamp


@attrs.frozen
class Edition:
    """The records of a dataset at one release.

    Attributes:
        sources: Its pages.
        statements: What they stated.
        claims: What they claimed.
        breaks: The dated changes of definition.
        discrepancies: What is known of totals that do not equal the sum of their parts.
    """

    sources: tuple[Source, ...]
    statements: tuple[Statement, ...]
    claims: tuple[Claim, ...]
    breaks: tuple[Break, ...]
    discrepancies: tuple[Discrepancy, ...]


@attrs.define(slots=False, eq=False)
class DatasetRecord:
    """One dataset as it stands in its folder, with all that it ever held.

    Attributes:
        name: The folder's name.
        about: What `dataset.toml` says.
        releases: The releases so far, oldest first.
        sources: Its pages, and their earlier forms.
        statements: What they stated.
        claims: What they claimed.
        breaks: The dated changes of definition.
        discrepancies: What is known of totals that do not equal the sum of their parts.
    """

    name: str
    about: Mapping[str, str]
    releases: tuple[Release, ...]
    sources: tuple[Kept[Source], ...]
    statements: tuple[Kept[Statement], ...]
    claims: tuple[Kept[Claim], ...]
    breaks: tuple[Kept[Break], ...]
    discrepancies: tuple[Kept[Discrepancy], ...]
    _lines: dict[int, list[Line]] = attrs.field(factory=dict, init=False, repr=False)
    _figure_lines: dict[int, list[tuple[Stamp, str]]] = attrs.field(factory=dict, init=False, repr=False)

    def kept(self, table: str) -> tuple[Kept[Record], ...]:
        """Give all rows that a table ever had."""
        rows: tuple[Kept[Record], ...] = getattr(self, table)
        return rows

    @property
    def pending(self) -> bool:
        """Whether anything waits for the release to come: a row, or a newer rule."""
        older = not self.releases or self.releases[-1].rule != rules.NEWEST
        return older or any(row.stamp.pending for table in RECORD for row in self.kept(table))

    @property
    def labels(self) -> list[str]:
        """The labels of the releases, oldest first, and `next` if anything waits for it."""
        return [*(release.label for release in self.releases), *([NEXT] if self.pending else [])]

    def at(self, label: str) -> Edition:
        """Give the records of one release.

        Args:
            label: Its label; `next` for the record as it stands now.

        Returns:
            The records, each with its page as that release has it.
        """
        pages = {row.record.id: row.record for row in self.sources if row.stamp.at(label)}
        return Edition(
            tuple(pages.values()),
            tuple(_on(row.record, pages) for row in self.statements if row.stamp.at(label)),
            tuple(_on(row.record, pages) for row in self.claims if row.stamp.at(label)),
            tuple(row.record for row in self.breaks if row.stamp.at(label)),
            tuple(_shown(row.record, pages) for row in self.discrepancies if row.stamp.at(label)),
        )

    @cached_property
    def now(self) -> Edition:
        """The record as it stands: what the release to come would hold."""
        return self.at(NEXT)

    def lines(self, schema: int = SCHEMA_VERSION) -> list[Line]:
        """Give the canonical line of every row, in the order of their bytes.

        Args:
            schema: The number of the schema whose columns the lines have.

        Returns:
            For each row its table, id, stamp and line.
        """
        if schema not in self._lines:
            writers = {table: writer(table, _MODELS[table], schema) for table in RECORD}
            rows = [(table, _id(row), row.stamp, writers[table](row.record)) for table in RECORD for row in self.kept(table)]
            self._lines[schema] = sorted(rows, key=lambda row: row[3])
        return self._lines[schema]

    @cached_property
    def figures(self) -> tuple[Kept[Figure], ...]:
        """The figures of every release, by its rule: each since when, and until when."""
        return tuple(_figures(self))

    def figure_lines(self, schema: int = SCHEMA_VERSION) -> list[tuple[Stamp, str]]:
        """Give the canonical line of every figure, in the order of their bytes.

        Args:
            schema: The number of the schema whose columns the lines have.

        Returns:
            For each figure its stamp and line.
        """
        if schema not in self._figure_lines:
            write = writer("figures", Figure, schema)
            rows = [(row.stamp, write(row.record)) for row in self.figures]
            self._figure_lines[schema] = sorted(rows, key=lambda row: row[1])
        return self._figure_lines[schema]

    def released(self, made: Release) -> "DatasetRecord":
        """Give the dataset as it is once a release is made of what waits for it."""

        def stamped(rows: Iterable[Kept[R_co]]) -> tuple[Kept[R_co], ...]:
            return tuple(Kept(row.record, row.stamp.made(made.label)) for row in rows)

        tables = {table: stamped(self.kept(table)) for table in RECORD}
        return DatasetRecord(self.name, self.about, (*self.releases, made), **tables)  # type: ignore[arg-type]

    def opened(self, label: str) -> Dataset:
        """Open the dataset at one release, built or not.

        Args:
            label: The label; `next` for the record as it stands now.

        Returns:
            What `load` gives once it is built.
        """
        edition = self.at(label)
        known = {release.label: release.schema for release in self.releases}

        def read(table: str) -> pa.Table:
            if table == "figures":
                return to_arrow(Figure, [row.record for row in self.figures if row.stamp.at(label)])
            if table == "releases":
                return to_arrow(Release, self.releases)
            return to_arrow(_MODELS[table], getattr(edition, table))

        return Dataset(cast(DatasetName, self.name), label, read, known.get(label, SCHEMA_VERSION))

    def turns(self, table: str) -> Iterator[Turn]:
        """Say of every row that a table ever had since when, until when, and why."""
        for row in self.kept(table):
            stamp = row.stamp
            yield Turn(_id(row), stamp.from_release, *(told or None for told in attrs.astuple(stamp)[1:]))

    def next_release(self, label: str, why: str) -> Release:
        """Work out what the release to come holds, by the newest rule and schema.

        Args:
            label: The label that it is to have.
            why: Why it is made.

        Returns:
            The release.
        """
        return Release(
            dataset=self.name,
            label=label,
            rule=rules.NEWEST,
            schema=SCHEMA_VERSION,
            added=sum(stamp.from_release == NEXT for _, _, stamp, _ in self.lines()),
            closed=sum(stamp.to_release == NEXT for _, _, stamp, _ in self.lines()),
            rows_digest=digest(line for _, _, stamp, line in self.lines() if stamp.at(NEXT)),
            figures_digest=digest(line for stamp, line in self.figure_lines() if stamp.at(NEXT)),
            why=why,
        )


Stating = TypeVar("Stating", Statement, Claim)


def _on(record: Stating, pages: Mapping[str, Source]) -> Stating:
    page = pages[record.source.id]
    return record if record.source is page else attrs.evolve(record, source=page)


def _shown(record: Discrepancy, pages: Mapping[str, Source]) -> Discrepancy:
    source, shown_by = (page and pages[page.id] for page in (record.source, record.shown_by))
    same = source is record.source and shown_by is record.shown_by
    return record if same else attrs.evolve(record, source=source, shown_by=shown_by)


def _block(statement: Statement) -> Block:
    """What a figure depends on: no rule may look beyond the statements of one span, area, scope and measure."""
    return statement.period, statement.area, statement.scope, statement.measure


def _figures(dataset: DatasetRecord) -> Iterator[Kept[Figure]]:
    """Follow the figures from release to release, resolving again only what a release touched."""
    blocks: dict[Block, list[Kept[Statement]]] = defaultdict(list)
    stated: dict[str, set[Block]] = defaultdict(set)  # by page
    turns: dict[str, set[Block]] = defaultdict(set)  # by release
    for row in dataset.statements:
        block = _block(row.record)
        blocks[block].append(row)
        stated[row.record.source.id].add(block)
        for label in (row.stamp.from_release, row.stamp.to_release):
            turns[label].add(block)
    for page in dataset.sources:
        for label in (page.stamp.from_release, page.stamp.to_release):
            turns[label] |= stated[page.record.id]

    used = {release.label: release.rule for release in dataset.releases}
    write = writer("figures", Figure, SCHEMA_VERSION)
    standing: dict[Block, dict[Cell, tuple[str, Figure, str]]] = {}
    gone: list[Kept[Figure]] = []
    rule = 0
    for label in dataset.labels:
        before, rule = rule, used.get(label, rules.NEWEST)
        pages = {row.record.id: row.record for row in dataset.sources if row.stamp.at(label)}
        touched = blocks if rule != before else turns[label]
        there = [_on(row.record, pages) for block in touched for row in blocks[block] if row.stamp.at(label)]
        made: dict[Block, dict[Cell, Figure]] = defaultdict(dict)
        for figure in rules.RULES[rule](there):
            made[figure.period, figure.area, figure.scope, figure.measure][Cell.of(figure)] = figure
        for block in touched:
            old, new = standing.get(block, {}), {}
            for cell, figure in made[block].items():
                line = write(figure)
                new[cell] = old[cell] if cell in old and old[cell][0] == line else (line, figure, label)
            gone += [Kept(f, Stamp(since, label)) for cell, (_, f, since) in old.items() if new.get(cell) != old[cell]]
            standing[block] = new
    stay = [Kept(f, Stamp(since)) for block in standing.values() for _, f, since in block.values()]
    yield from sorted([*gone, *stay], key=lambda row: (Cell.of(row.record), row.stamp.from_release))


def versions(rows: Iterable[Kept[R_co]]) -> dict[str, list[Kept[R_co]]]:
    """Gather the forms of rows that keep their id when they are corrected, oldest first."""
    found: dict[str, list[Kept[R_co]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.stamp.from_release):
        found[row.record.id].append(row)  # type: ignore[attr-defined]
    return found


def during(pages: Sequence[Kept[Source]], stamp: Stamp) -> Source | None:
    """Find the page that a row rests on, as it was last, if it was there all the time that the row is."""
    since = stamp.from_release
    there = [page for page in pages if page.stamp.overlaps(stamp)]
    for page in there:
        if page.stamp.from_release > since:
            return None
        since = page.stamp.to_release or FOREVER
    return there[-1].record if there and since >= (stamp.to_release or FOREVER) else None


def stamp_faults(dataset: DatasetRecord, folder: str, line: Mapping[Key, int]) -> Iterator[Fault]:
    """Hold what the rows say of releases against the releases, and corrections against what they correct."""
    known = {*(release.label for release in dataset.releases), NEXT, ""}
    for table in RECORD:
        rows = dataset.kept(table)
        file = f"{folder}/{table}.csv"
        keeps_id = table not in NEW_ID
        ends = {(_id(row), row.stamp.to_release) for row in rows}
        corrected = Counter((row.stamp.corrects, row.stamp.from_release) for row in rows if row.stamp.corrects)
        for row in rows:
            id, stamp = _id(row), row.stamp
            where = file, line[table, id, stamp.from_release]
            for name in ("from_release", "to_release"):
                if getattr(stamp, name) not in known:
                    problem = f"there is no release {getattr(stamp, name)}; a row that waits for the next says {NEXT}"
                    yield Fault(*where, name, problem)
            told = [
                *_came(id, stamp, ends, keeps_id=keeps_id),
                *_went(id, stamp, corrected[id, stamp.to_release]),
            ]
            for name, problem in told:
                yield Fault(*where, name, problem)


def _came(id: str, stamp: Stamp, ends: Collection[tuple[str, str]], *, keeps_id: bool) -> Iterator[tuple[str, str]]:
    """Say what is wrong with how a row came, by column."""
    follows = (id, stamp.from_release) in ends
    if stamp.corrects and (stamp.corrects, stamp.from_release) not in ends:
        yield "corrects", f"no row {stamp.corrects!r} is closed by {stamp.from_release}"
    elif stamp.corrects and keeps_id and stamp.corrects != id:
        yield "corrects", f"a row of this file corrects its own earlier form, {id!r}"
    elif keeps_id and follows and not stamp.corrects:
        yield "corrects", f"is empty, though it comes in the place of an earlier {id!r}"


def _went(id: str, stamp: Stamp, heirs: int) -> Iterator[tuple[str, str]]:
    """Say what is wrong with how a row went, by column."""
    if heirs > 1:
        yield "corrects", f"more than one row corrects {id!r}"
    if stamp.to_release and not heirs and not stamp.withdrawn:
        yield "withdrawn", f"is empty: say why {id!r} went, since none came in its place"
    elif heirs and stamp.withdrawn:
        yield "withdrawn", f"is given, though another row came in the place of {id!r}"


def _id(row: Kept[Record]) -> str:
    id: str = row.record.id  # type: ignore[attr-defined]
    return id


def seals(dataset: DatasetRecord) -> dict[Seal, str]:
    """Give the heads of the digests by which an edit of what was released is found.

    Args:
        dataset: The dataset.

    Returns:
        For every released row one over its line and why it came, one more over all of it once it is gone, and one for every
        release; by table, id, first release, and the first release that has the row no more.
    """
    found = {}
    known = {release.label for release in dataset.releases}
    for release in dataset.releases:
        told = ",".join(str(getattr(release, name)) for name in columns(Release))
        found["releases", release.label, release.label, ""] = digest([told])[:HEAD]
        for table, id, stamp, line in dataset.lines(release.schema):
            if stamp.from_release == release.label:
                came = f"{line},{stamp.from_release},{stamp.corrects},{stamp.why}"
                found[table, id, stamp.from_release, ""] = digest([came])[:HEAD]
                if stamp.to_release in known:
                    went = f"{came},{stamp.to_release},{stamp.withdrawn}"
                    found[table, id, stamp.from_release, stamp.to_release] = digest([went])[:HEAD]
    return found


def _unsealed(found: Mapping[Seal, str], sealed: Mapping[Seal, str]) -> Iterator[tuple[Seal, str]]:
    """Find what was edited of what was released: one fault a row."""
    told = set()
    for seal in sorted(found.keys() | sealed.keys()):
        table, id, label, end = seal
        if (table, id, label) in told or found.get(seal) == sealed.get(seal):
            continue
        told.add((table, id, label))
        if seal not in sealed:
            if end:
                yield seal, f"release {end} did not close {id!r}; a row that is to go says {NEXT}"
            else:
                yield seal, f"release {label} has no row {id!r}; a new row says {NEXT}"
        elif seal not in found:
            yield (
                seal,
                f"{id!r} went with release {end}; put that back"
                if end
                else f"lacks {id!r}, which release {label} has; put it back",
            )
        else:
            yield seal, f"{id!r} is not the row that release {label} has; put it back, and correct it by a new row"


def row_faults(dataset: DatasetRecord, folder: str, line: Mapping[Key, int], sealed: Mapping[Seal, str]) -> Iterator[Fault]:
    """Hold every released row against its digest, and every release against its own."""
    for (table, id, label, _), problem in _unsealed(seals(dataset), sealed):
        yield Fault(f"{folder}/{table}.csv", line.get((table, id, label), 0), "", problem)
    for place, release in enumerate(dataset.releases, 2):
        where = f"{folder}/{RELEASES}", place
        lines = dataset.lines(release.schema)
        if digest(text for _, _, stamp, text in lines if stamp.at(release.label)) != release.rows_digest:
            yield Fault(*where, "rows_digest", f"is not the digest of the rows that stand as those of {release.label}")
        for name, end in (("added", "from_release"), ("closed", "to_release")):
            count = sum(getattr(stamp, end) == release.label for _, _, stamp, _ in lines)
            if count != getattr(release, name):
                yield Fault(*where, name, f"is {getattr(release, name)}, and there are {count}")


def figure_faults(dataset: DatasetRecord, folder: str) -> Iterator[Fault]:
    """Hold the figures of every release against its digest: a rule that was part of a release does not change."""
    for place, release in enumerate(dataset.releases, 2):
        lines = dataset.figure_lines(release.schema)
        if digest(line for stamp, line in lines if stamp.at(release.label)) != release.figures_digest:
            problem = f"rule {release.rule} gives other figures for {release.label} than when that was made"
            yield Fault(f"{folder}/{RELEASES}", place, "figures_digest", problem)
