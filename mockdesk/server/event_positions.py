"""Which journal entry each event has, for as long as the event can still be sent."""

from __future__ import annotations


class EventPositions:
    """Of each conversation the journal's positions of its newest ``retention`` events."""

    def __init__(self, retention: int) -> None:
        self._retention = retention
        self._last: dict[str, int] = {}
        self._positions: dict[str, list[int | None]] = {}

    def note(self, conversation_id: str, seq: int, position: int | None) -> None:
        """Remember the entry of an event; events come in order, some before anybody listened."""
        kept = self._positions.setdefault(conversation_id, [])
        skipped = seq - 1 - self._last.get(conversation_id, seq - 1)
        if skipped:
            kept.extend([None] * min(skipped, self._retention))
        kept.append(position)
        if len(kept) > self._retention:
            del kept[: len(kept) - self._retention]
        self._last[conversation_id] = seq

    def find(self, conversation_id: str, seq: int) -> int | None:
        """Return the entry of an event, ``None``: it is not known (any more)."""
        kept = self._positions.get(conversation_id)
        if kept is None:
            return None
        index = seq - 1 - self._last[conversation_id] + len(kept)
        return kept[index] if 0 <= index < len(kept) else None

    def forget(self, conversation_id: str) -> None:
        """Forget a conversation."""
        self._positions.pop(conversation_id, None)
        self._last.pop(conversation_id, None)

    def __len__(self) -> int:
        return sum(len(kept) for kept in self._positions.values())
