"""A page reload: the chat goes on as what it was, by what was kept, and nothing of it is shown twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from byosd_reference.settings import Deadline
from tests.reference.genesys.conftest import GuestBench, MakeGuestBench
from tests.reference.support import Widget


@pytest.fixture
def guests(make_guest_bench: MakeGuestBench) -> GuestBench:
    """A widget on a page that keeps the token."""
    return make_guest_bench(token_store={})


def reload(guests: GuestBench) -> Widget:
    """Kill the page as a reload does, nothing is said; return the widget of the new page."""
    chat: Any = guests.desk._current
    chat.abandon(Deadline(1))
    return guests.new_widget(json.loads(json.dumps(guests.host.kept)))


def test_the_chat_goes_on(guests: GuestBench) -> None:
    """The same agent, nothing twice, nothing missed (REC-06)."""
    guests.start("ada")
    guests.say("before")
    again = reload(guests)
    guests.act("say", "ada", text="meanwhile")
    assert again.desk.reconnect() is True
    again.host.await_text("meanwhile")
    again.say("mine")
    guests.act("say", "ada", text="after")
    again.host.await_text("after")
    assert (again.host.texts(), again.host.calls("agent_joined")) == (["meanwhile", "after"], [])
    assert guests.user_texts() == ["mine"]


def test_who_took_over_meanwhile_is_announced(guests: GuestBench) -> None:
    """The new page knows the old agent (TRF-01)."""
    guests.start("ada")
    again = reload(guests)
    guests.act("transfer", "ada", to_agent={"id": "bob", "nickname": "Bob"})
    guests.act("join", "bob")
    assert again.desk.reconnect() is True
    again.host.await_call("agent_joined")
    assert [name for name, *_ in again.host.talk()] == ["begin_transfer_to_another_agent", "agent_joined"]


def test_an_end_meanwhile_is_told_after_the_last_words(guests: GuestBench) -> None:
    """The user must not wait for an agent who has gone (REC-06)."""
    guests.start("ada")
    again = reload(guests)
    guests.act("say", "ada", text="Goodbye.")
    guests.act("end", "ada")
    again.desk.reconnect()
    again.host.await_call("agent_ended_chat")
    assert [name for name, *_ in again.host.talk()] == ["send_message_to_user", "agent_ended_chat"]
    assert guests.options["token_store"] == {}


def test_what_is_kept_is_small_and_holds_no_token(guests: GuestBench) -> None:
    """The address of the stream ends with the token: that part is not kept (SEC-09, REC-09)."""
    conversation_id = guests.start("ada")
    store = guests.options["token_store"]
    (token,) = store.values()
    told = json.dumps([state for state, _ in guests.host.calls("update_persisted_state")])
    assert list(store) == [conversation_id]
    assert token not in told
    assert set(guests.host.kept) == {"member_id", "stream", "last_message", "conversation_id", "last_seq", "agents"}


def test_without_a_place_for_the_token_the_chat_is_over(make_guest_bench: MakeGuestBench) -> None:
    """Nothing opens it any more."""
    guests = make_guest_bench()
    guests.start("ada")
    again = reload(guests)
    assert again.desk.reconnect() is False
    assert (again.host.talk(), again.host.kept) == ([], {})
