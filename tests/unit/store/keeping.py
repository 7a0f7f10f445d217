"""A store in memory, and desks that go into it and come back, without a server."""

from __future__ import annotations

import sqlite3
from itertools import count
from pathlib import Path

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.script import Script
from mockdesk.core.settings import DeskSettings
from mockdesk.server.kept_clock import clock_again, saved_clock
from mockdesk.server.returning import fill, not_before
from mockdesk.store.desk_settings import settings_text
from mockdesk.store.recorder import DeskRecorder
from mockdesk.store.rows import StoredDesk, read_desks, write
from mockdesk.store.schema import CREATE

NOWHERE = Path("memory")


class Keeping:
    """The store of one desk with a virtual clock."""

    def __init__(self, script: Script | None = None) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.executescript(CREATE)
        self.script = script
        self._recorder: DeskRecorder | None = None

    def watch(self, desk: Desk) -> None:
        """Begin with a desk."""
        self._recorder = self._new_recorder(desk.settings, 1)
        desk.memory.watch()
        desk.memory.note(None)

    def _new_recorder(self, settings: DeskSettings, number: int) -> DeskRecorder:
        return DeskRecorder(1, "", settings_text(settings, self.script), count(number))

    def save(self, desk: Desk, clock: VirtualClock) -> None:
        """Write down what is new."""
        assert self._recorder is not None
        write(self.connection, [self._recorder.take(desk, saved_clock(clock, 1.0))])

    def stored(self) -> StoredDesk:
        """Return what was written down."""
        return read_desks(NOWHERE, self.connection)[0]

    def again(self, settings: DeskSettings) -> tuple[Desk, VirtualClock, list[str]]:
        """Return the desk as it comes back, its clock, and what is said about it."""
        stored = self.stored()
        clock = clock_again(stored.row.clock, VirtualClock(), 1.0, not_before(stored.saved))
        assert isinstance(clock, VirtualClock)
        desk = Desk(settings, clock)
        self._recorder = self._new_recorder(settings, 1 + max(stored.numbers.values(), default=0))
        desk.memory.watch()
        said = fill(desk, stored, self.script)
        self._recorder.knows(desk, stored)
        return desk, clock, said
