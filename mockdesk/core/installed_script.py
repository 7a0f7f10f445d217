"""The script that plays the agents of a desk, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from mockdesk.core.errors import DeskError

if TYPE_CHECKING:
    from mockdesk.core.desk import Desk


class DeskScript(Protocol):
    """What can be installed: it attaches itself (subscribes, observes) and returns how to detach it."""

    def attach(self, desk: Desk) -> Callable[[], None]:
        """Begin to play the agents of ``desk``; return the function that stops it, timers included."""


class InstalledScript:
    """The present script of a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._detach: Callable[[], None] | None = None
        self.present: DeskScript | None = None

    def install(self, script: DeskScript | None) -> None:
        """Let a script play instead of the present one; ``None``: nobody.

        Raises:
            DeskError: the script cannot play here; the present one goes on.
        """
        before = self.present
        if self._detach is not None:
            self._detach()
        self.present, self._detach = None, None
        try:
            self._attach(script)
        except DeskError:
            self._attach(before)
            raise

    def _attach(self, script: DeskScript | None) -> None:
        self._detach = None if script is None else script.attach(self._desk)
        self.present = script
