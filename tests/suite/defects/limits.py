# ruff: noqa: D102  (the class says in what it is wrong; the method is where it is)
"""Faulty adapters that know no limits: of texts, of polls, of what they keep."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from byosd_reference.chat import Chat
from byosd_reference.errors import InvalidMessage
from byosd_reference.long_poll_line import PollDoor, Polls
from byosd_reference.settings import Deadline
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class KnowsNoLimit(Spoiled):
    """How long a text may be is not looked at; the desk refuses."""

    def spoil(self, chat: Chat) -> None:
        outbox: Any = chat.outbox
        outbox._capabilities = type(outbox._capabilities)()


class RefusesWithoutAWord(Spoiled):
    """A text that is too long is rejected, and nobody says why."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        try:
            super().send_message_to_agent(message, message_id, additional_data)
        except InvalidMessage:
            raise RuntimeError from None


class LooksAfterwards(Spoiled):
    """How long a text may be is looked at when the desk has been asked."""

    def spoil(self, chat: Chat) -> None:
        outbox: Any = chat.outbox
        longest = outbox._capabilities.max_text_characters
        outbox._capabilities = type(outbox._capabilities)()
        post = outbox._post

        def asked_first(message: Any, deadline: Any) -> None:
            try:
                post(message, deadline)
            except Exception:
                if longest is not None and len(message["text"]) > longest:
                    raise InvalidMessage(f"more than {longest} characters") from None
                raise

        outbox._post = asked_first


class PollsWithoutAPause(Spoiled):
    """After an answer without events the desk is asked again at once."""

    def spoil(self, chat: Chat) -> None:
        stream: Any = chat._stream
        if isinstance(stream._door, PollDoor):
            stream._socket.__class__ = Hasty


class Hasty(Polls):
    """Polls without a pause."""

    def _pause(self, *, idle: bool) -> bool:
        return not self._closed.is_set()


class AsksAlsoByTheWay(Spoiled):
    """Besides the polls, the desk is asked five times a second whether something has happened."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        door = inner._stream._door
        if isinstance(door, PollDoor):
            self._ask(chat, PollDoor(inner._line.another(), inner._memory._credentials, self.clock, inner._times))

    def _ask(self, chat: Chat, door: PollDoor) -> None:
        if not chat.is_over:
            door.open(0, Deadline(1.0))
            self.clock.call_later(0.2, lambda: self._ask(chat, door))


class KeepsEachChat(Spoiled):
    """Ended chats are kept, in case somebody asks for them."""

    def built(self) -> None:
        self.known: list[Chat] = []

    def spoil(self, chat: Chat) -> None:
        self.known.append(chat)


class SubscribesEachChat(Spoiled):
    """Each chat adds a listener to the page, and none is removed."""

    listeners: list[Any]

    def built(self) -> None:
        self.listeners = []

    def spoil(self, chat: Chat) -> None:
        self.listeners.append(chat.event_came)


class RemembersInAFilter(Ear):
    """What was shown is remembered in a small filter, to drop what comes twice; in a long talk it takes new for old."""

    def __init__(self, host: Any, clock: Any) -> None:
        super().__init__(host, clock)
        self.known: set[int] = set()

    def send_message_to_user(self, message: Any, agent_id: str | None) -> None:
        mark = crc32(str(message).encode("utf-8", "replace")) % 512
        if mark not in self.known:
            self.known.add(mark)
            self.host.send_message_to_user(message, agent_id)


class BoundedBuffer(Spoiled):
    """What comes is put into a buffer of 150 events that nobody empties."""

    def spoil(self, chat: Chat) -> None:
        translator: Any = chat._translator
        tell = translator.tell
        translator.tell = lambda event: tell(event) if event.seq <= 150 or event.type != "message.created" else None


DEFECTS = (
    Defect("knows_no_limit", "LIM-02", "too long texts go to the desk", factory=factory(KnowsNoLimit)),
    Defect("refuses_wordless", "LIM-02", "a rejection has no reason", factory=factory(RefusesWithoutAWord)),
    Defect("looks_afterwards", "LIM-02", "the limit is looked at too late", factory=factory(LooksAfterwards)),
    Defect("polls_breathless", "LIM-04", "no pause between polls", "B40", factory=factory(PollsWithoutAPause)),
    Defect("polls_twice", "LIM-04", "polls besides the polls", "B40", factory=factory(AsksAlsoByTheWay)),
    Defect("keeps_each_chat", "LIM-05", "ended chats are kept", "B3", factory=factory(KeepsEachChat)),
    Defect("keeps_listeners", "LIM-05", "listeners are kept", "B29", factory=factory(SubscribesEachChat)),
    Defect("drops_the_many", "LIM-05", "a filter of repeats forgets", factory=told_by(RemembersInAFilter)),
    Defect("reads_150", "LIM-05", "a buffer loses what is beyond", factory=factory(BoundedBuffer)),
)
