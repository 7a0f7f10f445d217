"""A mock desk and its agents for one's own tests, with or without pytest (:mod:`mockdesk.pytest_plugin`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.server.control import DeskControl

Events = list[dict[str, Any]]
"""Envelopes of the desk contract: what an agent's action caused."""


class NoConversation(LookupError):
    """Nobody has started a conversation at this desk yet."""


@lazy_dataclass(frozen=True)
class MockDesk:
    """An isolated desk with a virtual clock. ``url`` is what an adapter is given; ``control`` can do all the rest:
    scripts, queues, faults, journal (docs/control-api.md has the same operations)."""

    url: str
    control: DeskControl

    def conversations(self) -> list[dict[str, Any]]:
        """Return what the desk really has, oldest first (docs/driver.md has the shape)."""
        return self.control.conversations()

    def latest(self) -> dict[str, Any]:
        """Return what the desk really has of the conversation that was started last.

        Raises:
            NoConversation: there is none.
        """
        found = self.conversations()
        if not found:
            raise NoConversation("nobody has started a conversation at this desk yet: start one before agents act")
        return found[-1]

    def advance(self, seconds: float) -> None:
        """Move the desk's clock; returns when all that fell due has been written to the open streams."""
        self.control.advance(seconds)

    def inject(self, kind: str, **fault: Any) -> str:
        """Install a fault: ``mock_desk.inject("status", operation="sendMessageToAgent", status=503, count=1)``.

        Returns:
            its id, for ``control.remove_fault``.
        """
        return self.control.inject({"kind": kind, **fault})

    def agent(self, nickname: str, id: str | None = None) -> MockAgent:
        """Return an agent who can act; ``id`` is made of the nickname if none is given."""
        return MockAgent(self, {"id": id or f"agent-{nickname.lower()}", "nickname": nickname})


@lazy_dataclass(frozen=True)
class MockAgent:
    """An agent of a desk. Each method acts in the conversation that was started last, and returns the events that it
    caused when they have been written to every open stream. A refusal is a ``DeskError``."""

    desk: MockDesk
    profile: Mapping[str, Any] = field(default_factory=lambda: {"id": "agent-ada", "nickname": "Ada"})

    @property
    def id(self) -> str:
        """The agent's id."""
        return str(self.profile["id"])

    def act(self, action: str, conversation_id: str | None = None, **fields: Any) -> Events:
        """Do any action of docs/control-api.md, in the latest conversation or in another one.

        Raises:
            NoConversation: there is no conversation yet.
        """
        where = conversation_id if conversation_id is not None else str(self.desk.latest()["id"])
        done = self.desk.control.act(where, {"action": action, "agent": dict(self.profile), **fields})
        return list(done["events"])

    def join(self) -> Events:
        """Join; this completes a transfer, too."""
        return self.act("join")

    def say(self, text: str, **fields: Any) -> Events:
        """Say something."""
        return self.act("say", text=text, **fields)

    def type(self, typing: bool = True) -> Events:
        """Type, or stop typing."""
        return self.act("typing", typing=typing)

    def read(self) -> Events:
        """Read everything that the user has written."""
        return self.act("read")

    def transfer(self, to: MockAgent | None = None, queue: str | None = None) -> Events:
        """Hand the conversation over: to an agent, to a queue, or to whoever joins next."""
        fields: dict[str, Any] = {} if to is None else {"to_agent": dict(to.profile)}
        return self.act("transfer", **fields, **({} if queue is None else {"to_queue": queue}))

    def decline(self) -> Events:
        """Decline an offer or a transfer."""
        return self.act("decline")

    def leave(self) -> Events:
        """Leave; the conversation goes on."""
        return self.act("leave")

    def end(self) -> Events:
        """End the conversation."""
        return self.act("end")
