"""Transfers, which the chat tells by how its members change only."""

from __future__ import annotations

from tests.reference.genesys.conftest import GuestBench
from tests.reference.support import profile


def test_a_transfer_is_announced_with_who_is_asked(guests: GuestBench) -> None:
    """Both are heard meanwhile, and who hands over leaves without a word (TRF-01, TRF-04, TRF-07)."""
    guests.start("ada")
    guests.act("transfer", "ada", to_agent=profile("bob"))
    (announced,) = guests.host.await_call("begin_transfer_to_another_agent")
    guests.say("Bob will help you.")
    guests.act("join", "bob")
    guests.say("I am Bob.", "bob")
    ada, bob = (one["id"] for (one,) in guests.host.calls("agent_joined"))
    assert announced == {"id": bob, "nickname": "Bob"}
    assert guests.host.calls("send_message_to_user") == [("Bob will help you.", ada), ("I am Bob.", bob)]
    assert guests.told().count("agent_left_chat") == 0


def test_however_many_are_asked_a_transfer_is_told_once(guests: GuestBench) -> None:
    """Who declines joins nothing, and the first agent is there as before (TRF-03)."""
    guests.start("ada")
    for name in ("bob", "cleo"):
        guests.act("transfer", "ada", to_agent=profile(name))
        guests.act("decline", name)
    guests.say("I stay with you.")
    guests.act("leave", "ada")
    guests.host.await_call("agent_left_chat")
    assert guests.told() == [
        "agent_joined",
        "begin_transfer_to_another_agent",
        "send_message_to_user",
        "agent_left_chat",
    ]


def test_a_transfer_to_a_queue_names_nobody(guests: GuestBench) -> None:
    """Another member of the queue's kind is connected, and is no agent."""
    guests.driver.set_queue("billing", {})
    guests.start("ada")
    guests.act("transfer", "ada", to_queue="billing")
    assert guests.host.await_call("begin_transfer_to_another_agent") == (None,)
    guests.act("join", "bob")
    guests.host.await_call("agent_joined", 2)
    assert guests.told() == ["agent_joined", "begin_transfer_to_another_agent", "agent_joined"]


def test_who_is_rung_beside_an_agent_is_nobody_yet(guests: GuestBench) -> None:
    """An alert without a disconnected agent is no transfer: both are there in the end (TRF-08)."""
    guests.start("ada")
    guests.act("offer", "bob")
    guests.say("I ask a colleague.")
    assert guests.told() == ["agent_joined", "send_message_to_user"]
    guests.act("join", "bob")
    guests.say("Hello from Bob.", "bob")
    guests.say("Hello from Ada.")
    ada, bob = (one["id"] for (one,) in guests.host.calls("agent_joined"))
    assert [speaker for _, speaker in guests.host.calls("send_message_to_user")] == [ada, bob, ada]


def test_nobody_is_announced_before_the_first_agent(guests: GuestBench) -> None:
    """Agents may be rung in vain (TRF-05)."""
    guests.start()
    guests.act("offer", "ada")
    guests.act("decline", "ada")
    guests.act("offer", "bob")
    guests.act("join", "bob")
    guests.host.await_call("agent_joined")
    assert guests.told() == ["agent_joined"]
