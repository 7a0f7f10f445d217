"""Parts on their own: calls to a desk that misbehaves as no mock does, the line, the frozen inputs, the options."""

from __future__ import annotations

import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import byosd_reference
from byosd_reference.desk_api import Credentials
from byosd_reference.errors import AnswerLost, ChatEnded, DeskError, StreamLost
from byosd_reference.http_line import HttpLine
from byosd_reference.settings import Deadline, TimeLimits
from byosd_reference.turnstile import Turnstile
from byosd_reference.websocket_line import SocketDoor
from contracts.adapter import ServiceDesk
from tests.reference.clock import ManualClock
from tests.reference.host import RecordingHost, error_of
from tests.reference.support import Bench, await_no_threads, connect_message, in_background

Serve = Callable[[socket.socket, bytes], None]


@contextmanager
def stub_desk(serve: Serve) -> Iterator[str]:
    """A desk of a few lines: it reads a request and lets ``serve`` answer as it likes."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                serve(connection, connection.recv(65536))

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def dribble(head: bytes) -> Serve:
    """Answer one byte now and then: each read succeeds, the call never ends by itself."""

    def serve(connection: socket.socket, request: bytes) -> None:
        connection.sendall(head)
        gone = threading.Event()
        while not gone.wait(0.02):
            connection.sendall(b"x")

    return serve


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"], ids=["head", "body"]
)
def test_a_call_is_bounded_as_a_whole(head: bytes) -> None:
    """A desk that sends a byte now and then would keep a caller for ever, if each read were bounded only."""
    with stub_desk(dribble(head)) as url:
        began = time.monotonic()
        error = error_of(HttpLine(url).call, "answer", "GET", "/", Deadline(0.2))
        assert time.monotonic() - began < 1.0
    assert isinstance(error, AnswerLost)
    assert error.timed_out
    await_no_threads()


def test_a_call_can_be_cut_short() -> None:
    """The end of a chat does not wait for what nobody needs any more."""
    with stub_desk(dribble(b"HTTP/1.1 200 OK\r\nX: ")) as url:
        line = HttpLine(url)
        began = time.monotonic()
        with in_background(line.call, "answer", "GET", "/", Deadline(30)) as outcome:
            while not (calls := list(line._calls)) or not calls[0]._sockets:
                assert time.monotonic() - began < 5
            line.cut()
    assert isinstance(outcome[0], AnswerLost)
    assert time.monotonic() - began < 5


def test_a_redirect_is_not_followed_and_a_netrc_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is for this desk only, and it is the token that is sent (SEC-02)."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[bytes] = []

    def serve(connection: socket.socket, request: bytes) -> None:
        seen.append(request)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")

    with stub_desk(serve) as url:
        answer = HttpLine(url).call("answer", "GET", "/", Deadline(5), token="tok")
    assert len(seen) == 1
    assert answer.status == 302
    assert b"Authorization: Bearer tok" in seen[0]
    with pytest.raises(DeskError):
        answer.expect("answer", 200)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n%%",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"garbage",
        b"",
    ],
)
def test_a_handshake_that_is_answered_with_garbage_is_a_lost_stream(answer: bytes) -> None:
    """Whatever speaks there is no event stream (LIF-03)."""
    with stub_desk(lambda connection, request: connection.sendall(answer)) as url:
        door = SocketDoor(Credentials("c", url.replace("http", "ws"), "token"), TimeLimits(0.1))
        error = error_of(door.open, 0, Deadline(2))
    assert isinstance(error, DeskError)
    assert "token" not in str(error)
    await_no_threads()


def test_a_silent_handshake_ends_in_time_and_can_be_broken_off() -> None:
    """The desk took the connection and says nothing (LIF-03, LIF-13)."""
    silent = threading.Event()

    def say_nothing(connection: socket.socket, request: bytes) -> None:
        silent.wait(5)

    with stub_desk(say_nothing) as url:
        door = SocketDoor(Credentials("c", url.replace("http", "ws"), "token"), TimeLimits())
        began = time.monotonic()
        assert isinstance(error_of(door.open, 0, Deadline(0.2)), StreamLost)
        with in_background(door.open, 0, Deadline(30)) as outcome:
            while door._opener._opening is None:
                assert time.monotonic() - began < 5
            door.shut()
        silent.set()
    assert isinstance(outcome[0], StreamLost)
    assert isinstance(error_of(door.open, 0, Deadline(0.2)), StreamLost)


def start_answers(start: str) -> Serve:
    """A desk without capabilities that answers a start with ``start``."""

    def serve(connection: socket.socket, request: bytes) -> None:
        status, body = (b"404 Not Found", b"{}") if request.startswith(b"GET") else (b"201 Created", start.encode())
        connection.sendall(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))

    return serve


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        '{"conversation": {"id": "c"}}',
        '{"conversation": {"id": "c"}, "token": "with space", "stream_url": "ws://127.0.0.1:1/"}',
        '{"conversation": {"id": 5}, "token": "t"}',
        '{"conversation": {"id": "c"}, "token": "t", "stream_url": "javascript:alert(1)"}',
    ],
)
def test_a_start_whose_answer_makes_no_sense_rejects(body: str) -> None:
    """A 201 without a conversation and a token is no chat (LIF-03)."""
    with stub_desk(start_answers(body)) as url:
        host = RecordingHost()
        desk = byosd_reference.connect(url, host, clock=ManualClock(), options={"timeout_scale": 0.1})
        error = error_of(desk.start_chat, connect_message())
    assert isinstance(error, AnswerLost)
    assert "start a conversation" in str(error)
    assert host.said == []
    await_no_threads()


def test_a_desk_that_is_not_there_rejects_with_a_reason() -> None:
    """Connection refused is the most usual fault of all (LIF-03, AVL-03)."""
    desk = byosd_reference.connect("http://127.0.0.1:1", RecordingHost(), clock=ManualClock(), options={})
    for call in (desk.start_chat, desk.are_any_agents_online):
        error = error_of(call, connect_message())
        assert isinstance(error, AnswerLost)
        assert "ConnectionError" in str(error)
        assert "HTTPConnectionPool" not in "".join(traceback.format_exception(error))


def test_the_line_is_first_come_first_served() -> None:
    """A plain lock would let anybody pass next."""
    line, passed, tickets = Turnstile(), [], []
    first = line.ticket()
    threads = []
    for number in range(5):
        tickets.append(line.ticket())

        def go(number: int = number, ticket: object = tickets[-1]) -> None:
            with line.passing(ticket, Deadline(5)):
                passed.append(number)

        threads.append(threading.Thread(target=go))
    for thread in reversed(threads):
        thread.start()
    with line.passing(first, Deadline(5)):
        pass
    for thread in threads:
        thread.join()
    assert passed == [0, 1, 2, 3, 4]


def test_who_waits_too_long_leaves_the_line() -> None:
    """And does not hold up those behind."""
    line = Turnstile()
    first, second, third = line.ticket(), line.ticket(), line.ticket()
    with line.passing(first, Deadline(5)), pytest.raises(AnswerLost), line.passing(second, Deadline(0.01)):
        pass
    with line.passing(third, Deadline(5)):
        assert not line.wait_until_empty(Deadline(0))
    assert line.wait_until_empty(Deadline(0))
    line.close()
    with pytest.raises(ChatEnded), line.passing(line.ticket(), Deadline(5)):
        pass


def frozen(value: Any) -> Any:
    """Return a copy that cannot be changed."""
    if isinstance(value, dict):
        return MappingProxyType({name: frozen(inner) for name, inner in value.items()})
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def test_inputs_may_be_frozen(bench: Bench) -> None:
    """What the host hands over is the host's, and is never changed (STA-06)."""
    info = {"additional_data": {"order": [{"id": 1}]}}
    bench.desk.start_chat(frozen(connect_message(transfer_info=info)), frozen({"agentAppInfo": {}}))
    bench.desk.update_state(frozen({"locale": "de"}))
    file = {"id": "f", "name": "a.txt", "content_type": "text/plain", "content": b"x"}
    bench.desk.files_selected_for_upload(frozen([file]))
    message = frozen({"input": {"text": "hello"}})
    bench.desk.send_message_to_agent(message, "m-1", frozen({"files_to_upload": [file]}))
    bench.desk.end_chat(frozen({}))
    assert bench.truth()["context"]["additional_data"] == {"order": [{"id": 1}]}


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("ftp://desk.example", {}),
        ("desk.example", {}),
        ("http://desk.example", {"timeout_scale": 0}),
        ("http://desk.example", {"timeout_scale": "1"}),
        ("http://desk.example", {"reconnect_limit_seconds": float("nan")}),
    ],
)
def test_options_that_make_no_sense_are_refused(url: str, options: dict[str, Any]) -> None:
    """At the place where they are given, not in the middle of a chat."""
    with pytest.raises(ValueError):
        byosd_reference.connect(url, RecordingHost(), clock=ManualClock(), options=options)


def test_it_is_a_service_desk_with_a_name() -> None:
    """The host refuses names that are empty or longer than 40 characters (LIF-14)."""
    desk = byosd_reference.connect("https://desk.example/", RecordingHost(), clock=ManualClock(), options={"other": 1})
    assert isinstance(desk, ServiceDesk)
    assert 0 < len(desk.get_name()) <= 40
