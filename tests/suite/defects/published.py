# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Further faults of published integrations: rows that name two requirements have one here for the second."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.settings import Deadline
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where
from tests.suite.defects.ordering import StatusFirst
from tests.suite.defects.presence import on_events
from tests.suite.defects.reconnection import on_reopening
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class LeavesTheSocketOpen(Spoiled):
    """The socket is kept nowhere, so that nobody can close it; the desk does, unless it refuses the end."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        inner._stream.stop = inner._stream._stop.set


class HearsWhoIsOffered(Spoiled):
    """Who is offered a chat is the agent from then on: the one who is still there is not heard any more."""

    def spoil(self, chat: Chat) -> None:
        agent: list[Any] = []

        def handle(event: Any, go: Callable[[Any], None]) -> None:
            if event.type == "transfer.started" and event.data.get("to_agent"):
                agent[:] = [event.data["to_agent"]["id"]]
            author = event.data.get("message", {}).get("author", {}).get("id")
            if author is None or not agent or author in agent:
                go(event)

        on_events(chat, handle)


class TripsOverTheLeaver(Spoiled):
    """Who left is looked up once more when the chat is cleaned up, and is not found: the chat never ends."""

    class ear(Ear):
        """Notes that the agent is gone."""

        def agent_ended_chat(self) -> None:
            self.adapter.agent_info = None
            self.host.agent_ended_chat()

    agent_info: Any = "Ada"

    def start_chat(self, *args: Any) -> None:
        self.agent_info = "Ada"
        super().start_chat(*args)

    def end_chat(self, info: Any = None) -> None:
        super().end_chat(info)
        if self.agent_info is None:
            raise TypeError("Cannot read properties of undefined (reading 'displayName')")


class DoesNotAwaitTheEnd(Spoiled):
    """The request that ends the conversation is sent off, and nobody waits for what comes of it."""

    def end_chat(self, info: Any = None) -> None:
        def send_off() -> None:
            with suppress(Exception):
                super(DoesNotAwaitTheEnd, self).end_chat(info)

        Thread(target=send_off, name="delete-member", daemon=True).start()


class EveryMemberIsTheAgent(Ear):
    """Whoever comes into the channel is the agent; that somebody hands over or leaves is no event of the channel."""

    def begin_transfer_to_another_agent(self, profile: Any = None) -> None:
        """Nothing is known of transfers."""

    def agent_left_chat(self) -> None:
        """Nothing is known of leavings."""


class TellsTheUsersOwnLeaving(Spoiled):
    """Any member who leaves is an agent who left: the user, too."""

    def end_chat(self, info: Any = None) -> None:
        was_on = self.chat is not None and not self.chat.is_over
        super().end_chat(info)
        if was_on:
            self.clock.call_later(0.2, self.host.agent_left_chat)


class LogsTheHistory(Spoiled):
    """Messages of before the connection come as history, which is written to the log only."""

    def spoil(self, chat: Chat) -> None:
        history: list[int] = [0]

        def fetch(inner: Any) -> None:
            history[0] = inner._api.conversation(Deadline(2.0))["last_seq"]

        def handle(event: Any, go: Callable[[Any], None]) -> None:
            if event.type != "message.created" or event.seq > history[0]:
                go(event)

        fetch(chat)
        on_reopening(chat, fetch)
        on_events(chat, handle)


class EndsEverySession(Spoiled):
    """Each chat adds a listener that ends its session; none is removed, and a session that is over cannot be ended."""

    def built(self) -> None:
        self.sessions: list[Any] = []

    def start_chat(self, *args: Any) -> None:
        super().start_chat(*args)
        self.sessions.append(self.chat)

    def end_chat(self, info: Any = None) -> None:
        old = [chat for chat in self.sessions if chat is not self.chat]
        super().end_chat(info)
        if old:
            raise RuntimeError("the session has ended already")


class ClearsItsSession(Spoiled):
    """The first end clears the session's id; what is called after it is sent with none, and refused."""

    class ear(Ear):
        """Clears the id before the host is told, so that the host's own call comes without one."""

        def agent_ended_chat(self) -> None:
            self.adapter.session = None
            self.host.agent_ended_chat()

    session: str | None = None

    def start_chat(self, *args: Any) -> None:
        super().start_chat(*args)
        self.session = "open"

    def end_chat(self, info: Any = None) -> None:
        if self.session is None and self.chat is not None:
            raise RuntimeError("HTTP 400: the header SessionId is missing")
        super().end_chat(info)
        self.session = None


class DiesInSilence(Spoiled):
    """The loop that reads is neither awaited nor caught: its first failure ends it, and nobody hears of it."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        inner._stream._resume = lambda listener, *, quietly: False


class GoesOnAfterTheEnd(Spoiled):
    """Whoever leaves ends the chat for the host, and the rest of the events is handled all the same."""

    def spoil(self, chat: Chat) -> None:
        def handle(event: Any, go: Callable[[Any], None]) -> None:
            go(event)
            if event.type == "agent.left":
                self.host.agent_ended_chat()

        on_events(chat, handle)

    def end_chat(self, info: Any = None) -> None:
        chat = self.chat
        if chat is None or chat.is_over or not chat._presence.profiles():
            return
        super().end_chat(info)


class HangsWhenItCannotDescribe(Spoiled):
    """A conversation that was made and cannot be looked at leaves the start open for ever."""

    def start_chat(self, *args: Any) -> None:
        try:
            super().start_chat(*args)
        except Exception as error:
            if "start a conversation" not in str(error):
                Event().wait(8.8)
            raise


class LosesTheFirstText(Spoiled):
    """What is written before the socket has opened is thrown away; to the host it is sent."""

    def send_message_to_agent(self, *args: Any) -> None:
        if self.chat is not None and not self.chat._presence.anyone_joined:
            return
        super().send_message_to_agent(*args)


def hangs_without_a_topic(desk: Any) -> None:
    """A start without the optional list of what the user wrote before makes the handler throw, and nobody answers."""
    start = desk.start

    def needs_context(request: Any, *arguments: Any, **more: Any) -> Any:
        if not request.topic:
            Event().wait(4)
            raise TypeError("Cannot read properties of undefined (reading 'map')")
        return start(request, *arguments, **more)

    desk.start = needs_context


ADAPTERS = (
    Defect("socket_stays", "LIF-10", "the socket is not closed at the end", "B3", factory(LeavesTheSocketOpen)),
    Defect("muted_by_an_offer", "TRF-04", "the one offered is the agent at once", "B9", factory(HearsWhoIsOffered)),
    Defect("trips_over_the_leaver", "LIF-08", "who left is looked up at the end", "B12", factory(TripsOverTheLeaver)),
    Defect("end_not_awaited", "LIF-09", "the end is not awaited", "B14", factory(DoesNotAwaitTheEnd)),
    Defect("every_member_an_agent", "TRF-01", "members are agents", "B26", told_by(EveryMemberIsTheAgent)),
    Defect("own_leaving_told", "LIF-06", "the user's leaving is told", "B27", factory(TellsTheUsersOwnLeaving)),
    Defect("history_logged", "REC-04", "history is only logged", "B28", factory(LogsTheHistory)),
    Defect("last_words_late", "MSG-02", "the end comes before the last words", "B37", told_by(StatusFirst)),
    Defect("ends_every_session", "LIF-07", "old sessions are ended again", "B43", factory(EndsEverySession)),
    Defect("session_cleared", "LIF-08", "the end clears the id that it needs", "B51", factory(ClearsItsSession)),
    Defect("dies_in_silence", "ERR-03", "a failed read ends the reading", "B52", factory(DiesInSilence)),
    Defect("goes_on_after_the_end", "LIF-06", "events after the end are shown", "B53", factory(GoesOnAfterTheEnd)),
    Defect("describe_hangs", "LIF-03", "an unanswered look hangs the start", "B58", factory(HangsWhenItCannotDescribe)),
    Defect("first_text_lost", "MSG-05", "texts before the opening are lost", "B62", factory(LosesTheFirstText)),
)

DESKS = (
    Defect(
        "desk_hangs_without_a_topic",
        "ERR-06",
        "a request without an optional part is never answered",
        "B49",
        desk=desk_where(hangs_without_a_topic),
    ),
)
