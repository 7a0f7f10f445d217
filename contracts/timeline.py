"""A trace as text: one line an entry, a column for each side, the violation marked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from contracts.trace import Entry, Side, Trace

ARROWS = {
    Side.HOST: "user ->",
    Side.CALLBACK: "   <- host",
    Side.DESK: "agent  ",
    Side.WIRE: "wire   ",
    Side.SUITE: "suite  ",
}
HIDDEN = {"truth", "conversations", "returned", "ended", "constructed", "update_persisted_state"}
LONGEST = 100


def timeline(trace: Trace, at: int | None = None) -> list[str]:
    """Return the lines of a trace; the entry ``at`` is marked. Snapshots are left out."""
    return [line(entry, marked=entry.index == at) for entry in _shown(trace.entries)]


def _shown(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.kind not in HIDDEN]


def line(entry: Entry, *, marked: bool = False) -> str:
    """Return one entry as a line: time in seconds, chat, side, what."""
    mark = ">>" if marked else "  "
    who = entry.chat or entry.user or ""
    return f"{mark} {entry.time:8.3f}s {who:5} {ARROWS[entry.side]:10} {_words(entry)}".rstrip()


def _words(entry: Entry) -> str:
    if entry.kind in ("settled", "done"):
        outcome = "ok" if entry.data.get("ok") else f"refused: {entry.data.get('error')}"
        return f"  #{entry.call} {outcome}{_events(entry)}"
    hidden = ("running", "texts", "types", "connect_message", "minimal", "args", "keywords")
    details = {key: value for key, value in entry.data.items() if key not in hidden and value is not None}
    kind = f"#{entry.index} {entry.kind}" if entry.side in (Side.HOST, Side.DESK) else entry.kind
    text = " ".join(f"{key}={_short(value)}" for key, value in details.items())
    return f"{kind} {text}"


def _events(entry: Entry) -> str:
    events: list[dict[str, Any]] = list(entry.data.get("events", ()))
    return "".join(f" [{event['seq']} {event['type']}]" for event in events)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
