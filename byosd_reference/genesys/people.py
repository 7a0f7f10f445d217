"""Who the members of a conversation are: a frame names their ids only, so they are looked up once, when it matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from byosd_reference import reading
from byosd_reference.errors import DeskError
from byosd_reference.events import log
from byosd_reference.genesys.lookups import Lookups

AGENT = "AGENT"


class People:
    """The members, as far as they were asked for. Only the stream's thread asks.

    A look-up that failed keeps nobody from being told: an agent without a name is better than none. It is tried again
    when the member matters the next time.
    """

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups
        self._known: dict[str, Mapping[str, Any]] = {}
        self._rung: set[str] = set()

    def rung(self, member_id: str) -> None:
        """This member was alerted, which is done to agents only: that much is known without asking."""
        self._rung.add(member_id)

    def introduce(self, members: Iterable[Any]) -> None:
        """These members were listed, with all that a look-up tells."""
        for member in members:
            if (member_id := reading.text(member, "id")) is not None:
                self._known[member_id] = reading.part(member)

    def is_agent(self, member_id: str, *, if_unknown: bool = False) -> bool:
        """Tell whether a member is an agent, and not a queue or a workflow."""
        if member_id in self._rung:
            return True
        role = reading.text(self._find(member_id), "role")
        return if_unknown if role is None else role.upper() == AGENT

    def profile(self, member_id: str) -> dict[str, str]:
        """Return an agent's profile, in the canonical names; without a name if it could not be looked up."""
        member = self._find(member_id)
        found = {
            "id": member_id,
            "nickname": reading.text(member, "displayName"),
            "profile_picture_url": reading.text(member, "avatarImageUrl"),
        }
        return {name: value for name, value in found.items() if value is not None}

    def name(self, member_id: str) -> str | None:
        """Return how a member is called; of a queue, its name."""
        return reading.text(self._find(member_id), "displayName")

    def _find(self, member_id: str) -> Mapping[str, Any]:
        if member_id not in self._known:
            try:
                self._known[member_id] = self._lookups.member(member_id)
            except DeskError as error:
                log.warning("a member is not known: %s", error)
                return {}
        return self._known[member_id]
