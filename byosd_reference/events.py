"""What comes over the stream: envelopes, read without trust."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from byosd_reference import reading

log = logging.getLogger("byosd_reference")


@dataclass(frozen=True)
class Event:
    """One thing that happened at the desk. ``seq`` is its place in the conversation's log, starting at 1."""

    seq: int
    type: str
    data: Mapping[str, Any]


def parse_event(frame: str | bytes) -> Event | None:
    """Return the event in a frame, or ``None`` for a frame that holds none; that is noted without its content."""
    try:
        envelope = json.loads(frame)
    except (ValueError, RecursionError):
        envelope = None
    seq = reading.whole(envelope, "seq", least=1)
    kind = reading.text(envelope, "type")
    if seq is None or kind is None:
        log.warning("skipped a frame of %d characters that is no event", len(frame))
        return None
    return Event(seq, kind, reading.part(envelope, "data"))
