"""Readings of a trace about transfers: what the desk made of each, and who took over."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.readings_presence import Event, Presence, Stay


@dataclass(frozen=True)
class Handover:
    """One transfer: its notices at the desk (one for each attempt), and the stay that completed it."""

    id: str
    notices: tuple[Event, ...]
    taker: Stay | None

    @property
    def seq(self) -> int:
        """Where it began."""
        return int(self.notices[0]["seq"])

    @property
    def giver(self) -> str | None:
        """The id of the agent who hands over."""
        found = self.notices[0]["data"].get("from_agent_id")
        return None if found is None else str(found)

    @property
    def asked(self) -> list[str]:
        """The ids of the agents who were asked by name, in order."""
        targets = [notice["data"].get("to_agent") for notice in self.notices]
        return [str(target["id"]) for target in targets if target]


def handovers(presence: Presence) -> list[Handover]:
    """Return the transfers of a chat, in the desk's order."""
    notices: dict[str, list[Event]] = {}
    for event in presence.chat.events_of("transfer.started"):
        notices.setdefault(str(event["data"]["transfer_id"]), []).append(event)
    takers = {stay.transfer_id: stay for stay in presence.stays if stay.transfer_id is not None}
    return [Handover(id, tuple(events), takers.get(id)) for id, events in notices.items()]
