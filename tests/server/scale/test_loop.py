"""The scale tier: one thread however many connections, each event framed once, and nothing blocks the loop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from mockdesk import RunningServer
from mockdesk.server.options import ServerOptions
from mockdesk.server.scale.stream import framed
from mockdesk.server.slowness import StreamLimits
from tests.server.support import PATIENCE, Desk, drain, receive, session, start, until


@pytest.fixture
def desk() -> Iterator[Desk]:
    """The own desk of a server on the loop."""
    with RunningServer(server="scale") as server:
        yield Desk(server, server.control(), server.url)


def test_a_loop_that_cannot_begin_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts a server must not wait for ever, and must know why there is none."""

    def refuse(*_: object) -> object:
        raise RuntimeError("no application")

    monkeypatch.setattr("mockdesk.server.scale.serving.ScaleApplication", refuse)
    server = RunningServer(server="scale")
    with pytest.raises(RuntimeError, match="no application"):
        server.start()
    server.stop()


def test_streams_polls_and_event_streams_take_no_thread(desk: Desk) -> None:
    """Ten thousand conversations cannot have a thread each."""
    user = desk.start()
    with ExitStack() as open_now, ThreadPoolExecutor(8) as pool:
        streams = [open_now.enter_context(user.stream()) for _ in range(40)]
        sent = [open_now.enter_context(user.sse()) for _ in range(10)]
        before = threading.active_count()
        polls = [pool.submit(start_poll, user.base, user.headers) for _ in range(8)]
        until(lambda: sum(desk.control.census()["polls"].values()) == 8)
        assert threading.active_count() - before == 8, "only the test's own"
        assert sum(desk.control.census()["streams"].values()) == 50
        user.send("hello")
        assert {receive(stream)["type"] for stream in streams} == {"queue.updated"}
        assert {receive(stream)["type"] for stream in streams} == {"message.created"}
        assert [next(one)["event"] for one in sent] == ["queue.updated"] * 10
        assert [poll.result(PATIENCE) for poll in polls] == [2] * 8


def start_poll(base: str, headers: dict[str, str]) -> int:
    """Poll for what comes after the first event; return the next position."""
    answer = session().get(f"{base}/events?after=1&wait=30", headers=headers, timeout=PATIENCE)
    return int(answer.json()["next"])


def test_an_event_is_framed_once_for_all_readers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a thousand readers are told is encoded once, not a thousand times."""
    made: list[object] = []
    monkeypatch.setattr("mockdesk.server.scale.stream.framed", lambda frame: (made.append(frame), framed(frame))[1])
    user = desk.start()
    with ExitStack() as open_now:
        streams = [open_now.enter_context(user.stream()) for _ in range(20)]
        frames = [receive(stream) for stream in streams]
    assert frames == [frames[0]] * 20
    assert len(made) == 1


def test_a_request_that_waits_holds_up_nobody(desk: Desk) -> None:
    """Faults make requests wait for minutes; the loop goes on meanwhile."""
    user, other = desk.start(), desk.start()
    desk.control.inject({"kind": "hold", "operation": "sendMessageToAgent", "conversation_id": user.conversation_id})
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(user.send, "held")
        until(lambda: desk.control.census()["requests"] == 1)
        assert other.send("not held").status_code == 201
        desk.control.release()
        assert held.result(PATIENCE).status_code == 201


def test_whoever_closes_its_side_is_still_answered(desk: Desk) -> None:
    """Half-closing after a request is what many small clients do."""
    host, port = desk.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(b"GET /v1/capabilities HTTP/1.1\r\nHost: desk\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200")


def test_requests_in_a_row_on_one_connection_are_answered_in_order(desk: Desk) -> None:
    """Keep-alive and pipelining are the rule for load generators."""
    host, port = desk.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        targets = (b"/v1/capabilities", b"/nothing")
        connection.sendall(b"".join(b"GET " + target + b" HTTP/1.1\r\nHost: desk\r\n\r\n" for target in targets))
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.index(b"HTTP/1.1 200") < answer.index(b"HTTP/1.1 404")


def test_pings_go_out_and_a_silent_peer_is_let_go() -> None:
    """A connection that died without a word is noticed by its missing pongs."""
    options = ServerOptions(streams=StreamLimits(ping_seconds=0.05))
    with RunningServer(options=options, server="scale") as server:
        user = start(server.url)
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as silent:
            path = user.stream_url().partition(f":{port}")[2]
            silent.sendall(
                f"GET {path} HTTP/1.1\r\nHost: desk\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Protocol: byosd.v1, bearer.{user.token}\r\n\r\n".encode()
            )
            received = b"".join(iter(lambda: silent.recv(65_536), b""))
        assert received.startswith(b"HTTP/1.1 101")
        assert received.endswith(b"\x89\x00"), "an unanswered ping is the last"
        until(lambda: server.control().census()["streams"] == {})


def test_frames_of_every_length_are_as_the_rfc_has_them(desk: Desk) -> None:
    """The lengths 125, 126, 65,535 and 65,536 are where a framing changes (RFC 6455, 5.2)."""
    user = desk.start()
    desk.act(user, "join")
    lengths = (1, 125, 126, 4_000)
    with user.stream(after=2) as stream:
        for length in lengths:
            desk.act(user, "say", text="x" * length)
            assert len(receive(stream)["data"]["message"]["text"]) == length
    large = desk.control.act(user.conversation_id, {"action": "say", "agent": "ada", "text": "y" * 70_000})
    with user.stream(after=large["events"][0]["seq"] - 1) as stream:
        assert len(receive(stream)["data"]["message"]["text"]) == 70_000


def test_the_stop_ends_many_streams_at_once_with_their_code(desk: Desk) -> None:
    """1012 tells clients to come back; nobody waits for them one by one."""
    users = [desk.start() for _ in range(5)]
    with ExitStack() as open_now:
        streams = [open_now.enter_context(user.stream(after=1)) for user in users for _ in range(20)]
        desk.server.stop()
        assert [drain(stream) for stream in streams] == [([], 1012)] * 100
    assert desk.server.open_connections() == 0
