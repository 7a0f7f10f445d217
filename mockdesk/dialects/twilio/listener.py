"""What the model tells the open sockets."""

from __future__ import annotations

from typing import Protocol

from mockdesk.dialects.twilio.objects import SyncEvent


class Listener(Protocol):
    """An open socket."""

    def changed(self) -> None:
        """Look again: conversations came or went."""

    def expire(self, identity: str) -> None:
        """End, if the token is this identity's."""

    def hear(self, event: SyncEvent) -> None:
        """Tell a change of an object that is no conversation's, if it was subscribed to."""
