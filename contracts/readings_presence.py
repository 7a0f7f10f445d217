"""Readings of a trace about who was there: the stays of agents at the desk, and what the adapter told of them.

An adapter may know an agent under an id of its own; what it tells is matched by id, then by nickname, then by order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts.readings_messages import due_at
from contracts.readings_order import moment_of
from contracts.trace import Entry, Trace
from contracts.views import Chat, chats

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Stay:
    """One presence of one agent: from its joining to its leaving, or to the end of the conversation.

    ``beside``: who else was present when it began; ``ordinal``: 1 for the agent's first stay in the conversation.
    """

    agent: Mapping[str, Any]
    arrival: Event
    beside: tuple[str, ...]
    ordinal: int
    departure: Event | None = None

    @property
    def agent_id(self) -> str:
        """The desk's id of the agent."""
        return str(self.agent["id"])

    @property
    def seq(self) -> int:
        """The position at which it began."""
        return int(self.arrival["seq"])

    @property
    def left_seq(self) -> int | None:
        """The position at which it ended by a leaving."""
        return None if self.departure is None else int(self.departure["seq"])

    @property
    def transfer_id(self) -> str | None:
        """The transfer that the joining completed."""
        found = self.arrival["data"].get("transfer_id")
        return None if found is None else str(found)

    @property
    def conference(self) -> bool:
        """Whether the agent came beside another one, without a transfer."""
        return bool(self.beside) and self.transfer_id is None

    def covers(self, seq: int) -> bool:
        """Tell whether the agent was present at a position."""
        return self.seq < seq and (self.left_seq is None or seq < self.left_seq)


@dataclass(frozen=True)
class Presence:
    """Who was in one chat, at the desk and for the host."""

    chat: Chat

    @cached_property
    def stays(self) -> list[Stay]:
        """Every presence of an agent, in the desk's order."""
        open_stays: dict[str, Stay] = {}
        found: dict[int, Stay] = {}
        for event in self.chat.events_of("agent.joined", "agent.left"):
            if event["type"] == "agent.joined":
                agent = event["data"]["agent"]
                ordinal = 1 + sum(stay.agent_id == agent["id"] for stay in found.values())
                stay = Stay(agent, event, tuple(open_stays), ordinal)
                found[stay.seq] = open_stays[stay.agent_id] = stay
            elif (old := open_stays.pop(event["data"]["agent_id"], None)) is not None:
                found[old.seq] = Stay(old.agent, old.arrival, old.beside, old.ordinal, event)
        return list(found.values())

    def present(self, seq: int) -> list[Stay]:
        """Return the stays that cover a position."""
        return [stay for stay in self.stays if stay.covers(seq)]

    def introductions(self) -> Counter[str]:
        """Return how often each agent may be introduced to the host: once for each arrival, and once more whenever
        another one leaves while this one stays (the host is left without an agent to show)."""
        allowed: Counter[str] = Counter()
        for stay in self.stays:
            allowed[stay.agent_id] += self.introductions_of(stay)
        return allowed

    def introductions_of(self, stay: Stay) -> int:
        """Return how often an agent may be introduced in one stay."""
        return 1 + sum(stay.covers(one.left_seq) for one in self.stays if one.left_seq is not None)

    def name(self, agent_id: str | None) -> str:
        """Return how a report names an agent."""
        for stay in self.stays:
            if stay.agent_id == agent_id and stay.agent.get("nickname"):
                return str(stay.agent["nickname"])
        return str(agent_id) if agent_id else "nobody"

    def due(self, event: Event) -> int | None:
        """Return where in the trace an event of the desk must have had its effect, or ``None`` if it never was due."""
        return due_at(self.chat, int(event["seq"]))

    def covered(self, event: Event) -> int:
        """Return the last position that was delivered together with an event (0: the event was never delivered)."""
        seq = int(event["seq"])
        return next((int(mark.data["seq"]) for mark in self.chat.delivered if mark.data["seq"] >= seq), 0)

    def cause(self, event: Event) -> int:
        """Return where in the trace an event was caused; what no act caused counts as there from the beginning."""
        moment = moment_of(self.chat, event)
        return -1 if moment is None else moment[0]

    def caused(self, before: int, *types: str) -> list[Event]:
        """Return the events of some types that the desk had when entry ``before`` was written."""
        return [event for event in self.chat.events_of(*types) if self.cause(event) < before]

    # what was told

    @cached_property
    def _own_ids(self) -> dict[str, str]:
        """The adapter's own ids of agents that the desk knows under another one."""
        known = {stay.agent_id for stay in self.stays}
        told = [profile_of(entry) for entry in self.chat.callbacks("agent_joined")]
        taken = {str(profile.get("id")) for profile in told} & known
        found: dict[str, str] = {}
        for profile in told:
            own = str(profile.get("id"))
            free = [stay for stay in self.stays if stay.agent_id not in taken]
            if own not in known and own not in found and free:
                named = [stay for stay in free if stay.agent.get("nickname") == profile.get("nickname")]
                found[own] = (named or free)[0].agent_id
                taken.add(found[own])
        return found

    def agent_of(self, told: object) -> str | None:
        """Return the desk's id of the agent whom the adapter names ``told``; ``None`` if there is no such agent."""
        own = str(told)
        if any(stay.agent_id == own for stay in self.stays):
            return own
        return self._own_ids.get(own)

    def joins(self, agent_id: str | None = None, after: int = -1, until: int | None = None) -> list[Entry]:
        """Return the ``agent_joined`` callbacks for an agent (or all) between two places of the trace."""
        return [
            entry
            for entry in self.chat.callbacks("agent_joined")
            if entry.index > after
            and (until is None or entry.index <= until)
            and (agent_id is None or self.agent_of(profile_of(entry).get("id")) == agent_id)
        ]

    def told(self, stay: Stay) -> list[Entry]:
        """Return the joins that were told for a stay by the time it was due: none, one, or too many."""
        due = self.due(stay.arrival)
        return [entry for entry in self._told.get(stay.seq, ()) if due is None or entry.index <= due]

    @cached_property
    def _told(self) -> dict[int, list[Entry]]:
        """Every join that was told, by the position of the stay it is for."""
        found: dict[int, list[Entry]] = {}
        for entry in self.joins():
            agent_id = self.agent_of(profile_of(entry).get("id"))
            come = [one for one in self.stays if one.agent_id == agent_id and self.cause(one.arrival) < entry.index]
            open_ones = [one for one in come if one.seq not in found and self._is_open(one, entry.index)]
            for stay in (open_ones or come[-1:])[:1]:
                found.setdefault(stay.seq, []).append(entry)
        return found

    def _is_open(self, stay: Stay, place: int) -> bool:
        """Tell whether a stay may still be told at a place of the trace: it was not due before."""
        due = self.due(stay.arrival)
        return due is None or place <= due

    def calls_of(self, name: str, after: int, until: int | None = None) -> list[Entry]:
        """Return the callbacks of one name between two places of the trace."""
        return [
            entry
            for entry in self.chat.callbacks(name)
            if entry.index > after and (until is None or entry.index <= until)
        ]

    def typing_told(self, before: int | None = None) -> list[Entry]:
        """Return what the host was told of typing since its page was loaded, before a place of the trace; a page that
        is loaded anew shows no typing."""
        before = len(self.chat.trace) if before is None else before
        loaded = max((entry.index for entry in self.chat.suite("unload") if entry.index < before), default=-1)
        return [entry for entry in self.chat.callbacks("agent_typing") if loaded < entry.index < before]

    # what stood in between

    def in_gap(self, index: int) -> bool:
        """Tell whether, at a place of the trace, the chat was being started, its events held, or its stream cut."""
        settled = self.chat.start.settled_at
        if settled is None or index < settled:
            return True
        held = cut = False
        for entry in self.chat.suite("hold", "release", "drop", "reconnected"):
            if entry.index > index:
                break
            held = entry.kind == "hold" or (held and not _all_released(entry))
            cut = entry.kind == "drop" or (cut and entry.kind != "reconnected")
        return held or cut

    def ended_by_desk(self, before: int) -> bool:
        """Tell whether the conversation was over at the desk before a place of the trace."""
        return bool(self.caused(before, "conversation.ended"))

    def disturbed(self, before: int) -> bool:
        """Tell whether the suite cut the stream or made a fault before a place: a chat may then end by itself."""
        return any(entry.index < before for entry in self.chat.suite("drop", "fault"))

    @cached_property
    def disordered(self) -> bool:
        """Whether the suite made the desk deliver this chat's events in a wrong order."""
        return any(entry.data["fault"].get("kind") == "reorder" for entry in self.chat.suite("fault"))


def _all_released(entry: Entry) -> bool:
    return entry.kind == "release" and entry.data.get("count") is None


def profile_of(entry: Entry) -> Mapping[str, Any]:
    """Return the profile in a callback; an empty one if it has none."""
    profile = entry.data.get("profile")
    return profile if isinstance(profile, Mapping) else {}


def presences(trace: Trace) -> Iterator[Presence]:
    """Yield the presence of every chat, in order of the starts."""
    for chat in chats(trace):
        yield Presence(chat)
