"""Who reads from a desk, by conversation. Everything here is called with the desk's lock held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockdesk.dialects.seam import Finish
    from mockdesk.server.delivery import Reader


class Readers:
    """The readers of one desk."""

    def __init__(self) -> None:
        self._of: dict[str, list[Reader]] = {}

    def add(self, reader: Reader) -> None:
        """Add a reader of a conversation."""
        self._of.setdefault(reader.conversation_id, []).append(reader)

    def remove(self, reader: Reader) -> None:
        """Forget a reader; harmless when it was forgotten before."""
        mine = self._of.get(reader.conversation_id, [])
        if reader in mine:
            mine.remove(reader)
        if not mine:
            self._of.pop(reader.conversation_id, None)

    def of(self, conversation_id: str | None) -> list[Reader]:
        """Return the readers of a conversation, or (``None``) all."""
        return list(self if conversation_id is None else self._of.get(conversation_id, ()))

    def count(self, conversation_id: str) -> int:
        """Return how many readers a conversation has."""
        return len(self._of.get(conversation_id, ()))

    def wake(self, conversation_id: str | None = None) -> None:
        """Make the readers of a conversation, or all, look again."""
        for reader in self.of(conversation_id):
            reader.wake()

    def wake_after(self, now: float, everybody: bool) -> None:
        """Make those look again to whom time tells something: tokens have ended, and a dialect may tell what the core
        does not know of (``everybody``)."""
        for reader in self:
            if everybody or reader.expires_at <= now:
                reader.wake()

    def end(self, step: Finish) -> None:
        """Let each do ``step`` and nothing else any more."""
        for reader in self:
            reader.end(step)

    def __iter__(self) -> Iterator[Reader]:
        return iter([reader for readers in self._of.values() for reader in readers])

    def __len__(self) -> int:
        return sum(map(len, self._of.values()))
