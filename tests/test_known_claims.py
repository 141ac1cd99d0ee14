"""Claims of the record whose outcome is known: what they say, what was on the pages, and what comes out."""

from typing import Any

import pytest

from conflictdata import CheckedClaim, ClaimVerdict, Period
from conflictdata.names import AreaCode, MeasureCode
from tests.shared.firstclaims import by_name, opened


def some(period: str, area: AreaCode, measure: MeasureCode, value: str | None = None, **asked: Any) -> list[CheckedClaim]:
    """Give the claims of PICSS of one kind on one cell; of changes and shares those with this number."""
    asked = {"claim": "percent_change", "scope": "militant_attacks", "group": "total", **asked}
    found = opened("picss").claims.filter(period=period, area=area, measure=measure, **asked)
    return [claim for claim in found if value is None or str(claim.value) == value]


KNOWN: list[tuple[tuple[str, str, str, str], dict[str, Any], int, str, str, list[str], tuple[str, ...]]] = [
    (("2025-10", "PK", "incidents", "29"), {}, 8, "exact", "supported", [], ("2025-09=69", "2025-10=89")),
    (("2015-05", "PK", "incidents", "33"), {}, 1, "exact", "contradicted", ["later_base"], ("2015-04=50", "2015-05=75")),
    (("2015-05", "PK", "incidents", "33"), {}, 2, "more_than", "supported", [], ("2015-04=50", "2015-05=75")),
    (("2018-11", "PK", "injured", "33"), {}, 1, "about", "contradicted", ["later_base"], ("2018-10=49", "2018-11=73")),
    (("2022-01", "PK", "killed", "15"), {}, 5, "exact", "contradicted", [], ("2021-12=36", "2022-01=42")),
    (("2022-02", "PK", "incidents", "54"), {}, 1, "exact", "contradicted", ["remainder"], ("2022-01=24", "2022-02=13")),
    (("2022-02", "PK", "killed", "60"), {}, 1, "exact", "contradicted", ["remainder"], ("2022-01=42", "2022-02=25")),
    (("2022-02", "PK", "injured", "38"), {}, 1, "exact", "contradicted", ["remainder"], ("2022-01=79", "2022-02=30")),
    (("2023-08", "PK-KP-MAINLAND", "incidents", "93"), {}, 1, "exact", "supported", [], ("2023-07=15", "2023-08=29")),
    (("2023-08", "PK-KP-MAINLAND", "incidents", "83"), {}, 4, "exact", "contradicted", [], ("2023-07=15", "2023-08=29")),
    (
        ("2022-07", "PK-KP-MAINLAND", "incidents", "400"),
        {},
        1,
        "exact",
        "contradicted",
        ["ratio"],
        ("2022-06=3", "2022-07=12"),
    ),
    (
        ("2015-02", "PK", "killed", "110"),
        {"scope": "all"},
        1,
        "more_than",
        "contradicted",
        [],
        ("2015-01=414", "2015-02=198"),
    ),
]


@pytest.mark.parametrize(("cell", "asked", "pages", "bound", "verdict", "slips", "used"), KNOWN)
def test_the_known_changes(
    cell: tuple[Any, ...],
    asked: dict[str, Any],
    pages: int,
    bound: str,
    verdict: str,
    slips: list[str],
    used: tuple[str, ...],
) -> None:
    """On each page that prints it: the verdict, the slip and the numbers, by the series."""
    found = some(*cell, bound=bound, **asked)

    assert len(found) == pages
    for claim in found:
        assert (claim.verdict, list(claim.slips), claim.used, claim.basis) == (verdict, slips, used, "series")


def test_april_2022_was_computed_on_the_later_month() -> None:
    """34 from 26 is 31 per cent more, printed as 24 on three pages; a page restates April as 35, and it fails too."""
    found = some("2022-04", "PK", "incidents", "24")

    assert [claim.source.id for claim in found] == ["dawn-6b386c", "latestly-0c6459", "lokmattimes-605ce1"]
    for claim in found:
        assert (claim.verdict, claim.slips) == ("contradicted", ("later_base",))
        assert claim.used in {("2022-03=26", "2022-04=34"), ("2022-03=26", "2022-04=34/35")}
        assert "base: later (23.5 % of the later number)." in claim.evidence


def test_the_evidence_of_october_and_february() -> None:
    """One sentence names the numbers, what comes out and what is claimed; a remainder is said."""
    claims = by_name("picss")
    assert claims["c68ef1fc722"].evidence == (
        "In the series as known on 2025-11-01: 2025-09 69, 2025-10 89: up 29.0 %; claimed up 29 %."
    )
    assert "down 40.5 %; claimed down 60 %. remainder (the later number is 59.5 % of the earlier)." in (
        claims["c9f013716f9"].evidence
    )


def test_the_highest_in_a_decade_is_undecided() -> None:
    """Of militants killed in October 2025, 14 or 15 of the other 119 months are seen on each page, and none is higher."""
    found = some("2025-10", "PK", "killed", "10", claim="highest_in_years", scope="all", group="militants")

    assert len(found) == 9
    for claim in found:
        assert (claim.verdict, claim.undecided, claim.against) == ("undecided", "definition_break", ())
        assert (claim.window, claim.used) == (119, ("2025-10=355",))
        assert claim.seen == 15 if claim.source.id == "dailytimespk-bab5c8" else claim.seen in {14, 15}
        assert claim.seen is not None
        assert len(claim.missing) == 119 - claim.seen
        assert f"{claim.seen} of 119 other spans seen, none higher" in claim.evidence
    assert "dailytimespk-bab5c8" in {claim.source.id for claim in found}


def test_balochistan_since_2002_is_undecided() -> None:
    """Of 273 months, one or two are seen: with that coverage, and none higher."""
    found = some("2025-10", "PK-BA", "killed", claim="highest_since", scope="security_operations", group="militants")

    assert len(found) >= 3
    for claim in found:
        assert (claim.verdict, claim.undecided, claim.against) == ("undecided", "not_all_seen", ())
        assert (claim.reference_period, claim.window) == (Period.of("2002"), 273)
        assert claim.seen in {1, 2}
        assert f"{claim.seen} of 273 other spans seen, none higher." in claim.evidence
    (opinion,) = some("2025-10", "PK-BA", "killed", claim="highest_since", scope="unclear", group="militants")
    assert (opinion.undecided, opinion.seen, opinion.window) == ("cell_unclear", 0, 273)


def test_the_fall_of_90_per_cent_in_some_regions_is_undecided() -> None:
    """The page names no base: the falls of the regions are context, and no test."""
    claims = [c for c in opened("picss").claims.filter(period="2025-10", source="dailytimespk-bab5c8") if c.value == 90]
    (claim,) = claims

    assert (claim.claim, claim.direction, claim.bound) == ("percent_change", "down", "more_than")
    assert (claim.verdict, claim.undecided) == ("undecided", "reference_unnamed")
    assert claim.page_verdict is claim.series_verdict is ClaimVerdict.UNDECIDED
    assert "PK-BA/militant_attacks=38>3" in claim.context
    assert "as context and not as a test" in claim.evidence
    assert (claim.used, claim.missing, claim.seen) == ((), (), None)
