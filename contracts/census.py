"""What a run left behind, and what it threw: threads, timers, streams, exceptions that nobody caught."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from contracts.page import PageGone
from contracts.trace import Recorder, Side

OWN_PREFIX = "contracts-"
"""Names of the suite's own threads begin so."""


class ThreadCensus:
    """Tells which threads have appeared since it was made, the suite's and the driver's own left out."""

    def __init__(self, driver_prefix: str | None) -> None:
        self._prefixes = tuple(prefix for prefix in (OWN_PREFIX, driver_prefix) if prefix)
        self._before = set(threading.enumerate())
        self._accepted: list[threading.Thread] = []

    def accept_present(self) -> None:
        """Leave out the threads that are there now: a browser would have ended them with their page."""
        self._accepted += self._strangers()
        self._before |= set(threading.enumerate())

    def await_accepted(self, patience: float) -> bool:
        """Wait, at most ``patience`` wall seconds, until those that were left out have ended; tell whether they did."""
        deadline = time.monotonic() + patience
        for thread in self._accepted:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._accepted)

    def left_over(self, patience: float = 1.0) -> list[str]:
        """Return the names of threads that are still there; those about to end are given ``patience`` wall seconds."""
        deadline = time.monotonic() + patience
        for thread in self._strangers():
            thread.join(max(0.0, deadline - time.monotonic()))
        return sorted(thread.name for thread in self._strangers())

    def _strangers(self) -> list[threading.Thread]:
        return [
            thread
            for thread in threading.enumerate()
            if thread not in self._before and thread.is_alive() and not thread.name.startswith(self._prefixes)
        ]


@contextmanager
def unhandled_recorded(recorder: Recorder) -> Iterator[None]:
    """Record exceptions that end a thread, instead of printing them."""
    previous = threading.excepthook

    def hook(args: threading.ExceptHookArgs) -> None:
        if issubclass(args.exc_type, PageGone):
            return
        name = args.thread.name if args.thread else "?"
        recorder.add(Side.SUITE, "unhandled", error=f"{args.exc_type.__name__}: {args.exc_value}", thread=name)

    threading.excepthook = hook
    try:
        yield
    finally:
        threading.excepthook = _without_ghosts(previous)


def _without_ghosts(hook: Callable[[threading.ExceptHookArgs], Any]) -> Callable[[threading.ExceptHookArgs], Any]:
    """Return a hook that says nothing of the code of pages that are gone: it may end after the run."""
    if getattr(hook, "without_ghosts", False):
        return hook

    def quiet(args: threading.ExceptHookArgs) -> Any:
        return None if issubclass(args.exc_type, PageGone) else hook(args)

    quiet.without_ghosts = True  # type: ignore[attr-defined]
    return quiet
