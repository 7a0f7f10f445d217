"""The guest API: eleven routes below ``/api/v2/webchat/guest/conversations``, and the event stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockdesk.core.desk import Desk
from mockdesk.core.drafts import MessageDraft
from mockdesk.core.errors import MethodNotAllowed, NotFound, UpgradeRequired
from mockdesk.dialects.bodies import bearer_of, json_or_none, read_fields
from mockdesk.dialects.feeds import LogFeed
from mockdesk.dialects.genesys.bodies import read_choice, read_create, read_message
from mockdesk.dialects.genesys.conversation import GuestConversation
from mockdesk.dialects.genesys.conversations import GuestConversations
from mockdesk.dialects.genesys.handling import Handler, answer
from mockdesk.dialects.genesys.messages import GUEST_CONVERSATIONS
from mockdesk.dialects.genesys.paging import message_page, numbered_page
from mockdesk.dialects.genesys.refusals import ChatRefusal
from mockdesk.dialects.genesys.settings import GenesysSettings
from mockdesk.dialects.routing import Route
from mockdesk.dialects.seam import Answer, Finish, Frame, Outcome, Prepared, Request, Stream

STREAM = "/v1/token/"
"""Where the event stream is; the guest's token follows, and nothing else."""


class GuestFeed(LogFeed):
    """What a guest reads. Whether it ends with the conversation is a guess."""

    garbage: Frame = '{"topicName": "v2.conversations.chats.", "eventBody": {'
    unknown: Frame = '{"topicName": "sticker.thrown", "eventBody": {}, "metadata": {"type": "sticker-thrown"}}'
    closes_at_end = True

    def over(self) -> Finish | None:
        """End the stream with the conversation, or never."""
        end = super().over()
        return end if self.closes_at_end else None


class GuestRoutes:
    """What a guest asks, and what it is answered."""

    def __init__(self, desk: Desk, settings: GenesysSettings, conversations: GuestConversations) -> None:
        self._desk = desk
        self._guesses = settings.guesses
        self._conversations = conversations

    def routes(self) -> list[Route[Handler]]:
        """Return every route but the stream's."""
        one, member = f"{GUEST_CONVERSATIONS}/{{conversation}}", "/members/{member}"
        return [
            Route("POST", GUEST_CONVERSATIONS, self.create),
            Route("GET", f"{one}/members", self.list_members),
            Route("GET", f"{one}{member}", self.get_member),
            Route("DELETE", f"{one}{member}", self.delete_member),
            Route("POST", f"{one}{member}/messages", self.send_message),
            Route("POST", f"{one}{member}/typing", self.send_typing),
            Route("GET", f"{one}/messages", self.list_messages),
            Route("GET", f"{one}/messages/{{message}}", self.get_message),
            Route("GET", f"{one}/mediarequests", self.media_requests("listMediaRequests")),
            Route("GET", f"{one}/mediarequests/{{media}}", self.media_requests("getMediaRequest")),
            Route("PATCH", f"{one}/mediarequests/{{media}}", self.media_requests("answerMediaRequest")),
        ]

    def create(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A new conversation, which waits for its stream."""

        def run() -> Answer:
            wanted = read_fields(request, "the conversation", read_create)
            made, token = self._conversations.create(wanted)
            base = f"ws{request.base_url.removeprefix('http')}"
            body = {"id": made.id, "jwt": token, "eventStreamUri": f"{base}{STREAM}{token}"}
            return answer({**body, "member": {"id": made.guest.id}}, tokens={"guest token": token})

        body = json_or_none(request)
        given = body.get("memberAuthToken") if isinstance(body, dict) else None
        return Prepared("startChat", None, run, secrets=(given,) if isinstance(given, str) and given else ())

    def list_members(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The members, oldest first."""

        def run(conversation: GuestConversation) -> Answer:
            name = "excludeDisconnectedMembers"
            is_short = read_choice(request, name, ("false", "true")) == "true"
            members = [one for one in conversation.members.values() if not is_short or one.state != "DISCONNECTED"]
            path = f"{GUEST_CONVERSATIONS}/{conversation.id}/members"
            kept = {name: "true"} if is_short else {}
            return answer(numbered_page(request, path, [one.to_data() for one in members], **kept))

        return self._prepared("listMembers", request, parameters, run)

    def get_member(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One member, also after the end."""

        def run(conversation: GuestConversation) -> Answer:
            member = conversation.members.get(parameters["member"])
            if member is None:
                raise NotFound("there is no such member")
            return answer(member.to_data())

        return self._prepared("getMember", request, parameters, run)

    def delete_member(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The guest leaves, which ends the conversation."""

        def run(conversation: GuestConversation) -> Answer:
            self._conversations.own_member(conversation, parameters["member"])
            if conversation.is_over:
                raise ChatRefusal("chat.error.member.state", "The member has left")
            if conversation.is_started:
                self._desk.end(conversation.id)
            conversation.is_over = True
            return Answer(self._guesses.delete_status, content_type=None)

        return self._prepared("endChat", request, parameters, run)

    def send_message(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The guest says something."""

        def run(conversation: GuestConversation) -> Answer:
            self._conversations.own_member(conversation, parameters["member"])
            text = read_fields(request, "the message", read_message)
            self._conversations.require_active(conversation)
            sent = self._desk.send(conversation.id, MessageDraft(text))
            return answer(conversation.message_of_core(sent.message.id).to_data())

        body = json_or_none(request)
        text = body.get("body") if isinstance(body, dict) else None
        return self._prepared("sendMessageToAgent", request, parameters, run, text if isinstance(text, str) else None)

    def send_typing(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The guest types."""

        def run(conversation: GuestConversation) -> Answer:
            self._conversations.own_member(conversation, parameters["member"])
            self._conversations.require_active(conversation)
            self._desk.user_typing(conversation.id, True)
            return answer(conversation.guest_typings[-1].to_data())

        return self._prepared("userTyping", request, parameters, run)

    def list_messages(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """What was said."""

        def run(conversation: GuestConversation) -> Answer:
            path = f"{GUEST_CONVERSATIONS}/{conversation.id}/messages"
            return answer(message_page(request, path, conversation.messages))

        return self._prepared("listMessages", request, parameters, run)

    def get_message(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One message."""

        def run(conversation: GuestConversation) -> Answer:
            found = (one for one in conversation.messages if one.id == parameters["message"])
            message = next(found, None)
            if message is None:
                raise NotFound("there is no such message")
            return answer(message.to_data())

        return self._prepared("getMessage", request, parameters, run)

    def media_requests(self, operation: str) -> Handler:
        """Return what answers that there are no requests for the guest's screen here."""

        def handler(request: Request, parameters: Mapping[str, str]) -> Prepared:
            def run(conversation: GuestConversation) -> Answer:
                raise NotFound("there are no media requests here")

            return self._prepared(operation, request, parameters, run)

        return handler

    def _prepared(
        self,
        operation: str,
        request: Request,
        parameters: Mapping[str, str],
        run: Callable[[GuestConversation], Outcome],
        text: str | None = None,
    ) -> Prepared:
        """Prepare what the token of a conversation opens."""
        conversation_id = parameters["conversation"]
        token = bearer_of(request)
        known = self._conversations.find(conversation_id)

        def opened() -> Outcome:
            return run(self._conversations.open(token, conversation_id))

        return Prepared(operation, None if known is None else conversation_id, opened, text)

    def stream(self, request: Request) -> Prepared:
        """The event stream; whatever is wrong with the request, its path holds a token."""
        token = request.path.removeprefix(STREAM)
        conversation = self._conversations.find_by_token(token)

        def run() -> Outcome:
            if request.method != "GET":
                raise MethodNotAllowed("only GET is allowed here")
            opened = self._conversations.open(token)
            if not request.is_upgrade:
                raise UpgradeRequired("the event stream is a WebSocket")
            return Stream(self._feed(opened, token), self._conversations.attach(opened))

        told_of = None if conversation is None else conversation.id
        return Prepared("streamEvents", told_of, run, secrets=(token,) if token else ())

    def _feed(self, conversation: GuestConversation, token: str) -> GuestFeed:
        feed = GuestFeed(
            conversation.id,
            conversation.log,
            lambda: self._conversations.authorized(conversation, token),
            lambda: self._conversations.expires_at(conversation),
        )
        feed.closes_at_end = self._guesses.closes_stream_at_end
        return feed
