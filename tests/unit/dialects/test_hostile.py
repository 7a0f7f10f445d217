"""Whatever a client sends, a dialect answers in the vendor's shape, never fails, and leaves other chats alone."""

from __future__ import annotations

import base64
import importlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mockdesk.dialects.twilio
from mockdesk.core.actions import parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings
from mockdesk.core.errors import DeskError
from mockdesk.dialects.genesys.dialect import GenesysDesk
from mockdesk.dialects.registry import DIALECTS
from mockdesk.dialects.seam import Answer, Call, DialectDesk, Duplex, Poll, Request, Session, Stream
from mockdesk.dialects.twilio.frames import Payload, encode
from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN
from tests.odd import ODD_BODIES, ODD_TEXTS
from tests.server.dialects.twilio.support import mint
from tests.unit.dialects.hostile import (
    FORM,
    JSON,
    ODD_VALUES,
    Words,
    requests_to,
    routers_in,
    routes_of,
)


@dataclass
class Place:
    """A desk as one dialect shows it, with a chat of the client's own, and one that is not."""

    desk: Desk
    dialect: DialectDesk
    is_form: bool = False
    ids: list[str] = field(default_factory=list)
    token: str = ""
    neighbour: str = ""

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """Make a good call; return the body of its answer."""
        content = b"" if body is None else urlencode(body).encode() if self.is_form else json.dumps(body).encode()
        told = {"content-type": FORM if self.is_form else JSON, **headers}
        outcome = self.dialect.prepare(Request(method, path, headers=told, body=content)).run()
        assert isinstance(outcome, Answer)
        return dict(json.loads(outcome.body))

    def answer(self, request: Request) -> Answer | None:
        """Return the answer to a request; ``None``: it opens a stream."""
        try:
            outcome = self.dialect.prepare(request).run()
            if not isinstance(outcome, Poll):
                return outcome if isinstance(outcome, Answer) else None
            entries = outcome.feed.after(outcome.after)
            frames = [frame for entry in entries for frame in entry.frames]
            return outcome.answer(frames, outcome.feed.last(), outcome.feed.over() is not None)
        except DeskError as error:
            return self.dialect.refuse(error)

    def of_neighbour(self) -> object:
        """Return what the neighbour's chat is at the desk, once an agent has come: who waits may see the queue move."""
        if self.desk.truth(self.neighbour)["state"] == "waiting":
            self.desk.act(self.neighbour, parse_action({"action": "join", "agent": {"id": "ada", "nickname": "Ada"}}))
        return self.desk.truth(self.neighbour)


def opened(name: str) -> Place:
    """Return a desk of a shape."""
    desk = Desk(DeskSettings(), VirtualClock())
    return Place(desk, DIALECTS[name].open(desk))


POLL_BODIES = (
    {"from": "ann", "name": "Ann", "queue": "default", "key": "k", "about": {"topic": "t", "more": {"a": 1}}},
    {"text": "Hello", "key": "k1"},
    {"typing": True},
)


def of_poll() -> tuple[Place, Words]:
    """Return a polling desk."""
    place = opened("poll")
    own, other = (place.ask("POST", "/chats", {"from": user}) for user in ("ann", "bob"))
    place.ids = [own["session"], other["session"], own["chat"], "default"]
    place.token = f"Bearer {own['token']}"
    place.neighbour = other["chat"]
    return place, Words(place.ids, place.token, POLL_BODIES, ("timeout",))


GENESYS_BODIES: tuple[Mapping[str, Any], ...] = (
    {
        "organizationId": "org",
        "deploymentId": "deployment",
        "routingTarget": {"targetType": "QUEUE", "targetAddress": "default"},
        "memberInfo": {"displayName": "Max", "customFields": {"a": "b"}},
    },
    {"body": "Hello", "bodyType": "standard"},
    {"data": {"a": 1}},
    {"correlation": {"org_id": "org", "queue": "default"}, "intent": "x"},
    {
        "filter": {"type": "and", "clauses": [], "predicates": [{"dimension": "queueId", "value": "default"}]},
        "metrics": ["oWaiting", "oOnQueueUsers"],
    },
)
GENESYS_OPTIONS = ("pageSize", "pageNumber", "maxResults", "sortOrder", "after", "before", "excludeDisconnectedMembers")


def of_genesys() -> tuple[Place, Words]:
    """Return a Genesys desk on which both have a stream."""
    place = opened("genesys")
    made = [place.ask("POST", "/api/v2/webchat/guest/conversations", GENESYS_BODIES[0]) for _ in range(2)]
    for one in made:
        assert isinstance(
            place.dialect.prepare(Request("GET", f"/v1/token/{one['jwt']}", is_upgrade=True)).run(), Stream
        )
    own, other = made
    place.ids = [own["id"], own["member"]["id"], other["id"], other["member"]["id"], own["jwt"]]
    place.token = f"Bearer {own['jwt']}"
    place.neighbour = other["id"]
    return place, Words(place.ids, place.token, GENESYS_BODIES, GENESYS_OPTIONS)


TWILIO_BODIES: tuple[Mapping[str, Any], ...] = (
    {"AddressSid": "IG" + "0" * 32, "Identity": "ann", "ChatFriendlyName": "x", "PreEngagementData": {"a": "b"}},
    {"Author": "ann", "Body": "Hello", "Attributes": "{}", "Index": "0"},
    {"Identity": "ada", "FriendlyName": "x", "UniqueName": "y", "State": "closed"},
    {"Channel": {"type": "web", "initiated_by": "customer"}, "Routing": {"properties": {"workspace_sid": "WS"}}},
    {"Target": "webhook", "Configuration.Url": "https://example.com", "Configuration.Filters": "onMessageAdded"},
    {"Status": "closed", "Routing": "{}", "lastConsumedMessageIndex": 0, "body": "Hello", "attributes": "{}"},
    {"event_protocol_version": 4, "action": "establish", "correlation_id": 1, "requests": [{"object_sid": "CH"}]},
)
TWILIO_OPTIONS = (
    "PageSize",
    "Page",
    "PageToken",
    "Order",
    "From",
    "Index",
    "Key",
    "Include",
    "Available",
    "ActivityName",
)
IDENTITY = "ann"


def of_twilio() -> tuple[Place, Words]:
    """Return a Twilio desk with two web chats."""
    place = opened("twilio")
    place.is_form = True
    basic = f"Basic {base64.b64encode(f'{ACCOUNT}:{AUTH_TOKEN}'.encode()).decode()}"
    body = {"AddressSid": "IG" + "0" * 32}
    chats = [
        place.ask("POST", "/v2/WebChats", {**body, "Identity": user}, authorization=basic) for user in (IDENTITY, "bob")
    ]
    sids = [str(one["conversation_sid"]) for one in chats]
    kinds = [f"{sid}{suffix}" for sid in sids for suffix in ("", ".roster", ".msgs", ".messages", ".participants")]
    place.ids = [*kinds, *(str(one["sid"]) for one in chats if "sid" in one), IDENTITY, "bob"]
    place.token = basic
    place.neighbour = sids[1]
    return place, Words(place.ids, place.token, TWILIO_BODIES, TWILIO_OPTIONS, is_form=True)


AIM, CDS = "aim.us1.twilio.com", "cds.us1.twilio.com"
INSIDE = {"client_face": AIM, "chat_face": AIM, "sync_face": CDS, "session_lists": CDS}
"""The modules that answer what is asked for inside a socket only, and the hosts for which they do."""


def routes_to(name: str, dialect: DialectDesk) -> list[tuple[str, str]]:
    """Return method and template of all that a dialect answers over HTTP."""
    if isinstance(dialect, GenesysDesk):
        return routes_of([dialect._router])
    found = routers_in(importlib.import_module(f"mockdesk.dialects.{name}"))
    return routes_of(router for module, router in found.items() if module not in INSIDE)


PLACES: Mapping[str, Callable[[], tuple[Place, Words]]] = {"poll": of_poll, "genesys": of_genesys, "twilio": of_twilio}
REFUSAL_FIELDS = {
    "poll": {"error", "text"},
    "genesys": {"message", "code", "status", "contextId"},
    "twilio": {"code", "message", "more_info", "status"},
}
MARKS = {"twilio": pytest.mark.all}
"""Its many routes take long; a smaller matrix over sockets runs always."""
OTHER_REFUSALS = ("/setup", "/jwt", "/availability", "/oauth/token")
"""Where Genesys' middleware refuses in plain text, and its login as OAuth 2 does."""


def test_every_dialect_is_here() -> None:
    """A dialect that is left out of this would be trusted for nothing."""
    assert PLACES.keys() == DIALECTS.keys()


@pytest.mark.parametrize("name", [pytest.param(name, marks=MARKS.get(name, ())) for name in sorted(PLACES)])
def test_no_request_is_too_odd(name: str) -> None:
    """Wrong tokens, unknown ids, empty options and broken bodies: a refusal of the vendor's, and no failure."""
    make, wanted = PLACES[name], REFUSAL_FIELDS[name]
    statuses: Counter[int] = Counter()
    for route in routes_to(name, make()[0].dialect):
        place, words = make()
        before = place.of_neighbour()
        for request in requests_to(words, *route):
            answer = place.answer(request)
            if answer is None:
                continue
            statuses[answer.status] += 1
            assert answer.status < 500, (request, answer)
            if answer.status >= 400 and request.path.rstrip("/") not in OTHER_REFUSALS:
                assert wanted <= json.loads(answer.body).keys(), (request, answer)
        if name != "twilio":  # its REST is the server's, which may do anything
            assert place.of_neighbour() == before, route
    assert {400, 401, 404, 405} <= statuses.keys(), statuses
    assert statuses[200] + statuses[201] + statuses[204] > 20, statuses


@pytest.mark.all
def test_no_request_inside_a_socket_is_too_odd() -> None:
    """twilsock: whatever is asked for inside is answered, and the neighbour's chat is not touched."""
    statuses: Counter[int] = Counter()
    routers = routers_in(mockdesk.dialects.twilio)
    for module, host in INSIDE.items():
        for route in routes_of([routers[module]]):
            place, words = of_twilio()
            before, session = place.of_neighbour(), _session(place)
            for request in requests_to(replace(words, is_form=False), *route):
                statuses.update(_statuses(place, session, _framed(request, host)))
            assert place.of_neighbour() == before, route
    assert {400, 403, 404, 405} & statuses.keys(), statuses
    assert statuses[200] + statuses[201] + statuses[204] > 20, statuses


def test_no_frame_is_too_odd() -> None:
    """Frames that are none, or whose header says what it should not, end this socket at most."""
    texts = st.sampled_from(("init", "update", "message", "reply", "close", "ping", *ODD_TEXTS))
    values = st.sampled_from(range(len(ODD_VALUES))).map(ODD_VALUES.__getitem__) | texts
    names = st.sampled_from(("method", "id", "token", "payload_size", "payload_type", "http_request", "capabilities"))
    headers = st.dictionaries(names, values, max_size=5).map(encode)
    frames = headers | st.sampled_from(range(len(ODD_BODIES))).map(ODD_BODIES.__getitem__) | st.binary() | st.text()

    @settings(max_examples=100, deadline=None)
    @given(st.lists(frames, max_size=6))
    def play(sent: list[str | bytes]) -> None:
        place, _ = of_twilio()
        before, session = place.of_neighbour(), _session(place)
        for frame in sent:
            session.summary(frame)
            _statuses(place, session, frame)
        assert place.of_neighbour() == before
        session.pending()
        session.closed()

    play()


def _session(place: Place) -> Session:
    opening = place.dialect.prepare(Request("GET", "/v3/wsconnect", is_upgrade=True)).run()
    assert isinstance(opening, Duplex)
    opening.session.attach(lambda: None)
    token = mint(IDENTITY, place.desk.clock.now())
    assert opening.session.received(encode({"method": "init", "id": "TM1", "token": token, "capabilities": []}))
    return opening.session


def _statuses(place: Place, session: Session, frame: str | bytes) -> list[int]:
    """Let a session take a frame; return the statuses of what was asked for."""
    calls = [reaction for reaction in session.received(frame) if isinstance(reaction, Call)]
    return [_called(place, call) for call in calls]


def _called(place: Place, call: Call) -> int:
    try:
        outcome = call.prepared.run()
    except DeskError as error:
        outcome = place.dialect.refuse(error)
    assert isinstance(outcome, Answer)
    assert outcome.status < 500, (call.request, outcome)
    assert call.reply(outcome)
    return outcome.status


def _framed(request: Request, host: str) -> bytes:
    asked = {"host": host, "path": request.path, "method": request.method, "headers": dict(request.headers)}
    asked["params"] = {name: list(values) for name, values in request.query.items()}
    header = {"method": "message", "id": "TM2", "active_grant": "ip_messaging", "http_request": asked}
    return encode(header, Payload(request.body))
