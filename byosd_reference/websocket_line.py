"""One WebSocket: opened, read frame by frame, closed without a trace.

In the canonical API the token travels in the handshake's subprotocol, never in the URL: URLs end up in logs. For the
same reason the library gets a logger that does not do ``DEBUG``, where it would print the handshake.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from byosd_reference.desk_api import Credentials
from byosd_reference.errors import StreamLost, StreamRefused
from byosd_reference.http_line import retry_after
from byosd_reference.settings import Deadline, TimeLimits

_WHAT = "open the event stream"


class StreamSocket:
    """An open connection to the event stream."""

    def __init__(self, connection: ClientConnection, stack: ExitStack) -> None:
        self._connection = connection
        self._stack = stack
        connection.recv_events_thread.name = "byosd-reference-websocket"

    def frames(self) -> Iterator[str | bytes]:
        """Give each frame as it comes; end when the connection is closed or lost."""
        with suppress(ConnectionClosed):
            while True:
                yield self._connection.recv()

    def send(self, frame: str | bytes) -> None:
        """Send a frame.

        Raises:
            StreamLost: the connection is closed or lost.
        """
        try:
            self._connection.send(frame)
        except (ConnectionClosed, OSError):
            raise StreamLost(self.why_closed()) from None

    def answers(self, seconds: float) -> bool:
        """Ping the desk and tell whether it answers within ``seconds`` of wall time; a closed connection need not."""
        try:
            return self._connection.ping(ack_on_close=True).wait(seconds)
        except ConnectionClosed:
            return True

    def why_closed(self) -> str:
        """Say why there are no more frames."""
        code = self._connection.protocol.close_code
        return "the connection broke off" if code in (None, 1006) else f"the connection was closed (code {code})"

    def close(self) -> None:
        """Close the connection, wait a moment for the desk to agree, and leave neither socket nor thread."""
        self._stack.close()
        self._connection.recv_events_thread.join()


class SocketOpener:
    """Opens one connection at a time, as often as needed. ``subprotocols`` are those of every handshake."""

    def __init__(self, times: TimeLimits, subprotocols: Sequence[str] = ()) -> None:
        self._times = times
        self._subprotocols = [Subprotocol(name) for name in subprotocols]
        self._lock = threading.Lock()
        self._opening: socket.socket | None = None
        self._shut = False

    def open(self, url: str, deadline: Deadline) -> StreamSocket:
        """Open the stream at an address.

        Raises:
            StreamRefused: the desk answered the handshake with an HTTP status.
            StreamLost: there was no such answer in time.
        """
        stack = ExitStack()
        try:
            raw = self._reach(url, deadline)
            return StreamSocket(stack.enter_context(self._handshake(url, raw, deadline)), stack)
        except InvalidStatus as refusal:
            answer = refusal.response
            raise StreamRefused(_WHAT, answer.status_code, None, retry_after(answer.headers)) from None
        except (WebSocketException, OSError, EOFError, ValueError) as error:
            raise StreamLost(f"the event stream could not be opened: {type(error).__name__}") from None
        finally:
            with self._lock:
                self._opening = None

    def shut(self) -> None:
        """Let nobody in any more, and break off a handshake that is under way."""
        with self._lock:
            self._shut = True
            if self._opening is not None:
                with suppress(OSError):
                    self._opening.shutdown(socket.SHUT_RDWR)

    def _reach(self, url: str, deadline: Deadline) -> socket.socket:
        """Connect to the desk: by ourselves, to have a hand on the socket during the handshake."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "wss" else 80)
        raw = socket.create_connection((parts.hostname or "", port), timeout=max(deadline.remaining(), 0.001))
        raw.settimeout(None)
        with self._lock:
            if self._shut:
                raw.close()
                raise StreamLost("the event stream is not wanted any more")
            self._opening = raw
        return raw

    def _handshake(self, url: str, raw: socket.socket, deadline: Deadline) -> Any:
        return connect(
            url,
            sock=raw,
            subprotocols=self._subprotocols or None,
            compression=None,
            open_timeout=max(deadline.remaining(), 0.001),
            close_timeout=self._times.settle,
            ping_interval=None,  # the heartbeat does it, by the injected clock
            max_queue=None,  # go on reading while the host is slow: pongs come the same way
            logger=_Discreet(logging.getLogger("byosd_reference.websocket"), {}),
        )


class SocketDoor:
    """The stream of the canonical API: the token in the subprotocol, the position in the query."""

    def __init__(self, credentials: Credentials, times: TimeLimits) -> None:
        self._url = credentials.stream_url
        self._opener = SocketOpener(times, ("byosd.v1", f"bearer.{credentials.token}"))

    def open(self, after: int, deadline: Deadline) -> StreamSocket:
        """Open the stream behind position ``after``; raises what :meth:`SocketOpener.open` raises."""
        separator = "&" if "?" in self._url else "?"
        return self._opener.open(f"{self._url}{separator}after={after}", deadline)

    def shut(self) -> None:
        """Let nobody in any more, and break off a handshake that is under way."""
        self._opener.shut()


class _Discreet(logging.LoggerAdapter[logging.Logger]):
    """A logger that never does DEBUG: there the library prints handshakes, and the token with them."""

    def isEnabledFor(self, level: int) -> bool:
        return level > logging.DEBUG and super().isEnabledFor(level)
