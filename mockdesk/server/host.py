"""One desk as the server has it: the core's desk, its lock, its clock, and who reads from it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from secrets import token_hex
from time import monotonic

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.errors import ClockNotVirtual, RateLimited
from mockdesk.core.events import Event
from mockdesk.core.faults import Fault
from mockdesk.core.happenings import Happening, Removed, TokenExpired
from mockdesk.core.settings import DeskSettings
from mockdesk.dialects.canonical_feed import CanonicalEntries
from mockdesk.dialects.feeds import REMOVED
from mockdesk.dialects.seam import DialectDesk, Finish
from mockdesk.server.attachments import Attachments
from mockdesk.server.clocks import RunningClock
from mockdesk.server.connections import Connection
from mockdesk.server.delivery import Reader
from mockdesk.server.desk_use import Use
from mockdesk.server.durable import Durable, Volatile
from mockdesk.server.holds import EventHolds, HeldRequests
from mockdesk.server.kept_clock import DeskClock
from mockdesk.server.now_faults import strike_now
from mockdesk.server.options import ServerOptions
from mockdesk.server.quiet_condition import QuietCondition
from mockdesk.server.readers import Readers
from mockdesk.server.records import Records
from mockdesk.server.steps import LONG_POLL, RESTART, ReaderRequest

STOPPED = Finish(RESTART, "the desk stops")


class DeskHost:
    """A desk with everything that belongs to it. :meth:`use` is the only way to the desk: it holds the one lock."""

    def __init__(
        self,
        name: str,
        settings: DeskSettings,
        clock: DeskClock,
        options: ServerOptions,
        keep: Callable[[DeskHost], Durable] = lambda host: Volatile(),
    ) -> None:
        """Begin with an empty desk; ``keep`` gives its side of the store."""
        self.name = name
        self.settings = settings
        self.clock: DeskClock = clock
        self.options = options
        self.lock = threading.RLock()
        self.settled = QuietCondition(self.lock)
        self.changed = QuietCondition(self.lock)
        self.changes = 0
        """How often something may have changed: who was not waiting sees that it has missed something."""
        self.stopping = False
        self.last_used = monotonic()
        self.readers = Readers()
        self.busy: set[Reader] = set()
        """The readers that may have something to write."""
        self.credentials: list[dict[str, str]] = []
        self.waiting: set[Connection] = set()
        self.watches: set[object] = set()
        """Who reads the control stream."""
        self.durable = keep(self)
        self._begin()

    def _begin(self) -> None:
        self.journal_id = token_hex(4)
        self.desk = Desk(self.settings, self.clock)
        self.journal, self.faults = self.desk.journal, self.desk.faults
        self.durable.begin(self.desk)
        self.entries = CanonicalEntries()
        self.attachments = Attachments(self.settings.max_file_bytes, self.settings.limits.agent_files, self.desk.kept)
        self.holds = EventHolds(self._last_seqs)
        self.requests = HeldRequests(self.lock, self.settings.limits.held_requests)
        self.records = Records(self.journal, self.settings.event_retention)
        self._dialects: dict[str, DialectDesk] = {}
        self.desk.subscribe(self._on_event)
        self.desk.observe(self._on_happening)

    def _on_event(self, conversation_id: str, event: Event) -> None:
        self.records.note_event(conversation_id, event.seq)
        self.wake(conversation_id)

    def _on_happening(self, conversation_id: str, happening: Happening) -> None:
        if isinstance(happening, Removed):
            self.records.forget(conversation_id)
            self.holds.forget(conversation_id)
            self.entries.forget(conversation_id)
        if self._dialects or isinstance(happening, Removed | TokenExpired):
            self.wake(conversation_id)  # what else happens is told by events, but a dialect may tell it by itself

    def use(self, cause: int | None = None) -> AbstractContextManager[Desk]:
        """Give the desk to one thread at a time; what is done is put down to the journal's entry ``cause``."""
        return Use(self, cause)

    def used(self) -> None:
        """Do what is due after each use of the desk, with the lock held."""
        if len(self.faults):
            for fault in self.faults.take_now(self.clock.now()):
                strike_now(self, fault)
        self.note_change()
        self.durable.note_use()

    def note_change(self) -> None:
        """Let who waits for something in the journal look again."""
        self.changes += 1
        self.changed.notify_all()

    def open_dialects(self) -> None:
        """Open the dialects that are told something, so that mistakes in it are found before anybody asks.

        Raises:
            InvalidRequest: the settings of one are not right.
        """
        with self.lock:
            for name in self.settings.dialect_settings:
                self.dialect(name)

    def dialect(self, name: str) -> DialectDesk:
        """Return this desk as a dialect shows it, with the lock held."""
        if name not in self._dialects:
            self._dialects[name] = self.options.dialects[name].open(self.desk)
        return self._dialects[name]

    def resolve(self, name: str) -> str:
        """Return the id of the conversation that any dialect knows under another name; else the name itself."""
        with self.lock:
            found = (dialect.conversation_of(name) for dialect in self._dialects.values())
            return next((one for one in found if one is not None), name)

    def note_credential(self, kind: str, value: str) -> None:
        """Keep a credential that was issued, if that was asked for."""
        if self.options.keep_credentials:
            self.credentials.append({"kind": kind, "value": value})

    def tick(self) -> float | None:
        """Make the running clock's due calls; return the machine's seconds until the next."""
        used = self.last_used
        with self.use():
            self.last_used = used  # that time goes by is no use of a desk
            if not isinstance(self.clock, RunningClock) or self.stopping:
                return None
            left = self.clock.run_due()
            if self._dialects:
                self.wake()
            return left

    def idle_seconds(self) -> float:
        """Return for how long (wall) nobody has used the desk, or waited for it."""
        with self.lock:
            is_watched = self.readers or self.watches or self.waiting
            return 0.0 if is_watched else monotonic() - self.last_used

    def advance(self, seconds: float) -> None:
        """Move the virtual clock, when all that was due before is written; return when all that fell due is.

        Raises:
            ClockNotVirtual: the clock runs by itself.
        """
        self.await_delivery()
        with self.use():
            if not isinstance(self.clock, VirtualClock):
                raise ClockNotVirtual("this desk's clock runs by itself")
            try:
                self.clock.advance(seconds, self.settings.limits.timers_in_advance)
            finally:
                self.desk.memory.note(None)
                self.readers.wake_after(self.clock.now(), everybody=bool(self._dialects))
        self.await_delivery()

    def await_delivery(self) -> bool:
        """Wait until every stream has written what it may, but those that are muted or whose client does not read.

        Raises:
            StoreFailed: what was done is not in the store.
        """
        self.durable.ticket().wait()
        with self.lock:
            return self.settled.wait_for(self._is_settled, self.options.barrier_seconds)

    def _is_settled(self) -> bool:
        return all(reader.muted or reader.stalled for reader in self.busy)

    def open_reader(self, request: ReaderRequest) -> Reader:
        """Return a new reader; its conversation's events wake it until it is removed.

        Raises:
            DeskError: the token, the conversation or the position is not good.
        """
        with self.use():
            request.feed.after(request.after)
            if self.readers.count(request.feed.conversation_id) >= self.settings.limits.readers:
                raise RateLimited("the conversation has as many readers as it bears")
            reader = Reader(self, request)
            if request.transport != LONG_POLL:
                reader.note_opened()
            self.add_reader(reader)
            return reader

    def add_reader(self, reader: Reader) -> None:
        """Let a reader's conversation wake it until it is removed; a desk that stops ends it."""
        with self.lock:
            self.readers.add(reader)
            if self.stopping:
                reader.end(STOPPED)

    def remove_reader(self, reader: Reader) -> None:
        """Forget a reader; harmless when it was forgotten before."""
        with self.lock:
            reader.forgotten = True
            reader.rest()
            self.readers.remove(reader)
            self.settled.notify_all()

    def wake(self, conversation_id: str | None = None) -> None:
        """Make the readers of a conversation, or all, look again."""
        self.readers.wake(conversation_id)

    def remove_fault(self, fault_id: str) -> None:
        """Remove a fault; the events that it holds go.

        Raises:
            NotFound: there is none of this id.
        """
        with self.use() as desk:
            if not self.holds.end(fault_id):
                desk.faults.remove(fault_id)
            self.wake()
        self.await_delivery()

    @contextmanager
    def pending(self, connection: Connection) -> Iterator[None]:
        """Count a connection as one that waits for its answer; the stop of the desk shuts it."""
        with self.lock:
            self.waiting.add(connection)
            if self.stopping:
                connection.shut()
        try:
            yield
        finally:
            with self.lock:
                self.waiting.discard(connection)

    @property
    def may_strike(self) -> bool:
        """Whether there is any fault."""
        return len(self.faults) > 0

    def take_request_fault(self, operation: str, conversation_id: str | None, text: str | None) -> Fault | None:
        """Return the fault that strikes a request, and note it."""
        fault = self.faults.take_request(operation, conversation_id, text, self.clock.now())
        if fault is not None:
            self.records.fault(fault, conversation_id, struck=operation)
        return fault

    def take_event_fault(self, conversation_id: str, event: Event) -> Fault | None:
        """Return the fault that strikes the sending of an event, and note it."""
        fault = self.faults.take_event(conversation_id, event, self.clock.now())
        if fault is not None:
            self.records.fault(fault, conversation_id, seq=event.seq)
        return fault

    def _last_seqs(self) -> dict[str, int]:
        return {conversation.id: conversation.log.last_seq for conversation in self.desk.conversations()}

    def release(self, conversation_id: str | None = None, count: int | None = None) -> int:
        """Let held events go, then held requests: ``count`` in all, ``None``: everything; return how many went."""
        with self.use():
            went = self.holds.release(conversation_id, count)
            went += self.requests.release(conversation_id, None if count is None else count - went)
            self.wake(conversation_id)
        self.await_delivery()
        return went

    def reset(self) -> None:
        """Begin anew with the same settings: no conversations, no faults, the clock (if virtual) at its start."""
        with self.lock:
            self.readers.end(Finish(REMOVED, "the desk was reset"))
            self.requests.stop()
            self.clock = VirtualClock() if isinstance(self.clock, VirtualClock) else self.clock.anew()
            self._begin()
            self.changed.notify_all()
            self.durable.note_use()
        self.await_delivery()

    def stop(self) -> None:
        """End every stream, poll and held request."""
        with self.lock:
            self.stopping = True
            self.readers.end(STOPPED)
            self.requests.stop()
            for connection in self.waiting:
                connection.shut()
            self.changed.notify_all()
