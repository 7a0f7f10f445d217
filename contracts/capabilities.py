"""What a run can be judged on: which capabilities the subject and the driver have, and which requirements lack one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from contracts.requirement import Requirement
from contracts.trace import Side, Trace

FUNCTIONS = (
    "get_name",
    "start_chat",
    "end_chat",
    "send_message_to_agent",
    "update_state",
    "are_any_agents_online",
    "user_typing",
    "user_read_messages",
    "files_selected_for_upload",
    "screen_share_stop",
    "reconnect",
)
"""The functions of the host's interface, must have first."""

NICE_TO_HAVE = frozenset({"update_state", "are_any_agents_online", "user_typing", "user_read_messages"})
"""The guide's nice-to-have functions: under the profile ``core`` what needs them is skipped."""


LATER_ADDITIONS = {"files": "files_selected_for_upload", "screen_share": "screen_share_stop"}
"""Capabilities of adapters and desks alike, and the function by which an adapter shows that it has one."""


TRUTH: Mapping[str, str] = {
    "context": "what the desk has of the user's context",
    "user_typing": "whether the user types",
}
"""What a driver may leave out when it tells what the desk has of a conversation, in words."""


TOLD: Mapping[str, str] = {"queue": "what a waiting user is told of the place in the queue and of the wait"}
"""What a desk of some shape has no words for, so that no adapter can tell it either: its driver lacks it."""


def declared_by_desk(trace: Trace) -> frozenset[str]:
    """Return the functions that the desk declares in its own answer, where the suite asked it: ``files`` and so on."""
    bodies = [
        entry.data.get("body")
        for entry in trace.of(Side.WIRE, "exchange")
        if entry.data.get("operation") == "getCapabilities"
    ]
    functions = [body.get("functions") for body in bodies if isinstance(body, Mapping)]
    return frozenset(name for told in functions if isinstance(told, Mapping) for name in told if told[name] is True)


def available(functions: Iterable[str], driver: Mapping[str, Any], declared: Iterable[str] = ()) -> frozenset[str]:
    """Return every capability there is: the adapter's functions, ``driver:<operation>``, ``fault:<kind>``,
    ``action:<action>``, ``clock:virtual``, ``truth:<part>`` for what the driver tells of a conversation beyond its
    messages and agents (all of it, unless it says what); ``told:<part>`` for what the desk tells an adapter, unless the
    driver lacks it; ``files`` and ``screen_share`` where an adapter has the
    function or a desk declares it; ``rotating_ids`` where the driver says that the desk's ids change while one
    works with them."""
    found = set(functions)
    found |= {name for name, function in LATER_ADDITIONS.items() if function in found or name in set(declared)}
    found |= {f"driver:{operation}" for operation in driver.get("operations", ())}
    found |= {f"fault:{kind}" for kind in driver.get("faults", ())}
    found |= {f"action:{action}" for action in driver.get("actions", ())}
    found |= {f"truth:{part}" for part in driver.get("truth", TRUTH)}
    found |= {f"told:{part}" for part in TOLD} - set(driver.get("lacks", ()))
    if driver.get("clock") == "virtual":
        found.add("clock:virtual")
    if driver.get("rotating_ids"):
        found.add("rotating_ids")
    return frozenset(found)


def missing(
    requirement: Requirement, have: Collection[str], profile: str = "full", reasons: Mapping[str, str] | None = None
) -> str | None:
    """Return why a requirement is skipped, or ``None`` when it can be judged.

    ``reasons`` are the driver's own words for what it lacks, by capability (``describe()["lacks"]``).
    """
    for need in requirement.needs:
        if profile == "core" and need in NICE_TO_HAVE:
            return f"{need} is nice to have, and the profile is core"
        if need not in have:
            return (reasons or {}).get(need) or _sentence(need)
    return None


def lacked(trace: Trace) -> str | None:
    """Return what a program needed, and driver or adapter do not offer, as a sentence; ``None``: nothing."""
    for entry in trace:
        if entry.kind == "reloaded" and "reconnect" not in trace.about.get("functions", ()):
            return _sentence("reconnect")
        if entry.kind == "impossible" and entry.data.get("lacking"):
            return str(entry.data["why"])
        if entry.kind == "done" and str(entry.data.get("error")).startswith("NotImplementedError: "):
            return str(entry.data["error"]).removeprefix("NotImplementedError: ")
    return None


def _sentence(need: str) -> str:
    kind, colon, name = need.partition(":")
    if need == "rotating_ids":
        return "the desk has no ids that change while one works with them"
    if need in LATER_ADDITIONS:
        return f"{need.replace('_', ' ')} is not offered" if need == "screen_share" else f"{need} are not offered"
    if not colon:
        return f"the adapter does not offer {need}"
    if kind == "clock":
        return "time is not virtual: the desk's clock cannot be moved, or the adapter does not take it"
    if name == "act":
        return "nobody plays the agents: the driver does not offer act"
    if kind == "truth":
        return f"the driver does not tell {TRUTH[name]}"
    if kind == "told":
        return f"the desk does not tell {TOLD[name]}"
    what = {"driver": "operation", "fault": "fault", "action": "agent action"}.get(kind, kind)
    return f"the driver does not offer the {what} {name}"
