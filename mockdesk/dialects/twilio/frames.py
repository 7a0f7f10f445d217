"""twilsock's framing: a line with the header's size, a JSON header, a payload. Binary WebSocket messages only."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockdesk.core.errors import DeskError, MalformedJson
from mockdesk.dialects.bodies import parse_json
from mockdesk.dialects.seam import Frame

_START = re.compile(rb"TWILSOCK V(\d{1,4}\.\d{1,4}) (\d{1,9})\r\n")
VERSION = b"3.0"
JSON, TEXT = "application/json", "text/plain"


class MalformedFrame(DeskError):
    """The frame is none of twilsock's."""

    code, status, title = "malformed_frame", 400, "The frame cannot be read"


@dataclass(frozen=True)
class Packet:
    """One message. ``payload`` is what the header says it is: a JSON value, a text, or nothing."""

    header: Mapping[str, Any]
    payload: Any = None
    raw: bytes = b""
    """The payload as it came."""

    @property
    def method(self) -> str:
        """What the message is for."""
        method = self.header.get("method")
        return method if isinstance(method, str) else ""

    @property
    def id(self) -> str:
        """The id that the reply names."""
        one = self.header.get("id")
        return one if isinstance(one, str) else ""


@dataclass(frozen=True)
class Payload:
    """What is sent behind a header."""

    content: bytes = b""
    content_type: str = field(default=JSON)


def decode(frame: Frame) -> Packet:
    """Return the message of a frame.

    Raises:
        MalformedFrame: it is a text frame, has a wrong start or length, or a header that is no JSON object.
    """
    if isinstance(frame, str):
        raise MalformedFrame("twilsock takes binary messages only")
    frame = bytes(frame)
    start = _START.match(frame)
    if start is None or start[1] != VERSION:
        raise MalformedFrame("the message does not begin with TWILSOCK V3.0 and a length")
    end = start.end() + int(start[2])
    header = _json_or_none(frame[start.end() : end])
    if not isinstance(header, dict) or frame[end : end + 2] != b"\r\n":
        raise MalformedFrame("the header's length is wrong, or it is no object")
    return _with_payload(header, frame[end + 2 :])


def _with_payload(header: dict[str, Any], rest: bytes) -> Packet:
    size = header.get("payload_size", 0)
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= len(rest):
        raise MalformedFrame("payload_size is wrong")
    raw, kind = rest[:size], header.get("payload_type", JSON)
    if not size or not isinstance(kind, str):
        return Packet(header, None, raw)
    if kind.startswith(JSON):
        return Packet(header, _json_or_none(raw), raw)
    return Packet(header, raw.decode("utf-8", "replace"), raw)


def _json_or_none(content: bytes) -> Any:
    """Return a JSON value, ``None``: it is none. A payload that is none concerns its message, not the socket."""
    try:
        return parse_json(content)
    except MalformedJson:
        return None


def encode(header: Mapping[str, Any], payload: Payload = Payload()) -> bytes:
    """Return the frame of a message."""
    more = {"payload_type": payload.content_type} if payload.content else {}
    told = {**header, **more, "payload_size": len(payload.content)}
    head = json.dumps(told, separators=(",", ":")).encode()
    return b"TWILSOCK V%s %d\r\n%s\r\n%s" % (VERSION, len(head), head, payload.content)


def json_payload(value: Any) -> Payload:
    """Return a value as a payload."""
    return Payload(json.dumps(value, separators=(",", ":")).encode())
