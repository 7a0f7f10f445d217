"""Sockets that talk both ways: requests inside them, and the news of what they follow. Shown by a small dialect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from mockdesk import RunningServer
from mockdesk.dialects.registry import DIALECTS
from mockdesk.server.options import ServerOptions
from mockdesk.server.tiers import TierName
from tests.server.dialects.chatty import ChattyDialect
from tests.server.support import ADA, PATIENCE

WITH_CHATTY = ServerOptions(dialects={**DIALECTS, "chatty": ChattyDialect()})


@pytest.fixture
def server(tier: TierName) -> Iterator[RunningServer]:
    """A server that knows the chatty dialect, with a virtual clock."""
    with RunningServer(options=WITH_CHATTY, server=tier) as running:
        yield running


@contextmanager
def talk(server: RunningServer) -> Iterator[ClientConnection]:
    """Open a socket and take the greeting."""
    with connect(f"{server.url}/chatty/talk".replace("http", "ws", 1), proxy=None) as socket:
        assert socket.recv(PATIENCE) == b"hello"
        yield socket


def ask(socket: ClientConnection, what: str) -> Any:
    """Say something and return what comes next."""
    socket.send(what.encode())
    return socket.recv(PATIENCE)


def begin(server: RunningServer, socket: ClientConnection) -> str:
    """Start a conversation that Ada has joined; return its id."""
    assert ask(socket, "1 start") == b"1 201"
    conversation_id = server.control().conversations()[-1]["id"]
    server.control().act(conversation_id, {"action": "join", "agent": ADA})
    return str(conversation_id)


def say(server: RunningServer, conversation_id: str, text: str) -> None:
    """Let Ada say something; returns when it is written."""
    server.control().act(conversation_id, {"action": "say", "agent": "ada", "text": text})


def test_answers_and_news_share_the_socket(server: RunningServer) -> None:
    """A client that has one socket only must get answers and news through it, and refusals as answers."""
    with talk(server) as socket:
        assert ask(socket, "1 say too early") == b"1 404"
        conversation_id = begin(server, socket)
        say(server, conversation_id, "secret")
        say(server, conversation_id, "Hello")
        assert socket.recv(PATIENCE) == b"news Hello"
        socket.send(b"2 say Hi")
        assert {socket.recv(PATIENCE), socket.recv(PATIENCE)} == {b"2 204", b"news Hi"}


def test_requests_inside_are_journalled_like_others(server: RunningServer) -> None:
    """The suite reads operations from the journal, however they came; what is no request is told in brief."""
    with talk(server) as socket:
        begin(server, socket)
        socket.send("a text")
        assert socket.recv(PATIENCE) == b"no texts"
        entries = server.control().journal(kinds=("request", "response", "frame.in"))["entries"]
    operations = [(one["kind"], one["data"].get("operation")) for one in entries]
    assert ("request", "startChat") in operations
    assert ("response", "startChat") in operations
    assert [one["data"]["text"] for one in entries if one["kind"] == "frame.in"] == ["a text"]


@pytest.mark.parametrize(
    ("fault", "status"), [({"kind": "status", "status": 503}, 503), ({"kind": "rate_limit"}, 429), (None, 204)]
)
def test_faults_strike_requests_inside(server: RunningServer, fault: dict[str, Any] | None, status: int) -> None:
    """What can go wrong over HTTP can go wrong inside a socket, in the same words of the control API."""
    with talk(server) as socket:
        begin(server, socket)
        if fault is not None:
            server.control().inject({**fault, "operation": "sendMessageToAgent"})
        assert ask(socket, "2 say x") in (f"2 {status}".encode(), b"news x")


def test_a_request_that_waits_does_not_block_the_socket(server: RunningServer) -> None:
    """One held answer must not hold what comes after it: the client may type, or hear its agent."""
    with talk(server) as socket:
        conversation_id = begin(server, socket)
        control = server.control()
        for fault in ({"kind": "hold"}, {"kind": "delay", "seconds": 5}, {"kind": "no_answer"}):
            control.inject({**fault, "operation": "sendMessageToAgent", "count": 1})
        for number in (2, 3, 4):
            socket.send(f"{number} say {number}".encode())
        assert ask(socket, "5 nothing") == b"5 404"
        say(server, conversation_id, "Still here")
        assert socket.recv(PATIENCE) == b"news Still here"
        assert control.release(conversation_id) == 1
        assert {socket.recv(PATIENCE), socket.recv(PATIENCE)} == {b"2 204", b"news 2"}
        control.advance(5)
        assert {socket.recv(PATIENCE), socket.recv(PATIENCE)} == {b"3 204", b"news 3"}


def test_an_answer_that_never_came_took_effect(server: RunningServer) -> None:
    """Whoever sends again after a lost answer must find the first one done; a reset takes the socket along."""
    with talk(server) as socket:
        conversation_id = begin(server, socket)
        server.control().inject({"kind": "reset", "operation": "sendMessageToAgent", "after": True})
        socket.send(b"2 say lost")
        heard = []
        with suppress(ConnectionClosed):
            heard.extend(iter(lambda: socket.recv(PATIENCE), None))
    assert b"2 204" not in heard
    truth = server.control().conversation(conversation_id)
    assert [one["text"] for one in truth["messages"]] == ["lost"]


def test_stream_faults_strike_what_is_followed(server: RunningServer) -> None:
    """Duplicates, held events and closes are the reader's, also where many feeds share one socket."""
    with talk(server) as socket:
        conversation_id = begin(server, socket)
        control = server.control()
        control.inject({"kind": "duplicate", "times": 1, "nth": 1, "event_type": "message.created"})
        say(server, conversation_id, "twice")
        assert [socket.recv(PATIENCE), socket.recv(PATIENCE)] == [b"news twice"] * 2
        control.inject({"kind": "hold_events", "conversation_id": conversation_id})
        say(server, conversation_id, "later")
        assert ask(socket, "5 nothing") == b"5 404"
        assert control.release(conversation_id) == 1
        assert socket.recv(PATIENCE) == b"news later"
        control.inject({"kind": "close", "code": 4000})
        with pytest.raises(ConnectionClosed):
            socket.recv(PATIENCE)
        assert socket.close_code == 4000


def test_nobody_waits_for_a_silent_socket(tier: TierName) -> None:
    """An act returns when everybody was told who can be: a muted socket must not hold it up."""
    options = replace(WITH_CHATTY, barrier_seconds=600.0)
    with RunningServer(options=options, server=tier) as server, talk(server) as socket:
        conversation_id = begin(server, socket)
        server.control().inject({"kind": "silence"})
        acting = Thread(target=say, args=(server, conversation_id, "unheard"), daemon=True)
        acting.start()
        acting.join(PATIENCE)
        assert not acting.is_alive()


def test_a_mistake_of_the_dialect_is_an_answer(server: RunningServer) -> None:
    """A fault of one request must end neither its socket nor the neighbour's."""
    with talk(server) as socket, talk(server) as neighbour:
        assert ask(socket, "1 fall") == b"1 500"
        assert ask(socket, "2 start") == b"2 201"
        assert ask(neighbour, "1 start") == b"1 201"
        socket.send(b"3 bye")
        with pytest.raises(ConnectionClosed):
            socket.recv(PATIENCE)
        assert socket.close_code == 1000
        assert ask(neighbour, "2 nothing") == b"2 404"


def test_a_stopping_desk_ends_it(tier: TierName) -> None:
    """A socket that follows nothing must not outlive its desk."""
    with RunningServer(options=WITH_CHATTY, server=tier) as server, talk(server) as socket:
        server.stop()
        with pytest.raises(ConnectionClosed):
            socket.recv(PATIENCE)
    assert socket.close_code == 1012
