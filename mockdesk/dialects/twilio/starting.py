"""A chat that a server begins for a customer, whichever API it uses for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockdesk.core.drafts import Context
from mockdesk.core.errors import DeskError
from mockdesk.dialects.twilio.conversation import Described, FlexConversation
from mockdesk.dialects.twilio.model import Model, Wish

CONTEXT = ("session_id", "locale", "topic", "message_to_agent", "session_history_key")
"""Names in the pre-engagement data that the core has a place for."""


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
