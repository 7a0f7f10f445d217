"""How events go from a conversation's log to one reader: WebSocket, server-sent events and long poll alike.

A :class:`Reader` is a cursor over the log. Whatever its transport, it asks :meth:`Reader.next_step` (with the desk's
lock held) what to do next, does it without the lock, and asks again. All decisions about a stream's faults are here.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from mockdesk.core.errors import DeskError, ExpiredToken, UnknownConversation, UnknownPosition
from mockdesk.core.events import Event
from mockdesk.core.faults import Fault
from mockdesk.dialects.canonical import GARBAGE_FRAME, UNKNOWN_FRAME, event_frame

if TYPE_CHECKING:
    from mockdesk.server.host import DeskHost

NORMAL, SLOW, EXPIRED, REMOVED, RESTART = 1000, 4408, 4401, 4404, 1012
"""Close codes of the contract."""

ENDED = "conversation.ended"
WEBSOCKET, LONG_POLL, SERVER_SENT = "websocket", "long_poll", "server_sent_events"
"""The transports, as capabilities name them."""


@dataclass(frozen=True, slots=True)
class Write:
    """Send a frame; ``event`` is the event in it, ``None`` for a frame that is none."""

    text: str
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """End the stream with a close code; ``None``: cut the connection without a word."""

    code: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mute:
    """Send nothing more; the connection stays."""


Step: TypeAlias = Write | Finish | Mute

_CLOSE_CODES: Mapping[type[DeskError], Finish] = MappingProxyType(
    {
        ExpiredToken: Finish(EXPIRED, "the token has expired"),
        UnknownConversation: Finish(REMOVED, "the conversation was removed"),
        UnknownPosition: Finish(SLOW, "events of this position are no longer kept"),
    }
)


@dataclass(frozen=True, slots=True)
class ReaderRequest:
    """Who wants to read what: ``cause`` is the request's position in the journal."""

    conversation_id: str
    token: str
    after: int
    transport: str
    connection: socket.socket
    cause: int


class Reader:
    """Where one client stands in one conversation's log.

    ``busy`` is true from the moment there may be something to do until it was done: the barrier of an agent's action
    waits for that. Everything here is called with the desk's lock held.
    """

    def __init__(self, host: DeskHost, request: ReaderRequest, expires_at: float) -> None:
        self.host = host
        self.conversation_id = request.conversation_id
        self.transport = request.transport
        self.connection = request.connection
        self.stream = request.cause
        self.position = request.after
        self.busy = True
        self.muted = False
        self.stalled = False
        self._token = request.token
        self._expires_at = expires_at
        self._changed = threading.Condition(host.lock)
        self._steps: deque[Step] = deque()
        self._backlog: deque[Event] = deque()
        self._taken = request.after
        self._decided = 0
        self._paused_until = 0.0
        self._last: Write | None = None
        self._swap = False

    def wake(self) -> None:
        """Look again: something happened."""
        self.busy = True
        self._changed.notify_all()

    def order(self, *steps: Step) -> None:
        """Do ``steps`` before anything else."""
        self._steps.extend(steps)
        self.wake()

    def wait(self, timeout: float | None = None) -> bool:
        """Say that nothing is left to do and wait (wall seconds) until there may be; return whether there may.

        The end of the token's time is something to do. Under a virtual clock it cannot come while nobody moves it.
        """
        self.busy = False
        self.host.settled.notify_all()
        waits = [each for each in (timeout, self.host.wall_seconds_until(self._expires_at)) if each is not None]
        return self._changed.wait_for(lambda: self.busy, min(waits, default=None))

    def end(self, step: Finish) -> None:
        """Do ``step`` and nothing else any more."""
        self._steps.clear()
        self.muted = False
        self.order(step)

    def lag(self) -> int:
        """Return how many events of the log were not sent yet."""
        return self.host.last_seq(self.conversation_id) - self.position

    def next_step(self) -> Step | None:
        """Return what to do next, ``None`` when there is nothing for now."""
        if self.muted:
            return None
        while not self._steps and self._refill():
            pass
        return self._started(self._steps.popleft()) if self._steps else None

    def apply(self, fault: Fault) -> None:
        """Make a stream's fault happen now."""
        plan = _PLANS.get(fault.kind)
        if plan is not None:
            self.order(plan(fault))
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
        """Note in the journal that a frame went out."""
        with self.host.use():
            records, where = self.host.records, (self.stream, self.transport)
            if step.event is None:
                records.other_frame_out(self.conversation_id, step.text, *where)
            else:
                records.frame_out(self.conversation_id, step.event.seq, *where)

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
        if isinstance(step, Write) and step.event is not None:
            self._last = step
            self.position = max(self.position, step.event.seq)
        elif isinstance(step, Mute):
            self.muted = True
        return step

    def _refill(self) -> bool:
        """Plan the next event's steps; return whether it is worth asking again."""
        try:
            return self._plan()
        except DeskError as error:
            self._steps.append(_CLOSE_CODES.get(type(error), Finish(EXPIRED, error.detail)))
            return False

    def _plan(self) -> bool:
        conversation = self.host.desk.authorize(self.conversation_id, self._token)
        if not self._backlog:
            self._backlog.extend(self.host.desk.events_after(self.conversation_id, self._taken))
        if not self._backlog:
            if conversation.ended:
                self._steps.append(Finish(NORMAL, "the conversation has ended"))
            return False
        if self.host.clock.now() < self._paused_until:
            return False
        return self.host.holds.lets(self.conversation_id, self._backlog[0].seq) and self._decide(self._backlog[0])

    def _decide(self, event: Event) -> bool:
        """Ask once for each event whether a fault strikes it, then send it."""
        if event.seq > self._decided:
            self._decided = event.seq
            fault = self.host.take_event_fault(self.conversation_id, event)
            if fault is not None:
                return self._strike(fault, event)
        return self._send_two() if self._swap else self._send(event)

    def _strike(self, fault: Fault, event: Event) -> bool:
        if fault.kind == "duplicate":
            return self._send(event, times=1 + (fault.times or 1))
        if fault.kind == "hold_events":
            self.host.holds.hold(self.conversation_id, event.seq - 1)
        elif fault.kind == "expire_token":
            self.host.desk.expire_token(self.conversation_id)
        else:
            self.apply(fault)
        return True

    def _send(self, event: Event, times: int = 1) -> bool:
        self._backlog.popleft()
        self._taken = event.seq
        self._steps.extend(repeat(Write(event_frame(event), event), times))
        return True

    def _send_two(self) -> bool:
        """Send the next two events, the later one first; wait while there is only one (nothing follows an end)."""
        first = self._backlog[0]
        if len(self._backlog) == 1:
            self._backlog.extend(self.host.desk.events_after(self.conversation_id, first.seq))
        if len(self._backlog) == 1 and first.type != ENDED:
            return False
        self._swap = False
        if len(self._backlog) > 1:
            second = self._backlog[1]
            del self._backlog[1]
            self._steps.append(Write(event_frame(second), second))
            self._decided = second.seq
        self._steps.append(Write(event_frame(first), first))
        self._backlog.popleft()
        self._taken = self._decided
        return True

    def _pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, self.host.clock.now() + seconds)
        self.host.clock.call_later(seconds, self.wake)


_PLANS: Mapping[str, Callable[[Fault], Step]] = MappingProxyType(
    {
        "close": lambda fault: Finish(int(fault.code or 1011), "an injected fault"),
        "eof": lambda fault: Finish(None),
        "silence": lambda fault: Mute(),
        "garbage_frame": lambda fault: Write(GARBAGE_FRAME if fault.text is None else fault.text),
        "unknown_type": lambda fault: Write(UNKNOWN_FRAME),
    }
)
"""What a stream does when a fault of this kind strikes."""
