"""A command while it runs: it is journalled, what it does is put down to it, and the listeners are told at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockdesk.core.errors import DeskError
from mockdesk.core.weight import weight_of

if TYPE_CHECKING:
    from mockdesk.core.state import DeskState


class Command:
    """A command while it runs; a class, as an event takes several."""

    __slots__ = ("_before", "_conversation_id", "_name", "_position", "_state")

    def __init__(self, state: DeskState, name: str, conversation_id: str | None, data: dict[str, Any]) -> None:
        self._state = state
        self._name = name
        self._conversation_id = conversation_id
        told = {"command": name, **data}
        self._position = state.journal.keep("command", conversation_id, told, None, weight_of(told))

    def __enter__(self) -> None:
        self._before = self._state.journal.set_cause(self._position)

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        journal = self._state.journal
        journal.set_cause(self._before)
        if error is None:
            self._state.changed.note(self._conversation_id)
            self._state.notifier.deliver()
        elif isinstance(error, DeskError):
            told = {"command": self._name, "refused": error.code}
            journal.add("command", self._conversation_id, told, self._position)
