"""The Flask application of the desk API and the pages. It is made at the first request for it."""

from __future__ import annotations

from functools import cache, partial

from flask import Flask, g, request
from werkzeug.wrappers import Response

from mockdesk.core.errors import DeskError
from mockdesk.server import problems
from mockdesk.server.calls import Call
from mockdesk.server.console_http import add_console
from mockdesk.server.error_answers import answer_errors
from mockdesk.server.flask_app import DeskFlask
from mockdesk.server.operations import OPERATIONS, Operation
from mockdesk.server.pages import add_pages
from mockdesk.server.request_faults import serve
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.stream import add_stream


@cache
def create_app(limits: StreamLimits) -> Flask:
    """Return the application. It belongs to no server: which desk it serves is in each request's environment."""
    app = DeskFlask("mockdesk")
    app.url_map.strict_slashes = False
    for name, (method, rule, operation) in OPERATIONS.items():
        app.add_url_rule(rule, name, partial(_run, name, operation), methods=[method])
    add_stream(app, limits)
    add_pages(app)
    add_console(app)
    answer_errors(app)
    return app


def _run(name: str, operation: Operation, conversation_id: str | None = None, file_id: str = "") -> Response:
    g.call = call = Call(request, name, conversation_id, file_id)

    def answer() -> Response:
        try:
            return operation(call)
        except DeskError as error:
            return problems.problem(error)

    return serve(call, answer)
