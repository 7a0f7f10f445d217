"""A driver made of a mapping's ``agents``: it acts over the desk's own API for them and reads what they see.

What it tells are the desk's own events, read by the mapping's rules. Where each of them is one canonical event with a
position, the position is the desk's; else the driver counts by itself and says so (``positions: own``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.driver_kit import DriverBase, NotOffered
from contracts.mapping.caller import Caller
from contracts.mapping.http import Reply
from contracts.mapping.model import Function, Mapped, Request, Success
from contracts.mapping.picks import pick_text
from contracts.mapping.progress import Progress
from contracts.mapping.rules import MAKERS, split, translate
from contracts.mapping.template import Unfilled
from contracts.mapping.truth import truth_of

TIMEOUT = 10.0
EFFECT_SECONDS = 2.0
"""Wall seconds until what an agent did is among the events that agents see."""
IMPATIENT_SECONDS = 0.2
"""The same once an effect has been missing."""
LOOK_SECONDS = 0.02
EFFECTS: Mapping[str, str] = {
    "join": "agent.joined",
    "say": "message.created",
    "leave": "agent.left",
    "end": "conversation.ended",
}
"""What an action surely brings about; what else agents do, some desks do not write down."""


class AgentsRefused(Exception):
    """The desk did not do what an agent asked for, or does not let its conversations be read."""


class MappedDriver(DriverBase):
    """What :class:`contracts.adapter.DeskDriver` asks for, as far as a mapping can: agents act, conversations are read.

    The one desk that there is cannot be made anew; conversations of before :meth:`new_desk` are left out.
    """

    def __init__(self, mapping: Mapped, desk_url: str) -> None:
        """Drive the desk at ``desk_url``.

        Raises:
            AgentsRefused: the mapping has no ``agents``.
            NoVariable: a variable of the mapping has no value.
        """
        if mapping.agents is None:
            raise AgentsRefused(f"{mapping.source} has no agents: nobody can be played")
        super().__init__(desk_url)
        self.name = f"mapping {mapping.name}"
        self._mapping = mapping
        self._agents = mapping.agents
        self._values = mapping.values()
        made = Caller.of(desk_url, mapping)
        headers = mapping.agents.get("headers", {})
        self._caller = Caller(self.desk_url + mapping.agents.get("base", ""), headers, made.secrets)
        self._actions = {name: Function.read(data) for name, data in mapping.agents["actions"].items()}
        self._old: frozenset[str] = frozenset()
        self._names: dict[str, str] = {}
        self._patience = EFFECT_SECONDS

    def describe(self) -> dict[str, Any]:
        """Return what there is: agents' actions, and what the desk has."""
        return {
            "name": self.name,
            "operations": ["new_desk", "conversations", "act"],
            "actions": sorted(self._actions),
            "faults": [],
            "clock": None,
            "settings": False,
            "truth": [],
            "positions": "desk" if shares_positions(self._mapping) else "own",
        }

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Leave every conversation of before out from now on; a desk elsewhere takes no settings."""
        self._old = frozenset(self._listed())
        return {"desk_url": self.desk_url, "options": {}}

    def conversations(self) -> list[dict[str, Any]]:
        """Return what agents see of each conversation, oldest first."""
        return [self._truth(identity, user) for identity, user in self._listed().items() if identity not in self._old]

    def _listed(self) -> dict[str, str | None]:
        listing = self._agents["list"]
        body = self._read(listing, {})
        found: dict[str, str | None] = {}
        for item in split(listing["items"], body):
            identity = pick_text(listing["id"], item)
            if identity is not None:
                found[identity] = pick_text(listing.get("user_id"), item)
        return found

    def _read(self, told: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        reply = self._caller.send(Request.read(told["request"]), {**self._values, **values}, TIMEOUT)
        if not Success.read(told.get("success")).met(reply.status, reply.body):
            raise AgentsRefused(f"reading as an agent was answered {_said(reply)}")
        return reply.body

    def _truth(self, identity: str, user_id: str | None) -> dict[str, Any]:
        return truth_of(identity, user_id, self._events(identity))

    def _events(self, identity: str) -> list[dict[str, Any]]:
        """Return the canonical events that agents see of a conversation, each with its place."""
        seen = self._agents["conversation"]
        body = self._read(seen, {"conversation_id": identity})
        items = split(seen["items"], body)
        rules = seen.get("rules") or self._mapping.events.rules
        return list(_placed(self._mapping, rules, items))

    def act(self, conversation_id: str, action: dict[str, Any]) -> dict[str, Any]:
        """Do as an agent does; return the events that came of it.

        Raises:
            AgentsRefused: the desk refused, or nothing came of it.
            NotImplementedError: the mapping has no such action.
        """
        name = str(action["action"])
        function = self._actions.get(name)
        if function is None:
            raise NotImplementedError(f"the mapping's agents cannot {name}")
        if action.get("items") and "items" not in function.names():
            raise NotOffered(f"the mapping's {name} has no place for {{items}}")
        before = {event["seq"] for event in self._events(conversation_id)}
        values = {**self._values, **self._given(action), "conversation_id": conversation_id}
        try:
            done = self._caller.perform(function, values, TIMEOUT)
        except Unfilled as missing:
            raise AgentsRefused(f"the mapping's {name} needs {{{missing}}}, which has no value") from missing
        if not done.ok:
            raise AgentsRefused(f"{name} was answered {_said(done.reply)}")
        return {"events": self._effects(conversation_id, name, before)}

    def _given(self, action: Mapping[str, Any]) -> dict[str, Any]:
        values = {key: value for key, value in action.items() if key not in ("action", "agent", "to_agent")}
        if "typing" in values:
            values["is_typing"] = values.pop("typing")
        for key, prefix in (("agent", ""), ("to_agent", "to_")):
            agent = action.get(key)
            if isinstance(agent, Mapping):
                self._names[str(agent["id"])] = str(agent.get("nickname") or agent["id"])
            identity = str(agent["id"] if isinstance(agent, Mapping) else agent) if agent is not None else None
            if identity is not None:
                values[f"{prefix}agent_id"] = identity
                values[f"{prefix}nickname"] = self._names.get(identity, identity)
        return values

    def _effects(self, conversation_id: str, name: str, before: set[int]) -> list[dict[str, Any]]:
        """Wait until the effect of an action can be seen; return what is new and not of the user."""
        wanted = EFFECTS.get(name)
        implied = name in ("join", "leave") and self._mapping.events.joins == "implied"
        deadline = time.monotonic() + self._patience
        while True:
            new = [
                event for event in self._events(conversation_id) if event["seq"] not in before and not _of_user(event)
            ]
            if wanted is None or implied or any(event["type"] == wanted for event in new):
                return new
            if time.monotonic() >= deadline:
                self._patience = IMPATIENT_SECONDS
                raise AgentsRefused(f"{name} was accepted, and its event never came")
            time.sleep(LOOK_SECONDS)


def shares_positions(mapping: Mapped) -> bool:
    """Tell whether each event of the desk is one canonical event whose position the mapping picks."""
    single = all(sum(kind in rule for kind in MAKERS) <= 1 for rule in mapping.events.rules)
    return mapping.events.position is not None and mapping.events.joins == "told" and single


def _placed(mapping: Mapped, rules: Sequence[Mapping[str, Any]], items: Sequence[Any]) -> Iterator[dict[str, Any]]:
    progress, shared = Progress(mapping.events), shares_positions(mapping)
    count = 0
    for item in items:
        one = translate(rules, item, position=mapping.events.position, key=mapping.events.key)
        for event in progress.new(one):
            count += 1
            seq = one.position if shared and one.position is not None else count
            yield {**event, "seq": seq, "data": _placed_message(event["data"], seq)}


def _placed_message(data: Mapping[str, Any], seq: int) -> dict[str, Any]:
    message = data.get("message")
    return dict(data) if message is None else {**data, "message": {**message, "seq": seq}}


def _of_user(event: Mapping[str, Any]) -> bool:
    data = event["data"]
    spoken = event["type"] == "message.created" and data["message"]["author"]["role"] == "user"
    return bool(spoken or (event["type"] == "conversation.ended" and data["by"] == "user"))


def _said(reply: Reply) -> str:
    return f"{reply.status} ({reply.error or reply.body})"
