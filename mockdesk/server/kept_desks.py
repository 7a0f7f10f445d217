"""The desks of a store: opened at the server's start, one side for each desk, closed at the end."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import count
from pathlib import Path

from mockdesk.core.clock import VirtualClock
from mockdesk.core.errors import FieldError, InvalidRequest
from mockdesk.core.settings import DeskSettings
from mockdesk.dialects.registry import CANONICAL
from mockdesk.server.clocks import RunningClock
from mockdesk.server.host import DeskHost
from mockdesk.server.kept_clock import clock_again
from mockdesk.server.options import ServerOptions
from mockdesk.server.returning import fill, not_before, settings_again
from mockdesk.server.store_writer import StoredSide, StoreWriter
from mockdesk.server.wish import Wish
from mockdesk.server.wsgi import THREAD_PREFIX
from mockdesk.store.batch import RUNNING, UNKNOWN, VIRTUAL
from mockdesk.store.desk_settings import settings_text
from mockdesk.store.errors import StoreError
from mockdesk.store.file import open_store, path_of
from mockdesk.store.recorder import DeskRecorder
from mockdesk.store.rows import StoredDesk, read_desks

LOGGER = logging.getLogger("mockdesk.server")


class KeptDesks:
    """An open store and the sides of the desks that go on in it."""

    def __init__(self, path: Path) -> None:
        """Open a store, and make it if there is none.

        Raises:
            StoreError: it is in use, torn, newer, foreign, or cannot be read or written.
        """
        self._path = path
        connection = open_store(path)
        try:
            found = read_desks(path, connection)
        except StoreError:
            connection.close()
            raise
        self._found = {desk.row.name: desk for desk in found}
        self._ids = count(1 + max((desk.id for desk in found), default=0))
        self._numbers = count(1 + max((number for desk in found for number in desk.numbers.values()), default=0))
        self._sides: dict[str, StoredSide] = {}
        self._writer = StoreWriter(path, connection, f"{THREAD_PREFIX}store")

    @property
    def names(self) -> tuple[str, ...]:
        """The desks that were found."""
        return tuple(self._found)

    def check(self, settings: DeskSettings) -> None:
        """Refuse a desk that shows itself in a shape whose own logs and tokens are not kept.

        Raises:
            InvalidRequest: names the shape.
        """
        for name in (*settings.dialects, settings.root_dialect):
            if name != CANONICAL:
                detail = f"{name!r} keeps logs and tokens of its own, which no store holds; serve it without a store"
                raise InvalidRequest(detail, [FieldError("/dialects", detail)])

    def open(self, wish: Wish) -> DeskHost:
        """Return a new, empty desk that goes into the store."""
        return self._host(next(self._ids), wish)

    def bring_back(self, wish: Wish) -> DeskHost:
        """Return the server's own desk, which is told its settings, script and clock again.

        Raises:
            StoreError: it was kept with a clock of another kind.
        """
        stored = self._found[wish.name]
        is_virtual = isinstance(wish.clock, VirtualClock)
        if stored.row.clock.kind not in (UNKNOWN, VIRTUAL if is_virtual else RUNNING):
            remedy = "start without --virtual" if is_virtual else "start with --virtual"
            raise StoreError(
                f"{self._path}: its desk has a {stored.row.clock.kind} clock; {remedy}, or name another file"
            )
        return self._bring_back(stored, wish, [])

    def bring_back_named(self, name: str, options: ServerOptions) -> DeskHost:
        """Return a named desk as it was."""
        stored = self._found[name]
        settings, said = settings_again(stored)
        clock = VirtualClock() if stored.row.clock.kind == VIRTUAL else RunningClock()
        wish = Wish(name, settings, clock, options, settings.script, stored.row.clock.told)
        return self._bring_back(stored, wish, said)

    def _bring_back(self, stored: StoredDesk, wish: Wish, said: list[str]) -> DeskHost:
        newest = not_before(stored.saved)
        host = self._host(stored.id, replace(wish, clock=clock_again(stored.row.clock, wish.clock, wish.speed, newest)))
        with host.use() as desk:
            said += fill(desk, stored, wish.script)
            self._sides[wish.name].knows(stored)
        for message in said:
            LOGGER.warning("%s: %s", f"desk {wish.name}" if wish.name else "the desk", message)
        return host

    def _host(self, desk_id: int, wish: Wish) -> DeskHost:
        text = settings_text(wish.settings, wish.script)
        recorder = DeskRecorder(desk_id, wish.name, text, self._numbers)

        def keep(host: DeskHost) -> StoredSide:
            self._sides[wish.name] = side = StoredSide(self._writer, host, recorder, wish.speed)
            return side

        return DeskHost(wish.name, wish.settings, wish.clock, wish.options, keep)

    def remove(self, name: str) -> None:
        """Let the store forget a desk."""
        self._sides.pop(name).remove()

    def close(self) -> None:
        """Write what is left and close the file."""
        self._writer.stop()


def open_kept(store: str) -> KeptDesks:
    """Open the store of a text such as ``sqlite:PATH``.

    Raises:
        StoreError: as :class:`KeptDesks`, or the text names no store.
    """
    path = path_of(store)
    if path is None:
        raise StoreError(f"{store}: keeps nothing")
    return KeptDesks(path)
