"""A small honest client: it shows each event once and in order, and goes on where it was after every loss.

It grows more patient as long as its connections bring nothing: on a busy machine, clients that give up early and come
again at once would keep the desk busy with those that have gone."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import Any

from tests.hard.storm.transports import LONGEST_QUIET_SECONDS, QUIET_SECONDS, Lost, Transport
from tests.server.support import User

ENDED = "conversation.ended"
MOST_HELD = 50
"""How many events a client keeps that came too early, before it asks anew for what is missing."""


class Client:
    """Reads one conversation in a thread of its own until its end was shown.

    ``shown``: what the user has seen, as position and text. ``counts``: what had to be borne.
    """

    def __init__(self, user: User, transport: Transport, name: str) -> None:
        self.user = user
        self.shown: list[tuple[int, str]] = []
        self.counts: Counter[str] = Counter()
        self.may_read = threading.Event()
        self.may_read.set()
        self.is_over = False
        self._transport = transport
        self._early: dict[int, dict[str, Any]] = {}
        self._given_up = False
        self.thread = threading.Thread(target=self._run, name=f"storm-{name}", daemon=True)

    @property
    def position(self) -> int:
        """The position of the last event that was shown."""
        return self.shown[-1][0] if self.shown else 0

    def give_up(self) -> None:
        """Read no further: the test has failed already."""
        self._given_up = True
        self.may_read.set()

    def _run(self) -> None:
        fruitless = 0
        while not self.is_over and not self._given_up:
            self.counts["connections"] += 1
            self._early.clear()
            before = self.position
            is_lost = self._read(min(LONGEST_QUIET_SECONDS, QUIET_SECONDS * 2**fruitless))
            fruitless = 0 if self.position > before or not is_lost else min(fruitless + 1, 5)

    def _read(self, patience: float) -> bool:
        """Read over one connection until it ends; return whether it was lost. ``patience``: how many quiet
        seconds (wall) count as a loss."""
        try:
            for frame in self._transport(self.user, self.position, patience):
                self._take(frame)
                self.may_read.wait()
                if self.is_over or self._given_up or len(self._early) > MOST_HELD:
                    break
        except Lost as lost:
            self.counts[str(lost)] += 1
            return True
        return False

    def _take(self, frame: str) -> None:
        """Show an event when it is its turn; what came before is dropped, what comes too early is kept."""
        event = _event(frame)
        if event is None:
            self.counts["frames that are no events"] += 1
        elif event["seq"] <= self.position or event["seq"] in self._early:
            self.counts["events that came again"] += 1
        else:
            if event["seq"] != self.position + 1:
                self.counts["events that came early"] += 1
            self._early[event["seq"]] = event
            while (following := self._early.pop(self.position + 1, None)) is not None:
                self._show(following)

    def _show(self, event: dict[str, Any]) -> None:
        self.shown.append((event["seq"], text_of(event)))
        self.is_over = event["type"] == ENDED


def _event(frame: str) -> dict[str, Any] | None:
    """Return the event of a frame; ``None``: it cannot be read, or tells nothing that has a place in the log."""
    try:
        told = json.loads(frame)
    except ValueError:
        return None
    return told if isinstance(told, dict) and isinstance(told.get("seq"), int) and "data" in told else None


def text_of(event: dict[str, Any]) -> str:
    """Return what an event says besides its kind."""
    message = event["data"].get("message")
    return f"{event['type']}: {message['text'] if isinstance(message, dict) else ''}"
