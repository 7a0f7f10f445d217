"""Verifies a built integration for the browser on the command line, as its author would."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
NEEDS_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: the lane runs on Node")
LONGEST_SECONDS = 900.0


def verified(bundle: Path, folder: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Verify in the Node lane; return the exit code, the JSON report and what was printed."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "contracts", "verify", "adapter", str(bundle), "--lane", "node"]
    done = subprocess.run(
        [*command, "--desk", "mockdesk", "--json", str(report), "--replays", str(folder), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    printed = done.stdout + done.stderr
    assert report.exists(), printed
    return done.returncode, json.loads(report.read_text(encoding="utf-8")), printed


def failed(report: dict[str, Any]) -> list[str]:
    """Return the requirements that failed."""
    return [one["id"] for one in report["requirements"] if one["verdict"] == "fail"]
