"""One conversation: where it stands, who is in it, and what it holds. It moves by the table only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any, Literal

from mockdesk.core.clock import Timer
from mockdesk.core.drafts import Context
from mockdesk.core.errors import AgentAlreadyPresent, AgentNotPresent, FieldError, InvalidRequest
from mockdesk.core.events import AgentProfile, Message, Role
from mockdesk.core.files import StoredFile
from mockdesk.core.log import EventLog
from mockdesk.core.table import State, Trigger, next_state
from mockdesk.core.timestamps import rfc3339
from mockdesk.core.waiting_line import WaitingLine
from mockdesk.lazy_dataclass import lazy_dataclass

KEPT_TYPING_VALUES = 1000
"""How many of the user's latest notices of typing a conversation keeps."""

KEPT_STATE_CHANGES = 1000
"""How many of the latest changes of the user's state a conversation keeps."""

ScreenState = Literal["requested", "accepted", "declined", "cancelled", "ended"]


@lazy_dataclass(frozen=True)
class PendingTransfer:
    """A transfer until somebody joins; it outlives a declined attempt, so that the next one keeps its id."""

    id: str
    attempt: int
    from_agent_id: str
    to_agent: AgentProfile | None = None


@lazy_dataclass(frozen=True)
class ScreenShare:
    """The latest request for the user's screen, and what became of it."""

    request_id: str
    agent_id: str
    state: ScreenState = "requested"

    @property
    def open(self) -> bool:
        """Whether it waits for an answer or goes on."""
        return self.state in ("requested", "accepted")

    def to_data(self) -> dict[str, str]:
        """Return what a driver sees."""
        return {"request_id": self.request_id, "agent_id": self.agent_id, "state": self.state}


@lazy_dataclass(frozen=True)
class UploadRules:
    """What the user may upload."""

    allow_file_uploads: bool
    allow_multiple_file_uploads: bool
    allowed_file_upload_types: str


@lru_cache(maxsize=64)
def upload_rules(allowed: bool, types: tuple[str, ...]) -> UploadRules:
    """Return the rules with which conversations begin: one object for all of a desk."""
    return UploadRules(allowed, allowed, ",".join(types))


@lazy_dataclass(frozen=True)
class StateChange:
    """One ``updateState`` of the client, and when it came."""

    time: float
    changes: Mapping[str, str]

    def to_data(self) -> dict[str, Any]:
        """Return what a driver sees."""
        return {"time": rfc3339(self.time), **self.changes}


@lazy_dataclass()
class Calls:
    """How often the user's side called, accepted calls only."""

    start: int = 1
    typing: int = 0
    typing_values: list[bool] = field(default_factory=list)
    read: int = 0
    end: int = 0
    state: int = 0


@lazy_dataclass(eq=False)
class Conversation:
    """A conversation. Owned and changed by its desk; everybody else reads it, and sees it change."""

    id: str
    user_id: str
    user_name: str | None
    queue: str
    context: Context
    created_at: float
    log: EventLog
    uploads: UploadRules
    state: State = State.WAITING
    line: WaitingLine | None = None
    agents: dict[str, AgentProfile] = field(default_factory=dict)
    offers: dict[str, AgentProfile] = field(default_factory=dict)
    transfer: PendingTransfer | None = None
    ended_at: float | None = None
    ended_by: Role | None = None
    end_reason: str | None = None
    messages: list[Message] = field(default_factory=list)
    sent_by_client: dict[str, Message] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    screen_share: ScreenShare | None = None
    state_changes: list[StateChange] = field(default_factory=list)
    user_typing: bool = False
    user_read_seq: int | None = None
    agent_read_seq: dict[str, int] = field(default_factory=dict)
    last_activity: float = 0.0
    calls: Calls = field(default_factory=Calls)
    timers: dict[str, Timer] = field(default_factory=dict)
    kept_bytes: int = 0
    """What it takes in memory, estimated."""

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.state is State.ENDED

    @property
    def position(self) -> int | None:
        """The place in the queue, 1 for the first; ``None`` out of it."""
        return None if self.line is None else self.line.place(self.id)

    def after(self, trigger: Trigger) -> State:
        """Return the state that ``trigger`` leads to, or raise the table's refusal. Changes nothing."""
        return next_state(self.state, trigger)

    def require_present(self, agent_id: str) -> None:
        """Refuse an agent who is not here.

        Raises:
            AgentNotPresent: the agent has not joined, or has left.
        """
        if agent_id not in self.agents:
            raise AgentNotPresent(f"agent {agent_id!r} is not in the conversation; present: {list(self.agents)}")

    def require_absent(self, agent_id: str) -> None:
        """Refuse an agent who is here.

        Raises:
            AgentAlreadyPresent: the agent has joined.
        """
        if agent_id in self.agents:
            raise AgentAlreadyPresent(f"agent {agent_id!r} is in the conversation already")

    def receipt_position(self, up_to_seq: int | None) -> int:
        """Return the position a read receipt is for; None: the newest one.

        Raises:
            InvalidRequest: it lies ahead of the log, or before its beginning.
        """
        last = self.log.last_seq
        position = last if up_to_seq is None else up_to_seq
        if not 0 <= position <= last:
            errors = [FieldError("/up_to_seq", f"must be 0 to {last}")]
            raise InvalidRequest(f"up_to_seq {position}: the last event is {last}", errors)
        return position

    def add(self, message: Message) -> None:
        """Keep a message."""
        self.messages.append(message)
        if message.client_message_id is not None:
            self.sent_by_client[message.client_message_id] = message

    def to_data(self) -> dict[str, Any]:
        """Return the wire shape ``Conversation``."""
        return {
            "id": self.id,
            "state": self.state.value,
            "queue": self.queue,
            "user_id": self.user_id,
            **({} if self.user_name is None else {"user_name": self.user_name}),
            "context": self.context.to_data(),
            "agents": [profile.to_data() for profile in self.agents.values()],
            "created_at": rfc3339(self.created_at),
            "ended_at": None if self.ended_at is None else rfc3339(self.ended_at),
            "ended_by": self.ended_by,
            "end_reason": self.end_reason,
            "last_seq": self.log.last_seq,
            "position": self.position,
            "user_typing": self.user_typing,
            "user_read_seq": self.user_read_seq,
        }
