"""An ASGI request as werkzeug's, which the operations know."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import EnvironHeaders, ImmutableMultiDict, MultiDict
from werkzeug.sansio.utils import get_host
from werkzeug.utils import cached_property
from werkzeug.wrappers import Request

from mockdesk.core.errors import DeskError
from mockdesk.dialects.bodies import JSON
from mockdesk.server.bodies import BODY_KEY
from mockdesk.server.connections import Connection
from mockdesk.server.limits import ServerLimits
from mockdesk.server.served import CONNECTION_KEY, SERVER_KEY

Scope = Mapping[str, Any]
COMMON = (
    b"host",
    b"connection",
    b"user-agent",
    b"accept",
    b"accept-encoding",
    b"accept-language",
    b"authorization",
    b"idempotency-key",
    b"origin",
    b"referer",
    b"sec-fetch-dest",
    b"sec-fetch-mode",
    b"sec-fetch-site",
    b"sec-websocket-protocol",
    b"x-api-key",
)
"""What nearly every request says, or is asked for, besides its body's type and length: their keys are made once."""


def _key_of(name: bytes) -> str:
    """Return the name of a header in a WSGI environment (PEP 3333)."""
    return f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"


_KEYS: Mapping[bytes, str] = MappingProxyType(
    {
        b"content-type": "CONTENT_TYPE",
        b"content-length": "CONTENT_LENGTH",
        **{name: _key_of(name) for name in COMMON},
    }
)
_KEYS_ASKED: Mapping[str, str] = MappingProxyType(
    {one: key for name, key in _KEYS.items() for one in (name.decode(), name.decode().title())}
)


@dataclass(frozen=True)
class Serves:
    """What serves: the server as its owner has it, the address that it listens on, and what it bears."""

    owner: object
    bound: str
    limits: ServerLimits


def environ_of(scope: Scope, connection: Connection, serves: Serves) -> dict[str, Any]:
    """Return the WSGI environment of a request, still without its body (PEP 3333: texts are bytes as Latin-1).

    ``SERVER_NAME`` is the address that was bound, as in the embedded tier, which may be that of every interface.
    """
    _, port = scope["server"]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.get("method", "GET"),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": serves.bound,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        SERVER_KEY: serves.owner,
        CONNECTION_KEY: connection,
    }
    for name, value in scope["headers"]:
        key = _KEYS.get(name) or _key_of(name)
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ


class LoopHeaders(EnvironHeaders):
    """werkzeug's headers, with a short way to one that is asked for by its name."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        """Return a header, or ``default``; ``type`` makes something else of it."""
        if type is not None:
            return super().get(key, default, type)
        known = _KEYS_ASKED.get(key)
        return super().get(key, default) if known is None else self.environ.get(known, default)


class LoopRequest(Request):
    """werkzeug's request, with short ways to what nearly every request is asked for.

    Its environment does not know it: the two would be a cycle, which takes memory until the collector finds it.
    """

    headers: LoopHeaders

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ, populate_request=False)
        self.headers = LoopHeaders(environ)

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The parameters of the query."""
        return super().args if self.query_string else ImmutableMultiDict()

    @property
    def host(self) -> str:
        """The host that the client asks, as its header has it, or the server's own address."""
        return _host_of(self.scheme, self.environ.get("HTTP_HOST"), self.server)

    @property
    def mimetype(self) -> str:
        """The media type of the body, without parameters."""
        told: str = self.environ.get("CONTENT_TYPE", "")
        return told if told == JSON else super().mimetype


@lru_cache(maxsize=256)
def _host_of(scheme: str, told: str | None, server: tuple[str, int | None] | None) -> str:
    return get_host(scheme, told, server)


class LateBody(io.RawIOBase):
    """Stands for a body that did not come: whoever reads it is told so."""

    def __init__(self, refusal: DeskError) -> None:
        self._refusal = refusal

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Raise the refusal."""
        raise self._refusal


def give_body(environ: dict[str, Any], body: bytes | DeskError | None) -> None:
    """Put the body into the environment, or the refusal of one that did not come.

    ``None``: its announced length is enough to refuse it, and nobody reads it.
    """
    if isinstance(body, bytes):
        environ[BODY_KEY] = body
    environ["wsgi.input"] = LateBody(body) if isinstance(body, DeskError) else io.BytesIO(body or b"")
    environ["wsgi.input_terminated"] = True
