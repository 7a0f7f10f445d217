"""Reads a request's body, with the limits of the desk."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from mockdesk.core.errors import BodyTooLarge, MalformedJson, UnsupportedMediaType

JSON = "application/json"


def read_bytes(request: Request, most: int) -> bytes:
    """Return the body.

    Raises:
        BodyTooLarge: it has more than ``most`` bytes.
    """
    request.max_content_length = most + 1  # a chunked body is cut off there: more than enough to see it
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise BodyTooLarge(f"the body has more than {most} bytes") from None
    if len(body) > most:
        raise BodyTooLarge(f"the body has more than {most} bytes")
    return body


def check_json_type(request: Request) -> None:
    """Refuse a body that is not said to be JSON.

    Raises:
        UnsupportedMediaType: it is said to be something else, or nothing is said.
    """
    if request.mimetype != JSON:
        told = f"not {request.mimetype}" if request.mimetype else "say so in Content-Type"
        raise UnsupportedMediaType(f"the body must be {JSON}, {told}")


def parse_json(body: bytes) -> Any:
    """Return the JSON value in ``body`` (RFC 8259: UTF-8, no NaN).

    Raises:
        MalformedJson: it is none.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(_reason(error)) from None


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    return "nested too deeply" if isinstance(error, RecursionError) else "not a JSON value"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
