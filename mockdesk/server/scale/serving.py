"""The scale tier as something that runs: an event loop in a thread of its own, started and stopped from any other.

uvicorn gives the HTTP protocol; listening and stopping are here, as its server looks ten times a second whether it is
to stop, and takes hold of the process's signals.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, cast

from uvicorn import Config
from uvicorn.server import ServerState

from mockdesk.server.app import Application
from mockdesk.server.options import ServerOptions
from mockdesk.server.scale.application import ScaleApplication
from mockdesk.server.scale.asked import Serves
from mockdesk.server.scale.clock import LoopClock
from mockdesk.server.scale.handshake import HANDSHAKES, Handshakes
from mockdesk.server.scale.http_protocol import DeskHttpProtocol
from mockdesk.server.scale.wakes import Wakes
from mockdesk.server.wsgi import THREAD_PREFIX

BACKLOG = 4096
LOOK_SECONDS = 0.01
LAST_SECONDS = 4.0
"""What open connections get at stop (wall) to take their last bytes, at most; with none open nothing is waited for."""


class LoopServer:
    """Listens and serves on an event loop."""

    def __init__(
        self, listener: socket.socket, application: Application, owner: object, options: ServerOptions
    ) -> None:
        self._listener = listener
        self._application = application
        self._owner = owner
        self._options = options
        self.server_address: Any = listener.getsockname()
        self._state = ServerState()
        self._is_up = threading.Event()
        self._failure: Exception | None = None
        self._wakes: Wakes
        self._is_to_stop: asyncio.Event
        self._thread = threading.Thread(target=self._run, name=f"{THREAD_PREFIX}loop", daemon=True)

    def start(self, clock: LoopClock) -> None:
        """Begin to serve; returns when connections are accepted.

        Raises:
            Exception: what kept the loop from beginning.
        """
        self._thread.start()
        self._is_up.wait()
        if self._failure is not None:
            self._thread.join()
            self._listener.close()
            raise self._failure
        clock.attach(self._wakes)

    def stop(self, grace: float) -> None:
        """Accept nothing more, give open requests some time, and leave neither thread nor socket."""
        self._wakes.call(self._is_to_stop.set)
        self._thread.join()

    def open_connections(self) -> int:
        """Return how many connections are open now."""
        return len(self._state.connections)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._serve())
        except Exception as error:
            if self._is_up.is_set():
                raise
            self._failure = error
            self._is_up.set()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        self._wakes, self._is_to_stop = Wakes(loop), asyncio.Event()
        serves = Serves(self._owner, str(self.server_address[0]), self._options.limits)
        app = ScaleApplication(self._application, serves, self._wakes, THREAD_PREFIX)
        handshakes = Handshakes(self._application, serves, self._wakes, self._options.streams)
        config = _config(app)
        shared: dict[str, Any] = {"config": config, "server_state": self._state, "app_state": {HANDSHAKES: handshakes}}
        server = await loop.create_server(
            lambda: DeskHttpProtocol(self._options.limits, app, **shared), sock=self._listener, backlog=BACKLOG
        )
        dates = loop.create_task(self._tell_the_date())
        self._is_up.set()
        await self._is_to_stop.wait()
        server.close()
        dates.cancel()
        await self._end_connections()
        app.stop()

    async def _tell_the_date(self) -> None:
        """Keep the headers of every answer up to date."""
        while True:
            date = formatdate(usegmt=True).encode()
            self._state.default_headers = [(b"server", b"mockdesk"), (b"date", date)]
            await asyncio.sleep(1)

    async def _end_connections(self) -> None:
        """Let requests and streams end; cut those that have not ended in time."""
        open_now = cast(set[Any], self._state.connections)
        for connection in tuple(open_now):
            connection.shutdown()
        deadline = asyncio.get_running_loop().time() + LAST_SECONDS
        while (open_now or self._state.tasks) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(LOOK_SECONDS)
        for connection in tuple(open_now):
            connection.transport.abort()
        for task in tuple(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)


def _config(app: ScaleApplication) -> Config:
    config = Config(
        cast(Any, app),
        http=DeskHttpProtocol,
        ws=cast(Any, _socket_protocol),
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=75,
    )
    config.load()
    return config


def _socket_protocol(**shared: Any) -> asyncio.Protocol:
    """Return what speaks WebSocket on a connection; it is loaded at the first handshake, so that a start is quicker."""
    from mockdesk.server.scale.socket_protocol import DeskSocketProtocol

    return DeskSocketProtocol(**shared)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's loop where there is one."""
    try:
        import uvloop
    except ImportError:
        return None
    return cast(Callable[[], asyncio.AbstractEventLoop], uvloop.new_event_loop)
