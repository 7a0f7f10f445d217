"""A page reload: the chat goes on under the ids that were kept, and nothing is shown twice (REC-06)."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from byosd_reference.errors import InvalidMessage
from tests.reference.host import PATIENCE, error_of
from tests.reference.poll.conftest import JOINED, Visit, said


def test_the_chat_goes_on(visit: Visit) -> None:
    """The same agent, nothing twice, nothing missed."""
    visit.start()
    visit.tell(said("before"))
    visit.desk.await_request("events", 3)
    again = visit.reload()
    visit.tell(said("meanwhile"))
    assert again.adapter.reconnect() is True
    again.host.await_text("meanwhile")
    again.say("after")
    assert again.host.texts() == ["meanwhile"]
    assert again.host.calls("agent_joined") == []
    assert visit.desk.of("events")[3].session == visit.desk.of("events")[2].session  # none is asked that is stale
    assert [request.body["text"] for request in visit.desk.of("send")] == ["after"]
    assert isinstance(error_of(again.say, "x" * 51), InvalidMessage)


def test_a_batch_that_was_half_shown_is_shown_to_its_end(visit: Visit) -> None:
    """The page went away in the midst of it."""
    visit.start()
    chat: Any = visit.adapter._current
    is_left = threading.Event()

    def leave(text: str, agent_id: str | None) -> None:
        if text == "two":
            chat._gate.close()  # from here on the host of this page hears nothing, and keeps nothing
            is_left.wait(PATIENCE)  # nor does the page ask the desk for more before it is gone

    visit.host.reactions["send_message_to_user"] = leave
    visit.tell(said("one"), said("two"), said("three"))
    visit.host.await_text("two")
    again = visit.reload()
    is_left.set()
    assert again.adapter.reconnect() is True
    again.host.await_text("three")
    assert again.host.texts() == ["two", "three"]


def test_the_persisted_state_is_small_and_holds_no_token(visit: Visit) -> None:
    """It lies about in the browser (REC-09, SEC-09)."""
    visit.start()
    kept = json.dumps([call[0] for call in visit.host.calls("update_persisted_state")])
    assert visit.tokens == {"chat-1": "canary-token"}
    assert "canary" not in kept
    assert set(visit.host.kept) <= {"conversation_id", "last_seq", "agents", "session", "next_session", "longest"}
    assert (visit.host.kept["last_seq"], visit.host.kept["longest"]) == (1, 50)


@pytest.mark.parametrize("shown_again", [False, True])
def test_one_of_the_ids_that_were_kept_is_always_good(visit: Visit, shown_again: bool) -> None:
    """Also when the last batch held nothing new, so that no event made the page write it down."""
    visit.start()
    if shown_again:
        newest = visit.desk.of("events")[-1].session
        visit.desk.tell({**said("x"), "id": 1})
        visit.clock.await_wait(1.0)
        visit.clock.advance(1.0)
        visit.desk.await_request("events", 3)
        assert visit.desk.of("events")[-1].session != newest
    again = visit.reload()
    visit.tell(said("new"))
    assert again.adapter.reconnect() is True
    again.host.await_text("new")


@pytest.mark.parametrize("answer", [(404, {"error": "over"}), (401, {"error": "token"}), (500, None)], ids=str)
def test_a_chat_that_cannot_be_taken_up_is_over(visit: Visit, answer: Any) -> None:
    """The host calls no end after it (LIF-17)."""
    visit.start()
    again = visit.reload()
    visit.desk.reply("events", answer)
    assert again.adapter.reconnect() is False
    assert (again.host.kept, visit.tokens) == ({}, {})
    assert visit.desk.of("end")[-1].session == "s1"
    again.adapter.start_chat({})


@pytest.mark.parametrize("state", [{"conversation_id": "c", "last_seq": 0}, {"session": "s0"}, {}])
def test_a_state_that_makes_no_sense_is_no_chat(visit: Visit, state: dict[str, Any]) -> None:
    """It may come from another shape of desk."""
    visit.tokens["c"] = "t"
    other = Visit(visit.desk, visit.clock, {"token_store": visit.tokens}, state)
    assert other.adapter.reconnect() is False
    assert visit.desk.requests == []


def test_words_said_before_the_page_was_back_come_in_their_order(visit: Visit) -> None:
    """Joining and leaving meanwhile are told, too."""
    visit.start()
    again = visit.reload()
    left = {"type": "status", "status": "inactive", "label": "Ada|agent-ada", "reason": "left"}
    visit.tell(said("bye"), left, {**JOINED, "label": "Bob|b"}, said("hi", "Bob|b"))
    assert again.adapter.reconnect() is True
    again.host.await_text("hi")
    assert [call[0] for call in again.host.talk()] == [
        "send_message_to_user",
        "agent_left_chat",
        "agent_joined",
        "send_message_to_user",
    ]
