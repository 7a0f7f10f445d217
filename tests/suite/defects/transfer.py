# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that lose the thread when an agent hands over, or a second one comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from byosd_reference.presence import profile_of
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where
from tests.suite.defects.presence import on_events
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class HandsOverInSilence(Ear):
    """A changed agent is a new join and nothing else."""

    def begin_transfer_to_another_agent(self, profile: Any = None) -> None:
        """Say nothing."""


class TransferEnds(Spoiled):
    """The leaving of who handed over ends the chat."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            go(event)
            if event.type == "agent.left" and event.data["reason"] == "transferred":
                self.host.agent_left_chat()
                chat._ended_by_desk()

        on_events(chat, handle)


class AnnouncesEachAttempt(Spoiled):
    """Each agent who is asked makes a notice."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            chat._presence._transfers.clear()
            go(event)

        on_events(chat, handle)


class JoinsWhoIsAsked(Spoiled):
    """Who is asked to take over is told as joined."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            go(event)
            profile = profile_of(event.data.get("to_agent"))
            if event.type == "transfer.started" and profile is not None:
                chat._presence.joined(profile)

        on_events(chat, handle)


class MutesWhoHandsOver(Spoiled):
    """From the notice on only the next agent is heard."""

    def spoil(self, chat: Any) -> None:
        muted: list[Any] = []

        def handle(event: Any, go: Callable[[Any], None]) -> None:
            if event.type == "transfer.started":
                muted[:] = [event.data["from_agent_id"]]
            author = event.data.get("message", {}).get("author", {}).get("id")
            if author is None or author not in muted:
                go(event)

        on_events(chat, handle)


class KnowsOneName(Ear):
    """Everything is said by the first agent."""

    first: Any = None

    def agent_joined(self, profile: Any) -> None:
        self.first = self.first or profile["id"]
        self.host.agent_joined(profile)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, self.first)


class NeverForgetsTheFirstJoin(Ear):
    """Any agent but the very first is a transfer, in a new chat, too."""

    met = False

    def agent_joined(self, profile: Any) -> None:
        if self.met:
            self.host.begin_transfer_to_another_agent(profile)
        self.met = True
        self.host.agent_joined(profile)


class DropsWhatIsSentMeanwhile(Spoiled):
    """What the user writes during a transfer is gone, and said to be sent."""

    def send_message_to_agent(self, *args: Any) -> None:
        if not self.chat._presence._handing_over:
            super().send_message_to_agent(*args)


class AnnouncesWhoLeaves(Ear):
    """The notice of a transfer names who hands over."""

    present: Any = None

    def agent_joined(self, profile: Any) -> None:
        self.present = profile
        self.host.agent_joined(profile)

    def begin_transfer_to_another_agent(self, profile: Any = None) -> None:
        self.host.begin_transfer_to_another_agent(self.present)


class HearsTheLastOnly(Ear):
    """Only the agent who joined last is heard."""

    last: Any = None

    def agent_joined(self, profile: Any) -> None:
        self.last = profile["id"]
        self.host.agent_joined(profile)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if agent_id == self.last:
            self.host.send_message_to_user(message, agent_id)


class KnowsOneAgent(Spoiled):
    """A second agent is not told while the first is there."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            beside = event.type == "agent.joined" and chat._presence.profiles() and not event.data.get("transfer_id")
            if not beside:
                go(event)

        on_events(chat, handle)


def hides_the_second_agent(desk: Any) -> None:
    """The joining of an agent beside another one is not sent."""
    events_after = desk.events_after

    def without(conversation_id: str, after: int = 0) -> Any:
        present = list(desk.conversation(conversation_id).agents)
        found = events_after(conversation_id, after)
        return tuple(event for event in found if not (_joins(event) and event.body.agent.id in present[1:]))

    desk.events_after = without


def _joins(event: Any) -> bool:
    return bool(event.body.type == "agent.joined")


def speaks_with_one_voice(desk: Any) -> None:
    """Whoever writes, it is sent as a message of the agent who came first."""
    events_after = desk.events_after

    def renamed(conversation_id: str, after: int = 0) -> Any:
        present = list(desk.conversation(conversation_id).agents)
        return tuple(_as_of(event, present) for event in events_after(conversation_id, after))

    desk.events_after = renamed


def _as_of(event: Any, present: list[str]) -> Any:
    if event.body.type != "message.created" or event.body.message.author_id not in present:
        return event
    return replace(event, body=replace(event.body, message=replace(event.body.message, author_id=present[0])))


ADAPTERS = (
    Defect("hands_over_in_silence", "TRF-01", "a transfer is a second join", "B36", told_by(HandsOverInSilence)),
    Defect("transfer_ends", "TRF-02", "a transfer ends the chat", "B27", factory(TransferEnds)),
    Defect("announces_each_attempt", "TRF-03", "a notice for each attempt", "B9", factory(AnnouncesEachAttempt)),
    Defect("joins_who_is_asked", "TRF-03", "who declined has joined", "B9", factory(JoinsWhoIsAsked)),
    Defect("muted_after_a_decline", "TRF-03", "a decline mutes the first agent", "B9", factory(MutesWhoHandsOver)),
    Defect("muted_in_a_transfer", "TRF-04", "who hands over is muted", "B8", factory(MutesWhoHandsOver)),
    Defect("knows_one_name", "TRF-04", "the next agent speaks as the first", "B24", told_by(KnowsOneName)),
    Defect(
        "first_join_for_ever",
        "TRF-05",
        "the second chat begins as a transfer",
        "B11",
        told_by(NeverForgetsTheFirstJoin),
    ),
    Defect("drops_in_a_transfer", "TRF-06", "texts sent in a transfer are lost", "", factory(DropsWhatIsSentMeanwhile)),
    Defect("announces_who_leaves", "TRF-07", "the notice names who hands over", "", told_by(AnnouncesWhoLeaves)),
    Defect("hears_the_last_only", "TRF-08", "the first of two agents is muted", "B24", told_by(HearsTheLastOnly)),
    Defect("knows_one_agent", "TRF-08", "the second of two agents is unseen", "B8", factory(KnowsOneAgent)),
)

DESKS = (
    Defect("desk_hides_the_second", "TRF-08", "a second agent is no event", desk=desk_where(hides_the_second_agent)),
    Defect("desk_of_one_voice", "TRF-08", "both agents speak as the first", desk=desk_where(speaks_with_one_voice)),
)
