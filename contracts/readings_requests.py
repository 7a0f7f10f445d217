"""Readings of what the desk received, as its own journal tells (shape: contracts.received).

Pure, as :mod:`contracts.views`. Everything is ``None`` where the driver has no journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.trace import Side, Trace

Request = Mapping[str, Any]


def requests(trace: Trace, *operations: str, conversation_id: str | None = None) -> list[Request] | None:
    """Return the requests of these operations (all, for none), of one conversation or of all, in order; or ``None``."""
    found = trace.of(Side.DESK, "requests")
    if not found:
        return None
    return [
        one
        for one in found[-1].data["requests"]
        if (not operations or one["operation"] in operations) and conversation_id in (None, one["conversation_id"])
    ]


def travel_in_stream(trace: Trace, operation: str) -> bool:
    """Tell whether requests of an operation came over the connection on which events go: then both break together."""
    return any(one.get("in_stream") for one in requests(trace, operation) or ())
