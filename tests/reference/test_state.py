"""Session, user and locale may change at any time; no message goes out under another user's name."""

from __future__ import annotations

import time
from typing import Any

import pytest

from byosd_reference.errors import DeskError
from tests.reference.host import error_of
from tests.reference.support import Bench, connect_message, in_background


@pytest.mark.parametrize("state", [{}, None, 5, {"locale": None, "user_id": 3}, {"unknown": "x"}])
def test_any_state_at_any_time_does_not_raise(bench: Bench, state: Any) -> None:
    """Before, during and after a chat (STA-01)."""
    bench.desk.update_state(state)
    bench.start("ada")
    bench.desk.update_state(state)
    bench.widget.say("hello")
    bench.desk.end_chat()
    bench.desk.update_state(state)
    assert bench.requests("updateState") == []


def test_a_change_reaches_the_desk_before_the_next_message(bench: Bench) -> None:
    """Later messages carry the new state, earlier ones keep the old (STA-02, STA-05)."""
    bench.start("ada")
    bench.widget.say("before", "m-1")
    bench.desk.update_state({"user_id": "user-2", "locale": "de"})
    bench.widget.say("after", "m-2")
    assert [message["author_id"] for message in bench.truth()["messages"]] == ["user-1", "user-2"]
    (change,) = bench.truth()["state_changes"]
    assert (change["user_id"], change["locale"]) == ("user-2", "de")


def test_it_does_not_block_and_keeps_its_place_in_the_line(bench: Bench) -> None:
    """The message before the change is still on its way when the change comes (STA-01, STA-05)."""
    bench.start("ada")
    bench.fault("hold", operation="sendMessageToAgent")
    with in_background(bench.widget.say, "before", "m-1"):
        bench.await_request("sendMessageToAgent")
        began = time.monotonic()
        bench.desk.update_state({"user_id": "user-2"})
        assert time.monotonic() - began < 1.0
        with in_background(bench.widget.say, "after", "m-2"):
            bench.driver.release()
    assert [message["author_id"] for message in bench.truth()["messages"]] == ["user-1", "user-2"]


def test_changes_that_wait_are_told_as_one(bench: Bench) -> None:
    """The last value wins; the desk is not bothered with the others."""
    bench.start("ada")
    bench.fault("hold", operation="sendMessageToAgent")
    with in_background(bench.widget.say, "before", "m-1"):
        bench.await_request("sendMessageToAgent")
        for locale in ("de", "fr", "it"):
            bench.desk.update_state({"locale": locale})
        bench.driver.release()
    bench.widget.say("after", "m-2")
    assert [change["locale"] for change in bench.truth()["state_changes"]] == ["it"]


def test_the_last_state_is_told_at_the_next_start(bench: Bench) -> None:
    """The host does not repeat itself for each chat."""
    bench.desk.update_state({"session_id": "s-1", "locale": "de"})
    bench.desk.update_state({"locale": "fr"})
    bench.start("ada")
    assert bench.truth()["context"] == {"session_id": "s-1", "locale": "fr"}
    bench.desk.update_state({"session_id": "s-1", "locale": "fr"})
    bench.widget.say("hello")
    assert bench.requests("updateState") == []


def test_a_change_during_the_start_is_not_lost(bench: Bench) -> None:
    """The request is on its way with the old state; the new one follows."""
    bench.fault("hold", operation="startChat")
    with in_background(bench.desk.start_chat, connect_message()):
        bench.await_request("startChat")
        bench.desk.update_state({"locale": "de"})
        bench.driver.release()
    bench.widget.say("hello")
    assert [change["locale"] for change in bench.truth()["state_changes"]] == ["de"]


def test_a_state_that_could_not_be_told_is_told_before_the_next_message(bench: Bench) -> None:
    """One failure must not leave the desk with the old state for ever."""
    bench.start("ada")
    bench.fault("reset", operation="updateState")
    bench.desk.update_state({"locale": "de"})
    bench.await_request("updateState")
    bench.widget.say("hello")
    assert [change["locale"] for change in bench.truth()["state_changes"]] == ["de"]


def test_no_message_goes_out_under_another_users_name(bench: Bench) -> None:
    """If the desk cannot be told of the new user, the message is refused; another language is no such reason."""
    bench.start("ada")
    bench.fault("status", operation="updateState", status=500, count=None)
    bench.desk.update_state({"locale": "de"})
    bench.widget.say("the locale does not matter", "m-1")
    bench.desk.update_state({"user_id": "user-2"})
    assert isinstance(error_of(bench.widget.say, "secret", "m-2"), DeskError)
    bench.driver.clear_faults()
    bench.widget.say("mine", "m-3")
    assert [(message["author_id"], message["text"]) for message in bench.truth()["messages"]] == [
        ("user-1", "the locale does not matter"),
        ("user-2", "mine"),
    ]


def test_a_desk_that_will_not_note_it_does_not_stop_the_chat(bench: Bench) -> None:
    """A definite no is noted in the log; asking before each message would help nobody."""
    bench.start("ada")
    bench.fault("status", operation="updateState", status=422, count=None)
    bench.desk.update_state({"user_id": "user-2"})
    bench.widget.say("one", "m-1")
    bench.widget.say("two", "m-2")
    assert len(bench.requests("updateState")) == 1


def test_the_end_does_not_wait_for_a_state(bench: Bench) -> None:
    """A change that the desk never answers must not outlive the chat (LIF-10)."""
    bench.start("ada")
    bench.fault("hold", operation="updateState")
    bench.desk.update_state({"locale": "de"})
    bench.await_request("updateState")
    bench.desk.end_chat()
    assert bench.truth()["state"] == "ended"
