"""The Flex API of before Conversations: Flex channels and web channels. Each is a chat channel with its customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from mockdesk.core.settings import DEFAULT_QUEUE
from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio.conversation import Described, FlexConversation
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, NOT_FOUND, VendorError, answer, nothing
from mockdesk.dialects.twilio.rest import Form, form_of, page
from mockdesk.dialects.twilio.sids import sid_of
from mockdesk.dialects.twilio.starting import CHANNEL_EXISTS, context_of, require_free, start_chat
from mockdesk.dialects.twilio.wish import Wish

Handler: TypeAlias = Callable[["FlexChannelsFace", Request, Mapping[str, str]], Prepared]
Kind: TypeAlias = Literal["Channels", "WebChannels"]


@dataclass(frozen=True)
class FlexChannel:
    """One Flex or web channel: the flow that made it, and its task, where one was named."""

    kind: Kind
    conversation: FlexConversation
    identity: str
    flex_flow_sid: str
    task_sid: str | None


class FlexChannelsFace:
    """Answers for ``/v1/Channels`` and ``/v1/WebChannels`` of ``flex-api.*``."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._channels: dict[str, FlexChannel] = {}

    def create(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Begin a chat for a customer."""

        def run() -> Answer:
            made = self._made(form_of(request), _kind(request))
            self._channels[made.conversation.sid] = made
            return answer(self._told(made, request), 201)

        return Prepared("startChat", None, run)

    def channels(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Every channel of this kind."""

        def run() -> Answer:
            rows = [self._told(one, request) for one in self._kept(_kind(request))]
            return page(request, "flex_chat_channels", rows)

        return Prepared("listConversations", None, run)

    def fetch(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One channel."""
        return self._in("getConversation", request, parameters, lambda one: answer(self._told(one, request)))

    def update(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Make a web channel inactive, which ends its chat."""
        form = form_of(request)

        def run(one: FlexChannel) -> Answer:
            status = form.text("ChatStatus")
            if status not in (None, "inactive"):
                raise VendorError(400, BAD_PARAMETER, "ChatStatus must be inactive")
            if status is not None and one.conversation.customer is not None:
                self._model.desk.end(one.conversation.sid)
            return answer(self._told(one, request))

        return self._in("endChat" if form.text("ChatStatus") else "updateConversation", request, parameters, run)

    def delete(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Forget a channel and its chat."""

        def run(one: FlexChannel) -> Answer:
            self._model.delete(one.conversation)
            return nothing()

        return self._in("deleteConversation", request, parameters, run)

    def _made(self, form: Form, kind: Kind) -> FlexChannel:
        flow, identity, friendly = (form.required(name) for name in ("FlexFlowSid", "Identity", "ChatFriendlyName"))
        user_name = form.required("ChatUserFriendlyName" if kind == "Channels" else "CustomerFriendlyName")
        unique = form.text("ChatUniqueName")
        require_free(self._model, unique, CHANNEL_EXISTS)
        queue = self._model.settings.addresses.get(flow, DEFAULT_QUEUE)
        described = Described(friendly, unique, "{}", identity)
        wish = Wish(identity, user_name, "{}", queue, context_of(form.json_object("PreEngagementData")))
        if self._model.settings.guesses.flex_channel_joins_customer:
            conversation = start_chat(self._model, described, wish)
        else:
            conversation = self._model.create(described)
            self._model.expected[conversation.sid] = wish
        return FlexChannel(kind, conversation, identity, flow, form.text("TaskSid"))

    def _kept(self, kind: Kind) -> list[FlexChannel]:
        """Return the channels of a kind whose conversations are there."""
        known = self._model.conversations
        return [one for sid, one in self._channels.items() if one.kind == kind and sid in known]

    def _in(
        self, operation: str, request: Request, parameters: Mapping[str, str], run: Callable[[FlexChannel], Answer]
    ) -> Prepared:
        kept = {one.conversation.sid: one for one in self._kept(_kind(request))}
        found = kept.get(parameters["channel"])

        def checked() -> Answer:
            if found is None:
                raise VendorError(404, NOT_FOUND, "The requested resource was not found")
            return run(found)

        begun = found is not None and found.conversation.customer is not None
        return Prepared(operation, parameters["channel"] if begun else None, checked)

    def _told(self, one: FlexChannel, request: Request) -> dict[str, Any]:
        conversation = one.conversation
        told: dict[str, Any] = {
            "sid": conversation.sid,
            "account_sid": self._model.settings.account_sid,
            "flex_flow_sid": one.flex_flow_sid,
            "date_created": rfc3339(conversation.created),
            "date_updated": rfc3339(conversation.updated or conversation.created),
            "url": f"{request.base_url}/v1/{one.kind}/{conversation.sid}",
        }
        if one.kind == "Channels":
            told |= {"user_sid": sid_of("US", one.identity), "task_sid": one.task_sid}
        return told


def _kind(request: Request) -> Kind:
    return "WebChannels" if request.path.startswith("/v1/WebChannels") else "Channels"


ROUTER: Router[Handler] = Router(
    [
        Route("POST", "/v1/Channels", FlexChannelsFace.create),
        Route("GET", "/v1/Channels", FlexChannelsFace.channels),
        Route("GET", "/v1/Channels/{channel}", FlexChannelsFace.fetch),
        Route("DELETE", "/v1/Channels/{channel}", FlexChannelsFace.delete),
        Route("POST", "/v1/WebChannels", FlexChannelsFace.create),
        Route("GET", "/v1/WebChannels", FlexChannelsFace.channels),
        Route("GET", "/v1/WebChannels/{channel}", FlexChannelsFace.fetch),
        Route("POST", "/v1/WebChannels/{channel}", FlexChannelsFace.update),
        Route("DELETE", "/v1/WebChannels/{channel}", FlexChannelsFace.delete),
    ]
)
