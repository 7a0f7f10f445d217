"""WebSocket handshakes. flask-sock accepts one before its view runs, so every refusal is made in a guard before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from werkzeug.wrappers import Response

from mockdesk.core.errors import DeskError
from mockdesk.server.delivery import Reader
from mockdesk.server.request_faults import serve
from mockdesk.server.served import ServedCall
from mockdesk.server.sockets import StreamSocket


def guard(call: ServedCall, open_reader: Callable[[], Reader | Response]) -> Response | None:
    """Refuse what must be refused before the handshake is accepted; ``None`` lets flask-sock accept it.

    ``open_reader`` gives the reader of the new stream, or an answer that is none; it raises ``DeskError``.
    """
    g.call = call
    response = serve(call, lambda: _open(call, open_reader))
    return None if response is g.get("opened") else response


def _open(call: ServedCall, open_reader: Callable[[], Reader | Response]) -> Response:
    """Open a reader for the stream and say so with ``g.opened``, or answer why not."""
    try:
        reader = open_reader()
    except DeskError as error:
        return call.refuse(error)
    if isinstance(reader, Response):
        return reader
    g.reader = reader
    environ = call.request.environ
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)  # permessage-deflate costs 100 KiB a connection
    environ["werkzeug.socket"] = StreamSocket(environ["werkzeug.socket"], call.host.options.streams.stall_seconds)
    g.opened = opened = Response()
    return opened


def forget_reader(error: Any) -> None:
    """Forget a reader whose handshake failed."""
    reader: Reader | None = g.pop("reader", None)
    if reader is not None:
        reader.host.remove_reader(reader)
