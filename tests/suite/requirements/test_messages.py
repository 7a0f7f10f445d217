"""MSG: each requirement on a trace that keeps it, one that breaks it, and one that does not exercise it."""

from __future__ import annotations

import pytest

from contracts.requirements.messages import (
    every_message_is_shown,
    only_messages_are_shown,
    shown_at_most_once,
    shown_under_the_right_name,
    text_as_written,
)
from contracts.requirements.messages_sent import empty_is_not_sent, repeated_send_is_stored_once
from tests.suite.requirements.build import (
    ADA,
    BOB,
    Story,
    complaint,
    ended,
    holds,
    joined,
    said,
    typing,
    unexercised,
    user_said,
)
from tests.suite.requirements.texts import chat_with_ada, say, sent_but_stored_as


def quiet() -> Story:
    """Return a story of a chat in which nobody writes."""
    return chat_with_ada().delivered()


# MSG-01


def test_the_same_text_is_as_written() -> None:
    """Line ends may differ, nothing else has to."""
    story = say(chat_with_ada(), " two\r\nlines ").shows(" two\nlines ").delivered().send("hello ")
    assert holds(text_as_written, story.trace())


def test_a_trimmed_text_is_not_as_written() -> None:
    """What was cut off an agent's text is named."""
    story = say(chat_with_ada(), " **42** ").shows("42").delivered()
    assert "' **42** '" in complaint(text_as_written, story.trace())
    assert "the user sees '42'" in complaint(text_as_written, story.trace())


def test_a_changed_text_at_the_desk_is_not_as_written() -> None:
    """The user's side is judged, too."""
    story = sent_but_stored_as(chat_with_ada(), "a & b", "a &amp; b")
    assert "the desk has 'a &amp; b'" in complaint(text_as_written, story.trace())


def test_a_lost_text_is_not_a_changed_one() -> None:
    """A message that nothing shows is for MSG-02."""
    assert unexercised(text_as_written, say(chat_with_ada(), "hello").delivered().trace())


# MSG-02


def test_a_message_shown_late_in_the_run_is_shown() -> None:
    """Being slow is not this requirement's business."""
    story = say(chat_with_ada(), "hello").suite("delivered", seq=2, late=True).shows("hello")
    assert holds(every_message_is_shown, story.trace())


def test_a_message_that_was_delivered_and_not_shown_is_lost() -> None:
    """The text, its writer and its position are named."""
    words = complaint(every_message_is_shown, say(chat_with_ada(), "hello").delivered().trace())
    assert "'hello' of Ada (event 2)" in words
    assert "never shown" in words


def test_a_message_shown_after_the_end_is_lost() -> None:
    """The host ignores it, and the report says so."""
    story = say(chat_with_ada(), "bye").act("end", ended()).callback("agent_ended_chat")
    story.callback("send_message_to_user", False, agent_id="agent-ada", texts=["bye"], types=["text"]).delivered()
    assert "after the end" in complaint(every_message_is_shown, story.trace())


@pytest.mark.parametrize("left", [True, False], ids=["after the user left", "never delivered"])
def test_a_message_that_never_came_is_not_due(left: bool) -> None:
    """What was held back when the user left is nobody's fault."""
    story = say(chat_with_ada(), "hello")
    assert unexercised(every_message_is_shown, (story.end().delivered() if left else story).trace())


# MSG-03


def test_two_equal_texts_may_be_shown_twice() -> None:
    """Who writes the same word twice is read twice."""
    story = say(say(chat_with_ada(), "ok"), "ok").shows("ok").shows("ok")
    assert holds(shown_at_most_once, story.trace())


def test_a_text_shown_twice_is_doubled() -> None:
    """The report says how often it was written and shown."""
    words = complaint(shown_at_most_once, say(chat_with_ada(), "ok").shows("ok").shows("ok").trace())
    assert "'ok' was written once" in words
    assert "shown 2 times" in words


def test_nothing_shown_is_nothing_doubled() -> None:
    """Without a message there is nothing to judge."""
    assert unexercised(shown_at_most_once, quiet().trace())


# MSG-04


def test_the_writers_own_id_is_right() -> None:
    """Each message under the id of the agent who wrote it; the desk's own under none."""
    story = say(chat_with_ada(), "hello").shows("hello")
    story.event(said(None, "You are in good hands."))
    assert holds(shown_under_the_right_name, story.shows("You are in good hands.", None).trace())


def test_an_adapters_own_id_for_the_same_agent_is_right() -> None:
    """The form of ids is the adapter's business, as long as join and message agree."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile={"id": "x-1", "nickname": "Ada"})
    assert holds(shown_under_the_right_name, say(story, "hello").shows("hello", "x-1").trace())


@pytest.mark.parametrize("given", ["", None, "agent-bob"])
def test_another_id_is_wrong(given: str | None) -> None:
    """An empty id and the id of somebody else are wrong alike."""
    story = say(chat_with_ada().act("join", joined(BOB)).callback("agent_joined", profile=BOB), "hello")
    words = complaint(shown_under_the_right_name, story.shows("hello", given).trace())
    assert "'hello' is shown as a message of Ada" in words
    assert (repr(given) if given else "without the id") in words


def test_the_desks_own_words_are_not_an_agents() -> None:
    """A notice of the desk must not be put into Ada's mouth."""
    story = chat_with_ada()
    story.event(said(None, "Closing soon."))
    assert "no agent's name" in complaint(shown_under_the_right_name, story.shows("Closing soon.").trace())


def test_without_messages_nobody_is_misnamed() -> None:
    """Nothing shown, nothing to judge."""
    assert unexercised(shown_under_the_right_name, quiet().trace())


# MSG-06


def test_events_that_show_nothing_are_right() -> None:
    """Typing and joining are no messages."""
    story = chat_with_ada().act("typing", typing(ADA))
    assert holds(only_messages_are_shown, say(story, "hello").shows("hello").delivered().trace())


def test_a_line_of_protocol_is_no_message() -> None:
    """What was shown is quoted."""
    story = say(chat_with_ada().act("typing", typing(ADA)).shows('{"typing": true}'), "hello").shows("hello")
    assert '{"typing": true}' in complaint(only_messages_are_shown, story.delivered().trace())


def test_an_adapters_own_error_is_no_message() -> None:
    """An inline error is the adapter's way to speak for itself."""
    story = chat_with_ada().callback(
        "send_message_to_user", agent_id=None, texts=["Too large."], types=["inline_error"]
    )
    assert holds(only_messages_are_shown, story.delivered().trace())


def test_nothing_delivered_is_nothing_to_judge() -> None:
    """Events that were held back are not counted."""
    assert unexercised(only_messages_are_shown, chat_with_ada().trace())


# MSG-07


def sent_again(times: int) -> Story:
    """Return a story of a message sent twice with one id, of which the desk has ``times``."""
    story = chat_with_ada().send("hello", message_id="same")
    call = story.call("send_message_to_agent", text="hello", message_id="same", files=[])
    for _ in range(times - 1):
        story.event(user_said("hello", "same"))
    return story.settle(call)


def test_sent_again_and_stored_once_is_right() -> None:
    """The id tells that it is the same message."""
    assert holds(repeated_send_is_stored_once, sent_again(1).trace())


def test_sent_again_and_stored_twice_is_wrong() -> None:
    """Both positions are named."""
    assert "2 times, as events 2 and 3" in complaint(repeated_send_is_stored_once, sent_again(2).trace())


def test_sent_once_is_no_repetition() -> None:
    """Two texts with two ids are two messages, also when they are equal."""
    story = chat_with_ada().send("hello", message_id="m1").send("hello", message_id="m2")
    assert unexercised(repeated_send_is_stored_once, story.trace())


# MSG-09


def test_an_empty_text_is_not_sent_and_spaces_are() -> None:
    """Both halves at once."""
    story = sent_but_stored_as(chat_with_ada().send("  "), "", None)
    assert holds(empty_is_not_sent, story.trace())


def test_an_empty_message_at_the_desk_is_wrong() -> None:
    """Its position is named."""
    story = sent_but_stored_as(chat_with_ada(), "", "")
    assert "it has one, '', as event 2" in complaint(empty_is_not_sent, story.trace())


@pytest.mark.parametrize("error", [None, "ValueError: nothing to send"])
def test_spaces_that_do_not_arrive_are_wrong(error: str | None) -> None:
    """Whether it resolved or rejected: the text was the user's."""
    story = sent_but_stored_as(chat_with_ada(), "   ", None, error)
    assert "spaces only" in complaint(empty_is_not_sent, story.trace())


def test_other_texts_are_not_judged() -> None:
    """An ordinary text does not exercise it."""
    assert unexercised(empty_is_not_sent, chat_with_ada().send("hello").trace())
