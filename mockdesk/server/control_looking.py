"""Looking on, in process: journal, stream, transcript, what was played as a script, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from mockdesk.core.files import StoredFile
from mockdesk.server.census import census
from mockdesk.server.control_stream import watch_events
from mockdesk.server.host import DeskHost
from mockdesk.server.waiting import entry_data, wait_for_entries


class DeskLooking:
    """What can be seen of a desk, and the files that agents and users have sent."""

    def __init__(self, host: DeskHost) -> None:
        self._host = host

    def _resolved(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a fault or a match in which the conversation, if one is named, goes by its id."""
        name = told.get("conversation_id")
        return {**told, "conversation_id": self._host.resolve(name)} if isinstance(name, str) else told

    def journal(self, after: int = 0, kinds: tuple[str, ...] | None = None, limit: int | None = None) -> dict[str, Any]:
        """Return ``{"entries", "missed", "last_position"}`` of the journal after a position: all entries, or the oldest
        ``limit``."""
        with self._host.use() as desk:
            page = desk.journal.read(after, kinds, most=limit)
        return {**page.to_data(), "entries": [entry_data(entry) for entry in page.entries]}

    def stream(
        self, after: str = "0", kinds: tuple[str, ...] | None = None, quiet_seconds: float | None = None
    ) -> Iterator[dict[str, Any]]:
        """Give the control stream's events ``{"event", "id", "data"}`` until the desk is reset or stops.

        ``after`` is a position or an ``id``; ``quiet_seconds`` (wall) ends it when nothing has come for so long.
        """
        return watch_events(self._host, after, kinds, quiet_seconds)

    def wait(
        self, match: Mapping[str, Any], count: int = 1, timeout_seconds: float = 5.0, after: int = 0
    ) -> dict[str, Any]:
        """Wait (wall seconds) until ``count`` journal entries match; return ``{"matched", "count", "entries"}``."""
        return wait_for_entries(self._host, self._resolved(match), count, timeout_seconds, after)

    def transcript(self) -> str:
        """Return the canonical JSON of all event logs."""
        with self._host.use() as desk:
            return desk.transcript()

    def digest(self) -> str:
        """Return the SHA-256 of the transcript."""
        with self._host.use() as desk:
            return desk.digest()

    def played_script(self, conversation_id: str) -> str:
        """Return what the agents did in a conversation as a script file (YAML) that plays the same again.

        Raises:
            UnknownPosition: the journal no longer has the beginning.
        """
        from mockdesk.scripts.played import played_script  # with PyYAML, which a start need not wait for

        with self._host.use() as desk:
            return played_script(desk, self._host.resolve(conversation_id))

    def census(self) -> dict[str, Any]:
        """Return ``{"streams": {conversation: n}, "polls": {conversation: n}, "requests": n}`` that are open now."""
        return census(self._host)

    # Files

    def put_file(self, name: str, content: bytes, content_type: str = "application/octet-stream") -> dict[str, Any]:
        """Keep a file that agents can send: an item's ``url`` is the desk's URL with the ``path`` that is returned."""
        with self._host.lock:
            return file_data(self._host.attachments.put(name, content, content_type))

    def file(self, name: str) -> bytes:
        """Return the content of a file that agents can send."""
        with self._host.lock:
            return self._host.attachments.get(name).content

    def user_file(self, conversation_id: str, file_id: str) -> bytes:
        """Return the content of a file that the user has sent."""
        with self._host.use() as desk:
            return desk.file(self._host.resolve(conversation_id), file_id).content


def file_data(file: StoredFile) -> dict[str, Any]:
    """Return what is told of an agent's file."""
    path = f"/_mock/files/{quote(file.name)}"
    return {"name": file.name, "content_type": file.content_type, "size": len(file.content), "path": path}
