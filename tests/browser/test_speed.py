"""How soon the explorer stands, and what it costs to get."""

from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser

LOADS = 5
SOON = 2000  # milliseconds from navigation to the first chart
MOST = 1_500_000  # bytes transferred for the whole page

_FIRST_CHART = """
new MutationObserver((_, observer) => {
  if (!document.querySelector('.explorer-picture svg')) return
  observer.disconnect()
  requestAnimationFrame(() => setTimeout(() => { window.firstChart = performance.now() }))
}).observe(document, { childList: true, subtree: true })
"""


def test_the_first_chart_comes_soon_and_the_page_is_light(
    browser: Browser, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With nothing kept from before, the first chart is painted within 2 seconds, and the page is at most 1.5 MB."""
    times, sizes = [], []
    for _ in range(LOADS):
        context = browser.new_context()
        page = context.new_page()
        page.add_init_script(_FIRST_CHART)
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        got: list[float] = []

        def finished(event: dict[str, Any], got: list[float] = got) -> None:
            got.append(event["encodedDataLength"])

        network.on("Network.loadingFinished", finished)
        page.goto(f"{server}explore/")
        page.wait_for_function("window.firstChart")
        page.wait_for_load_state("networkidle")
        times.append(page.evaluate("window.firstChart"))
        sizes.append(sum(got))
        context.close()
    with capsys.disabled():
        print(f"\nfirst chart after {median(times):.0f} ms, {median(sizes):,.0f} bytes: medians of {LOADS} loads")  # noqa: T201
    assert median(times) <= SOON
    assert 100_000 < median(sizes) <= MOST  # a page of which nothing was counted is not light
