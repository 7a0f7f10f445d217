# ruff: noqa: D102  (the class says in what it differs; the method is where it does)
"""Correct adapters that do things otherwise than the reference: no requirement may blame them."""

from __future__ import annotations

from threading import Event
from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.errors import DeskRefused
from byosd_reference.http_line import HttpLine
from byosd_reference.long_poll_line import PollDoor
from byosd_reference.settings import Deadline
from contracts.adapter import AdapterFactory, ErrorType
from contracts.desk import client
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class QueuesASecondStart(Spoiled):
    """A second start waits until the chat before it is over."""

    def built(self) -> None:
        self.free = Event()
        self.free.set()

    def start_chat(self, *args: Any) -> None:
        if not self.free.wait(timeout=20):
            raise RuntimeError("the chat before did not end")
        self.free.clear()
        try:
            super().start_chat(*args)
        except Exception:
            self.free.set()
            raise

    def end_chat(self, info: Any = None) -> None:
        try:
            super().end_chat(info)
        finally:
            self.free.set()


class RetriesTheStart(Spoiled):
    """A start that the desk refused is tried once more before it rejects, unless the user has called it off."""

    called_off = False

    def start_chat(self, *args: Any) -> None:
        self.called_off = False
        try:
            super().start_chat(*args)
        except DeskRefused:
            if self.called_off:
                raise
            super().start_chat(*args)
            if self.called_off:  # between the two attempts there was nothing that the user's end could have ended
                super().end_chat()
                raise

    def end_chat(self, info: Any = None) -> None:
        self.called_off = True
        super().end_chat(info)


class WaitsBeforeSayingLost(Ear):
    """A loss is told only when it has lasted two seconds."""

    told = False
    timer: Any = None

    def set_error_status(self, error: Any) -> None:
        if error["type"] != ErrorType.DISCONNECTED:
            self.host.set_error_status(error)
        elif error["is_disconnected"]:
            self.timer = self.clock.call_later(2.0, lambda: self._tell(error))
        else:
            self._cancel()
            if self.told:
                self.told = False
                self.host.set_error_status(error)

    def agent_ended_chat(self) -> None:
        self._cancel()
        self.host.agent_ended_chat()

    def update_persisted_state(self, state: Any, merge: bool = True) -> None:
        if not state:
            self._cancel()  # the chat is over
        self.host.update_persisted_state(state, merge)

    def _tell(self, error: Any) -> None:
        self.told = True
        self.host.set_error_status(error)

    def _cancel(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class Polls(Spoiled):
    """Reads its events by long poll, whatever the desk prefers."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        stream = inner._stream
        stream._socket.close()
        line = HttpLine(self.desk_url)
        stream._door = PollDoor(line, inner._memory._credentials, self.clock, inner._times)
        stream.open(Deadline(2.0))


VARIANTS: dict[str, AdapterFactory] = {
    "desk_client": client.connect,
    "polls": factory(Polls),
    "queues_a_second_start": factory(QueuesASecondStart),
    "retries_the_start": factory(RetriesTheStart),
    "waits_before_saying_lost": told_by(WaitsBeforeSayingLost),
}
"""Correct adapters, by name."""
