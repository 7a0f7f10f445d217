"""Through drops, duplicates, held and reordered events, silence and slow reading: each event once, in order."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from random import Random
from types import SimpleNamespace

import pytest

from mockdesk.core.faults import STREAM_KINDS
from mockdesk.driver import MockDriver, connect
from tests.hard.storm.client import Client
from tests.hard.storm.run import Result, judge_one, play
from tests.hard.storm.weather import DEADLY, STREAM, fault
from tests.reference.support import Bench, await_no_threads
from tests.server.support import User

SEED = 6
CLEARED_AFTER = 4
"""Waves after which the faults of the reference's storm are cleared."""
SECONDS = 60.0
"""Wall seconds after which an integration that has not shown the last word has lost it."""
ENDLESS = 1e9
"""Seconds of the desk's time: days of it go by while the integration waits for a pong by the machine's."""


def judge(played: Result, seen: list[str], least_met: int) -> None:
    """Tell what was borne. A storm in which nothing happened would prove nothing, so its faults are counted."""
    assert not played.wrong, "\n".join(played.wrong)
    assert (played.lost, played.doubled, played.disordered, seen) == (0, 0, 0, [])
    for name in ("events that came again", "events that came early", "frames that are no events"):
        assert played.counts[name] >= least_met, played
    print(played)  # noqa: T201  (the figures of docs/hardening.md)


def test_the_weather_knows_every_kind() -> None:
    """A fault that never strikes in a storm is one that nobody has come through."""
    random = Random(1)
    kinds = {fault(random, ["c"])["kind"] for _ in range(2_000)}
    assert set(STREAM) == set(STREAM_KINDS) - set(DEADLY)
    assert set(STREAM) | {"status", "reset", "truncated", "garbage", "no_answer", "hold", "delay"} <= kinds


def frame(seq: int, text: str = "x", kind: str = "message.created") -> str:
    """An event as the wire has it."""
    return json.dumps({"seq": seq, "type": kind, "time": "t", "data": {"message": {"text": f"{text}{seq}"}}})


def client_that_reads(*frames: str) -> Client:
    """A client after it has read these frames over one connection."""
    made = Client(User("http://127.0.0.1:9", "c", "t", {}), lambda user, after, patience: iter(()), "alone")
    for one in frames:
        made._take(one)
    return made


def test_the_client_shows_each_event_once_and_in_order() -> None:
    """It is what the storms rest on: it may neither hide a fault of the desk nor make one."""
    assert [seq for seq, _ in client_that_reads(frame(1), frame(2), frame(2), frame(1)).shown] == [1, 2]
    assert [seq for seq, _ in client_that_reads(frame(2), frame(3), frame(1)).shown] == [1, 2, 3]
    assert [seq for seq, _ in client_that_reads(frame(1), frame(3), frame(4)).shown] == [1]
    assert client_that_reads("{", "[]", '{"seq": "1", "data": {}}', '{"type": "x", "data": {}}').shown == []


@pytest.mark.parametrize(
    ("frames", "lost"),
    [
        ([frame(1), frame(2)], 1),
        ([frame(1), frame(2, "another "), frame(3)], 1),
        ([frame(1), frame(2), frame(3)], 0),
    ],
)
def test_what_is_lost_or_changed_is_found(frames: list[str], lost: int) -> None:
    """The client is compared with the desk's own log, texts included."""
    truth = [json.loads(frame(seq)) for seq in (1, 2, 3)]
    control = SimpleNamespace(conversation=lambda name: {"events": truth})
    result = Result()
    judge_one(client_that_reads(*frames), control, result)  # type: ignore[arg-type]
    assert result.lost == lost
    assert bool(result.wrong) == bool(lost)


def test_a_short_storm(tier: str) -> None:
    """Some hundred events over all three transports: what everybody's change may break."""
    played, watch = play(1, SEED, tier, size=6, waves=3)
    assert not played.wrong, played.wrong
    assert (played.lost, played.doubled, played.disordered, watch.seen) == (0, 0, 0, [])
    assert played.events > 6 * 3 * 25


@pytest.mark.all
def test_a_storm(tier: str) -> None:
    """20,000 events and more."""
    played, watch = play(20_000, SEED, tier, size=27, waves=30)
    judge(played, watch.seen, least_met=3)


@pytest.mark.long
def test_a_long_storm(tier: str) -> None:
    """A million events."""
    played, watch = play(1_000_000, SEED + 1, tier)
    judge(played, watch.seen, least_met=500)


@pytest.fixture
def driver() -> Iterator[MockDriver]:
    """A mock desk in this process."""
    made = connect()
    yield made
    made.close()


@pytest.mark.all
@pytest.mark.parametrize("transport", ["websocket", "long_poll"])
def test_the_reference_integration_in_a_storm(driver: MockDriver, transport: str) -> None:
    """What the small client of these tests comes through, the integration that people copy must come through, too."""
    bench = Bench(
        driver,
        {"transports": [transport], "journal_limit": 50_000, "token_ttl_seconds": ENDLESS},
        {"reconnect_limit_seconds": ENDLESS, "timeout_scale": 0.1},
    )
    try:
        conversation = bench.start("ada")
        wanted = storm_around(bench, conversation, waves=150)
        assert bench.host.texts() == wanted
        struck = [entry["data"]["kind"] for entry in driver.journal() if entry["kind"] == "fault"]
        assert len(struck) > 40, struck
        assert len(set(struck)) >= 8, struck
        assert not bench.host.overlapped
    finally:
        bench.close()
        await_no_threads()


def storm_around(bench: Bench, conversation: str, waves: int) -> list[str]:
    """Let an agent talk through a storm until the last word is shown; return everything that was said.

    The faults are cleared now and then, and everything is shown before the next ones come; two events change places
    once meanwhile at most. The reference takes a gap that it meets twice at the same place for one that the desk's log
    has, and goes on (byosd_reference/stream.py).
    """
    random, said, may_reorder = Random(SEED), [], True
    for number in range(waves):
        for _ in range(random.randrange(3)):
            made = fault(random, [conversation])
            if made["kind"] == "reorder":
                made = {"kind": "reorder", "nth": 1, "count": 1} if may_reorder else {"kind": "eof"}
                may_reorder = False
            bench.driver.inject(made)
        for _ in range(random.randrange(1, 6)):
            said.append(f"{number}: {len(said)}")
            bench.act("say", "ada", text=said[-1])
        if random.random() < 0.5:
            bench.clock.advance(1)
            bench.driver.release(conversation, 1)
        if number % CLEARED_AFTER == CLEARED_AFTER - 1:
            said.append(f"{number}: clear")
            clear(bench, said)
            may_reorder = True
    said.append("the last word")
    clear(bench, said)
    return said


def clear(bench: Bench, said: list[str]) -> None:
    """Clear the faults, let the agent say the last of what is said, and wait until it was shown."""
    bench.driver.clear_faults()
    bench.act("say", "ada", text=said[-1])
    deadline = time.monotonic() + SECONDS
    while said[-1] not in bench.host.texts():
        assert time.monotonic() < deadline, f"shown {len(bench.host.texts())} of {len(said)}"
        bench.clock.advance(1)
