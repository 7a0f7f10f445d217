"""The example adapter in plain JavaScript passes the whole suite, and spoiled it is reported for what it does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.report_json import schema

ROOT = Path(__file__).parents[2]
EXAMPLE = "exec:node examples/stdio-adapter/adapter.mjs"

pytestmark = [
    pytest.mark.all,
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: the example runs on Node"),
]


def verified(target: str, folder: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Verify on the command line; return the exit code, the JSON report and what was printed."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "contracts", "verify", "adapter", target, "--json", str(report)]
    done = subprocess.run(
        [*command, "--replays", str(folder), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    content = json.loads(report.read_text(encoding="utf-8"))
    Draft202012Validator(schema()).validate(content)
    return done.returncode, content, done.stdout + done.stderr


def spoiled(*how: str) -> str:
    """Return the target of the spoiled example."""
    return " ".join(("exec:node tests/suite/stdio/spoil.mjs", *how))


def test_the_example_passes_the_whole_suite(tmp_path: Path) -> None:
    """Whoever starts from it starts green; what it does not offer is skipped by what it declares."""
    code, report, printed = verified(EXAMPLE, tmp_path, "--quick")
    assert code == 0, printed
    assert report["verdict"] == "conformant"
    assert report["summary"]["fail"] == 0, printed
    reasons = {one["reason"] for one in report["requirements"] if one["verdict"] == "skip"}
    undeclared = {"files are not offered", "screen share is not offered", "the adapter does not offer reconnect"}
    of_the_desk = {"the desk has no ids that change while one works with them"}
    assert reasons == undeclared | of_the_desk


def test_killed_in_the_middle_is_a_crash(tmp_path: Path) -> None:
    """The report says where, with what status, and the last words; no requirement has failed."""
    code, report, printed = verified(spoiled("exit", "7"), tmp_path, "--select", "LIF", "--sequences", "0")
    assert code == 4
    assert report["verdict"] == "crashed"
    assert "exit status 3" in report["why"]
    assert "in run smoke" in report["why"]
    assert report["log"] == ["the example was told to exit"]
    assert report["summary"]["fail"] == 0
    assert "the example was told to exit" in printed


def test_a_hang_is_ended_within_its_limit(tmp_path: Path) -> None:
    """A process that is busy for ever answers no ping; nobody waits for it longer than the protocol says."""
    began = time.monotonic()
    code, report, _ = verified(spoiled("hang", "7"), tmp_path, "--select", "LIF-01", "--sequences", "0")
    assert code == 4
    assert "hung" in report["why"]
    assert "no answer to ping within 5 s" in report["why"]
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(("how", "said"), [("print", "here I am"), ("version", "version 3")])
def test_a_breach_of_the_protocol_is_named(how: str, said: str, tmp_path: Path) -> None:
    """Mis-wired, exit code 2, and the line or the version in the message."""
    code, report, _ = verified(spoiled(how), tmp_path, "--select", "LIF-01", "--sequences", "0")
    assert code == 2
    assert report["verdict"] == "miswired"
    assert said in report["why"]


def test_lost_messages_are_a_failed_requirement(tmp_path: Path) -> None:
    """A process that does well and loses texts does not conform; that is no crash."""
    code, report, printed = verified(spoiled("drop"), tmp_path, "--select", "MSG-02", "--sequences", "0")
    assert code == 1, printed
    assert [one["id"] for one in report["requirements"] if one["verdict"] == "fail"] == ["MSG-02"]
