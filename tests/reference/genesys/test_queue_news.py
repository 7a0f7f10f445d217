"""What a waiting guest may learn of a queue that only counts who waits."""

from __future__ import annotations

from typing import Any, cast

import pytest

from byosd_reference.errors import AnswerLost
from byosd_reference.genesys.middleware import Middleware, QueueState
from byosd_reference.genesys.queue_news import QueueNews
from byosd_reference.settings import Deadline, TimeLimits


class Counts:
    """A middleware that answers with these states, one after the other."""

    def __init__(self, *states: QueueState | None) -> None:
        self.states = list(states)

    def queue(self, name: str, deadline: Deadline) -> QueueState:
        """Answer; ``None`` is no answer."""
        state = self.states.pop(0)
        if state is None:
            raise AnswerLost("tell", "nothing came")
        return state


def place_told(*states: QueueState | None) -> dict[str, Any]:
    """Return what a guest learns who begins to wait between the two states."""
    news = QueueNews(cast("Middleware", Counts(*states)), "default", TimeLimits())
    news.comes_next(Deadline(1.0))
    told = news.waits(None) or {}
    return {name: told[name] for name in ("position", "estimated_wait_seconds") if name in told}


def waiting(count: int | None, seconds: float | None = None) -> QueueState:
    """Return a queue in which so many wait."""
    return QueueState(1, count, seconds)


def test_whoever_made_the_queue_grow_by_one_has_the_last_place() -> None:
    """The wait is what the next guest was promised: that is this one."""
    assert place_told(waiting(2, 90.0), waiting(3, 120.0)) == {"position": 3, "estimated_wait_seconds": 90.0}


@pytest.mark.parametrize("states", [(2, 4), (2, 2), (2, 1), (None, 3), (2, None)])
def test_a_place_that_is_not_sure_is_not_told(states: tuple[int | None, int | None]) -> None:
    """Others came or went meanwhile: a guess would be somebody else's place (AVL-04)."""
    assert place_told(*map(waiting, states)) == {}


def test_nobody_waits_for_an_answer_that_does_not_come() -> None:
    """Without the state of before there is no place, without that of now no news."""
    assert place_told(None, waiting(1)) == place_told(waiting(0), None) == {}
