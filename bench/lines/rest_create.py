"""Line: creating a conversation over HTTP, many clients at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.desk_client import without_script
from bench.load import wrk
from bench.measurement import Line, Measurement, Quantity, Ratio, Setup, Values, attempt
from bench.peers.catalog import Create
from bench.processes import Launch, running
from bench.subjects import START_CONVERSATION, Tier, of_tiers, rivals

ROOMY = ("waiting", "conversations")
PLAYED, NOBODY = "script happy-path", "no script"
PRISM = "Prism"
MOST_WAITING = 1_000_000
"""Where nobody plays the agents, everybody waits: more than can be made while it is measured."""


def _measure(setup: Setup) -> Iterator[Measurement]:
    yield from of_tiers(setup, PLAYED, lambda tier: _load(setup, tier.launch(), START_CONVERSATION))
    yield from of_tiers(setup, NOBODY, lambda tier: _without_script(setup, tier))
    for rival in rivals(setup):
        yield attempt(setup, rival.name, "", partial(_rival, setup, rival.launch, rival.create))


def _rival(setup: Setup, launch: partial[Launch], create: Create) -> Values:
    return _load(setup, launch(), create)


def _without_script(setup: Setup, tier: Tier) -> Values:
    roomy = tier.launch(*(part for name in ROOMY for part in ("--limit", f"{name}={MOST_WAITING}")))
    return _load(setup, roomy, START_CONVERSATION, is_script_removed=True)


def _load(setup: Setup, launch: Launch, create: Create, *, is_script_removed: bool = False) -> Values:
    sizes = setup.sizes
    with running(launch) as server:
        if is_script_removed:
            without_script(server)
        told = wrk.run(server, create, sizes.clients, sizes.load_seconds, sizes.warm_seconds)
        memory = server.resident_kib() / 1024
    values = {"rate": told.rate, "p50": told.p50_ms, "p99": told.p99_ms, "cpu": told.server_cpu_us, "mib": memory}
    return Values(values | {"errors": told.errors}, told.generator_cpu_percent)


LINE = Line(
    "rest-create",
    "REST create at 32 clients",
    "wrk with two threads; connections are kept where the server keeps them. Ours: POST /v1/conversations, which makes "
    "a conversation with a token and an event log, once as `mockdesk serve` is by default (its script answers each "
    "conversation on the machine's time) and once with nobody who plays the agents. Peers: what each offers that is "
    "nearest to it; see the page of the benchmarks.",
    (
        Quantity("rate", "requests/s"),
        Quantity("p50", "p50 ms", 2),
        Quantity("p99", "p99 ms", 2),
        Quantity("cpu", "CPU µs a request"),
        Quantity("mib", "MiB after"),
        Quantity("errors", "errors"),
    ),
    _measure,
    Ratio("rate", PRISM),
)
