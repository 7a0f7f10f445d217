"""A chat at the mock's Genesys desk: what agents learn, what the host is told, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from byosd_reference.errors import InvalidMessage, NoChat
from contracts.adapter import ErrorType
from tests.reference.genesys.conftest import GuestBench, MakeGuestBench
from tests.reference.host import error_of
from tests.reference.support import connect_message


def test_what_the_bot_knows_is_there_for_the_agent(make_guest_bench: MakeGuestBench) -> None:
    """Texts only travel in custom fields: nothing may be lost or changed on the way (STA-03, STA-04, AVL-05)."""
    guests = make_guest_bench({"queues": {"billing": {}}}, user_name="Jane")
    target = {"target": {"byosd": {"queue": "billing"}}, "additional_data": {"order": 7, "vip": True}}
    message = connect_message(topic="Bill", message_to_human_agent="Why?", transfer_info=target)
    guests.desk.start_chat(message, {"agentAppInfo": {"sessionHistoryKey": "a::b/c?d"}})
    truth = guests.truth()
    assert (truth["user_id"], truth["user_name"], truth["queue"]) == ("user-1", "Jane", "billing")
    assert truth["context"] == {
        "topic": "Bill",
        "message_to_agent": "Why?",
        "session_history_key": "a::b/c?d",
        "additional_data": {"order": 7, "vip": True},
    }


def test_words_go_both_ways_and_come_back_to_nobody(guests: GuestBench) -> None:
    """The stream brings the guest's own words, typing and joining, too (PRS-10, MSG-01)."""
    guests.start("ada")
    guests.widget.say("  <b>hello</b> ")
    guests.desk.user_typing(True)
    guests.desk.user_typing(False)
    guests.say("Hello *Jane*")
    ada = guests.host.calls("agent_joined")[0][0]["id"]
    assert guests.host.talk()[-2:] == [
        ("agent_joined", {"id": ada, "nickname": "Ada"}),
        ("send_message_to_user", "Hello *Jane*", ada),
    ]
    assert guests.user_texts() == ["  <b>hello</b> "]
    assert len(guests.requests("userTyping")) == 1


def test_the_desks_own_words_are_nobodys(guests: GuestBench) -> None:
    """A notice must not be put into an agent's mouth (MSG-04)."""
    guests.start("ada")
    guests.act("say", by="system", text="This chat is recorded.")
    guests.host.await_text("This chat is recorded.")
    assert guests.host.calls("send_message_to_user") == [("This chat is recorded.", None)]


def test_typing_ends_by_itself(guests: GuestBench) -> None:
    """The chat has no word for its end (PRS-08)."""
    guests.start("ada")
    guests.act("typing", "ada", typing=True)
    guests.host.await_call("agent_typing")
    guests.clock.advance(4.0)
    assert guests.host.calls("agent_typing") == [(True,), (False,)]


def test_an_agent_who_cannot_be_looked_up_joins_all_the_same(guests: GuestBench) -> None:
    """A name is nice to have, the agent is not (PRS-04)."""
    guests.fault("status", operation="getMember", status=500, count=None)
    guests.start("ada")
    guests.say("I am here.")
    assert guests.host.calls("agent_joined")[0][0]["nickname"] == "Agent"
    assert guests.told() == ["agent_joined", "send_message_to_user"]


def test_the_place_is_that_of_this_guest(make_guest_bench: MakeGuestBench) -> None:
    """What the middleware calls a position is how many wait, those behind as well (AVL-04, AVL-06)."""
    guests = make_guest_bench({"queues": {"default": {"seconds_per_conversation": 90}}})
    other = guests.new_widget()
    guests.start()
    guests.host.await_call("update_agent_availability")
    other.desk.start_chat(connect_message(user_id="user-2"))
    other.host.await_call("update_agent_availability")
    guests.clock.advance(60)
    guests.act("say", by="system", place=0, text="Still there?")
    guests.host.await_text("Still there?")
    told = [widget.host.calls("update_agent_availability") for widget in (guests.widget, other)]
    assert told == [
        [({"position_in_queue": 1, "estimated_wait_time": 2},)],
        [({"position_in_queue": 2, "estimated_wait_time": 3},)],
    ]


def test_who_waits_in_vain_is_told(make_guest_bench: MakeGuestBench) -> None:
    """The stream says nothing of it; it is looked after with each heartbeat (AVL-08)."""
    guests = make_guest_bench({"queues": {"default": {"agents_online": 1}}})
    guests.start()
    guests.host.await_call("update_agent_availability")
    guests.driver.set_queue("default", {"agents_online": 0})
    guests.clock.advance(30)
    assert "message" in guests.host.await_call("update_agent_availability", 2)[0]


@pytest.mark.parametrize(("agents", "answer"), [(2, True), (0, False), (None, None)])
def test_whether_somebody_would_answer(make_guest_bench: MakeGuestBench, agents: Any, answer: Any) -> None:
    """Unknown is neither yes nor no (AVL-01)."""
    guests = make_guest_bench({"queues": {"default": {} if agents is None else {"agents_online": agents}}})
    assert guests.desk.are_any_agents_online(connect_message()) is answer
    assert guests.driver.conversations() == []


def test_the_user_ends(guests: GuestBench) -> None:
    """The guest leaves; a second end tells nobody anything (LIF-08, LIF-09)."""
    guests.start("ada")
    guests.desk.end_chat()
    guests.desk.end_chat()
    assert (guests.truth()["state"], guests.truth()["ended_by"]) == ("ended", "user")
    assert (len(guests.requests("endChat")), guests.told()) == (1, ["agent_joined"])
    assert isinstance(error_of(guests.widget.say, "too late"), NoChat)


def test_the_agent_ends(guests: GuestBench) -> None:
    """All leave then, and one end is told, after the last words (LIF-11, ORD-02)."""
    guests.start("ada")
    guests.act("say", "ada", text="Goodbye.")
    guests.act("end", "ada")
    guests.host.await_call("agent_ended_chat")
    assert guests.told() == ["agent_joined", "send_message_to_user", "agent_ended_chat"]
    assert (guests.host.inner_end, guests.requests("endChat")) == ([None], [])


def test_the_queue_gives_up(make_guest_bench: MakeGuestBench) -> None:
    """Nobody came: that is an end, too (AVL-08)."""
    guests = make_guest_bench({"queue_timeout_seconds": 120})
    guests.start()
    guests.clock.advance(121)
    guests.host.await_call("agent_ended_chat")
    assert guests.told() == ["agent_ended_chat"]


def test_a_token_that_ends_ends_the_chat(guests: GuestBench) -> None:
    """Nothing can be asked any more: the host is told once, and nobody goes on trying (SEC-05, ERR-02)."""
    guests.start()
    guests.fault("expire_token")
    error = guests.host.await_call("set_error_status")[0]
    assert (error["type"], guests.told()) == (ErrorType.CONNECTING, ["set_error_status"])


def test_a_text_that_is_too_long_is_not_sent(guests: GuestBench) -> None:
    """The chat takes 4000 characters (LIM-01)."""
    guests.start("ada")
    guests.widget.say("x" * 4000)
    assert isinstance(error_of(guests.widget.say, "x" * 4001, "m-2"), InvalidMessage)
    assert [len(text) for text in guests.user_texts()] == [4000]
