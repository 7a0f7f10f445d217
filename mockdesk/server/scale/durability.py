"""Answers of the event loop that wait for the store: the writer's thread calls back, and nothing blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from werkzeug.wrappers import Request, Response

from mockdesk.server.durable import StoreFailed
from mockdesk.server.problems import problem
from mockdesk.server.served import host_of


async def when_durable(request: Request, response: Response) -> Response:
    """Return the answer once all that the desks have done is in the store; a refusal if it cannot be."""
    ticket = host_of(request).durable.ticket()
    if ticket.is_durable:
        return response
    loop = asyncio.get_running_loop()
    done: asyncio.Future[StoreFailed | None] = loop.create_future()

    def settle(failure: StoreFailed | None) -> None:
        if not done.done():  # the server stops, and nobody waits for the answer any more
            done.set_result(failure)

    ticket.on_durable(lambda failure: _call_soon(loop, settle, failure))
    failure = await done
    return response if failure is None else problem(failure)


def _call_soon(
    loop: asyncio.AbstractEventLoop, function: Callable[[StoreFailed | None], None], failure: StoreFailed | None
) -> None:
    """Call on the loop, from the writer's thread; a loop that has ended waits for nothing."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(function, failure)
