"""What every application of the mock's own APIs does with errors, and after each request."""

from __future__ import annotations

import re
from difflib import get_close_matches

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from mockdesk.core.errors import DeskError
from mockdesk.server import problems
from mockdesk.server.credentials import credentials_of, without
from mockdesk.server.host import DeskHost
from mockdesk.server.operations import OPERATIONS, STREAM_OPERATION, STREAM_PATH
from mockdesk.server.served import finish, host_of

_PLACEHOLDER = re.compile(r"<(\w+)>")


def answer_errors(app: Flask) -> None:
    """Answer errors as problems, and note requests that fit no route."""
    app.register_error_handler(DeskError, problems.desk_error)
    app.register_error_handler(HTTPException, problems.http_error)
    app.register_error_handler(Exception, problems.unexpected)
    app.before_request(_note_near_miss)
    app.after_request(finish)


def _note_near_miss() -> None:
    """Put a request that fits no route into the journal, with the nearest operation."""
    error = request.routing_exception
    if error is None or isinstance(error, RoutingException):
        return
    path = str(without(request.path, credentials_of(request.headers)))
    note_near_miss(host_of(request), request.method, path, error.code)


def note_near_miss(host: DeskHost, method: str, path: str, status: int | None) -> None:
    """Put a request that fits no route into the journal, with the nearest operation."""
    asked = f"{method} {path}"
    with host.use():
        host.records.near_miss({"request": asked, "status": status, **nearest(asked)})


def nearest(asked: str) -> dict[str, str]:
    """Return the operation whose method and path are most like what was asked for."""
    table = {_PLACEHOLDER.sub(r"{\1}", f"{method} {rule}"): name for name, (method, rule, _) in OPERATIONS.items()}
    table[_PLACEHOLDER.sub(r"{\1}", f"GET {STREAM_PATH}")] = STREAM_OPERATION
    found = get_close_matches(asked, table, n=1, cutoff=0.3)
    return {"nearest": found[0], "operation": table[found[0]]} if found else {}
