"""Every refusal as ``application/problem+json``: the one place where errors become answers."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from types import MappingProxyType

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, RequestURITooLarge
from werkzeug.exceptions import MethodNotAllowed as HttpMethodNotAllowed
from werkzeug.exceptions import NotFound as HttpNotFound
from werkzeug.routing.exceptions import WebsocketMismatch
from werkzeug.wrappers import Request, Response

from mockdesk.core.errors import (
    BodyTooLarge,
    DeskError,
    InvalidRequest,
    MalformedJson,
    MethodNotAllowed,
    NotFound,
    QueueClosed,
    RateLimited,
    UpgradeRequired,
)
from mockdesk.server.credentials import credentials_of, without

LOGGER = logging.getLogger("mockdesk.server")
PROBLEM_JSON = "application/problem+json"
NOT_HTTP: Mapping[int, str] = MappingProxyType(
    {
        400: "malformed_request",
        414: "uri_too_long",
        431: "headers_too_large",
        505: "http_version_not_supported",
    }
)
"""The codes of requests that no application ever sees, by their status."""


class RequestTimeout(DeskError):
    """The body that was announced does not come."""

    code, status, title = "request_timeout", 408, "The body did not come"


class InternalError(DeskError):
    """The mock itself is broken; what happened is in its log."""

    code, status, title = "internal_error", 500, "The mock broke"


def problem(error: DeskError, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer for a refusal."""
    body = json.dumps(error.to_problem(), ensure_ascii=False).encode("utf-8", "replace")
    response = Response(body, error.status, content_type=PROBLEM_JSON)
    response.headers.extend({**_headers_of(error), **(headers or {})})
    return response


def _headers_of(error: DeskError) -> dict[str, str]:
    if error.status == 401:
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, RateLimited):
        return {"Retry-After": str(math.ceil(error.retry_after_seconds))}
    if isinstance(error, UpgradeRequired):
        # some clients look at the first Connection header only: it says close, too, lest they use the connection again
        return {"Upgrade": "websocket", "Connection": "Upgrade, close"}
    if isinstance(error, QueueClosed):
        return {"Retry-After": "60"}
    return {}


def not_http(name: str, title: str, status: int) -> bytes:
    """Return the problem of a request that is not HTTP, which no application ever sees."""
    problem = {
        "type": f"urn:byosd:problem:{name}",
        "title": title,
        "status": status,
        "detail": title,
        "code": name,
        "retryable": False,
    }
    return json.dumps(problem).encode()


def desk_error(error: DeskError) -> Response:
    """Answer a refusal of the core, the dialect or the server."""
    return problem(error)


def http_error(error: HTTPException, request: Request) -> Response:
    """Answer a request that Flask or werkzeug refused."""
    if isinstance(error, HttpNotFound | WebsocketMismatch):
        what = "no WebSocket" if isinstance(error, WebsocketMismatch) else "nothing"
        path = without(request.path, credentials_of(request.headers))
        return problem(NotFound(f"there is {what} at {path}"))
    if isinstance(error, HttpMethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return problem(MethodNotAllowed(f"{request.method} is not allowed here: {allowed} is"), {"Allow": allowed})
    if isinstance(error, RequestEntityTooLarge):
        return problem(BodyTooLarge("the body is too large"))
    return _other(error)


def _other(error: HTTPException) -> Response:
    if error.code == 400:
        return problem(MalformedJson(error.description or error.name))
    refusal = InvalidRequest(error.description or error.name)
    refusal.status = error.code or 400
    if isinstance(error, RequestURITooLarge):
        refusal.status = 414
    return problem(refusal)


def unexpected(error: Exception) -> Response:
    """Answer what nobody foresaw, and log it."""
    if isinstance(error, ConnectionError):  # the client has gone; nobody will read the answer
        LOGGER.debug("the client has gone: %s", type(error).__name__)
    else:
        LOGGER.exception("a request failed", exc_info=error)
    return problem(InternalError("the mock failed; its log says why"))
