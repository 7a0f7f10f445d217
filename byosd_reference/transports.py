"""How events come: over a WebSocket, or by long poll. The stream does not care which of them it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from byosd_reference.desk_api import Credentials, DeskCapabilities
from byosd_reference.http_line import HttpLine
from byosd_reference.long_poll_line import PollDoor
from byosd_reference.settings import Deadline, TimeLimits
from byosd_reference.websocket_line import SocketDoor
from contracts.adapter import Clock


class EventConnection(Protocol):
    """One connection, from its opening to its end."""

    def frames(self) -> Iterator[str | bytes]:
        """Give each frame as it comes; end when the connection is closed or lost."""

    def answers(self, seconds: float) -> bool:
        """Tell whether the desk answers within ``seconds`` of wall time; a closed connection need not."""

    def why_closed(self) -> str:
        """Say why there are no more frames."""

    def close(self) -> None:
        """Close the connection. Any thread may call this."""


class EventDoor(Protocol):
    """Opens connections, as often as needed, one at a time."""

    def open(self, after: int, deadline: Deadline) -> EventConnection:
        """Open a connection behind position ``after``.

        Raises:
            StreamRefused: the desk answered with an HTTP status that is a no.
            StreamLost: there was no such answer in time.
        """

    def shut(self) -> None:
        """Let nobody in any more, and break off what is under way."""


def door_for(
    capabilities: DeskCapabilities, line: HttpLine, credentials: Credentials, clock: Clock, times: TimeLimits
) -> EventDoor:
    """Return the door of the transport that the desk names first of those known here; a desk that names none has a
    WebSocket."""
    known = [kind for kind in capabilities.transports if kind in ("websocket", "long_poll")]
    if known[:1] == ["long_poll"]:
        return PollDoor(line.another(), credentials, clock, times)
    return SocketDoor(credentials, times)
