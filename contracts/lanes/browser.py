"""The browser lane: a bundle is loaded by Chromium, one page an adapter, as a visitor's browser would load it."""

from __future__ import annotations

import json
import queue
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.lanes.chromium import START_SECONDS, Chromium, find_chromium
from contracts.lanes.javascript import PARTS, BundleFactory, Opened, PageOptions, script_of
from contracts.lanes.line import Line, OpenLine
from contracts.lanes.python_object import BadTarget
from contracts.lanes.site import Content, Elsewhere, Outside, Site, Through

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, ConsoleMessage, Page, Route

WRITE = "__contracts_write"
"""The global by which a page writes a message."""
LAST_LINES = 12
CLOSE_SECONDS = 3.0
GONE = b'{"type":"gone"}'
"""The page's answer to ``bye``."""


def open_browser(bundle: Path, options: PageOptions) -> Opened:
    """Return the factory of a bundle in Chromium, and what closes the lane.

    Raises:
        BadTarget: Playwright or the browser cannot be had.
    """
    chromium = Chromium(find_chromium())
    try:
        chromium.run(chromium.browser(), START_SECONDS)  # before a run begins: its census must not count the browser
    except Exception as error:
        chromium.close()
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise BadTarget(f"the lane browser: Chromium did not start: {said}") from error

    def open_page(config: Mapping[str, Any]) -> OpenLine:
        def open_line(
            on_line: Callable[[bytes], None], on_log: Callable[[str], None], on_end: Callable[[], None]
        ) -> Line:
            return PageLine(chromium, config, on_line, on_log, on_end)

        return open_line

    return BundleFactory(bundle, options, open_page), chromium.close


class PageLine:
    """A page in a browsing context of its own: a :class:`contracts.lanes.line.Line`.

    The page writes through a binding of the browser, and reads what is evaluated in it. ``on_line`` is called by a
    thread of its own: a callback of the adapter may take a while.
    """

    what = "the adapter's page"

    def __init__(
        self,
        chromium: Chromium,
        config: Mapping[str, Any],
        on_line: Callable[[bytes], None],
        on_log: Callable[[str], None],
        on_end: Callable[[], None],
    ) -> None:
        self._chromium = chromium
        self._site = Site(config)
        self._config = {**config, **self._site.addresses()}
        self._on_line, self._on_log, self._on_end = on_line, on_log, on_end
        self._read: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._unsent: deque[bytes] = deque()
        self._context: BrowserContext | None = None
        self._session: CDPSession | None = None
        self._writing = False
        self._gone = threading.Event()
        self._crashed = ""
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        self._reader = threading.Thread(target=self._take_lines, name="contracts-page", daemon=True)

    def start(self) -> None:
        """Open the page; the bundle is not loaded yet."""
        self._reader.start()
        self._chromium.run(self._open(), START_SECONDS)

    async def _open(self) -> None:
        browser = await self._chromium.browser()
        self._context = context = await browser.new_context(ignore_https_errors=True, service_workers="block")
        await context.route("**/*", self._serve)
        page = await context.new_page()
        page.on("crash", self._has_crashed)
        page.on("console", self._logged)
        self._session = session = await context.new_cdp_session(page)
        session.on("Runtime.bindingCalled", self._written)
        await session.send("Runtime.enable")
        await session.send("Runtime.addBinding", {"name": WRITE})
        await page.add_init_script(self._script())
        await page.goto(self._site.url)

    def _script(self) -> str:
        config = json.dumps(self._config).replace("</", "<\\/")
        begin = (
            f"if (window === window.top) {{ const parts = globalThis[Symbol.for('contracts')]; const write = {WRITE};"
            f" parts.begin({config}, (message) => write(JSON.stringify(message)), () => parts.load({config})); }}"
        )
        return "\n".join([*(script_of(part) for part in (*PARTS, "loading")), begin])

    # what the page loads

    async def _serve(self, route: Route) -> None:
        url = route.request.url
        answer = self._site.answer(url)
        with suppress(Exception):  # the page may have gone meanwhile
            match answer:
                case Content():
                    headers = {"Content-Type": answer.content_type, "Access-Control-Allow-Origin": "*"}
                    await route.fulfill(status=200, headers=headers, body=answer.body)
                case Elsewhere():
                    await route.fulfill(response=await route.fetch(url=answer.url))
                case Through():
                    await route.continue_()
                case Outside():
                    self._log(f"blocked: {route.request.method} {url} would leave this machine; see --rewrite")
                    await route.abort("addressunreachable")
                case _:
                    await route.fulfill(status=404, body=b"")

    # what the page writes

    def _written(self, event: Mapping[str, Any]) -> None:
        if event.get("name") == WRITE:
            self._read.put(str(event["payload"]).encode())

    def _take_lines(self) -> None:
        while (line := self._read.get()) is not None:
            if line == GONE:
                self._gone.set()
            else:
                self._on_line(line)

    def _logged(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._log(f"console.{message.type}: {message.text}")

    def _log(self, text: str) -> None:
        self._last.append(text)
        self._on_log(text)

    def _has_crashed(self, _: Page) -> None:
        self._crashed = "the browser says that the page has crashed"
        threading.Thread(target=self._on_end, name="contracts-page-end", daemon=True).start()

    # what the page reads

    def send(self, line: bytes) -> None:
        """Hand a message over; it is evaluated in the page behind those before it."""
        self._unsent.append(line)
        self._chromium.soon(self._write())

    async def _write(self) -> None:
        if self._writing or self._session is None:
            return
        self._writing = True
        try:
            while self._unsent:
                lines = [self._unsent.popleft() for _ in range(len(self._unsent))]
                messages = b",".join(line.strip() for line in lines).decode()
                expression = f"globalThis[Symbol.for('contracts')].take([{messages}])"
                await self._session.send("Runtime.evaluate", {"expression": expression, "silent": True})
        except Exception as error:  # the page is gone, or hangs; who waits for its answer finds out
            self._last.append(f"a message did not reach the page: {error}")
        finally:
            self._writing = False

    def close_input(self) -> None:
        """Nothing is to be closed: the page ends when it is told so."""

    def wait(self, seconds: float) -> bool:
        """Wait (wall seconds) until the page has said goodbye; return whether it did."""
        return self._gone.wait(seconds)

    def kill(self) -> None:
        """Close the page; if it hangs, the browser with it."""
        context, self._context = self._context, None
        if context is not None:
            try:
                self._chromium.run(context.close(), CLOSE_SECONDS)
            except Exception:
                self._chromium.soon(self._chromium.give_up())
        self._read.put(None)
        if threading.current_thread() is not self._reader:
            self._reader.join(CLOSE_SECONDS)

    def outcome(self) -> str:
        """Say how the page ended."""
        return self._crashed or "it was closed"

    def ended_by_signal(self) -> bool:
        """Tell whether the page crashed."""
        return bool(self._crashed)

    def last_lines(self) -> Sequence[str]:
        """Return the last lines of its console."""
        return list(self._last)
