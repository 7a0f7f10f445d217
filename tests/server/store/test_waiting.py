"""Nothing leaves the server before it is in the store: answers wait, readers wait, and a failed store acknowledges
nothing."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mockdesk import RunningServer
from mockdesk.server import store_writer
from mockdesk.server.durable import StoreFailed
from mockdesk.server.tiers import TierName
from mockdesk.store.rows import write
from tests.server.support import problem, receive, session, start, until


class Gate:
    """Stands in front of the store's writing: commits wait until it is opened, or fail."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.commits = 0
        self.waiting = threading.Event()
        self.full = False

    def write(self, connection: sqlite3.Connection, batches: Any) -> None:
        """Write, once the gate is open."""
        self.waiting.set()
        self.open.wait()
        self.commits += 1
        if self.full:
            connection.execute("PRAGMA max_page_count = 1")  # no page more than there are
        write(connection, batches)

    def close(self) -> None:
        """Let what comes wait."""
        self.waiting.clear()
        self.open.clear()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A gate that is open."""
    made = Gate()
    monkeypatch.setattr(store_writer, "write", made.write)
    yield made
    made.open.set()


@pytest.fixture
def server(tmp_path: Path, gate: Gate, tier: TierName) -> Iterator[RunningServer]:
    """A server with a store."""
    with RunningServer(store=f"sqlite:{tmp_path / 'desk.db'}", server=tier) as running:
        yield running
        gate.open.set()


def test_answers_and_events_wait_for_the_commit(server: RunningServer, gate: Gate) -> None:
    """A client that has seen event 2 must never meet another event 2."""
    user = start(server.url)
    with user.stream() as stream, user.sse() as sent, ThreadPoolExecutor() as pool:
        assert receive(stream)["seq"] == 1
        assert next(sent)["id"] == "1"
        gate.close()
        answer = pool.submit(user.send, "hello")
        assert gate.waiting.wait(5)
        reading: Future[Any] = pool.submit(lambda: session().get(f"{user.base}/messages", headers=user.headers))
        polling = pool.submit(lambda: session().get(f"{user.base}/events?after=1&wait=0", headers=user.headers))
        with pytest.raises(TimeoutError):
            stream.recv(timeout=0.3)
        assert not any(future.done() for future in (answer, reading, polling))
        gate.open.set()
        assert answer.result(5).status_code == 201
        assert [one["text"] for one in reading.result(5).json()["messages"]] == ["hello"]
        assert polling.result(5).json()["events"] == []  # it looked before the commit
        assert receive(stream)["seq"] == 2
        assert next(sent)["id"] == "2"


def test_the_end_of_a_stream_waits_too(server: RunningServer, gate: Gate) -> None:
    """The close code of an ended or removed conversation tells what a restart might not know."""
    user = start(server.url)
    with user.stream(after=1) as stream, ThreadPoolExecutor() as pool:
        gate.close()
        removal = pool.submit(server.control().remove_conversation, user.conversation_id)
        assert gate.waiting.wait(5)
        with pytest.raises(TimeoutError):
            stream.recv(timeout=0.3)
        gate.open.set()
        removal.result(5)
        until(lambda: stream.close_code == 4404 or _is_closed(stream))
        assert stream.close_code == 4404


def _is_closed(stream: Any) -> bool:
    try:
        stream.recv(timeout=0.05)
    except TimeoutError:
        return False
    except Exception:
        return True
    return False


@pytest.mark.all
def test_requests_behind_one_that_waits_are_answered_after_a_half_close(tmp_path: Path, gate: Gate) -> None:
    """On the loop an answer that is held back must not be the last one of its connection."""
    with RunningServer(store=f"sqlite:{tmp_path / 'desk.db'}", server="scale") as server:
        user = start(server.url)
        gate.close()
        with server.control()._host.use() as desk:
            desk.user_typing(user.conversation_id, True)
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            for target in (b"/v1/capabilities", b"/nothing"):
                connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: desk\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            until(lambda: _requests(server) >= 1)
            gate.open.set()
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.index(b"HTTP/1.1 200") < answer.index(b"HTTP/1.1 404")


def _requests(server: RunningServer) -> int:
    entries = server.control()._host.desk.journal.entries()
    return sum(entry.kind == "response" and entry.data.get("operation") == "getCapabilities" for entry in entries)


def test_many_requests_share_one_commit(server: RunningServer, gate: Gate) -> None:
    """Otherwise each of them would pay for a flush to the disk."""
    users = [start(server.url) for _ in range(12)]
    gate.close()
    with ThreadPoolExecutor(max_workers=len(users)) as pool:
        before = gate.commits
        answers = [pool.submit(user.send, "hello") for user in users]
        sent = lambda: sum(len(one["messages"]) for one in server.control().conversations())  # noqa: E731
        until(lambda: sent() == len(users))
        gate.open.set()
        assert {answer.result(5).status_code for answer in answers} == {201}
    assert gate.commits - before <= 3


def test_tickets_without_a_thread(server: RunningServer, gate: Gate) -> None:
    """A server that serves everything in one loop is called back instead of waiting."""
    user = start(server.url)
    told: list[StoreFailed | None] = []
    durable = server.control()._host.durable
    durable.ticket().on_durable(told.append)
    assert told == [None]
    gate.close()
    with server.control()._host.use() as desk:
        desk.user_typing(user.conversation_id, True)
    ticket = durable.ticket()
    ticket.on_durable(told.append)
    assert (ticket.is_durable, told) == (False, [None])
    gate.open.set()
    ticket.wait()
    until(lambda: told == [None, None])
    assert ticket.is_durable


def test_a_full_disk_acknowledges_nothing(tmp_path: Path, gate: Gate, tier: TierName) -> None:
    """What could not be written is refused, so is all that follows, and a restart has what was acknowledged."""
    store = f"sqlite:{tmp_path / 'desk.db'}"
    with RunningServer(store=store, server=tier) as server:
        user = start(server.url)
        assert user.send("kept").status_code == 201
        gate.full = True
        problem(user.send("lost" * 900), 503, "store_failed")
        problem(user.call("GET", "/messages"), 503, "store_failed")
        problem(session().get(f"{server.url}/readyz"), 503, "store_failed")
        told: list[StoreFailed | None] = []
        server.control()._host.durable.ticket().on_durable(told.append)
        assert isinstance(told[0], StoreFailed)
    gate.full = False
    with RunningServer(store=store) as server:
        user.url = server.url
        assert [one["text"] for one in user.call("GET", "/messages").json()["messages"]] == ["kept"]
