"""What the tests in a browser share: the built site as it is published, the system's Chromium, and what pages are held to.

They run by `.ci/browser`, or as `pytest tests/browser` beside a `site/` that `mkdocs build` made; CONFLICTDATA_SITE names
another, SCREENSHOTS a folder that takes pictures of the pages.
"""

import functools
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

ROOT = Path(__file__).parent.parent.parent
SITE = Path(os.environ.get("CONFLICTDATA_SITE", ROOT / "site"))
WIDTHS: dict[str, Any] = {"phone": {"width": 360, "height": 800}, "desktop": {"width": 1280, "height": 900}}


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and keeps no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    assert (SITE / "explore" / "index.html").is_file(), f"{SITE} holds no site: mkdocs build makes it"
    return SITE


@pytest.fixture(scope="session")
def server(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, in the folder of its version beside the list of versions, as it is published."""
    published = tmp_path_factory.mktemp("published")
    (published / "dev").symlink_to(site.resolve(), target_is_directory=True)
    (published / "versions.json").write_text(json.dumps([{"version": "dev", "title": "dev", "aliases": []}]))
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(published))) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}/dev/"
        serving.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert program, "no Chromium is installed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watch:
    """What a page asked for and complained of.

    Attributes:
        requests: The addresses that it asked for.
        said: Errors and warnings of its console, errors of its scripts, and requests that failed.
    """

    def __init__(self, context: BrowserContext) -> None:
        """Watch all pages of a context."""
        self.requests: list[str] = []
        self.said: list[str] = []
        context.on("request", self._asked)
        context.on("console", lambda said: self.said.append(said.text) if said.type in {"error", "warning"} else None)
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        context.on("requestfailed", lambda request: self.said.append(f"{request.url} {request.failure}"))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Opens a page of the site; at the end, nothing left the origin and no console said an error or a warning.

    A test marked `complains` leads a page into errors itself.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def opener(path: str = "", *, size: str = "desktop", scheme: Any = "light", **options: Any) -> Page:
        context = browser.new_context(viewport=WIDTHS[size], color_scheme=scheme, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        opened.append((context, Watch(context)))
        page = context.new_page()
        page.goto(f"{server}{path}")
        return page

    yield opener
    origin = server.removesuffix("dev/")
    for context, watch in opened:
        context.close()
        assert watch.requests
        assert [url for url in watch.requests if not url.startswith((origin, "blob:", "data:"))] == []
        assert watch.said == [] or request.node.get_closest_marker("complains")


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keeps a picture of a page, where SCREENSHOTS names a folder."""

    def keep(page: Page, name: str) -> None:
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return keep
