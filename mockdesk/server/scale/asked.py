"""An ASGI request as werkzeug's, which the operations know."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from mockdesk.server.connections import Connection
from mockdesk.server.served import CONNECTION_KEY, SERVER_KEY

Scope = Mapping[str, Any]
_OWN_NAMES = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


def environ_of(scope: Scope, connection: Connection, server: object) -> dict[str, Any]:
    """Return the WSGI environment of a request, still without its body (PEP 3333: texts are bytes as Latin-1)."""
    host, port = scope["server"]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.get("method", "GET"),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        SERVER_KEY: server,
        CONNECTION_KEY: connection,
    }
    for name, value in scope["headers"]:
        key = _OWN_NAMES.get(name) or f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ


def give_body(environ: dict[str, Any], body: bytes) -> None:
    """Put the body into the environment."""
    environ["wsgi.input"] = io.BytesIO(body)
    environ["wsgi.input_terminated"] = True
