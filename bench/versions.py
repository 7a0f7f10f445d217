"""Which versions of what were measured."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from importlib import metadata

from bench.peers.catalog import Peer
from bench.subjects import ROOT

OURS = ("mockdesk", "flask", "werkzeug", "flask-sock", "simple-websocket", "uvicorn", "websockets")
PROGRAMS = {"node": "--version", "java": "-version", "gcc": "-dumpfullversion"}


def versions(peers: Sequence[Peer]) -> dict[str, str]:
    """Return the versions of our commit, our libraries, the peers, and the programs under them."""
    found = {"commit": _first_line(["git", "describe", "--always", "--dirty"])}
    found |= {name: version for name in OURS if (version := _distribution(name))}
    found |= {peer.title: peer.version for peer in peers}
    found |= {name: _first_line([name, option]) for name, option in PROGRAMS.items()}
    return {name: version for name, version in found.items() if version}


def _distribution(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _first_line(command: list[str]) -> str:
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return next(iter((done.stdout or done.stderr).splitlines()), "") if done.returncode == 0 else ""
