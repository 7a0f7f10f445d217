"""Items of messages on traces made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requirements.messages import (
    every_message_is_shown,
    text_as_written,
)
from contracts.requirements.messages_desk import refused_is_not_stored
from contracts.requirements.messages_rich import rich_items_never_vanish
from contracts.requirements.messages_sent import receipt_is_honest
from tests.suite.requirements.build import (
    ADA,
    EventBody,
    Story,
    broken_by,
    complaint,
    holds,
    said,
    unexercised,
)
from tests.suite.requirements.texts import chat_with_ada, say

# MSG-10


def rich(item: dict[str, Any]) -> EventBody:
    """Return a message of Ada with one item."""
    kind, data = said(ADA, "Look:")
    return kind, {"message": {**data["message"], "items": [item]}}


IMAGE = {"type": "image", "url": "https://example.com/a.png", "alt": "a map"}


def shows_item(story: Story, item: dict[str, Any]) -> Story:
    """Let the adapter show a text and an item."""
    generic = [{"response_type": "text", "text": "Look:"}, item]
    return story.callback(
        "send_message_to_user",
        message={"output": {"generic": generic}},
        agent_id="agent-ada",
        texts=["Look:"],
        types=["text", item["response_type"]],
    )


@pytest.mark.parametrize(
    "item",
    [
        {"response_type": "image", "source": IMAGE["url"]},
        {"response_type": "text", "text": f"[a map]({IMAGE['url']})"},
    ],
)
def test_an_item_as_its_own_type_or_as_text_is_shown(item: dict[str, Any]) -> None:
    """Both are right."""
    story = chat_with_ada().act("say", rich(IMAGE))
    assert holds(rich_items_never_vanish, shows_item(story, item).delivered().trace())


def test_an_item_of_a_kind_that_the_host_does_not_know_vanishes() -> None:
    """The host shows nothing for it."""
    story = shows_item(chat_with_ada().act("say", rich(IMAGE)), {"response_type": "picture", "source": IMAGE["url"]})
    words = complaint(rich_items_never_vanish, story.delivered().trace())
    assert "the image in Ada's message (event 2)" in words


def test_plain_messages_have_no_items() -> None:
    """A plain text does not exercise it."""
    assert unexercised(rich_items_never_vanish, say(chat_with_ada(), "hello").shows("hello").delivered().trace())


def test_every_requirement_is_silent_on_an_empty_trace() -> None:
    """Without a chat there is nothing to say."""
    for one in (text_as_written, every_message_is_shown, receipt_is_honest, refused_is_not_stored):
        assert not broken_by(one, Story().trace())
