"""Times on the wire."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(seconds: float) -> str:
    """Return ``seconds`` since the epoch as RFC 3339 in UTC with milliseconds, e.g. ``2024-01-01T00:00:00.000Z``."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
