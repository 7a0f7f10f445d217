# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that are wrong about what the desk has of the user."""

from __future__ import annotations

import uuid
from threading import Thread
from typing import Any

from byosd_reference.settings import Deadline
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Spoiled, factory

# MSG-05: receipts


class IgnoresTheAnswer(Spoiled):
    """A send resolves whatever the desk answered."""

    def send_message_to_agent(self, *args: Any) -> None:
        try:
            super().send_message_to_agent(*args)
        except Exception:
            return


class DoesNotWait(Spoiled):
    """A send resolves before the desk has answered."""

    def send_message_to_agent(self, *args: Any) -> None:
        def send() -> None:
            try:
                super(DoesNotWait, self).send_message_to_agent(*args)
            except Exception:
                return

        Thread(target=send, daemon=True).start()


class ReadsFirst(Spoiled):
    """A text is sent only after the desk has noted that the user has read."""

    def send_message_to_agent(self, *args: Any) -> None:
        if hasattr(self.chat, "_api"):
            self.chat._api.read(0, Deadline(2.0))
        super().send_message_to_agent(*args)


class WantsAnother2xx(Spoiled):
    """Takes the desk's 201 for a failure."""

    def send_message_to_agent(self, *args: Any) -> None:
        super().send_message_to_agent(*args)
        raise RuntimeError("expected 200, got 201")


# MSG-07 and MSG-09


class AnotherIdEachTime(Spoiled):
    """Each send has an id of its own, also one that is sent again."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        super().send_message_to_agent(message, uuid.uuid4().hex, additional_data)


class TakesSpacesForNothing(Spoiled):
    """A text of spaces is quietly not sent."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        if message["input"]["text"].strip() or additional_data:
            super().send_message_to_agent(message, message_id, additional_data)


class RefusesSpaces(Spoiled):
    """A text of spaces is refused."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        text = message["input"]["text"]
        if text and not text.strip():
            raise ValueError("the message is empty")
        super().send_message_to_agent(message, message_id, additional_data)


class SendsSomethingForNothing(Spoiled):
    """For an empty text sends a placeholder, as the desk refuses an empty one."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        text = message["input"]["text"] or "(empty)"
        super().send_message_to_agent({"input": {"text": text}}, message_id, additional_data)


ADAPTERS = (
    Defect("answer_ignored", "MSG-05", "a refused text is shown as sent", "B41", factory(IgnoresTheAnswer)),
    Defect("send_not_awaited", "MSG-05", "the answer is not waited for", "B14", factory(DoesNotWait)),
    Defect("read_before_send", "MSG-05", "a read receipt must come first", "B31", factory(ReadsFirst)),
    Defect("wrong_2xx", "MSG-05", "a stored text is shown as failed", "", factory(WantsAnother2xx)),
    Defect("new_id_each_time", "MSG-07", "a repeated send is a new message", "", factory(AnotherIdEachTime)),
    Defect("spaces_not_sent", "MSG-09", "spaces are not sent", "", factory(TakesSpacesForNothing)),
    Defect("spaces_refused", "MSG-09", "spaces are refused", "", factory(RefusesSpaces)),
    Defect("placeholder_sent", "MSG-09", "an empty text becomes a message", "", factory(SendsSomethingForNothing)),
)
