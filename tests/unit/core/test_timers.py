"""What time alone does: queue time-outs, idle ends, expiring tokens, and the clock itself."""

from __future__ import annotations

import gc
import weakref

import pytest

from mockdesk.core.clock import VIRTUAL_END, VIRTUAL_START, VirtualClock
from mockdesk.core.desk import StartRequest
from mockdesk.core.errors import ExpiredToken
from mockdesk.core.happenings import TokenExpired
from mockdesk.core.timestamps import rfc3339
from tests.unit.core.bench import Bench, MakeBench


def test_a_queue_time_out_ends_the_waiting(make_bench: MakeBench) -> None:
    """Nobody waits for ever, and the end says why."""
    bench = make_bench(queue_timeout_seconds=60)
    one, two = bench.start("a"), bench.start("b")
    bench.act(two, "join", agent="ada")
    bench.clock.advance(59.9)
    assert bench.state(one) == "waiting"
    bench.clock.advance(0.1)
    assert bench.last(one) == {"by": "system", "agent_id": None, "reason": "queue_timeout"}
    assert bench.state(two) == "connected"


def test_a_queue_time_out_spares_who_is_talked_to(make_bench: MakeBench) -> None:
    """Standing in a queue during a transfer is no waiting without anybody."""
    bench = make_bench(queue_timeout_seconds=60, queues={"sales": {}})
    one = bench.connected()
    bench.act(one, "transfer", agent="ada", to_queue="sales")
    bench.clock.advance(1000)
    assert bench.state(one) == "transferring"


def test_an_idle_conversation_ends(make_bench: MakeBench) -> None:
    """Whatever either side does counts, and time in the queue does not."""
    bench = make_bench(idle_timeout_seconds=60)
    one = bench.start()
    bench.clock.advance(500)
    bench.act(one, "join", agent="ada")
    for _ in range(3):
        bench.clock.advance(50)
        bench.desk.user_typing(one, True)
        bench.clock.advance(50)
        bench.act(one, "typing", agent="ada")
    bench.clock.advance(59)
    assert bench.state(one) == "connected"
    bench.clock.advance(1)
    assert bench.last(one)["reason"] == "idle_timeout"


def test_an_abandoned_transfer_is_idle_too(make_bench: MakeBench) -> None:
    """Nobody joins from that queue and the giver has left: without this the conversation would stay for ever."""
    bench = make_bench(idle_timeout_seconds=60, queues={"sales": {}})
    one = bench.connected()
    bench.act(one, "transfer", agent="ada", to_queue="sales")
    bench.act(one, "leave", agent="ada")
    bench.clock.advance(120)
    assert bench.last(one)["reason"] == "idle_timeout"


@pytest.mark.parametrize("finish", ["end", "remove"])
def test_no_timer_outlives_its_conversation(make_bench: MakeBench, finish: str) -> None:
    """A timer of a dead chat is the commonest fault of published integrations (LIF-06); the desk must not have it."""
    bench = make_bench(queue_timeout_seconds=60, idle_timeout_seconds=60)
    one = bench.start()
    if finish == "end":
        bench.desk.end(one)
    else:
        bench.desk.remove(one)
    assert bench.clock.next_due() is None
    before = len(bench.events)
    bench.clock.advance(1000)
    assert len(bench.events) == before


def test_a_removed_conversation_is_released(make_bench: MakeBench) -> None:
    """A cancelled timer must not keep the memory of a chat (LIM-05)."""
    bench = make_bench(queue_timeout_seconds=60, idle_timeout_seconds=60)
    one = bench.start()
    conversation = weakref.ref(bench.desk.conversation(one))
    bench.desk.remove(one)
    gc.collect()
    assert conversation() is None


def test_a_token_is_good_until_its_time_is_over(make_bench: MakeBench) -> None:
    """The border belongs to the expired side: at ``expires_at`` it is over."""
    bench = make_bench(token_ttl_seconds=100)
    started = bench.desk.start(StartRequest("user"))
    one = started.conversation.id
    assert started.expires_at == bench.desk.token_expires_at(one) == bench.clock.now() + 100
    bench.clock.advance(99.9)
    assert bench.desk.authorize(one, started.token) is started.conversation
    bench.clock.advance(0.1)
    with pytest.raises(ExpiredToken):
        bench.desk.authorize(one, started.token)


def test_a_token_can_be_made_to_expire(bench: Bench) -> None:
    """Observers learn of it, as the server must close the stream; an old expiry is not put off."""
    started = bench.desk.start(StartRequest("user"))
    one = started.conversation.id
    bench.desk.expire_token(one)
    now = bench.clock.now()
    bench.clock.advance(5)
    bench.desk.expire_token(one)
    assert bench.desk.token_expires_at(one) == now
    assert (one, TokenExpired()) in bench.happenings
    with pytest.raises(ExpiredToken):
        bench.desk.authorize(one, started.token)


def test_events_carry_the_time_of_the_clock(bench: Bench) -> None:
    """Times are RFC 3339 in UTC with milliseconds, so that they compare as texts."""
    one = bench.start()
    bench.clock.advance(1.2345)
    bench.act(one, "join", agent="ada")
    first, second = bench.desk.events_after(one, 0)
    assert first.to_envelope()["time"] == "2024-01-01T00:00:00.000Z"
    assert second.to_envelope()["time"] == "2024-01-01T00:00:01.234Z"


def test_timers_run_in_order_at_their_own_time() -> None:
    """One scheduler: by time, then in the order in which they were asked for, also those asked for meanwhile."""
    clock, seen = VirtualClock(), list[tuple[str, float]]()

    def note(name: str) -> None:
        seen.append((name, clock.now() - VIRTUAL_START))

    def first() -> None:
        note("first")
        clock.call_later(0, lambda: note("nested"))

    clock.call_later(2, lambda: note("late"))
    clock.call_later(1, first)
    clock.call_later(1, lambda: note("second"))
    clock.call_later(1, lambda: note("never")).cancel()
    assert clock.advance(3) == 4
    assert seen == [("first", 1), ("second", 1), ("nested", 1), ("late", 2)]
    assert clock.now() == VIRTUAL_START + 3


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), VIRTUAL_END])
def test_time_goes_forward_and_ends(seconds: float) -> None:
    """A clock beyond the year 9999 could not stamp an event."""
    clock = VirtualClock()
    with pytest.raises(ValueError, match="a clock advances by 0 or more seconds"):
        clock.advance(seconds)
    assert clock.now() == VIRTUAL_START


def test_a_timer_may_move_the_clock() -> None:
    """A script that advances its own clock must not turn time back."""
    clock, due = VirtualClock(), list[float]()
    clock.call_later(1, lambda: due.append(clock.advance(10)))
    clock.advance(2)
    assert clock.now() == VIRTUAL_START + 11


def test_a_time_that_cannot_be_written_is_shown_as_the_last_one(make_bench: MakeBench) -> None:
    """A token that never ends is a fair wish and must not break the answer."""
    bench = make_bench(token_ttl_seconds=1e14)
    started = bench.desk.start(StartRequest("user"))

    assert rfc3339(started.expires_at) == "9999-12-31T23:59:59.000Z"
