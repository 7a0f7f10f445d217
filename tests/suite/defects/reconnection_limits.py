# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that never give up, give up in silence, or lose what the user writes meanwhile."""

from __future__ import annotations

from typing import Any

from byosd_reference.chat import Chat
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class TriesForEver(Spoiled):
    """There is no limit to the attempts."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        inner._stream._limit_seconds = 1e9


class GivesUpInSilence(Spoiled):
    """The attempts end, and nobody is told."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        inner.connection_given_up = lambda reason, *, reachable: None


class EndsOverAndOver(Ear):
    """The end of the attempts is told twice."""

    lost = False

    def set_error_status(self, error: Any) -> None:
        self.lost = bool(error.get("is_disconnected"))
        self.host.set_error_status(error)

    def agent_ended_chat(self) -> None:
        self.host.agent_ended_chat()
        if self.lost:
            self.host.agent_ended_chat()


class Disconnected(Spoiled):
    """Knows whether the connection is lost."""

    class ear(Ear):
        """Takes note of losses."""

        lost = False

        def set_error_status(self, error: Any) -> None:
            self.lost = bool(error.get("is_disconnected"))
            self.host.set_error_status(error)

    @property
    def lost(self) -> bool:
        """Whether the last report was a loss."""
        ear: Any = self.host
        return bool(ear.lost)


class QueuesForNobody(Disconnected):
    """While the connection is lost, texts are put into a queue that is never sent."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        if not self.lost:
            super().send_message_to_agent(message, message_id, additional_data)


class SendsAgainUnderAnotherName(Disconnected):
    """What was not confirmed is sent again as another message."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        inner: Any = self.chat
        if inner is not None and self.lost:
            first = inner.outbox._post
            inner.outbox._post = lambda told, deadline: (
                first({**told, "message_id": f"{message_id}-1"}, deadline),
                first({**told, "message_id": f"{message_id}-2"}, deadline),
            )
        super().send_message_to_agent(message, message_id, additional_data)


ADAPTERS = (
    Defect("tries_for_ever", "REC-02", "attempts never end", "", factory(TriesForEver)),
    Defect("gives_up_in_silence", "REC-02", "attempts end in silence", "B39", factory(GivesUpInSilence)),
    Defect("ends_over_and_over", "REC-02", "the end is told twice", "", told_by(EndsOverAndOver)),
    Defect("queues_for_nobody", "REC-08", "texts of a gap are lost", "B41", factory(QueuesForNobody)),
    Defect("sends_as_another", "REC-08", "texts of a gap come twice", "", factory(SendsAgainUnderAnotherName)),
)
