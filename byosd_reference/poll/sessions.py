"""The session id, which rotates: each answer with events hands out the id for the next question.

An id stands for a position: it gives the events after it, as often as it is asked, until a newer one is used. So the id
that came with a batch is *next* until the batch was shown, and only then the *present* one: whatever breaks off before
that, here or by a page reload, the present id gives the batch again. Meanwhile it is as good for a message as the next.

Polls, messages and the end share the ids and run at the same time. Whoever is told that an id is stale was overtaken:
a newer one has been used, and is known here.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from byosd_reference import reading


class Sessions:
    """The ids of one chat. Any thread may ask."""

    def __init__(self, present: str, following: str | None = None) -> None:
        self._lock = threading.Lock()
        self._present = present
        self._next = following
        self._was_shown = False

    @classmethod
    def kept(cls, state: Mapping[str, Any]) -> Sessions | None:
        """Return the ids that a page before has kept, ``None`` if it has not."""
        present = reading.text(state, "session")
        return None if present is None else cls(present, reading.text(state, "next_session"))

    def to_keep(self) -> dict[str, Any]:
        """Return what a new page must know.

        While a batch is being shown, that is both ids: the present one, and the next should somebody have used it. Once
        it was shown the next one alone will do.
        """
        with self._lock:
            if self._next is None or self._was_shown:
                return {"session": self._next or self._present}
            return {"session": self._present, "next_session": self._next}

    @property
    def present(self) -> str:
        """The id for a request."""
        with self._lock:
            return self._present

    @property
    def has_next(self) -> bool:
        """Whether a newer id waits for its batch to be shown."""
        with self._lock:
            return self._next is not None

    def came(self, session: str) -> None:
        """An answer brought this id."""
        with self._lock:
            self._next = session if session != self._present else None
            self._was_shown = False

    def shown(self) -> None:
        """The batch was shown; its id is what a new page must know, and not in use yet."""
        with self._lock:
            self._was_shown = True

    def move_on(self) -> None:
        """The next id is the present one from now on."""
        with self._lock:
            self._advance()

    def instead_of(self, stale: str) -> str | None:
        """Return the id to take instead of one that the desk calls stale, ``None`` if no newer one is known."""
        with self._lock:
            if self._present == stale:
                self._advance()
            return self._present if self._present != stale else None

    def _advance(self) -> None:
        self._present, self._next, self._was_shown = self._next or self._present, None, False
