"""The fixtures ``mock_desk``, ``desk_url`` and ``agent`` in somebody's own tests."""

from __future__ import annotations

import pytest

from tests.plugins.running import run

pytest_plugins = ["pytester"]

OWN_TESTS = """
import pytest
from mockdesk.testing import NoConversation

def started(desk_url):
    import requests
    answer = requests.post(desk_url + "/v1/conversations", json={"user_id": "jane"}, timeout=5)
    return answer.json()["conversation"]["id"]

def events(mock_desk):
    return [event["type"] for event in mock_desk.latest()["events"]]

def test_an_agent_acts_in_the_latest_conversation(desk_url, mock_desk, agent):
    started(desk_url)
    second = started(desk_url)
    assert [event["type"] for event in agent.join()] == ["agent.joined"]
    (said,) = agent.say("Good morning.")
    assert said["data"]["message"]["text"] == "Good morning."
    assert mock_desk.latest()["id"] == second
    assert mock_desk.latest()["agents"] == [agent.id]
    assert mock_desk.conversations()[0]["agents"] == []

def test_everything_that_agents_do(desk_url, mock_desk, agent):
    started(desk_url)
    bob = mock_desk.agent("Bob")
    agent.join()
    agent.type()
    agent.type(False)
    agent.read()
    agent.transfer(to=bob)
    bob.decline()
    agent.transfer(to=bob)
    bob.join()
    bob.leave()
    mock_desk.agent("Cleo", id="c-1").join()
    mock_desk.agent("Cleo", id="c-1").end()
    told = events(mock_desk)
    for kind in ("agent.joined", "agent.read", "transfer.started", "agent.left", "conversation.ended"):
        assert kind in told, (kind, told)

def test_desks_are_isolated(mock_desk):
    assert mock_desk.conversations() == []

def test_an_agent_without_a_conversation_is_told_so(agent):
    with pytest.raises(NoConversation, match="start one before"):
        agent.join()

def test_time_moves_by_command(mock_desk):
    before = mock_desk.control.now()
    mock_desk.advance(90)
    assert mock_desk.control.now() == before + 90

def test_faults(mock_desk, desk_url):
    import requests
    mock_desk.inject("status", operation="getAvailability", status=503, count=1)
    codes = [requests.get(desk_url + "/v1/availability", timeout=5).status_code for _ in range(2)]
    assert codes == [503, 200]

@pytest.mark.mock_desk(script="echo")
def test_settings_of_the_desk(mock_desk, desk_url):
    assert mock_desk.control.script()["name"] == "echo"
    started(desk_url)
    mock_desk.advance(60)
    assert "agent.joined" in events(mock_desk)
"""


def test_own_tests_with_the_fixtures(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an integrator writes, and in any order."""
    pytester.makepyfile(OWN_TESTS)
    run(pytester, monkeypatch, "--strict-markers").assert_outcomes(passed=7)


@pytest.mark.all
def test_own_tests_in_parallel(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worker has a server of its own on a free port."""
    pytester.makepyfile(OWN_TESTS)
    run(pytester, monkeypatch, "-p", "xdist", "-n", "2").assert_outcomes(passed=7)


def test_the_fixtures_are_listed_with_what_they_are(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """``pytest --fixtures`` is where people look."""
    text = run(pytester, monkeypatch, "--fixtures").stdout.str()
    for name in ("mock_desk", "desk_url", "agent"):
        assert f"{name} -- " in text
