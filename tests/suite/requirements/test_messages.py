"""MSG: each requirement on a trace that keeps it, one that breaks it, and one that does not exercise it."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requirements.messages import (
    every_message_is_shown,
    only_messages_are_shown,
    shown_at_most_once,
    shown_under_the_right_name,
    text_as_written,
)
from contracts.requirements.messages_desk import accepted_is_retrievable, refused_is_not_stored
from contracts.requirements.messages_rich import rich_items_never_vanish
from contracts.requirements.messages_sent import empty_is_not_sent, receipt_is_honest, repeated_send_is_stored_once
from contracts.trace import Side
from tests.suite.requirements.build import (
    ADA,
    BOB,
    EventBody,
    Story,
    broken_by,
    complaint,
    ended,
    holds,
    joined,
    said,
    typing,
    unexercised,
    user_said,
)


def chat_with_ada(**about: Any) -> Story:
    """Return a story in which Ada has joined."""
    return Story(**about).start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)


def say(story: Story, text: str, agent: dict[str, Any] = ADA) -> Story:
    """Let an agent write."""
    return story.act("say", said(agent, text), agent=agent, text=text)


def sent_but_stored_as(story: Story, text: str, stored: str | None, error: str | None = None) -> Story:
    """Let the user send one text, and the desk store another one or none."""
    call = story.call("send_message_to_agent", text=text, message_id="m1", files=[])
    if stored is not None:
        story.event(user_said(stored))
    return story.settle(call, error)


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


def test_every_requirement_is_silent_on_an_empty_trace() -> None:
    """Without a chat there is nothing to say."""
    for one in (text_as_written, every_message_is_shown, receipt_is_honest, refused_is_not_stored):
        assert not broken_by(one, Story().trace())
