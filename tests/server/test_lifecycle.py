"""Starting and stopping: nothing is left behind, and nobody waits for a clean end."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
import requests

from mockdesk import RunningServer
from mockdesk.server.tiers import TierName
from mockdesk.server.wsgi import THREAD_PREFIX, DeskServer, listen
from tests.server.support import PATIENCE, drain, start, until


def own_threads() -> list[str]:
    """Return the names of the mock's threads in this process."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(THREAD_PREFIX)]


def sockets() -> int:
    """Return how many sockets this process has open."""
    count = 0
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            count += os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket:")
        except OSError:
            continue
    return count


def alone() -> bool:
    """Tell whether no other server of the mock runs in this process (the session's one may)."""
    return not own_threads()


def test_two_hundred_starts_and_stops_leave_nothing(tier: TierName) -> None:
    """A thread or a socket a test would add up over a suite."""
    gc.collect()  # clients of tests before keep their connections to the session's server until they are collected
    threads, open_sockets = set(threading.enumerate()), sockets()
    for number in range(200):
        with RunningServer(clock="system" if number % 2 else "virtual", server=tier) as server:
            user = start(server.url)
            if number % 20 == 0:
                with user.stream():
                    server.stop()
            user.http.close()
    assert set(threading.enumerate()) - threads == set()
    assert sockets() <= open_sockets


def test_stop_closes_streams_with_1012_and_at_once(tier: TierName) -> None:
    """Clients are told to come back, and whoever stops the desk does not wait for them."""
    server = RunningServer(server=tier).start()
    user = start(server.url)
    with user.stream() as stream, user.sse() as sent:
        next(sent)
        polled: list[object] = []
        thread = threading.Thread(target=lambda: polled.append(user.poll(1, wait=30)))
        thread.start()
        until(lambda: server.control().census()["polls"])
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 1.0
        assert drain(stream)[1] == 1012
        assert list(sent) == []
        thread.join(PATIENCE)
        assert polled == [{"events": [], "next": 1, "ended": False}]
    assert server.open_connections() == 0


def test_stop_waits_as_long_as_connections_end() -> None:
    """A thousand WebSockets make their closing handshakes one after the other; none is cut while others still end."""
    asked, may_answer = threading.Semaphore(0), [threading.Event(), threading.Event()]

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        asked.release()
        may_answer[int(environ["PATH_INFO"][1:])].wait(2 * PATIENCE)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    server = DeskServer(listen("127.0.0.1", 0), application)
    server.start()
    with ThreadPoolExecutor(3) as pool:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        answers = [pool.submit(requests.get, f"{url}/{number}", timeout=15) for number in (0, 1)]
        assert all(asked.acquire(timeout=PATIENCE) for _ in may_answer)
        stopping = pool.submit(server.stop, 2.0)
        for one, answer in zip(may_answer, answers, strict=True):
            assert not wait([stopping], 1.2).done, "time is what it is about: together they take longer than the grace"
            one.set()
            assert answer.result(PATIENCE).status_code == 200
        stopping.result(PATIENCE)
    assert server.open_connections() == 0


def test_stop_with_idle_connections(tier: TierName) -> None:
    """A client that connected and said nothing must not keep the desk."""
    import socket

    server = RunningServer(server=tier).start()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as idle:
        until(lambda: server.open_connections() == 1)
        server.stop()
        assert idle.recv(1) == b""


def test_stop_is_harmless_twice_and_before_start(tier: TierName) -> None:
    """Fixtures and `finally` blocks call it more than once."""
    RunningServer(server=tier).stop()
    server = RunningServer(server=tier).start()
    server.stop()
    server.stop()
    with pytest.raises(RuntimeError):
        server.start()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=PATIENCE)


def test_port_in_use(tier: TierName) -> None:
    """The second server must hear of it, as an exception, and leave no thread."""
    with RunningServer(server=tier) as first:
        before = set(threading.enumerate())
        second = RunningServer(port=int(first.url.rpartition(":")[2]), server=tier)
        with pytest.raises(OSError, match="in use"):
            second.start()
        second.stop()
        assert set(threading.enumerate()) - before == set()


def test_ipv6(tier: TierName) -> None:
    """A URL with an IPv6 address needs brackets."""
    try:
        server = RunningServer(host="::1", server=tier).start()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        assert server.url.startswith("http://[::1]:")
        assert start(server.url).send("hello").status_code == 201
