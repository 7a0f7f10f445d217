"""``contracts assess`` on the command line: exit codes, the printed report, the JSON report, wrong use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts.__main__ import main
from contracts.assess.report_json import assessment_schema
from tests.suite.assess.support import DOCUMENTS, path_of

ROOT = Path(__file__).parents[3]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "contracts", "assess", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """Return the one line with which the command, run in this process, refuses to work."""
    monkeypatch.setattr(sys, "argv", ["contracts", "assess", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        main()
    said = capsys.readouterr()
    assert caught.value.code == 2, said
    assert len(said.err.strip().splitlines()) == 1
    return said.err


@pytest.mark.parametrize(("name", "code"), [("guest_chat", 0), ("conversations_rest", 0), ("tickets", 1)])
def test_the_exit_code_tells_whether_every_must_have_is_there(name: str, code: int, tmp_path: Path) -> None:
    """A script asks by the exit code; the JSON report, which fits its schema, tells it the rest."""
    report = tmp_path / "report.json"
    done = run(path_of(name), "--json", report)
    assert done.returncode == code, done.stdout + done.stderr
    content = json.loads(report.read_text(encoding="utf-8"))
    Draft202012Validator(assessment_schema()).validate(content)
    must = [one["verdict"] for one in content["functions"] if one["level"] == "must have"]
    assert len(must) == 4
    assert (code == 0) == all(one in ("present", "likely") for one in must)
    assert content["conclusion"] in done.stdout


def test_the_report_gives_reasons() -> None:
    """A verdict is believed, or contested, by its reasons: where they come from and what was found."""
    done = run(path_of("guest_chat"))
    for said in ("eventStreamUri", "+6 answer", "POST to a collection of conversations", "to settle it"):
        assert said in done.stdout


def test_a_mapping_file_settles_a_doubt(tmp_path: Path) -> None:
    """What the rules cannot know the user says, and the report says that it was the user."""
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("functions:\n  userTyping:\n    operation: CreateConversationMessage\n", encoding="utf-8")
    done = run(path_of("conversations_rest"), "--mapping", mapping)
    assert done.returncode == 0
    assert f"{mapping}:2" in done.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("openapi: 3.0.0\npaths: []\n", "document.yaml:2: paths"),
        ("openapi: 4.0.0\npaths: {}\n", "document.yaml:1: openapi: version 4.0.0 is not known"),
        ("swagger: '1.2'\npaths: {}\n", "document.yaml:1: swagger: version 1.2 is not known"),
        ("openapi: 3.0.0\ninfo: {}\n", "document.yaml:1: there are no paths"),
        ("asyncapi: 2.0.0\nchannels: {}\n", "not an OpenAPI document"),
        ("- a\n- b\n", "not an OpenAPI document"),
        ("openapi: 3.0.0\npaths:\n  /a: {get: [}\n", "document.yaml:3: neither JSON nor YAML"),
        ("", "not an OpenAPI document"),
    ],
)
def test_a_document_that_cannot_be_used_is_one_line(
    content: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever gives the wrong file is told which line is wrong and what to do, not shown a stack trace."""
    path = tmp_path / "document.yaml"
    path.write_text(content, encoding="utf-8")
    assert said in refused(monkeypatch, capsys, path)


def test_files_that_are_not_there_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same for files that cannot be read or written."""
    for arguments, said in (
        ((tmp_path / "none.yaml",), "none.yaml: cannot be read"),
        ((DOCUMENTS,), "documents: cannot be read"),
        ((path_of("pet_shop"), "--mapping", tmp_path / "none.yaml"), "none.yaml: cannot be read"),
        ((path_of("pet_shop"), "--json", tmp_path / "no" / "report.json"), "report.json"),
    ):
        assert said in refused(monkeypatch, capsys, *arguments)
