# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that tell of typing and reading, and take the user for an agent, as published integrations did."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.settings import Deadline
from tests.suite.defect import Defect
from tests.suite.defects.presence import on_events
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by

# typing


class TypesBehindTheMessage(Spoiled):
    """A message does not end the typing, nor does a leaving."""

    def spoil(self, chat: Any) -> None:
        chat._typing.interrupted = lambda agent_id: None


class TypesBehindTheTransfer(Spoiled):
    """A transfer does not end the typing, nor does the end."""

    def spoil(self, chat: Any) -> None:
        chat._typing.clear = lambda: None


class TypesForEver(Spoiled):
    """Typing that is not stopped goes on."""

    def spoil(self, chat: Any) -> None:
        chat._typing._clock = Never()


class Never:
    """A clock whose timers do not fire."""

    def call_later(self, seconds: float, function: Any) -> Never:
        return self

    def cancel(self) -> None:
        """Do nothing."""


class NeverCancelsATimer(Spoiled):
    """Each notice of typing has a timer that stops all typing."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            go(event)
            if event.type == "agent.typing" and event.data["typing"]:
                self.clock.call_later(5.0, lambda: chat._gate.closed or chat._typing._show(False))

        on_events(chat, handle)


class StopsBeforeEachMessage(Ear):
    """Each message is preceded by a stop, whether somebody typed or not."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.agent_typing(False)
        self.host.send_message_to_user(message, agent_id)


class PassesTypingOn(Spoiled):
    """Each notice of typing is told as it comes."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            go(event)
            if event.type == "agent.typing":
                self.host.agent_typing(event.data["typing"])

        on_events(chat, handle)


# the user's side


class ShowsTheEcho(Spoiled):
    """The user's own texts are shown as the agent's."""

    def spoil(self, chat: Any) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            go(event)
            message = event.data.get("message", {})
            if message.get("author", {}).get("role") == "user":
                self.host.send_message_to_user(message["text"], "agent-ada")

        on_events(chat, handle)


class TypesForTheUser(Spoiled):
    """Any typing in the conversation is an agent's, the user's own, too."""

    def user_typing(self, is_typing: bool) -> None:
        super().user_typing(is_typing)
        self.host.agent_typing(is_typing)


class JoinsTheUser(Spoiled):
    """Any member of the conversation is an agent, the user, too."""

    def start_chat(self, *args: Any) -> None:
        super().start_chat(*args)
        user_id = args[0]["context"]["global"]["system"]["user_id"]
        self.host.agent_joined({"id": user_id, "nickname": "Guest"})


class OnlyEverTypes(Spoiled):
    """That the user stopped is told as typing."""

    def user_typing(self, is_typing: bool) -> None:
        self.chat._api.typing(True, Deadline(2.0))


class StopsOnlyTheSecondTime(Spoiled):
    """The first stop is told as typing, the later ones rightly."""

    stops = 0

    def user_typing(self, is_typing: bool) -> None:
        self.stops += not is_typing
        self.chat._api.typing(is_typing or self.stops == 1, Deadline(2.0))


class TellsEveryKey(Spoiled):
    """Each call of the host makes a request."""

    def user_typing(self, is_typing: bool) -> None:
        self.chat._api.typing(is_typing, Deadline(2.0))


class ReadsWhenItSpeaks(Ear):
    """Who writes has read."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.agent_read_messages()
        self.host.send_message_to_user(message, agent_id)


class ReadsEverythingAtOnce(Spoiled):
    """Whatever was read, everything was read."""

    def spoil(self, chat: Chat) -> None:
        translator: Any = chat._translator
        translator._handlers["agent.read"] = lambda data: self.host.agent_read_messages()


class KeepsReadingToItself(Spoiled):
    """The desk never hears that the user has read."""

    def user_read_messages(self) -> None:
        return


class ReadsWhatItShows(Ear):
    """What is shown is told as read."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, agent_id)
        self.adapter.chat._api.read(0, Deadline(2.0))


class ReadsForEver(Spoiled):
    """The call waits for a confirmation that the desk does not send."""

    def user_read_messages(self) -> None:
        super().user_read_messages()
        Event().wait(8)


ADAPTERS = (
    Defect("keeps_reading_to_itself", "PRS-15", "the desk never hears of it", "", factory(KeepsReadingToItself)),
    Defect("reads_what_it_shows", "PRS-15", "what is shown counts as read", "", told_by(ReadsWhatItShows)),
    Defect("reads_for_ever", "PRS-15", "the call never settles", "", factory(ReadsForEver)),
    Defect("types_behind_message", "PRS-07", "typing outlives the message", "B45", factory(TypesBehindTheMessage)),
    Defect("types_behind_transfer", "PRS-07", "typing outlives the transfer", "B45", factory(TypesBehindTheTransfer)),
    Defect("types_for_ever", "PRS-08", "typing sticks", "B13", factory(TypesForEver)),
    Defect("never_cancels_a_timer", "PRS-08", "an old timer stops a new typing", "B13", factory(NeverCancelsATimer)),
    Defect("stops_before_each_message", "PRS-09", "a stop of what never began", "", told_by(StopsBeforeEachMessage)),
    Defect("passes_typing_on", "PRS-09", "typing is told again and again", "", factory(PassesTypingOn)),
    Defect("shows_the_echo", "PRS-10", "the user's own text is shown as the agent's", "", factory(ShowsTheEcho)),
    Defect("types_for_the_user", "PRS-10", "the user's typing is the agent's", "B26", factory(TypesForTheUser)),
    Defect("joins_the_user", "PRS-10", "the user is told as an agent", "B26", factory(JoinsTheUser)),
    Defect("only_ever_types", "PRS-11", "a stop is told as typing", "B16", factory(OnlyEverTypes)),
    Defect("types_at_first_stop", "PRS-11", "the first stop is a start", "B16", factory(StopsOnlyTheSecondTime)),
    Defect("reads_when_it_speaks", "PRS-12", "a receipt for each message", "B30", told_by(ReadsWhenItSpeaks)),
    Defect("reads_everything", "PRS-12", "a part that was read is everything", "B30", factory(ReadsEverythingAtOnce)),
    Defect("tells_every_key", "PRS-13", "a request with every key", "", factory(TellsEveryKey)),
)
