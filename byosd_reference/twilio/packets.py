"""twilsock's framing: a first line with the header's size, a header in JSON, a payload whose size the header tells.

Packets travel in binary WebSocket messages, in both directions alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from byosd_reference import reading
from byosd_reference.events import log

_START = re.compile(rb"TWILSOCK V\d+\.\d+ (\d{1,9})\r\n")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Packet:
    """One packet. ``payload`` is the JSON value behind the header, ``None`` where there is none that can be read."""

    header: Mapping[str, Any]
    payload: Any = None

    @property
    def method(self) -> str:
        """What it is for."""
        return reading.text(self.header, "method") or ""

    @property
    def id(self) -> str:
        """The id by which it is answered, or which it answers."""
        return reading.text(self.header, "id") or ""


def encode(header: Mapping[str, Any], content: bytes = b"", content_type: str = JSON) -> bytes:
    """Return the frame of a packet."""
    about = {"payload_type": content_type, "payload_size": len(content)} if content else {}
    head = json.dumps({**header, **about}).encode()
    return b"TWILSOCK V3.0 %d\r\n%s\r\n%s" % (len(head), head, content)


def decode(frame: str | bytes) -> Packet | None:
    """Return the packet in a frame, or ``None`` for a frame that holds none; that is noted without its content."""
    start = _START.match(frame) if isinstance(frame, bytes) else None
    if start is not None and isinstance(frame, bytes):
        end = start.end() + int(start[1])
        header = _json_in(frame[start.end() : end])
        if isinstance(header, Mapping) and frame[end : end + 2] == b"\r\n":
            return _whole(header, frame[end + 2 :])
    _note_skipped(frame)
    return None


def _whole(header: Mapping[str, Any], rest: bytes) -> Packet | None:
    """Return the packet, if all of its payload is there: half of one is none."""
    size = reading.whole(header, "payload_size") or 0
    if size > len(rest):
        _note_skipped(rest)
        return None
    return Packet(header, _json_in(rest[:size]) if size else None)


def _note_skipped(frame: str | bytes) -> None:
    log.warning("skipped a frame of %d characters that is no packet", len(frame))


def _json_in(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
