"""What the address of the web chat's page can choose, and what the assistant in front of the desk knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from mockdesk.testing import MockDesk
from tests.browser.guard import Guard
from tests.browser.widget.chat import Chat

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.all
expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


def test_the_desk(new_desk: Callable[..., MockDesk], open_chat: Callable[..., Chat]) -> None:
    """One page can talk to any desk of its server."""
    page_of, wanted = new_desk(), new_desk()
    opened = open_chat(page_of, f"?desk=/desks/{wanted.control.name}")
    Chat(opened.page, opened.root, wanted).escalate()
    assert page_of.conversations() == []


def test_a_desk_with_another_shape_at_its_root(
    new_desk: Callable[..., MockDesk], open_chat: Callable[..., Chat]
) -> None:
    """The reference integration speaks openapi.yaml, wherever the desk has it."""
    chat = open_chat(new_desk(root_dialect="poll"))
    chat.escalate()


def test_a_desk_of_another_server_is_refused(context: BrowserContext, desk: MockDesk, guard: Guard) -> None:
    """Nobody may be led to a page of this server that talks to another one."""
    guard.excuse("The desk must be one of this server")
    page = context.new_page()
    page.goto(f"{desk.url}/widget?desk=https://outside.example/")
    expect(page.get_by_role("alert")).to_contain_text("The desk must be one of this server")


def test_user_and_theme(desk: MockDesk, open_chat: Callable[..., Chat]) -> None:
    """A name that one knows again makes a demonstration easier to follow; so do colours that fit the room."""
    chat = open_chat(desk, "?user=jane&theme=g100&locale=de")
    chat.escalate()
    assert desk.latest()["user_id"] == "jane"
    assert chat.page.evaluate("document.documentElement.dataset.theme") == "g100"


def test_a_visitor_stays_the_same_after_a_reload(desk: MockDesk, open_chat: Callable[..., Chat]) -> None:
    """A reload that makes another user of somebody loses the chat."""
    chat = open_chat(desk)
    visitor = chat.page.evaluate("sessionStorage.getItem('mockdesk.visitor')")
    chat.page.reload()
    chat.box.wait_for()
    assert chat.page.evaluate("sessionStorage.getItem('mockdesk.visitor')") == visitor


SAID = {
    "Good morning!": ["text"],
    "Could I talk to a human?": ["text", "connect_to_agent"],
    "AGENT": ["text", "connect_to_agent"],
    "the reagent is empty": ["text"],
    "xyzzy": ["text"],
    "": ["text"],
}


def test_the_assistant_knows_a_few_words(context: BrowserContext, desk: MockDesk) -> None:
    """It answers everything, and calls a person for words only that ask for one."""
    page = context.new_page()
    page.goto(f"{desk.url}/healthz")
    source = "async ([module, said]) => (await import(module)).answerTo(said)"
    for said, types in SAID.items():
        items = page.evaluate(source, [f"{desk.url}/widget/assistant.js", said])
        assert [one["response_type"] for one in items] == types, said


def test_the_escalation_tells_the_desk_what_it_is_about(chat: Chat, desk: MockDesk) -> None:
    """An agent who joins without knowing anything asks what was told before."""
    chat.escalate()
    context = desk.latest()["context"]
    assert context["topic"] == "Demo"
    assert context["message_to_agent"] == "The user asked the assistant for a person."
    assert context["additional_data"] == {"origin": "demo page"}
