"""The pictures in the documents are made by a command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contracts.lanes.targets import BROWSER
from tests.clients.npm import needs_node
from tests.suite.javascript.pages import needs

pytestmark = pytest.mark.all
ROOT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n\x1a\n"
SETS = {
    "console": ("console.md", ("console-three-conversations", "console-faults", "console-dark", "console-keys")),
    "report": ("test-your-bundle.md", ("report-of-a-bundle",)),
    "widget": (
        "see-it.md",
        ("both-sides", "widget-waiting", "widget-chatting", "widget-transferred", "widget-disconnected"),
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_the_pictures_can_be_taken_anew(tmp_path: Path, name: str) -> None:
    """Pictures that nobody can make again show the pages of a year ago."""
    needs(BROWSER)
    if name == "report":
        needs_node(20, "the lane of the pictured run")
    document, shown = SETS[name]
    command = [sys.executable, "-m", "tools.screenshots", name, "--into", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    for picture in shown:
        assert (tmp_path / f"{picture}.png").read_bytes().startswith(PNG)
        assert (ROOT / "docs" / "pictures" / f"{picture}.png").exists()
        assert f"pictures/{picture}.png" in (ROOT / "docs" / document).read_text(encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == len(shown)
