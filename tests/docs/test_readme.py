"""The README's examples run: its curl walk is executed word for word."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def walk() -> str:
    """Return every ``sh`` block of the README, in order."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S))


@pytest.mark.all
def test_the_curl_walk_works_word_for_word(tmp_path: Path) -> None:
    """A newcomer who copies the README line by line must see what it promises."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + walk()
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    types = [event for event in re.findall(r'"type": ?"([a-z_.]+)"', done.stdout) if "." in event]
    first = [types.index(one) for one in ("queue.updated", "agent.joined", "agent.typing", "message.created")]
    assert first == sorted(first), types
    assert "conversation_ended" in done.stdout
    for name in ("desk.json", "adapter.json"):
        assert json.loads((tmp_path / name).read_text())["verdict"] == "conformant"


def test_every_file_that_the_readme_links_exists() -> None:
    """A dead link is the first thing a reader meets."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [link for link in re.findall(r"\]\((?!http)([^)#]+)", text) if not (ROOT / link).exists()]
    assert not missing
