"""What a store costs: messages a second over HTTP with and without one, at 1 and at 32 clients, and the time of one.

``python -m bench.store_cost [SECONDS]`` starts ``mockdesk serve`` as a process for each line and prints a table. The
clients share this process, so that the figures say how the two compare, not how fast a server could be.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from bench.serving import Serving

SECONDS = 5.0
CLIENTS = (1, 32)


@dataclass(frozen=True)
class Line:
    """One line of the table: messages a second, and milliseconds of one (median and of the slowest hundredth)."""

    store: str
    clients: int
    rate: float
    median: float
    slowest: float

    def told(self) -> str:
        """Return the line in words."""
        return f"{self.store:<8} {self.clients:>7} {self.rate:>10.0f} {self.median:>8.1f} {self.slowest:>8.1f}"


class Client(threading.Thread):
    """A user who sends one message after the other over one connection."""

    def __init__(self, port: int, until: threading.Event) -> None:
        super().__init__(daemon=True)
        self.times: list[float] = []
        self._until = until
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        started = self._post("/v1/conversations", {"user_id": "bench"}, {})
        self._path = f"/v1/conversations/{started['conversation']['id']}/messages"
        self._headers = {"Authorization": f"Bearer {started['token']}"}

    def run(self) -> None:
        """Send until it is over."""
        while not self._until.is_set():
            began = time.perf_counter()
            self._post(self._path, {"text": "how long does this take?"}, self._headers)
            self.times.append(time.perf_counter() - began)
        self._connection.close()

    def _post(self, path: str, body: dict[str, str], headers: dict[str, str]) -> dict[str, dict[str, str]]:
        self._connection.request("POST", path, json.dumps(body), {**headers, "Content-Type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{path}: {answer.status} {content!r}")
        return dict(json.loads(content))


def measure(store: str, clients: int, seconds: float) -> Line:
    """Return one line."""
    with tempfile.TemporaryDirectory() as folder:
        name = "memory" if store == "memory" else f"sqlite:{Path(folder) / 'desk.db'}"
        with Serving(Path(folder), "--script", "no-agents", "--store", name) as port:
            over = threading.Event()
            users = [Client(port, over) for _ in range(clients)]
            began = time.perf_counter()
            for user in users:
                user.start()
            over.wait(seconds)
            over.set()
            for user in users:
                user.join()
            wall = time.perf_counter() - began
    times = sorted(moment * 1000 for user in users for moment in user.times)
    hundredths = quantiles(times, n=100)
    return Line(store, clients, len(times) / wall, hundredths[49], hundredths[98])


def main(seconds: float) -> None:
    """Print the table."""
    sys.stdout.write(f"{'store':<8} {'clients':>7} {'messages/s':>10} {'p50 ms':>8} {'p99 ms':>8}\n")
    for clients in CLIENTS:
        for store in ("memory", "sqlite", "memory", "sqlite"):
            sys.stdout.write(measure(store, clients, seconds).told() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
