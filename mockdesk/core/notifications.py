"""Telling listeners, in order, after the state has changed.

The rules:

1. Notices are queued while a command runs and delivered when the outermost command is done. A listener never sees a
   half changed desk.
2. A listener may act on the desk. What it does takes effect (and is returned to it) at once; the notices of it come
   after all notices that are already queued, to every listener. So each listener sees the events of a conversation in
   the order of its log, whoever caused them.
3. A listener gets what is posted after it subscribed and before it unsubscribed, also when that happens in a delivery.
4. An exception of a listener reaches nobody else: the command has taken effect and the other listeners are told. It is
   handed to ``failed``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Notice = TypeVar("Notice")
Entered = TypeVar("Entered")


@dataclass(eq=False)
class Subscription(Generic[Notice]):
    """One listener, until it unsubscribes."""

    listener: Callable[[Notice], None]
    active: bool = True


class Notifier(Generic[Notice, Entered]):
    """Queues notices and delivers them. ``enter`` is called with each notice before it is delivered, ``leave``
    afterwards with what that gave; ``failed`` with each exception that a listener raised."""

    def __init__(
        self,
        enter: Callable[[Notice], Entered],
        leave: Callable[[Entered], object],
        failed: Callable[[Notice, Exception], None],
    ) -> None:
        self._enter = enter
        self._leave = leave
        self._failed = failed
        self._subscriptions: tuple[Subscription[Notice], ...] = ()
        self._queued: deque[tuple[Notice, tuple[Subscription[Notice], ...]]] = deque()
        self._delivering = False

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Add a listener; call the returned function to remove it."""
        subscription = Subscription(listener)
        self._subscriptions = (*self._subscriptions, subscription)

        def unsubscribe() -> None:
            subscription.active = False
            self._subscriptions = tuple(other for other in self._subscriptions if other is not subscription)

        return unsubscribe

    def post(self, notice: Notice) -> None:
        """Queue a notice for everybody who listens now."""
        self._queued.append((notice, self._subscriptions))

    def deliver(self) -> None:
        """Deliver all that is queued, and what is queued meanwhile. Does nothing inside a delivery."""
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._queued:
                self._deliver_one(*self._queued.popleft())
        finally:
            self._delivering = False

    def _deliver_one(self, notice: Notice, subscriptions: tuple[Subscription[Notice], ...]) -> None:
        entered = self._enter(notice)
        try:
            for subscription in subscriptions:
                if subscription.active:
                    self._tell(subscription, notice)
        finally:
            self._leave(entered)

    def _tell(self, subscription: Subscription[Notice], notice: Notice) -> None:
        try:
            subscription.listener(notice)
        except Exception as error:
            self._failed(notice, error)
