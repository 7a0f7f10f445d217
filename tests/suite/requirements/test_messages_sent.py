"""What is sent: receipts, repetitions and empty texts, on traces made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requirements.messages_sent import receipt_is_honest
from contracts.trace import Side
from tests.suite.requirements.build import (
    EventBody,
    Story,
    complaint,
    holds,
    unexercised,
)
from tests.suite.requirements.texts import chat_with_ada, sent_but_stored_as

# MSG-05


def test_resolved_and_stored_is_honest() -> None:
    """So is a rejection of what the desk does not have, when a fault was there."""
    story = chat_with_ada().send("one")
    story.suite("fault", fault={"kind": "status", "operation": "sendMessageToAgent"})
    assert holds(receipt_is_honest, sent_but_stored_as(story, "two", None, "refused").trace())


def test_resolved_and_not_stored_is_a_lie() -> None:
    """The text is named."""
    words = complaint(receipt_is_honest, sent_but_stored_as(chat_with_ada(), "help", None).trace())
    assert "'help' rejects" in words
    assert "it resolved" in words


def test_rejected_and_stored_is_a_lie() -> None:
    """Without a fault the answer cannot have got lost."""
    words = complaint(receipt_is_honest, sent_but_stored_as(chat_with_ada(), "help", "help", "broken").trace())
    assert "resolves, as the desk has it" in words


def test_rejected_and_stored_is_allowed_when_the_answer_got_lost() -> None:
    """Nobody can know then, and the send has to reject."""
    story = chat_with_ada().suite("fault", fault={"kind": "reset", "operation": "sendMessageToAgent", "after": True})
    assert holds(receipt_is_honest, sent_but_stored_as(story, "help", "help", "lost").trace())


@pytest.mark.parametrize(
    "whose", [{"operation": "*", "kind": "reset"}, {"operation": "userTyping", "kind": "rate_limit"}]
)
def test_a_fault_of_everybody_or_a_wait_excuses_a_send(whose: dict[str, Any]) -> None:
    """A fault that another user's step installed strikes this one, too; who was told to wait may wait with all."""
    story = chat_with_ada()
    mine, story.chat = story.chat, "u2#1"
    story.suite("fault", fault=whose)
    story.chat = mine
    assert holds(receipt_is_honest, sent_but_stored_as(story, "help", None, "refused").trace())


def test_rejecting_an_ordinary_text_is_not_honest() -> None:
    """A fault of another operation is no excuse."""
    story = chat_with_ada().suite("fault", fault={"kind": "status", "operation": "userReadMessages"})
    assert "no fault touched the send" in complaint(
        receipt_is_honest, sent_but_stored_as(story, "help", None, "read failed").trace()
    )


def test_a_send_that_never_settles_is_not_honest() -> None:
    """The host gave it up."""
    story = chat_with_ada()
    call = story.call("send_message_to_agent", text="help", message_id="m1", files=[])
    story.add(Side.HOST, "given_up", call, seconds=20.0)
    assert "gave up" in complaint(receipt_is_honest, story.trace())


def said_without_an_id(text: str) -> EventBody:
    """Return the user's message at a desk that keeps no ids of its clients."""
    return "message.created", {"message": {"author": {"role": "user", "id": "user-u1"}, "text": text}}


def sent_twice(stored: bool, first: str | None, second: str | None) -> Story:
    """Let the user send one text under two ids, of which a desk without ids has at most one; the first with a fault."""
    story = chat_with_ada().suite("fault", fault={"kind": "rate_limit", "operation": "sendMessageToAgent"})
    story.settle(story.call("send_message_to_agent", text="hello", message_id="m1", files=[]), first)
    call = story.call("send_message_to_agent", text="hello", message_id="m2", files=[])
    if stored:
        story.event(said_without_an_id("hello"))
    return story.settle(call, second)


def test_of_two_equal_texts_the_desk_has_the_one_that_it_did_not_refuse() -> None:
    """Without ids nothing else tells them apart: a refused text that is sent anew must not look like a lie."""
    assert holds(receipt_is_honest, sent_twice(stored=True, first="HTTP 429", second=None).trace())


@pytest.mark.parametrize(("stored", "first"), [(False, "HTTP 429"), (True, None)])
def test_of_equal_texts_one_that_is_missing_is_still_missed(stored: bool, first: str | None) -> None:
    """What the desk has once, or never, was not said twice, or once: the same story with a text less is a lie."""
    words = complaint(receipt_is_honest, sent_twice(stored, first, None).trace())
    assert "it resolved" in words


def test_an_empty_send_has_no_receipt() -> None:
    """Whether it resolves is the adapter's choice."""
    assert unexercised(receipt_is_honest, sent_but_stored_as(chat_with_ada(), "", None).trace())
