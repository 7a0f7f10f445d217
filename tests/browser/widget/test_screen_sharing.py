"""The agent asks for the user's screen: the widget asks the user, and the desk hears what they said."""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk.testing import MockAgent, MockDesk
from tests.browser.widget.chat import Chat

pytestmark = pytest.mark.all
expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


@pytest.fixture
def ada(chat: Chat, desk: MockDesk) -> MockAgent:
    """An agent in the chat who has just asked for the screen."""
    agent = desk.agent("Ada")
    chat.joined_by(agent)
    agent.act("request_screen")
    expect(chat.shown("The agent has requested you share your screen.")).to_be_visible()
    return agent


def answered(desk: MockDesk, count: int) -> dict[str, Any]:
    """Wait for so many answers of the user at the desk and return the sharing as the desk has it."""
    answer = {"kind": "response", "operation": "answerScreenShare", "status": 204}
    assert desk.control.wait(answer, count, timeout_seconds=20)["matched"]
    return dict(desk.latest()["screen_share"])


def test_the_user_shares_and_stops(chat: Chat, desk: MockDesk, ada: MockAgent) -> None:
    """Who shares must be able to stop at any time, and the desk must know at once."""
    chat.button("Share screen").click()
    assert answered(desk, 1)["state"] == "accepted"
    chat.button("Stop sharing screen").click()
    assert answered(desk, 2)["state"] == "ended"
    expect(chat.button("Stop sharing screen")).to_be_hidden()


def test_the_user_declines(chat: Chat, desk: MockDesk, ada: MockAgent) -> None:
    """A no is an answer: the agent must not wait for the screen."""
    chat.button("Decline").click()
    assert answered(desk, 1)["state"] == "declined"
    expect(chat.button("Stop sharing screen")).to_be_hidden()


def test_the_agent_stops_the_sharing(chat: Chat, desk: MockDesk, ada: MockAgent) -> None:
    """The red button must not stand there when nobody looks any more."""
    chat.button("Share screen").click()
    answered(desk, 1)
    expect(chat.button("Stop sharing screen")).to_be_visible()
    ada.act("end_screen")
    expect(chat.button("Stop sharing screen")).to_be_hidden()


def test_the_end_of_the_chat_ends_the_question(chat: Chat, desk: MockDesk, ada: MockAgent) -> None:
    """A question of somebody who is gone must not cover the page."""
    ada.end()
    expect(chat.shown("The agent has requested you share your screen.")).to_be_hidden()
