"""The tutorial "Map your API" works: its files are mappings, and its commands run word for word."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mapping.foreign_desk import CONSOLE_KEY, ForeignDesk
from tests.mapping.foreign_desk_http import served

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "map-your-api.md"


def commands() -> str:
    """Return every ``sh`` block of the page, in order."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S))


@pytest.mark.all
def test_the_commands_work_word_for_word(tmp_path: Path) -> None:
    """A vendor who follows the page must see a verdict at its end."""
    for file in (ROOT / "examples" / "mapping").glob("*.yaml"):
        shutil.copy(file, tmp_path)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with served(ForeignDesk()) as url:
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail\n{commands()}"],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "DESK": url, "PARLEY_CONSOLE_KEY": CONSOLE_KEY},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("user-side", "both-sides", "adapter"):
        assert json.loads((tmp_path / f"{name}.json").read_text())["verdict"] == "conformant"


def test_every_file_that_the_page_links_exists() -> None:
    """A dead link is the first thing a reader meets."""
    links = re.findall(r"\]\((?!http)([^)#]+)", PAGE.read_text(encoding="utf-8"))
    assert links
    assert not [link for link in links if not (PAGE.parent / link).exists()]
