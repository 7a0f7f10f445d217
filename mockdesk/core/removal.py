"""Removing ended conversations some time after their end, on desks that run for weeks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from mockdesk.core.clock import Clock
from mockdesk.core.conversation import Conversation
from mockdesk.core.errors import UnknownConversation
from mockdesk.core.events import ConversationEndedEvent, Event
from mockdesk.core.settings import DeskSettings


class RemovingDesk(Protocol):
    """What is needed of the desk."""

    @property
    def settings(self) -> DeskSettings:
        """What the desk was told."""

    @property
    def clock(self) -> Clock:
        """The desk's time."""

    def subscribe(self, listener: Callable[[str, Event], None]) -> Callable[[], None]:
        """Tell each new event."""

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation."""

    def remove(self, conversation_id: str) -> None:
        """Forget a conversation."""


class Removal:
    """Asks the clock to remove each conversation ``forget_ended_after_seconds`` after its end; ``None``: never."""

    def __init__(self, desk: RemovingDesk) -> None:
        self._desk = desk
        if desk.settings.forget_ended_after_seconds is not None:
            desk.subscribe(self._happened)

    def _happened(self, conversation_id: str, event: Event) -> None:
        if isinstance(event.body, ConversationEndedEvent):
            self.remove_later(self._desk.conversation(conversation_id))

    def remove_later(self, conversation: Conversation) -> None:
        """Remove a conversation, if it has ended, when its time has come: that may be at the next occasion."""
        seconds, ended_at = self._desk.settings.forget_ended_after_seconds, conversation.ended_at
        if seconds is not None and ended_at is not None:
            self._desk.clock.call_at(ended_at + seconds, partial(self._remove, conversation))

    def _remove(self, conversation: Conversation) -> None:
        try:
            is_there = self._desk.conversation(conversation.id) is conversation
        except UnknownConversation:
            return
        if is_there:
            self._desk.remove(conversation.id)
