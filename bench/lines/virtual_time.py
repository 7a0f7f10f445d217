"""Line: how fast virtual time runs: an hour of script, without HTTP."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Iterator
from functools import partial

from bench import agent_scripts
from bench.lines.live_conversations import case_of
from bench.measurement import Line, Measurement, Quantity, Setup, Values, attempt
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import StartRequest
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.settings import DeskSettings
from mockdesk.scripts import parse_script

RUNS = 5
CORE = "mockdesk core"


def _measure(setup: Setup) -> Iterator[Measurement]:
    for count in setup.sizes.virtual_conversations:
        yield attempt(setup, CORE, case_of(count), partial(_median, count))


def _median(count: int) -> Values:
    runs = [_play(count) for _ in range(RUNS)]
    seconds, events = statistics.median(run[0] for run in runs), runs[0][1]
    return Values({"ms": seconds * 1_000, "events": events, "us": seconds / events * 1e6})


def _play(count: int) -> tuple[float, int]:
    """Return the seconds (wall) of an hour, and how many events fell into it."""
    clock = VirtualClock()
    desk = Desk(DeskSettings(seed=1), clock)
    desk.install_script(ScriptPlayer(parse_script(agent_scripts.text(agent_scripts.hour()))))
    chats = [desk.start(StartRequest(f"user-{number}", "Ada")).conversation for number in range(count)]
    before = sum(chat.log.last_seq for chat in chats)
    gc.collect()
    began = time.perf_counter()
    clock.advance(agent_scripts.HOUR)
    seconds = time.perf_counter() - began
    return seconds, sum(chat.log.last_seq for chat in chats) - before


LINE = Line(
    "virtual-time",
    "One hour of script in virtual time",
    "The core alone, without a server: every five minutes an agent types for five seconds and says something, in each "
    "conversation. Median of five runs.",
    (Quantity("ms", "wall ms", 1), Quantity("events", "events"), Quantity("us", "µs an event", 1)),
    _measure,
)
