"""Fixtures of the reference integration's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockdesk.driver import MockDriver, connect
from tests.reference.support import Bench, await_no_threads, mark_strangers


@pytest.fixture(scope="session")
def driver() -> Iterator[MockDriver]:
    """One mock for a worker's tests; each test has a desk of its own in it."""
    made = connect()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def threads_of_others_do_not_count() -> None:
    """Seeded defects of the same worker leave threads behind; they are not the reference's."""
    mark_strangers()


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(driver: MockDriver) -> Iterator[MakeBench]:
    """Make a bench with desk settings and options of the integration."""
    made: list[Bench] = []

    def make(settings: dict[str, Any] | None = None, **options: Any) -> Bench:
        made.append(Bench(driver, settings or {}, options))
        return made[-1]

    yield make
    for bench in made:
        bench.close()
        overlapped = [widget.host.overlapped for widget in bench.widgets]
        assert not any(overlapped), "callbacks came two at a time"
    await_no_threads()


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    """A desk without a script, and one widget."""
    return make_bench()
