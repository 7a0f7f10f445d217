"""The event stream of a chat: every event once, in order, over as many connections as it takes.

The desk numbers the events of a conversation: 1, 2, 3 ... The stream remembers the last number it handled. That one
number makes it safe: what comes twice is dropped, and after a loss the desk is asked for everything after it.

After a loss the stream tries again at once, then after 0.5, 1, 2, 4, 8, 8 ... seconds by the injected clock, until the
limit of the outage. An answer of 401, 403, 404 or 410 to the handshake is final: the token, the conversation or the
position is gone. (410 could be survived by going on from a later position, but with a hole in what the user saw: who
joined, who left, what was said. A chat that ends honestly is better than one that goes on with a hole.)
"""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from byosd_reference.backoff import Outage
from byosd_reference.desk_side import EventConnection, EventDoor
from byosd_reference.errors import StreamLost, StreamRefused
from byosd_reference.events import Event, parse_event
from byosd_reference.heartbeat import watch
from byosd_reference.settings import Deadline, TimeLimits
from byosd_reference.workers import Workers
from contracts.adapter import Clock

log = logging.getLogger("byosd_reference")


class StreamListener(Protocol):
    """Who wants to know. All calls come from the stream's own thread, one at a time."""

    def event_came(self, event: Event) -> None:
        """Handle the next event."""

    def connection_lost(self, reason: str) -> None:
        """The connection is gone; attempts to get it back begin."""

    def connection_regained(self) -> None:
        """The connection is back; what was missed comes next."""

    def connection_given_up(self, reason: str, *, reachable: bool) -> None:
        """It will not come back. ``reachable``: whether the desk still answers to this chat."""


class EventStream:
    """Reads the events of one conversation in a thread of its own."""

    def __init__(self, door: EventDoor, clock: Clock, times: TimeLimits, limit_seconds: float, after: int = 0) -> None:
        self.last_seq = after
        self._door = door
        self._clock = clock
        self._times = times
        self._limit_seconds = limit_seconds
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._socket: EventConnection | None = None
        self._outage: Outage | None = None
        self._gap: tuple[int, int] | None = None
        self._fresh = True  # nothing has come over this connection yet
        self._opened_at = 0.0

    def open(self, deadline: Deadline) -> None:
        """Open the connection behind the last event that was handled; raises what :meth:`EventDoor.open` raises."""
        new = self._door.open(self.last_seq, deadline)
        with self._lock:
            self._socket, self._fresh, self._opened_at = new, True, self._clock.now()
        if self._stop.is_set():
            new.close()
            raise StreamLost("the event stream is not wanted any more")

    def start(self, workers: Workers, listener: StreamListener) -> None:
        """Begin to read, and to watch whether the desk is still there."""
        workers.start("stream", lambda: self._run(listener))
        workers.start("heartbeat", lambda: watch(lambda: self._socket, self._clock, self._stop, self._times.pong))

    def stop(self) -> None:
        """Stop reading and close the connection; the thread ends soon after. Any thread may call this."""
        self._stop.set()
        self._door.shut()
        self._close()

    def _run(self, listener: StreamListener) -> None:
        try:
            while not self._stop.is_set():
                gap = self._read(listener)
                if self._stop.is_set() or not self._resume(listener, quietly=gap):
                    return
        finally:
            self.stop()

    def _read(self, listener: StreamListener) -> bool:
        """Read until the connection ends; return whether that was our own doing, to fetch events that were left out."""
        connection = self._socket
        for frame in connection.frames() if connection else ():
            if self._stop.is_set():
                return False
            event = frame if isinstance(frame, Event) else parse_event(frame)
            if event is None or event.seq <= self.last_seq:
                continue
            if self._leaves_gap(event):
                return True
            self._handle(event, listener)
        return False

    def _leaves_gap(self, event: Event) -> bool:
        """Tell whether events are missing before this one. The same gap twice is how the desk's log is: then go on."""
        gap = (self.last_seq, event.seq)
        if event.seq == self.last_seq + 1 or gap == self._gap:
            return False
        log.warning("events %d to %d are missing: fetching them", self.last_seq + 1, event.seq - 1)
        self._gap = gap
        return True

    def _handle(self, event: Event, listener: StreamListener) -> None:
        self.last_seq, self._fresh = event.seq, False
        try:
            listener.event_came(event)
        except Exception as error:
            log.warning("event %d (%s) could not be shown: %s", event.seq, event.type, type(error).__name__)

    def _resume(self, listener: StreamListener, *, quietly: bool) -> bool:
        """Get the connection back; return whether reading goes on."""
        reason = self._socket.why_closed() if self._socket else "the connection broke off"
        self._close()
        if quietly and self._attempt() is None:
            return True
        outage = self._begin_outage()
        listener.connection_lost(reason)
        while not outage.over():
            if self._clock.wait(self._stop, outage.next_delay()) or self._stop.is_set():
                return False
            failure = self._attempt()
            if failure is None:
                listener.connection_regained()
                return True
            if isinstance(failure, StreamRefused):
                if failure.final:
                    return self._give_up(listener, str(failure), reachable=failure.status == 410)
                outage.postpone(failure.retry_after)
        return self._give_up(listener, "the connection could not be regained in time", reachable=True)

    def _begin_outage(self) -> Outage:
        """Return the outage: the earlier one if the connection in between was of no use, as that resets no limit."""
        steady = not self._fresh or self._clock.now() - self._opened_at >= Outage.LONGEST_DELAY
        if self._outage is None or steady:
            self._outage = Outage(self._clock.now, self._limit_seconds)
        return self._outage

    def _attempt(self) -> StreamLost | StreamRefused | None:
        try:
            self.open(Deadline(self._times.other))
        except (StreamLost, StreamRefused) as failure:
            return failure
        return None

    def _give_up(self, listener: StreamListener, reason: str, *, reachable: bool) -> bool:
        if not self._stop.is_set():
            listener.connection_given_up(reason, reachable=reachable)
        return False

    def _close(self) -> None:
        with self._lock:
            connection, self._socket = self._socket, None
        if connection is not None:
            connection.close()
