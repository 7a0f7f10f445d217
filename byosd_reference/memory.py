"""What survives a page reload: which conversation it was, how far it was shown, and who was there. Never a token.

The token is what opens the conversation, and persisted state lies about in the browser. So it is kept apart, in the
``token_store`` that the page may offer as an option; without one the chat is over after a reload.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from byosd_reference import reading
from byosd_reference.desk_side import DeskConversation
from byosd_reference.gate import Gate
from byosd_reference.presence import profile_of
from contracts.adapter import AgentProfile, Callback


@dataclass(frozen=True)
class Remembered:
    """A chat of before a page reload. ``kept`` is all that was kept of it: the desk's side knows what it needs."""

    conversation_id: str
    last_seq: int
    agents: list[AgentProfile]
    kept: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_state(cls, state: Any) -> Remembered | None:
        """Read a persisted state; ``None`` when it holds no chat."""
        conversation_id, last_seq = reading.text(state, "conversation_id"), reading.whole(state, "last_seq")
        if conversation_id is None or last_seq is None:
            return None
        profiles = (profile_of(agent) for agent in reading.items(state, "agents"))
        agents = [profile for profile in profiles if profile is not None]
        return cls(conversation_id, last_seq, agents, reading.part(state))


class Memory:
    """Keeps the persisted state of one chat up to date, and clears it at the end."""

    def __init__(
        self, gate: Gate, host: Callback, conversation: DeskConversation, token_store: MutableMapping[str, str] | None
    ) -> None:
        self._gate = gate
        self._host = host
        self._conversation = conversation
        self._credentials = conversation.credentials
        self._token_store = token_store

    def begin(self, last_seq: int, agents: list[AgentProfile]) -> None:
        """Remember the chat from now on, with the token that it has now."""
        if self._token_store is not None:
            self._token_store[self._credentials.conversation_id] = self._conversation.credentials.token
        self.keep(last_seq, agents)

    def keep(self, last_seq: int, agents: list[AgentProfile]) -> None:
        """Remember how far the chat was shown, and who is there."""
        state: Mapping[str, Any] = {
            **self._conversation.keepsake(),
            "conversation_id": self._credentials.conversation_id,
            "last_seq": last_seq,
            "agents": [dict(agent) for agent in agents],
        }
        self._gate.call(self._host.update_persisted_state, state, False)

    def farewell(self) -> None:
        """Forget the chat."""
        if self._token_store is not None:
            self._token_store.pop(self._credentials.conversation_id, None)
        self._gate.last_word(self._host.update_persisted_state, {}, False)
