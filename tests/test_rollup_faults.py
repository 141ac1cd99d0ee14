"""Events that cannot be rolled up as they stand: what is wrong is located, and what cannot be asked is refused."""

from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import conflictdata as cd
from benchmarks.eventfiles import plain
from tests.shared.events import EVERY, KINDS, cells_of, event, faults, mapping_of, rolled


@pytest.mark.parametrize(
    ("changes", "reason", "found"),
    [
        ({"best": None}, "best is missing", ""),
        ({"low": -1}, "low is negative", ""),
        ({"high": 10**15 + 1}, "high is too large", ""),
        ({"low": 1, "high": 4}, "best lies outside low and high", ""),
        ({"high": 4}, "high lies below low", ""),
        ({"deaths_a": 6}, "deaths_a is larger than high", ""),
        ({"adm_1": "Northern"}, "unknown adm_1", "Northern"),
        ({"adm_1": None}, "adm_1 is missing", ""),
        ({"country": "Corland"}, "unknown country", "Corland"),
        ({"date_end": "2025-10-02"}, "date_end lies before date_start", ""),
        ({"date_end": "2026-10-01"}, "date_start and date_end are more than 12 months", ""),
        ({"date_start": "2025-02-29"}, "date_start is not a day", ""),
        ({"side_b": ""}, "side_b is missing", ""),
        ({"type_of_violence": 9}, "unknown type_of_violence", "9"),
    ],
)
def test_what_is_wrong_is_said_once_and_located(changes: dict[str, Any], reason: str, found: str) -> None:
    """By the event's name, in one of few texts, with the name that is not known; `strict` raises it."""
    bad, good = event(id=41, **changes), event(id=42)
    assert faults(bad, good) == [("41", reason, found)]
    with pytest.raises(cd.RecordError) as raised:
        cd.rollup(pl.DataFrame([bad, good]).lazy(), mapping_of(), strict=True)
    assert [(fault.column, fault.problem) for fault in raised.value.faults] == [
        ("41", f"{reason} {found!r}" if found else reason)
    ]


@pytest.mark.gate
@pytest.mark.parametrize("kind", EVERY)
def test_strict_raises_all_faults_on_every_kind_of_frame(kind: str) -> None:
    """In the order of the events' names, with what is not known where that is what is wrong; good events pass."""
    make = KINDS[kind][1]
    bad = [event(id=1, best=None), event(id=2, adm_1="East", low=-1), event(id=3)]
    with pytest.raises(cd.RecordError) as raised:
        cd.rollup(make(pa.Table.from_pylist(bad)), mapping_of(), strict=True)
    assert str(raised.value).splitlines() == [
        "3 faults in the events",
        "  event: 1: best is missing",
        "  event: 2: low is negative",
        "  event: 2: unknown adm_1 'East'",
    ]
    assert cells_of(cd.rollup(make(pa.Table.from_pylist(bad[2:])), mapping_of(), strict=True)) == plain(
        bad[2:], mapping_of()
    )


def test_an_actor_that_no_pattern_fits_is_a_fault() -> None:
    """Its dead are in the total alone."""
    row = event(side_b="Hill Front")
    actors = {"Government of *": "security_forces", "River Front": "militants"}
    assert faults(row, actors=actors) == [("1", "unknown side_b", "Hill Front")]
    assert rolled(row, actors=actors)["2025-10", "killed", "militants"] == (0, 0, 0)


def test_an_event_that_stands_twice_is_counted_twice_and_said() -> None:
    """Which of the two is right is not ours to say."""
    assert faults(event(), event()) == [("1", "stands more than once", "")]
    assert rolled(event(), event())["2025-10", "killed", "total"] == (10, 10, 10)


def test_numbers_that_cannot_be_used_leave_the_cell_open() -> None:
    """No number and no upper limit; what is known of the others stays, and what a part states too."""
    found = rolled(event(), event(id=2, best=None))
    assert found["2025-10", "killed", "total"] == (None, 5, None)
    assert found["2025-10", "killed", "militants"] == (4, 2, None)
    assert found["2025-10", "incidents", "total"] == (2, 2, 2)


def test_what_cannot_stand_beside_figures_is_refused() -> None:
    """A code that the mapping does not have, figures that stand twice, a frame that is no roll-up."""
    mapping = mapping_of(countries={"Arland": "PK"}, areas={})
    table = cd.rollup(pa.Table.from_pylist([event()]), mapping)
    cell: dict[str, Any] = {"measure": "killed", "group": "total", "scope": "all"}
    for changes, problem in (
        ({"measure": "injured"}, "unknown measure of ucdp_ged 'injured'; valid: killed, incidents"),
        ({"measure": "incidents", "group": "militants"}, "unknown group of ucdp_ged 'militants'; valid: total"),
        ({"scope": {"picss": "all", "ucdp_ged": "border"}}, "unknown scope of ucdp_ged 'border'; valid: all, state_based"),
        ({"area": "PK-BA"}, "unknown area of ucdp_ged 'PK-BA'; valid: PK"),
    ):
        with pytest.raises(cd.UnknownNameError, match=problem):
            cd.compare("picss", events=table, mapping=mapping, **{**cell, **changes})
    with pytest.raises(cd.InvalidValueError, match="scope: names none for ucdp_ged"):
        cd.compare("picss", events=table, mapping=mapping, measure="killed", group="total", scope={"picss": "all"})
    with pytest.raises(cd.InvalidValueError, match="events: 2025-10 stands more than once"):
        cd.compare("picss", events=pa.concat_tables([table, table]), mapping=mapping, **cell)
    with pytest.raises(cd.MissingColumnsError, match="columns missing: high"):
        cd.compare("picss", events=table.drop_columns(["high"]), mapping=mapping, **cell)
    with pytest.raises(cd.InvalidValueError, match="events: list is no frame"):
        cd.compare("picss", events=[], mapping=mapping, **cell)


def test_what_is_no_frame_and_what_has_other_columns_is_refused() -> None:
    """With the names of the columns that are missing."""
    with pytest.raises(cd.InvalidValueError, match="events: list is no frame"):
        cd.rollup([event()], mapping_of())
    with pytest.raises(cd.MissingColumnsError, match="columns missing: adm_1, low; there: "):
        cd.rollup(pa.Table.from_pylist([event()]).drop_columns(["adm_1", "low"]), mapping_of())
    with pytest.raises(cd.InvalidValueError, match="best: holds Boolean, and neither numbers nor text"):
        cd.rollup(pa.Table.from_pylist([event(best=True)]), mapping_of())
    with pytest.raises(cd.InvalidValueError, match="date_start: holds Int64, and neither days nor text"):
        cd.rollup(pa.Table.from_pylist([event(date_start=20251003)]), mapping_of())
