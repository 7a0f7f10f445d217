"""What goes over the wire, as the suite reads and records it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

Files = Mapping[str, tuple[str, bytes, str]]
"""Multipart fields: name of the field to file name, bytes and content type."""


def fill(template: str, **values: str | None) -> str:
    """Fill a path template; values are quoted, a missing one stays visible as ``-``."""
    return re.sub(r"\{(\w+)\}", lambda match: quote(values.get(match[1]) or "-", safe=""), template)


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with lower-case names."""
    return {name.lower(): value for name, value in headers.items()}


def parsed(response: requests.Response) -> Any:
    """Return the body: :func:`fingerprint` of a file; JSON where the content type says so and it is; else text.

    ``None`` when there is none.
    """
    kind = response.headers.get("Content-Type", "")
    if "attachment" in response.headers.get("Content-Disposition", ""):
        return fingerprint(response.content)  # a file, whatever is in it
    if not response.content:
        return None
    if "json" in kind:
        return decoded(response.content)
    return response.content.decode("utf-8", "replace")


def fingerprint(content: bytes) -> dict[str, Any]:
    """Return what is recorded of a file's bytes."""
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def masked(body: Any) -> Any:
    """Return a body with its token replaced by a digest and the characters that a token must not have."""
    if isinstance(body, Mapping) and isinstance(body.get("token"), str) and body["token"]:
        digest = hashlib.sha256(body["token"].encode()).hexdigest()[:12]
        return {**body, "token": f"digest-{digest}" + re.sub(r"[A-Za-z0-9]", "", body["token"])}
    return body


def decoded(frame: str | bytes) -> Any:
    """Return a frame as JSON where it is, else as text."""
    try:
        return json.loads(frame)
    except ValueError:
        return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")


def started_id(body: Any) -> str | None:
    """Return the id of the conversation that the answer to a start holds."""
    conversation = body.get("conversation") if isinstance(body, Mapping) else None
    identity = conversation.get("id") if isinstance(conversation, Mapping) else None
    return identity if isinstance(identity, str) else None


def shown(body: Any, content: bytes | None, files: Files | None) -> Any:
    """Return what was sent, as it is recorded."""
    if files is not None:
        return {
            name: {"name": file_name, "content_type": kind, **fingerprint(data)}
            for name, (file_name, data, kind) in files.items()
        }
    return body if content is None else content.decode("utf-8", "replace")
