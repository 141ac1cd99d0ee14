"""From made-up statements to balances: what takes part, what explains them, what they say, what they protect."""

import itertools
from datetime import date
from typing import Any

import attrs
import pytest

from conflictdata import Axis, Balance, Discrepancy, InvalidValueError, Reason, Source, Statement, Verdict
from conflictdata.balances import Unlisted, difference, sum_of, verdict_of, why
from conflictdata.checks import Counts, of_figures, of_sources, protected, records, tally
from conflictdata.resolve import resolve
from conflictdata.structure import Structure

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


# What is explained.


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


# What a balance says.


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
