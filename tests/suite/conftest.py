"""What the tests of the suite share: one driver of the mock for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contracts.adapter import DeskDriver
from contracts.drivers import open_driver


@pytest.fixture(scope="session")
def driver() -> Iterator[DeskDriver]:
    """A driver that has started the mock on a free port; each session takes a fresh desk of it."""
    opened = open_driver("mockdesk")
    yield opened
    opened.close()
