"""Ids as this vendor has them: UUIDs. With a seed they are the same in every run."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from mockdesk.core.identifiers import Identifiers


def uuid_of(name: str) -> str:
    """Return the UUID that always belongs to a name."""
    return str(UUID(bytes=sha256(name.encode()).digest()[:16], version=4))


class Uuids:
    """Makes UUIDs of several kinds; the nth of a kind depends on the desk's seed, the kind and n only."""

    def __init__(self, seed: int | None) -> None:
        self._identifiers = Identifiers(seed)

    def new(self, kind: str) -> str:
        """Return a new UUID."""
        return uuid_of(self._identifiers.new(kind))
