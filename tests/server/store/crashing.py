"""The crash test: a server is killed again and again while clients write and read; nothing may be lost or doubled.

``python -m tests.server.store.crashing 200 [scale]`` plays it and prints what came out.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.server.store.clients import Client
from tests.server.store.process import StoredServer
from tests.server.support import until

CLIENTS = 3
KILLS_A_ROUND = 20
"""Then new conversations are begun: a log keeps 10,000 events."""

MOST_SECONDS = 0.4
"""The server is killed within this (wall) after every conversation has gone on."""

GOES_ON_SECONDS = 60.0
SCRIPT = """\
name: talks without end
agents: [{id: ada, nickname: Ada}]
rules:
  - on: started
    steps:
      - join: ada
      - repeat:
          times: 10000
          steps:
            - wait: {messages: 3, seconds: [0.02, 0.2]}
            - say: "{count}: {text}"
"""


@dataclass
class Outcome:
    """What came out of a crash test."""

    kills: int = 0
    conversations: int = 0
    acknowledged: int = 0
    events: int = 0
    said_by_script: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or otherwise wrong."""
        return not (self.lost or self.doubled or self.changed or self.wrong)

    def told(self) -> str:
        """Return it in words."""
        counts = f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.changed)} changed events"
        first = [*self.lost, *self.doubled, *self.changed, *self.wrong][:10]
        return "\n".join(
            [
                f"{self.kills} kills, {self.conversations} conversations, {self.acknowledged} acknowledged messages",
                counts,
                f"{self.events} events in the logs, {self.said_by_script} of them said by the script",
                f"other findings: {len(self.wrong)}",
                *first,
            ]
        )


class CrashTest:
    """One run: ``kills`` times until every conversation has gone on, and a random moment more."""

    def __init__(self, folder: Path, kills: int, seed: int, tier: str) -> None:
        script = folder / "script.yaml"
        script.write_text(SCRIPT)
        self.outcome = Outcome()
        self._server = StoredServer(folder, "--script", str(script), "--server", tier)
        self._kills = kills
        self._random = Random(seed)
        self._stop = threading.Event()
        self._clients: list[Client] = []

    def run(self) -> Outcome:
        """Play it."""
        self._server.start()
        try:
            while self.outcome.kills < self._kills:
                self._play_round()
        finally:
            self._stop.set()
            self._server.stop()
        return self.outcome

    def _play_round(self) -> None:
        """Begin new conversations, kill some times, and judge them."""
        self._stop = threading.Event()
        first = self.outcome.kills * CLIENTS
        self._clients = [Client(self._server.url, first + number, self._stop) for number in range(CLIENTS)]
        for client in self._clients:
            client.begin()
        for _ in range(min(KILLS_A_ROUND, self._kills - self.outcome.kills)):
            self._await_going_on()
            self._stop.wait(self._random.uniform(0, MOST_SECONDS))
            self._server.kill()
            self._server.start()
            self.outcome.kills += 1
        self._await_going_on()
        self._stop.set()
        for client in self._clients:
            client.join()
            client.start()
            self._judge(client)
            self.outcome.conversations += 1

    def _await_going_on(self) -> None:
        """Wait until in each conversation a message is acknowledged and the script says something."""
        before = [(len(client.acknowledged), _said(client)) for client in self._clients]

        def goes_on() -> bool:
            now = [(len(client.acknowledged), _said(client)) for client in self._clients]
            pairs = zip(before, now, strict=True)
            return all(later[0] > early[0] and later[1] > early[1] for early, later in pairs) or self._is_broken()

        until(goes_on, "every conversation goes on", GOES_ON_SECONDS)

    def _is_broken(self) -> bool:
        return any(client.wrong or client.seen.changed for client in self._clients)

    def _judge(self, client: Client) -> None:
        events: list[dict[str, Any]] = client.get("/events?after=0")["events"]
        messages: list[dict[str, Any]] = client.get("/messages")["messages"]
        for event in events:
            client.seen.note(event)
        told, name = self.outcome, client.conversation_id
        told.wrong += client.wrong
        told.changed += client.seen.changed
        told.lost += [f"{name}: event {seq}" for seq in client.seen.events if seq > len(events)]
        if [event["seq"] for event in events] != list(range(1, len(events) + 1)):
            told.wrong.append(f"{name}: the log has gaps")
        times = Counter(one.get("client_message_id") for one in messages if one["author"]["role"] == "user")
        ids = {one["client_message_id"]: one["id"] for one in messages if "client_message_id" in one}
        told.lost += [f"{name}: {each}" for each, said in client.acknowledged.items() if ids.get(each) != said]
        told.doubled += [f"{name}: {each} is there {count} times" for each, count in times.items() if count > 1]
        told.acknowledged += len(client.acknowledged)
        told.events += len(events)
        told.said_by_script += sum(one["author"]["role"] == "agent" for one in messages)


def _said(client: Client) -> int:
    """Return the position of the last thing that the script said, as far as anybody was shown."""
    with client.seen.lock:
        found = [seq for seq, text in client.seen.events.items() if '"role": "agent"' in text]
    return max(found, default=0)


def main(kills: int, tier: str = "embedded") -> None:
    """Play it and print what came out."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = CrashTest(Path(folder), kills, kills, tier).run()
    sys.stdout.write(outcome.told() + "\n")
    sys.exit(not outcome.is_good)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
