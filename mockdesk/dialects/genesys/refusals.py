"""The vendor's error body: which code and status each refusal of the core has in it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mockdesk.core import errors
from mockdesk.core.limit_errors import ConversationFull
from mockdesk.dialects.seam import Answer

CORRELATION_HEADER = "inin-correlation-id"


class ChatRefusal(errors.DeskError):
    """A refusal that only this vendor has; always 400. ``parameters`` fill the message."""

    status = 400
    title = "The chat refuses"

    def __init__(self, code: str, message: str, parameters: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.parameters = parameters or {}


def inactive(message: str) -> ChatRefusal:
    """Return the refusal of what needs a conversation that goes on: none was attached yet, or it is over."""
    return ChatRefusal("chat.error.conversation.state", "Conversation State", {"message": message})


BY_TYPE: Mapping[type[errors.DeskError], tuple[int, str]] = MappingProxyType(
    {
        errors.MalformedJson: (400, "bad.request"),
        errors.InvalidRequest: (400, "invalid.value"),
        errors.EmptyText: (400, "invalid.value"),
        errors.TextTooLong: (400, "invalid.value"),
        errors.UnknownQueue: (400, "chat.error.invalid.queue"),
        errors.ConversationEnded: (400, "chat.error.conversation.state"),
        errors.IllegalInState: (400, "chat.error.conversation.state"),
        ConversationFull: (400, "chat.error.conversation.state"),
        errors.MissingToken: (401, "authentication.required"),
        errors.InvalidToken: (401, "bad.credentials"),
        errors.ExpiredToken: (401, "credentials.expired"),
        errors.ForeignToken: (403, "not.authorized"),
        errors.UnknownConversation: (404, "not.found"),
        errors.NotFound: (404, "not.found"),
        errors.UnsupportedMediaType: (415, "unsupported.media.type"),
        errors.RateLimited: (429, "too.many.requests"),
        errors.QueueClosed: (503, "service.unavailable"),
    }
)
BY_STATUS: Mapping[int, str] = MappingProxyType(
    {
        401: "bad.credentials",
        403: "not.authorized",
        404: "not.found",
        415: "unsupported.media.type",
        429: "too.many.requests",
        500: "internal.server.error",
        503: "service.unavailable",
        504: "request.timeout",
    }
)
"""The code of a refusal that has only a status, such as a fault that was asked for; others are ``bad.request``."""

UNNAMED = errors.InjectedFault.code


def refusal(error: errors.DeskError, context_id: str, foreign_token_status: int = 403) -> Answer:
    """Return a refusal in the vendor's shape; ``context_id`` stands in the body and in the header."""
    status, code = _status_and_code(error, foreign_token_status)
    body = {
        "message": error.detail,
        "code": code,
        "status": status,
        "messageWithParams": error.detail,
        "messageParams": dict(error.parameters) if isinstance(error, ChatRefusal) else {},
        "contextId": context_id,
        "details": [_detail(code, one) for one in error.errors],
        "errors": [],
    }
    headers = {CORRELATION_HEADER: context_id}
    if isinstance(error, errors.RateLimited):
        headers["Retry-After"] = str(math.ceil(error.retry_after_seconds))
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")  # it may name what cannot be written
    return Answer(status, content, headers=headers)


def _status_and_code(error: errors.DeskError, foreign_token_status: int) -> tuple[int, str]:
    if isinstance(error, ChatRefusal):
        return error.status, error.code
    if isinstance(error, errors.ForeignToken):
        return foreign_token_status, BY_STATUS[foreign_token_status]
    if isinstance(error, errors.InjectedFault) and error.code != UNNAMED:
        return error.status, error.code
    known = BY_TYPE.get(type(error))
    return known or (error.status, BY_STATUS.get(error.status, "bad.request"))


def _detail(code: str, error: errors.FieldError) -> dict[str, Any]:
    name = error.pointer.lstrip("/").replace("/", ".") or None
    return {"errorCode": code, **({} if name is None else {"fieldName": name})}
