"""How far one conversation was shown, and what each further change of it means in events of the canonical API.

Every change is looked at when its turn has come, not when it arrives: so what was shown already, by whatever way it
came, is known by the index of the message or the sid of the participant, and a page that goes away in between has
persisted what was shown and no more. For the same reason what it means is given bit by bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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

    def is_end(self, change: Change) -> bool:
        """Tell whether a change ends the conversation."""
        if change.type == "map_item_removed":  # whoever takes the user out has ended the chat
            return reading.text(change.data, "identity") == self.identity
        return change.type == "document_updated" and closed_at(change.data) is not None

    def is_behind_others(self, change: Change) -> bool:
        """Tell whether messages are to be told before a change: those that it jumps over; before the end, all."""
        jumps = change.type == "list_item_added" and isinstance(change.key, int) and change.key > self.next_index
        return jumps or self.is_end(change)

    def take(self, change: Change) -> Iterator[Told]:
        """Take a change whose turn has come; give what it means, nothing if that was shown already."""
        kind = change.type.partition("_")[0]
        self.positions[kind] = max(self.position(kind), change.event_id)
        handler = _HANDLERS.get(change.type)
        if self.is_end(change):
            yield ENDED
        elif handler is not None:
            yield from handler(self, change)

    def typing(self, told: Any) -> Iterator[Told]:
        """Give what a notice of typing means."""
        identity = reading.text(told, "identity")
        if identity is not None and identity != self.identity:
            seconds = reading.number(told, "typing_timeout")
            yield "agent.typing", {"agent_id": identity, "typing": True, "expires_in_seconds": seconds}

    def _said(self, change: Change) -> Iterator[Told]:
        if not isinstance(change.key, int) or change.key < self.next_index:
            return
        author, member = reading.text(change.data, "author"), reading.text(change.data, "memberSid")
        role = self._role_of(author, member)
        is_unknown = member not in self.gone and author not in self.members.values()
        if role == "agent" and member is not None and is_unknown:
            yield from self._enter(member, str(author))
        self.next_index = change.key + 1
        message = {"seq": self.next_index, "id": change.data.get("sid"), "text": change.data.get("text")}
        yield "message.created", {"message": {**message, "author": {"role": role, "id": author}}}

    def _role_of(self, author: str | None, member: str | None) -> str:
        """Return who speaks: the user, an agent (whoever else takes or took part), or the service itself."""
        if author == self.identity:
            return "user"
        return "agent" if author is not None and (member is not None or author in self.authors) else "system"

    def _came(self, change: Change) -> Iterator[Told]:
        member, identity = change.key, reading.text(change.data, "identity")
        if not isinstance(member, str) or identity is None or identity == self.identity:
            return
        if member not in self.members and member not in self.gone:
            yield from self._enter(member, identity)

    def _enter(self, member: str, identity: str) -> Iterator[Told]:
        self.members[member] = identity
        self.authors.add(identity)
        yield "agent.joined", {"agent": {"id": identity}}

    def _changed(self, change: Change) -> Iterator[Told]:
        identity = self.members.get(str(change.key))
        index = reading.whole(change.data, "lastConsumedMessageIndex")
        if identity is not None and index is not None and self.read.get(identity) != index:
            self.read[identity] = index
            yield "agent.read", {"agent_id": identity, "up_to_seq": index + 1}

    def _left(self, change: Change) -> Iterator[Told]:
        self.gone.add(str(change.key))
        identity = self.members.pop(str(change.key), None)
        if identity is not None and identity not in self.members.values():
            yield "agent.left", {"agent_id": identity}


def closed_at(document: Mapping[str, Any]) -> float | None:
    """Return since when a conversation is over, seconds since the epoch, as its document says; ``None``: it is not."""
    state = reading.part(document, "state")
    return seconds_of(reading.text(state, "dateUpdated")) if state.get("current") == "closed" else None


_HANDLERS: Mapping[str, Callable[[Shown, Change], Iterator[Told]]] = {
    "list_item_added": Shown._said,
    "map_item_added": Shown._came,
    "map_item_updated": Shown._changed,
    "map_item_removed": Shown._left,
}
