"""One seed, one report: what was found does not depend on the hour, and failures come as short programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from contracts.replay import read_replay
from tests.suite.test_cli import verify

PLACES = re.compile(r"entr(?:y|ies) [\d, ]+")
"""Where in a trace something stands depends on which thread was first."""


def without_timing(report: dict[str, Any]) -> dict[str, Any]:
    """Return what a report says of the subject: all but times, traces and the places in them."""
    kept = ("id", "verdict", "level", "subject", "reason")
    requirements = [
        {
            **{key: one[key] for key in kept if key in one},
            "findings": [
                {
                    "expected": PLACES.sub("entry", finding["expected"]),
                    "actual": PLACES.sub("entry", finding["actual"]),
                    "run": finding["run"],
                    "program": finding["program"],
                    "again": finding["shrinking"]["again"],
                }
                for finding in one["findings"]
            ],
        }
        for one in report["requirements"]
    ]
    return {key: report[key] for key in ("verdict", "summary", "guide", "seed")} | {"requirements": requirements}


@pytest.mark.all
@pytest.mark.parametrize("target", ["tests.suite.faulty:answer_ignored", "tests.suite.faulty:knows_one_name"])
def test_the_same_seed_gives_the_same_findings(target: str, tmp_path: Path) -> None:
    """A report that changes by itself cannot be compared with the one of before the change."""
    arguments = ("--sequences", "12", "--seed", "5", "--select", "MSG,TRF,PRS,LIF-01,LIF-06")
    first, second = (verify(target, tmp_path, *arguments)[1] for _ in range(2))
    assert first["verdict"] == "not conformant"
    assert without_timing(first) == without_timing(second)


@pytest.mark.all
def test_a_failure_is_reported_as_a_short_program(tmp_path: Path) -> None:
    """Report, replay file and terminal hold the short program, and tell how long the recorded one was."""
    target, id = "tests.suite.faulty:announces_who_leaves", "TRF-07"  # its fault does not depend on who is quicker
    done, report = verify(target, tmp_path, "--sequences", "2", "--select", id)
    (finding,) = (finding for one in report["requirements"] for finding in one["findings"])
    shrinking = finding["shrinking"]
    assert shrinking["again"]
    assert len(finding["program"]) < shrinking["steps"]
    assert [step.get("action", step["do"]) for step in finding["program"]] == ["start", "join", "transfer", "join"]
    assert f"shortened from {shrinking['steps']}" in done.stdout
    replay = read_replay(tmp_path / f"{id}.replay.json")
    assert [step.to_json() for step in replay.program] == finding["program"]
    assert replay.shrunk_from == shrinking["steps"]
    whole = verify(target, tmp_path, "--sequences", "2", "--select", id, "--no-shrink")[1]
    (recorded,) = (finding for one in whole["requirements"] for finding in one["findings"])
    assert len(recorded["program"]) == shrinking["steps"]
    assert "shrinking" not in recorded


@pytest.mark.all
def test_occasions_are_told_by_their_source(tmp_path: Path) -> None:
    """Whoever doubts a pass sees what it rests on."""
    report = verify("byosd_reference:connect", tmp_path, "--sequences", "6", "--select", "MSG-01,MSG-02")[1]
    for one in report["requirements"]:
        assert set(one["exercised_by"]) == {"scenarios", "sequences"}, json.dumps(one["exercised_by"])
        assert sum(one["exercised_by"].values()) == one["exercised"]
