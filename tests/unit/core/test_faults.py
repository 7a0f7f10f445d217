"""The fault schedule: which one strikes what, when, and how often."""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk.core.clock import VirtualClock
from mockdesk.core.errors import InvalidRequest, NotFound
from mockdesk.core.events import AgentTyping, Event, Message, MessageCreated
from mockdesk.core.faults import Fault, FaultSchedule

TYPING = Event(1, 0.0, AgentTyping("ada", True))
MESSAGE = Event(2, 0.0, MessageCreated(Message("m", "agent", "ada", "hello world", 0.0, 2)))


@pytest.fixture
def clock() -> VirtualClock:
    """The time of the schedule."""
    return VirtualClock()


@pytest.fixture
def schedule(clock: VirtualClock) -> FaultSchedule:
    """An empty schedule."""
    return FaultSchedule(clock.now, seed=1)


def strikes(schedule: FaultSchedule, times: int, operation: str = "sendMessageToAgent", **more: Any) -> list[bool]:
    """Return which of so many requests are struck."""
    arguments = {"conversation_id": "c", "text": None, "now": schedule._now()} | more
    return [schedule.take_request(operation, **arguments) is not None for _ in range(times)]


def test_a_fault_strikes_its_nth_matches_and_is_gone(schedule: FaultSchedule) -> None:
    """Faults expire by themselves: a forgotten one must not spoil the next test."""
    schedule.install({"kind": "status", "operation": "sendMessageToAgent", "status": 503, "nth": 2, "count": 2})
    assert strikes(schedule, 2, "endChat") == [False, False]
    assert strikes(schedule, 5) == [False, True, True, False, False]
    assert schedule.list() == []


def test_a_fault_without_count_stays_until_removed(schedule: FaultSchedule) -> None:
    """An outage lasts as long as the test wants."""
    name = schedule.install({"kind": "no_answer", "count": None})
    assert all(strikes(schedule, 4))
    assert schedule.list()[0] == {
        "id": name,
        "kind": "no_answer",
        "operation": "*",
        "count": None,
        "after": False,
        "nth": 1,
        "seen": 4,
        "fired": 4,
        "remaining": None,
        "ends_at": None,
    }
    schedule.remove(name)
    assert not any(strikes(schedule, 2))
    with pytest.raises(NotFound):
        schedule.remove(name)


def test_a_fault_ends_with_its_time(schedule: FaultSchedule, clock: VirtualClock) -> None:
    """``until_seconds`` counts from the installation, by the desk's clock."""
    clock.advance(100)
    schedule.install({"kind": "reset", "count": None, "until_seconds": 10})
    clock.advance(9.9)
    assert strikes(schedule, 1) == [True]
    clock.advance(0.1)
    assert strikes(schedule, 1) == [False]
    assert schedule.list() == []


def test_a_fault_can_be_meant_for_one_conversation_or_text(schedule: FaultSchedule) -> None:
    """One user's trouble must not be another's."""
    schedule.install({"kind": "delay", "seconds": 2, "conversation_id": "c", "count": None})
    assert strikes(schedule, 1, conversation_id="d") == [False]
    assert strikes(schedule, 1, conversation_id=None) == [False]
    assert strikes(schedule, 1) == [True]
    schedule.clear()
    schedule.install({"kind": "garbage", "text_contains": "boom", "count": None})
    assert strikes(schedule, 1, text=None) == [False]
    assert strikes(schedule, 1, text="a boom") == [True]


def test_of_several_faults_the_oldest_strikes_and_all_count(schedule: FaultSchedule) -> None:
    """Two faults on one request would hide each other; the second waits for its next match."""
    schedule.install({"kind": "reset"})
    schedule.install({"kind": "garbage", "nth": 2})
    kinds = [schedule.take_request("endChat", None, None, 0.0) for _ in range(3)]
    assert [fault.kind if fault else None for fault in kinds] == ["reset", "garbage", None]


def test_a_probability_follows_the_seed(clock: VirtualClock) -> None:
    """A flaky network that is the same in every run."""
    runs = []
    for seed in (1, 1, 2):
        schedule = FaultSchedule(clock.now, seed)
        schedule.install({"kind": "reset", "probability": 0.5, "count": None})
        runs.append(strikes(schedule, 50))
    assert runs[0] == runs[1] != runs[2]
    assert 10 < sum(runs[0]) < 40


def test_a_stream_fault_without_nth_strikes_at_once(schedule: FaultSchedule) -> None:
    """ "Close now" is the commonest wish; it strikes no later event."""
    schedule.install({"kind": "close", "code": 1011, "conversation_id": "c"})
    schedule.install({"kind": "duplicate", "nth": 1})
    (fault,) = schedule.take_now(0.0)
    assert (fault.kind, fault.code, fault.conversation_id) == ("close", 1011, "c")
    assert schedule.take_now(0.0) == ()
    struck = schedule.take_event("c", TYPING, 0.0)
    assert struck is not None
    assert (struck.kind, struck.times) == ("duplicate", 1)


def test_a_stream_fault_can_wait_for_an_event(schedule: FaultSchedule) -> None:
    """By type and text, counted over the matching ones only."""
    schedule.install({"kind": "eof", "nth": 1, "event_type": "message.created"})
    assert schedule.take_event("c", TYPING, 0.0) is None
    assert schedule.take_event("c", MESSAGE, 0.0) is not None
    schedule.install({"kind": "eof", "nth": 1, "text_contains": "world"})
    assert schedule.take_event("c", TYPING, 0.0) is None
    assert schedule.take_event("c", MESSAGE, 0.0) is not None


def test_requests_and_streams_do_not_mix(schedule: FaultSchedule) -> None:
    """A stream fault on a request could not be applied, nor the other way round."""
    schedule.install({"kind": "silence", "nth": 1})
    assert strikes(schedule, 1, "streamEvents") == [False]
    schedule.clear()
    schedule.install({"kind": "reset"})
    assert schedule.take_event("c", MESSAGE, 0.0) is None
    assert schedule.take_now(0.0) == ()


def test_in_process_and_plain_values_mean_the_same(schedule: FaultSchedule) -> None:
    """The defaults of a kind must not depend on how a fault was written."""
    assert Fault.from_dict({"kind": "eof"}).first_match == Fault("eof").first_match == 0
    assert Fault.from_dict({"kind": "reset"}).first_match == Fault("reset").first_match == 1
    given = {
        "kind": "status",
        "operation": "startChat",
        "status": 502,
        "code": "bad",
        "retryable": False,
        "after": True,
    }
    assert Fault.from_dict(given).to_data() == {**given, "nth": 1, "count": 1}


@pytest.mark.parametrize(
    ("fault", "pointer"),
    [
        ({}, "/kind"),
        ({"kind": "explode"}, "/kind"),
        ({"kind": "status", "status": 200}, "/status"),
        ({"kind": "delay", "seconds": -1}, "/seconds"),
        ({"kind": "delay", "seconds": float("nan")}, "/seconds"),
        ({"kind": "reset", "nth": 0}, "/nth"),
        ({"kind": "reset", "count": 0}, "/count"),
        ({"kind": "reset", "probability": 1.5}, "/probability"),
        ({"kind": "close", "code": 5000}, "/code"),
        ({"kind": "eof", "operation": "startChat"}, "/operation"),
        ({"kind": "garbage", "after": True}, "/after"),
        ({"kind": "reset", "event_type": "agent.left"}, "/event_type"),
    ],
)
def test_a_wrong_fault_is_refused_by_field(schedule: FaultSchedule, fault: dict[str, Any], pointer: str) -> None:
    """A fault that silently never strikes makes a test green for nothing."""
    with pytest.raises(InvalidRequest) as refused:
        schedule.install(fault)
    assert pointer in [error.pointer for error in refused.value.errors]
    assert schedule.list() == []
