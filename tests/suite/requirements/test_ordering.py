"""ORD: each requirement on a trace that keeps it, one that breaks it, and one that does not exercise it."""

from __future__ import annotations

from contracts.requirements.ordering import (
    a_batch_keeps_its_order,
    cause_before_effect,
    concurrent_sends_keep_the_order,
    one_sender_keeps_the_order,
)
from contracts.trace import Side
from tests.suite.requirements.build import (
    ADA,
    BOB,
    Story,
    complaint,
    ended,
    holds,
    joined,
    left,
    said,
    typing,
    unexercised,
    user_said,
)
from tests.suite.requirements.texts import chat_with_ada

# ORD-01


def test_one_after_the_other_is_in_order() -> None:
    """Both ways."""
    story = chat_with_ada().act("say", said(ADA, "one"), said(ADA, "two")).shows("one").shows("two")
    assert holds(one_sender_keeps_the_order, story.send("a").send("b", message_id="m2").trace())


def test_an_agents_texts_the_other_way_round_are_wrong() -> None:
    """Both texts are named."""
    story = chat_with_ada().act("say", said(ADA, "one"), said(ADA, "two")).shows("two").shows("one")
    words = complaint(one_sender_keeps_the_order, story.trace())
    assert "Ada's 'one' (event 2) is shown before 'two' (event 3)" in words


def test_the_users_texts_the_other_way_round_are_wrong() -> None:
    """The desk's positions are named."""
    story = chat_with_ada()
    first = story.call("send_message_to_agent", text="a", message_id="m1", files=[])
    story.settle(first)
    story.event(user_said("b", "m2"))
    story.event(user_said("a", "m1"))
    story.settle(story.call("send_message_to_agent", text="b", message_id="m2", files=[]))
    assert "'a' before 'b'" in complaint(one_sender_keeps_the_order, story.trace())


def test_two_senders_have_no_common_order() -> None:
    """One text of each does not exercise it."""
    story = chat_with_ada().act("join", joined(BOB)).act("say", said(ADA, "one"), said(BOB, "two"))
    assert unexercised(one_sender_keeps_the_order, story.shows("two", "agent-bob").shows("one").trace())


# ORD-02


def test_the_last_words_before_the_end_are_in_order() -> None:
    """The end is told last."""
    story = chat_with_ada().delivered().act("say", said(ADA, "bye")).act("end", ended())
    assert holds(a_batch_keeps_its_order, story.shows("bye").callback("agent_ended_chat").delivered().trace())


def test_the_end_before_the_last_words_is_wrong() -> None:
    """Words and end are named with their positions."""
    story = chat_with_ada().delivered().act("say", said(ADA, "bye")).act("end", ended()).callback("agent_ended_chat")
    story.callback("send_message_to_user", False, agent_id="agent-ada", texts=["bye"], types=["text"]).delivered()
    words = complaint(a_batch_keeps_its_order, story.trace())
    assert "'bye' (event 2) is shown before the end of the chat (event 3)" in words
    assert "after" in words


def test_two_agents_in_one_batch_keep_the_desks_order() -> None:
    """The order of a conversation is more than each sender's own."""
    story = chat_with_ada().act("join", joined(BOB)).delivered().act("say", said(ADA, "one"), said(BOB, "two"))
    story.shows("two", "agent-bob").shows("one").delivered()
    assert "'one' (event 3)" in complaint(a_batch_keeps_its_order, story.trace())


def test_single_events_are_no_batch() -> None:
    """Delivered one by one there is no order within."""
    story = chat_with_ada().act("say", said(ADA, "one")).shows("one").delivered()
    story.act("end", ended()).callback("agent_ended_chat").delivered()
    assert unexercised(a_batch_keeps_its_order, story.trace())


# ORD-04


def concurrent(first: str, second: str, came: bool = True) -> Story:
    """Return a story of two sends under way together, which reach the desk in the order given."""
    story = chat_with_ada()
    one = story.call("send_message_to_agent", text="one", message_id="m1", files=[])
    story.suite("awaited", operation="sendMessageToAgent", came=came)
    two = story.call("send_message_to_agent", text="two", message_id="m2", files=[])
    for text in (first, second):
        story.event(user_said(text, {"one": "m1", "two": "m2"}[text]))
    return story.settle(one).settle(two)


def test_concurrent_sends_in_order_are_right() -> None:
    """However slow the first is."""
    assert holds(concurrent_sends_keep_the_order, concurrent("one", "two").trace())


def test_a_second_send_that_overtakes_is_wrong() -> None:
    """Both texts are named."""
    words = complaint(concurrent_sends_keep_the_order, concurrent("two", "one").trace())
    assert "'one' before 'two'" in words


def test_sends_whose_order_is_not_sure_are_not_judged() -> None:
    """Unless the desk had the first request, the threads may have been swapped."""
    assert unexercised(concurrent_sends_keep_the_order, concurrent("two", "one", came=False).trace())


# ORD-08


def test_join_message_leave_is_right() -> None:
    """Told in the order in which it happened."""
    story = chat_with_ada().act("say", said(ADA, "hello"), agent=ADA).shows("hello")
    story.act("leave", left(ADA)).callback("agent_left_chat")
    assert holds(cause_before_effect, story.trace())


def test_a_message_before_its_writer_is_wrong() -> None:
    """The writer is named."""
    story = Story().start().act("join", joined(ADA)).act("say", said(ADA, "hello")).shows("hello")
    words = complaint(cause_before_effect, story.callback("agent_joined", profile=ADA).trace())
    assert "Ada's joining is told before Ada's message 'hello'" in words


def test_a_leaving_before_the_last_message_is_wrong() -> None:
    """What was said before the leaving belongs before it."""
    story = chat_with_ada().act("say", said(ADA, "bye")).act("leave", left(ADA)).callback("agent_left_chat")
    assert "'bye' is shown before Ada's leaving is told" in complaint(cause_before_effect, story.shows("bye").trace())


def test_a_desk_that_logs_the_leaving_first_is_found_out() -> None:
    """What the agents did counts, not the order of the log."""
    story = chat_with_ada()
    say = story.add(Side.DESK, "act", action="say")
    log = story.events[story.chat]
    story.event(left(ADA))
    spoken = story.event(said(ADA, "bye"))
    story.add(Side.DESK, "done", say, ok=True, events=[spoken])
    leave = story.add(Side.DESK, "act", action="leave")
    story.add(Side.DESK, "done", leave, ok=True, events=[log[1]])
    story.callback("agent_left_chat").shows("bye")
    assert "Ada's leaving" in complaint(cause_before_effect, story.trace())


def test_typing_before_anybody_is_there_is_wrong() -> None:
    """The host ignores it, so the user never sees it."""
    story = Story().start().act("join", joined(ADA)).act("typing", typing(ADA)).callback("agent_typing", is_typing=True)
    story.callback("agent_joined", profile=ADA)
    assert "typing was shown first" in complaint(cause_before_effect, story.trace())


def test_a_greeting_before_the_join_is_not_judged() -> None:
    """Some desks greet before anybody joined; the message is shown all the same."""
    story = Story().start().act("say", said(ADA, "welcome")).act("join", joined(ADA)).shows("welcome")
    assert unexercised(cause_before_effect, story.callback("agent_joined", profile=ADA).trace())
