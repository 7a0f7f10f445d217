"""What the pages may do in a browser: nothing that leaves this server, and nothing that was not a file of theirs."""

from __future__ import annotations

import re

from werkzeug.wrappers import Response

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")

_WIDGET = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # the widget writes style elements and attributes
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
_FRAMES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "data:",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def widget_policy(host: str) -> str:
    """Return the policy of the page with the widget; ``host`` is what the browser calls this server.

    ``'self'`` alone means the WebSocket of this server to some browsers only, so that it is named.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return _written({**_WIDGET, "connect-src": f"'self'{sockets}"})


def frames_policy() -> str:
    """Return the policy of the page that holds the widget and the console in frames."""
    return _written(_FRAMES)


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def harden(response: Response, policy: str) -> Response:
    """Put a policy on a page, and what else keeps its content where it is."""
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
