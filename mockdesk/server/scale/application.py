"""The ASGI application: requests of the desk APIs on the loop, everything else through Flask in a few threads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, cast

from a2wsgi import WSGIMiddleware
from flask import Request, Response

from mockdesk.core.errors import UnknownDesk
from mockdesk.server import problems
from mockdesk.server.app import Application
from mockdesk.server.operations import MULTIPART_OVERHEAD
from mockdesk.server.request_faults import begin
from mockdesk.server.scale.answering import Cut, LoopEventStream, Message, Send, collect, send_half, send_response
from mockdesk.server.scale.asked import Scope, environ_of, give_body
from mockdesk.server.scale.connection import LoopConnection
from mockdesk.server.scale.durability import when_durable
from mockdesk.server.scale.faults import Half, strike
from mockdesk.server.scale.outcomes import Endless, HeldPoll, Operate, Outcome, Routes, canonical, failure, in_dialect
from mockdesk.server.scale.wakes import Wakes
from mockdesk.server.served import TAKEN_KEY, ServedCall, conclude, host_of

Receive: TypeAlias = Callable[[], Awaitable[Message]]
TRANSPORT = "mockdesk.protocol"
"""The extension of a scope in which our protocol hands over itself."""

CONTROL_THREADS = 64
"""Requests of the control API, the console and the pages that are served at the same time. Each open control stream and
each ``wait`` takes one."""


class ScaleApplication:
    """Serves the desks of one server on the loop."""

    def __init__(self, application: Application, server: object, wakes: Wakes, thread_prefix: str) -> None:
        self._application = application
        self._server = server
        self._wakes = wakes
        self._routes = Routes()
        self._pool = ThreadPoolExecutor(CONTROL_THREADS, f"{thread_prefix}control")
        self._flask = WSGIMiddleware(cast(Any, self._call_flask))
        self._flask.executor.shutdown()
        self._flask.executor = self._pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request (ASGI 3)."""
        connection = LoopConnection(scope["extensions"][TRANSPORT], self._wakes)
        environ = environ_of(scope, connection, self._server)
        try:
            is_dialect = self._application.enter(environ)
        except UnknownDesk as error:
            await send_response(send, problems.problem(error), environ)
            return
        request = Request(environ)
        route = None if is_dialect else self._routes.find(request.method, request.path)
        if route is None and not (is_dialect and request.method != "OPTIONS"):
            await self._flask(scope, receive, send)  # type: ignore[arg-type]
            return
        most = _most(request)
        is_announced_too_large = (request.content_length or 0) >= most
        try:
            give_body(environ, b"" if is_announced_too_large else await _body(receive, most))
            await self._serve(request, route, send)
        except Cut:
            connection.shut()
            await _disconnected(receive)

    async def _serve(self, request: Request, route: Any, send: Send) -> None:
        try:
            found = in_dialect(request) if route is None else canonical(request, route)
            if isinstance(found, Response):
                await send_response(send, conclude(None, request, found), request.environ)
                return
            await _answer(*found, send)
        except Cut:
            raise
        except Exception as error:
            await send_response(send, conclude(None, request, failure(request, error)), request.environ)

    def _call_flask(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        scope = environ["asgi.scope"]
        connection = LoopConnection(scope["extensions"][TRANSPORT], self._wakes)
        told = environ_of(scope, connection, self._server)
        given = {name: value for name, value in environ.items() if name.startswith("wsgi.")}
        return self._application({**told, **given, "wsgi.input_terminated": True}, start_response)

    def stop(self) -> None:
        """Let no request in any more; those that are served end."""
        self._pool.shutdown(wait=False)


async def _answer(call: ServedCall, operate: Operate, send: Send) -> None:
    environ = call.request.environ
    fault = begin(call)
    try:
        outcome: Outcome = operate() if fault is None else await strike(call, fault, operate)
        if isinstance(outcome, HeldPoll):
            outcome = await collect(call, outcome)
    except Half as half:
        concluded = conclude(call, call.request, half.response)
        await send_half(send, await when_durable(call.request, concluded), environ)
        return
    except Cut:
        environ[TAKEN_KEY] = True
        conclude(call, call.request, Response())
        raise
    if isinstance(outcome, Endless):
        await LoopEventStream(outcome.reader, send).run(call)
        return
    concluded = conclude(call, call.request, outcome)
    await send_response(send, await when_durable(call.request, concluded), environ)


def _most(request: Request) -> int:
    """Return how many bytes of a body are of interest: one more than any operation takes."""
    settings = host_of(request).settings
    return max(settings.max_body_bytes, settings.max_file_bytes + MULTIPART_OVERHEAD) + 1


async def _body(receive: Receive, most: int) -> bytes:
    """Return the beginning of a body, up to what is of interest of it.

    Raises:
        Cut: the client has gone in the middle of it.
    """
    whole = bytearray()
    while len(whole) < most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Cut
        whole += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(whole)


async def _disconnected(receive: Receive) -> None:
    """Wait until the connection is gone: whoever serves it then knows that no answer is missing."""
    while (await receive())["type"] != "http.disconnect":
        pass
