# ruff: noqa: D102  (the class says in what it differs; the method is where it does)
"""Correct adapters that do things otherwise than the reference: no requirement may blame them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import Event, Lock
from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.errors import AnswerLost, DeskError, DeskRefused, StreamLost, StreamRefused
from byosd_reference.http_line import HttpLine
from byosd_reference.settings import Deadline
from contracts.adapter import AdapterFactory, ErrorType
from contracts.desk import client
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class QueuesASecondStart(Spoiled):
    """A second start waits until the chat before it is over."""

    def built(self) -> None:
        self.turn = Lock()

    def start_chat(self, *args: Any) -> None:
        if not self.turn.acquire(timeout=20):
            raise RuntimeError("the chat before did not end")
        try:
            super().start_chat(*args)
        except Exception:
            self.turn.release()
            raise

    def end_chat(self, info: Any = None) -> None:
        over = self.chat is None or self.chat.is_over
        try:
            super().end_chat(info)
        finally:
            if self.turn.locked() and (not over or self.chat is not None):
                self.turn.release()


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


class PollSocket:
    """What a WebSocket is to the reference, by long polls."""

    def __init__(self, line: HttpLine, chat: Any, after: int) -> None:
        self._line, self._api, self._after = line, chat._api, after
        self._closed = Event()
        self._ready = self._ask(0, Deadline(2.0))

    def frames(self) -> Iterator[str]:
        batch = self._ready
        while not self._closed.is_set():
            yield from (json.dumps(event) for event in batch["events"])
            if batch["ended"]:
                return
            self._after = batch["next"]
            try:
                batch = self._ask(20, Deadline(30.0))
            except DeskError:
                return

    def _ask(self, wait: int, deadline: Deadline) -> Any:
        path, query = f"{self._api._path}/events", {"after": self._after, "wait": wait}
        answer = self._line.call("tell what happens", "GET", path, deadline, self._api._token, params=query)
        if answer.status != 200:
            raise StreamRefused("tell what happens", answer.status)
        if not isinstance(answer.body, dict):
            raise StreamLost("no batch of events")
        return answer.body

    def answers(self, seconds: float) -> bool:
        return True

    def why_closed(self) -> str:
        return "a poll failed"

    def close(self) -> None:
        self._closed.set()
        self._line.cut()


class Polls(Spoiled):
    """Reads its events by long poll."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        stream, url = inner._stream, self.desk_url

        class Door:
            """Opens polls."""

            def open(self, after: int, deadline: Any) -> PollSocket:
                try:
                    return PollSocket(HttpLine(url), inner, after)
                except AnswerLost as lost:
                    raise StreamLost(str(lost)) from None

            def shut(self) -> None:
                return

        stream._socket.close()
        stream._door = Door()
        stream.open(Deadline(2.0))


VARIANTS: dict[str, AdapterFactory] = {
    "desk_client": client.connect,
    "polls": factory(Polls),
    "queues_a_second_start": factory(QueuesASecondStart),
    "retries_the_start": factory(RetriesTheStart),
    "waits_before_saying_lost": told_by(WaitsBeforeSayingLost),
}
"""Correct adapters, by name."""
