# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that ask for agents wrongly, or tell the wait wrongly, as published integrations did."""

from __future__ import annotations

from typing import Any

import requests

from byosd_reference import escalation
from byosd_reference.errors import DeskError
from tests.suite.defect import Defect
from tests.suite.defects.presence import on_events
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by

# the check


class CountsTheAgents(Spoiled):
    """The answer is how many agents are online."""

    def are_any_agents_online(self, connect_message: Any) -> Any:
        return requests.get(f"{self.desk_url}/v1/availability", timeout=1).json().get("agents_online", 0)


class AnswersInWords(Spoiled):
    """The answer is a word."""

    def are_any_agents_online(self, connect_message: Any) -> Any:
        return {True: "online", False: "offline", None: "unknown"}[super().are_any_agents_online(connect_message)]


class TriesAChat(Spoiled):
    """Whether an agent answers is tried out by starting a chat."""

    def are_any_agents_online(self, connect_message: Any) -> bool | None:
        self.another_conversation()
        return super().are_any_agents_online(connect_message)


class RemembersAFailedCheck(Spoiled):
    """After a check that failed no chat can be started."""

    offline = False

    def are_any_agents_online(self, connect_message: Any) -> bool | None:
        try:
            return super().are_any_agents_online(connect_message)
        except DeskError:
            self.offline = True
            raise

    def start_chat(self, *args: Any) -> None:
        if self.offline:
            raise RuntimeError("the desk is offline")
        super().start_chat(*args)


class ChecksOnTheChatsLine(Spoiled):
    """A check takes the connection of the running chat, which is lost with it."""

    def are_any_agents_online(self, connect_message: Any) -> bool | None:
        if self.chat is not None and not self.chat.is_over:
            self.host.set_error_status({"type": 2, "is_disconnected": True})
            self.host.set_error_status({"type": 2, "is_disconnected": False})
        return super().are_any_agents_online(connect_message)


class TakesAnErrorForAYes(Spoiled):
    """Whatever goes wrong, somebody will be there."""

    def are_any_agents_online(self, connect_message: Any) -> bool | None:
        try:
            return super().are_any_agents_online(connect_message)
        except DeskError:
            return True


class TakesAnyTextForAYes(Spoiled):
    """An answer that holds something is a yes."""

    def are_any_agents_online(self, connect_message: Any) -> bool:
        text = requests.get(f"{self.desk_url}/v1/availability", timeout=1).text
        return "null" not in text and "false" not in text and bool(text)


class WaitsForTheAnswer(Spoiled):
    """The check has no time limit of its own."""

    def are_any_agents_online(self, connect_message: Any) -> bool | None:
        requests.get(f"{self.desk_url}/v1/availability", timeout=4)
        return super().are_any_agents_online(connect_message)


class AsksForTheDefaultQueue(Spoiled):
    """The check does not look at the queue."""

    def are_any_agents_online(self, connect_message: Any) -> bool | None:
        return super().are_any_agents_online({})


class AssumesAShape(Spoiled):
    """The reply is taken for a list of agents; another shape is an exception."""

    def are_any_agents_online(self, connect_message: Any) -> bool:
        reply = requests.get(f"{self.desk_url}/v1/availability", timeout=1).json()
        return len(reply["agents"]) > 0


class TakesUnknownForNo(Spoiled):
    """Only a queue in which nobody waits has agents."""

    def are_any_agents_online(self, connect_message: Any) -> bool:
        reply = requests.get(f"{self.desk_url}/v1/availability", timeout=1).json()
        return bool(reply.get("online")) and reply.get("estimated_wait_seconds") == 0


class ReadsAnotherKey(Spoiled):
    """The queue is looked for under a name that the host does not use."""

    def start_chat(self, connect_message: Any, *rest: Any) -> None:
        generic = [{**item, "transfer_info": {}} for item in connect_message["output"]["generic"]]
        super().start_chat({**connect_message, "output": {"generic": generic}}, *rest)


class MistakesTheQueue(Spoiled):
    """Everybody is sent to the queue that was asked for first."""

    first: Any = None

    def start_chat(self, connect_message: Any, *rest: Any) -> None:
        self.first = self.first or (escalation.queue_of(connect_message) and connect_message)
        super().start_chat(self.first or connect_message, *rest)


# the wait


class Telling(Ear):
    """An adapter that changes what it tells of the wait."""

    def update_agent_availability(self, availability: Any) -> None:
        told = dict(availability)
        self.change(told)
        self.host.update_agent_availability(told)

    def change(self, told: dict[str, Any]) -> None:
        """Change what is told."""


class TellsTheLength(Ear):
    """The place is the length of the queue."""

    def update_agent_availability(self, availability: Any) -> None:
        reply = requests.get(f"{self.adapter.desk_url}/v1/availability", timeout=1).json()
        self.host.update_agent_availability({"position_in_queue": reply["queue_length"]})


class CountsFromZero(Telling):
    """The first in the queue has the place 0."""

    def change(self, told: dict[str, Any]) -> None:
        if "position_in_queue" in told:
            told["position_in_queue"] -= 1


class TellsTheWorstPlace(Telling):
    """After each piece of news the first place is told once more."""

    first: int | None = None

    def change(self, told: dict[str, Any]) -> None:
        self.first = max(self.first or 0, told.get("position_in_queue", 0))
        told["position_in_queue"] = self.first + 1


class TellsNoNumber(Telling):
    """A wait that is not known becomes NaN."""

    def change(self, told: dict[str, Any]) -> None:
        told.setdefault("estimated_wait_time", float("nan"))


class TellsMinusOne(Telling):
    """A wait that is not known is -1."""

    def change(self, told: dict[str, Any]) -> None:
        told.setdefault("estimated_wait_time", -1)


class TellsNothingAsNone(Telling):
    """What is not known is told as null."""

    def change(self, told: dict[str, Any]) -> None:
        told.setdefault("message", None)


class TellsZero(Telling):
    """A wait that is not known is none."""

    def change(self, told: dict[str, Any]) -> None:
        told.setdefault("estimated_wait_time", 0)


class TellsSeconds(Spoiled):
    """The desk's seconds are told as minutes."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Any) -> None:
            seconds = event.data.get("estimated_wait_seconds") if event.type == "queue.updated" else None
            if seconds is None:
                go(event)
            else:
                self.host.update_agent_availability({"estimated_wait_time": int(seconds)})

        on_events(chat, handle)


class TellsFractions(TellsSeconds):
    """Minutes are not rounded."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Any) -> None:
            seconds = event.data.get("estimated_wait_seconds") if event.type == "queue.updated" else None
            if seconds is None:
                go(event)
            else:
                self.host.update_agent_availability({"estimated_wait_time": seconds / 60})

        on_events(chat, handle)


class GoesOnTelling(Ear):
    """The last news is told every ten seconds, whoever has joined."""

    def update_agent_availability(self, availability: Any) -> None:
        self.host.update_agent_availability(availability)
        self.clock.call_later(10.0, lambda: self.host.update_agent_availability(availability))


class TellsTheJoinAsNews(Ear):
    """When an agent joins, the wait is over: it is told as one of no time."""

    def agent_joined(self, profile: Any) -> None:
        self.host.agent_joined(profile)
        self.host.update_agent_availability({"message": "An agent is there."})


class TellsChangesOfThePlace(Ear):
    """News is told only when the place is another one."""

    place: Any = None

    def update_agent_availability(self, availability: Any) -> None:
        if availability.get("position_in_queue") != self.place:
            self.place = availability.get("position_in_queue")
            self.host.update_agent_availability(availability)


class HearsAgentsOnly(Spoiled):
    """An end that no agent has made is not heard."""

    def spoil(self, chat: Any) -> None:
        on_events(chat, lambda event, go: None if event.data.get("by") == "system" else go(event))


ADAPTERS = (
    Defect("counts_the_agents", "AVL-01", "the answer is a number", "", factory(CountsTheAgents)),
    Defect("answers_in_words", "AVL-01", "the answer is a text", "", factory(AnswersInWords)),
    Defect("check_tries_a_chat", "AVL-02", "a check makes a conversation", "", factory(TriesAChat)),
    Defect("failed_check_is_kept", "AVL-02", "a failed check stops starts", "B50", factory(RemembersAFailedCheck)),
    Defect("check_disturbs_the_chat", "AVL-02", "a check interrupts the chat", "", factory(ChecksOnTheChatsLine)),
    Defect("check_fails_as_yes", "AVL-03", "an error is a yes", "", factory(TakesAnErrorForAYes)),
    Defect("check_reads_text", "AVL-03", "garbage is a yes", "B70", factory(TakesAnyTextForAYes)),
    Defect("check_waits", "AVL-03", "a check waits for ever", "", factory(WaitsForTheAnswer)),
    Defect("tells_queue_length", "AVL-04", "the place is the queue's length", "B18", told_by(TellsTheLength)),
    Defect("counts_from_zero", "AVL-04", "places begin at 0", "", told_by(CountsFromZero)),
    Defect("place_goes_up", "AVL-04", "the place is not the desk's", "B18", told_by(TellsTheWorstPlace)),
    Defect("reads_another_key", "AVL-05", "the queue is read by another name", "B46", factory(ReadsAnotherKey)),
    Defect("keeps_the_first_queue", "AVL-05", "the first queue is kept", "", factory(MistakesTheQueue)),
    Defect("wait_is_nan", "AVL-06", "an unknown wait is NaN", "B72", told_by(TellsNoNumber)),
    Defect("wait_is_minus_one", "AVL-06", "an unknown wait is -1", "B18", told_by(TellsMinusOne)),
    Defect("wait_is_zero", "AVL-06", "an unknown wait is none", "", told_by(TellsZero)),
    Defect("unknown_is_none", "AVL-06", "what is unknown is null", "", told_by(TellsNothingAsNone)),
    Defect("wait_in_seconds", "AVL-06", "the wait is in seconds", "", factory(TellsSeconds)),
    Defect("wait_in_fractions", "AVL-06", "minutes are not rounded", "B18", factory(TellsFractions)),
    Defect("goes_on_telling", "AVL-07", "news goes on after the join", "", told_by(GoesOnTelling)),
    Defect("tells_join_as_news", "AVL-07", "the join is news of the wait", "", told_by(TellsTheJoinAsNews)),
    Defect("tells_places_only", "AVL-08", "no news but a new place", "", told_by(TellsChangesOfThePlace)),
    Defect("hears_agents_only", "AVL-08", "the desk's own end is not heard", "B66", factory(HearsAgentsOnly)),
    Defect("asks_for_default", "AVL-09", "the queue is not asked for", "B46", factory(AsksForTheDefaultQueue)),
    Defect("assumes_a_shape", "AVL-09", "another shape is an exception", "B70", factory(AssumesAShape)),
    Defect("unknown_is_a_no", "AVL-09", "what is unknown is a no", "", factory(TakesUnknownForNo)),
)
