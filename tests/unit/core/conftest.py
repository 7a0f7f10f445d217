"""A desk for each test."""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings
from tests.unit.core.bench import AGENTS, Bench, MakeBench


@pytest.fixture
def make_bench() -> MakeBench:
    """Return a function that makes a desk from settings; three agents unless told otherwise."""

    def make(**settings: Any) -> Bench:
        clock = VirtualClock()
        bench = Bench(Desk(DeskSettings.from_dict({"agents": AGENTS, **settings}), clock), clock)
        bench.desk.subscribe(lambda *told: bench.events.append(told))
        bench.desk.observe(lambda *told: bench.happenings.append(told))
        return bench

    return make


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    """A desk with the default settings and three agents."""
    return make_bench(seed=7)
