"""What only the unmodified npm ``twilio-chat`` 4.1.0 does: sessions, commands, and what it asks for besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockdesk.control_client import ControlClient
from tests.clients.twilio.pages import KINDS, Pages

pytestmark = pytest.mark.all


@pytest.fixture
def pages(packages: Path, served: tuple[str, ControlClient]) -> Pages:
    """Pages with this client."""
    return Pages(KINDS["twilio-chat"], packages, *served)


def test_connecting(pages: Pages) -> None:
    """The client is ready once its session has a context, and finds its channel by sid as by name."""
    with pages.chatting() as (client, sid):
        assert client.await_event("initialized") == {"value": "ann"}
        client.await_state("connected")
        assert client.ask("subscribed") == client.ask("mine") == [sid]
        assert client.ask("named", name=sid) == sid
        assert client.ask("status", sid=sid) == "joined"
        assert client.try_to("named", name="nothing")["status"] == 404


def test_looking_up(pages: Pages) -> None:
    """Who takes part is asked for in one go, and how much is unread counted by the service."""
    with pages.chatting() as (client, sid):
        pages.say(sid, "one")
        pages.say(sid, "two")
        client.await_event("messageAdded", body="two")
        client.ask("read", sid=sid, index=0)
        client.await_event("memberUpdated", identity="ann", read=0)
        assert client.ask("unread", sid=sid) == 1
        assert sorted(client.ask("names", sid=sid)) == ["Ada", "ann"]


def test_a_channel_of_ones_own(pages: Pages) -> None:
    """A channel is found by its name, not joined twice, and renamed."""
    with pages.open() as client:
        client.await_event("initialized")
        sid = client.ask("create", name="order-7")
        assert client.ask("named", name="order-7") == sid
        client.ask("join", sid=sid)
        client.await_event("channelJoined", sid=sid)
        again = client.try_to("join", sid=sid)
        assert (again["error"], again["code"]) == ("Member already exists", 409)
        client.ask("rename", sid=sid, name="My order")
        client.await_event("channelUpdated", reasons=["friendlyName"])


def test_a_socket_that_drops_under_a_command(pages: Pages) -> None:
    """A command whose answer and response are lost with the socket is done once, and the client sees its message."""
    with pages.chatting() as (client, sid):
        pages.control.inject({"kind": "reset", "operation": "sendMessageToAgent", "count": 1, "after": True})
        client.try_to("send", sid=sid, text="Hi")
        client.await_event("messageAdded", body="Hi")
        pages.say(sid, "last")
        client.await_event("messageAdded", body="last")
        assert client.messages() == ["Hi", "last"]
        assert pages.texts(sid) == ["Hi", "last"]
