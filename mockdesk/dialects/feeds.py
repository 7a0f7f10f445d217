"""The log of a dialect that tells other things, or in other steps, than the core: entries with a count of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

from mockdesk.core.conversation import Conversation
from mockdesk.core.errors import DeskError, ExpiredToken, UnknownConversation, UnknownPosition
from mockdesk.core.events import Event
from mockdesk.dialects.seam import Entry, Finish, Frame

NORMAL, EXPIRED, REMOVED, SLOW = 1000, 4401, 4404, 4408
"""Close codes: all was told; the token has expired; the conversation was removed; what was asked for is not kept."""


class ConversationLog:
    """What one conversation tells in one dialect, encoded once for all readers. The owner appends; the newest
    ``retention`` entries are kept."""

    def __init__(self, retention: int = 10_000) -> None:
        self._entries: deque[Entry] = deque(maxlen=retention)
        self._last = 0

    def append(self, frames: Sequence[Frame], seq: int, event: Event | None = None) -> None:
        """Tell something; ``seq`` is the last position of the core's log."""
        self._last += 1
        self._entries.append(Entry(self._last, seq, tuple(frames), event))

    def begin(self) -> int:
        """Return the earliest position from which all later entries are kept: 0 until one was dropped."""
        return self._last - len(self._entries)

    def after(self, position: int) -> Sequence[Entry]:
        """Return the entries later than a position.

        Raises:
            UnknownPosition: it lies ahead of the log, or entries after it are no longer kept.
        """
        if not self.begin() <= position <= self._last:
            raise UnknownPosition(f"position {position} is none of {self.begin()} to {self._last}")
        newest_first = islice(reversed(self._entries), self._last - position)
        return tuple(newest_first)[::-1]

    def last(self) -> int:
        """Return the position of the last entry."""
        return self._last


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

    def newest(self, position: int) -> Entry | None:
        """Let the reader ask in the long way."""
        return None

    def over(self) -> Finish | None:
        """End the stream with the conversation."""
        return ENDED if self._authorize().ended else None

    def refusal(self, error: DeskError) -> Finish:
        """Return how a stream ends whose reader may not read any more."""
        return closing(error)

    def valid_until(self) -> float:
        """Return when the reader's token ends."""
        return self._valid_until()
