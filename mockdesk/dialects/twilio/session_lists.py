"""Sync's REST for session lists: a chat 4 client makes one, reads its context, and puts commands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.core.errors import NotFound
from mockdesk.core.limit_errors import DeskFull
from mockdesk.dialects.bodies import json_or_none
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio import customer
from mockdesk.dialects.twilio.chat_commands import Command, carry_out, operation_of
from mockdesk.dialects.twilio.chat_session import PURPOSE, ChatSession
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.objects import SyncObject
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, NO_OBJECT, VendorError, answer
from mockdesk.dialects.twilio.session import TwilsockSession
from mockdesk.dialects.twilio.sids import sid_of

Handler: TypeAlias = Callable[["SessionLists", TwilsockSession, Request, Mapping[str, str]], Prepared]

MOST_COMMANDS = 10_000
"""Commands of one session."""


class SessionLists:
    """Answers what chat 4 clients ask of ``cds.*`` besides what all clients ask."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def prepare(self, session: TwilsockSession, request: Request) -> Prepared:
        """Understand a request.

        Raises:
            NotFound, MethodNotAllowed: there is no such route.
        """
        handler, parameters = ROUTER.find(request.method, request.path)
        return handler(self, session, request, parameters)

    def create(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A new session."""

        def run() -> Answer:
            body = _object(json_or_none(request))
            if body.get("purpose") != PURPOSE:
                raise NotFound("clients make no lists here but those of their sessions")
            user = self._model.user(session.identity)
            name = f"{sid_of('US', session.identity)}.session.{user.opened}"
            user.opened += 1
            made = ChatSession(
                SyncObject("list", name, self._model.now()), session.identity, _object(body.get("context"))
            )
            user.sessions[made.sync_list.sid] = made
            return answer(made.sync_list.to_root(request.base_url), 201)

        return Prepared("openSession", None, run)

    def context(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """What a session's client must know."""

        def run() -> Answer:
            # Older than any event: a client that knew this as the event's would not take the event.
            return answer({"data": self._session(session, parameters).context(), "last_event_id": 0})

        return Prepared("openSession", None, run)

    def command(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A command. Its response is a change of the list; the same command again is not done again."""
        value = _object(_object(json_or_none(request)).get("data"))
        given = value.get("commandId")
        command = Command(session.identity, given if isinstance(given, str) else "", _object(value.get("request")))

        def run() -> Answer:
            one = self._session(session, parameters)
            if not command.id:
                raise VendorError(400, BAD_PARAMETER, "a command needs a commandId")
            if command.id not in one.accepted:
                if len(one.accepted) >= MOST_COMMANDS:
                    raise DeskFull("the session has taken as many commands as it bears: open another")
                self._model.announce(one.push(command.id, value, self._model.now()))
                response = carry_out(self._model, command)
                self._model.announce(one.respond(command.id, response, self._model.now()))
            return answer(one.accepted[command.id], 201)

        text = command.text("text") if command.action == "sendMessage" else None
        conversation_id = customer.begun_id(self._model, command.channel, session.identity)
        return Prepared(operation_of(self._model, command), conversation_id, run, text)

    def _session(self, session: TwilsockSession, parameters: Mapping[str, str]) -> ChatSession:
        mine = self._model.user(session.identity).sessions.values()
        for one in mine:
            if parameters["name"] in (one.sync_list.sid, one.sync_list.unique_name):
                return one
        raise VendorError(404, NO_OBJECT["list"], f"there is no list {parameters['name']}")


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


ROUTER: Router[Handler] = Router(
    [
        Route("POST", "/v3/Lists", SessionLists.create),
        Route("GET", "/v3/Lists/{name}/Context", SessionLists.context),
        Route("POST", "/v3/Lists/{name}/Items", SessionLists.command),
    ]
)
