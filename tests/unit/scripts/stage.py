"""A desk with a script, a virtual clock and one user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import MessageDraft, StartRequest
from mockdesk.core.events import AgentTyping, Event, MessageCreated
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.script import Script
from mockdesk.core.settings import DeskSettings
from mockdesk.scripts import parse_script

AGENTS = """
agents:
  - {id: ada, nickname: Ada}
  - {id: bob, nickname: Bob}
"""

JOINED = """
rules:
  - on: started
    steps: [join]
"""
"""The beginning of most scripts: the first agent joins at once. More rules can follow."""


class Stage:
    """Plays a script (or the YAML of its rules) for one conversation."""

    def __init__(self, script: Script | str, settings: Mapping[str, Any] | None = None) -> None:
        self.clock = VirtualClock()
        self.desk = Desk(DeskSettings.from_dict({"seed": 1, **(settings or {})}), self.clock)
        self.script = script if isinstance(script, Script) else parse_script(f"name: test\n{AGENTS}\n{script}")
        self.player = ScriptPlayer(self.script)
        self.desk.install_script(self.player)
        self.chat = ""

    def start(self, user_name: str | None = "Eva") -> Stage:
        """Start the conversation."""
        self.chat = self.desk.start(StartRequest("user-1", user_name)).conversation.id
        return self

    def send(self, *texts: str) -> Stage:
        """Send messages of the user."""
        for text in texts:
            self.desk.send(self.chat, MessageDraft(text))
        return self

    def advance(self, seconds: float) -> Stage:
        """Let time go by."""
        self.clock.advance(seconds)
        return self

    @property
    def events(self) -> tuple[Event, ...]:
        """The conversation's log."""
        return self.desk.events_after(self.chat)

    @property
    def types(self) -> list[str]:
        """The types of the events so far."""
        return [event.type for event in self.events]

    @property
    def said(self) -> list[str]:
        """What the agents and the desk have said."""
        bodies = [event.body for event in self.events]
        return [
            body.message.text for body in bodies if isinstance(body, MessageCreated) and body.message.role != "user"
        ]

    @property
    def typed(self) -> list[bool]:
        """The agents' typing, on and off."""
        return [event.body.typing for event in self.events if isinstance(event.body, AgentTyping)]

    @property
    def notes(self) -> list[dict[str, Any]]:
        """What the journal has of the script."""
        return [dict(entry.data) for entry in self.desk.journal.read(kinds=("script",)).entries]

    def noted(self, key: str) -> list[Any]:
        """The values of ``key`` in the script's journal entries."""
        return [note[key] for note in self.notes if key in note]
