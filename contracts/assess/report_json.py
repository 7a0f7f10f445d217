"""The report of an assessment as JSON; its schema ships with the package (assessment.schema.json)."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from contracts.assess.judge import Assessment, Finding, Judged

FORMAT = 1


def assessment_json(done: Assessment) -> dict[str, Any]:
    """Return the report as JSON."""
    document, signs = done.document, done.signs
    return {
        "format": FORMAT,
        "document": {
            "title": document.title,
            "format": document.format,
            "operations": len(document.operations),
            "notes": list(document.notes),
        },
        "signs": {
            "live": signs.live.value,
            "kinds": dict(signs.kinds),
            "machines": list(signs.machines),
            "letters": list(signs.slow),
            "trades": dict(signs.trades),
        },
        "functions": [_finding(one) for one in done.findings],
        "conclusion": done.conclusion.value,
        "why": done.why,
    }


def _finding(one: Finding) -> dict[str, Any]:
    value = {
        "function": one.guide.value,
        "level": "must have" if one.must_have else "nice to have",
        "verdict": one.verdict.value,
        "candidates": [_judged(judged) for judged in one.candidates],
        "settles": one.settles,
    }
    return {**value, "chosen": one.chosen} if one.chosen else value


def _judged(judged: Judged) -> dict[str, Any]:
    one = judged.candidate
    return {
        "operation": one.operation.name,
        "operation_id": one.operation.operation_id,
        "verdict": judged.verdict.value,
        "points": one.points,
        "evidence": [
            {"rule": piece.rule, "source": piece.source, "points": piece.points, "reason": piece.reason}
            for piece in one.evidence
        ],
        "missing": [{"what": gap.what, "known": gap.known} for gap in one.missing],
        "limits": [{"at_most": limit.verdict.value, "reason": limit.reason} for limit in judged.limits],
    }


def assessment_schema() -> dict[str, Any]:
    """Return the report's JSON Schema."""
    text = files("contracts.assess").joinpath("assessment.schema.json").read_text(encoding="utf-8")
    value: dict[str, Any] = json.loads(text)
    return value
