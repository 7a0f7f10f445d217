"""The server's REST: which product a call is for, and who may make it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

from mockdesk.core.errors import DeskError, MethodNotAllowed, NotFound
from mockdesk.dialects.routing import Router
from mockdesk.dialects.seam import Outcome, Prepared, Request
from mockdesk.dialects.twilio import (
    chat_rest_face,
    conversations_face,
    flex_channels_face,
    flex_face,
    flex_flows_face,
    interaction_parts_face,
    taskrouter_face,
    webhooks_face,
)
from mockdesk.dialects.twilio.chat_rest_face import ChatRestFace
from mockdesk.dialects.twilio.conversations_face import ConversationsFace
from mockdesk.dialects.twilio.flex_channels_face import FlexChannelsFace
from mockdesk.dialects.twilio.flex_face import FlexFace
from mockdesk.dialects.twilio.flex_flows_face import FlexFlowsFace
from mockdesk.dialects.twilio.interaction_parts_face import InteractionPartsFace
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.rest import check_basic
from mockdesk.dialects.twilio.taskrouter_face import TaskRouterFace
from mockdesk.dialects.twilio.webhooks_face import WebhooksFace

Face = TypeVar("Face")
Find: TypeAlias = Callable[[Request], Prepared]


class ServerFace:
    """Answers for the vendor's REST hosts. Where none is named, the path says which is meant."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._flex = FlexFace(model)
        self._finders: tuple[tuple[str, Find], ...] = (
            ("flex-api", _finder(self._flex, flex_face.ROUTER)),
            ("flex-api", _finder(InteractionPartsFace(model, self._flex), interaction_parts_face.ROUTER)),
            ("flex-api", _finder(FlexChannelsFace(model), flex_channels_face.ROUTER)),
            ("flex-api", _finder(FlexFlowsFace(model), flex_flows_face.ROUTER)),
            ("conversations", _finder(ConversationsFace(model), conversations_face.ROUTER)),
            ("conversations", _finder(WebhooksFace(model), webhooks_face.ROUTER)),
            ("chat", _finder(ChatRestFace(model), chat_rest_face.ROUTER)),
            ("taskrouter", _finder(TaskRouterFace(model), taskrouter_face.ROUTER)),
        )

    def prepare(self, product: str, request: Request) -> Prepared:
        """Understand a request.

        Raises:
            NotFound, MethodNotAllowed: no product has such a route.
        """
        refusal: DeskError = NotFound(f"nothing answers for {request.host or request.path}")
        for name, find in self._finders:
            if product not in ("", name):
                continue
            try:
                return self._checked(request, find(request))
            except MethodNotAllowed as error:
                refusal = error
            except NotFound as error:
                refusal = refusal if isinstance(refusal, MethodNotAllowed) else error
        raise refusal

    def conversation_of(self, name: str) -> str | None:
        """Return the conversation of an interaction."""
        return self._flex.conversation_of(name)

    def _checked(self, request: Request, prepared: Prepared) -> Prepared:
        """Return the same, done only for an account or key that is known."""

        def run() -> Outcome:
            check_basic(request, self._model.settings)
            return prepared.run()

        return replace(prepared, run=run)


def _finder(face: Face, router: Router[Callable[[Face, Request, Mapping[str, str]], Prepared]]) -> Find:
    """Return what finds a route of a face and prepares it."""

    def find(request: Request) -> Prepared:
        handler, parameters = router.find(request.method, request.path)
        return handler(face, request, parameters)

    return find
