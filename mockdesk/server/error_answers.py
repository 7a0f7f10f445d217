"""What every application of the mock's own APIs does with errors, and after each request."""

from __future__ import annotations

from flask import Flask, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException
from werkzeug.wrappers import Response

from mockdesk.core.errors import DeskError
from mockdesk.server import problems
from mockdesk.server.credentials import credentials_of, without
from mockdesk.server.durable import StoreFailed
from mockdesk.server.near_misses import note_near_miss
from mockdesk.server.served import TAKEN_KEY, conclude, host_of


def answer_errors(app: Flask) -> None:
    """Answer errors as problems, and note requests that fit no route."""
    app.register_error_handler(DeskError, problems.desk_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, problems.unexpected)
    app.before_request(_note_near_miss)
    app.after_request(finish)


def _http_error(error: HTTPException) -> Response:
    return problems.http_error(error, request)


def _note_near_miss() -> None:
    """Put a request that fits no route into the journal, with the nearest operation."""
    error = request.routing_exception
    if error is None or isinstance(error, RoutingException):
        return
    path = str(without(request.path, credentials_of(request.headers)))
    note_near_miss(host_of(request), request.method, path, error.code)


def finish(response: Response) -> Response:
    """Conclude the present request of Flask's, and wait until all that the desks have done is in the store."""
    concluded = conclude(g.get("call"), request, response, is_streamed="streamed" in g)
    try:
        if not request.environ.get(TAKEN_KEY):
            host_of(request).durable.ticket().wait()
    except StoreFailed as error:
        return problems.problem(error)
    return concluded
