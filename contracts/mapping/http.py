"""One HTTP request at a time, which another thread can give up: a poll that a desk keeps open ends with its chat."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from contracts.desk.bodies import decoded, lower


@dataclass(frozen=True)
class Reply:
    """What came back. ``status`` is ``None`` when no whole answer came; ``body`` is JSON where it is, else text."""

    status: int | None
    headers: Mapping[str, str]
    body: Any = None
    error: str | None = None


class Line:
    """A connection for one request after the other, each of which :meth:`abort` gives up from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None
        self._aborted = False

    def abort(self) -> None:
        """Give the present request up, and every later one."""
        with self._lock:
            self._aborted, connection = True, self._connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def send(
        self,
        method: str,
        url: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        *,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        timeout: float,
    ) -> Reply:
        """Send a request and return what came, whatever it is; ``timeout`` is wall seconds for each read."""
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{urlencode(query)}" if query else f"?{parts.query}" if parts.query else "")
        body, kind = _body(json_body, form)
        sent = {**({"Content-Type": kind} if kind else {}), "Accept": "*/*", "Connection": "close", **headers}
        connection = _connection(parts.scheme, parts.netloc, timeout)
        try:
            connection.connect()
            with self._lock:
                self._connection = connection
                if self._aborted:
                    return Reply(None, {}, None, "the request was given up")
            connection.request(method, target, body, sent)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Reply(None, {}, None, f"{type(error).__name__}: {error}")
        finally:
            with self._lock:
                self._connection = None
            connection.close()
        return Reply(answer.status, lower(dict(answer.getheaders())), decoded(content) if content else None)


def _connection(scheme: str, netloc: str, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(netloc, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(netloc, timeout=timeout)


def _body(json_body: Any, form: Mapping[str, str] | None) -> tuple[bytes | None, str | None]:
    if form is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    if json_body is not None:
        return json.dumps(json_body).encode(), "application/json"
    return None, None
