"""For authors of drivers: a base class whose operations are overridden one by one, and a ledger for desks that cannot
tell their log. docs/write-a-driver.md shows both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

OPTIONAL = (
    "conversations",
    "act",
    "inject",
    "release",
    "clear_faults",
    "advance",
    "census",
    "journal",
    "wait",
    "set_queue",
)
"""The operations of :class:`contracts.adapter.DeskDriver` that a driver may leave away."""


class NotOffered(NotImplementedError):
    """The driver can never do such a thing: what rests on it is skipped with this reason, not left inconclusive."""


def is_never_offered(error: NotImplementedError, description: Mapping[str, Any]) -> bool:
    """Tell whether a driver can never do what it refused: by the refusal's type, or by what it says that it lacks."""
    return isinstance(error, NotOffered) or str(error) in description.get("lacks", {}).values()


class DriverBase:
    """A driver of one desk elsewhere that offers nothing yet. Override what your desk can do; ``describe`` tells it.

    ``actions`` are the agent actions that ``act`` knows. ``knows_all``: ``conversations`` tells everything that the
    desk has, the user's messages included; without it what rests on that is skipped, and the rest is judged.
    """

    name = "driver"
    actions: Sequence[str] = ()
    faults: Sequence[str] = ()
    knows_all = False

    def __init__(self, desk_url: str) -> None:
        self.desk_url = desk_url.rstrip("/")

    def describe(self) -> dict[str, Any]:
        """Return what the class overrides; the clock is the wall's, and positions are this side's own count."""
        overridden = [one for one in OPTIONAL if getattr(type(self), one) is not getattr(DriverBase, one)]
        told = [one for one in overridden if one != "conversations" or self.knows_all]
        return {
            "name": self.name,
            "operations": ["new_desk", *told],
            "actions": list(self.actions),
            "faults": list(self.faults),
            "clock": None,
            "positions": "own",
        }

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the one desk that there is; called before each run. It cannot be made anew and takes no settings."""
        return {"desk_url": self.desk_url, "options": {}}

    def conversations(self) -> list[dict[str, Any]]:
        """Return nothing. Every driver that acts overrides this: ids and users must be known."""
        return []

    def clear_faults(self) -> None:
        """Remove nothing: there are no faults."""

    def census(self) -> dict[str, Any]:
        """Return nothing: open streams are not known."""
        return {}

    def now(self) -> float:
        """Return the wall's time in seconds since the epoch."""
        return time.time()

    def close(self) -> None:
        """Stop nothing."""

    def act(self, conversation_id: str, action: dict[str, Any]) -> dict[str, Any]:
        """Refuse: nobody plays the agents."""
        self._refuse("act")

    def inject(self, fault: dict[str, Any]) -> str:
        """Refuse: there are no faults."""
        self._refuse("inject")

    def release(self, conversation_id: str | None = None, count: int | None = None) -> int:
        """Refuse: nothing can be held."""
        self._refuse("release")

    def advance(self, seconds: float) -> None:
        """Refuse: the clock is the wall's."""
        self._refuse("advance")

    def set_queue(self, name: str, queue: dict[str, Any]) -> dict[str, Any]:
        """Refuse: nobody sets up queues."""
        self._refuse("set_queue")

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Refuse: there is none."""
        self._refuse("journal")

    def wait(self, match: dict[str, Any], count: int = 1, timeout: float = 5.0) -> bool:
        """Refuse: there is no journal."""
        self._refuse("wait")

    def secrets(self) -> list[dict[str, Any]]:
        """Refuse: what is secret at the desk is not known."""
        self._refuse("secrets")

    def _refuse(self, operation: str) -> NoReturn:
        raise NotImplementedError(f"the driver {self.name} has no {operation}")


@dataclass
class _Conversation:
    id: str
    user_id: str | None
    events: list[dict[str, Any]] = field(default_factory=list)
    present: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    transfers: int = 0
    transferring: str | None = None
    ended_by: str | None = None


class Ledger:
    """Writes down what agents did, in the shapes that ``act`` and ``conversations`` return.

    For a desk that can be acted on and cannot be asked what happened. Positions are the ledger's own count from 1. What
    the user did is not in it.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._conversations: dict[str, _Conversation] = {}

    def open(self, conversation_id: str, user_id: str | None = None) -> None:
        """Take note of a conversation; harmless when it is known."""
        self._conversations.setdefault(conversation_id, _Conversation(conversation_id, user_id))

    def forget(self) -> None:
        """Begin anew."""
        self._conversations.clear()

    def known(self) -> list[str]:
        """Return the ids of the conversations, oldest first."""
        return list(self._conversations)

    def note(self, conversation_id: str, action: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Write down an action that was done and return the events that it means.

        Raises:
            KeyError: the conversation is not known.
            NotImplementedError: the action makes an event that the ledger does not know.
        """
        conversation = self._conversations[conversation_id]
        agent = profile_of(action.get("agent"))
        make = getattr(self, f"_{action['action']}", None)
        if make is None:
            raise NotImplementedError(f"the ledger does not know the action {action['action']!r}")
        made = []
        for kind, data in make(conversation, agent, action):
            moment = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            event = {"seq": len(conversation.events) + 1, "type": kind, "time": moment, "data": data}
            if kind == "message.created":
                data["message"] |= {"seq": event["seq"], "time": moment}
            conversation.events.append(event)
            made.append(event)
        return made

    def truths(self) -> list[dict[str, Any]]:
        """Return what is known of each conversation, in the shape of docs/driver.md, without what only a desk knows."""
        return [
            {
                "id": one.id,
                "user_id": one.user_id,
                "state": "ended" if one.ended_by else "connected" if one.present else "waiting",
                "ended_by": one.ended_by,
                "agents": list(one.present),
                "events": list(one.events),
                "last_seq": len(one.events),
            }
            for one in self._conversations.values()
        ]

    def _join(self, on: _Conversation, agent: dict[str, Any], action: Mapping[str, Any]) -> list[Made]:
        transfer, on.transferring = on.transferring, None
        givers = list(on.present) if transfer else []
        on.present[agent["id"]] = agent
        joined = ("agent.joined", {"agent": agent, "transfer_id": transfer})
        return [joined, *(self._gone(on, giver, "transferred") for giver in givers)]

    def _leave(self, on: _Conversation, agent: dict[str, Any], action: Mapping[str, Any]) -> list[Made]:
        return [self._gone(on, agent["id"], str(action.get("reason", "left")))]

    def _gone(self, on: _Conversation, agent_id: str, reason: str) -> Made:
        on.present.pop(agent_id, None)
        return "agent.left", {"agent_id": agent_id, "reason": reason}

    def _say(self, on: _Conversation, agent: dict[str, Any], action: Mapping[str, Any]) -> list[Made]:
        author: dict[str, Any] = {"role": "agent", "id": agent["id"], "nickname": agent["nickname"]}
        if action.get("by") == "system":
            author = {"role": "system", "id": None, "nickname": None}
        message = {"id": f"{on.id}-{len(on.events) + 1}", "author": author, "text": action["text"], "items": []}
        return [("message.created", {"message": message})]

    def _typing(self, on: _Conversation, agent: dict[str, Any], action: Mapping[str, Any]) -> list[Made]:
        typing = bool(action.get("typing", True))
        return [("agent.typing", {"agent_id": agent["id"], "typing": typing, "expires_in_seconds": 5})]

    def _read(self, on: _Conversation, agent: dict[str, Any], action: Mapping[str, Any]) -> list[Made]:
        return [("agent.read", {"agent_id": agent["id"], "up_to_seq": len(on.events)})]

    def _transfer(self, on: _Conversation, agent: dict[str, Any], action: Mapping[str, Any]) -> list[Made]:
        on.transfers += 1
        on.transferring = f"{on.id}-t{on.transfers}"
        to_agent = profile_of(action["to_agent"]) if action.get("to_agent") else None
        data = {"transfer_id": on.transferring, "from_agent_id": agent["id"], "to_agent": to_agent, "attempt": 1}
        return [("transfer.started", {**data, "to_queue": action.get("to_queue"), "reason": action.get("reason")})]

    def _end(self, on: _Conversation, agent: dict[str, Any], action: Mapping[str, Any]) -> list[Made]:
        on.ended_by = "agent" if action.get("agent") else "system"
        agent_id = agent["id"] if action.get("agent") else None
        on.present.clear()
        return [("conversation.ended", {"by": on.ended_by, "agent_id": agent_id, "reason": action.get("reason")})]


Made = tuple[str, dict[str, Any]]


def profile_of(agent: Any) -> dict[str, Any]:
    """Return an action's agent, an id or a profile, as a profile."""
    if isinstance(agent, Mapping):
        return {"nickname": str(agent.get("id")), **agent}
    return {"id": str(agent), "nickname": str(agent)}
