"""The roster: which agents the desk knows, which queues they serve, and who of them is online."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockdesk.core.errors import UnknownAgent
from mockdesk.core.events import AgentProfile
from mockdesk.core.limit_errors import LimitReached
from mockdesk.core.reading import Fields, suggestion
from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class RosterAgent:
    """An agent of the desk. Without ``queues`` the agent serves all of them."""

    profile: AgentProfile
    queues: tuple[str, ...] = ()
    online: bool = True

    @property
    def id(self) -> str:
        """The agent's id."""
        return self.profile.id

    def serves(self, queue: str) -> bool:
        """Tell whether the agent takes conversations of this queue."""
        return not self.queues or queue in self.queues

    def to_data(self) -> dict[str, Any]:
        """Return the shape of the control API."""
        return self.profile.to_data() | {"queues": list(self.queues), "online": self.online}


def read_profile(fields: Fields) -> AgentProfile:
    """Read ``{id, nickname?, profile_picture_url?}``."""
    return AgentProfile(
        fields.text("id", 1, 200), fields.optional_text("nickname"), fields.optional_text("profile_picture_url")
    )


def read_agent(fields: Fields) -> RosterAgent:
    """Read a profile with ``queues`` and ``online``."""
    return RosterAgent(read_profile(fields), fields.texts("queues"), fields.flag("online", True))


class Roster:
    """The agents by id, in the order in which they came."""

    def __init__(self, agents: Iterable[RosterAgent], most: int) -> None:
        self._most = most
        self._agents = {agent.id: agent for agent in agents}

    def all(self) -> tuple[RosterAgent, ...]:
        """Return every agent."""
        return tuple(self._agents.values())

    def replace_all(self, agents: Iterable[RosterAgent]) -> None:
        """Know these agents and no others."""
        self._agents = {agent.id: agent for agent in agents}

    def put(self, agent: RosterAgent) -> None:
        """Add or replace an agent.

        Raises:
            LimitReached: there are very many already.
        """
        self.require_room(agent.id)
        self._agents[agent.id] = agent

    def require_room(self, agent_id: str) -> None:
        """Refuse one more agent than the roster bears.

        Raises:
            LimitReached: there are so many already, and this is none of them.
        """
        if agent_id not in self._agents and len(self._agents) >= self._most:
            raise LimitReached(f"the roster has {len(self._agents)} agents already")

    def remove(self, agent_id: str) -> None:
        """Forget an agent.

        Raises:
            UnknownAgent: there is none of this id.
        """
        self.resolve(agent_id)
        del self._agents[agent_id]

    def resolve(self, reference: str | AgentProfile) -> AgentProfile:
        """Return the profile that is meant. Changes nothing.

        Raises:
            UnknownAgent: an id that the roster does not know.
            LimitReached: a new profile, which the roster has no room for.
        """
        if isinstance(reference, AgentProfile):
            self.require_room(reference.id)
            return reference
        if reference not in self._agents:
            raise UnknownAgent(f"no agent {reference!r} in the roster; {suggestion(reference, self._agents)}")
        return self._agents[reference].profile

    def remember(self, profile: AgentProfile) -> None:
        """Take a profile that came with an action into the roster; queues and presence of a known agent stay."""
        known = self._agents.get(profile.id)
        self._agents[profile.id] = RosterAgent(profile, known.queues, known.online) if known else RosterAgent(profile)

    def online(self, queue: str) -> int | None:
        """Return how many agents are online for a queue; ``None`` when the roster is empty: nobody can tell."""
        if not self._agents:
            return None
        return sum(agent.online and agent.serves(queue) for agent in self._agents.values())
