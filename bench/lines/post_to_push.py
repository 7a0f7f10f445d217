"""Line: from the POST of a message to the event on the socket that follows the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.desk_client import floor_targets, start_many, targets, without_script
from bench.load import wsload
from bench.load.build import build
from bench.measurement import Line, Measurement, Quantity, Ratio, Setup, Values, attempt
from bench.processes import CannotMeasure, ServerProcess, running
from bench.subjects import FLOOR, Tier, floor, of_tiers


def case_of(sockets: int) -> str:
    """Return how the case with so many sockets is called."""
    return f"{sockets:,} sockets"


def _measure(setup: Setup) -> Iterator[Measurement]:
    for sockets in setup.sizes.push_sockets:
        yield from of_tiers(setup, case_of(sockets), partial(_ours, setup, sockets))
        yield attempt(setup, FLOOR, case_of(sockets), partial(_floor, setup, sockets))


def _ours(setup: Setup, sockets: int, tier: Tier) -> Values:
    with running(tier.launch()) as server:
        without_script(server)
        return _load(setup, server, targets(start_many(server, sockets)))


def _floor(setup: Setup, sockets: int) -> Values:
    with running(floor(setup)) as server:
        return _load(setup, server, floor_targets(sockets))


def _load(setup: Setup, server: ServerProcess, sockets: list[wsload.Target]) -> Values:
    sizes, program = setup.sizes, build("wsload", setup.cache)
    pace = {"rate": sizes.push_rate, "seconds": sizes.load_seconds, "warm_seconds": sizes.warm_seconds}
    told = wsload.run(program, "latency", server, sockets, **pace)
    lost = told.number("undelivered") + told.number("gaps") + told.number("duplicates")
    if "p99_ms" not in told.told:
        raise CannotMeasure("no message came back")
    keys = {"p50": "p50_ms", "p99": "p99_ms", "max": "max_ms", "cpu": "server_cpu_us"}
    return Values({key: told.number(name) for key, name in keys.items()} | {"lost": lost}, told.generator_cpu_percent)


LINE = Line(
    "post-to-push",
    "Post to pushed event",
    "Each socket follows a conversation of its own. Messages are POSTed in open loop, to one conversation after the "
    "other; latency counts from the moment at which a POST was due to the frame that carries it. Lost: not "
    "delivered, or a position that is missing or came twice.",
    (
        Quantity("p50", "p50 ms", 3),
        Quantity("p99", "p99 ms", 3),
        Quantity("max", "max ms", 1),
        Quantity("cpu", "CPU µs a message"),
        Quantity("lost", "lost"),
    ),
    _measure,
    Ratio("p99", FLOOR),
)
