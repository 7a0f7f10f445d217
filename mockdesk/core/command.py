"""A command while it runs: it is journalled, what it does is put down to it, and the listeners are told at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mockdesk.core.actions import Action, describe
from mockdesk.core.errors import DeskError
from mockdesk.core.weight import weight_of

if TYPE_CHECKING:
    from mockdesk.core.state import DeskState


class NotedAction:
    """An action and what the journal says of it, with its weight: a script that does the same again describes it once.
    Nobody changes it."""

    __slots__ = ("action", "told", "weight")

    def __init__(self, action: Action) -> None:
        self.action = action
        self.told: Mapping[str, Any] = {"command": "act", **describe(action)}
        self.weight = weight_of(self.told)


class Command:
    """A command while it runs; a class, as an event takes several."""

    __slots__ = ("_before", "_conversation_id", "_position", "_state", "_told")

    def __init__(self, state: DeskState, conversation_id: str | None, told: Mapping[str, Any], weight: int) -> None:
        """Journal it; ``told`` is the journal's own from now on, ``weight`` what :func:`weight_of` gives for it."""
        self._state = state
        self._conversation_id = conversation_id
        self._told = told
        self._position = state.journal.keep("command", conversation_id, told, None, weight)

    def __enter__(self) -> None:
        journal = self._state.journal
        self._before, journal.cause = journal.cause, self._position

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        state = self._state
        state.journal.cause = self._before
        if error is None:
            state.changed.note(self._conversation_id)
            state.notifier.deliver()
        elif isinstance(error, DeskError):
            told = {"command": self._told["command"], "refused": error.code}
            state.journal.add("command", self._conversation_id, told, self._position)
