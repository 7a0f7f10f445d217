"""How much memory something takes, estimated: enough to bound it, and cheap enough to ask for each event.

Texts count as their characters, everything else as a fixed share. What Python really takes is told, with how it was
measured, in docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

from mockdesk.core.limit_errors import DeskFull

CONVERSATION_BYTES = 4_500
MESSAGE_BYTES = 500
EVENT_BYTES = 250
ENTRY_BYTES = 600
"""What one conversation, message, event or journal entry takes besides its texts."""

VALUE_BYTES = 60
NOTHING_MORE = frozenset({int, float, bool, NoneType})
"""The types of what takes nothing beyond :data:`VALUE_BYTES`."""
PLAIN = (int, float, list, tuple, NoneType)
"""What is no mapping, and known to be none for less than it costs to ask (``bool`` is an ``int``)."""


def weight_of(value: Any) -> int:
    """Return the estimated bytes of plain values: texts, numbers, mappings, lists."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict) or (not isinstance(value, PLAIN) and isinstance(value, Mapping)):
        total = VALUE_BYTES * len(value)
        for key, inner in value.items():
            total += len(key)
            kind = type(inner)
            if kind is str:
                total += len(inner)
            elif kind not in NOTHING_MORE:
                total += weight_of(inner)
        return total
    if isinstance(value, list | tuple):
        return VALUE_BYTES * len(value) + sum(map(weight_of, value))
    return 0


class Kept:
    """Counts what a desk keeps, against the most that it may."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes = 0

    def require(self, size: int) -> None:
        """Refuse what would be too much; changes nothing.

        Raises:
            DeskFull: it does not fit.
        """
        if self.bytes + size > self.most:
            raise DeskFull(f"the desk keeps {self.bytes} bytes and may keep {self.most}")

    def add(self, size: int) -> None:
        """Count something, or with a negative size that it is gone."""
        self.bytes += size
