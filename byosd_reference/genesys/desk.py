"""The Genesys guest web chat, as the host's side sees desks: a shape of :mod:`byosd_reference.desk_side`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from byosd_reference import reading
from byosd_reference.desk_side import DeskCapabilities
from byosd_reference.errors import DeskError
from byosd_reference.genesys.deployment import Deployment
from byosd_reference.genesys.door import GuestDoor
from byosd_reference.genesys.guest_api import GuestApi
from byosd_reference.genesys.lookups import Lookups
from byosd_reference.genesys.middleware import Middleware
from byosd_reference.genesys.people import People
from byosd_reference.genesys.progress import Progress
from byosd_reference.genesys.queue_news import QueueNews
from byosd_reference.genesys.talk import Talk
from byosd_reference.genesys.ticket import CONVERSATIONS, GuestTicket
from byosd_reference.http_line import HttpLine
from byosd_reference.settings import Deadline, Settings
from contracts.adapter import Clock

LONGEST_TEXT = 4000
"""Characters that a message may have."""

NEEDS_AUTHENTICATION = "chat.deployment.require.auth"

_CUSTOM_FIELDS = {
    "session_id": "sessionId",
    "locale": "locale",
    "topic": "topic",
    "message_to_agent": "messageToAgent",
    "session_history_key": "sessionHistoryKey",
}


class GenesysDesk:
    """What can be asked without a conversation."""

    def __init__(self, desk_url: str, clock: Clock, settings: Settings) -> None:
        self.clock = clock
        self.times = settings.times
        self.line = HttpLine(desk_url)
        self.deployment = Deployment.from_options(settings.options)
        self._desk_url = desk_url
        self.middleware_line = HttpLine(self.deployment.middleware_url or desk_url)

    def cut(self) -> None:
        """Make every call that is under way fail at once."""
        self.line.cut()
        self.middleware_line.cut()

    def availability(self, queue: str | None, deadline: Deadline) -> bool | None:
        """Tell whether an agent is there for a queue. A middleware without this operation does not say."""
        agents = Middleware(self.middleware_line).queue(queue or self.deployment.queue_name, deadline).agents
        return None if agents is None else agents > 0

    def prepare(self, user_id: str, deadline: Deadline) -> None:
        """Nothing is asked: whether a deployment wants to know the user is told when a chat is refused."""

    def start(self, request: Mapping[str, Any], key: str, deadline: Deadline) -> GuestConversation:
        """Make a conversation, which waits for its stream: only then the desk brings the guest to anybody.

        There is no way to make it once only. So one whose answer got lost is left alone: nobody ever sees it, and the
        start is refused with certainty.
        """
        queue = request.get("queue") or self.deployment.queue_name
        body = create_body(request, queue, self.deployment)
        try:
            ticket = self._create(body, deadline)
        except DeskError as error:
            error.uncertain = False
            raise
        return GuestConversation(self, ticket, queue, Progress(), is_new=True)

    def _create(self, body: Mapping[str, Any], deadline: Deadline) -> GuestTicket:
        what = "start a conversation"
        answer = self.line.call(what, "POST", CONVERSATIONS, deadline, json=body)
        if answer.status == 400 and reading.text(answer.body, "code") == NEEDS_AUTHENTICATION:
            token = Middleware(self.middleware_line).member_token(deadline)
            answer = self.line.call(what, "POST", CONVERSATIONS, deadline, json={**body, "memberAuthToken": token})
        return GuestTicket.from_answer(what, answer.expect(what, 200, 201), self._desk_url)

    def known(self, conversation_id: str, token: str, kept: Mapping[str, Any]) -> GuestConversation | None:
        """Return a conversation of before a page reload, with the agents whom the host knows."""
        ticket = GuestTicket.kept(conversation_id, token, kept)
        if ticket is None:
            return None
        agents = [agent_id for agent in reading.items(kept, "agents") if (agent_id := reading.text(agent, "id"))]
        progress, queue = Progress(reading.text(kept, "last_message")), self.deployment.queue_name
        return GuestConversation(self, ticket, queue, progress, agents, is_new=False)


class GuestConversation:
    """One conversation. ``agents``: those whom the host knows already."""

    def __init__(
        self,
        desk: GenesysDesk,
        ticket: GuestTicket,
        queue: str,
        progress: Progress,
        agents: list[str] | None = None,
        *,
        is_new: bool,
    ) -> None:
        self._desk = desk
        self._queue = queue
        self._progress = progress
        self._agents = agents or []
        self._is_new = is_new
        self.line = desk.line
        self.credentials = ticket
        self.capabilities = DeskCapabilities(
            update_state=False, user_read_messages=False, files=False, max_text_characters=LONGEST_TEXT
        )
        self.api = GuestApi(desk.line, ticket, desk.clock.now, desk.times, progress)

    def look(self, deadline: Deadline) -> dict[str, str]:
        """Nothing is asked: what was missed, and whether that was the end, is asked for when the door is opened."""
        return {}

    def door(self, changed: Callable[[], None]) -> GuestDoor:
        """Return the door of the stream, with lines of its own for look-ups. What has to be kept changes with events
        only, so nobody is called."""
        desk, ticket = self._desk, self.credentials
        line, middleware_line = self.line.another(), desk.middleware_line.another()
        lookups = Lookups(line, ticket, desk.clock.now, desk.times.other)
        news = QueueNews(Middleware(middleware_line), self._queue, desk.times)
        talk = Talk(ticket.member_id, People(lookups), news, self._agents)
        lines = (line, middleware_line)
        return GuestDoor(ticket, lines, lookups, talk, self._progress, desk.times, is_new=self._is_new)

    def keepsake(self) -> dict[str, Any]:
        """Return who the guest is, where the stream is, and which message was shown last."""
        last = self._progress.last
        return {**self.credentials.to_keep(), **({} if last is None else {"last_message": last})}


def create_body(request: Mapping[str, Any], queue: str, deployment: Deployment) -> dict[str, Any]:
    """Return the body of a start. What agents are to know travels in the guest's custom fields, which are texts."""
    context = reading.part(request, "context")
    fields = {own: context[name] for name, own in _CUSTOM_FIELDS.items() if name in context}
    if "additional_data" in context:
        fields["additionalData"] = json.dumps(context["additional_data"])
    user_id, user_name = request["user_id"], request.get("user_name")
    names = {"userId": user_id, **({} if user_name is None else {"userName": user_name})}
    return {
        "organizationId": deployment.organization_id,
        "deploymentId": deployment.deployment_id,
        "routingTarget": {"targetType": "QUEUE", "targetAddress": queue},
        "memberInfo": {"displayName": user_name or user_id, "customFields": {**fields, **names}},
    }
