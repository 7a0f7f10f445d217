"""Lets pages of any origin use the desk API from a browser. It needs no cookies, so the wildcard is safe; the control
API is left out: a page that a developer happens to visit must not drive the desk."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

OPEN_PATHS = ("/v1/", "/openapi.yaml", "/healthz", "/readyz")
EXPOSED = "Location, Retry-After, WWW-Authenticate, Content-Disposition, Upgrade, Allow"
ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Api-Key, Accept"
PREFLIGHT_SECONDS = "600"


def allow(request: Request, response: Response, *, is_open: bool = False) -> Response:
    """Add what a browser wants to see, where a desk API answers a request from another origin.

    ``is_open``: the path is one of a desk API, whatever it looks like.
    """
    if "HTTP_ORIGIN" not in request.environ or not (is_open or request.path.startswith(OPEN_PATHS)):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    asked = request.headers.get("Access-Control-Request-Method")
    if request.method == "OPTIONS" and asked is not None:
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", asked)
        response.headers["Access-Control-Allow-Headers"] = (
            request.headers.get("Access-Control-Request-Headers") or ALLOWED_HEADERS
        )
        response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response
