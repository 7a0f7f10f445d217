"""The WSGI entry, which finds the desk that a request is for.

The Flask applications are made at the first request for each: Flask takes long to import, and routes to compile. The
scale tier answers the desk APIs without them; the embedded one makes theirs before it listens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from mockdesk.core.errors import DeskError
from mockdesk.server import guard, problems
from mockdesk.server.desks import DESK_PATH
from mockdesk.server.host import DeskHost
from mockdesk.server.logs import RequestLine, log_request, milliseconds_since
from mockdesk.server.mounts import mount
from mockdesk.server.served import BEGAN_KEY, HOST_KEY, SERVER_KEY, TAKEN_KEY
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.wsgi import ConnectionTaken

if TYPE_CHECKING:
    from flask import Flask


class DeskFinder(Protocol):
    """Knows the desks of a server."""

    def find_host(self, name: str) -> DeskHost:
        """Return the desk of a name, ``""`` the server's own.

        Raises:
            UnknownDesk: there is none.
        """


class Application:
    """The WSGI application: finds the desk and the shape of API, runs Flask, and drops connections that need no
    answer."""

    def __init__(self, limits: StreamLimits, desks: DeskFinder, server: object) -> None:
        self._limits = limits
        self._desks = desks
        self._server = server

    def load(self) -> None:
        """Make the application of the desk API now: whoever calls first would wait for the import of Flask."""
        _ = self._app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        environ[SERVER_KEY] = self._server
        try:
            is_dialect = self.enter(environ)
        except DeskError as error:
            return problems.problem(error)(environ, start_response)
        answer = self._application_of(environ, is_dialect)(environ, start_response)
        if environ.get(TAKEN_KEY):
            _close(answer)
            raise ConnectionTaken("the connection was taken over")
        return answer

    def _application_of(self, environ: dict[str, Any], is_dialect: bool) -> Flask:
        if is_dialect:
            return self._dialects
        return self._control if guard.is_below(guard.CONTROL_PATH, environ["PATH_INFO"]) else self._app

    @cached_property
    def _app(self) -> Flask:
        from mockdesk.server.desk_app import create_app

        return create_app(self._limits)

    @cached_property
    def _dialects(self) -> Flask:
        from mockdesk.server.dialects_http import create_dialect_app

        return create_dialect_app(self._limits)

    @cached_property
    def _control(self) -> Flask:
        from mockdesk.server.control_app import create_control_app

        return create_control_app()

    def enter(self, environ: dict[str, Any]) -> bool:
        """Find the desk of a request, and its shape of API; return whether that is a dialect.

        Every tier asks here first.

        Raises:
            UnknownDesk: there is no such desk.
            ForeignHost, ForeignOrigin: it would drive the mock, and comes from where it may not (``guard.py``).
        """
        environ.setdefault(BEGAN_KEY, time.monotonic())
        environ[HOST_KEY] = host = self._desks.find_host(self._enter(environ))
        is_dialect = mount(environ, host.settings, host.options.dialects) is not None
        if not is_dialect and guard.is_guarded(environ["PATH_INFO"]):
            _check_guard(host, environ)
        return is_dialect

    @staticmethod
    def _enter(environ: dict[str, Any]) -> str:
        """Move ``/desks/{name}`` from the path to the script's name; return the desk's name."""
        path: str = environ["PATH_INFO"]
        if not path.startswith(DESK_PATH):
            return ""
        name, slash, rest = path.removeprefix(DESK_PATH).partition("/")
        environ["SCRIPT_NAME"] = f"{environ['SCRIPT_NAME']}{DESK_PATH}{name}"
        environ["PATH_INFO"] = f"{slash}{rest}" or "/"
        return name


def _check_guard(host: DeskHost, environ: dict[str, Any]) -> None:
    """Refuse what may not drive the mock, and note it: no header of it, as one may hold anything."""
    asked = guard.Asked.of(environ)
    refused = guard.refusal(asked, guard.KnownHosts(environ["SERVER_NAME"], host.options.allowed_hosts))
    if refused is None:
        return
    path = f"{environ['SCRIPT_NAME']}{asked.path}"
    log_request(RequestLine(asked.method, path, refused.status, milliseconds_since(environ[BEGAN_KEY]), host.name))
    told = {"request": f"{asked.method} {path}", "status": refused.status, "refused": refused.code}
    with host.use():
        host.records.near_miss({**told, "hint": guard.REMEDY.format(name="NAME")})
    raise refused


def _close(answer: Iterable[bytes]) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()
