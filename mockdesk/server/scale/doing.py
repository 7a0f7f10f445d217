"""Doing what a request of a desk API asks for: the answer at once where nothing makes it wait, else how to go on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple, TypeAlias, cast

from werkzeug.wrappers import Request, Response

from mockdesk.core.faults import Fault
from mockdesk.server.request_faults import begin
from mockdesk.server.scale.answering import (
    Cut,
    LoopEventStream,
    Send,
    collect,
    send_half,
    send_polled,
    send_response,
)
from mockdesk.server.scale.asked import Scope
from mockdesk.server.scale.bodies import Receive
from mockdesk.server.scale.connection import LoopConnection
from mockdesk.server.scale.durability import when_durable
from mockdesk.server.scale.faults import Half, strike
from mockdesk.server.scale.outcomes import (
    Endless,
    HeldPoll,
    Operate,
    Outcome,
    Route,
    canonical,
    failure,
    in_dialect,
)
from mockdesk.server.served import TAKEN_KEY, ServedCall, conclude

Give: TypeAlias = Callable[[ServedCall, Send], Awaitable[None]]


class Asked(NamedTuple):
    """A request of a desk API; ``route`` is its operation in openapi.yaml, ``None``: a dialect's."""

    request: Request
    route: Route | None


class Going:
    """An answer that takes a while: an ASGI application that gives it."""

    def __init__(self, call: ServedCall, give: Give) -> None:
        self._call = call
        self._give = give

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the answer, or end the connection without one."""
        request = self._call.request
        try:
            await self._give(self._call, send)
        except Cut:
            self._call.connection.shut()
            await disconnected(receive)
        except Exception as error:
            await send_response(send, conclude(None, request, failure(request, error)), request.environ)


def done(asked: Asked) -> Response | Going:
    """Do what is asked; return the answer, concluded, or how to go on where that takes a while."""
    request = asked.request
    try:
        found = in_dialect(request) if asked.route is None else canonical(request, asked.route)
        return conclude(None, request, found) if isinstance(found, Response) else _begun(*found)
    except Exception as error:
        return conclude(None, request, failure(request, error))


async def disconnected(receive: Receive) -> None:
    """Wait until the connection is gone: whoever serves it then knows that no answer is missing."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _begun(call: ServedCall, operate: Operate) -> Response | Going:
    fault = begin(call)
    if fault is not None:
        return Going(call, partial(_struck, fault, operate))
    outcome = operate()
    cast(LoopConnection, call.connection).wakes.run_few()
    if not isinstance(outcome, Response):
        return Going(call, partial(_told, outcome))
    response = conclude(call, call.request, outcome)
    is_durable = call.host.durable.ticket().is_durable
    return response if is_durable else Going(call, partial(_kept, response))


async def _struck(fault: Fault, operate: Operate, call: ServedCall, send: Send) -> None:
    """Give what a fault makes of an operation."""
    try:
        outcome = await strike(call, fault, operate)
    except Half as half:
        concluded = conclude(call, call.request, half.response)
        await send_half(send, await when_durable(call.request, concluded), call.request.environ)
        return
    except Cut:
        _conclude_cut(call)
        raise
    await _told(outcome, call, send)


async def _told(outcome: Outcome, call: ServedCall, send: Send) -> None:
    """Give what an operation has led to."""
    if isinstance(outcome, Endless):
        await LoopEventStream(outcome.reader, send).run(call)
    elif isinstance(outcome, HeldPoll):
        await _polled(outcome, call, send)
    else:
        await _kept(conclude(call, call.request, outcome), call, send)


async def _polled(poll: HeldPoll, call: ServedCall, send: Send) -> None:
    try:
        collected = await collect(call, poll)
    except Cut:
        _conclude_cut(call)
        raise
    response = await when_durable(call.request, conclude(call, call.request, collected))
    environ: dict[str, Any] = call.request.environ
    if poll.reader.forgotten:
        await send_response(send, response, environ)
    else:
        await send_polled(send, response, environ, poll.reader)


async def _kept(response: Response, call: ServedCall, send: Send) -> None:
    """Give an answer once all that was done is in the store."""
    await send_response(send, await when_durable(call.request, response), call.request.environ)


def _conclude_cut(call: ServedCall) -> None:
    call.request.environ[TAKEN_KEY] = True
    conclude(call, call.request, Response())
