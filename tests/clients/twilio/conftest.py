"""The vendor's client from npm, installed once, and run against ``mockdesk serve`` as a user would start it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from mockdesk.control_client import ControlClient
from tests.clients.twilio.browser import Browser
from tests.server.test_cli import serving

HERE = Path(__file__).parent
INSTALL_SECONDS = 300.0


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Install the client by its lock file, once for all workers; return Node's path."""
    path, npm = shutil.which("node"), shutil.which("npm")
    if path is None or npm is None:
        pytest.skip("Node and npm are needed to run the vendor's client")
    with FileLock(HERE / ".install.lock"):
        wanted = (HERE / "package-lock.json").read_text()
        mark = HERE / "node_modules" / ".installed"
        if not mark.exists() or mark.read_text() != wanted:
            command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            subprocess.run(command, cwd=HERE, check=True, capture_output=True, timeout=INSTALL_SECONDS)
            mark.write_text(wanted)
    return path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, ControlClient]]:
    """Serve the Twilio shape with a clock that stands still and nobody who plays the agents."""
    with serving(tmp_path, "--dialect", "twilio", "--virtual") as (_process, url):
        control = ControlClient(url)
        control.install_script(None)
        try:
            yield url, control
        finally:
            control.close()


@contextmanager
def browser(node: str, url: str, token: str) -> Iterator[Browser]:
    """Run the vendor's client with a token."""
    uri = f"{url}/twilio/v3/wsconnect".replace("http", "ws", 1)
    command = [node, str(HERE / "conversations.js"), uri, token]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Browser(process, json.loads)
    finally:
        process.kill()
        process.communicate()
