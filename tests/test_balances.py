"""The balances of the record: the known cases, both levels, what explains them, what is protected."""

from collections import Counter
from typing import Any

import attrs
import pytest

import conflictdata as cd
from conflictdata import Axis, Balance, Dataset, Reason, Verdict
from conflictdata.balances import FAILING, LEVELS, Unlisted
from conflictdata.checks import of_figures, of_sources, protected, records
from conflictdata.names import AxisCode, DatasetName, MeasureCode
from conflictdata.resolve import resolve
from conflictdata.structure import Structure

DATASETS: tuple[DatasetName, ...] = ("cmc", "crss", "picss", "pips")
FIRST = "2026-11-22"  # counts are those of this release, which later ones do not change


def on(dataset: DatasetName, axis: AxisCode, source: str | None = None, **cell: Any) -> list[Balance]:
    """Give the balances of a cell, on a page or of the figures."""
    opened = cd.load(dataset)
    table = opened.source_balances.filter(source=source) if source else opened.balances
    return list(table.filter(axis=axis, **cell))


def total(dataset: DatasetName, axis: AxisCode, source: str | None = None, **cell: Any) -> tuple[Any, ...]:
    """Give verdict and residual of the one balance of a cell."""
    (balance,) = on(dataset, axis, source, **cell)
    return str(balance.verdict), balance.residual_low, balance.residual_high


# The known cases.

OCTOBER = {"period": "2025-10", "area": "PK", "scope": "all", "group": "total"}


def test_the_opinion_piece_is_short_by_one() -> None:
    """458 and 355, 72, 30; another page gives the one that is missing, a member of a peace committee."""
    (balance,) = on("picss", "groups", "dailytimespk-bab5c8", **OCTOBER, measure="killed")

    assert (balance.verdict, balance.residual_low, balance.residual_high) == (Verdict.SHORT, 1, 1)
    assert balance.parts == ("militants", "security_forces", "civilians")
    assert balance.parts_stated == ("355", "72", "30")
    assert balance.reason is Reason.PART_NOT_REPORTED
    assert balance.shown_by
    (member,) = cd.load("picss").statements.filter(
        source=balance.shown_by, period="2025-10", area="PK", scope="all", measure="killed", group="peace_committee"
    )
    assert member.value == 1
    assert total("picss", "groups", **OCTOBER, measure="killed") == ("balanced", 0, 0)


@pytest.mark.parametrize("measure", ["killed", "injured"])
def test_the_wnam_page_balances(measure: MeasureCode) -> None:
    """In all, in militant attacks, in Balochistan; by groups, and all that is a part fits into its whole."""
    for area, scope in (("PK", "all"), ("PK", "militant_attacks"), ("PK-BA", "militant_attacks")):
        cell = {"period": "2025-10", "area": area, "scope": scope, "group": "total", "measure": measure}
        assert total("picss", "groups", "worldnewsam-cc25c7", **cell) == ("balanced", 0, 0)
    own = cd.load("picss").source_balances.filter(source="worldnewsam-cc25c7", measure=measure)
    assert {b.verdict for b in own} <= {Verdict.BALANCED, Verdict.PARTIAL}


def test_april_2025_is_short_by_22() -> None:
    """287 killed, of whom 265 are of a group."""
    cell = {**OCTOBER, "period": "2025-04", "measure": "killed"}
    assert total("picss", "groups", **cell) == ("short", 22, 22)


def test_june_2024_in_the_mainland_is_partial() -> None:
    """21 killed, 15 and 5 of two groups; militants are not given, so that one is unattributed."""
    cell = {
        "period": "2024-06",
        "area": "PK-KP-MAINLAND",
        "scope": "militant_attacks",
        "measure": "killed",
        "group": "total",
    }
    (balance,) = on("picss", "groups", **cell)

    assert (balance.verdict, balance.residual_low, balance.residual_high) == (Verdict.PARTIAL, 1, 1)
    assert balance.absent == ("militants",)
    assert balance.reason is None


def test_february_2023_is_over_by_three() -> None:
    """Pages with 59 killed and groups that sum to 62."""
    opened = cd.load("picss")
    found = opened.source_balances.filter(
        axis="groups", period="2023-02", area="PK", scope="militant_attacks", measure="killed", verdict="over"
    )
    assert {(b.stated, b.residual_low, b.residual_high) for b in found} == {("59", -3, -3)}
    assert {b.source.id for b in found if b.source} == {"pakistantoday-744755", "pakobserver-d953cb"}


def test_a_part_larger_than_its_whole_is_found() -> None:
    """CMC's drone strikes of 2010, PIPS's civilians of September 2024."""
    drones = {"period": "2010", "area": "PK", "scope": "drone_strikes", "measure": "incidents", "group": "total"}
    (cmc,) = on("cmc", "within", **drones, verdict="over")
    assert (cmc.stated, cmc.parts, cmc.parts_stated, cmc.residual_low) == ("132", ("PK-TA",), ("134",), -2)
    (pips,) = on("pips", "within", verdict="over")
    assert (str(pips.period), pips.measure, pips.group) == ("2024-09", "killed", "civilians")
    assert (pips.stated, pips.parts, pips.parts_stated) == ("16", ("PK-KP",), ("21",))


# What is explained.


@pytest.mark.parametrize("name", DATASETS)
def test_what_does_not_hold_is_listed_and_what_is_listed_does_not_hold(name: DatasetName) -> None:
    """Every balance short or over has its row with the very residual; no row is of another balance."""
    dataset = cd.load(name)
    held = Unlisted.of([*dataset.balances, *dataset.source_balances], dataset.discrepancies)

    assert held == Unlisted((), (), ())
    explained = [b for table in (dataset.balances, dataset.source_balances) for b in table.filter(verdict=FAILING)]
    assert len(explained) == len(dataset.discrepancies)
    assert all(b.reason and b.explanation for b in explained)
    assert not any(b.reason for t in (dataset.balances, dataset.source_balances) for b in t if b.verdict not in FAILING)


def test_every_explanation_names_its_page() -> None:
    """Only what is unexplained may have none; every reason has a case."""
    known = [d for name in DATASETS for d in cd.load(name).discrepancies]
    first = [d for name in DATASETS for d in cd.load(name, release=FIRST).discrepancies]

    assert all(d.shown_by or d.reason is Reason.UNEXPLAINED for d in known)
    assert {d.reason for d in known} == set(Reason)
    assert Counter(d.reason for d in first)[Reason.UNEXPLAINED] == 10
    assert all(d.explanation.endswith((".", ")")) and len(d.explanation) < 260 for d in known)


# The tables.


@pytest.mark.parametrize("name", DATASETS)
def test_each_balance_follows_from_its_own_columns(name: DatasetName) -> None:
    """Residuals and verdicts, computed here from what the row says was added."""
    dataset = cd.load(name)
    for balance in [*dataset.balances, *dataset.source_balances]:
        if balance.several or balance.axis is Axis.WITHIN:
            continue
        exact = all(state.replace(",", "").isdigit() for state in (balance.stated, *balance.parts_stated))
        if exact and balance.residual_low == balance.residual_high:
            added = sum(int(state.replace(",", "")) for state in balance.parts_stated)
            assert balance.residual_low == balance.low - added
            sign = (balance.residual_low > 0) - (balance.residual_low < 0)
            expected = {-1: "over", 0: "balanced", 1: "short"}[sign] if balance.complete or sign < 0 else "partial"
            assert balance.verdict == expected


def test_the_rows_stand_in_order() -> None:
    """By page, axis, span and cell."""
    cmc = cd.load("cmc")
    pages = {page.id: page for page in cmc.sources}
    structure, statements = Structure.declared(), list(cmc.statements)
    levels = (of_figures(cmc.figures, statements, structure), of_sources(statements, structure))
    for table in (records(counts, [], pages) for counts in levels):
        places = [(b.source.id if b.source else "", b.axis.rank, b.period, b.area.rank, b.scope.rank) for b in table]
        assert places == sorted(places)


def test_a_table_of_balances_says_what_it_is() -> None:
    """By its title."""
    assert repr(cd.load("cmc").source_balances).startswith("<source balances of cmc: ")


def test_the_keys_are_unique() -> None:
    """No balance stands twice."""
    for name in DATASETS:
        keys = [b.key for table in (cd.load(name).balances, cd.load(name).source_balances) for b in table]
        assert len(keys) == len(set(keys))


@pytest.mark.forkless
def test_balances_are_filtered_and_exported_like_every_table() -> None:
    """By axis, verdict, reason, page and cell; to pandas and polars."""
    picss = cd.load("picss")
    found = picss.source_balances.filter(verdict="short", reason=["part_not_reported"], period="2025-10")

    assert [b.source.id for b in found if b.source] == ["dailytimespk-bab5c8"]
    assert "short by 1, 458 against 355 militants + 72 security_forces + 30 civilians. part not reported: " in str(found[0])
    frame = found.to_pandas()
    assert (str(frame.dtypes["residual_low"]), frame["residual_low"][0]) == ("Int64", 1)
    assert found.to_polars()["parts"].to_list() == [["militants", "security_forces", "civilians"]]
    assert len(cd.load("picss", release=FIRST).discrepancies.filter(reason="unexplained")) == 9
    with pytest.raises(cd.UnknownNameError, match="unknown verdict 'wrong'; valid: balanced, partial, short, over, open"):
        picss.balances.filter(verdict="wrong")  # type: ignore[arg-type]
    with pytest.raises(cd.UnknownNameError, match="unknown column of figures of picss 'verdict'"):
        picss.figures.filter(verdict="short")


# How many there are.


@pytest.mark.parametrize("name", DATASETS)
def test_the_tally_counts_every_total(name: DatasetName) -> None:
    """Rows of the tables and totals without any part make up all totals of an axis, counted here from the cells."""
    dataset: Dataset = cd.load(name)
    cells = {"figures": [(f.area, f.scope, f.measure, f.group, f.period.kind, f) for f in dataset.figures]}
    seen = {(s.source.id, s.period, s.area, s.scope, s.measure, s.group) for s in dataset.statements if not s.subset}
    rows = {(row.level, row.axis): row for row in dataset.tally()}
    assert set(rows) == {(level, axis) for level in LEVELS for axis in Axis}

    grouped = [c for c in cells["figures"] if c[3] == "total" and c[2] in {"killed", "injured"}]
    clear = [c for c in grouped if c[0] != "PK-KP-UNCLEAR" and c[1] != "unclear"]
    assert rows["figures", Axis.GROUPS].totals == len(clear)
    on_pages = [c for c in seen if c[5] == "total" and c[4] in {"killed", "injured"}]
    assert rows["sources", Axis.GROUPS].totals == sum(c[2] != "PK-KP-UNCLEAR" and c[3] != "unclear" for c in on_pages)
    for (level, axis), row in rows.items():
        found = list((dataset.balances if level == "figures" else dataset.source_balances).filter(axis=axis))
        assert row.totals == len(found) + row.empty
        assert row.complete == sum(not b.absent for b in found)
        verdicts = Counter(b.verdict for b in found)
        told = {verdict: getattr(row, verdict) for verdict in Verdict if verdict is not Verdict.INVALID}
        assert told == {verdict: verdicts[verdict] for verdict in told}
        assert row.balanced + row.short <= row.complete
        assert row.unexplained == sum(b.reason is Reason.UNEXPLAINED for b in found)


@pytest.mark.parametrize(("name", "number"), [("cmc", 186), ("crss", 525), ("picss", 3478), ("pips", 1075)])
def test_how_many_statements_no_balance_protects(name: DatasetName, number: int) -> None:
    """The number is published; it may fall, and a rise is looked at."""
    assert len(cd.load(name, release=FIRST).unprotected()) == number


def test_a_slip_in_what_a_figure_protects_moves_the_figure() -> None:
    """Each statement that is protected through a figure alone decides that figure."""
    cmc = cd.load("cmc")
    statements = list(cmc.statements)
    pages = protected(of_sources(statements, Structure.declared()))
    both = protected(of_sources(statements, Structure.declared()), of_figures(cmc.figures, statements, Structure.declared()))
    figures_ = {cd.Cell.of(f): f for f in cmc.figures}
    for place, statement in enumerate(statements):
        if statement.id in both - pages:
            slipped = attrs.evolve(statement, value=statement.value + 1)
            moved = {cd.Cell.of(f): f for f in resolve([*statements[:place], slipped, *statements[place + 1 :]])}
            assert moved[cd.Cell.of(statement)].interval != figures_[cd.Cell.of(statement)].interval
