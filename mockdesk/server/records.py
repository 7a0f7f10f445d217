"""What the server puts into a desk's journal. No entry holds a token; those of requests hold no headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockdesk.core.faults import Fault
from mockdesk.core.journal import Journal
from mockdesk.core.scrub import scrub
from mockdesk.core.weight import weight_of
from mockdesk.server.credentials import without_likely
from mockdesk.server.event_positions import EventPositions

MOST_BODY_BYTES = 10_000
"""A greater body is told by its size only."""

MOST_FRAME_CHARACTERS = 1_000
MOST_TEXT = 500
"""Characters of a path or hint in a near miss."""

SECRET_PARAMETERS = ("access_token",)


class Records:
    """Writes the server's entries; knows which entry each event has, so that a frame names its cause."""

    def __init__(self, journal: Journal, event_retention: int) -> None:
        self._journal = journal
        self._events = EventPositions(event_retention)

    def note_event(self, conversation_id: str, seq: int) -> None:
        """Remember the entry of an event; called while the core tells it."""
        self._events.note(conversation_id, seq, self._journal.cause)

    def forget(self, conversation_id: str) -> None:
        """Forget the entries of a conversation's events: it was removed."""
        self._events.forget(conversation_id)

    def request(self, conversation_id: str | None, data: Mapping[str, Any], weight: int | None = None) -> int:
        """Note a request and return its position. ``data`` is the journal's own from now on; ``weight`` is what it
        takes, where the caller knows that for less than it costs to weigh it."""
        return self._journal.keep("request", conversation_id, data, None, weight_of(data) if weight is None else weight)

    def response(self, cause: int, conversation_id: str | None, data: Mapping[str, Any]) -> None:
        """Note the answer to a request; ``data`` is the journal's own from now on."""
        self._journal.keep("response", conversation_id, data, cause, 0)

    def near_miss(self, data: Mapping[str, Any], conversation_id: str | None = None, cause: int | None = None) -> None:
        """Note something that was almost understood."""
        shown = {name: scrub(value[:MOST_TEXT]) if isinstance(value, str) else value for name, value in data.items()}
        self._journal.add("near_miss", conversation_id, shown, cause)

    def fault(self, fault: Fault, conversation_id: str | None, **data: Any) -> None:
        """Note that a fault struck."""
        self._journal.add("fault", conversation_id, {**fault.to_data(), **data})

    def stream_opened(self, conversation_id: str, transport: str, after: int, cause: int | None) -> int:
        """Note a new reader; return the position."""
        return self._journal.add("stream.open", conversation_id, {"transport": transport, "after": after}, cause)

    def stream_closed(self, conversation_id: str, data: Mapping[str, Any], cause: int) -> None:
        """Note that a reader is gone."""
        self._journal.add("stream.close", conversation_id, data, cause)

    def frame_out(self, conversation_id: str, seq: int, stream: int, transport: str) -> None:
        """Note that an event was written; ``stream`` is the position of the reader's ``stream.open``."""
        cause = self._events.find(conversation_id, seq)
        data = {"seq": seq, "transport": transport, "stream": stream}
        self._journal.add("frame.out", conversation_id, data, cause if cause is not None else stream, weight=0)

    def other_frame_out(self, conversation_id: str, frame: str | bytes, stream: int, transport: str) -> None:
        """Note that a frame without an event was written."""
        text = frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
        told = scrub(text[:MOST_FRAME_CHARACTERS])
        data = {"text": told, "transport": transport, "stream": stream}
        self._journal.add("frame.out", conversation_id, data, stream, weight=len(told))

    def frame_in(self, conversation_id: str | None, frame: str | bytes, stream: int) -> None:
        """Note what a client sent over its stream."""
        text = frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
        told = without_likely(text[:MOST_FRAME_CHARACTERS])
        self._journal.add("frame.in", conversation_id, {"text": told, "stream": stream}, stream, weight=len(told))
