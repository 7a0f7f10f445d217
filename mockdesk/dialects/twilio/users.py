"""Identities: the maps that belong to each, and the sessions of its chat 4 clients."""

from __future__ import annotations

from dataclasses import dataclass, field

from mockdesk.core.bounded import Recent
from mockdesk.dialects.twilio.chat_session import ChatSession
from mockdesk.dialects.twilio.objects import SyncObject
from mockdesk.dialects.twilio.participants import info_name, my_conversations_name

KEPT_SESSIONS = 100
"""How many sessions of an identity's chat 4 clients are kept."""


@dataclass
class User:
    """One identity, and the Sync objects that belong to it."""

    identity: str
    my_conversations: SyncObject
    info: SyncObject
    sessions: Recent[str, ChatSession] = field(default_factory=lambda: Recent(KEPT_SESSIONS))
    """The newest, by the sid of each session's list."""
    opened: int = 0
    """How many sessions there ever were."""

    @property
    def objects(self) -> tuple[SyncObject, ...]:
        """The identity's Sync objects."""
        return (self.my_conversations, self.info, *(one.sync_list for one in self.sessions.values()))


def new_user(identity: str, now: float) -> User:
    """Return an identity of which nothing but its name is known."""
    info = SyncObject("map", info_name(identity), now)
    for key, value in (("friendlyName", identity), ("attributes", "{}")):
        info.put(key, {"value": value}, now)
    info.put("reachability", {"online": True, "notifiable": False}, now)
    return User(identity, SyncObject("map", my_conversations_name(identity), now), info)
