# ruff: noqa: D102  (the class says what differs; the method is where it is put)
"""Adapters that do presence and transfer in another way than the reference, and as rightly: nothing may be broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event
from types import MappingProxyType
from typing import Any

from contracts.adapter import AdapterFactory
from tests.suite.defects.presence import on_events
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class StopsTypingBehindTheMessage(Spoiled):
    """Typing ends right after the message, not right before it."""

    def spoil(self, chat: Any) -> None:
        interrupted = chat._typing.interrupted
        chat._typing.interrupted = lambda agent_id: None

        def handle(event: Any, go: Callable[[Any], None]) -> None:
            go(event)
            author = event.data.get("message", {}).get("author", {}).get("id") or event.data.get("agent_id")
            if event.type in ("message.created", "agent.left") and author is not None:
                interrupted(author)

        on_events(chat, handle)


class GivesOwnIds(Ear):
    """Agents have ids of the adapter's own."""

    def agent_joined(self, profile: Any) -> None:
        self.host.agent_joined({**profile, "id": f"desk:{profile['id']}"})

    def begin_transfer_to_another_agent(self, profile: Any = None) -> None:
        self.host.begin_transfer_to_another_agent(profile and {**profile, "id": f"desk:{profile['id']}"})

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, agent_id and f"desk:{agent_id}")


class JoinsBesideWithoutNotice(Spoiled):
    """A second agent beside the first is a join and nothing else."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            if event.type == "agent.joined" and not event.data.get("transfer_id"):
                chat._presence._join_may_follow = True
            go(event)

        on_events(chat, handle)


class LeavesInFavour(Ear):
    """A transfer is put to the host as a leaving and a join."""

    def __init__(self, host: Any, clock: Any) -> None:
        super().__init__(host, clock)
        self.kept_back = False
        self.going: set[str] = set()

    def begin_transfer_to_another_agent(self, profile: Any = None) -> None:
        presence = self.adapter.chat._presence
        self.going = presence._handing_over & {one["id"] for one in presence.profiles()}
        self.kept_back = bool(self.going)
        if not self.kept_back:  # a second agent comes beside the first, who does not leave
            self.host.begin_transfer_to_another_agent(profile)

    def agent_joined(self, profile: Any) -> None:
        try:
            if self.going:
                self.host.agent_left_chat()
            elif self.kept_back:
                self.host.begin_transfer_to_another_agent(profile)
        finally:  # the host may fail over the one, and still wants to hear the other
            self.kept_back, self.going = False, set()
            self.host.agent_joined(profile)

    def agent_ended_chat(self) -> None:
        self.kept_back, self.going = False, set()
        self.host.agent_ended_chat()


class TransfersByLeaving(Spoiled):
    """Who takes over ends the presence of who handed over, if that one has not left and was not declined."""

    ear = LeavesInFavour

    def spoil(self, chat: Any) -> None:
        self.host.kept_back, self.host.going = False, set()  # nothing of the chat before

        def handle(event: Any, go: Callable[[Any], None]) -> None:
            if event.type == "agent.left" and event.data.get("reason") != "transferred":
                self.host.going.discard(event.data.get("agent_id"))
            elif event.type == "agent.joined" and not event.data.get("transfer_id"):
                self.host.going.clear()
            go(event)

        on_events(chat, handle)


class LeavesWithTheLast(Ear):
    """A leaving is told when nobody stays."""

    def agent_left_chat(self) -> None:
        if not self.adapter.chat._presence.profiles():
            self.host.agent_left_chat()


class IntroducesWhoStays(Ear):
    """When one of two agents has left, the other is introduced again."""

    def agent_left_chat(self) -> None:
        self.host.agent_left_chat()
        for profile in self.adapter.chat._presence.profiles():
            self.host.agent_joined(profile)


class ShowsNoTyping(Ear):
    """A desk without typing and receipts."""

    def agent_typing(self, is_typing: bool) -> None:
        """Say nothing."""

    def agent_read_messages(self) -> None:
        """Say nothing."""


class HidesTypingSooner(Spoiled):
    """Typing is shown for four seconds."""

    def spoil(self, chat: Any) -> None:
        started = chat._typing.started
        chat._typing.started = lambda agent_id, expires: started(agent_id, 4.0)


class TellsNoStop(Spoiled):
    """The desk has no word for the user's stop."""

    def user_typing(self, is_typing: bool) -> None:
        if is_typing:
            super().user_typing(True)


class TakesItsTime(Spoiled):
    """Each event takes ten milliseconds."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            Event().wait(0.01)
            go(event)

        on_events(chat, handle)


class LooksProfilesUp(Spoiled):
    """An agent's profile comes from a slow look-up of its own; whatever follows the join waits for it."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            if event.type == "agent.joined":
                Event().wait(0.08)
            go(event)

        on_events(chat, handle)


VARIANTS: Mapping[str, AdapterFactory] = MappingProxyType(
    {
        "stop_behind_the_message": factory(StopsTypingBehindTheMessage),
        "own_ids": told_by(GivesOwnIds),
        "conference_without_notice": factory(JoinsBesideWithoutNotice),
        "transfer_as_a_leaving": factory(TransfersByLeaving),
        "leaving_of_the_last_only": told_by(LeavesWithTheLast),
        "who_stays_is_introduced": told_by(IntroducesWhoStays),
        "no_typing": told_by(ShowsNoTyping),
        "four_seconds_of_typing": factory(HidesTypingSooner),
        "no_stop": factory(TellsNoStop),
        "slow": factory(TakesItsTime),
        "slow_profiles": factory(LooksProfilesUp),
    }
)
"""Correct adapters, by name."""
