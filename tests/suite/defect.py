"""Seeded defects: faulty adapters and faulty desks that the suite must kill.

A defect names one primary requirement; others may fire, too. ``kill`` plays the scenarios that aim at the primary
requirement, for a desk the probes, then all other scenarios, then generated sequences, and stops at the first finding
of it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace

from contracts.adapter import AdapterFactory, DeskDriver
from contracts.desk.probes import FUZZ_REQUIREMENTS, PROBES
from contracts.machine import StopGenerating
from contracts.program import Step
from contracts.run import Verifier
from contracts.scenario_list import all_scenarios
from contracts.smoke import Miswired
from contracts.subject import Subject
from contracts.verdict import Finding
from contracts.verification import Options

HASTE = 0.4
"""A defect misses deadlines: the table should not wait long for what does not come. On a busy machine a run in haste
can end before the defect has shown itself."""


@dataclass(frozen=True)
class Defect:
    """One seeded defect.

    ``seen``: the fault row of the facts (``B73``), empty if none. ``why``: what is wrong, in one sentence. An adapter
    defect has a ``factory``, and the ``driver`` whose desks it speaks to; a desk defect has ``desk``, a context manager
    that gives a driver of a faulty desk.
    """

    name: str
    kills: str
    why: str
    seen: str = ""
    factory: AdapterFactory | None = None
    desk: Callable[[], AbstractContextManager[DeskDriver]] | None = None
    driver: str = "mockdesk"

    @property
    def subject(self) -> str:
        """``adapter`` or ``desk``."""
        return "desk" if self.desk is not None else "adapter"


def all_defects() -> tuple[Defect, ...]:
    """Return every defect that the modules of ``tests.suite.defects`` declare at their top level."""
    from tests.suite import defects

    found: dict[str, Defect] = {}
    for module in pkgutil.iter_modules(defects.__path__, defects.__name__ + "."):
        for value in vars(importlib.import_module(module.name)).values():
            for defect in value if isinstance(value, (list, tuple)) else [value]:
                if isinstance(defect, Defect):
                    key = f"{defect.kills} {defect.name}"
                    assert found.setdefault(key, defect) is defect, f"two defects are named {key}"
    return tuple(sorted(found.values(), key=lambda one: (one.kills, one.name)))


@dataclass(frozen=True)
class Kill:
    """How a defect fared: the finding that killed it (``None``: it survived), how many runs that took, and which other
    requirements had fired by then."""

    defect: Defect
    finding: Finding | None
    runs: int
    others: tuple[str, ...] = ()

    @property
    def killed(self) -> bool:
        """Whether its primary requirement failed."""
        return self.finding is not None


def kill(defect: Defect, driver: DeskDriver, subject: Subject, *, sequences: int = 40, seed: int = 0) -> Kill:
    """Verify a defect until its primary requirement fails; who survives in haste is asked once more with patience."""
    hasty = _verified(defect, driver, subject, Options(sequences=sequences, seed=seed, haste=HASTE))
    if hasty.killed:
        return hasty
    patient = _verified(defect, driver, subject, Options(sequences=0, seed=seed))
    return replace(patient, runs=hasty.runs + patient.runs, others=tuple(sorted({*hasty.others, *patient.others})))


def _verified(defect: Defect, driver: DeskDriver, subject: Subject, options: Options) -> Kill:
    verifier = Verifier(subject, driver, replace(options, stop_at=defect.kills))
    with suppress(StopGenerating, Miswired):
        _play(verifier, defect)
    broken = [one.broke for one in verifier.tallies.values() if one.broke]
    if broken:
        raise AssertionError(f"a requirement broke: {broken[0]}")
    others = tuple(sorted(id for id, one in verifier.tallies.items() if one.findings and id != defect.kills))
    findings = verifier.tallies[defect.kills].findings
    return Kill(defect, findings[0] if findings else None, verifier.runs, others)


def _play(verifier: Verifier, defect: Defect) -> None:
    aimed = [one for one in all_scenarios() if defect.kills in one.aims]
    rest = [one for one in all_scenarios() if defect.kills not in one.aims]
    for scenario in aimed:
        verifier.play(scenario.name, scenario.program, scenario.settings)
    if verifier.subject.kind == "desk":
        _probe(verifier, defect)
    if verifier.subject.kind == "desk" and defect.kills in FUZZ_REQUIREMENTS:
        verifier.play("generated requests", (Step("fuzz", args={"examples": 3, "seed": verifier.options.seed}),))
    for scenario in rest:
        verifier.play(scenario.name, scenario.program, scenario.settings)
    verifier.sequences()


def _probe(verifier: Verifier, defect: Defect) -> None:
    for probe in sorted(PROBES, key=lambda one: defect.kills not in one.aims):
        verifier.play(f"probe {probe.name}", (Step("probe", args={"name": probe.name}),), probe.settings)


def adapter_subject(defect: Defect) -> Subject:
    """Return the subject of an adapter defect."""
    assert defect.factory is not None
    return Subject("adapter", defect.name, defect.factory)
