"""The application of the loop: the desk APIs and the health there, everything else through Flask in a few threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from werkzeug.wrappers import Request, Response

from mockdesk.core.errors import DeskError
from mockdesk.server import problems
from mockdesk.server.app import Application
from mockdesk.server.health import HEALTH
from mockdesk.server.operations import MULTIPART_OVERHEAD
from mockdesk.server.scale.answering import Cut, Send, send_response
from mockdesk.server.scale.asked import LoopRequest, Scope, Serves, environ_of, give_body
from mockdesk.server.scale.bodies import Receive, patient, whole_body
from mockdesk.server.scale.connection import LoopConnection
from mockdesk.server.scale.doing import Asked, Going, disconnected, done
from mockdesk.server.scale.outcomes import Routes
from mockdesk.server.scale.short_answers import ShortAnswer
from mockdesk.server.scale.wakes import Wakes
from mockdesk.server.served import conclude, host_of

TRANSPORT = "mockdesk.protocol"
"""The extension of a scope in which our protocol hands over itself."""

CONTROL_THREADS = 64
"""Requests of the control API, the console and the pages that are served at the same time. Each open control stream and
each ``wait`` takes one."""


class ScaleApplication:
    """Serves the desks of one server on the loop."""

    def __init__(self, application: Application, serves: Serves, wakes: Wakes, thread_prefix: str) -> None:
        self._application = application
        self._serves = serves
        self._wakes = wakes
        self._routes = Routes()
        self._pool = ThreadPoolExecutor(CONTROL_THREADS, f"{thread_prefix}control")
        self._flask = WSGIMiddleware(cast(Any, self._call_flask))
        self._flask.executor.shutdown()
        self._flask.executor = self._pool

    def answer_now(self, scope: Scope, body: bytes) -> ShortAnswer | Going | None:
        """Answer a request that is there as a whole, or return how to go on where that takes a while.

        ``None``: the request is not for the loop; nothing was done.
        """
        environ = self._environ(scope)
        asked = self._find(environ)
        if not isinstance(asked, Asked):
            return None if asked is None else ShortAnswer(asked, environ)
        give_body(environ, body)
        found = done(asked)
        return ShortAnswer(found, environ) if isinstance(found, Response) else found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request (ASGI 3)."""
        environ = self._environ(scope)
        found: Response | Going | Asked | None = self._find(environ)
        if isinstance(found, Asked):
            try:
                give_body(environ, await self._body(found.request, scope, receive))
            except Cut:
                await disconnected(receive)
                return
            found = done(found)
        if found is None:
            timed = patient(receive, scope["extensions"][TRANSPORT], self._serves.limits)
            await self._flask(scope, timed, send)  # type: ignore[arg-type]
        elif isinstance(found, Response):
            await send_response(send, found, environ)
        else:
            await found(scope, receive, send)

    def _environ(self, scope: Scope) -> dict[str, Any]:
        return environ_of(scope, LoopConnection(scope["extensions"][TRANSPORT], self._wakes), self._serves)

    def _find(self, environ: dict[str, Any]) -> Asked | Response | None:
        """Return what is asked of a desk API, a refusal, or ``None``: it is Flask's to answer."""
        try:
            is_dialect = self._application.enter(environ)
        except DeskError as error:
            return problems.problem(error)
        request = LoopRequest(environ)
        if is_dialect:
            return Asked(request, None) if request.method != "OPTIONS" else None
        route = self._routes.find(request.method, request.path)
        return _health(request) if route is None else Asked(request, route)

    async def _body(self, request: Request, scope: Scope, receive: Receive) -> bytes | DeskError | None:
        """Return the beginning of a body, up to what is of interest of it, or the refusal of one that does not come.

        ``None``: it is announced to be too large, and is not read.

        Raises:
            Cut: the client has gone.
        """
        most, serving = _most(request), scope["extensions"][TRANSPORT]
        if (request.content_length or 0) >= most:
            return None
        if serving.cycle.more_body:
            receive = patient(receive, serving, self._serves.limits)
        try:
            return await whole_body(receive, most)
        except DeskError as error:
            return error

    def _call_flask(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = self._environ(environ["asgi.scope"])
        given = {name: value for name, value in environ.items() if name.startswith("wsgi.")}
        return self._application({**told, **given, "wsgi.input_terminated": True}, start_response)

    def stop(self) -> None:
        """Let no request in any more; those that are served end."""
        self._pool.shutdown(wait=False)


def _health(request: Request) -> Response | None:
    """Return whether the server is well; ``None``: that is not asked, or the store has to be waited for."""
    health = HEALTH.get(request.path)
    if health is None or request.method not in ("GET", "HEAD") or not host_of(request).durable.ticket().is_durable:
        return None
    try:
        return conclude(None, request, health(request))
    except DeskError as error:
        return conclude(None, request, problems.problem(error))


def _most(request: Request) -> int:
    """Return how many bytes of a body are of interest: one more than any operation takes."""
    settings = host_of(request).settings
    return max(settings.max_body_bytes, settings.max_file_bytes + MULTIPART_OVERHEAD) + 1
