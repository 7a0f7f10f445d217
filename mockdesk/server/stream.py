"""The WebSocket operation. flask-sock accepts a handshake before its view runs, so every refusal is made in a guard."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Response, g, request
from flask_sock import Sock  # type: ignore[import-untyped]
from simple_websocket import Server  # type: ignore[import-untyped]

from mockdesk.core.errors import DeskError, NotFound, UpgradeRequired
from mockdesk.dialects import canonical
from mockdesk.server.calls import TAKEN_KEY, Call
from mockdesk.server.delivery import WEBSOCKET, Reader, ReaderRequest
from mockdesk.server.operations import STREAM_OPERATION, STREAM_PATH
from mockdesk.server.problems import problem
from mockdesk.server.request_faults import serve
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.sockets import StreamSocket
from mockdesk.server.websocket import WebSocketStream, server_options

PLAIN = f"{STREAM_OPERATION}.plain"


def add_stream(app: Flask, limits: StreamLimits) -> None:
    """Add the stream's route: the WebSocket, its guard, and 426 for a request without an upgrade."""
    app.config["SOCK_SERVER_OPTIONS"] = server_options(limits)
    sock = Sock(app)
    sock.route(STREAM_PATH, endpoint=STREAM_OPERATION)(_serve_stream)
    app.add_url_rule(STREAM_PATH, PLAIN, _without_upgrade)
    app.before_request(_guard)
    app.teardown_request(_forget_reader)


def _without_upgrade(conversation_id: str) -> Response:
    g.call = call = Call(request, STREAM_OPERATION, conversation_id)
    call.begin()
    return problem(UpgradeRequired("this path answers WebSocket handshakes only"))


def _guard() -> Response | None:
    """Refuse what must be refused before the handshake is accepted; ``None`` lets flask-sock accept it."""
    if request.endpoint != STREAM_OPERATION:
        return None
    g.call = call = Call(request, STREAM_OPERATION, (request.view_args or {})["conversation_id"])
    response = serve(call, lambda: _open(call))
    return None if response is g.get("opened") else response


def _open(call: Call) -> Response:
    """Open a reader for the stream and say so with ``g.opened``, or answer why not."""
    try:
        g.reader = _open_reader(call)
    except DeskError as error:
        return problem(error)
    environ = call.request.environ
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)  # permessage-deflate costs 100 KiB a connection
    g.opened = opened = Response()
    return opened


def _open_reader(call: Call) -> Reader:
    headers, args = call.request.headers, call.request.args
    token = canonical.stream_token(
        headers.get("Authorization"), headers.get("Sec-WebSocket-Protocol"), args.get("access_token")
    )
    with call.desk() as desk:
        desk.authorize(call.conversation_id or "", token)
        if WEBSOCKET not in desk.settings.transports:
            raise NotFound("this desk does not offer WebSocket")
    after = canonical.parse_position(args.get("after"))
    wanted = ReaderRequest(call.conversation_id or "", token or "", after, WEBSOCKET, call.connection, call.position)
    reader = call.host.open_reader(wanted)
    call.request.environ["werkzeug.socket"] = StreamSocket(call.connection, call.host.options.streams.stall_seconds)
    return reader


def _serve_stream(socket: Server, conversation_id: str) -> None:
    """Write the stream until it ends; the connection needs no further answer then."""
    call, reader = cast(Call, g.call), cast(Reader, g.reader)
    request.environ[TAKEN_KEY] = g.streamed = True
    with call.host.use():
        call.host.records.response(call.position, conversation_id, {"operation": STREAM_OPERATION, "status": 101})
    WebSocketStream(socket, reader, call.host.options.streams).run()


def _forget_reader(error: Any) -> None:
    """Forget a reader whose handshake failed."""
    reader: Reader | None = g.pop("reader", None)
    if reader is not None:
        reader.host.remove_reader(reader)
