"""The vendor's unmodified npm clients, ``@twilio/conversations`` 3.0.1 and ``twilio-chat`` 4.1.0, told nothing but
``twilsock.uri``, against ``mockdesk serve``: what both must be able to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockdesk.control_client import ControlClient
from tests.clients.twilio.pages import ADA, BOB, KINDS, Pages
from tests.server.dialects.twilio.support import mint

pytestmark = pytest.mark.all


@pytest.fixture(params=sorted(KINDS))
def pages(request: pytest.FixtureRequest, packages: Path, served: tuple[str, ControlClient]) -> Pages:
    """Pages with either client."""
    return Pages(KINDS[request.param], packages, *served)


def test_history(pages: Pages) -> None:
    """A page that opens later shows what was said before, over several pages and in order."""
    with pages.chatting() as (client, sid):
        assert client.ask("subscribed") == [sid]
        for number in range(25):
            pages.say(sid, str(number))
        client.await_event("messageAdded", body="24")
        with pages.open() as later:
            later.await_event(f"{pages.kind.conversation}Joined", sid=sid)
            assert later.ask("history", sid=sid, size=10) == [str(number) for number in range(25)]


def test_messages_both_ways(pages: Pages) -> None:
    """Each message is told once on both sides, the client's own too."""
    with pages.chatting() as (client, sid):
        pages.say(sid, "Hello")
        client.await_event("messageAdded", body="Hello", author="ada", index=0)
        assert client.ask("send", sid=sid, text="Hi") == 1
        client.await_event("messageAdded", body="Hi", author="ann", index=1)
        assert client.messages() == ["Hello", "Hi"]
        assert pages.texts(sid) == ["Hello", "Hi"]
        assert client.ask("name", identity="ada") == "Ada"


def test_typing_both_ways(pages: Pages) -> None:
    """The agent's typing begins and ends in the page; the customer's is known to the desk."""
    with pages.chatting() as (client, sid):
        client.ask("typing", sid=sid)
        assert pages.control.conversation(sid)["user_typing"] is True
        pages.control.act(sid, {"action": "typing", "agent": "ada", "typing": True})
        client.await_event("typingStarted", identity="ada")
        pages.say(sid, "there")
        client.await_event("typingEnded", identity="ada")


def test_read_horizons(pages: Pages) -> None:
    """How far each side has read is known to the other."""
    with pages.chatting() as (client, sid):
        pages.say(sid, "one")
        pages.say(sid, "two")
        client.await_event("messageAdded", body="two")
        assert client.ask("read", sid=sid, index=0) == 1
        client.await_event(f"{pages.kind.member}Updated", identity="ann", read=0)
        assert pages.control.conversation(sid)["user_read_seq"] is not None
        pages.control.act(sid, {"action": "read", "agent": "ada"})
        client.await_event(f"{pages.kind.member}Updated", identity="ada", read=1)


def test_a_transfer(pages: Pages) -> None:
    """The second agent joins before the first leaves, and speaks then."""
    with pages.chatting() as (client, sid):
        pages.control.act(sid, {"action": "transfer", "agent": "ada", "to_agent": BOB})
        pages.control.act(sid, {"action": "join", "agent": "bob"})
        client.await_event(f"{pages.kind.member}Joined", identity="bob")
        client.await_event(f"{pages.kind.member}Left", identity="ada")
        pages.say(sid, "I am Bob", "bob")
        client.await_event("messageAdded", author="bob")
        assert sorted(client.ask("members", sid=sid)) == ["ann", "bob"]


def test_joining_and_leaving(pages: Pages) -> None:
    """A client that makes a conversation of its own joins it, and the desk has a chat until it leaves."""
    with pages.open() as client:
        client.await_event(pages.kind.ready)
        sid = client.ask("create", name="order-7")
        client.ask("join", sid=sid)
        client.await_event(f"{pages.kind.conversation}Joined", sid=sid)
        assert client.ask("members", sid=sid) == ["ann"]
        pages.control.act("order-7", {"action": "join", "agent": ADA})
        client.await_event(f"{pages.kind.member}Joined", identity="ada")
        client.ask("leave", sid=sid)
        client.await_event(f"{pages.kind.conversation}Left", sid=sid)
        assert pages.control.conversation(sid)["state"] == "ended"


def test_an_end_by_the_agent(pages: Pages) -> None:
    """The page sees that the conversation is closed."""
    with pages.chatting() as (client, sid):
        pages.control.act(sid, {"action": "end", "agent": "ada"})
        client.await_event(f"{pages.kind.member}Left", identity="ada")
        told = client.await_event(f"{pages.kind.conversation}Updated", reasons=["state"])
        assert told["state"]["current"] == "closed"
        assert "error" in client.try_to("send", sid=sid, text="late")


def test_a_dropped_socket(pages: Pages) -> None:
    """What was said while the socket was gone comes once, in order, and the client's own goes through."""
    with pages.chatting() as (client, sid):
        pages.say(sid, "before")
        client.await_event("messageAdded", body="before")
        place = len(client.events)
        client.ask("drop")
        for text in ("meanwhile", "and more"):
            pages.say(sid, text)
        client.await_state("connected", place)
        client.await_event("messageAdded", body="and more")
        client.ask("send", sid=sid, text="back")
        client.await_event("messageAdded", body="back")
        assert client.messages() == ["before", "meanwhile", "and more", "back"]


def test_a_token_that_ends(pages: Pages) -> None:
    """The end of a token is announced, a new one is taken, and without one the client is told."""
    with pages.chatting(600) as (client, _sid):
        pages.control.advance(421)
        client.await_event("tokenAboutToExpire")
        client.ask("token", token=mint("ann", pages.control.now(), 600))
        pages.control.advance(300)
        assert not [one for one in client.events if one["event"] == "tokenExpired"]
        pages.control.advance(301)
        client.await_event("tokenExpired")


def test_a_wrong_token(pages: Pages) -> None:
    """A token signed with another secret opens nothing."""
    token = mint("ann", pages.control.now(), secret="another-secret-that-is-long-enough-for-it")
    with pages.open(token=token) as client:
        client.await_event("connectionError")
        client.await_state("denied")


def test_faults_of_the_network(pages: Pages) -> None:
    """Whatever becomes of an answer, and with doubled frames: each message is said and told once."""
    with pages.chatting() as (client, sid):
        fault = {"kind": "status", "status": 503, "operation": "sendMessageToAgent", "count": 1, "after": True}
        pages.control.inject(fault)
        sent = client.try_to("send", sid=sid, text="Hi")
        assert sent.get("result" if pages.kind.tries_again else "status") == (0 if pages.kind.tries_again else 503)
        pages.control.inject({"kind": "duplicate", "times": 1, "nth": 1, "event_type": "message.created"})
        pages.say(sid, "twice")
        pages.say(sid, "last")
        client.await_event("messageAdded", body="last")
        assert client.messages() == ["Hi", "twice", "last"]
        assert pages.texts(sid) == ["Hi", "twice", "last"]
