"""The vendor's clients from npm, installed once, and run against ``mockdesk serve`` as a user would start it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockdesk.control_client import ControlClient
from tests.clients.npm import installed, needs_node, node
from tests.clients.twilio.browser import Browser
from tests.server.test_cli import serving

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def packages(request: pytest.FixtureRequest) -> Path:
    """The vendor's clients and a WebSocket for Node, at the versions of the lock file."""
    return installed(HERE, Path(request.config.cache.mkdir("clients")))


@pytest.fixture(scope="session")
def recent_node() -> None:
    """A Node that the vendor's client of the server's REST takes."""
    needs_node(20, "twilio 6")


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
def browser(packages: Path, url: str, token: str, script: str) -> Iterator[Browser]:
    """Run one of the vendor's clients with a token."""
    uri = f"{url}/twilio/v3/wsconnect".replace("http", "ws", 1)
    with running(packages, script, uri, token) as client:
        yield client


@contextmanager
def running(packages: Path, script: str, *arguments: str) -> Iterator[Browser]:
    """Run one of the vendor's clients."""
    process = node(HERE / script, packages, packages.parent, *arguments)
    try:
        yield Browser(process)
    finally:
        process.kill()
        process.communicate()
