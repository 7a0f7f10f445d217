"""What this process holds: threads, descriptors, memory; and how that grows."""

from __future__ import annotations

import ctypes
import gc
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from mockdesk.server.wsgi import THREAD_PREFIX

PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
POOLED = f"{THREAD_PREFIX}control_"
"""Threads that the scale tier keeps for the control API, a bounded number; with its server they are gone."""
SECONDS = 15.0
"""Wall seconds in which what ends must have ended."""


@dataclass(frozen=True)
class Census:
    """A count. ``objects``: those that the garbage collector knows, but those of ended threads, which a server
    remembers for a while; ``rss_kib``: resident memory."""

    threads: tuple[str, ...]
    descriptors: int
    objects: int = field(compare=False, default=0)
    rss_kib: int = field(compare=False, default=0)


def _held() -> Census:
    names = tuple(sorted(thread.name for thread in threading.enumerate()))
    return Census(names, len(os.listdir("/proc/self/fd")))


def count() -> Census:
    """Count everything, after the garbage was collected and free memory was given back."""
    for _ in range(2):
        gc.collect()
    _give_back()
    held = _held()
    rss = int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KIB
    return Census(held.threads, held.descriptors, _objects(), rss)


def _objects() -> int:
    found = gc.get_objects()
    ended = sum(isinstance(one, threading.Thread) and one.ident is not None and not one.is_alive() for one in found)
    return len(found) - round(ended * _objects_of_an_ended_thread())


@cache
def _objects_of_an_ended_thread() -> float:
    """Return what Python keeps of a thread that has ended, as long as somebody remembers it."""
    gc.collect()
    before = len(gc.get_objects())
    threads = [threading.Thread(target=gc.isenabled) for _ in range(20)]
    for thread in threads:
        thread.start()
        thread.join()
    gc.collect()
    return (len(gc.get_objects()) - before) / len(threads)


def _give_back() -> None:
    """Ask the C library to return what is free: else its caches look like growth."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def settled(before: Census) -> Census:
    """Wait until there are no more threads and descriptors than before; return what there is then, or after a while."""
    deadline = time.monotonic() + SECONDS
    while _exceeds(_held(), before) and time.monotonic() < deadline:
        gc.collect()
        threading.Event().wait(0.005)
    return count()


def _exceeds(now: Census, before: Census) -> bool:
    return any(line.startswith("thread") for line in left_over(before, now)) or now.descriptors > before.descriptors


def left_over(before: Census, after: Census) -> list[str]:
    """Return what is there that was not there before, as texts."""
    more = [name for name in after.threads if not name.startswith(POOLED) or not any(map(_is_loop, after.threads))]
    for name in before.threads:
        if name in more:
            more.remove(name)
    descriptors = after.descriptors - before.descriptors
    return [*(f"thread {name}" for name in more), *([f"{descriptors} descriptors"] if descriptors > 0 else [])]


def _is_loop(name: str) -> bool:
    return name == f"{THREAD_PREFIX}loop"


def slope(values: Sequence[float], cycles_each: float) -> float:
    """Return how much is added by one cycle: the median of the growth between all pairs of samples (Theil and Sen),
    which a single odd sample does not move."""
    rates = sorted(
        (values[later] - values[earlier]) / ((later - earlier) * cycles_each)
        for earlier in range(len(values))
        for later in range(earlier + 1, len(values))
    )
    return rates[len(rates) // 2] if rates else 0.0
