"""``./dev audit`` says what is known, and never takes silence for good news."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools.audit import Outcome, Run, audit_javascript, audit_python, exit_code, of_npm_audit, run

CLEAN = {"dependencies": [{"name": "flask", "version": "3.0", "vulns": []}, {"name": "mockdesk", "skip_reason": "x"}]}
KNOWN = {"dependencies": [{"name": "flask", "version": "0.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.0"]}]}]}
NPM = {"vulnerabilities": {}, "metadata": {"dependencies": {"total": 7}}}


def saying(code: int, told: Any = "", complaint: str = "", *, installs: bool = True) -> Run:
    """Return what runs nothing and gives these answers."""

    def fake(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
        if "install" in command:
            done = (0, "", "") if installs else (1, "", "warning\nERROR: no matching distribution\n")
        elif "-c" in command:
            done = (0, "/somewhere\n", "")
        else:
            done = (code, told if isinstance(told, str) else json.dumps(told), complaint)
        return subprocess.CompletedProcess(list(command), *done)

    return fake


def test_nothing_known() -> None:
    """The project itself is on no list, and counts neither way."""
    assert audit_python("", "python", saying(0, CLEAN)) == Outcome("pip install .", 1)
    assert audit_javascript("folder", saying(0, NPM)) == Outcome("folder", 7)
    assert "nothing known" in Outcome("x", 3).describe()


def test_an_advisory_is_told() -> None:
    """With the version that is installed and the one that is not affected."""
    outcome = audit_python("[dev]", "python", saying(1, KNOWN))
    assert outcome.findings == ("flask 0.1: PYSEC-1, fixed in 3.0",)
    assert "flask 0.1" in outcome.describe()
    bad = {**NPM, "vulnerabilities": {"left": {"severity": "high", "range": "<2"}}}
    assert of_npm_audit("folder", bad).findings == ("left: high, <2",)


def test_a_package_that_was_not_looked_up_is_told() -> None:
    """A mirror that knows no advisories must not look like a clean bill."""
    odd = {"name": "odd", "skip_reason": "not found"}
    outcome = audit_python("", "python", saying(0, {"dependencies": [*CLEAN["dependencies"], odd]}))
    assert (outcome.findings, outcome.unknown, outcome.is_complete) == ((), ("odd",), False)
    assert "not looked up: odd" in outcome.describe()
    nothing = audit_python("", "python", saying(0, {"dependencies": [odd, odd]}))
    assert nothing.problem is not None
    assert "all 2" in nothing.problem


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (audit_python("", "python", saying(0, installs=False)), "no matching distribution"),
        (audit_python("", "python", saying(1, "", "ConnectionError: no route")), "no route"),
        (audit_javascript("f", saying(1, {"error": {"summary": "request failed"}})), "request failed"),
        (audit_javascript("f", saying(1, {"message": "ENOTFOUND"})), "ENOTFOUND"),
        (audit_javascript("f", saying(1, "not json", "npm error network")), "network"),
        (audit_javascript("f", saying(1, "[]", "")), "it said nothing"),
    ],
)
def test_without_a_network_nothing_is_claimed(outcome: Outcome, why: str) -> None:
    """Each way to fail is told, with the last thing that was said."""
    assert outcome.problem is not None
    assert why in outcome.problem
    assert "could not be asked" in outcome.describe()


def test_exit_codes() -> None:
    """CI decides by them: a finding outweighs what could not be asked."""
    clean, found, unknown = Outcome("a", 1), Outcome("b", 1, ("x",)), Outcome("c", problem="y")
    assert [exit_code(each) for each in ([clean], [clean, unknown], [unknown, found, clean])] == [0, 3, 1]
    assert exit_code([clean, Outcome("d", 2, unknown=("odd",))]) == 3


def test_a_program_that_is_missing_is_told(tmp_path: Path) -> None:
    """A machine without npm."""
    assert "not installed" in run(["there-is-no-such-program"], tmp_path).stderr
