"""One chat of the real widget with an agent, from the first word to the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockdesk.testing import MockDesk
from tests.browser.guard import Guard
from tests.browser.widget.chat import Chat

pytestmark = pytest.mark.all
expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


def test_the_user_waits_and_is_told_the_place(chat: Chat, desk: MockDesk) -> None:
    """Who waits without a word goes away: what the queue says must reach the real widget's banner."""
    conversation = chat.escalate()
    desk.control.act(conversation["id"], {"action": "update_queue", "position": 3})
    expect(chat.shown("number 3 in line")).to_be_visible()


def test_the_user_gives_up_waiting(chat: Chat, desk: MockDesk) -> None:
    """A request that the user has cancelled must not keep an agent busy."""
    chat.escalate()
    chat.button("Cancel").click()
    chat.button("Cancel request").click()
    chat.happened("conversation.ended")
    assert desk.latest()["ended_by"] == "user"


def test_an_agent_joins_and_both_write(chat: Chat, desk: MockDesk) -> None:
    """The whole point: what one writes the other reads, in order and once."""
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    expect(chat.shown("Ada connected")).to_be_visible()
    ada.say("Hello, how can I help?")
    expect(chat.message("Hello, how can I help?")).to_be_visible()
    chat.write("My parcel is late.")
    chat.happened("message.created", 2)
    ada.say("I will have a look.")
    expect(chat.message("I will have a look.")).to_be_visible()
    said = [(one["role"], one["text"]) for one in desk.latest()["messages"]]
    assert said == [
        ("agent", "Hello, how can I help?"),
        ("user", "My parcel is late."),
        ("agent", "I will have a look."),
    ]


def test_each_sees_that_the_other_types(chat: Chat, desk: MockDesk) -> None:
    """Typing is the only sign of life between two messages; both directions are easy to lose."""
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    ada.type()
    expect(chat.root.locator(".cds-aichat--processing")).to_be_visible()
    ada.type(False)
    expect(chat.root.locator(".cds-aichat--processing")).to_be_hidden()
    chat.box.press_sequentially("My par")
    assert desk.control.wait({"kind": "request", "operation": "userTyping"}, timeout_seconds=20)["matched"]


def test_another_agent_takes_over(chat: Chat, desk: MockDesk) -> None:
    """After a transfer the user must see who writes now."""
    ada, bob = desk.agent("Ada"), desk.agent("Bob")
    chat.joined_by(ada)
    ada.transfer(to=bob)
    expect(chat.shown("transferred")).to_be_visible()
    bob.join()
    expect(chat.shown("Bob connected")).to_be_visible()
    bob.say("I have read it all.")
    expect(chat.message("I have read it all.")).to_contain_text("Bob")


def test_a_lost_connection_is_shown_and_found_again(chat: Chat, desk: MockDesk) -> None:
    """While the line is down the user must not write into the void; afterwards nothing may be missing."""
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    down = [desk.inject("status", operation=one, status=503, count=None) for one in ("streamEvents", "pollEvents")]
    desk.inject("eof")
    expect(chat.shown("connection to the live agent was lost")).to_be_visible()
    expect(chat.box).not_to_be_editable()
    ada.say("Are you still there?")
    for fault in down:
        desk.control.remove_fault(fault)
    expect(chat.message("Are you still there?")).to_be_visible()
    chat.write("Yes, I am back.")
    chat.happened("message.created", 2)


def test_the_user_sends_a_file(chat: Chat, desk: MockDesk, tmp_path: Path) -> None:
    """A file takes another way than a text; the desk must have its bytes."""
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    picture = tmp_path / "receipt.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    chat.root.locator("input[type=file]").set_input_files(picture)
    chat.write("Here is the receipt.")
    chat.happened("file.updated")
    [file] = desk.latest()["files"]
    assert (file["name"], file["size"]) == ("receipt.png", picture.stat().st_size)
    expect(chat.shown("receipt.png")).to_be_visible()


def test_the_agent_ends_the_chat(chat: Chat, desk: MockDesk) -> None:
    """The user must see that nobody reads any more, and be back with the assistant."""
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    ada.end()
    expect(chat.shown("ended the chat")).to_be_visible()
    chat.write("Hello")
    expect(chat.message("Hello! Write agent")).to_be_visible()
    assert desk.latest()["messages"] == []


def test_the_user_ends_the_chat(chat: Chat, desk: MockDesk) -> None:
    """The desk must hear it, or the agent waits for an answer that never comes."""
    chat.joined_by(desk.agent("Ada"))
    chat.disconnect()
    chat.happened("conversation.ended")
    assert desk.latest()["ended_by"] == "user"


def test_a_second_chat_follows_the_first(chat: Chat, desk: MockDesk) -> None:
    """The widget asks the same integration object again: what the first chat left behind must not disturb."""
    ada, bob = desk.agent("Ada"), desk.agent("Bob")
    chat.joined_by(ada)
    chat.disconnect()
    chat.happened("conversation.ended")
    chat.ask_for_an_agent()
    chat.started(2)
    bob.join()
    bob.say("Welcome back.")
    expect(chat.message("Welcome back.")).to_contain_text("Bob")


def test_a_reloaded_page_resumes_the_chat(chat: Chat, desk: MockDesk, guard: Guard) -> None:
    """A reload is an everyday slip: same chat, same agent, the talk so far, and what was said meanwhile."""
    guard.excuse("unsafe-eval")  # the widget calls setTimeout(undefined) when it resumes; the policy refuses it
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    ada.say("Your number, please?")
    expect(chat.message("Your number, please?")).to_be_visible()
    chat.page.goto("about:blank")
    ada.say("Are you there?")
    chat.page.go_back()
    expect(chat.message("Your number, please?")).to_be_visible()
    expect(chat.message("Are you there?")).to_be_visible()
    chat.write("It is 4711.")
    chat.happened("message.created", 3)
    assert len(desk.conversations()) == 1
    assert desk.latest()["messages"][-1]["text"] == "It is 4711."


def test_a_chat_that_has_ended_meanwhile_is_over_after_a_reload(chat: Chat, desk: MockDesk, guard: Guard) -> None:
    """Nobody may be left writing to an agent who went while the page was away."""
    guard.excuse("unsafe-eval")  # as above
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    chat.page.goto("about:blank")
    ada.end()
    chat.page.go_back()
    expect(chat.shown("Ada connected")).to_be_visible()
    expect(chat.button("Disconnect")).to_be_hidden()
    chat.write("Hello")
    expect(chat.message("Hello! Write agent")).to_be_visible()
    assert desk.latest()["messages"] == []


def test_nobody_is_there(chat: Chat, desk: MockDesk) -> None:
    """With a closed queue the card says so and calls nobody."""
    desk.control.set_queue("default", {"open": False})
    chat.write("agent")
    expect(chat.message("Nobody is there at the moment")).to_be_visible()
    assert desk.conversations() == []
