"""A condition that skips its work while nobody waits must not skip it when somebody does."""

from __future__ import annotations

import threading

from mockdesk.server.quiet_condition import QuietCondition
from tests.server.support import PATIENCE


def test_who_waits_is_woken() -> None:
    """Whoever waits for something in the journal is told of each change."""
    lock = threading.RLock()
    condition, woken, is_there = QuietCondition(lock), list[int](), list[bool]()

    def wait(number: int) -> None:
        with lock:
            assert condition.wait_for(lambda: bool(is_there), PATIENCE)
            woken.append(number)

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    with lock:
        is_there.append(True)
        condition.notify_all()
    for thread in threads:
        thread.join()
    assert sorted(woken) == [0, 1, 2]


def test_nobody_is_counted_after_a_wait_that_ended_by_itself() -> None:
    """Else each change would be told to nobody, at its full price, for ever."""
    lock = threading.RLock()
    condition = QuietCondition(lock)
    with lock:
        assert not condition.wait(0.01)
        assert condition.waiting == 0
