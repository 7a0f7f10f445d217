"""Readings of files: what the user chose and sent, what became of it, and what the desk has. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from contracts.trace import Entry
from contracts.views import Call, Chat

File = Mapping[str, Any]
MULTIPART = (("\r\n", "%0D%0A"), ("\r", "%0D"), ("\n", "%0A"), ('"', "%22"))
"""How a form escapes what cannot stand in a name (HTML's multipart/form-data): the one change that anybody may make."""


def same_name(one: str, other: str) -> bool:
    """Tell whether two file names are the same, but for the escapes of a form."""
    return one == other or _escaped(one) == _escaped(other)


def _escaped(name: str) -> str:
    for character, escape in MULTIPART:
        name = name.replace(character, escape)
    return name


def same_type(one: str, other: str) -> bool:
    """Tell whether two content types are the same: their essence, without parameters, whatever the case."""
    return one.partition(";")[0].strip().lower() == other.partition(";")[0].strip().lower()


@dataclass(frozen=True)
class SentFile:
    """A file that went along with a message, and the final statuses that the host was told of it."""

    file: File
    call: Call
    statuses: tuple[Entry, ...]

    @property
    def name(self) -> str:
        """The file's name."""
        return str(self.file["name"])

    @property
    def arrived(self) -> bool:
        """Whether the adapter told that it arrived."""
        return bool(self.statuses) and not self.statuses[-1].data.get("is_error")

    def is_same(self, stored: File) -> bool:
        """Tell whether a file of the desk has this one's bytes."""
        return bool(stored.get("sha256") == self.file["sha256"])


def sent_files(chat: Chat) -> Iterator[SentFile]:
    """Yield the files that were sent with messages, in order; of a file that was sent twice only the first time."""
    known: set[str] = set()
    for call in chat.calls("send_message_to_agent"):
        for file in call.data.get("files", []):
            if file["id"] not in known and "sha256" in file:
                known.add(file["id"])
                yield SentFile(file, call, tuple(statuses(chat, file["id"])))


def statuses(chat: Chat, file_id: str) -> list[Entry]:
    """Return the statuses that the host was told of a file, in order."""
    return [entry for entry in chat.callbacks("set_file_upload_status") if entry.data.get("file_id") == file_id]


def selections(chat: Chat) -> list[Call]:
    """Return the calls in which the user chose files."""
    return chat.calls("files_selected_for_upload")


def stored_files(chat: Chat) -> list[File]:
    """Return what the desk has of this chat's files, with their digests; empty where it does not tell."""
    return [file for file in (chat.truth or {}).get("files", []) if "sha256" in file]


def tells_digests(chat: Chat) -> bool:
    """Tell whether the desk says of its files what is in them."""
    return chat.truth is not None and all("sha256" in file for file in chat.truth.get("files", []))


def announced(chat: Chat, before: int) -> Mapping[str, Any]:
    """Return what the adapter had announced of files before an entry, in this chat or while it was built."""
    known: dict[str, Any] = {}
    for entry in chat.trace:
        if entry.kind == "update_capabilities" and entry.user == chat.user and entry.index < before:
            known.update(entry.data["capabilities"])
    return known


def fits(file: File, types: str) -> bool:
    """Tell whether a file is of one of the announced types (as in the ``accept`` attribute of HTML); none: any is."""
    wanted = [kind.strip().lower() for kind in types.split(",") if kind.strip()]
    essence, name = str(file["content_type"]).partition(";")[0].strip().lower(), str(file["name"]).lower()
    return not wanted or any(
        name.endswith(kind) if kind.startswith(".") else fnmatchcase(essence, kind) for kind in wanted
    )


def problem(chat: Chat, file: File, before: int) -> str | None:
    """Return why the user must not send a file, by what the adapter announced and the desk was set up with."""
    rules = announced(chat, before)
    if rules.get("allow_file_uploads") is False:
        return "files are not allowed"
    if not fits(file, str(rules.get("allowed_file_upload_types") or "")):
        return f"{file['content_type']} is not one of {rules['allowed_file_upload_types']}"
    largest = (chat.trace.about.get("settings") or {}).get("max_file_bytes")
    if isinstance(largest, int) and file["size"] > largest:
        return f"it has {file['size']} bytes, {largest} are allowed"
    return None
