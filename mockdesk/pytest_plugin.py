"""The pytest plugin: fixtures with a mock desk for one's own tests.

``mock_desk`` is an isolated desk for each test, with a virtual clock; ``desk_url`` its address; ``agent`` an agent who
joins and talks in the conversation that was started last. ``@pytest.mark.mock_desk(script="echo")`` gives the desk's
settings.

The plugin is loaded into every pytest run of an environment in which the mock is installed, so it imports the server
when a test asks for it, and not before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockdesk.server.running import RunningServer
    from mockdesk.testing import MockAgent, MockDesk


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "mock_desk(**settings): settings of the fixture mock_desk, e.g. script='echo'")


@pytest.fixture(scope="session")
def mock_desk_server() -> Iterator[RunningServer]:
    """The server of all mock desks of this process, on a free port."""
    from mockdesk.server.running import RunningServer

    with RunningServer(clock="virtual") as server:
        yield server


@pytest.fixture
def mock_desk(request: pytest.FixtureRequest, mock_desk_server: RunningServer) -> Iterator[MockDesk]:
    """An isolated mock desk with a virtual clock; it is gone after the test."""
    from mockdesk.testing import MockDesk

    settings: dict[str, object] = {}
    for marker in reversed(list(request.node.iter_markers("mock_desk"))):  # the closest one has the last word
        settings.update(marker.kwargs)
    control = mock_desk_server.new_desk(settings, clock="virtual")
    try:
        yield MockDesk(mock_desk_server.desk_url(control), control)
    finally:
        mock_desk_server.remove_desk(control.name)


@pytest.fixture
def desk_url(mock_desk: MockDesk) -> str:
    """The address of this test's desk, as an adapter's factory wants it."""
    return mock_desk.url


@pytest.fixture
def agent(mock_desk: MockDesk) -> MockAgent:
    """Ada, an agent of this test's desk; ``mock_desk.agent("Bob")`` is another one."""
    return mock_desk.agent("Ada")
