"""Heartbeats: when they come, and when they do not."""

from __future__ import annotations

import json

import pytest

from mockdesk.dialects.genesys.messages import HEARTBEAT
from tests.unit.dialects.genesys.client import Client


def test_heartbeats(client: Client) -> None:
    """They come by the desk's clock, as long as the conversation goes on."""
    client.clock.advance(29)
    assert client.told() == []
    client.clock.advance(61)
    assert client.told() == ["WebSocket Heartbeat"] * 3
    client.act(action="end", by="system")
    client.told()
    client.clock.advance(100)
    assert client.told() == []
    assert client.clock.next_due() is None
    assert set(json.loads(HEARTBEAT)) == {"topicName", "eventBody"}


@pytest.mark.parametrize(("seconds", "count"), [(0, 0), (10, 3)])
def test_the_period_of_heartbeats(seconds: float, count: int) -> None:
    """How often the vendor sends them is not known."""
    client = Client({"guesses": {"heartbeat_seconds": seconds}})
    client.start()
    client.clock.advance(30)
    assert len(client.read()) == count


def test_no_heartbeat_when_the_token_is_over(client: Client) -> None:
    """Nobody can read any more; a timer that never ends would keep a virtual clock from coming to rest."""
    client.desk.expire_token(client.id)
    client.clock.advance(60)
    assert client.clock.next_due() is None


def test_no_heartbeat_of_a_conversation_that_was_removed(client: Client) -> None:
    """What is forgotten is not kept alive by its timer."""
    client.desk.remove(client.id)
    client.clock.advance(30)
    assert client.clock.next_due() is None
