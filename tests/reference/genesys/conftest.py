"""Fixtures of the Genesys integration's tests: the mock's desk in that shape, its agents, and a widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from byosd_reference import genesys
from mockdesk.driver import MockDriver
from mockdesk.driver import genesys as genesys_driver
from tests.reference.support import Bench, await_no_threads


class GuestBench(Bench):
    """A bench whose desk is a Genesys web chat."""

    connect = staticmethod(genesys.connect)

    def told(self) -> list[str]:
        """Return the names of the callbacks that concern the chat."""
        return [name for name, *_ in self.host.talk() if name != "update_agent_availability"]

    def cut(self) -> None:
        """Cut the stream; it cannot be opened again before :meth:`mend`."""
        self.away()
        self.clock.await_wait(0.5)

    def mend(self) -> None:
        """Let the stream be opened again, and the next attempt come."""
        self.driver.clear_faults()
        self.clock.advance(0.5)


MakeGuestBench = Callable[..., GuestBench]


@pytest.fixture(scope="session")
def genesys_mock() -> Iterator[MockDriver]:
    """One mock for a worker's tests; each test has a desk of its own in it."""
    made = genesys_driver()
    yield made
    made.close()


@pytest.fixture
def make_guest_bench(genesys_mock: MockDriver) -> Iterator[MakeGuestBench]:
    """Make a bench with desk settings and options of the integration. In the end nothing of a chat is left."""
    made: list[GuestBench] = []

    def make(settings: dict[str, Any] | None = None, **options: Any) -> GuestBench:
        made.append(GuestBench(genesys_mock, settings or {}, options))
        return made[-1]

    yield make
    for bench in made:
        bench.close()
        assert not any(widget.host.overlapped for widget in bench.widgets), "callbacks came two at a time"
    await_no_threads()


@pytest.fixture
def guests(make_guest_bench: MakeGuestBench) -> GuestBench:
    """A desk without a script, and one widget."""
    return make_guest_bench()
