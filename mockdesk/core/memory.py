"""What a store needs of a desk: to hear what has changed, to get it as values, and to bring it back."""

from __future__ import annotations

from collections.abc import Callable

from mockdesk.core.changes import Changes
from mockdesk.core.conversation import Conversation
from mockdesk.core.restoring import restore
from mockdesk.core.saved import SavedBeginning, SavedDesk, SavedParts, SavedState
from mockdesk.core.saving import state_of
from mockdesk.core.script_place import SavedPlace, TimersToSet
from mockdesk.core.starting import Starts
from mockdesk.core.state import DeskState
from mockdesk.core.tokens import Grant


class Memory:
    """A desk's contents as values."""

    def __init__(self, state: DeskState, starts: Starts, remove_later: Callable[[Conversation], None]) -> None:
        """Begin; ``remove_later`` lets an ended conversation be removed when its time has come."""
        self._state = state
        self._starts = starts
        self._remove_later = remove_later

    def watch(self) -> None:
        """Begin to collect what changes."""
        self._state.changed.watch()

    def note(self, conversation_id: str | None) -> None:
        """Say that something changed which the desk cannot see: where a script stands, or (``None``) the clock."""
        self._state.changed.note(conversation_id)

    @property
    def has_changed(self) -> bool:
        """Whether there are changes to take."""
        return self._state.changed.any

    def is_changed(self, conversation_id: str) -> bool:
        """Tell whether a conversation has changes to take."""
        return self._state.changed.has(conversation_id)

    def take_changes(self) -> Changes:
        """Return what has changed since the last time."""
        return self._state.changed.take()

    def parts(self, begun: int) -> SavedParts:
        """Return the small parts; ``begun`` is how many conversations the script's player has begun."""
        state = self._state
        return SavedParts(state.roster.all(), state.queues.settings(), state.identifiers.made(), begun)

    def beginning(self, conversation_id: str) -> SavedBeginning:
        """Return what of a conversation never changes."""
        conversation = self._state.conversation(conversation_id)
        return SavedBeginning(conversation.id, conversation.created_at, self._starts.saved(conversation.id))

    def state(self, conversation_id: str, place: SavedPlace | None) -> SavedState:
        """Return what of a conversation changes and is small."""
        return state_of(self._state.conversation(conversation_id), place)

    def token(self, conversation_id: str) -> Grant | None:
        """Return what the token of a conversation is good for."""
        return self._state.tokens.of_conversation(conversation_id)

    def restore(self, saved: SavedDesk) -> TimersToSet:
        """Bring everything back but the script, into an empty desk; return the timers, which are to be set at last."""
        timers = TimersToSet()
        restore(self._state, saved, timers)
        for one in saved.conversations:
            if one.beginning.start is not None:
                self._starts.put(one.beginning.id, one.beginning.start)
        return timers

    def places(self, saved: SavedDesk) -> dict[str, SavedPlace]:
        """Return where a script stood in each conversation."""
        found = ((one.beginning.id, one.state.place) for one in saved.conversations)
        return {conversation_id: place for conversation_id, place in found if place is not None}

    def settle(self, saved: SavedDesk, timers: TimersToSet) -> None:
        """Set the timers of what was brought back, those that remove what has ended, too; and tell those whom an import
        has put behind others their places."""
        timers.set_all()
        for conversation in self._state.conversations.values():
            self._remove_later(conversation)
        with self._state.command("restore", None):
            for one in saved.conversations:
                if one.state.moved:
                    self._state.announce(self._state.conversation(one.beginning.id))
