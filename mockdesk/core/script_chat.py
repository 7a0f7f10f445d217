"""One conversation as a script sees it: who is there, what came last, what the templates' fields stand for."""

from __future__ import annotations

from collections.abc import Mapping

from mockdesk.core.conversation import Conversation
from mockdesk.core.desk import Desk
from mockdesk.core.events import AgentProfile, Message
from mockdesk.core.script import Script
from mockdesk.core.table import State


class Chat:
    """What a script may read. ``text`` and ``count`` are of the user's message that the script is at, not of later ones
    that wait for their turn."""

    def __init__(self, desk: Desk, script: Script, conversation: Conversation) -> None:
        self._desk = desk
        self._script = script
        self._conversation = conversation
        self.id = conversation.id
        """The conversation's id."""
        self.text = ""
        self.count = 0

    @property
    def user_id(self) -> str:
        """The user's id."""
        return self._conversation.user_id

    @property
    def user_name(self) -> str:
        """The user's name; the id where the chat has no name."""
        return self._conversation.user_name or self._conversation.user_id

    @property
    def queue(self) -> str:
        """The queue the chat was started in, or was handed to."""
        return self._conversation.queue

    @property
    def position(self) -> int | None:
        """The place in the queue; ``None`` out of it."""
        return self._conversation.position

    @property
    def state(self) -> str:
        """Waiting, connected, transferring or ended."""
        return self._conversation.state.value

    @property
    def ended(self) -> bool:
        """Whether the chat is over."""
        return self._conversation.state is State.ENDED

    @property
    def agents(self) -> tuple[AgentProfile, ...]:
        """Who is present, in the order in which they joined."""
        return tuple(self._conversation.agents.values())

    @property
    def messages(self) -> tuple[Message, ...]:
        """What has been said, oldest first."""
        return tuple(self._conversation.messages)

    @property
    def in_charge(self) -> AgentProfile | None:
        """The agent who joined last of those present; with nobody present the first one of the script."""
        if self._conversation.agents:
            return next(reversed(self._conversation.agents.values()))
        return self._script.agents[0].profile if self._script.agents else None

    def now(self) -> float:
        """Return the desk's time, seconds since the epoch."""
        return self._desk.clock.now()

    def fields(self) -> Mapping[str, str]:
        """Return what each field of a template stands for at present."""
        agent = self.in_charge
        return {
            "text": self.text,
            "count": str(self.count),
            "user_id": self.user_id,
            "user_name": self.user_name,
            "agent": "" if agent is None else agent.nickname or agent.id,
            "agent_id": "" if agent is None else agent.id,
            "queue": self.queue,
            "position": "" if self.position is None else str(self.position),
            "conversation": self.id,
        }
