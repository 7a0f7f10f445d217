# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that end chats, and begin the next one, as published integrations did."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class ScriptGoesOn(Spoiled):
    """The agent of a bare timer joins, also when the user has left."""

    def start_chat(self, *args: Any) -> None:
        super().start_chat(*args)
        join = {"id": "agent-late", "nickname": "Late"}
        self.clock.call_later(20.0, lambda: self.host.agent_joined(join))


class EndsOnlyAtTheDesk(Spoiled):
    """The user's end is sent, and the stream goes on as if nothing had happened."""

    def end_chat(self, info: Any = None) -> None:
        chat = self.chat
        if chat is not None and not chat.is_over:
            self.end_at_the_desk(chat)


class OldTypingTimer(Ear):
    """A timer for each typing, never cancelled."""

    def agent_typing(self, is_typing: bool) -> None:
        self.host.agent_typing(is_typing)
        if is_typing:
            self.clock.call_later(4.0, lambda: self.host.agent_typing(False))


class RemembersThatSomebodyJoined(Ear):
    """The flag "an agent has joined" survives the chat: the first agent of the next one comes as a transfer."""

    joined_before = False

    def agent_joined(self, profile: Any) -> None:
        if self.joined_before:
            self.host.begin_transfer_to_another_agent(profile)
        self.joined_before = True
        self.host.agent_joined(profile)


class RemembersTheAgent(Ear):
    """The agent's profile survives the chat: the same agent is not announced again."""

    last: Any = None

    def agent_joined(self, profile: Any) -> None:
        if profile["id"] != self.last:
            self.host.agent_joined(profile)
        self.last = profile["id"]


class KeepsListeners(Spoiled):
    """Each start adds a listener and none is removed: the second chat shows everything twice."""

    class ear(Ear):
        """Tells a text once for each listener."""

        def send_message_to_user(self, message: Any, agent_id: Any) -> None:
            for _ in range(self.adapter.listeners):
                self.host.send_message_to_user(message, agent_id)

    listeners = 0

    def start_chat(self, *args: Any) -> None:
        self.listeners += 1
        super().start_chat(*args)


class RejectsASecondEnd(Spoiled):
    """end_chat begins with a look at the chat, which is not there any more."""

    def end_chat(self, info: Any = None) -> None:
        if self.chat is None or self.chat.is_over:
            raise RuntimeError("the conversation null is not known")
        super().end_chat(info)


class EndsTwice(Spoiled):
    """The desk is told of the end twice."""

    def end_chat(self, info: Any = None) -> None:
        chat = self.chat
        over = chat is None or chat.is_over
        super().end_chat(info)
        if not over:
            self.end_at_the_desk(chat)


class IgnoresTheRefusedEnd(Spoiled):
    """end_chat resolves whatever the desk answered."""

    def end_chat(self, info: Any = None) -> None:
        try:
            super().end_chat(info)
        except Exception:
            return


class KeepsAHeartbeat(Spoiled):
    """A timer of the chat starts itself again for ever."""

    def start_chat(self, *args: Any) -> None:
        super().start_chat(*args)
        self._beat()

    def _beat(self) -> None:
        self.clock.call_later(10.0, self._beat)


class KeepsAThread(Spoiled):
    """A thread of the chat goes on after its end."""

    def start_chat(self, *args: Any) -> None:
        super().start_chat(*args)
        Thread(target=lambda: Event().wait(20), name="reader", daemon=True).start()


class NeverTellsTheEnd(Ear):
    """The desk's end closes the chat, and the host is not told."""

    def agent_ended_chat(self) -> None:
        return


class TellsTheEndTwice(Ear):
    """The end is told for each participant who left."""

    def agent_ended_chat(self) -> None:
        self.host.agent_ended_chat()
        self.host.agent_ended_chat()


class WaitsForTheDeskForEver(Spoiled):
    """end_chat has no limit of its own."""

    def end_chat(self, info: Any = None) -> None:
        try:
            super().end_chat(info)
        except Exception:
            Event().wait(4)
            raise


class EndsAgainInside(Spoiled):
    """The host's end inside agent_ended_chat is sent to the desk, which ended the chat itself."""

    def end_chat(self, info: Any = None) -> None:
        chat = self.chat
        super().end_chat(info)
        if chat is not None and hasattr(chat, "_api"):
            self.end_at_the_desk(chat)


class WaitsForItselfInside(Spoiled):
    """The host's end inside agent_ended_chat waits until the thread that made the callback is done."""

    class ear(Ear):
        """Notes that the callback is over."""

        def agent_ended_chat(self) -> None:
            self.adapter.inside = True
            self.host.agent_ended_chat()
            self.adapter.callback_done.set()

    inside = False

    def built(self) -> None:
        self.callback_done = Event()

    def end_chat(self, info: Any = None) -> None:
        if self.inside:
            self.callback_done.wait(3)
        super().end_chat(info)


ADAPTERS = (
    Defect("script_goes_on", "LIF-06", "timers are not cancelled at the end", "B73", factory(ScriptGoesOn)),
    Defect("stream_goes_on", "LIF-06", "the end does not stop the stream", "B38", factory(EndsOnlyAtTheDesk)),
    Defect("typing_timer_goes_on", "LIF-06", "typing timers outlive the chat", "B13", told_by(OldTypingTimer)),
    Defect("joined_flag_stays", "LIF-07", "a flag survives the chat", "B11", told_by(RemembersThatSomebodyJoined)),
    Defect("agent_stays", "LIF-07", "the agent's profile survives the chat", "B56", told_by(RemembersTheAgent)),
    Defect("listeners_stay", "LIF-07", "listeners survive the chat", "B29", factory(KeepsListeners)),
    Defect("second_end_rejected", "LIF-08", "an end without a chat is rejected", "B15", factory(RejectsASecondEnd)),
    Defect("end_sent_twice", "LIF-08", "the desk is told of the end twice", "B57", factory(EndsTwice)),
    Defect("refused_end_ignored", "LIF-09", "a refused end resolves", "B42", factory(IgnoresTheRefusedEnd)),
    Defect("heartbeat_stays", "LIF-10", "a timer survives the chat", "B43", factory(KeepsAHeartbeat)),
    Defect("thread_stays", "LIF-10", "a thread survives the chat", "B51", factory(KeepsAThread)),
    Defect("end_untold", "LIF-11", "the agent's end is not told", "B66", told_by(NeverTellsTheEnd)),
    Defect("end_told_twice", "LIF-11", "the agent's end is told twice", "B53", told_by(TellsTheEndTwice)),
    Defect("end_waits_for_ever", "LIF-13", "the end has no time limit", "B15", factory(WaitsForTheDeskForEver)),
    Defect("end_inside_sent", "LIF-18", "the desk is sent an end it made", "B57", factory(EndsAgainInside)),
    Defect("end_inside_waits", "LIF-18", "the end waits for its own thread", "B12", factory(WaitsForItselfInside)),
)
