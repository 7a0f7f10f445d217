"""What is answered where it was read is what a task would have answered, and comes in the right order."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from mockdesk import RunningServer
from tests.server.support import PATIENCE, Desk, drain, receive


@pytest.fixture
def desk() -> Iterator[Desk]:
    """The own desk of a server on the loop."""
    with RunningServer(server="scale") as server:
        yield Desk(server, server.control(), server.url)


def answered(desk: Desk, sent: bytes, *, is_ended: bool = True) -> bytes:
    """Return everything that comes back until the server closes; ``is_ended``: the client says that it is done."""
    host, port = desk.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(sent)
        if is_ended:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_a_request_before_rubbish_is_answered_first(desk: Desk) -> None:
    """The client takes the first answer for that of its first request."""
    answer = answered(desk, b"GET /v1/capabilities HTTP/1.1\r\nHost: desk\r\n\r\nrubbish\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1 ") == 2
    assert answer.index(b"HTTP/1.1 200") < answer.index(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "head", [b"GET %b HTTP/1.0\r\n\r\n", b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"]
)
def test_the_last_answer_ends_the_connection(desk: Desk, head: bytes) -> None:
    """Whoever asks for that, or speaks the older HTTP, waits for the end."""
    answer = answered(desk, head % b"/v1/capabilities", is_ended=False)
    top, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in top.lower()
    assert f"content-length: {len(body)}".encode() in top.lower()


def test_head_and_empty_answers_have_no_body(desk: Desk) -> None:
    """What follows on the connection would be taken for the next answer."""
    user = desk.start()
    path = user.base.removeprefix(desk.server.url).encode()
    typing = b'{"typing": true}'
    sent = b"HEAD /v1/capabilities HTTP/1.1\r\nHost: x\r\n\r\n"
    sent += b"PUT %b/typing HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" % path
    sent += b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n" % (user.token.encode(), len(typing)) + typing
    answers = answered(desk, sent).split(b"HTTP/1.1 ")[1:]
    assert [answer[:3] for answer in answers] == [b"200", b"204"]
    assert all(answer.endswith(b"\r\n\r\n") for answer in answers)


def test_an_event_is_pushed_before_its_request_is_answered(desk: Desk) -> None:
    """An agent's screen, or another page of the user, need not wait for the answer to be made."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        assert user.send("hello").status_code == 201
        assert receive(stream)["type"] == "message.created"
    kinds = [entry["kind"] for entry in desk.control.journal(kinds=("request", "frame.out", "response"))["entries"]]
    assert kinds[-3:] == ["request", "frame.out", "response"]


def test_a_new_speed_of_the_clock_reaches_a_stream_that_rests() -> None:
    """Its token ends sooner then, and nobody but the clock says so."""
    with RunningServer(server="scale", clock="system", settings={"token_ttl_seconds": 3_600.0}) as server:
        desk = Desk(server, server.control(), server.url)
        user = desk.start()
        with user.stream() as stream:
            receive(stream)
            desk.control.set_speed(1e6)
            assert drain(stream)[1] == 4401


def test_a_held_event_is_not_pushed(desk: Desk) -> None:
    """The hold itself is no fault that waits: it has struck, and holds what comes."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        desk.control.inject({"kind": "hold_events", "nth": 0})
        desk.act(user, "join")
        assert [entry["data"]["seq"] for entry in desk.control.journal(kinds=("frame.out",))["entries"]] == [1]
        desk.control.release()
        assert receive(stream)["type"] == "agent.joined"


def test_what_is_said_after_the_end_of_a_token_is_not_pushed() -> None:
    """The clock may go over both in one step: then nobody has looked at the token in between."""
    late = {"on": "started", "steps": [{"join": "ada"}, {"wait": 20}, {"say": "too late"}]}
    script = {"name": "late", "agents": [{"id": "ada", "nickname": "Ada"}], "rules": [late]}
    with RunningServer(server="scale", settings={"token_ttl_seconds": 10.0, "script": script}) as server:
        desk = Desk(server, server.control(), server.url)
        user = desk.start()
        with user.stream() as stream:
            desk.control.advance(30)
            frames, code = drain(stream)
    assert [frame["type"] for frame in frames] == ["queue.updated", "agent.joined"]
    assert code == 4401


def test_a_handshake_with_a_body_is_none(desk: Desk) -> None:
    """Its body would be taken for frames."""
    user = desk.start()
    path = user.stream_url().partition(desk.server.url.rpartition(":")[2])[2]
    answer = answered(
        desk,
        f"GET {path} HTTP/1.1\r\nHost: desk\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: byosd.v1, bearer.{user.token}\r\nContent-Length: 2\r\n\r\nhi".encode(),
    )
    assert b" 101 " not in answer
    assert desk.control.census()["streams"] == {}
