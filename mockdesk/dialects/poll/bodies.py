"""The bodies that the polling desk reads."""

from __future__ import annotations

from mockdesk.core.drafts import Context, MessageDraft, StartRequest
from mockdesk.core.errors import FieldError, InvalidRequest
from mockdesk.core.reading import Fields
from mockdesk.core.settings import DEFAULT_QUEUE
from mockdesk.dialects.seam import Request

USUAL_SECONDS, MOST_SECONDS = 10.0, 30.0
"""For how long a poll is held when it does not say, and at most."""

_NAMES = {
    "topic": "topic",
    "note": "message_to_agent",
    "history": "session_history_key",
    "session": "session_id",
    "locale": "locale",
}
"""The texts in ``about``, and what the core calls them."""


def read_start(fields: Fields) -> tuple[StartRequest, str | None]:
    """Read the body of a start: what is wanted, and the client's key."""
    user_id = fields.text("from", 1, 200)
    name = fields.optional_text("name", 0, 200)
    queue = fields.text("queue", 1, 100, default=DEFAULT_QUEUE)
    key = fields.optional_text("key", 1, 200)
    return StartRequest(user_id, name, queue, fields.object_of("about", _read_about)), key


def _read_about(fields: Fields) -> Context:
    texts = {ours: fields.optional_text(theirs) for theirs, ours in _NAMES.items()}
    more = fields.json("more")
    if more is not None and not isinstance(more, dict):
        fields.fail("more", "must be an object")
        more = None
    return Context(**texts, additional_data=more)


def read_message(fields: Fields) -> MessageDraft:
    """Read the body of a message."""
    return MessageDraft(fields.text("text"), fields.optional_text("key", 1, 100))


def read_typing(fields: Fields) -> bool:
    """Read the body of a notice of typing."""
    return fields.flag("typing")


def read_timeout(request: Request) -> float:
    """Return for how many seconds a poll is to be held."""
    given = request.argument("timeout")
    if given is None:
        return USUAL_SECONDS
    if not (given.isascii() and given.isdigit() and len(given) <= 2 and int(given) <= MOST_SECONDS):
        detail = f"must be a whole number of seconds from 0 to {MOST_SECONDS:g}"
        raise InvalidRequest(f"timeout {detail}", [FieldError("/timeout", detail)])
    return float(given)
