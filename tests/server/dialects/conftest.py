"""A server with one more dialect."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockdesk import RunningServer
from mockdesk.dialects.registry import DIALECTS
from mockdesk.server.options import ServerOptions
from mockdesk.server.tiers import TierName
from tests.server.dialects.tiny import TinyDialect

WITH_TINY = ServerOptions(dialects={**DIALECTS, "tiny": TinyDialect()}, keep_credentials=True)


@pytest.fixture
def server(tier: TierName) -> Iterator[RunningServer]:
    """A server that knows the tiny dialect, with a virtual clock."""
    with RunningServer(options=WITH_TINY, server=tier) as running:
        yield running
