"""A Chromium for all tests of these folders; each test has a context of its own, and no request leaves this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from contracts.lanes.chromium import find_chromium
from contracts.lanes.targets import BROWSER
from tests.browser.guard import Guard
from tests.suite.javascript.pages import needs

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP elsewhere.test 127.0.0.1",  # a name that somebody else has pointed to this machine
    "--disable-dev-shm-usage",
)
PATIENCE_MS = 20_000


# Not for the whole session: while Playwright runs, nothing else in this thread can run a loop of asyncio.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium; skips where Playwright or Chromium is missing."""
    needs(BROWSER)
    from playwright import sync_api

    sync_api.expect.set_options(timeout=PATIENCE_MS)
    with sync_api.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def guard() -> Guard:
    """What the pages of the test ask for, and what goes wrong in them."""
    return Guard()


@pytest.fixture
def context(browser: Browser, guard: Guard) -> Iterator[BrowserContext]:
    """A fresh profile. At its end the test fails on errors of its pages, and on requests to anywhere else."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    made.set_default_timeout(PATIENCE_MS)
    guard.watch(made)
    yield made
    made.close()
    guard.check()
