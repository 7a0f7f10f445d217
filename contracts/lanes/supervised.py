"""Adapters that live in a process of their own: what the session asks of them besides the host's functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable


class SubjectCrashed(Exception):
    """The adapter's process ended while it was in use, or answered nothing any more: no verdict on a requirement.

    ``what`` says what became of it and at which step of the protocol; ``log`` holds its last lines on standard error.
    """

    def __init__(self, what: str, log: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.log = tuple(log)


@runtime_checkable
class Supervised(Protocol):
    """An adapter in a process of its own."""

    def check(self) -> None:
        """Do nothing while the process does well.

        Raises:
            SubjectCrashed: it ended, or hung and was ended.
            Miswired: it broke the protocol and was ended.
        """

    def listen(self, take: Callable[[str, str], None]) -> None:
        """Hand over what the process tells of itself, also what it told before: ``take(kind, text)``, from any thread;
        kind ``log``: a line on standard error, ``unhandled``: an exception that nothing in the adapter handled."""

    def dismiss(self) -> None:
        """Ask the process to end, wait for a short time, and leave nothing of it.

        Raises:
            SubjectCrashed: it did not end by itself.
        """

    def kill(self) -> None:
        """End the process and its children at once; harmless when they have ended."""
