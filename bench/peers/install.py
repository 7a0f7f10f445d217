"""Installing peers into the cache folder, each into a folder of its own, by the registry's own client."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.peers.catalog import Peer
from bench.processes import CannotMeasure

INSTALL_SECONDS = 600
MARK = "installed"


def install(peer: Peer, cache: Path) -> Path:
    """Return the folder in which a peer lies, after installing it if need be.

    Raises:
        CannotMeasure: a program is missing that it needs, or the installation failed.
    """
    missing = [program for program in peer.programs if shutil.which(program) is None]
    if missing:
        raise CannotMeasure(f"needs {' and '.join(missing)}, which this machine has not")
    home = cache / peer.name
    mark = home / MARK
    if not mark.is_file() or mark.read_text() != peer.requirement:
        home.mkdir(parents=True, exist_ok=True)
        (_from_npm if peer.registry == "npm" else _from_pypi)(peer, home)
        mark.write_text(peer.requirement)
    return home


def _from_npm(peer: Peer, home: Path) -> None:
    (home / "package.json").write_text('{"private": true}\n')
    _run(["npm", "install", "--no-audit", "--no-fund", peer.requirement], home)


def _from_pypi(peer: Peer, home: Path) -> None:
    _run([sys.executable, "-m", "venv", "venv"], home)
    _run(["venv/bin/python", "-m", "pip", "install", "--quiet", peer.requirement], home)


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
        raise CannotMeasure(f"could not be installed: {' '.join(last)[:200]}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotMeasure(f"could not be installed: {error}") from None
