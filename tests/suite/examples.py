"""Examples of failures from real kills, kept in contracts/failures.json for who asks what a requirement catches."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import contracts
from contracts.timeline import timeline
from tests.suite.defect import Kill

TARGET = Path(contracts.__file__).parent / "failures.json"
EXAMPLES = 2
"""Kept for each requirement at most."""
BEFORE, AFTER = 7, 1
"""Lines of the timeline around the violation."""
WIDTH = 150
VOLATILE = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8900"),
    (re.compile(r"desks/[\w-]+"), "desks/example"),
)
"""What differs from run to run, and what stands for it."""


@dataclass(frozen=True)
class Example:
    """One failure: of which requirement, and what is kept of it."""

    requirement: str
    name: str
    data: dict[str, Any]


def example_of(kill: Kill) -> Example | None:
    """Return what to keep of a kill, or ``None`` if there was none."""
    finding, defect = kill.finding, kill.defect
    if finding is None:
        return None
    data = {
        "mistake": defect.why,
        "subject": defect.subject,
        "seen": defect.seen,
        "run": finding.run.name,
        "expected": _steady(finding.judgement.expected),
        "actual": _steady(finding.judgement.actual),
        "timeline": [_steady(line)[:WIDTH] for line in _around(timeline(finding.run.trace, finding.judgement.at))],
    }
    return Example(defect.kills, defect.name, data)


def _around(lines: list[str]) -> list[str]:
    marked = next((number for number, line in enumerate(lines) if line.startswith(">>")), len(lines) - 1)
    return lines[max(0, marked - BEFORE) : marked + 1 + AFTER]


def _steady(text: str) -> str:
    for pattern, instead in VOLATILE:
        text = pattern.sub(instead, text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def select(examples: Iterable[Example]) -> dict[str, list[dict[str, Any]]]:
    """Return the examples to keep by requirement: each kind of subject first, then what happened in the field."""
    ordered = sorted(examples, key=lambda one: (one.requirement, not one.data["seen"], one.name))
    kept = {}
    for id, group in groupby(ordered, key=lambda one: one.requirement):
        of_one = [one.data for one in group]
        kinds = [next(one for one in of_one if one["subject"] == kind) for kind in {x["subject"]: 0 for x in of_one}]
        rest = [one for one in of_one if one not in kinds]
        kept[id] = (kinds + rest)[:EXAMPLES]
    return kept


def write(examples: Iterable[Example], among: Collection[str]) -> Path:
    """Write the file and return its path; a requirement of the catalogue (``among``) without a new example keeps its
    own."""
    old = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    new = {**old, **select(examples)}
    kept = {id: new[id] for id in among if id in new}
    TARGET.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return TARGET.relative_to(TARGET.parents[1])
