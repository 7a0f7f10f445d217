"""What a desk makes of messages, on exchanges made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requirements.messages_desk import accepted_is_retrievable, refused_is_not_stored
from contracts.trace import Side
from tests.suite.requirements.build import (
    Story,
    complaint,
    holds,
    unexercised,
)

# MSG-08 and MSG-11, on the wire


class Wire(Story):
    """A story of requests and answers about the conversation ``c1``."""

    def __init__(self) -> None:
        super().__init__(subject="desk")
        self.truth = {"id": "c1"}
        self.start()

    def exchange(self, operation: str, status: int, body: Any = None, *, token: str = "own", sent: Any = None) -> Wire:
        """Add one request with its answer."""
        self.add(
            Side.WIRE,
            "exchange",
            operation=operation,
            conversation_id="c1",
            token=token,
            request={"body": sent},
            status=status,
            body=body,
        )
        return self

    def sends(self, text: str, status: int = 201, *, token: str = "own", id: str = "g1") -> Wire:
        """Send a text, which is answered with a status."""
        body = message(text, id) if status < 300 else {"code": "conversation_ended"}
        return self.exchange("sendMessageToAgent", status, body, token=token, sent={"text": text})

    def lists(self, *messages: dict[str, Any]) -> Wire:
        """Read the transcript."""
        return self.exchange("listMessages", 200, {"messages": list(messages)})


def message(text: str, id: str = "g1", **more: Any) -> dict[str, Any]:
    """Return a message of the user as the desk tells it."""
    return {"id": id, "author": {"role": "user", "id": "u"}, "text": text, "time": "2026-01-01T00:00:00.000Z", **more}


def test_an_accepted_message_in_the_transcript_is_retrievable() -> None:
    """With id, role, time and text."""
    assert holds(accepted_is_retrievable, Wire().sends("hello").lists(message("hello")).trace())


def test_an_accepted_message_that_is_nowhere_is_lost() -> None:
    """Its text and id are named."""
    words = complaint(accepted_is_retrievable, Wire().sends("hello").lists().trace())
    assert "'hello'" in words
    assert "'g1'" in words


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"time": None}, "time"), ({"author": {"role": "agent"}}, "role"), ({"text": "hell"}, "'hell'")],
)
def test_a_message_that_lacks_a_part_is_not_retrievable(wrong: dict[str, Any], named: str) -> None:
    """Time, author and text are all needed."""
    story = Wire().sends("hello").lists({**message("hello"), **wrong})
    assert named in complaint(accepted_is_retrievable, story.trace()).partition("actual:")[2]


def test_a_message_that_nobody_read_again_is_not_judged() -> None:
    """Neither is one that was refused."""
    assert unexercised(accepted_is_retrievable, Wire().sends("hello").trace())
    assert unexercised(accepted_is_retrievable, Wire().sends("hello", 409).lists().trace())


def test_a_send_after_the_end_is_refused() -> None:
    """With any status of the class."""
    story = Wire().exchange("endChat", 200, {"state": "ended"}).sends("late", 409).lists()
    assert holds(refused_is_not_stored, story.trace())


@pytest.mark.parametrize("status", [201, 500])
def test_a_send_after_the_end_that_is_not_refused_is_wrong(status: int) -> None:
    """Neither accepting it nor breaking down is a refusal."""
    story = Wire().exchange("endChat", 200, {"state": "ended"}).sends("late", status)
    assert f"it was answered {status}" in complaint(refused_is_not_stored, story.trace())


def test_a_refused_text_that_is_kept_is_wrong() -> None:
    """A foreign text in the transcript is named."""
    story = Wire().sends("spy", 403, token="foreign").lists(message("spy"))
    assert "is in the transcript" in complaint(refused_is_not_stored, story.trace())


def test_a_send_while_it_goes_on_is_not_judged() -> None:
    """Its own token, and no end before it."""
    assert unexercised(refused_is_not_stored, Wire().sends("hello").trace())
