"""A session as a script: what the agents did in a conversation, with its waits, so that it can be played again.

The agents' side is taken from the journal: every accepted action, every fault that was installed for the conversation
(or for all), and an agent's disconnection. What the user said is waited for: a step that came after a message waits for
that message, and then for as long as it took. With the same user at the same moments the agents do the same.

Decisions about files are left out, as a file has another id in another session; the text says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.errors import UnknownPosition
from mockdesk.core.journal import JournalEntry
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.scripts.played_steps import Step, disconnection, profiles_of, step_of
from mockdesk.scripts.writing import write_yaml

MOST_STEPS = 1000
MOST_WAIT_SECONDS = 31_536_000
"""The limits of a list of steps and of a wait, as script.schema.json has them."""


def played_script(desk: Desk, conversation_id: str) -> str:
    """Return the script of a conversation as a YAML text that ``mockdesk scripts check`` accepts.

    Raises:
        UnknownConversation: there is none of this id.
        UnknownPosition: the journal no longer has the conversation's beginning.
    """
    conversation = desk.conversation(conversation_id)
    entries = _entries(desk, conversation_id)
    removals = frozenset(one.position for one in entries if one.data.get("command") == "remove_agent")
    session = Session(conversation.created_at, isinstance(desk.clock, VirtualClock), removals)
    for entry in entries:
        session.take(entry)
    roster = {agent.id: agent.to_data() for agent in desk.agents()}
    return write_yaml(_data(conversation_id, session, roster), _comments(conversation_id, session))


def _entries(desk: Desk, conversation_id: str) -> list[JournalEntry]:
    """Return what concerns a conversation: its own entries, and from its first one on the faults for everybody."""
    kept = desk.journal.entries()
    own = [entry.position for entry in kept if entry.conversation_id == conversation_id]
    is_whole = any(_is_first_event(entry, conversation_id) for entry in kept)
    if desk.journal.dropped and not is_whole:
        raise UnknownPosition("the journal no longer has the beginning of this conversation; raise journal_limit")
    refused = {entry.cause for entry in kept if entry.kind == "command" and "refused" in entry.data}
    fitting = (one for one in kept if one.conversation_id in (conversation_id, None) and "refused" not in one.data)
    return [entry for entry in fitting if own and entry.position >= own[0] and entry.position not in refused]


def _is_first_event(entry: JournalEntry, conversation_id: str) -> bool:
    return entry.kind == "event" and entry.conversation_id == conversation_id and entry.data.get("seq") == 1


@lazy_dataclass()
class Session:
    """What was played up to an entry.

    ``moment`` is where a replay would be, seconds since the epoch; ``exact``: a wait is not rounded where that would
    show; ``removals``: positions of the commands that took an agent off the roster.
    """

    moment: float
    exact: bool
    removals: frozenset[int]
    steps: list[Step] = field(default_factory=list)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    messages: int = 0
    last_message: float = 0.0
    ended: bool = False

    def take(self, entry: JournalEntry) -> None:
        """Add what an entry tells."""
        if entry.kind == "event" and entry.data["type"] == "conversation.ended":
            self.ended = True
        elif entry.kind == "event" and _is_of_user(entry.data):
            self.messages, self.last_message = self.messages + 1, entry.time
        elif not self.ended:
            self._take_act(entry)

    def _take_act(self, entry: JournalEntry) -> None:
        if entry.kind == "command" and entry.data.get("action") == "set_file_state":
            self.left_out.append(f"set_file_state: {entry.data['state']}")
            return
        step = disconnection(entry.data) if self._is_disconnection(entry) else step_of(entry)
        if step is not None:
            for identity, profile in profiles_of(entry.data).items():
                self.profiles.setdefault(identity, profile)
            self.steps.extend(self._waits(entry.time))
            self.steps.append(step)

    def _is_disconnection(self, entry: JournalEntry) -> bool:
        return entry.kind == "event" and entry.cause in self.removals and entry.data["type"] == "agent.left"

    def _waits(self, until: float) -> Iterator[Step]:
        if self.messages:
            yield {"wait": {"messages": self.messages}}
            self.moment, self.messages = max(self.moment, self.last_message), 0
        seconds = self._seconds(until)
        self.moment += seconds
        while seconds > 0:
            yield {"wait": min(_plain(seconds), MOST_WAIT_SECONDS)}
            seconds -= MOST_WAIT_SECONDS

    def _seconds(self, until: float) -> float:
        """Return the wait to a moment: to the millisecond, unless a clock that is moved by hand wants it exact."""
        left = max(0.0, until - self.moment)
        short = round(left, 3)
        return short if not self.exact or self.moment + short == until else left


def _plain(seconds: float) -> float:
    return int(seconds) if seconds == int(seconds) else seconds


def _is_of_user(event: Mapping[str, Any]) -> bool:
    return bool(event["type"] == "message.created" and event["data"]["message"]["author"]["role"] == "user")


def _data(conversation_id: str, session: Session, roster: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    agents = [_agent(identity, profile, roster.get(identity, {})) for identity, profile in session.profiles.items()]
    rules = [{"on": "started", "steps": _nested(session.steps)}] if session.steps else []
    return {
        "name": f"played-{conversation_id}"[:200],
        "description": "What the agents did in one conversation.",
        **({"agents": agents} if agents else {}),
        "rules": rules,
    }


def _agent(identity: str, profile: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return an agent as a script declares it: the profile of the first action, else the roster's."""
    told = {**known, **profile}
    names = ("nickname", "profile_picture_url", "queues")
    return {"id": identity, **{name: told[name] for name in names if told.get(name)}}


def _nested(steps: list[Step]) -> list[Step]:
    """Return steps of which no list is longer than a script may have."""
    while len(steps) > MOST_STEPS:
        starts = range(0, len(steps), MOST_STEPS)
        steps = [{"repeat": {"times": 1, "steps": steps[start : start + MOST_STEPS]}} for start in starts]
    return steps


def _comments(conversation_id: str, session: Session) -> list[str]:
    lines = [f"Recorded from conversation {conversation_id}. Play it: mockdesk serve --script THIS-FILE"]
    if session.left_out:
        lines.append(f"Left out, as files have other ids in another session: {', '.join(session.left_out)}")
    return lines
