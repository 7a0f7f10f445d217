"""Watches the pages of a test: what they ask the network for, and what goes wrong in them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

HERE = ("127.0.0.1", None)
REFUSED = "csp"
"""How a request failed that the page's own policy kept from being sent."""


class Guard:
    """``requests`` and ``sockets`` hold all that was asked for; ``told`` every line of the consoles; ``errors`` what
    pages raised or were refused."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.sockets: list[str] = []
        self.told: list[str] = []
        self.errors: list[str] = []
        self._excused: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        """Begin to watch every page of a context."""
        context.on("request", self._asked)
        context.on("page", self._watch_page)
        context.on("weberror", self._raised)
        context.on("console", self._told)

    def _watch_page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self.sockets.append(socket.url))

    def _asked(self, request: Request) -> None:
        self.requests.append(request)

    def _raised(self, raised: WebError) -> None:
        self.errors.append(str(raised.error))

    def _told(self, message: ConsoleMessage) -> None:
        self.told.append(message.text)
        if message.type == "error" and "Content Security Policy" in message.text:
            self.errors.append(f"{message.text} ({message.location['url']})")

    def excuse(self, text: str) -> None:
        """Let errors with this in their text pass."""
        self._excused.append(text)

    def check(self) -> None:
        """Fail on a request that left this machine, and on an error of a page."""
        sent = [request.url for request in self.requests if request.failure != REFUSED]
        outside = [url for url in (*sent, *self.sockets) if urlsplit(url).hostname not in HERE]
        assert not outside, f"requests left this machine: {outside}"
        errors = [error for error in self.errors if not any(one in error for one in self._excused)]
        assert not errors, "\n".join(errors)
