"""One chat over a stream: events in order and at most once, also over lost connections."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Protocol

from contracts.adapter import Clock
from contracts.desk.presenter import Presenter
from contracts.desk.stream import EventStream, Handshake, StreamClosed, open_stream
from contracts.desk.wire import Wire

LOG = logging.getLogger(__name__)
LONGEST_PAUSE = 10.0


class Source(Protocol):
    """Where a chat's events come from, and how far they have been read."""

    finished: Collection[int]
    """Close codes after which nothing more comes."""
    given_up: Collection[int]
    """Close codes after which coming back is of no use."""
    refused: Collection[int]
    """Statuses of a refused opening after which trying again is of no use."""

    def open(self) -> Handshake:
        """Open a stream of what has not been read."""

    def fresh(self, frame: Any) -> list[Mapping[str, Any]] | None:
        """Take a frame as read; return its events that are new, ``None`` when some before it are missing."""


class CanonicalSource:
    """The stream of openapi.yaml: one event a frame, with positions that have no gap."""

    finished: Collection[int] = frozenset({1000})
    given_up: Collection[int] = frozenset({4401, 4404})
    refused: Collection[int] = frozenset({401, 403, 404, 410})

    def __init__(self, wire: Wire, conversation_id: str, *, ping_seconds: float) -> None:
        self._wire = wire
        self._id = conversation_id
        self._ping = ping_seconds
        self._position = 0

    def open(self) -> Handshake:
        """Open the stream after the last event that was read."""
        return open_stream(self._wire, self._id, self._position, ping_seconds=self._ping, purpose="client")

    def fresh(self, frame: Any) -> list[Mapping[str, Any]] | None:
        """Return the frame if it is the next event."""
        if not is_event(frame) or frame["seq"] <= self._position:
            return []
        if frame["seq"] > self._position + 1:
            return None
        self._position = frame["seq"]
        return [frame]


class Chat:
    """Reads one conversation's stream in a thread of its own and shows the events.

    A lost stream is opened again from the last position, at once and then after growing pauses (by the clock), until
    ``limit_seconds`` are over. The host hears of a loss only after an agent has joined; before, it could not go on.
    """

    def __init__(
        self,
        conversation_id: str,
        source: Source,
        presenter: Presenter,
        clock: Clock,
        *,
        limit_seconds: float,
        on_failed: Callable[[], None],
    ) -> None:
        """``on_failed`` is called after the chat was given up before anybody joined: the host calls no ``end_chat``."""
        self.id = conversation_id
        self.presenter = presenter
        self.shown: int | None = None
        """The position of the last event that was shown, where the desk gives positions."""
        self._source = source
        self._clock = clock
        self._limit = limit_seconds
        self._on_failed = on_failed
        self._stream: EventStream | None = None
        self._stop = threading.Event()
        self._reader = threading.Thread(target=self._read, name=f"contracts-client-{conversation_id}", daemon=True)

    def begin(self) -> Handshake:
        """Open the stream; when it is open, events are shown from now on."""
        handshake = self._open()
        if handshake.stream is not None:
            self._reader.start()
        return handshake

    def stop(self) -> None:
        """Show nothing more and give stream and thread back; harmless when that has been done."""
        self._stop.set()
        self.presenter.silence()
        stream = self._stream
        if stream is not None:
            stream.close()
        if self._reader.is_alive() and threading.current_thread() is not self._reader:
            self._reader.join(5.0)

    def _open(self) -> Handshake:
        handshake = self._source.open()
        self._stream = handshake.stream
        if self._stop.is_set() and handshake.stream is not None:
            handshake.stream.close()
        return handshake

    def _read(self) -> None:
        stream = self._stream
        while stream is not None:
            code = self._follow(stream)
            over = self._stop.is_set() or self.presenter.ended
            finished = code in self._source.finished
            if not over and finished:
                self.presenter.over()
            stream = None if over or finished else self._recover(code)

    def _follow(self, stream: EventStream) -> int:
        """Show what comes until the stream ends; return the close code (of a gap in the positions: 0)."""
        try:
            while not self._stop.is_set():
                if not self._take(stream.receive()):
                    stream.close()
                    return 0
        except StreamClosed as closed:
            return closed.code
        return 0

    def _take(self, frame: Any) -> bool:
        """Show the events of a frame that are new; return whether there is no gap before them."""
        events = self._source.fresh(frame)
        for event in events or ():
            try:
                self.presenter.show(event["type"], event["data"])
                self.shown = event.get("seq", self.shown)
            except (KeyError, TypeError, AttributeError):
                LOG.warning("an event does not hold what its type needs: %r", event)
        return events is not None

    def _recover(self, code: int) -> EventStream | None:
        """Open the stream again; ``None`` when the chat was given up or stopped."""
        told = code != 0 and self.presenter.joined
        if told:
            self.presenter.disconnected(True)
        if code not in self._source.given_up:
            for _ in self._attempts():
                handshake = self._open()
                if handshake.stream is not None:
                    if told:
                        self.presenter.disconnected(False)
                    return handshake.stream
                if handshake.status in self._source.refused:
                    break
        self._give_up(f"the stream closed with {code}")
        return None

    def _attempts(self) -> Iterator[int]:
        """Yield once for each attempt that is due, until the chat is stopped or the limit is over."""
        lost, pause, attempt = self._clock.now(), 0.5, 0
        while not self._stop.is_set() and self._clock.now() - lost <= self._limit:
            attempt += 1
            yield attempt
            self._clock.wait(self._stop, pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _give_up(self, why: str) -> None:
        if self._stop.is_set():
            return
        if self.presenter.joined:
            self.presenter.over()
        else:
            self.presenter.connecting_failed(why)
            self._on_failed()


def is_event(frame: Any) -> bool:
    """Tell whether a frame can be an event of a known or unknown type."""
    return (
        isinstance(frame, Mapping)
        and isinstance(frame.get("seq"), int)
        and isinstance(frame.get("type"), str)
        and isinstance(frame.get("data"), Mapping)
    )
