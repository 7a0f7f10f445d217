"""One script, told by desks of every shape: the widget shows the same, but for what a shape is declared not to have."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import pytest

from mockdesk.dialects.registry import CANONICAL, DIALECTS
from mockdesk.driver import connect
from mockdesk.scripts import load_builtin
from tests.reference.clock import ManualClock
from tests.reference.host import RecordingHost, Said
from tests.reference.support import await_no_threads, connect_message

ADAPTERS: Mapping[str, str] = {
    CANONICAL: "byosd_reference",
    **{name: f"byosd_reference.{name}" for name in DIALECTS},
}
STEP, LONGEST = 0.25, 8.0
"""Seconds by which time goes on, and after which what should have come was not told."""
STORY = (
    ("agent_joined", "Ada"),
    ("send_message_to_user", "Hello max, this is Ada.", "Ada"),
    ("send_message_to_user", "Noted: First question", "Ada"),
    ("send_message_to_user", "My colleague knows more about that. One moment.", "Ada"),
    ("begin_transfer_to_another_agent", "Bob"),
    ("agent_joined", "Bob"),
    ("send_message_to_user", "This is Bob. I have read it all.", "Bob"),
)
"""What a user sees of the script ``transfer``."""
MORE: Mapping[str, tuple[int, tuple[str, ...]]] = {
    # Flex has no word that tells a transfer from a conference: whoever goes is an agent who left
    "twilio": (6, ("agent_left_chat",)),
}
"""What else a shape makes its users see, and before which line of the story."""


class Visit:
    """A user of the widget before a desk of one shape, on which the script plays the agents."""

    def __init__(self, shape: str) -> None:
        self.driver = connect(dialect=shape)
        made = self.driver.new_desk({"script": load_builtin("transfer")})
        self.clock = ManualClock(self.driver.advance)
        self.host = RecordingHost()
        adapter = importlib.import_module(ADAPTERS[shape])
        options = {**made["options"], "timeout_scale": 0.5}
        self.desk = adapter.connect(made["desk_url"], self.host, clock=self.clock, options=options)
        self.host.desk = self.desk

    def play(self) -> None:
        """Ask two questions, and stay until the second agent has answered."""
        self.desk.start_chat(connect_message(user_id="max"))
        self.until("Hello max, this is Ada.")
        self.say("First question", "m-1")
        self.until("Noted: First question")
        self.say("Second question", "m-2")
        self.until("This is Bob. I have read it all.")

    def say(self, text: str, message_id: str) -> None:
        """Send a text."""
        self.desk.send_message_to_agent({"input": {"text": text}}, message_id, None)

    def until(self, text: str) -> None:
        """Let time go on until a text is shown."""
        for _ in range(int(LONGEST / STEP)):
            if text in self.host.texts():
                return
            self.clock.advance(STEP)
        self.host.await_text(text)

    def close(self) -> None:
        """Leave the chat."""
        self.desk.end_chat()
        self.driver.close()


def in_words(said: list[Said]) -> list[tuple[Any, ...]]:
    """Return what the host was told of agents, with their nicknames: their ids are the desk's own business."""
    names: dict[Any, Any] = {}
    told: list[tuple[Any, ...]] = []
    for name, arguments in ((one.name, one.arguments) for one in said):
        if name in ("agent_joined", "begin_transfer_to_another_agent"):
            profile = arguments[0] or {}
            names[profile.get("id")] = profile.get("nickname")
            told.append((name, profile.get("nickname")))
        elif name == "send_message_to_user":
            told.append((name, arguments[0], names.get(arguments[1], arguments[1])))
        elif name not in ("agent_typing", "agent_read_messages", "update_agent_availability", *RecordingHost.NOTES):
            told.append((name, *arguments))
    return told


@pytest.mark.parametrize("shape", sorted(ADAPTERS))
def test_the_same_story(shape: str) -> None:
    """Whoever moves from one desk to another must not show users another chat."""
    wanted: list[tuple[Any, ...]] = list(STORY)
    if shape in MORE:
        wanted.insert(*MORE[shape])
    visit = Visit(shape)
    try:
        visit.play()
        assert in_words(visit.host.said) == wanted
    finally:
        visit.close()
        await_no_threads()
