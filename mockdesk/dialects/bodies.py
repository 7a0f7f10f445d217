"""Reading the bodies and headers of requests, for every dialect alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from mockdesk.core.errors import BodyTooLarge, InvalidRequest, MalformedJson, UnsupportedMediaType
from mockdesk.core.reading import Fields
from mockdesk.dialects.seam import Request

JSON = "application/json"
Value = TypeVar("Value")


def parse_json(body: bytes) -> Any:
    """Return the JSON value in ``body`` (RFC 8259: UTF-8, no NaN).

    Raises:
        MalformedJson: it is none.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(_reason(error)) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    return "nested too deeply" if isinstance(error, RecursionError) else "not a JSON value"


def json_or_none(request: Request) -> Any:
    """Return the JSON value of a body, ``None`` when there is none that can be read: for looking, not for doing."""
    try:
        return parse_json(request.body) if request.body else None
    except MalformedJson:
        return None


def read_fields(request: Request, what: str, read: Callable[[Fields], Value]) -> Value:
    """Return what ``read`` makes of the fields of a JSON body; fields that nobody knows are passed over.

    Raises:
        BodyTooLarge, UnsupportedMediaType, MalformedJson, InvalidRequest: as they say; the last names the fields.
    """
    if request.is_cut:
        raise BodyTooLarge("the body is larger than this desk takes")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise UnsupportedMediaType(f"the body must be {JSON}, and say so in Content-Type")
    fields = Fields(parse_json(request.body))
    value = read(fields)
    if not fields.errors:
        fields.rest()
    if fields.errors:
        first = fields.errors[0]
        raise InvalidRequest(f"{what}: {first.pointer or 'the body'} {first.detail}", fields.errors)
    return value


def bearer_of(request: Request) -> str | None:
    """Return the token of ``Authorization: Bearer``, ``None`` without one, or with something else."""
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
