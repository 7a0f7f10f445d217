"""What happens that is not (or not only) an event of the log: mostly what the user does. Scripts and servers observe
these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from mockdesk.core.events import AgentProfile, Message
from mockdesk.core.files import StoredFile
from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class Started:
    """A new conversation; not told again for an idempotent replay."""


@lazy_dataclass(frozen=True)
class UserSent:
    """The user said something."""

    message: Message


@lazy_dataclass(frozen=True)
class UserTyped:
    """The user types, or stopped."""

    typing: bool


@lazy_dataclass(frozen=True)
class UserRead:
    """The user has read everything up to a position."""

    up_to_seq: int


@lazy_dataclass(frozen=True)
class StateChanged:
    """The client's session, user or locale changed."""

    changes: Mapping[str, str]


@lazy_dataclass(frozen=True)
class UserEnded:
    """The user ended the conversation; not told again for a repeated end."""

    reason: str | None


@lazy_dataclass(frozen=True)
class ScreenShareAnswered:
    """The user answered a request for the screen, or stopped sharing."""

    request_id: str
    answer: str


@lazy_dataclass(frozen=True)
class FileUploaded:
    """The user uploaded a file."""

    file: StoredFile


@lazy_dataclass(frozen=True)
class TokenExpired:
    """Somebody made the conversation's token expire. A token whose time simply runs out is not told."""


@lazy_dataclass(frozen=True)
class Offered:
    """The conversation was offered to an agent. The target of a transfer is told by ``TransferStarted`` alone."""

    profile: AgentProfile


@lazy_dataclass(frozen=True)
class Declined:
    """An agent to whom the conversation was offered, or a transfer's target, does not take it, or is gone."""

    profile: AgentProfile


@lazy_dataclass(frozen=True)
class Removed:
    """The conversation is gone from the desk."""


Happening: TypeAlias = (
    Started
    | UserSent
    | UserTyped
    | UserRead
    | StateChanged
    | UserEnded
    | ScreenShareAnswered
    | FileUploaded
    | TokenExpired
    | Offered
    | Declined
    | Removed
)
