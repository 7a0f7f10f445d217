"""The chat API of the server, version 2: channels, their members and messages. Chat 4 clients belong to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio import server_acts
from mockdesk.dialects.twilio.chat_commands import MEMBER_EXISTS
from mockdesk.dialects.twilio.chat_told import channel_told, member_told, message_told
from mockdesk.dialects.twilio.conversation import FlexConversation
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import NOT_FOUND, VendorError, answer, nothing
from mockdesk.dialects.twilio.rest import form_of, page

Handler: TypeAlias = Callable[["ChatRestFace", Request, Mapping[str, str]], Prepared]


class ChatRestFace:
    """Answers for ``chat.*``."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def channels(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Every channel."""

        def run() -> Answer:
            self._check_service(parameters)
            rows = [channel_told(one, self._url(one, request), self._model.settings) for one in self._all()]
            return page(request, "channels", rows)

        return Prepared("listConversations", None, run)

    def channel(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One channel, by sid or unique name."""

        def run(one: FlexConversation) -> Answer:
            return answer(channel_told(one, self._url(one, request), self._model.settings))

        return self._in("getConversation", parameters, run)

    def delete(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Forget a channel."""

        def run(one: FlexConversation) -> Answer:
            self._model.delete(one)
            return nothing()

        return self._in("deleteConversation", parameters, run)

    def members(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Who takes part."""

        def run(one: FlexConversation) -> Answer:
            url = self._url(one, request)
            wanted = [each for each in request.query.get("Identity", ()) if each]
            rows = [
                member_told(each, url, self._model.settings)
                for each in one.participants.values()
                if not wanted or each.identity in wanted
            ]
            return page(request, "members", rows)

        return self._in("listParticipants", parameters, run)

    def member(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One who takes part, by sid or identity."""

        def run(one: FlexConversation) -> Answer:
            found = server_acts.participant(one, parameters["member"])
            return answer(member_told(found, self._url(one, request), self._model.settings))

        return self._in("getParticipant", parameters, run)

    def add(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Let an agent join, or the customer begin."""
        form = form_of(request)

        def run(one: FlexConversation) -> Answer:
            identity, attributes = form.required("Identity"), form.text("Attributes") or "{}"
            added = server_acts.add(self._model, one, identity, attributes, MEMBER_EXISTS)
            return answer(member_told(added, self._url(one, request), self._model.settings), 201)

        return self._in(server_acts.operation_of_adding(self._model, parameters["channel"]), parameters, run)

    def update(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Change what is told of a member, or move the member's read horizon."""
        form = form_of(request)

        def run(one: FlexConversation) -> Answer:
            found, read = server_acts.participant(one, parameters["member"]), form.text("LastConsumedMessageIndex")
            server_acts.update(self._model, one, found, read, form.text("Attributes"))
            return answer(member_told(found, self._url(one, request), self._model.settings))

        return self._in("updateParticipant", parameters, run)

    def remove(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Take somebody out."""

        def run(one: FlexConversation) -> Answer:
            server_acts.remove(self._model, one, server_acts.participant(one, parameters["member"]))
            return nothing()

        return self._in("removeParticipant", parameters, run)

    def messages(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """What was said."""

        def run(one: FlexConversation) -> Answer:
            url, settings = self._url(one, request), self._model.settings
            rows = [message_told(one, index, url, settings) for index in range(len(one.messages))]
            return page(request, "messages", rows[::-1] if request.argument("Order") == "desc" else rows)

        return self._in("listMessages", parameters, run)

    def message(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One message, by sid."""

        def run(one: FlexConversation) -> Answer:
            index = server_acts.index_of(one, parameters["message"])
            return answer(message_told(one, index, self._url(one, request), self._model.settings))

        return self._in("getMessage", parameters, run)

    def say(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Say something."""
        form = form_of(request)

        def run(one: FlexConversation) -> Answer:
            text, attributes = form.text("Body") or "", form.text("Attributes") or "{}"
            index = server_acts.say(self._model, one, form.text("From"), text, attributes)
            return answer(message_told(one, index, self._url(one, request), self._model.settings), 201)

        return self._in("sendMessageToAgent", parameters, run, form.text("Body"))

    # What several have in common

    def _all(self) -> list[FlexConversation]:
        return list(self._model.conversations.values())

    def _check_service(self, parameters: Mapping[str, str]) -> None:
        if parameters["service"] != self._model.settings.service_sid:
            raise VendorError(404, NOT_FOUND, "Service not found")

    def _in(
        self,
        operation: str,
        parameters: Mapping[str, str],
        run: Callable[[FlexConversation], Answer],
        text: str | None = None,
    ) -> Prepared:
        def checked() -> Answer:
            self._check_service(parameters)
            return run(self._model.conversation(parameters["channel"]))

        return Prepared(operation, self._model.begun(parameters["channel"]), checked, text)

    def _url(self, one: FlexConversation, request: Request) -> str:
        return f"{request.base_url}/v2/Services/{self._model.settings.service_sid}/Channels/{one.sid}"


ALL = "/v2/Services/{service}/Channels"
ONE = f"{ALL}/{{channel}}"
ROUTER: Router[Handler] = Router(
    [
        Route("GET", ALL, ChatRestFace.channels),
        Route("GET", ONE, ChatRestFace.channel),
        Route("DELETE", ONE, ChatRestFace.delete),
        Route("GET", f"{ONE}/Members", ChatRestFace.members),
        Route("POST", f"{ONE}/Members", ChatRestFace.add),
        Route("GET", f"{ONE}/Members/{{member}}", ChatRestFace.member),
        Route("POST", f"{ONE}/Members/{{member}}", ChatRestFace.update),
        Route("DELETE", f"{ONE}/Members/{{member}}", ChatRestFace.remove),
        Route("GET", f"{ONE}/Messages", ChatRestFace.messages),
        Route("POST", f"{ONE}/Messages", ChatRestFace.say),
        Route("GET", f"{ONE}/Messages/{{message}}", ChatRestFace.message),
    ]
)
