"""The small server between web page and platform that integrations of this vendor bring along: three routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError
from mockdesk.dialects.bodies import json_or_none
from mockdesk.dialects.genesys.handling import Handler, answer, text_answer
from mockdesk.dialects.genesys.platform import PlatformRoutes
from mockdesk.dialects.genesys.settings import ORGANIZATION, GenesysSettings
from mockdesk.dialects.routing import Route
from mockdesk.dialects.seam import Answer, Prepared, Request

UNKNOWN = -1
"""The wait in minutes where nobody knows it."""


class MiddlewareRoutes:
    """The routes of the middleware. It asks nobody for a token."""

    def __init__(self, desk: Desk, settings: GenesysSettings, platform: PlatformRoutes) -> None:
        self._desk = desk
        self._settings = settings
        self._platform = platform

    def routes(self) -> list[Route[Handler]]:
        """Return the routes."""
        return [
            Route("GET", "/setup", self.setup),
            Route("POST", "/jwt", self.member_token),
            Route("POST", "/availability", self.availability),
        ]

    def setup(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Where to chat: organization, deployment, and the queue's name."""

        def run() -> Answer:
            organization = self._settings.organization_id or ORGANIZATION
            return answer(
                {
                    "org_id": organization,
                    "deployment_id": self._settings.first_deployment,
                    "queue_target": self._settings.queue,
                }
            )

        return Prepared("getSetup", None, run)

    def member_token(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A memberAuthToken, as plain text."""

        def run() -> Answer:
            token = self._platform.vouch()
            return text_answer(token, tokens={"memberAuthToken": token})

        return Prepared("createToken", None, run)

    def availability(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """What is known of a queue; the number of agents is left out where nobody knows it."""

        def run() -> Answer:
            body = json_or_none(request)
            name = body.get("queue_name") if isinstance(body, dict) else None
            if not name:
                return text_answer("No queue name supplied", 400)
            try:
                return answer(_shown(self._desk.availability(str(name))))
            except DeskError:
                return text_answer("The queue is not known", 500)

        return Prepared("getAvailability", None, run)


def _shown(known: Mapping[str, Any]) -> dict[str, Any]:
    seconds = known.get("estimated_wait_seconds")
    names = {"numberOfOnQueueAgents": "agents_online", "positionInQueue": "queue_length"}
    counts = {theirs: known[ours] for theirs, ours in names.items() if ours in known}
    return {"estimatedWaitTime": UNKNOWN if seconds is None else seconds / 60, **counts}
