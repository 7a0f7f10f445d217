"""A story in the words of a talk: agents come, type, write, hand over and go, and the adapter tells it."""

from __future__ import annotations

from typing import Any

from contracts.requirement import Requirement
from contracts.trace import Trace
from tests.suite.requirements import build
from tests.suite.requirements.build import ADA, Story

Profile = dict[str, Any]


class Talk(Story):
    """One chat. What agents do is named in the present tense, what the adapter tells of it in the past tense."""

    def __init__(self) -> None:
        super().__init__()
        self.truth["user_id"] = "user-u1"
        self.start()

    def join(self, agent: Profile = ADA, transfer_id: str | None = None, gone: Profile | None = None) -> Talk:
        """An agent joins; ``gone`` is who leaves with it, in a transfer."""
        bodies = [build.joined(agent, transfer_id)] + ([build.left(gone, "transferred")] if gone else [])
        self.act("join", *bodies, agent=agent)
        return self

    def joined(self, agent: Profile = ADA) -> Talk:
        """The joining is told."""
        self.callback("agent_joined", profile=agent)
        return self

    def leave(self, agent: Profile = ADA) -> Talk:
        """An agent leaves."""
        self.act("leave", build.left(agent), agent=agent)
        return self

    def left(self) -> Talk:
        """A leaving is told."""
        self.callback("agent_left_chat")
        return self

    def say(self, text: str, agent: Profile = ADA) -> Talk:
        """An agent writes."""
        self.act("say", build.said(agent, text), agent=agent)
        return self

    def shown(self, text: str, agent_id: str | None = "agent-ada") -> Talk:
        """A message is shown."""
        self.shows(text, agent_id)
        return self

    def hand_over(self, agent: Profile = ADA, to: Profile | None = None, attempt: int = 1) -> Talk:
        """An agent begins a transfer, or a further attempt of it."""
        self.act("transfer", build.transfer(agent, to, attempt=attempt), agent=agent)
        return self

    def decline(self, agent: Profile) -> Talk:
        """Who was asked declines."""
        self.act("decline", agent=agent)
        return self

    def handed_over(self, to: Profile | None = None) -> Talk:
        """The transfer is told."""
        self.callback("begin_transfer_to_another_agent", profile=to)
        return self

    def agent_ends(self, agent: Profile = ADA) -> Talk:
        """An agent ends the chat."""
        self.act("end", build.ended(), agent=agent)
        return self

    def types(self, agent: Profile = ADA, on: bool = True) -> Talk:
        """An agent types, or stops."""
        self.act("typing", build.typing(agent, on), agent=agent)
        return self

    def typing(self, on: bool = True) -> Talk:
        """Typing is told."""
        self.callback("agent_typing", is_typing=on)
        return self

    def passes(self, seconds: float, *told: bool) -> Talk:
        """Time goes by; at its end typing is told as given."""
        self.suite("advance", seconds=seconds)
        self.time += seconds
        for on in told:
            self.typing(on)
        self.suite("advanced", seconds=seconds)
        return self

    def read(self, up_to: int, agent: Profile = ADA) -> Talk:
        """An agent has read up to a position."""
        self.act("read", ("agent.read", {"agent_id": agent["id"], "up_to_seq": up_to}), agent=agent)
        return self

    def mark(self) -> Talk:
        """Everything so far has had its effect."""
        self.delivered()
        return self


def welcome(agent: Profile = ADA) -> Talk:
    """Return a chat that an agent has joined, told by the adapter."""
    return Talk().join(agent).joined(agent).mark()


def holds(requirement: Requirement, story: Story | Trace) -> bool:
    """Tell whether the story exercises the requirement and nothing is broken."""
    return build.holds(requirement, _trace(story))


def vacuous(requirement: Requirement, story: Story | Trace) -> bool:
    """Tell whether the story does not exercise the requirement."""
    return build.unexercised(requirement, _trace(story))


def finding(requirement: Requirement, story: Story | Trace) -> str:
    """Return the words of the first violation."""
    first = build.broken_by(requirement, _trace(story))[0]
    return f"{first.expected} / {first.actual}"


def _trace(story: Story | Trace) -> Trace:
    return story if isinstance(story, Trace) else story.trace()
