"""The log of a dialect that tells other things, or in other steps, than the core: entries with a count of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from mockdesk.core.conversation import Conversation
from mockdesk.core.errors import DeskError, ExpiredToken, UnknownConversation, UnknownPosition
from mockdesk.core.events import Event
from mockdesk.dialects.seam import Entry, Finish, Frame

NORMAL, EXPIRED, REMOVED, SLOW = 1000, 4401, 4404, 4408
"""Close codes: all was told; the token has expired; the conversation was removed; what was asked for is not kept."""


class ConversationLog:
    """Everything that one conversation tells in one dialect, encoded once for all readers. The owner appends."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def append(self, frames: Sequence[Frame], seq: int, event: Event | None = None) -> None:
        """Tell something; ``seq`` is the last position of the core's log."""
        self._entries.append(Entry(len(self._entries) + 1, seq, tuple(frames), event))

    def after(self, position: int) -> Sequence[Entry]:
        """Return the entries later than a position.

        Raises:
            UnknownPosition: it lies ahead of the log, or before its beginning.
        """
        if not 0 <= position <= len(self._entries):
            raise UnknownPosition(f"position {position}: the last one is {len(self._entries)}")
        return self._entries[position:]

    def last(self) -> int:
        """Return the position of the last entry."""
        return len(self._entries)


ENDED = Finish(NORMAL, "the conversation has ended")
_REFUSALS: Mapping[type[DeskError], Finish] = MappingProxyType(
    {
        ExpiredToken: Finish(EXPIRED, "the token has expired"),
        UnknownConversation: Finish(REMOVED, "the conversation was removed"),
        UnknownPosition: Finish(SLOW, "events of this position are no longer kept"),
    }
)


def closing(error: DeskError) -> Finish:
    """Return how a stream ends whose reader may not read any more."""
    return _REFUSALS.get(type(error), Finish(EXPIRED, error.detail))


class LogFeed:
    """A reader's view of a log. ``authorize`` returns the conversation or raises why it may not be read."""

    garbage: Frame = '{"conversation": {"id": "'
    unknown: Frame = '{"type": "sticker.thrown"}'

    def __init__(
        self,
        conversation_id: str,
        log: ConversationLog,
        authorize: Callable[[], Conversation],
        valid_until: Callable[[], float],
    ) -> None:
        self.conversation_id = conversation_id
        self._log = log
        self._authorize = authorize
        self._valid_until = valid_until

    def check(self) -> None:
        """Refuse a reader that may not read; raises what ``authorize`` raises."""
        self._authorize()

    def after(self, position: int) -> Sequence[Entry]:
        """Return the entries later than a position; raises what ``authorize`` raises."""
        self._authorize()
        return self._log.after(position)

    def last(self) -> int:
        """Return the position of the last entry."""
        return self._log.last()

    def over(self) -> Finish | None:
        """End the stream with the conversation."""
        return ENDED if self._authorize().ended else None

    def refusal(self, error: DeskError) -> Finish:
        """Return how a stream ends whose reader may not read any more."""
        return closing(error)

    def valid_until(self) -> float:
        """Return when the reader's token ends."""
        return self._valid_until()
