"""The body of a request on the event loop, which may not stand still for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mockdesk.server.connection import body_is_late
from mockdesk.server.limits import ServerLimits
from mockdesk.server.scale.answering import Message

Receive: TypeAlias = Callable[[], Awaitable[Message]]


class Serving(Protocol):
    """The protocol of a connection, as uvicorn has it."""

    cycle: RequestResponseCycle


def patient(receive: Receive, serving: Serving, limits: ServerLimits) -> Receive:
    """Return a way to receive that gives a body up when no byte of it comes; afterwards it waits for the client's end.

    What is returned raises :class:`mockdesk.server.problems.RequestTimeout`; the answer is the connection's last then,
    as whatever still comes of the body is no request.
    """
    is_whole = False

    async def receive_in_time() -> Message:
        nonlocal is_whole
        if is_whole:
            return await receive()
        try:
            async with asyncio.timeout(limits.body_seconds):
                message = await receive()
        except TimeoutError:
            serving.cycle.keep_alive = False
            raise body_is_late(limits) from None
        is_whole = not message.get("more_body")
        return message

    return receive_in_time


async def whole_body(receive: Receive, most: int) -> bytes:
    """Return a body, or the beginning of one that has more than ``most`` bytes."""
    message = await receive()
    body = message.get("body", b"")
    if not message.get("more_body"):
        return bytes(body)
    whole = bytearray(body)
    while message.get("more_body") and len(whole) < most:
        message = await receive()
        whole += message.get("body", b"")
    return bytes(whole)
