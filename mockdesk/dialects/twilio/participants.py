"""Who takes part in a conversation, as Sync and as REST tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.twilio.sids import sid_of


@dataclass
class Participant:
    """One participant. ``last_read`` is a message's index. Times are seconds since the epoch."""

    sid: str
    conversation_sid: str
    identity: str
    is_agent: bool
    created: float
    attributes: str = "{}"
    last_read: int | None = None
    last_read_at: float | None = None
    updated: float | None = None

    @property
    def role_sid(self) -> str:
        """The role's sid."""
        return sid_of("RL", "agent" if self.is_agent else "participant")

    def to_sync(self) -> dict[str, Any]:
        """Return the item of the roster."""
        return {
            "identity": self.identity,
            "type": "chat",
            "attributes": self.attributes,
            "roleSid": self.role_sid,
            "userInfo": info_name(self.identity),
            "lastConsumedMessageIndex": self.last_read,
            "lastConsumptionTimestamp": None if self.last_read_at is None else rfc3339(self.last_read_at),
            "dateCreated": rfc3339(self.created),
            "dateUpdated": rfc3339(self.updated or self.created),
        }

    def to_rest(self, url: str, account_sid: str) -> dict[str, Any]:
        """Return the participant of the Conversations API."""
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "conversation_sid": self.conversation_sid,
            "identity": self.identity,
            "attributes": self.attributes,
            "messaging_binding": None,
            "role_sid": self.role_sid,
            "last_read_message_index": self.last_read,
            "last_read_timestamp": None if self.last_read_at is None else rfc3339(self.last_read_at),
            "date_created": rfc3339(self.created),
            "date_updated": rfc3339(self.updated or self.created),
            "url": f"{url}/Participants/{self.sid}",
        }


def my_conversations_name(identity: str) -> str:
    """Return the name of the map of an identity's conversations."""
    return f"{sid_of('US', identity)}.conversations"


def info_name(identity: str) -> str:
    """Return the name of the map that tells who an identity is."""
    return f"{sid_of('US', identity)}.info"
