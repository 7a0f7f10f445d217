"""The page at ``/``: the web chat and the console side by side, a picker of scripts, desks and visitors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from mockdesk import RunningServer
from mockdesk.server.page_files import LIBRARY
from mockdesk.testing import MockDesk
from tests.browser.widget.chat import Chat
from tests.clients.npm import installed

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.all
expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


@pytest.fixture
def page(context: BrowserContext, desk: MockDesk) -> Page:
    """The page of a desk without a script."""
    made = context.new_page()
    made.goto(f"{desk.url}/")
    return made


@pytest.fixture
def bar(context: BrowserContext, desk: MockDesk) -> Page:
    """The same for tests of what stands around the web chat: the widget is not loaded, which takes most of the time."""
    context.route(f"**/{LIBRARY}*", lambda route: route.abort())
    made = context.new_page()
    made.goto(f"{desk.url}/")
    return made


def test_both_sides_have_a_name(bar: Page) -> None:
    """Who hears the page instead of seeing it must be able to tell one side from the other."""
    expect(bar.get_by_title("Web chat, the user’s side")).to_be_visible()
    expect(bar.get_by_role("heading", name="mockdesk", level=1)).to_be_visible()
    expect(bar.get_by_title("Agent console")).to_be_visible()
    expect(bar.frame_locator("#console").get_by_role("heading", level=1)).to_be_visible()


def test_a_chosen_script_plays_the_agents(bar: Page, desk: MockDesk) -> None:
    """Choosing a script is the shortest way to see something happen."""
    picker = bar.get_by_role("combobox", name="Agents’ script")
    expect(picker).to_have_value("")
    picker.select_option("echo")
    expect(bar.get_by_role("status")).to_contain_text("echo:")
    script = desk.control.script()
    assert script is not None
    assert script["name"] == "echo"
    picker.select_option("")
    expect(bar.get_by_role("status")).to_contain_text("do it yourself")
    assert desk.control.script() is None


def test_the_page_shows_which_script_plays(bar: Page, new_desk: Callable[..., MockDesk]) -> None:
    """A picker that names another script than the one that plays misleads."""
    bar.goto(f"{new_desk(script='transfer').url}/")
    expect(bar.get_by_role("combobox", name="Agents’ script")).to_have_value("transfer")


def test_a_refusal_is_shown(bar: Page) -> None:
    """What the mock refuses must not look as if it had been done."""
    picker = bar.get_by_role("combobox", name="Agents’ script")
    expect(picker).to_be_enabled()
    picker.locator("option").last.evaluate("option => { option.value = 'no-such-script'; }")
    picker.select_option("no-such-script")
    expect(bar.get_by_role("status")).to_contain_text("there is no script 'no-such-script'")


def test_a_new_visitor_is_another_user(page: Page, desk: MockDesk) -> None:
    """Two conversations of one user are not what two visitors look like to a desk."""
    chat = Chat(page, page.frame_locator("#widget"), desk)
    chat.escalate()
    page.get_by_role("button", name="New visitor").click()
    expect(chat.message("I want an agent")).to_have_count(0)
    expect(chat.message("Hello, I am the assistant")).to_be_visible()
    chat.ask_for_an_agent()
    chat.started(2)
    first, second = (one["user_id"] for one in desk.conversations())
    assert first != second


def test_a_desk_of_ones_own(page: Page, server: RunningServer, desk: MockDesk) -> None:
    """Several people can play at one server without getting into each other's chats."""
    before = {one.name for one in server.desks()}
    page.get_by_role("combobox", name="Agents’ script").select_option("menu")
    expect(page.get_by_role("status")).to_contain_text("menu:")
    page.get_by_role("button", name="Desk of my own").click()
    expect(page).not_to_have_url(f"{desk.url}/")
    [made] = {one.name for one in server.desks()} - before
    try:
        control = server.control(made)
        assert page.url == f"{server.desk_url(control)}/"
        chat = Chat(page, page.frame_locator("#widget"), MockDesk(server.desk_url(control), control))
        chat.escalate()
        expect(chat.message("Write help to see what I can do")).to_be_visible()
    finally:
        page.goto("about:blank")
        server.remove_desk(made)


def test_on_a_narrow_screen_one_stands_above_the_other(bar: Page) -> None:
    """A phone shows one column; nobody should have to scroll sideways."""
    bar.set_viewport_size({"width": 400, "height": 800})
    assert bar.evaluate("document.documentElement.scrollWidth") <= 400
    box = bar.get_by_title("Web chat, the user’s side").bounding_box()
    assert box is not None
    assert box["width"] >= 390


def test_everything_can_be_reached_by_keyboard(bar: Page) -> None:
    """Not everybody has a mouse."""
    expect(bar.get_by_role("combobox", name="Agents’ script")).to_be_enabled()
    names = []
    for _ in range(4):
        bar.keyboard.press("Tab")
        names.append(bar.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert names == ["script", "visitor", "desk", "SUMMARY"]
    bar.keyboard.press("Enter")
    expect(bar.get_by_role("link", name="openapi.yaml")).to_be_visible()


def test_the_agent_in_the_console_answers_the_user_in_the_web_chat(page: Page, desk: MockDesk) -> None:
    """Both sides of one chat on one page, each in its own frame, and nothing but the desk between them."""
    chat = Chat(page, page.frame_locator("#widget"), desk)
    console = page.frame_locator("#console")
    user = chat.escalate()["user_id"]
    console.get_by_role("button", name=user).click()
    desk.agent("Ada").join()
    chat.write("Is anybody there?")
    expect(console.get_by_text("Is anybody there?").last).to_be_visible()
    box = console.get_by_role("textbox", name="What Ada says")
    box.fill("Yes, I am.")
    box.press("Enter")
    expect(chat.message("Yes, I am.")).to_contain_text("Ada")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_serious(
    bar: Page, request: pytest.FixtureRequest, colours: Literal["light", "dark"]
) -> None:
    """Names, roles and contrast of the page around the frames; the console has a test of its own."""
    packages = installed(Path(__file__).parents[1] / "console" / "axe", Path(request.config.cache.mkdir("clients")))
    bar.emulate_media(color_scheme=colours)
    bar.get_by_text("What else is here").click()
    bar.get_by_role("combobox", name="Agents’ script").select_option("echo")
    expect(bar.get_by_role("status")).to_contain_text("echo:")
    bar.evaluate((packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    told = bar.evaluate("() => axe.run(document, { iframes: false })")
    assert {one["id"] for one in told["passes"]} >= {"color-contrast", "button-name", "frame-title", "select-name"}
    assert [one["id"] for one in told["violations"] if one["impact"] in ("serious", "critical")] == []
