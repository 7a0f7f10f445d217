"""The server as one object: start, use, stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any

from mockdesk.core.settings import DeskSettings
from mockdesk.server.app import Application
from mockdesk.server.control import DeskControl
from mockdesk.server.desks import OWN, ClockKind, Desks, read_settings
from mockdesk.server.options import ServerOptions
from mockdesk.server.readiness import STARTING, STOPPING, Readiness
from mockdesk.server.tiers import Serving, TierName, tier_of

if TYPE_CHECKING:
    from mockdesk.server.kept_desks import KeptDesks

IN_MEMORY = "memory"
"""The store that keeps nothing."""

STOP_GRACE_SECONDS = 0.3
"""What open requests get at stop (wall) before their connections are cut."""


class RunningServer:
    """A mock desk on a port of this machine, in this process.

    ``clock`` is how the desks' time runs: ``virtual`` moves by command only, ``system`` is the machine's, ``scaled``
    runs ``speed`` times as fast. ``settings`` are those of the server's own desk. ``server``: a thread a connection
    (``embedded``), or one event loop (``scale``), which raises ``MissingExtra`` where that is not installed. ``store``
    is where everything is kept: ``memory``, or ``sqlite:PATH`` (docs/durable.md).
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: Mapping[str, Any] | DeskSettings | None = None,
        clock: ClockKind = "virtual",
        speed: float = 1.0,
        options: ServerOptions | None = None,
        server: TierName = "embedded",
        store: str = IN_MEMORY,
    ) -> None:
        """Make the server's own desk, or bring back what a store has kept.

        Raises:
            InvalidRequest, UnknownScript, InvalidScript: the settings are not right.
            StoreError: the store cannot be used, or its desk has a clock of another kind.
        """
        self._address = (host, port)
        self._options = options or ServerOptions()
        self.readiness = Readiness()
        """Whether work is accepted; whoever prepares something may block it."""
        self._tier = tier_of(server, self._options)
        told = read_settings(settings)
        kept = _open_store(store)
        if kept is not None:
            self._options = replace(self._options, dialects={})
        self._desks = Desks(clock, speed, self._options, self._tier.clocks, kept)
        try:
            self._desks.begin(told)
        except BaseException:
            self._desks.close()
            raise
        self._server: Serving | None = None

    def start(self) -> RunningServer:
        """Listen and serve.

        Raises:
            OSError: the address is in use, or not one of this machine.
            RuntimeError: it runs already, or has run.
        """
        if self._server is not None:
            raise RuntimeError("a server is started once")
        application = Application(self._options.streams, self._desks, self)
        self._server = self._tier.serve(self._address, application, self)
        self._desks.start()
        self.readiness.unblock(STARTING)
        return self

    def stop(self) -> None:
        """End every stream and request, and leave no thread and no socket. Harmless when it does not run."""
        self.readiness.block(STOPPING)
        self._desks.stop()
        if self._server is not None:
            self._server.stop(STOP_GRACE_SECONDS)
        self._desks.close()

    @property
    def url(self) -> str:
        """The base URL of the server's own desk, without a slash at its end."""
        if self._server is None:
            raise RuntimeError("the server has not been started")
        host, port = self._server.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{name}:{port}"

    def control(self, name: str = OWN) -> DeskControl:
        """Return the control of a desk.

        Raises:
            UnknownDesk: there is none of this name.
        """
        return DeskControl(self._desks.find_host(name))

    def new_desk(
        self,
        settings: Mapping[str, Any] | DeskSettings | None = None,
        name: str | None = None,
        clock: ClockKind | None = None,
    ) -> DeskControl:
        """Make an isolated desk and return its control; ``control.path`` is its path below :attr:`url`.

        Raises:
            DeskExists, InvalidRequest, UnknownScript, InvalidScript: as they say; no desk was made.
        """
        return DeskControl(self._desks.make(name, read_settings(settings), clock))

    def desk_url(self, control: DeskControl) -> str:
        """Return the base URL of a desk."""
        return f"{self.url}{control.path}"

    def desks(self) -> list[DeskControl]:
        """Return the controls of every desk, the server's own first."""
        return [DeskControl(host) for host in self._desks.all()]

    def remove_unused_desks(self) -> list[str]:
        """Remove the desks that nobody has used for :attr:`ServerOptions.desk_idle_seconds`; return their names."""
        return self._desks.remove_unused()

    def desk_expires_in(self, name: str) -> float | None:
        """Return after how many seconds (wall) without use a desk is removed; ``None``: never.

        Raises:
            UnknownDesk: there is none of this name.
        """
        return self._desks.expires_in(self._desks.find_host(name))

    def remove_desk(self, name: str) -> None:
        """Stop a desk and forget it.

        Raises:
            UnknownDesk: there is none, or it is the server's own.
        """
        self._desks.remove(name)

    def open_connections(self) -> int:
        """Return how many connections are open now."""
        return 0 if self._server is None else self._server.open_connections()

    def __enter__(self) -> RunningServer:
        return self if self._server is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def _open_store(store: str) -> KeptDesks | None:
    """Open a store, if there is to be one; what it needs is loaded only then."""
    if store == IN_MEMORY:
        return None
    kept_desks = import_module("mockdesk.server.kept_desks")
    kept: KeptDesks | None = kept_desks.open_kept(store)
    return kept


def start(
    settings: Mapping[str, Any] | None = None,
    *,
    port: int = 0,
    clock: ClockKind = "virtual",
    speed: float = 1.0,
    script: Any = None,
    server: TierName = "embedded",
    store: str = IN_MEMORY,
) -> RunningServer:
    """Start a mock desk for a test and return it: ``with mockdesk.start() as server: ... server.url``.

    ``script`` is the name of a built-in script, a path, or a script as a dict; without it nobody plays the agents.
    """
    told = dict(settings or {}) | ({} if script is None else {"script": script})
    return RunningServer(port=port, settings=told, clock=clock, speed=speed, server=server, store=store).start()
