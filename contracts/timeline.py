"""A trace as text: one line an entry, a column for each side, the violation marked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from contracts.printable import printable
from contracts.trace import Entry, Side, Trace

ARROWS = {
    Side.HOST: "user ->",
    Side.CALLBACK: "   <- host",
    Side.DESK: "agent  ",
    Side.WIRE: "wire   ",
    Side.SUITE: "suite  ",
}
HIDDEN = {"truth", "conversations", "requests", "returned", "ended", "constructed", "update_persisted_state"}
UNTOLD = {"running", "texts", "types", "connect_message", "minimal", "args", "keywords"}
LONGEST = 100
LONGEST_TIMELINE = 60


def timeline(trace: Trace, at: int | None = None) -> list[str]:
    """Return the lines of a trace; the entry ``at`` is marked. Snapshots are left out, unless one is marked."""
    return [line(entry, marked=entry.index == at) for entry in shown(trace.entries, at)]


def around(lines: list[str]) -> list[str]:
    """Return the lines around the marked one, and how many were left out before and after."""
    if len(lines) <= LONGEST_TIMELINE:
        return lines
    marked = next((number for number, line in enumerate(lines) if line.startswith(">>")), len(lines) - 1)
    first = max(0, min(marked - LONGEST_TIMELINE + 10, len(lines) - LONGEST_TIMELINE))
    head = [f"   ... {first} earlier lines are in the JSON report"] if first else []
    tail = (
        [f"   ... {len(lines) - first - LONGEST_TIMELINE} later lines"] if first + LONGEST_TIMELINE < len(lines) else []
    )
    return head + lines[first : first + LONGEST_TIMELINE] + tail


def shown(entries: Iterable[Entry], at: int | None = None) -> list[Entry]:
    """Return the entries that a reader wants to see: all but snapshots, and the one that is marked."""
    return [entry for entry in entries if entry.kind not in HIDDEN or entry.index == at]


def line(entry: Entry, *, marked: bool = False) -> str:
    """Return one entry as a line: time in seconds, chat, side, what."""
    mark = ">>" if marked else "  "
    who = entry.chat or entry.user or ""
    return f"{mark} {entry.time:8.3f}s {who:5} {ARROWS[entry.side]:10} {_words(entry)}".rstrip()


def _words(entry: Entry) -> str:
    if entry.kind in ("settled", "done"):
        outcome = "ok" if entry.data.get("ok") else f"refused: {entry.data.get('error')}"
        return f"  #{entry.call} {outcome}{_events(entry)}"
    kind = f"#{entry.index} {entry.kind}" if entry.side in (Side.HOST, Side.DESK) else entry.kind
    return f"{kind} {details(entry)}"


def details(entry: Entry) -> str:
    """Return what an entry holds, in one line; what only requirements need is left out."""
    told = {key: value for key, value in entry.data.items() if key not in UNTOLD and value is not None}
    return " ".join(f"{key}={short(value)}" for key, value in told.items())


def _events(entry: Entry) -> str:
    events: list[dict[str, Any]] = list(entry.data.get("events", ()))
    return "".join(f" [{event['seq']} {event['type']}]" for event in events)


def short(value: Any) -> str:
    """Return a value as text, cut after :data:`LONGEST` characters."""
    text = printable(json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else repr(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
