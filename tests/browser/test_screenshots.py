"""The pictures in the documents are made by a command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.reports.chromium import find_chromium

pytestmark = pytest.mark.all
ROOT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n\x1a\n"
SHOWN = ("both-sides", "widget-waiting", "widget-chatting", "widget-transferred", "widget-disconnected")


def test_the_pictures_of_the_web_chat_can_be_taken_anew(tmp_path: Path) -> None:
    """Pictures that nobody can make again show the pages of a year ago."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[browser]'")
    find_chromium()
    command = [sys.executable, "-m", "tools.screenshots", "widget", "--into", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    for name in SHOWN:
        assert (tmp_path / f"{name}.png").read_bytes().startswith(PNG)
        assert (ROOT / "docs" / "pictures" / f"{name}.png").exists()
        assert f"pictures/{name}.png" in (ROOT / "docs" / "see-it.md").read_text(encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == len(SHOWN)
