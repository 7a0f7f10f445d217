"""Every fault of requests, as a client meets it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import requests
from websockets.exceptions import InvalidStatus

from mockdesk import RunningServer
from tests.server.support import PATIENCE, Desk, User, problem, session, start, until

SHORT = 0.2
"""Wall seconds after which a client gives up on purpose."""


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads for calls that are held."""
    with ThreadPoolExecutor(8) as made:
        yield made


def texts(desk: Desk, user: User) -> list[str]:
    """Return what the desk has of the user's messages."""
    return [message["text"] for message in desk.control.conversation(user.conversation_id)["messages"]]


def inject(desk: Desk, kind: str, **more: Any) -> str:
    """Install a fault of sending messages."""
    return desk.control.inject({"kind": kind, "operation": "sendMessageToAgent", **more})


@pytest.mark.parametrize("after", [False, True])
def test_status(desk: Desk, after: bool) -> None:
    """A failed answer may or may not mean that the message was stored: that is what `after` is for."""
    user = desk.start()
    inject(desk, "status", status=503, code="overloaded", after=after, retry_after=1.2)
    answer = user.send("a")
    told = problem(answer, 503, "overloaded")
    assert told["retryable"] is True
    assert answer.headers["Retry-After"] == "2"
    assert texts(desk, user) == (["a"] if after else [])
    assert user.send("b").status_code == 201


def test_rate_limit(desk: Desk) -> None:
    """429 says when to come again."""
    user = desk.start()
    inject(desk, "rate_limit", retry_after=7)
    answer = user.send("a")
    assert problem(answer, 429, "rate_limited")["retryable"] is True
    assert answer.headers["Retry-After"] == "7"
    assert texts(desk, user) == []


def test_delay_is_time_of_the_desk(desk: Desk, pool: ThreadPoolExecutor) -> None:
    """A slow desk must cost a test no real seconds."""
    user = desk.start()
    inject(desk, "delay", seconds=30)
    held = pool.submit(user.send, "a")
    until(lambda: desk.control.census()["requests"] == 1)
    desk.control.advance(29)
    assert not held.done()
    desk.control.advance(1)
    assert held.result(PATIENCE).status_code == 201
    assert desk.control.census()["requests"] == 0


@pytest.mark.parametrize("after", [False, True])
def test_hold_and_release(desk: Desk, pool: ThreadPoolExecutor, after: bool) -> None:
    """A request that is kept, in the order in which they came, until somebody lets it go."""
    user = desk.start()
    inject(desk, "hold", count=2, after=after)
    first = pool.submit(user.send, "a")
    until(lambda: desk.control.census()["requests"] == 1)
    second = pool.submit(start(desk.url).send, "b")
    until(lambda: desk.control.census()["requests"] == 2)
    assert texts(desk, user) == (["a"] if after else [])
    assert desk.control.release(count=1) == 1
    assert first.result(PATIENCE).status_code == 201
    assert not second.done()
    assert desk.control.release() == 1
    assert second.result(PATIENCE).status_code == 201
    assert desk.control.release() == 0


def test_release_of_one_conversation(desk: Desk, pool: ThreadPoolExecutor) -> None:
    """A neighbour's request stays where it is."""
    user, other = desk.start(), desk.start()
    inject(desk, "hold", count=None)
    mine, others = pool.submit(user.send, "a"), pool.submit(other.send, "b")
    until(lambda: desk.control.census()["requests"] == 2)
    assert desk.control.release(user.conversation_id) == 1
    assert mine.result(PATIENCE).status_code == 201
    assert not others.done()
    desk.control.clear_faults()
    assert others.result(PATIENCE).status_code == 201


@pytest.mark.parametrize("after", [False, True])
def test_no_answer(desk: Desk, after: bool) -> None:
    """The worst of networks: accepted, then nothing, until the client's own time is up."""
    user = desk.start()
    inject(desk, "no_answer", after=after)
    with pytest.raises(requests.ReadTimeout):
        user.call("POST", "/messages", json={"text": "a"}, timeout=SHORT)
    assert texts(desk, user) == (["a"] if after else [])
    until(lambda: desk.control.census()["requests"] == 0)
    assert user.send("b").status_code == 201


@pytest.mark.parametrize("after", [False, True])
def test_reset(desk: Desk, after: bool) -> None:
    """A real RST, not just an end of the connection."""
    user = desk.start()
    inject(desk, "reset", after=after)
    host, port = desk.server.url.removeprefix("http://").split(":")
    body = b'{"text": "a"}'
    path = user.base.removeprefix(desk.server.url)
    head = f"POST {path}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {user.token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(head.encode() + body)
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    assert texts(desk, user) == (["a"] if after else [])


def test_truncated(desk: Desk) -> None:
    """The head promises more than comes."""
    user = desk.start()
    inject(desk, "truncated")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        user.send("a")
    assert texts(desk, user) == ["a"]


def test_garbage(desk: Desk) -> None:
    """200 and JSON by name, but not by nature."""
    user = desk.start()
    inject(desk, "garbage")
    answer = user.send("a")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_garbage_for_a_handshake(desk: Desk) -> None:
    """A client that asked for a stream gets an answer that is none, at once: it must not wait for frames."""
    user = desk.start()
    desk.control.inject({"kind": "garbage", "operation": "streamEvents"})
    with pytest.raises(InvalidStatus) as refused, user.stream():
        pass
    assert refused.value.response.status_code == 200


@pytest.mark.parametrize("kind", ["truncated", "reset", "no_answer", "garbage", "status", "rate_limit"])
def test_faults_of_events_and_handshakes(desk: Desk, kind: str) -> None:
    """Long polls, event streams and handshakes meet the same faults, and work again after them."""
    user = desk.start()
    for accept in ("application/json", "text/event-stream"):
        desk.control.inject({"kind": kind, "operation": "pollEvents"})
        try:
            answer = user.call("GET", "/events", headers={"Accept": accept}, timeout=SHORT)
            assert answer.status_code in (200, 429, 500)
            assert b"queue.updated" not in answer.content or kind == "truncated"
        except requests.RequestException:
            assert kind in ("truncated", "reset", "no_answer")
    desk.control.inject({"kind": kind, "operation": "streamEvents"})
    with pytest.raises(Exception), user.stream(open_timeout=SHORT):  # noqa: B017
        pass
    with user.stream() as stream:
        assert "queue.updated" in str(stream.recv(timeout=PATIENCE))
    until(lambda: desk.control.census() == {"streams": {}, "polls": {}, "requests": 0})


def test_matching(desk: Desk) -> None:
    """nth, count, conversation and text narrow a fault down; what does not match is left alone."""
    user, other = desk.start(), desk.start()
    inject(desk, "status", status=500, conversation_id=user.conversation_id, nth=2, count=2)
    assert [other.send("x").status_code for _ in range(3)] == [201] * 3
    assert [user.send("x").status_code for _ in range(4)] == [201, 500, 500, 201]
    inject(desk, "status", status=418, text_contains="magic")
    assert [user.send(text).status_code for text in ("a", "some magic", "magic")] == [201, 418, 201]
    desk.control.inject({"kind": "status", "status": 502, "operation": "*", "count": None, "until_seconds": 5})
    assert session().get(f"{desk.url}/v1/capabilities").status_code == 502
    desk.control.advance(5)
    assert session().get(f"{desk.url}/v1/capabilities").status_code == 200


def test_faults_can_be_listed_and_removed(desk: Desk) -> None:
    """A forgotten fault is the first thing to look for when a test behaves oddly."""
    user = desk.start()
    first = inject(desk, "status", count=None)
    second = inject(desk, "rate_limit", count=None)
    assert [(one["id"], one["kind"]) for one in desk.control.faults()] == [(first, "status"), (second, "rate_limit")]
    desk.control.remove_fault(first)
    assert user.send("a").status_code == 429
    desk.control.clear_faults()
    assert user.send("a").status_code == 201
    assert desk.control.faults() == []
    struck = desk.control.journal(kinds=("fault",))["entries"]
    assert [entry["data"]["struck"] for entry in struck] == ["sendMessageToAgent"]


def waiting_requests(desk: Desk, count: int) -> bool:
    """Tell whether so many requests wait."""
    return bool(desk.control.census()["requests"] == count)


def test_stop_ends_what_is_held(server: RunningServer, pool: ThreadPoolExecutor) -> None:
    """A desk that is removed must not leave requests hanging."""
    control = server.new_desk()
    desk = Desk(server, control, server.desk_url(control))
    futures: list[Future[Any]] = []
    for number, kind in enumerate(["hold", "no_answer", "delay"], 1):
        more = {"seconds": 5} if kind == "delay" else {}
        user = desk.start()
        desk.control.inject({"kind": kind, "operation": "getConversation", **more})
        futures.append(pool.submit(user.call, "GET", ""))
        until(partial(waiting_requests, desk, number))
    users = [desk.start() for _ in range(2)]
    futures += [pool.submit(users[0].poll, 1, 30)]
    until(lambda: desk.control.census()["polls"])
    server.remove_desk(control.name)
    for future in futures[:3]:
        assert isinstance(future.exception(PATIENCE), requests.ConnectionError)
    assert futures[3].result(PATIENCE)["events"] == []


def test_linger_is_what_makes_the_reset() -> None:
    """The reset fault relies on the layout of `struct linger`."""
    from mockdesk.server.sockets import RESET_AT_CLOSE

    assert struct.unpack("ii", RESET_AT_CLOSE) == (1, 0)
