"""The event log of a conversation as openapi.yaml has it: each of the core's events is one frame, its envelope."""

from __future__ import annotations

from collections.abc import Sequence

from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError, UnknownConversation
from mockdesk.dialects.canonical import GARBAGE_FRAME, UNKNOWN_FRAME, event_frame
from mockdesk.dialects.feeds import ENDED, closing
from mockdesk.dialects.seam import Entry, Finish, Frame


class CanonicalFeed:
    """What the holder of a token may read of a conversation."""

    garbage: Frame = GARBAGE_FRAME
    unknown: Frame = UNKNOWN_FRAME

    def __init__(self, desk: Desk, conversation_id: str, token: str | None) -> None:
        self.conversation_id = conversation_id
        self._desk = desk
        self._token = token

    def check(self) -> None:
        """Refuse a reader whose token does not open the conversation (any more)."""
        self._desk.authorize(self.conversation_id, self._token)

    def after(self, position: int) -> Sequence[Entry]:
        """Return the events later than a position.

        Raises:
            DeskError: the token, the conversation or the position is not good.
        """
        self.check()
        events = self._desk.events_after(self.conversation_id, position)
        return [Entry(event.seq, event.seq, (event_frame(event),), event) for event in events]

    def last(self) -> int:
        """Return the position of the last event, 0 when the conversation was removed."""
        try:
            return self._desk.conversation(self.conversation_id).log.last_seq
        except UnknownConversation:
            return 0

    def over(self) -> Finish | None:
        """End the stream with the conversation."""
        return ENDED if self._desk.authorize(self.conversation_id, self._token).ended else None

    def refusal(self, error: DeskError) -> Finish:
        """Return how a stream ends whose reader may not read any more."""
        return closing(error)

    def valid_until(self) -> float:
        """Return when the token ends."""
        return self._desk.token_expires_at(self.conversation_id)
