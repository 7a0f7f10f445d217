"""The one door through which the host is called: one call at a time, and none once the chat is over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec

log = logging.getLogger("byosd_reference")

P = ParamSpec("P")


class Gate:
    """Guards the callbacks of one chat.

    Whoever calls the host takes the *turn* first: calls come one at a time, and a thread may make several in one turn.
    Once the gate is closed nothing passes, except the last words of the one thread that closed it.
    """

    def __init__(self) -> None:
        self._turn = threading.RLock()  # re-entrant: the host may call back into the integration from within a callback
        self._state = threading.Lock()
        self._closed = False
        self._dismissed = False

    @property
    def closed(self) -> bool:
        """Whether the chat is over for the host."""
        return self._closed

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn for several calls, or for a decision that must not change before the call."""
        with self._turn:
            yield

    def call(self, function: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> None:
        """Call the host, unless the chat is over."""
        with self._turn:
            if not self._closed:
                self.last_word(function, *arguments, **named)

    def last_word(self, function: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> None:
        """Call the host although the gate is closed. An exception of the host is the host's affair, and only noted."""
        try:
            function(*arguments, **named)
        except Exception as error:
            log.warning("the host's %s raised %s", getattr(function, "__name__", "callback"), type(error).__name__)

    def close(self) -> bool:
        """Let nothing pass any more; return whether it was open, which is so for one caller only."""
        with self._state:
            was_open, self._closed = not self._closed, True
            return was_open

    def dismiss(self) -> None:
        """The host ended a chat that is just ending by itself: it need not hear of that any more."""
        with self._state:
            self._dismissed = True

    def tell_the_end(self, function: Callable[[], object]) -> None:
        """Tell the host that the chat is over, unless it ended the chat meanwhile and may have begun the next one."""
        with self._state:
            dismissed = self._dismissed
        if not dismissed:
            self.last_word(function)

    @contextmanager
    def settled(self, seconds: float) -> Iterator[None]:
        """Wait until no call is under way, at most ``seconds``: a host that never returns keeps no chat alive."""
        got = self._turn.acquire(timeout=seconds)
        try:
            yield
        finally:
            if got:
                self._turn.release()
