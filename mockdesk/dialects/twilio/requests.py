"""HTTP requests that travel inside twilsock: method, host, path, params, headers, and the payload as the body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from mockdesk.dialects.seam import Request
from mockdesk.dialects.twilio.frames import MalformedFrame, Packet


def request_of(packet: Packet) -> Request:
    """Return the request that a ``message`` carries.

    Raises:
        MalformedFrame: it carries none that can be read.
    """
    asked = packet.header.get("http_request")
    if not isinstance(asked, dict):
        raise MalformedFrame("a message needs http_request")
    host, path, method = (asked.get(name) for name in ("host", "path", "method"))
    if not (isinstance(host, str) and isinstance(path, str) and isinstance(method, str)):
        raise MalformedFrame("http_request needs host, path and method")
    headers, params = asked.get("headers"), asked.get("params")
    return Request(
        method.upper(),
        unquote(path) if path.startswith("/") else f"/{unquote(path)}",
        f"https://{host}",
        host,
        _query(params if isinstance(params, dict) else {}),
        {str(name).lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {},
        packet.raw,
    )


def _query(params: Mapping[str, object]) -> dict[str, Sequence[str]]:
    """Return the parameters; repeated ones are lists, values are still percent-encoded."""
    query: dict[str, Sequence[str]] = {}
    for name, value in params.items():
        values = value if isinstance(value, list) else [value]
        query[name] = tuple(unquote(_text(one)) for one in values)
    return query


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
