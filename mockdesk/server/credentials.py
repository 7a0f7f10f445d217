"""What a request hands over as credentials, so that they stand in no journal and no log, wherever they were put."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Protocol

from mockdesk.core.scrub import HIDDEN as HIDDEN
from mockdesk.core.scrub import scrub

SHORTEST = 8
"""A shorter word could stand in a text by chance."""
_AFTER_BEARER = re.compile(r"(?i:(?<=bearer[ .]))[\w.~+/=-]{8,}")


class Headers(Protocol):
    """The headers of a request: of any case, or all in lower case."""

    def get(self, name: str, /) -> str | None:
        """Return a header, ``None``: there is none."""


def credentials_of(headers: Headers) -> tuple[str, ...]:
    """Return the credentials in the headers of a request, rightly put or not, the longest first."""
    authorization = headers.get("authorization") or ""
    protocols, key = headers.get("sec-websocket-protocol") or "", headers.get("x-api-key") or ""
    if not authorization and not protocols and not key:
        return ()
    scheme, _, value = authorization.strip().partition(" ")
    offered = [one.strip().removeprefix("bearer.") for one in protocols.split(",") if one.strip()[:7] == "bearer."]
    found = {scheme if not value else value.strip(), key, *offered, *(_of_basic(value) if value else ())}
    return tuple(sorted((one for one in found if len(one) >= SHORTEST), key=len, reverse=True))


def _of_basic(value: str) -> tuple[str, ...]:
    """Return the password of ``Authorization: Basic``."""
    try:
        return (base64.b64decode(value.strip(), validate=True).decode().partition(":")[2],)
    except (binascii.Error, ValueError):
        return ()


def without(value: Any, secrets: tuple[str, ...]) -> Any:
    """Return a value in which no text, and no name of a field, holds a secret; the value itself where there is none."""
    if not secrets:
        return value
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, Mapping):
        return {without(name, secrets): without(inner, secrets) for name, inner in value.items()}
    return [without(inner, secrets) for inner in value] if isinstance(value, list) else value


def without_likely(text: str) -> str:
    """Return a text in which nothing looks like a token, and nothing follows the word bearer: for what a client wrote
    where no token is expected."""
    return scrub(_AFTER_BEARER.sub(HIDDEN, text))


def scrubbed(data: Mapping[str, Any], secrets: tuple[str, ...]) -> dict[str, Any]:
    """Return what the journal may have of a request: no credential of its headers, and no token in its query.

    ``token_in_url`` says that there was one in its address, as a suite wants to know that.
    """
    hidden: dict[str, Any] = dict(without(data, secrets))
    if not secrets and hidden.get("query") == {}:
        return hidden  # most requests
    query = hidden.get("query") or {}
    hidden["query"] = {name: without_likely(one) if isinstance(one, str) else one for name, one in query.items()}
    if hidden["path"] != data["path"] or hidden["query"] != data["query"]:
        hidden["token_in_url"] = True
    return hidden
