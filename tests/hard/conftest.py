"""A server of each kind."""

from __future__ import annotations

import pytest

from tests.hard.tiers import tiers


@pytest.fixture(params=tiers())
def tier(request: pytest.FixtureRequest) -> str:
    """The kind of server."""
    return str(request.param)
