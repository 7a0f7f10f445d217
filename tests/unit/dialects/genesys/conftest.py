"""A guest whose conversation is attached, and whose first frames were read."""

from __future__ import annotations

import pytest

from tests.unit.dialects.genesys.client import Client


@pytest.fixture
def client() -> Client:
    """A guest who waits in the queue."""
    made = Client()
    made.start()
    return made
