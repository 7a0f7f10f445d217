"""Sync, which holds what the service knows of a conversation: a document, a list of messages, a map of who takes part.

Each object counts its events. Whoever subscribes says which one was the last that it knows; the service tells what came
after it, then that this was all, then what happens. That makes a lost connection harmless.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from byosd_reference import reading
from byosd_reference.errors import AnswerLost, StreamLost, StreamRefused
from byosd_reference.http_line import Answer
from byosd_reference.settings import Deadline
from byosd_reference.twilio.packets import Packet
from byosd_reference.twilio.twilsock import OBJECTS, SYNC, WHAT, Twilsock

HOST = "cds.us1.twilio.com"
SUBSCRIPTIONS = "/v4/Subscriptions"
PROTOCOL_VERSION = 4
PAGE_SIZE = 100
MOST_PAGES = 1000
MOST_REPLAYS = 3
"""So often a replay that was interrupted is taken up again."""

_PATHS: Mapping[str, str] = {"document": "Documents", "list": "Lists", "map": "Maps"}


@dataclass(frozen=True)
class SyncObject:
    """A document, list or map; ``items_url`` is the address of what a list or map holds."""

    kind: str
    sid: str
    items_url: str | None = None


@dataclass(frozen=True)
class Change:
    """One event of an object. ``key`` is the item's index or key, ``at`` the time, seconds since the epoch."""

    object_sid: str
    event_id: int
    type: str
    key: int | str | None
    data: Mapping[str, Any]
    at: float


def change_in(packet: Packet) -> Change | None:
    """Return the change that a packet tells of, ``None`` if it tells of none."""
    message_type = reading.text(packet.header, "message_type") or ""
    if message_type != SYNC and not message_type.startswith(OBJECTS):
        return None
    kind, event = reading.text(packet.payload, "event_type") or "", reading.part(packet.payload, "event")
    part = kind.partition("_")[0]
    sid, event_id = reading.text(event, f"{part}_sid"), reading.whole(event, "id", least=1)
    if sid is None or event_id is None:
        return None
    key = reading.whole(event, "item_index") if part == "list" else reading.text(event, "item_key")
    data = reading.part(event, "document_data" if part == "document" else "item_data")
    return Change(sid, event_id, kind, key, data, seconds_of(reading.text(event, "date_created")))


def seconds_of(written: str | None) -> float:
    """Return a time as seconds since the epoch, 0 for one that cannot be read."""
    try:
        return datetime.fromisoformat(written or "").timestamp()
    except ValueError:
        return 0.0


class Sync:
    """What is asked of Sync over one connection, to do ``what``. All raise what :func:`body_of` raises."""

    def __init__(self, socket: Twilsock, what: str = WHAT) -> None:
        self._socket = socket
        self._what = what

    def find(self, kind: str, name: str, deadline: Deadline) -> SyncObject:
        """Return the object of a name."""
        root = self._get((HOST, f"/v3/{_PATHS[kind]}/{name}"), {}, deadline)
        sid = reading.text(root, "sid")
        if sid is None:
            raise StreamLost("an object without a sid")
        return SyncObject(kind, sid, reading.text(root, "links", "items"))

    def document(self, one: SyncObject, deadline: Deadline) -> Mapping[str, Any]:
        """Return what a document says now."""
        return reading.part(self._get((HOST, f"/v3/{_PATHS[one.kind]}/{one.sid}"), {}, deadline), "data")

    def items_from(self, one: SyncObject, index: int, deadline: Deadline) -> list[Change]:
        """Return the items of a list from an index on, as the changes that added them."""
        return self._items(one, {"From": str(index)}, deadline)

    def items(self, one: SyncObject, deadline: Deadline) -> list[Change]:
        """Return the items of a map, as the changes that added them."""
        return self._items(one, {}, deadline)

    def _items(self, one: SyncObject, where: Mapping[str, str], deadline: Deadline) -> list[Change]:
        found: list[Change] = []
        for _ in range(MOST_PAGES):
            asked = {"Order": "asc", "PageSize": PAGE_SIZE, **where}
            page = self._get(address_of(one.items_url or ""), asked, deadline)
            found += [added for item in reading.items(page, "items") if (added := _added(one, item)) is not None]
            token = reading.text(page, "meta", "next_token")
            if token is None:
                break
            where = {"PageToken": token}
        return found

    def subscribe(self, known: Mapping[SyncObject, int], deadline: Deadline) -> list[Change]:
        """Hear of objects from now on; return what was missed of each since the event that is known of it."""
        missed: list[Change] = []
        rest = dict(known)
        for _ in range(MOST_REPLAYS):
            self._ask_for(rest, deadline)
            rest = self._until_confirmed(rest, missed, deadline)
            if not rest:
                return missed
        raise StreamLost("the service does not tell what was missed")

    def _ask_for(self, known: Mapping[SyncObject, int], deadline: Deadline) -> None:
        requests = [
            {"object_sid": one.sid, "object_type": one.kind, "last_event_id": last} for one, last in known.items()
        ]
        body = {
            "event_protocol_version": PROTOCOL_VERSION,
            "action": "establish",
            "correlation_id": uuid.uuid4().int % 10**12,
            "retried_requests": 0,
            "ttl_in_s": -1,
            "requests": requests,
        }
        body_of(self._socket.call(self._what, "POST", (HOST, SUBSCRIPTIONS), deadline, json=body), self._what)

    def _until_confirmed(
        self, known: Mapping[SyncObject, int], missed: list[Change], deadline: Deadline
    ) -> dict[SyncObject, int]:
        """Take what is told until each object is confirmed; return those whose replay was interrupted, and where."""
        open_ones, interrupted = {one.sid: one for one in known}, {}
        for packet in self._socket.told(deadline):
            change = change_in(packet)
            if change is not None:
                missed.append(change)
            kind, event = reading.text(packet.payload, "event_type"), reading.part(packet.payload, "event")
            if kind == "subscription_failed":
                raise StreamLost("the service does not tell of an object")
            one = open_ones.pop(reading.text(event, "object_sid") or "", None)
            if one is not None and reading.text(event, "replay_status") == "interrupted":
                interrupted[one] = reading.whole(event, "last_event_id") or known[one]
            if not open_ones:
                return interrupted
        raise StreamLost("the service did not say that it tells of everything")

    def _get(self, address: tuple[str, str], params: Mapping[str, Any], deadline: Deadline) -> Any:
        return body_of(self._socket.call(self._what, "GET", address, deadline, params=params), self._what)


def body_of(answer: Answer, what: str = WHAT) -> Mapping[str, Any]:
    """Return the body of an answer that is a yes.

    Raises:
        StreamRefused: it is a no.
        StreamLost: it makes no sense.
    """
    if answer.status >= 400:
        raise StreamRefused(what, answer.status, None, answer.retry_after)
    if not isinstance(answer.body, Mapping):
        raise StreamLost("an answer without a body")
    return answer.body


def address_of(url: str) -> tuple[str, str]:
    """Return host and path of an address that the service gave.

    Raises:
        AnswerLost: it gave none.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise AnswerLost(WHAT, "the service told no address")
    return parts.hostname, parts.path


def _added(one: SyncObject, item: Any) -> Change | None:
    key = reading.whole(item, "index") if one.kind == "list" else reading.text(item, "key")
    if key is None:
        return None
    data, event_id = reading.part(item, "data"), reading.whole(item, "last_event_id") or 0
    written = reading.text(data, "timestamp") or reading.text(data, "dateCreated")
    return Change(one.sid, event_id, f"{one.kind}_item_added", key, data, seconds_of(written))
