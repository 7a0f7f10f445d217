"""Every fault of streams, over each transport where it makes sense."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from websockets.sync.client import ClientConnection

from mockdesk import RunningServer
from mockdesk.server.options import ServerOptions
from mockdesk.server.tiers import TierName
from tests.server.support import PATIENCE, Desk, User, drain, receive, until

SHORT = 0.1
"""Wall seconds without a frame that count as silence where nothing else can tell."""


@contextmanager
def connected(desk: Desk) -> Iterator[tuple[User, ClientConnection]]:
    """Give a user with an open stream that has read everything."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        desk.act(user, "join")
        receive(stream)
        yield user, stream


def say(desk: Desk, user: User, *texts: str) -> None:
    """Let Ada say things."""
    for text in texts:
        desk.act(user, "say", text=text)


def text_of(frame: dict[str, Any]) -> str:
    """Return what was said."""
    return str(frame["data"]["message"]["text"])


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012, 4500])
def test_close_at_once(desk: Desk, code: int) -> None:
    """Each close code reaches the client as it is; a new stream goes on where the old one was."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "close", "code": code, "conversation_id": user.conversation_id})
        assert drain(stream) == ([], code)
        say(desk, user, "later")
        with user.stream(after=2) as again:
            assert text_of(receive(again)) == "later"


def test_a_code_that_never_travels_is_an_end_without_a_frame(desk: Desk) -> None:
    """1006 stands for a connection that broke; sent as a frame it would become a normal closure."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "close", "code": 1006, "conversation_id": user.conversation_id})
        assert drain(stream) == ([], 1006)
        assert stream.protocol.close_rcvd is None
    until(lambda: desk.control.census()["streams"] == {})


def test_close_at_the_nth_event(desk: Desk) -> None:
    """The event at which it strikes is not sent; it is still in the log."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "close", "code": 4000, "nth": 2})
        say(desk, user, "one", "two")
        frames, code = drain(stream)
        assert ([text_of(frame) for frame in frames], code) == (["one"], 4000)
        assert len(user.events(3)) == 1


def test_eof(desk: Desk) -> None:
    """The connection ends without a close frame: what a client sees of a crashed proxy."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "eof", "conversation_id": user.conversation_id})
        assert drain(stream) == ([], 1006)
    until(lambda: desk.control.census()["streams"] == {})


def test_silence(desk: Desk) -> None:
    """The connection stays and is dead: no events, no pongs. A new one works."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "silence", "conversation_id": user.conversation_id})
        say(desk, user, "unheard")
        pong = stream.ping()
        with pytest.raises(TimeoutError):
            stream.recv(timeout=SHORT)
        assert not pong.is_set()
        assert desk.control.census()["streams"] == {user.conversation_id: 1}
        with user.stream(after=2) as again:
            assert text_of(receive(again)) == "unheard"


def test_duplicate(desk: Desk) -> None:
    """At once: the last event comes again. At the nth: that one comes several times."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "duplicate", "times": 2})
        assert [receive(stream)["seq"] for _ in range(2)] == [2, 2]
        desk.control.inject({"kind": "duplicate", "times": 1, "nth": 1})
        say(desk, user, "a", "b")
        assert [receive(stream)["seq"] for _ in range(3)] == [3, 3, 4]


def test_hold_and_release(desk: Desk) -> None:
    """Events are logged but not sent, over every transport, until they are released."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "hold_events", "conversation_id": user.conversation_id, "count": None})
        say(desk, user, "a", "b", "c")
        assert user.poll()["next"] == 2
        with user.stream(after=2) as second:
            assert desk.control.release(user.conversation_id, 1) == 1
            assert text_of(receive(stream)) == text_of(receive(second)) == "a"
            assert [text_of(event) for event in user.events(2)] == ["a"]
            assert desk.control.release(user.conversation_id) == 2
            assert [text_of(receive(second)) for _ in range(2)] == ["b", "c"]
        assert [text_of(receive(stream)) for _ in range(2)] == ["b", "c"]
        say(desk, user, "d")
        assert text_of(receive(stream)) == "d"


@pytest.mark.parametrize("how", ["clear", "remove"])
def test_a_hold_ends_with_its_fault(desk: Desk, how: str) -> None:
    """Whoever removes the fault wants the events to flow."""
    with connected(desk) as (user, stream):
        fault_id = desk.control.inject({"kind": "hold_events", "count": None})
        say(desk, user, "a")
        desk.control.clear_faults() if how == "clear" else desk.control.remove_fault(fault_id)
        assert text_of(receive(stream)) == "a"


def test_hold_of_all_conversations_covers_later_ones(desk: Desk) -> None:
    """Without a conversation everything is held, also what begins afterwards."""
    desk.control.inject({"kind": "hold_events", "count": None})
    user = desk.start()
    assert user.poll()["events"] == []
    assert desk.control.release(user.conversation_id) == 1
    assert user.poll()["next"] == 1
    user.send("a")
    assert user.poll()["next"] == 2
    other = desk.start()
    assert other.poll()["events"] == []
    assert desk.control.release() == 1
    assert other.poll()["next"] == 1


def test_hold_from_the_nth_event(desk: Desk) -> None:
    """A hold may begin at an event that is yet to come."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "hold_events", "nth": 1, "event_type": "agent.typing"})
        say(desk, user, "a")
        desk.act(user, "typing")
        say(desk, user, "b")
        assert text_of(receive(stream)) == "a"
        assert user.poll()["next"] == 3
        assert desk.control.release() == 2
        assert [receive(stream)["type"] for _ in range(2)] == ["agent.typing", "message.created"]


def test_a_held_end_does_not_end_the_stream(desk: Desk) -> None:
    """What is in flight at the end is the hardest case for an adapter."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "hold_events", "conversation_id": user.conversation_id})
        say(desk, user, "late")
        user.call("POST", "/end")
        assert user.poll(2)["ended"] is False
        assert desk.control.release() == 2
        frames, code = drain(stream)
        assert ([frame["type"] for frame in frames], code) == (["message.created", "conversation.ended"], 1000)


def test_garbage_and_unknown_frames(desk: Desk) -> None:
    """What cannot be read, or is not known, comes between good frames."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "garbage_frame"})
        with pytest.raises(json.JSONDecodeError):
            receive(stream)
        desk.control.inject({"kind": "garbage_frame", "text": "\u2603"})
        assert stream.recv(timeout=PATIENCE) == "\u2603"
        desk.control.inject({"kind": "unknown_type", "nth": 1})
        say(desk, user, "good")
        odd, good = receive(stream), receive(stream)
        assert "seq" not in odd
        assert odd["type"] not in ("message.created", "agent.joined")
        assert text_of(good) == "good"


def test_expire_token_at_the_nth_event(desk: Desk) -> None:
    """The token ends in the middle of a talk."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "expire_token", "nth": 1, "conversation_id": user.conversation_id})
        say(desk, user, "unsent")
        assert drain(stream) == ([], 4401)
        assert user.call("GET", "").status_code == 401


def test_delay_events(desk: Desk) -> None:
    """Events come late by the desk's time, and in order."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "delay_events", "seconds": 3, "nth": 1})
        say(desk, user, "a", "b")
        assert user.poll(2)["events"] != []
        desk.control.advance(2)
        with pytest.raises(TimeoutError):
            stream.recv(timeout=SHORT)
        desk.control.advance(1)
        assert [text_of(receive(stream)) for _ in range(2)] == ["a", "b"]


def test_reorder(desk: Desk) -> None:
    """The next two events change places; positions tell."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "reorder", "nth": 1})
        say(desk, user, "a", "b", "c")
        assert [receive(stream)["seq"] for _ in range(3)] == [4, 3, 5]


def test_reorder_lets_a_lone_end_go(desk: Desk) -> None:
    """Nothing follows an end, so nothing can change places with it."""
    with connected(desk) as (user, stream):
        desk.control.inject({"kind": "reorder"})
        user.call("POST", "/end")
        frames, code = drain(stream)
        assert ([frame["type"] for frame in frames], code) == (["conversation.ended"], 1000)


def test_the_faults_of_server_sent_events(desk: Desk) -> None:
    """The same log, the same faults: closed, cut, duplicated, garbage."""
    user = desk.start()
    with user.sse() as sent:
        next(sent)
        desk.control.inject({"kind": "duplicate"})
        assert next(sent)["id"] == "1"
        desk.control.inject({"kind": "garbage_frame", "text": "%%%"})
        assert next(sent) == {"data": "%%%"}
        desk.control.inject({"kind": "close", "code": 1011})
        assert list(sent) == []
    with user.sse() as sent:
        next(sent)
        desk.control.inject({"kind": "eof"})
        with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
            next(sent)


def test_the_faults_of_long_polls(desk: Desk, new_desk: Callable[..., Desk]) -> None:
    """A poll that is cut, doubled or made unreadable."""
    user = desk.start()
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(user.poll, 1, 30)
        until(lambda: desk.control.census()["polls"])
        desk.control.inject({"kind": "eof"})
        assert isinstance(held.exception(PATIENCE), requests.ConnectionError)
    desk.control.inject({"kind": "duplicate", "nth": 1})
    assert [event["seq"] for event in user.events()] == [1, 1]
    desk.control.inject({"kind": "garbage_frame", "nth": 1})
    with pytest.raises(requests.JSONDecodeError):
        user.poll()
    assert [event["seq"] for event in user.events()] == [1]


def test_a_muted_stream_does_not_hold_up_the_agents(tier: TierName) -> None:
    """`act` waits for streams that can be written, not for those that were silenced or held."""
    with RunningServer(options=ServerOptions(barrier_seconds=60), server=tier) as server:
        desk = Desk(server, server.control(), server.url)
        with connected(desk) as (user, _):
            desk.control.inject({"kind": "hold_events"})
            say(desk, user, "a")
            desk.control.inject({"kind": "silence"})
            desk.control.release()
            say(desk, user, "b")
            server.stop()


def test_a_script_can_cut_the_stream(new_desk: Callable[..., Desk]) -> None:
    """Faults are steps of scripts too, and strike at once."""
    desk = new_desk(
        script={
            "name": "cut",
            "agents": [{"id": "ada", "nickname": "Ada"}],
            "rules": [{"on": "message", "steps": [{"fault": {"kind": "eof"}}]}],
        }
    )
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        user.send("cut me off")
        assert drain(stream)[1] == 1006
