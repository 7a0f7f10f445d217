"""One thread's use of a desk: its lock, and what is put down to whom. A class, as a request takes several."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Protocol

from mockdesk.core.desk import Desk
from mockdesk.core.journal import Journal


class Used(Protocol):
    """What holds a desk."""

    lock: threading.RLock
    desk: Desk
    journal: Journal
    last_used: float
    """When the desk was used last, by ``time.monotonic``."""

    def used(self) -> None:
        """Do what is due after each use, with the lock held."""


class Use:
    """Gives the desk with its lock held."""

    __slots__ = ("_before", "_cause", "_host", "_journal")

    def __init__(self, host: Used, cause: int | None) -> None:
        self._host = host
        self._cause = cause

    def __enter__(self) -> Desk:
        self._host.lock.acquire()
        self._host.last_used = monotonic()
        self._journal = journal = self._host.journal
        self._before, journal.cause = journal.cause, self._cause
        return self._host.desk

    def __exit__(self, *error: object) -> None:
        try:
            self._journal.cause = self._before
            self._host.used()
        finally:
            self._host.lock.release()
