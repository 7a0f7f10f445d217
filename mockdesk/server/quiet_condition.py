"""A condition that costs next to nothing while nobody waits for it: a desk tells each of its changes."""

from __future__ import annotations

import threading


class QuietCondition(threading.Condition):
    """Wakes those who wait, and knows how many they are. Both are done with the lock held."""

    def __init__(self, lock: threading.RLock) -> None:
        super().__init__(lock)
        self.waiting = 0
        """How many wait now."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait to be woken, at most ``timeout`` seconds (wall); return whether that came in time."""
        self.waiting += 1
        try:
            return super().wait(timeout)
        finally:
            self.waiting -= 1

    def notify_all(self) -> None:
        """Wake everybody, if there is somebody."""
        if self.waiting:
            super().notify_all()
