"""One conversation: its Sync objects, and the log of what was told of it. Which event means what: ``telling.py``."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from mockdesk.core.bounded import Bounded
from mockdesk.core.conversation import Conversation
from mockdesk.core.errors import DeskError
from mockdesk.core.events import Event, Message
from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.feeds import ConversationLog, closing
from mockdesk.dialects.seam import Entry, Finish, Frame
from mockdesk.dialects.twilio.objects import SyncEvent, SyncObject, Typing, notification
from mockdesk.dialects.twilio.participants import Participant
from mockdesk.dialects.twilio.sids import sid_of

Notice = SyncEvent | Typing
MOST_WEBHOOKS = 1_000
"""Webhooks of one conversation."""


@dataclass
class Described:
    """What somebody who made a conversation said of it."""

    friendly_name: str | None = None
    unique_name: str | None = None
    attributes: str = "{}"
    created_by: str = "system"


@dataclass
class FlexConversation:
    """One conversation. ``customer`` is the identity of the user of the core, once there is one."""

    sid: str
    created: float
    described: Described
    customer: str | None = None
    participants: dict[str, Participant] = field(default_factory=dict)
    """Who takes part now, by sid."""
    messages: list[Message] = field(default_factory=list)
    message_attributes: dict[str, str] = field(default_factory=dict)
    """Attributes of the customer's messages, by the client's id of each."""
    webhooks: Bounded[str, dict[str, Any]] = field(default_factory=lambda: Bounded(MOST_WEBHOOKS))
    state: str = "active"
    updated: float = 0.0
    joined: int = 0
    retention: int = 10_000
    """How many entries of the log are kept."""

    def __post_init__(self) -> None:
        self.log = ConversationLog(self.retention)
        self._notices: deque[tuple[Notice, ...]] = deque(maxlen=self.retention)
        self.document = SyncObject("document", f"{self.sid}.channel", self.created, self.to_document())
        self.list = SyncObject("list", f"{self.sid}.messages", self.created)
        self.roster = SyncObject("map", f"{self.sid}.roster", self.created)

    @property
    def objects(self) -> tuple[SyncObject, ...]:
        """The conversation's own Sync objects."""
        return (self.document, self.list, self.roster)

    @property
    def sync_objects(self) -> dict[str, str]:
        """The names of the Sync objects, as the client's REST tells them."""
        names = ("conversation", "messages", "participants")
        return dict(zip(names, (one.unique_name for one in self.objects), strict=True))

    def participant_of(self, identity: str) -> Participant | None:
        """Return the participant of an identity, or of a participant's sid."""
        fitting = (one for one in self.participants.values() if identity in (one.identity, one.sid))
        return next(fitting, None)

    def add(self, identity: str, is_agent: bool, attributes: str, now: float) -> Participant:
        """Note a participant; nothing is told yet."""
        self.joined += 1
        sid = sid_of("MB", self.sid, identity, self.joined)
        one = self.participants[sid] = Participant(sid, self.sid, identity, is_agent, now, attributes)
        return one

    def tell(self, notices: Iterable[Notice], seq: int, event: Event | None = None) -> None:
        """Write down what is told; ``seq`` is the last position of the core's log."""
        told = tuple(notices)
        frames = [one.frame(sid_of("TM", self.sid, self.log.last(), place)) for place, one in enumerate(told)]
        self._notices.append(told)
        self.log.append(frames, seq, event)

    def notices_at(self, position: int) -> tuple[Notice, ...]:
        """Return what an entry of the log tells; nothing of one that is no longer kept."""
        index = position - 1 - self.log.begin()
        return self._notices[index] if index >= 0 else ()

    def notices_until(self, position: int) -> Iterator[tuple[Notice, ...]]:
        """Return what is kept of the entries up to a position, oldest first."""
        return islice(self._notices, max(0, position - self.log.begin()))

    def index_at(self, seq: int) -> int | None:
        """Return the index of the last message up to a position of the core's log, ``None``: there is none."""
        count = sum(message.seq <= seq for message in self.messages)
        return count - 1 if count else None

    def to_document(self) -> dict[str, Any]:
        """Return the data of the conversation's document."""
        last = self.messages[-1] if self.messages else None
        data: dict[str, Any] = {
            "friendlyName": self.described.friendly_name,
            "uniqueName": self.described.unique_name,
            "attributes": self.described.attributes,
            "createdBy": self.described.created_by,
            "type": "private",
            "dateCreated": rfc3339(self.created),
            "dateUpdated": rfc3339(self.updated or self.created),
            "state": {"current": self.state, "dateUpdated": rfc3339(self.updated or self.created)},
            "messages": f"{self.sid}.messages",
            "roster": f"{self.sid}.roster",
        }
        if last is not None:
            data["lastMessage"] = {"index": len(self.messages) - 1, "timestamp": rfc3339(last.time)}
        return data


class ConversationFeed:
    """A reader's view of a conversation: who may hear it is settled by the socket's token."""

    garbage: Frame = b'TWILSOCK V3.0 40\r\n{"method":"notification","id'
    unknown: Frame = notification("sticker.thrown", {"sticker": "cat"}, sid_of("TM", "unknown"))

    def __init__(self, conversation: FlexConversation, find: Callable[[], Conversation | None]) -> None:
        self.conversation_id = conversation.sid
        self._log = conversation.log
        self._find = find

    def check(self) -> None:
        """Refuse the reader of a conversation that was removed."""
        self._find()

    def after(self, position: int) -> Sequence[Entry]:
        """Return the entries later than a position."""
        self._find()
        return self._log.after(position)

    def last(self) -> int:
        """Return the position of the last entry."""
        return self._log.last()

    def newest(self, position: int) -> Entry | None:
        """Let the reader ask in the long way."""
        return None

    def over(self) -> Finish | None:
        """Go on: other conversations share the socket, and the end of one is news like any other."""
        return None

    def refusal(self, error: DeskError) -> Finish:
        """Return how a socket ends that may not read any more."""
        return closing(error)

    def valid_until(self) -> float:
        """Never end: the session watches its token."""
        return math.inf
