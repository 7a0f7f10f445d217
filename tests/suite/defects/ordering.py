# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that mix up what follows on what."""

from __future__ import annotations

from contextlib import nullcontext
from threading import Event, Lock, Thread
from typing import Any

from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


def soon(function: Any, *arguments: Any, seconds: float = 0.05) -> None:
    """Call a function a moment later, in a thread of its own."""

    def call() -> None:
        Event().wait(seconds)
        function(*arguments)

    Thread(target=call, daemon=True).start()


class EverySecondIsSlow(Ear):
    """Every second message takes longer than the one after it."""

    count = 0

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.count += 1
        if self.count % 2:
            soon(self.host.send_message_to_user, message, agent_id)
        else:
            self.host.send_message_to_user(message, agent_id)


class StatusFirst(Ear):
    """The state of the conversation is handled at once, its texts a moment later."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        soon(self.host.send_message_to_user, message, agent_id)


class AgentByAgent(Ear):
    """Gathers what arrives together and shows it agent by agent."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.gathered: list[tuple[Any, Any]] = []
        self.lock = Lock()

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        with self.lock:
            self.gathered.append((message, agent_id))
            if len(self.gathered) == 1:
                soon(self._show)

    def agent_ended_chat(self) -> None:
        self._show()
        self.host.agent_ended_chat()

    def _show(self) -> None:
        with self.lock:
            gathered, self.gathered = self.gathered, []
            for message, agent_id in sorted(gathered, key=lambda one: str(one[1])):
                self.host.send_message_to_user(message, agent_id)


class NoLine(Spoiled):
    """Sends do not wait for each other."""

    def spoil(self, chat: Any) -> None:
        chat.outbox._line.passing = lambda ticket, deadline: nullcontext()


class LooksTheProfileUp(Ear):
    """The joining is told when the profile has been fetched; messages are shown at once."""

    def agent_joined(self, profile: Any) -> None:
        soon(self.host.agent_joined, profile)


class LeavesFirst(Ear):
    """The leaving is told at once, words that came with it a moment later."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        soon(self.host.send_message_to_user, message, agent_id, seconds=0.03)

    def agent_joined(self, profile: Any) -> None:
        Event().wait(0.06)
        self.host.agent_joined(profile)


ADAPTERS = (
    Defect("every_second_slow", "ORD-01", "messages overtake each other", "", told_by(EverySecondIsSlow)),
    Defect("status_first", "ORD-02", "the end is handled before the texts", "B37", told_by(StatusFirst)),
    Defect("agent_by_agent", "ORD-02", "a batch is shown agent by agent", "", told_by(AgentByAgent)),
    Defect("sends_overtake", "ORD-04", "a second send does not wait for the first", "", factory(NoLine)),
    Defect("profile_first", "ORD-08", "a join waits for a profile, texts do not", "B10", told_by(LooksTheProfileUp)),
    Defect("leaves_first", "ORD-08", "the leaving is told before the last words", "B12", told_by(LeavesFirst)),
)
