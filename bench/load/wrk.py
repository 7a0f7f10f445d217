"""Running wrk and reading what it says. It reuses connections where the server lets it, as browsers do."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.peers.catalog import Create
from bench.processes import HOST, CannotMeasure, ServerProcess

SCRIPT = Path(__file__).with_name("post.lua")
THREADS = 2
MARK = "JSON "


@dataclass(frozen=True)
class Requests:
    """What wrk told: ``rate`` requests a second, latencies in milliseconds, ``errors`` of any kind."""

    rate: float
    p50_ms: float
    p99_ms: float
    requests: int
    errors: int
    generator_cpu_percent: float = 0.0
    """Of each of its threads; at 100 the generator is the limit."""
    server_cpu_us: float = 0.0
    """CPU of the server's processes for each request."""


def read_requests(output: str) -> Requests:
    """Read the output of wrk with ``post.lua``.

    Raises:
        CannotMeasure: the line with the figures is missing, or there was no answer at all.
    """
    line = next((line for line in output.splitlines() if line.startswith(MARK)), None)
    if line is None:
        raise CannotMeasure(f"wrk said {output.strip()[-100:]!r}")
    told = json.loads(line.removeprefix(MARK))
    if not told["requests"]:
        raise CannotMeasure("not one request was answered")
    errors = told["not_2xx"] + told["socket_errors"] + told["timeouts"]
    return Requests(told["rate"], told["p50_ms"], told["p99_ms"], told["requests"], errors)


def run(server: ServerProcess, create: Create, clients: int, seconds: float, warm_seconds: float) -> Requests:
    """Send creates for a while, after a while that does not count.

    Raises:
        CannotMeasure: there is no wrk, or nothing was answered.
    """
    if shutil.which("wrk") is None:
        raise CannotMeasure("needs wrk, which this machine has not")
    _wrk(server, create, clients, warm_seconds)
    server_before, own_before, began = server.cpu_seconds(), _children_cpu_seconds(), time.perf_counter()
    told = read_requests(_wrk(server, create, clients, seconds))
    passed = time.perf_counter() - began
    own = (_children_cpu_seconds() - own_before) / passed / THREADS * 100
    used = (server.cpu_seconds() - server_before) / told.requests * 1e6
    return Requests(told.rate, told.p50_ms, told.p99_ms, told.requests, told.errors, own, used)


def _wrk(server: ServerProcess, create: Create, clients: int, seconds: float) -> str:
    headers = "|".join(f"{name}: {value}" for name, value in create.headers.items())
    threads = min(THREADS, clients)
    line = ["wrk", f"-t{threads}", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--latency", "-s", str(SCRIPT)]
    environment = {**os.environ, "BODY": create.body, "HEADERS": headers}
    url = f"http://{HOST}:{server.port}{create.path}"
    return subprocess.run([*line, url], env=environment, capture_output=True, text=True, check=False).stdout


def _children_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
