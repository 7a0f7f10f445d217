"""The tutorials' commands run, and show what the tutorials say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from contracts.lanes.targets import NODE
from tests.docs.walk import ROOT, walk
from tests.suite.javascript.pages import needs


@pytest.mark.all
def test_verify_your_adapter(tmp_path: Path) -> None:
    """Whoever follows the tutorial meets the one mistake of its adapter, under the ids that it names."""
    folder = tmp_path / "first-adapter"
    shutil.copytree(ROOT / "examples" / "first-adapter", folder)
    said = walk("docs/verify-your-adapter.md", folder)
    report = json.loads((folder / "report.json").read_text())
    failed = {one["id"] for one in report["requirements"] if one["verdict"] == "fail"}
    assert {"PRS-07", "PRS-08"} <= failed <= {"PRS-07", "PRS-08", "PRS-09"}
    assert said.count("exit code 1") == 3
    assert "PRS-07" in (folder / "report.html").read_text()


@pytest.mark.all
def test_verify_your_desk(tmp_path: Path) -> None:
    """The mock conforms with a driver; without one nothing fails, and the report says how much could be judged."""
    shutil.copy(ROOT / "openapi.yaml", tmp_path)
    walk("docs/verify-your-desk.md", tmp_path)
    assert json.loads((tmp_path / "desk.json").read_text())["verdict"] == "conformant"
    alone = json.loads((tmp_path / "desk-without-agents.json").read_text())
    assert alone["summary"]["fail"] == 0
    assert alone["summary"]["skip"] > 0
    assert alone["summary"]["pass"] > 0


@pytest.mark.all
def test_test_your_bundle(tmp_path: Path) -> None:
    """The bundle of the example conforms as far as it can be judged, and what is broken in it is found, and again."""
    needs(NODE)
    folder = tmp_path / "bundle"
    shutil.copytree(ROOT / "examples" / "bundle", folder)
    said = walk("docs/test-your-bundle.md", folder)
    assert said.count("verdict: conformant") == 1
    assert said.count("FAIL LIF-06") == 2
    assert said.count("exit code 1") == 2
