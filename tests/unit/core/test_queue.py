"""Queues: places, waits, who is online, and who is told."""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk.core.errors import InvalidRequest
from tests.unit.core.bench import Bench, MakeBench


def told(bench: Bench, conversation_id: str) -> list[Any]:
    """Return the positions that a user was told."""
    events = bench.desk.events_after(conversation_id, 0)
    return [event.body.to_data()["position"] for event in events if event.type == "queue.updated"]


def test_places_move_up_when_somebody_goes(bench: Bench) -> None:
    """Everybody behind is told the new place, nobody before, and nobody's place goes up (AVL-04)."""
    first, second, third = bench.start("a"), bench.start("b"), bench.start("c")
    bench.act(second, "join", agent="ada")
    assert [told(bench, one) for one in (first, second, third)] == [[1], [2], [3, 2]]
    bench.desk.end(first)
    assert told(bench, third) == [3, 2, 1]
    bench.desk.remove(third)
    assert bench.desk.queues()["default"]["length"] == 0


def test_an_agent_takes_from_the_middle_too(bench: Bench) -> None:
    """Agents choose whom they take; the queue closes up."""
    ids = [bench.start(str(number)) for number in range(4)]
    bench.act(ids[1], "join", agent="ada")
    assert [bench.desk.conversation(one).position for one in ids] == [1, None, 2, 3]


def test_the_wait_grows_with_the_place(make_bench: MakeBench) -> None:
    """A wait is told only where the queue knows how long a conversation takes."""
    bench = make_bench(queues={"default": {"seconds_per_conversation": 90}})
    bench.start("a")
    two = bench.start("b")
    assert bench.last(two)["estimated_wait_seconds"] == 180
    assert bench.desk.availability()["estimated_wait_seconds"] == 270


def test_availability_is_what_a_new_user_would_meet(bench: Bench) -> None:
    """Asking makes nothing at the desk (AVL-02) and tells the place a start would get."""
    bench.start()
    before = bench.desk.transcript()
    assert bench.desk.availability() == {
        "online": True,
        "queue": "default",
        "queue_length": 1,
        "position": 2,
        "agents_online": 3,
    }
    assert bench.desk.transcript() == before


def test_online_counts_who_serves_the_queue(make_bench: MakeBench) -> None:
    """An agent of another queue, or one who is away, helps nobody here."""
    agents = [
        {"id": "a", "queues": ["sales"]},
        {"id": "b", "online": False},
        {"id": "c", "queues": ["help", "sales"], "online": True},
    ]
    bench = make_bench(agents=agents, queues={"sales": {}, "help": {}})
    counts = {name: queue["agents_online"] for name, queue in bench.desk.queues().items()}
    assert counts == {"default": 0, "sales": 2, "help": 1}
    assert bench.desk.availability("default")["online"] is False


def test_nobody_known_means_unknown(make_bench: MakeBench) -> None:
    """A desk without a roster cannot tell, and must not say no (AVL-01)."""
    bench = make_bench(agents=[])
    assert bench.desk.availability() == {"online": None, "queue": "default", "queue_length": 0, "position": 1}


def test_a_set_number_overrules_the_roster(bench: Bench) -> None:
    """Scripts play "nobody there" without inventing agents; null hands the counting back to the roster."""
    bench.desk.set_queue("default", {"agents_online": 0})
    assert bench.desk.availability()["online"] is False
    bench.desk.set_queue("default", {"agents_online": None})
    assert bench.desk.availability()["agents_online"] == 3


def test_a_closed_queue_is_offline(bench: Bench) -> None:
    """Agents may be there and still take nobody."""
    bench.desk.set_queue("default", {"open": False})
    assert bench.desk.availability()["online"] is False


def test_availability_that_is_not_offered_is_unknown(make_bench: MakeBench) -> None:
    """A desk that cannot tell answers null and nothing else."""
    bench = make_bench(capabilities={"are_any_agents_online": False})
    assert bench.desk.availability() == {"online": None, "queue": "default"}


def test_who_waits_is_told_when_agents_come_and_go(bench: Bench) -> None:
    """ "No agents any more" must be seen by those who wait (AVL-08), and by nobody else."""
    connected, waiting = bench.connected(), bench.start("b")
    before = len(bench.types(connected))
    bench.desk.set_agent({"id": "bob", "online": False})
    assert bench.last(waiting)["agents_online"] == 2
    bench.desk.remove_agent("bob")
    assert told(bench, waiting) == [1, 1]
    bench.desk.remove_agent("cyd")
    assert bench.last(waiting)["agents_online"] == 1
    assert len(bench.types(connected)) == before


def test_a_changed_queue_keeps_what_is_not_named(make_bench: MakeBench) -> None:
    """The control API changes one thing at a time."""
    bench = make_bench(queues={"sales": {"seconds_per_conversation": 30}})
    one = bench.start(queue="sales")
    assert bench.desk.set_queue("sales", {"open": False}) == {
        "name": "sales",
        "open": False,
        "seconds_per_conversation": 30,
        "agents_online": 3,
        "length": 1,
    }
    bench.desk.set_queue("sales", {"seconds_per_conversation": 10})
    assert bench.last(one)["estimated_wait_seconds"] == 10
    bench.desk.set_queue("new", {})
    assert "new" in bench.desk.queues()
    with pytest.raises(InvalidRequest, match="did you mean 'open'"):
        bench.desk.set_queue("sales", {"opne": True})


def test_closing_a_queue_tells_who_waits_there(bench: Bench) -> None:
    """Whoever waits should hear that nobody takes conversations any more (AVL-08), and again when somebody does."""
    one = bench.start()
    for opened in (False, True):
        bench.desk.set_queue("default", {"open": opened})
    told_online = [event.body.to_data()["agents_online"] for event in bench.desk.events_after(one)]
    assert told_online == [3, 0, 3]
    assert bench.desk.truth(one)["state"] == "waiting"
