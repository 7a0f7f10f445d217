"""Frames that answer a client's frame: twilsock's own replies, and what carries the answer to a request inside."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from mockdesk.dialects.seam import Answer, Frame, Send
from mockdesk.dialects.twilio.frames import Packet, Payload, encode, json_payload


def reply(
    packet: Packet, code: int, description: str = "", number: int = 0, more: Mapping[str, Any] | None = None
) -> Send:
    """Return the reply to a message; ``number`` is the vendor's error code, ``more`` stands in the header besides."""
    status: dict[str, Any] = {"code": code, "status": _phrase(code)}
    status |= {"description": description} if description else {}
    status |= {"errorCode": number} if number else {}
    return Send((encode({"method": "reply", "id": packet.id, "status": status, **(more or {})}),))


def carried(packet: Packet, answer: Answer) -> tuple[Frame, ...]:
    """Return the frames that carry the answer to a request."""
    http = {"code": answer.status, "status": _phrase(answer.status)}
    header = {"method": "reply", "id": packet.id, "status": {"code": 200, "status": "OK"}, "http_status": http}
    return (encode({**header, "http_headers": dict(answer.headers)}, Payload(answer.body)),)


def farewell(message_id: str, code: int, description: str) -> Send:
    """Return the message with which the service closes."""
    status = {"code": code, "status": _phrase(code), "description": description}
    header = {"method": "close", "id": message_id, "status": status}
    return Send((encode(header, json_payload({"description": description})),))


def _phrase(code: int) -> str:
    return HTTPStatus(code).phrase if code in HTTPStatus._value2member_map_ else "Unknown"
