"""Line: how many WebSockets are opened a second."""

from __future__ import annotations

from collections.abc import Iterator

from bench.desk_client import floor_targets, start_many, targets, without_script
from bench.load import wsload
from bench.load.build import build
from bench.measurement import Line, Measurement, Quantity, Ratio, Setup, Values, attempt
from bench.processes import ServerProcess, running
from bench.subjects import FLOOR, Tier, floor, of_tiers

CONVERSATIONS = 64
AT_ONCE = 16


def _measure(setup: Setup) -> Iterator[Measurement]:
    yield from of_tiers(setup, "", lambda tier: _ours(setup, tier))
    yield attempt(setup, FLOOR, "", lambda: _floor(setup))


def _ours(setup: Setup, tier: Tier) -> Values:
    with running(tier.launch()) as server:
        without_script(server)
        return _load(setup, server, targets(start_many(server, CONVERSATIONS)))


def _floor(setup: Setup) -> Values:
    with running(floor(setup)) as server:
        return _load(setup, server, floor_targets(CONVERSATIONS))


def _load(setup: Setup, server: ServerProcess, sockets: list[wsload.Target]) -> Values:
    sizes, program = setup.sizes, build("wsload", setup.cache)
    pace = {"seconds": sizes.load_seconds, "warm_seconds": sizes.warm_seconds, "batch": AT_ONCE}
    told = wsload.run(program, "handshakes", server, sockets, **pace)
    keys = {"rate": "handshakes_per_s", "p50": "p50_ms", "p99": "p99_ms", "cpu": "server_cpu_us"}
    return Values({key: told.number(name) for key, name in keys.items()}, told.generator_cpu_percent)


LINE = Line(
    "handshakes",
    "WebSocket handshakes",
    f"{AT_ONCE} at once, each with the token of one of {CONVERSATIONS} conversations; a socket is closed as soon as it "
    "is open, and the server has to clear away what was.",
    (
        Quantity("rate", "handshakes/s"),
        Quantity("p50", "p50 ms", 2),
        Quantity("p99", "p99 ms", 2),
        Quantity("cpu", "CPU µs a handshake"),
    ),
    _measure,
    Ratio("rate", FLOOR),
)
