# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that lose their connection, and do not get over it."""

from __future__ import annotations

from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.settings import Deadline
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class NeverComesBack(Spoiled):
    """A loss is told, and that is all."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat

        def resume(listener: Any, *, quietly: bool) -> bool:
            listener.connection_lost("the connection broke off")
            return False

        inner._stream._resume = resume


class GivesUpAtOnce(Spoiled):
    """A loss ends the chat."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat

        def resume(listener: Any, *, quietly: bool) -> bool:
            listener.connection_given_up("the connection broke off", reachable=True)
            return False

        inner._stream._resume = resume


class StartsAnew(Ear):
    """A loss makes a new conversation at the desk."""

    def set_error_status(self, error: Any) -> None:
        if error.get("is_disconnected"):
            self.adapter.another_conversation()
        self.host.set_error_status(error)


class ReplaysFirst(Spoiled):
    """The return is told after the first missed event."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        came, regained = chat.event_came, chat.connection_regained
        waiting: list[bool] = []

        def event_came(event: Any) -> None:
            came(event)
            if waiting:
                waiting.clear()
                regained()

        inner.connection_regained = lambda: waiting.append(True)
        inner.event_came = event_came


class TurnsTheGapRound(Spoiled):
    """Of what was missed the first message is shown after the second."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        came, regained = chat.event_came, chat.connection_regained
        missed: list[bool] = []
        kept: list[Any] = []

        def connection_regained() -> None:
            regained()
            missed.append(True)

        def event_came(event: Any) -> None:
            if missed and event.type == "message.created":
                missed.clear()
                kept.append(event)
                return
            came(event)
            if kept and event.type == "message.created":
                came(kept.pop())

        inner.connection_regained, inner.event_came = connection_regained, event_came


def on_reopening(chat: Chat, change: Any) -> None:
    """Call ``change`` whenever the stream of a chat is opened again, before it is."""
    inner: Any = chat
    stream = inner._stream
    original = stream.open

    def open_again(deadline: Any) -> None:
        change(inner)
        original(deadline)

    stream.open = open_again


def skip_to_the_present(chat: Any) -> None:
    """Go on behind the last event that the desk has."""
    chat._stream.last_seq = chat._api.conversation(Deadline(2.0))["last_seq"]


def back_to_the_beginning(chat: Any) -> None:
    """Take everything once more."""
    chat._stream.last_seq = 0


class ForgetsTheGap(Spoiled):
    """A new connection begins with what is new."""

    def spoil(self, chat: Chat) -> None:
        on_reopening(chat, skip_to_the_present)


class ReplaysEverything(Spoiled):
    """A new connection begins with the first event."""

    def spoil(self, chat: Chat) -> None:
        on_reopening(chat, back_to_the_beginning)


class MissesTheBeginning(Spoiled):
    """What happened before the stream was open is not asked for."""

    def spoil(self, chat: Chat) -> None:
        skip_to_the_present(chat)


ADAPTERS = (
    Defect("never_comes_back", "REC-01", "a loss is not mended", "B3", factory(NeverComesBack)),
    Defect("gives_up_at_once", "REC-01", "a loss ends the chat", "B32", factory(GivesUpAtOnce)),
    Defect("starts_anew", "REC-01", "a loss makes a new conversation", "B39", told_by(StartsAnew)),
    Defect("replays_first", "REC-03", "missed events come before the return", "", factory(ReplaysFirst)),
    Defect("turns_the_gap_round", "REC-03", "missed messages change places", "", factory(TurnsTheGapRound)),
    Defect("forgets_the_gap", "REC-04", "what was missed is not fetched", "B3", factory(ForgetsTheGap)),
    Defect("replays_everything", "REC-04", "everything is shown twice", "B54", factory(ReplaysEverything)),
    Defect("misses_the_beginning", "REC-04", "events before the stream are lost", "B1", factory(MissesTheBeginning)),
)
