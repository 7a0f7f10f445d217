"""What a reader of a stream says is to be done next, and who wants to read what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mockdesk.dialects.seam import Entry, Feed, Finish, Frame
from mockdesk.server.connections import Connection

RESTART = 1012
"""The close code of a desk that stops."""

WEBSOCKET, LONG_POLL, SERVER_SENT = "websocket", "long_poll", "server_sent_events"
"""The transports, as capabilities name them."""


@dataclass(frozen=True, slots=True)
class Write:
    """Send frames, which stay together; ``entry`` is what they tell, ``None`` for a frame that tells nothing."""

    frames: Sequence[Frame]
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """Send nothing more; the connection stays."""


Step: TypeAlias = Write | Finish | Mute


@dataclass(frozen=True, slots=True)
class ReaderRequest:
    """Who wants to read what: ``cause`` is the request's position in the journal."""

    feed: Feed
    after: int
    transport: str
    connection: Connection
    cause: int
