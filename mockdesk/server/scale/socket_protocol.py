"""WebSockets on the event loop: a protocol of our own.

ASGI messages can neither carry a frame that was prepared once nor do without a task a connection. The parsing is that
of ``websockets`` (its sans-I/O protocol).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.datastructures import Headers
from websockets.frames import CloseCode, Opcode
from websockets.frames import Frame as WireFrame
from websockets.http11 import Request as WireRequest
from websockets.http11 import Response as WireResponse
from websockets.protocol import Protocol
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from werkzeug.wrappers import Response

from mockdesk.core.errors import UpgradeRequired
from mockdesk.server.problems import problem
from mockdesk.server.scale.answering import Cut
from mockdesk.server.scale.connection import LoopConnection
from mockdesk.server.scale.handshake import HANDSHAKES, Handshakes, Opened
from mockdesk.server.scale.stream import LoopStream
from mockdesk.server.scale.wakes import LoopSignal
from mockdesk.server.websocket_constants import CLOSE_SECONDS, SUBPROTOCOL

QUIET = logging.Logger("mockdesk.websockets", logging.CRITICAL)
"""For a library that logs headers, tokens among them: nowhere."""


class DeskSocketProtocol(asyncio.Protocol):
    """One WebSocket connection: its handshake, then its stream."""

    is_half_closed = False

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any]) -> None:
        self._handshakes = cast(Handshakes, app_state[HANDSHAKES])
        self._connections = cast(set[object], server_state.connections)
        self._protocol = ServerProtocol(
            select_subprotocol=_select_subprotocol, max_size=self._handshakes.limits.frame_bytes, logger=QUIET
        )
        self._connection: LoopConnection
        self._stream: LoopStream | None = None
        self._opened: Opened | None = None
        self._parts: list[bytes] = []
        self._is_text = True
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._connections.add(self)
        self._transport = cast(asyncio.Transport, transport)
        self._connection = LoopConnection(self, self._handshakes.wakes)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        self._connections.discard(self)
        if self._stream is not None:
            self._stream.lost()
        if self._opened is not None:
            self._opened.ended()

    def take_request(self, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Take a GET whose head was parsed already: the library's parser goes on with the frames."""
        told = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
        self._protocol.parser = Protocol.parse(self._protocol)
        next(self._protocol.parser)  # as the library begins with a parser
        self._begin_handshake(WireRequest(target.decode("ascii"), told))

    def _begin_handshake(self, request: WireRequest) -> None:
        self._task = asyncio.get_running_loop().create_task(self._shake_hands(request))

    def data_received(self, data: bytes) -> None:
        """Take bytes of the client."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, WireRequest):
                self._begin_handshake(event)
            elif isinstance(event, WireFrame):
                self._take_frame(event)
        self._say()

    def eof_received(self) -> None:
        """Take notice that the client sends nothing more; the transport closes then."""

    def resume_writing(self) -> None:
        """Go on writing."""
        if self._stream is not None:
            self._stream.has_room()

    def shutdown(self) -> None:
        """Be told that the server stops: the desks have ended their streams already."""
        if self._stream is None:
            self._connection.transport.close()

    @property
    def transport(self) -> asyncio.Transport:
        """The connection's transport."""
        return self._transport

    def _say(self) -> None:
        """Write what the protocol itself has to say, and close when it is done."""
        chunks = self._protocol.data_to_send()
        data = b"".join(chunks)
        transport = self._connection.transport
        if data and not (self._stream is not None and self._stream.muted):
            transport.write(data)
        if b"" in chunks:  # the protocol's way to ask for the end
            transport.close()
        elif self._protocol.close_expected():
            self._handshakes.wakes.loop.call_later(CLOSE_SECONDS, transport.abort)

    # The handshake

    async def _shake_hands(self, request: WireRequest) -> None:
        try:
            opened = await self._handshakes.judge(self._scope_of(request), self._connection)
        except Cut:
            self._connection.transport.abort()
            return
        finally:
            self._task = None
        if isinstance(opened, Response):
            self._refuse(opened)
        elif self._connection.is_gone():
            opened.forget()
        else:
            self._accept(opened, self._protocol.accept(request))

    def _scope_of(self, request: WireRequest) -> dict[str, Any]:
        path, _, query = request.path.partition("?")
        told = request.headers.raw_items()
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in told]
        server = self._connection.transport.get_extra_info("sockname")
        target = {"raw_path": path.encode("latin-1"), "query_string": query.encode("latin-1")}
        return {"method": "GET", **target, "headers": headers, "server": server[:2]}

    def _accept(self, opened: Opened, answer: WireResponse) -> None:
        if answer.status_code != 101:
            opened.forget()
            self._refuse(problem(UpgradeRequired("this is no WebSocket handshake (RFC 6455)")))
            return
        answer.headers["Server"] = "mockdesk"
        self._protocol.send_response(answer)
        self._connection.bound_write_buffer()
        self._say()
        opened.accepted()
        self._opened = opened
        self._stream = stream = LoopStream(self._protocol, self._connection, opened.reader)
        cast(LoopSignal, opened.reader.signal).on_wake = stream.pump
        stream.pump()

    def _refuse(self, response: Response) -> None:
        """Answer a handshake that is refused (RFC 6455, 4.2.2)."""
        body = response.get_data()
        headers = Headers()
        for name, value in response.headers.items():
            if name.lower() != "connection":
                headers[name] = value
        headers["Server"], headers["Connection"] = "mockdesk", "close"
        reason = response.status.partition(" ")[2]
        self._protocol.send_response(WireResponse(response.status_code, reason, headers, body))
        self._say()

    # What the client sends

    def _take_frame(self, frame: WireFrame) -> None:
        stream = self._stream
        if stream is None:
            return
        if frame.opcode is Opcode.PONG:
            stream.ponged()
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._is_text = frame.opcode is Opcode.TEXT if frame.opcode is not Opcode.CONT else self._is_text
            self._parts.append(bytes(frame.data))
            if frame.fin:
                self._take_message(stream)

    def _take_message(self, stream: LoopStream) -> None:
        data = b"".join(self._parts)
        self._parts.clear()
        try:
            stream.received(data.decode() if self._is_text else data)
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA, "a text that is not UTF-8")


def _select_subprotocol(protocol: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in offered else None
