"""The event stream over WebSocket: flask-sock accepts, simple-websocket's server is fed by a :class:`Reader`.

``socket_route.py`` imports this at the first handshake.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, cast

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_sock import Sock  # type: ignore[import-untyped]
from simple_websocket import ConnectionClosed, Server  # type: ignore[import-untyped]
from wsproto.utilities import ProtocolError

from mockdesk.core.errors import UpgradeRequired
from mockdesk.dialects.feeds import SLOW
from mockdesk.dialects.seam import Finish
from mockdesk.server.delivery import Reader
from mockdesk.server.served import TAKEN_KEY, ServedCall
from mockdesk.server.slowness import StreamLimits, await_room
from mockdesk.server.sockets import StreamSocket, WriteTimeout
from mockdesk.server.steps import RESTART, Mute, Step, Write
from mockdesk.server.websocket_constants import CLOSE_SECONDS, NEVER_SENT, SUBPROTOCOL


def answer_handshake(limits: StreamLimits) -> ResponseReturnValue:
    """Accept the handshake of the present request and serve its stream until it ends.

    Raises:
        UpgradeRequired: it is no handshake.
    """
    current_app.config.setdefault("SOCK_SERVER_OPTIONS", server_options(limits))
    try:
        return _view()()
    except ProtocolError:
        raise UpgradeRequired("this is no WebSocket handshake (RFC 6455)") from None


@cache
def _view() -> Callable[[], ResponseReturnValue]:
    """Return flask-sock's view, which it only ever adds to an application: to one that nobody serves."""
    app = Flask("mockdesk.sockets", static_folder=None)
    Sock(app).route("/", endpoint="stream")(_serve_stream)
    return cast(Callable[[], ResponseReturnValue], app.view_functions["stream"])


def _serve_stream(socket: Server) -> None:
    """Write the stream until it ends; the connection needs no further answer then."""
    call, reader = cast(ServedCall, g.call), cast(Reader, g.reader)
    request.environ[TAKEN_KEY] = g.streamed = True
    with call.host.use():
        told = {"operation": call.operation, "status": 101}
        call.host.records.response(call.position, call.conversation_id, told)
    WebSocketStream(socket, reader, call.host.options.streams).run()


class Wakeup(threading.Event):
    """What simple-websocket sets when a frame came or the connection ended; tells the stream's writer."""

    def __init__(self) -> None:
        super().__init__()
        self.on_set: Callable[[], None] | None = None

    def set(self) -> None:
        """Set the event and wake the writer."""
        super().set()
        if self.on_set is not None:
            self.on_set()


class ReaderThread(threading.Thread):
    """simple-websocket's reading thread: named after its request's, and not in the way of the process's end."""

    def __init__(self, target: Callable[[], None]) -> None:
        super().__init__(target=target, name=f"{threading.current_thread().name}-reader", daemon=True)

    def run(self) -> None:
        """Read. An unanswered ping makes simple-websocket close what the writer may be closing at that very moment."""
        with suppress(ConnectionClosed):
            super().run()


def server_options(limits: StreamLimits) -> dict[str, Any]:
    """Return flask-sock's ``SOCK_SERVER_OPTIONS``."""
    return {
        "subprotocols": [SUBPROTOCOL],
        "ping_interval": limits.ping_seconds,
        "max_message_size": limits.frame_bytes,
        "thread_class": ReaderThread,
        "event_class": Wakeup,
    }


class WebSocketStream:
    """Writes what its reader says until the stream ends; runs in the request's thread."""

    def __init__(self, socket: Server, reader: Reader, limits: StreamLimits) -> None:
        self._socket = socket
        self._reader = reader
        self._limits = limits
        self._connection: StreamSocket = socket.sock
        self._closed_by: Finish | None = None

    def run(self) -> None:
        """Serve the stream; returns when it has ended and its reading thread is gone."""
        self._attach()
        try:
            self._loop()
        except WriteTimeout:
            self._closed_by = Finish(None, "the client reads too slowly for a close frame")
        except (ConnectionClosed, OSError):
            return
        finally:
            self._leave()

    def _attach(self) -> None:
        self._socket.event.on_set = self._wake
        self._connection.on_close = self._wake
        self._connection.on_swallow = self._swallowed
        self._connection.on_stall = self._reader.set_stalled
        self._connection.backlog = lambda: len(self._socket.input_buffer)
        self._wake()

    def _wake(self) -> None:
        with self._reader.host.lock:
            self._reader.wake()

    def _swallowed(self) -> None:
        """A muted stream answers no ping, and does not expect an answer to its own."""
        self._socket.pong_received = True

    def _loop(self) -> None:
        while (step := self._next()) is not None:
            if not self._perform(step):
                return

    def _next(self) -> Step | None:
        """Wait for the next step; ``None`` when the connection is gone."""
        with self._reader.host.lock:
            while (step := self._reader.next_step()) is None:
                self._drain()
                if self._connection.closed:
                    return None
                self._reader.wait()
            return step

    def _drain(self) -> None:
        """Note the client's frames; they mean nothing to the desk."""
        while self._socket.input_buffer:
            self._reader.note_incoming(self._socket.input_buffer.pop(0))

    def _perform(self, step: Step) -> bool:
        """Do one step; return whether the stream goes on."""
        if isinstance(step, Write):
            return self._write(step)
        if isinstance(step, Mute):
            self._connection.muted = True
            return True
        self._close(step)
        return False

    def _write(self, step: Write) -> bool:
        if not await_room(self._reader.connection, self._reader, self._limits):
            stopping = self._reader.host.stopping
            self._close(Finish(RESTART, "the desk stops") if stopping else Finish(SLOW, "the client reads too slowly"))
            return False
        for frame in step.frames:
            self._socket.send(frame)
        self._reader.note_written(step)
        return True

    def _close(self, step: Finish) -> None:
        self._closed_by = step
        if step.code is None or step.code in NEVER_SENT:
            self._connection.shut()
            return
        self._socket.close(step.code, step.reason)

    def _leave(self) -> None:
        """Let the peer answer the close frame, then end the connection and the reading thread."""
        self._reader.close(self._closed_by)
        thread = self._socket.thread
        if self._connection.muted or self._reader.host.stopping:
            self._connection.shut()
        thread.join(CLOSE_SECONDS)
        self._connection.shut()
        thread.join(CLOSE_SECONDS)
