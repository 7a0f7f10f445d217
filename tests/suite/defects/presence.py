# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that tell of coming and going as published integrations did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from byosd_reference.presence import FALLBACK_NICKNAME
from byosd_reference.settings import Deadline
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


def on_events(chat: Any, handle: Callable[[Any, Callable[[Any], None]], None]) -> None:
    """Let ``handle`` see each event of a chat first; it gets what passes the event on."""
    pass_on = chat.event_came
    chat.event_came = lambda event: handle(event, pass_on)


# coming and going


class JoinsWithTheFirstMessage(Ear):
    """Who joined is told when that agent writes."""

    waiting: Any = None

    def agent_joined(self, profile: Any) -> None:
        self.waiting = profile

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if self.waiting is not None:
            self.host.agent_joined(self.waiting)
        self.waiting = None
        self.host.send_message_to_user(message, agent_id)


class LooksTheProfileUp(Ear):
    """The join waits for a profile that takes as long as the first message; the message does not wait."""

    waiting: Any = None

    def agent_joined(self, profile: Any) -> None:
        self.waiting = profile

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, agent_id)
        if self.waiting is not None:
            self.host.agent_joined(self.waiting)
        self.waiting = None


class ListensTooLate(Spoiled):
    """Nobody is seen who joined before the listener was there."""

    def spoil(self, chat: Any) -> None:
        begin = chat.begin

        def late(agents: Any) -> None:
            missed = chat._api.conversation(Deadline(2.0))["last_seq"]
            on_events(chat, lambda event, go: None if _joins(event) and event.seq <= missed else go(event))
            begin(agents)

        chat.begin = late


class ListsAndListens(Spoiled):
    """Who joined before the listener was there is listed, and told again when the event comes."""

    def spoil(self, chat: Any) -> None:
        begin = chat.begin

        def both(agents: Any) -> None:
            begin(agents)
            for profile in chat._api.conversation(Deadline(2.0))["agents"]:
                self.host.agent_joined(profile)

        chat.begin = both


class MissesTheOutage(Spoiled):
    """After a loss nobody is seen who joined meanwhile."""

    def spoil(self, chat: Any) -> None:
        missed = [0]
        regained = chat.connection_regained

        def back() -> None:
            missed[0] = chat._api.conversation(Deadline(2.0))["last_seq"]
            regained()

        chat.connection_regained = back
        on_events(chat, lambda event, go: None if _joins(event) and event.seq <= missed[0] else go(event))


def _joins(event: Any) -> bool:
    return bool(event.type == "agent.joined")


class NamesNobody(Ear):
    """Every agent has the empty id."""

    def agent_joined(self, profile: Any) -> None:
        self.host.agent_joined({**profile, "id": ""})

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, "")


class HasNoFallback(Ear):
    """An agent without a name is not told at all."""

    def agent_joined(self, profile: Any) -> None:
        if profile["nickname"] != FALLBACK_NICKNAME:
            self.host.agent_joined(profile)


class LeavesTheNameOut(Ear):
    """An agent without a name is told without one."""

    def agent_joined(self, profile: Any) -> None:
        nickname = profile["nickname"]
        self.host.agent_joined({**profile, "nickname": None if nickname == FALLBACK_NICKNAME else nickname})


class NumbersItsAgents(Ear):
    """Each join gets a new id."""

    joins = 0

    def agent_joined(self, profile: Any) -> None:
        self.joins += 1
        self.host.agent_joined({**profile, "id": f"participant-{self.joins}"})

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, f"participant-{self.joins}")


class JoinsWithEachStatus(Ear):
    """Whatever an agent does shows that the agent is active: a join."""

    present: Any = None

    def agent_joined(self, profile: Any) -> None:
        self.present = profile
        self.host.agent_joined(profile)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.agent_joined(self.present)
        self.host.send_message_to_user(message, agent_id)


class JoinsWithEachFrame(Spoiled):
    """A join that comes twice is told twice."""

    def spoil(self, chat: Any) -> None:
        raw_read = chat._stream._read

        def read(listener: Any) -> Any:
            socket = chat._stream._socket
            frames = socket.frames

            def repeated() -> Any:
                seen: list[Any] = []
                for frame in frames():
                    if frame in seen and "agent.joined" in str(frame):
                        self.host.agent_joined(chat._presence.profiles()[-1])
                    seen.append(frame)
                    yield frame

            socket.frames = repeated
            return raw_read(listener)

        chat._stream._read = read


class LeavesTwice(Ear):
    """A leaving is told once as a leaving and once as a lost connection."""

    def agent_left_chat(self) -> None:
        self.host.agent_left_chat()
        self.host.agent_left_chat()


class LeavesInSilence(Ear):
    """A leaving is not told."""

    def agent_left_chat(self) -> None:
        """Say nothing."""


class LeavingEnds(Ear):
    """A leaving is told, and then the end."""

    def agent_left_chat(self) -> None:
        self.host.agent_left_chat()
        self.host.agent_ended_chat()


class KnowsHimAlready(Ear):
    """An agent whom the adapter has met is not told again."""

    def __init__(self, host: Any, clock: Any) -> None:
        super().__init__(host, clock)
        self.met: set[str] = set()

    def agent_joined(self, profile: Any) -> None:
        if profile["id"] not in self.met:
            self.host.agent_joined(profile)
        self.met.add(profile["id"])


ADAPTERS = (
    Defect("join_with_first_message", "PRS-01", "a silent agent is unseen", "B60", told_by(JoinsWithTheFirstMessage)),
    Defect("slow_profile", "PRS-02", "the message overtakes the join", "B10", told_by(LooksTheProfileUp)),
    Defect("listens_too_late", "PRS-03", "a join before the listener is lost", "B25", factory(ListensTooLate)),
    Defect("lists_and_listens", "PRS-03", "a join before the listener is told twice", "B54", factory(ListsAndListens)),
    Defect("misses_the_outage", "PRS-03", "a join during a loss is lost", "B1", factory(MissesTheOutage)),
    Defect("empty_id", "PRS-04", "every agent has the empty id", "B67", told_by(NamesNobody)),
    Defect("no_fallback", "PRS-04", "an agent without a name never joins", "B10", told_by(HasNoFallback)),
    Defect("no_nickname", "PRS-04", "an agent without a name has none", "B54", told_by(LeavesTheNameOut)),
    Defect("new_id_each_time", "PRS-04", "an agent's id changes with each stay", "", told_by(NumbersItsAgents)),
    Defect("join_with_each_status", "PRS-05", "a join for each status", "B36", told_by(JoinsWithEachStatus)),
    Defect("join_with_each_frame", "PRS-05", "a repeated join is told again", "B59", factory(JoinsWithEachFrame)),
    Defect("leaves_twice", "PRS-06", "one leaving is told twice", "B12", told_by(LeavesTwice)),
    Defect("leaves_in_silence", "PRS-06", "a leaving is not told", "B53", told_by(LeavesInSilence)),
    Defect("leaving_ends", "PRS-06", "a leaving ends the chat", "B27", told_by(LeavingEnds)),
    Defect("knows_him_already", "PRS-06", "a returning agent is unseen", "B56", told_by(KnowsHimAlready)),
)
