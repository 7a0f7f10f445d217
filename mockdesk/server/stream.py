"""The WebSocket operation of openapi.yaml, its guard, and 426 for a request without an upgrade."""

from __future__ import annotations

from flask import Flask, g, request
from werkzeug.wrappers import Response

from mockdesk.core.errors import UpgradeRequired
from mockdesk.server.calls import Call
from mockdesk.server.handshake import forget_reader, guard
from mockdesk.server.operations import STREAM_OPERATION, STREAM_PATH
from mockdesk.server.problems import problem
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.socket_readers import open_stream
from mockdesk.server.socket_route import add_socket_route

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
