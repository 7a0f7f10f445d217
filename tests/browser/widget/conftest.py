"""A mock desk of its own for each test, and the web chat in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mockdesk import RunningServer
from mockdesk.testing import MockDesk
from tests.browser.widget.chat import Chat

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@pytest.fixture(scope="package")
def server() -> Iterator[RunningServer]:
    """A running server."""
    with RunningServer() as running:
        yield running


@pytest.fixture
def new_desk(server: RunningServer) -> Iterator[Callable[..., MockDesk]]:
    """Makes isolated desks, without a script unless one is named; they are gone after the test."""
    made = []

    def make(clock: Any = "virtual", **settings: Any) -> MockDesk:
        control = server.new_desk(settings, clock=clock)
        made.append(control.name)
        return MockDesk(server.desk_url(control), control)

    yield make
    for name in made:
        server.remove_desk(name)


@pytest.fixture
def desk(new_desk: Callable[..., MockDesk]) -> MockDesk:
    """A desk where time stands still and nobody acts but the test."""
    return new_desk()


@pytest.fixture
def open_chat(context: BrowserContext) -> Callable[..., Chat]:
    """Opens the web chat of a desk in a new tab."""

    def open_one(desk: MockDesk, query: str = "") -> Chat:
        page = context.new_page()
        page.goto(f"{desk.url}/widget{query}")
        chat = Chat(page, page, desk)
        chat.box.wait_for()
        return chat

    return open_one


@pytest.fixture
def chat(desk: MockDesk, open_chat: Callable[..., Chat]) -> Chat:
    """The web chat of the desk, open, nothing said but the assistant's greeting."""
    return open_chat(desk)
