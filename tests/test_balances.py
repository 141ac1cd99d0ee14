"""The balances of the record: the known cases, both levels, what explains them, what is protected."""

import itertools
from collections import Counter
from datetime import date
from typing import Any

import attrs
import pytest

import conflictdata as cd
from conflictdata import Axis, Balance, Dataset, Discrepancy, InvalidValueError, Reason, Source, Statement, Verdict
from conflictdata.balances import FAILING, LEVELS, Unlisted, difference, sum_of, verdict_of, why
from conflictdata.checks import Counts, of_figures, of_sources, protected, records, tally
from conflictdata.names import AxisCode, DatasetName, MeasureCode
from conflictdata.resolve import resolve
from conflictdata.structure import Structure

DATASETS: tuple[DatasetName, ...] = ("cmc", "crss", "picss", "pips")
FIRST = "2026-11-22"  # counts are those of this release, which later ones do not change
DAY = date(2025, 11, 1)
DATES: dict[str, Any] = {"published_from": DAY, "published_to": DAY, "accessed": date(2026, 11, 22)}
NUMBERS = itertools.count()
PAGES = {
    name: Source(
        dataset="picss", id=name, kind="secondary", outlet=name, url=f"https://example.org/{name}", language="en", **DATES
    )
    for name in ("a", "b")
}


def says(source: str, value: int, group: str = "total", bound: str = "exact", **changes: Any) -> Statement:
    """Let a page state a number of people killed in October 2025."""
    cell = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": group}
    name = f"s{next(NUMBERS):04}"
    fixed = {"dataset": "picss", "id": name, "source": PAGES[source], "report_period": "2025-10"}
    return Statement(**{**fixed, **cell, "value": value, "bound": bound, **changes})


def sources(*statements: Statement) -> Counts:
    """Gather what pages say."""
    return of_sources(statements, Structure.declared())


def figures(*statements: Statement) -> Counts:
    """Gather the figures that follow."""
    return of_figures(resolve(statements), statements, Structure.declared())


def check(counts: Counts, axis: str = "groups", *known: Discrepancy) -> list[Balance]:
    """Hold counts against each other along one axis."""
    return [balance for balance in records(counts, known, PAGES) if balance.axis == axis]


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


def known(**changes: Any) -> Discrepancy:
    """Explain a total that is short by one."""
    cell = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "total"}
    told = {"dataset": "picss", "id": "d01", "source": PAGES["a"], "axis": "groups", "residual_low": 1, "residual_high": 1}
    why_ = {"reason": "part_not_reported", "explanation": "It is not there.", "shown_by": PAGES["b"]}
    return Discrepancy(**{**cell, **told, **why_, **changes})


SHORT = (says("a", 11), says("a", 5, "militants"), says("a", 3, "security_forces"), says("a", 2, "civilians"))


def test_an_explanation_is_of_one_balance_and_one_residual() -> None:
    """Another page, another residual or the figures are not explained by it."""
    (explained,) = check(sources(*SHORT), "groups", known())
    assert (explained.reason, explained.explanation, explained.shown_by) == (
        Reason.PART_NOT_REPORTED,
        "It is not there.",
        PAGES["b"],
    )
    for other in (
        known(source=PAGES["b"]),
        known(residual_low=2, residual_high=2),
        known(residual_high=None),
        known(source=None),
    ):
        (plain,) = check(sources(*SHORT), "groups", other)
        assert (plain.reason, plain.explanation, plain.shown_by) == (None, None, None)
    (figure,) = check(figures(*SHORT), "groups", known())
    assert figure.reason is None
    (partial,) = check(sources(*SHORT[:3]), "groups", known(residual_low=3, residual_high=3))
    assert (partial.verdict, partial.absent, partial.reason) == (Verdict.PARTIAL, ("civilians",), None)


def test_what_is_unlisted_changed_or_stale_is_told_apart() -> None:
    """A balance without its row, a row of another number, a row of what holds."""
    (balance,) = check(sources(*SHORT))
    changed, stale = known(residual_low=2, residual_high=2), known(id="d02", period="2025-09")

    assert Unlisted.of([balance], []) == Unlisted((balance,), (), ())
    assert Unlisted.of([balance], [known()]) == Unlisted((), (), ())
    assert Unlisted.of([balance], [changed, stale]) == Unlisted((), ((balance, changed),), (stale,))
    (holds,) = check(sources(says("a", 10), *SHORT[1:]))
    assert Unlisted.of([holds], [known()]) == Unlisted((), (), (known(),))


def test_a_discrepancy_is_held_to_its_rules() -> None:
    """A part on the axis within and there alone; pages of its own dataset."""
    with pytest.raises(InvalidValueError, match=r"^part: a part is named on the axis within, and there alone$"):
        known(part="PK-KP")
    with pytest.raises(InvalidValueError, match="a part is named on the axis within"):
        known(axis="within")
    assert known(axis="within", part="PK-KP").key[-1] == "PK-KP"
    for field in ("source", "shown_by"):
        with pytest.raises(InvalidValueError, match=r"^source: 'a' is a page of 'pips', not of 'picss'$"):
            known(**{field: attrs.evolve(PAGES["a"], dataset="pips")})
    with pytest.raises(InvalidValueError, match=r"residual_low: 1\.5 is not a whole number"):
        known(residual_low=1.5)


# What takes part.


def test_pages_are_held_against_themselves_alone() -> None:
    """A total on one page and groups on another make no sum."""
    assert check(sources(SHORT[0], *(attrs.evolve(s, source=PAGES["b"]) for s in SHORT[1:]))) == []
    (figure,) = check(figures(SHORT[0], *(attrs.evolve(s, source=PAGES["b"]) for s in SHORT[1:])))
    assert figure.verdict is Verdict.SHORT


def test_a_page_that_states_two_values_enters_with_both() -> None:
    """As the span from the lowest to the highest, and says so."""
    (balance,) = check(sources(*SHORT, says("a", 4, "civilians")))
    assert (balance.verdict, balance.residual_low, balance.residual_high) == (Verdict.OPEN, -1, 1)
    assert (balance.several, balance.parts_stated) == (True, ("5", "3", "2 4"))
    (twice,) = check(sources(*SHORT, says("a", 13)))
    assert (twice.verdict, twice.residual_low, twice.residual_high, twice.stated) == (Verdict.SHORT, 1, 3, "11 13")
    (bounded,) = check(sources(*SHORT, says("a", 9, bound="at_most")))
    assert (bounded.several, bounded.residual_low, bounded.residual_high) == (True, -10, 1)
    (wide,) = check(sources(*SHORT, says("a", 20, bound="at_least")))
    assert (wide.residual_low, wide.residual_high, wide.stated) == (1, None, "11 >=20")


def test_one_count_in_two_wordings_is_one_count() -> None:
    """At least ten, and eleven; the same number twice."""
    (balance,) = check(sources(*SHORT, says("a", 10, bound="at_least"), says("a", 11, report_period="2025-11")))
    assert (balance.several, balance.stated, balance.residual_low, balance.residual_high) == (False, "11", 1, 1)


def test_a_plain_count_goes_before_one_that_includes_another() -> None:
    """30 civilians, and 31 with a member of a peace committee."""
    inclusive = says("a", 3, "civilians", includes=("peace_committee",))
    member = says("a", 1, "peace_committee")
    (both,) = check(sources(*SHORT, inclusive, member))
    assert (both.verdict, both.parts_stated, both.several) == (Verdict.BALANCED, ("5", "3", "2", "1"), False)
    (one,) = check(sources(*SHORT[:3], inclusive, member))
    assert (one.verdict, one.parts) == (Verdict.BALANCED, ("militants", "security_forces", "civilians"))


def test_a_torn_figure_enters_with_all_its_values() -> None:
    """There is no point value, and no bound."""
    (balance,) = check(figures(*SHORT, says("a", 4, "civilians")))
    assert (balance.several, balance.parts_stated[2]) == (True, "2..4")
    assert (balance.verdict, balance.residual_low, balance.residual_high) == (Verdict.OPEN, -1, 1)
    assert not {s.id for s in SHORT[3:]} & protected(figures(*SHORT, says("a", 4, "civilians")))


def test_a_figure_enters_with_its_bound_and_with_what_it_includes() -> None:
    """As it stands in the table of figures."""
    bounded = (says("a", 12, bound="at_most"), *SHORT[1:3], says("a", 3, "civilians", includes=("PK-IS",)))
    (balance,) = check(figures(*bounded))
    assert (balance.stated, balance.low, balance.high) == ("<=12", 0, 12)
    assert (balance.residual_low, balance.residual_high) == (-11, 4)
    (figure,) = (f for f in resolve(SHORT) if f.group == "total")
    others = [f for f in resolve(SHORT) if f.group != "total"]
    torn = attrs.evolve(figure, value=None, bound=None, low=3, high=None, marks=("torn",), status="disputed")
    torn = attrs.evolve(torn, includes=("PK-IS",), marks=("torn", "includes_other"))
    (balance,) = check(of_figures([torn, *others], SHORT, Structure.declared()))
    assert (balance.stated, balance.several, balance.residual_low, balance.residual_high) == ("3..", True, -10, None)


def test_a_part_of_a_cell_is_held_against_its_own_cell() -> None:
    """On its page and against the figure; it is never added."""
    part = says("a", 4, "security_forces", subset=True)
    for counts in (sources(*SHORT, part), figures(*SHORT, part)):
        found = [b for b in check(counts, "within") if b.parts == (part.id,)]
        assert [(b.group, b.stated, b.parts_stated, b.verdict) for b in found] == [("security_forces", "3", ("4",), "over")]
        assert check(counts)[0].parts_stated == ("5", "3", "2")
    bounded = says("a", 2, "security_forces", bound="at_most", subset=True, includes=("PK-IS",))
    for counts in (sources(*SHORT, bounded), figures(*SHORT, bounded)):
        (found_,) = (b for b in check(counts, "within") if b.parts == (bounded.id,))
        assert (found_.parts_stated, found_.residual_low, found_.residual_high) == (("<=2",), 1, 3)
    loose = attrs.evolve(bounded, bound="exact")
    (found_,) = (b for b in check(sources(*SHORT, loose), "within") if b.parts == (loose.id,))
    assert (found_.parts_stated, found_.residual_low, found_.residual_high) == (("2",), 1, 3)  # with Islamabad
    elsewhere = attrs.evolve(part, source=PAGES["b"])
    assert not [b for b in check(sources(*SHORT, elsewhere), "within") if b.parts == (part.id,)]
    assert [b for b in check(figures(*SHORT, elsewhere), "within") if b.parts == (part.id,)]


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


def test_a_balance_says_what_it_is() -> None:
    """Words for residuals of every kind."""
    (balance,) = check(sources(*SHORT))
    told = {
        ("short", 1, 1): "short by 1",
        ("short", 1, 3): "short by 1 to 3",
        ("short", 2, None): "short by 2 or more",
        ("over", -3, -3): "over by 3",
        ("over", -3, -1): "over by 1 to 3",
        ("over", None, -1): "over by 1 or more",
        ("partial", 1200, 1200): "partial by 1,200",
        ("partial", 0, 0): "partial",
        ("open", -1, 1): "open",
        ("balanced", 0, 0): "balanced",
    }
    for (verdict, low, high), words in told.items():
        other = attrs.evolve(balance, verdict=verdict, residual_low=low, residual_high=high)
        assert verdict_of(other) == words
    assert difference(attrs.evolve(balance, verdict="open", residual_low=None, residual_high=None)) == ""
    assert sum_of(balance) == "11 against 5 militants + 3 security_forces + 2 civilians"
    absent = attrs.evolve(balance, absent=("civilians",), several=True)
    assert sum_of(absent).endswith("+ 2 civilians, without civilians (several values stated)")
    assert why(balance) == ""
    explained = attrs.evolve(balance, reason="misprint", explanation="A slip.", shown_by=PAGES["b"])
    assert why(explained) == "misprint: A slip. (b)"
    assert why(attrs.evolve(explained, shown_by=None)) == "misprint: A slip."
    assert why(explained, {"b": "page 7"}) == "misprint: A slip. (page 7)"
    assert why(explained, {"a": "page 7"}) == "misprint: A slip. (b)"
    assert str(explained) == (
        "picss 2025-10, Pakistan, all violence, killed, total, by groups, on a: short by 1, "
        "11 against 5 militants + 3 security_forces + 2 civilians. misprint: A slip. (b)"
    )
    (figure,) = check(figures(*SHORT))
    added = "11 against 5 militants + 3 security_forces + 2 civilians"
    assert str(figure) == f"picss 2025-10, Pakistan, all violence, killed, total, by groups: short by 1, {added}"
    (part,) = (b for b in check(sources(says("a", 11), says("a", 12, "militants")), "within"))
    assert str(part) == (
        "picss 2025-10, Pakistan, all violence, killed, total, a part against its whole, on a: over by 1, "
        "11 against 12 militants"
    )
    (partial,) = check(sources(says("a", 5), says("a", 5, "militants")))
    assert (difference(partial), verdict_of(partial)) == ("0", "partial")
    assert sum_of(partial) == "5 against 5 militants, without security_forces civilians"
    bounded = attrs.evolve(partial, verdict="open", residual_low=1, residual_high=None)
    assert (difference(bounded), verdict_of(bounded)) == ("1 or more", "open")


def test_a_balance_is_held_to_its_rules() -> None:
    """As many values as parts; the ends of the residual in order."""
    (balance,) = check(sources(*SHORT))
    with pytest.raises(InvalidValueError, match="parts_stated: 3 values for 2 parts"):
        attrs.evolve(balance, parts=balance.parts[:2])
    with pytest.raises(InvalidValueError, match="residual_high: 0 lies below residual_low, 1"):
        attrs.evolve(balance, residual_high=0)


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


def test_the_tally_counts_what_nobody_explained() -> None:
    """A balance without a row, and one whose reason is not known."""
    assert {row.level for row in tally(figures(*SHORT), [])} == {"figures"}
    assert {row.level for row in tally(sources(*SHORT), [])} == {"sources"}
    for known_, number in (((), 1), ((known(reason="unexplained"),), 1), ((known(),), 0)):
        counts = sources(*SHORT)
        rows = {row.axis: row for row in tally(counts, records(counts, known_, PAGES))}
        assert (rows[Axis.GROUPS].short, rows[Axis.GROUPS].unexplained) == (1, number)
    empty = {row.axis: row for row in tally(sources(SHORT[0]), [])}
    assert (empty[Axis.GROUPS].totals, empty[Axis.GROUPS].empty, empty[Axis.GROUPS].complete) == (1, 1, 0)


def test_a_statement_is_protected_by_a_sum_that_would_notice() -> None:
    """Not by a partial or open sum, not by fitting into a whole; on its page or in a figure that states its value."""
    ids = {statement.id for statement in SHORT}
    assert protected(sources(*SHORT)) == ids
    assert protected(figures(*SHORT)) == ids
    assert protected(sources(*SHORT[:3])) == set()
    assert protected(sources(says("a", 1, bound="about"), *SHORT[1:])) == set()
    other = says("b", 12)
    assert other.id not in protected(sources(*SHORT, other), figures(*SHORT, other))
    same = says("b", 5, "militants")
    assert protected(sources(*SHORT, same), figures(*SHORT, same)) == ids  # a slip in it would be a dispute
    apart = [attrs.evolve(s, source=PAGES["b"]) for s in SHORT[1:]]
    assert protected(sources(SHORT[0], *apart), figures(SHORT[0], *apart)) == ids
    assert protected(figures(SHORT[0], *apart, says("a", 2, "civilians"))) == ids - {SHORT[3].id}
    part = says("a", 1, "militants", subset=True)
    assert part.id not in protected(sources(*SHORT, part), figures(*SHORT, part))
    elsewhere = says("b", 3, "civilians", includes=("peace_committee",))
    assert protected(figures(*SHORT, elsewhere)) == ids  # the rule sets it aside, and the figure follows the other
    aside = says("a", 3, "civilians", includes=("peace_committee",))
    assert aside.id not in protected(sources(*SHORT, aside), figures(*SHORT, aside))


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
