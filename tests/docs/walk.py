"""Runs the shell examples of a document, word for word, as a newcomer would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 170


def commands(document: str) -> str:
    """Return every ``sh`` block of a document, in order."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S))


def walk(document: str, folder: Path) -> str:
    """Run a document's commands in ``folder``, stop at the first that fails, and return what they printed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + commands(document)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def dead_links(document: str) -> list[str]:
    """Return the links of a document to files that do not exist."""
    text = (ROOT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)", text)
    return [link for link in links if not ((ROOT / document).parent / link).exists()]
