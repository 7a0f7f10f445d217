"""Who is there, as the host was told.

The host knows one present agent and the profiles of all that it was ever told. Its rules, and how they are kept:

* one ``agent_joined`` for one presence, before anything that the agent says or types;
* a further join follows ``begin_transfer_to_another_agent`` or ``agent_left_chat``. An agent who joins *beside* another
  one (a conference) has neither: the notice is then given right before the join, with the profile that joins;
* no transfer notice before the first join, and one for one transfer, however many agents are asked in turn;
* ``agent_left_chat`` once for each agent who leaves, also when another one stays: the host has no other word for it. An
  agent who leaves because of a transfer is not reported: the notice said so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from byosd_reference import reading
from byosd_reference.gate import Gate
from byosd_reference.typing_indicator import TypingIndicator
from contracts.adapter import AgentProfile, Callback

FALLBACK_NICKNAME = "Agent"


def profile_of(data: Any) -> AgentProfile | None:
    """Return the profile in ``data`` as the host wants it, with a nickname in any case; ``None`` without an id."""
    agent_id = reading.text(data, "id")
    if agent_id is None:
        return None
    nickname = reading.text(data, "nickname") or ""
    profile = AgentProfile(id=agent_id, nickname=nickname if nickname.strip() else FALLBACK_NICKNAME)
    picture = reading.text(data, "profile_picture_url")
    if picture is not None and is_web_url(picture):
        profile["profile_picture_url"] = picture
    return profile


def is_web_url(url: str) -> bool:
    """Tell whether this is an http address: anything else (``javascript:`` ...) is not for a page."""
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


class Presence:
    """Turns arrivals, departures and transfers into what the host is told. Called on the stream's thread, in a turn."""

    def __init__(self, gate: Gate, host: Callback, typing: TypingIndicator) -> None:
        self._gate = gate
        self._host = host
        self._typing = typing
        self._present: dict[str, AgentProfile] = {}
        self._met: set[str] = set()
        self._handing_over: set[str] = set()
        self._transfers: set[str] = set()
        self._join_may_follow = True

    @property
    def anyone_joined(self) -> bool:
        """Whether the host has ever been told of an agent: then it is connected, and not connecting any more."""
        return bool(self._met)

    def profiles(self) -> list[AgentProfile]:
        """Return who is present."""
        return list(self._present.values())

    def restore(self, profiles: list[AgentProfile]) -> None:
        """Take over whom the host knows from before a page reload; it is told nothing."""
        self._present = {profile["id"]: profile for profile in profiles}
        self._met = set(self._present)
        self._join_may_follow = not self._present

    def is_present(self, agent_id: str) -> bool:
        """Tell whether the host was told that this agent is there."""
        return agent_id in self._present

    def joined(self, profile: AgentProfile) -> None:
        """An agent is there."""
        if profile["id"] in self._present:
            return
        if not self._join_may_follow:
            self._typing.clear()
            self._gate.call(self._host.begin_transfer_to_another_agent, _copy(profile))
        self._present[profile["id"]] = profile
        self._met.add(profile["id"])
        self._handing_over.discard(profile["id"])
        self._join_may_follow = False
        self._gate.call(self._host.agent_joined, _copy(profile))

    def spoke(self, agent_id: str) -> None:
        """An agent's message comes next: somebody who speaks is there, whatever was missed."""
        if agent_id not in self._met:
            self.joined(AgentProfile(id=agent_id, nickname=FALLBACK_NICKNAME))
        self._typing.interrupted(agent_id)

    def left(self, agent_id: str, reason: str | None) -> None:
        """An agent is gone; the chat goes on."""
        if self._present.pop(agent_id, None) is None:
            return
        self._typing.interrupted(agent_id)
        if reason == "transferred" and agent_id in self._handing_over:
            return
        self._join_may_follow = True
        self._gate.call(self._host.agent_left_chat)

    def transfer_started(self, data: Mapping[str, Any]) -> None:
        """Somebody else is to take over."""
        transfer_id = reading.text(data, "transfer_id") or ""
        if not self.anyone_joined or transfer_id in self._transfers:
            return
        self._transfers.add(transfer_id)
        from_agent = reading.text(data, "from_agent_id")
        self._handing_over |= {from_agent} if from_agent else set(self._present)
        self._join_may_follow = True
        self._typing.clear()
        self._gate.call(self._host.begin_transfer_to_another_agent, profile_of(data.get("to_agent")))


def _copy(profile: AgentProfile) -> AgentProfile:
    return profile.copy()
