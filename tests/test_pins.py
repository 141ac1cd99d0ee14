"""Pins: a line that says which rows are meant gives these rows again, and its digests can be taken by hand."""

import csv
import hashlib
import inspect
import pickle
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import Caveat, Dataset, Mark, OutOfSpanError, Period, Pin, PinError, Table, UnknownNameError
from conflictdata.lines import COVERED, RECORD
from conflictdata.names import DatasetName
from conflictdata.vocabulary import Area, Group, Scope, Slip
from tests.shared.pinned import PIPS_SERIES, same
from tests.shared.tiers import cases

DATASETS: tuple[DatasetName, ...] = ("cmc", "crss", "picss", "pips")
LABELS = ("2026-11-22", "2026-11-22.1")
TABLES: Mapping[str, Callable[[Dataset], Table[Any]]] = {
    **{
        name: lambda dataset, name=name: getattr(dataset, name)  # type: ignore[misc]
        for name in (
            "sources",
            "statements",
            "figures",
            "claims",
            "claim_tests",
            "breaks",
            "discrepancies",
            "balances",
            "source_balances",
            "revisions",
        )
    },
    "series": lambda dataset: dataset.series(measure="killed", group="total", area="PK", scope="all", every="year"),
    "coverage": Dataset.coverage,
    "tally": Dataset.tally,
    "unprotected": Dataset.unprotected,
    "revision_summary": Dataset.revision_summary,
}
CONDITIONS = tuple(name for name in inspect.signature(Table.filter).parameters if name != "self")
SPANS = ("period", "within", "report_period")


def holds(table: Table[Any]) -> None:
    """Hold a table to its pin: the text is read as what it was written from, and gives the same rows."""
    text = table.pin()
    told = Pin.of(text)

    assert str(told) == text
    assert told == table.pinned()
    found = cd.verify(text)
    assert isinstance(found, Table)
    assert same(found, table)
    assert dict(told.digests)["count"] == str(len(table))


# What is pinned


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_has_the_digests_of_its_release(root: Path, name: DatasetName, label: str) -> None:
    """The pin of a dataset carries the heads of the digests that its release was made with, and verifies to it."""
    with (root / name / "releases.csv").open(encoding="utf-8", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["label"] == label]
    dataset = cd.load(name, release=label)

    rows, figures = row["rows_digest"][:16], row["figures_digest"][:16]
    assert dataset.pin() == f"conflictdata/{name}@{label} rows={rows} figures={figures}"
    assert cd.verify(dataset.pin()) is dataset
    assert cd.verify(dataset.pinned()) is dataset
    assert cd.verify(f"  {dataset.pin()}\n") is dataset


@pytest.mark.parametrize("undated", ["exclude", "assume"])
@pytest.mark.parametrize("label", LABELS)
def test_what_was_known_on_a_day_is_pinned_with_the_day(label: str, undated: Any) -> None:
    """The pin of a vintage says the day and the mode, and gives the vintage again, as a whole and by table."""
    dataset = cd.load("pips", release=label, as_of="2024-11-09", undated=undated)

    assert dataset.pin().startswith(f"conflictdata/pips@{label};as_of=2024-11-09;undated={undated} rows=")
    found = cd.verify(dataset.pin())
    assert isinstance(found, Dataset)
    assert found.vintage == dataset.vintage
    for table in ("figures", "balances", "unprotected"):
        holds(TABLES[table](dataset))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", cases(["crss", "picss"], fast={"crss"}))
def test_every_table_has_a_pin(name: DatasetName, table: str) -> None:
    """A table as a whole round-trips, for each release."""
    for label in LABELS:
        dataset = cd.load(name, release=label)
        if table == "series" and name == "crss":
            holds(dataset.series(measure="killed", group="civilians", area="PK", scope="all", every="quarter"))
        else:
            holds(TABLES[table](dataset))


def values_of(dataset: Dataset, table: Table[Any], condition: str) -> list[Any]:
    """Choose values that a condition on a table may take: those that occur, as objects."""
    column = {"within": "period", "source": "source" if "source" in table.columns else "sources"}.get(condition, condition)
    told = [value for value in table.to_arrow()[column].to_pylist() if value is not None]
    flat = dict.fromkeys(one for value in told for one in (value if isinstance(value, list) else [value]))
    if condition == "source":
        return [dataset.source(id) for id in list(flat)[:3]]
    if condition in SPANS:
        return [Period.of(code) for code in list(flat)[-3:]]
    none: dict[str, list[Any]] = {"includes": [Group.PEACE_COMMITTEE], "caveats": list(Caveat)[:2], "slips": list(Slip)[:1]}
    return list(flat)[:3] or none.get(condition, [])


def asked_of(dataset: Dataset, table: Table[Any]) -> dict[str, list[Any]]:
    """Give each condition that a table takes, with values for it."""
    has = set(table.columns) | ({"source"} if "sources" in table.columns else set())
    taken = [name for name in CONDITIONS if {"within": "period"}.get(name, name) in has]
    found = {name: values_of(dataset, table, name) for name in taken}
    return {name: values for name, values in found.items() if values}


LONG = {"statements", "balances", "source_balances", "unprotected", "coverage"}


@pytest.mark.parametrize("table", cases(TABLES, fast=TABLES.keys() - LONG))
def test_every_condition_is_in_the_pin(table: str) -> None:
    """A table filtered by each condition that it takes, by one value, by several, by a generator, round-trips."""
    dataset = cd.load("pips")
    whole = TABLES[table](dataset) if table != "series" else dataset.series(**PIPS_SERIES)

    for name, values in asked_of(dataset, whole).items():
        holds(whole.filter(**{name: values[0]}))
        once: dict[str, Any] = {name: (value for value in values)}
        again: dict[str, Any] = {name: [*reversed(values), values[0]]}
        several = whole.filter(**once)
        assert same(several, whole.filter(**again))
        assert several.pin() == whole.filter(**again).pin()
        holds(several)


def test_the_tables_take_every_condition_between_them() -> None:
    """No condition of `filter` goes without a test of its pin, but for that of what is implied, which has none."""
    dataset = cd.load("pips")
    tables = [TABLES[name](dataset) if name != "series" else dataset.series(**PIPS_SERIES) for name in TABLES]

    assert {name for table in tables for name in asked_of(dataset, table)} == {*CONDITIONS} - {"state"}


@given(st.data())
@settings(max_examples=settings().max_examples * 2 // 5)
def test_conditions_together_and_one_after_the_other(data: st.DataObject) -> None:
    """Several conditions, and filters of filters, round-trip; the order of conditions and values is not in the pin."""
    dataset = cd.load("pips")
    table = data.draw(st.sampled_from([dataset.figures, dataset.statements, dataset.balances, dataset.claims]))
    filtered = again = table
    for _ in range(data.draw(st.integers(1, 3))):
        asked = asked_of(dataset, table)
        names = data.draw(st.lists(st.sampled_from(sorted(asked)), unique=True, min_size=1, max_size=3))
        chosen: dict[str, Any] = {name: data.draw(st.lists(st.sampled_from(asked[name]), max_size=3)) for name in names}
        names = data.draw(st.permutations(names))
        shuffled: dict[str, Any] = {name: data.draw(st.permutations(chosen[name])) for name in names}
        filtered, again = filtered.filter(**chosen), again.filter(**shuffled)

    holds(filtered)
    assert filtered.pin() == again.pin()


def test_a_filter_without_a_value_is_pinned() -> None:
    """No value is a condition that no row meets, and not no condition."""
    none = cd.load("cmc").figures.filter(area=[])

    assert len(none) == 0
    assert none.pin().startswith("conflictdata/cmc@2026-11-22.1 figures?area count=0 digest=e3b0c44298fc1c14")
    holds(none)
    assert cd.load("cmc").figures.filter().pin() == cd.load("cmc").figures.pin()


def test_a_pin_says_the_same_for_other_ways_to_ask() -> None:
    """Objects and their codes, sets and lists, flags: one selection has one pin."""
    picss = cd.load("picss")
    page = picss.source("dailytimespk-bab5c8")
    figures, statements = picss.figures, picss.statements

    assert figures.filter(period=Period.of("2025-10")).pin() == figures.filter(period=["2025-10"]).pin()
    assert figures.filter(area=Area.PK).pin() == figures.filter(area=iter([Area.PK])).pin()
    assert figures.filter(source=page).pin() == figures.filter(source=[page.id]).pin()
    assert "?source=dailytimespk-bab5c8 " in figures.filter(source=page).pin()
    assert "?subset=true " in statements.filter(subset=True).pin()
    both: dict[str, Any] = {"subset": [True, False]}
    assert "?subset=false&subset=true " in statements.filter(**both).pin()
    cell: dict[str, Any] = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "total"}
    (figure,) = figures.filter(**cell)
    assert picss.statements_of(figure).pin() == statements.filter(**cell).pin()


def test_one_after_the_other_is_not_both_together() -> None:
    """Two filters on a column keep what meets both, one filter with two values what meets one: their pins differ."""
    figures = cd.load("picss").figures
    both, either = figures.filter(marks="revised").filter(marks="bounded"), figures.filter(marks=["revised", "bounded"])

    assert len(both) < len(either)
    assert "?marks=revised;marks=bounded " in both.pin()
    assert "?marks=bounded&marks=revised " in either.pin()


# The digest


def written(value: Any) -> str:
    """Write a cell as the form of the digests has it, from Arrow's values alone."""
    if value is None or value is False:
        return ""
    text = "true" if value is True else str(value)
    return '"{}"'.format(text.replace('"', '""')) if "," in text or '"' in text else text


def head_of(lines: Iterable[str]) -> str:
    """Take the head of the sha256 over lines."""
    rows = sorted(line.encode() + b"\n" for line in lines)
    return hashlib.sha256(b"".join(rows)).hexdigest()[:16]


FIGURES = (
    "period area scope measure group value bound low high includes status marks caveats sources others others_state voices"
    " first_published"
)
RANKS = {code.value: place for vocabulary in (Mark, Caveat) for place, code in enumerate(vocabulary)}
INCLUDED = {code.value: place for place, code in enumerate((*Area, *Group, *Scope))}


@pytest.mark.parametrize("name", DATASETS)
def test_the_digest_of_figures_can_be_taken_by_hand(name: DatasetName) -> None:
    """The digest of a selection of figures is that of its rows as Arrow gives them, written in a few lines of Python."""
    table = cd.load(name).figures.filter(measure="killed", status=["single", "repeated", "disputed"])
    lines = []
    for row in table.to_arrow().to_pylist():
        cells = {column: row[column] for column in FIGURES.split()}
        cells["includes"] = " ".join(sorted(row["includes"], key=INCLUDED.__getitem__))
        for column in ("marks", "caveats"):
            cells[column] = " ".join(sorted(row[column], key=RANKS.__getitem__))
        for column in ("sources", "others"):
            cells[column] = " ".join(row[column])
        cells["others_state"] = "; ".join(row["others_state"])
        lines.append(",".join(["figures", *map(written, cells.values())]))

    assert len(lines) > 20
    assert table.pinned().digests == (("count", str(len(lines))), ("digest", head_of(lines)))


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("name", DATASETS)
def test_the_digest_of_statements_can_be_taken_of_the_record(root: Path, name: DatasetName, label: str) -> None:
    """The digest of a selection of statements is that of the rows of the record's file that a release has."""
    with (root / name / "statements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    head = rows.pop(0)
    assert head[-6:] == ["readings", "from_release", "to_release", "corrects", "why", "withdrawn"]
    lines = []
    for row in rows:
        told = dict(zip(head, row, strict=True))
        there = told["from_release"] <= label and not (told["to_release"] and told["to_release"] <= label)
        if there and told["area"] == "PK" and told["measure"] in {"killed", "arrested"}:
            lines.append(",".join(["statements", *map(written, row[:-6])]))
    table = cd.load(name, release=label).statements.filter(area="PK", measure=["killed", "arrested"])

    assert table.pinned().digests == (("count", str(len(lines))), ("digest", head_of(lines)))


# Between processes


@pytest.mark.parametrize(
    "error",
    [
        PinError("a pin", ["differs", "and more"]),
        OutOfSpanError("picss 2026-11-22", date(2001, 1, 1), date(2015, 3, 2), date(2026, 11, 22)),
        UnknownNameError("release of picss", "2027-01-01", LABELS),
    ],
)
def test_errors_pass_between_processes(error: Exception) -> None:
    """An error is the same on the other side: text and parts."""
    back = pickle.loads(pickle.dumps(error))  # noqa: S301

    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


def test_verify_reads_the_rows_and_not_their_digest() -> None:
    """A table whose rows are others than those that were pinned has another pin, under the same selection."""
    picss = cd.load("picss")
    figures = picss.figures.to_arrow()
    values = figures["value"].to_pylist()
    values[7] = (values[7] or 0) + 1
    place = figures.column_names.index("value")
    changed = figures.set_column(place, figures.schema.field("value"), pa.array(values, pa.int32()))
    other = Dataset("picss", picss.release, lambda name: changed if name == "figures" else picss.read(name), picss.schema)

    assert other.pinned().selection == picss.pinned().selection
    assert other.pinned().digests[0] == picss.pinned().digests[0]
    assert other.pinned().digests[1] != picss.pinned().digests[1]
    assert other.figures.pinned().digests[0] == picss.figures.pinned().digests[0]
    assert other.figures.pinned().digests[1] != picss.figures.pinned().digests[1]


def test_the_kinds_of_what_is_pinned_are_all_covered() -> None:
    """Each table that digests cover is in these tests, and no other."""
    assert set(COVERED[cd.SCHEMA_VERSION]) == {*TABLES, cd.CheckedClaim.covered}
    assert set(RECORD) <= set(TABLES)
