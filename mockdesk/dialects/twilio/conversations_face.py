"""The Conversations API of the server: conversations, participants, messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio import server_acts
from mockdesk.dialects.twilio.conversation import Described, FlexConversation
from mockdesk.dialects.twilio.conversations_told import conversation_told, message_told
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.participants import Participant
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, VendorError, answer, nothing
from mockdesk.dialects.twilio.rest import form_of, page
from mockdesk.dialects.twilio.starting import CONVERSATION_EXISTS, create

Handler: TypeAlias = Callable[["ConversationsFace", Request, Mapping[str, str]], Prepared]


class ConversationsFace:
    """Answers for ``conversations.*``."""

    def __init__(self, model: Model) -> None:
        self._model = model

    # Conversations

    def conversations(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Every conversation."""

        def run() -> Answer:
            rows = [self._told(one, request) for one in self._model.conversations.values()]
            return page(request, "conversations", rows)

        return Prepared("listConversations", None, run)

    def create(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A new conversation; the desk's begins with its first participant who is no agent."""

        def run() -> Answer:
            form = form_of(request)
            attributes = form.text("Attributes") or "{}"
            described = Described(form.text("FriendlyName"), form.text("UniqueName"), attributes)
            return answer(self._told(create(self._model, described, CONVERSATION_EXISTS), request), 201)

        return Prepared("createConversation", None, run)

    def conversation(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One conversation."""
        return self._in("getConversation", parameters, lambda one: answer(self._told(one, request)))

    def update(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Change a conversation; closing it ends the chat."""
        form = form_of(request)

        def run(one: FlexConversation) -> Answer:
            state = form.text("State")
            if state not in (None, "active", "inactive", "closed"):
                raise VendorError(400, BAD_PARAMETER, "State must be active, inactive or closed")
            one.described.friendly_name = form.text("FriendlyName") or one.described.friendly_name
            one.described.attributes = form.text("Attributes") or one.described.attributes
            if state == "closed" and one.customer is not None:
                self._model.desk.end(one.sid)
            elif state is not None:
                one.state = state
            self._model.retell(one)
            return answer(self._told(one, request))

        return self._in("endChat" if form.text("State") == "closed" else "updateConversation", parameters, run)

    def delete(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Forget a conversation."""

        def run(one: FlexConversation) -> Answer:
            self._model.delete(one)
            return nothing()

        return self._in("deleteConversation", parameters, run)

    # Participants

    def participants(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Who takes part."""

        def run(one: FlexConversation) -> Answer:
            rows = [self._participant_told(one, each, request) for each in one.participants.values()]
            return page(request, "participants", rows)

        return self._in("listParticipants", parameters, run)

    def participant(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One who takes part, by sid or identity."""

        def run(one: FlexConversation) -> Answer:
            found = server_acts.participant(one, parameters["participant"])
            return answer(self._participant_told(one, found, request))

        return self._in("getParticipant", parameters, run)

    def add(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Let an agent of the roster join, or the customer begin."""
        form = form_of(request)

        def run(one: FlexConversation) -> Answer:
            identity, attributes = form.required("Identity"), form.text("Attributes") or "{}"
            added = server_acts.add(self._model, one, identity, attributes, server_acts.PARTICIPANT_EXISTS)
            return answer(self._participant_told(one, added, request), 201)

        return self._in(server_acts.operation_of_adding(self._model, parameters["conversation"]), parameters, run)

    def update_participant(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Change what is told of a participant, or move the participant's read horizon."""
        form = form_of(request)

        def run(one: FlexConversation) -> Answer:
            found, read = server_acts.participant(one, parameters["participant"]), form.text("LastReadMessageIndex")
            server_acts.update(self._model, one, found, read, form.text("Attributes"))
            return answer(self._participant_told(one, found, request))

        return self._in("updateParticipant", parameters, run)

    def remove(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Take somebody out."""

        def run(one: FlexConversation) -> Answer:
            server_acts.remove(self._model, one, server_acts.participant(one, parameters["participant"]))
            return nothing()

        return self._in("removeParticipant", parameters, run)

    # Messages

    def messages(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """What was said."""

        def run(one: FlexConversation) -> Answer:
            rows = [self._message_told(one, index, request) for index in range(len(one.messages))]
            return page(request, "messages", rows[::-1] if request.argument("Order") == "desc" else rows)

        return self._in("listMessages", parameters, run)

    def message(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One message, by sid."""

        def run(one: FlexConversation) -> Answer:
            index = server_acts.index_of(one, parameters["message"])
            return answer(self._message_told(one, index, request))

        return self._in("getMessage", parameters, run)

    def say(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Say something as the customer or an agent who takes part; as anybody else: as the desk."""
        form = form_of(request)

        def run(one: FlexConversation) -> Answer:
            text, attributes = form.text("Body") or "", form.text("Attributes") or "{}"
            index = server_acts.say(self._model, one, form.text("Author"), text, attributes)
            return answer(self._message_told(one, index, request), 201)

        return self._in("sendMessageToAgent", parameters, run, form.text("Body"))

    # What several have in common

    def _in(
        self,
        operation: str,
        parameters: Mapping[str, str],
        run: Callable[[FlexConversation], Answer],
        text: str | None = None,
    ) -> Prepared:
        name = parameters["conversation"]
        return Prepared(operation, self._model.begun(name), lambda: run(self._model.conversation(name)), text)

    def _url(self, one: FlexConversation, request: Request) -> str:
        return f"{request.base_url}/v1/Conversations/{one.sid}"

    def _participant_told(self, one: FlexConversation, each: Participant, request: Request) -> dict[str, Any]:
        return each.to_rest(self._url(one, request), self._model.settings.account_sid)

    def _told(self, one: FlexConversation, request: Request) -> dict[str, Any]:
        return conversation_told(one, self._url(one, request), self._model.settings)

    def _message_told(self, one: FlexConversation, index: int, request: Request) -> dict[str, Any]:
        return message_told(one, index, self._url(one, request), self._model.settings)


ONE = "/v1/Conversations/{conversation}"
ROUTER: Router[Handler] = Router(
    [
        Route("GET", "/v1/Conversations", ConversationsFace.conversations),
        Route("POST", "/v1/Conversations", ConversationsFace.create),
        Route("GET", ONE, ConversationsFace.conversation),
        Route("POST", ONE, ConversationsFace.update),
        Route("DELETE", ONE, ConversationsFace.delete),
        Route("GET", f"{ONE}/Participants", ConversationsFace.participants),
        Route("POST", f"{ONE}/Participants", ConversationsFace.add),
        Route("GET", f"{ONE}/Participants/{{participant}}", ConversationsFace.participant),
        Route("POST", f"{ONE}/Participants/{{participant}}", ConversationsFace.update_participant),
        Route("DELETE", f"{ONE}/Participants/{{participant}}", ConversationsFace.remove),
        Route("GET", f"{ONE}/Messages", ConversationsFace.messages),
        Route("POST", f"{ONE}/Messages", ConversationsFace.say),
        Route("GET", f"{ONE}/Messages/{{message}}", ConversationsFace.message),
    ]
)
