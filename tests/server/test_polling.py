"""Waiting for a connection, whatever the number of its descriptor."""

from __future__ import annotations

import fcntl
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from mockdesk.server.polling import is_readable, is_writable

ABOVE_SELECT = 1_024
"""The first descriptor that select(2) does not know."""


@dataclass
class Descriptor:
    """A socket under another number."""

    number: int

    def fileno(self) -> int:
        """Return the number."""
        return self.number


@pytest.fixture
def pair() -> Iterator[tuple[Descriptor, socket.socket]]:
    """A pair of sockets, the first under a number that select does not know."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if (hard if hard != resource.RLIM_INFINITY else ABOVE_SELECT + 2) <= ABOVE_SELECT + 1:
        pytest.skip("this machine allows too few descriptors")
    left, right = socket.socketpair()
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, ABOVE_SELECT + 100), hard))
    number = fcntl.fcntl(left, fcntl.F_DUPFD_CLOEXEC, ABOVE_SELECT)
    try:
        yield Descriptor(number), right
    finally:
        os.close(number)
        left.close()
        right.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_desk_with_many_connections_serves_each(pair: tuple[Descriptor, socket.socket]) -> None:
    """Two threads' sockets of five hundred conversations are more than select knows: their streams were cut."""
    many, peer = pair
    assert many.fileno() >= ABOVE_SELECT
    assert is_writable(many, 0)
    assert not is_readable(many, 0)
    peer.send(b"x")
    assert is_readable(many, 1)


def test_the_end_of_a_connection_can_be_read(pair: tuple[Descriptor, socket.socket]) -> None:
    """Who waits for a client must notice that it is gone."""
    many, peer = pair
    peer.close()
    assert is_readable(many, 1)


def fill(connection: socket.socket) -> None:
    """Write until the kernel takes no more."""
    with suppress(BlockingIOError):
        while connection.send(b"x" * 65_536):
            pass


def test_a_full_buffer_has_no_room() -> None:
    """A client that does not read must be noticed, and noticed again when it reads."""
    left, right = socket.socketpair()
    with left, right:
        left.setblocking(False)
        fill(left)
        assert not is_writable(left, 0.01)
        while not is_writable(left, 0):
            assert right.recv(65_536)
