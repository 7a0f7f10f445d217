"""Text of users and agents is data: nothing of it executes, and nothing of it calls another machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from mockdesk.testing import MockAgent, MockDesk
from tests.browser.guard import Guard
from tests.browser.widget.chat import Chat

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.all
expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

HOSTILE = (
    "<script>window.caught='script'</script>",
    "<img src=x onerror=\"window.caught='image'\">",
    "<svg onload=\"window.caught='svg'\"></svg>",
    "<iframe srcdoc=\"<script>parent.caught='frame'</script>\"></iframe>",
    "<b onmouseover=\"window.caught='hover'\">bold</b>",
)
LINKS = "[one](javascript:window.caught='link') <a href=\"javascript:window.caught='anchor'\">two</a>"
ELSEWHERE = "https://outside.example/picture.png"


def assert_harmless(page: Page) -> None:
    """Check that nothing ran, and that nothing waits to be run by a click."""
    assert page.evaluate("window.caught") is None
    messages = page.locator("[data-testid^=message-by-index]")
    for element in ("script", "iframe", "[onmouseover]", "[onerror]", "[onload]", "a[href^='javascript:' i]"):
        expect(messages.locator(element)).to_have_count(0)


def test_what_an_agent_says_stays_text(chat: Chat, desk: MockDesk) -> None:
    """Whoever takes over an agent's account must not get hold of every user's page, nor by a link that is clicked."""
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    for text in (*HOSTILE, LINKS):
        ada.say(text)
    ada.say("Look.", items=[{"type": "link", "url": "javascript:window.caught='item'", "title": "<i>title</i>"}])
    expect(chat.message("Look.")).to_be_visible()
    assert_harmless(chat.page)


def test_what_the_user_writes_stays_text(chat: Chat, desk: MockDesk) -> None:
    """Users paste what they were told to paste; the desk must get it as it was written."""
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    for text in HOSTILE:
        chat.write(text)
        expect(chat.message(text)).to_be_visible()
    chat.happened("message.created", len(HOSTILE))
    assert [one["text"] for one in desk.latest()["messages"]] == list(HOSTILE)
    assert_harmless(chat.page)


def test_names_stay_text(chat: Chat, desk: MockDesk) -> None:
    """A nickname is shown in more places than a message: the banner, notices, each message."""
    mallory = MockAgent(desk, {"id": "<m>", "nickname": HOSTILE[1]})
    chat.joined_by(mallory)
    mallory.say("My name is data.")
    expect(chat.message("My name is data.")).to_contain_text(HOSTILE[1])
    mallory.transfer(to=MockAgent(desk, {"id": "'n'", "nickname": HOSTILE[4]}))
    expect(chat.shown("transferred")).to_be_visible()
    assert_harmless(chat.page)


def test_pictures_of_other_machines_are_not_fetched(chat: Chat, desk: MockDesk, guard: Guard) -> None:
    """A picture tells its server who looks at it: the page's policy refuses what the guard would count as a request."""
    guard.excuse(f"Loading the image '{ELSEWHERE}'")
    ada = MockAgent(desk, {"id": "ada", "nickname": "Ada", "profile_picture_url": ELSEWHERE})
    chat.joined_by(ada)
    ada.say("A picture.", items=[{"type": "image", "url": ELSEWHERE}])
    ada.say(f"![Another]({ELSEWHERE})")
    ada.say("That was all.")
    expect(chat.message("That was all.")).to_be_visible()
    assert_harmless(chat.page)


def test_the_assistant_repeats_nothing_that_runs(chat: Chat) -> None:
    """The words that lead to an escalation go on to the desk as a summary."""
    chat.write(f"agent {HOSTILE[1]}")
    chat.button("Connect to agent").click()
    chat.started()
    assert_harmless(chat.page)


def test_a_script_of_hostile_texts_breaks_nothing(
    new_desk: Callable[..., MockDesk], open_chat: Callable[..., Chat]
) -> None:
    """The mock's own collection of what breaks careless clients, told to the real widget to its end."""
    desk = new_desk(script="hostile-text")
    chat = open_chat(desk)
    chat.escalate()
    desk.advance(60)
    expect(chat.message("A link nobody should follow.")).to_be_visible()
    told = len(desk.latest()["messages"])
    chat.write("Still here?")
    chat.happened("message.created", told + 2)
    expect(chat.message("Still here?")).to_be_visible()
    assert_harmless(chat.page)
