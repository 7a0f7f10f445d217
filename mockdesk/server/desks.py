"""The desks of one server: its own, and the isolated ones under ``/desks/{name}``."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, get_args

from mockdesk.core.clock import VirtualClock
from mockdesk.core.errors import DeskExists, FieldError, InvalidRequest, UnknownDesk
from mockdesk.core.limit_errors import LimitReached
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.settings import DeskSettings
from mockdesk.dialects.registry import check_names, check_settings
from mockdesk.server.clocks import ClockDriver, RunningClock
from mockdesk.server.host import DeskHost
from mockdesk.server.options import ServerOptions
from mockdesk.server.scripting import player_for
from mockdesk.server.wish import Wish

if TYPE_CHECKING:
    from mockdesk.server.kept_desks import KeptDesks

ClockKind = Literal["virtual", "system", "scaled"]
DESK_PATH = "/desks/"
CLOCK_KINDS: tuple[str, ...] = get_args(ClockKind)
OWN = ""
"""The name of the server's own desk."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


class Desks:
    """Makes, finds and removes desks; drives the clocks of those that run by themselves."""

    def __init__(
        self, clock: ClockKind, speed: float, options: ServerOptions, clocks: ClockDriver, kept: KeptDesks | None = None
    ) -> None:
        """Begin without desks; ``kept`` are those of a store, which goes on with every desk that is made here."""
        self._kept = kept
        self._clock: ClockKind = clock
        self._speed = speed
        self._options = options
        self._clocks = clocks
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._hosts: dict[str, DeskHost] = {}

    def make(self, name: str | None, settings: DeskSettings, clock: ClockKind | None = None) -> DeskHost:
        """Return a new, empty desk with the script that its settings name; without a name it gets one.

        Raises:
            DeskExists: there is one of this name.
            LimitReached: there are very many.
            InvalidRequest: the name cannot stand in a URL, a dialect is not known, or its settings are not right.
            UnknownScript, InvalidScript: the script is none.
        """
        if self._kept is not None:
            self._kept.check(settings)
        known = self._options.dialects
        check_names(settings.dialects, "dialects", known)
        check_names([settings.root_dialect], "root_dialect", known)
        check_settings(settings.dialect_settings, known)
        self.remove_unused()
        player = None if settings.script is None else player_for(settings.script)
        clock = clock or self._clock
        with self._lock:
            name = self._free_name() if name is None else _checked(name)
            if name in self._hosts:
                raise DeskExists(f"there is a desk {name!r} already")
            if len(self._hosts) >= self._options.limits.desks:
                raise LimitReached(f"there are {len(self._hosts)} desks already; remove some")
            host = self._open(self._wish(name, settings, clock, player))
            host.open_dialects()
            self._hosts[name] = host
        with host.use() as desk:
            desk.install_script(player)
        self._drive(host)
        return host

    def _free_name(self) -> str:
        return next(name for number in self._numbers if (name := f"desk-{number}") not in self._hosts)

    def _open(self, wish: Wish) -> DeskHost:
        if self._kept is not None:
            return self._kept.open(wish)
        return DeskHost(wish.name, wish.settings, wish.clock, wish.options)

    def _wish(self, name: str, settings: DeskSettings, clock: ClockKind, player: ScriptPlayer | None) -> Wish:
        speed = self._speed if clock == "scaled" else 1.0
        made = VirtualClock() if clock == "virtual" else RunningClock(speed)
        return Wish(name, settings, made, self._options, None if player is None else player.script, speed)

    def _drive(self, host: DeskHost) -> None:
        if isinstance(host.clock, RunningClock):
            host.clock.on_change = self._clocks.wake
            self._clocks.add(host)

    def begin(self, settings: DeskSettings) -> None:
        """Make the server's own desk, or bring it back from the store with all others that are kept there.

        Raises:
            InvalidRequest, UnknownScript, InvalidScript: as :meth:`make`.
            StoreError: the own desk was kept with a clock of another kind.
        """
        if self._kept is None or OWN not in self._kept.names:
            self.make(OWN, settings)
        if self._kept is not None:
            self._bring_back(self._kept, settings)

    def _bring_back(self, kept: KeptDesks, settings: DeskSettings) -> None:
        for name in kept.names:
            if name != OWN:
                self._add(kept.bring_back_named(name, self._options))
                continue
            kept.check(settings)
            player = None if settings.script is None else player_for(settings.script)
            self._add(kept.bring_back(self._wish(OWN, settings, self._clock, player)))

    def _add(self, host: DeskHost) -> None:
        self._hosts[host.name] = host
        self._drive(host)

    def find_host(self, name: str) -> DeskHost:
        """Return the desk of a name, ``""`` the server's own.

        Raises:
            UnknownDesk: there is none.
        """
        host = self._hosts.get(name)
        if host is None:
            raise UnknownDesk(f"there is no desk {name!r}")
        return host

    def remove(self, name: str) -> None:
        """Stop a desk and forget it.

        Raises:
            UnknownDesk: there is none, or it is the server's own.
        """
        host = self.find_host(name)
        if name == OWN:
            raise UnknownDesk("the server's own desk stays; reset it instead")
        with self._lock:
            self._hosts.pop(name, None)
        self._clocks.remove(host)
        host.stop()
        if self._kept is not None:
            self._kept.remove(name)

    def expires_in(self, host: DeskHost) -> float | None:
        """Return after how many seconds (wall) without use a desk is removed; ``None``: never."""
        limit = self._options.desk_idle_seconds
        return None if limit is None or host.name == OWN else max(0.0, limit - host.idle_seconds())

    def remove_unused(self) -> list[str]:
        """Remove every desk that nobody has used for long; return their names."""
        unused = [host.name for host in self.all() if self.expires_in(host) == 0.0]
        for name in unused:
            with suppress(UnknownDesk):  # somebody else was quicker
                self.remove(name)
        return unused

    def all(self) -> list[DeskHost]:
        """Return every desk, the server's own first."""
        with self._lock:
            return list(self._hosts.values())

    def start(self) -> None:
        """Let the running clocks run."""
        self._clocks.start()

    def stop(self) -> None:
        """Stop every desk and the clocks."""
        for host in self.all():
            host.stop()
        self._clocks.stop()

    def close(self) -> None:
        """Write what is left into the store and close it, when nobody is served any more. Harmless without one."""
        if self._kept is not None:
            self._kept.close()


def _checked(name: str) -> str:
    if name != OWN and not _NAME.fullmatch(name):
        raise InvalidRequest(
            f"{name!r} cannot name a desk", [FieldError("/name", "must be letters, digits, - or _, 1 to 100 of them")]
        )
    return name


def read_settings(settings: Mapping[str, Any] | DeskSettings | None) -> DeskSettings:
    """Return settings from built-in values.

    Raises:
        InvalidRequest: a key is not known or holds something else.
    """
    return settings if isinstance(settings, DeskSettings) else DeskSettings.from_dict(settings or {})
