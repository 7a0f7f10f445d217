"""How far a conversation was shown. The desk has no positions; its messages have ids, and can be listed behind one."""

from __future__ import annotations


class Progress:
    """The messages that came, by their ids. The stream's thread moves it on; any thread may ask for the last one."""

    def __init__(self, last: str | None = None) -> None:
        self._last = last
        self._came: set[str] = set() if last is None else {last}

    @property
    def last(self) -> str | None:
        """The id of the last message that was shown, or needs no showing; ``None`` when there was none yet."""
        return self._last

    def comes(self, message_id: str) -> bool:
        """A message comes; return whether it is the first time."""
        is_new = message_id not in self._came
        self._came.add(message_id)
        return is_new

    def passed(self, message_id: str) -> None:
        """A message is as good as shown: a new page need not ask for it."""
        self._last = message_id
