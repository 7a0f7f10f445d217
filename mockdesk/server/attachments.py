"""Files that agents send: bytes under a path of the mock, so that a message's item can point to them."""

from __future__ import annotations

from mockdesk.core.errors import BodyTooLarge, FieldError, InvalidRequest, NotFound
from mockdesk.core.files import StoredFile
from mockdesk.core.limit_errors import LimitReached
from mockdesk.core.reading import encodable
from mockdesk.core.weight import Kept

MOST_NAME_CHARACTERS = 400


class Attachments:
    """The files of one desk by name. A name may hold slashes; it is data, never a path of this machine."""

    def __init__(self, most_bytes: int, most_files: int, kept: Kept) -> None:
        self._most_bytes = most_bytes
        self._most_files = most_files
        self._kept = kept
        self._files: dict[str, StoredFile] = {}

    def put(self, name: str, content: bytes, content_type: str) -> StoredFile:
        """Keep a file, instead of the one of the same name.

        Raises:
            InvalidRequest: the name is empty, too long, or not UTF-8.
            BodyTooLarge: it is larger than the desk takes from users, too.
            LimitReached: there are very many already.
            DeskFull: the desk keeps as much as it bears.
        """
        if not 0 < len(name) <= MOST_NAME_CHARACTERS or not encodable(name) or not encodable(content_type):
            detail = f"must be text of 1 to {MOST_NAME_CHARACTERS} characters"
            raise InvalidRequest("the file's name cannot stand in a URL", [FieldError("/name", detail)])
        if len(content) > self._most_bytes:
            raise BodyTooLarge(f"the file has {len(content)} bytes, {self._most_bytes} are allowed")
        if len(self._files) >= self._most_files and name not in self._files:
            raise LimitReached(f"the desk keeps {self._most_files} files of agents already; reset it")
        before = self._files.get(name)
        more = len(content) - (0 if before is None else len(before.content))
        self._kept.require(more)
        self._kept.add(more)
        made = self._files[name] = StoredFile(name, name, content_type, content, "accepted")
        return made

    def get(self, name: str) -> StoredFile:
        """Return a file.

        Raises:
            NotFound: there is none of this name.
        """
        if name not in self._files:
            raise NotFound(f"no agent has sent a file {name!r}")
        return self._files[name]
