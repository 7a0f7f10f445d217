"""A desk on a virtual clock, and short words for what tests do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mockdesk.core.actions import parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, MessageDraft, StartRequest
from mockdesk.core.events import Event
from mockdesk.core.happenings import Happening

AGENTS = [{"id": name, "nickname": name.title()} for name in ("ada", "bob", "cyd")]


@dataclass
class Bench:
    """A desk with its clock, and everything its listeners were told."""

    desk: Desk
    clock: VirtualClock
    events: list[tuple[str, Event]] = field(default_factory=list)
    happenings: list[tuple[str, Happening]] = field(default_factory=list)

    def start(self, user_id: str = "user", **more: Any) -> str:
        """Start a conversation and return its id."""
        return self.desk.start(StartRequest(user_id, **more)).conversation.id

    def connected(self, agent: str = "ada") -> str:
        """Start a conversation that an agent has joined, and return its id."""
        conversation_id = self.start()
        self.act(conversation_id, "join", agent=agent)
        return conversation_id

    def act(self, conversation_id: str, action: str, **more: Any) -> tuple[Event, ...]:
        """Do as an agent does."""
        return self.desk.act(conversation_id, parse_action({"action": action, **more}))

    def send(self, conversation_id: str, text: str = "hello", **more: Any) -> None:
        """Send a message of the user."""
        self.desk.send(conversation_id, MessageDraft(text, **more))

    def types(self, conversation_id: str) -> list[str]:
        """Return the types of the conversation's events."""
        return [event.type for event in self.desk.events_after(conversation_id, 0)]

    def last(self, conversation_id: str) -> dict[str, Any]:
        """Return the data of the newest event."""
        return self.desk.events_after(conversation_id, 0)[-1].body.to_data()

    def state(self, conversation_id: str) -> str:
        """Return the state of the conversation."""
        return self.desk.conversation(conversation_id).state.value


MakeBench = Callable[..., Bench]
