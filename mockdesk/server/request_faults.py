"""The faults of requests: each kind is one function that answers instead of the operation, or mangles its answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias, cast

from werkzeug.wrappers import Response

from mockdesk.core.errors import DeskError, InjectedFault, RateLimited
from mockdesk.core.faults import Fault
from mockdesk.server.events import await_peer, taken
from mockdesk.server.holds import Pause
from mockdesk.server.host import DeskHost
from mockdesk.server.operations import STREAM_OPERATION
from mockdesk.server.served import ServedCall
from mockdesk.server.wsgi import ConnectionTaken

Answer: TypeAlias = Callable[[], Response]
GARBAGE_BODY = b'{"conversation": {"id": "conv_'
RETRYABLE = frozenset({408, 425, 429, 502, 503, 504})


def serve(call: ServedCall, answer: Answer) -> Response:
    """Return the operation's answer, or what a fault makes of it."""
    fault = begin(call)
    return answer() if fault is None else _STRIKES[fault.kind](call, fault, answer)


def refusal_of(fault: Fault) -> DeskError:
    """Return the refusal that a ``status`` or ``rate_limit`` fault makes."""
    if fault.kind == "rate_limit":
        return RateLimited("a fault that was asked for", fault.retry_after or 1.0)
    status = fault.status or 500
    retryable = status in RETRYABLE if fault.retryable is None else fault.retryable
    return InjectedFault("a fault that was asked for", status, str(fault.code or "injected_fault"), retryable)


def bearable(host: DeskHost, fault: Fault | None) -> Fault | None:
    """Return the fault, or ``rate_limit`` for one that would make a request wait where very many wait already."""
    if fault is None or fault.kind not in ("hold", "delay") or not host.requests.is_full:
        return fault
    return replace(fault, kind="rate_limit", retry_after=1.0)


def waiting_of(fault: Fault) -> dict[str, str]:
    """Return the header that asks a client to wait, where a ``status`` fault says for how long."""
    return {} if fault.retry_after is None else {"Retry-After": str(math.ceil(fault.retry_after))}


def begin(call: ServedCall) -> Fault | None:
    """Note the request and the fault that strikes it in one go.

    Whoever waits for the request in the journal may then release it, or move the clock, and is sure to meet its wait.
    """
    host = call.host
    with host.use():
        call.begin()
        fault = None
        if host.may_strike:
            with call.desk():
                fault = bearable(host, host.take_request_fault(call.operation, call.conversation_id, call.text()))
        if fault is not None and fault.kind == "hold":
            call.pause = host.requests.expect_release(call.conversation_id)
        elif fault is not None and fault.kind == "delay":
            call.pause = host.requests.expect_time(host.clock, fault.seconds or 0.0)
        return fault


def take_effect(call: ServedCall, fault: Fault, answer: Answer) -> None:
    """Let the command take effect first, if the fault says so; a stream has no effect but to be open."""
    if fault.after and call.operation != STREAM_OPERATION:
        answer().close()


def _status(call: ServedCall, fault: Fault, answer: Answer) -> Response:
    take_effect(call, fault, answer)
    return call.refuse(refusal_of(fault), waiting_of(fault))


def _rate_limit(call: ServedCall, fault: Fault, answer: Answer) -> Response:
    return call.refuse(refusal_of(fault))


def _wait(call: ServedCall) -> bool:
    """Wait until the request may go on; ``False`` when the desk stops instead."""
    with call.host.pending(call.connection), call.host.lock:
        return cast(Pause, call.pause).wait()


def _delay(call: ServedCall, fault: Fault, answer: Answer) -> Response:
    return answer() if _wait(call) else taken(call)


def _hold(call: ServedCall, fault: Fault, answer: Answer) -> Response:
    early = answer() if fault.after and call.operation != STREAM_OPERATION else None
    if not _wait(call):
        return taken(call)
    return answer() if early is None else early


def _no_answer(call: ServedCall, fault: Fault, answer: Answer) -> Response:
    take_effect(call, fault, answer)
    with call.host.pending(call.connection):
        await_peer(call)
    return taken(call)


def _reset(call: ServedCall, fault: Fault, answer: Answer) -> Response:
    take_effect(call, fault, answer)
    call.connection.reset()
    return taken(call)


def _truncated(call: ServedCall, fault: Fault, answer: Answer) -> Response:
    response = answer()
    body = b"" if response.is_streamed else response.get_data()
    if len(body) < 2:
        response.close()
        return taken(call)
    response.response = _half(body)
    response.content_length = len(body)
    return response


def _half(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionTaken("the rest of the body is not sent")


def _garbage(call: ServedCall, fault: Fault, answer: Answer) -> Response:
    if call.operation != STREAM_OPERATION:
        answer().close()
    return Response(GARBAGE_BODY, 200, content_type="application/json")


_STRIKES: Mapping[str, Callable[[ServedCall, Fault, Answer], Response]] = MappingProxyType(
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
