"""A run of churn: blocks of cycles with a census after each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.hard.churn.census import Census, count, left_over, settled, slope
from tests.hard.churn.cycles import OPTIONS, SMALL, desk_cycle, dialects, server_cycle, talk
from tests.hard.tiers import server_of
from tests.hard.watch import watching

Cycle = Callable[[int], None]
BLOCK = 2
"""Cycles between two censuses."""
WARM_UP = 8
"""Cycles before the first census: caches fill, modules are imported, the journals reach their limit."""
KEPT = {"servers": 0, "desks": 0, "conversations": 4}
"""Objects that a cycle leaves on purpose: the digest of each removed conversation's token, of which there are four."""
NOISE = 150
"""Objects by which the floor of the later samples may lie higher without growth."""
MEMORY_KIB = 3.0
"""Growth of resident memory of a cycle that is still taken for the allocator's own: a cycle moves several hundred."""
MEMORY_NOISE_KIB = 2_500


@dataclass
class Churned:
    """What a run counted. ``objects`` and ``rss_kib`` are the growth of one cycle."""

    kind: str
    cycles: int = 0
    seconds: float = 0.0
    left: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    samples: list[Census] = field(default_factory=list)

    @property
    def objects(self) -> float:
        """By how many objects a cycle grew."""
        return slope(self._counts(), BLOCK)

    @property
    def rss_kib(self) -> float:
        """By how much resident memory a cycle grew."""
        return slope([one.rss_kib for one in self.samples], BLOCK)

    def _counts(self) -> list[int]:
        """Return the objects of each sample without the samples before it, which are objects, too."""
        return [sample.objects - number for number, sample in enumerate(self.samples)]

    def complaints(self) -> list[str]:
        """Return everything that was left behind."""
        wrong = [*self.left, *self.errors]
        floors = [min(half) for half in _halves(self._counts())]
        between = max(1, self.cycles // 2)
        grown = (floors[1] - floors[0] - NOISE) / between
        if grown > KEPT[self.kind]:
            wrong.append(f"{grown:.1f} objects more with each cycle: {self._counts()}")
        rss = [min(half) for half in _halves([one.rss_kib for one in self.samples])]
        if (rss[1] - rss[0] - MEMORY_NOISE_KIB) / between > MEMORY_KIB:
            wrong.append(f"memory grows: {[one.rss_kib for one in self.samples]} KiB")
        return wrong

    def __str__(self) -> str:
        told = f"{self.cycles} {self.kind} in {self.seconds:.0f} s: left over {len(self.left)}, "
        told += f"objects {self.objects:+.2f} and memory {self.rss_kib:+.2f} KiB a cycle"
        return f"{told}, {self.samples[-1].rss_kib / 1024:.0f} MiB in the end"


def _halves(values: list[int]) -> tuple[list[int], list[int]]:
    middle = len(values) // 2
    return values[:middle], values[middle:]


@contextmanager
def _cycle(kind: str, tier: str) -> Iterator[Cycle]:
    if kind == "servers":
        yield lambda number: server_cycle(tier, number)
        return
    with server_of(tier, options=OPTIONS) as server:
        if kind == "desks":
            yield lambda number: desk_cycle(server, number)
            return
        control = server.new_desk(dict(SMALL))
        url = server.desk_url(control)

        def conversations(number: int) -> None:
            talk(control, url, ends=number % 2 == 0)
            dialects(control, url)

        yield conversations


def churn(kind: str, tier: str, seconds: float, fewest_blocks: int = 4, warm_up: int = WARM_UP) -> Churned:
    """Go on for some time (wall), or for a few blocks if that takes longer; what was left at the end is in ``left``."""
    with server_of(tier):
        pass  # the first server of a process opens what stays: libuv's pipe for signals
    result, outside = Churned(kind), count()
    with watching() as watch, _cycle(kind, tier) as cycle:
        for number in range(warm_up):
            cycle(number)
        before = count()
        began = time.monotonic()
        while len(result.samples) < fewest_blocks or time.monotonic() - began < seconds:
            for number in range(BLOCK):
                cycle(number)
            result.cycles += BLOCK
            result.samples.append(settled(before))
        result.left += left_over(before, result.samples[-1])
        result.seconds = time.monotonic() - began
        result.errors += watch.seen
    result.left += left_over(outside, settled(outside))
    return result
