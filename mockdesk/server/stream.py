"""The WebSocket operation of openapi.yaml, its guard, and 426 for a request without an upgrade."""

from __future__ import annotations

from flask import Flask, Response, g, request

from mockdesk.core.errors import NotFound, UpgradeRequired
from mockdesk.dialects import canonical
from mockdesk.dialects.canonical_feed import CanonicalFeed
from mockdesk.server.calls import Call
from mockdesk.server.delivery import Reader
from mockdesk.server.handshake import forget_reader, guard, reader_of
from mockdesk.server.operations import STREAM_OPERATION, STREAM_PATH
from mockdesk.server.problems import problem
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.socket_route import add_socket_route
from mockdesk.server.steps import WEBSOCKET

PLAIN = f"{STREAM_OPERATION}.plain"


def add_stream(app: Flask, limits: StreamLimits) -> None:
    """Add the stream's route."""
    add_socket_route(app, STREAM_PATH, STREAM_OPERATION, limits)
    app.add_url_rule(STREAM_PATH, PLAIN, _without_upgrade)
    app.before_request(_guard)
    app.teardown_request(forget_reader)


def _without_upgrade(conversation_id: str) -> Response:
    g.call = call = Call(request, STREAM_OPERATION, conversation_id)
    with call.host.use():
        call.begin()
    return problem(UpgradeRequired("this path answers WebSocket handshakes only"))


def _guard() -> Response | None:
    if request.endpoint != STREAM_OPERATION:
        return None
    call = Call(request, STREAM_OPERATION, (request.view_args or {})["conversation_id"])
    return guard(call, lambda: open_stream(call))


def open_stream(call: Call) -> Reader:
    """Return the reader of a new stream.

    Raises:
        DeskError: the stream may not be read, or not from there.
    """
    headers, args = call.request.headers, call.request.args
    token = canonical.stream_token(
        headers.get("Authorization"), headers.get("Sec-WebSocket-Protocol"), args.get("access_token")
    )
    with call.desk() as desk:
        desk.authorize(call.conversation_id or "", token)
        if WEBSOCKET not in desk.settings.transports:
            raise NotFound("this desk does not offer WebSocket")
    after = canonical.parse_position(args.get("after"))
    feed = CanonicalFeed(call.host.desk, call.conversation_id or "", token, call.host.entries)
    return reader_of(call, feed, after)
