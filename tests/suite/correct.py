"""The registry of correct subjects that merely differ, and what they may be excused from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.adapter import AdapterFactory
from tests.suite import variants, variants_desk, variants_messages, variants_presence
from tests.suite.equivalents import EQUIVALENTS
from tests.suite.variants_desk import OpenDesk


@dataclass(frozen=True)
class Variant:
    """A correct adapter (``factory``) or desk (``desk``). ``lenient``: what it may break, and why that is right."""

    name: str
    factory: AdapterFactory | None = None
    desk: OpenDesk | None = None
    lenient: Mapping[str, str] = field(default_factory=dict)


LENIENT: Mapping[str, Mapping[str, str]] = {
    "desk_client": {
        "PRS-12": "the suite's own client shows a desk as it is: every receipt is told",
        "ERR-09": "the suite's own client comes back as soon as it can: a run must not wait for it",
        "PRS-13": "the suite's own client tells the desk of every key: a probe must not be throttled",
        "LIM-02": "the suite's own client sends what it is given: a desk must show that it refuses what is too long",
    },
    "polls": {"ERR-09": "a poll that fails while it waits does not hand Retry-After on"},
}
"""What a variant may break, by its name."""


def all_variants() -> tuple[Variant, ...]:
    """Return every variant: adapters, what is equivalent to one, desks.

    Raises:
        ValueError: two have one name.
    """
    adapters = [*variants.VARIANTS.items(), *variants_presence.VARIANTS.items(), *variants_messages.VARIANTS.items()]
    adapters += [(name, one.factory) for name, one in EQUIVALENTS.items()]
    found = [Variant(name, factory=factory, lenient=LENIENT.get(name, {})) for name, factory in adapters]
    found += [Variant(name, desk=desk, lenient=LENIENT.get(name, {})) for name, desk in variants_desk.VARIANTS.items()]
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise ValueError(f"two variants have one name among {', '.join(names)}")
    return tuple(found)
