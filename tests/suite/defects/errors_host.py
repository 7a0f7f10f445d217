# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that tell the host the wrong thing of a fault, or fall when the host fails."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from byosd_reference.chat import Chat
from contracts.adapter import ErrorType
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by

LOST = {"type": ErrorType.DISCONNECTED, "is_disconnected": True}


class FailedStartUnnoticed(Spoiled):
    """A start that fails resolves; later the polling for nothing fails, and that is told."""

    def start_chat(self, *args: Any) -> None:
        try:
            super().start_chat(*args)
        except Exception:
            self.clock.call_later(10.0, lambda: self.host.set_error_status(LOST))


class SilentWhileWaiting(Spoiled):
    """Who waits is not told that the desk is gone."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        inner.connection_given_up = lambda reason, *, reachable: inner._finish(lambda: None, tell_desk=reachable)


class EndsWhatNeverBegan(Ear):
    """After the error that the chat could not be made comes its end."""

    def set_error_status(self, error: Any) -> None:
        self.host.set_error_status(error)
        if error["type"] == ErrorType.CONNECTING:
            self.host.agent_ended_chat()


class TellsAndRejects(Spoiled):
    """A failed start is told with a callback, and rejects."""

    def start_chat(self, *args: Any) -> None:
        try:
            super().start_chat(*args)
        except Exception:
            self.host.set_error_status({"type": ErrorType.CONNECTING})
            raise


class TakesRefusalForLoss(Spoiled):
    """A message that is refused rejects, and is told as a loss of the connection."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        try:
            super().send_message_to_agent(message, message_id, additional_data)
        except Exception:
            self.host.set_error_status(LOST)
            raise


class EndsTwice(Ear):
    """Where a loss is for good, an error and an end are told."""

    def agent_ended_chat(self) -> None:
        if self.lost:
            self.host.set_error_status({"type": ErrorType.CONNECTING})
        self.host.agent_ended_chat()

    lost = False

    def set_error_status(self, error: Any) -> None:
        self.lost = bool(error.get("is_disconnected"))
        self.host.set_error_status(error)


class FallsWithTheHost(Spoiled):
    """What the host throws ends the reading."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat

        def handle(event: Any, listener: Any) -> None:
            inner._stream.last_seq = event.seq
            listener.event_came(event)

        inner._gate.last_word = lambda function, *arguments, **named: function(*arguments, **named)
        inner._stream._handle = handle


class TakesTheHostForTheNetwork(Spoiled):
    """What the host throws is told as a loss of the connection."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat

        def last_word(function: Any, *arguments: Any, **named: Any) -> None:
            try:
                function(*arguments, **named)
            except Exception:
                self.host.set_error_status(LOST)

        inner._gate.last_word = last_word


class SpeaksCamelCase(Ear):
    """A callback is called by the name of another generation."""

    def agent_read_messages(self) -> None:
        with suppress(AttributeError):
            self.host.agentReadMessages()


class FieldsOfTheSuccessor(Ear):
    """The error has the fields of another generation."""

    def set_error_status(self, error: Any) -> None:
        told = {"isDisconnected" if name == "is_disconnected" else name: value for name, value in error.items()}
        self.host.set_error_status(told)


class TypingIsANumber(Ear):
    """Whether the agent types is told as 1 or 0."""

    def agent_typing(self, is_typing: bool) -> None:
        self.host.agent_typing(int(is_typing))


class NobodyInParticular(Ear):
    """A message comes without the agent's id."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        with suppress(TypeError):
            self.host.send_message_to_user(message)


ADAPTERS = (
    Defect("failed_start_unnoticed", "ERR-01", "a failed start resolves", "B35", factory(FailedStartUnnoticed)),
    Defect("silent_while_waiting", "ERR-01", "a lost desk is not told", "B35", factory(SilentWhileWaiting)),
    Defect("ends_what_never_began", "ERR-01", "an end follows the error", "B35", told_by(EndsWhatNeverBegan)),
    Defect("tells_and_rejects", "ERR-02", "a failed start is told twice", "B4", factory(TellsAndRejects)),
    Defect("refusal_is_a_loss", "ERR-02", "a refused text is told as a loss", "", factory(TakesRefusalForLoss)),
    Defect("error_and_end", "ERR-02", "a loss for good is told twice", "", told_by(EndsTwice)),
    Defect("falls_with_the_host", "ERR-08", "a failing host ends the reading", "B39", factory(FallsWithTheHost)),
    Defect("host_is_network", "ERR-08", "a failing host is a loss", "B39", factory(TakesTheHostForTheNetwork)),
    Defect("speaks_camel_case", "ERR-10", "an unknown callback is called", "", told_by(SpeaksCamelCase)),
    Defect("successor_fields", "ERR-10", "fields of another generation", "", told_by(FieldsOfTheSuccessor)),
    Defect("typing_is_a_number", "ERR-10", "typing is told as a number", "", told_by(TypingIsANumber)),
    Defect("nobody_in_particular", "ERR-10", "a message without agent_id", "", told_by(NobodyInParticular)),
)
