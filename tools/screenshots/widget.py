"""Pictures of the web chat: waiting, chatting, transferred, disconnected, and both sides on one page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

import mockdesk
from mockdesk import RunningServer
from mockdesk.testing import MockAgent, MockDesk
from tests.browser.widget.chat import Chat
from tools.screenshots.camera import Camera, camera

WIDTH, HEIGHT = 480, 760
WIDE, HIGH = 1280, 800


def take(folder: Path) -> list[Path]:
    """Take all of them into a folder and return their paths."""
    with camera(folder) as one:
        _states(one)
        with mockdesk.start(clock="system", script="menu") as server:
            one.take(_both_sides(one, server), "both-sides")
        return one.taken


def _states(one: Camera) -> None:
    with _chat(one) as (chat, ada, bob):
        _wait(chat)
        one.take(chat.page, "widget-waiting")
        _talk(chat, ada)
        one.take(chat.page, "widget-chatting")
        _lose_the_line(chat, ada)
        one.take(chat.page, "widget-disconnected")
        _find_it_again(chat)
        _transfer(chat, ada, bob)
        one.take(chat.page, "widget-transferred")


@contextmanager
def _chat(one: Camera) -> Iterator[tuple[Chat, MockAgent, MockAgent]]:
    with mockdesk.start() as server:
        desk = MockDesk(server.url, server.control())
        page = one.open(f"{server.url}/widget?user=jane&theme=white", WIDTH, HEIGHT)
        yield Chat(page, page, desk), desk.agent("Ada"), desk.agent("Bob")
        page.context.close()


def _wait(chat: Chat) -> None:
    started = chat.escalate()
    chat.desk.control.act(started["id"], {"action": "update_queue", "position": 2})
    expect(chat.root.get_by_text("number 2 in line").last).to_be_visible()


def _talk(chat: Chat, ada: MockAgent) -> None:
    ada.join()
    expect(chat.root.get_by_text("Ada connected").last).to_be_visible()
    _say(chat, ada, "Hello Jane, how can I help?")
    chat.write("My parcel has not come. It should have been here on Monday.")
    expect(chat.message("My parcel has not come.")).to_be_visible()
    _say(chat, ada, "I am sorry to hear that.")
    _say(chat, ada, "Let me see where it is. Do you have its number at hand? It begins with 47 and has six digits.")
    ada.type()
    expect(chat.root.locator(".cds-aichat--processing")).to_be_visible()


def _lose_the_line(chat: Chat, ada: MockAgent) -> None:
    ada.type(False)
    expect(chat.root.locator(".cds-aichat--processing")).to_be_hidden()
    for operation in ("streamEvents", "pollEvents"):
        chat.desk.inject("status", operation=operation, status=503, count=None)
    chat.desk.inject("eof")
    expect(chat.root.get_by_text("connection to the live agent was lost").last).to_be_visible()


def _find_it_again(chat: Chat) -> None:
    chat.desk.control.clear_faults()
    expect(chat.box).to_be_editable()
    chat.write("Here I am again. It is 471108.")
    expect(chat.message("471108")).to_be_visible()


def _transfer(chat: Chat, ada: MockAgent, bob: MockAgent) -> None:
    _say(chat, ada, "My colleague knows more about parcels.")
    ada.transfer(to=bob)
    bob.join()
    expect(chat.root.get_by_text("Bob connected").last).to_be_visible()
    _say(chat, bob, "Hello, this is Bob. Your parcel is in Leipzig and comes tomorrow.")


def _say(chat: Chat, agent: MockAgent, text: str) -> None:
    agent.say(text)
    expect(chat.message(text)).to_be_visible()


def _both_sides(one: Camera, server: RunningServer) -> Page:
    page = one.open(f"{server.url}/?user=jane&theme=white", WIDE, HIGH)
    chat = Chat(page, page.frame_locator("#widget"), MockDesk(server.url, server.control()))
    chat.escalate()
    expect(chat.message("Write help to see what I can do")).to_be_visible()
    chat.write("help")
    expect(chat.message("someone else: another agent takes over")).to_be_visible()
    console = page.frame_locator("#console")
    console.get_by_role("button", name="jane").click()
    expect(console.get_by_text("Write help to see what I can do").last).to_be_visible()
    return page
