"""What a conversation's log holds: frozen events, and the values they carry.

Payloads are the schemas ``Event*`` of openapi.yaml. Times are seconds since the epoch here and RFC 3339 on the wire.
A field of an event is always present on the wire (``null`` where there is nothing); the optional fields of profile,
message and item are left out when they are empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, ClassVar, Literal

from mockdesk.core.timestamps import rfc3339
from mockdesk.lazy_dataclass import lazy_dataclass

Role = Literal["user", "agent", "system"]
LeaveReason = Literal["left", "transferred", "disconnected"]
FileState = Literal["pending", "accepted", "rejected"]

SYSTEM_AUTHOR = "system"
"""The author id of the desk's own messages."""


def _present(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@lazy_dataclass(frozen=True)
class AgentProfile:
    """Who an agent is. The nickname may be missing: a client needs a fallback."""

    id: str
    nickname: str | None = None
    profile_picture_url: str | None = None

    def to_data(self) -> dict[str, Any]:
        """Return the wire shape."""
        return {"id": self.id, "nickname": self.nickname} | _present(profile_picture_url=self.profile_picture_url)


@lazy_dataclass(frozen=True)
class Item:
    """A rich part of a message: ``image``, ``video``, ``link``, ``error`` or a type nobody knows, with a text to fall
    back on. ``more`` holds fields of such a type."""

    type: str
    url: str | None = None
    title: str | None = None
    alt: str | None = None
    text: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """Return the wire shape."""
        known = _present(url=self.url, title=self.title, alt=self.alt, text=self.text)
        return {**self.more, "type": self.type, **known}


@lazy_dataclass(frozen=True)
class Message:
    """What somebody said. ``seq`` is the position of its ``message.created``; ``client_message_id`` the user's own
    id."""

    id: str
    role: Role
    author_id: str
    text: str
    time: float
    seq: int
    client_message_id: str | None = None
    items: tuple[Item, ...] = ()
    file_ids: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """Return the wire shape."""
        data: dict[str, Any] = {"id": self.id}
        if self.client_message_id is not None:
            data["client_message_id"] = self.client_message_id
        data["author"] = {"role": self.role, "id": self.author_id}
        data["text"] = self.text
        if self.items:
            data["items"] = [item.to_data() for item in self.items]
        if self.file_ids:
            data["file_ids"] = list(self.file_ids)
        data["time"], data["seq"] = rfc3339(self.time), self.seq
        return data


class EventBody:
    """The base of all event payloads: a frozen dataclass whose fields are the fields on the wire."""

    type: ClassVar[str]

    def to_data(self) -> dict[str, Any]:
        """Return the ``data`` of the envelope."""
        return {name: _plain(value) for name, value in vars(self).items()}


def _plain(value: Any) -> Any:
    return value.to_data() if isinstance(value, AgentProfile | Message) else value


@lazy_dataclass(frozen=True)
class QueueUpdated(EventBody):
    """Where the user stands. ``position`` counts from 1; ``estimated_wait_seconds`` is 0 or more."""

    type: ClassVar[str] = "queue.updated"
    queue: str
    position: int | None = None
    estimated_wait_seconds: float | None = None
    agents_online: int | None = None
    message: str | None = None


@lazy_dataclass(frozen=True)
class AgentJoined(EventBody):
    """An agent is present now; ``transfer_id`` names the transfer that this completes."""

    type: ClassVar[str] = "agent.joined"
    agent: AgentProfile
    transfer_id: str | None = None


@lazy_dataclass(frozen=True)
class AgentTyping(EventBody):
    """An agent types, or stopped. Without renewal it is over after ``expires_in_seconds``."""

    type: ClassVar[str] = "agent.typing"
    agent_id: str
    typing: bool
    expires_in_seconds: float | None = None


@lazy_dataclass(frozen=True)
class AgentRead(EventBody):
    """An agent has read everything up to a position."""

    type: ClassVar[str] = "agent.read"
    agent_id: str
    up_to_seq: int


@lazy_dataclass(frozen=True)
class AgentLeft(EventBody):
    """An agent is no longer present."""

    type: ClassVar[str] = "agent.left"
    agent_id: str
    reason: LeaveReason = "left"


@lazy_dataclass(frozen=True)
class TransferStarted(EventBody):
    """Somebody else is to take over. A new ``attempt`` of one transfer keeps its ``transfer_id``."""

    type: ClassVar[str] = "transfer.started"
    transfer_id: str
    attempt: int
    from_agent_id: str | None = None
    to_agent: AgentProfile | None = None
    to_queue: str | None = None
    reason: str | None = None


@lazy_dataclass(frozen=True)
class MessageCreated(EventBody):
    """Somebody said something; the user's own messages too."""

    type: ClassVar[str] = "message.created"
    message: Message


@lazy_dataclass(frozen=True)
class ConversationEndedEvent(EventBody):
    """The last event of a conversation."""

    type: ClassVar[str] = "conversation.ended"
    by: Role
    agent_id: str | None = None
    reason: str | None = None


@lazy_dataclass(frozen=True)
class FileUpdated(EventBody):
    """What became of an uploaded file."""

    type: ClassVar[str] = "file.updated"
    file_id: str
    state: FileState
    message: str | None = None


@lazy_dataclass(frozen=True)
class ScreenShareRequested(EventBody):
    """An agent asks to see the user's screen."""

    type: ClassVar[str] = "screen_share.requested"
    request_id: str
    agent_id: str


@lazy_dataclass(frozen=True)
class ScreenShareEnded(EventBody):
    """A request for the screen, or the sharing itself, is over."""

    type: ClassVar[str] = "screen_share.ended"
    request_id: str
    by: Role


@lazy_dataclass(frozen=True)
class CapabilitiesUpdated(EventBody):
    """What the user may upload from now on; the types are a comma separated list, empty for any."""

    type: ClassVar[str] = "capabilities.updated"
    allow_file_uploads: bool
    allow_multiple_file_uploads: bool
    allowed_file_upload_types: str


EVENT_TYPES: tuple[str, ...] = tuple(body.type for body in EventBody.__subclasses__())
"""Every event type of the contract."""


@lazy_dataclass(frozen=True)
class Event:
    """One entry of a conversation's log; ``seq`` starts at 1 and grows by one."""

    seq: int
    time: float
    body: EventBody

    @property
    def type(self) -> str:
        """The type on the wire."""
        return self.body.type

    def to_note(self) -> dict[str, Any]:
        """Return what the journal says of it."""
        return {"seq": self.seq, "type": self.type, "data": self.body.to_data()}

    def to_envelope(self) -> dict[str, Any]:
        """Return what goes over the wire."""
        return {"seq": self.seq, "type": self.type, "time": rfc3339(self.time), "data": self.body.to_data()}
