"""The scripts that the benchmark lets our agents play: plain data, and files in the cache folder for a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TEXT = "Hello, how can I help you with your order today?"
"""The same text as the floor pushes."""
GO = "go"
"""The signal that lets the agents of :func:`talk` begin."""
HOUR = 3_600
TALKS_AN_HOUR = 12
MOST_ROUNDS = 1_000


def _script(name: str, *steps: Any) -> dict[str, Any]:
    agents = [{"id": "ada", "nickname": "Ada"}]
    return {"name": name, "agents": agents, "rules": [{"on": "started", "steps": [{"join": "ada"}, *steps]}]}


def _repeat(times: int, *steps: Any) -> dict[str, Any]:
    return {"repeat": {"times": times, "steps": list(steps)}}


def talk(messages: int, shortest: float, longest: float) -> dict[str, Any]:
    """Return a script whose agent waits for the signal, then says so many things with pauses drawn between the two."""
    pause = {"wait": {"seconds": [shortest, longest]}}
    return _script("talk", {"wait": {"signal": GO}}, _repeat(messages, pause, {"say": TEXT}))


def burst(events: int) -> dict[str, Any]:
    """Return a script whose agent says ``events`` things in each second."""
    return _script("burst", _repeat(MOST_ROUNDS, {"wait": 1}, _repeat(events, {"say": TEXT})))


def hour() -> dict[str, Any]:
    """Return a script of one hour: every five minutes the agent types for five seconds and says something."""
    pause = HOUR / TALKS_AN_HOUR - 5
    return _script("hour", _repeat(TALKS_AN_HOUR, {"wait": pause}, "typing", {"wait": 5}, {"say": TEXT}))


def text(script: dict[str, Any]) -> str:
    """Return the text of a script file."""
    return json.dumps(script)


def write(script: dict[str, Any], cache: Path) -> str:
    """Write a script into the cache folder and return the path, as ``--script`` takes it."""
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"{script['name']}.json"
    path.write_text(text(script))
    return str(path)
