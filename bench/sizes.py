"""How much each line measures. The lines are the same in every size; a quick run is for the eye, not for the record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Counts and seconds (wall) of the lines; tuples are measured one after the other."""

    name: str
    starts: int
    """How often each server is started for the median of a cold start."""
    repeats: int
    """How often a short thing is done in process for its median."""
    load_seconds: float
    warm_seconds: float
    clients: int
    push_sockets: tuple[int, ...]
    push_rate: float
    """POSTs a second in all."""
    fan_out_sockets: int
    fan_out_rounds: int
    burst_events: int
    """How many events each conversation gets in one round of a burst."""
    open_sockets: tuple[int, ...]
    live_conversations: int
    live_messages: int
    live_pause_seconds: tuple[float, float]
    """The shortest and the longest pause between two messages of an agent."""
    growth_conversations: tuple[int, int]
    growth_rate: float
    """Events a second in all conversations together."""
    growth_seconds: float
    virtual_conversations: tuple[int, ...]
    suite_runs: int
    embedded_sockets: int
    """Above this many sockets the embedded tier is not tried: it has threads for each."""


FULL = Sizes(
    name="full",
    starts=9,
    repeats=50,
    load_seconds=10,
    warm_seconds=5,
    clients=32,
    push_sockets=(100, 1_000),
    push_rate=100,
    fan_out_sockets=1_000,
    fan_out_rounds=50,
    burst_events=20,
    open_sockets=(1_000, 5_000, 10_000),
    live_conversations=10_000,
    live_messages=20,
    live_pause_seconds=(1, 5),
    growth_conversations=(100, 10_000),
    growth_rate=500,
    growth_seconds=20,
    virtual_conversations=(100, 10_000),
    suite_runs=3,
    embedded_sockets=1_000,
)

QUICK = Sizes(
    name="quick",
    starts=3,
    repeats=10,
    load_seconds=2,
    warm_seconds=1,
    clients=32,
    push_sockets=(100, 300),
    push_rate=50,
    fan_out_sockets=200,
    fan_out_rounds=10,
    burst_events=10,
    open_sockets=(100, 300),
    live_conversations=200,
    live_messages=20,
    live_pause_seconds=(0.1, 0.3),
    growth_conversations=(20, 200),
    growth_rate=200,
    growth_seconds=3,
    virtual_conversations=(100, 1_000),
    suite_runs=1,
    embedded_sockets=300,
)
