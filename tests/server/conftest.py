"""One server for all tests of a worker; each test has a desk of its own, with a virtual clock.

Whatever asks for a server runs in both tiers: in the embedded one always, in the scale tier with ``--all``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import pytest

from mockdesk import DeskControl, RunningServer
from mockdesk.control_client import ControlClient
from mockdesk.server.limits import ServerLimits
from mockdesk.server.options import ServerOptions
from mockdesk.server.tiers import TierName
from tests.server.support import Desk, Limited

Control: TypeAlias = "DeskControl | ControlClient"


@pytest.fixture(scope="session", params=["embedded", pytest.param("scale", marks=pytest.mark.all)])
def tier(request: pytest.FixtureRequest) -> TierName:
    """How servers serve."""
    name: TierName = request.param
    return name


@pytest.fixture(scope="session")
def server(tier: TierName) -> Iterator[RunningServer]:
    """A running server."""
    with RunningServer(server=tier) as running:
        yield running


@pytest.fixture
def new_desk(server: RunningServer) -> Iterator[Callable[..., Desk]]:
    """Makes isolated desks; they are gone after the test."""
    made = []

    def make(**settings: Any) -> Desk:
        clock = settings.pop("clock", None)
        control = server.new_desk(settings, clock=clock)
        made.append(control.name)
        return Desk(server, control, server.desk_url(control))

    yield make
    for name in made:
        server.remove_desk(name)


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    """An isolated desk."""
    return new_desk()


@pytest.fixture(params=["in process", "over HTTP"])
def control(request: pytest.FixtureRequest, desk: Desk) -> Iterator[Control]:
    """The control of the test's desk."""
    if request.param == "in process":
        yield desk.control
    else:
        client = ControlClient(desk.url)
        yield client
        client.close()


@pytest.fixture
def limited(tier: TierName) -> Limited:
    """Runs a server with these limits."""

    @contextmanager
    def run(desk_limits: dict[str, int] | None = None, idle: float | None = None, **limits: Any) -> Iterator[Desk]:
        options = ServerOptions(limits=ServerLimits(**limits), desk_idle_seconds=idle)
        with RunningServer(settings={"limits": desk_limits or {}}, options=options, server=tier) as running:
            yield Desk(running, running.control(), running.url)

    return run
