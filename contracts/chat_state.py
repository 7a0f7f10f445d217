"""What a session knows of one chat while it plays."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.expectations import Expectations


@dataclass
class ChatState:
    """What the session knows of one chat.

    ``away``: the page that showed it is gone, and no other one shows it (yet).
    """

    key: str
    expectations: Expectations
    conversation_id: str | None = None
    agents: list[str] = field(default_factory=list)
    seen: int = 0
    held: bool = False
    cut: bool = False
    ended: bool = False
    away: bool = False
