"""Installs the packages of a lock file once, for all workers and runs, and starts Node with them."""

from __future__ import annotations

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from filelock import FileLock

FILES = ("package.json", "package-lock.json")
INSTALL_SECONDS = 300.0
DONE = "installed"


def installed(folder: Path, cache: Path) -> Path:
    """Return a folder below ``cache`` that holds the packages of a lock file in ``folder``, exactly.

    Skips the test where Node or npm is missing, or where the packages cannot be had.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: the vendor's client runs on Node (Debian: apt-get install npm)")
    digest = sha256(b"\0".join((folder / name).read_bytes() for name in FILES)).hexdigest()[:16]
    target = cache / f"{folder.name}-{digest}"
    target.mkdir(parents=True, exist_ok=True)
    with FileLock(target / "lock"):
        if not (target / DONE).exists():
            _install(folder, target)
            (target / DONE).touch()
    return target / "node_modules"


def needs_node(major: int, whom: str) -> None:
    """Skip the test where Node is missing, or older than a package takes."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed: the vendor's client runs on Node (Debian: apt-get install npm)")
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    version = told.stdout.strip().removeprefix("v")
    if int(version.partition(".")[0] or 0) < major:
        pytest.skip(f"{whom} needs Node {major}, and this is {version or 'none'}")


def _install(folder: Path, target: Path) -> None:
    for name in FILES:
        shutil.copy(folder / name, target / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    try:
        done = subprocess.run(command, cwd=target, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm ci did not end within {INSTALL_SECONDS:g} s: the vendor's client cannot be had")
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it says nothing"])[0]
        pytest.skip(f"npm ci failed, so the vendor's client cannot be had: {said}")


def node(script: Path, packages: Path, home: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a script that finds ``packages``; ``home`` keeps what a client may write away from the user's own."""
    environment = {**os.environ, "NODE_PATH": str(packages), "HOME": str(home)}
    return subprocess.Popen(
        ["node", str(script), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
