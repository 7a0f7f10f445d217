"""Conversations that begin, whichever API is used for that, and chats that a server begins for a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockdesk.core.drafts import Context
from mockdesk.core.errors import DeskError
from mockdesk.dialects.twilio.conversation import Described, FlexConversation
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import VendorError
from mockdesk.dialects.twilio.wish import Wish

CONTEXT = ("session_id", "locale", "topic", "message_to_agent", "session_history_key")
"""Names in the pre-engagement data that the core has a place for."""
CONVERSATION_EXISTS, CHANNEL_EXISTS = 50353, 50307
"""The vendor's codes for a unique name that is taken."""


def create(model: Model, described: Described, taken: int) -> FlexConversation:
    """Make a conversation in which nobody takes part yet.

    Raises:
        VendorError: its unique name is taken; ``taken`` is the vendor's code for that.
    """
    require_free(model, described.unique_name, taken)
    return model.create(described)


def require_free(model: Model, unique: str | None, taken: int, owner: FlexConversation | None = None) -> None:
    """Refuse a unique name that another conversation than its ``owner`` has.

    Raises:
        VendorError: one has; ``taken`` is the vendor's code for that.
    """
    if unique and model.find(unique) not in (None, owner):
        raise VendorError(409, taken, f"there is a conversation or channel {unique} already")


def start_chat(model: Model, described: Described, wish: Wish) -> FlexConversation:
    """Make a conversation with its customer.

    Raises:
        DeskError: the core refuses the start; nothing is left of it then.
    """
    conversation = model.create(described)
    try:
        model.begin(conversation, wish)
    except DeskError:
        model.conversations.pop(conversation.sid, None)
        raise
    return conversation


def context_of(data: Mapping[str, Any]) -> Context:
    """Return what pre-engagement data tell the desk."""
    texts = {name: data[name] for name in CONTEXT if isinstance(data.get(name), str)}
    more = {name: value for name, value in data.items() if name not in texts}
    return Context(**texts, additional_data=more or None)
