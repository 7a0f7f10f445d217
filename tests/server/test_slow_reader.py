"""A client that does not read is let go, and holds up nobody."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from websockets.sync.client import connect

from mockdesk import RunningServer
from mockdesk.server.options import ServerOptions
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.tiers import TierName
from tests.server.support import ADA, PATIENCE, Desk, User, drain, receive, until

TEXT = "x" * 4_000


@pytest.fixture
def lagging(tier: TierName) -> Iterator[Desk]:
    """A desk that bears 50 events of lag."""
    limits = StreamLimits(stall_seconds=60, lag_events=50)
    with RunningServer(options=ServerOptions(streams=limits), server=tier) as server:
        yield Desk(server, server.control(), server.url)


def flood(desk: Desk, user: User) -> None:
    """Let Ada write until the desk has closed a stream for being slow."""
    desk.act(user, "join")

    def closed() -> bool:
        desk.act(user, "say", text=TEXT)
        entries = desk.control.journal(kinds=("stream.close",))["entries"]
        return any(entry["data"].get("code") == 4408 for entry in entries)

    until(closed, "a stream is closed with 4408")


def test_a_slow_reader_gets_4408_and_the_others_go_on(lagging: Desk) -> None:
    """What was written before the close can still be read; the position says where to go on."""
    user = lagging.start()
    protocols = ["byosd.v1", f"bearer.{user.token}"]
    with connect(user.started["stream_url"], subprotocols=protocols, max_queue=1, close_timeout=1) as slow:  # type: ignore[arg-type]
        received: list[int] = []
        reading = threading.Thread(target=lambda: received.extend(frame["seq"] for frame in drain(quick)[0]))
        with user.stream() as quick:
            reading.start()
            flood(lagging, user)
            last = lagging.control.conversation(user.conversation_id)["last_seq"]
            until(lambda: received or lagging.control.census()["streams"] == {user.conversation_id: 1})
            user.call("POST", "/end")
            reading.join(PATIENCE)
        assert received == list(range(1, last + 2))
        frames, code = drain(slow)
        assert code == 4408
        assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
    with user.stream(after=len(frames)) as again:
        assert receive(again)["seq"] == len(frames) + 1


def test_time_is_a_limit_too(tier: TierName) -> None:
    """A client that reads nothing for too long is let go even if little happens."""
    limits = StreamLimits(stall_seconds=0.2, lag_events=1_000_000)
    with RunningServer(options=ServerOptions(streams=limits), server=tier) as server:
        desk = Desk(server, server.control(), server.url)
        user = desk.start()
        protocols = ["byosd.v1", f"bearer.{user.token}"]
        with connect(user.started["stream_url"], subprotocols=protocols, max_queue=1, close_timeout=1) as slow:  # type: ignore[arg-type]
            flood(desk, user)
            assert drain(slow)[1] == 4408


def test_an_event_stream_that_is_not_read_is_ended(lagging: Desk) -> None:
    """Server-sent events have no close code; the end of the answer must do."""
    user = lagging.start()
    host, port = lagging.server.url.removeprefix("http://").split(":")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        connection.settimeout(PATIENCE)
        connection.connect((host, int(port)))
        path = user.base.removeprefix(lagging.server.url)
        head = f"GET {path}/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
        connection.sendall(f"{head}Authorization: Bearer {user.token}\r\n\r\n".encode())
        until(lambda: lagging.control.census()["streams"])
        flood(lagging, user)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert received.startswith(b"HTTP/1.1 200")
        assert received.endswith(b"0\r\n\r\n")


def test_a_frame_beyond_every_buffer_does_not_hang_the_desk(lagging: Desk, tier: TierName) -> None:
    """One frame larger than the send buffer to a client that does not read must end by time, not never."""
    limits = StreamLimits(stall_seconds=0.2)
    with RunningServer(options=ServerOptions(streams=limits), server=tier) as server:
        desk = Desk(server, server.control(), server.url)
        user = desk.start()
        protocols = ["byosd.v1", f"bearer.{user.token}"]
        with connect(user.started["stream_url"], subprotocols=protocols, max_queue=1, max_size=None, close_timeout=0.1):  # type: ignore[arg-type]
            desk.act(user, "join")
            for _ in range(3):
                desk.control.act(user.conversation_id, {"action": "say", "agent": ADA, "text": "x" * 8_000_000})
            until(lambda: desk.control.census()["streams"] == {})
