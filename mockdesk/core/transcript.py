"""The transcript: what was said and done, in one canonical text.

Canonical: sorted keys, no spaces, characters as they are. It holds event logs in the order in which the conversations
were made, and no token, transport or connection: with a seed and a virtual clock two runs give the same text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from mockdesk.core.conversation import Conversation


def canonical_json(value: Any) -> str:
    """Return the one text of a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def transcript(conversations: Iterable[Conversation]) -> str:
    """Return the canonical text of event logs; ``dropped`` counts the events that are no longer kept."""
    return canonical_json([_entry(conversation) for conversation in conversations])


def _entry(conversation: Conversation) -> dict[str, Any]:
    log = conversation.log
    return {
        "id": conversation.id,
        "dropped": log.first_seq - 1,
        "events": [event.to_envelope() for event in log.tail(0)],
    }


def digest(text: str) -> str:
    """Return the SHA-256 of a transcript, in hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
