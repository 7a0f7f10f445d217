"""The two ways in which a server can serve: a thread a connection, or one event loop."""

from __future__ import annotations

from typing import Any, Literal, Protocol, get_args

from mockdesk.server.app import Application
from mockdesk.server.clocks import ClockDriver, ClockThread
from mockdesk.server.options import ServerOptions
from mockdesk.server.wsgi import THREAD_PREFIX, DeskServer, listen

TierName = Literal["embedded", "scale"]
TIER_NAMES: tuple[str, ...] = get_args(TierName)


class MissingExtra(RuntimeError):
    """What the scale tier needs is not installed."""


class Serving(Protocol):
    """A server that listens."""

    server_address: Any

    def stop(self, grace: float) -> None:
        """Accept nothing more, give open requests ``grace`` wall seconds, and leave neither thread nor socket."""

    def open_connections(self) -> int:
        """Return how many connections are open now."""


class Tier(Protocol):
    """One way to serve, before it does."""

    clocks: ClockDriver

    def serve(self, address: tuple[str, int], application: Application, owner: object) -> Serving:
        """Listen and serve.

        Raises:
            OSError: the address cannot be had.
        """


class EmbeddedTier:
    """A thread a connection: werkzeug's server and flask-sock. Starts in milliseconds."""

    def __init__(self, options: ServerOptions) -> None:
        self.clocks: ClockDriver = ClockThread(f"{THREAD_PREFIX}clock")
        self._options = options

    def serve(self, address: tuple[str, int], application: Application, owner: object) -> Serving:
        """Listen and serve."""
        application.load()
        server = DeskServer(listen(*address), application, self._options.limits)
        server.start()
        return server


class ScaleTier:
    """One event loop for everything that is open for long."""

    def __init__(self, options: ServerOptions) -> None:
        try:
            from mockdesk.server.scale.clock import LoopClock
            from mockdesk.server.scale.serving import LoopServer
        except ImportError as error:
            raise MissingExtra(f"the scale tier needs {error.name}: pip install 'mockdesk[scale]'") from None
        self._clock = LoopClock()
        self.clocks: ClockDriver = self._clock
        self._server = LoopServer
        self._options = options

    def serve(self, address: tuple[str, int], application: Application, owner: object) -> Serving:
        """Listen and serve."""
        server = self._server(listen(*address), application, owner, self._options)
        server.start(self._clock)
        return server


def tier_of(name: TierName, options: ServerOptions) -> Tier:
    """Return a way to serve.

    Raises:
        MissingExtra: it needs what is not installed.
    """
    return ScaleTier(options) if name == "scale" else EmbeddedTier(options)
