"""Conferences, transfers and leavings in one conversation."""

from __future__ import annotations

import pytest

from mockdesk.core.errors import AgentNotPresent
from tests.unit.core.bench import Bench, MakeBench


def test_a_second_join_without_transfer_is_a_conference(bench: Bench) -> None:
    """Several agents at once are possible, and nobody leaves for it."""
    one = bench.connected()
    bench.act(one, "join", agent="bob")
    assert bench.last(one)["transfer_id"] is None
    assert list(bench.desk.conversation(one).agents) == ["ada", "bob"]


def test_the_receiver_joins_before_the_giver_leaves(bench: Bench) -> None:
    """In a transfer the user is never alone, and the leave says why."""
    one = bench.connected()
    bench.act(one, "transfer", agent="ada", to_agent="bob", reason="knows more")
    transfer = bench.last(one)
    assert (transfer["from_agent_id"], transfer["to_agent"]["id"], transfer["reason"]) == ("ada", "bob", "knows more")
    bench.act(one, "say", agent="ada", text="one moment")
    joined, left = bench.act(one, "join", agent="bob")
    assert joined.body.to_data()["transfer_id"] == transfer["transfer_id"]
    assert left.body.to_data() == {"agent_id": "ada", "reason": "transferred"}
    with pytest.raises(AgentNotPresent):
        bench.act(one, "say", agent="ada", text="still here")


def test_a_giver_who_leaves_early_leaves_as_transferred(bench: Bench) -> None:
    """The conversation stays in transfer, so the leave belongs to it."""
    one = bench.connected()
    bench.act(one, "transfer", agent="ada")
    bench.act(one, "leave", agent="ada")
    assert bench.last(one)["reason"] == "transferred"
    assert bench.state(one) == "transferring"
    assert bench.types(one)[-1] == "agent.left"
    (joined,) = bench.act(one, "join", agent="bob")
    assert joined.body.to_data()["transfer_id"] is not None


def test_a_giver_who_comes_back_stays(bench: Bench) -> None:
    """Who left during the transfer and joins again has completed it, and must not be sent away by it."""
    one = bench.connected()
    bench.act(one, "transfer", agent="ada")
    bench.act(one, "leave", agent="ada")
    (joined,) = bench.act(one, "join", agent="ada")
    assert joined.body.to_data()["transfer_id"] is not None
    assert (bench.state(one), list(bench.desk.conversation(one).agents)) == ("connected", ["ada"])


def test_a_declined_transfer_goes_back_and_keeps_its_id(bench: Bench) -> None:
    """A decline is no event for the user; the next attempt is the same transfer (TRF-03)."""
    one = bench.connected()
    bench.act(one, "transfer", agent="ada", to_agent="bob")
    first = bench.last(one)
    assert bench.desk.truth(one)["offers"] == ["bob"]
    assert bench.act(one, "decline", agent="bob") == ()
    assert bench.state(one) == "connected"
    bench.act(one, "transfer", agent="ada", to_agent="cyd")
    second = bench.last(one)
    assert (second["transfer_id"], second["attempt"]) == (first["transfer_id"], 2)
    bench.act(one, "join", agent="cyd")
    bench.act(one, "transfer", agent="cyd", to_agent="bob")
    third = bench.last(one)
    assert third["transfer_id"] != first["transfer_id"]
    assert third["attempt"] == 1


def test_a_declined_transfer_without_agents_waits(bench: Bench) -> None:
    """With nobody there, ``connected`` would be a lie."""
    one = bench.connected()
    bench.act(one, "transfer", agent="ada", to_agent="bob")
    bench.act(one, "leave", agent="ada")
    bench.act(one, "decline", agent="bob")
    conversation = bench.desk.conversation(one)
    assert (conversation.state.value, conversation.position) == ("waiting", None)


def test_a_join_after_a_declined_transfer_belongs_to_none(bench: Bench) -> None:
    """The transfer is over then: a client must not wait for its completion."""
    one = bench.connected()
    bench.act(one, "transfer", agent="ada", to_agent="bob")
    bench.act(one, "decline", agent="bob")
    (joined,) = bench.act(one, "join", agent="cyd")
    assert joined.body.to_data()["transfer_id"] is None
    assert list(bench.desk.conversation(one).agents) == ["ada", "cyd"]


def test_a_transfer_to_a_queue_stands_in_it(make_bench: MakeBench) -> None:
    """The user has a place again, in the new queue, and is told."""
    bench = make_bench(queues={"sales": {"seconds_per_conversation": 60}})
    one = bench.connected()
    started, updated = bench.act(one, "transfer", agent="ada", to_queue="sales")
    assert started.body.to_data()["to_queue"] == "sales"
    assert updated.body.to_data() == {
        "queue": "sales",
        "position": 1,
        "estimated_wait_seconds": 60,
        "agents_online": 3,
        "message": None,
    }
    bench.act(one, "join", agent="bob")
    assert bench.desk.conversation(one).position is None
    assert bench.desk.queues()["sales"]["length"] == 0


def test_the_last_agent_who_leaves_lets_the_user_wait(bench: Bench) -> None:
    """A leave does not end the chat (PRS-06), and a later join is possible."""
    one = bench.connected()
    bench.act(one, "join", agent="bob")
    bench.act(one, "leave", agent="ada", reason="disconnected")
    assert bench.last(one) == {"agent_id": "ada", "reason": "disconnected"}
    assert bench.state(one) == "connected"
    bench.act(one, "leave", agent="bob")
    assert bench.state(one) == "waiting"
    assert bench.desk.conversation(one).position is None
    bench.act(one, "join", agent="ada")
    assert bench.state(one) == "connected"
