"""Times on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

LAST_SECOND = 253_402_300_799.0
"""9999-12-31T23:59:59Z: the last second that can be written down."""


@lru_cache(maxsize=256)  # an event and its message have the same time, under a virtual clock many events have
def rfc3339(seconds: float) -> str:
    """Return ``seconds`` since the epoch as RFC 3339 in UTC with milliseconds, e.g. ``2024-01-01T00:00:00.000Z``.

    A later time than can be written (a token that never ends) is shown as the last one that can.
    """
    return (
        datetime.fromtimestamp(min(seconds, LAST_SECOND), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )
