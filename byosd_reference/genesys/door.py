"""The event stream: opened, opened again, and read as events with numbers.

The desk numbers nothing and sends nothing twice. So the events are counted here, and behind each opening but the first
the lists of members and messages are read for what was missed (``missed``). The stream is opened before they are: what
happens meanwhile is in either, and what is in both is known by its id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from byosd_reference import reading
from byosd_reference.errors import DeskError, DeskRefused, StreamLost, StreamRefused
from byosd_reference.events import Event
from byosd_reference.genesys.frames import MESSAGE, Frame, parse_frame
from byosd_reference.genesys.lookups import Lookups
from byosd_reference.genesys.missed import Missed
from byosd_reference.genesys.progress import Progress
from byosd_reference.genesys.talk import Talk
from byosd_reference.genesys.ticket import GuestTicket
from byosd_reference.http_line import HttpLine
from byosd_reference.settings import Deadline, TimeLimits
from byosd_reference.websocket_line import SocketOpener, StreamSocket


class GuestDoor:
    """Opens the stream of one conversation. ``lines``: those of look-ups, the one of ``lookups`` among them.

    ``is_new``: nobody has opened it yet, so that nothing was missed.
    """

    def __init__(
        self,
        ticket: GuestTicket,
        lines: Sequence[HttpLine],
        lookups: Lookups,
        talk: Talk,
        progress: Progress,
        times: TimeLimits,
        *,
        is_new: bool,
    ) -> None:
        self.ticket = ticket
        self.talk = talk
        self.progress = progress
        self._lines = lines
        self._lookups = lookups
        self._opener = SocketOpener(times)
        self._is_new = is_new

    def open(self, after: int, deadline: Deadline) -> GuestConnection:
        """Open the stream, and ask for what was missed since it was last open; its events are numbered behind
        ``after``.

        Raises:
            StreamRefused: the desk answered with an HTTP status that is a no.
            StreamLost: there was no such answer in time.
        """
        if self._is_new:
            self.talk.begins(deadline)
        socket = self._opener.open(self.ticket.stream_url, deadline)
        try:
            missed = Missed() if self._is_new else self._missed(deadline)
        except BaseException:
            socket.close()
            raise
        self._is_new = False
        return GuestConnection(self, socket, missed, after)

    def shut(self) -> None:
        """Let nobody in any more, and break off what is under way."""
        self._opener.shut()
        for line in self._lines:
            line.close()

    def cut(self) -> None:
        """Make look-ups that are under way fail at once."""
        for line in self._lines:
            line.cut()

    def _missed(self, deadline: Deadline) -> Missed:
        try:
            return Missed.ask(self._lookups, self.progress.last, deadline)
        except DeskRefused as refusal:
            raise StreamRefused("tell what was missed", refusal.status, None, refusal.retry_after) from None
        except DeskError as lost:
            raise StreamLost(str(lost)) from None


class GuestConnection:
    """An open stream, its events numbered behind ``after``."""

    def __init__(self, door: GuestDoor, socket: StreamSocket, missed: Missed, after: int) -> None:
        self._door = door
        self._socket = socket
        self._missed = missed
        self._last_seq = after

    def frames(self) -> Iterator[Event]:
        """Give what was missed, then what happens; look up who it is about."""
        self._door.talk.introduce(self._missed.members)
        for frame in self._missed.frames(self._door.ticket.member_id):
            yield from self._events(frame)
        for text in self._socket.frames():
            parsed = parse_frame(text, self._door.ticket.conversation_id)
            if parsed is not None:
                yield from self._events(parsed)

    def answers(self, seconds: float) -> bool:
        """Ping the desk and tell whether it answers within ``seconds`` of wall time; a closed connection need not."""
        return self._socket.answers(seconds)

    def why_closed(self) -> str:
        """Say why there are no more frames."""
        return self._socket.why_closed()

    def close(self) -> None:
        """Close the stream, and break off a look-up that is under way."""
        self._door.cut()
        self._socket.close()

    def _events(self, frame: Frame) -> Iterator[Event]:
        """Give the events of a frame. A message has passed with the last of its events: whatever breaks off before,
        it is asked for again."""
        message = reading.text(frame.body, "id") if frame.kind == MESSAGE else None
        if message is not None and not self._door.progress.comes(message):
            return
        told = self._door.talk.tell(frame)
        for place, (kind, data) in enumerate(told, start=1):
            if message is not None and place == len(told):
                self._door.progress.passed(message)
            self._last_seq += 1
            yield Event(self._last_seq, kind, data)
        if message is not None and not told:
            self._door.progress.passed(message)
