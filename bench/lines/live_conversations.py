"""Line: many live conversations whose agents talk: everything comes, in order, exactly once."""

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

LOOK_SECONDS = 0.5
"""How often the generator is asked whether everybody has everything."""
PATIENCE = 3.0
"""How many times as long as planned the talk may take."""


def case_of(conversations: int) -> str:
    """Return how the case with so many conversations is called."""
    return f"{conversations:,} conversations"


def _measure(setup: Setup) -> Iterator[Measurement]:
    most, embedded = setup.sizes.live_conversations, setup.sizes.embedded_sockets
    for count in sorted({min(most, embedded), most}):
        yield from of_tiers(setup, case_of(count), partial(_talk, setup, count))


def _talk(setup: Setup, count: int, tier: Tier) -> Values:
    sizes = setup.sizes
    if tier.name == EMBEDDED and count > sizes.embedded_sockets:
        raise CannotMeasure(f"not tried: this tier is for up to {sizes.embedded_sockets:,} sockets")
    talk = agent_scripts.talk(sizes.live_messages, *sizes.live_pause_seconds)
    with running(tier.launch("--script", agent_scripts.write(talk, setup.cache))) as server:
        start_many(server, 20)
        memory = server.resident_kib()
        began = time.perf_counter()
        conversations = start_many(server, count)
        values = {"create": time.perf_counter() - began}
        program = build("wsload", setup.cache)
        with wsload.held(program, server, targets(conversations), expect=sizes.live_messages) as held:
            values["connect"] = held.opened.number("seconds")
            told = _listen(setup, server, held, count)
            values |= _checked(told, count, sizes.live_messages)
            values["kib"] = (server.resident_kib() - memory) / count
            values["shutdown"] = server.stop()
    return Values(values, told.number("generator_cpu_s") / (values["connect"] + values["talk"]) * 100)


def _listen(setup: Setup, server: ServerProcess, held: wsload.HeldSockets, count: int) -> wsload.Load:
    """Let the agents talk until every socket has its messages; return what was told then."""
    sizes, cpu, began = setup.sizes, server.cpu_seconds(), time.perf_counter()
    control = DeskClient(server)
    control.signal(agent_scripts.GO)
    control.close()
    planned = sizes.live_messages * sizes.live_pause_seconds[1] + LOOK_SECONDS * 4
    told = held.count()
    while told.number("satisfied") < count and time.perf_counter() - began < planned * PATIENCE:
        time.sleep(LOOK_SECONDS)
        told = held.count()
    seconds, used = time.perf_counter() - began, server.cpu_seconds() - cpu
    return wsload.Load(told.told | {"talk": seconds, "cpu": used / max(1.0, told.number("messages")) * 1e6})


def _checked(told: wsload.Load, count: int, messages: int) -> dict[str, float]:
    missing = max(0.0, count * messages - told.number("messages"))
    lost = missing + told.number("gaps") + told.number("lost")
    values = {"messages": told.number("messages"), "talk": told.number("talk"), "cpu": told.number("cpu")}
    return values | {"lost": lost, "twice": told.number("duplicates")}


LINE = Line(
    "live-conversations",
    "Live conversations",
    "Each conversation has a socket; when all are open, agents say 20 things in each, with random pauses on the "
    "machine's time. The generator checks every position: lost counts messages that did not come, positions that "
    "were left out, and sockets that were cut; twice counts positions that came again. KiB: resident memory for "
    "each conversation, its socket and its log, after the talk.",
    (
        Quantity("create", "s to create", 1),
        Quantity("connect", "s to connect", 2),
        Quantity("messages", "messages"),
        Quantity("lost", "lost"),
        Quantity("twice", "twice"),
        Quantity("talk", "s of talk", 1),
        Quantity("cpu", "CPU µs a message", 0),
        Quantity("kib", "KiB each", 1),
        Quantity("shutdown", "shutdown s", 2),
    ),
    _measure,
)
