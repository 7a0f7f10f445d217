"""The event stream: each event once, in order, whatever happens to the connection."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest

from byosd_reference.backoff import Outage
from contracts.adapter import ErrorType
from tests.reference.clock import ManualClock
from tests.reference.conftest import MakeBench
from tests.reference.host import PATIENCE
from tests.reference.support import Bench, await_no_threads

LOST = ("set_error_status", ErrorType.DISCONNECTED, True)
BACK = ("set_error_status", ErrorType.DISCONNECTED, False)


def reports(bench: Bench) -> list[Any]:
    """Return what the host was told, errors in short."""
    return [_short(call) for call in bench.host.talk()]


def _short(call: tuple[Any, ...]) -> Any:
    if call[0] != "set_error_status":
        return call[0]
    error = call[1]
    return ("set_error_status", error["type"], error.get("is_disconnected"))


@pytest.mark.parametrize(
    "fault",
    [{"kind": "eof"}, *({"kind": "close", "code": code} for code in (1000, 1001, 1011, 1012, 4401, 4408))],
    ids=str,
)
def test_a_lost_stream_is_told_mended_and_told(bench: Bench, fault: dict[str, Any]) -> None:
    """Lost, back, and only then what was missed, whichever way it broke (ERR-03, ERR-04, REC-01, REC-03, REC-04)."""
    bench.start("ada")
    bench.fault("status", operation="streamEvents", status=503, count=None)
    bench.driver.inject(fault)
    bench.clock.await_wait(0.5)
    bench.act("say", "ada", text="missed")
    bench.driver.clear_faults()
    bench.clock.advance(0.5)
    bench.host.await_text("missed")
    bench.say("live")
    assert reports(bench)[-4:] == [LOST, BACK, "send_message_to_user", "send_message_to_user"]
    assert bench.host.texts() == ["missed", "live"]
    assert len(bench.driver.conversations()) == 1
    opened = [entry["data"]["after"] for entry in bench.driver.journal() if entry["kind"] == "stream.open"]
    assert opened == [0, 2]


def test_before_an_agent_joined_a_loss_is_nobodys_business(bench: Bench) -> None:
    """The host takes DISCONNECTED while connecting for the end of the chat (fact of the host)."""
    bench.start()
    bench.fault("eof")
    bench.act("join", "ada")
    bench.host.await_call("agent_joined")
    assert bench.host.calls("set_error_status") == []


def test_attempts_back_off_and_are_capped(bench: Bench) -> None:
    """At once, then 0.5, 1, 2, 4, 8, 8 seconds: a desk that comes back is not stormed (ERR-09)."""
    bench.start("ada")
    bench.away()
    for delay in (0.5, 1, 2, 4, 8, 8):
        bench.clock.await_wait(delay)
        bench.clock.advance(delay)
    bench.await_request("streamEvents", 8)
    bench.driver.clear_faults()
    bench.clock.await_wait(8)
    bench.clock.advance(8)
    bench.say("back")
    assert [report for report in reports(bench) if report in (LOST, BACK)] == [LOST, BACK]


def test_retry_after_of_a_refused_handshake_is_honoured(bench: Bench) -> None:
    """The desk says when to come back (ERR-09)."""
    bench.start("ada")
    bench.away(retry_after=20)
    bench.clock.await_wait(20)
    bench.driver.clear_faults()
    bench.clock.advance(20)
    bench.say("back")


def test_a_long_outage_ends_the_chat_once(bench: Bench) -> None:
    """Attempts end, the user is told, and both sides are cleaned up (REC-02, LIF-17)."""
    bench.start("ada")
    bench.away()
    _go_on(bench, "agent_ended_chat")
    await_no_threads()
    assert reports(bench)[-2:] == [LOST, "agent_ended_chat"]
    assert bench.host.inner_end == [None]
    assert bench.clock.now() - 1_700_000_000 <= 60.01
    assert (bench.truth()["state"], bench.truth()["end_calls"]) == ("ended", 1)
    assert bench.clock.pending() == []


def test_a_long_outage_before_anybody_joined_is_a_failed_connect(make_bench: MakeBench) -> None:
    """One CONNECTING error; the host calls no end after it, so all is cleaned up already (ERR-01, LIF-17)."""
    bench = make_bench(reconnect_limit_seconds=5)
    bench.start()
    bench.away()
    _go_on(bench, "set_error_status")
    await_no_threads()
    assert [report for report in reports(bench) if report != "update_agent_availability"] == [
        ("set_error_status", ErrorType.CONNECTING, None)
    ]
    assert bench.truth()["state"] == "ended"


def _go_on(bench: Bench, until: str) -> None:
    """End each wait of the integration as soon as it has begun, until the host has been told ``until``."""
    deadline = time.monotonic() + PATIENCE
    while until not in bench.host.names():
        assert time.monotonic() < deadline, f"{until} never came"
        waits = [due for due in bench.clock.pending() if due < 15]
        if waits:
            bench.clock.advance(waits[0])


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_final_refusal_ends_the_chat_at_once(bench: Bench, status: int) -> None:
    """Token, conversation or position are gone: trying on would only keep the user waiting (SEC-05)."""
    bench.start("ada")
    bench.away(status)
    bench.host.await_call("agent_ended_chat")
    assert reports(bench)[-2:] == [LOST, "agent_ended_chat"]
    await_no_threads()


def test_an_expired_token_is_not_silent(bench: Bench) -> None:
    """The chat cannot go on without a token, and the user learns it (SEC-05)."""
    bench.start("ada")
    bench.fault("expire_token")
    bench.host.await_call("agent_ended_chat")
    assert LOST in reports(bench)


def test_what_comes_twice_is_shown_once(bench: Bench) -> None:
    """At most once to the eye, at least once on the wire (MSG-03)."""
    bench.start("ada")
    bench.fault("duplicate", nth=1, times=3)
    bench.act("say", "ada", text="once")
    bench.say("marker")
    assert bench.host.texts() == ["once", "marker"]
    assert len(bench.requests("streamEvents")) == 1


def test_events_that_were_left_out_are_fetched(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A gap in the positions is no reason to lose a message, nor to frighten the user (MSG-02)."""
    bench.start("ada")
    bench.fault("reorder", nth=1)
    with caplog.at_level(logging.WARNING, "byosd_reference"):
        bench.act("say", "ada", text="one")
        bench.act("say", "ada", text="two")
        bench.say("three")
    assert bench.host.texts() == ["one", "two", "three"]
    assert bench.host.calls("set_error_status") == []
    assert "are missing: fetching them" in caplog.text


@pytest.mark.parametrize(
    "frame", ["", "{", "[]", "null", '"text"', '{"seq": "x"}', '{"seq": true, "type": "x"}', '{"seq": 99, "data": {}}']
)
def test_frames_that_are_no_events_are_skipped(bench: Bench, frame: str, caplog: pytest.LogCaptureFixture) -> None:
    """One bad frame must not end a chat, and what it held is not for a log (ERR-05, SEC-02)."""
    bench.start("ada")
    with caplog.at_level(logging.WARNING, "byosd_reference"):
        bench.fault("garbage_frame", text=frame or None)
        bench.say("still here")
    assert "no event" in caplog.text
    assert bench.host.calls("set_error_status") == []


def test_unknown_types_are_ignored(bench: Bench) -> None:
    """A desk grows (ERR-05)."""
    bench.start("ada")
    bench.fault("unknown_type")
    bench.say("still here")
    assert bench.host.texts() == ["still here"]


def test_a_host_that_raises_does_not_stop_the_stream(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """An exception of the host's callback is the host's affair (ERR-08)."""

    def fail(*_: Any) -> None:
        raise RuntimeError("secret words of the user")

    bench.host.reactions.update(dict.fromkeys(("agent_joined", "send_message_to_user", "agent_typing"), fail))
    with caplog.at_level(logging.WARNING, "byosd_reference"):
        bench.start("ada")
        bench.act("typing", "ada")
        bench.say("one")
        bench.say("two")
    assert "agent_joined raised RuntimeError" in caplog.text
    assert "secret words" not in caplog.text


def test_a_silent_desk_is_noticed(make_bench: MakeBench) -> None:
    """A connection may be dead although nobody closed it (ERR-03)."""
    bench = make_bench(timeout_scale=0.05)
    bench.start("ada")
    bench.fault("silence")
    bench.clock.await_wait(15)
    bench.clock.advance(15)
    bench.host.await_call("set_error_status", 2)
    bench.say("back")
    assert reports(bench)[-3:] == [LOST, BACK, "send_message_to_user"]


def test_a_quiet_desk_is_not_taken_for_a_dead_one(bench: Bench) -> None:
    """Minutes without an event are usual: the ping is answered, and nothing is told."""
    bench.start("ada")
    for _ in range(4):
        bench.clock.await_wait(15)
        bench.clock.advance(15)
    bench.say("still here")
    assert bench.host.calls("set_error_status") == []


def test_a_stream_that_breaks_as_soon_as_it_opens_does_not_go_on_for_ever(bench: Bench) -> None:
    """A connection that carries nothing is no recovery: it resets neither back-off nor limit (REC-02, LIM-04)."""
    bench.start("ada")
    bench.fault("close", nth=1, count=None, code=1011)
    bench.act("say", "ada", text="never comes")
    _go_on(bench, "agent_ended_chat")
    assert len(bench.requests("streamEvents")) < 20
    assert bench.host.texts() == []


def test_the_end_may_be_among_what_was_missed(bench: Bench) -> None:
    """The last words come, then the end, then nothing (ORD-02, REC-03)."""
    bench.start("ada")
    bench.away()
    bench.clock.await_wait(0.5)
    bench.act("say", "ada", text="goodbye")
    bench.act("end", "ada")
    bench.driver.clear_faults()
    bench.clock.advance(0.5)
    bench.host.await_call("agent_ended_chat")
    await_no_threads()
    assert reports(bench)[-4:] == [LOST, BACK, "send_message_to_user", "agent_ended_chat"]


def test_an_outage_ends_with_its_limit() -> None:
    """The last attempt is at the limit, not after it."""
    clock = ManualClock()
    outage = Outage(clock.now, 10)
    delays: list[float] = []
    while not outage.over() and len(delays) < 20:
        delays.append(outage.next_delay())
        clock.advance(delays[-1])
    assert delays == [0, 0.5, 1, 2, 4, 2.5]
