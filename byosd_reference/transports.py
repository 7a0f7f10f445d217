"""How the events of a canonical desk come: over a WebSocket, or by long poll. The stream does not care which."""

from __future__ import annotations

from byosd_reference.desk_api import Credentials
from byosd_reference.desk_side import DeskCapabilities, EventDoor
from byosd_reference.http_line import HttpLine
from byosd_reference.long_poll_line import PollDoor
from byosd_reference.settings import TimeLimits
from byosd_reference.websocket_line import SocketDoor
from contracts.adapter import Clock


def door_for(
    capabilities: DeskCapabilities, line: HttpLine, credentials: Credentials, clock: Clock, times: TimeLimits
) -> EventDoor:
    """Return the door of the transport that the desk names first of those known here; a desk that names none has a
    WebSocket."""
    known = [kind for kind in capabilities.transports if kind in ("websocket", "long_poll")]
    if known[:1] == ["long_poll"]:
        return PollDoor(line.another(), credentials, clock, times)
    return SocketDoor(credentials, times)
