"""The event log of a conversation as openapi.yaml has it: each of the core's events is one frame, its envelope."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from mockdesk.core.conversation import Conversation
from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError, UnknownConversation
from mockdesk.core.events import Event
from mockdesk.dialects.canonical import GARBAGE_FRAME, UNKNOWN_FRAME, event_frame
from mockdesk.dialects.feeds import ENDED, closing
from mockdesk.dialects.seam import Entry, Finish, Frame

KEPT_ENTRIES = 4096
"""How many of the entries told last are kept encoded, in all conversations of a desk together."""


class CanonicalEntries:
    """The entries of a desk's events, each encoded once for all readers that come for it soon."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[int, Entry]] = {}
        self._order: deque[tuple[str, int]] = deque()

    def of(self, conversation_id: str, event: Event) -> Entry:
        """Return the entry of an event."""
        entries = self._kept.setdefault(conversation_id, {})
        entry = entries.get(event.seq)
        if entry is None or entry.event is not event:
            entries[event.seq] = entry = Entry(event.seq, event.seq, (event_frame(event),), event)
            self._order.append((conversation_id, event.seq))
            if len(self._order) > KEPT_ENTRIES:
                self._forget_one(*self._order.popleft())
        return entry

    def forget(self, conversation_id: str) -> None:
        """Keep nothing of a conversation: it was removed."""
        self._kept.pop(conversation_id, None)

    def _forget_one(self, conversation_id: str, seq: int) -> None:
        entries = self._kept.get(conversation_id, {})
        entries.pop(seq, None)
        if not entries:
            self.forget(conversation_id)


class CanonicalFeed:
    """What the holder of a token may read of a conversation."""

    garbage: Frame = GARBAGE_FRAME
    unknown: Frame = UNKNOWN_FRAME

    def __init__(
        self, desk: Desk, conversation_id: str, token: str | None, entries: CanonicalEntries | None = None
    ) -> None:
        self.conversation_id = conversation_id
        self._desk = desk
        self._token = token
        self._entries = entries or CanonicalEntries()
        self._seen: Conversation | None = None

    def check(self) -> None:
        """Refuse a reader whose token does not open the conversation (any more)."""
        if not self._is_still_good():
            self._desk.authorize(self.conversation_id, self._token)

    def after(self, position: int) -> Sequence[Entry]:
        """Return the events later than a position.

        Raises:
            DeskError: the token, the conversation or the position is not good.
        """
        self._seen = self._desk.authorize(self.conversation_id, self._token)
        events = self._desk.events_after(self.conversation_id, position)
        return [self._entries.of(self.conversation_id, event) for event in events]

    def last(self) -> int:
        """Return the position of the last event, 0 when the conversation was removed."""
        try:
            return self._desk.conversation(self.conversation_id).log.last_seq
        except UnknownConversation:
            return 0

    def newest(self, position: int) -> Entry | None:
        """Return the event right after ``position``, if it is the last of a conversation that :meth:`after` has seen,
        has not ended, and may still be read."""
        seen = self._seen
        if seen is None or seen.ended or seen.log.last_seq != position + 1 or not self._is_still_good():
            return None
        return self._entries.of(self.conversation_id, seen.log.newest())

    def _is_still_good(self) -> bool:
        """Tell whether a token that has opened the conversation before opens it still: its time, and the removal of the
        conversation, are all that could forbid it."""
        try:
            expires_at = self._desk.token_expires_at(self.conversation_id)
        except UnknownConversation:
            return False
        return self._seen is not None and self._desk.clock.now() < expires_at

    def over(self) -> Finish | None:
        """End the stream with the conversation, as :meth:`after` has just seen it."""
        conversation = self._seen or self._desk.authorize(self.conversation_id, self._token)
        return ENDED if conversation.ended else None

    def refusal(self, error: DeskError) -> Finish:
        """Return how a stream ends whose reader may not read any more."""
        return closing(error)

    def valid_until(self) -> float:
        """Return when the token ends."""
        return self._desk.token_expires_at(self.conversation_id)
