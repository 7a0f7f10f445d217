"""Files the user uploads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from mockdesk.core.events import FileState
from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class StoredFile:
    """An uploaded file. The name is data, never a path; the content stays in memory."""

    id: str
    name: str
    content_type: str
    content: bytes
    state: FileState = "pending"
    message: str | None = None

    @cached_property
    def sha256(self) -> str:
        """The digest of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    def to_data(self) -> dict[str, Any]:
        """Return the wire shape, without the content."""
        return {
            "id": self.id,
            "name": self.name,
            "content_type": self.content_type,
            "size": len(self.content),
            "state": self.state,
        }


def type_allowed(name: str, content_type: str, allowed: Iterable[str]) -> bool:
    """Tell whether a file fits one of the ``allowed`` types: ``image/*``, ``text/plain`` or ``.pdf``; none: any."""
    patterns = [entry.strip().lower() for entry in allowed if entry.strip()]
    essence = content_type.split(";")[0].strip().lower()

    def fits(pattern: str) -> bool:
        return name.lower().endswith(pattern) if pattern.startswith(".") else fnmatchcase(essence, pattern)

    return not patterns or any(map(fits, patterns))
