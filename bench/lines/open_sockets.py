"""Line: many sockets that stay open: memory, threads, and how long it takes to open and to end them all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.desk_client import floor_targets, start_many, targets, without_script
from bench.lines.post_to_push import case_of
from bench.load import wsload
from bench.load.build import build
from bench.measurement import Line, Measurement, Quantity, Setup, Values, attempt
from bench.processes import CannotMeasure, ServerProcess, running
from bench.subjects import EMBEDDED, FLOOR, Tier, floor, of_tiers


def refuse_too_many(setup: Setup, tier: Tier, sockets: int) -> None:
    """Keep the embedded tier from what it is not for.

    Raises:
        CannotMeasure: it would be more sockets than its threads are meant for.
    """
    most = setup.sizes.embedded_sockets
    if tier.name == EMBEDDED and sockets > most:
        raise CannotMeasure(f"not tried: this tier has threads for each socket, and is for up to {most:,}")


def _measure(setup: Setup) -> Iterator[Measurement]:
    for sockets in setup.sizes.open_sockets:
        yield from of_tiers(setup, case_of(sockets), partial(_ours, setup, sockets))
        yield attempt(setup, FLOOR, case_of(sockets), partial(_floor, setup, sockets))


def _ours(setup: Setup, sockets: int, tier: Tier) -> Values:
    refuse_too_many(setup, tier, sockets)
    with running(tier.launch()) as server:
        without_script(server)
        start_many(server, 20)  # what the first requests cost once is not a conversation's
        before = server.resident_kib()
        conversations = start_many(server, sockets)
        grown = {"kib_conversation": (server.resident_kib() - before) / sockets}
        return _hold(setup, server, targets(conversations), grown)


def _floor(setup: Setup, sockets: int) -> Values:
    with running(floor(setup)) as server:
        return _hold(setup, server, floor_targets(sockets), {})


def _hold(setup: Setup, server: ServerProcess, sockets: list[wsload.Target], values: dict[str, float]) -> Values:
    count, memory, threads = len(sockets), server.resident_kib(), server.threads()
    with wsload.held(build("wsload", setup.cache), server, sockets) as held:
        held.count()
        values["kib_socket"] = (server.resident_kib() - memory) / count
        values["threads_socket"] = (server.threads() - threads) / count
        values["connect"] = held.opened.number("seconds")
        values["shutdown"] = server.stop()
        values["told"] = held.await_end().number("closed")
    return Values(values, held.opened.generator_cpu_percent)


LINE = Line(
    "open-sockets",
    "Open sockets",
    "Conversations whose agents nobody plays, a socket each. Memory is resident memory of all processes of the server, "
    "before and after. Shutdown: from SIGTERM to the end of the process, with every socket open.",
    (
        Quantity("connect", "s to open all", 2),
        Quantity("kib_socket", "KiB a socket", 1),
        Quantity("kib_conversation", "KiB a conversation", 1),
        Quantity("threads_socket", "threads a socket", 2),
        Quantity("shutdown", "shutdown s", 2),
        Quantity("told", "got a close frame"),
    ),
    _measure,
)
