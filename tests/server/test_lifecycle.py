"""Starting and stopping: nothing is left behind, and nobody waits for a clean end."""

from __future__ import annotations

import gc
import os
import threading
import time

import pytest
import requests

from mockdesk import RunningServer
from mockdesk.server.tiers import TierName
from mockdesk.server.wsgi import THREAD_PREFIX
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
