"""Traces made by hand, for the tests of single requirements: say what happened, line by line, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.requirement import Judgement, Requirement
from contracts.trace import Entry, Recorder, Side, Trace

ADA = {"id": "agent-ada", "nickname": "Ada"}
BOB = {"id": "agent-bob", "nickname": "Bob"}


class Story:
    """One run with one desk, told in order. What agents do and what is stored goes into the desk's log by itself."""

    def __init__(self, **about: Any) -> None:
        self.time = 0.0
        self.recorder = Recorder(lambda: self.time)
        self.about = {"subject": "adapter", **about}
        self.chat = "u1#1"
        self.logs: dict[str, list[dict[str, Any]]] = {}

    @property
    def user(self) -> str:
        """The user of the present chat."""
        return self.chat.split("#")[0]

    def add(self, side: Side, kind: str, call: int | None = None, **data: Any) -> Entry:
        """Add any entry to the present chat."""
        return self.recorder.add(side, kind, user=self.user, chat=self.chat, call=call, **data)

    def start(self, chat: str = "u1#1", ok: bool = True) -> Story:
        """The user starts a chat; what follows is of this chat."""
        self.chat = chat
        self.logs.setdefault(chat, [])
        return self.host("start_chat", ok=ok, error=None if ok else "RuntimeError: refused")

    def host(self, name: str, *, ok: bool = True, error: str | None = None, **data: Any) -> Story:
        """The host calls a function, which settles at once."""
        call = self.calls(name, **data)
        return self.settles(call, ok=ok, error=error)

    def calls(self, name: str, **data: Any) -> Entry:
        """The host calls a function; see :meth:`settles`."""
        return self.add(Side.HOST, name, **data)

    def settles(self, call: Entry, *, ok: bool = True, error: str | None = None) -> Story:
        """A call of the host settles."""
        self.add(Side.HOST, "settled", call=call.index, ok=ok, error=error, value=None, seconds=0.1)
        return self

    def gives_up(self, call: Entry) -> Story:
        """The host's patience with a call ends."""
        self.add(Side.HOST, "given_up", call=call.index, seconds=20.0)
        return self

    def send(self, text: str, message_id: str = "m1", *, ok: bool = True, error: str | None = None) -> Story:
        """The user sends a text; what the desk has of it is said by :meth:`stored`."""
        return self.host("send_message_to_agent", ok=ok, error=error, text=text, message_id=message_id, files=[])

    def stored(self, text: str, message_id: str | None = None) -> Story:
        """The desk has a text of the user."""
        self.event("message.created", **_message(text, {"role": "user", "id": "user-u1"}, client_message_id=message_id))
        return self

    def event(self, type: str, **data: Any) -> dict[str, Any]:
        """The desk logs an event that no agent caused."""
        log = self.logs[self.chat]
        event = {"seq": len(log) + 1, "type": type, "time": "2024-01-01T00:00:00.000Z", "data": data}
        if type == "message.created":
            data["message"]["seq"] = event["seq"]
        log.append(event)
        return event

    def act(self, action: str, *events: tuple[str, Mapping[str, Any]], **data: Any) -> Story:
        """An agent acts; the desk logs what that caused."""
        entry = self.add(Side.DESK, "act", action=action, **data)
        caused = [self.event(type, **dict(values)) for type, values in events]
        self.add(Side.DESK, "done", call=entry.index, ok=True, error=None, events=caused)
        return self

    def join(self, agent: Mapping[str, Any] = ADA) -> Story:
        """An agent joins."""
        return self.act("join", ("agent.joined", {"agent": dict(agent), "transfer_id": None}), agent=dict(agent))

    def say(self, text: str, agent: Mapping[str, Any] = ADA, **more: Any) -> Story:
        """An agent writes."""
        message = _message(text, {"role": "agent", "id": agent["id"]}, **more)
        return self.act("say", ("message.created", message), agent=dict(agent), text=text)

    def leave(self, agent: Mapping[str, Any] = ADA, reason: str = "left") -> Story:
        """An agent leaves."""
        return self.act("leave", ("agent.left", {"agent_id": agent["id"], "reason": reason}), agent=dict(agent))

    def agent_ends(self, agent: Mapping[str, Any] = ADA) -> Story:
        """An agent ends the chat."""
        ended = ("conversation.ended", {"by": "agent", "agent_id": agent["id"], "reason": None})
        return self.act("end", ended, agent=dict(agent))

    def callback(self, name: str, *, running: bool = True, **data: Any) -> Story:
        """The adapter calls the host back."""
        self.add(Side.CALLBACK, name, running=running, **data)
        return self

    def joined(self, agent: Mapping[str, Any] = ADA) -> Story:
        """The adapter tells of an agent."""
        return self.callback("agent_joined", profile=dict(agent))

    def shown(self, text: str, agent: Mapping[str, Any] | None = ADA, *, running: bool = True) -> Story:
        """The adapter shows a text."""
        agent_id = agent["id"] if agent else None
        return self.callback(
            "send_message_to_user", running=running, message=text, agent_id=agent_id, texts=[text], types=["text"]
        )

    def suite(self, kind: str, **data: Any) -> Story:
        """The suite does, or sees, something in this chat."""
        self.add(Side.SUITE, kind, **data)
        return self

    def delivered(self) -> Story:
        """Everything so far has been delivered, and the adapter had the time to act on it."""
        return self.suite("delivered", seq=len(self.logs[self.chat]))

    def wire(self, kind: str, **data: Any) -> Story:
        """The suite's own client reports something of the wire."""
        self.add(Side.WIRE, kind, **data)
        return self

    def trace(self) -> Trace:
        """End the run: the desk's own word on each conversation is added."""
        for chat, log in self.logs.items():
            self.chat = chat
            truth = {"id": f"conv-{chat}", "user_id": f"user-{self.user}", "events": log}
            self.add(Side.DESK, "truth", truth=truth, streams=0)
            self.add(Side.SUITE, "ended")
        return self.recorder.trace(self.about)


def _message(text: str, author: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"message": {"id": f"msg-{text[:9]}", "author": dict(author), "text": text, **more}}


def judge(requirement: Requirement, story: Story) -> list[Judgement]:
    """Return what the requirement says of a story."""
    return list(requirement.judge(story.trace()))


def holds(requirement: Requirement, story: Story) -> bool:
    """Tell whether the story exercises the requirement and nothing is broken."""
    found = judge(requirement, story)
    return bool(found) and all(one.ok for one in found)


def finding(requirement: Requirement, story: Story) -> str:
    """Return the words of the first thing that is broken: what was expected, and what came.

    Raises:
        AssertionError: nothing is broken.
    """
    broken = [one for one in judge(requirement, story) if not one.ok]
    assert broken, f"{requirement.id} finds nothing wrong"
    return f"{broken[0].expected} / {broken[0].actual}"


def vacuous(requirement: Requirement, story: Story) -> bool:
    """Tell whether the story does not exercise the requirement."""
    return not judge(requirement, story)
