"""A mock that shows its desk as Genesys, started as a user would, and the vendor's client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mockdesk.control_client import ControlClient
from tests.clients.genesys.client import GuestClient, guest_client
from tests.clients.npm import installed
from tests.server.test_cli import serving

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def packages(request: pytest.FixtureRequest) -> Path:
    """The vendor's client and a WebSocket for Node, at the versions of the lock file."""
    return installed(HERE, Path(request.config.cache.mkdir("clients")))


@pytest.fixture(scope="session")
def mock_url(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``mockdesk serve --dialect genesys``; its time stands still until it is moved."""
    folder = tmp_path_factory.mktemp("mock")
    with serving(folder, "--dialect", "genesys", "--virtual") as (_, url):
        yield url


@pytest.fixture
def new_desk(mock_url: str) -> Iterator[Callable[..., ControlClient]]:
    """Makes isolated desks over the control API, as a test of an integration would; nobody plays the agents."""
    root, made = ControlClient(mock_url), []

    def make(**settings: Any) -> ControlClient:
        made.append(root.make_desk(settings))
        return made[-1]

    yield make
    for control in made:
        root.remove_desk(control.name)
    root.close()


@pytest.fixture
def new_guest(packages: Path, tmp_path: Path) -> Iterator[Callable[[ControlClient], GuestClient]]:
    """Starts the vendor's client against a desk."""
    with ExitStack() as stack:
        yield lambda control: stack.enter_context(guest_client(packages, tmp_path, f"{control.url}/genesys"))
