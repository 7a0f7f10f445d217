"""A desk as values: what a store keeps of it. Plain frozen dataclasses, which any codec can write down.

Times are seconds since the epoch on the desk's clock. What is not here is not kept: the journal, the faults, and who
reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from mockdesk.core.agents import RosterAgent
from mockdesk.core.conversation import PendingTransfer, ScreenShare, StateChange, UploadRules
from mockdesk.core.drafts import Context, StartRequest
from mockdesk.core.events import AgentProfile, Event, Message, Role
from mockdesk.core.files import StoredFile
from mockdesk.core.script_place import SavedPlace, SavedTimer
from mockdesk.core.settings import QueueSettings
from mockdesk.core.table import State
from mockdesk.core.tokens import Grant
from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class SavedStart:
    """A start that can come again: the same key and request must give the same token, so its text is here. ``key`` is
    the SHA-256 of the key: whoever has that has the token."""

    key: bytes
    request: StartRequest
    token: str


@lazy_dataclass(frozen=True)
class SavedBeginning:
    """What of a conversation never changes."""

    id: str
    created_at: float
    start: SavedStart | None = None


@lazy_dataclass(frozen=True)
class SavedCalls:
    """How often the user's side called; ``typing_values`` are the latest notices of typing, a 0 or a 1 for each.

    ``state`` counts the changes of the user's state, of which only the latest are kept.
    """

    start: int
    typing: int
    typing_values: str
    read: int
    end: int
    state: int = 0


@lazy_dataclass(frozen=True)
class SavedState:
    """What of a conversation changes and is small. ``place`` is where the script stands, if one is played here.

    ``ticket`` orders those who wait in the queue: places change as others go. ``moved``: an import has put it behind
    others, and its user was not told yet.
    """

    user_id: str
    user_name: str | None
    queue: str
    uploads: UploadRules
    state: State
    ticket: int | None
    agents: tuple[AgentProfile, ...]
    offers: tuple[AgentProfile, ...]
    transfer: PendingTransfer | None
    ended_at: float | None
    ended_by: Role | None
    end_reason: str | None
    screen_share: ScreenShare | None
    user_typing: bool
    user_read_seq: int | None
    agent_read_seq: dict[str, int]
    last_activity: float
    calls: SavedCalls
    timers: dict[str, SavedTimer]
    last_seq: int
    place: SavedPlace | None = None
    moved: bool = False


@lazy_dataclass(frozen=True)
class SavedConversation:
    """A conversation as a whole. ``events`` are those that the log keeps, ``token`` what its token is good for."""

    beginning: SavedBeginning
    context: Context
    state: SavedState
    events: tuple[Event, ...] = ()
    messages: tuple[Message, ...] = ()
    changes: tuple[StateChange, ...] = ()
    files: tuple[StoredFile, ...] = ()
    token: Grant | None = None


@lazy_dataclass(frozen=True)
class SavedParts:
    """The small parts of a desk: roster, queues, how many ids of each kind were made with its seed, and how many
    conversations the script's player has begun."""

    agents: tuple[RosterAgent, ...] = ()
    queues: Mapping[str, QueueSettings] = field(default_factory=dict)
    made: Mapping[str, int] = field(default_factory=dict)
    begun: int = 0


@lazy_dataclass(frozen=True)
class SavedScript:
    """The script that was installed, ``source`` if it was read from a text; and what its removal puts back: of its
    ``agents`` those that were on the roster ``before``, and its ``queues``."""

    name: str
    source: str | None
    agents: tuple[str, ...] = ()
    before: tuple[RosterAgent, ...] = ()
    queues: tuple[str, ...] = ()


@lazy_dataclass(frozen=True)
class SavedDesk:
    """A whole desk. ``parts`` ``None``: only conversations were written down, by an import."""

    parts: SavedParts | None = None
    script: SavedScript | None = None
    conversations: tuple[SavedConversation, ...] = ()
    tokens: tuple[Grant, ...] = ()
