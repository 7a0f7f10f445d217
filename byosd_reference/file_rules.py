"""Which files the user may send: what the desk said, and whether a file fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from byosd_reference import reading
from byosd_reference.desk_side import DeskCapabilities
from contracts.adapter import Capabilities, FileUpload


@dataclass(frozen=True)
class FileRules:
    """What may be sent. ``types`` holds media types, families (``image/*``) and endings (``.pdf``); empty: any."""

    allowed: bool = False
    multiple: bool = True
    types: tuple[str, ...] = ()
    largest: int | None = None

    @classmethod
    def from_desk(cls, capabilities: DeskCapabilities) -> FileRules:
        """Return the rules at the start of a chat."""
        types = capabilities.allowed_file_types
        any_type = "*/*" in types or "*" in types
        return cls(allowed=capabilities.files, types=() if any_type else types, largest=capabilities.max_file_bytes)

    def updated(self, data: Mapping[str, Any]) -> FileRules:
        """Return the rules after the desk changed them; what is missing in ``data`` stays as it was."""
        rules = self
        if isinstance(data.get("allow_file_uploads"), bool):
            rules = replace(rules, allowed=data["allow_file_uploads"])
        if isinstance(data.get("allow_multiple_file_uploads"), bool):
            rules = replace(rules, multiple=data["allow_multiple_file_uploads"])
        if "allowed_file_upload_types" in data:
            types = (reading.text(data, "allowed_file_upload_types") or "").split(",")
            rules = replace(rules, types=tuple(kind.strip() for kind in types if kind.strip()))
        return rules

    def for_host(self) -> Capabilities:
        """Return the rules as the host wants them."""
        return Capabilities(
            allow_file_uploads=self.allowed,
            allow_multiple_file_uploads=self.multiple,
            allowed_file_upload_types=",".join(self.types),
        )

    def problem(self, upload: FileUpload, *, is_first: bool) -> str | None:
        """Return what is wrong with a file, in words for the user, or ``None``."""
        if not self.allowed:
            return "Files cannot be sent in this chat."
        if not is_first and not self.multiple:
            return "Only one file can be sent at a time."
        if self.largest is not None and len(upload["content"]) > self.largest:
            return f"The file is larger than {self.largest} bytes."
        if self.types and not any(_fits(upload, kind.lower()) for kind in self.types):
            return "Files of this type cannot be sent."
        return None


def _fits(upload: FileUpload, kind: str) -> bool:
    content_type = upload["content_type"].partition(";")[0].strip().lower()
    if kind.startswith("."):
        return upload["name"].lower().endswith(kind)
    if kind.endswith("/*"):
        return content_type.startswith(kind[:-1])
    return kind in (content_type, "*")
