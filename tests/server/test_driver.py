"""The driver offers the suite the same, in process and over HTTP."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Iterator

import pytest

from contracts.adapter import DeskDriver
from mockdesk import RunningServer
from mockdesk.core.errors import UnknownAgent
from mockdesk.driver import OPERATIONS, MockDriver, connect
from mockdesk.server.wsgi import THREAD_PREFIX
from tests.server.support import ADA, receive, start, until


@pytest.fixture(params=["in process", "over HTTP"])
def driver(request: pytest.FixtureRequest, server: RunningServer) -> Iterator[MockDriver]:
    """A driver of either kind."""
    made = connect() if request.param == "in process" else connect({"desk_url": server.url})
    yield made
    made.close()


def test_it_fits_the_protocol(driver: MockDriver) -> None:
    """The suite knows the protocol only: names and parameters must be its own."""
    fits: DeskDriver = driver
    for name, declared in inspect.getmembers(DeskDriver, inspect.isfunction):
        if not name.startswith("_"):
            own = inspect.signature(getattr(MockDriver, name))
            assert list(own.parameters) == list(inspect.signature(declared).parameters), name
            assert [p.default for p in own.parameters.values()] == [
                p.default for p in inspect.signature(declared).parameters.values()
            ], name
    described = fits.describe()
    assert set(described["operations"]) - {"secrets"} == set(OPERATIONS)  # who may ask for secrets: test_credentials
    assert all(hasattr(fits, name) for name in OPERATIONS)


def test_describe_speaks_built_in_values(driver: MockDriver) -> None:
    """Nothing of the mock's classes may cross the line."""
    driver.new_desk()
    described = driver.describe()
    assert json.loads(json.dumps(described)) == described
    assert (described["name"], described["clock"]) == ("mockdesk", "virtual")
    assert all(thread.name.startswith(described["thread_prefix"]) for thread in server_threads())


def server_threads() -> list[threading.Thread]:
    """Return the threads that serve."""
    return [thread for thread in threading.enumerate() if "request" in thread.name or "listener" in thread.name]


def test_a_whole_run(driver: MockDriver) -> None:
    """The words of the suite's programs, one after the other."""
    made = driver.new_desk({"typing_expires_seconds": 3})
    assert made["options"] == {}
    user = start(made["desk_url"])
    begin = driver.now()
    with user.stream() as stream:
        receive(stream)
        done = driver.act(user.conversation_id, {"action": "join", "agent": ADA})
        assert [event["type"] for event in done["events"]] == ["agent.joined"]
        assert receive(stream)["type"] == "agent.joined"
        driver.inject({"kind": "hold_events", "conversation_id": user.conversation_id, "count": None})
        driver.act(user.conversation_id, {"action": "say", "agent": "ada", "text": "held"})
        assert driver.release(user.conversation_id) == 1
        assert receive(stream)["data"]["message"]["text"] == "held"
        assert driver.census()["streams"] == {user.conversation_id: 1}
        driver.advance(12.5)
        assert driver.now() == begin + 12.5
    until(lambda: driver.census()["streams"] == {})
    user.send("hello", message_id="m1")
    assert driver.wait({"kind": "request", "operation": "sendMessageToAgent"}, 1, 2.0) is True
    assert driver.wait({"kind": "request", "operation": "endChat"}, 1, 0.01) is False
    (truth,) = driver.conversations()
    assert truth["id"] == user.conversation_id
    assert [message["text"] for message in truth["messages"]] == ["held", "hello"]
    positions = [entry["position"] for entry in driver.journal()]
    assert positions == sorted(positions)
    assert all(entry["position"] > positions[-2] for entry in driver.journal(positions[-2]))
    driver.inject({"kind": "status", "operation": "*", "count": None})
    driver.clear_faults()
    assert user.call("POST", "/end").status_code == 200


def test_each_desk_is_new(driver: MockDriver) -> None:
    """A run must not see what the one before has left, and old desks must not add up."""
    first = driver.new_desk()
    start(first["desk_url"])
    driver.advance(99)
    second = driver.new_desk()
    assert driver.conversations() == []
    assert second["desk_url"] != first["desk_url"]
    with pytest.raises(AssertionError):
        start(first["desk_url"])


def test_refusals(driver: MockDriver) -> None:
    """A refused act is an exception with the desk's words."""
    user = start(driver.new_desk()["desk_url"])
    with pytest.raises(UnknownAgent, match="nobody"):
        driver.act(user.conversation_id, {"action": "join", "agent": "nobody"})


def test_no_desk_there() -> None:
    """One clear line instead of a stack of urllib3."""
    with RunningServer() as gone:
        url = gone.url
    with pytest.raises(ConnectionError, match="nothing listens there"):
        connect({"desk_url": url})
    with pytest.raises(ValueError, match="desk_url only, not url"):
        connect({"url": "x"})


def test_close_leaves_nothing() -> None:
    """The suite makes and closes a driver in each run."""
    before = set(threading.enumerate())
    made = connect()
    made.new_desk()
    assert any(thread.name.startswith(THREAD_PREFIX) for thread in set(threading.enumerate()) - before)
    made.close()
    assert set(threading.enumerate()) - before == set()


def test_the_entry_point() -> None:
    """The suite finds the driver by its name."""
    from importlib.metadata import entry_points

    (point,) = entry_points(group="byosd.drivers", name="mockdesk")
    assert point.load() is connect
