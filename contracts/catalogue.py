"""The catalogue: every requirement that the modules of ``contracts.requirements`` declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from contracts import requirements
from contracts.declared import declared
from contracts.requirement import Requirement

GROUPS = ("LIF", "MSG", "ORD", "PRS", "TRF", "AVL", "STA", "ERR", "REC", "SEC", "LIM", "FIL")
"""Groups in the order of the catalogue."""
GROUP_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "LIF": "Lifecycle",
        "MSG": "Messages",
        "ORD": "Ordering and delivery",
        "PRS": "Presence, typing, read",
        "TRF": "Transfer",
        "AVL": "Availability",
        "STA": "State",
        "ERR": "Errors and faults",
        "REC": "Reconnection",
        "SEC": "Security and isolation",
        "LIM": "Limits",
        "FIL": "Files and screen sharing",
    }
)


class UnknownRequirement(ValueError):
    """A selection names no requirement and no group."""


def catalogue() -> tuple[Requirement, ...]:
    """Return all requirements, by group and number.

    Raises:
        ValueError: two requirements have one id.
    """
    found = declared(requirements, Requirement, lambda one: one.id)
    return tuple(sorted(found.values(), key=lambda one: (GROUPS.index(one.group), one.id)))


def select(names: Iterable[str], among: Iterable[Requirement] | None = None) -> tuple[Requirement, ...]:
    """Return the requirements whose id or group is in ``names``; all for no names.

    Raises:
        UnknownRequirement: a name fits nothing; says what is nearest.
    """
    everything = tuple(catalogue() if among is None else among)
    wanted = {name.strip().upper() for name in names if name.strip()}
    known = {one.id for one in everything} | {one.group for one in everything}
    for name in sorted(wanted - known):
        near = get_close_matches(name, sorted(known), n=1)
        raise UnknownRequirement(f"no requirement or group {name!r}" + (f"; nearest: {near[0]}" if near else ""))
    return tuple(one for one in everything if not wanted or one.id in wanted or one.group in wanted)
