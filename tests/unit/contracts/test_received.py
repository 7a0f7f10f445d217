"""What the suite takes from a driver's journal of what its desk received."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from contracts.received import received

SECOND = "2024-01-01T00:00:01.000Z"
BEGAN = 1704067200.0


def entry(kind: str, position: int, cause: int | None = None, **data: Any) -> dict[str, Any]:
    """Return an entry of a journal."""
    return {
        "kind": kind,
        "position": position,
        "cause": cause,
        "time": SECOND,
        "conversation_id": "c1",
        "data": data,
    }


def test_a_request_with_its_answer() -> None:
    """Requirements judge what was asked and how it was answered; texts stay out, their length is enough."""
    body = {"text": "secret", "message_id": "m1", "more": 1}
    journal = [entry("request", 1, operation="sendMessageToAgent", body=body), entry("response", 2, 1, status=201)]
    driver: Any = SimpleNamespace(journal=lambda: journal)
    assert received(driver, BEGAN) == [
        {
            "operation": "sendMessageToAgent",
            "conversation_id": "c1",
            "time": 1.0,
            "status": 201,
            "message_id": "m1",
            "characters": 6,
        }
    ]


def test_which_id_came_and_who_answered() -> None:
    """A call that a fault answered was told nothing about its id by the desk."""
    journal = [
        entry("request", 1, operation="endChat", rotating_id="stale"),
        entry("fault", 2, 1, struck="endChat"),
        entry("response", 3, 1, status=500),
        entry("request", 4, operation="endChat", rotating_id="current"),
    ]
    driver: Any = SimpleNamespace(journal=lambda: journal)
    told = [(one["rotating_id"], one["status"], one.get("struck")) for one in received(driver, BEGAN)]
    assert told == [("stale", 500, True), ("current", None, None)]
