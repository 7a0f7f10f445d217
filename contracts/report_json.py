"""The JSON report; its schema ships with the package (report.schema.json)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

from contracts.catalogue import catalogue
from contracts.guide import guide_lines
from contracts.replay import suite_digest
from contracts.share import Share, share
from contracts.verdict import Result, Verdict
from contracts.verification import Verification

FORMAT = 1


def summary(results: list[Result]) -> dict[str, int]:
    """Return how many requirements were planned, and how many have each verdict."""
    counts = Counter(one.verdict for one in results)
    return {"planned": len(results), **{verdict.value: counts[verdict] for verdict in Verdict}}


def suite_version() -> str:
    """Return the version of the installed distribution."""
    try:
        return version("mockdesk")
    except PackageNotFoundError:
        return "0+unknown"


def report_json(done: Verification, replays: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the report of a verification. ``replays`` maps requirement ids to the commands that play them again."""
    lines = guide_lines(done.results, done.functions)
    judged = share(done.results, done.subject.kind, catalogue())
    report: dict[str, Any] = {
        "format": FORMAT,
        "subject": {
            "kind": done.subject.kind,
            "name": done.subject.name,
            "capabilities": {"functions": list(done.functions), "driver": dict(done.driver)},
        },
        "suite": {"version": suite_version(), "digest": suite_digest()},
        "seed": done.options.seed,
        "profile": done.options.profile,
        "summary": summary(done.results),
        "judged": _judged(judged),
        "guide": [{"function": one.function, "level": one.level, "state": one.state} for one in lines],
        "timing": {"seconds": round(done.seconds, 3), "runs": done.runs},
        "notes": list(done.notes),
        "warnings": list(done.warnings),
        "verdict": done.conclusion.value,
        "requirements": [_requirement(one, replays or {}) for one in done.results],
    }
    told = {"why": done.why, "log": list(done.log), "time": done.time and done.time.to_json()}
    return {**report, **{key: value for key, value in told.items() if value}}


def _judged(judged: Share) -> dict[str, Any]:
    left_out = [{"reason": one.reason, "ids": list(one.ids)} for one in judged.left_out]
    return {"judged": judged.judged, "of": judged.of, "share": round(judged.fraction, 4), "left_out": left_out}


def _requirement(result: Result, replays: dict[str, str]) -> dict[str, Any]:
    one = result.requirement
    value: dict[str, Any] = {
        "id": one.id,
        "level": result.level.value,
        "subject": one.subject.value,
        "title": one.title,
        "verdict": result.verdict.value,
        "exercised": result.exercised,
        "exercised_by": {source.value: count for source, count in result.by_source.items() if count},
        "findings": [],
    }
    if result.reason is not None:
        value["reason"] = result.reason
    if result.finding is not None:
        judgement, shrinking = result.finding.judgement, result.shrinking
        value["violations"] = result.violations
        value["findings"] = [
            {
                "expected": judgement.expected,
                "actual": judgement.actual,
                "at": judgement.at,
                "run": result.finding.run.name,
                "program": [step.to_json() for step in result.finding.run.program],
                "trace": result.finding.run.trace.to_json()["entries"],
                "replay": replays.get(one.id, ""),
                **({"shrinking": asdict(shrinking)} if shrinking is not None else {}),
            }
        ]
    return value


def schema() -> dict[str, Any]:
    """Return the report's JSON Schema."""
    value: dict[str, Any] = json.loads(files("contracts").joinpath("report.schema.json").read_text(encoding="utf-8"))
    return value


def dump(report: dict[str, Any]) -> str:
    """Return the report as text; lone surrogates, which JSON files cannot hold, are escaped."""
    return json.dumps(report, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
