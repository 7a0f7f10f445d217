"""Scripts by the control of a desk: who plays the agents, and what was played as a script."""

from __future__ import annotations

import pytest
import yaml

from mockdesk.core import errors
from mockdesk.scripts import builtin_names, check_text
from tests.server.conftest import Control
from tests.server.support import ADA, Desk, problem, session


def test_scripts(control: Control, desk: Desk) -> None:
    """Scripts are installed, replaced, signalled and taken away."""
    listed = session().get(f"{desk.url}/_mock/scripts").json()["scripts"]
    assert [script["name"] for script in listed] == builtin_names()
    assert control.script() is None
    installed = control.install_script("echo")
    assert installed is not None
    assert installed["name"] == "echo"
    assert control.script() == installed
    mine = {
        "name": "mine",
        "agents": [ADA],
        "rules": [{"on": {"signal": "come"}, "steps": [{"join": "ada"}]}],
    }
    assert (control.install_script(mine) or {})["name"] == "mine"
    user = desk.start()
    assert control.signal("come") == 1
    assert [event["type"] for event in user.events(1)][-1] == "agent.joined"
    assert control.install_script(None) is None
    assert control.script() is None
    assert control.signal("come") == 0


def test_wrong_scripts(control: Control) -> None:
    """Each mistake is named; the script of before stays."""
    control.install_script("echo")
    with pytest.raises(errors.UnknownScript, match="echo"):
        control.install_script("ecco")
    with pytest.raises(errors.InvalidScript) as caught:
        control.install_script({"name": "x", "rules": [{"on": "started", "stpes": []}]})
    assert caught.value.errors
    assert (control.script() or {})["name"] == "echo"


def test_remote_scripts_are_names_or_data(desk: Desk) -> None:
    """Over the network a path would read files, and a module's name would run code."""
    url = f"{desk.url}/_mock/script"
    for name in ("/etc/hosts.yaml", "./x.yaml", "os:system", "happy-path.yaml"):
        problem(session().put(url, json={"name": name}), 404, "unknown_script")
    problem(session().put(url, json={"name": "echo", "script": {}}), 422, "invalid_request")
    problem(session().put(url, json={"script": "echo: 1"}), 404, "unknown_script")
    problem(session().put(url, json={"script": 3}), 422, "invalid_script")


def test_a_played_session_is_a_script(control: Control, desk: Desk) -> None:
    """What was played by hand is installed as it comes, and plays by itself then."""
    user = desk.start()
    control.advance(2)
    control.act(user.conversation_id, {"action": "join", "agent": ADA})
    user.send("hello")
    control.advance(1)
    control.act(user.conversation_id, {"action": "say", "agent": "ada", "text": "Good {day}"})
    text = control.played_script(user.conversation_id)
    assert check_text(text) == []
    control.reset()
    control.install_script(yaml.safe_load(text))
    again = desk.start()
    control.advance(2)
    again.send("hello")
    control.advance(1)
    assert [message["text"] for message in control.conversations()[0]["messages"]] == ["hello", "Good {day}"]
    with pytest.raises(errors.UnknownConversation):
        control.played_script("conv_none")
