"""What is shipped is what the source says, and the source's types hold."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.npm import installed
from tests.reference.js.defects import DIST

PACKAGE = DIST.parents[1]
BUILD_SECONDS = 120.0


@pytest.fixture(scope="module")
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with its tools, so that a test writes nothing into the checkout."""
    packages = installed(PACKAGE, Path(request.config.cache.mkdir("clients")))
    target = tmp_path_factory.mktemp("package") / "js"
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (target / "node_modules").symlink_to(packages)
    return target


def run(copy: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run one of the package's scripts."""
    command = ["npm", "run", "--silent", script]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)


@pytest.mark.all
def test_the_built_file_is_built_from_the_source(copy: Path) -> None:
    """Who reads the source reads what runs on the page; after a change: npm run build."""
    done = run(copy, "build")
    assert done.returncode == 0, done.stderr
    assert (copy / "dist" / DIST.name).read_text(encoding="utf-8") == DIST.read_text(encoding="utf-8")


@pytest.mark.all
def test_types_hold(copy: Path) -> None:
    """Integrators copy the source: it must be typed without a gap."""
    done = run(copy, "check")
    assert done.returncode == 0, done.stdout


def test_the_built_file_needs_no_newer_language() -> None:
    """Browsers of 2020 read it: no private names, no class fields, no assignments with ?? or ||."""
    text = DIST.read_text(encoding="utf-8")
    assert not [word for word in ("??=", "||=", "&&=", "this.#", "static {") if word in text]
