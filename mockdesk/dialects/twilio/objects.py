"""Sync objects: documents, lists and maps. Each counts its own events, and REST tells the same counts as events do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.twilio.frames import encode, json_payload
from mockdesk.dialects.twilio.sids import sid_of

Kind = Literal["document", "list", "map"]
PREFIXES: Mapping[str, str] = MappingProxyType({"document": "ET", "list": "ES", "map": "MP"})
SYNC_URL = "https://cds.us1.twilio.com"
"""Where items lie, as events tell it; the region is the clients' default."""

PATHS: Mapping[str, str] = MappingProxyType({"document": "Documents", "list": "Lists", "map": "Maps"})


@dataclass(frozen=True)
class SyncEvent:
    """A change of one object: the ``event_id`` of it, counted by the object, and what is told."""

    object_sid: str
    kind: Kind
    event_id: int
    event_type: str
    event: Mapping[str, Any]

    def frame(self, frame_id: str) -> bytes:
        """Return the notification of this change."""
        return notification(
            f"com.twilio.rtd.cds.{self.kind}", {"event_type": self.event_type, "event": self.event}, frame_id
        )


@dataclass(frozen=True)
class Typing:
    """Somebody types in a conversation; over after ``typing_timeout`` seconds."""

    channel_sid: str
    identity: str
    typing_timeout: int

    def frame(self, frame_id: str) -> bytes:
        """Return the notification."""
        return notification("twilio.ipmsg.typing_indicator", vars(self), frame_id)


def notification(message_type: str, payload: Any, frame_id: str) -> bytes:
    """Return the frame of a notification."""
    header = {"method": "notification", "id": frame_id, "message_type": message_type}
    return encode(header, json_payload(payload))


@dataclass
class Item:
    """One item of a list or map, and the event that made it what it is."""

    data: Any
    event_id: int
    updated: float


@dataclass
class SyncObject:
    """One document, list or map. Items of a list are known by their index, of a map by their key."""

    kind: Kind
    unique_name: str
    created: float
    data: Any = None
    items: dict[str | int, Item] = field(default_factory=dict)
    last_event_id: int = 0
    updated: float = 0.0

    @property
    def sid(self) -> str:
        """The object's sid."""
        return sid_of(PREFIXES[self.kind], self.unique_name)

    @property
    def revision(self) -> str:
        """The state of the object: hexadecimal digits."""
        return f"{self.last_event_id:x}"

    def update_document(self, data: Any, now: float) -> SyncEvent:
        """Replace a document's data."""
        self._count(now)
        self.data = data
        return self._event("document_updated", {"document_revision": self.revision, "document_data": data}, now)

    def update_context(self, data: Any, now: float) -> SyncEvent:
        """Tell a list's context anew."""
        self._count(now)
        return self._event("list_context_updated", {"context_data": data, "list_revision": self.revision}, now)

    def put(self, name: str | int, data: Any, now: float) -> SyncEvent:
        """Add or update an item."""
        self._count(now)
        word = "updated" if name in self.items else "added"
        self.items[name] = Item(data, self.last_event_id, now)
        return self._item_event(word, name, data, now)

    def remove(self, name: str | int, now: float) -> SyncEvent:
        """Remove an item."""
        self._count(now)
        item = self.items.pop(name)
        return self._item_event("removed", name, item.data, now)

    def _count(self, now: float) -> None:
        self.last_event_id += 1
        self.updated = now

    def _item_event(self, word: str, name: str | int, data: Any, now: float) -> SyncEvent:
        which = "item_index" if self.kind == "list" else "item_key"
        told = {which: name, "item_url": f"{SYNC_URL}{self._path()}/Items/{name}", "item_revision": self.revision}
        told |= {"item_data": data, f"{self.kind}_revision": self.revision}
        return self._event(f"{self.kind}_item_{word}", told, now)

    def _event(self, event_type: str, told: Mapping[str, Any], now: float) -> SyncEvent:
        more = {"id": self.last_event_id, f"{self.kind}_sid": self.sid, "date_created": rfc3339(now)}
        return SyncEvent(self.sid, self.kind, self.last_event_id, event_type, {**more, **told})

    def _path(self) -> str:
        return f"/v3/{PATHS[self.kind]}/{self.sid}"

    def to_root(self, base_url: str) -> dict[str, Any]:
        """Return what GET of the object tells; urls lie below ``base_url``."""
        url = f"{base_url}{self._path()}"
        root: dict[str, Any] = {"sid": self.sid, "unique_name": self.unique_name, "url": url}
        root |= {"revision": self.revision, "last_event_id": self.last_event_id, "date_expires": None}
        root |= {"date_created": rfc3339(self.created), "date_updated": rfc3339(self.updated or self.created)}
        if self.kind == "document":
            return root | {"data": self.data, "links": {}}
        links = {"items": f"{url}/Items"}
        return root | {"links": links | ({"context": f"{url}/Context"} if self.kind == "list" else {})}

    def to_item(self, name: str | int, base_url: str) -> dict[str, Any]:
        """Return what GET tells of an item."""
        item, which = self.items[name], "index" if self.kind == "list" else "key"
        told = {which: name, "url": f"{base_url}{self._path()}/Items/{name}", "revision": f"{item.event_id:x}"}
        told |= {"last_event_id": item.event_id, "data": item.data}
        return told | {"date_updated": rfc3339(item.updated), "date_expires": None}
