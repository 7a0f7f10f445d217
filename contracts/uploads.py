"""The files of a program: what a step says of a file, as the host hands it to the adapter and as the trace shows it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

FILLING = b"0123456789abcdef"
"""What a file is made of whose size alone is told."""


def content_of(file: Mapping[str, Any]) -> bytes:
    """Return the bytes of a file: ``content_base64``, ``content`` (a text), or ``size`` bytes.

    Raises:
        ValueError: the step says nothing of the content, or it is no base64.
    """
    if "content_base64" in file:
        return base64.b64decode(file["content_base64"], validate=True)
    if "content" in file:
        return str(file["content"]).encode()
    if "size" in file:
        return (FILLING * (int(file["size"]) // len(FILLING) + 1))[: int(file["size"])]
    raise ValueError(f"the file {file.get('name')!r} needs a content, a content_base64 or a size")


def for_adapter(file: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file as the host hands it over (:class:`contracts.adapter.FileUpload`)."""
    content_type = file.get("content_type", "application/octet-stream")
    return {"id": file["id"], "name": file["name"], "content_type": content_type, "content": content_of(file)}


def for_trace(file: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file as it stands in the trace: with size and digest instead of the bytes."""
    handed = for_adapter(file)
    content = handed.pop("content")
    return {**handed, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
