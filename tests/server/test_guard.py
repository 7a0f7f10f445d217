"""The guard of the control API over real sockets: a refusal is in the journal without a header, and no desk suffers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests

from mockdesk import RunningServer
from mockdesk.server.options import ServerOptions
from mockdesk.server.tiers import TierName
from tests.server.support import PATIENCE, Desk, problem, receive, session

FOREIGN = {"Host": "attacker.example"}
ELSEWHERE = {"Origin": "http://attacker.example"}
PATHS = ("/_mock", "/_mock/journal", "/_mock/stream", "/_mock/desks", "/console", "/console/app.js", "/widget", "/")


def ask(url: str, method: str = "GET", **headers: str) -> requests.Response:
    """Send a request as a page elsewhere makes a browser do."""
    return session().request(method, url, headers=headers, timeout=PATIENCE)


@pytest.fixture
def proxied(tier: TierName) -> Iterator[Desk]:
    """A server that a proxy asks under a name of its own."""
    with RunningServer(options=ServerOptions(allowed_hosts=("desk.example",)), server=tier) as running:
        yield Desk(running, running.control(), running.url)


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_host_is_refused(server: RunningServer, desk: Desk, path: str) -> None:
    """A name that somebody pointed here opens neither the server's own desk nor one below it."""
    for base in (server.url, desk.url, f"{desk.url}/canonical"):
        told = problem(ask(f"{base}{path}", **FOREIGN), 403, "foreign_host")
        assert "--allow-host attacker.example" in told["detail"]


def test_a_foreign_origin_drives_nothing(desk: Desk) -> None:
    """Forms and fetches of other pages: whatever the browser lets them send, nothing happens."""
    user = desk.start()
    for method, path in (("POST", "/_mock/reset"), ("DELETE", "/_mock/script"), ("POST", "/_mock/clock/advance")):
        problem(ask(f"{desk.url}{path}", method, **ELSEWHERE), 403, "foreign_origin")
    problem(ask(f"{desk.url}/_mock/journal", Origin="null"), 403, "foreign_origin")
    problem(ask(f"{desk.url}/_mock/reset", "OPTIONS", **ELSEWHERE), 403, "foreign_origin")
    cross = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    problem(ask(f"{desk.url}/_mock/stream", **cross), 403, "foreign_origin")
    assert user.send("still here").status_code == 201
    assert "Access-Control-Allow-Origin" not in ask(f"{desk.url}/_mock", **ELSEWHERE).headers


def test_the_journal_has_a_near_miss_without_the_headers(desk: Desk) -> None:
    """Whoever wonders why the console is empty finds it there; a header may hold a secret, so none is repeated."""
    ask(f"{desk.url}/_mock/reset", "POST", Host="secret.example", Origin="http://other-secret.example")
    (entry,) = desk.control.journal(kinds=("near_miss",))["entries"]
    path = desk.url.removeprefix(desk.server.url)
    assert entry["data"]["request"] == f"POST {path}/_mock/reset"
    assert (entry["data"]["status"], entry["data"]["refused"]) == (403, "foreign_host")
    assert "--allow-host" in entry["data"]["hint"]
    assert "secret" not in json.dumps(entry)


def test_the_desk_api_is_open_to_every_origin_and_name(desk: Desk) -> None:
    """Pages of any origin are its clients, and vendors' shapes go by names of their own."""
    headers = {**FOREIGN, **ELSEWHERE, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    answer = session().post(f"{desk.url}/v1/conversations", json={"user_id": "u"}, headers=headers, timeout=PATIENCE)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (201, "*")
    for path in ("/healthz", "/openapi.yaml", "/v1/capabilities", "/poll/queues/default"):
        assert ask(f"{desk.url}{path}", **headers).status_code == 200


def test_clients_that_are_no_browser_go_on_as_ever(desk: Desk) -> None:
    """curl sends neither Origin nor Sec-Fetch-Site."""
    for base in (desk.url, desk.url.replace("127.0.0.1", "localhost")):
        assert ask(f"{base}/_mock").status_code == 200
    assert ask(f"{desk.url}/_mock", Origin=desk.server.url).status_code == 200


def test_behind_a_proxy(proxied: Desk) -> None:
    """With the name told, the console works under it; other names and origins stay out."""
    own = {"Host": "desk.example", "Origin": "https://desk.example"}
    assert ask(f"{proxied.url}/_mock/reset", "POST", **own).status_code == 204
    assert ask(f"{proxied.url}/console", Host="desk.example").status_code == 200
    problem(ask(f"{proxied.url}/_mock", **FOREIGN), 403, "foreign_host")
    problem(ask(f"{proxied.url}/_mock", Host="desk.example", **ELSEWHERE), 403, "foreign_origin")


def test_a_shape_at_the_root_is_open(proxied: Desk) -> None:
    """What stands at the root is a desk's API then, and no page of the mock."""
    control = proxied.server.new_desk({"root_dialect": "poll"})
    url = proxied.server.desk_url(control)
    assert ask(f"{url}/queues/default", **FOREIGN).status_code == 200
    problem(ask(f"{url}/_mock", **FOREIGN), 403, "foreign_host")
    user = proxied.start()
    with user.stream(origin="http://attacker.example") as stream:
        assert receive(stream)["seq"] == 1
