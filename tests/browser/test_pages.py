"""The pages of the site in a browser: no barrier that axe-core finds, no width that a phone has not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]  # opens a page of the site: see conftest.py
AXE = Path(__file__).parent.parent.parent / "website" / "explorer" / "node_modules" / "axe-core" / "axe.min.js"
# One page of each kind that the site has.
PAGES = {
    "home": "",
    "explorer": "explore/",
    "explorer-disputed": "explore/?dataset=pips&measure=incidents&group=total&area=PK-IS&scope=militant_attacks&every=year",
    "month": "data/picss/2025-10/",
    "publisher": "data/picss/",
    "anomalies": "data/anomalies/",
    "dictionary": "data/dictionary/",
    "codebook": "data/codebook/",
    "claims-alone": "data/picss/2016-09/",
    "quarter": "data/crss/2025-Q3/",
    "charts": "charts/",
    "comparing": "comparing/",
    "balances": "balances/",
    "how-to": "howto/duckdb/",
    "command": "data/command/",
    "records": "reference/records/",
    "reference": "reference/datasets/",
    "statement": "statement/",
    "rule": "resolve/",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_barrier(
    visit: Visit, picture: Callable[[Page, str], None], name: str, size: str, scheme: str
) -> None:
    """axe-core finds nothing serious or critical, and nothing is wider than the screen, on a phone as on a desk."""
    page = visit(PAGES[name], size=size, scheme=scheme)
    if name.startswith("explorer"):
        expect(page.locator(".explorer-picture svg")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", {"light": "default", "dark": "slate"}[scheme])
    page.wait_for_load_state("networkidle")
    picture(page, f"{name}-{size}-{scheme}")

    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    page.evaluate(AXE.read_text(encoding="utf-8"))  # not as an element: the page's own policy would have to allow it
    found = page.evaluate("axe.run({rules: {'target-size': {enabled: true}}})")
    assert found["passes"]
    grave = [violation for violation in found["violations"] if violation["impact"] in {"serious", "critical"}]
    told = {v["id"]: [f"{node['html'][:160]} {node['failureSummary']}" for node in v["nodes"][:3]] for v in grave}
    assert told == {}
