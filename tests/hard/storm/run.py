"""Rounds of a storm: many conversations, each read by a client over one of three transports, while faults strike.

A round has a desk of its own, so that its memory goes with it. All is drawn from the seed and the round's number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from mockdesk import DeskControl, RunningServer
from mockdesk.server.options import ServerOptions
from mockdesk.server.slowness import StreamLimits
from tests.hard.storm.client import Client, text_of
from tests.hard.storm.transports import TRANSPORTS
from tests.hard.storm.weather import fault
from tests.hard.tiers import EMBEDDED, server_of
from tests.hard.watch import Watch, watching
from tests.server.support import start

OPTIONS = ServerOptions(
    StreamLimits(ping_seconds=5.0, stall_seconds=0.5, lag_events=150), poll_cap_seconds=0.1, barrier_seconds=0.5
)
"""Who does not read is cut off soon, and nobody waits long for them."""
SAYINGS_OF_A_WAVE = 25
LONG_SAYINGS = 3
"""So many of them are long, so that a client that does not read is soon full."""
FAULTS_OF_A_WAVE = 12
WAVES_TO_A_RELEASE = 4
SECONDS = 120.0
"""How long (wall) a round may take to come to rest once the storm is over: far longer than it needs."""
SCRIPT = {
    "name": "storm",
    "agents": [{"id": "ada", "nickname": "Ada"}],
    "rules": [
        {"on": "started", "steps": ["join"]},
        {
            "on": {"signal": "wave"},
            "steps": [
                {"repeat": {"times": SAYINGS_OF_A_WAVE - LONG_SAYINGS, "steps": [{"say": "short"}]}},
                {"repeat": {"times": LONG_SAYINGS, "steps": [{"say": "long" * 900}]}},
            ],
        },
        {"on": {"signal": "over"}, "steps": ["end"]},
    ],
}


@dataclass
class Result:
    """What came of a storm. ``wrong`` tells each client that did not see every event once and in order."""

    events: int = 0
    conversations: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    faults: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"{self.events} events to {self.conversations} conversations through {self.faults} faults: "
        told += f"lost {self.lost}, doubled {self.doubled}, out of order {self.disordered}; clients met "
        return told + ", ".join(f"{count} {name}" for name, count in self.counts.most_common())


class Round:
    """One desk's storm."""

    def __init__(self, server: RunningServer, seed: int, number: int, size: int, waves: int) -> None:
        self._random = Random(f"{seed}/{number}")
        self._server = server
        self._waves = waves
        self._control = server.new_desk({"script": SCRIPT, "journal_limit": 200, "event_retention": 100_000})
        users = [start(server.desk_url(self._control)) for _ in range(size)]
        names = list(TRANSPORTS)
        self._clients = [
            Client(user, TRANSPORTS[names[index % len(names)]], f"{number}-{index}") for index, user in enumerate(users)
        ]
        self._ids = [user.conversation_id for user in users]

    def play(self, result: Result) -> None:
        """Play the storm, let it come to rest, and judge what every client has shown."""
        for client in self._clients:
            client.thread.start()
        try:
            for number in range(self._waves):
                self._wave(number, result)
            self._rest()
        finally:
            self._judge(result)
            self._server.remove_desk(self._control.name)

    def _wave(self, number: int, result: Result) -> None:
        for _ in range(self._random.randrange(FAULTS_OF_A_WAVE)):
            self._control.inject(fault(self._random, self._ids))
            result.faults += 1
        for client in self._clients:
            if self._random.random() < 0.03:
                client.may_read.clear()
            elif self._random.random() < 0.1:
                client.may_read.set()
        self._control.signal("wave")
        if self._random.random() < 0.3:
            self._control.release(
                self._random.choice((None, self._random.choice(self._ids))), self._random.choice((1, 3))
            )
        if number % WAVES_TO_A_RELEASE == WAVES_TO_A_RELEASE - 1:
            self._control.release()
            self._control.advance(10)

    def _rest(self) -> None:
        """Let everything go that is held back, and end every conversation: the last event that there is to show."""
        for client in self._clients:
            client.may_read.set()
        self._control.clear_faults()
        self._control.advance(60)
        self._control.signal("over")
        for client in self._clients:
            client.thread.join(SECONDS)

    def _judge(self, result: Result) -> None:
        for client in self._clients:
            client.give_up()
            client.thread.join(SECONDS)
            judge_one(client, self._control, result)
            client.user.http.close()


def judge_one(client: Client, control: DeskControl, result: Result) -> None:
    """Compare what a client has shown with the desk's own log."""
    truth: list[dict[str, Any]] = control.conversation(client.user.conversation_id)["events"]
    wanted = [(event["seq"], text_of(event)) for event in truth]
    seqs = [seq for seq, _ in client.shown]
    lost, doubled = len(set(wanted) - set(client.shown)), len(seqs) - len(set(seqs))
    disordered = sum(later <= earlier for earlier, later in pairwise(seqs))
    result.events += len(wanted)
    result.conversations += 1
    result.lost += lost
    result.doubled += doubled
    result.disordered += disordered
    result.counts.update(client.counts)
    if client.shown != wanted:
        told = f"shown {len(seqs)} of {len(wanted)}, last {seqs[-1:]}"
        result.wrong.append(f"{client.thread.name}: {told}, lost {lost}, doubled {doubled}; {dict(client.counts)}")


def play(events: int, seed: int, tier: str = EMBEDDED, size: int = 42, waves: int = 40) -> tuple[Result, Watch]:
    """Play rounds until there were so many events."""
    result, number = Result(), 0
    with watching() as watch, server_of(tier, options=OPTIONS) as server:
        while result.events < events and not result.wrong and not watch.seen:
            Round(server, seed, number, size, waves).play(result)
            number += 1
    return result, watch
