"""One desk's control reaches no other desk: every operation of the control API, walked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from mockdesk import DeskControl, RunningServer
from tests.hard.document import Operation, control_document, operations
from tests.hard.tiers import server_of
from tests.hard.wall.canonical import CANARY, SECONDS, victim_of
from tests.hard.watch import watching
from tests.server.support import ADA, Desk, session

BODIES: Mapping[str, Any] = MappingProxyType(
    {
        "act": {"action": "join", "agent": ADA},
        "putAgent": {"nickname": "Other"},
        "putQueue": {"open": False},
        "putScript": {"name": "echo"},
        "giveSignal": {"name": "go"},
        "setClock": {"speed": 3},
        "advanceClock": {"seconds": 90},
        "injectFault": {"kind": "status", "status": 503, "count": None},
        "release": {},
        "waitForJournal": {"match": {"kind": "request"}, "timeout_seconds": 0},
        "makeDesk": {"name": "made-elsewhere"},
    }
)
"""What is sent to the other desk: each would be seen at the victim's."""
AT_THE_ROOT = ("listDesks", "makeDesk", "removeDesk")
ENDLESS = ("streamControl",)


@pytest.fixture
def server(tier: str) -> Iterator[RunningServer]:
    """A server in whose log no error may be found."""
    with watching() as watch, server_of(tier) as running:
        yield running
    assert watch.seen == []


def desk_of(server: RunningServer) -> Desk:
    """Return a fresh desk."""
    control = server.new_desk()
    return Desk(server, control, server.desk_url(control))


def state(control: DeskControl) -> Any:
    """Return everything that a desk has; its journal's last position moves with anything that is done to it."""
    parts = (control.describe(), control.conversations(), control.agents(), control.queues(), control.script())
    more = (control.faults(), control.clock(), control.census(), control.digest(), control.journal()["last_position"])
    return json.loads(json.dumps([*parts, *more], default=str))


def asked(url: str, operation: Operation, **named: str) -> tuple[int, str]:
    """Make an operation's call; return status and text (of an endless answer its beginning)."""
    names = {"conversation_id": "x", "file_id": "x", "agent_id": "ada", "fault_id": "fault_1", "name": "default"}
    told: dict[str, Any] = {}
    if operation.body == "application/json":
        told["json"] = BODIES[operation.name]
    elif operation.body is not None:
        told["data"] = b"bytes of another desk"
    with session() as http:
        path = operation.path.format(**{**names, **named})
        answer = http.request(operation.method, f"{url}{path}", timeout=SECONDS, stream=True, **told)
        with answer:
            text = next(answer.iter_content(200), b"").decode() if operation.name in ENDLESS else answer.text
    return answer.status_code, text


def test_every_body_is_known() -> None:
    """An operation whose body is not written down here could not be tried."""
    known = {one.name for one in operations(control_document()) if one.body == "application/json"}
    assert known == set(BODIES)


def test_no_operation_of_one_desk_reaches_another(server: RunningServer) -> None:
    """By whatever id: it is not found, nothing of the victim's is told, and the victim's desk is as it was."""
    desk, other = desk_of(server), desk_of(server)
    victim, file_id = victim_of(desk)
    desk.control.put_file("default", CANARY.encode(), "text/plain")
    before, wrong, tried = state(desk.control), [], 0
    for operation in operations(control_document()):
        status, text = asked(other.url, operation, conversation_id=victim.conversation_id, file_id=file_id)
        tried += 1
        concerns_it = "{conversation_id}" in operation.path or operation.name in AT_THE_ROOT
        if CANARY in text or victim.token in text or (concerns_it and status != 404):
            wrong.append(f"{operation.name}: {status} {text[:200]}")
        if state(desk.control) != before:
            wrong.append(f"{operation.name} has changed the other desk")
    assert wrong == []
    assert tried > 35


def test_names_do_not_lead_out_of_a_desk(server: RunningServer) -> None:
    """Names that look like paths are names."""
    desk, other = desk_of(server), desk_of(server)
    desk.control.put_file("secret.txt", CANARY.encode(), "text/plain")
    before, name = state(desk.control), desk.control.name
    with session() as http:
        for path in (
            f"/_mock/files/../../{name}/_mock/files/secret.txt",
            f"/_mock/files/..%2f..%2f{name}%2f_mock%2ffiles%2fsecret.txt",
            f"/../{name}/_mock/files/nothing",
            f"/desks/{name}/_mock/files/secret.txt",
            f"//desks/{name}/_mock/files/secret.txt",
        ):
            answer = http.get(f"{other.url}{path}", timeout=SECONDS)
            is_plain = answer.url.startswith(other.url)  # the client itself takes .. away, and asks the victim's desk
            assert CANARY not in answer.text or not is_plain, path
            assert not is_plain or answer.status_code == 404, path
    assert state(desk.control) == before


@pytest.mark.all
def test_the_servers_own_desk_does_not_reach_the_others(server: RunningServer) -> None:
    """What is done to the server's own desk, a reset too, leaves those under /desks alone."""
    desk = desk_of(server)
    victim, _ = victim_of(desk)
    before = state(desk.control)
    for operation in operations(control_document()):
        if operation.name not in AT_THE_ROOT:
            asked(server.url, operation, conversation_id=victim.conversation_id)
    assert state(desk.control) == before


def test_a_desk_that_is_removed_takes_nobody_along(server: RunningServer) -> None:
    """The neighbour's conversation goes on; the removed desk's token opens nothing anywhere."""
    desk, other = desk_of(server), desk_of(server)
    victim, _ = victim_of(desk)
    gone, _ = victim_of(other)
    with session() as http:
        assert http.delete(f"{server.url}/_mock/desks/{other.control.name}", timeout=SECONDS).status_code == 204
        for url in (desk.url, other.url, server.url):
            answer = http.get(f"{url}/v1/conversations/{gone.conversation_id}", headers=gone.headers, timeout=SECONDS)
            assert answer.status_code in (401, 404), answer.text
    assert victim.call("GET", "").status_code == 200
