"""What a conversation takes of the memory that a desk may keep: counted as it grows, and anew when it comes back."""

from __future__ import annotations

from mockdesk.core.conversation import Conversation
from mockdesk.core.drafts import Context
from mockdesk.core.events import Message
from mockdesk.core.weight import CONVERSATION_BYTES, EVENT_BYTES, MESSAGE_BYTES, weight_of


def weight_of_beginning(user_id: str, user_name: str | None, context: Context) -> int:
    """Return the estimated bytes of a conversation in which nothing has happened."""
    return CONVERSATION_BYTES + len(user_id) + len(user_name or "") + weight_of(context.to_data())


def weight_of_message(message: Message) -> int:
    """Return the estimated bytes of a message, without its event."""
    items = weight_of([item.to_data() for item in message.items]) if message.items else 0
    return MESSAGE_BYTES + len(message.text) + items


def weight_of_conversation(conversation: Conversation) -> int:
    """Return the estimated bytes of a conversation with all that it holds."""
    one = conversation
    return (
        weight_of_beginning(one.user_id, one.user_name, one.context)
        + EVENT_BYTES * len(one.log)
        + sum(map(weight_of_message, one.messages))
        + sum(len(file.content) for file in one.files.values())
        + sum(weight_of(change.changes) for change in one.state_changes)
    )
