"""The stream has no replay: what happens while it is down is fetched, shown once, and in order."""

from __future__ import annotations

from typing import Any

from contracts.adapter import ErrorType
from tests.reference.genesys.conftest import GuestBench


def ids(guests: GuestBench) -> list[Any]:
    """Return under which id each agent was told as joined."""
    return [profile["id"] for (profile,) in guests.host.calls("agent_joined")]


def test_words_in_a_gap_are_fetched_once(guests: GuestBench) -> None:
    """Back, then what was missed, then what comes; the own words among it are nobody's (REC-03, REC-04, PRS-10)."""
    guests.start("ada")
    guests.say("before")
    guests.cut()
    guests.act("say", "ada", text="missed")
    guests.widget.say("mine")
    guests.mend()
    guests.host.await_text("missed")
    guests.say("after")
    assert guests.host.texts() == ["before", "missed", "after"]
    reports = [error["is_disconnected"] for (error,) in guests.host.calls("set_error_status")]
    assert (reports, guests.told()[-3:]) == ([True, False], ["set_error_status"] + 2 * ["send_message_to_user"])


def test_more_than_one_page_is_fetched(guests: GuestBench) -> None:
    """The desk gives a hundred messages at once (MSG-02)."""
    guests.start("ada")
    guests.cut()
    texts = [f"missed {number}" for number in range(120)]
    for text in texts:
        guests.act("say", "ada", text=text)
    guests.mend()
    guests.host.await_text(texts[-1])
    assert guests.host.texts() == texts


def test_who_came_and_went_in_a_gap_is_told_in_order(guests: GuestBench) -> None:
    """Comings and leavings are among the messages (ORD-08, PRS-05, PRS-06)."""
    guests.start("ada")
    guests.cut()
    guests.act("leave", "ada")
    guests.act("join", "bob")
    guests.act("say", "bob", text="I am Bob.")
    guests.act("leave", "bob")
    guests.act("join", "ada")
    guests.mend()
    guests.host.await_call("agent_joined", 3)
    guests.say("I am back.")
    assert guests.told()[3:] == [
        "agent_left_chat",
        "agent_joined",
        "send_message_to_user",
        "agent_left_chat",
        "agent_joined",
        "send_message_to_user",
    ]
    assert ids(guests)[0] == ids(guests)[2] != ids(guests)[1]


def test_who_came_in_a_gap_is_known_without_a_look_up(guests: GuestBench) -> None:
    """The list of members says who they are (PRS-04)."""
    guests.start("ada")
    guests.cut()
    guests.act("join", "bob")
    guests.mend()
    guests.fault("status", operation="getMember", status=500, count=None)
    assert guests.host.await_call("agent_joined", 2)[0]["nickname"] == "Bob"
    assert len(guests.requests("getMember")) == 2  # the queue's, and Ada's


def test_a_transfer_in_a_gap_is_announced_before_the_next_agent(guests: GuestBench) -> None:
    """Who joins while another one is disconnected takes over (TRF-01)."""
    guests.start("ada")
    guests.cut()
    guests.act("transfer", "ada", to_agent={"id": "bob", "nickname": "Bob"})
    guests.act("join", "bob")
    guests.mend()
    guests.host.await_call("agent_joined", 2)
    guests.say("I take over.", "bob")
    assert guests.told()[3:] == ["begin_transfer_to_another_agent", "agent_joined", "send_message_to_user"]


def test_a_transfer_that_began_in_a_gap_is_announced(guests: GuestBench) -> None:
    """The members say who is rung (TRF-07)."""
    guests.start("ada")
    guests.cut()
    guests.act("transfer", "ada", to_agent={"id": "bob", "nickname": "Bob"})
    guests.mend()
    (announced,) = guests.host.await_call("begin_transfer_to_another_agent")
    guests.act("join", "bob")
    (joined,) = guests.host.await_call("agent_joined", 2)
    assert announced == joined


def test_an_end_in_a_gap_comes_after_the_last_words(guests: GuestBench) -> None:
    """All leave at the end, and that is no leaving of an agent (LIF-11, PRS-06, REC-03)."""
    guests.start("ada")
    guests.cut()
    guests.act("say", "ada", text="Goodbye.")
    guests.act("end", "ada")
    guests.mend()
    guests.host.await_call("agent_ended_chat")
    assert guests.told()[3:] == ["send_message_to_user", "agent_ended_chat"]


def test_lists_that_cannot_be_had_are_a_stream_that_is_not_back(guests: GuestBench) -> None:
    """A stream without what was missed would be a hole in the talk: it is opened again, later (REC-04)."""
    guests.start("ada")
    guests.cut()
    guests.act("say", "ada", text="missed")
    guests.driver.clear_faults()
    guests.fault("status", operation="listMessages", status=500, count=1)
    guests.clock.advance(0.5)
    guests.clock.await_wait(1.0)
    guests.clock.advance(1.0)
    guests.host.await_text("missed")
    errors = [error for (error,) in guests.host.calls("set_error_status")]
    assert [error["is_disconnected"] for error in errors] == [True, False]
    assert {error["type"] for error in errors} == {ErrorType.DISCONNECTED}
