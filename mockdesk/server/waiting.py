"""Waiting for what the journal will say, instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from mockdesk.core.journal import JournalEntry
from mockdesk.server.host import DeskHost


def entry_data(entry: JournalEntry) -> dict[str, Any]:
    """Return an entry in built-in values of its own: nothing that the server still changes is handed out."""
    return _copy(entry.to_data())  # type: ignore[no-any-return]


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list | tuple) else value


def differences(match: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of ``match`` the entry does not have: it matches when there is none.

    A key is looked for in the entry and then in its ``data``; an object matches when each of its keys does.
    """
    data = entry.get("data", {})
    missing = object()
    found = {key: entry.get(key, data.get(key, missing)) for key in match}
    return {key: wanted for key, wanted in match.items() if not _fits(wanted, found[key])}


def _fits(wanted: Any, actual: Any) -> bool:
    if isinstance(wanted, Mapping) and isinstance(actual, Mapping):
        return all(key in actual and _fits(value, actual[key]) for key, value in wanted.items())
    return bool(wanted == actual)


def wait_for_entries(
    host: DeskHost, match: Mapping[str, Any], count: int, timeout_seconds: float, after: int
) -> dict[str, Any]:
    """Wait (wall seconds) until ``count`` entries after a position match; say whether they came, and which match."""
    deadline = time.monotonic() + timeout_seconds
    found: list[dict[str, Any]] = []
    position = after
    with host.lock:
        while True:
            entries = host.desk.journal.entries(position)
            found += [data for entry in entries if not differences(match, data := entry_data(entry))]
            position = entries[-1].position if entries else position
            left = deadline - time.monotonic()
            if len(found) >= count or left <= 0 or host.stopping:
                return {"matched": len(found) >= count, "count": len(found), "entries": found}
            host.changed.wait(left)
