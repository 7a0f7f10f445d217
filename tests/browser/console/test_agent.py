"""Every action of an agent: what is pressed, what the desk then has, and what the console shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.console.console import Console, expect
from tests.server.support import Desk, session

pytestmark = pytest.mark.all


def test_join_type_say_read_leave_end(desk: Desk, console: Console) -> None:
    """The whole of a plain chat by hand."""
    user = desk.start(user_name="Eva")
    console.choose("Eva")
    expect(console.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    console.press("Join")
    expect(console.entries.filter(has_text="Ada joined")).to_be_visible()
    console.press("Typing")
    expect(console.page.get_by_role("button", name="Typing")).to_have_attribute("aria-pressed", "true")
    expect(console.entries.filter(has_text="Ada types")).to_be_visible()
    console.say("Hello, how can I help?")
    expect(console.bubbles).to_have_text(["AdaHello, how can I help?"])
    expect(console.page.locator("#say")).to_have_value("")
    user.send("With my bill.")
    expect(console.bubbles).to_have_text(["AdaHello, how can I help?", "EvaWith my bill."])
    console.press("Read")
    expect(console.entries.filter(has_text="Ada has read up to")).to_be_visible()
    console.press("Leave")
    expect(console.entries.filter(has_text="Ada left (left)")).to_be_visible()
    expect(console.conversations.filter(has_text="Eva")).to_contain_text("waiting")
    console.press("Join")
    console.press("End")
    expect(console.conversations.filter(has_text="Eva")).to_contain_text("ended")
    expect(console.page.get_by_role("button", name="Join", exact=True)).to_be_disabled()
    assert [event["type"] for event in user.events()] == [
        "queue.updated", "agent.joined", "agent.typing", "message.created", "message.created", "agent.read",
        "agent.left", "agent.joined", "conversation.ended",
    ]  # fmt: skip


def test_offer_and_decline(desk: Desk, console: Console) -> None:
    """Shapes that ring an agent need both."""
    user = desk.start(user_name="Eva")
    console.choose("Eva")
    console.press("Offer")
    expect(console.page.get_by_role("button", name="Offer", exact=True)).to_be_disabled()
    assert desk.control.conversation(user.conversation_id)["offers"] == ["ada"]
    console.press("Decline")
    expect(console.page.get_by_role("button", name="Decline", exact=True)).to_be_disabled()
    assert desk.control.conversation(user.conversation_id)["offers"] == []


def test_a_new_agent_takes_over(desk: Desk, console: Console) -> None:
    """An agent is made on the way, and a conversation handed over to that agent and to a queue."""
    user = desk.start(user_name="Eva")
    console.choose("Eva")
    console.press("Join")
    console.pick("Act as", "a new agent…")
    console.page.get_by_label("Id", exact=True).fill("zoe")
    console.page.get_by_label("Name", exact=True).fill("Zoë")
    console.press("Make the agent")
    expect(console.page.get_by_role("combobox", name="Act as")).to_have_value("zoe")
    assert desk.control.agents()[-1]["nickname"] == "Zoë"
    console.pick("Act as", "Ada")
    console.page.locator("#transfer summary").click()
    console.pick("To", "Zoë")
    console.page.get_by_label("Reason").fill("knows bills")
    console.press("Hand over")
    expect(console.entries.filter(has_text="Ada hands over to Zoë: knows bills")).to_be_visible()
    console.pick("Act as", "Zoë")
    console.press("Join")
    expect(console.entries.filter(has_text="Ada left (transferred)")).to_be_visible()
    console.pick("To", "sales")
    console.press("Hand over")
    expect(console.entries.filter(has_text="Zoë hands over to the queue sales")).to_be_visible()
    assert desk.control.conversation(user.conversation_id)["queue"] == "sales"


def test_the_screen(desk: Desk, console: Console) -> None:
    """Asked for, shown in the facts when the user agrees, and ended."""
    user = desk.start(user_name="Eva")
    console.choose("Eva")
    console.press("Join")
    console.press("Ask for screen")
    expect(console.entries.filter(has_text="Ada asks to see the screen")).to_be_visible()
    user.call("PUT", "/screen-share", json={"answer": "accepted"})
    expect(console.page.locator("#chat-facts")).to_contain_text("screen accepted")
    console.press("End screen")
    expect(console.page.locator("#chat-facts")).to_contain_text("screen ended")


def test_links_and_files_of_the_agent(desk: Desk, console: Console, tmp_path: Path) -> None:
    """The user's client gets the very bytes."""
    user = desk.start(user_name="Eva")
    console.choose("Eva")
    console.press("Join")
    console.page.locator("#attach summary").click()
    console.page.get_by_label("Address").fill("https://desk.example/faq")
    console.page.get_by_label("Title").fill("Questions")
    console.press("Send it")
    expect(console.bubbles).to_have_text(["Adalink · Questions · https://desk.example/faq"])
    (tmp_path / "bill 1.txt").write_text("42 EUR")
    console.pick("Kind", "file from here")
    console.page.locator("#attach-file").set_input_files(tmp_path / "bill 1.txt")
    console.press("Send it")
    expect(console.bubbles).to_have_count(2)
    (item,) = user.events()[-1]["data"]["message"]["items"]
    assert (item["type"], item["title"]) == ("link", "bill 1.txt")
    assert session().get(item["url"]).text == "42 EUR"


def test_a_file_of_the_user(desk: Desk, console: Console) -> None:
    """Looked at, then accepted or rejected where it stands."""
    user = desk.start(user_name="Eva")
    console.choose("Eva")
    for name in ("a.txt", "b.txt"):
        user.call("POST", "/files", files={"file": (name, b"abc", "text/plain")})
    expect(console.entries.filter(has_text="a.txt (text/plain, 3 bytes)")).to_be_visible()
    address = console.entries.filter(has_text="a.txt").get_by_role("link", name="look").get_attribute("href")
    assert session().get(f"{desk.server.url}{address}").text == "abc"
    console.entries.filter(has_text="a.txt").get_by_role("button", name="Accept").click()
    expect(console.entries.get_by_role("button", name="Accept")).to_have_count(1)
    console.entries.filter(has_text="b.txt").get_by_role("button", name="Reject").click()
    expect(console.entries.get_by_role("button", name="Reject")).to_have_count(0)
    states = [file["state"] for file in desk.control.conversation(user.conversation_id)["files"]]
    assert states == ["accepted", "rejected"]


def test_a_refusal_is_shown_where_the_action_was(desk: Desk, console: Console) -> None:
    """The person must see why nothing happened; the next success takes the words away."""
    desk.start(user_name="Eva")
    console.choose("Eva")
    console.press("Join")
    desk.control.set_queue("sales", {"open": False})
    console.page.locator("#transfer summary").click()
    console.pick("To", "sales")
    console.press("Hand over")
    expect(console.error("bar")).to_have_text("queue 'sales' is closed")
    console.press("Read")
    expect(console.error("bar")).to_be_empty()


def test_what_could_not_be_sent_is_not_lost(desk: Desk, console: Console) -> None:
    """Whoever wrote a long answer must not write it twice."""
    desk.start(user_name="Eva")
    console.choose("Eva")
    console.press("Join")
    told = {"title": "No", "detail": "the desk does not want it", "code": "no", "status": 409, "retryable": False}
    console.page.route("**/actions", lambda route: route.fulfill(status=409, json=told))
    expect(console.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    console.say("a long answer")
    expect(console.error("bar")).to_have_text("the desk does not want it")
    expect(console.page.locator("#say")).to_have_value("a long answer")


def test_what_was_begun_stays_with_its_conversation(desk: Desk, console: Console) -> None:
    """A half-written answer must not go to the wrong user."""
    for name in ("Eva", "Jonas"):
        desk.start(user_name=name)
    console.choose("Eva")
    console.page.locator("#say").fill("Dear Eva")
    console.choose("Jonas")
    expect(console.page.locator("#say")).to_have_value("")
    console.choose("Eva")
    expect(console.page.locator("#say")).to_have_value("Dear Eva")
