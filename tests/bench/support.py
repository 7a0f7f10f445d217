"""What the tests of the benchmark share: rows, and the smallest sizes."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measurement import Line, Measurement, Noise, Quantity, Ratio, Setup
from bench.sizes import Sizes

SMALLEST = Sizes(
    name="smallest",
    starts=1,
    repeats=1,
    load_seconds=1,
    warm_seconds=0,
    clients=2,
    push_sockets=(3,),
    push_rate=20,
    fan_out_sockets=4,
    fan_out_rounds=2,
    burst_events=3,
    open_sockets=(5, 9),
    live_conversations=6,
    live_messages=4,
    live_pause_seconds=(0.01, 0.05),
    growth_conversations=(2, 5),
    growth_rate=50,
    growth_seconds=0.5,
    virtual_conversations=(2,),
    suite_runs=1,
    embedded_sockets=6,
)
"""One of everything; one line has a case above what the embedded tier is for."""


def row(subject: str = "ours", case: str = "", **values: float) -> Measurement:
    """Return a row that was measured in quiet."""
    return Measurement(subject, case, values, 10.0, Noise(0, 0))


def line(name: str = "a-line", ratio: Ratio | None = None) -> Line:
    """Return a line with two quantities, ``rate`` and ``ms``, that measures nothing."""

    def nothing(setup: Setup) -> Iterator[Measurement]:
        yield from ()

    return Line(name, "A line", "How.", (Quantity("rate", "per s"), Quantity("ms", "ms", 2)), nothing, ratio)
