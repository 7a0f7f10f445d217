"""Whether an agent is there: asked often, answered honestly, and without any effect."""

from __future__ import annotations

import time
from typing import Any

import pytest

from byosd_reference.errors import DeskError
from tests.reference.conftest import MakeBench
from tests.reference.host import error_of
from tests.reference.support import Bench, await_no_threads, connect_message


def target(queue: str) -> dict[str, Any]:
    """Return a connect message that asks for a queue."""
    return connect_message(transfer_info={"target": {"byosd": {"queue": queue}}})


@pytest.mark.parametrize("agents_online", [0, 1])
def test_true_and_false(make_bench: MakeBench, agents_online: int) -> None:
    """The host offers the chat, or does not (AVL-01)."""
    bench = make_bench({"queues": {"default": {"agents_online": agents_online}}})
    assert bench.desk.are_any_agents_online(connect_message()) is bool(agents_online)


def test_the_queue_of_the_message_is_asked(make_bench: MakeBench) -> None:
    """Somebody may be there for bills and nobody for loans (AVL-05)."""
    bench = make_bench({"queues": {"bills": {"agents_online": 1}, "loans": {"agents_online": 0}}})
    assert bench.desk.are_any_agents_online(target("bills")) is True
    assert bench.desk.are_any_agents_online(target("loans")) is False


def test_it_has_no_effect(bench: Bench) -> None:
    """It is asked many times, perhaps with no start after it (AVL-02)."""
    for _ in range(3):
        bench.desk.are_any_agents_online(connect_message())
    assert bench.driver.conversations() == []
    assert bench.host.said == []
    await_no_threads()
    bench.start()


@pytest.mark.parametrize("kind", ["status", "reset", "truncated", "rate_limit", "no_answer"])
def test_a_failed_answer_raises_in_time(make_bench: MakeBench, kind: str) -> None:
    """The host takes that for "offline"; it must not take it for "online" (AVL-03)."""
    bench = make_bench(timeout_scale=0.1)
    bench.fault(kind, operation="getAvailability")
    began = time.monotonic()
    assert isinstance(error_of(bench.desk.are_any_agents_online, connect_message()), DeskError)
    assert time.monotonic() - began < 0.1 * 5


def test_an_answer_that_makes_no_sense_is_unknown(bench: Bench) -> None:
    """Garbage is neither yes nor no (AVL-01, AVL-03)."""
    bench.fault("garbage", operation="getAvailability")
    assert bench.desk.are_any_agents_online(connect_message()) is None


def test_a_desk_that_does_not_offer_it_is_unknown(make_bench: MakeBench) -> None:
    """The host would take a rejection for "offline", and nobody could ever chat there (AVL-01)."""
    bench = make_bench({"capabilities": {"are_any_agents_online": False}})
    assert bench.desk.are_any_agents_online(connect_message()) is None


def test_an_unknown_queue_raises(bench: Bench) -> None:
    """Asking for a queue that does not exist is a mistake of the page, and told as one."""
    assert isinstance(error_of(bench.desk.are_any_agents_online, target("nowhere")), DeskError)
