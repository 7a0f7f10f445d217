"""A server with a virtual clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockdesk import RunningServer


@pytest.fixture
def server() -> Iterator[RunningServer]:
    """A server whose desk has nothing special."""
    with RunningServer() as running:
        yield running
