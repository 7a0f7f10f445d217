"""Polls, one after the other, are read like one connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from byosd_reference.errors import StreamLost, StreamRefused, UnreadableBatch
from byosd_reference.http_line import Answer
from byosd_reference.long_poll_line import MOST_UNREADABLE, BatchDoor, Polls
from byosd_reference.settings import Deadline, TimeLimits
from contracts.adapter import WaitableEvent

EVENT = {"seq": 1, "type": "message.created"}
LAST: Mapping[str, Any] = {"events": [EVENT], "next": 1, "ended": True}


class Door:
    """Gives the answers of a desk one by one."""

    def __init__(self, *answers: Mapping[str, Any] | StreamLost) -> None:
        self.answers = list(answers)

    def poll(self, after: int, wait: float) -> Mapping[str, Any]:
        """Return the next answer, or raise it."""
        answer = self.answers.pop(0)
        if isinstance(answer, StreamLost):
            raise answer
        return answer

    def cut(self) -> None:
        """Nothing is under way."""


class Clock:
    """Waits by moving on."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        """Return the time."""
        return self.time

    def wait(self, event: WaitableEvent, seconds: float) -> bool:
        """Let the time go by."""
        self.time += seconds
        return event.is_set()


def polls(*answers: Mapping[str, Any] | StreamLost) -> tuple[Polls, Clock]:
    """Return polls that get these answers after an empty first one."""
    clock: Any = Clock()
    door: Any = Door(*answers)
    return Polls(door, clock, {}, 0), clock


@pytest.mark.parametrize("times", range(MOST_UNREADABLE + 2))
def test_answers_that_make_no_sense_are_passed_over_for_a_while(times: int) -> None:
    """One bad answer is no loss, as one bad frame is none; a proxy that answers for the desk for good is one."""
    read, clock = polls(*[UnreadableBatch("no batch")] * times, LAST)
    frames = [json.loads(frame) for frame in read.frames()]
    if times <= MOST_UNREADABLE:
        assert frames == [EVENT]
        assert clock.time == times + 1.0  # never a busy loop
    else:
        assert frames == []
        assert read.why_closed() == "no batch"


def test_a_readable_answer_makes_up_for_the_bad_ones() -> None:
    """Only so many in a row are a loss."""
    bad = [UnreadableBatch("no batch")] * MOST_UNREADABLE
    read, _ = polls(*bad, {"events": []}, *bad, LAST)
    assert [json.loads(frame) for frame in read.frames()] == [EVENT]


def test_a_poll_that_fails_is_a_loss_at_once() -> None:
    """Nobody knows what became of it."""
    read, _ = polls(StreamLost("broken off"), LAST)
    assert list(read.frames()) == []
    assert read.why_closed() == "broken off"


class BusyDesk(BatchDoor):
    """A desk that answers once with 429 and is fine afterwards."""

    asked = 0

    def _ask(self, after: int, wait: float, deadline: Deadline) -> Answer:
        self.asked += 1
        return Answer(429, None, 30.0) if self.asked == 1 else Answer(200, {}, None)

    def _batch(self, answer: Answer, after: int) -> Mapping[str, Any]:
        return LAST


def test_a_desk_that_asks_to_be_left_alone_is() -> None:
    """The way back begins with an attempt at once: it must not be the poll that the desk did not want (ERR-09)."""
    clock, line = Clock(), object()
    door = BusyDesk(cast(Any, line), cast(Any, clock), TimeLimits())
    waits = []
    for _ in range(2):
        with pytest.raises(StreamRefused) as refused:
            door.poll(0, 1.0)
        waits.append(refused.value.retry_after)
        clock.time += 10.0
    assert (waits, door.asked) == ([30.0, 20.0], 1)
    clock.time = 30.0
    assert door.poll(0, 1.0) is LAST
