"""What the desk received in a run, as its driver's journal tells: which requests, when, and what matters of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from contracts.adapter import DeskDriver

KEPT = ("message_id", "request_id", "answer")
"""What is kept of a request's body; a text is kept as its length only."""


def received(driver: DeskDriver, began: float) -> list[dict[str, Any]]:
    """Return the requests of the present desk, in order: ``operation``, ``conversation_id``, ``time`` (seconds of the
    desk's clock since ``began``), ``status`` (``None``: it was not answered), of their bodies what :data:`KEPT` names
    and ``characters``, the text's length, ``rotating_id`` (``current`` or ``stale``) at a desk whose ids rotate,
    ``in_stream`` where it came over the connection on which events go, and ``struck`` where a fault answered instead of
    the desk."""
    return list(_requests(driver.journal(), began))


def _requests(entries: list[dict[str, Any]], began: float) -> Iterator[dict[str, Any]]:
    statuses = {entry.get("cause"): entry["data"].get("status") for entry in entries if entry.get("kind") == "response"}
    struck = {entry.get("cause") for entry in entries if entry.get("kind") == "fault"}
    for entry in entries:
        data = entry.get("data")
        if entry.get("kind") == "request" and isinstance(data, Mapping):
            yield {
                "operation": data.get("operation"),
                "conversation_id": entry.get("conversation_id"),
                "time": round(datetime.fromisoformat(entry["time"]).timestamp() - began, 6),
                "status": statuses.get(entry.get("position")),
                **({"struck": True} if entry.get("position") in struck else {}),
                **({"in_stream": True} if data.get("in_socket") else {}),
                **({"rotating_id": data["rotating_id"]} if "rotating_id" in data else {}),
                **_of_body(data.get("body")),
            }


def _of_body(body: Any) -> dict[str, Any]:
    if not isinstance(body, Mapping):
        return {}
    text = body.get("text")
    kept = {name: body[name] for name in KEPT if name in body}
    return {**kept, "characters": len(text)} if isinstance(text, str) else kept
