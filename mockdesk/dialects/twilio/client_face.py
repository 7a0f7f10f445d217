"""The conversations client's REST inside twilsock (``Client/v2``): what the browser's SDK asks of ``aim.*``.

Paths behind the configuration are ours: clients take them from its links.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qs, quote

from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.bodies import json_or_none
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio import customer
from mockdesk.dialects.twilio.chat_session import LINKS as CHAT_LINKS
from mockdesk.dialects.twilio.conversation import Described, FlexConversation
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.participants import info_name, my_conversations_name
from mockdesk.dialects.twilio.refusals import VendorError, answer, nothing
from mockdesk.dialects.twilio.session import TwilsockSession
from mockdesk.dialects.twilio.starting import CONVERSATION_EXISTS, create
from mockdesk.dialects.twilio.telling import message_sid

Handler: TypeAlias = Callable[["ClientFace", TwilsockSession, Request, Mapping[str, str]], Prepared]
BASE = "/Client/v2"


class ClientFace:
    """Answers what clients ask of ``aim.*``."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def prepare(self, session: TwilsockSession, request: Request) -> Prepared:
        """Understand a request."""
        handler, parameters = ROUTER.find(request.method, request.path)
        return handler(self, session, request, parameters)

    def configuration(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Where everything is."""

        def run() -> Answer:
            base, identity = f"{request.base_url}{BASE}", session.identity
            names = {"my_conversations": "MyConversations", "conversations": "Conversations", "users": "Users"}
            links = {name: f"{base}/{path}" for name, path in names.items()}
            links |= {"current_user": f"{base}/Users/{quote(identity, safe='')}", "typing": f"{base}/Typing"}
            links |= {"media_service": f"{base}/Media", "media_set_service": f"{base}/MediaSets"}
            links["messages_receipts"] = f"{base}/Receipts"
            objects = {"my_user_info": info_name(identity), "my_conversations": my_conversations_name(identity)}
            return answer({"identity": identity, "links": links, "options": _OPTIONS, "sync_objects": objects})

        return Prepared("getCapabilities", None, run)

    def my_conversations(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The conversations in which the caller takes part."""

        def run() -> Answer:
            mine = [self._described(one, session.identity, request) for one in self._model.of(session.identity)]
            return answer({"conversations": mine, "meta": {"next_token": None, "previous_token": None}})

        return Prepared("listConversations", None, run)

    def conversation(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One conversation, by its sid or unique name."""

        def run(one: FlexConversation) -> Answer:
            return answer(self._described(one, session.identity, request))

        return self._in("getConversation", session, parameters, run)

    def create(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A new conversation, in which nobody takes part yet."""

        def run() -> Answer:
            body = _body(request)
            attributes, unique = _text(body, "attributes") or "{}", _text(body, "unique_name")
            described = Described(_text(body, "friendly_name"), unique, attributes, session.identity)
            made = create(self._model, described, CONVERSATION_EXISTS)
            return answer(self._described(made, session.identity, request), 201)

        return Prepared("createConversation", None, run)

    def end(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The caller deletes the conversation; for the desk it is over then."""

        def run(one: FlexConversation) -> Answer:
            self._model.leave(one, session.identity)
            return nothing()

        return self._in("endChat", session, parameters, run)

    def message(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The caller says something."""

        def run(one: FlexConversation) -> Answer:
            body = _body(request)
            key = request.headers.get("x-twilio-mutation-id") or self._model.new_sid("RQ")
            text, attributes = _text(body, "body") or "", _text(body, "attributes") or "{}"
            index = customer.say(self._model, one, session.identity, key, text, attributes)
            return answer({"sid": message_sid(one, index), "index": index}, 201)

        text = _text(_body(request), "body")
        return self._in("sendMessageToAgent", session, parameters, run, text)

    def join(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The caller takes part, and is the customer then."""

        def run(one: FlexConversation) -> Answer:
            body = _body(request)
            identity, attributes = _text(body, "identity"), _text(body, "attributes") or "{}"
            if identity != session.identity:
                raise VendorError(403, customer.NOT_ALLOWED, "only agents and one customer take part here")
            participant = customer.join(self._model, one, identity, attributes)
            return answer(participant.to_rest(self._url(one, request), self._model.settings.account_sid), 201)

        found = self._model.find(parameters["conversation"])
        starts = found is not None and found.customer is None
        return self._in("startChat" if starts else "addParticipant", session, parameters, run)

    def leave(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The caller leaves."""

        def run(one: FlexConversation) -> Answer:
            customer.leave(self._model, one, session.identity, parameters["participant"])
            return nothing()

        return self._in("endChat", session, parameters, run)

    def read(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The caller has read up to a message, or sets how it is notified."""

        def run(one: FlexConversation) -> Answer:
            index = _body(request).get("last_read_message_index")
            return answer({"unread_messages_count": customer.read(self._model, one, session.identity, index)})

        return self._in("userReadMessages", session, parameters, run)

    def typing(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The caller types."""
        fields = parse_qs(request.body.decode("utf-8", "replace"))
        body = _body(request) if not fields else {}
        name = fields.get("ChannelSid", [_text(body, "ChannelSid") or ""])[0]

        def run(one: FlexConversation) -> Answer:
            customer.require(one, session.identity)
            self._model.typing(one)
            return answer({"typing_timeout": self._model.settings.typing_timeout_seconds})

        return self._in("userTyping", session, {"conversation": name}, run)

    def user(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Who somebody is."""

        def run() -> Answer:
            user = self._model.user(parameters["identity"])
            told: dict[str, Any] = {"identity": user.identity, "attributes": "{}"}
            told["friendly_name"] = user.info.items["friendlyName"].data["value"]
            return answer(told | {"sync_objects": {"user_info_map": user.info.unique_name}})

        return Prepared("getUser", None, run)

    # What several have in common

    def _in(
        self,
        operation: str,
        session: TwilsockSession,
        parameters: Mapping[str, str],
        run: Callable[[FlexConversation], Answer],
        text: str | None = None,
    ) -> Prepared:
        model, name, identity = self._model, parameters["conversation"], session.identity
        begun_id = customer.begun_id(model, name, identity)
        return Prepared(operation, begun_id, lambda: run(customer.visible(model, name, identity)), text)

    def _url(self, one: FlexConversation, request: Request) -> str:
        return f"{request.base_url}{BASE}/Conversations/{one.sid}"

    def _described(self, one: FlexConversation, identity: str, request: Request) -> dict[str, Any]:
        """Return a conversation as its lists and its own path tell it."""
        participant, url = one.participant_of(identity), self._url(one, request)
        return {
            "sid": one.sid,
            "conversation_sid": one.sid,
            "unique_name": one.described.unique_name,
            "friendly_name": one.described.friendly_name,
            "attributes": one.described.attributes,
            "created_by": one.described.created_by,
            "date_created": rfc3339(one.created),
            "date_updated": rfc3339(one.updated or one.created),
            "status": "notParticipating" if participant is None else "joined",
            "state": one.state,
            "last_read_message_index": None if participant is None else participant.last_read,
            "notification_level": "default",
            "messages_count": len(one.messages),
            "participants_count": len(one.participants),
            "sync_objects": one.sync_objects,
            "url": url,
            "links": {"messages": f"{url}/Messages", "participants": f"{url}/Participants"},
        }


def _body(request: Request) -> Mapping[str, Any]:
    body = json_or_none(request)
    return body if isinstance(body, dict) else {}


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


_OPTIONS = {
    "reachability_enabled": False,
    "user_infos_to_subscribe": 100,
    "http_cache_interval": "PT1S",
    "consumption_report_interval": "PT1S",
    "media_attachments_count_limit": 0,
    "media_attachment_size_limit_in_mb": 0,
    "media_attachments_total_size_limit_in_mb": 0,
    "email_histories_allowed_mime_types": [],
    "email_bodies_allowed_mime_types": [],
}
ROUTER: Router[Handler] = Router(
    [
        Route("GET", f"{BASE}/Configuration", ClientFace.configuration),
        Route("GET", f"{BASE}/MyConversations", ClientFace.my_conversations),
        Route("GET", f"{BASE}/MyConversations/{{conversation}}", ClientFace.conversation),
        Route("POST", f"{BASE}/MyConversations/{{conversation}}", ClientFace.read),
        Route("POST", f"{BASE}/Conversations", ClientFace.create),
        Route("GET", f"{BASE}/Conversations/{{conversation}}", ClientFace.conversation),
        Route("DELETE", f"{BASE}/Conversations/{{conversation}}", ClientFace.end),
        Route("POST", f"{BASE}/Conversations/{{conversation}}/Messages", ClientFace.message),
        Route("POST", f"{BASE}/Conversations/{{conversation}}/Participants", ClientFace.join),
        Route("DELETE", f"{BASE}/Conversations/{{conversation}}/Participants/{{participant}}", ClientFace.leave),
        Route("GET", f"{BASE}/Users/{{identity}}", ClientFace.user),
        Route("POST", f"{BASE}/Typing", ClientFace.typing),
        Route("POST", CHAT_LINKS["typingUrl"], ClientFace.typing),
    ]
)
