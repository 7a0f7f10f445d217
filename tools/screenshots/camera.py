"""A headless Chromium that photographs pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 30_000


class NoChromium(LookupError):
    """There is no Chromium on this machine."""


@dataclass(frozen=True)
class Camera:
    """Opens pages and photographs them; sizes are in CSS pixels. ``taken`` are the pictures so far."""

    browser: Browser
    folder: Path
    taken: list[Path] = field(default_factory=list)

    def open(self, url: str, width: int, height: int) -> Page:
        """Open a page in a fresh profile."""
        size = ViewportSize(width=width, height=height)
        context = self.browser.new_context(
            viewport=size, locale="en-GB", timezone_id="UTC", color_scheme="light", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(url)
        return page

    def take(self, page: Page, name: str) -> None:
        """Write what the page shows into ``NAME.png``."""
        path = self.folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        self.taken.append(path)


@contextmanager
def camera(folder: Path) -> Iterator[Camera]:
    """Start Chromium, for pictures that go into ``folder``, and end it.

    Raises:
        NoChromium: there is none.
    """
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        raise NoChromium("no Chromium on this machine (Debian: apt-get install chromium)")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=list(FLAGS))
        yield Camera(browser, folder)
        browser.close()
