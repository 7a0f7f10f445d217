"""A desk of another shape, with a memory of its own: engagements, entries, staff by label, events in batches.

It shares nothing with the mock. ``defects`` seeds faults by name, see :data:`DEFECTS`.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

THREADS = "foreign-desk"
CONSOLE_KEY = "console-of-the-foreign-desk"
DEFECTS = (
    "loses every third text",
    "tells an entry again on resume",
    "shows the texts of all",
    "takes any key",
    "does not check the key of the log",
    "does not end",
    "cuts texts",
    "accepts and drops texts after the end",
    "tells a batch backwards",
    "falls over odd letters",
    "forgets old entries",
    "repeats a client's entry",
)


class Refused(Exception):
    """A refusal: status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.answer = (status, reason)


@dataclass
class Engagement:
    """One chat."""

    number: int
    key: str
    visitor: str
    phase: str = "open"
    staff: list[str] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)


class ForeignDesk:
    """Everything the desk has. ``announces``: whether it tells that somebody of the staff arrived."""

    def __init__(self, defects: Iterable[str] = (), *, announces: bool = True) -> None:
        self.defects = frozenset(defects)
        assert self.defects <= set(DEFECTS)
        self.announces = announces
        self.changed = threading.Condition()
        self.engagements: dict[int, Engagement] = {}
        self.open: dict[int, int] = {}
        self.outage: set[int] = set()
        self.cuts: dict[int, int] = {}
        self._count = 4100
        self._texts = 0

    def number(self) -> int:
        """Return the next number; engagements and entries share them, so that neither is without gaps."""
        self._count += 3
        return self._count

    def begin(self, visitor: str) -> Engagement:
        """Open an engagement."""
        with self.changed:
            made = Engagement(self.number(), secrets.token_hex(12), visitor)
            self.engagements[made.number] = made
            self.add(made, "place", place=len(self.engagements), wait_seconds=90)
            return made

    def add(
        self, engagement: Engagement, kind: str, side: str = "desk", label: str = "", **more: Any
    ) -> dict[str, Any]:
        """Write an entry; whoever waits is told."""
        with self.changed:
            no = self.number()
            entry = {
                "no": no,
                "ref": f"e-{no}",
                "kind": kind,
                "from": {"side": side, "label": label},
                "stamp": int(time.time() * 1000),
                **more,
            }
            self._texts += kind == "text"
            if not (kind == "text" and "loses every third text" in self.defects and self._texts % 3 == 0):
                for one in self.engagements.values() if self._shows_all(kind) else (engagement,):
                    one.entries.append(entry)
            self.changed.notify_all()
            return entry

    def _shows_all(self, kind: str) -> bool:
        return kind == "text" and "shows the texts of all" in self.defects

    def say(self, engagement: Engagement, side: str, label: str, content: str, client_ref: Any) -> dict[str, Any]:
        """Write a text; one that a client sends again is the same, and another text under its name is refused."""
        with self.changed:
            known = [one for one in engagement.entries if client_ref and one.get("client_ref") == client_ref]
            if known and "repeats a client's entry" not in self.defects:
                if known[0]["body"]["content"] not in (content, content[:20]):
                    raise Refused(409, "this client_ref names another entry")
                return known[0]
            kept = content[:20] if "cuts texts" in self.defects else content
            return self.add(engagement, "text", side, label, body={"content": kept}, client_ref=client_ref)

    def close(self, engagement: Engagement, side: str, label: str) -> None:
        """Close an engagement, once."""
        with self.changed:
            if engagement.phase == "open" and not (side == "visitor" and "does not end" in self.defects):
                engagement.phase = "closed"
                self.add(engagement, "closed", side, label)

    def after(self, engagement: Engagement, mark: int, *, resumed: bool = False) -> list[dict[str, Any]]:
        """Return what came after a mark, the coming and going of staff left out where it is not announced."""
        kept = engagement.entries[-2:] if "forgets old entries" in self.defects else engagement.entries
        found = [one for one in kept if one["no"] > mark]
        if resumed and "tells an entry again on resume" in self.defects:
            old = [one for one in engagement.entries if one["no"] <= mark and one["kind"] == "text"]
            found = [{**one, "ref": f"{one['ref']}-again", "no": self.number()} for one in old[-1:]] + found
        found = [one for one in found if self.announces or one["kind"] not in ("arrived", "departed")]
        return found[::-1] if "tells a batch backwards" in self.defects else found
