"""What the tests of the suite share: one driver of the mock for all tests of a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from contracts.adapter import DeskDriver
from contracts.drivers import open_driver


@pytest.fixture(scope="session")
def drivers() -> Iterator[Callable[[str], DeskDriver]]:
    """Opens drivers by their names, each once."""
    opened: dict[str, DeskDriver] = {}

    def driver_of(name: str) -> DeskDriver:
        if name not in opened:
            opened[name] = open_driver(name)
        return opened[name]

    yield driver_of
    for one in opened.values():
        one.close()


@pytest.fixture(scope="session")
def driver(drivers: Callable[[str], DeskDriver]) -> DeskDriver:
    """A driver that has started the mock on a free port; each session takes a fresh desk of it."""
    return drivers("mockdesk")
