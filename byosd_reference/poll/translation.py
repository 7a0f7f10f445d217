"""From the polling desk's events to envelopes of the canonical API: one small function for each type.

Nothing is believed here: what an event lacks is missing in the envelope, too, and the host's side knows what to make of
that. A type that nobody knows keeps its place in the order and becomes ``unknown``, whatever it calls itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from byosd_reference import reading
from byosd_reference.events import log
from byosd_reference.poll.labels import agent_in, profile

Data = dict[str, Any]
Envelope = tuple[str, Data]

UNKNOWN: Envelope = ("unknown", {})
ENDED = "conversation.ended"


def envelopes(events: list[Any], after: int) -> list[dict[str, Any]]:
    """Return the envelopes of those events that come after position ``after``; the desk may tell one twice."""
    found = []
    for event in events:
        seq = reading.whole(event, "id", least=1)
        if seq is None:
            log.warning("skipped something in a batch that is no event")
        elif seq > after:
            kind, data = envelope(event)
            found.append({"seq": seq, "type": kind, "data": data})
    return found


def envelope(event: Any) -> Envelope:
    """Return the canonical type and data of an event."""
    translate = _TYPES.get(reading.text(event, "type") or "")
    return translate(event) if translate else UNKNOWN


def _wait(event: Any) -> Envelope:
    names = {
        "position": "place",
        "estimated_wait_seconds": "seconds",
        "agents_online": "agents",
        "message": "text",
        "queue": "queue",
    }
    return "queue.updated", _named(event, names)


def _status(event: Any) -> Envelope:
    translate = _STATUSES.get(reading.text(event, "status") or "")
    return translate(event) if translate else UNKNOWN


def _active(event: Any) -> Envelope:
    return "agent.joined", {"agent": agent_in(event)}


def _handing_over(event: Any) -> Envelope:
    data = {"from_agent_id": agent_in(event).get("id"), "transfer_id": reading.text(event, "transfer")}
    return "transfer.started", {**data, "to_agent": profile(reading.text(event, "to"))}


def _inactive(event: Any) -> Envelope:
    return "agent.left", {"agent_id": agent_in(event).get("id"), "reason": reading.text(event, "reason")}


def _disconnected(event: Any) -> Envelope:
    return ENDED, _named(event, {"by": "by"})


def _typing(event: Any) -> Envelope:
    return "agent.typing", {"agent_id": agent_in(event).get("id"), **_named(event, {"typing": "typing"})}


def _text(event: Any) -> Envelope:
    role = reading.text(event, "from")
    author = {"role": role, "id": agent_in(event).get("id") if role == "agent" else None}
    return "message.created", {"message": {"author": author, **_named(event, {"id": "message", "text": "text"})}}


def _named(event: Any, names: Mapping[str, str]) -> Data:
    """Return what stands in an event, under the canonical names."""
    return {name: event[own] for name, own in names.items() if event.get(own) is not None}


_TYPES: Mapping[str, Callable[[Any], Envelope]] = {"wait": _wait, "status": _status, "typing": _typing, "text": _text}
_STATUSES: Mapping[str, Callable[[Any], Envelope]] = {
    "active": _active,
    "handing over": _handing_over,
    "inactive": _inactive,
    "disconnected": _disconnected,
}
