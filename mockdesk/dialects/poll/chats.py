"""The chats of the polling desk, and the session ids that rotate."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from mockdesk.core.errors import DeskError
from mockdesk.core.events import AgentJoined, AgentProfile, Event, TransferStarted
from mockdesk.core.identifiers import Identifiers
from mockdesk.dialects.feeds import ConversationLog
from mockdesk.dialects.poll.words import line_of, words_for

KEPT_SESSIONS = 1_000
"""How many of its session ids a chat knows; an older one is like one that was never handed out."""


class StaleSession(DeskError):
    """A newer session id of the chat was used before."""

    code, status, title = "stale_session", 409, "The session id is not the latest"


@dataclass
class Chat:
    """One chat as this desk shows it. ``used`` is the newest session, by its number, that came in a request; ``told``
    the position of the core's last event that was written down."""

    conversation_id: str
    log: ConversationLog
    profiles: dict[str, AgentProfile] = field(default_factory=dict)
    issued: int = 0
    used: int = 0
    told: int = 0
    session_ids: deque[str] = field(default_factory=deque)
    """The newest of its session ids, oldest first."""

    def tell(self, event: Event) -> None:
        """Write an event down in the words of this desk."""
        self.told = event.seq
        body = event.body
        agent = body.agent if isinstance(body, AgentJoined) else None
        agent = body.to_agent if isinstance(body, TransferStarted) else agent
        if agent is not None:
            self.profiles[agent.id] = agent
        words = words_for(event, self.profiles)
        if words is not None:
            self.log.append([line_of(self.log.last() + 1, words)], event.seq, event)


@dataclass(frozen=True)
class Session:
    """One session id: which chat it opens, from which position on, and the how manyeth of the chat it is."""

    id: str
    chat: Chat
    position: int
    number: int

    @property
    def is_stale(self) -> bool:
        """Whether a newer one was used."""
        return self.number < self.chat.used

    def use(self) -> None:
        """Make all older ones stale.

        Raises:
            StaleSession: this one is.
        """
        if self.is_stale:
            raise StaleSession("use the session of the latest answer")
        self.chat.used = self.number


class Sessions:
    """Every session id that the desk has handed out."""

    def __init__(self, identifiers: Identifiers) -> None:
        self._identifiers = identifiers
        self._sessions: dict[str, Session] = {}

    def issue(self, chat: Chat, position: int) -> Session:
        """Return the chat's next session, which stands for a position."""
        chat.issued += 1
        session = Session(self._identifiers.new("session"), chat, position, chat.issued)
        self._sessions[session.id] = session
        chat.session_ids.append(session.id)
        if len(chat.session_ids) > KEPT_SESSIONS:
            del self._sessions[chat.session_ids.popleft()]
        return session

    def find(self, session_id: str) -> Session | None:
        """Return the session of an id, ``None``: there is none, it is very old, or its chat was removed."""
        return self._sessions.get(session_id)

    def forget(self, chat: Chat) -> None:
        """Forget a chat's sessions."""
        for name in chat.session_ids:
            del self._sessions[name]
        chat.session_ids.clear()

    def __len__(self) -> int:
        return len(self._sessions)
