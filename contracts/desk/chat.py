"""One chat over a stream: events in order and at most once, also over lost connections."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.adapter import Clock
from contracts.desk.presenter import Presenter
from contracts.desk.stream import Handshake, Stream, StreamClosed, open_stream
from contracts.desk.wire import Wire

LOG = logging.getLogger(__name__)
FINISHED = 1000
GIVEN_UP_CODES = frozenset({4401, 4404})
GIVEN_UP_STATUSES = frozenset({401, 403, 404, 410})
LONGEST_PAUSE = 10.0


class Chat:
    """Reads one conversation's stream in a thread of its own and shows the events.

    A lost stream is opened again from the last position, at once and then after growing pauses (by the clock), until
    ``limit_seconds`` are over. The host hears of a loss only after an agent has joined; before, it could not go on.
    """

    def __init__(
        self,
        wire: Wire,
        conversation_id: str,
        presenter: Presenter,
        clock: Clock,
        *,
        limit_seconds: float,
        ping_seconds: float,
        on_failed: Callable[[], None],
    ) -> None:
        """``on_failed`` is called after the chat was given up before anybody joined: the host calls no ``end_chat``."""
        self.id = conversation_id
        self.presenter = presenter
        self._wire = wire
        self._clock = clock
        self._limit = limit_seconds
        self._ping = ping_seconds
        self._on_failed = on_failed
        self._position = 0
        self._stream: Stream | None = None
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
        handshake = open_stream(self._wire, self.id, self._position, ping_seconds=self._ping, purpose="client")
        self._stream = handshake.stream
        if self._stop.is_set() and handshake.stream is not None:
            handshake.stream.close()
        return handshake

    def _read(self) -> None:
        stream = self._stream
        while stream is not None:
            code = self._follow(stream)
            finished = self._stop.is_set() or self.presenter.ended
            if not finished and code == FINISHED:
                self.presenter.over()
            stream = None if finished or code == FINISHED else self._recover(code)

    def _follow(self, stream: Stream) -> int:
        """Show what comes until the stream ends; return the close code (of a gap in the positions: 0)."""
        try:
            while not self._stop.is_set():
                if not self._take(stream.receive()):
                    stream.close()
                    return 0
        except StreamClosed as closed:
            return closed.code
        return FINISHED

    def _take(self, frame: Any) -> bool:
        """Show a frame that is the next event; return whether the positions have no gap."""
        if not is_event(frame) or frame["seq"] <= self._position:
            return True
        if frame["seq"] > self._position + 1:
            return False
        self._position = frame["seq"]
        try:
            self.presenter.show(frame["type"], frame["data"])
        except (KeyError, TypeError, AttributeError):
            LOG.warning("an event does not hold what its type needs: %r", frame)
        return True

    def _recover(self, code: int) -> Stream | None:
        """Open the stream again; ``None`` when the chat was given up or stopped."""
        told = code != 0 and self.presenter.joined
        if told:
            self.presenter.disconnected(True)
        if code not in GIVEN_UP_CODES:
            for _ in self._attempts():
                handshake = self._open()
                if handshake.stream is not None:
                    if told:
                        self.presenter.disconnected(False)
                    return handshake.stream
                if handshake.status in GIVEN_UP_STATUSES:
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
