"""Line: one event to many sockets, and many events to many sockets at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench import agent_scripts
from bench.desk_client import floor_targets, start_many, targets, without_script
from bench.load import wsload
from bench.load.build import build
from bench.measurement import Line, Measurement, Quantity, Ratio, Setup, Values, attempt
from bench.processes import ServerProcess, running
from bench.subjects import FLOOR, Tier, floor, of_tiers

ONE, BURST = "one conversation", "a conversation each"


def _measure(setup: Setup) -> Iterator[Measurement]:
    yield from of_tiers(setup, ONE, partial(_one, setup))
    yield attempt(setup, FLOOR, ONE, lambda: _floor_one(setup))
    yield from of_tiers(setup, BURST, partial(_burst, setup))
    yield attempt(setup, FLOOR, BURST, lambda: _floor_burst(setup))


def _one(setup: Setup, tier: Tier) -> Values:
    with running(tier.launch()) as server:
        without_script(server)
        target = start_many(server, 1)[0].target()
        return _load(setup, server, [target] * setup.sizes.fan_out_sockets, _say(target))


def _floor_one(setup: Setup) -> Values:
    with running(floor(setup)) as server:
        sockets = floor_targets(setup.sizes.fan_out_sockets, same=True)
        return _load(setup, server, sockets, _say(sockets[0]))


def _say(target: wsload.Target) -> dict[str, object]:
    body = f'{{"text":"{agent_scripts.TEXT}"}}'
    return {"trigger_path": target.post, "trigger_body": body, "expect": 1}


def _burst(setup: Setup, tier: Tier) -> Values:
    events = setup.sizes.burst_events
    script = agent_scripts.write(agent_scripts.burst(events), setup.cache)
    with running(tier.launch("--virtual", "--script", script)) as server:
        sockets = targets(start_many(server, setup.sizes.fan_out_sockets))
        advance = {"trigger_path": "/_mock/clock/advance", "trigger_body": '{"seconds":1}', "expect": events}
        return _load(setup, server, sockets, advance)


def _floor_burst(setup: Setup) -> Values:
    events = setup.sizes.burst_events
    with running(floor(setup)) as server:
        sockets = floor_targets(setup.sizes.fan_out_sockets)
        return _load(setup, server, sockets, {"trigger_path": f"/_burst?k={events}", "expect": events})


def _load(setup: Setup, server: ServerProcess, sockets: list[wsload.Target], trigger: dict[str, object]) -> Values:
    program, rounds = build("wsload", setup.cache), setup.sizes.fan_out_rounds
    told = wsload.run(program, "burst", server, sockets, repeat=rounds, seconds=setup.sizes.load_seconds, **trigger)
    keys = {"rate": "events_per_s", "round": "p50_ms", "cpu": "server_cpu_us"}
    lost = told.number("gaps") + told.number("duplicates")
    values = {key: told.number(name) for key, name in keys.items()} | {"sockets": len(sockets), "lost": lost}
    return Values(values, told.generator_cpu_percent)


LINE = Line(
    "fan-out",
    "Fan-out",
    "One conversation: a message is POSTed to a conversation that every socket follows, the next one when all have "
    "it. A conversation each: under the virtual clock, one POST /_mock/clock/advance lets an agent say several "
    "things in each conversation, which has one socket. Events a second: frames delivered, by the wall time from "
    "the request to the last frame.",
    (
        Quantity("sockets", "sockets"),
        Quantity("rate", "events/s"),
        Quantity("round", "p50 ms a round", 1),
        Quantity("cpu", "CPU µs an event", 1),
        Quantity("lost", "lost"),
    ),
    _measure,
    Ratio("rate", FLOOR),
)
