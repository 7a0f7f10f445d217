"""The faults of requests on the event loop: what waits, waits without a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias, cast

from werkzeug.wrappers import Response

from mockdesk.core.faults import Fault
from mockdesk.server.holds import Pause
from mockdesk.server.operations import STREAM_OPERATION
from mockdesk.server.request_faults import GARBAGE_BODY, refusal_of, waiting_of
from mockdesk.server.scale.answering import Cut, collect, until_gone
from mockdesk.server.scale.connection import LoopConnection
from mockdesk.server.scale.outcomes import Endless, HeldPoll, Operate, Outcome
from mockdesk.server.served import ServedCall


class Half(Exception):
    """The answer is to be cut in its middle."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


Strike: TypeAlias = Callable[[ServedCall, Fault, Operate], Awaitable[Outcome]]


async def strike(call: ServedCall, fault: Fault, operate: Operate) -> Outcome:
    """Return what a fault makes of an operation.

    Raises:
        Cut: nothing is answered.
        Half: the answer is cut in its middle.
    """
    return await _STRIKES[fault.kind](call, fault, operate)


async def _take_effect(call: ServedCall, fault: Fault, operate: Operate) -> None:
    if fault.after and call.operation != STREAM_OPERATION:
        await _whole(call, operate())


async def _whole(call: ServedCall, outcome: Outcome) -> Response:
    """Return a response, a poll's when it is over; of an endless one nothing."""
    if isinstance(outcome, HeldPoll):
        outcome = await collect(call, outcome)
    if isinstance(outcome, Endless):
        outcome.reader.close(None)
        return Response()
    outcome.close()
    return outcome


async def _status(call: ServedCall, fault: Fault, operate: Operate) -> Outcome:
    await _take_effect(call, fault, operate)
    return call.refuse(refusal_of(fault), waiting_of(fault))


async def _rate_limit(call: ServedCall, fault: Fault, operate: Operate) -> Outcome:
    return call.refuse(refusal_of(fault))


async def _wait(call: ServedCall) -> None:
    """Wait until the request may go on.

    Raises:
        Cut: the desk stops instead, or the client has gone.
    """
    pause, loop = cast(Pause, call.pause), asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()

    def end() -> None:
        if not over.done():
            over.set_result(None)

    with call.host.pending(call.connection):
        with call.host.lock:
            if pause.is_over:
                end()
            else:
                pause.on_end = lambda: cast(LoopConnection, call.connection).wakes.call(end)
        await over
    if pause.is_stopped:
        raise Cut


async def _delay(call: ServedCall, fault: Fault, operate: Operate) -> Outcome:
    await _wait(call)
    return operate()


async def _hold(call: ServedCall, fault: Fault, operate: Operate) -> Outcome:
    early = operate() if fault.after and call.operation != STREAM_OPERATION else None
    await _wait(call)
    return operate() if early is None else early


async def _no_answer(call: ServedCall, fault: Fault, operate: Operate) -> Outcome:
    await _take_effect(call, fault, operate)
    with call.host.pending(call.connection):
        await until_gone(cast(LoopConnection, call.connection))
    raise Cut


async def _reset(call: ServedCall, fault: Fault, operate: Operate) -> Outcome:
    await _take_effect(call, fault, operate)
    call.connection.reset()
    raise Cut


async def _truncated(call: ServedCall, fault: Fault, operate: Operate) -> Outcome:
    raise Half(await _whole(call, operate()))


async def _garbage(call: ServedCall, fault: Fault, operate: Operate) -> Outcome:
    if call.operation != STREAM_OPERATION:
        await _whole(call, operate())
    return Response(GARBAGE_BODY, 200, content_type="application/json")


_STRIKES: Mapping[str, Strike] = MappingProxyType(
    {
        "status": _status,
        "rate_limit": _rate_limit,
        "delay": _delay,
        "hold": _hold,
        "no_answer": _no_answer,
        "reset": _reset,
        "truncated": _truncated,
        "garbage": _garbage,
    }
)
"""What each kind of request fault does."""
