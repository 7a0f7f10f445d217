"""The desk probes: fixed programs of requests whose exchanges and frames are recorded, for requirements to judge.

Every record carries the probe's name and a ``purpose``, such as ``end.again`` or ``token.foreign``; the purpose
``prepare`` marks what only sets the stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.adapter import DeskDriver
from contracts.desk import (
    probe_access,
    probe_conversation,
    probe_events,
    probe_files,
    probe_limits,
    probe_transports,
)
from contracts.desk.bench import Bench, CannotProbe, Probe
from contracts.desk.wire import NONE, Record, Wire

PROBES: tuple[Probe, ...] = (
    *probe_conversation.PROBES,
    *probe_access.PROBES,
    *probe_events.PROBES,
    *probe_transports.PROBES,
    *probe_limits.PROBES,
    *probe_files.PROBES,
)

FUZZ_REQUIREMENTS = frozenset({"ERR-06", "ERR-07", "SEC-04"})
"""What generated requests can speak against."""


@dataclass(frozen=True)
class Outcome:
    """What became of a probe: it ran, or ``reason`` says why not (``broken``: the desk did not let it begin)."""

    probe: str
    aims: tuple[str, ...]
    ran: bool
    reason: str | None = None
    broken: bool = False


def run_probes(
    desk_url: str,
    recorder: Record,
    *,
    driver: DeskDriver | None = None,
    api_key: str | None = None,
    select: Iterable[str] | None = None,
    timeout: float = 10.0,
    wire: Wire | None = None,
    capabilities: Mapping[str, Any] | None = None,
) -> list[Outcome]:
    """Run the probes, or the selected ones (names of probes or ids of requirements), one after the other.

    ``timeout`` is wall seconds for each answer. ``driver`` must be at the same desk. Conversations that a probe started
    are ended after it. Nothing here judges, and nothing that the desk answers raises. ``wire`` and ``capabilities`` are
    given for a desk of another shape.
    """
    wanted = set(select) if select is not None else None
    wire = wire or Wire(desk_url, recorder, timeout=timeout)
    try:
        if capabilities is None:
            answer = wire.request("getCapabilities", token=NONE, purpose="capabilities")
            capabilities = answer.body if answer.ok and isinstance(answer.body, Mapping) else {}
        bench = Bench(wire, driver, capabilities, api_key)
        return [_run(each, bench) for each in PROBES if wanted is None or wanted & {each.name, *each.aims}]
    finally:
        wire.close()


def _run(each: Probe, bench: Bench) -> Outcome:
    missing = each.missing(bench)
    if missing is not None:
        return Outcome(each.name, each.aims, False, missing)
    bench.wire.probe = each.name
    try:
        each.run(bench)
        return Outcome(each.name, each.aims, True)
    except CannotProbe as why:
        return Outcome(each.name, each.aims, False, str(why), broken=True)
    except (KeyError, TypeError, AttributeError, ValueError) as odd:
        return Outcome(each.name, each.aims, False, f"an answer does not hold what it must: {odd!r}", broken=True)
    finally:
        _tidy_up(bench.wire)


def _tidy_up(wire: Wire) -> None:
    """End what the probe started, with records that no requirement looks at."""
    for chat in list(wire.chats):
        wire.request("endChat", chat, purpose="tidy_up")
    wire.chats.clear()
    wire.probe = None


def describe() -> list[dict[str, Any]]:
    """Return name, aims, needs and first sentence of every probe, for documentation."""
    return [
        {
            "name": each.name,
            "aims": list(each.aims),
            "needs": list(each.needs),
            "does": (each.run.__doc__ or "").strip().splitlines()[0],
        }
        for each in PROBES
    ]
