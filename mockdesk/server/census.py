"""What a desk has open at the moment, counted by looking at the sockets."""

from __future__ import annotations

from collections import Counter
from typing import Any

from mockdesk.server.host import DeskHost
from mockdesk.server.steps import LONG_POLL


def census(host: DeskHost) -> dict[str, Any]:
    """Count streams and polls by conversation, and requests that wait for something; gone clients do not count."""
    streams: Counter[str] = Counter()
    polls: Counter[str] = Counter()
    with host.lock:
        readers = [reader for reader in host.readers if reader.conversation_id]
        requests = sum(not connection.is_gone() for connection in host.waiting)
    for reader in readers:
        if not reader.connection.is_gone():
            (polls if reader.transport == LONG_POLL else streams)[reader.conversation_id] += 1
    return {"streams": dict(streams), "polls": dict(polls), "requests": requests}
