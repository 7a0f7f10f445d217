"""A desk as the subject of a verification: the suite's own client is the adapter, and the wire is judged, too.

Probes and generated requests are steps as any other, ``{"do": "probe", "name": ...}`` and ``{"do": "fuzz", ...}``, so
that they stand in traces and can be played again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from contracts.desk import contract
from contracts.desk.bench import Probe
from contracts.desk.client import connect
from contracts.desk.fuzz import fuzz
from contracts.desk.probes import FUZZ_REQUIREMENTS, PROBES, Outcome, run_probes
from contracts.program import Step
from contracts.run import Verifier
from contracts.session import Session
from contracts.subject import Subject
from contracts.trace import Side
from contracts.verdict import Source

FUZZ_EXAMPLES = 10
"""Random cases of each operation, and walks, in a default run."""
QUICK_FUZZ_EXAMPLES = 3
FUZZ_SECONDS = 40.0
"""Wall seconds after which generated requests end; what was not tried is said in a note."""
QUICK_SEQUENCES = 10
PROBE_TIMEOUT = 5.0
"""Wall seconds for each answer to a probe."""


def desk_subject(url: str) -> Subject:
    """Return the desk at ``url`` as a subject."""
    return Subject("desk", url, connect, annotate=annotate, words={"probe": play_probe, "fuzz": play_fuzz})


def annotate(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report of the wire with ``violations``: in which ways it differs from openapi.yaml."""
    judge = contract.load()
    if report["kind"] == "frame":
        return {**report, "violations": [str(one) for one in judge.check_event(report["frame"])]}
    if report["kind"] == "exchange" and report["status"] is not None and report["operation"] in judge.operations:
        found = judge.check_response(report["operation"], report["status"], report["headers"], report["body"])
        return {**report, "violations": [str(one) for one in found]}
    return dict(report)


def play_probe(session: Session, step: Step) -> None:
    """Run one probe of the desk's API; its records go into the trace."""
    recorder = partial(session.record_wire, step.user)
    url, api_key = session.desk["desk_url"], session.desk.get("options", {}).get("api_key")
    record_outcomes(
        session,
        step,
        run_probes(
            url, recorder, driver=session.driver, api_key=api_key, select=[step.args["name"]], timeout=PROBE_TIMEOUT
        ),
    )


def record_outcomes(session: Session, step: Step, outcomes: Iterable[Outcome]) -> None:
    """Write into the trace what became of probes."""
    for outcome in outcomes:
        data: dict[str, Any] = {
            "name": outcome.probe,
            "ran": outcome.ran,
            "reason": outcome.reason,
            "broken": outcome.broken,
        }
        session.recorder.add(Side.SUITE, "probed", user=step.user, **data)


def play_fuzz(session: Session, step: Step) -> None:
    """Send generated requests; what failed and how often each operation was tried go into the trace."""
    result = fuzz(
        session.desk["desk_url"],
        max_examples=int(step.args["examples"]),
        seed=int(step.args["seed"]),
        seconds=float(step.args.get("seconds", FUZZ_SECONDS)),
        operations=tuple(step.args.get("operations", ())),
        api_key=session.desk.get("options", {}).get("api_key"),
    )
    for failure in result.failures:
        session.recorder.add(Side.WIRE, "fuzz.failure", user=step.user, **asdict(failure))
    counts: dict[str, Any] = {
        "sent": dict(result.sent),
        "accepted": dict(result.accepted),
        "walked": dict(result.walked),
    }
    session.recorder.add(
        Side.WIRE, "fuzz.done", user=step.user, **counts, complete=result.complete, errors=list(result.errors)
    )


def further_checks(verifier: Verifier) -> list[str]:
    """Play every probe that aims at what is judged, then the generated requests; return notes for the report."""
    wanted = {one.id for one in verifier.requirements}
    notes = play_probes(verifier, [probe for probe in PROBES if wanted & set(probe.aims)])
    if wanted & FUZZ_REQUIREMENTS:
        notes += _fuzz(verifier)
    return notes


def play_probes(verifier: Verifier, probes: Sequence[Probe]) -> list[str]:
    """Play probes, one run each; return notes on those that could not run."""
    notes = []
    for number, probe in enumerate(probes):
        verifier.report_progress("probes", number, len(probes))
        program = (Step("probe", args={"name": probe.name}),)
        trace = verifier.play(f"probe {probe.name}", program, probe.settings, source=Source.PROBE)
        for entry in trace.of(Side.SUITE, "probed"):
            if not entry.data["ran"]:
                notes.append(f"probe {probe.name} did not run: {entry.data['reason']}")
    return notes


def _fuzz(verifier: Verifier) -> list[str]:
    quick = verifier.options.sequences <= QUICK_SEQUENCES
    examples = QUICK_FUZZ_EXAMPLES if quick else FUZZ_EXAMPLES
    verifier.report_progress("generated requests", 0, 1)
    program = (Step("fuzz", args={"examples": examples, "seed": verifier.options.seed}),)
    trace = verifier.play("generated requests", program, source=Source.REQUESTS)
    notes = []
    for entry in trace.of(Side.WIRE, "fuzz.done"):
        sent, accepted = sum(entry.data["sent"].values()), sum(entry.data["accepted"].values())
        notes.append(f"generated requests: {sent} sent, {accepted} accepted, {len(entry.data['sent'])} operations")
        notes += [f"schemathesis: {error}" for error in entry.data["errors"]]
        if not entry.data["complete"]:
            notes.append(f"generated requests were stopped after {FUZZ_SECONDS:.0f} s; not all were tried")
    return notes
