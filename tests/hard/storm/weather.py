"""Which faults strike when: drawn from a seed, over every kind that a client can come through without its token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from mockdesk.core.faults import REQUEST_KINDS, STREAM_KINDS

DEADLY = ("expire_token",)
"""After it there is no way back for this client."""
STREAM = tuple(kind for kind in STREAM_KINDS if kind not in DEADLY)
READS = ("streamEvents", "pollEvents")
CODES = (1000, 1001, 1006, 1011, 1012, 1013, 4000, 4500)
MORE: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "close": tuple({"code": code} for code in CODES),
    "duplicate": ({"times": 1}, {"times": 3}),
    "delay_events": ({"seconds": 5},),
    "garbage_frame": ({}, {"text": ""}, {"text": '{"seq": 1'}, {"text": "[]"}, {"text": '{"seq": "1"}'}),
    "status": tuple({"status": status} for status in (429, 500, 502, 503)),
    "delay": ({"seconds": 1},),
}


def fault(random: Random, conversation_ids: Sequence[str]) -> dict[str, Any]:
    """Return a fault for one conversation, or sometimes for all."""
    is_stream = random.random() < 0.75
    kind = random.choice(STREAM if is_stream else REQUEST_KINDS)
    made: dict[str, Any] = {"kind": kind, **random.choice(MORE.get(kind, ({},)))}
    if random.random() < 0.85:
        made["conversation_id"] = random.choice(conversation_ids)
    if is_stream:
        made["nth"] = random.choice((0, 0, 1, 2, 5))
    else:
        made["operation"] = random.choice(READS)
    if made.get("nth") != 0:
        made["count"] = random.choice((1, 1, 2, 3))
        made |= random.choice(({}, {"probability": 0.5}))
    return made
