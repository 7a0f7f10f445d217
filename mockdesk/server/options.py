"""What a server is told when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockdesk.dialects.registry import DIALECTS
from mockdesk.dialects.seam import Dialect
from mockdesk.server.limits import ServerLimits
from mockdesk.server.slowness import StreamLimits


@dataclass(frozen=True)
class ServerOptions:
    """How the server serves. All seconds are wall time."""

    streams: StreamLimits = field(default_factory=StreamLimits)
    poll_cap_seconds: float = 30.0
    """A long poll ends after this even if the desk's time stands still."""
    barrier_seconds: float = 5.0
    """How long ``act``, ``advance`` and ``release`` wait for streams to be written."""
    keep_credentials: bool = False
    """Whether what the desks issue is kept, for a suite in this process that looks for it where it must not be."""
    limits: ServerLimits = field(default_factory=ServerLimits)
    dialects: Mapping[str, Dialect] = field(default_factory=lambda: DIALECTS)
    """The shapes that are known besides openapi.yaml's own, by name."""
    desk_idle_seconds: float | None = None
    """After so long without use a desk that is not the server's own is removed; ``None``: never."""
    allowed_hosts: tuple[str, ...] = ()
    """Names besides the loopback's and the bound address by which the server may be driven (``guard.py``)."""
