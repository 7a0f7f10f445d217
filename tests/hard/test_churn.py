"""Whatever comes goes again: no thread, descriptor or memory is left of servers, desks, conversations and readers."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.hard.churn.census import Census, count, left_over, settled, slope
from tests.hard.churn.run import BLOCK, Churned, churn

KINDS = ("servers", "desks", "conversations")
LONG_SECONDS = 600.0


def judge(result: Churned) -> None:
    """Tell what was counted; fail with everything that was left behind."""
    assert result.complaints() == [], result
    print(result)  # noqa: T201  (the figures of docs/hardening.md)


def test_a_slope_is_seen_through_noise() -> None:
    """A measure that a single odd sample moves would cry wolf; one that sees no growth would see no leak."""
    assert slope([5, 5, 5, 900, 5, 5, 5], 1) == 0
    assert slope([10, 20, 30, 2, 50, 60, 70], 2) == 5


def test_what_is_left_over_is_seen() -> None:
    """A census that overlooks a thread or a socket would find nothing for ever."""
    before, stop = count(), threading.Event()
    thread = threading.Thread(target=stop.wait, name="left-behind")
    thread.start()
    sockets = [socket.socket() for _ in range(20)]
    left = " ".join(left_over(before, count()))
    assert "thread left-behind" in left
    assert "descriptors" in left, "some of those before may have gone meanwhile, but not twenty"
    for one in sockets:
        one.close()
    stop.set()
    thread.join()
    assert left_over(before, settled(before)) == []


@pytest.mark.parametrize(("objects", "rss_kib", "words"), [(90, 0, "objects more"), (0, 300, "memory grows")])
def test_growth_is_seen(objects: int, rss_kib: int, words: str) -> None:
    """A conversation's events and frames are some ninety objects: a run of CI's length must find that they stay."""
    samples = [
        Census((), 3, 60_000 + objects * number * BLOCK, 80_000 + rss_kib * number * BLOCK) for number in range(16)
    ]
    told = " ".join(Churned("desks", cycles=16 * BLOCK, samples=samples).complaints())
    assert words in told
    assert not Churned("desks", cycles=16 * BLOCK, samples=[samples[0]] * 16).complaints()


@pytest.mark.parametrize(("each", "is_growth"), [(4.0, False), (4.6, True)])
def test_the_counting_itself_is_no_growth(each: float, is_growth: bool) -> None:
    """Each census stays until the end: half an object a cycle, which in a long run is more than noise."""
    blocks = 600
    samples = [Census((), 3, 60_000 + number + round(each * BLOCK * number), 80_000) for number in range(blocks)]
    told = Churned("conversations", cycles=blocks * BLOCK, samples=samples).complaints()
    assert bool(told) is is_growth, told


def test_a_few_cycles_leave_nothing(tier: str) -> None:
    """Threads and descriptors of desks that come and go; growth shows in longer runs only."""
    assert churn("desks", tier, seconds=0, fewest_blocks=1, warm_up=1).left == []


@pytest.mark.all
@pytest.mark.parametrize("kind", KINDS)
def test_cycles_leave_nothing(kind: str, tier: str) -> None:
    """Twenty seconds together."""
    judge(churn(kind, tier, seconds=7))


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_many_cycles_leave_nothing(kind: str, tier: str) -> None:
    """Ten minutes together."""
    judge(churn(kind, tier, LONG_SECONDS / len(KINDS)))
