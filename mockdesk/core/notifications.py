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
from typing import Any, Generic, TypeVar

from mockdesk.core.events import Event
from mockdesk.core.happenings import Happening
from mockdesk.core.journal import Journal

What = TypeVar("What")


@dataclass(eq=False)
class Subscription(Generic[What]):
    """One listener, until it unsubscribes."""

    listener: Callable[[str, What], None]
    active: bool = True


class Topic(Generic[What]):
    """Who listens to one kind of notices: nobody is called for the other kind."""

    def __init__(self) -> None:
        self.subscriptions: tuple[Subscription[What], ...] = ()

    def subscribe(self, listener: Callable[[str, What], None]) -> Callable[[], None]:
        """Call ``listener(conversation_id, what)`` for each notice; call the returned function to remove it."""
        subscription = Subscription(listener)
        self.subscriptions = (*self.subscriptions, subscription)

        def unsubscribe() -> None:
            subscription.active = False
            self.subscriptions = tuple(other for other in self.subscriptions if other is not subscription)

        return unsubscribe


class Notifier:
    """Queues notices of both kinds in one order and delivers them. What listeners do is put down to the journal entry
    of the notice; ``failed`` is called with each exception that a listener raised."""

    def __init__(self, journal: Journal, failed: Callable[[str, Exception], None]) -> None:
        self.events: Topic[Event] = Topic()
        self.happenings: Topic[Happening] = Topic()
        self._journal = journal
        self._failed = failed
        self._queued: deque[tuple[str, Any, int | None, tuple[Subscription[Any], ...]]] = deque()
        self._delivering = False

    def post(self, topic: Topic[What], conversation_id: str, what: What, position: int | None) -> None:
        """Queue a notice for everybody who listens now; ``position`` is of the journal entry that it stands in."""
        if topic.subscriptions:
            self._queued.append((conversation_id, what, position, topic.subscriptions))

    def deliver(self) -> None:
        """Deliver all that is queued, and what is queued meanwhile. Does nothing inside a delivery."""
        if self._delivering:
            return
        self._delivering = True
        queued, journal = self._queued, self._journal
        before = journal.cause
        try:
            while queued:
                conversation_id, what, journal.cause, subscriptions = queued.popleft()
                self._tell(conversation_id, what, subscriptions)
        finally:
            journal.cause = before
            self._delivering = False

    def _tell(self, conversation_id: str, what: Any, subscriptions: tuple[Subscription[Any], ...]) -> None:
        for subscription in subscriptions:
            if subscription.active:
                try:
                    subscription.listener(conversation_id, what)
                except Exception as error:
                    self._failed(conversation_id, error)
