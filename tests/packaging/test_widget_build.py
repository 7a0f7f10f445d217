"""The shipped widget is what its lock file and its build script make; the modules around it have right types."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.npm import installed

pytestmark = pytest.mark.all
WIDGET = Path(__file__).parents[2] / "mockdesk" / "widget"
PATIENCE = 300.0


@pytest.fixture
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The sources in a folder of their own, with the packages of the lock file."""
    packages = installed(WIDGET, Path(request.config.cache.mkdir("clients")))
    folder = tmp_path / "widget"
    for part in ("library", "page"):
        shutil.copytree(WIDGET / part, folder / part)
    shutil.copy(WIDGET / "package.json", folder)
    (folder / "node_modules").symlink_to(packages)
    return folder


def run(folder: Path, *command: str) -> None:
    """Run a command in ``folder``; it must succeed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_build_gives_the_shipped_checksums(copy: Path) -> None:
    """A file that nobody can make again is one that nobody can judge."""
    run(copy, "node", "library/build.mjs")
    assert (copy / "built" / "SHA256SUMS").read_text() == (WIDGET / "built" / "SHA256SUMS").read_text()


def test_the_modules_have_right_types(copy: Path) -> None:
    """The widget ignores a wrong option without a word; its own declarations do not."""
    run(copy, "node", "node_modules/typescript/bin/tsc", "--project", "page")
