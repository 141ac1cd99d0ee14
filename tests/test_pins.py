"""Pins: a line that says which rows are meant gives these rows again, or an error that says what differs."""

import csv
import functools
import hashlib
import inspect
import json
import pickle
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import (
    Caveat,
    Dataset,
    Figure,
    Mark,
    OutOfSpanError,
    Period,
    Pin,
    PinError,
    Selection,
    Table,
    UnknownNameError,
)
from conflictdata.lines import COVERED, RECORD
from conflictdata.names import CellCodes, DatasetName
from conflictdata.pins import pins_in
from conflictdata.schema import to_arrow
from conflictdata.vocabulary import Area, Group, Scope, Slip

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


def same(one: Table[Any], other: Table[Any]) -> bool:
    """Whether two tables have the same model, columns and rows."""
    return one.model is other.model and bool(one.to_arrow().equals(other.to_arrow()))


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
@pytest.mark.parametrize("name", ["crss", "picss"])
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


@pytest.mark.parametrize("table", TABLES)
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


PIPS_SERIES: CellCodes = {"measure": "killed", "group": "total", "area": "PK", "scope": "militant_attacks"}


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


# What has no pin


def test_what_no_line_can_say_has_no_pin() -> None:
    """Rows chosen by `where` or by places, or of no release, have no pin, nor what is made of them; the error says why."""
    cmc = cd.load("cmc")
    chosen = cmc.figures.where(lambda figure: figure.value)
    by_hand = Table(to_arrow(Figure, []), Figure, "figures")

    for table in (
        chosen,
        chosen.filter(area="PK"),
        cmc.figures[:5],
        cmc.figures[:],
        cmc.figures.filter(area="PK")[::2],
        by_hand,
        cmc.releases,
        cd.diff("cmc", "2026-11-22").table,
    ):
        with pytest.raises(PinError, match=r"is of no release, or was chosen by where\(\) or by places"):
            table.pin()


def test_what_waits_for_a_release_has_no_pin() -> None:
    """The record between two releases may still change."""
    cmc = cd.load("cmc")
    waiting = Dataset("cmc", "next", cmc.read, cmc.schema)

    with pytest.raises(PinError, match="the release to come, 'next'"):
        waiting.pin()
    for table in (waiting.figures, waiting.figures.filter(area="PK"), waiting.balances, waiting.tally()):
        with pytest.raises(PinError, match="the release to come, 'next'"):
            table.pin()


# What is no pin, and what does not hold

WHOLE = "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb figures=870083228f65fda0"


@functools.cache
def pins() -> list[str]:
    """Give pins of each kind, of selections that differ between the releases."""
    pips = cd.load("pips")
    known = cd.load("pips", as_of="2025-11-05")
    return [
        pips.pin(),
        known.pin(),
        pips.statements.filter(report_period="2024-10").pin(),
        pips.figures.filter(period="2024-10", area=["PK", "PK-BA", "PK-SD"]).filter(within="2024").pin(),
        pips.unprotected().filter(subset=False, period="2024-10").pin(),
        pips.revision_summary().pin(),
        known.series(**PIPS_SERIES).filter(gap=False).pin(),
    ]


def test_the_example_is_of_today() -> None:
    """The pin that the tests below break verifies as it stands."""
    assert cd.load("pips").pin() == WHOLE
    assert cd.verify(WHOLE) is cd.load("pips")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "conflictdata",
        "conflictdata/pips",
        "conflictdata/pips@2026-11-22.1",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb",
        "conflictdata/pips@2026-11-22.1 figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 figures=870083228f65fda0 rows=cbecf2277682efcb",
        f"{WHOLE[:-1]}",
        f"{WHOLE}0",
        f"{WHOLE} more",
        f"a {WHOLE}",
        f"{WHOLE}\n{WHOLE}",
        WHOLE.replace(" ", "  "),
        WHOLE.replace("pips@", "PIPS@"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.0"),
        WHOLE.replace("2026-11-22.1", "next"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.1;as_of=2025-11-05"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.1;undated=assume"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.1;as_of=2025-11-05;undated=perhaps"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.1;as_of=2025-W45-3;undated=assume"),
        "conflictdata/pips@2026-11-22.1 figures digest=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 figures count=1288",
        "conflictdata/pips@2026-11-22.1 figures rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 count=1288 digest=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 series(area=PK&area=PK&group=total) count=1 digest=870083228f65fda0",
    ],
)
def test_what_is_no_pin_is_refused_with_its_form(text: str) -> None:
    """A line cut short, a part in the wrong place, more than a line: the error gives the text, and what a pin looks like."""
    with pytest.raises(PinError, match="is no pin: a line like conflictdata/picss@") as caught:
        cd.verify(text)
    assert caught.value.pin == text.strip()
    with pytest.raises(PinError):
        Pin.of(text)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("pips@", "acled@", "unknown dataset 'acled'; valid: cmc, crss, picss, pips"),
        ("22.1", "22.2", "unknown release of pips '2026-11-22.2'.*A later version of the package may have it"),
        ("22.1", "22", "rows is 37e6c600e80b22f1 in this install, and cbecf2277682efcb in the pin"),
        ("pips@", "picss@", "figures is c740f3531e3e0202 in this install"),
        ("22.1 ", "22.1;as_of=2025-11-05;undated=assume ", "in this install"),
        ("22.1 ", "22.1;as_of=2025-02-30;undated=assume ", "2025-02-30 is no day"),
        ("22.1 ", "22.1;as_of=2001-01-01;undated=assume ", "is known as of 2007-12-31 to 2026-11-22, not as of 2001-01-01"),
        ("22.1 ", "22.1;as_of=2027-01-01;undated=exclude ", "not as of 2027-01-01"),
        ("rows=c", "rows=d", "rows is cbecf2277682efcb in this install, and dbecf2277682efcb in the pin"),
        ("figures=8", "figures=9", "figures is 870083228f65fda0 in this install"),
    ],
)
def test_a_dataset_that_is_not_as_pinned_is_refused(old: str, new: str, why: str) -> None:
    """Another dataset, release, day or digest: the error says what differs."""
    changed = WHOLE.replace(old, new)
    assert changed != WHOLE

    with pytest.raises(PinError, match=f"(?s){why}") as caught:
        cd.verify(changed)
    assert caught.value.pin == changed


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("figures?", "figure?", "unknown table 'figure'; valid: sources, statements, figures"),
        ("figures?", "pin?", "unknown table 'pin'"),
        ("figures?", "source?", "unknown table 'source'"),
        ("figures?", "statements?", "digest is .* in this install"),
        ("figures?", "figures(area=PK)?", "unknown argument of figures 'area'"),
        ("figures?", "series?", "series.*missing"),
        ("figures?", "series(measure=killed&group=total&area=PK-XX&scope=all)?", "unknown area 'PK-XX'"),
        ("figures?", "series(measure=killed&group=total&area=PK&scope=all&every=week)?", "unknown period_kind 'week'"),
        ("figures?", "tally(axis=groups)?", "unexpected keyword argument 'axis'"),
        ("area=PK&", "area=PK-XX&", "unknown area 'PK-XX'"),
        ("area=PK&", "area=&", "unknown area ''"),
        ("area=PK&", "area=true&", "unknown area 'true'"),
        ("area=PK&", "area=PK-GB&", "count is"),
        ("area=PK&", "area&", "count is"),
        ("area=PK&", "colour=red&", "unexpected keyword argument 'colour'"),
        ("area=PK&", "self=PK&", "self"),
        ("area=PK&", "", "count is"),
        ("area=PK&", "claim=share&", "unknown column of figures of pips 'claim'"),
        ("area=PK&", "source=nowhere&", "unknown source 'nowhere'"),
        ("area=PK&", "source=true&", "unknown source 'true'"),
        ("2024-10", "2024-13", "month that does not exist|not exist"),
        ("2024-10", "last%20year", "'last year' is not a period"),
        ("count=", "count=0", "in this install, and 0"),
    ],
)
def test_a_table_that_is_not_as_pinned_is_refused(old: str, new: str, why: str) -> None:
    """An unknown table, condition or code, another count: a PinError that says so, and no other exception."""
    pin = cd.load("pips").figures.filter(period="2024-10", area=["PK", "PK-SD"]).pin()
    assert old in pin

    with pytest.raises(PinError, match=why):
        cd.verify(pin.replace(old, new, 1))


def test_a_flag_that_is_no_flag_is_refused() -> None:
    """Only `true` and `false` are flags."""
    pin = cd.load("pips").statements.filter(subset=True).pin()

    with pytest.raises(PinError, match="'maybe' is neither True nor False"):
        cd.verify(pin.replace("subset=true", "subset=maybe"))


def test_all_that_differs_is_said() -> None:
    """Rows and figures, count and digest: each that is not as pinned is named with both values."""
    with pytest.raises(PinError) as caught:
        cd.verify(WHOLE.replace("pips@2026-11-22.1", "pips@2026-11-22"))
    assert caught.value.differences == (
        "rows is 37e6c600e80b22f1 in this install, and cbecf2277682efcb in the pin",
        "figures is 053c56c60ce45cae in this install, and 870083228f65fda0 in the pin",
    )
    pin = cd.load("pips").figures.pinned()
    with pytest.raises(PinError) as caught:
        cd.verify(attrs.evolve(pin, digests=(("count", "7"), ("digest", "0" * 16))))
    count, head = pin.digests
    assert caught.value.differences == (
        f"count is {count[1]} in this install, and 7 in the pin",
        f"digest is {head[1]} in this install, and {'0' * 16} in the pin",
    )


def test_a_pin_made_by_hand_is_held_to_the_same() -> None:
    """A pin without its digests, or with a mode that there is not, verifies nothing."""
    pin = cd.load("pips").pinned()

    for digests in ((), pin.digests[:1], (("count", "1"), ("digest", "0" * 16))):
        with pytest.raises(PinError, match="and None in the pin"):
            cd.verify(attrs.evolve(pin, digests=digests))
    known = cd.load("pips", as_of="2024-11-09").pinned()
    with pytest.raises(PinError, match="neither exclude nor assume"):
        cd.verify(attrs.evolve(known, selection=attrs.evolve(known.selection, undated="Exclude")))


@given(st.data())
@settings(max_examples=settings().max_examples * 3 // 5)
def test_no_other_digit_verifies(data: st.DataObject) -> None:
    """A pin with any one character of its digests or its count changed is refused."""
    pin = data.draw(st.sampled_from(pins()))
    told = re.search(r"(?:rows|count)=(\w+) \w+=(\w+)$", pin)
    assert told
    place = data.draw(st.sampled_from([*range(*told.span(1)), *range(*told.span(2))]))
    other = data.draw(st.sampled_from("0123456789abcdefg").filter(lambda digit: digit != pin[place]))

    with pytest.raises(PinError):
        cd.verify(f"{pin[:place]}{other}{pin[place + 1 :]}")


ALPHABET = st.sampled_from("abcdefPK0123456789-_./:%?&;=() \n+~é") | st.characters(codec="utf-8")


@given(st.data())
@settings(max_examples=settings().max_examples * 4 // 5)
def test_an_edited_pin_is_refused_or_means_the_same(data: st.DataObject) -> None:
    """Whatever is inserted, deleted or put in another place: a PinError, or the very rows that were pinned."""
    pin = data.draw(st.sampled_from(pins()))
    text = pin
    for _ in range(data.draw(st.integers(1, 3))):
        a, b = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
        b = min(b, a + 8)
        text = data.draw(
            st.sampled_from([text[:a] + text[b:], text[:a] + text[a:b] * 2 + text[b:], text[:a], text[b:]])
            | ALPHABET.map(lambda letter: text[:a] + letter + text[a:])  # noqa: B023
            | ALPHABET.map(lambda letter: text[:a] + letter + text[a + 1 :])  # noqa: B023
        )
    try:
        found = cd.verify(text)
    except PinError:
        return
    meant = cd.verify(pin)
    assert found.pinned().digests == meant.pinned().digests
    if isinstance(found, Table) and isinstance(meant, Table):
        assert same(found, meant)
    else:
        assert found is meant


# Reading and writing

WORDS = st.text(st.characters(codec="utf-8"), max_size=12) | st.text("ab%&;=?+() /:'\"`\\", max_size=12)
NAMES = st.from_regex(r"[a-z_]{1,10}", fullmatch=True).filter(lambda name: name != "sources")


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    """Selections of every form, with values of any letters."""
    day = draw(st.none() | st.dates(date(1900, 1, 1), date(2099, 12, 31)))
    one = Selection(
        dataset=draw(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)),
        release=draw(st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[1-9])?", fullmatch=True)),
        as_of=day,
        undated=draw(st.sampled_from(["exclude", "assume"])) if day else "exclude",
    )
    if draw(st.booleans()):
        one = one.of(draw(NAMES), draw(st.dictionaries(NAMES, WORDS, max_size=3)))
        for told in draw(st.lists(st.dictionaries(NAMES, st.lists(WORDS, max_size=3), max_size=3), max_size=3)):
            one = one.filtered(told)
    return one


@given(selections(), st.from_regex(r"[0-9a-f]{16}", fullmatch=True), st.integers(0, 10**6))
def test_what_is_written_is_read_again(one: Selection, head: str, count: int) -> None:
    """Any selection, whatever its values hold, is read from its pin as it was written; so it is found in a text."""
    digests = (("count", str(count)), ("digest", head)) if one.table else (("rows", head), ("figures", head[::-1]))
    pin = Pin(selection=one, digests=digests)

    assert Pin.of(str(pin)) == pin
    assert "\n" not in str(pin)
    assert list(pins_in(f"See {pin}, as printed.")) == [str(pin)]
    assert pickle.loads(pickle.dumps(pin)) == pin  # noqa: S301


@given(st.dictionaries(NAMES, st.lists(WORDS, max_size=4), max_size=4), st.randoms())
def test_order_is_not_in_a_selection(told: dict[str, list[str]], random: Any) -> None:
    """Conditions and values in another order, and values told twice, are the same selection."""
    one = Selection(dataset="picss", release="2026-11-22").of("figures")
    names = list(told)
    random.shuffle(names)
    other = {name: [*reversed(told[name]), *told[name]] for name in names}

    assert one.filtered(told) == one.filtered(other)
    assert str(one.filtered(told)) == str(one.filtered(other))


# Pins in texts

SOME = (
    WHOLE,
    "conflictdata/pips@2026-11-22;as_of=2025-11-05;undated=assume rows=37e6c600e80b22f1 figures=870083228f65fda0",
    "conflictdata/pips@2026-11-22.1 figures?area=PK&area=PK-BA;within=2024-01/2024-09 count=12 digest=870083228f65fda0",
    "conflictdata/pips@2026-11-22.1 figures?area count=0 digest=e3b0c44298fc1c14",
    "conflictdata/pips@2026-11-22.1 series(area=PK&group=total&scope=all)?gap=true count=1 digest=870083228f65fda0",
)


ENDS = (*".,;:)]}>\"'`|\\!?*_-…”»“/&", "\\n", "</code>", "\n", "", " and", " n=5", ").", "`,")


@pytest.mark.parametrize("end", ENDS)
def test_what_stands_around_a_pin_is_no_part_of_it(end: str) -> None:
    """A pin is found as it is, whatever sign or word stands before or behind it."""
    for start in ("", "(", '"', "`", "\\n", "| ", "> ", "see:", "<code>"):
        for pin in SOME:
            assert list(pins_in(f"{start}{pin}{end}")) == [pin]
            assert list(pins_in(f"{start}{pin}{end} {start}{pin}{end}")) == [pin, pin]


@pytest.mark.parametrize(
    "text",
    [
        "The counts are those of {0} (see {1}), and the figure shows {2}.",
        "\\begin{{verbatim}}\n{0}\n  {1}\n\\end{{verbatim}}\n\\verb|{2}|",
        "Pins: `{0}`, `{1}`\n\n```text\n{2}\n```\n",
        "<p><code>{0}</code> <code>{1}</code></p><pre>{2}</pre>",
        "# {0}\n# {1}\nverify('{2}')  # checked",
        "{0}, {1}, {2}",
        "{0} {1} {2}",
        "{0}\n{1}\n{2}",
    ],
)
def test_pins_are_found_in_texts(text: str) -> None:
    """In prose, LaTeX, Markdown, HTML, programs, in a line or one a line: each pin is found, in order."""
    assert list(pins_in(text.format(*SOME[:3]))) == list(SOME[:3])


def test_pins_are_found_in_notebooks() -> None:
    """In the strings of JSON, with the escapes that it writes."""
    cells = [{"source": [f"verify('{SOME[0]}')\n", f"# {SOME[2]}\n"], "text": "\n".join(SOME)}]

    for indent in (None, 1):
        assert list(pins_in(json.dumps({"cells": cells}, indent=indent))) == [SOME[0], SOME[2], *SOME]


def test_a_pin_that_a_text_breaks_is_put_together() -> None:
    """An editor breaks lines between the parts of a pin; it is found as one line, with one space between."""
    for pin in SOME:
        assert list(pins_in(f"as in {pin.replace(' ', chr(10) + '    ')} there")) == [pin]
        assert list(pins_in(pin.replace(" ", "\xa0"))) == [pin]


@pytest.mark.parametrize(
    "broken",
    [
        "conflictdata/pips@2026-11-22.1",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb figures=",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb figures=87008322",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb figures=870083228f65fdag",
        "conflictdata/pips@2026-11-22.1 rows=CBECF2277682EFCB figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 figures=870083228f65fda0",
        "conflictdata/pips@latest rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@next rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@ rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1;as_of=today rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 figures?area=PK",
        "conflictdata/pips@2026-11-22.1 figures?area=PK count=12",
        "conflictdata/pips@2026-11-22.1 figures?area=PK digest=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 numbers?area=PK count=12 digest=870083228f65fda0",
        "conflictdata/acled@2026-11-22.1 rows=cbecf2277682efcb figures=870083228f65fda0",
    ],
)
def test_a_broken_pin_is_not_passed_over(broken: str) -> None:
    """What begins as a pin is found, whole or not, and what is wrong with it is said; the pin beside it is found too."""
    found = list(pins_in(f"Of ({WHOLE}), {broken} and {SOME[2]}."))

    assert found == [WHOLE, broken, SOME[2]]
    with pytest.raises(PinError):
        cd.verify(broken)


@pytest.mark.parametrize("text", ["", "conflictdata", "conflictdata/pips", "conflictdata/<dataset>@<release>", "x@y rows=1"])
def test_what_does_not_begin_as_a_pin_is_none(text: str) -> None:
    """The name of the package, or a form to fill in, is not taken for one."""
    assert list(pins_in(text)) == []


def test_long_texts_are_searched_at_once() -> None:
    """The time to search a text grows by its length: a head before many words is soon seen to be no more."""
    began = time.perf_counter()
    words = " ".join(["conflictdata/picss@2026-11-22", *["abcdefgh"] * 200_000, "a" * 200_000, " " * 200_000])

    assert list(pins_in(words)) == ["conflictdata/picss@2026-11-22"]
    assert len(list(pins_in("conflictdata/picss@2026-11-22 figures? " * 2000))) == 2000
    assert time.perf_counter() - began < 5


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


def test_a_pin_holds_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Pins that one program prints verify in another that has opened nothing yet; so does a pin that was pickled."""
    (tmp_path / "pins.pickle").write_bytes(pickle.dumps([*pins(), cd.load("cmc").figures.pinned()]))
    program = (
        "import pickle, conflictdata as cd\n"
        "for pin in pickle.load(open('pins.pickle', 'rb')): print(cd.verify(pin).pin() == str(pin))\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True)

    assert done.stdout.split() == ["True"] * 8


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


@pytest.mark.parametrize("escape", [r"\&", "&amp;"], ids=["latex", "html"])
def test_a_pin_holds_as_latex_and_html_write_it(escape: str) -> None:
    """A paper or a page escapes what a pin is made of; what is found is the pin itself."""
    (pin,) = pins_in(rf"\texttt{{{SOME[2].replace('&', escape).replace('_', chr(92) + '_')}}}.")

    assert pin == SOME[2]
    assert "&" in pin
