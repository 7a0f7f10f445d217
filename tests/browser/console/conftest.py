"""A mock desk, users who talk to it over HTTP, and the console of that desk in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mockdesk import RunningServer
from tests.browser.console.console import Console
from tests.server.support import Desk

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@pytest.fixture(scope="package")
def server() -> Iterator[RunningServer]:
    """A running server; each test has a desk of its own."""
    with RunningServer() as running:
        yield running


@pytest.fixture
def new_desk(server: RunningServer) -> Iterator[Callable[..., Desk]]:
    """Makes isolated desks; they are gone after the test."""
    made = []

    def make(**settings: Any) -> Desk:
        control = server.new_desk(settings, clock=settings.pop("clock", None))
        made.append(control.name)
        return Desk(server, control, server.desk_url(control))

    yield make
    for name in made:
        server.remove_desk(name)


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    """An isolated desk with two agents, whose time stands still."""
    agents = [{"id": "ada", "nickname": "Ada"}, {"id": "bob", "nickname": "Bob"}]
    return new_desk(agents=agents, queues={"default": {}, "sales": {}})


@pytest.fixture
def new_console(context: BrowserContext) -> Callable[[str], Console]:
    """Opens the console of a desk's URL."""
    return lambda url: Console.open(context.new_page(), url)


@pytest.fixture
def console(new_console: Callable[[str], Console], desk: Desk) -> Console:
    """The console of the test's desk."""
    return new_console(desk.url)
