"""What a requirement has been seen to catch: faults of published integrations, and examples of failures.

Both are data of the package: ``faults.json`` (the rows B1 ... that the catalogue's ``Seen`` paragraphs name) and
``failures.json``, which the suite's own test with seeded defects writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from contracts.requirement import Requirement
from contracts.scenario_list import all_scenarios


@dataclass(frozen=True)
class FaultRow:
    """A fault that was seen in a published integration, and the requirements that catch it."""

    id: str
    fault: str
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """One failure as the suite reported it.

    ``mistake``: what the author of the faulty subject had done; ``subject``: ``adapter`` or ``desk``; ``timeline``: a
    few lines of the trace, the violation marked.
    """

    mistake: str
    subject: str
    seen: str
    run: str
    expected: str
    actual: str
    timeline: tuple[str, ...]

    @property
    def whose(self) -> str:
        """``an adapter`` or ``a desk``."""
        return "an adapter" if self.subject == "adapter" else "a desk"


@dataclass(frozen=True)
class Explanation:
    """All there is to say of one requirement.

    ``scenarios`` and ``probes``: by name, what surely exercises it; ``generated_requests``: whether schemathesis'
    checks speak against it, too.
    """

    requirement: Requirement
    rows: tuple[FaultRow, ...]
    scenarios: tuple[str, ...]
    probes: tuple[str, ...]
    generated_requests: bool
    failures: tuple[Failure, ...]


def _data(name: str) -> Mapping[str, Any]:
    value: Mapping[str, Any] = json.loads(files("contracts").joinpath(name).read_text(encoding="utf-8"))
    return value


def fault_rows() -> dict[str, FaultRow]:
    """Return every fault row by its id, in order."""
    rows = _data("faults.json").items()
    return {id: FaultRow(id, row["fault"], tuple(row["requirements"])) for id, row in rows}


def rows_of(requirement: Requirement) -> list[FaultRow]:
    """Return the fault rows that a requirement's ``Seen`` paragraph names, and those that name the requirement."""
    mentioned = re.findall(r"\bB\d+\b", requirement.seen)
    return [row for row in fault_rows().values() if row.id in mentioned or requirement.id in row.requirements]


def failures() -> dict[str, list[Failure]]:
    """Return examples of failures by the requirement that failed."""
    return {
        id: [Failure(**{**one, "timeline": tuple(one["timeline"])}) for one in examples]
        for id, examples in _data("failures.json").items()
    }


def explain(one: Requirement) -> Explanation:
    """Return what there is to say of a requirement."""
    from contracts.desk.probes import FUZZ_REQUIREMENTS, PROBES  # their HTTP client is not needed to list requirements

    return Explanation(
        requirement=one,
        rows=tuple(rows_of(one)),
        scenarios=tuple(scenario.name for scenario in all_scenarios() if one.id in scenario.aims),
        probes=tuple(probe.name for probe in PROBES if one.id in probe.aims),
        generated_requests=one.id in FUZZ_REQUIREMENTS,
        failures=tuple(failures().get(one.id, ())),
    )
