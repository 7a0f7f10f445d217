"""Line: how long a server takes from its start to its first 2xx."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from functools import partial

from bench.measurement import Line, Measurement, Quantity, Setup, Values, attempt
from bench.processes import Launch, running
from bench.subjects import BARE_FLASK, FLOOR, bare_flask, of_tiers, rivals


def _measure(setup: Setup) -> Iterator[Measurement]:
    yield from of_tiers(setup, "", lambda tier: _beside_flask(setup, tier.launch()))
    for rival in rivals(setup):
        if rival.name != FLOOR:
            yield attempt(setup, rival.name, "", partial(_rival, setup, rival.launch))


def _rival(setup: Setup, launch: partial[Launch]) -> Values:
    return _beside_flask(setup, launch())


def _beside_flask(setup: Setup, launch: Launch) -> Values:
    """Start in turn with the bare Flask app, so that both see the same noise."""
    seconds, flask, memory = [], [], 0
    for _ in range(setup.sizes.starts):
        with running(launch) as server:
            seconds.append(server.seconds_to_answer)
            memory = server.resident_kib()
        with running(bare_flask()) as server:
            flask.append(server.seconds_to_answer)
    median = statistics.median(seconds)
    ratio = median / statistics.median(flask)
    return Values({"seconds": median, "fastest": min(seconds), "of_flask": ratio, "mib": memory / 1024})


LINE = Line(
    "cold-start",
    "Cold start to the first 200",
    "Wall time from the start of the process until GET on its health path is answered 2xx, asked every 3 ms. "
    f"Each server is started in turn with {BARE_FLASK}, a Flask app of two routes.",
    (
        Quantity("seconds", "median s", 3),
        Quantity("fastest", "fastest s", 3),
        Quantity("of_flask", f"of {BARE_FLASK}", 2),
        Quantity("mib", "MiB resident"),
    ),
    _measure,
)
