"""What carries the messages between the suite and an adapter that is not a Python object: a process's pipes, a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class Line(Protocol):
    """The way to one adapter. ``what`` names what is at its end in the words of a report."""

    what: str

    def start(self) -> None:
        """Begin to read and to write."""

    def send(self, line: bytes) -> None:
        """Hand a message over; never blocks, and what has ended does not get it."""

    def close_input(self) -> None:
        """Say that nothing more will be sent."""

    def wait(self, seconds: float) -> bool:
        """Wait (wall seconds) for the end of the adapter; return whether it ended."""

    def kill(self) -> None:
        """End the adapter at once; harmless when it has ended."""

    def outcome(self) -> str:
        """Say how the adapter ended."""

    def ended_by_signal(self) -> bool:
        """Tell whether something else than the adapter has ended it."""

    def last_lines(self) -> Sequence[str]:
        """Return the last lines of its log."""


OpenLine = Callable[[Callable[[bytes], None], Callable[[str], None], Callable[[], None]], Line]
"""Opens a line: it is told who takes each message, each line of the log, and the end."""
