"""One thread writes what the desks of a server have done into the store: many requests share one commit.

A desk that has changed is marked. The writer takes the marks, takes from each marked desk what is new (with its lock
held, references only), writes all of it in one transaction, and then lets readers and answers go. What comes meanwhile
is the next transaction. If one fails, nothing is acknowledged any more: the store is what a restart goes on with.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from mockdesk.core.desk import Desk
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.server.durable import StoreFailed, Ticket
from mockdesk.server.kept_clock import DeskClock, saved_clock
from mockdesk.store.batch import DeskBatch
from mockdesk.store.file import told
from mockdesk.store.recorder import DeskRecorder
from mockdesk.store.rows import StoredDesk, write

LOGGER = logging.getLogger("mockdesk.server")
Waiting = tuple[int, Callable[[StoreFailed | None], None]]


class StoredHost(Protocol):
    """What the writer needs of a desk's host."""

    lock: threading.RLock
    desk: Desk
    clock: DeskClock

    def wake(self, conversation_id: str | None = None) -> None:
        """Make the readers of a conversation look again."""


class StoreWriter:
    """Owns the connection and the thread that writes."""

    def __init__(self, path: Path, connection: sqlite3.Connection, thread_name: str) -> None:
        self._path = path
        self._connection = connection
        self._changed = threading.Condition()
        self._marked: dict[StoredSide, None] = {}
        self._begun = self._done = 0
        self._waiting: list[Waiting] = []
        self._stopping = False
        self.failure: StoreFailed | None = None
        self._thread = threading.Thread(target=self._run, name=thread_name, daemon=True)
        self._thread.start()

    def mark(self, side: StoredSide) -> None:
        """Write down what is new of a desk; called with its lock held."""
        with self._changed:
            self._marked[side] = None
            self._changed.notify_all()

    def ticket(self) -> Ticket:
        """Return the ticket of everything that was marked so far."""
        with self._changed:
            return StoreTicket(self, self._begun + bool(self._marked))

    def is_done(self, number: int) -> bool:
        """Tell whether a transaction is durable."""
        return self._done >= number

    def wait_for(self, number: int) -> None:
        """Wait until a transaction is durable.

        Raises:
            StoreFailed: it failed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._done >= number or self.failure is not None)
            if self._done < number and self.failure is not None:
                raise self.failure

    def call_when_done(self, number: int, function: Callable[[StoreFailed | None], None]) -> None:
        """Call ``function`` once a transaction is durable, or has failed."""
        with self._changed:
            is_over = self._done >= number or self.failure is not None
            if not is_over:
                self._waiting.append((number, function))
        if is_over:
            function(None if self._done >= number else self.failure)

    def stop(self) -> None:
        """Write what is left, and close the store."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while (sides := self._begin()) is not None:
            try:
                batches = [(side, side.take()) for side in sides]
                write(self._connection, [batch for _, batch in batches])
            except Exception as error:
                self._fail(error)
                return
            for side, batch in batches:
                side.show(batch)
            self._end(None)

    def _begin(self) -> list[StoredSide] | None:
        """Wait for marks and take them; ``None``: it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._marked or self._stopping)
            if not self._marked:
                return None
            sides, self._marked = list(self._marked), {}
            self._begun += 1
            return sides

    def _fail(self, error: Exception) -> None:
        why = told(self._path, error) if isinstance(error, sqlite3.Error) else error
        LOGGER.critical("%s; nothing is acknowledged any more", why, exc_info=not isinstance(error, sqlite3.Error))
        self._end(StoreFailed(f"the store cannot be written; start the server again ({type(error).__name__})"))

    def _end(self, failure: StoreFailed | None) -> None:
        with self._changed:
            self.failure = failure
            self._done = self._done if failure is not None else self._begun
            over = [each for each in self._waiting if failure is not None or each[0] <= self._done]
            self._waiting = [each for each in self._waiting if each not in over]
            self._changed.notify_all()
        for _, function in over:
            function(failure)


@lazy_dataclass(frozen=True)
class StoreTicket:
    """Stands for a transaction, by its number, and all before it."""

    writer: StoreWriter
    number: int

    @property
    def is_durable(self) -> bool:
        """Whether it is in the store."""
        return self.writer.is_done(self.number)

    def wait(self) -> None:
        """Wait until it is; raises :class:`StoreFailed` if it will not be."""
        if not self.is_durable:
            self.writer.wait_for(self.number)

    def on_durable(self, function: Callable[[StoreFailed | None], None]) -> None:
        """Call ``function`` once when it is, or with the failure."""
        self.writer.call_when_done(self.number, function)


class StoredSide:
    """One desk's side of the store: what of it is durable, and what is on the way there."""

    def __init__(self, writer: StoreWriter, host: StoredHost, recorder: DeskRecorder, speed: float) -> None:
        self.recorder = recorder
        self._writer = writer
        self._host = host
        self._speed = speed
        self._seqs: dict[str, int] = {}
        self._on_the_way: dict[str, int] = {}
        self._is_marked = self._is_removed = False

    def begin(self, desk: Desk) -> None:
        """Go on with another, empty desk."""
        self.recorder.begin_anew()
        self._seqs, self._on_the_way = {}, {}
        desk.memory.watch()
        desk.memory.note(None)

    def knows(self, stored: StoredDesk) -> None:
        """Say that the desk was brought back: all of it may be shown."""
        self.recorder.knows(self._host.desk, stored)
        self._seqs = {one.beginning.id: one.state.last_seq for one in stored.saved.conversations}

    def remove(self) -> None:
        """Let the store forget the desk."""
        self._is_removed = True
        self._mark()

    def note_use(self) -> None:
        """Look whether the use of the desk that ends has changed it."""
        if not self._is_marked and self._host.desk.memory.has_changed:
            self._mark()

    def _mark(self) -> None:
        self._is_marked = True
        self._writer.mark(self)

    def lets(self, conversation_id: str, seq: int) -> bool:
        """Tell whether the event at ``seq`` may be shown."""
        return seq <= self._seqs.get(conversation_id, 0)

    def is_clean(self, conversation_id: str) -> bool:
        """Tell whether all of a conversation is in the store."""
        return conversation_id not in self._on_the_way and not self._host.desk.memory.is_changed(conversation_id)

    def ticket(self) -> Ticket:
        """Return the ticket of everything that was done so far."""
        return self._writer.ticket()

    def take(self) -> DeskBatch:
        """Return what is new, for the writer."""
        with self._host.lock:
            self._is_marked = False
            if self._is_removed:
                return DeskBatch(self.recorder.id, removed=True)
            batch = self.recorder.take(self._host.desk, saved_clock(self._host.clock, self._speed))
            self._on_the_way = batch.seqs
            return batch

    def show(self, batch: DeskBatch) -> None:
        """Let readers have what is durable now."""
        with self._host.lock:
            if self._on_the_way is not batch.seqs:
                return  # the desk was reset meanwhile
            self._on_the_way = {}
            self._seqs |= batch.seqs
            for conversation_id in batch.seqs:
                self._host.wake(conversation_id)
