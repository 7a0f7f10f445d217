"""The page about assessing shows what the program prints, for files that stand on the page."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "assess.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = dict(zip(("desk.yaml", "mapping.yaml"), re.findall(r"^```yaml\n(.*?)^```", TEXT, re.M | re.S), strict=True))
SESSIONS = re.findall(r"^```console\n\$ contracts (.*?)\n(.*?)^```", TEXT, re.M | re.S)


def test_the_page_has_examples() -> None:
    """Without them the next test would check nothing."""
    assert len(SESSIONS) == 2


@pytest.mark.parametrize(("command", "expected"), SESSIONS, ids=[command for command, _ in SESSIONS])
def test_the_page_shows_what_the_program_prints(command: str, expected: str, tmp_path: Path) -> None:
    """Whoever follows the page sees the same, line by line; ``...`` stands for lines that are left out."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "contracts", *shlex.split(command)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PAGE.parents[1]), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    printed = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    assert done.stderr == ""
    position = 0
    for part in re.split(r"^\.\.\.\n", expected, flags=re.M):
        found = printed.find(part.strip("\n"), position)
        assert found >= 0, f"not printed:\n{part}\nin\n{printed[position:]}"
        position = found + len(part.strip("\n"))
    if not expected.startswith("..."):
        assert printed.strip() == expected.strip()
