"""A socket that talks both ways: what its session says, and the feed of every conversation that it follows, in one.

Each followed conversation has a :class:`Reader` of its own, so that holds, duplicates, reordering, silence, garbage,
closes and the delivery barrier are those of every other stream. Everything is called with the desk's lock held.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from mockdesk.core.errors import DeskError
from mockdesk.core.faults import Fault
from mockdesk.dialects.seam import Call, DialectDesk, Entry, Feed, Finish, Frame, Reaction, Send, Session
from mockdesk.server.connections import Connection
from mockdesk.server.delivery import Reader
from mockdesk.server.host import DeskHost
from mockdesk.server.socket_calls import SocketCall
from mockdesk.server.steps import WEBSOCKET, Mute, ReaderRequest, Step, Write


class NoFeed:
    """What the socket itself reads: nothing. Its conversation has no name."""

    conversation_id = ""
    garbage: Frame = b"garbage"
    unknown: Frame = b"garbage"

    def check(self) -> None:
        """Refuse nobody."""

    def after(self, position: int) -> Sequence[Entry]:
        """Return nothing."""
        return ()

    def last(self) -> int:
        """Return 0."""
        return 0

    def newest(self, position: int) -> Entry | None:
        """Let the reader ask in the long way."""
        return None

    def over(self) -> Finish | None:
        """Go on."""
        return None

    def refusal(self, error: DeskError) -> Finish:
        """Never asked for."""
        return Finish(None)

    def valid_until(self) -> float:
        """Never end."""
        return math.inf


class FollowedReader(Reader):
    """The reader of one followed conversation; the socket writes for it."""

    def __init__(self, request: ReaderRequest, whole: DuplexReader) -> None:
        super().__init__(whole.host, request)
        self._whole = whole

    def wake(self) -> None:
        """Look again, by the socket's thread."""
        super().wake()
        self._whole.wake()


@dataclass(frozen=True, slots=True)
class News(Write):
    """News of a conversation, and whose reader had them."""

    reader: FollowedReader = field(kw_only=True)


class DuplexReader(Reader):
    """What the stream's writer asks what to do next: a session, and the readers of what it follows."""

    def __init__(
        self, host: DeskHost, session: Session, dialect: DialectDesk, connection: Connection, cause: int
    ) -> None:
        super().__init__(host, ReaderRequest(NoFeed(), 0, WEBSOCKET, connection, cause))
        self._session = session
        self._dialect = dialect
        self._followed: dict[str, FollowedReader] = {}
        self._has_news = False
        host.add_reader(self)
        session.attach(self.wake)

    def wait(self, timeout: float | None = None) -> bool:
        """Say that nothing is left to do and wait (wall seconds) until there may be; return whether there may."""
        if self._has_news:
            self._has_news = False
            return True
        self.pause()
        return self.signal.wait_for(lambda: self.busy or self.forgotten, timeout)

    def settle(self) -> None:
        """Say that nothing is left to do, for no conversation."""
        for reader in self._followed.values():
            reader.rest()
        super().settle()

    def pause(self) -> float | None:
        """Say that nothing is left to do; no token of one conversation ends it."""
        self.settle()
        return None

    def next_step(self) -> Step | None:
        """Return what to do next: what is said by itself first, then news, conversation by conversation."""
        if self.muted:
            return None
        self._follow()
        self._steps.extend(_step(one) for one in self._session.pending())
        if self._steps:
            return self._started(self._steps.popleft())
        steps = (self._of(name, reader) for name, reader in tuple(self._followed.items()))
        return next((step for step in steps if step is not None), None)

    def _of(self, conversation_id: str, reader: FollowedReader) -> Step | None:
        step = reader.next_step()
        if isinstance(step, Mute):
            self.muted = True
        if isinstance(step, Write) and step.entry is not None:
            return News(self._session.tell(conversation_id, step.entry), step.entry, reader=reader)
        return step

    def _follow(self) -> None:
        """Read what the session follows now, and nothing else."""
        wanted = self._session.follows()
        for name in [name for name in self._followed if name not in wanted]:
            self._leave(self._followed.pop(name), Finish(None, "no longer followed"))
        for name, (feed, after) in wanted.items():
            if name not in self._followed:
                self._followed[name] = self._opened(feed, after)

    def _opened(self, feed: Feed, after: int) -> FollowedReader:
        request = ReaderRequest(feed, after, WEBSOCKET, self.connection, self.stream)
        reader = FollowedReader(request, self)
        self.host.add_reader(reader)
        reader.note_opened()
        return reader

    def _leave(self, reader: FollowedReader, by: Finish | None) -> None:
        Reader.close(reader, by)

    def note_incoming(self, frame: str | bytes) -> None:
        """Let the session take a client's frame; requests are journalled by themselves."""
        self._has_news = True
        told = self._session.summary(frame)
        if told is not None:
            with self.host.use():
                self.host.records.frame_in(None, told, self.stream)
        for reaction in self._session.received(frame):
            self._react(reaction)

    def _react(self, reaction: Reaction) -> None:
        if isinstance(reaction, Call):
            SocketCall(self.host, self._dialect, reaction, self._say).serve()
        else:
            self._say(reaction)

    def _say(self, what: Send | Finish) -> None:
        self.order(_step(what))

    def record_written(self, step: Write) -> None:
        """Note news that went out; answers are in the journal already."""
        if isinstance(step, News):
            step.reader.record_written(step)

    def apply(self, fault: Fault) -> None:
        """Make a stream's fault happen, where no conversation's reader does."""
        if not self._followed:
            super().apply(fault)

    def set_stalled(self, stalled: bool) -> None:
        """Say that the client does not read, or reads again."""
        super().set_stalled(stalled)
        for reader in tuple(self._followed.values()):
            reader.set_stalled(stalled)

    def lag(self) -> int:
        """Return how many entries were not sent yet, of the conversation that is most behind."""
        return max((reader.lag() for reader in self._followed.values()), default=0)

    def close(self, by: Finish | None) -> None:
        """End the session and every reader."""
        with self.host.use():
            self._session.closed()
            for reader in self._followed.values():
                self._leave(reader, by)
            self._followed.clear()
            self.host.remove_reader(self)


def _step(what: Send | Finish) -> Step:
    return Write(what.frames) if isinstance(what, Send) else what
