"""ORD: each requirement on a trace that keeps it, one that breaks it, and one that does not exercise it."""

from __future__ import annotations

from typing import Any

from contracts.requirements.ordering import (
    a_batch_keeps_its_order,
    cause_before_effect,
    concurrent_sends_keep_the_order,
    one_sender_keeps_the_order,
)
from contracts.requirements.ordering_desk import events_are_soon_visible, positions_never_go_back, unread_events_stay
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


def chat_with_ada() -> Story:
    """Return a story in which Ada has joined."""
    return Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)


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


# ORD-03, ORD-06 and ORD-07, on the wire


class Wire(Story):
    """A story of frames and polls of the conversation ``c1``."""

    def __init__(self) -> None:
        super().__init__(subject="desk")
        self.truth = {"id": "c1"}
        self.start()

    def opens(self, after: int = 0, connection: int = 1) -> Wire:
        """Open a stream."""
        self.add(Side.WIRE, "handshake", conversation_id="c1", connection=connection, after=after, status=101)
        return self

    def frames(self, *seqs: Any, after: int = 0, connection: int = 1) -> Wire:
        """Receive events with these positions."""
        for seq in seqs:
            event = {"seq": seq, "type": "agent.typing", "data": {}}
            self.add(Side.WIRE, "frame", conversation_id="c1", connection=connection, after=after, frame=event)
        return self

    def polls(self, after: int, *seqs: int) -> Wire:
        """Poll after a position and get the events with these positions."""
        events = [{"seq": seq, "type": "agent.typing", "data": {}} for seq in seqs]
        self.add(
            Side.WIRE,
            "exchange",
            operation="pollEvents",
            conversation_id="c1",
            token="own",
            status=200,
            request={"query": {"after": after}},
            body={"events": events, "next": max([after, *seqs])},
        )
        return self


def test_growing_positions_are_right() -> None:
    """Also over a second stream that begins where it was asked to."""
    story = Wire().frames(1, 2, 2, 3).frames(3, 4, after=2, connection=2)
    assert holds(positions_never_go_back, story.trace())


def test_a_position_that_goes_back_is_wrong() -> None:
    """It is named together with the one before it."""
    words = complaint(positions_never_go_back, Wire().frames(1, 2, 3).frames(2).trace())
    assert "its position is 2" in words
    assert ", 3" in words


def test_an_event_without_a_position_is_wrong() -> None:
    """Unless the suite itself sent something that is no event."""
    assert "has a position" in complaint(positions_never_go_back, Wire().frames(None).trace())
    story = Wire().suite("fault", fault={"kind": "unknown_type"})
    assert unexercised(positions_never_go_back, story.add(Side.SUITE, "cleared") and Wire().trace())


def test_an_event_of_before_the_position_asked_for_is_wrong() -> None:
    """Resuming gives the later events only."""
    assert "after the position that was asked for, 2" in complaint(
        positions_never_go_back, Wire().frames(2, after=2).trace()
    )


def test_one_position_for_two_events_is_wrong() -> None:
    """A poll and a stream must agree on what happened."""
    story = Wire().frames(1)
    other = {"seq": 1, "type": "agent.left", "data": {}}
    story.add(Side.WIRE, "frame", conversation_id="c1", connection=2, after=0, frame=other)
    assert "names one event" in complaint(positions_never_go_back, story.trace())


def test_a_late_reader_who_gets_everything_is_right() -> None:
    """By poll and by stream."""
    assert holds(
        unread_events_stay, Wire().frames(1, 2, 3).polls(0, 1, 2, 3).frames(2, 3, after=1, connection=2).trace()
    )


def test_a_late_reader_who_gets_only_the_last_event_is_wrong() -> None:
    """What is left out is named."""
    words = complaint(unread_events_stay, Wire().frames(1, 2, 3).polls(0, 3).trace())
    assert "leaves out position 1, 2" in words


def test_a_late_reader_who_gets_nothing_is_wrong() -> None:
    """An empty answer is no answer when something had happened."""
    assert "it gives nothing" in complaint(unread_events_stay, Wire().frames(1).polls(0).trace())


def test_a_stream_that_begins_too_late_is_wrong() -> None:
    """A second stream from the beginning must carry the beginning."""
    story = Wire().frames(1, 2).frames(3, connection=2)
    assert "it left out position 1, 2" in complaint(unread_events_stay, story.trace())


def test_a_position_that_is_gone_too_early_is_wrong() -> None:
    """The desk says how many events it keeps, and has not had that many."""

    def refused(retention: int) -> Wire:
        story = Wire().frames(1, 2, 3)
        limits = {"limits": {"event_retention": retention}}
        story.add(Side.WIRE, "exchange", operation="getCapabilities", token="none", status=200, body=limits)
        story.add(Side.WIRE, "handshake", conversation_id="c1", connection=2, after=0, token="own", status=410)
        return story

    assert "position 1, 2, 3 had happened" in complaint(unread_events_stay, refused(100).trace())
    assert holds(unread_events_stay, refused(2).trace())


def test_nothing_read_is_nothing_missed() -> None:
    """Without a reader there is nothing to judge."""
    assert unexercised(unread_events_stay, Wire().trace())


def acted(story: Story) -> Story:
    """Let an agent type, as the next event."""
    return story.act("typing", typing(ADA))


def test_a_frame_at_once_is_soon() -> None:
    """No time has gone by."""
    assert holds(events_are_soon_visible, acted(Wire().opens()).frames(1).trace())  # type: ignore[attr-defined]


def test_a_frame_after_many_seconds_is_late() -> None:
    """The least time that it took is named."""
    story = acted(Wire().opens()).advance(3.0)
    assert isinstance(story, Wire)
    assert "at least 3 s" in complaint(events_are_soon_visible, story.frames(1).trace())


def test_a_frame_that_never_comes_is_late() -> None:
    """Though the stream stayed open."""
    assert "never came" in complaint(events_are_soon_visible, acted(Wire().opens()).advance(3.0).trace())


def test_without_an_open_stream_nothing_is_late() -> None:
    """Neither while the suite holds events back."""
    assert unexercised(events_are_soon_visible, acted(Wire()).advance(3.0).trace())
    assert unexercised(events_are_soon_visible, acted(Wire().opens().suite("hold")).advance(3.0).trace())
