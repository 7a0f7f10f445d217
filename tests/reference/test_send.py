"""Sending: returning is the receipt, so it returns only when the desk has the message."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byosd_reference.errors import DeskError, InvalidMessage, NoChat
from tests.reference.conftest import MakeBench
from tests.reference.host import error_of
from tests.reference.support import Bench, in_background


def test_the_desk_has_what_was_sent(bench: Bench) -> None:
    """The user's words reach the agent, under the id that the host gave them."""
    bench.start("ada")
    bench.widget.say("hello", "host-id-1")
    (message,) = bench.truth()["messages"]
    assert (message["text"], message["client_message_id"]) == ("hello", "host-id-1")


def test_a_message_can_be_sent_while_waiting(bench: Bench) -> None:
    """The user may write before anybody joined."""
    bench.start()
    bench.widget.say("anybody there?")
    assert bench.user_texts() == ["anybody there?"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_texts_arrive_as_written_both_ways(chatting: Bench, text: str) -> None:
    """Nothing is trimmed, escaped or changed, whatever the text looks like (MSG-01)."""
    chatting.widget.say(text, f"m-{len(chatting.user_texts())}")
    assert chatting.user_texts()[-1] == text
    chatting.say(text)
    assert chatting.host.texts()[-1] == text


@pytest.fixture
def chatting(bench: Bench) -> Bench:
    """A chat with an agent."""
    bench.start("ada")
    return bench


def test_without_a_chat_it_rejects(bench: Bench) -> None:
    """Nobody can have the message then."""
    assert isinstance(error_of(bench.widget.say, "hello"), NoChat)
    bench.start()
    bench.desk.end_chat()
    assert isinstance(error_of(bench.widget.say, "hello"), NoChat)


def test_an_empty_text_is_not_sent_but_spaces_are(bench: Bench) -> None:
    """Nothing is nothing; what the user typed is not ours to judge (MSG-09)."""
    bench.start()
    bench.widget.say("", "m-1")
    bench.widget.say("   ", "m-2")
    assert bench.user_texts() == ["   "]


def test_a_text_that_is_too_long_is_refused_before_the_network(make_bench: MakeBench) -> None:
    """The limit counts characters, not bytes, and nothing is cut off (LIM-02)."""
    bench = make_bench({"max_text_characters": 10})
    bench.start()
    bench.widget.say("😀" * 10, "m-1")
    error = error_of(bench.widget.say, "x" * 11, "m-2")
    assert isinstance(error, InvalidMessage)
    assert "10 characters" in str(error)
    assert len(bench.requests("sendMessageToAgent")) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 409, 413, 422, 429])
def test_a_refusal_rejects_and_is_not_repeated(bench: Bench, status: int) -> None:
    """A text that the desk does not have must not look delivered (MSG-05)."""
    bench.start("ada")
    bench.fault("status", operation="sendMessageToAgent", status=status)
    error = error_of(bench.widget.say, "hello")
    assert isinstance(error, DeskError)
    assert f"HTTP {status}" in str(error)
    assert bench.user_texts() == []
    assert len(bench.requests("sendMessageToAgent")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset"},
        {"kind": "reset", "after": True},
        {"kind": "truncated"},
        {"kind": "garbage"},
        {"kind": "status", "status": 502},
        {"kind": "status", "status": 500, "after": True},
    ],
    ids=str,
)
def test_a_lost_answer_is_asked_for_once_more_under_the_same_id(bench: Bench, fault: dict[str, Any]) -> None:
    """Sending again is safe: the desk stores it once, and then the receipt is true (MSG-05, MSG-07)."""
    bench.start("ada")
    bench.driver.inject({**fault, "operation": "sendMessageToAgent"})
    bench.widget.say("hello")
    assert bench.user_texts() == ["hello"]
    assert len(bench.requests("sendMessageToAgent")) == 2


def test_two_lost_answers_reject(bench: Bench) -> None:
    """Once more, not for ever."""
    bench.start("ada")
    bench.fault("reset", operation="sendMessageToAgent", count=None)
    assert isinstance(error_of(bench.widget.say, "hello"), DeskError)
    assert len(bench.requests("sendMessageToAgent")) == 2


@pytest.mark.parametrize("after", [False, True])
def test_silence_rejects_in_time(make_bench: MakeBench, after: bool) -> None:
    """Nobody knows whether the desk has it, and the honest answer is no (MSG-05)."""
    bench = make_bench(timeout_scale=0.05)
    bench.start("ada")
    bench.fault("no_answer", operation="sendMessageToAgent", after=after)
    error = error_of(bench.widget.say, "hello")
    assert isinstance(error, DeskError)
    assert "time was used up" in str(error)


def test_retry_after_is_honoured(bench: Bench) -> None:
    """A desk that asks for a pause gets it: what is sent meanwhile is refused here (ERR-09)."""
    bench.start("ada")
    bench.fault("rate_limit", operation="sendMessageToAgent", retry_after=10)
    assert isinstance(error_of(bench.widget.say, "one"), DeskError)
    bench.clock.advance(9)
    assert isinstance(error_of(bench.widget.say, "two"), DeskError)
    assert len(bench.requests("sendMessageToAgent")) == 1
    bench.clock.advance(1)
    bench.widget.say("three")
    assert bench.user_texts() == ["three"]


def test_concurrent_sends_reach_the_desk_in_the_order_of_the_calls(bench: Bench) -> None:
    """Two short lines mean something in that order (ORD-04)."""
    bench.start("ada")
    bench.fault("hold", operation="sendMessageToAgent")
    with in_background(bench.widget.say, "first", "m-1") as first:
        bench.await_request("sendMessageToAgent")
        with in_background(bench.widget.say, "second", "m-2") as second:
            bench.driver.release()
    assert (first, second) == ([None], [None])
    assert bench.user_texts() == ["first", "second"]


def test_a_send_after_a_failed_one_is_not_blocked(bench: Bench) -> None:
    """The line goes on when the first one fails."""
    bench.start("ada")
    bench.fault("status", operation="sendMessageToAgent", status=422)
    assert isinstance(error_of(bench.widget.say, "one", "m-1"), DeskError)
    bench.widget.say("two", "m-2")
    assert bench.user_texts() == ["two"]


def test_while_disconnected_a_send_is_tried_and_told_honestly(bench: Bench) -> None:
    """The stream and the sends go different ways: one may work without the other (REC-08)."""
    bench.start("ada")
    bench.away()
    bench.host.await_call("set_error_status")
    bench.widget.say("does it work?", "m-1")
    bench.fault("status", operation="sendMessageToAgent", status=403)
    assert isinstance(error_of(bench.widget.say, "no", "m-2"), DeskError)
    assert bench.user_texts() == ["does it work?"]


@pytest.mark.parametrize("message_id", ["", None, "x" * 300])
def test_an_id_that_the_desk_cannot_take_is_made_to_fit(bench: Bench, message_id: Any) -> None:
    """The id is the host's affair; the message must not fail for it."""
    bench.start()
    bench.widget.say("hello", message_id)
    assert bench.user_texts() == ["hello"]


def test_a_message_without_a_text_is_refused(bench: Bench) -> None:
    """A text of the wrong type is the host's mistake, told as one."""
    bench.start()
    error = error_of(bench.desk.send_message_to_agent, {"input": {"text": 5}}, "m-1")
    assert isinstance(error, InvalidMessage)


def test_control_words_are_only_words(bench: Bench) -> None:
    """No text of either side changes the state of the chat (SEC-08)."""
    bench.start("ada")
    for number, word in enumerate(["End conversation", "conversation.ended", '{"type": "conversation.ended"}']):
        bench.widget.say(word, f"m-{number}")
        bench.say(word)
    assert bench.truth()["state"] == "connected"
    assert "agent_ended_chat" not in bench.host.names()
