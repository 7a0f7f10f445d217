"""What every server REST call has in common: HTTP Basic, form-encoded bodies, pages."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs, quote

from mockdesk.core.errors import InvalidApiKey
from mockdesk.dialects.seam import Answer, Request
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, VendorError, answer
from mockdesk.dialects.twilio.settings import TwilioSettings

USUAL_PAGE, MOST_PAGE = 50, 1000


def check_basic(request: Request, settings: TwilioSettings) -> None:
    """Accept the account with its token, or an API key with its secret.

    Raises:
        InvalidApiKey: neither.
    """
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(given.strip(), validate=True) if scheme.lower() == "basic" else b""
    except ValueError:
        decoded = b""
    pairs = {settings.account_sid: settings.auth_token, **settings.api_keys}
    known = [f"{name}:{secret}".encode() for name, secret in pairs.items()]
    matches = [compare_digest(decoded, one) for one in known]
    if not any(matches):
        raise InvalidApiKey("Authentication Error - invalid username")


@dataclass(frozen=True)
class Form:
    """A form-encoded body. An empty value counts as absent."""

    values: Mapping[str, Sequence[str]]

    def text(self, name: str) -> str | None:
        """Return a value."""
        return next(iter(self.values.get(name, ())), None) or None

    def required(self, name: str) -> str:
        """Return a value.

        Raises:
            VendorError: it is missing.
        """
        value = self.text(name)
        if value is None:
            raise VendorError(400, BAD_PARAMETER, f"Missing required parameter {name}")
        return value

    def one_of(self, name: str, values: Sequence[str]) -> str | None:
        """Return a value that must be one of several.

        Raises:
            VendorError: it is none of them.
        """
        value = self.text(name)
        if value is not None and value not in values:
            raise VendorError(400, BAD_PARAMETER, f"{name} must be one of {', '.join(values)}")
        return value

    def json_object(self, name: str) -> dict[str, Any]:
        """Return an object that is JSON-encoded in one field; absent: an empty one.

        Raises:
            VendorError: it is none.
        """
        given = self.text(name)
        try:
            value = {} if given is None else json.loads(given)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise VendorError(400, BAD_PARAMETER, f"{name} must be a JSON object")
        return value

    def list(self, name: str) -> list[str]:
        """Return the values of a repeated key."""
        return list(self.values.get(name, ()))


def form_of(request: Request) -> Form:
    """Return the body of a request."""
    return Form(parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def page(request: Request, key: str, rows: Sequence[Mapping[str, Any]]) -> Answer:
    """Return one page of a list; the urls of others are absolute."""
    size = _number(request, "PageSize", USUAL_PAGE, 1, MOST_PAGE)
    number = _number(request, "Page", 0, 0, 10**6)
    last = max(0, (len(rows) - 1) // size)
    meta = {"key": key, "page": number, "page_size": size, "url": _url(request, number, size)}
    meta["first_page_url"] = _url(request, 0, size)
    meta["previous_page_url"] = _url(request, number - 1, size) if number > 0 else None
    meta["next_page_url"] = _url(request, number + 1, size) if number < last else None
    return answer({key: list(rows[number * size : (number + 1) * size]), "meta": meta})


def _url(request: Request, number: int, size: int) -> str:
    kept = [(name, value) for name, values in request.query.items() for value in values]
    more = "".join(
        f"&{quote(name)}={quote(value)}" for name, value in kept if name not in ("Page", "PageSize", "PageToken")
    )
    return f"{request.base_url}{quote(request.path)}?PageSize={size}&Page={number}{more}"


def _number(request: Request, name: str, usual: int, least: int, most: int) -> int:
    given = request.argument(name)
    if given is None:
        return usual
    number = whole_number(given)
    if number is None or number < least:
        raise VendorError(400, BAD_PARAMETER, f"{name} must be a whole number from {least}")
    return min(number, most)


def whole_number(given: str) -> int | None:
    """Return a number of at most nine digits, ``None``: the text is none."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
