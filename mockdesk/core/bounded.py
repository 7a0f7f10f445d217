"""What does not grow without end: one mapping refuses what is too much, another and a list forget what is oldest."""

from __future__ import annotations

from typing import TypeVar

from mockdesk.core.limit_errors import DeskFull

Item = TypeVar("Item")
Key = TypeVar("Key")
Value = TypeVar("Value")


class Bounded(dict[Key, Value]):
    """Holds at most so many entries; ``mapping[key] = value`` raises :class:`DeskFull` for one more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __setitem__(self, key: Key, value: Value) -> None:
        """Add or replace an entry."""
        if key not in self and len(self) >= self.most:
            raise DeskFull(f"the desk keeps {len(self)} of these already")
        super().__setitem__(key, value)


class Recent(dict[Key, Value]):
    """Holds the newest so many entries; an entry that is set again is new."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __setitem__(self, key: Key, value: Value) -> None:
        """Add or replace an entry, and forget the oldest one if there are too many."""
        self.pop(key, None)
        super().__setitem__(key, value)
        if len(self) > self.most:
            del self[next(iter(self))]


def keep_latest(items: list[Item], item: Item, most: int) -> None:
    """Add an item, and forget the oldest one if there are more than ``most``.

    A list, as most conversations have few of these or none: a ``deque`` takes 600 bytes when it is empty, too.
    """
    items.append(item)
    if len(items) > most:
        del items[0]
