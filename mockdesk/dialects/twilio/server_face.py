"""The server's REST: which product a call is for, and who may make it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from mockdesk.core.errors import NotFound
from mockdesk.dialects.routing import Router, nothing_at, wrong_method
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


@dataclass(frozen=True)
class RoutedFace:
    """A part of a product's REST, with its routes."""

    product: str
    methods_at: Callable[[str], frozenset[str]]
    find: Callable[[Request], Prepared]
    templates: Sequence[str]


class ServerFace:
    """Answers for the vendor's REST hosts. Where none is named, the path says which is meant."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._flex = FlexFace(model)
        self._faces = (
            _routed("flex-api", self._flex, flex_face.ROUTER),
            _routed("flex-api", InteractionPartsFace(model, self._flex), interaction_parts_face.ROUTER),
            _routed("flex-api", FlexChannelsFace(model), flex_channels_face.ROUTER),
            _routed("flex-api", FlexFlowsFace(model), flex_flows_face.ROUTER),
            _routed("conversations", ConversationsFace(model), conversations_face.ROUTER),
            _routed("conversations", WebhooksFace(model), webhooks_face.ROUTER),
            _routed("chat", ChatRestFace(model), chat_rest_face.ROUTER),
            _routed("taskrouter", TaskRouterFace(model), taskrouter_face.ROUTER),
        )

    def prepare(self, product: str, request: Request) -> Prepared:
        """Understand a request.

        Raises:
            NotFound, MethodNotAllowed: no product has such a route.
        """
        faces = [face for face in self._faces if product in ("", face.product)]
        if not faces:
            raise NotFound(f"nothing answers for {request.host or request.path}")
        methods = {method: face for face in reversed(faces) for method in face.methods_at(request.path)}
        if request.method in methods:
            return self._checked(request, methods[request.method].find(request))
        if methods:
            raise wrong_method(request.method, methods)
        raise nothing_at(request.method, request.path, [route for face in faces for route in face.templates])

    def conversation_of(self, name: str) -> str | None:
        """Return the conversation of an interaction."""
        return self._flex.conversation_of(name)

    def _checked(self, request: Request, prepared: Prepared) -> Prepared:
        """Return the same, done only for an account or key that is known."""

        def run() -> Outcome:
            check_basic(request, self._model.settings)
            return prepared.run()

        return replace(prepared, run=run)


def _routed(
    product: str, face: Face, router: Router[Callable[[Face, Request, Mapping[str, str]], Prepared]]
) -> RoutedFace:
    """Return a face of a product with its routes."""

    def find(request: Request) -> Prepared:
        handler, parameters = router.find(request.method, request.path)
        return handler(face, request, parameters)

    return RoutedFace(product, router.methods_at, find, router.templates())
