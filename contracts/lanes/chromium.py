"""Chromium, driven through Playwright by one thread for the whole verification. The system's browser; nothing is
downloaded."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.lanes.python_object import BadTarget

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

PROGRAMS = (
    "chromium-headless-shell",  # the same browser without windows: a page costs a third
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
VARIABLE = "CONTRACTS_CHROMIUM"
"""An environment variable that names the browser's program."""
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=LocalNetworkAccessChecks",  # a page of any origin may speak to the desk on this machine
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
START_SECONDS = 60.0
STOP_SECONDS = 10.0

Result = TypeVar("Result")


def find_chromium() -> str:
    """Return the program of Chromium or Chrome.

    Raises:
        BadTarget: there is none, or Playwright is not installed.
    """
    try:
        import playwright  # noqa: F401
    except ModuleNotFoundError:
        raise BadTarget(
            "the lane browser needs Playwright: pip install 'mockdesk[browser]'; or use --lane node"
        ) from None
    named = os.environ.get(VARIABLE)
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        where = f"{VARIABLE}={named} is no program" if named else "there is no Chromium or Chrome on the PATH"
        raise BadTarget(f"the lane browser: {where} (Debian: apt-get install chromium); or use --lane node")
    return found


class Chromium:
    """One browser. It is started when it is first needed, and anew after :meth:`give_up`."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="contracts-chromium", daemon=True)
        self._thread.start()
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def run(self, work: Coroutine[Any, Any, Result], seconds: float) -> Result:
        """Run a coroutine on the browser's loop, from any other thread, and return its result.

        Raises:
            TimeoutError: it did not end within so many wall seconds.
        """
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise

    def soon(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine on the browser's loop without waiting for it."""
        asyncio.run_coroutine_threadsafe(work, self._loop)

    async def browser(self) -> Browser:
        """Return the browser; called on its loop."""
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                if self._playwright is None:
                    from playwright.async_api import async_playwright

                    self._playwright = await async_playwright().start()
                self._browser = await self._playwright.chromium.launch(
                    executable_path=self._program, headless=True, args=list(FLAGS)
                )
            return self._browser

    async def give_up(self) -> None:
        """Throw the browser away: a page in it hangs. Called on its loop."""
        browser, self._browser = self._browser, None
        if browser is not None:
            with suppress(Exception):
                await asyncio.wait_for(browser.close(), STOP_SECONDS)

    def close(self) -> None:
        """Stop the browser and its thread."""
        with suppress(Exception):
            self.run(self._stop(), STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)

    async def _stop(self) -> None:
        await self.give_up()
        if self._playwright is not None:
            await self._playwright.stop()
