"""One run of one of the vendor's clients: commands go in, events and answers come out as JSON lines."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 20.0
"""Wall seconds after which something that should have happened has not."""


@dataclass
class Browser:
    """The client's process. ``events`` is what it told so far, in order."""

    process: subprocess.Popen[str]
    events: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _take(self, deadline: float, awaited: str) -> None:
        try:
            line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise AssertionError(f"{awaited} did not come; the last were {self.events[-8:]}") from None
        assert line is not None, f"the client ended before {awaited}"
        told = json.loads(line)
        if "id" in told:
            self.answers[told["id"]] = told
        else:
            self.events.append(told)

    def ask(self, command: str, **given: Any) -> Any:
        """Give a command and return its result."""
        told = self.try_to(command, **given)
        assert "error" not in told, told
        return told["result"]

    def try_to(self, command: str, **given: Any) -> dict[str, Any]:
        """Give a command and return what became of it."""
        self.count += 1
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"id": self.count, "command": command, **given}) + "\n")
        self.process.stdin.flush()
        deadline = time.monotonic() + PATIENCE
        while self.count not in self.answers:
            self._take(deadline, f"an answer to {command}")
        return self.answers.pop(self.count)

    def await_event(self, name: str, after: int = 0, **about: Any) -> dict[str, Any]:
        """Return what the first fitting event later than a place tells."""
        deadline, place = time.monotonic() + PATIENCE, after
        while True:
            for event in self.events[place:]:
                told = event["about"]
                if event["event"] == name and (not about or (isinstance(told, dict) and about.items() <= told.items())):
                    return dict(told) if isinstance(told, dict) else {"value": told}
            place = len(self.events)
            self._take(deadline, f"{name} {about}")

    def await_state(self, state: str, after: int = 0) -> None:
        """Wait until the client's connection is in a state."""
        deadline = time.monotonic() + PATIENCE
        while {"event": "connectionStateChanged", "about": state} not in self.events[after:]:
            self._take(deadline, state)

    def messages(self) -> list[str]:
        """Return the texts of all messages that were told."""
        return [one["about"]["body"] for one in self.events if one["event"] == "messageAdded"]
