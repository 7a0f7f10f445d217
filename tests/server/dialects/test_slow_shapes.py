"""A client that does not read is let go in every shape, with its code, and holds up nobody."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
import requests
from websockets.sync.client import ClientConnection, connect

from mockdesk import RunningServer
from mockdesk.server.options import ServerOptions
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.sockets import MOST_WAITING_FRAMES, StreamSocket
from mockdesk.server.tiers import TierName
from tests.server.dialects.test_genesys import Guest
from tests.server.dialects.twilio.support import Twilsock, mint, web_chat
from tests.server.support import ADA, PATIENCE, Desk, User, drain, receive, session, start, until

TEXT = "x" * 4_000


@pytest.fixture
def server(tier: TierName) -> Iterator[RunningServer]:
    """A server whose streams bear little lag."""
    limits = StreamLimits(stall_seconds=60, lag_events=50)
    with RunningServer(options=ServerOptions(streams=limits), server=tier) as running:
        yield running


def flood(server: RunningServer, conversation_id: str) -> None:
    """Let Ada write until the desk has closed a stream for being slow."""
    control = server.control()
    control.act(conversation_id, {"action": "join", "agent": ADA})

    def closed() -> bool:
        control.act(conversation_id, {"action": "say", "agent": ADA, "text": TEXT})
        entries = control.journal(kinds=("stream.close",))["entries"]
        return any(entry["data"].get("code") == 4408 for entry in entries)

    until(closed, "a stream is closed with 4408", 2 * PATIENCE)


def code_of(connection: ClientConnection) -> int:
    """Read to the end; return the close code."""
    try:
        while True:
            connection.recv(PATIENCE)
    except Exception:
        assert connection.close_code is not None
        return connection.close_code


def test_a_guest_of_genesys(server: RunningServer) -> None:
    """The vendor's stream has the desk's own limits."""
    guest = Guest(f"{server.url}/genesys")
    with connect(guest.made["eventStreamUri"], proxy=None, max_queue=1) as slow:
        slow.recv(PATIENCE)
        flood(server, guest.id)
        assert code_of(slow) == 4408
    other = Guest(f"{server.url}/genesys")
    with other.attach() as stream:
        assert stream.recv(PATIENCE)


def test_a_socket_of_twilio(server: RunningServer) -> None:
    """A socket that talks both ways is behind by the conversation that is most behind."""
    conversation = web_chat(server)
    url = f"{server.url}/twilio/v3/wsconnect".replace("http", "ws", 1)
    with connect(url, proxy=None, max_queue=1) as connection:
        slow = Twilsock(connection)
        slow.ask("init", token=mint("ann", server.control().now()))
        slow.subscribe("list", f"{conversation}.messages")
        flood(server, conversation)
        assert code_of(connection) == 4408


def read_to_the_end(connection: socket.socket) -> bytes:
    """Return what comes until the connection ends."""
    received = bytearray()
    with suppress(ConnectionResetError):
        while data := connection.recv(65_536):
            received += data
    return bytes(received)


def test_a_poll_whose_answer_nobody_reads_holds_up_nobody(tier: TierName) -> None:
    """The answer of a poll can be as large as all that is kept; the desk's lock is not held while it is written."""
    limits = StreamLimits(stall_seconds=3 * PATIENCE, lag_events=1_000_000)
    with RunningServer(options=ServerOptions(streams=limits), server=tier) as server:
        desk = Desk(server, server.control(), server.url)
        user = desk.start()
        desk.act(user, "join")
        for _ in range(2_000):
            desk.act(user, "say", text=TEXT)
        host, port = server.url.removeprefix("http://").split(":")
        with socket.socket() as lazy:
            lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
            lazy.connect((host, int(port)))
            path = user.base.removeprefix(server.url)
            head = f"GET {path}/events?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {user.token}\r\n\r\n"
            lazy.sendall(head.encode())
            readers = server._desks.find_host("").readers
            until(lambda: any(reader.stalled for reader in readers.of(user.conversation_id)))
            began = time.monotonic()
            assert start(server.url).send("goes on").status_code == 201
            desk.act(user, "say", text="the barrier waits for no poll that is not read")
            assert time.monotonic() - began < server._options.barrier_seconds


def test_a_poll_whose_answer_nobody_reads_is_cut(tier: TierName) -> None:
    """After the time that every stream has; the client asks again from where it stood."""
    with RunningServer(options=ServerOptions(streams=StreamLimits(stall_seconds=0.2)), server=tier) as server:
        desk = Desk(server, server.control(), server.url)
        user = desk.start()
        desk.act(user, "join")
        for _ in range(2_000):
            desk.act(user, "say", text=TEXT)
        host, port = server.url.removeprefix("http://").split(":")
        with socket.socket() as lazy:
            lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
            lazy.connect((host, int(port)))
            path = user.base.removeprefix(server.url)
            head = f"GET {path}/events?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {user.token}\r\n\r\n"
            lazy.sendall(head.encode())
            readers = server._desks.find_host("").readers
            until(lambda: any(reader.stalled for reader in readers.of(user.conversation_id)))
            until(lambda: not readers.count(user.conversation_id), "the poll is cut", 2 * PATIENCE)
            lazy.settimeout(PATIENCE)
            assert len(read_to_the_end(lazy)) < 2_000 * len(TEXT)
        assert len(user.poll()["events"]) == 2_002


def test_a_client_that_floods_has_to_wait() -> None:
    """Frames that nobody has time for stay with the client instead of filling memory."""
    mine, other = socket.socketpair()
    with mine, other:
        stream, waiting, read = StreamSocket(mine, 1.0), [MOST_WAITING_FRAMES + 1], []
        stream.backlog = lambda: waiting[0]
        other.sendall(b"frame")
        reading = threading.Thread(target=lambda: read.append(stream.recv(100)))
        reading.start()
        reading.join(0.2)
        assert read == []
        waiting[0] = 0
        reading.join(PATIENCE)
        assert read == [b"frame"]
        waiting[0] = MOST_WAITING_FRAMES + 1
        ending = threading.Thread(target=lambda: read.append(stream.recv(100)))
        ending.start()
        stream.shut()
        ending.join(PATIENCE)
        assert read == [b"frame", b""]


def test_a_flood_of_frames_is_taken_in_order(server: RunningServer) -> None:
    """Waiting must lose nothing: every frame is in the journal, in order."""
    desk = Desk(server, server.control(), server.url)
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        for number in range(1_000):
            stream.send(str(number))
        until(lambda: len(desk.control.journal(kinds=("frame.in",))["entries"]) == 1_000, seconds=4 * PATIENCE)
    told = [entry["data"]["text"] for entry in desk.control.journal(kinds=("frame.in",))["entries"]]
    assert told == [str(number) for number in range(1_000)]


def poll_until_the_stop(user: User) -> None:
    """Wait for events; on a busy machine the stop's grace may be over before the answer is written."""
    with suppress(requests.ConnectionError):
        user.poll(1, wait=30)


def test_many_open_sockets_are_closed_with_1012_at_once(tier: TierName) -> None:
    """Whoever stops the mock, or a test's fixture, does not wait for a hundred clients of every kind."""
    server = RunningServer(server=tier).start()
    with ExitStack() as stack:
        users = [start(server.url) for _ in range(60)]
        streams = [stack.enter_context(user.stream()) for user in users]
        guests = [Guest(f"{server.url}/genesys") for _ in range(20)]
        streams += [stack.enter_context(guest.attach()) for guest in guests]
        for user in users[:20]:
            stack.enter_context(user.sse())
        polls = [threading.Thread(target=poll_until_the_stop, args=(user,)) for user in users[:20]]
        for poll in polls:
            poll.start()
        stack.enter_context(session().get(f"{server.url}/_mock/stream", stream=True, timeout=PATIENCE))
        until(lambda: len(server.control().census()["polls"]) == 20)
        began = time.monotonic()
        server.stop()
        took = time.monotonic() - began
        assert took < PATIENCE
        assert {drain(stream)[1] for stream in streams} == {1012}
        for poll in polls:
            poll.join(PATIENCE)
            assert not poll.is_alive()
        assert server.open_connections() == 0
