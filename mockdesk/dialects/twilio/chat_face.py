"""The chat 4 client's REST inside twilsock: what it asks of ``aim.*``. Everything else it does by commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio import customer
from mockdesk.dialects.twilio.chat_session import LINKS
from mockdesk.dialects.twilio.conversation import FlexConversation
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import answer
from mockdesk.dialects.twilio.session import TwilsockSession

Handler: TypeAlias = Callable[["ChatFace", TwilsockSession, Request, Mapping[str, str]], Prepared]


def _whole(key: str, rows: list[dict[str, Any]]) -> Answer:
    """Return a list that has one page."""
    return answer({key: rows, "meta": {"previous_token": None, "prev_token": None, "next_token": None}})


class ChatFace:
    """Answers what chat 4 clients ask of ``aim.*``. Typing is asked for in the same way by every client."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def prepare(self, session: TwilsockSession, request: Request) -> Prepared:
        """Understand a request.

        Raises:
            NotFound, MethodNotAllowed: there is no such route.
        """
        handler, parameters = ROUTER.find(request.method, request.path)
        return handler(self, session, request, parameters)

    def public(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The channels that everybody may see: none."""
        return Prepared("listConversations", None, lambda: _whole("channels", []))

    def channel(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One channel, by its sid or unique name."""
        name, identity = parameters["channel"], session.identity

        def run() -> Answer:
            return answer(_described(customer.visible(self._model, name, identity), identity))

        return Prepared("getConversation", customer.begun_id(self._model, name, identity), run)

    def mine(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The channels in which the caller takes part, or the one that is asked for."""

        def run() -> Answer:
            wanted = request.argument("ChannelSid")
            found = [one for one in self._model.of(session.identity) if wanted in (None, one.sid)]
            return _whole("channels", [_described(one, session.identity) for one in found])

        return Prepared("listConversations", None, run)

    def sync_list(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The Sync objects of the channels in which the caller takes part."""

        def run() -> Answer:
            rows = [_objects(one, session.identity) for one in self._model.of(session.identity)]
            return _whole("channels", rows)

        return Prepared("listConversations", None, run)

    def users(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Who takes part in a channel."""
        name, identity = request.argument("ChannelSid") or "", session.identity

        def run() -> Answer:
            members = customer.visible(self._model, name, identity).participants.values()
            return _whole("users", [self._user(one.identity) for one in members])

        return Prepared("getUser", customer.begun_id(self._model, name, identity), run)

    def user(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Who somebody is."""
        return Prepared("getUser", None, lambda: answer(self._user(parameters["identity"])))

    def _user(self, identity: str) -> dict[str, Any]:
        info = self._model.user(identity).info
        told = {"identity": identity, "friendly_name": info.items["friendlyName"].data["value"], "attributes": "{}"}
        return {**told, "is_online": True, "is_notifiable": False, "sync_unique_name": info.unique_name}


def _objects(one: FlexConversation, identity: str) -> dict[str, Any]:
    participant, objects = one.participant_of(identity), one.sync_objects
    return {
        "channel_sid": one.sid,
        "status": "notParticipating" if participant is None else "joined",
        "channel": objects["conversation"],
        "messages": objects["messages"],
        "roster": objects["participants"],
        "last_consumed_message_index": None if participant is None else participant.last_read,
        "notification_level": "default",
    }


def _described(one: FlexConversation, identity: str) -> dict[str, Any]:
    return {
        **_objects(one, identity),
        "sid": one.sid,
        "unique_name": one.described.unique_name,
        "friendly_name": one.described.friendly_name,
        "attributes": one.described.attributes,
        "created_by": one.described.created_by,
        "date_created": rfc3339(one.created),
        "date_updated": rfc3339(one.updated or one.created),
        "type": "private",
        "messages_count": len(one.messages),
        "members_count": len(one.participants),
        "unread_messages_count": customer.unread(one, one.participant_of(identity)),
    }


ROUTER: Router[Handler] = Router(
    [
        Route("GET", LINKS["publicChannelsUrl"], ChatFace.public),
        Route("GET", f"{LINKS['publicChannelsUrl']}/{{channel}}", ChatFace.channel),
        Route("GET", LINKS["myChannelsUrl"], ChatFace.mine),
        Route("GET", LINKS["syncListUrl"], ChatFace.sync_list),
        Route("GET", LINKS["usersUrl"], ChatFace.users),
        Route("GET", f"{LINKS['usersUrl']}/{{identity}}", ChatFace.user),
    ]
)
