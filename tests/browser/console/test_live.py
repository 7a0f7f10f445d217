"""The console stays true: live, in two windows, over restarts, and whatever users write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from mockdesk import RunningServer
from tests.browser.console.console import Console, expect
from tests.server.support import Desk

if TYPE_CHECKING:
    from tests.browser.guard import Guard

pytestmark = pytest.mark.all

HOSTILE = (
    "<script>document.title = 'gone'</script>",
    "<img src=x onerror=\"document.title = 'gone'\">",
    '"><svg onload=document.title="gone">',
    "javascript:alert(1)",
    "\u202egnirts a fo dne eht\u2066",
    "&lt;b&gt; &amp; ${1} {text}",
)


def test_two_consoles_show_the_same(desk: Desk, console: Console, new_console: Callable[[str], Console]) -> None:
    """Two people look at one desk: what one does the other sees at once, and unread is counted."""
    other = new_console(desk.url)
    first, second = desk.start(user_name="Eva"), desk.start(user_name="Jonas")
    console.choose("Eva")
    other.choose("Jonas")
    console.press("Join")
    console.say("Hello Eva")
    expect(console.bubbles).to_have_count(1)
    expect(other.conversations.filter(has_text="Eva")).to_contain_text("connected")
    first.send("hello")
    first.send("are you there?")
    expect(other.conversations.filter(has_text="Eva")).to_contain_text("2 new")
    second.call("PUT", "/typing", json={"typing": True})
    expect(other.page.locator("#chat-facts")).to_contain_text("the user types")
    other.choose("Eva")
    expect(other.bubbles).to_have_text(["AdaHello Eva", "Evahello", "Evaare you there?"])
    expect(other.conversations.filter(has_text="Eva")).not_to_contain_text("new")


def test_whoever_waits_stands_first(desk: Desk, console: Console) -> None:
    """Waiting before connected before ended, and the ended ones can be left out."""
    for name in ("Eva", "Jonas", "Mia"):
        user = desk.start(user_name=name)
        if name != "Eva":
            desk.act(user, "join")
        if name == "Mia":
            user.call("POST", "/end")
    expect(console.conversations.locator(".item-user")).to_have_text(["Eva", "Jonas", "Mia"])
    desk.control.advance(75)
    expect(console.conversations.first).to_contain_text("waits 1 min 15 s")
    console.page.get_by_label("with ended ones").uncheck()
    expect(console.conversations.locator(".item-user")).to_have_text(["Eva", "Jonas"])


def test_the_filters(desk: Desk, console: Console) -> None:
    """Each kind of entry can be shown and hidden; an entry can be read as it stands in the journal."""
    desk.start(user_name="Eva").send("hello")
    console.choose("Eva")
    expect(console.entries.filter(has_text="sendMessageToAgent → 201")).to_be_visible()
    console.press("Requests")
    expect(console.entries.filter(has_text="sendMessageToAgent → 201")).to_have_count(0)
    console.press("Commands")
    expect(console.entries.filter(has_text="command")).to_have_count(2)
    console.bubbles.locator("xpath=..").locator("summary").click()
    expect(console.entries.locator("pre")).to_contain_text('"type": "message.created"')


def test_hostile_text_stays_text(desk: Desk, console: Console) -> None:
    """Names, messages, files, items and queues of strangers: nothing of them is run, and nothing is loaded."""
    user = desk.start(user_id="u", user_name=HOSTILE[1], queue="default")
    desk.control.set_agent("eve", {"nickname": HOSTILE[0]})
    desk.control.set_queue(HOSTILE[2], {})
    for text in HOSTILE:
        user.send(text)
    items = [{"type": HOSTILE[1], "url": "javascript:document.title='gone'", "title": HOSTILE[0]}]
    desk.act(user, "join", agent="eve")
    desk.act(user, "say", agent="eve", items=items)
    user.call("POST", "/files", files={"file": ("<b>.txt", b"x", "text/html")})
    desk.control.inject({"kind": "garbage_frame", "text": HOSTILE[0], "nth": 5})
    console.conversations.get_by_role("button").click()
    expect(console.page.locator("#chat-title")).to_have_text(HOSTILE[1])
    expect(console.bubbles).to_have_count(len(HOSTILE) + 1)
    assert console.bubbles.locator("p bdi").all_text_contents()[: len(HOSTILE)] == list(HOSTILE)
    for chip in ("Streams", "Commands", "Script"):
        console.press(chip)
    assert console.page.title() == f"Agent console: {desk.control.name}"
    assert console.page.locator("#chat img, #chat svg, #chat script, #chat b b, #panel img, #list img").count() == 0
    assert [link.get_attribute("href") for link in console.page.locator("#chat a").all()] == [
        f"/desks/{desk.control.name}/_mock/conversations/{user.conversation_id}/files/"
        f"{desk.control.conversation(user.conversation_id)['files'][0]['id']}"
    ]


def test_a_very_long_text_is_cut_until_it_is_asked_for(desk: Desk, console: Console) -> None:
    """A wall of text without a blank must not push the page apart."""
    desk.start(user_name="E" * 300).send("x" * 3_000)
    console.conversations.get_by_role("button").click()
    width = console.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0
    console.press("Show all 3000 characters")
    expect(console.bubbles.locator("p bdi")).to_have_text("x" * 3_000)
    assert console.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_it_comes_back_after_a_restart(new_console: Callable[[str], Console], guard: Guard) -> None:
    """A developer restarts the mock many times a day; the console must not be loaded anew each time."""
    guard.excuse("Failed to load")
    with RunningServer() as first:
        port = int(first.url.rpartition(":")[2])
        console = new_console(first.url)
        Desk(first, first.control(), first.url).start(user_name="Eva")
        expect(console.conversations).to_have_count(1)
    expect(console.page.locator("#connection")).to_have_text("The mock does not answer; trying again")
    with RunningServer(port=port) as second:
        expect(console.page.get_by_text("Live", exact=True)).to_be_visible()
        expect(console.conversations).to_have_count(0)
        Desk(second, second.control(), second.url).start(user_name="Jonas")
        expect(console.conversations).to_have_text(["Jonaswaitingwaits 0 sdefault, place 1"])


def test_many_entries_are_shown_bit_by_bit(desk: Desk, console: Console) -> None:
    """A long session opens fast, and its beginning can still be seen."""
    user = desk.start(user_name="Eva")
    desk.act(user, "join")
    for number in range(310):
        desk.control.act(user.conversation_id, {"action": "say", "agent": "ada", "text": f"number {number}"})
    user.send("the last word")
    expect(console.conversations.filter(has_text="1 new")).to_be_visible()  # all that came before has come, too
    console.choose("Eva")
    expect(console.entries).to_have_count(300)
    console.press("Show earlier entries")
    expect(console.entries).to_have_count(315)
    expect(console.page.locator("#earlier")).to_be_hidden()
