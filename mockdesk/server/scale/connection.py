"""A client's connection on the event loop."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from typing import Protocol

from mockdesk.server import sockets
from mockdesk.server.connections import Signal
from mockdesk.server.scale.wakes import LoopSignal, Wakes

LOOK_SECONDS = 0.01


class Talking(Protocol):
    """A protocol of the loop that talks to a client."""

    @property
    def transport(self) -> asyncio.Transport:
        """Its transport."""

    @property
    def is_half_closed(self) -> bool:
        """Whether the client sends nothing more."""


class LoopConnection:
    """A connection that is a transport of the loop."""

    __slots__ = ("_talking", "transport", "wakes")

    def __init__(self, talking: Talking, wakes: Wakes) -> None:
        self._talking = talking
        self.transport = talking.transport
        self.wakes = wakes

    def is_gone(self) -> bool:
        """Tell whether the connection has ended, as far as the loop knows."""
        return self._talking.is_half_closed or self.transport.is_closing()

    def shut(self) -> None:
        """End both directions now; from any thread."""
        self.wakes.call(self.transport.abort)

    def reset(self) -> None:
        """Let the coming close be a TCP reset."""
        with_socket(self.transport, sockets.reset)

    def bound_write_buffer(self) -> None:
        """Bound what the kernel keeps for a client that does not read, and what the transport keeps besides."""
        with_socket(self.transport, sockets.bound_write_buffer)
        self.transport.set_write_buffer_limits(high=0)

    def has_room(self, seconds: float) -> bool:
        """Wait until the transport keeps nothing back; for threads, not for the loop."""
        waiting = threading.Event()
        looks = max(1, round(seconds / LOOK_SECONDS))
        for _ in range(looks):
            if self.is_empty():
                return True
            waiting.wait(min(seconds, LOOK_SECONDS))
        return self.is_empty()

    def is_empty(self) -> bool:
        """Tell whether everything that was written has gone to the kernel."""
        return not self.transport.get_write_buffer_size()

    def signal(self, lock: threading.RLock) -> Signal:
        """Return what wakes a reader's writer on the loop."""
        return LoopSignal(self.wakes)


def with_socket(transport: asyncio.Transport, change: Callable[[socket.socket], None]) -> None:
    """Call a function with the socket of a transport, if it is open."""
    descriptor: int = transport.get_extra_info("socket").fileno()
    if descriptor < 0:
        return
    with socket.socket(fileno=os.dup(descriptor)) as same:  # options belong to the socket, not to the descriptor
        change(same)
