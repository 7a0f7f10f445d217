"""What a user installs holds all that the three packages read at run time."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the source distribution, as an index would get it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.all
def test_the_contract_is_in_both_packages(wheel: Path) -> None:
    """The document stands once in the checkout; an installed suite and an installed mock each need it."""
    expected = (ROOT / "openapi.yaml").read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        for name in ("mockdesk/openapi.yaml", "contracts/openapi.yaml"):
            assert archive.read(name) == expected


@pytest.mark.all
def test_data_files_and_types_are_shipped(wheel: Path) -> None:
    """A missing schema or script shows only at the user's."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "mockdesk", "contracts", "byosd_reference"], cwd=ROOT, capture_output=True, check=True
    )
    wanted = {name for name in tracked.stdout.decode().split() if not name.endswith(".md")}
    assert wanted - names == set()
    assert not [name for name in names if name.startswith(("tests", "tools")) or "node_modules" in name]
