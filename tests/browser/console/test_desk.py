"""The panel of the desk: queues, agents, faults, clock, scripts and exports, each with what it does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mockdesk.scripts import check_text
from tests.browser.console.console import Console, expect
from tests.server.support import Desk, until

pytestmark = pytest.mark.all


def test_queues(desk: Desk, console: Console) -> None:
    """Closed with one click, a new one made, and how long a chat takes."""
    line = console.page.locator("#queues > li").filter(has_text="sales")
    line.get_by_label("open").uncheck()
    expect(line).to_contain_text("0 waiting")
    until(lambda: not desk.control.queues()["sales"]["open"], "the queue is closed")
    line.get_by_label("seconds a chat").fill("90")
    line.get_by_label("seconds a chat").press("Enter")
    until(lambda: desk.control.queues()["sales"]["seconds_per_conversation"] == 90, "the wait is known")
    console.page.get_by_label("New queue").fill("claims")
    console.press("Make")
    expect(console.page.locator("#queues > li")).to_have_count(3)
    assert "claims" in desk.control.queues()


def test_agents(desk: Desk, console: Console) -> None:
    """Offline with one click, which the queue shows, and off the roster."""
    line = console.page.locator("#agents > li").filter(has_text="Bob")
    line.get_by_label("online").uncheck()
    expect(console.page.locator("#queues > li").filter(has_text="default")).to_contain_text("1 online")
    line.get_by_role("button", name="Remove").click()
    expect(console.page.locator("#agents > li")).to_have_count(1)
    assert [agent["id"] for agent in desk.control.agents()] == ["ada"]


def test_a_fault_counts_down(desk: Desk, console: Console) -> None:
    """Installed with one click for the chosen conversation, it shows what is left, strikes, and is gone."""
    user, other = desk.start(user_name="Eva"), desk.start(user_name="Jonas")
    console.press("503 once")
    expect(console.error("faults")).to_have_text("Choose a conversation first, or strike every one.")
    console.choose("Eva")
    console.press("503 once")
    expect(console.page.locator("#faults > li")).to_have_text("status 503 Eva · 1 leftRemove")
    assert other.send("b").status_code == 201
    assert user.send("a").status_code == 503
    expect(console.page.locator("#faults > li")).to_have_count(0)
    expect(console.entries.filter(has_text="status 503 struck")).to_be_visible()
    expect(console.entries.filter(has_text="sendMessageToAgent → 503: a")).to_be_visible()


def test_a_fault_for_some_time_and_its_removal(desk: Desk, console: Console) -> None:
    """The desk's time runs down while it is moved; what is removed strikes nobody."""
    console.pick("Strike", "every conversation")
    console.press("503 for 10 s")
    fault = console.page.locator("#faults > li")
    expect(fault).to_contain_text("everybody · 10 s to go")
    desk.control.advance(4)
    expect(fault).to_contain_text("6 s to go")
    desk.control.advance(6)
    expect(fault).to_have_count(0)
    console.press("No answer")
    fault.get_by_role("button", name="Remove").click()
    expect(fault).to_have_count(0)
    assert desk.control.faults() == []


def test_what_is_held_is_released(desk: Desk, console: Console) -> None:
    """Held events are counted, and go one by one or all at once."""
    user = desk.start(user_name="Eva")
    console.choose("Eva")
    console.press("Hold events")
    expect(console.page.locator("#faults > li")).to_contain_text("hold events")
    console.press("Join")
    console.press("Read")
    expect(console.page.locator("#held-facts")).to_have_text("Held back: 2 events, 0 requests")
    console.press("Release one")
    expect(console.page.locator("#held-facts")).to_have_text("Held back: 1 event, 0 requests")
    console.press("Release all")
    expect(console.page.locator("#held")).to_be_hidden()
    expect(console.page.locator("#faults > li")).to_have_count(0)
    assert len(user.events()) == 3


def test_the_virtual_clock_is_moved(desk: Desk, console: Console) -> None:
    """Steps, and the jump to what comes next."""
    desk.control.install_script("happy-path")
    desk.start(user_name="Eva")
    console.choose("Eva")
    expect(console.page.locator("#now")).to_have_text("2024-01-01 00:00:00 UTC")
    expect(console.page.locator("#clock-facts")).to_contain_text("falls due in 1 s")
    console.press("Next timer")
    expect(console.entries.filter(has_text="Ada joined")).to_be_visible()
    console.press("+10 s")
    expect(console.page.locator("#now")).to_have_text("2024-01-01 00:00:11 UTC")
    expect(console.bubbles.filter(has_text="How can I help?")).to_be_visible()
    console.press("+1 min")
    expect(console.page.locator("#now")).to_have_text("2024-01-01 00:01:11 UTC")


def test_a_running_clock_is_paused_and_hurried(
    new_desk: Callable[..., Desk], new_console: Callable[[str], Console]
) -> None:
    """A pause stops the desk's time, going on takes up the speed of before."""
    desk = new_desk(clock="scaled")
    console = new_console(desk.url)
    console.page.get_by_label("Speed").fill("40")
    console.press("Set")
    expect(console.page.locator("#clock-facts")).to_contain_text("40 times as fast")
    console.press("Pause")
    expect(console.page.locator("#clock-facts")).to_contain_text("Paused")
    assert desk.control.now() == desk.control.now()
    console.press("Go on")
    expect(console.page.get_by_role("button", name="Pause")).to_be_visible()
    assert desk.control.clock()["speed"] == 40
    console.page.get_by_label("Speed").fill("-1")
    console.press("Set")
    expect(console.error("clock")).to_contain_text("/speed must be a finite number, 0 or more")


def test_scripts(desk: Desk, console: Console, tmp_path: Path) -> None:
    """One of the mock's, one of yours, one with a mistake, a signal, and nobody."""
    console.pick("Played by", "echo")
    console.press("Install")
    expect(console.page.locator("#script-facts")).to_contain_text("echo:")
    mine = tmp_path / "mine.yaml"
    mine.write_text("name: mine\nagents: [{id: ada}]\nrules: [{on: {signal: go}, steps: [join]}]\n")
    console.page.get_by_label("A script of yours").set_input_files(mine)
    expect(console.page.locator("#script-facts")).to_contain_text("mine:")
    console.page.get_by_label("Signal").fill("go")
    console.press("Give")
    expect(console.error("script")).to_contain_text("No script heard it")
    desk.start(user_name="Eva")
    console.choose("Eva")
    console.press("Give")
    expect(console.entries.filter(has_text="ada joined")).to_be_visible()
    (tmp_path / "bad.yaml").write_text("name: bad\nrules: [{on: started, steps: [jion]}]\n")
    console.page.get_by_label("A script of yours").set_input_files(tmp_path / "bad.yaml")
    expect(console.error("script")).to_contain_text('did you mean "join"?')
    console.pick("Played by", "nobody but you")
    console.press("Install")
    expect(console.page.locator("#script-facts")).to_have_text("Nobody but you plays the agents.")
    assert desk.control.script() is None


def test_exports(desk: Desk, console: Console) -> None:
    """The transcript as it is, and the played session as a script that passes the check and plays again."""
    user = desk.start(user_name="Eva")
    console.press("Played session (YAML)")
    expect(console.error("export")).to_have_text("Choose a conversation first.")
    console.choose("Eva")
    console.press("Join")
    console.say("Hello")
    expect(console.bubbles).to_have_count(1)
    with console.page.expect_download() as transcript:
        console.press("Transcript (JSON)")
    assert json.loads(transcript.value.path().read_text()) == json.loads(desk.control.transcript())
    with console.page.expect_download() as script:
        console.press("Played session (YAML)")
    text = script.value.path().read_text()
    assert script.value.suggested_filename == f"played-{user.conversation_id}.yaml"
    assert check_text(text) == []
    assert yaml.safe_load(text)["rules"][0]["steps"] == [
        {"join": {"agent": "ada"}},
        {"say": {"agent": "ada", "text": "Hello"}},
    ]
    console.press("Play this session again")
    expect(console.page.locator("#script-facts")).to_contain_text("played-")
    desk.start(user_name="Jonas")
    console.choose("Jonas")
    expect(console.bubbles).to_have_text(["AdaHello"])


def test_reset(desk: Desk, console: Console) -> None:
    """After a question the desk begins anew, and so does the console."""
    desk.start(user_name="Eva")
    expect(console.conversations).to_have_count(1)
    console.page.once("dialog", lambda dialog: dialog.dismiss())
    console.press("Reset the desk")
    expect(console.conversations).to_have_count(1)
    console.page.once("dialog", lambda dialog: dialog.accept())
    console.press("Reset the desk")
    expect(console.conversations).to_have_count(0)
    desk.start(user_name="Jonas")
    expect(console.conversations).to_have_count(1)


def test_the_picker_of_desks(desk: Desk, console: Console) -> None:
    """A server with isolated desks has a console for each."""
    console.page.locator("#desks").focus()
    expect(console.page.locator("#desks")).to_have_value(desk.control.name)
    console.pick("Desk", "the server's own")
    console.page.wait_for_url(f"{desk.server.url}/console")
    expect(console.page.get_by_text("Live", exact=True)).to_be_visible()
    console.pick("Desk", desk.control.name)
    console.page.wait_for_url(f"{desk.url}/console")
