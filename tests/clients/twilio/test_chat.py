"""The unmodified npm ``twilio-chat`` 4.1.0, told nothing but ``twilsock.uri``, against ``mockdesk serve``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from mockdesk.control_client import ControlClient
from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN
from tests.clients.twilio.browser import PATIENCE, Browser
from tests.clients.twilio.conftest import browser
from tests.server.dialects.twilio.support import FLOW, mint

pytestmark = pytest.mark.all
ADA, BOB = {"id": "ada", "nickname": "Ada"}, {"id": "bob", "nickname": "Bob"}
SCRIPT = "chat.js"


def flex_channel(url: str) -> str:
    """Make a Flex channel as the page's server does; return its sid."""
    fields = {"FlexFlowSid": FLOW, "Identity": "ann", "ChatUserFriendlyName": "Ann", "ChatFriendlyName": "Help"}
    auth = (ACCOUNT, AUTH_TOKEN)
    answer = requests.post(f"{url}/twilio/flex-api.twilio.com/v1/Channels", data=fields, auth=auth, timeout=PATIENCE)
    return str(answer.json()["sid"])


@contextmanager
def chatting(packages: Path, served: tuple[str, ControlClient], seconds: float = 3600) -> Iterator[tuple[Browser, str]]:
    """Begin a chat that Ada has joined, and connect the client to it."""
    url, control = served
    sid = flex_channel(url)
    control.act(sid, {"action": "join", "agent": ADA})
    with browser(packages, url, mint("ann", control.now(), seconds), SCRIPT) as client:
        client.await_event("channelJoined", sid=sid)
        assert sorted(client.ask("members", sid=sid)) == ["ada", "ann"]
        yield client, sid


def say(served: tuple[str, ControlClient], sid: str, text: str) -> None:
    """Let Ada say something."""
    served[1].act(sid, {"action": "say", "agent": "ada", "text": text})


def test_connecting(packages: Path, served: tuple[str, ControlClient]) -> None:
    """The client is ready once its session has a context, and finds its channel by sid as by name."""
    with chatting(packages, served) as (client, sid):
        assert client.await_event("initialized") == {"value": "ann"}
        client.await_state("connected")
        assert client.ask("channels") == client.ask("mine") == [sid]
        assert client.ask("named", name=sid) == sid
        assert client.ask("status", sid=sid) == "joined"
        assert client.try_to("named", name="nothing")["status"] == 404


def test_history(packages: Path, served: tuple[str, ControlClient]) -> None:
    """A page that opens later shows what was said before, over several pages and in order."""
    with chatting(packages, served) as (client, sid):
        for number in range(25):
            say(served, sid, str(number))
        client.await_event("messageAdded", body="24")
        url, control = served
        with browser(packages, url, mint("ann", control.now()), SCRIPT) as later:
            later.await_event("channelJoined", sid=sid)
            assert later.ask("history", sid=sid, size=10) == [str(number) for number in range(25)]


def test_messages_both_ways(packages: Path, served: tuple[str, ControlClient]) -> None:
    """Each message is told once on both sides, the client's own too."""
    with chatting(packages, served) as (client, sid):
        say(served, sid, "Hello")
        client.await_event("messageAdded", body="Hello", author="ada", index=0)
        assert client.ask("send", sid=sid, text="Hi") == 1
        client.await_event("messageAdded", body="Hi", author="ann", index=1)
        assert client.messages() == ["Hello", "Hi"]
        assert [one["text"] for one in served[1].conversation(sid)["messages"]] == ["Hello", "Hi"]
        assert client.ask("name", identity="ada") == "Ada"
        assert sorted(client.ask("names", sid=sid)) == ["Ada", "ann"]


def test_typing_both_ways(packages: Path, served: tuple[str, ControlClient]) -> None:
    """The agent's typing begins and ends in the page; the customer's is known to the desk."""
    with chatting(packages, served) as (client, sid):
        client.ask("typing", sid=sid)
        assert served[1].conversation(sid)["user_typing"] is True
        served[1].act(sid, {"action": "typing", "agent": "ada", "typing": True})
        client.await_event("typingStarted", identity="ada")
        say(served, sid, "there")
        client.await_event("typingEnded", identity="ada")


def test_read_horizons(packages: Path, served: tuple[str, ControlClient]) -> None:
    """How far each side has read is known to the other."""
    with chatting(packages, served) as (client, sid):
        say(served, sid, "one")
        say(served, sid, "two")
        client.await_event("messageAdded", body="two")
        assert client.ask("read", sid=sid, index=0) == 1
        client.await_event("memberUpdated", identity="ann", read=0)
        assert client.ask("unread", sid=sid) == 1
        assert served[1].conversation(sid)["user_read_seq"] is not None
        served[1].act(sid, {"action": "read", "agent": "ada"})
        client.await_event("memberUpdated", identity="ada", read=1)


def test_a_transfer(packages: Path, served: tuple[str, ControlClient]) -> None:
    """The second agent joins before the first leaves, and speaks then."""
    with chatting(packages, served) as (client, sid):
        served[1].act(sid, {"action": "transfer", "agent": "ada", "to_agent": BOB})
        served[1].act(sid, {"action": "join", "agent": "bob"})
        client.await_event("memberJoined", identity="bob")
        client.await_event("memberLeft", identity="ada")
        served[1].act(sid, {"action": "say", "agent": "bob", "text": "I am Bob"})
        client.await_event("messageAdded", author="bob")
        assert sorted(client.ask("members", sid=sid)) == ["ann", "bob"]


def test_joining_and_leaving(packages: Path, served: tuple[str, ControlClient]) -> None:
    """A client that makes a channel of its own joins it, and the desk has a chat until it leaves."""
    url, control = served
    with browser(packages, url, mint("ann", control.now()), SCRIPT) as client:
        client.await_event("initialized")
        sid = client.ask("create", name="order-7")
        assert client.ask("named", name="order-7") == sid
        client.ask("join", sid=sid)
        client.await_event("channelJoined", sid=sid)
        again = client.try_to("join", sid=sid)
        assert (again["error"], again["code"]) == ("Member already exists", 409)
        assert client.ask("members", sid=sid) == ["ann"]
        client.ask("rename", sid=sid, name="My order")
        client.await_event("channelUpdated", reasons=["friendlyName"])
        control.act("order-7", {"action": "join", "agent": ADA})
        client.await_event("memberJoined", identity="ada")
        client.ask("leave", sid=sid)
        client.await_event("channelLeft", sid=sid)
        assert control.conversation(sid)["state"] == "ended"


def test_an_end_by_the_agent(packages: Path, served: tuple[str, ControlClient]) -> None:
    """The page sees that the channel is closed, and its next message is refused."""
    with chatting(packages, served) as (client, sid):
        served[1].act(sid, {"action": "end", "agent": "ada"})
        client.await_event("memberLeft", identity="ada")
        assert client.await_event("channelUpdated", reasons=["state"])["state"]["current"] == "closed"
        assert "error" in client.try_to("send", sid=sid, text="late")


def test_a_dropped_socket(packages: Path, served: tuple[str, ControlClient]) -> None:
    """What was said while the socket was gone comes once, in order, and the client's own goes through."""
    with chatting(packages, served) as (client, sid):
        say(served, sid, "before")
        client.await_event("messageAdded", body="before")
        place = len(client.events)
        client.ask("drop")
        for text in ("meanwhile", "and more"):
            say(served, sid, text)
        client.await_state("connected", place)
        client.await_event("messageAdded", body="and more")
        client.ask("send", sid=sid, text="back")
        client.await_event("messageAdded", body="back")
        assert client.messages() == ["before", "meanwhile", "and more", "back"]


def test_a_socket_that_drops_under_a_command(packages: Path, served: tuple[str, ControlClient]) -> None:
    """A command whose answer and response are lost with the socket is done once, and the client sees its message."""
    _, control = served
    with chatting(packages, served) as (client, sid):
        control.inject({"kind": "reset", "operation": "sendMessageToAgent", "count": 1, "after": True})
        client.try_to("send", sid=sid, text="Hi")
        client.await_event("messageAdded", body="Hi")
        say(served, sid, "last")
        client.await_event("messageAdded", body="last")
        assert client.messages() == ["Hi", "last"]
        assert [one["text"] for one in control.conversation(sid)["messages"]] == ["Hi", "last"]


def test_a_token_that_ends(packages: Path, served: tuple[str, ControlClient]) -> None:
    """The end of a token is announced, a new one is taken, and without one the client is told."""
    _, control = served
    with chatting(packages, served, 600) as (client, _sid):
        control.advance(421)
        client.await_event("tokenAboutToExpire")
        client.ask("token", token=mint("ann", control.now(), 600))
        control.advance(300)
        assert not [one for one in client.events if one["event"] == "tokenExpired"]
        control.advance(301)
        client.await_event("tokenExpired")


def test_a_wrong_token(packages: Path, served: tuple[str, ControlClient]) -> None:
    """A token signed with another secret opens nothing."""
    url, control = served
    token = mint("ann", control.now(), secret="another-secret-that-is-long-enough-for-it")
    with browser(packages, url, token, SCRIPT) as client:
        client.await_event("connectionError")
        client.await_state("denied")


def test_faults_of_the_network(packages: Path, served: tuple[str, ControlClient]) -> None:
    """An overloaded service and doubled frames are cured by the client: each message is said and told once."""
    _, control = served
    with chatting(packages, served) as (client, sid):
        control.inject({"kind": "status", "status": 503, "operation": "sendMessageToAgent", "count": 1, "after": True})
        assert client.ask("send", sid=sid, text="Hi") == 0
        control.inject({"kind": "duplicate", "times": 1, "nth": 1, "event_type": "message.created"})
        say(served, sid, "twice")
        say(served, sid, "last")
        client.await_event("messageAdded", body="last")
        assert client.messages() == ["Hi", "twice", "last"]
        assert [one["text"] for one in control.conversation(sid)["messages"]] == ["Hi", "twice", "last"]
