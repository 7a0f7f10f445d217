"""A polling desk of a few lines: one chat, a log of events, ids that rotate, answers that a test puts in between."""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.reference.host import PATIENCE

Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]]
"""A status, a body (``bytes`` go out as they are), and further headers."""

TOKEN = "canary-token"
OPERATIONS = {"POST messages": "send", "POST typing": "typing", "GET events": "events", "DELETE ": "end"}


@dataclass(frozen=True)
class Request:
    """What came in."""

    operation: str
    path: str
    session: str
    body: Any
    token: str | None


class ScriptedDesk:
    """The desk. An event that is told with an id of its own is one that was told before."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.requests: list[Request] = []
        self.replies: dict[str, deque[Reply]] = defaultdict(deque)
        self.longest: int | None = 50
        self.over = False
        self.url = ""
        self._log: list[dict[str, Any]] = []
        self._positions: list[int] = []  # of the session s0, s1 ...: how many events were told before it
        self._newest = 0
        self._last_id = 0
        self._held: set[str] = set()
        self._pages = 0

    def tell(self, *events: dict[str, Any]) -> None:
        """Let these events happen at once: polls get them in one batch."""
        with self.changed:
            for event in events:
                self._last_id += "id" not in event
                self._log.append({"id": self._last_id, **event})
            self.changed.notify_all()

    def reply(self, operation: str, *replies: Reply) -> None:
        """Give these answers to the next requests of an operation."""
        with self.changed:
            self.replies[operation].extend(replies)
            self.changed.notify_all()

    def hold(self, operation: str) -> None:
        """Let requests of an operation wait until the desk is closed."""
        with self.changed:
            self._held.add(operation)

    def leave_page(self) -> None:
        """Notice that the page is gone whose poll is held."""
        with self.changed:
            self._pages += 1
            self.changed.notify_all()

    def of(self, operation: str) -> list[Request]:
        """Return the requests of an operation."""
        with self.changed:
            return [request for request in self.requests if request.operation == operation]

    def await_request(self, operation: str, count: int = 1) -> Request:
        """Wait until an operation was asked for ``count`` times; return that request."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.of(operation)) >= count, PATIENCE), self.requests
        return self.of(operation)[count - 1]

    def close(self) -> None:
        """Let nobody wait any more."""
        with self.changed:
            self.over = True
            self.changed.notify_all()

    def answer(self, request: Request, at_once: bool) -> Reply:
        """Return the answer to a request."""
        with self.changed:
            self.requests.append(request)
            self.changed.notify_all()
            if request.operation in self._held:
                self.changed.wait_for(lambda: self.over, PATIENCE)
            replies = self.replies[request.operation]
            if replies:
                return replies.popleft()
            own: Reply = getattr(self, f"_{request.operation}")(request, at_once)
            return own

    def _start(self, request: Request, at_once: bool) -> Reply:
        return 201, {"chat": "chat-1", "token": TOKEN, "session": self._rotate(0), "longest": self.longest}

    def _queue(self, request: Request, at_once: bool) -> Reply:
        return 200, {"queue": "default", "agents": 1, "waiting": 0, "seconds": None}

    def _send(self, request: Request, at_once: bool) -> Reply:
        return self._stale(request) or (201, {"id": "message-1"})

    def _typing(self, request: Request, at_once: bool) -> Reply:
        return self._stale(request) or (204, None)

    def _end(self, request: Request, at_once: bool) -> Reply:
        return self._stale(request) or (204, None)

    def _events(self, request: Request, at_once: bool) -> Reply:
        stale = self._stale(request)
        if stale:
            return stale
        position = self._positions[int(request.session[1:])]
        replies = self.replies["events"]
        if not at_once and not self._comes(lambda: bool(replies) or len(self._log) > position):
            return 304, None
        if replies:
            return replies.popleft()
        if len(self._log) == position:
            return 304, None
        return 200, {"session": self._rotate(len(self._log)), "events": self._log[position:]}

    def _comes(self, what: Callable[[], bool]) -> bool:
        page = self._pages
        self.changed.wait_for(lambda: self.over or self._pages != page or what(), PATIENCE)
        return self._pages == page and what()

    def _rotate(self, position: int) -> str:
        self._positions.append(position)
        return f"s{len(self._positions) - 1}"

    def _stale(self, request: Request) -> Reply | None:
        number = int(request.session[1:])
        self._newest = max(self._newest, number)
        return (409, {"error": "stale_session", "text": "a newer id was used"}) if number < self._newest else None


@contextmanager
def scripted_desk() -> Iterator[ScriptedDesk]:
    """Serve a desk as long as the block lasts."""
    desk = ScriptedDesk()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(desk))
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    desk.url = f"http://127.0.0.1:{server.server_address[1]}/poll"
    try:
        yield desk
    finally:
        desk.close()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(desk: ScriptedDesk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            target = urlsplit(self.path)
            parts = target.path.removeprefix("/poll/").split("/")
            request = Request(
                _operation(self.command, parts),
                self.path,
                parts[1] if len(parts) > 1 else "",
                json.loads(raw) if raw else None,
                (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None,
            )
            self._reply(*desk.answer(request, at_once="timeout=0" in target.query.split("&")))

        def _reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
            raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_DELETE = _serve

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True  # the client broke off, as some tests want it to

    return Handler


def _operation(method: str, parts: list[str]) -> str:
    if parts[0] == "queues":
        return "queue"
    if parts == ["chats"]:
        return "start"
    return OPERATIONS[f"{method} {parts[2] if len(parts) > 2 else ''}"]
