# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that handle losses and strange frames as published integrations did."""

from __future__ import annotations

from collections.abc import Iterator
from json import loads
from threading import Thread
from typing import Any

from byosd_reference.chat import Chat
from contracts.adapter import ErrorType
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class KnowsOneCode(Ear):
    """Only the close code 1001 counts as a loss."""

    silent = False

    def set_error_status(self, error: Any) -> None:
        if error["type"] == ErrorType.DISCONNECTED:
            if error["is_disconnected"]:
                self.silent = "1001" not in str(error.get("log_info"))
            if self.silent:
                return
        self.host.set_error_status(error)


class NeverSaysLost(Ear):
    """No loss is ever told."""

    def set_error_status(self, error: Any) -> None:
        if error["type"] != ErrorType.DISCONNECTED:
            self.host.set_error_status(error)


class NeverSaysBack(Ear):
    """The loss is told, its end is not."""

    def set_error_status(self, error: Any) -> None:
        if error.get("is_disconnected") is not False:
            self.host.set_error_status(error)


class SaysLostTwice(Ear):
    """Each failed attempt to come back is told as a loss."""

    def set_error_status(self, error: Any) -> None:
        self.host.set_error_status(error)
        if error.get("is_disconnected"):
            self.host.set_error_status(error)


class SaysBackWithoutLoss(Ear):
    """Every opening of the stream is told as a return, the first one, too."""

    def agent_joined(self, profile: Any) -> None:
        self.host.agent_joined(profile)
        self.host.set_error_status({"type": ErrorType.DISCONNECTED, "is_disconnected": False})


class DeafToSilence(Spoiled):
    """A stream over which nothing comes any more, no pong either, is taken for a quiet one."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        socket = inner._stream._socket
        socket.answers = lambda seconds: True


def is_event(frame: str | bytes) -> bool:
    """Tell whether a frame is an event that this adapter would understand."""
    try:
        return isinstance(loads(frame)["seq"], int)
    except (ValueError, KeyError, TypeError):
        return False


def filter_frames(chat: Chat, frames: Any) -> None:
    """Let the frames of every connection of a chat run through ``frames``."""
    inner: Any = chat
    stream = inner._stream

    def read(listener: Any, original: Any = stream._read) -> Any:
        connection = stream._socket
        if connection is not None:
            raw = connection.frames
            connection.frames = lambda: frames(raw())
        return original(listener)

    stream._read = read


class DiesOfGarbage(Spoiled):
    """One frame that cannot be parsed ends the reading."""

    def spoil(self, chat: Chat) -> None:
        def frames(raw: Iterator[Any]) -> Iterator[Any]:
            for frame in raw:
                if not is_event(frame):
                    raise ValueError("no event")
                yield frame

        filter_frames(chat, frames)


class ThrowsIntoTheVoid(Spoiled):
    """A frame that cannot be parsed makes an exception that nobody catches."""

    def spoil(self, chat: Chat) -> None:
        def frames(raw: Iterator[Any]) -> Iterator[Any]:
            for frame in raw:
                if not is_event(frame):
                    Thread(target=loads, args=("{",), name="frame-handler").start()
                yield frame

        filter_frames(chat, frames)


class EndsAtTheUnknown(Spoiled):
    """A frame of a type that nobody knows ends the chat."""

    def spoil(self, chat: Chat) -> None:
        def frames(raw: Iterator[Any]) -> Iterator[Any]:
            for frame in raw:
                if not is_event(frame):
                    chat._ended_by_desk()
                yield frame

        filter_frames(chat, frames)


ADAPTERS = (
    Defect("one_close_code", "ERR-03", "only close code 1001 is handled", "B63", told_by(KnowsOneCode)),
    Defect("loss_untold", "ERR-03", "no loss is told", "B3", told_by(NeverSaysLost)),
    Defect("deaf_to_silence", "ERR-03", "a silent stream is not noticed", "B63", factory(DeafToSilence)),
    Defect("return_untold", "ERR-04", "the return is never told", "B39", told_by(NeverSaysBack)),
    Defect("loss_told_twice", "ERR-04", "a loss is told twice", "B39", told_by(SaysLostTwice)),
    Defect("return_without_loss", "ERR-04", "a return is told without a loss", "", told_by(SaysBackWithoutLoss)),
    Defect("dies_of_garbage", "ERR-05", "a bad frame ends the reading", "B52", factory(DiesOfGarbage)),
    Defect("throws_into_the_void", "ERR-05", "a bad frame is an unhandled error", "B7", factory(ThrowsIntoTheVoid)),
    Defect("ends_at_the_unknown", "ERR-05", "an unknown frame ends the chat", "B52", factory(EndsAtTheUnknown)),
)
