"""How entries go from a conversation's feed to one reader: WebSocket, server-sent events and long poll alike.

A :class:`Reader` is a cursor over the feed. Whatever its transport, it asks :meth:`Reader.next_step` (with the desk's
lock held) what to do next, does it without the lock, and asks again. All decisions about a stream's faults are here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING

from mockdesk.core.errors import DeskError
from mockdesk.core.faults import Fault
from mockdesk.dialects.seam import Entry, Feed, Finish
from mockdesk.server.clocks import wall_seconds_until
from mockdesk.server.steps import Mute, ReaderRequest, Step, Write

if TYPE_CHECKING:
    from mockdesk.server.host import DeskHost

ENDED = "conversation.ended"


class Reader:
    """Where one client stands in one conversation's feed.

    ``busy`` is true from the moment there may be something to do until it was done: the barrier of an agent's action
    waits for that. Everything here is called with the desk's lock held.
    """

    def __init__(self, host: DeskHost, request: ReaderRequest) -> None:
        self.host = host
        self.feed = request.feed
        self.conversation_id = request.feed.conversation_id
        self.transport = request.transport
        self.connection = request.connection
        self.stream = request.cause
        self.position = request.after
        self.muted = False
        self.stalled = False
        self.forgotten = False
        """Whether the desk has forgotten it: nobody waits for it any more."""
        self.expires_at = request.feed.valid_until()
        """When the reader's token ends, seconds since the epoch."""
        self.signal = request.connection.signal(host.lock)
        host.busy.add(self)
        self._steps: deque[Step] = deque()
        self._backlog: deque[Entry] = deque()
        self._taken = request.after
        self._decided = 0
        self._paused_until = 0.0
        self._last: Write | None = None
        self._swap = False

    @property
    def busy(self) -> bool:
        """Whether there may be something to do that was not done yet."""
        return self in self.host.busy

    def rest(self) -> None:
        """Say that nothing is left to do."""
        self.host.busy.discard(self)

    def wake(self) -> None:
        """Look again: something happened."""
        if not self.forgotten:
            self.host.busy.add(self)
        self.signal.notify()

    def order(self, *steps: Step) -> None:
        """Do ``steps`` before anything else."""
        self._steps.extend(steps)
        self.wake()

    def wait(self, timeout: float | None = None) -> bool:
        """Say that nothing is left to do and wait (wall seconds) until there may be; return whether there may.

        The end of the token's time is something to do. Under a virtual clock it cannot come while nobody moves it.
        """
        waits = [each for each in (timeout, self.pause()) if each is not None]
        return self.signal.wait_for(lambda: self.busy or self.forgotten, min(waits, default=None))

    def settle(self) -> None:
        """Say that nothing is left to do, to whoever waits for that."""
        self.rest()
        self.host.settled.notify_all()

    def pause(self) -> float | None:
        """Say that nothing is left to do; return after how long (wall) there is, though nobody wakes the reader."""
        self.settle()
        return wall_seconds_until(self.host.clock, self.expires_at)

    def end(self, step: Finish) -> None:
        """Do ``step`` and nothing else any more."""
        self._steps.clear()
        self.muted = False
        self.order(step)

    def lag(self) -> int:
        """Return how many entries of the feed were not sent yet."""
        with self.host.lock:
            return self.feed.last() - self.position

    def next_step(self) -> Step | None:
        """Return what to do next, ``None`` when there is nothing for now."""
        if self.muted:
            return None
        while not self._steps and self._refill():
            pass
        return self._started(self._steps.popleft()) if self._steps else None

    def take_plain(self) -> Entry | None:
        """Return the one entry that is to be sent now, and count it as sent, where nothing else could be next.

        ``None``: ask :meth:`next_step`. An event for very many readers is sent in this way.
        """
        host = self.host
        is_plain = not (self._steps or self._backlog or self._swap or self.muted or self._paused_until)
        if not is_plain or host.may_strike or host.holds.is_holding:
            return None
        entry = self.feed.newest(self._taken)
        if entry is None or not host.durable.lets(self.conversation_id, entry.seq):
            return None
        self._taken = self._decided = self.position = entry.position
        self._last = Write(entry.frames, entry)
        return entry

    def apply(self, fault: Fault) -> None:
        """Make a stream's fault happen now."""
        plan = _PLANS.get(fault.kind)
        if plan is not None:
            self.order(plan(fault, self.feed))
        elif fault.kind == "duplicate" and self._last is not None:
            self.order(*repeat(self._last, fault.times or 1))
        elif fault.kind == "delay_events":
            self._pause(fault.seconds or 0.0)
        elif fault.kind == "reorder":
            self._swap = True

    def note_opened(self) -> None:
        """Note a new stream; its frames are put down to it."""
        told = (self.conversation_id, self.transport, self.position, self.stream)
        self.stream = self.host.records.stream_opened(*told)

    def note_written(self, step: Write) -> None:
        """Note in the journal that frames went out."""
        with self.host.use():
            self.record_written(step)

    def record_written(self, step: Write) -> None:
        """Note in the journal that frames went out, for who has the desk in use already."""
        if step.entry is not None and step.entry.event is not None:
            if step.frames:
                self.record_entry(step.entry)
            return
        for frame in step.frames:
            self.host.records.other_frame_out(self.conversation_id, frame, self.stream, self.transport)

    def record_entry(self, entry: Entry) -> None:
        """Note in the journal that the frames of an event went out."""
        if entry.event is not None:
            self.host.records.frame_out(self.conversation_id, entry.event.seq, self.stream, self.transport)

    def note_incoming(self, frame: str | bytes) -> None:
        """Note what the client sent; it means nothing to the desk."""
        with self.host.use():
            self.host.records.frame_in(self.conversation_id, frame, self.stream)

    def set_stalled(self, stalled: bool) -> None:
        """Say that the client does not read, or reads again; nobody waits for a stalled reader."""
        if stalled == self.stalled:
            return
        with self.host.lock:
            self.stalled = stalled
            self.host.settled.notify_all()

    def close(self, by: Finish | None) -> None:
        """Note the end; ``by`` None: the client ended it, or its connection is lost."""
        with self.host.use():
            told = {"transport": self.transport, "by": "client" if by is None else "desk"}
            more = {} if by is None else {"code": by.code, "reason": by.reason}
            self.host.records.stream_closed(self.conversation_id, told | more, self.stream)
            self.host.remove_reader(self)

    def _started(self, step: Step) -> Step:
        if isinstance(step, Write) and step.entry is not None:
            self._last = step
            self.position = max(self.position, step.entry.position)
        elif isinstance(step, Mute):
            self.muted = True
        return step

    def _refill(self) -> bool:
        """Plan the next event's steps; return whether it is worth asking again."""
        try:
            return self._plan()
        except DeskError as error:
            if self.host.durable.is_clean(self.conversation_id):
                self._steps.append(self.feed.refusal(error))
            return False

    def _plan(self) -> bool:
        if self._backlog:
            self.feed.check()
        else:
            self._backlog.extend(self.feed.after(self._taken))
        if not self._backlog:
            end = self.feed.over()
            if end is not None and self.host.durable.is_clean(self.conversation_id):
                self._steps.append(end)
            return False
        if self.host.clock.now() < self._paused_until:
            return False
        return self._lets(self._backlog[0]) and self._decide(self._backlog[0])

    def _lets(self, entry: Entry) -> bool:
        """Tell whether nothing holds an entry; one without an event is held like the event that comes next.

        With a store, an event is held until it is durable: nobody may see what a restart would not know.
        """
        if not self.host.durable.lets(self.conversation_id, entry.seq):
            return False
        seq = entry.seq if entry.event is not None else entry.seq + 1
        return self.host.holds.lets(self.conversation_id, seq)

    def _decide(self, entry: Entry) -> bool:
        """Ask once for each event whether a fault strikes it, then send it."""
        if entry.position > self._decided:
            self._decided = entry.position
            if self.host.may_strike and entry.event is not None:
                fault = self.host.take_event_fault(self.conversation_id, entry.event)
                if fault is not None:
                    return self._strike(fault, entry)
        return self._send_two() if self._swap else self._send(entry)

    def _strike(self, fault: Fault, entry: Entry) -> bool:
        if fault.kind == "duplicate":
            return self._send(entry, times=1 + (fault.times or 1))
        if fault.kind == "hold_events":
            self.host.holds.hold(self.conversation_id, entry.seq - 1)
        elif fault.kind == "expire_token":
            with self.host.use() as desk:
                desk.expire_token(self.conversation_id)
        else:
            self.apply(fault)
        return True

    def _send(self, entry: Entry, times: int = 1) -> bool:
        self._backlog.popleft()
        self._taken = entry.position
        self._steps.extend(repeat(Write(entry.frames, entry), times))
        return True

    def _send_two(self) -> bool:
        """Send the next two entries, the later one first; wait while there is only one (nothing follows an end)."""
        first = self._backlog[0]
        if len(self._backlog) == 1:
            self._backlog.extend(self.feed.after(first.position))
        if len(self._backlog) == 1 and (first.event is None or first.event.type != ENDED):
            return False
        if len(self._backlog) > 1 and not self.host.durable.lets(self.conversation_id, self._backlog[1].seq):
            return False
        self._swap = False
        if len(self._backlog) > 1:
            second = self._backlog[1]
            del self._backlog[1]
            self._steps.append(Write(second.frames, second))
            self._decided = second.position
        self._steps.append(Write(first.frames, first))
        self._backlog.popleft()
        self._taken = self._decided
        return True

    def _pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, self.host.clock.now() + seconds)
        self.host.clock.call_later(seconds, self.wake)


_PLANS: Mapping[str, Callable[[Fault, Feed], Step]] = MappingProxyType(
    {
        "close": lambda fault, feed: Finish(int(fault.code or 1011), "an injected fault"),
        "eof": lambda fault, feed: Finish(None),
        "silence": lambda fault, feed: Mute(),
        "garbage_frame": lambda fault, feed: Write([feed.garbage if fault.text is None else fault.text]),
        "unknown_type": lambda fault, feed: Write([feed.unknown]),
    }
)
"""What a stream does when a fault of this kind strikes."""
