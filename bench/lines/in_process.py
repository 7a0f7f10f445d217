"""Line: what a test pays that starts a desk in its own process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from inspect import signature

from werkzeug.serving import make_server

from bench.bare_flask import make_app
from bench.measurement import Line, Measurement, Quantity, Setup, Values, attempt, median_seconds
from bench.processes import HOST, CannotMeasure
from bench.subjects import EMBEDDED, Tier, of_tiers
from mockdesk import RunningServer

START_AND_STOP, FURTHER_DESK = "start and stop", "a further desk"
WERKZEUG = "bare werkzeug"
POLL_SECONDS = 0.02
"""How often werkzeug looks whether it is to stop; its own 0.5 s would be all that is measured."""


def _measure(setup: Setup) -> Iterator[Measurement]:
    repeats = setup.sizes.repeats
    yield from of_tiers(setup, START_AND_STOP, lambda tier: _times(_start_and_stop(tier), repeats))
    yield attempt(setup, WERKZEUG, START_AND_STOP, lambda: _times(_werkzeug, repeats))
    yield from of_tiers(setup, FURTHER_DESK, lambda tier: _further_desk(tier, repeats * 10))


def server_of(tier: Tier) -> AbstractContextManager[RunningServer]:
    """Return a server of a tier in this process, not started.

    Raises:
        CannotMeasure: ``RunningServer`` knows no tiers.
    """
    if tier.name == EMBEDDED:
        return RunningServer()
    if "server" not in signature(RunningServer).parameters:
        raise CannotMeasure("not available: RunningServer has no parameter server")
    told: dict[str, object] = {"server": tier.name}
    make: Callable[..., RunningServer] = RunningServer
    return make(**told)


def _start_and_stop(tier: Tier) -> Callable[[], None]:
    def action() -> None:
        with server_of(tier):
            pass

    return action


def _werkzeug() -> None:
    server = make_server(HOST, 0, make_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": POLL_SECONDS})
    thread.start()
    server.shutdown()
    thread.join()
    server.server_close()


def _further_desk(tier: Tier, repeats: int) -> Values:
    with server_of(tier) as server:
        return _times(server.new_desk, repeats)


def _times(action: Callable[[], object], repeats: int) -> Values:
    action()  # the first one pays for imports
    return Values({"ms": median_seconds(action, repeats) * 1_000})


LINE = Line(
    "in-process",
    "In process: start and stop, and a further desk",
    "Median wall time. Start and stop: RunningServer from its making until nothing of it is left. A further desk: "
    "new_desk() of a running server. Bare werkzeug: make_server with a Flask app, a thread and shutdown; it looks "
    f"every {POLL_SECONDS * 1000:.0f} ms whether it is to stop.",
    (Quantity("ms", "median ms", 3),),
    _measure,
)
