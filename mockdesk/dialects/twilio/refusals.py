"""Refusals in the vendor's shape: ``code``, ``message``, ``more_info``, ``status``. Most codes are guesses."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mockdesk.core import errors
from mockdesk.dialects.seam import Answer

UNAUTHORIZED, NOT_FOUND, BAD_PARAMETER, TOO_MANY, INTERNAL = 20003, 20404, 20001, 20429, 20500
NO_CONVERSATION, NO_PARTICIPANT = 50300, 50400
NO_OBJECT: Mapping[str, int] = MappingProxyType({"document": 54100, "list": 54150, "map": 54200})
EXPIRED_TOKEN, INVALID_TOKEN = 20104, 20101


class VendorError(errors.DeskError):
    """A refusal with a code of the vendor's."""

    def __init__(self, status: int, number: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.number = status, number


def answer(body: Any, status: int = 200) -> Answer:
    """Return a JSON answer."""
    return Answer(status, json.dumps(body, separators=(",", ":")).encode())


def nothing() -> Answer:
    """Return an answer without a body."""
    return Answer(204, content_type=None)


_CODES: Mapping[type[errors.DeskError], tuple[int, int]] = MappingProxyType(
    {
        errors.MissingToken: (401, UNAUTHORIZED),
        errors.InvalidToken: (401, UNAUTHORIZED),
        errors.InvalidApiKey: (401, UNAUTHORIZED),
        errors.ExpiredToken: (401, EXPIRED_TOKEN),
        errors.ForeignToken: (403, UNAUTHORIZED),
        errors.UnknownConversation: (404, NO_CONVERSATION),
        errors.EmptyText: (400, BAD_PARAMETER),
        errors.TextTooLong: (400, BAD_PARAMETER),
        errors.NotFound: (404, NOT_FOUND),
        errors.MethodNotAllowed: (405, 20004),
        errors.RateLimited: (429, TOO_MANY),
    }
)


def refusal(error: errors.DeskError) -> Answer:
    """Return what the vendor would answer."""
    if isinstance(error, VendorError):
        status, code = error.status, error.number
    else:
        status, code = _CODES.get(type(error), (error.status, INTERNAL if error.status >= 500 else BAD_PARAMETER))
    if isinstance(error, errors.InjectedFault) and str(error.code).isdigit():
        code = int(error.code)
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": error.detail, "more_info": more, "status": status}
    headers = {}
    if isinstance(error, errors.RateLimited):
        headers["Retry-After"] = str(math.ceil(error.retry_after_seconds))
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return Answer(status, json.dumps(body).encode(), headers=headers)
