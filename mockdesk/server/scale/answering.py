"""Answers on the event loop: responses, long polls and server-sent events, written as ASGI messages."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias, cast

from werkzeug.wrappers import Response

from mockdesk.core.errors import DeskError
from mockdesk.dialects import canonical
from mockdesk.dialects.feeds import SLOW
from mockdesk.dialects.seam import Finish
from mockdesk.server.delivery import Reader
from mockdesk.server.events import LongPoll
from mockdesk.server.scale.connection import LoopConnection
from mockdesk.server.scale.outcomes import HeldPoll
from mockdesk.server.scale.short_answers import whole
from mockdesk.server.scale.wakes import LoopSignal
from mockdesk.server.served import ServedCall, conclude
from mockdesk.server.server_sent import EVENT_STREAM, HEADERS, OPENING, PIECE_BYTES, PING
from mockdesk.server.slowness import STALL_POLL_SECONDS, is_too_slow
from mockdesk.server.steps import Mute, Step, Write

Message: TypeAlias = MutableMapping[str, Any]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class Cut(Exception):
    """The connection ends as it is: nothing more is written to it."""


async def send_head(send: Send, status: int, headers: list[tuple[str, str]]) -> None:
    """Write the status line and the headers."""
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


async def send_response(send: Send, response: Response, environ: dict[str, Any]) -> None:
    """Write a whole response."""
    body, headers = whole(response, environ)
    await send_head(send, response.status_code, headers)
    await send({"type": "http.response.body", "body": body})
    response.close()


async def send_polled(send: Send, response: Response, environ: dict[str, Any], reader: Reader) -> None:
    """Write the answer of a long poll in pieces, each when there is room for it: nobody waits for a slow poller.

    Raises:
        Cut: the client reads too slowly.
    """
    if environ["REQUEST_METHOD"] == "HEAD":
        await send_response(send, response, environ)
        return
    body = response.get_data()
    await send_head(send, response.status_code, response.headers.to_wsgi_list())
    try:
        for begin in range(0, max(1, len(body)), PIECE_BYTES):
            if not await has_room(reader):
                raise Cut
            end = begin + PIECE_BYTES
            await send({"type": "http.response.body", "body": body[begin:end], "more_body": end < len(body)})
    finally:
        response.close()


async def has_room(reader: Reader) -> bool:
    """Wait until a reader's client has taken all that was written; ``False`` when it is too slow, or the desk stops."""
    connection, limits = cast(LoopConnection, reader.connection), reader.host.options.streams
    if connection.is_empty():
        return True
    began, signal = time.monotonic(), LoopSignal(connection.wakes)
    reader.set_stalled(True)
    while not connection.is_empty():
        too_slow = is_too_slow(reader, limits, time.monotonic() - began)
        if too_slow or reader.host.stopping or connection.is_gone():
            return False
        await signal.wait(STALL_POLL_SECONDS)
    reader.set_stalled(False)
    return True


async def send_half(send: Send, response: Response, environ: dict[str, Any]) -> None:
    """Promise a whole body and write half of it.

    Raises:
        Cut: always; the rest does not come.
    """
    body = response.get_data()
    if len(body) >= 2:
        response.content_length = len(body)
        await send_head(send, response.status_code, response.get_wsgi_headers(environ).to_wsgi_list())
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    response.close()
    raise Cut


async def collect(call: ServedCall, wish: HeldPoll) -> Response:
    """Wait for what a long poll asks for and return its answer; the reader stays until that is written.

    Raises:
        Cut: a fault, or the client, ends the connection.
    """
    poll = LongPoll(wish.reader, wish.wait)
    try:
        await _collected(poll, wish.reader)
    except DeskError as error:
        call.host.remove_reader(wish.reader)
        return call.refuse(error)
    except BaseException:
        call.host.remove_reader(wish.reader)
        raise
    if poll.silent:
        call.host.remove_reader(wish.reader)
        await until_gone(cast(LoopConnection, call.connection))
    if poll.silent or poll.cut:
        call.host.remove_reader(wish.reader)
        raise Cut
    response = wish.make(poll)
    response.call_on_close(lambda: wish.reader.host.remove_reader(wish.reader))
    return response


async def _collected(poll: LongPoll, reader: Reader) -> None:
    deadline = time.monotonic() + reader.host.options.poll_cap_seconds
    with poll.timed():
        while True:
            with reader.host.lock:
                if poll.is_over():
                    return
                pause = reader.pause()
            left = deadline - time.monotonic()
            if left <= 0:
                return
            await cast(LoopSignal, reader.signal).wait(min(left, STALL_POLL_SECONDS * 10, pause or left))
            if reader.connection.is_gone():
                poll.cut = True
                return


async def until_gone(connection: LoopConnection) -> None:
    """Wait until the client has given up, or the server ends the connection."""
    signal = LoopSignal(connection.wakes)
    while not connection.is_gone():
        await signal.wait(STALL_POLL_SECONDS)


class LoopEventStream:
    """One stream of server-sent events on the loop."""

    def __init__(self, reader: Reader, send: Send) -> None:
        self._reader = reader
        self._send = send
        self._limits = reader.host.options.streams
        self._connection = cast(LoopConnection, reader.connection)
        self._signal = cast(LoopSignal, reader.signal)
        self._ended_by: Finish | None = None
        self._last = time.monotonic()

    async def run(self, call: ServedCall) -> None:
        """Write until the stream ends.

        Raises:
            Cut: a fault cuts the connection.
        """
        self._connection.bound_write_buffer()
        response = Response(
            status=200, headers={**HEADERS, "Connection": "close"}, content_type=f"{EVENT_STREAM}; charset=utf-8"
        )
        del response.headers["Content-Length"]
        try:
            await send_head(self._send, 200, conclude(call, call.request, response).headers.to_wsgi_list())
            await self._write(OPENING)
            while self._ended_by is None and not self._connection.is_gone():
                await self._perform(await self._next())
        finally:
            self._reader.close(self._ended_by)
        if self._ended_by is None or self._ended_by.code is None:
            raise Cut
        await self._send({"type": "http.response.body", "body": b""})

    async def _next(self) -> Step | None:
        with self._reader.host.lock:
            step = self._reader.next_step()
            pause = None if step is not None else self._reader.pause()
        if step is None:
            waits = [self._limits.ping_seconds, STALL_POLL_SECONDS * 10, *([] if pause is None else [pause])]
            await self._signal.wait(min(waits))
        return step

    async def _perform(self, step: Step | None) -> None:
        if isinstance(step, Finish):
            self._ended_by = step
        elif isinstance(step, Write):
            event = None if step.entry is None else step.entry.event
            for frame in step.frames:
                await self._write(canonical.server_sent(frame, event).encode())
            self._reader.note_written(step)
        elif not isinstance(step, Mute) and not self._reader.muted and self._is_quiet():
            await self._write(PING)

    def _is_quiet(self) -> bool:
        return time.monotonic() - self._last >= self._limits.ping_seconds

    async def _write(self, data: bytes) -> None:
        """Write when there is room; end the stream when there is none for too long."""
        self._last = time.monotonic()
        if self._ended_by is None and not await has_room(self._reader):
            self._ended_by = Finish(SLOW, "the client reads too slowly")
        if self._ended_by is None:
            await self._send({"type": "http.response.body", "body": data, "more_body": True})
