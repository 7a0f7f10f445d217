"""The session list of a chat 4 client: what the service tells it, and the commands that the client puts there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.twilio.objects import SyncEvent, SyncObject
from mockdesk.dialects.twilio.participants import info_name, my_conversations_name
from mockdesk.dialects.twilio.sids import sid_of

PURPOSE = "com.twilio.rtd.ipmsg"
"""What a client that makes its session list says the list is for."""
BASE = "/v3"
LINKS: Mapping[str, str] = MappingProxyType(
    {
        "publicChannelsUrl": f"{BASE}/Channels",
        "myChannelsUrl": f"{BASE}/MyChannels",
        "typingUrl": "/v1/typing",
        "syncListUrl": f"{BASE}/SyncList",
        "usersUrl": f"{BASE}/Users",
        "mediaServiceUrl": "/v1/Media",
    }
)
"""Paths below the client's base address. Clients take them from here, but for ``typing``, which they know."""


@dataclass
class ChatSession:
    """One session. ``events`` are all changes of its list; ``accepted`` is what each command's id was answered with."""

    sync_list: SyncObject
    identity: str
    given: Mapping[str, Any]
    """What the client said of itself."""
    events: list[SyncEvent] = field(default_factory=list)
    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)

    def context(self) -> dict[str, Any]:
        """Return what the client must know to begin."""
        mine = my_conversations_name(self.identity)
        told = {"identity": self.identity, "userInfo": info_name(self.identity), "myChannels": mine}
        # Nothing opens the object behind `channels`, but a context without it is not taken.
        told["channels"] = f"{sid_of('US', self.identity)}.channels"
        intervals = {"consumptionReportInterval": "PT1S", "httpCacheInterval": "PT1S"}
        limits = {"reachabilityEnabled": False, "userInfosToSubscribe": 100}
        return {**self.given, **told, **intervals, **limits, "links": dict(LINKS)}

    def opened(self, now: float) -> Sequence[SyncEvent]:
        """Return all changes. The first is the context: a client takes it from this event and from nothing else."""
        if not self.events:
            self.events.append(self.sync_list.update_context(self.context(), now))
        return self.events

    def push(self, command_id: str, value: Mapping[str, Any], now: float) -> SyncEvent:
        """Take a command up: it is an item of the list."""
        self.opened(now)
        index = len(self.sync_list.items)
        event = self.sync_list.put(index, dict(value), now)
        self.events.append(event)
        told = {"index": index, "url": event.event["item_url"], "revision": event.event["item_revision"]}
        self.accepted[command_id] = {**told, "last_event_id": event.event_id, "date_updated": rfc3339(now)}
        return event

    def respond(self, command_id: str, response: Mapping[str, Any], now: float) -> SyncEvent:
        """Answer a command: its item changes."""
        index = self.accepted[command_id]["index"]
        event = self.sync_list.put(index, {**self.sync_list.items[index].data, "response": dict(response)}, now)
        self.events.append(event)
        return event
