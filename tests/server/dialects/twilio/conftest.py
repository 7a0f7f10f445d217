"""A server with a virtual clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockdesk import RunningServer
from mockdesk.server.tiers import TierName


@pytest.fixture
def server(tier: TierName) -> Iterator[RunningServer]:
    """A server whose desk has nothing special."""
    with RunningServer(server=tier) as running:
        yield running
