"""What every chat of one integration shares."""

from __future__ import annotations

from dataclasses import dataclass

from byosd_reference.canonical_desk import CanonicalDesk
from byosd_reference.desk_side import DeskShape, DeskSide
from byosd_reference.settings import Settings
from contracts.adapter import Callback, Clock


@dataclass(frozen=True)
class Surroundings:
    """The host, the time, the options, and the shape of the desk: the canonical one if nothing is said."""

    host: Callback
    clock: Clock
    settings: Settings
    shape: DeskShape = CanonicalDesk

    def desk(self, desk_url: str) -> DeskSide:
        """Return the desk's side for one attempt, or one question, with a line of its own."""
        return self.shape(desk_url, self.clock, self.settings)
