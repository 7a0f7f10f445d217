"""The server's REST: which product a call is for, and who may make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mockdesk.core.errors import DeskError, MethodNotAllowed, NotFound
from mockdesk.dialects.seam import Outcome, Prepared, Request
from mockdesk.dialects.twilio import conversations_face, flex_face, taskrouter_face
from mockdesk.dialects.twilio.conversations_face import ConversationsFace
from mockdesk.dialects.twilio.flex_face import FlexFace
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.rest import check_basic
from mockdesk.dialects.twilio.taskrouter_face import TaskRouterFace


class ServerFace:
    """Answers for the vendor's REST hosts. Where none is named, the path says which is meant."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._flex = FlexFace(model)
        self._conversations = ConversationsFace(model)
        self._task_router = TaskRouterFace(model)

    def prepare(self, product: str, request: Request) -> Prepared:
        """Understand a request.

        Raises:
            NotFound, MethodNotAllowed: no product has such a route.
        """
        finders: dict[str, Callable[[Request], Prepared]] = {
            "flex-api": self._of_flex,
            "conversations": self._of_conversations,
            "taskrouter": self._of_task_router,
        }
        refusal: DeskError = NotFound(f"nothing answers for {request.host or request.path}")
        for name, find in finders.items():
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

    def _of_flex(self, request: Request) -> Prepared:
        handler, parameters = flex_face.ROUTER.find(request.method, request.path)
        return handler(self._flex, request, parameters)

    def _of_conversations(self, request: Request) -> Prepared:
        handler, parameters = conversations_face.ROUTER.find(request.method, request.path)
        return handler(self._conversations, request, parameters)

    def _of_task_router(self, request: Request) -> Prepared:
        handler, parameters = taskrouter_face.ROUTER.find(request.method, request.path)
        return handler(self._task_router, request, parameters)
