"""A fresh desk as one API shows it: a client's own chat, a neighbour's, and what the client's words are."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from websockets.sync.client import connect

import mockdesk.dialects.poll.dialect
from mockdesk import DeskControl, RunningServer
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.settings import DeskSettings
from mockdesk.dialects.genesys.dialect import GenesysDesk
from tests.hard.document import control_document, desk_document, operations
from tests.hard.fuzz import values
from tests.hard.fuzz.http_input import Words
from tests.server.support import ADA, PATIENCE, session
from tests.unit.dialects.hostile import routers_in, routes_of

SETTINGS: Mapping[str, Any] = {"journal_limit": 300, "max_body_bytes": 20_000, "max_file_bytes": 10_000}
LEFT_OUT = ("advanceClock", "injectFault", "waitForJournal")
"""What no fuzzer may drive: time that runs away, faults that make any answer late or wrong on purpose, waiting."""


@dataclass(frozen=True)
class SocketWay:
    """How a WebSocket of this API is opened, and what its frames carry."""

    path: str
    headers: Sequence[tuple[str, str]]
    payload: Callable[[Random], bytes]
    opening: Callable[[], Sequence[bytes]] = tuple
    """Frames' payloads that a good client sends first."""


@dataclass
class Place:
    """A desk with two chats. ``neighbour``: the id of the chat that is not the client's."""

    shape: str
    control: DeskControl
    words: Words
    neighbour: str
    socket: SocketWay | None = None
    guards_neighbour: bool = True
    """Whether no request of this API's clients may touch another chat."""
    before: Any = field(default=None)

    def __post_init__(self) -> None:
        self.control.act(self.neighbour, {"action": "join", "agent": ADA})
        self.control.act(self.neighbour, {"action": "say", "agent": ADA["id"], "text": "only for the neighbour"})
        self.before = self.control.conversation(self.neighbour)

    def neighbour_is_as_before(self) -> bool:
        """Tell whether nothing was done to the neighbour's chat."""
        return not self.guards_neighbour or self.control.conversation(self.neighbour) == self.before


def call(url: str, method: str, path: str, *, form: bool = False, auth: str = "", body: Any = None) -> dict[str, Any]:
    """Make a good call and return the answer's body."""
    told = {"data" if form else "json": body} if body is not None else {}
    headers = {"Authorization": auth} if auth else {}
    with session() as http:
        answer = http.request(method, f"{url}{path}", headers=headers, timeout=4 * PATIENCE, **told)
    assert answer.status_code < 300, (answer.status_code, answer.text)
    return dict(answer.json()) if answer.content else {}


# openapi.yaml's own

CANONICAL_BODIES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "": ({},),
    "POST /v1/tokens": ({"user_id": "u"},),
    "POST /v1/conversations": (
        {"user_id": "u", "user_name": "U", "queue": "default", "context": {"topic": "t", "additional_data": {"a": 1}}},
    ),
    "POST /v1/conversations/{conversation_id}/messages": ({"text": "Hello", "message_id": "m", "file_ids": ["f"]},),
    "POST /v1/conversations/{conversation_id}/end": ({"reason": "bye"},),
    "PUT /v1/conversations/{conversation_id}/state": ({"session_id": "s", "user_id": "u", "locale": "en"},),
    "PUT /v1/conversations/{conversation_id}/typing": ({"typing": True},),
    "PUT /v1/conversations/{conversation_id}/read": ({"up_to_seq": 1},),
    "PUT /v1/conversations/{conversation_id}/screen-share": ({"request_id": "r", "answer": "accepted"},),
}


def canonical(server: RunningServer) -> Place:
    """Open a desk for clients of openapi.yaml."""
    control = server.new_desk(dict(SETTINGS))
    url = server.desk_url(control)
    own, other = (call(url, "POST", "/v1/conversations", body={"user_id": user}) for user in ("u", "v"))
    ids = [one["conversation"]["id"] for one in (own, other)]
    templates = [one.template for one in operations(desk_document())]
    auth = f"Bearer {own['token']}"
    words = Words(control.path, templates, ids, auth, CANONICAL_BODIES, ("after", "wait", "queue"))
    way = SocketWay(f"{control.path}/v1/conversations/{ids[0]}/stream", [("Authorization", auth)], _any_bytes)
    return Place("canonical", control, words, ids[1], way)


def _any_bytes(random: Random) -> bytes:
    return values.body(random, {"type": "ping", "after": 1}, lambda one: json.dumps(one).encode())


CONTROL_BODIES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "": ({},),
    "POST /_mock/conversations/{conversation_id}/actions": (
        {"action": "join", "agent": ADA},
        {"action": "say", "agent": "ada", "text": "x", "items": [{"type": "link", "url": "https://example.org"}]},
        {"action": "transfer", "agent": "ada", "to_queue": "default"},
        {"action": "typing", "agent": "ada", "typing": True},
        {"action": "update_queue", "position": 3},
    ),
    "PUT /_mock/agents/{agent_id}": ({"nickname": "Ada", "queues": ["default"], "online": True},),
    "PUT /_mock/queues/{name}": ({"open": True, "seconds_per_conversation": 3.5, "agents_online": 2},),
    "PUT /_mock/script": (
        {"name": "echo"},
        {"text": "name: x\nrules: []\n"},
        {"script": {"name": "x", "agents": [{"id": "a"}], "rules": [{"on": "started", "steps": ["join"]}]}},
    ),
    "POST /_mock/script/signals": ({"name": "go", "conversation_id": "c"},),
    "PUT /_mock/clock": ({"speed": 2},),
    "POST /_mock/release": ({"conversation_id": "c", "count": 1},),
    "POST /_mock/desks": ({"name": "d", "clock": "virtual", "settings": {}},),
}


def control_api(server: RunningServer) -> Place:
    """Open a desk for whoever controls it."""
    control = server.new_desk(dict(SETTINGS))
    url = server.desk_url(control)
    own, other = (call(url, "POST", "/v1/conversations", body={"user_id": user}) for user in ("u", "v"))
    ids = [one["conversation"]["id"] for one in (own, other)]
    templates = [one.template for one in operations(control_document()) if one.name not in LEFT_OUT]
    named = {"agent_id": "ada", "name": "default", "fault_id": "fault_1"}
    words = Words(control.path, templates, ids, "", CONTROL_BODIES, ("after", "kind"), named=named)
    return Place("control", control, words, ids[1], guards_neighbour=False)


# The polling desk

POLL_BODIES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "": ({},),
    "POST /chats": ({"from": "a", "name": "A", "queue": "default", "key": "k", "about": {"topic": "t"}},),
    "POST /chats/{session}/messages": ({"text": "Hello", "key": "k1"},),
    "POST /chats/{session}/typing": ({"typing": True},),
}


def poll(server: RunningServer) -> Place:
    """Open a polling desk."""
    control = server.new_desk(dict(SETTINGS))
    url = f"{server.desk_url(control)}/poll"
    own, other = (call(url, "POST", "/chats", body={"from": user}) for user in ("ann", "bob"))
    ids = [own["session"], other["session"], own["chat"], "default"]
    templates = routes_of([mockdesk.dialects.poll.dialect.ROUTER])
    words = Words(
        f"{control.path}/poll",
        templates,
        ids,
        f"Bearer {own['token']}",
        POLL_BODIES,
        ("timeout",),
        named={"queue": "default"},
    )
    return Place("poll", control, words, other["chat"])


# Genesys

GUEST = "/api/v2/webchat/guest/conversations"
GENESYS_OPTIONS = ("pageSize", "pageNumber", "maxResults", "sortOrder", "after", "before", "excludeDisconnectedMembers")


def genesys(server: RunningServer) -> Place:
    """Open a Genesys desk on which both guests have had a stream."""
    control = server.new_desk(dict(SETTINGS))
    url = f"{server.desk_url(control)}/genesys"
    setup = call(url, "GET", "/setup")
    create = {
        "organizationId": setup["org_id"],
        "deploymentId": setup["deployment_id"],
        "routingTarget": {"targetType": "QUEUE", "targetAddress": setup["queue_target"]},
        "memberInfo": {"displayName": "Max", "customFields": {"a": "b"}},
    }
    own, other = (attached(call(url, "POST", GUEST, body=create)) for _ in range(2))
    observations = {
        "filter": {"type": "and", "clauses": [], "predicates": [{"dimension": "queueId", "value": "default"}]},
        "metrics": ["oWaiting", "oOnQueueUsers"],
    }
    bodies = {
        "": ({"body": "Hello", "bodyType": "standard"},),
        f"POST {GUEST}": (create,),
        "POST /api/v2/analytics/queues/observations/query": (observations,),
        "POST /api/v2/signeddata": ({"data": {"a": 1}},),
        "POST /availability": ({"queue_name": "default"},),
    }
    templates = routes_of([GenesysDesk(Desk(DeskSettings(), VirtualClock()))._router])
    path = f"{control.path}/genesys"
    words = Words(
        path,
        [*templates, ("GET", "/v1/token/{token}")],
        [own["id"], own["member"]["id"], other["id"], other["member"]["id"]],
        f"Bearer {own['jwt']}",
        bodies,
        GENESYS_OPTIONS,
        named={"member": own["member"]["id"], "queue": "default"},
    )
    way = SocketWay(f"{path}/v1/token/{own['jwt']}", (), _any_bytes)
    return Place("genesys", control, words, other["id"], way)


def attached(made: dict[str, Any]) -> dict[str, Any]:
    """Open the guest's stream once: before that the core does not know the conversation."""
    with connect(made["eventStreamUri"], proxy=None):
        return made


def templates_inside() -> list[tuple[str, str, str]]:
    """Return host, method and path of all that Twilio's clients ask for inside a socket."""
    routers = routers_in(importlib.import_module("mockdesk.dialects.twilio"))
    hosts = {"client_face": "aim", "chat_face": "aim", "sync_face": "cds", "session_lists": "cds"}
    return [
        (f"{host}.us1.twilio.com", method, path)
        for module, host in hosts.items()
        for method, path in routes_of([routers[module]])
    ]
