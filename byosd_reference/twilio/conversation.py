"""How far one conversation was shown, and what each further change of it means in events of the canonical API.

Every change is looked at when its turn has come, not when it arrives: so what was shown already, by whatever way it
came, is known by the index of the message or the sid of the participant, and a page that goes away in between has
persisted what was shown and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from byosd_reference import reading
from byosd_reference.twilio.sync import Change, seconds_of

Told: TypeAlias = tuple[str, dict[str, Any]]
ENDED: Told = ("conversation.ended", {})


@dataclass
class Shown:
    """How far a conversation was shown to a user whose ``identity`` this is.

    ``next_index``: of the first message that was not shown. ``positions``: the last event that is known of each object,
    by ``document``, ``list`` and ``map``. ``members``: the identities of the agents who are there, by participant.
    ``authors``: the identities of all agents who took part so far; ``gone``: the participants who left; ``read``: the
    index up to which a participant has read.
    """

    identity: str
    next_index: int = 0
    positions: dict[str, int] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    authors: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    read: dict[str, int] = field(default_factory=dict)

    @classmethod
    def kept(cls, state: Mapping[str, Any]) -> Shown | None:
        """Return what a page before has kept, ``None`` if it has not."""
        identity, next_index = reading.text(state, "identity"), reading.whole(state, "next_index")
        if identity is None or next_index is None:
            return None
        told, members = reading.part(state, "positions"), reading.part(state, "members")
        positions = {name: reading.whole(told, name) or 0 for name in told}
        present = {str(sid): one for sid, one in members.items() if isinstance(one, str)}
        return cls(identity, next_index, positions, present, set(present.values()))

    def to_keep(self) -> dict[str, Any]:
        """Return what a new page must know."""
        return {
            "identity": self.identity,
            "next_index": self.next_index,
            "positions": dict(self.positions),
            "members": dict(self.members),
        }

    def position(self, kind: str) -> int:
        """Return the last event that is known of an object; 0: none."""
        return self.positions.get(kind, 0)

    def is_message_gap(self, change: Change) -> bool:
        """Tell whether messages are missing before one that was told."""
        return change.type == "list_item_added" and isinstance(change.key, int) and change.key > self.next_index

    def take(self, change: Change) -> list[Told]:
        """Take a change whose turn has come; return what it means, nothing if that was shown already."""
        kind = change.type.partition("_")[0]
        handler = _HANDLERS.get(change.type)
        told = [] if handler is None else handler(self, change)
        self.positions[kind] = max(self.position(kind), change.event_id)
        return told

    def typing(self, told: Any) -> list[Told]:
        """Return what a notice of typing means."""
        identity = reading.text(told, "identity")
        if identity is None or identity == self.identity:
            return []
        seconds = reading.number(told, "typing_timeout")
        return [("agent.typing", {"agent_id": identity, "typing": True, "expires_in_seconds": seconds})]

    def _said(self, change: Change) -> list[Told]:
        if not isinstance(change.key, int) or change.key < self.next_index:
            return []
        self.next_index = change.key + 1
        author, member = reading.text(change.data, "author"), reading.text(change.data, "memberSid")
        message = {"seq": self.next_index, "id": change.data.get("sid"), "text": change.data.get("text")}
        if author == self.identity:
            return [_message(message, "user", author)]
        if author is None or (member is None and author not in self.authors):
            return [_message(message, "system", None)]
        came = [] if member is None or author in self.members.values() else self._enter(member, author)
        return [*came, _message(message, "agent", author)]

    def _came(self, change: Change) -> list[Told]:
        identity = reading.text(change.data, "identity")
        if not isinstance(change.key, str) or identity in (None, self.identity):
            return []
        if change.key in self.members or change.key in self.gone:
            return []
        return self._enter(change.key, str(identity))

    def _enter(self, member: str, identity: str) -> list[Told]:
        self.members[member] = identity
        self.authors.add(identity)
        return [("agent.joined", {"agent": {"id": identity}})]

    def _changed(self, change: Change) -> list[Told]:
        identity = self.members.get(str(change.key))
        index = reading.whole(change.data, "lastConsumedMessageIndex")
        if identity is None or index is None or self.read.get(identity) == index:
            return []
        self.read[identity] = index
        return [("agent.read", {"agent_id": identity, "up_to_seq": index + 1})]

    def _left(self, change: Change) -> list[Told]:
        if reading.text(change.data, "identity") == self.identity:
            return [ENDED]  # whoever takes the user out has ended the chat
        self.gone.add(str(change.key))
        identity = self.members.pop(str(change.key), None)
        if identity is None or identity in self.members.values():
            return []
        return [("agent.left", {"agent_id": identity})]

    def _document(self, change: Change) -> list[Told]:
        return [] if closed_at(change.data) is None else [ENDED]


def closed_at(document: Mapping[str, Any]) -> float | None:
    """Return since when a conversation is over, seconds since the epoch, as its document says; ``None``: it is not."""
    state = reading.part(document, "state")
    return seconds_of(reading.text(state, "dateUpdated")) if state.get("current") == "closed" else None


def _message(message: Mapping[str, Any], role: str, author: str | None) -> Told:
    return "message.created", {"message": {**message, "author": {"role": role, "id": author}}}


_HANDLERS: Mapping[str, Callable[[Shown, Change], list[Told]]] = {
    "list_item_added": Shown._said,
    "map_item_added": Shown._came,
    "map_item_updated": Shown._changed,
    "map_item_removed": Shown._left,
    "document_updated": Shown._document,
}
