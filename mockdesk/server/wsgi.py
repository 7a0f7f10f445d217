"""The HTTP server under the desk: werkzeug's, with every thread and socket named, tracked and joined at stop."""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from itertools import count
from typing import Any, cast
from urllib.parse import urlsplit

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from mockdesk.server.connection import HeadLines, TimedInput, TimedOutput, connections_allowed, refuse_connection
from mockdesk.server.limits import ServerLimits
from mockdesk.server.problems import NOT_HTTP, PROBLEM_JSON, not_http
from mockdesk.server.sockets import is_to_be_reset, shut

THREAD_PREFIX = "mockdesk-"
"""How the name of every thread of the mock begins."""

MOST_GRACE_SECONDS = 5.0
"""So long a stop waits at most (wall) for connections that end one after the other."""

LOGGER = logging.getLogger("mockdesk.server")


class ConnectionTaken(ConnectionResetError):
    """Raised out of the application when the connection needs no (further) answer: nothing more is written to it."""


class DeskRequestHandler(WSGIRequestHandler):
    """One connection: one request, no log line of its own (they would show query strings), problems as JSON."""

    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Let nobody keep the connection by sending or reading slowly."""
        super().setup()
        self._limits = cast(DeskServer, self.server).limits
        self._input = TimedInput(self.connection, self._limits)
        self.rfile = io.BufferedReader(self._input)
        self.wfile = cast(io.BufferedIOBase, TimedOutput(self.connection, self._limits.write_seconds))

    def parse_request(self) -> bool:
        """Read the head, which may not be too long; answer 414 or 431 if it is."""
        if len(self.raw_requestline) > self._limits.request_line_bytes:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
            return False
        whole, self.rfile = self.rfile, cast(io.BufferedReader, HeadLines(self.rfile, self._limits.head_bytes))
        try:
            return super().parse_request()
        finally:
            self.rfile = whole
            self._input.begin_body()

    def version_string(self) -> str:
        """Name the server in answers; what it is built of is nobody's business."""
        return "mockdesk"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing: the application logs requests without their secrets."""

    def log_error(self, format: str, *args: Any) -> None:
        """Log nothing of the request's own text, which may hold a token."""
        LOGGER.debug("a connection sent a malformed request")

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """End the connection: the client is gone, or its connection was taken."""
        self.close_connection = True

    def run_wsgi(self) -> None:
        """Serve the request, unless its target is no URL: werkzeug would fail over it."""
        try:
            urlsplit(self.path)
        except ValueError:
            self.send_error(400, "Bad request target")
            return
        super().run_wsgi()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that is not HTTP with a problem document."""
        name = NOT_HTTP.get(int(code), NOT_HTTP[400])
        title = (message or name).split("(")[0].strip()
        body = not_http(name, title, int(code))
        self.close_connection = True
        self.request_version = "HTTP/1.1"  # of a line that is not understood it is 0.9, which has no headers
        self.send_response(code)
        self.send_header("Content-Type", PROBLEM_JSON)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


class _Stopped(Exception):
    """Leaves the accepting loop."""


class DeskServer(ThreadedWSGIServer):
    """A thread a connection; :meth:`stop` leaves neither thread nor socket behind."""

    def __init__(self, listener: socket.socket, application: Any, limits: ServerLimits | None = None) -> None:
        self.limits = limits or ServerLimits()
        self._most_connections = connections_allowed(self.limits)
        host, port = listener.getsockname()[:2]
        super().__init__(host, port, application, DeskRequestHandler, fd=listener.fileno())
        listener.close()
        self._numbers = count(1)
        self._tracking = threading.Condition()
        self._handlers: set[threading.Thread] = set()
        self._sockets: set[socket.socket] = set()
        self._prune_at = 64
        self._accepting = True
        self._loop = threading.Thread(target=self._accept, name=f"{THREAD_PREFIX}listener", daemon=True)

    def start(self) -> None:
        """Begin to accept connections."""
        self._loop.start()

    def _accept(self) -> None:
        try:
            self.serve_forever(poll_interval=0.5)
        except _Stopped:
            return

    def service_actions(self) -> None:
        """Leave the accepting loop when the server stops; called after each connection and each poll."""
        if not self._accepting:
            raise _Stopped

    def track(self, thread: threading.Thread) -> None:
        """Remember a thread so that :meth:`stop` joins it."""
        with self._tracking:
            if len(self._handlers) >= self._prune_at:
                self._handlers = {each for each in self._handlers if each.is_alive() or each.ident is None}
                self._prune_at = max(64, 2 * len(self._handlers))
            self._handlers.add(thread)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection in a thread of its own."""
        name = f"{THREAD_PREFIX}request-{next(self._numbers)}"
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name=name, daemon=True
        )
        with self._tracking:
            is_one_too_many = len(self._sockets) >= self._most_connections
            self._sockets.add(request)
        if is_one_too_many:
            refuse_connection(request)
        if is_one_too_many or not self._accepting:
            self.shutdown_request(request)
            return
        self.track(thread)
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close one connection."""
        with self._tracking:
            self._sockets.discard(request)
            self._tracking.notify_all()
        if is_to_be_reset(request):
            self.close_request(request)  # a shutdown would send FIN before the RST
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what no handler caught; werkzeug would print it."""
        LOGGER.exception("a connection failed")

    def log(self, type: str, message: str, *args: Any) -> None:
        """Log werkzeug's own errors; its request lines are not logged."""
        LOGGER.error("%s", message.partition("\n")[2] or message)

    def stop(self, grace: float) -> None:
        """Accept nothing more, give open requests ``grace`` wall seconds after each that ends, cut what is left, join
        every thread."""
        self._accepting = False
        self._wake_loop()
        self._loop.join()
        for connection in self._left_after(grace):
            shut(connection)
        self._join(time.monotonic() + 5.0)

    def _left_after(self, grace: float) -> list[socket.socket]:
        """Wait for the open connections until none of them has ended for ``grace`` seconds (wall): of a thousand
        WebSockets each has its closing handshake to make. Return those that are left."""
        end = time.monotonic() + MOST_GRACE_SECONDS
        with self._tracking:
            while self._sockets and self._fewer_within(min(grace, end - time.monotonic())):
                pass
            return list(self._sockets)

    def _fewer_within(self, seconds: float) -> bool:
        """Wait until there are fewer connections than now; return whether there are."""
        before = len(self._sockets)
        return self._tracking.wait_for(lambda: len(self._sockets) < before, seconds)

    def _wake_loop(self) -> None:
        """Connect to ourselves: the loop need not wait for its next poll."""
        try:
            socket.create_connection(self.server_address[:2], timeout=1.0).close()  # type: ignore[arg-type]
        except OSError:
            return

    def open_connections(self) -> int:
        """Return how many connections are open now."""
        with self._tracking:
            return len(self._sockets)

    def _join(self, deadline: float) -> None:
        with self._tracking:
            threads = list(self._handlers)
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; ``port`` 0 lets the system choose.

    Raises:
        OSError: the address is in use or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except BaseException:
        listener.close()
        raise
    return listener
