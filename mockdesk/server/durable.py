"""What a desk has of durability: whether something may be shown already, and tickets for answers that wait.

Without a store everything may be shown at once (:class:`Volatile`). With one (``store_writer.py``) an answer waits for
its :class:`Ticket`, and readers are given events up to the durable position only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from mockdesk.core.errors import DeskError

if TYPE_CHECKING:
    from mockdesk.core.desk import Desk


class StoreFailed(DeskError):
    """The store could not be written: nothing that came after is acknowledged, until the server is started again."""

    code, status, title = "store_failed", 503, "The store cannot be written"


class Ticket(Protocol):
    """Stands for everything that was done before it was taken."""

    @property
    def is_durable(self) -> bool:
        """Whether all of it is in the store."""

    def wait(self) -> None:
        """Wait until it is; not to be called with a desk's lock held.

        Raises:
            StoreFailed: it will not be.
        """

    def on_durable(self, function: Callable[[StoreFailed | None], None]) -> None:
        """Call ``function`` once when it is, or with the failure; at once if it is already, else in another thread."""


class Durable(Protocol):
    """One desk's side of its store. All but ``ticket`` is called with the desk's lock held."""

    def begin(self, desk: Desk) -> None:
        """Go on with another, empty desk: this one was made, or reset."""

    def note_use(self) -> None:
        """Look whether the use of the desk that ends has changed it."""

    def lets(self, conversation_id: str, seq: int) -> bool:
        """Tell whether the event at ``seq`` may be shown."""

    def is_clean(self, conversation_id: str) -> bool:
        """Tell whether all of a conversation is in the store, its end or removal, too."""

    def ticket(self) -> Ticket:
        """Return the ticket of everything that was done so far."""


class Done:
    """The ticket where there is nothing to wait for."""

    is_durable = True

    def wait(self) -> None:
        """Return at once."""

    def on_durable(self, function: Callable[[StoreFailed | None], None]) -> None:
        """Call the function at once."""
        function(None)


class Volatile:
    """The side of a desk without a store: nothing is kept, and nothing waits."""

    _done = Done()

    def begin(self, desk: Desk) -> None:
        """Keep nothing."""

    def note_use(self) -> None:
        """Do nothing."""

    def lets(self, conversation_id: str, seq: int) -> bool:
        """Show everything."""
        return True

    def is_clean(self, conversation_id: str) -> bool:
        """Nothing is missing."""
        return True

    def ticket(self) -> Ticket:
        """Return one that is durable."""
        return self._done
