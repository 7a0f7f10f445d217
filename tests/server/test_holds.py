"""What is kept back on purpose."""

from __future__ import annotations

from threading import RLock

from mockdesk.server.holds import HeldRequests


def test_a_release_before_the_wait_counts() -> None:
    """A request that a fault struck is released also when it has not begun to wait: else nobody ever lets it go."""
    lock = RLock()
    held = HeldRequests(lock)
    with lock:
        pause = held.expect("conv-1")
        assert held.release("conv-1", None) == 1
        assert held.hold(pause)


def test_a_request_that_failed_is_forgotten() -> None:
    """A held request that fails before it waits is not counted by the next release."""
    lock = RLock()
    held = HeldRequests(lock)
    with lock:
        held.forget(held.expect("conv-1"))
        assert held.release(None, None) == 0
