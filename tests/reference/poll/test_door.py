"""Polls: held, empty, unreadable, refused, and cut."""

from __future__ import annotations

from typing import Any

import pytest

from byosd_reference.long_poll_line import MOST_UNREADABLE, PAUSE_SECONDS
from contracts.adapter import ErrorType
from tests.reference.host import error_of
from tests.reference.poll.conftest import JOINED, Visit, said
from tests.reference.support import await_no_threads, connect_message, in_background

OVER: tuple[int, Any] = (404, {"error": "over", "text": "the chat is over"})
DISCONNECTED: dict[str, Any] = {"type": "status", "status": "disconnected", "by": "agent"}


def losses(visit: Visit) -> list[bool]:
    """Return what the host was told of the connection."""
    told = [arguments[0] for arguments in visit.host.calls("set_error_status")]
    return [error["is_disconnected"] for error in told if error["type"] == ErrorType.DISCONNECTED]


def test_a_poll_under_way_holds_nothing_up(visit: Visit) -> None:
    """The user writes while the desk has nothing to say, which is most of the time."""
    visit.start()
    visit.say("hello")
    visit.adapter.user_typing(True)
    assert len(visit.desk.of("send")) == len(visit.desk.of("typing")) == 1
    assert len(visit.desk.of("events")) == 2


def test_ending_cuts_the_poll(visit: Visit) -> None:
    """A poll that is held for long must not hold the end up, or call back after it (LIF-06, LIF-10)."""
    visit.start()
    visit.adapter.end_chat()
    await_no_threads()
    visit.tell(said("too late"))
    assert visit.host.texts() == []
    assert len(visit.desk.of("end")) == 1


@pytest.mark.parametrize("empty", [(304, None), (200, {"session": "s0", "events": []})], ids=["304", "200"])
def test_a_desk_that_answers_at_once_with_nothing_is_asked_once_a_second(visit: Visit, empty: Any) -> None:
    """Polling must not become a busy loop (LIM-04)."""
    visit.desk.reply("events", (304, None), *[empty] * 3)
    visit.adapter.start_chat(connect_message())
    for number in range(3):
        visit.clock.await_wait(PAUSE_SECONDS)
        assert len(visit.desk.of("events")) == number + 1
        visit.clock.advance(PAUSE_SECONDS)
        visit.desk.await_request("events", number + 2)


def test_the_same_batch_again_and_again_is_no_reason_to_hurry(visit: Visit) -> None:
    """A desk that goes round in circles is asked as seldom as one that says nothing (LIM-04)."""
    visit.start()
    visit.tell({**JOINED, "id": 1})
    visit.clock.await_wait(PAUSE_SECONDS)
    assert len(visit.host.calls("agent_joined")) == 1


def test_the_end_is_told_once_and_the_desk_not_asked_again(visit: Visit) -> None:
    """The last words come first, and the host's own end settles (ORD-02, LIF-11, LIF-18)."""
    visit.start()
    visit.tell(said("goodbye"), DISCONNECTED)
    visit.host.await_call("agent_ended_chat")
    await_no_threads()
    assert visit.host.texts() == ["goodbye"]
    assert visit.host.inner_end == [None]
    assert visit.desk.of("end") == []
    assert len(visit.desk.of("events")) == 2
    assert (visit.host.kept, visit.tokens) == ({}, {})


def test_a_chat_that_is_gone_without_a_word_is_over(visit: Visit) -> None:
    """404 without the end before it: nobody will come back, and the desk need not be told."""
    visit.start()
    visit.desk.reply("events", OVER, OVER)
    visit.host.await_call("agent_ended_chat")
    assert losses(visit) == [True]
    assert visit.desk.of("end") == []


def test_a_chat_that_is_gone_before_anyone_joined_is_an_error(visit: Visit) -> None:
    """The host is connecting, and knows one word for that (ERR-01)."""
    visit.desk.reply("events", (304, None), OVER, OVER)
    visit.adapter.start_chat(connect_message())
    visit.clock.await_wait(PAUSE_SECONDS)
    visit.clock.advance(PAUSE_SECONDS)
    (error,) = visit.host.await_call("set_error_status")
    assert error["type"] == ErrorType.CONNECTING
    assert visit.desk.of("end") == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_poll_that_is_refused_for_good_ends_the_chat(visit: Visit, status: int) -> None:
    """No later attempt can succeed (SEC-05)."""
    visit.start()
    visit.desk.reply("events", *[(status, {"error": "token", "text": "expired"})] * 2)
    visit.host.await_call("agent_ended_chat")
    assert losses(visit) == [True]


@pytest.mark.parametrize("answer", [(500, None), (503, {"error": "fault"}), (409, {"error": "stale_session"})])
def test_an_outage_is_told_and_survived(visit: Visit, answer: Any) -> None:
    """A loss, its end, and only then what was missed (ERR-03, ERR-04, REC-03)."""
    visit.start()
    visit.desk.reply("events", answer, answer)
    visit.clock.await_wait(0.5)
    visit.tell(said("missed"))
    visit.clock.advance(0.5)
    visit.host.await_text("missed")
    assert [call[0] for call in visit.host.talk()[1:]] == [
        "set_error_status",
        "set_error_status",
        "send_message_to_user",
    ]
    assert losses(visit) == [True, False]


def test_an_outage_ends_at_its_limit(visit: Visit) -> None:
    """A user must not wait for ever; the desk, which still answers to the end, is told (REC-02)."""
    visit.start()
    visit.desk.reply("events", *[(500, None)] * 30)
    while not visit.host.calls("agent_ended_chat"):
        visit.clock.advance(0.5)
    assert len(visit.desk.of("end")) == 1


def test_a_desk_that_asks_to_be_left_alone_is(visit: Visit) -> None:
    """Also by the first attempt after the poll that was told so (ERR-09)."""
    visit.start()
    visit.desk.reply("events", (429, {"error": "rate"}, {"Retry-After": "7"}))
    visit.clock.await_wait(7)
    assert len(visit.desk.of("events")) == 2
    visit.clock.advance(7)
    visit.desk.await_request("events", 3)


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>"),
        (200, []),
        (200, {"session": "s1"}),
        (200, {"events": []}),
        (200, {"session": "s1", "events": "all"}),
        (204, None),
        (302, None),
    ],
    ids=str,
)
def test_a_few_unreadable_answers_are_passed_over(visit: Visit, answer: Any) -> None:
    """They bring no id, so the present one stays good, and nothing is lost by asking again (ERR-05)."""
    visit.start()
    visit.desk.reply("events", *[answer] * MOST_UNREADABLE)
    for _ in range(MOST_UNREADABLE):
        visit.clock.await_wait(PAUSE_SECONDS)
        visit.clock.advance(PAUSE_SECONDS)
    visit.tell(said("still here"))
    visit.host.await_text("still here")
    assert losses(visit) == []


def test_unreadable_answers_for_good_are_a_loss(visit: Visit) -> None:
    """Something else answers in the desk's place."""
    visit.start()
    visit.desk.reply("events", *[(200, b"<html>")] * (MOST_UNREADABLE + 1))
    for _ in range(MOST_UNREADABLE):
        visit.clock.await_wait(PAUSE_SECONDS)
        visit.clock.advance(PAUSE_SECONDS)
    visit.tell(said("missed"))
    visit.host.await_text("missed")
    assert losses(visit) == [True, False]


def test_the_user_can_call_a_start_off_while_the_first_poll_is_held(visit: Visit) -> None:
    """ "Cancel" must work, and leave nobody in the queue (LIF-05)."""
    visit.desk.hold("events")
    with in_background(visit.adapter.start_chat, connect_message()) as outcome:
        visit.desk.await_request("events")
        assert error_of(visit.adapter.end_chat) is None
    assert outcome[0] is not None
    assert len(visit.desk.of("end")) == 1
    assert visit.host.said == []
