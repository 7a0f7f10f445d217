"""The Flask application of all dialects: one route for every path, as a dialect finds its operations by itself."""

from __future__ import annotations

from functools import cache
from typing import cast

from flask import Flask, g
from flask import Request as FlaskRequest
from flask import request as flask_request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from mockdesk.core.errors import DeskError, InvalidRequest, UpgradeRequired
from mockdesk.dialects.seam import Answer, Duplex, Poll, Stream
from mockdesk.server import problems
from mockdesk.server.delivery import Reader
from mockdesk.server.dialect_calls import (
    DialectCall,
    done,
    poll_answer,
    poll_reader,
    refused,
    socket_reader,
    told,
    understood,
)
from mockdesk.server.error_answers import finish
from mockdesk.server.events import long_poll
from mockdesk.server.flask_app import DeskFlask
from mockdesk.server.handshake import forget_reader, guard
from mockdesk.server.request_faults import serve
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.socket_route import add_socket_route

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SOCKETS = ("dialect.socket.root", "dialect.socket")


@cache
def create_dialect_app(limits: StreamLimits) -> Flask:
    """Return the application; which desk and which dialect it serves is in each request's environment."""
    app = DeskFlask("mockdesk.dialects")
    for path, socket in zip(("/", "/<path:path>"), SOCKETS, strict=True):
        app.add_url_rule(path, "dialect", _serve, methods=METHODS)
        add_socket_route(app, path, socket, limits)
    app.register_error_handler(DeskError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)
    app.before_request(_guard)
    app.after_request(finish)
    app.teardown_request(forget_reader)
    return app


def _request() -> FlaskRequest:
    return cast(FlaskRequest, flask_request._get_current_object())  # type: ignore[attr-defined]


def _serve(path: str = "") -> Response:
    call = understood(_request())
    if isinstance(call, Response):
        return call
    g.call = call
    return serve(call, lambda: _answer(call))


def _answer(call: DialectCall) -> Response:
    """Do what was prepared, and answer in the dialect's shape."""
    try:
        outcome = done(call)
        if isinstance(outcome, Stream | Duplex):
            raise UpgradeRequired("this path answers WebSocket handshakes only")
        return _polled(call, outcome) if isinstance(outcome, Poll) else told(call, outcome)
    except DeskError as error:
        return call.refuse(error)


def _polled(call: DialectCall, poll: Poll) -> Response:
    return long_poll(call, poll_reader(call, poll), poll.wait, poll_answer(call, poll))


def _guard() -> Response | None:
    """Refuse a handshake that the dialect refuses; ``None`` lets flask-sock accept it."""
    if flask_request.endpoint not in SOCKETS:
        return None
    call = understood(_request())
    return call if isinstance(call, Response) else guard(call, lambda: _opened(call))


def _opened(call: DialectCall) -> Reader | Response:
    outcome = socket_reader(call)
    if isinstance(outcome, Reader):
        return outcome
    return told(call, outcome) if isinstance(outcome, Answer) else _polled(call, outcome)


def _refused(error: DeskError) -> Response:
    return refused(_request(), error)


def _http_error(error: HTTPException) -> Response:
    refusal = InvalidRequest(error.description or error.name)
    refusal.status = error.code or 400
    return _refused(refusal)


def _unexpected(error: Exception) -> Response:
    problems.unexpected(error)
    return _refused(problems.InternalError("the mock failed; its log says why"))
