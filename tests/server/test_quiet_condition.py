"""A condition that skips its work while nobody waits must not skip it when somebody does."""

from __future__ import annotations

import threading

from mockdesk.server.quiet_condition import QuietCondition
from tests.server.support import PATIENCE, until


def test_who_waits_is_woken() -> None:
    """Whoever waits for something in the journal is told of each change, and not only when its patience is over."""
    lock = threading.RLock()
    condition, woken = QuietCondition(lock), list[bool]()

    def wait() -> None:
        with lock:
            woken.append(condition.wait(PATIENCE))

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: condition.waiting == 3, "three threads wait")
    with lock:
        condition.notify_all()
    for thread in threads:
        thread.join()
    assert woken == [True, True, True]


def test_nobody_is_counted_after_a_wait_that_ended_by_itself() -> None:
    """Else each change would be told to nobody, at its full price, for ever."""
    lock = threading.RLock()
    condition = QuietCondition(lock)
    with lock:
        assert not condition.wait(0.01)
        assert condition.waiting == 0
