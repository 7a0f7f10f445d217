"""Stories of texts, for tests of requirements."""

from __future__ import annotations

from typing import Any

from tests.suite.requirements.build import (
    ADA,
    Story,
    joined,
    said,
    user_said,
)


def chat_with_ada(**about: Any) -> Story:
    """Return a story in which Ada has joined."""
    return Story(**about).start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)


def say(story: Story, text: str, agent: dict[str, Any] = ADA) -> Story:
    """Let an agent write."""
    return story.act("say", said(agent, text), agent=agent, text=text)


def sent_but_stored_as(story: Story, text: str, stored: str | None, error: str | None = None) -> Story:
    """Let the user send one text, and the desk store another one or none."""
    call = story.call("send_message_to_agent", text=text, message_id="m1", files=[])
    if stored is not None:
        story.event(user_said(stored))
    return story.settle(call, error)
