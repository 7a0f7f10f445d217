"""Conversations and their messages as the server's Conversations API tells them."""

from __future__ import annotations

from typing import Any

from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.twilio.conversation import FlexConversation
from mockdesk.dialects.twilio.settings import TwilioSettings
from mockdesk.dialects.twilio.telling import message_data

PARTS = ("Participants", "Messages", "Webhooks")


def conversation_told(one: FlexConversation, url: str, settings: TwilioSettings) -> dict[str, Any]:
    """Return a conversation; ``url`` is its own address."""
    return {
        "sid": one.sid,
        "account_sid": settings.account_sid,
        "chat_service_sid": settings.service_sid,
        "messaging_service_sid": None,
        "friendly_name": one.described.friendly_name,
        "unique_name": one.described.unique_name,
        "attributes": one.described.attributes,
        "state": one.state,
        "timers": {},
        "bindings": {},
        "date_created": rfc3339(one.created),
        "date_updated": rfc3339(one.updated or one.created),
        "url": url,
        "links": {name.lower(): f"{url}/{name}" for name in PARTS},
    }


def message_told(one: FlexConversation, index: int, url: str, settings: TwilioSettings) -> dict[str, Any]:
    """Return the message at an index; ``url`` is the conversation's address."""
    data = message_data(one, index)
    return {
        "sid": data["sid"],
        "account_sid": settings.account_sid,
        "conversation_sid": one.sid,
        "index": index,
        "author": data["author"],
        "body": data["text"],
        "media": None,
        "attributes": data["attributes"],
        "participant_sid": data["memberSid"],
        "delivery": None,
        "content_sid": None,
        "date_created": data["timestamp"],
        "date_updated": data["dateUpdated"],
        "url": f"{url}/Messages/{data['sid']}",
        "links": {},
    }
