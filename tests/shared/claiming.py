"""Made-up pages, numbers and claims of October 2025, and what their tests come to."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs

from conflictdata import Break, CheckedClaim, Claim, ClaimTest, ClaimVerdict, Source, Statement, Undecided
from conflictdata.evidence import examine, judge
from conflictdata.resolve import resolve

READ = date(2026, 11, 22)
SUPPORTED, CONTRADICTED, OPEN = ClaimVerdict.SUPPORTED, ClaimVerdict.CONTRADICTED, ClaimVerdict.UNDECIDED


def page(name: str, day: date = date(2025, 11, 1), kind: str = "secondary", **changes: Any) -> Source:
    """Make a page; its outlet is its own voice."""
    fixed = {"url": f"https://example.org/{name}", "accessed": READ, "language": "en", "published": day}
    given = {"dataset": "picss", "id": name, "kind": kind, "outlet": name, "published_from": day, "published_to": day}
    return Source(**{**fixed, **given, **changes})


OWN = page("own")
EARLIER = page("earlier", date(2025, 10, 2))
LATER = page("later", date(2025, 12, 3), "primary")
LAST_DAY = date(2025, 11, 1)


def says(period: str, value: int, source: Source = OWN, **changes: Any) -> Statement:
    """Let a page state a number of people killed in attacks; an earlier page in the report on that very period."""
    name = "".join(filter(str.isalnum, f"{source.id}{period}{value}{''.join(map(str, changes.values()))}")).lower()
    cell = {"period": period, "area": "PK", "scope": "militant_attacks", "measure": "killed", "group": "total"}
    report = {"own": "2025-10", "later": "2025-11"}.get(source.id, period)
    told = {"dataset": source.dataset, "id": f"s{name}", "source": source, "report_period": report, "value": value}
    return Statement(**{**cell, **told, **changes})


def before(period: str, value: int, **changes: Any) -> Statement:
    """Let a page that was out before state a number, in the report on that period."""
    return says(period, value, EARLIER, **changes)


def claims(kind: str, **changes: Any) -> Claim:
    """Let the own page claim something of October 2025."""
    cell = {"period": "2025-10", "area": "PK", "scope": "militant_attacks", "measure": "killed", "group": "total"}
    fixed = {"dataset": "picss", "id": "c01", "source": OWN, "report_period": "2025-10", "claim": kind}
    return Claim(**{**cell, **fixed, **changes})


def change(value: object, direction: str = "up", **changes: Any) -> Claim:
    """Claim a change on September."""
    return claims("percent_change", **{"value": value, "direction": direction, "reference_period": "2025-09", **changes})


def since(reference: str = "2025-07", kind: str = "highest_since", **changes: Any) -> Claim:
    """Claim the highest number since July: of August and September."""
    return claims(kind, reference_period=reference, **changes)


def share(value: object, **changes: Any) -> Claim:
    """Claim a share of Balochistan in the country."""
    return claims("share", **{"value": value, "area": "PK-BA", "reference_area": "PK", **changes})


def outcomes(claim: Claim, *told: Statement, breaks: Sequence[Break] = ()) -> tuple[ClaimTest, ClaimTest, CheckedClaim]:
    """Test a claim by the series and by its page, and judge it."""
    series, by_page = examine([claim], told, breaks, resolve)
    return series, by_page, judge(claim, series, by_page)


def by_series(claim: Claim, *told: Statement, breaks: Sequence[Break] = ()) -> ClaimTest:
    """Test a claim by the series."""
    return outcomes(claim, *told, breaks=breaks)[0]


def came(test: ClaimTest | CheckedClaim) -> ClaimVerdict | Undecided:
    """Give the verdict, or why there is none."""
    return test.undecided or test.verdict


def ends(test: ClaimTest) -> tuple[float, float]:
    """Give the per cents that the numbers leave open; infinite where there is no limit."""
    low, high = test.computed_low, test.computed_high
    return -math.inf if low is None else low, math.inf if high is None else high


def out_on(statement: Statement, day: date) -> Statement:
    """Let its page have appeared on another day."""
    moved = attrs.evolve(statement.source, published=day, published_from=day, published_to=day)
    return attrs.evolve(statement, source=moved)


BREAK = Break(dataset="picss", id="headline", start=date(2025, 9, 1), description="It changed.")
SEPTEMBER, OCTOBER = says("2025-09", 69), says("2025-10", 89)
BOTH = (SEPTEMBER, OCTOBER)
NOWHERE = says("2025-10", 5, area="PK-PB")  # keeps the page in the dataset
U = Undecided
