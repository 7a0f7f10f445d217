"""The body of a request on the event loop, which may not stand still for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mockdesk.core.errors import MalformedJson
from mockdesk.server.connection import body_is_late
from mockdesk.server.limits import ServerLimits
from mockdesk.server.scale.answering import Cut, Message

Receive: TypeAlias = Callable[[], Awaitable[Message]]


class Serving(Protocol):
    """The protocol of a connection, as uvicorn has it."""

    cycle: RequestResponseCycle
    is_half_closed: bool


def patient(receive: Receive, serving: Serving, limits: ServerLimits) -> Receive:
    """Return a way to receive that gives a body up which does not come; afterwards it waits for the client's end.

    What is returned raises :class:`RequestTimeout` for a body that stands still, and :class:`MalformedJson` for one
    that the client has ended before its end. The answer is the connection's last then, as whatever still comes of the
    body is no request.
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
        is_whole = message["type"] == "http.request" and not message.get("more_body")
        if not is_whole and (serving.is_half_closed or message["type"] == "http.disconnect"):
            serving.cycle.keep_alive = False
            raise MalformedJson("the body ends before the end that was announced")
        return message

    return receive_in_time


async def whole_body(receive: Receive, most: int) -> bytes:
    """Return a body, or the beginning of one that has more than ``most`` bytes.

    Raises:
        Cut: the client has gone.
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
