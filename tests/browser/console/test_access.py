"""The console for people who use a keyboard, a screen reader, or other colours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.console.console import Console, expect
from tests.clients.npm import installed
from tests.server.support import Desk

pytestmark = pytest.mark.all

HERE = Path(__file__).parent
GRAVE = ("serious", "critical")


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """axe-core at the version of the lock file."""
    packages = installed(HERE / "axe", Path(request.config.cache.mkdir("clients")))
    return (packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def problems(console: Console, axe: str) -> list[dict[str, Any]]:
    """Return what axe finds and calls serious or critical."""
    if console.page.evaluate("() => !window.axe"):
        console.page.evaluate(axe)  # over the debugger: the page's own policy lets no foreign script in
    told = console.page.evaluate("() => axe.run(document)")
    judged = {one["id"] for one in told["passes"]}
    assert judged >= {"color-contrast", "label", "button-name"}, "axe has not judged the page"
    return [
        {
            "rule": one["id"],
            "where": [node["target"] for node in one["nodes"]],
            "why": one["nodes"][0]["failureSummary"],
        }
        for one in told["violations"]
        if one["impact"] in GRAVE
    ]


def fill(desk: Desk) -> None:
    """Let there be something of everything."""
    users = [desk.start(user_name=name) for name in ("Eva", "Jonas", "Mia", "Noah")]
    for user in users[:3]:
        desk.act(user, "join")
    users[0].send("hello")
    desk.act(users[0], "say", text="Hello", items=[{"type": "link", "url": "https://desk.example"}])
    desk.act(users[0], "say", agent=None, by="system", text="This chat is recorded.")
    users[0].call("POST", "/files", files={"file": ("a.txt", b"abc", "text/plain")})
    desk.act(users[1], "transfer", to_queue="sales")
    users[2].call("POST", "/end")
    desk.control.inject(
        {"kind": "status", "operation": "sendMessageToAgent", "conversation_id": users[0].conversation_id}
    )
    users[0].send("again")
    desk.control.inject({"kind": "hold_events", "conversation_id": users[1].conversation_id})
    desk.act(users[1], "typing")
    desk.control.inject({"kind": "delay", "seconds": 2, "count": None, "until_seconds": 60})


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(desk: Desk, console: Console, axe: str, theme: str) -> None:
    """Names, roles, contrast: what a machine can judge, in each state that people see."""
    assert problems(console, axe) == []
    console.pick("Colours", theme)
    fill(desk)
    expect(console.conversations).to_have_count(4)
    assert problems(console, axe) == []
    console.choose("Eva")
    for summary in ("#attach summary", "#transfer summary", "#more-faults summary"):
        console.page.locator(summary).click()
    for chip in ("Streams", "Commands", "Script"):
        console.press(chip)
    console.entries.locator("details summary").first.click()
    console.pick("Act as", "a new agent…")
    console.page.locator("#signal").fill("go")
    console.press("Give")
    expect(console.error("script")).not_to_be_empty()
    assert problems(console, axe) == []
    console.page.locator("#help-open").click()
    assert problems(console, axe) == []


def test_a_chat_by_keyboard_alone(desk: Desk, console: Console) -> None:
    """From the list to the last word without a mouse."""
    desk.start(user_name="Eva")
    desk.start(user_name="Jonas")
    expect(console.conversations).to_have_count(2)
    keys = console.page.keyboard
    keys.press("l")
    expect(console.conversations.nth(0).get_by_role("button")).to_be_focused()
    keys.press("ArrowDown")
    expect(console.conversations.nth(1).get_by_role("button")).to_be_focused()
    expect(console.page.locator("#chat-title")).to_have_text("Eva")
    keys.press("Home")
    expect(console.page.locator("#chat-title")).to_have_text("Jonas")
    keys.press("n")
    expect(console.page.locator("#chat-title")).to_have_text("Eva")
    expect(console.page.get_by_role("button", name="Join", exact=True)).to_be_enabled()
    keys.press("j")
    expect(console.entries.filter(has_text="Ada joined")).to_be_visible()
    keys.press("s")
    keys.type("Hello")
    keys.press("Shift+Enter")
    keys.type("n j f ?")
    keys.press("Enter")
    expect(console.bubbles.locator("p")).to_have_text("Hello\nn j f ?", use_inner_text=True)
    keys.press("Escape")
    expect(console.page.locator("#say")).not_to_be_focused()
    keys.press("f")
    expect(console.page.get_by_role("button", name="503 once")).to_be_focused()
    keys.press("Enter")
    expect(console.page.locator("#faults > li")).to_have_count(1)
    keys.press("t")
    expect(console.page.locator("#timeline")).to_be_focused()


def test_every_control_is_reached_by_tab(desk: Desk, console: Console) -> None:
    """A control that Tab never comes to is not there for some people; each shows that it has the focus."""
    desk.start(user_name="Eva")
    console.choose("Eva")
    console.press("Join")
    expect(console.page.get_by_role("button", name="Read", exact=True)).to_be_enabled()
    console.page.evaluate("document.activeElement.blur()")
    wanted = console.page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, summary, a[href]")]
            .filter((one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility())
            .map((one, index) => { one.dataset.reached = index; return String(index); })"""
    )
    reached = set()
    for _ in range(len(wanted) + 5):
        console.page.keyboard.press("Tab")
        told = console.page.evaluate(
            """() => [document.activeElement.dataset.reached ?? null,
                      getComputedStyle(document.activeElement).outlineStyle]"""
        )
        if told[0] is not None:
            assert told[1] == "solid"
            reached.add(told[0])
    assert reached == set(wanted)


def test_the_list_of_keys_and_switching_them_off(desk: Desk, console: Console) -> None:
    """Single keys get in the way of those who speak to their machine; the choice is kept."""
    keys = console.page.keyboard
    keys.press("?")
    expect(console.page.get_by_role("dialog", name="Keys")).to_be_visible()
    console.page.get_by_label("single keys work outside of fields").uncheck()
    keys.press("Escape")
    expect(console.page.get_by_role("dialog")).to_be_hidden()
    keys.press("?")
    expect(console.page.get_by_role("dialog")).to_be_hidden()
    again = Console.open(console.page, desk.url)
    again.page.keyboard.press("?")
    expect(again.page.get_by_role("dialog")).to_be_hidden()


def test_what_comes_in_is_read_out(desk: Desk, console: Console) -> None:
    """Somebody who does not see the list must hear that a user waits."""
    announcer = console.page.locator("#announcer")
    user = desk.start(user_name="Eva")
    expect(announcer).to_have_text("A conversation was started")
    user.send("hello")
    expect(announcer).to_have_text("Eva: hello")
    user.call("POST", "/end")
    expect(announcer).to_have_text("The conversation with Eva has ended")


def test_colours_follow_the_system_unless_chosen(
    desk: Desk, console: Console, new_console: Callable[[str], Console]
) -> None:
    """Dark where the system is dark, and the other way round when somebody wants it so."""
    ground = "getComputedStyle(document.body).backgroundColor"
    light = console.page.evaluate(ground)
    console.page.emulate_media(color_scheme="dark")
    dark = console.page.evaluate(ground)
    assert dark != light
    console.pick("Colours", "light")
    assert console.page.evaluate(ground) == light
    assert new_console(desk.url).page.evaluate(ground) == light
