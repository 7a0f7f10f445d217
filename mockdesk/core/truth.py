"""What the desk really has, in built-in values, for drivers. No token is in it."""

from __future__ import annotations

from typing import Any

from mockdesk.core.conversation import Conversation
from mockdesk.core.events import Message
from mockdesk.core.timestamps import rfc3339


def truth_of(conversation: Conversation) -> dict[str, Any]:
    """Return everything a driver may want to know about a conversation."""
    return {
        **_facts(conversation),
        "agents": list(conversation.agents),
        "offers": list(conversation.offers),
        "context": conversation.context.to_data(),
        "state_changes": [change.to_data() for change in conversation.state_changes],
        "messages": [_message(message) for message in conversation.messages],
        "events": [event.to_envelope() for event in conversation.log.tail(0)],
        "files": [{**file.to_data(), "sha256": file.sha256} for file in conversation.files.values()],
        **_user(conversation),
    }


def summary_of(conversation: Conversation) -> dict[str, Any]:
    """Return what a list of conversations shows: everything that is small, neither messages nor events."""
    return {
        **_facts(conversation),
        "agents": [profile.to_data() for profile in conversation.agents.values()],
        "offers": [profile.to_data() for profile in conversation.offers.values()],
        "messages": len(conversation.messages),
        "files": [file.to_data() for file in conversation.files.values()],
        "user_typing": conversation.user_typing,
        "user_read_seq": conversation.user_read_seq,
    }


def _facts(conversation: Conversation) -> dict[str, Any]:
    share = conversation.screen_share
    return {
        "id": conversation.id,
        "user_id": conversation.user_id,
        "user_name": conversation.user_name,
        "queue": conversation.queue,
        "state": conversation.state.value,
        "position": conversation.position,
        "created_at": rfc3339(conversation.created_at),
        "ended_at": None if conversation.ended_at is None else rfc3339(conversation.ended_at),
        "ended_by": conversation.ended_by,
        "end_reason": conversation.end_reason,
        "last_seq": conversation.log.last_seq,
        "screen_share": None if share is None else share.to_data(),
    }


def _user(conversation: Conversation) -> dict[str, Any]:
    calls = conversation.calls
    return {
        "user_typing": conversation.user_typing,
        "user_read_seq": conversation.user_read_seq,
        "start_requests": calls.start,
        "typing_calls": calls.typing,
        "typing_values": list(calls.typing_values),
        "read_calls": calls.read,
        "end_calls": calls.end,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "client_message_id": message.client_message_id,
        "role": message.role,
        "author_id": message.author_id,
        "text": message.text,
        "items": [item.to_data() for item in message.items],
        "file_ids": list(message.file_ids),
        "seq": message.seq,
    }
