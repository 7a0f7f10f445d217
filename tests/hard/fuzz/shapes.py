"""How each API says no, so that a refusal in a foreign shape is found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from types import MappingProxyType

from tests.hard.fuzz.exchange import Answered

PROBLEM = frozenset({"type", "title", "status", "detail", "code", "retryable"})
FIELDS: Mapping[str, Set[str]] = MappingProxyType(
    {
        "canonical": PROBLEM,
        "control": PROBLEM,
        "poll": frozenset({"error", "text"}),
        "genesys": frozenset({"message", "code", "status", "contextId"}),
        "twilio": frozenset({"code", "message", "more_info", "status"}),
    }
)
"""What a refusal's JSON object holds at least."""
PLAIN = MappingProxyType({"genesys": (b"No queue name supplied", b"The queue is not known"), "twilio": ()})
"""What the middleware of an integration says in plain text; of a queue that it does not know, with status 500."""
OAUTH = frozenset({"error", "description"})
"""How the login of the platform says no."""
OF_HTTP = frozenset({501, 505})
"""What says that a method or version of HTTP is not known: no failure of the server, though they begin with 5."""


def complaint(shape: str, answer: Answered, is_whole: bool, method: str = "") -> str | None:
    """Return what is wrong with an answer, ``None``: nothing. Bytes that are no request may be refused in the shape
    of any API, as nothing says which one was meant."""
    if answer.status is None:
        return "a whole request got no answer" if is_whole else None
    if answer.status < 400 or answer.body in PLAIN.get(shape, ()):
        return None
    if answer.status >= 500 and (is_whole or answer.status not in OF_HTTP):
        return f"status {answer.status}"
    if method == "HEAD":
        return None
    shapes = [FIELDS[shape]] if is_whole else list(FIELDS.values())
    if shape == "genesys":
        shapes.append(OAUTH)
    told = _object_in(answer.body)
    if told is None:
        return f"a refusal that is no JSON object: {answer.body[:200]!r}"
    if not any(fields <= told.keys() for fields in shapes):
        return f"a refusal in another shape: {answer.body[:300]!r}"
    return None


def _object_in(body: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
