"""A driver for a desk of your own: agents act over the desk's HTTP API, and a ledger writes down what they did.

Here the desk is the mock, driven over its control API as any desk with an API for agents would be:

    mockdesk serve --port 8900
    contracts verify adapter byosd_reference:connect --desk my_desk:connect --desk-url http://127.0.0.1:8900
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from contracts.driver_kit import DriverBase, Ledger


class MyDesk(DriverBase):
    """Who plays the agents of my desk."""

    name = "my desk"
    actions = ("join", "say", "leave", "end")

    def __init__(self, desk_url: str) -> None:
        super().__init__(desk_url)
        self._api = requests.Session()
        self._ledger = Ledger()
        self._old: set[str] = set()

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """There is one desk: leave the conversations of before out."""
        self._ledger.forget()
        self._old = {str(one["id"]) for one in self._listed()}
        return super().new_desk(settings)

    def conversations(self) -> list[dict[str, Any]]:
        """Tell who has asked for an agent; what agents did stands in the ledger."""
        for one in self._listed():
            if one["id"] not in self._old:
                self._ledger.open(str(one["id"]), one["user_id"])
        return self._ledger.truths()

    def act(self, conversation_id: str, action: dict[str, Any]) -> dict[str, Any]:
        """Do as an agent does; a refusal of the desk raises."""
        if action["action"] not in self.actions:
            raise NotImplementedError(f"my agents cannot {action['action']}")
        answer = self._api.post(
            f"{self.desk_url}/_mock/conversations/{conversation_id}/actions", json=action, timeout=10
        )
        answer.raise_for_status()
        return {"events": self._ledger.note(conversation_id, action)}

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _listed(self) -> list[dict[str, Any]]:
        answer = self._api.get(f"{self.desk_url}/_mock/conversations", timeout=10)
        answer.raise_for_status()
        listed: list[dict[str, Any]] = answer.json()["conversations"]
        return listed


def connect(options: Mapping[str, Any] | None = None) -> MyDesk:
    """Return the driver; the suite gives ``{"desk_url": ...}``."""
    if not options or not options.get("desk_url"):
        raise ValueError("where is the desk? say it with --desk-url (or verify desk URL)")
    return MyDesk(str(options["desk_url"]))
