"""Where things are: the service tells it, and nothing of it is known before.

Clients ask for a configuration, which names the addresses of everything else, and for the conversation, which names its
three objects in Sync.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from byosd_reference import reading
from byosd_reference.errors import StreamLost
from byosd_reference.settings import Deadline
from byosd_reference.twilio.sync import Sync, SyncObject, address_of, body_of
from byosd_reference.twilio.twilsock import WHAT, Twilsock

CONFIGURATION = ("aim.us1.twilio.com", "/Client/v2/Configuration")
_OBJECTS: Mapping[str, str] = {"conversation": "document", "messages": "list", "participants": "map"}


@dataclass(frozen=True)
class Links:
    """The addresses that the service has told for one conversation."""

    conversation: str
    read_horizon: str
    typing: str
    users: str

    @property
    def messages(self) -> str:
        """Where messages go."""
        return f"{self.conversation}/Messages"

    def user(self, identity: str) -> str:
        """Return where it is told who somebody is."""
        return f"{self.users}/{quote(identity, safe='')}"


class Places:
    """Where the things of one conversation are, once they were found."""

    def __init__(self, conversation_sid: str) -> None:
        self.conversation_sid = conversation_sid
        self._links: Links | None = None
        self._objects: Mapping[str, SyncObject] = {}

    def links(self, socket: Twilsock, deadline: Deadline) -> Links:
        """Return the addresses, and ask for them if need be; raises what ``sync.body_of`` raises."""
        if self._links is None:
            self._links = _links_in(body_of(socket.call(WHAT, "GET", CONFIGURATION, deadline)), self.conversation_sid)
        return self._links

    def objects(self, socket: Twilsock, deadline: Deadline) -> Mapping[str, SyncObject]:
        """Return the conversation's objects, by kind, and ask for them if need be; raises what :meth:`links` raises."""
        if not self._objects:
            url = self.links(socket, deadline).conversation
            told = body_of(socket.call(WHAT, "GET", address_of(url), deadline))
            self._objects = _objects_in(Sync(socket), told, deadline)
        return self._objects


def _links_in(told: Any, conversation_sid: str) -> Links:
    names = ("conversations", "my_conversations", "typing", "users")
    found = {name: reading.text(told, "links", name) for name in names}
    known = {name: url for name, url in found.items() if url is not None}
    if len(known) < len(names):
        raise StreamLost("the configuration lacks addresses")
    sid = quote(conversation_sid, safe="")
    return Links(
        f"{known['conversations']}/{sid}", f"{known['my_conversations']}/{sid}", known["typing"], known["users"]
    )


def _objects_in(sync: Sync, told: Any, deadline: Deadline) -> dict[str, SyncObject]:
    found = {}
    for name, kind in _OBJECTS.items():
        unique_name = reading.text(told, "sync_objects", name)
        if unique_name is None:
            raise StreamLost(f"the conversation has no {name}")
        found[kind] = sync.find(kind, unique_name, deadline)
    return found
