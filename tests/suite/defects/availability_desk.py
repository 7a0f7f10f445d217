"""Faulty desks that leave those who wait alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where


def lets_them_wait(desk: Any) -> None:
    """A change of a queue is told to nobody."""
    queues = desk._state.queues

    def quietly(name: str, queue: Any) -> Any:
        kept = queues.get(name)
        return queues.put(name, replace(kept.settings, **queue)).to_data(desk._state.roster)

    desk.set_queue = quietly


def claims_that_somebody_is_there(desk: Any) -> None:
    """News of a queue always has an agent."""
    state = desk._state
    news_of = state.queue_news
    state.queue_news = lambda conversation: replace(news_of(conversation), agents_online=1)


DESKS = (
    Defect("desk_lets_them_wait", "AVL-08", "nobody is told of a closed queue", desk=desk_where(lets_them_wait)),
    Defect("desk_claims_agents", "AVL-08", "news always has an agent", desk=desk_where(claims_that_somebody_is_there)),
)
