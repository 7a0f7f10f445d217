"""Isolated desks: made in one call, and they see nothing of each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockdesk import RunningServer
from mockdesk.core.errors import DeskExists, InvalidRequest, UnknownDesk
from tests.server.support import Desk, problem, receive, session


def live(server: RunningServer, number: int) -> dict[str, Any]:
    """Live a desk's whole life: agents, queues, script, clock, faults, journal, tokens; return what it has seen."""
    script = {
        "name": f"script-{number}",
        "agents": [{"id": f"agent-{number}", "nickname": f"Agent {number}"}],
        "rules": [{"on": "started", "steps": [{"wait": 5}, {"join": f"agent-{number}"}, {"say": f"I am {number}"}]}],
    }
    made = session().post(
        f"{server.url}/_mock/desks",
        json={"name": f"many-{number}", "settings": {"seed": number, "script": script}},
    )
    assert made.status_code == 201, made.text
    desk = Desk(server, server.control(f"many-{number}"), made.json()["url"])
    desk.control.set_queue(f"queue-{number}", {"open": True})
    user = desk.start(user_id=f"user-{number}", queue=f"queue-{number}")
    desk.control.inject({"kind": "status", "operation": "listMessages", "status": 500 + number % 50})
    with user.stream() as stream:
        desk.control.advance(5 + number)
        frames = [receive(stream) for _ in range(3)]
    said = frames[2]["data"]["message"]["text"]
    return {
        "token": user.token,
        "base": user.base,
        "said": said,
        "status": user.call("GET", "/messages").status_code,
        "now": desk.control.now(),
        "agents": [agent["id"] for agent in desk.control.agents()],
        "queues": set(desk.control.queues()),
        "users": [truth["user_id"] for truth in desk.control.conversations()],
        "faults": desk.control.faults(),
        "journal": str(desk.control.journal()["entries"]),
    }


def test_fifty_desks_see_nothing_of_each_other(server: RunningServer) -> None:
    """Parallel tests share one server: whatever leaks between desks makes them flaky."""
    with ThreadPoolExecutor(10) as pool:
        lives = list(pool.map(lambda number: live(server, number), range(50)))
    begin = lives[0]["now"]
    for number, life in enumerate(lives):
        assert life["said"] == f"I am {number}"
        assert life["status"] == 500 + number
        assert life["now"] == begin + number
        assert life["agents"] == [f"agent-{number}"]
        assert life["queues"] == {"default", f"queue-{number}"}
        assert life["users"] == [f"user-{number}"]
        assert life["faults"] == []
        assert f"user-{number}'" in life["journal"]
        assert f"user-{(number + 1) % 50}'" not in life["journal"]
        foreign = {"Authorization": f"Bearer {lives[number - 1]['token']}"}
        problem(session().get(life["base"], headers=foreign), 401, "invalid_token")
    for number in range(50):
        server.remove_desk(f"many-{number}")


def test_names(server: RunningServer) -> None:
    """A name stands in a URL, once."""
    server.new_desk(name="mine")
    with pytest.raises(DeskExists):
        server.new_desk(name="mine")
    for bad in ("", "a/b", "..", "a b"):
        with pytest.raises((InvalidRequest, DeskExists)):
            server.new_desk(name=bad)
    server.remove_desk("mine")
    with pytest.raises(UnknownDesk):
        server.remove_desk("mine")
    with pytest.raises(UnknownDesk):
        server.remove_desk("")


def test_desks_over_http(server: RunningServer) -> None:
    """The same by the control API, with its refusals; only at the root."""
    http, url = session(), f"{server.url}/_mock/desks"
    made = http.post(url, json={"name": "web", "clock": "system"})
    assert (made.status_code, made.json()["clock"]) == (201, "system")
    problem(http.post(url, json={"name": "web"}), 409, "desk_exists")
    problem(http.post(url, json={"name": "a/b"}), 422, "invalid_request")
    told = problem(http.post(url, json={"settings": {"sed": 1}}), 422, "invalid_request")
    assert "seed" in told["errors"][0]["detail"]
    problem(http.post(url, json={"settings": {"script": "../../etc/passwd"}}), 404, "unknown_script")
    problem(http.post(url, json={"settings": {"script": "os:system"}}), 404, "unknown_script")
    assert "web" in [desk["name"] for desk in http.get(url).json()["desks"]]
    problem(http.get(f"{made.json()['url']}/_mock/desks"), 404, "not_found")
    assert http.delete(f"{url}/web").status_code == 204
    problem(http.delete(f"{url}/web"), 404, "unknown_desk")


def test_a_desk_without_a_name_gets_one(server: RunningServer) -> None:
    """The common case needs no thought about names; a refused one leaves nothing behind."""
    before = len(server.desks())
    http = session()
    made = http.post(f"{server.url}/_mock/desks").json()
    assert http.get(f"{made['url']}/v1/capabilities").status_code == 200
    server.remove_desk(made["name"])
    http.post(f"{server.url}/_mock/desks", json={"settings": {"script": {"name": 1}}})
    assert len(server.desks()) == before
