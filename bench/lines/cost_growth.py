"""Line: whether an event costs more when more conversations are open."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from bench import agent_scripts
from bench.desk_client import DeskClient, start_many, targets
from bench.load import wsload
from bench.load.build import build
from bench.measurement import Line, Measurement, Quantity, Setup, Values
from bench.processes import CannotMeasure, ServerProcess, running
from bench.subjects import EMBEDDED, Tier, of_tiers


def _measure(setup: Setup) -> Iterator[Measurement]:
    few, many = setup.sizes.growth_conversations
    yield from of_tiers(setup, f"{few:,} and {many:,}", partial(_growth, setup))


def _growth(setup: Setup, tier: Tier) -> Values:
    sizes = setup.sizes
    few, many = sizes.growth_conversations
    many = min(many, sizes.embedded_sockets) if tier.name == EMBEDDED else many
    first, first_load = _cost(setup, tier, few)
    second, second_load = _cost(setup, tier, many)
    values = {"few": first, "many": second, "most": many, "ratio": second / first}
    return Values(values, max(first_load, second_load))


def _cost(setup: Setup, tier: Tier, count: int) -> tuple[float, float]:
    """Return the CPU microseconds an event and the generator's CPU percent; the rate is the same for every count."""
    sizes = setup.sizes
    pause = count / sizes.growth_rate
    talk = agent_scripts.talk(agent_scripts.MOST_ROUNDS, pause * 0.5, pause * 1.5)
    with running(tier.launch("--script", agent_scripts.write(talk, setup.cache))) as server:
        sockets = targets(start_many(server, count))
        with wsload.held(build("wsload", setup.cache), server, sockets) as held:
            control = DeskClient(server)
            control.signal(agent_scripts.GO)
            control.close()
            time.sleep(max(1.0, sizes.warm_seconds, pause * 1.5))
            return _sample(server, held, sizes.growth_seconds)


def _sample(server: ServerProcess, held: wsload.HeldSockets, seconds: float) -> tuple[float, float]:
    before, cpu, began = held.count(), server.cpu_seconds(), time.perf_counter()
    time.sleep(seconds)
    after, used, passed = held.count(), server.cpu_seconds() - cpu, time.perf_counter() - began
    events = after.number("frames") - before.number("frames")
    if not events:
        raise CannotMeasure("no event came")
    own = after.number("generator_cpu_s") - before.number("generator_cpu_s")
    return used / events * 1e6, own / passed * 100


LINE = Line(
    "cost-growth",
    "Cost of an event with few and with many conversations",
    "Each conversation has a socket; agents say as many things a second in all conversations together, however many "
    "there are. CPU of the server's processes by the events that were received. The embedded tier is measured with "
    "as many conversations as it is for.",
    (
        Quantity("few", "CPU µs with few", 1),
        Quantity("many", "CPU µs with many", 1),
        Quantity("most", "how many"),
        Quantity("ratio", "growth", 2),
    ),
    _measure,
)
