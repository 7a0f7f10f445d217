"""What goes into the store in one transaction: values that were taken from desks, not written down yet."""

from __future__ import annotations

from dataclasses import field

from mockdesk.core.conversation import StateChange
from mockdesk.core.drafts import Context
from mockdesk.core.events import Event, Message
from mockdesk.core.files import StoredFile
from mockdesk.core.saved import SavedBeginning, SavedParts, SavedScript, SavedState
from mockdesk.core.tokens import Grant
from mockdesk.lazy_dataclass import lazy_dataclass

VIRTUAL, RUNNING, UNKNOWN = "virtual", "running", "unknown"
"""Kinds of clocks; ``unknown`` is that of a desk that was never served: its conversations were imported."""


@lazy_dataclass(frozen=True)
class SavedClock:
    """A desk's clock. A ``virtual`` one shows ``time``. Another one showed ``time`` when the machine's was ``at``, and
    runs ``speed`` times as fast since; ``told`` is the speed that its server was told at its start."""

    kind: str
    time: float
    at: float = 0.0
    speed: float = 1.0
    told: float = 1.0


@lazy_dataclass(frozen=True)
class DeskRow:
    """A desk's own values; ``settings`` is JSON of :mod:`mockdesk.store.desk_settings`."""

    name: str
    settings: str
    clock: SavedClock
    parts: SavedParts | None
    script: SavedScript | None


@lazy_dataclass()
class ConversationRows:
    """What is new of a conversation. ``None`` and nothing: as before. ``places`` are the first free ones of changes and
    files; ``first_seq`` is the oldest event that is kept, ``first_change`` the place of the oldest change."""

    number: int
    desk: int
    state: SavedState
    beginning: SavedBeginning | None = None
    context: Context | None = None
    events: tuple[Event, ...] = ()
    first_seq: int = 1
    messages: tuple[Message, ...] = ()
    changes: tuple[tuple[int, StateChange], ...] = ()
    first_change: int = 0
    files: tuple[tuple[int, StoredFile], ...] = ()
    decided: tuple[tuple[int, StoredFile], ...] = ()


@lazy_dataclass()
class DeskBatch:
    """What is new of a desk; ``emptied``: everything that was there before is gone. ``row`` ``None``: as before.

    ``gone`` are the numbers of conversations that were removed, ``forgotten`` the digests of tokens. ``seqs`` has the
    last position of each conversation that is in here, 0 for one that is gone.
    """

    desk: int
    row: DeskRow | None = None
    emptied: bool = False
    removed: bool = False
    gone: list[int] = field(default_factory=list)
    conversations: list[ConversationRows] = field(default_factory=list)
    tokens: list[Grant] = field(default_factory=list)
    forgotten: list[bytes] = field(default_factory=list)
    seqs: dict[str, int] = field(default_factory=dict)
