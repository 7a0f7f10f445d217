"""Reading the bodies and headers of requests, for every dialect alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any, NoReturn, TypeVar

from mockdesk.core.errors import BodyTooLarge, InvalidRequest, MalformedJson, UnsupportedMediaType
from mockdesk.core.reading import Fields
from mockdesk.dialects.seam import Request

JSON = "application/json"
MOST_DEPTH = 64
"""How deep the JSON of a request may be nested."""
Value = TypeVar("Value")


def parse_json(body: bytes) -> Any:
    """Return the JSON value in ``body`` (RFC 8259: UTF-8, no NaN).

    Raises:
        MalformedJson: it is none.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MalformedJson(_reason(error)) from None
    if body.count(b"[") + body.count(b"{") > MOST_DEPTH and _is_deeper(value, MOST_DEPTH):
        raise MalformedJson("nested too deeply")
    return value


def _is_deeper(value: Any, most: int) -> bool:
    """Tell whether a value is nested deeper than so many levels, without recursion."""
    level = [value]
    for _ in range(most + 1):
        level = [part for one in level for part in _parts(one)]
    return bool(level)


def _parts(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError("a number is too large")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


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
