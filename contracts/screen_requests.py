"""The host's dialog for sharing the screen: how the user answers, and what the end of a chat does to it."""

from __future__ import annotations

import threading
from typing import cast

from contracts.adapter import ScreenShareState


class ScreenRequests:
    """How the user answers requests for the screen: at once, as planned, or later; the end of the chat cancels."""

    def __init__(self) -> None:
        self._planned: str = "accepted"
        self._over = False
        self._waiting = 0
        self._answer: ScreenShareState | None = None
        self._changed = threading.Condition()

    def begin(self) -> None:
        """A chat begins."""
        with self._changed:
            self._over = False

    def plan(self, answer: str) -> None:
        """Answer the next requests so; ``wait``: not before :meth:`answer` or :meth:`cancel` is called."""
        with self._changed:
            self._planned = answer

    def ask(self) -> ScreenShareState:
        """Return the user's answer, when there is one. Called in the adapter's thread."""
        with self._changed:
            if self._planned != "wait":
                return cast(ScreenShareState, self._planned)
            self._waiting, self._answer = self._waiting + 1, None
            self._changed.wait_for(lambda: self._over or self._answer is not None)
            self._waiting -= 1
            return self._answer or "cancelled"

    def answer(self, answer: str) -> bool:
        """Answer what waits; return whether anything does."""
        with self._changed:
            self._answer = cast(ScreenShareState, answer)
            self._changed.notify_all()
            return self._waiting > 0

    def cancel(self) -> None:
        """The chat is over: nobody answers any more."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
