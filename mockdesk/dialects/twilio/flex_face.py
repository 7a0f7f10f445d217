"""The Flex API of the server: web chats begun, interactions created and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.core.bounded import Bounded
from mockdesk.core.settings import DEFAULT_QUEUE
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio.conversation import Described
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, NOT_FOUND, VendorError, answer
from mockdesk.dialects.twilio.rest import form_of, page
from mockdesk.dialects.twilio.starting import context_of, start_chat
from mockdesk.dialects.twilio.wish import Wish

Handler: TypeAlias = Callable[["FlexFace", Request, Mapping[str, str]], Prepared]


class FlexFace:
    """Answers for ``flex-api.*``."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.interactions: Bounded[str, dict[str, Any]] = Bounded(model.desk.settings.limits.names)

    def web_chat(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Begin a chat: a conversation with its customer."""

        def run() -> Answer:
            form = form_of(request)
            queue = self._model.settings.addresses.get(form.required("AddressSid"), DEFAULT_QUEUE)
            identity = form.text("Identity") or self._model.identifiers.new("customer")
            context = context_of(form.json_object("PreEngagementData"))
            wish = Wish(identity, form.text("CustomerFriendlyName"), "{}", queue, context)
            conversation = start_chat(self._model, Described(form.text("ChatFriendlyName")), wish)
            return answer({"conversation_sid": conversation.sid, "identity": identity}, 201)

        return Prepared("startChat", None, run)

    def create(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Keep an interaction."""

        def run() -> Answer:
            form = form_of(request)
            channel, routing = form.json_object("Channel"), form.json_object("Routing")
            if not isinstance(channel.get("type"), str):
                raise VendorError(400, BAD_PARAMETER, "Channel needs a type")
            sid, channel_sid = self._model.new_sid("KD"), self._model.new_sid("UO")
            url = f"{request.base_url}/v1/Interactions/{sid}"
            told: dict[str, Any] = {
                "sid": sid,
                "channel": {**channel, "sid": channel_sid},
                "routing": routing,
                "url": url,
            }
            told |= {"interaction_context_sid": form.text("InteractionContextSid")}
            told |= {"webhook_ttid": form.text("WebhookTtid"), "links": {"channels": f"{url}/Channels"}}
            self.interactions[sid] = {**told, "status": "active"}
            return answer(told, 201)

        return Prepared("createInteraction", None, run)

    def interaction(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Read an interaction."""

        def run() -> Answer:
            one = self._one(parameters)
            return answer({name: value for name, value in one.items() if name != "status"})

        return Prepared("getInteraction", self._conversation_id(parameters), run)

    def channels(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The channels of an interaction: it has one."""

        def run() -> Answer:
            return page(request, "channels", [_channel(self._one(parameters))])

        return Prepared("listInteractionChannels", self._conversation_id(parameters), run)

    def channel(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One channel."""

        def run() -> Answer:
            return answer(_channel(self.with_channel(parameters)))

        return Prepared("getInteractionChannel", self._conversation_id(parameters), run)

    def update(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Close a channel, which ends its chat, or make it inactive."""
        form, sid = form_of(request), self._conversation_id(parameters)

        def run() -> Answer:
            one, status = self.with_channel(parameters), form.required("Status")
            if status not in ("closed", "inactive"):
                raise VendorError(400, BAD_PARAMETER, "Status must be closed or inactive")
            one["status"] = status
            if status == "closed" and sid is not None:
                self._model.desk.end(sid)
            return answer(_channel(one))

        closes = form.text("Status") == "closed"
        return Prepared("endChat" if closes else "updateInteractionChannel", sid, run)

    def conversation_of(self, name: str) -> str | None:
        """Return the conversation of an interaction."""
        one = self.interactions.get(name)
        properties = {} if one is None else one["channel"].get("properties")
        sid = properties.get("media_channel_sid") if isinstance(properties, dict) else None
        return self._model.begun(sid) if isinstance(sid, str) else None

    def _conversation_id(self, parameters: Mapping[str, str]) -> str | None:
        return self.conversation_of(parameters["interaction"])

    def _one(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        one = self.interactions.get(parameters["interaction"])
        if one is None:
            raise VendorError(404, NOT_FOUND, "Interaction not found")
        return one

    def with_channel(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Return the interaction of a path that names its channel, too.

        Raises:
            VendorError: there is no such interaction or channel.
        """
        one = self._one(parameters)
        if one["channel"]["sid"] != parameters["channel"]:
            raise VendorError(404, NOT_FOUND, "Channel not found")
        return one


def _channel(one: Mapping[str, Any]) -> dict[str, Any]:
    channel = one["channel"]
    url = f"{one['url']}/Channels/{channel['sid']}"
    told = {"sid": channel["sid"], "interaction_sid": one["sid"], "type": channel["type"], "status": one["status"]}
    links = {"participants": f"{url}/Participants", "invites": f"{url}/Invites"}
    return told | {"error_code": 0, "error_message": "", "url": url, "links": links}


ONE = "/v1/Interactions/{interaction}"
ROUTER: Router[Handler] = Router(
    [
        Route("POST", "/v2/WebChats", FlexFace.web_chat),
        Route("POST", "/v1/Interactions", FlexFace.create),
        Route("GET", ONE, FlexFace.interaction),
        Route("GET", f"{ONE}/Channels", FlexFace.channels),
        Route("GET", f"{ONE}/Channels/{{channel}}", FlexFace.channel),
        Route("POST", f"{ONE}/Channels/{{channel}}", FlexFace.update),
    ]
)
