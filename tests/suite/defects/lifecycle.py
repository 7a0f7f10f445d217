# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that begin chats as published integrations did, or do more than that, or are misnamed."""

from __future__ import annotations

from threading import Event
from typing import Any

from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory


class StartsTwoConversations(Spoiled):
    """Each start makes a second conversation on the side."""

    def start_chat(self, *args: Any) -> None:
        super().start_chat(*args)
        self.another_conversation()


class WaitsForAnAgent(Spoiled):
    """start_chat returns when an agent has joined."""

    class ear(Ear):
        """Notes that somebody joined."""

        def agent_joined(self, profile: Any) -> None:
            self.adapter.somebody.set()
            self.host.agent_joined(profile)

    def built(self) -> None:
        self.somebody = Event()

    def start_chat(self, *args: Any) -> None:
        super().start_chat(*args)
        self.somebody.wait(60)


class NotOpenYet(Spoiled):
    """The first half second after a start nothing can be sent: the socket is still opening."""

    open = False

    def start_chat(self, *args: Any) -> None:
        super().start_chat(*args)
        self.clock.call_later(0.5, lambda: setattr(self, "open", True))

    def send_message_to_agent(self, *args: Any) -> None:
        if not self.open:
            raise RuntimeError("InvalidStateError: still connecting")
        super().send_message_to_agent(*args)


class HangsWhenRefused(Spoiled):
    """A failed start neither resolves nor rejects."""

    def start_chat(self, *args: Any) -> None:
        try:
            super().start_chat(*args)
        except Exception:
            Event().wait(8.8)
            raise


class TakesFailureForSuccess(Spoiled):
    """A failed start resolves."""

    def start_chat(self, *args: Any) -> None:
        try:
            super().start_chat(*args)
        except Exception:
            return


class RejectsWithoutReason(Spoiled):
    """A failed start rejects, and does not say why."""

    def start_chat(self, *args: Any) -> None:
        try:
            super().start_chat(*args)
        except Exception:
            raise RuntimeError from None


class NeedsOptions(Spoiled):
    """start_chat reads a value of the options that the host need not pass."""

    def start_chat(self, connect_message: Any, start_chat_options: Any = None) -> None:
        assert start_chat_options["agent_app_info"]["session_history_key"]
        super().start_chat(connect_message, start_chat_options)


class NeedsAvailability(Spoiled):
    """Authorised by the availability check; without one no start works."""

    authorised = False

    def are_any_agents_online(self, connect_message: Any) -> bool | None:
        self.authorised = True
        return super().are_any_agents_online(connect_message)

    def start_chat(self, *args: Any) -> None:
        if not self.authorised:
            raise RuntimeError("no channel token")
        super().start_chat(*args)


class LeavesAnOrphan(Spoiled):
    """Makes the conversation first and checks the rest afterwards; what it made stays when that fails."""

    def start_chat(self, *args: Any) -> None:
        try:
            super().start_chat(*args)
        except Exception:
            self.another_conversation()
            raise


class NamedAtLength(Spoiled):
    """The name is a sentence."""

    def get_name(self) -> str:
        return "The integration of our service desk with your web chat"


class NoName(Spoiled):
    """The name is empty."""

    def get_name(self) -> str:
        return ""


class StartsBesideARunningChat(Spoiled):
    """A second start is not refused: it makes a second chat beside the first."""

    def _refuse_second_chat(self) -> None:
        return


class StartsWhenBuilt(Spoiled):
    """Building the adapter makes a conversation, so that the start is quick."""

    def built(self) -> None:
        self.another_conversation()


class TalksWhenBuilt(Spoiled):
    """Building the adapter tells the host that somebody is there."""

    def built(self) -> None:
        self.host.update_agent_availability({"position_in_queue": 1})


class PollsOnAfterAFailedStart(Spoiled):
    """After a failed start the polling of its events goes on."""

    def start_chat(self, *args: Any) -> None:
        try:
            super().start_chat(*args)
        except Exception:
            self._poll()
            raise

    def _poll(self) -> None:
        self.clock.call_later(5.0, self._poll)


ADAPTERS = (
    Defect("start_makes_two", "LIF-01", "each start makes two conversations", "B59", factory(StartsTwoConversations)),
    Defect("start_waits_for_agent", "LIF-02", "start resolves when an agent is there", "B34", factory(WaitsForAnAgent)),
    Defect("start_before_open", "LIF-02", "start resolves before texts can be sent", "B62", factory(NotOpenYet)),
    Defect("start_hangs", "LIF-03", "a refused start never settles", "B2", factory(HangsWhenRefused)),
    Defect("start_lies", "LIF-03", "a refused start resolves", "B35", factory(TakesFailureForSuccess)),
    Defect("start_gives_no_reason", "LIF-03", "a refused start says nothing", "B4", factory(RejectsWithoutReason)),
    Defect("start_needs_options", "LIF-04", "optional values are needed", "B5", factory(NeedsOptions)),
    Defect(
        "start_needs_availability", "LIF-04", "only an availability check logs in", "B50", factory(NeedsAvailability)
    ),
    Defect("start_leaves_orphan", "LIF-05", "a failed start stays in the queue", "B6", factory(LeavesAnOrphan)),
    Defect("name_too_long", "LIF-14", "the name has more than 40 characters", "", factory(NamedAtLength)),
    Defect("name_empty", "LIF-14", "the name is empty", "", factory(NoName)),
    Defect(
        "second_start_accepted", "LIF-15", "a second start is not refused", "B59", factory(StartsBesideARunningChat)
    ),
    Defect("built_with_conversation", "LIF-16", "building makes a conversation", "", factory(StartsWhenBuilt)),
    Defect("built_with_callback", "LIF-16", "building tells the host something", "", factory(TalksWhenBuilt)),
    Defect("polls_after_failure", "LIF-17", "a failed start keeps polling", "B35", factory(PollsOnAfterAFailedStart)),
)
