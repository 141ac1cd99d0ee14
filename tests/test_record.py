"""The record itself: what it holds, and what must come out of it."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

import conflictdata as cd
from conflictdata import Caveat, Figure, Mark, Status
from conflictdata.names import AreaCode, DatasetName, GroupCode, MeasureCode, ScopeCode
from conflictdata.resolve import Cell, resolve
from datasets.tools.format import format_record
from datasets.tools.history import DatasetRecord

# Rows of the first release: those taken in, less those that stood twice under two ids: 6 statements and 20 claims.
FIRST = "2026-11-22"
SIZES: dict[DatasetName, dict[str, int]] = {
    "cmc": {"sources": 30, "statements": 300, "claims": 26, "breaks": 0},
    "crss": {"sources": 80, "statements": 629, "claims": 227, "breaks": 1},
    "picss": {"sources": 327, "statements": 5199 - 6, "claims": 1093 - 20, "breaks": 1},
    "pips": {"sources": 96, "statements": 1691, "claims": 122, "breaks": 1},
}


def figure(
    dataset: DatasetName,
    period: str,
    measure: MeasureCode,
    group: GroupCode = "total",
    scope: ScopeCode = "all",
    area: AreaCode = "PK",
) -> Figure:
    """Give one figure."""
    (found,) = cd.load(dataset).figures.filter(period=period, area=area, scope=scope, measure=measure, group=group)
    return found


def test_the_record_is_valid_and_canonical(root: Path, recorded: Mapping[str, DatasetRecord]) -> None:
    """Every file reads without a fault and stands in canonical form."""
    assert set(recorded) == set(SIZES)
    assert format_record(root, check=True) == []


@pytest.mark.parametrize("name", SIZES)
def test_the_bundle_holds_the_record(recorded: Mapping[str, DatasetRecord], name: DatasetName) -> None:
    """What is installed is what the files say: every row, record by record."""
    written = recorded[name]
    opened = cd.load(name)
    first = cd.load(name, release=FIRST)

    assert {table: len(getattr(first, table)) for table in SIZES[name]} == SIZES[name]
    assert opened.release == written.releases[-1].label
    edition = written.at(opened.release)
    assert list(opened.sources) == list(edition.sources)
    assert list(opened.statements) == list(edition.statements)
    assert list(opened.recorded("claims")) == list(edition.claims)
    assert list(opened.breaks) == list(edition.breaks)
    assert list(opened.discrepancies) == list(edition.discrepancies)
    assert list(opened.figures) == resolve(edition.statements)


def test_every_cell_has_a_figure_or_is_known_in_part_only() -> None:
    """No statement is lost on the way to the figures."""
    for name in SIZES:
        opened = cd.load(name)
        resolved = {Cell.of(f) for f in opened.figures}
        whole = {Cell.of(s) for s in opened.statements if not s.subset}
        assert resolved == whole


@pytest.mark.parametrize(
    ("measure", "group", "scope", "area", "value"),
    [
        ("killed", "total", "all", "PK", 458),
        ("killed", "militants", "all", "PK", 355),
        ("killed", "security_forces", "all", "PK", 72),
        ("killed", "civilians", "all", "PK", 30),
        ("killed", "peace_committee", "all", "PK", 1),
        ("injured", "total", "all", "PK", 162),
        ("incidents", "total", "militant_attacks", "PK", 89),
        ("killed", "militants", "security_operations", "PK-BA", 67),
    ],
)
def test_october_2025(measure: MeasureCode, group: GroupCode, scope: ScopeCode, area: AreaCode, value: int) -> None:
    """The month that the project began with."""
    assert figure("picss", "2025-10", measure, group, scope, area).value == value


def test_the_civilians_of_october_2025_are_disputed() -> None:
    """Two pages say 31 without saying that this includes the peace committee member."""
    civilians = figure("picss", "2025-10", "killed", "civilians")

    assert (civilians.value, civilians.status) == (30, Status.DISPUTED)
    assert {"express-fbbadb", "nationaltimes-f8b7dd"} == {page.id for page in civilians.others}


def test_the_opinion_piece_keeps_its_own_numbers() -> None:
    """458, 355, 72, 30 and 162; 67 in Balochistan; more than 200 in Khyber Pakhtunkhwa."""
    statements = cd.load("picss").statements.filter(source="dailytimespk-bab5c8", period="2025-10")
    said = {(str(s.area), str(s.measure), str(s.group)): (s.value, str(s.bound)) for s in statements}

    assert said["PK", "killed", "total"] == (458, "exact")
    assert said["PK", "killed", "militants"] == (355, "exact")
    assert said["PK", "killed", "security_forces"] == (72, "exact")
    assert said["PK", "killed", "civilians"] == (30, "exact")
    assert said["PK", "injured", "total"] == (162, "exact")
    assert said["PK-BA", "killed", "militants"] == (67, "exact")
    assert said["PK-KP", "killed", "militants"] == (200, "more_than")


def test_a_bound_stays_a_bound() -> None:
    """PICSS 2023: at least 645 attacks."""
    attacks = figure("picss", "2023", "incidents", scope="militant_attacks")

    assert (attacks.value, attacks.bound, attacks.high) == (645, "at_least", None)


def test_a_bound_can_be_disputed() -> None:
    """PICSS June 2025: at least 100 killed in militant attacks, and a page with 94."""
    killed = figure("picss", "2025-06", "killed", scope="militant_attacks")

    assert (killed.value, killed.bound, killed.status) == (100, "at_least", Status.DISPUTED)
    page = {
        s.value for s in cd.load("picss").statements.filter(source=killed.others, period="2025-06", scope="militant_attacks")
    }
    assert 94 in page


def test_a_page_that_contradicts_itself_leaves_no_value() -> None:
    """PICSS 2015: 45 and 988 injured militants on one page."""
    injured = figure("picss", "2015", "injured", "militants", "militant_attacks")

    assert (injured.value, injured.low, injured.high) == (None, 45, 988)
    assert Mark.TORN in injured.marks


def test_a_revision_is_marked_and_not_mixed_in() -> None:
    """PICSS January 2025: 185 militants killed in its own reports, 208 in a later one."""
    killed = figure("picss", "2025-01", "killed", "militants")

    assert (killed.value, killed.marks) == (185, (Mark.REVISED,))


def test_the_two_sets_of_2025_are_apart() -> None:
    """3,387 killed is a count to 28 December, 3,413 is the year's."""
    to_date = figure("picss", "2025-01-01/2025-12-28", "killed")
    year = figure("picss", "2025", "killed")

    assert (to_date.value, year.value) == (3387, 3413)
    assert (to_date.status, year.status) == (Status.REPEATED, Status.REPEATED)
    assert (
        not cd.load("picss")
        .statements.filter(within="2025", period_kind="days")
        .filter(period=["2025-01-01/2025-12-29", "2025-01-01/2025-12-30"])
    )


def test_inferred_spans_say_that_they_end_early() -> None:
    """A span of days that ends in a December carries the caveat of a count to date."""
    for name in SIZES:
        for s in cd.load(name).statements.filter(period_kind="days"):
            if s.period.start.month == 1 and s.period.end.month == 12:
                assert Caveat.TO_DATE in s.caveats, s.id


def test_few_figures_are_in_doubt() -> None:
    """Ties, torn and disputed figures stay few: a rise means that codes went wrong."""
    found = [f for name in SIZES for f in cd.load(name, release=FIRST).figures]
    marks = Counter(mark for f in found for mark in f.marks)
    disputed = sum(f.status is Status.DISPUTED for f in found)

    assert len(found) == 3982
    assert (disputed, marks[Mark.TORN], marks[Mark.TIE]) == (40, 7, 7)
