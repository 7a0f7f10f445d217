"""What each event of the core means in Sync: changes of the conversation's objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mockdesk.core.events import (
    AgentJoined,
    AgentLeft,
    AgentRead,
    AgentTyping,
    ConversationEndedEvent,
    Event,
    MessageCreated,
)
from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.twilio.conversation import FlexConversation, Notice
from mockdesk.dialects.twilio.objects import Typing
from mockdesk.dialects.twilio.sids import sid_of


def notices_of(conversation: FlexConversation, event: Event, typing_timeout: int) -> list[Notice]:
    """Change the conversation's objects as an event says; return what is told of it."""
    if isinstance(event.body, AgentTyping):
        return [_typing(conversation, event.body, typing_timeout)] if event.body.typing else []
    handler = _HANDLERS.get(type(event.body))
    return [] if handler is None else handler(conversation, event.body, event.time)


def _typing(conversation: FlexConversation, body: AgentTyping, timeout: int) -> Notice:
    # The service adds a second, so that a repeated notice comes before the end of the last.
    return Typing(conversation.sid, body.agent_id, timeout + 1)


def _joined(conversation: FlexConversation, body: AgentJoined, now: float) -> list[Notice]:
    attributes = json.dumps({"member_type": "agent"})
    one = conversation.add(body.agent.id, True, attributes, now)
    return [conversation.roster.put(one.sid, one.to_sync(), now)]


def _left(conversation: FlexConversation, body: AgentLeft, now: float) -> list[Notice]:
    return remove(conversation, body.agent_id, now)


def remove(conversation: FlexConversation, identity: str, now: float) -> list[Notice]:
    """Take a participant out."""
    one = conversation.participant_of(identity)
    if one is None:
        return []
    del conversation.participants[one.sid]
    return [conversation.roster.remove(one.sid, now)]


def _said(conversation: FlexConversation, body: MessageCreated, now: float) -> list[Notice]:
    conversation.messages.append(body.message)
    index = len(conversation.messages) - 1
    item = conversation.list.put(index, message_data(conversation, index), now)
    return [item, conversation.document.update_document(conversation.to_document(), now)]


def message_data(conversation: FlexConversation, index: int) -> dict[str, Any]:
    """Return the item of a message."""
    message = conversation.messages[index]
    author = conversation.participant_of(message.author_id)
    return {
        "sid": message_sid(conversation, index),
        "author": message.author_id,
        "text": message.text,
        "type": "text",
        "timestamp": rfc3339(message.time),
        "dateUpdated": rfc3339(message.time),
        "lastUpdatedBy": None,
        "attributes": conversation.message_attributes.get(message.client_message_id or "", "{}"),
        "memberSid": None if author is None else author.sid,
    }


def message_sid(conversation: FlexConversation, index: int) -> str:
    """Return the sid of a message."""
    return sid_of("IM", conversation.sid, conversation.messages[index].id)


def _read(conversation: FlexConversation, body: AgentRead, now: float) -> list[Notice]:
    return read(conversation, body.agent_id, conversation.index_at(body.up_to_seq), now)


def read(conversation: FlexConversation, identity: str, index: int | None, now: float) -> list[Notice]:
    """Move a participant's read horizon."""
    one = conversation.participant_of(identity)
    if one is None or index is None:
        return []
    one.last_read, one.last_read_at, one.updated = index, now, now
    return [conversation.roster.put(one.sid, one.to_sync(), now)]


def _ended(conversation: FlexConversation, body: ConversationEndedEvent, now: float) -> list[Notice]:
    conversation.state, conversation.updated = "closed", now
    agents = [one.identity for one in conversation.participants.values() if one.is_agent]
    left = [notice for identity in agents for notice in remove(conversation, identity, now)]
    return [*left, conversation.document.update_document(conversation.to_document(), now)]


_HANDLERS: Mapping[type[Any], Callable[[FlexConversation, Any, float], list[Notice]]] = MappingProxyType(
    {
        AgentJoined: _joined,
        AgentLeft: _left,
        AgentRead: _read,
        MessageCreated: _said,
        ConversationEndedEvent: _ended,
    }
)
