"""The command line does what the README says of it: exit codes, one-line errors, reports, replays."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.__main__ import main
from contracts.report_json import schema

ROOT = Path(__file__).parents[2]


SECONDS = 300


def contracts(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "contracts", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False)


def verify(target: str, folder: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Verify an adapter; return the outcome and the JSON report, which must fit the published schema."""
    report = folder / "out.json"
    where = ["--json", str(report), "--replays", str(folder)]
    done = contracts("verify", "adapter", target, *where, *arguments)
    content = json.loads(report.read_text(encoding="utf-8"))
    Draft202012Validator(schema()).validate(content)
    return done, content


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["verify", "adapter", "byosd_reference"], "package.module:name"),
        (["verify", "adapter", "no.such.module:connect"], "no module 'no'"),
        (["verify", "adapter", "byosd_reference:conect"], "has no 'conect'"),
        (["verify", "adapter", "byosd_reference:__doc__"], "not a factory"),
        (["verify", "adapter", "dist/bundle.js"], "build the bundle first"),
        (["verify", "adapter", "byosd_reference:connect", "--lane", "browser"], "--lane"),
        (["verify", "adapter", "byosd_reference:connect", "--desk", "mokdesk"], "did you mean mockdesk"),
        (["verify", "adapter", "byosd_reference:connect", "--select", "LIF-99"], "LIF-99"),
        (["verify", "adapter", "byosd_reference:connect", "--profile", "half"], "--profile"),
        (["verify", "desk"], "URL"),
        (["verify", "desk", "http://127.0.0.1:9"], "--driver none"),
        (["replay", "README.md"], "README.md"),
        (["explain", "LIF-066"], "LIF-06"),
        (["verfy"], "verfy"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever mistypes is told where and what, not shown a stack trace. (In this process: that starts faster.)"""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["contracts", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr().err
    assert left.value.code == 2, told
    assert said in told
    assert len(told.strip().splitlines()) == 1


def test_wrong_use_of_the_command() -> None:
    """The process as a whole says the same, and nothing more."""
    done = contracts("verify", "adapter", "no.such.module:connect")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_broken_suite_or_driver_is_no_verdict() -> None:
    """Exit code 1 means that a requirement failed; a crash on this side must not look like that."""
    done = contracts("verify", "adapter", "byosd_reference:connect", "--desk", "tests.suite.faulty:driver_that_breaks")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "says nothing about the subject" in done.stderr


def test_the_catalogue_on_the_command_line() -> None:
    """Readers find a requirement without opening the code."""
    listed = json.loads(contracts("list", "--json").stdout)
    assert {"LIF-06", "MSG-05", "SEC-04"} <= {one["id"] for one in listed}
    explained = contracts("explain", "lif-06").stdout
    assert "LIF-06" in explained
    assert "Why:" in explained


@pytest.mark.all
@pytest.mark.parametrize(
    ("target", "requirement"),
    [
        ("never_joins", "PRS-01"),
        ("replays_everything", "REC-04"),
        ("script_goes_on", "LIF-06"),
        ("answer_ignored", "MSG-05"),
    ],
)
def test_a_defect_is_reported_and_replayed(target: str, requirement: str, tmp_path: Path) -> None:
    """A failure names the requirement, what was expected, what came, and a command that shows it again."""
    done, report = verify(f"tests.suite.faulty:{target}", tmp_path, "--quick", "--select", requirement)
    assert done.returncode == 1, done.stdout + done.stderr
    assert report["verdict"] == "not conformant"
    failed = {one["id"]: one for one in report["requirements"] if one["verdict"] == "fail"}
    finding = failed[requirement]["findings"][0]
    assert finding["expected"] in done.stdout
    assert finding["actual"] in done.stdout
    command = shlex.split(re.sub("^contracts ", "", finding["replay"]))
    again = contracts(*command)
    assert again.returncode == 1, again.stdout + again.stderr
    assert requirement in again.stdout
    assert contracts(*command, "--judge").returncode == 1


@pytest.mark.all
@pytest.mark.parametrize(
    ("target", "said"),
    [("not_wired", "desk_url"), ("half_made", "start_chat"), ("raises_when_built", "no API key is set")],
)
def test_a_miswired_adapter_is_told_from_one_that_does_not_conform(target: str, said: str, tmp_path: Path) -> None:
    """A wrong address must not look like sixty faults."""
    done, report = verify(f"tests.suite.faulty:{target}", tmp_path)
    assert done.returncode == 2, done.stdout
    assert report["verdict"] == "miswired"
    assert said in report["why"]


@pytest.mark.all
def test_the_core_profile_skips_what_is_nice_to_have(tmp_path: Path) -> None:
    """An adapter of the must-have functions can be verified as such, and the report says what was left out."""
    done, report = verify("byosd_reference:connect", tmp_path, "--profile", "core", "--quick", "--select", "PRS,LIF-01")
    assert done.returncode == 0, done.stdout
    skipped = [one for one in report["requirements"] if one["verdict"] == "skip"]
    assert {"PRS-11"} <= {one["id"] for one in skipped}
    assert all("core" in one["reason"] for one in skipped)


@pytest.mark.all
def test_known_failures_do_not_count_and_are_reported_as_known(tmp_path: Path) -> None:
    """CI can be introduced before everything is mended, and no new failure slips through."""
    known = tmp_path / "known.yaml"
    known.write_text("- {id: LIF-06, reason: ticket 4711}\n- {id: LIF-14, reason: was wrong once}\n")
    junit = tmp_path / "deep" / "junit.xml"
    wanted = ["--sequences", "0", "--select", "LIF-06,LIF-14", "--known-failures", str(known), "--junit", str(junit)]
    done, report = verify("tests.suite.faulty:script_goes_on", tmp_path, *wanted)
    assert done.returncode == 0, done.stdout
    assert report["verdict"] == "conformant"
    assert report["summary"]["known_failure"] == 1
    assert report["warnings"] == [f"{known}:2: LIF-14 no longer fails; remove the entry"]
    assert f"warning: {known}:2: LIF-14 no longer fails" in done.stdout
    assert "KNOWN FAILURE LIF-06: ticket 4711" in done.stdout
    assert 'message="known failure: ticket 4711"' in junit.read_text(encoding="utf-8")


def test_a_mistake_among_known_failures_is_told_before_the_run(tmp_path: Path) -> None:
    """Nobody waits two minutes for a typing mistake."""
    known = tmp_path / "known.yaml"
    known.write_text("- id: LIF-06\n  reason: x\n- id: LIF-66\n  reason: y\n")
    done = contracts("verify", "adapter", "byosd_reference:connect", "--known-failures", str(known))
    assert done.returncode == 2
    assert f"{known}:3: id: no requirement 'LIF-66'" in done.stderr
    assert not done.stdout
