"""Events rolled up to figures: made-up rows in published layouts, against a plain loop over them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conflictdata as cd
from benchmarks.eventfiles import AREAS, acled, ged, plain
from conflictdata.names import LayoutName
from tests.shared.events import EVERY, FIGURE, KINDS, arrow_of, cells_of, event, faults, mapping_of, rolled, rows_of
from tests.shared.tiers import cases

OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "month": st.sampled_from(["start", "end"]),
    "crossing": st.sampled_from(["open", "whole"]),
    "sides": st.sampled_from(["open", "stated"]),
    "unattributed": st.sampled_from([None, "unknown"]),
    "longest": st.sampled_from([2, 12]),
    "areas": st.sampled_from([{}, AREAS]),
}


@settings(max_examples=settings().max_examples * 2 // 5)
@given(st.integers(0, 12), st.integers(0, 2**32), st.fixed_dictionaries(OPTIONS))
def test_a_roll_up_is_what_a_plain_loop_gives(size: int, seed: int, options: dict[str, Any]) -> None:
    """By every choice that a mapping has, with whatever is wrong with the events."""
    rows, mapping = ged(size, seed), mapping_of(**options)
    table = pa.Table.from_pylist(rows, schema=pa.Table.from_pylist(ged(200, 0)).schema)

    assert cells_of(cd.rollup(table, mapping)) == plain(rows, mapping)


@settings(max_examples=settings().max_examples * 3 // 20)
@given(st.integers(1, 12), st.integers(0, 2**32), st.sampled_from(["exact", "at_least"]), st.booleans())
def test_events_of_one_day_are_what_a_plain_loop_gives(size: int, seed: int, bound: str, typed: bool) -> None:  # noqa: FBT001
    """With days that may be off by some, as text or as days, and numbers without a range."""
    rows, mapping = acled(size, seed), mapping_of("acled", bound=bound)
    if typed:
        rows = [{**row, "event_date": date.fromisoformat(row["event_date"])} for row in rows]

    assert cells_of(cd.rollup(pa.Table.from_pylist(rows), mapping)) == plain(rows, mapping)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", cases(["ucdp_ged", "acled"], fast={"ucdp_ged"}))
def test_every_kind_of_frame_gives_the_same(kind: str, layout: LayoutName) -> None:
    """The same kind back, lazy where it was, with the same columns and numbers."""
    rows: list[dict[str, Any]] = ged(1_500, 7) if layout == "ucdp_ged" else acled(1_500, 7)
    given_as, make = KINDS[kind]
    mapping = mapping_of(layout)
    found = cd.rollup(make(pa.Table.from_pylist(rows)), mapping)

    assert type(found) is given_as
    schema = arrow_of(found).schema
    assert tuple(schema.names) == FIGURE
    assert [str(schema.field(column).type) for column in ("value", "low", "high")] == ["int64"] * 3
    assert cells_of(found) == plain(rows, mapping)


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_of_frame_has_the_same_faults(kind: str) -> None:
    """One row an event and a fault, whatever the engine."""
    rows = ged(600, 3)
    given_as, make = KINDS[kind]
    found = cd.rollup_faults(make(pa.Table.from_pylist(rows)), mapping_of())

    assert type(found) is given_as
    told = sorted((row["event"], row["reason"], row["found"] or "") for row in rows_of(found))
    assert told == faults(*rows)
    assert len({reason for _, reason, _ in told}) == 28
    assert not faults(*ged(600, 3, faults=False))


def test_no_event_is_lost() -> None:
    """All incidents in whatever area and month are all events, unusable ones too."""
    rows = ged(2_000, 11)
    found = cells_of(cd.rollup(pa.Table.from_pylist(rows), mapping_of()))
    whole = [told for cell, told in found.items() if cell[1] in {None, "AR", "BO"} and cell[2:4] == ("all", "incidents")]

    assert sum(value for value, _, _ in whole) == 2_000


def test_values_lie_within_and_regions_sum_to_their_country() -> None:
    """Of the good events: low, value and high are in order in every cell, and all three of them add up by area."""
    found = cells_of(cd.rollup(pa.Table.from_pylist(ged(2_000, 5, faults=False)), mapping_of()))
    assert all(low <= value <= high for value, low, high in found.values())
    for cell, told in found.items():
        if cell[1] == "AR":
            parts = [found.get((cell[0], area, *cell[2:]), (0, 0, 0)) for area in ("AR-N", "AR-S")]
            assert told == tuple(map(sum, zip(*parts, strict=True))), cell


def test_deaths_of_unknown_status_are_in_the_total_alone() -> None:
    """The groups then fall short of it, or a group of its own has them, where the mapping names one."""
    assert rolled(event()) == {
        ("2025-10", "incidents", "total"): (1, 1, 1),
        ("2025-10", "killed", "total"): (5, 5, 5),
        ("2025-10", "killed", "security_forces"): (2, 2, 2),
        ("2025-10", "killed", "militants"): (2, 2, 2),
        ("2025-10", "killed", "civilians"): (0, 0, 0),
    }
    assert rolled(event(), unattributed="unknown")["2025-10", "killed", "unknown"] == (1, 1, 1)


def test_the_balance_takes_figures_as_they_are() -> None:
    """Unknown status is short; a group for it balances; regions with their unmapped places add up to the country."""
    groups: dict[str, Any] = {"axis": "groups", "column": "group", "whole": "total"}
    groups |= {"required": ["security_forces", "militants", "civilians"], "optional": ["unknown"]}
    areas = {"axis": "areas", "column": "area", "whole": "AR", "required": ["AR-N", "AR-S"], "optional": ["unmapped"]}
    structure = cd.Structure.of({"sum": [groups, areas], "subsets": False})
    rows = [event(), event(id=2, adm_1="South"), event(id=3, adm_1="Nowhere", deaths_unknown=0, best=4, low=4, high=4)]

    def verdicts(**changes: Any) -> set[tuple[str, str, int]]:
        table = cd.rollup(pa.Table.from_pylist(rows), mapping_of(**changes))
        told = cd.balance(table, structure).to_pylist()
        return {
            (row["axis"], row["verdict"], row["residual_low"])
            for row in told
            if row["area"] == "AR" and row["group"] == "total" and row["measure"] == "killed" and row["scope"] == "all"
        }

    assert verdicts() == {("groups", "short", 2), ("areas", "balanced", 0)}
    assert verdicts(unattributed="unknown") == {("groups", "balanced", 0), ("areas", "balanced", 0)}


def test_a_group_is_exact_only_where_the_file_leaves_no_range() -> None:
    """A part has a best estimate alone: with a range of the total it may be anything up to the highest number."""
    found = rolled(event(low=3, high=9))
    assert found["2025-10", "killed", "total"] == (5, 3, 9)
    assert found["2025-10", "killed", "security_forces"] == (2, 0, 9)
    assert found["2025-10", "killed", "civilians"] == (0, 0, 9)
    assert rolled(event(low=3, high=9), sides="stated")["2025-10", "killed", "security_forces"] == (2, 2, 2)


def test_a_group_that_took_no_part_has_none() -> None:
    """The file names who fought: a group that is not among them has 0, not anything."""
    found = rolled(event(side_a="River Front", low=3, high=9))
    assert found["2025-10", "killed", "security_forces"] == (0, 0, 0)
    assert found["2025-10", "killed", "militants"] == (4, 0, 9)


def test_an_event_that_crosses_months_may_be_in_each() -> None:
    """`low` leaves it out and `high` has it; its value is in the month of the mapping's choice, and there once."""
    long = event(date_start="2025-09-30", date_end="2025-11-01", low=4, high=9)
    end, start = rolled(long), rolled(long, month="start")
    total = ("killed", "total")
    assert [end[month, *total] for month in ("2025-09", "2025-10", "2025-11")] == [(0, 0, 9), (0, 0, 9), (5, 0, 9)]
    assert [start[month, *total] for month in ("2025-09", "2025-10", "2025-11")] == [(5, 0, 9), (0, 0, 9), (0, 0, 9)]
    assert end["2025-10", "incidents", "total"] == (0, 0, 1)

    whole = rolled(long, crossing="whole")
    assert {cell[0] for cell in whole} == {"2025-11"}
    assert whole["2025-11", *total] == (5, 4, 9)


@given(st.dates(date(1999, 12, 1), date(2001, 3, 1)), st.sampled_from([1, 2, 3]))
@settings(max_examples=settings().max_examples * 2 // 5)
def test_a_day_that_may_be_off_may_be_in_the_next_month(day: date, precision: int) -> None:
    """Days within six of a month's end are in two months if the week alone is known, and in one otherwise."""
    row = {**acled(1, 0)[0], "country": "Borland", "event_date": str(day), "time_precision": precision, "fatalities": 3}
    found = cells_of(cd.rollup(pa.Table.from_pylist([row]), mapping_of("acled", kinds=[])))
    days = {date.fromordinal(day.toordinal() + off) for off in (range(-6, 7) if precision == 2 else (0,))}

    assert {cell[0] for cell in found} == {f"{one:%Y-%m}" for one in days}
    sure = len({one.month for one in days}) == 1
    assert found[f"{day:%Y-%m}", "BO", "all", "killed", "total"] == (3, 3 if sure else 0, 3)


def test_events_without_a_day_or_a_country_have_a_null_there() -> None:
    """The balance calls those rows what they are, and takes no other for wrong."""
    rows = [event(), event(id=2, date_end="soon"), event(id=3, country="Corland")]
    table = cd.rollup(pa.Table.from_pylist(rows), mapping_of(areas={}, kinds=[]))
    assert {(row["period"], row["area"]) for row in table.to_pylist()} == {
        ("2025-10", "AR"),
        (None, "AR"),
        ("2025-10", None),
    }
    structure = cd.Structure.of(
        {
            "sum": [{"axis": "groups", "column": "group", "whole": "total", "required": ["militants"]}],
            "codes": {"group": ["security_forces", "civilians"], "period": ["2025-10"], "area": ["AR"]},
        }
    )
    told = cd.balance(table, structure).to_pylist()
    assert {row["reason"] for row in told if row["verdict"] == "invalid"} == {"period is missing", "area is missing"}
    assert {row["verdict"] for row in told if row["axis"] == "groups"} == {"short"}


@pytest.mark.parametrize("text", [str, lambda value: f"{value}.0", lambda value: f" {value} "])
def test_counts_may_be_text(text: Callable[[int], str]) -> None:
    """As in a file that was read without types; what is no whole number is a fault."""
    counts = ("best", "low", "high", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    row = {**event(), **{column: text(event()[column]) for column in counts}}
    assert rolled(row) == rolled(event())
    for wrong, reason in (("1.5", "is not a whole number"), ("five", "is not a whole number"), ("", "is missing")):
        assert ("1", f"low {reason}", "") in faults({**row, "low": wrong})
    assert ("1", "low is negative", "") in faults({**row, "low": "-" + "9" * 30})
    assert ("1", "high is too large", "") in faults({**row, "high": "9" * 30})


def test_counts_may_be_floats() -> None:
    """As pandas makes them of a column with a null."""
    frame = pd.DataFrame([event(best=5.0), event(id=2, best=float("nan")), event(id=3, best=4.5), event(id=4, best=1e300)])
    told = rows_of(cd.rollup_faults(frame, mapping_of()))
    assert sorted((row["event"], row["reason"]) for row in told) == [
        ("2", "best is missing"),
        ("3", "best is not a whole number"),
        ("4", "best is too large"),
    ]


def test_days_may_be_words() -> None:
    """3 October 2025, in the export that writes them so."""
    row = {**acled(1, 0)[0], "event_date": "3 October 2025", "country": "Borland", "time_precision": 1}
    found = cd.rollup(pa.Table.from_pylist([row]), mapping_of("acled", dates="words", kinds=[]))
    assert {cell[0] for cell in cells_of(found)} == {"2025-10"}
    for wrong in ("31 September 2025", "2025-10-03", "3 Oct 2025"):
        told = rows_of(
            cd.rollup_faults(pa.Table.from_pylist([{**row, "event_date": wrong}]), mapping_of("acled", dates="words"))
        )
        assert "event_date is not a day" in {one["reason"] for one in told}


def test_numbers_and_words_of_actors_are_the_same_kinds() -> None:
    """Both exports of ACLED give the same figures; the older one has no column of civilian targeting."""
    words = [{**row, "civilian_targeting": ""} for row in acled(300, 4)]
    numbers = {"": 0, "State forces": 1, "Rebel group": 2, "Political militia": 3, "Rioters": 5, "Civilians": 7}
    older = [{**row, "inter1": numbers[row["inter1"]], "inter2": numbers[row["inter2"]]} for row in words]
    for row in older:
        del row["civilian_targeting"]
    found = cd.rollup(pa.Table.from_pylist(older), mapping_of("acled_numeric"))
    assert cells_of(found) == cells_of(cd.rollup(pa.Table.from_pylist(words), mapping_of("acled")))
    assert not rows_of(cd.rollup_faults(pa.Table.from_pylist(older), mapping_of("acled_numeric")))


@pytest.mark.parametrize("kind", EVERY)
def test_reported_figures_stand_beside_events(kind: str) -> None:
    """Only months that both have, with the difference of the intervals, and in what the counts differ."""
    places = {"countries": {"Arland": "PK"}, "areas": {}}
    mapping = cd.EventMapping.ready("ucdp_ged", **places)
    figures = cd.load("picss", release="2026-11-22").figures
    october = next(iter(figures.filter(period="2025-10", area="PK", scope="all", measure="killed", group="total")))
    assert (october.value, october.bound) == (458, "exact")
    rows = [event(best=300, low=200, high=458, deaths_a=150, deaths_b=150, deaths_unknown=0)]
    rows += [
        event(id=2, date_start="2025-08-01", date_end="2025-08-02"),
        event(id=3, date_start="1901-01-01", date_end="1901-01-01"),
    ]
    table = cd.rollup(KINDS[kind][1](pa.Table.from_pylist(rows)), mapping)
    scopes = {"picss": "all", "ucdp_ged": "all"}
    picss = cd.load("picss", release="2026-11-22")
    found = cd.compare(picss, events=table, mapping=mapping, measure="killed", group="total", scope=scopes)

    (row,) = found.table.filter(period="2025-10")
    assert (row.value, row.other_value, row.other_low, row.other_high) == (458, 300, 200, 458)
    assert (row.difference_low, row.difference_high, row.overlap) == (-258, 0, True)
    assert str(row) == "2025-10: picss 458; ucdp_ged 300, 200 to 458; overlap"
    (august,) = found.table.filter(period="2025-08")
    assert (august.other_value, august.overlap) == (5, False)
    assert found.alone[1] == 1
    assert found.alone[0] + 2 == len(
        figures.filter(area="PK", scope="all", measure="killed", group="total", period_kind="month")
    )
    reasons = mapping.differences("killed", "total", "all")
    assert any("25 deaths" in reason for reason in reasons)
    assert row.definitions == " ".join(reasons)
    assert found.definitions[2:] == reasons
    assert str(found).splitlines()[0] == "killed, total, Pakistan: picss beside ucdp_ged"
    assert "2 common months: 1 overlap, 1 are disjoint; picss alone " in str(found)


def test_figures_and_events_are_never_said_to_be_the_same() -> None:
    """A mapping that declares no difference says that nothing is declared."""
    mapping = mapping_of(countries={"Arland": "PK"}, areas={}, differs=[], counts={})
    table = cd.rollup(pa.Table.from_pylist([event()]), mapping)
    found = cd.compare("picss", events=table, mapping=mapping, measure="killed", group="militants", scope="all")
    assert found.definitions[1:] == ("Nothing declares in what the two counts differ, and nothing that they are the same.",)
    assert {row.definitions for row in found.table} == {found.definitions[1]}


def test_lazy_frames_are_not_run() -> None:
    """A source that counts how often it is read is not read until the result is."""
    read = []

    def reading(frame: pl.DataFrame) -> pl.DataFrame:
        read.append(1)
        return frame

    frame = pl.DataFrame(ged(50, 1))
    source = frame.lazy().map_batches(reading, schema=dict(frame.schema), projection_pushdown=False)
    found = cd.rollup(source, mapping_of())
    assert not read
    assert len(found.collect()) > 0
    assert read


@pytest.mark.forkless
def test_a_relation_of_a_connection_of_its_own_is_rolled_up() -> None:
    """Nothing of it is read through the connection that all share."""
    connection = duckdb.connect()
    mapping = cd.EventMapping.of(
        {"dataset": "mine", "id": "id", "start": "day", "month": "start", "country": "country", "killed": "dead"}
        | {"countries": {"Arland": "AR"}}
    )
    events = {"id": [1, 2], "day": ["2025-10-03", "2025-10-32"], "country": ["Arland"] * 2, "dead": [4, 1]}
    relation = connection.from_arrow(pa.table(events))
    rolled = cd.rollup(relation, mapping).filter("measure = 'killed'").order("period nulls last")
    assert rolled.project("period, value").fetchall() == [("2025-10", 4), (None, 1)]
    assert cd.rollup_faults(relation, mapping).fetchall() == [("2", "day is not a day", None)]
