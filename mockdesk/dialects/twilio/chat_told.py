"""Channels, members and messages as the server's chat API (version 2) tells them."""

from __future__ import annotations

from typing import Any

from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.twilio.conversation import FlexConversation
from mockdesk.dialects.twilio.participants import Participant
from mockdesk.dialects.twilio.settings import TwilioSettings
from mockdesk.dialects.twilio.telling import message_data


def channel_told(one: FlexConversation, url: str, settings: TwilioSettings) -> dict[str, Any]:
    """Return a channel; ``url`` is its own address."""
    return {
        "sid": one.sid,
        "account_sid": settings.account_sid,
        "service_sid": settings.service_sid,
        "friendly_name": one.described.friendly_name,
        "unique_name": one.described.unique_name,
        "attributes": one.described.attributes,
        "type": "private",
        "created_by": one.described.created_by,
        "members_count": len(one.participants),
        "messages_count": len(one.messages),
        "date_created": rfc3339(one.created),
        "date_updated": rfc3339(one.updated or one.created),
        "url": url,
        "links": {"members": f"{url}/Members", "messages": f"{url}/Messages"},
    }


def member_told(one: Participant, url: str, settings: TwilioSettings) -> dict[str, Any]:
    """Return a member; ``url`` is the channel's address."""
    return {
        "sid": one.sid,
        "account_sid": settings.account_sid,
        "service_sid": settings.service_sid,
        "channel_sid": one.conversation_sid,
        "identity": one.identity,
        "attributes": one.attributes,
        "role_sid": one.role_sid,
        "last_consumed_message_index": one.last_read,
        "last_consumption_timestamp": None if one.last_read_at is None else rfc3339(one.last_read_at),
        "date_created": rfc3339(one.created),
        "date_updated": rfc3339(one.updated or one.created),
        "url": f"{url}/Members/{one.sid}",
    }


def message_told(one: FlexConversation, index: int, url: str, settings: TwilioSettings) -> dict[str, Any]:
    """Return the message at an index; ``url`` is the channel's address."""
    data = message_data(one, index)
    return {
        "sid": data["sid"],
        "account_sid": settings.account_sid,
        "service_sid": settings.service_sid,
        "channel_sid": one.sid,
        "to": one.sid,
        "from": data["author"],
        "body": data["text"],
        "attributes": data["attributes"],
        "index": index,
        "type": data["type"],
        "media": None,
        "was_edited": False,
        "last_updated_by": data["lastUpdatedBy"],
        "date_created": data["timestamp"],
        "date_updated": data["dateUpdated"],
        "url": f"{url}/Messages/{data['sid']}",
    }
