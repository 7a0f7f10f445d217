"""Makes small traces by hand: what the host called, what the desk did, what the adapter called back, in that order.

A story writes entries like a session does; events of the desk get their positions by themselves, and :meth:`trace`
closes it with the desk's own last word.
"""

from __future__ import annotations

from typing import Any

from contracts.requirement import Judgement, Requirement
from contracts.trace import Entry, Side, Trace

ADA = {"id": "agent-ada", "nickname": "Ada"}
BOB = {"id": "agent-bob", "nickname": "Bob"}
CLEO = {"id": "agent-cleo", "nickname": "Cleo"}

EventBody = tuple[str, dict[str, Any]]


class Story:
    """One user's trace in the making. Times are seconds; only :meth:`advance` moves them."""

    def __init__(self, user: str = "u1", **about: Any) -> None:
        self.user, self.chat, self.time = user, f"{user}#0", 0.0
        self.about = about
        self.entries: list[Entry] = []
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.truth: dict[str, Any] = {}

    def add(self, side: Side, kind: str, call: int | None = None, **data: Any) -> int:
        """Append an entry; return its index."""
        entry = Entry(len(self.entries), self.time, side, kind, self.user, self.chat, data, call)
        self.entries.append(entry)
        return entry.index

    # the host

    def call(self, name: str, **data: Any) -> int:
        """Let the host call a function that has not settled yet; return the call for :meth:`settle`."""
        return self.add(Side.HOST, name, **data)

    def settle(self, call: int, error: str | None = None, value: Any = None, seconds: float = 0.0) -> Story:
        """Let a call return, or raise ``error``."""
        self.add(Side.HOST, "settled", call, ok=error is None, error=error, value=value, seconds=seconds)
        return self

    def host(self, name: str, error: str | None = None, **data: Any) -> Story:
        """Let the host call a function, and let it settle."""
        return self.settle(self.call(name, **data), error)

    def new_chat(self) -> Story:
        """Begin the next chat of this user: what follows belongs to it."""
        number = int(self.chat.partition("#")[2]) + 1
        self.chat = f"{self.user}#{number}"
        self.events[self.chat] = []
        return self

    def start(self, error: str | None = None) -> Story:
        """Start a chat."""
        return self.new_chat().host("start_chat", error, second=False)

    def send(self, text: str, error: str | None = None, message_id: str = "m1") -> Story:
        """Let the user send a text; where that resolves, the desk has it."""
        call = self.call("send_message_to_agent", text=text, message_id=message_id, files=[])
        if error is None:
            self.event(user_said(text, message_id))
        return self.settle(call, error)

    def end(self) -> Story:
        """Let the user end the chat."""
        return self.host("end_chat", inside=None)

    # the desk

    def event(self, body: EventBody) -> dict[str, Any]:
        """Append an event to the desk's log of the chat; return its envelope."""
        log = self.events[self.chat]
        seq, (kind, data) = len(log) + 1, body
        if kind == "message.created":
            data = {"message": {"id": f"message-{seq}", **data["message"], "seq": seq}}
        envelope = {"seq": seq, "type": kind, "time": "2026-01-01T00:00:00.000Z", "data": data}
        log.append(envelope)
        return envelope

    def act(self, action: str, *bodies: EventBody, **data: Any) -> Story:
        """Let an agent act, which causes the events given."""
        index = self.add(Side.DESK, "act", action=action, **data)
        events = [self.event(body) for body in bodies]
        self.add(Side.DESK, "done", index, ok=True, error=None, events=events)
        return self

    # the adapter

    def callback(self, name: str, running: bool = True, **data: Any) -> Story:
        """Let the adapter call back."""
        self.add(Side.CALLBACK, name, running=running, **data)
        return self

    def shows(self, text: str, agent_id: str | None = "agent-ada") -> Story:
        """Let the adapter show a message."""
        return self.callback("send_message_to_user", message=text, agent_id=agent_id, texts=[text], types=["text"])

    # the suite

    def suite(self, kind: str, **data: Any) -> Story:
        """Append an entry of the suite."""
        self.add(Side.SUITE, kind, **data)
        return self

    def delivered(self) -> Story:
        """Mark that all events so far have had their effect."""
        return self.suite("delivered", seq=len(self.events[self.chat]))

    def advance(self, seconds: float) -> Story:
        """Move the clock; timers that fire are callbacks between :meth:`suite` entries of one's own."""
        self.suite("advance", seconds=seconds)
        self.time += seconds
        return self.suite("advanced", seconds=seconds)

    def trace(self, **truth: Any) -> Trace:
        """Close the story; ``truth`` is what the desk says of the last chat, besides its events."""
        present = self.chat
        for chat, events in self.events.items():
            self.chat = chat
            more = truth if self.chat == present else {}
            self.add(Side.DESK, "truth", truth={"events": events, **self.truth, **more}, streams=0)
            self.add(Side.SUITE, "ended")
        self.chat = present
        return Trace(tuple(self.entries), self.about)


# bodies of events


def joined(agent: dict[str, Any], transfer_id: str | None = None) -> EventBody:
    """An agent joined."""
    return "agent.joined", {"agent": agent, "transfer_id": transfer_id}


def left(agent: dict[str, Any], reason: str = "left") -> EventBody:
    """An agent left."""
    return "agent.left", {"agent_id": agent["id"], "reason": reason}


def typing(agent: dict[str, Any], on: bool = True, expires: float | None = 5.0) -> EventBody:
    """An agent types, or stopped."""
    return "agent.typing", {"agent_id": agent["id"], "typing": on, "expires_in_seconds": expires if on else None}


def said(agent: dict[str, Any] | None, text: str) -> EventBody:
    """An agent (or, with ``None``, the desk itself) said something."""
    author = {"role": "system", "id": None} if agent is None else {"role": "agent", "id": agent["id"]}
    return "message.created", {"message": {"client_message_id": None, "author": author, "text": text}}


def user_said(text: str, message_id: str = "m1", user_id: str = "user-u1") -> EventBody:
    """The user said something."""
    author = {"role": "user", "id": user_id}
    return "message.created", {"message": {"client_message_id": message_id, "author": author, "text": text}}


def transfer(
    agent: dict[str, Any], to: dict[str, Any] | None = None, id: str = "transfer-1", attempt: int = 1
) -> EventBody:
    """An agent hands over."""
    return "transfer.started", {
        "transfer_id": id,
        "attempt": attempt,
        "from_agent_id": agent["id"],
        "to_agent": to,
        "to_queue": None,
        "reason": None,
    }


def ended(by: str = "agent") -> EventBody:
    """The conversation ended."""
    return "conversation.ended", {"by": by, "agent_id": "agent-ada" if by == "agent" else None, "reason": None}


# what was judged


def broken_by(requirement: Requirement, trace: Trace) -> list[Judgement]:
    """Return the violations that a requirement finds in a trace."""
    return [one for one in requirement.judge(trace) if not one.ok]


def holds(requirement: Requirement, trace: Trace) -> bool:
    """Tell whether the trace exercises the requirement and nothing is broken."""
    judgements = list(requirement.judge(trace))
    return bool(judgements) and all(one.ok for one in judgements)


def unexercised(requirement: Requirement, trace: Trace) -> bool:
    """Tell whether the trace does not exercise the requirement at all."""
    return not list(requirement.judge(trace))


def complaint(requirement: Requirement, trace: Trace) -> str:
    """Return what a requirement says of its one violation in a trace: the expected, then the actual."""
    (only,) = broken_by(requirement, trace)
    return f"expected: {only.expected}; actual: {only.actual}"
